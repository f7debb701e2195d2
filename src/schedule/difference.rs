//! What an edit of the register changes: two forecasts, compared reminder by reminder.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::{Mailing, Reminder, Rules};
use crate::{
    action::{Action, ActionId, Deadline, RecipientId},
    directory::{Directory, Recipient},
};

/// A register, and what it would tell.
#[derive(Debug, Clone, Copy)]
pub struct Side<'r> {
    /// Who is who in it.
    pub directory: &'r Directory,
    /// What would be told.
    pub mailings: &'r [Mailing<'r>],
}

/// A reminder, and when its letter leaves.
#[derive(Debug, Clone, Copy)]
pub struct ToldThen<'r> {
    /// The reminder.
    pub reminder: &'r Reminder<'r>,
    /// When its letter leaves where the recipient is.
    pub leaves: Timestamp,
}

/// What became of a reminder.
#[derive(Debug, Clone, Copy)]
pub enum Became<'r> {
    /// It would not have been told.
    Added(ToldThen<'r>),
    /// It is not told any more.
    Gone(ToldThen<'r>),
    /// It is told at another time, about another deadline, or at another address.
    Moved {
        /// As it was.
        old: ToldThen<'r>,
        /// As it is.
        new: ToldThen<'r>,
    },
}

impl<'r> Became<'r> {
    /// The reminder as it is, or as it was if there is none any more.
    #[must_use]
    pub fn told(&self) -> ToldThen<'r> {
        match *self {
            Self::Added(told) | Self::Gone(told) | Self::Moved { new: told, .. } => told,
        }
    }
}

/// A reminder that is another one than before, and why.
#[derive(Debug, Clone)]
pub struct Difference<'r> {
    /// What became of it.
    pub became: Became<'r>,
    /// Why, in a few words: "deadline 2017-06-23 is now 2017-06-30".
    pub why: String,
}

