//! Which letters are about which actions.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use crate::{action::ActionId, outbox::LetterId, store::At};

/// When the last letter that tells of this action was written.
pub fn last_letter_at(c: &Connection, action: &ActionId) -> rusqlite::Result<Option<Timestamp>> {
    let last: Option<At> = c
        .prepare_cached(
            "SELECT max(recorded_at) FROM reminder WHERE reference = ?1 AND asked_of = ?2 AND how = 'told'",
        )?
        .query_row(params![action.reference(), action.asked_of()], |row| row.get(0))?;
    Ok(last.map(|At(at)| at))
}

/// When the last letter was written, for every action that has had one.
pub fn last_letters(c: &Connection) -> rusqlite::Result<HashMap<ActionId, Timestamp>> {
    c.prepare_cached(
        "SELECT reference, asked_of, max(recorded_at) FROM reminder WHERE how = 'told' \
         GROUP BY reference, asked_of",
    )?
    .query_map([], |row| {
        let At(at) = row.get(2)?;
        Ok((action(row, 0)?, at))
    })?
    .collect()
}

/// The actions that a letter tells of.
pub fn carried_by(c: &Connection, letter: LetterId) -> rusqlite::Result<Vec<ActionId>> {
    c.prepare_cached(
        "SELECT DISTINCT reference, asked_of FROM reminder WHERE letter = ?1 AND how = 'told' \
         ORDER BY reference, asked_of",
    )?
    .query_map([letter], |row| action(row, 0))?
    .collect()
}

/// Every letter that waits in the outbox, with each action that it tells of: what has to be looked at when
/// actions were closed meanwhile.
pub fn waiting_for(c: &Connection) -> rusqlite::Result<Vec<(LetterId, ActionId)>> {
    c.prepare_cached(
        "SELECT DISTINCT l.id, r.reference, r.asked_of FROM letter l JOIN reminder r ON r.letter = l.id \
         WHERE l.settled IS NULL AND r.how = 'told' ORDER BY l.id, r.reference, r.asked_of",
    )?
    .query_map([], |row| Ok((row.get(0)?, action(row, 1)?)))?
    .collect()
}

/// The action in column `first` and the next.
pub(super) fn action(row: &Row<'_>, first: usize) -> rusqlite::Result<ActionId> {
    Ok(ActionId::new(row.get_ref(first)?.as_str()?, row.get_ref(first + 1)?.as_str()?))
}
