//! The view that planning needs.

use jiff::Timestamp;
use rusqlite::Connection;

use super::entry::{day, deadline};
use crate::{
    action::{ActionId, RecipientId, Told},
    store::At,
};

/// For each action, recipient and deadline the latest step that is recorded, however it was said. What was
/// left out was not said.
pub fn told(c: &Connection) -> rusqlite::Result<Told> {
    told_until(c, Timestamp::MAX)
}

/// As [`told`], as it was at the instant `until`.
pub fn told_until(c: &Connection, until: Timestamp) -> rusqlite::Result<Told> {
    let mut told = Told::default();
    // The primary key is in this order: one pass, no sorting.
    let mut statement = c.prepare_cached(
        "SELECT reference, asked_of, recipient, deadline, max(step_day) FROM reminder \
         WHERE recorded_at <= ?1 AND (why IS NULL OR (why NOT LIKE 'taken back: %' AND how <> 'left out')) \
         GROUP BY reference, asked_of, recipient, deadline",
    )?;
    let mut rows = statement.query([At(until)])?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get_ref(column).and_then(|value| Ok(value.as_str()?));
        told.record(
            ActionId::new(text(0)?, text(1)?),
            RecipientId::stored(text(2)?),
            deadline(3, text(3)?)?,
            day(4, text(4)?)?,
        );
    }
    Ok(told)
}
