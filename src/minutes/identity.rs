//! What makes a proposal the same one when its report is read again.

use std::fmt;

use sha2::{Digest, Sha256};

use super::Matched;
use crate::action::fold;

/// A proposal for good: a digest of the report, of reference and addressee as they were found, and of the words that it was
/// taken from. The same words in a later report are another proposal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity(String);

impl Identity {
    /// Of what was found in a report, which calls itself so.
    pub(super) fn of(report: Option<&str>, found: &Matched, words: &str) -> Self {
        let mut digest = Sha256::new();
        for part in [report.unwrap_or_default(), &found.reference, &found.asked_of, words] {
            digest.update(fold(part));
            digest.update([0]);
        }
        // Half of it is enough to tell proposals apart; the letter keeps a spreadsheet program from reading a number.
        let half = digest.finalize().iter().take(16).fold(0, |half, byte| half << 8 | u128::from(*byte));
        Self(format!("p{half:032x}"))
    }

    /// One as it was written down.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As it is written down.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
