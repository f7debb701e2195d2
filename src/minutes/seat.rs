//! Who holds a seat, as a report says it.

use std::fmt;

use super::Evidence;
use crate::action::{Register, Seat, fold};

/// That a report names who holds a seat. The register needs an address beside the name, which no report prints: the
/// secretariat adds both to its sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seated {
    /// The seat.
    pub seat: Seat,
    /// The name, without title.
    pub name: String,
    /// The organization behind the name, with its country: "Orange, France".
    pub organization: Option<String>,
    /// Where it is said.
    pub evidence: Evidence,
    /// What the register has of the seat; none where there is no register.
    pub held: Option<Held>,
}

/// What a register has of a seat that a report gives to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It has the seat with that holder.
    ByThem,
    /// It does not have the seat.
    Unknown,
    /// It has the seat, and nobody who holds it.
    ByNobody,
    /// It has other holders.
    ByOthers(Vec<String>),
}

impl Held {
    /// What the register has of the seat that is said to be somebody's.
    pub(super) fn of(seated: &Seated, register: &Register) -> Self {
        let wanted = fold(&seated.seat.to_string());
        let roles: Vec<_> =
            register.roles.iter().filter(|role| fold(&role.seat.to_string()) == wanted).collect();
        let holders: Vec<_> = roles.iter().filter_map(|role| role.holder.as_deref()).collect();
        if roles.is_empty() {
            return Self::Unknown;
        }
        if holders.iter().any(|holder| fold(holder) == fold(&seated.name)) {
            return Self::ByThem;
        }
        let holders: Vec<_> = holders.into_iter().map(str::to_owned).collect();
        if holders.is_empty() { Self::ByNobody } else { Self::ByOthers(holders) }
    }

    /// The word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::ByThem => "unchanged",
            Self::Unknown => "new",
            Self::ByNobody => "filled",
            Self::ByOthers(_) => "changed",
        }
    }

    /// Whom the register has instead.
    #[must_use]
    pub fn others(&self) -> &[String] {
        match self {
            Self::ByOthers(others) => others,
            _ => &[],
        }
    }
}

/// A sentence: what is to be decided.
impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByThem => f.write_str("unchanged: the register has it"),
            Self::Unknown => f.write_str("new: the register does not have this seat"),
            Self::ByNobody => f.write_str("filled: the seat is vacant in the register"),
            Self::ByOthers(others) => {
                write!(
                    f,
                    "changed: the register has {}. Is it somebody else now, or one more?",
                    others.join(" and ")
                )
            }
        }
    }
}
