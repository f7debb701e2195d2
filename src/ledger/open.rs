//! The open actions of the last good register: by them a register that lost many is noticed.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::letters::action;
use crate::{
    action::{ActionId, maps::HashSet},
    store::At,
};

/// The open actions of the last good register, in the order of their identities.
pub fn known_open(c: &Connection) -> rusqlite::Result<Vec<ActionId>> {
    c.prepare_cached("SELECT reference, asked_of FROM known_open ORDER BY reference, asked_of")?
        .query_map([], |row| action(row, 0))?
        .collect()
}

/// Makes `open` the open actions of the last good register. Only differences are written.
pub fn set_known_open(c: &Connection, open: &[ActionId], now: Timestamp) -> rusqlite::Result<()> {
    let open: HashSet<&ActionId> = open.iter().collect();
    let known: HashSet<ActionId> = known_open(c)?.into_iter().collect();
    let mut forget = c.prepare_cached("DELETE FROM known_open WHERE reference = ?1 AND asked_of = ?2")?;
    for action in known.iter().filter(|action| !open.contains(action)) {
        forget.execute([action.reference(), action.asked_of()])?;
    }
    let mut learn =
        c.prepare_cached("INSERT INTO known_open (reference, asked_of, since) VALUES (?1, ?2, ?3)")?;
    for action in open.into_iter().filter(|action| !known.contains(action)) {
        learn.execute(params![action.reference(), action.asked_of(), At(now)])?;
    }
    Ok(())
}
