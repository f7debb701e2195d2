//! Letters that wait while the register goes on: what they tell may have become untrue.
//!
//! A letter about an action that was closed, or whose deadline moved, or that is no longer asked
//! of its recipient, is withdrawn before it leaves; of a digest the rest is written anew.

use std::collections::BTreeMap;

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
        for (letter, key, day) in waiting {
            if !self.in_flight.contains(&letter.0) {
                letters.entry(letter).or_default().push((key, day));
            }
        }
        let outdated: Vec<_> = letters
            .into_iter()
            .filter_map(|(letter, told)| outdated(&self.setup, &directory, letter, told, now))
            .collect();
        if outdated.is_empty() {
            return;
        }
        tracing::info!("{} waiting letters are no longer true and do not leave as they are.", outdated.len());
        let written = self.store.write(move |c| {
            outdated.iter().try_for_each(|one| replace(c, one, now))?;
            outbox::next_attempt(c)
        });
        match written.await {
            Ok(next) => self.next_attempt = next,
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
) -> Option<Outdated> {
    let mut reasons = Vec::new();
    let mut rest = Vec::new();
    for (key, day) in told {
        match still_true(setup, directory, &key, day, now) {
            Ok(reminder) => rest.push(reminder),
            Err(why) => reasons.push(why),
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
        compose::letter(&rest, &first.recipient, &around, identity, &setup.templates, now)
    });
    match rest {
        None => Some(Outdated { letter, why, rest: None }),
        Some(Ok(anew)) => Some(Outdated { letter, why, rest: Some((anew, keys)) }),
        // Better a letter that says one thing too many than a reminder that is lost.
        Some(Err(_)) => None,
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
    if !outbox::withdraw(c, outdated.letter, &outdated.why, now)? {
        return Ok(());
    }
    let Some((letter, keys)) = &outdated.rest else { return Ok(()) };
    let anew = outbox::enqueue(c, letter, now, now)?.id();
    ledger::carry_over(c, keys, anew)
}
