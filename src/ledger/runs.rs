//! The send times that were worked through.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::store::At;

/// One send time and what it gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The send time, as the cadence has it.
    pub send_time: Timestamp,
    /// When it was worked through.
    pub recorded_at: Timestamp,
    /// Reminders that were told.
    pub reminders: u32,
    /// Letters that were enqueued.
    pub letters: u32,
}

/// Records that a send time was worked through. When it was already, what was added is added.
pub fn record_run(
    c: &Connection,
    send_time: Timestamp,
    now: Timestamp,
    reminders: u32,
    letters: u32,
) -> rusqlite::Result<()> {
    c.prepare_cached(
        "INSERT INTO run (send_time, recorded_at, reminders, letters) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (send_time) DO UPDATE SET recorded_at = excluded.recorded_at, \
         reminders = run.reminders + excluded.reminders, letters = run.letters + excluded.letters",
    )?
    .execute(params![At(send_time), At(now), reminders, letters])?;
    Ok(())
}

/// The latest send time that was worked through.
pub fn last_run(c: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    c.prepare_cached("SELECT send_time FROM run ORDER BY send_time DESC LIMIT 1")?
        .query_row([], |row| row.get(0).map(|At(at)| at))
        .optional()
}

/// Whether any send time ever had letters.
pub fn any_letters(c: &Connection) -> rusqlite::Result<bool> {
    c.prepare_cached("SELECT EXISTS (SELECT 1 FROM run WHERE letters > 0)")?.query_row([], |row| row.get(0))
}

/// The latest instant at which anything was recorded at all; none on a new state.
pub fn latest_record(c: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let latest: Option<At> = c
        .prepare_cached(
            "SELECT max(at) FROM (SELECT max(recorded_at) AS at FROM run \
             UNION ALL SELECT max(recorded_at) FROM reminder UNION ALL SELECT created FROM origin)",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(latest.map(|At(at)| at))
}

/// The last `limit` runs, the latest first.
pub fn recent_runs(c: &Connection, limit: u32) -> rusqlite::Result<Vec<Run>> {
    c.prepare_cached(
        "SELECT send_time, recorded_at, reminders, letters FROM run ORDER BY send_time DESC LIMIT ?1",
    )?
    .query_map([limit], |row| {
        let (At(send_time), At(recorded_at)) = (row.get(0)?, row.get(1)?);
        Ok(Run { send_time, recorded_at, reminders: row.get(2)?, letters: row.get(3)? })
    })?
    .collect()
}
