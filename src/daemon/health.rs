//! Whether the state can be relied on: nothing is sent that cannot be recorded, and nothing because of a record that is
//! damaged.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Daemon, Reached, checkup::Checkup, complaint::Complaint, fact, reached::Progress};
use crate::{ledger, store::StoreError};

/// How long a write that failed is left alone.
const RETRY: SignedDuration = SignedDuration::from_secs(10);

/// What is known of the state.
#[derive(Debug)]
pub(super) struct Health {
    /// While it cannot be written: when to try again.
    pub(super) retry_at: Option<Timestamp>,
    /// What was said about that.
    pub(super) complaint: Complaint,
    /// Since when and why it cannot be relied on, if it cannot: nothing is sent any more.
    pub(super) damage: Option<(Timestamp, String)>,
    /// Whether that is because it is older than what was sent from it.
    pub(super) is_behind: bool,
    pub(super) checkup: Checkup,
    /// How far it has come.
    pub(super) progress: Progress,
}

impl Health {
    /// Of a state that was just looked at whole.
    pub(super) fn at_start(reached: Reached, elapsed: Duration) -> Self {
        Self {
            retry_at: None,
            complaint: Complaint::default(),
            damage: None,
            is_behind: false,
            checkup: Checkup::at_start(elapsed),
            progress: Progress::from(reached),
        }
    }
}

impl Daemon {
    /// Whether the state can be written, as far as is known.
    pub(super) fn store_works(&self) -> bool {
        self.health.retry_at.is_none() && self.health.damage.is_none()
    }

    /// Nothing is sent that cannot be recorded: everything waits until the state can be written. When it is damaged,
    /// until it is restored.
    pub(super) fn store_failed(&mut self, error: &StoreError) {
        if error.is_damage() {
            if self.health.damage.is_none() {
                tracing::error!("Nothing is sent any more. {error}");
                self.health.damage = Some((self.clock.now(), error.to_string()));
                self.give_up_mailing();
                // No waiting will help.
                self.health.retry_at = None;
            }
            return self.say_status();
        }
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        match self.health.complaint.again(&error.to_string(), now, elapsed) {
            Some(1) => tracing::error!("The state cannot be written; nothing is sent until it can. {error}"),
            Some(times) => tracing::error!(
                times,
                "The state still cannot be written, as was found {times} times; nothing is sent until it can. {error}"
            ),
            None => tracing::debug!("The state cannot be written. {error}"),
        }
        self.health.retry_at = Some(now + RETRY);
        self.say_status();
    }

    /// After a while, finds out whether the state can be written again.
    pub(super) async fn try_the_store(&mut self, now: Timestamp) {
        if self.health.damage.is_some() || self.health.retry_at.is_none_or(|retry| now < retry) {
            return;
        }
        let tried = self.store.write(move |c| ledger::set_fact(c, fact::TRIED, &now.to_string())).await;
        if let Err(error) = tried {
            return self.store_failed(&error);
        }
        self.health.retry_at = None;
        if self.health.complaint.over() {
            tracing::info!("The state can be written again.");
        }
        self.say_status();
    }
}
