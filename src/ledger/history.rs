//! What people ask the ledger.

use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, Row, ToSql};
use serde::Serialize;

use super::{entry::day, letters::TAKEN_BACK};
use crate::{
    action::fold,
    outbox::{self, LetterId, Standing},
    store::{At, unreadable},
};

/// Which entries to give.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// Of this reference, in any case and spacing.
    pub reference: Option<String>,
    /// Asked of this body or person.
    pub asked_of: Option<String>,
    /// Whose recipient, contains this, in any case.
    pub recipient: Option<String>,
    /// Recorded then or later.
    pub since: Option<Timestamp>,
    /// At most so many: the latest.
    pub limit: Option<u32>,
}

impl HistoryFilter {
    /// Everything about one reference.
    #[must_use]
    pub fn of(reference: &str) -> Self {
        Self { reference: Some(reference.to_owned()), ..Self::default() }
    }
}

/// How a reminder was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HowSaid {
    /// In a letter.
    Told,
    /// A later step stood for it.
    Merged,
    /// Not at all.
    Impossible,
    /// Not at all, because it was too old to be news.
    #[serde(rename = "left out")]
    LeftOut,
    /// It is taken as told.
    Adopted,
}

/// One reminder as it was said, and what became of its letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryEntry {
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The reference, as people write it.
    pub reference: String,
    /// The action's title then.
    pub title: String,
    /// Of whom it is asked, as people write it.
    pub asked_of: String,
    /// Who, as [`RecipientId`](crate::action::RecipientId) writes it.
    pub recipient: String,
    /// The recipient's name then.
    pub recipient_name: String,
    /// The deadline it was about: a day, an instant, or "none".
    pub deadline: String,
    /// The step: "7d before".
    pub step: String,
    /// The day of the step.
    pub step_day: Date,
    /// How it was said.
    pub how: HowSaid,
    /// Why it was not said in a letter.
    pub why: Option<String>,
    /// The letter it is in, as it stands now.
    pub letter: Option<Standing>,
}

impl HistoryEntry {
    /// Whether it was to be told, and was not after all, because it had become untrue before it left.
    #[must_use]
    pub fn is_taken_back(&self) -> bool {
        self.why.as_ref().is_some_and(|why| why.starts_with(TAKEN_BACK))
    }
}

/// A reminder that could not be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible {
    /// The action's reference, as people write it.
    pub reference: String,
    /// To whom.
    pub recipient_name: String,
    /// Why not.
    pub why: String,
    /// What identifies this failure, for [`tell_failures`](crate::outbox::tell_failures).
    pub what: String,
}

/// The names of all people and secretariats that the ledger knows, as they were shown, each once.
pub fn recipient_names(c: &Connection) -> rusqlite::Result<Vec<String>> {
    c.prepare("SELECT DISTINCT recipient_name FROM reminder ORDER BY 1")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// The reminders that could not be told, and of which nobody was told yet, the oldest first. One that was taken
/// back is none of them: it is told again if it becomes true again.
pub fn impossible_untold(c: &Connection) -> rusqlite::Result<Vec<Impossible>> {
    c.prepare_cached(
        "SELECT label, recipient_name, why, \
         concat_ws(' ', 'reminder', reference, asked_of, recipient, deadline, step, recorded_at) AS what FROM reminder \
         WHERE how = 'impossible' AND why NOT LIKE 'taken back: %' \
         AND NOT EXISTS (SELECT 1 FROM failure_told t WHERE t.what = concat_ws(' ', 'reminder', reference, asked_of, \
         recipient, deadline, step, recorded_at)) ORDER BY recorded_at",
    )?
    .query_map([], |row| {
        Ok(Impossible { reference: row.get(0)?, recipient_name: row.get(1)?, why: row.get(2)?, what: row.get(3)? })
    })?
    .collect()
}

/// The entries that pass the filter, the oldest first.
pub fn history(c: &Connection, filter: &HistoryFilter) -> rusqlite::Result<Vec<HistoryEntry>> {
    let (sql, values) = statement(filter);
    let found: Vec<(HistoryEntry, Option<LetterId>)> = c
        .prepare_cached(&sql)?
        .query_map(rusqlite::params_from_iter(values), entry)?
        .collect::<rusqlite::Result<_>>()?;
    let mut entries = Vec::with_capacity(found.len());
    for (mut entry, letter) in found.into_iter().rev() {
        if let Some(letter) = letter {
            entry.letter = outbox::standing(c, letter)?;
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn statement(filter: &HistoryFilter) -> (String, Vec<Box<dyn ToSql>>) {
    let mut sql =
        "SELECT recorded_at, label, title, asked_of_label, recipient, recipient_name, deadline, step, \
                   step_day, how, why, letter FROM reminder WHERE true"
            .to_owned();
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    if let Some(reference) = &filter.reference {
        sql.push_str(" AND reference = ?");
        values.push(Box::new(fold(reference)));
    }
    if let Some(asked_of) = &filter.asked_of {
        sql.push_str(" AND asked_of = ?");
        values.push(Box::new(fold(asked_of)));
    }
    if let Some(recipient) = &filter.recipient {
        sql.push_str(" AND instr(recipient, ?) > 0");
        values.push(Box::new(fold(recipient)));
    }
    if let Some(since) = filter.since {
        sql.push_str(" AND recorded_at >= ?");
        values.push(Box::new(At(since)));
    }
    sql.push_str(" ORDER BY recorded_at DESC, step_day DESC, asked_of DESC, recipient DESC, reference DESC");
    if let Some(limit) = filter.limit {
        sql.push_str(" LIMIT ?");
        values.push(Box::new(limit));
    }
    (sql, values)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<(HistoryEntry, Option<LetterId>)> {
    let At(recorded_at) = row.get(0)?;
    let entry = HistoryEntry {
        recorded_at,
        reference: row.get(1)?,
        title: row.get(2)?,
        asked_of: row.get(3)?,
        recipient: row.get(4)?,
        recipient_name: row.get(5)?,
        deadline: row.get(6)?,
        step: row.get(7)?,
        step_day: day(8, row.get_ref(8)?.as_str()?)?,
        how: how(9, row.get_ref(9)?.as_str()?)?,
        why: row.get(10)?,
        letter: None,
    };
    Ok((entry, row.get(11)?))
}

fn how(column: usize, text: &str) -> rusqlite::Result<HowSaid> {
    match text {
        "told" => Ok(HowSaid::Told),
        "merged" => Ok(HowSaid::Merged),
        "impossible" => Ok(HowSaid::Impossible),
        "left out" => Ok(HowSaid::LeftOut),
        "adopted" => Ok(HowSaid::Adopted),
        other => Err(unreadable(column, &format!("\"{other}\" is not a way to say a reminder"))),
    }
}
