//! Letters on their way: with the carrier, back from it, and not recorded yet.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::{
    deliver::{Done, Job},
    outbox::LetterId,
};

/// A letter with the carrier.
#[derive(Debug, Clone)]
pub(super) struct Flying {
    /// Which attempt it is.
    pub(super) attempt: u32,
    /// Since when its lease runs.
    pub(super) since: Timestamp,
    /// The references that it tells of, if they were at hand.
    pub(super) about: Option<Vec<String>>,
}

/// What has left the outbox and is not settled in it.
#[derive(Debug)]
pub(super) struct Flight {
    /// Letters with the carrier, by their numbers.
    pub(super) letters: BTreeMap<i64, Flying>,
    /// Answers that are not recorded yet.
    pub(super) answered: Vec<Done>,
    /// Letters taken back from the carrier before anything was done about them.
    pub(super) recalled: Vec<Job>,
    /// Letters that get back their place, because the server was at fault.
    pub(super) regained: Vec<LetterId>,
    /// When answers were exchanged for letters last.
    pub(super) exchanged: Option<Instant>,
    /// When the next letter of the outbox may leave.
    pub(super) next_attempt: Option<Timestamp>,
    /// Nothing more is claimed.
    pub(super) is_closing: bool,
}

impl Flight {
    /// Nothing is on its way.
    pub(super) fn at_start(next_attempt: Option<Timestamp>) -> Self {
        Self {
            letters: BTreeMap::new(),
            answered: Vec::new(),
            recalled: Vec::new(),
            regained: Vec::new(),
            exchanged: None,
            next_attempt,
            is_closing: false,
        }
    }

    /// How many letters are with the carrier, and neither answered nor taken back.
    pub(super) fn in_the_air(&self) -> usize {
        self.letters.len().saturating_sub(self.answered.len() + self.recalled.len())
    }

    /// A letter may leave at this instant.
    pub(super) fn due_now(&mut self, now: Timestamp) {
        self.next_attempt = Some(self.next_attempt.map_or(now, |next| next.min(now)));
    }

    /// An attempt is no longer with the carrier.
    pub(super) fn is_back(&mut self, id: i64, attempt: u32) {
        if self.letters.get(&id).is_some_and(|flying| flying.attempt == attempt) {
            self.letters.remove(&id);
        }
    }
}
