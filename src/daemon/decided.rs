//! What people decide beside the register, on the command line: it is laid over the register when that comes into
//! force, and while it is in force. A running daemon finds a new decision as it finds what people decide about
//! letters: in the state, whenever it wakes.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use rusqlite::Connection;

use super::Daemon;
use crate::{
    action::ActionId,
    decision::{Decision, Standing},
    directory::Directory,
    ledger::{self, DecisionEnd},
    store::{Reader, StoreError},
};

/// Decisions that the register made to count no more.
#[derive(Debug, Default)]
pub(super) struct Ended(Vec<(i64, DecisionEnd)>);

impl Ended {
    /// By a register that was read from `read` on. A decision made later may have been made about what the files
    /// said later still: it is for the next reading to say.
    pub(super) fn by(directory: &Directory, read: Timestamp) -> Self {
        let before = directory.decided().iter().filter(|one| one.decision.at <= read);
        let ended = before.filter_map(|one| {
            let how = match one.standing {
                Standing::CaughtUp => DecisionEnd::CaughtUp,
                Standing::Overruled => DecisionEnd::Overruled,
                Standing::Holds | Standing::Agrees | Standing::Impossible => return None,
            };
            Some((one.decision.id, how))
        });
        Self(ended.collect())
    }

    /// Records it; runs inside one transaction.
    pub(super) fn record(&self, c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
        self.0.iter().try_for_each(|(id, how)| ledger::end_decision(c, *id, *how, now))
    }
}

/// Lays what was decided, as the state has it, over a register that was read.
pub fn decide_from(state: &Reader, directory: &mut Directory) -> Result<(), StoreError> {
    directory.decide(state.read(ledger::decisions)?);
    Ok(())
}

impl Daemon {
    /// Lays what was decided over `directory`; gives about which actions something was, whether their rows are there or
    /// not.
    pub(super) fn decide(&mut self, directory: &mut Directory) -> Result<BTreeSet<ActionId>, StoreError> {
        let read = |c: &Connection| Ok((ledger::decisions(c)?, ledger::newest_decision(c)?));
        let (decisions, newest): (Vec<Decision>, i64) = self.store.read(read)?;
        let about = decisions.iter().map(|one| one.action.clone()).collect();
        directory.decide(decisions);
        self.register.newest_decision = newest;
        Ok(about)
    }

    /// Follows what was decided since the last look. Nothing ends by that: who decided had the files before them, and
    /// they may say more by now than the register in force.
    pub(super) async fn look_for_decisions(&mut self, now: Timestamp) {
        let is_new = self
            .store
            .read(ledger::newest_decision)
            .is_ok_and(|newest| newest != self.register.newest_decision);
        if !is_new || !self.store_works() {
            return;
        }
        self.give_up_mailing();
        let Some(directory) = self.register.directory.take() else { return };
        let mut directory = Arc::unwrap_or_clone(directory);
        let decided = self.decide(&mut directory).and_then(|_| self.store.read(ledger::known_open));
        let directory = Arc::new(directory);
        let written = match decided {
            Ok(known) => {
                let turned = self.turned(&known, &directory, now);
                self.store.write(move |c| turned.record(c).map(|()| turned)).await
            }
            Err(error) => Err(error),
        };
        self.register.directory = Some(directory);
        match written {
            Ok(turned) => turned.record_in(&mut self.agenda.told),
            Err(error) => {
                // Looked at again when the state can be used.
                self.register.newest_decision = -1;
                return self.store_failed(&error);
            }
        }
        tracing::info!("What was decided on the command line is in force.");
        self.has_changed(now).await;
        self.look_ahead_anew();
        self.say_status();
    }
}
