//! Actions that were closed: seen when a register, or a decision beside it, comes into force, and told at the next send
//! time, if their policies say so. The letter is left alone while it waits, unless the action is open again.

use std::{collections::HashSet, sync::Arc};

use jiff::Timestamp;
use rusqlite::Connection;

use super::{Daemon, intake::open_actions, meanwhile::Today, still::Untrue};
use crate::{
    action::{Action, ActionId, ReminderKey, Step, Told},
    directory::Directory,
    ledger::{self, Vanished, Waiting},
    schedule::{self, Moment, Reminder},
};

/// The actions that were open, or whose rows were missing, and are closed in `directory`.
pub fn closed_since(known_open: &[ActionId], vanished: &[Vanished], directory: &Directory) -> Vec<ActionId> {
    let known = known_open.iter().chain(vanished.iter().map(|one| &one.action));
    let is_closed = |action: &Action| schedule::is_closed(action);
    known.filter(|id| directory.action(id).is_some_and(is_closed)).cloned().collect()
}

/// What a register, or a decision beside it, makes of the open actions.
#[derive(Debug)]
pub(super) struct Turned {
    directory: Arc<Directory>,
    closed: Vec<ActionId>,
    /// Open, and not known as that so far.
    opened: Vec<ActionId>,
    /// Known as open so far, and closed or gone.
    ended: Vec<ActionId>,
    at: Timestamp,
}

impl Turned {
    /// Records it; runs inside one transaction.
    pub(super) fn record(&self, c: &Connection) -> rusqlite::Result<()> {
        ledger::record_closings(c, &self.closed, |action| self.is_open(action), self.at)?;
        ledger::change_known_open(c, &self.opened, &self.ended, self.at)
    }

    /// Records it in the view of the ledger.
    pub(super) fn record_in(self, told: &mut Arc<Told>) {
        let reopened = told.closings().map(|(id, _)| id).filter(|id| self.is_open(id)).cloned();
        let reopened: Vec<_> = reopened.collect();
        if self.closed.is_empty() && reopened.is_empty() {
            return;
        }
        let told = Arc::make_mut(told);
        for action in &reopened {
            told.record_reopened(action);
        }
        for action in self.closed {
            told.record_closing(action, self.at);
        }
    }

    fn is_open(&self, action: &ActionId) -> bool {
        self.directory.action(action).is_some_and(Action::is_outstanding)
    }
}

impl Daemon {
    /// What `directory` makes of the open actions.
    pub(super) fn turned(
        &self,
        known_open: &[ActionId],
        directory: &Arc<Directory>,
        at: Timestamp,
    ) -> Turned {
        let closed = closed_since(known_open, &self.register.vanished, directory);
        let known: HashSet<_> = known_open.iter().collect();
        let opened = open_actions(directory).filter(|id| !known.contains(id)).cloned().collect();
        let mut turned = Turned { directory: Arc::clone(directory), closed, opened, ended: Vec::new(), at };
        turned.ended = known_open.iter().filter(|id| !turned.is_open(id)).cloned().collect();
        turned
    }

    /// After a send time was worked through: forgets what was closed and of which everybody was told who is to be
    /// told, or nobody is.
    pub(super) async fn forget_closings(&mut self, send_time: Timestamp) {
        let Some(directory) =
            self.register.directory.clone().filter(|_| self.agenda.told.closings().next().is_some())
        else {
            return;
        };
        let setup = Arc::clone(&self.setup);
        let done =
            schedule::told_of_all(&directory, &self.agenda.told, &Moment::new(&setup.rules, send_time));
        if done.is_empty() {
            return;
        }
        Arc::make_mut(&mut self.agenda.told).forget_closings(&done);
        self.agenda.is_told_anew = true;
        if let Err(error) = self.store.write(move |c| ledger::forget_closings(c, &done)).await {
            self.store_failed(&error);
        }
    }
}

/// Whether a reminder tells that its action is closed.
pub(super) fn is_closure(key: &ReminderKey) -> bool {
    matches!(key.step, Step::Closed { .. })
}

/// Whether a waiting letter tells of nothing but closed actions, of which none is open again, and cannot be written
/// anew: a row is gone, or somebody else stands in by now. It is true as it is.
pub(super) fn is_true_as_it_is(today: &Today<'_>, waiting: &[Waiting]) -> bool {
    let is_open = |one: &Waiting| today.directory.action(&one.key.action).is_some_and(Action::is_outstanding);
    waiting.iter().all(|one| is_closure(&one.key))
        && !waiting.iter().any(is_open)
        && waiting.iter().any(|one| still_closed(today, one).is_err())
}

/// The reminder that tells that its action is closed, as it is under the register in force, or why it is no longer
/// true.
pub(super) fn still_closed<'r>(today: &Today<'r>, waiting: &Waiting) -> Result<Reminder<'r>, Untrue> {
    let Waiting { key, day: step_day, .. } = waiting;
    let stale = |why: &str| Untrue::Stale(format!("{} {why}", key.action));
    let action = today.directory.action(&key.action).ok_or_else(|| stale("is no longer in the register"))?;
    if !schedule::is_closed(action) {
        return Err(stale("is open again"));
    }
    let is_copy = key.recipient.is_copy();
    let who = if is_copy { key.recipient.reader() } else { key.recipient.clone() };
    let recipient = today.directory.remembered(&who, action, today.day());
    let recipient = recipient
        .filter(|recipient| is_copy || recipient.id == waiting.addressee)
        .ok_or_else(|| stale("is told to somebody else now"))?;
    let told = ReminderKey { recipient: who, ..key.clone() };
    let reminder = Reminder::new(action, recipient, told, *step_day, today.setup.rules.policy_of(action));
    if is_copy && !reminder.copies.iter().any(|copy| copy.key == *key) {
        return Err(stale("needs no copy any more"));
    }
    Ok(reminder)
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Office, *};

    /// An action that is opened again is no longer closed: neither in the database nor in what is known of it.
    #[tokio::test]
    async fn what_is_opened_again_is_not_recorded_as_closed_any_more() {
        let office = Office::new("");
        office.actions(&[["A1", "one", "Ann"]]);
        let mut daemon = office.start().await;
        let open = daemon.register.directory.clone().unwrap();
        let known: Vec<_> = open_actions(&open).cloned().collect();
        office.write(
            "register/Actions.csv",
            "Ref,Title,Asked of,Deadline,Status\nA1,one,Ann,2027-03-08,done\n",
        );
        let closed = Arc::new(daemon.setup.read_register().unwrap().0);
        let now = daemon.clock.now();
        for (known, directory, closings) in [(&known[..], &closed, 1), (&[], &open, 0)] {
            let turned = daemon.turned(known, directory, now);
            let turned = daemon.store.write(move |c| turned.record(c).map(|()| turned)).await.unwrap();
            turned.record_in(&mut daemon.agenda.told);
            let recorded = daemon.store.read(|c| ledger::closings(c, Timestamp::MAX)).unwrap();
            assert_eq!((recorded.len(), daemon.agenda.told.closings().count()), (closings, closings));
            let left = daemon.store.read(ledger::known_open).unwrap();
            assert_eq!(left.len(), 1 - closings);
        }
    }
}
