//! Every page of the state is looked at now and then while the daemon runs.

use std::time::Duration;

use tokio::task::{JoinError, JoinHandle};

use super::Daemon;
use crate::store::{self, StoreError};

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
        let is_due = elapsed.saturating_sub(self.health.checkup.began) >= every;
        if self.clock.is_virtual()
            || self.health.checkup.under_way.is_some()
            || self.health.damage.is_some()
            || !is_due
        {
            return;
        }
        let dir = self.setup.settings.state.clone();
        self.health.checkup.began = elapsed;
        self.health.checkup.under_way = Some(tokio::task::spawn_blocking(move || store::quick_check(&dir)));
    }

    /// Takes the result of the look at the database.
    pub(super) fn on_checkup(&mut self, done: Result<Result<(), StoreError>, JoinError>) {
        match done {
            Ok(Ok(())) => tracing::debug!("The database was checked, and is whole."),
            Ok(Err(error)) => self.store_failed(&error),
            Err(error) => tracing::error!("The check of the database ended early: {error}."),
        }
    }
}
