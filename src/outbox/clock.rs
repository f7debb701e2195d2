//! What waits when the clock is set: it waits as long as it would have.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};

use super::{LetterId, RetrySettings};
use crate::store::{At, after};

/// The clock was set by `step`: back-offs, leases and the time of trying move along, so that a step back holds up no
/// letter and a step forward gives none up. The times for which letters are planned are people's, and stay.
pub fn clock_was_set(c: &Connection, step: SignedDuration) -> rusqlite::Result<()> {
    let step = i64::try_from(step.as_micros()).unwrap_or_default();
    c.prepare_cached(
        "UPDATE letter SET next_attempt = next_attempt + ?1 \
         WHERE next_attempt IS NOT NULL AND (state = 'sending' OR next_attempt > planned_for)",
    )?
    .execute([step])?;
    c.prepare_cached(
        "UPDATE letter SET tried_from = tried_from + ?1 WHERE settled IS NULL AND tried_from IS NOT NULL",
    )?
    .execute([step])?;
    Ok(())
}

/// Shortens waits that no back-off gives: the clock was set back while nobody looked.
pub(super) fn shorten_waits(c: &Connection, now: Timestamp, retry: &RetrySettings) -> rusqlite::Result<()> {
    let latest = At(after(now, retry.max));
    c.prepare_cached(
        "UPDATE letter SET next_attempt = ?1 WHERE next_attempt > ?1 AND state <> 'sending' \
         AND attempts > 0 AND next_attempt > planned_for",
    )?
    .execute([latest])?;
    Ok(())
}

/// Says that attempts are still under way, for letters that wait long for their turn: their leases begin anew.
pub fn renew(c: &Connection, letters: &[LetterId], lease: Duration, now: Timestamp) -> rusqlite::Result<()> {
    let mut renew =
        c.prepare_cached("UPDATE letter SET next_attempt = ?2 WHERE id = ?1 AND state = 'sending'")?;
    letters.iter().try_for_each(|id| renew.execute(params![id, At(after(now, lease))]).map(drop))
}
