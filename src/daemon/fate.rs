//! What becomes of a letter that waits, and making it so.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::{
    action::ReminderKey,
    ledger,
    letter::Letter,
    outbox::{self, LetterId},
};

/// A waiting letter of which something is no longer true.
#[derive(Debug)]
pub(super) struct Outdated {
    pub(super) letter: LetterId,
    pub(super) why: String,
    /// What is no longer true: it counts as never told, in case it becomes true again.
    pub(super) stale: Vec<ReminderKey>,
    /// What a later letter tells that waits as well.
    pub(super) merged: Vec<(ReminderKey, LetterId)>,
    /// What is still true, told by a letter of its own.
    pub(super) rest: Option<(Letter, Vec<ReminderKey>)>,
}

/// What becomes of a waiting letter.
#[derive(Debug)]
pub(super) enum Fate {
    /// It is not true as it is.
    Outdated(Box<Outdated>),
    /// The rows of all that it tells are missing; why it waits.
    KeepBack(LetterId, String),
    /// It was kept back, and the rows are there again, or a person released it: in these words, unless it keeps its own.
    Release(LetterId, Option<Box<Letter>>),
    /// It is true, in other words or at another address.
    Anew(LetterId, Box<Letter>),
    /// It is true, may have arrived, and goes to another address from now on.
    Readdress(LetterId, String),
}

impl Fate {
    /// Of which letter, and how the log goes on after its number.
    pub(super) fn in_words(&self) -> (LetterId, &'static str) {
        match self {
            Self::Outdated(one) if one.rest.is_some() => (
                one.letter,
                "is withdrawn: a part of it is no longer true, and the rest is told in another letter",
            ),
            Self::Outdated(one) if one.stale.is_empty() && !one.merged.is_empty() => {
                (one.letter, "is withdrawn: another letter tells a later step")
            }
            Self::Outdated(one) => (one.letter, "is withdrawn: it is no longer true"),
            Self::KeepBack(letter, _) => (*letter, "is kept back: its row is missing from the register"),
            Self::Release(letter, _) => (*letter, "is kept back no longer"),
            Self::Anew(letter, _) => (*letter, "is written anew"),
            Self::Readdress(letter, _) => (*letter, "goes to another address"),
        }
    }

    /// Makes it so; runs inside one transaction.
    pub(super) fn come_true(&self, c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
        match self {
            Self::Outdated(outdated) => replace(c, outdated, now),
            Self::KeepBack(letter, why) => outbox::keep_back(c, *letter, why),
            Self::Release(letter, anew) => {
                anew.iter().try_for_each(|anew| outbox::rewrite(c, *letter, anew))?;
                outbox::release_kept_back(c, *letter, now)
            }
            Self::Anew(letter, anew) => outbox::rewrite(c, *letter, anew),
            Self::Readdress(letter, to) => outbox::readdress(c, *letter, to).map(drop),
        }
    }
}

fn replace(c: &Connection, outdated: &Outdated, now: Timestamp) -> rusqlite::Result<()> {
    let leaves = outbox::show(c, outdated.letter)?.map_or(now, |letter| letter.summary.planned_for);
    if !outbox::withdraw(c, outdated.letter, &outdated.why, now)? {
        return Ok(());
    }
    ledger::take_back(c, &outdated.stale, &outdated.why, now)?;
    for (key, by) in &outdated.merged {
        ledger::merge_into(c, std::slice::from_ref(key), *by, now)?;
    }
    let Some((letter, keys)) = &outdated.rest else { return Ok(()) };
    let anew = outbox::enqueue(c, letter, leaves, now)?.id();
    ledger::carry_over(c, keys, anew, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{ActionId, RecipientId, Step};

    #[test]
    fn what_a_later_letter_tells_is_not_said_to_be_untrue() {
        let key = ReminderKey {
            action: ActionId::new("17/06", "ITU-T"),
            recipient: RecipientId::person("Ann"),
            deadline: None,
            step: Step::OnTheDay,
        };
        let outdated = |stale: &[ReminderKey], merged: &[ReminderKey]| {
            let merged = merged.iter().map(|key| (key.clone(), LetterId(2))).collect();
            let (why, stale) = (String::new(), stale.to_vec());
            Fate::Outdated(Box::new(Outdated { letter: LetterId(1), why, stale, merged, rest: None }))
        };
        let key = [key];
        let (_, overtaken) = outdated(&[], &key).in_words();
        assert_eq!(overtaken, "is withdrawn: another letter tells a later step");
        for untrue in [outdated(&key, &[]), outdated(&key, &key)] {
            assert_eq!(untrue.in_words().1, "is withdrawn: it is no longer true");
        }
    }
}
