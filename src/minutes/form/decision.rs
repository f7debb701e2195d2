//! What can be decided about a proposal.

use std::{fmt, str::FromStr};

use crate::action::{fold, meant};

/// What somebody decided about a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It goes into the register as it is proposed.
    Accept,
    /// It goes into the register as the row was corrected.
    Change,
    /// It does not go into the register.
    Reject,
}

impl Decision {
    /// The words of the column *Decision*.
    pub const WORDS: &[&str] = &["accept", "change", "reject"];

    /// Whether what it is about goes into the register.
    #[must_use]
    pub fn goes_in(self) -> bool {
        self != Self::Reject
    }

    /// What a word that is none of them was probably to be: the one that says the same or is like it, else that the row goes in.
    pub(super) fn probably(word: &str) -> Self {
        meant(word, Self::WORDS).and_then(|word| word.parse().ok()).unwrap_or(Self::Accept)
    }
}

/// The word of the column *Decision*.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accept => "accept",
            Self::Change => "change",
            Self::Reject => "reject",
        })
    }
}

impl FromStr for Decision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match fold(text).as_str() {
            "accept" => Ok(Self::Accept),
            "change" => Ok(Self::Change),
            "reject" => Ok(Self::Reject),
            other => {
                let hint = meant(other, Self::WORDS);
                let hint = hint.map_or_else(|| ".".to_owned(), |word| format!("; did you mean {word}?"));
                Err(format!(
                    "\"{text}\" is not a decision{hint} Write accept, change or reject, or leave the cell empty."
                ))
            }
        }
    }
}
