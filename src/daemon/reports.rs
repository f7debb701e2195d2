//! What the secretariat is told of rappel itself, and when it was told last.

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{Daemon, Setup};
use crate::{
    action::Problems,
    compose::{self, ComposeError, Notice},
    letter::Letter,
    outbox,
};

/// What was told, and looked at, so far.
#[derive(Debug)]
pub(super) struct Reports {
    /// When the last summary was written, or the first start was.
    pub(super) summed_up: Timestamp,
    /// When it was last looked whether failures are to be told.
    pub(super) failures_looked_at: Timestamp,
    /// The actions of which nobody is reminded because planning fails, as far as that was told.
    pub(super) broken: Vec<String>,
}

impl Reports {
    /// Failures are told soon after the start, but with the first send time if that comes first.
    pub(super) fn at_start(summed_up: Timestamp, now: Timestamp) -> Self {
        let failures_looked_at = now - SignedDuration::from_hours(23);
        Self { summed_up, failures_looked_at, broken: Vec::new() }
    }
}

impl Daemon {
    /// Tells the secretariat about problems of something that is not good since a day: once for each distinct set of
    /// them, until it was good again.
    pub(super) async fn notice(&mut self, problems: &Problems, (what, since): (&str, Date)) {
        let now = self.clock.now();
        let identity = &self.setup.settings.secretariat;
        let templates = &self.setup.templates;
        let letter = compose::problems_notice(problems, (what, since), identity, templates, now);
        if let Some(letter) = said_if_not("problems", letter) {
            self.tell(letter, now).await;
        }
    }

    /// Tells the secretariat why a register is held, once for each reason, until one was in force again.
    pub(super) async fn notice_of_hold(&mut self, notice: &Notice) {
        let now = self.clock.now();
        if let Some(letter) = self.composed(notice, now) {
            self.tell(letter, now).await;
        }
    }

    /// The letter that tells it; none if it cannot be composed, by a template of one's own, which the log says.
    pub(super) fn composed(&self, notice: &Notice, now: Timestamp) -> Option<Letter> {
        composed(notice, &self.setup, now)
    }

    /// Puts a letter to the secretariat into the outbox.
    pub(super) async fn tell(&mut self, letter: Letter, now: Timestamp) {
        let written = self.store.write(move |c| outbox::enqueue(c, &letter, now, now).map(|_| ()));
        match written.await {
            Ok(()) => self.flight.due_now(now),
            Err(error) => self.store_failed(&error),
        }
    }
}

/// The letter that tells the secretariat a notice.
pub(super) fn composed(notice: &Notice, setup: &Setup, now: Timestamp) -> Option<Letter> {
    let identity = &setup.settings.secretariat;
    said_if_not(&notice.sort, compose::notice(notice, identity, &setup.templates, now))
}

fn said_if_not(sort: &str, letter: Result<Letter, ComposeError>) -> Option<Letter> {
    letter
        .inspect_err(|error| {
            tracing::error!("The letter to the secretariat ({sort}) could not be composed: {error}");
        })
        .ok()
}
