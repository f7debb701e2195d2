//! Actions whose rows are missing from the register, for as long as they are given time to come back.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{decisions::decisions, letters::action};
use crate::{action::ActionId, decision::Change, store::At};

/// An open action whose row is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vanished {
    /// Which.
    pub action: ActionId,
    /// As people know it: reference, of whom it is asked, title.
    pub label: String,
    /// Since when it is missing, as far as is known.
    pub since: Timestamp,
    /// Whether the secretariat was told.
    pub told: bool,
}

/// The actions that are missing, in the order of their identities.
pub fn vanished(c: &Connection) -> rusqlite::Result<Vec<Vanished>> {
    c.prepare_cached(
        "SELECT reference, asked_of, label, since, told FROM vanished ORDER BY reference, asked_of",
    )?
    .query_map([], |row| {
        let At(since) = row.get(3)?;
        Ok(Vanished { action: action(row, 0)?, label: row.get(2)?, since, told: row.get(4)? })
    })?
    .collect()
}

/// As [`vanished`], without those that were closed on the command line: nobody misses them.
pub fn missed(c: &Connection) -> rusqlite::Result<Vec<Vanished>> {
    let mut closed = decisions(c)?;
    closed.retain(|one| matches!(one.change, Change::Close { .. }));
    let is_closed = |one: &Vanished| closed.iter().any(|decision| decision.action == one.action);
    Ok(vanished(c)?.into_iter().filter(|one| !is_closed(one)).collect())
}

/// Makes `all` the actions that are missing.
pub fn set_vanished(c: &Connection, all: &[Vanished]) -> rusqlite::Result<()> {
    c.execute("DELETE FROM vanished", [])?;
    let mut insert = c.prepare_cached(
        "INSERT INTO vanished (reference, asked_of, label, since, told) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for Vanished { action, label, since, told } in all {
        insert.execute(params![action.reference(), action.asked_of(), label, At(*since), told])?;
    }
    Ok(())
}
