//! The open actions of the last good register: by them a register that lost many is noticed.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::letters::action;
use crate::{action::ActionId, store::At};

/// The open actions of the last good register, in the order of their identities.
pub fn known_open(c: &Connection) -> rusqlite::Result<Vec<ActionId>> {
    c.prepare_cached("SELECT reference, asked_of FROM known_open ORDER BY reference, asked_of")?
        .query_map([], |row| action(row, 0))?
        .collect()
}

/// Takes `opened` to the open actions of the last good register, as of `now`, and `ended` from them.
pub fn change_known_open(
    c: &Connection,
    opened: &[ActionId],
    ended: &[ActionId],
    now: Timestamp,
) -> rusqlite::Result<()> {
    let mut forget = c.prepare_cached("DELETE FROM known_open WHERE reference = ?1 AND asked_of = ?2")?;
    for action in ended {
        forget.execute([action.reference(), action.asked_of()])?;
    }
    let mut learn = c.prepare_cached(
        "INSERT INTO known_open (reference, asked_of, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    for action in opened {
        learn.execute(params![action.reference(), action.asked_of(), At(now)])?;
    }
    Ok(())
}
