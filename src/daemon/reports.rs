//! What the secretariat is told of rappel itself, and when it was told last.

use jiff::{SignedDuration, Timestamp, civil::Date};

/// What was told, and looked at, so far.
#[derive(Debug)]
pub(super) struct Reports {
    /// When the last summary was written, or the first start was.
    pub(super) summed_up: Timestamp,
    /// When it was last looked whether failures are to be told.
    pub(super) failures_looked_at: Timestamp,
    /// The actions of which nobody is reminded because planning fails, as far as that was told.
    pub(super) broken: Vec<String>,
    /// The day on which what waits was looked at last.
    pub(super) looked_on: Option<Date>,
}

impl Reports {
    /// Failures are told soon after the start, but with the first send time if that comes first.
    pub(super) fn at_start(summed_up: Timestamp, now: Timestamp) -> Self {
        let failures_looked_at = now - SignedDuration::from_hours(23);
        Self { summed_up, failures_looked_at, broken: Vec::new(), looked_on: None }
    }
}
