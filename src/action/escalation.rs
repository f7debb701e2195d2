//! How long nobody has answered before somebody else is told.

use std::{fmt, str::FromStr};

use super::{UnknownStep, tidy};

/// When a rung of an escalation ladder is reached, counted from the deadline or in letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum After {
    /// So many days after the day of the deadline.
    Overdue {
        /// 1 or more.
        days: u32,
    },
    /// So many working days after the day of the deadline, on the calendars of the secretariat and of the body
    /// that is asked.
    OverdueWorking {
        /// 1 or more.
        days: u32,
    },
    /// So many letters about one deadline went to one recipient, and the next would.
    Unanswered {
        /// 1 or more.
        letters: u32,
    },
}

impl After {
    /// How much more patience this is than `before`, if both count the same: 0 when it is none.
    #[must_use]
    pub fn beyond(self, before: Self) -> Option<u32> {
        match (self, before) {
            (Self::Overdue { days: more }, Self::Overdue { days: less })
            | (Self::OverdueWorking { days: more }, Self::OverdueWorking { days: less })
            | (Self::Unanswered { letters: more }, Self::Unanswered { letters: less }) => {
                Some(more.saturating_sub(less))
            }
            _ => None,
        }
    }
}

/// As it is stored: "7d overdue", "2wd overdue", "3 letters unanswered".
impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overdue { days } => write!(f, "{days}d overdue"),
            Self::OverdueWorking { days } => write!(f, "{days}wd overdue"),
            Self::Unanswered { letters: 1 } => f.write_str("1 letter unanswered"),
            Self::Unanswered { letters } => write!(f, "{letters} letters unanswered"),
        }
    }
}

impl FromStr for After {
    type Err = UnknownStep;

    /// Reads what was stored; what people write is read with the settings.
    fn from_str(text: &str) -> Result<Self, UnknownStep> {
        let number = |digits: &str| digits.parse().ok().filter(|number| *number > 0);
        let text = tidy(text);
        let read = match text.split(' ').collect::<Vec<_>>()[..] {
            [days, "overdue"] => match days.strip_suffix("wd") {
                Some(days) => number(days).map(|days| Self::OverdueWorking { days }),
                None => days.strip_suffix('d').and_then(number).map(|days| Self::Overdue { days }),
            },
            [letters, "letter" | "letters", "unanswered"] => {
                number(letters).map(|letters| Self::Unanswered { letters })
            }
            _ => None,
        };
        read.ok_or(UnknownStep(text))
    }
}

/// To whom an action is escalated, as a policy names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The deputy of the person who is reminded.
    Deputy,
    /// The chair of the body that is asked.
    Chair,
    /// The secretariat that runs rappel.
    OwnSecretariat,
    /// A person, a body or a role, as the register writes them.
    Named(String),
}

/// As the settings write it.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deputy => f.write_str("deputy"),
            Self::Chair => f.write_str("chair"),
            Self::OwnSecretariat => f.write_str("secretariat"),
            Self::Named(name) => f.write_str(name),
        }
    }
}
