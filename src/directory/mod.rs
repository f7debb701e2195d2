//! Who is meant: from "chair of SG17" to a name and an address.
//!
//! A person is asked by name. A seat is asked of whoever holds it on the day; a vacant one falls
//! to the body that fills it: to its secretariat, and to those who hold its other seats. A body is asked through its secretariat: the
//! people who hold its role of secretary, else the address of its row, else the body above it.
//! Somebody is always found, in the end the secretariat that runs rappel: nothing that is asked
//! is told to nobody.
//!
//! When those who are asked do not answer, somebody else is told whom the policy names: a person, the secretariat
//! of a body, the holder of a role, the deputy of whoever is asked.
//!
//! For a person who is absent on the day the deputy stands in, or the deputy's deputy, if that one is absent
//! too. What a deputy is told is remembered as told to the person.

mod absence;
mod calendars;
mod decided;
mod escalated;
mod index;
mod resolve;
#[cfg(test)]
mod tests;

use jiff::{civil::Date, tz::TimeZone};

pub use decided::Decided;
pub use escalated::EscalatedTo;
pub use index::Directory;

use crate::action::{Languages, RecipientId, Seat, Wishes};

/// The secretariat that runs rappel, to which whatever finds no other recipient goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSecretariat {
    /// Its name, for the To header and the salutation.
    pub name: String,
    /// Its address.
    pub email: String,
}

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
    /// The language of the letters, or two for letters in both.
    pub language: Option<Languages>,
    /// The recipient's own zone.
    pub zone: Option<TimeZone>,
    /// Why this recipient is the one.
    pub because: Because,
    /// As whom the ledger remembers what the recipient is told, if not as oneself.
    pub told_as: Option<RecipientId>,
    /// Whose absence matters here, if anybody's does.
    pub absence: Option<Box<Absence>>,
    /// How often letters are wanted.
    pub wishes: Wishes,
}

/// That somebody is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Who.
    pub who: Reader,
    /// The first day, if the register says it.
    pub from: Option<Date>,
    /// The last day, if the register says it.
    pub until: Option<Date>,
    /// Whether the recipient stands in; otherwise the recipient is the one who is absent, and nobody does.
    pub is_covered: bool,
}

/// Somebody who gets a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Identity for good.
    pub id: RecipientId,
    /// The name, for the Cc header.
    pub name: String,
    /// The address.
    pub email: String,
}

impl Recipient {
    /// As whom the ledger remembers what the recipient is told.
    pub fn remembered_as(&self) -> &RecipientId {
        self.told_as.as_ref().unwrap_or(&self.id)
    }

    /// Whether it is the secretariat, because whoever was to be told that nobody answers cannot be found.
    pub fn is_substitute(&self) -> bool {
        matches!(self.because, Because::Escalated { is_missing: true, .. })
    }

    /// The absence during which the recipient stands in, if that is why the letter comes here.
    pub fn stands_in(&self) -> Option<&Absence> {
        self.absence.as_deref().filter(|absence| absence.is_covered)
    }

    /// The recipient's own absence, in which nobody stands in.
    pub fn uncovered_absence(&self) -> Option<&Absence> {
        self.absence.as_deref().filter(|absence| !absence.is_covered)
    }

    /// Who gets a copy of what the recipient is told: the absent person for whom the recipient stands in.
    pub fn copy_to(&self) -> Option<&Reader> {
        let who = &self.stands_in()?.who;
        (!who.email.eq_ignore_ascii_case(&self.email)).then_some(who)
    }
}

/// Why somebody is a recipient of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// The action is asked of the person by name.
    Named,
    /// The action was handed over to the person.
    HandedOver,
    /// The person holds the seat of which it is asked.
    Holds(Seat),
    /// It is asked of the body, and this is its secretariat.
    SecretariatOf {
        /// Of which it is asked.
        body: String,
        /// The body above it whose secretariat it is, when the body itself has none.
        through: Option<String>,
    },
    /// It is asked of a seat that nobody holds; this is the body that fills it.
    Vacant {
        /// The seat.
        seat: Seat,
        /// Who held it last and until when, if the term has ended.
        ended: Option<(String, Date)>,
        /// The seat of the body that the recipient holds; none for the body's secretariat.
        speaker: Option<Seat>,
    },
    /// Those who are asked have not answered.
    Escalated {
        /// As what the recipient is told.
        to: EscalatedTo,
        /// Whether nobody is that at present, and this is the secretariat that runs rappel.
        is_missing: bool,
    },
    /// Nobody else could be found; this is the secretariat that runs rappel.
    NobodyElse {
        /// Of whom it is asked.
        asked_of: String,
    },
}