/// What `new` tells otherwise than `old`: person by person, each in the order of time.
pub fn differences<'r>(old: Side<'r>, new: Side<'r>, rules: &Rules, today: Date) -> Vec<Difference<'r>> {
    let mut groups: BTreeMap<(&RecipientId, &ActionId), [Vec<ToldThen<'r>>; 2]> = BTreeMap::new();
    for (which, side) in [old, new].into_iter().enumerate() {
        for told in all(side.mailings, rules) {
            let key = &told.reminder.key;
            groups.entry((&key.recipient, &key.action)).or_default()[which].push(told);
        }
    }
    let mut found = Vec::new();
    for ((_, action), [before, after]) in groups {
        let rows = [old, new].map(|side| side.directory.action(action));
        let reasons = Reasons { rows, directories: [old.directory, new.directory], today };
        found.extend(paired(before, after).into_iter().map(|became| reasons.difference(became)));
    }
    let name = |one: &Difference<'r>| one.became.told().reminder.recipient.name.clone();
    found.sort_by_cached_key(|one| (name(one), one.became.told().leaves));
    found
}

fn all<'r>(mailings: &'r [Mailing<'r>], rules: &Rules) -> impl Iterator<Item = ToldThen<'r>> {
    mailings
        .iter()
        .flat_map(|mailing| mailing.letters.iter().flatten().map(move |one| (mailing.at, one)))
        .map(|(at, reminder)| ToldThen { reminder, leaves: rules.leaves(at, &reminder.recipient) })
}

/// Pairs what is the same reminder: of the same deadline first, then the same step of another.
fn paired<'r>(mut before: Vec<ToldThen<'r>>, after: Vec<ToldThen<'r>>) -> Vec<Became<'r>> {
    let mut became = Vec::new();
    let mut left = Vec::new();
    for new in after {
        match before.iter().position(|old| old.reminder.key == new.reminder.key) {
            Some(at) => became.extend(moved(before.remove(at), new)),
            None => left.push(new),
        }
    }
    for new in left {
        let same_step = |old: &ToldThen<'_>| old.reminder.key.step == new.reminder.key.step;
        became.push(match before.iter().position(same_step) {
            Some(at) => Became::Moved { old: before.remove(at), new },
            None => Became::Added(new),
        });
    }
    became.extend(before.into_iter().map(Became::Gone));
    became
}

/// The same reminder, if it is told at another time or address.
fn moved<'r>(old: ToldThen<'r>, new: ToldThen<'r>) -> Option<Became<'r>> {
    let same = old.leaves == new.leaves && old.reminder.recipient.email == new.reminder.recipient.email;
    (!same).then_some(Became::Moved { old, new })
}

/// What is known about an action of which reminders differ.
struct Reasons<'r> {
    /// Its row before and after.
    rows: [Option<&'r Action>; 2],
    directories: [&'r Directory; 2],
    today: Date,
}

impl<'r> Reasons<'r> {
    fn difference(&self, became: Became<'r>) -> Difference<'r> {
        let why = match &became {
            Became::Moved { old, new } => between(old, new),
            Became::Added(told) => self.there().or_else(|| self.joined(told)).or_else(|| self.row()),
            Became::Gone(told) => self.there().or_else(|| self.left(told)).or_else(|| self.row()),
        };
        let why = why.unwrap_or_else(|| "policy, calendars or roles changed".to_owned());
        Difference { became, why }
    }

    /// Whether it is on one side only that there is anything to tell.
    fn there(&self) -> Option<String> {
        match self.rows {
            [None, _] => Some("new in the register".to_owned()),
            [_, None] => Some("no longer in the register".to_owned()),
            [Some(old), Some(new)] if old.purpose != new.purpose => Some(format!("now {}", new.purpose)),
            [Some(old), Some(new)] => {
                (old.status.is_open() != new.status.is_open()).then(|| format!("now {}", new.status))
            }
        }
    }

    /// What else changed in the row.
    fn row(&self) -> Option<String> {
        let [Some(old), Some(new)] = self.rows else { return None };
        let [before, after] = [old, new].map(|row| row.deadline_on(self.today));
        if before != after {
            return Some(deadlines(before, after));
        }
        if old.more.snoozed != new.more.snoozed {
            return Some(
                new.more.snoozed.map_or("no longer snoozed".to_owned(), |day| format!("snoozed until {day}")),
            );
        }
        let named = |row: &Action| row.policy.as_deref().unwrap_or(&row.kind.to_string()).to_owned();
        (named(old) != named(new)).then(|| format!("policy or kind: {} is now {}", named(old), named(new)))
    }

    /// In whose place the recipient is told now, who was not told before.
    fn joined(&self, told: &ToldThen<'_>) -> Option<String> {
        let [old, new] = self.people();
        let is_new = !old.iter().any(|one| one.id == told.reminder.recipient.id);
        is_new.then(|| match only_in(&old, &new) {
            names if names.is_empty() => "told as well now".to_owned(),
            names => format!("in place of {names}"),
        })
    }

    /// Who is told now in place of the recipient, who is not told any more.
    fn left(&self, told: &ToldThen<'_>) -> Option<String> {
        let [old, new] = self.people();
        let is_gone = !new.iter().any(|one| one.id == told.reminder.recipient.id);
        is_gone.then(|| match only_in(&new, &old) {
            names if names.is_empty() => "not told any more".to_owned(),
            names => format!("now told to {names}"),
        })
    }

    /// Who is told of the action before and after.
    fn people(&self) -> [Vec<Recipient>; 2] {
        let of = |side: usize| {
            self.rows[side].map(|row| self.directories[side].recipients(row, self.today)).unwrap_or_default()
        };
        [of(0), of(1)]
    }
}

/// The names of those who are in `one` and not in `other`.
fn only_in(one: &[Recipient], other: &[Recipient]) -> String {
    let missing = one.iter().filter(|there| !other.iter().any(|here| here.id == there.id));
    missing.map(|there| there.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Why a reminder is told otherwise.
fn between(old: &ToldThen<'_>, new: &ToldThen<'_>) -> Option<String> {
    let (before, after) = (old.reminder, new.reminder);
    if before.key.deadline != after.key.deadline {
        return Some(deadlines(before.key.deadline, after.key.deadline));
    }
    if before.recipient.email != after.recipient.email {
        return Some("another address".to_owned());
    }
    if before.recipient.zone != after.recipient.zone {
        return Some("another time zone".to_owned());
    }
    after.shift.as_ref().or(before.shift.as_ref()).map(ToString::to_string)
}

fn deadlines(before: Option<Deadline>, after: Option<Deadline>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("deadline {before} is now {after}"),
        (Some(before), None) => format!("deadline {before} is gone"),
        (None, Some(after)) => format!("has the deadline {after} now"),
        (None, None) => "without a deadline".to_owned(),
    }
}
