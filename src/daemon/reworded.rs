//! The words of a letter that waits and is true: those of the register in force, and of the day on which it leaves.

use std::sync::Arc;

use jiff::Timestamp;

use super::{fate::Fate, meanwhile::Today};
use crate::{
    compose::OtherAsked,
    directory::{Directory, Recipient},
    ledger::Waiting,
    letter::Letter,
    schedule::Reminder,
};

/// What is known of the letters that wait.
#[derive(Debug)]
pub(super) struct Sight {
    /// The register from which all of them have their words, if that is known.
    pub(super) worded_by: Option<Arc<Directory>>,
    /// What a person released may leave if it is still true: the files were looked at since.
    pub(super) may_release: bool,
    /// Some letters were being sent when the register changed, and may come back untrue.
    pub(super) past_recall: bool,
}

impl Sight {
    /// At a start, when the files were read a moment ago.
    pub(super) fn at_start() -> Self {
        Self { worded_by: None, may_release: true, past_recall: false }
    }
}

/// What becomes of a letter that is true: nothing, unless its words were corrected or are those of an earlier day, or
/// its recipient has another address now. What may have arrived keeps its words, and a copy those of its day.
pub(super) fn as_of_today(
    today: &Today<'_>,
    waiting: &Waiting,
    reminders: &[Reminder<'_>],
    is_copy: bool,
    write: impl FnOnce() -> Option<Letter>,
) -> Option<Fate> {
    let zone = today.setup.rules.send().zone();
    let day = |at: Timestamp| zone.to_datetime(at).date();
    let recipient = &reminders.first()?.recipient;
    let is_elsewhere = !is_copy && is_elsewhere(recipient, waiting);
    if waiting.may_have_arrived {
        return is_elsewhere.then(|| Fate::Readdress(waiting.letter, recipient.email.clone()));
    }
    let is_of_today = is_copy || day(waiting.planned_for) >= day(today.now);
    if !is_elsewhere && is_of_today && !is_corrected(today, reminders) {
        return None;
    }
    in_its_place(waiting, reminders, is_copy, write).map(|anew| Fate::Anew(waiting.letter, anew))
}

/// The letter written anew, to where it goes; none when it keeps its words because it may have arrived, or cannot be
/// written.
pub(super) fn in_its_place(
    waiting: &Waiting,
    reminders: &[Reminder<'_>],
    is_copy: bool,
    write: impl FnOnce() -> Option<Letter>,
) -> Option<Box<Letter>> {
    if waiting.may_have_arrived {
        return None;
    }
    let mut letter = write()?;
    if is_copy || !is_elsewhere(&reminders.first()?.recipient, waiting) {
        // Perhaps the second address, where the first was refused.
        letter.envelope.to.clone_from(&waiting.to);
    }
    Some(Box::new(letter))
}

/// Whether the recipient has no longer the address to which a letter goes.
pub(super) fn is_elsewhere(recipient: &Recipient, letter: &Waiting) -> bool {
    let is_at = |address: &String| address.eq_ignore_ascii_case(&letter.to);
    !is_at(&recipient.email) && !recipient.second_email.as_ref().is_some_and(is_at)
}

/// Whether anything that the letter says of its actions, of those who are asked beside and of its recipient is
/// another in the register from which it has its words; or may be, when that is not known.
fn is_corrected(today: &Today<'_>, reminders: &[Reminder<'_>]) -> bool {
    let Some(before) = today.worded_by else { return true };
    let now = today.directory;
    if std::ptr::eq(before, now) {
        return false;
    }
    let day = today.day();
    let remembered = |directory: &Directory, reminder: &Reminder<'_>| {
        directory.remembered(&reminder.key.recipient, reminder.action, day)
    };
    let others = |directory: &Directory, reminder: &Reminder<'_>| -> Vec<_> {
        directory.also_asked(&reminder.key.action).map(OtherAsked::from).collect()
    };
    reminders.iter().any(|reminder| {
        before.action(&reminder.key.action) != Some(reminder.action)
            || remembered(before, reminder) != remembered(now, reminder)
            || others(before, reminder) != others(now, reminder)
    })
}
