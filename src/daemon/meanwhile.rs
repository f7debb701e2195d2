//! Letters that wait while the register goes on: what they tell may have become untrue.
//!
//! A letter about an action that was closed, or whose deadline moved, or that is no longer asked
//! of its recipient, is withdrawn before it leaves; of a digest the rest is written anew. A letter that
//! a person holds is left as it is.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use rusqlite::Connection;

use super::{Daemon, Setup};
use crate::{
    action::ReminderKey,
    compose,
    directory::Directory,
    ledger,
    letter::Letter,
    outbox::{self, LetterId},
    schedule::Reminder,
};

/// A waiting letter of which something is no longer true.
#[derive(Debug)]
struct Outdated {
    letter: LetterId,
    why: String,
    /// What is no longer true: it counts as never told, in case it becomes true again.
    stale: Vec<ReminderKey>,
    /// What is still true, told by a letter of its own.
    rest: Option<(Letter, Vec<ReminderKey>)>,
}

impl Daemon {
    /// Withdraws or rewrites what waits and is no longer true under the register in force. A letter
    /// that is being sent at this moment is past recall.
    pub(super) async fn withdraw_outdated(&mut self) {
        let Some(directory) = self.directory.clone() else { return };
        let waiting = match self.store.read(ledger::waiting_reminders) {
            Ok(waiting) => waiting,
            Err(error) => return self.store_failed(&error),
        };
        let now = self.clock.now();
        let mut letters: BTreeMap<LetterId, Vec<(ReminderKey, Date)>> = BTreeMap::new();
        self.past_recall = false;
        for (letter, key, day) in waiting {
            if self.in_flight.contains(&letter.0) {
                self.past_recall = true;
            } else {
                letters.entry(letter).or_default().push((key, day));
            }
        }
        let outdated: Vec<_> = letters
            .into_iter()
            .filter_map(|(letter, told)| {
                // What waits for the recipient's morning is written in the words of then.
                let leaves = || match self.store.read(|c| outbox::show(c, letter)) {
                    Ok(Some(shown)) => shown.summary.planned_for.max(now),
                    _ => now,
                };
                outdated(&self.setup, &directory, letter, told, now, &leaves)
            })
            .collect();
        if outdated.is_empty() {
            return;
        }
        tracing::info!("{} waiting letters are no longer true and do not leave as they are.", outdated.len());
        let written = self.store.write(move |c| {
            outdated.iter().try_for_each(|one| replace(c, one, now))?;
            Ok((outbox::next_attempt(c)?, ledger::told(c)?))
        });
        match written.await {
            Ok((next, told)) => {
                self.next_attempt = next;
                self.told = Arc::new(told);
            }
            Err(error) => self.store_failed(&error),
        }
    }
}

fn outdated(
    setup: &Setup,
    directory: &Directory,
    letter: LetterId,
    told: Vec<(ReminderKey, Date)>,
    now: Timestamp,
    leaves: &dyn Fn() -> Timestamp,
) -> Option<Outdated> {
    let mut reasons = Vec::new();
    let (mut rest, mut stale) = (Vec::new(), Vec::new());
    for (key, day) in told {
        match still_true(setup, directory, &key, day, now) {
            Ok(reminder) => rest.push(reminder),
            Err(why) => {
                stale.push(key);
                reasons.push(why);
            }
        }
    }
    if reasons.is_empty() {
        return None;
    }
    let why = format!("withdrawn before it left: {}", reasons.join("; "));
    let keys: Vec<_> = rest.iter().map(|reminder| reminder.key.clone()).collect();
    let rest = rest.first().map(|first| {
        let around = |action: &crate::action::Action| setup.around(directory, action);
        let identity = &setup.settings.secretariat;
        // A mistake in one letter is no reason to end the daemon.
        catch_unwind(AssertUnwindSafe(|| {
            compose::letter(&rest, &first.recipient, &around, identity, &setup.templates, leaves())
        }))
    });
    match rest {
        None => Some(Outdated { letter, why, stale, rest: None }),
        Some(Ok(Ok(anew))) => Some(Outdated { letter, why, stale, rest: Some((anew, keys)) }),
        // What cannot be written anew is planned anew.
        Some(_) => {
            stale.extend(keys);
            Some(Outdated { letter, why, stale, rest: None })
        }
    }
}

/// The reminder as it is under the register in force, or why it is no longer true.
fn still_true<'r>(
    setup: &'r Setup,
    directory: &'r Directory,
    key: &ReminderKey,
    step_day: Date,
    now: Timestamp,
) -> Result<Reminder<'r>, String> {
    let shown = key.action.to_string();
    let action =
        directory.action(&key.action).ok_or_else(|| format!("{shown} is no longer in the register"))?;
    if !action.is_outstanding() {
        return Err(format!("{shown} is {}", action.status));
    }
    if action.deadline != key.deadline {
        return Err(format!("the deadline of {shown} moved"));
    }
    let today = setup.rules.send().zone().to_datetime(now).date();
    let recipient = directory
        .recipients(action, today)
        .into_iter()
        .find(|recipient| recipient.id == key.recipient)
        .ok_or_else(|| format!("{shown} is asked of somebody else now"))?;
    let (policy, choice) = setup.rules.policy_of(action);
    Ok(Reminder { action, recipient, key: key.clone(), step_day, merged: Vec::new(), policy, choice })
}

fn replace(c: &Connection, outdated: &Outdated, now: Timestamp) -> rusqlite::Result<()> {
    let leaves = outbox::show(c, outdated.letter)?.map_or(now, |letter| letter.summary.planned_for);
    if !outbox::withdraw(c, outdated.letter, &outdated.why, now)? {
        return Ok(());
    }
    ledger::take_back(c, &outdated.stale, &outdated.why)?;
    let Some((letter, keys)) = &outdated.rest else { return Ok(()) };
    let anew = outbox::enqueue(c, letter, leaves, now)?.id();
    ledger::carry_over(c, keys, anew)
}
