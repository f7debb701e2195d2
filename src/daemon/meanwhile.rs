//! Letters that wait while the register goes on: what they tell may have become untrue.
//!
//! A letter about an action that was closed, or whose deadline moved, or that is no longer asked
//! of its recipient, is withdrawn before it leaves; of a digest the rest is written anew. A letter about
//! an action whose row is missing is kept back until the row is there again, or was missing for too long.
//! A letter that a person holds is left as it is.

use std::{
    collections::{BTreeMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use rusqlite::Connection;

use super::{Daemon, Setup};
use crate::{
    action::{ActionId, ReminderKey, Told},
    compose,
    directory::Directory,
    ledger::{self, Waiting},
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

/// What becomes of a waiting letter.
#[derive(Debug)]
enum Fate {
    /// It is not true as it is.
    Outdated(Box<Outdated>),
    /// The rows of all that it tells are missing; why it waits.
    KeepBack(LetterId, String),
    /// It was kept back, and the rows are there again.
    Release(LetterId),
}

/// Why a reminder does not leave now.
enum Untrue {
    /// It is no longer true.
    Stale(String),
    /// Its row is missing, and may come back.
    Missing(String),
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
        let mut letters: BTreeMap<LetterId, Vec<Waiting>> = BTreeMap::new();
        self.past_recall = false;
        for one in waiting {
            if self.in_flight.contains(&one.letter.0) {
                self.past_recall = true;
            } else {
                letters.entry(one.letter).or_default().push(one);
            }
        }
        let missing = self.vanished.iter().map(|one| one.action.clone()).collect();
        // What waits for the recipient's morning is written in the words of then.
        let leaves = |letter| match self.store.read(|c| outbox::show(c, letter)) {
            Ok(Some(shown)) => shown.summary.planned_for.max(now),
            _ => now,
        };
        let today = Today {
            setup: &self.setup,
            directory: &directory,
            missing,
            told: &self.told,
            now,
            leaves: &leaves,
        };
        let fates: Vec<_> =
            letters.into_iter().filter_map(|(letter, told)| fate(&today, letter, told)).collect();
        if fates.is_empty() {
            return;
        }
        tracing::info!("{} waiting letters do not leave as they were meant to.", fates.len());
        let written = self.store.write(move |c| {
            fates.iter().try_for_each(|one| decide(c, one, now))?;
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

/// What waiting letters are compared with.
struct Today<'a> {
    setup: &'a Setup,
    directory: &'a Directory,
    /// Actions whose rows may come back.
    missing: HashSet<ActionId>,
    /// What was told, by these letters too.
    told: &'a Told,
    now: Timestamp,
    /// When a waiting letter leaves.
    leaves: &'a dyn Fn(LetterId) -> Timestamp,
}

fn fate(today: &Today<'_>, letter: LetterId, waiting: Vec<Waiting>) -> Option<Fate> {
    let &Today { setup, directory, told, leaves, .. } = today;
    let is_kept_back = waiting.iter().any(|one| one.is_kept_back);
    let is_in_doubt = waiting.iter().any(|one| one.is_in_doubt);
    let mut reasons = Vec::new();
    let (mut rest, mut stale, mut missing) = (Vec::new(), Vec::new(), 0);
    for Waiting { key, day, .. } in waiting {
        match still_true(today, &key, day) {
            Ok(reminder) => rest.push(reminder),
            Err(why) => {
                missing += usize::from(matches!(why, Untrue::Missing(_)));
                let (Untrue::Stale(why) | Untrue::Missing(why)) = why;
                stale.push(key);
                reasons.push(why);
            }
        }
    }
    if missing > 0 && missing == stale.len() && rest.is_empty() {
        return (!is_kept_back && !is_in_doubt).then(|| Fate::KeepBack(letter, reasons.join("; ")));
    }
    if reasons.is_empty() && is_kept_back {
        return Some(Fate::Release(letter));
    }
    if reasons.is_empty() {
        return None;
    }
    let why = format!("withdrawn before it left: {}", reasons.join("; "));
    let keys: Vec<_> = rest.iter().map(|reminder| reminder.key.clone()).collect();
    let rest = rest.first().map(|first| {
        let around = |action: &crate::action::Action| setup.around(directory, told, action);
        let identity = &setup.settings.secretariat;
        // A mistake in one letter is no reason to end the daemon.
        catch_unwind(AssertUnwindSafe(|| {
            compose::letter(&rest, &first.recipient, &around, identity, &setup.templates, leaves(letter))
        }))
    });
    match rest {
        None => Some(Fate::Outdated(Box::new(Outdated { letter, why, stale, rest: None }))),
        Some(Ok(Ok(anew))) => {
            Some(Fate::Outdated(Box::new(Outdated { letter, why, stale, rest: Some((anew, keys)) })))
        }
        // What cannot be written anew is planned anew.
        Some(_) => {
            stale.extend(keys);
            Some(Fate::Outdated(Box::new(Outdated { letter, why, stale, rest: None })))
        }
    }
}

/// The reminder as it is under the register in force, or why it is no longer true.
fn still_true<'r>(today: &Today<'r>, key: &ReminderKey, step_day: Date) -> Result<Reminder<'r>, Untrue> {
    let &Today { setup, directory, now, .. } = today;
    let shown = key.action.to_string();
    let stale = |why: String| Err(Untrue::Stale(why));
    let Some(action) = directory.action(&key.action) else {
        if today.missing.contains(&key.action) {
            return Err(Untrue::Missing(format!("{shown} is missing from the register")));
        }
        return stale(format!("{shown} is no longer in the register"));
    };
    if !action.is_outstanding() {
        return stale(format!("{shown} is {}", action.status));
    }
    let day = setup.rules.send().zone().to_datetime(now).date();
    if let Some(until) = action.snoozed_on(day) {
        return stale(format!("{shown} is snoozed until {until}"));
    }
    if action.deadline_on(day) != key.deadline {
        return stale(format!("the deadline of {shown} moved"));
    }
    let mut recipients = directory.recipients(action, day).into_iter();
    let Some(recipient) = recipients.find(|recipient| *recipient.remembered_as() == key.recipient) else {
        return stale(format!("{shown} is asked of somebody else now"));
    };
    let (policy, choice) = setup.rules.policy_of(action);
    Ok(Reminder {
        action,
        recipient,
        key: key.clone(),
        step_day,
        shift: None,
        merged: Vec::new(),
        policy,
        choice,
    })
}

fn decide(c: &Connection, fate: &Fate, now: Timestamp) -> rusqlite::Result<()> {
    match fate {
        Fate::Outdated(outdated) => replace(c, outdated, now),
        Fate::KeepBack(letter, why) => outbox::keep_back(c, *letter, why),
        Fate::Release(letter) => outbox::release_kept_back(c, *letter, now),
    }
}

fn replace(c: &Connection, outdated: &Outdated, now: Timestamp) -> rusqlite::Result<()> {
    let leaves = outbox::show(c, outdated.letter)?.map_or(now, |letter| letter.summary.planned_for);
    if !outbox::withdraw(c, outdated.letter, &outdated.why, now)? {
        return Ok(());
    }
    ledger::take_back(c, &outdated.stale, &outdated.why, now)?;
    let Some((letter, keys)) = &outdated.rest else { return Ok(()) };
    let anew = outbox::enqueue(c, letter, leaves, now)?.id();
    ledger::carry_over(c, keys, anew, now)
}
