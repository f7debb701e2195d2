//! Letters that a person lets go after they were out of sight: what they tell is looked at before they leave.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    Decided, LetterId, State,
    decide::{release, retry},
};

/// The note of a letter that a person released, or tries again, and that leaves once rappel has seen that what it tells
/// is still so. It begins with [`KEPT_BACK`](super::KEPT_BACK).
pub const RELEASED: &str = "kept back: released; it leaves when rappel has seen that it is still true";

/// As [`release`], but a letter about actions stays held until [`release_kept_back`](super::release_kept_back): nobody
/// has looked whether it is still true while a person held it.
pub fn release_looked_at(c: &Connection, id: LetterId, now: Timestamp) -> rusqlite::Result<Decided> {
    let decided = release(c, id, now)?;
    look_first(c, id, decided)
}

/// As [`retry`]; a letter that did not wait for an attempt is held until it was looked at, as with
/// [`release_looked_at`].
pub fn retry_looked_at(c: &Connection, id: LetterId, now: Timestamp) -> rusqlite::Result<Decided> {
    let before = c
        .prepare_cached("SELECT state FROM letter WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let decided = retry(c, id, now)?;
    if matches!(before, Some(State::Queued | State::Unknown)) {
        Ok(decided)
    } else {
        look_first(c, id, decided)
    }
}

fn look_first(c: &Connection, id: LetterId, decided: Decided) -> rusqlite::Result<Decided> {
    let Decided::Done(State::Queued | State::Unknown) = decided else { return Ok(decided) };
    let kept = c
        .prepare_cached(
            "UPDATE letter SET state = 'held', next_attempt = NULL, note = ?2 \
             WHERE id = ?1 AND kind IN ('reminder', 'digest', 'closure')",
        )?
        .execute(params![id, RELEASED])?;
    Ok(if kept == 1 { Decided::Done(State::Held) } else { decided })
}

/// The letters that wait for that look.
pub fn released(c: &Connection) -> rusqlite::Result<Vec<LetterId>> {
    c.prepare_cached("SELECT id FROM letter WHERE state = 'held' AND note = ?1")?
        .query_map([RELEASED], |row| row.get(0))?
        .collect()
}
