//! How far the outbox has come: what an older copy of it does not know.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::LetterId;
use crate::store::{At, unreadable};

/// Under this name among the facts: the greatest number of a letter that was ever claimed, and the latest instant of a
/// claim in microseconds since 1970. Attempts that never were are deleted, and letters can be forgotten: what
/// was reached stays reached.
const FACT: &str = "reached";

/// Letters were claimed, `newest` the newest of them. To be called in the transaction that claims them.
pub(super) fn advance(c: &Connection, newest: LetterId, now: Timestamp) -> rusqlite::Result<()> {
    let (letter, attempt) = recorded(c)?.unwrap_or_default();
    let (letter, attempt) = (letter.max(newest.0), attempt.max(now.as_microsecond()));
    c.prepare_cached(
        "INSERT INTO fact (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![FACT, format!("{letter} {attempt}")])?;
    Ok(())
}

fn recorded(c: &Connection) -> rusqlite::Result<Option<(i64, i64)>> {
    let value: Option<String> = c
        .prepare_cached("SELECT value FROM fact WHERE name = ?1")?
        .query_row([FACT], |row| row.get(0))
        .optional()?;
    let parsed = |text: String| {
        let (letter, attempt) = text.split_once(' ')?;
        Some((letter.parse().ok()?, attempt.parse().ok()?))
    };
    value.map(|text| parsed(text).ok_or_else(|| unreadable(0, "how far the outbox has come"))).transpose()
}

/// The number of the newest letter, and when the newest attempt was begun: how far a state has come, to notice
/// one that is older. It never goes back by itself.
pub fn newest(c: &Connection) -> rusqlite::Result<(i64, Option<Timestamp>)> {
    let (claimed, attempt) = recorded(c)?.unwrap_or_default();
    let letter: Option<i64> =
        c.prepare_cached("SELECT max(id) FROM letter")?.query_row([], |row| row.get(0))?;
    // What was begun before this was recorded.
    let begun: Option<At> =
        c.prepare_cached("SELECT max(started) FROM attempt")?.query_row([], |row| row.get(0))?;
    let recorded = Timestamp::from_microsecond(attempt).ok().filter(|_| attempt > 0);
    Ok((letter.unwrap_or(0).max(claimed), begun.map(|At(begun)| begun).max(recorded)))
}

/// Takes out of these Message-IDs those of letters that may have been handed to a server from here, as far as this outbox
/// knows, or that a person says arrived: what is left was not. An attempt that found no server, or was over with the
/// recipient's address, handed nothing over. The newest letters are looked at first, and no more than are needed.
pub fn retain_unsent(c: &Connection, message_ids: &mut BTreeSet<String>) -> rusqlite::Result<()> {
    let mut sent = c.prepare_cached(
        "SELECT message_id FROM letter l WHERE state = 'accepted' OR EXISTS (SELECT 1 FROM attempt a \
         WHERE a.letter = l.id AND a.trouble IS NOT 'recipient' AND (a.trouble IS NOT 'server' OR a.code IS NOT NULL)) \
         ORDER BY id DESC",
    )?;
    let mut rows = sent.query([])?;
    while !message_ids.is_empty()
        && let Some(row) = rows.next()?
    {
        message_ids.remove(row.get_ref(0)?.as_str()?);
    }
    Ok(())
}
