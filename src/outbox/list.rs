//! Letters in a list.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use serde::Serialize;

use super::{Answer, LetterId, State, show};
use crate::{action::fold, store::At};

/// Which letters to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In one of these states; empty for any.
    pub states: Vec<State>,
    /// Whose recipient or address contains this, in any case.
    pub recipient: Option<String>,
    /// Put into the outbox then or later.
    pub since: Option<Timestamp>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// A letter in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Its number.
    pub id: LetterId,
    /// Where it stands.
    pub state: State,
    /// What sort of letter it is: reminder, digest, notice or test.
    pub kind: String,
    /// Who it is for, as [`RecipientId`](crate::action::RecipientId) writes it.
    pub recipient: String,
    /// The address.
    pub to: String,
    /// The subject, decoded.
    pub subject: String,
    /// The send time it was written for.
    pub planned_for: Timestamp,
    /// When it was put into the outbox.
    pub created: Timestamp,
    /// How many attempts were begun.
    pub attempts: u32,
    /// When it is tried next, if it is.
    pub next_attempt: Option<Timestamp>,
    /// When it was settled.
    pub settled: Option<Timestamp>,
    /// What a person said about its state, or why it was withdrawn.
    pub note: Option<String>,
    /// What came of the last attempt that has ended.
    pub last_answer: Option<Answer>,
}

const COLUMNS: &str = "SELECT id, state, kind, recipient, envelope_to, subject, planned_for, created, attempts, \
     next_attempt, settled, note FROM letter";

/// The letters that pass the filter, the newest first.
pub fn list(c: &Connection, filter: &Filter) -> rusqlite::Result<Vec<Summary>> {
    let (sql, values) = statement(filter);
    let mut letters = c
        .prepare_cached(&sql)?
        .query_map(rusqlite::params_from_iter(values), summary)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for letter in &mut letters {
        letter.last_answer = show::last_answer(c, letter.id)?;
    }
    Ok(letters)
}

pub(super) fn one(c: &Connection, id: LetterId) -> rusqlite::Result<Option<Summary>> {
    let sql = format!("{COLUMNS} WHERE id = ?1");
    let Some(mut letter) = c.prepare_cached(&sql)?.query_row([id], summary).optional()? else {
        return Ok(None);
    };
    letter.last_answer = show::last_answer(c, id)?;
    Ok(Some(letter))
}

fn statement(filter: &Filter) -> (String, Vec<Box<dyn ToSql>>) {
    let mut conditions = Vec::new();
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    if !filter.states.is_empty() {
        let marks = vec!["?"; filter.states.len()].join(", ");
        conditions.push(format!("state IN ({marks})"));
        values.extend(filter.states.iter().map(|&state| Box::new(state) as Box<dyn ToSql>));
    }
    if let Some(recipient) = &filter.recipient {
        conditions.push("(instr(recipient, ?) > 0 OR instr(lower(envelope_to), ?) > 0)".to_owned());
        values.push(Box::new(fold(recipient)));
        values.push(Box::new(fold(recipient)));
    }
    if let Some(since) = filter.since {
        conditions.push("created >= ?".to_owned());
        values.push(Box::new(At(since)));
    }
    let mut sql = COLUMNS.to_owned();
    if !conditions.is_empty() {
        sql = format!("{sql} WHERE {}", conditions.join(" AND "));
    }
    sql.push_str(" ORDER BY id DESC");
    if let Some(limit) = filter.limit {
        sql.push_str(" LIMIT ?");
        values.push(Box::new(limit));
    }
    (sql, values)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let (At(planned_for), At(created)) = (row.get(6)?, row.get(7)?);
    let instant = |column| row.get::<_, Option<At>>(column).map(|at| at.map(|At(instant)| instant));
    Ok(Summary {
        id: row.get(0)?,
        state: row.get(1)?,
        kind: row.get(2)?,
        recipient: row.get(3)?,
        to: row.get(4)?,
        subject: row.get(5)?,
        planned_for,
        created,
        attempts: row.get(8)?,
        next_attempt: instant(9)?,
        settled: instant(10)?,
        note: row.get(11)?,
        last_answer: None,
    })
}
