//! Whether the state can be trusted: it is tried again after it could not be written, and every page
//! of it is looked at now and then while the daemon runs.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::task::{JoinError, JoinHandle};

use super::{Daemon, fact};
use crate::{
    ledger,
    store::{self, StoreError},
};

/// How long a write that failed is left alone.
const STORE_RETRY: SignedDuration = SignedDuration::from_secs(10);

/// The look at the database.
#[derive(Debug, Default)]
pub(super) struct Checkup {
    /// When the last look began, by the clock that nobody sets.
    began: Duration,
    under_way: Option<JoinHandle<Result<(), StoreError>>>,
}

impl Checkup {
    /// Opening the state looked at every page as well.
    pub(super) fn at_start(elapsed: Duration) -> Self {
        Self { began: elapsed, under_way: None }
    }

    /// The result of the look under way. Cancel safe.
    pub(super) async fn done(&mut self) -> Result<Result<(), StoreError>, JoinError> {
        let Some(look) = &mut self.under_way else { return std::future::pending().await };
        let done = look.await;
        self.under_way = None;
        done
    }
}

impl Daemon {
    /// Begins to look at the database when it is time to, on a thread and a connection of its own. A rehearsal
    /// or a simulation does not: it runs years in seconds.
    pub(super) fn begin_checkup(&mut self) {
        let every = self.setup.settings.check_every;
        let elapsed = self.clock.elapsed();
        let is_due = elapsed.saturating_sub(self.checkup.began) >= every;
        if self.clock.is_virtual() || self.checkup.under_way.is_some() || self.damage.is_some() || !is_due {
            return;
        }
        let dir = self.setup.settings.state.clone();
        self.checkup.began = elapsed;
        self.checkup.under_way = Some(tokio::task::spawn_blocking(move || store::quick_check(&dir)));
    }

    /// Takes the result of the look at the database.
    pub(super) fn on_checkup(&mut self, done: Result<Result<(), StoreError>, JoinError>) {
        match done {
            Ok(Ok(())) => tracing::debug!("The database was checked, and is whole."),
            Ok(Err(error)) => self.store_failed(&error),
            Err(error) => tracing::error!("The check of the database ended early: {error}."),
        }
    }

    /// Whether the state can be written, as far as is known.
    pub(super) fn store_works(&self) -> bool {
        self.store_retry.is_none() && self.damage.is_none()
    }

    /// Nothing is sent that cannot be recorded: everything waits until the state can be written. When it is damaged,
    /// until it is restored.
    pub(super) fn store_failed(&mut self, error: &StoreError) {
        if error.is_damage() {
            if self.damage.is_none() {
                tracing::error!("Nothing is sent any more. {error}");
                self.damage = Some((self.clock.now(), error.to_string()));
                self.give_up_mailing();
                // No waiting will help.
                self.store_retry = None;
            }
            return self.say_status();
        }
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        match self.store_trouble.again(&error.to_string(), now, elapsed) {
            Some(1) => tracing::error!("The state cannot be written; nothing is sent until it can. {error}"),
            Some(times) => tracing::error!(
                times,
                "The state still cannot be written, as was found {times} times; nothing is sent until it can. {error}"
            ),
            None => tracing::debug!("The state cannot be written. {error}"),
        }
        self.store_retry = Some(now + STORE_RETRY);
        self.say_status();
    }

    /// After a while, finds out whether the state can be written again.
    pub(super) async fn try_the_store(&mut self, now: Timestamp) {
        if self.damage.is_some() || self.store_retry.is_none_or(|retry| now < retry) {
            return;
        }
        let tried = self.store.write(move |c| ledger::set_fact(c, fact::TRIED, &now.to_string())).await;
        if let Err(error) = tried {
            return self.store_failed(&error);
        }
        self.store_retry = None;
        if self.store_trouble.over() {
            tracing::info!("The state can be written again.");
        }
        self.say_status();
    }
}
