//! Who: representatives, the roles they hold, the bodies they hold them at.

use std::{fmt, sync::Arc};

use jiff::{civil::Date, tz::TimeZone};

use super::{Languages, Pace, Place, fold};

/// A named representative, a row of the Representatives sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The name, by which every other sheet refers to the person.
    pub name: String,
    /// Where letters go.
    pub email: String,
    /// Where a letter goes when the first address is refused.
    pub second_email: Option<String>,
    /// The organization the person works for.
    pub organization: Option<String>,
    /// The language of the letters, or two for letters in both.
    pub language: Option<Languages>,
    /// The person's own time zone.
    pub zone: Option<TimeZone>,
    /// Who stands in during an absence: a name of this sheet.
    pub deputy: Option<String>,
    /// First day of the absence.
    pub absent_from: Option<Date>,
    /// Last day of the absence.
    pub absent_until: Option<Date>,
    /// How often the person wants letters.
    pub wishes: Wishes,
    /// Where in the register.
    pub place: Place,
}

/// How often somebody wants letters; what is not said is as the settings say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wishes {
    /// When what is due goes there.
    pub pace: Option<Pace>,
    /// The most letters in any 7 days, 1 or more.
    pub most_a_week: Option<u32>,
}

impl Person {
    /// Whether the person is absent on `day`: from its first day to its last, of which one may be left open.
    #[must_use]
    pub fn is_absent(&self, day: Date) -> bool {
        (self.absent_from.is_some() || self.absent_until.is_some())
            && self.absent_from.is_none_or(|from| from <= day)
            && self.absent_until.is_none_or(|until| day <= until)
    }
}

/// What is held at a body, without saying by whom: "ITU-T representative at MoU/MG" is the seat
/// `{ body: "ITU-T", role: "representative", at: Some("MoU/MG") }`; "chair of SG17" is
/// `{ body: "SG17", role: "chair", at: None }`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seat {
    /// The body that holds or fills the seat.
    pub body: String,
    /// The name of the role.
    pub role: String,
    /// The outside body at which it is held, if it is not the body's own.
    pub at: Option<String>,
}

impl Seat {
    /// The ways in which people say it, folded: "itu-t representative at mou/mg" and "representative of itu-t at mou/mg";
    /// "sg17 chair" and "chair of sg17".
    #[must_use]
    pub fn ways(&self) -> [String; 2] {
        let at = self.at.as_ref().map_or_else(String::new, |at| format!(" at {at}"));
        [format!("{} {}{at}", self.body, self.role), format!("{} of {}{at}", self.role, self.body)]
            .map(|said| fold(&said))
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Some(at) => write!(f, "{} {} at {at}", self.body, self.role),
            None => write!(f, "{} of {}", self.role, self.body),
        }
    }
}

/// A row of the Roles sheet: who holds a seat, from when until when.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// The seat.
    pub seat: Seat,
    /// Who holds it, a name of the Representatives sheet; none for a vacant seat.
    pub holder: Option<String>,
    /// First day of the term.
    pub from: Option<Date>,
    /// Last day of the term.
    pub until: Option<Date>,
    /// Where in the register.
    pub place: Place,
}

impl Role {
    /// Whether the term covers `day`.
    #[must_use]
    pub fn in_term(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// A row of the Bodies sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// The short name by which the other sheets refer to it: "SG17".
    pub name: String,
    /// The name in full.
    pub full_name: Option<String>,
    /// The body above it.
    pub parent: Option<String>,
    /// Who runs its secretariat, in words: "TSB".
    pub secretariat: Option<String>,
    /// The secretariat's address.
    pub secretariat_email: Option<String>,
    /// The name of its holiday calendar.
    pub holidays: Option<String>,
    /// Where in the register.
    pub place: Place,
}

/// Of whom an action is asked, with names as the sheets that define them write them: many actions share them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Addressee {
    /// A person of the Representatives sheet.
    Person(Arc<str>),
    /// Whoever holds a seat of the Roles sheet.
    Seat(Box<Seat>),
    /// A body of the Bodies sheet: its secretariat.
    Body(Arc<str>),
}

impl fmt::Display for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(name) | Self::Body(name) => f.write_str(name),
            Self::Seat(seat) => seat.fmt(f),
        }
    }
}
