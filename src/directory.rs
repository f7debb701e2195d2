//! Who is meant: from "chair of SG17" to a name and an address.

use jiff::{civil::Date, tz::TimeZone};

use crate::action::{Action, Addressee, RecipientId, Register, Seat};

/// Somebody a letter can go to, and why it goes there.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipient {
    /// Identity for good.
    pub id: RecipientId,
    /// The name, for the To header and the salutation.
    pub name: String,
    /// The address.
    pub email: String,
    /// The address to try when the first is refused.
    pub second_email: Option<String>,
    /// The language of the letters.
    pub language: Option<String>,
    /// The recipient's own zone.
    pub zone: Option<TimeZone>,
    /// Why this recipient is the one.
    pub because: Because,
}

/// Why somebody is a recipient of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// The action is asked of the person by name.
    Named,
    /// The person holds the seat of which it is asked.
    Holds(Seat),
    /// It is asked of the body, and this is its secretariat.
    SecretariatOf {
        /// Of which it is asked.
        body: String,
        /// The body above it whose secretariat it is, when the body itself has none.
        through: Option<String>,
    },
    /// It is asked of a seat that nobody holds; this is the secretariat of the body that fills it.
    Vacant {
        /// The seat.
        seat: Seat,
        /// Who held it last and until when, if the term has ended.
        ended: Option<(String, Date)>,
    },
    /// Nobody else could be found; this is the secretariat that runs rappel.
    NobodyElse {
        /// Of whom it is asked.
        asked_of: String,
    },
}
