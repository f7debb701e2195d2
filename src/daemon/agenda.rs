//! What is to come: what was told so far, the send time that was served last, and the mailing under way.

use std::sync::{Arc, OnceLock};

use jiff::{Timestamp, civil::Date};

use super::{Daemon, ends::Ends, send_time::Composing};
use crate::{
    action::Told,
    schedule::{Upcoming, upcoming},
};

/// What the next letters are planned from, and the mailing that is being composed.
#[derive(Debug)]
pub(super) struct Agenda {
    /// What was told, as the state has it.
    pub(super) told: Arc<Told>,
    /// What the view knows of the ends of letters.
    pub(super) ends: Ends,
    /// The last send time that was served.
    pub(super) served: Timestamp,
    /// Found when it is asked for first: a mailing that is due does not wait for it.
    upcoming: OnceLock<Upcoming>,
    /// Whether what was told is another since that was looked for.
    pub(super) is_told_anew: bool,
    /// What was forecast for the next send time, as the state has it.
    pub(super) forecast: Option<String>,
    pub(super) mailing: Option<Composing>,
    /// The day on which what waits was looked at last.
    pub(super) looked_on: Option<Date>,
    /// The send time of a single round, until its letters are queued.
    pub(super) round: Option<Timestamp>,
}

impl Agenda {
    /// What the state remembers.
    pub(super) fn at_start(told: Told, served: Timestamp) -> Self {
        Self {
            told: Arc::new(told),
            ends: Ends::default(),
            served,
            upcoming: OnceLock::new(),
            is_told_anew: false,
            forecast: None,
            mailing: None,
            looked_on: None,
            round: None,
        }
    }
}

impl Daemon {
    /// When something will be due next, as far as a register is in force.
    pub fn upcoming(&self) -> Option<&Upcoming> {
        let directory = self.register.directory.as_ref()?;
        Some(
            self.agenda.upcoming.get_or_init(|| {
                upcoming(directory, &self.setup.rules, &self.agenda.told, self.agenda.served)
            }),
        )
    }

    /// What is due next has changed.
    pub(super) fn look_ahead_anew(&mut self) {
        self.take_in_ends();
        self.agenda.is_told_anew = false;
        self.agenda.upcoming = OnceLock::new();
    }
}
