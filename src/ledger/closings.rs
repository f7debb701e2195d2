//! The actions that were closed and of which somebody may have to be told.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::letters::action;
use crate::{action::ActionId, store::At};

/// Records that these actions were closed, as it was seen at `now`, and forgets of those that are open again that they were.
pub fn record_closings(
    c: &Connection,
    closed: &[ActionId],
    is_open: impl Fn(&ActionId) -> bool,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let mut close = c.prepare_cached(
        "INSERT INTO closing (reference, asked_of, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    for action in closed {
        close.execute(params![action.reference(), action.asked_of(), At(now)])?;
    }
    let recorded = closings(c, Timestamp::MAX)?;
    let mut reopen = c.prepare_cached("DELETE FROM closing WHERE reference = ?1 AND asked_of = ?2")?;
    for (action, _) in recorded.iter().filter(|(action, _)| is_open(action)) {
        reopen.execute(params![action.reference(), action.asked_of()])?;
    }
    Ok(())
}

/// What is recorded as closed up to the instant `until`, and when that was seen.
pub fn closings(c: &Connection, until: Timestamp) -> rusqlite::Result<Vec<(ActionId, Timestamp)>> {
    c.prepare_cached("SELECT reference, asked_of, at FROM closing WHERE at <= ?1")?
        .query_map([At(until)], |row| {
            let At(at) = row.get(2)?;
            Ok((action(row, 0)?, at))
        })?
        .collect()
}

/// Records that everybody was told of what was closed who is to be told.
pub fn forget_closings(c: &Connection, actions: &[ActionId]) -> rusqlite::Result<()> {
    let mut forget = c.prepare_cached("DELETE FROM closing WHERE reference = ?1 AND asked_of = ?2")?;
    actions.iter().try_for_each(|one| forget.execute([one.reference(), one.asked_of()]).map(drop))
}
