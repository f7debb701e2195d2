//! Into the outbox.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{
    Connection, ToSql, params,
    types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef},
};
use serde::Serialize;

use super::{Packed, State, decide};
use crate::{letter::Letter, store::At};

/// The number of a letter in this outbox, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct LetterId(pub i64);

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ToSql for LetterId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for LetterId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// What enqueueing found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// The letter was not there; now it is.
    New(LetterId),
    /// The letter is there already, in whatever state. Nothing was changed.
    Already(LetterId),
}

impl Enqueued {
    /// The letter's number.
    #[must_use]
    pub fn id(self) -> LetterId {
        match self {
            Self::New(id) | Self::Already(id) => id,
        }
    }
}

/// Puts a letter into the outbox, once for good: a second one with the same key changes nothing, unless
/// the first was withdrawn; then it waits again.
///
/// Its first attempt is at `planned_for`, the send time it was written for, or now when that has passed.
pub fn enqueue(
    c: &Connection,
    letter: &Letter,
    planned_for: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<Enqueued> {
    enqueue_packed(c, letter, &Packed::plain(letter.bytes.clone()), planned_for, now)
}

/// As [`enqueue`], for a letter whose bytes were packed before. Those in `letter` are not looked at.
pub fn enqueue_packed(
    c: &Connection,
    letter: &Letter,
    bytes: &Packed,
    planned_for: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<Enqueued> {
    let first = First { state: State::Queued, next_attempt: planned_for.max(now), attempts: 0 };
    if let Some(id) = insert(c, letter, bytes, planned_for, now, &first)? {
        return Ok(Enqueued::New(id));
    }
    let known = params![letter.recipient.as_str(), letter.key];
    let id = c
        .prepare_cached("SELECT id FROM letter WHERE recipient = ?1 AND key = ?2")?
        .query_row(known, |row| row.get(0))?;
    decide::revive(c, id, letter, bytes, planned_for, now)?;
    Ok(Enqueued::Already(id))
}

/// How a letter stands when it is written down.
pub(super) struct First {
    pub(super) state: State,
    pub(super) next_attempt: Timestamp,
    pub(super) attempts: u32,
}

/// Writes a letter down, unless it is there.
pub(super) fn insert(
    c: &Connection,
    letter: &Letter,
    bytes: &Packed,
    planned_for: Timestamp,
    now: Timestamp,
    first: &First,
) -> rusqlite::Result<Option<LetterId>> {
    let added = c
        .prepare_cached(
            "INSERT INTO letter (key, kind, recipient, envelope_from, envelope_to, message_id, subject, state, \
             planned_for, created, next_attempt, attempts) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (recipient, key) DO NOTHING",
        )?
        .execute(params![
            letter.key,
            letter.kind.as_str(),
            letter.recipient.as_str(),
            letter.envelope.from,
            letter.envelope.to,
            letter.message_id,
            letter.subject,
            first.state,
            At(planned_for),
            At(now),
            At(first.next_attempt),
            first.attempts,
        ])?;
    if added == 0 {
        return Ok(None);
    }
    let id = LetterId(c.last_insert_rowid());
    bytes.add(c, id)?;
    Ok(Some(id))
}
