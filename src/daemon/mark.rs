//! The mark by which the letters of a state are known.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::fact;
use crate::{ledger, letter::Mark, store};

/// The mark of the letters that are written from this state.
pub fn mark(c: &Connection) -> rusqlite::Result<Mark> {
    Ok(Mark::new(store::created(c)?, began_anew(c)?))
}

/// From when on this state has to know all its letters: copies of what was written before tell nothing.
pub(super) fn knows_since(c: &Connection) -> rusqlite::Result<Timestamp> {
    Ok(began_anew(c)?.unwrap_or(store::created(c)?))
}

/// Changes the mark: what was sent before is taken as told, or is to be known no longer.
pub(super) fn begin_anew(c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    // Later than the last time, also with a clock that was set back: letters of then are of the past.
    let at = match began_anew(c)? {
        Some(before) => now.max(before + SignedDuration::from_micros(1)),
        None => now,
    };
    ledger::set_fact(c, fact::ARCHIVE_UNREAD, "")?;
    ledger::set_fact(c, fact::BEGAN_ANEW, &at.as_microsecond().to_string())
}

fn began_anew(c: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let told = ledger::get_fact(c, fact::BEGAN_ANEW)?;
    Ok(told.and_then(|text| Timestamp::from_microsecond(text.parse().ok()?).ok()))
}
