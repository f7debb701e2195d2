//! One entry of the ledger.

use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, params};

use super::journal;
use crate::{
    action::{Deadline, ReminderKey},
    outbox::LetterId,
    store::{At, unreadable},
};

/// A reminder that was said, or could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Which reminder, for good.
    pub key: ReminderKey,
    /// The day of the step, in the secretariat's zone.
    pub step_day: Date,
    /// The reference, as people write it.
    pub reference: String,
    /// The action's title.
    pub title: String,
    /// Of whom it is asked, as people write it.
    pub asked_of: String,
    /// The recipient's name.
    pub recipient_name: String,
    /// What was done about it.
    pub how: How,
}

/// What was done about a reminder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It is in this letter.
    Told {
        /// The letter.
        letter: LetterId,
    },
    /// A later step, in this letter, stands for it.
    Merged {
        /// The letter.
        letter: LetterId,
    },
    /// It could not be told, and somebody has to know.
    Impossible {
        /// Why, in a sentence.
        why: String,
    },
    /// It was too old to be told as news after a time without rappel.
    LeftOut {
        /// Why: how old is too old.
        why: String,
    },
    /// It is taken as told: a state was restored, or a register moved here.
    Adopted {
        /// When and by what: "adopted on 2026-11-23".
        why: String,
    },
}

impl How {
    fn columns(&self) -> (&'static str, Option<LetterId>, Option<&str>) {
        match self {
            Self::Told { letter } => ("told", Some(*letter), None),
            Self::Merged { letter } => ("merged", Some(*letter), None),
            Self::Impossible { why } => ("impossible", None, Some(why)),
            Self::LeftOut { why } => ("left out", None, Some(why)),
            Self::Adopted { why } => ("adopted", None, Some(why)),
        }
    }
}

/// Adds an entry. False, and nothing changed, when that reminder is recorded already. One that was taken
/// back is recorded anew, and so is one that was left out and is told after all.
pub fn record(c: &Connection, said: &Said, now: Timestamp) -> rusqlite::Result<bool> {
    let recorded = write(c, INSERT, said, now)? || write(c, ANEW, said, now)?;
    if recorded {
        journal::recorded(c, said, said.how.columns(), now)?;
    }
    Ok(recorded)
}

/// Two statements rather than an upsert, for which each page would be copied before it is changed.
const INSERT: &str = "INSERT INTO reminder (reference, asked_of, recipient, deadline, step, step_day, label, title, \
     asked_of_label, recipient_name, how, letter, why, recorded_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
     ON CONFLICT (reference, asked_of, recipient, deadline, step) DO NOTHING";

const ANEW: &str = "UPDATE reminder SET step_day = ?6, label = ?7, title = ?8, asked_of_label = ?9, \
     recipient_name = ?10, how = ?11, letter = ?12, why = ?13, recorded_at = ?14 \
     WHERE reference = ?1 AND asked_of = ?2 AND recipient = ?3 AND deadline = ?4 AND step = ?5 \
     AND ((why LIKE 'taken back: %' AND ?11 <> 'left out') OR (how = 'left out' AND ?11 IN ('told', 'adopted')))";

fn write(c: &Connection, statement: &str, said: &Said, now: Timestamp) -> rusqlite::Result<bool> {
    let (how, letter, why) = said.how.columns();
    let written = c.prepare_cached(statement)?.execute(params![
        said.key.action.reference(),
        said.key.action.asked_of(),
        said.key.recipient.as_str(),
        Deadline::key(said.key.deadline),
        said.key.step.to_string(),
        said.step_day.to_string(),
        said.reference,
        said.title,
        said.asked_of,
        said.recipient_name,
        how,
        letter,
        why,
        At(now),
    ])?;
    Ok(written == 1)
}

/// The deadline that [`Deadline::key`] wrote into column `column`.
pub(super) fn deadline(column: usize, text: &str) -> rusqlite::Result<Option<Deadline>> {
    Deadline::of_key(text).ok_or_else(|| unreadable(column, &format!("\"{text}\" is not a deadline")))
}

/// The day in column `column`.
pub(super) fn day(column: usize, text: &str) -> rusqlite::Result<Date> {
    text.parse().map_err(|_| unreadable(column, &format!("\"{text}\" is not a day")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_reads_back_as_it_was_written() {
        let instant = "2017-06-01T21:59:00Z".parse().unwrap();
        let day = jiff::civil::date(2017, 6, 1);
        for value in [None, Some(Deadline::Day(day)), Some(Deadline::Instant(instant))] {
            assert_eq!(deadline(0, &Deadline::key(value)).unwrap(), value);
        }
        assert!(deadline(3, "soon").unwrap_err().to_string().contains("\"soon\" is not a deadline"));
    }
}
