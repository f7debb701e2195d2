//! What waits, at a glance.

use std::{collections::HashMap, fmt};

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::{IN_DOUBT, LetterId, State};
use crate::store::At;

/// How many letters wait, by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Waiting for their next attempt.
    pub queued: u32,
    /// Under way.
    pub sending: u32,
    /// In doubt, waiting to be sent again.
    pub unknown: u32,
    /// Kept back.
    pub held: u32,
    /// Kept back because they may have arrived: a person decides.
    pub doubtful: u32,
}

impl Counts {
    /// All that are not settled.
    #[must_use]
    pub fn all(self) -> u32 {
        self.queued + self.sending + self.unknown + self.held + self.doubtful
    }
}

/// "3 waiting, 1 in doubt": what there is, and nothing else.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states = [
            (self.queued, "waiting"),
            (self.sending, "under way"),
            (self.unknown, "in doubt"),
            (self.held, "held"),
            (self.doubtful, "held in doubt until somebody decides"),
        ];
        let shown: Vec<_> = states
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, state)| format!("{count} {state}"))
            .collect();
        if shown.is_empty() { f.write_str("empty") } else { f.write_str(&shown.join(", ")) }
    }
}

/// Counts the letters that are not settled.
pub fn waiting(c: &Connection) -> rusqlite::Result<Counts> {
    let mut counts = Counts::default();
    // In the words of the indexes: as many rows are looked at as letters wait.
    let mut statement = c.prepare_cached(
        "SELECT state, count(*) FROM letter WHERE next_attempt IS NOT NULL AND state <> 'sending' GROUP BY state \
         UNION ALL SELECT 'sending', count(*) FROM letter WHERE state = 'sending' \
         UNION ALL SELECT 'held', count(*) FROM letter WHERE state = 'held'",
    )?;
    counts.doubtful = held_in_doubt(c)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let count = row.get(1)?;
        match row.get(0)? {
            State::Queued => counts.queued = count,
            State::Sending => counts.sending = count,
            State::Unknown => counts.unknown = count,
            State::Held => counts.held = u32::saturating_sub(count, counts.doubtful),
            State::Accepted | State::Refused | State::Expired | State::Withdrawn => {}
        }
    }
    Ok(counts)
}

/// What a monitor wants to know of the letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many there are in each state, all states.
    pub by_state: Vec<(State, u32)>,
    /// When one was accepted last.
    pub last_accepted: Option<Timestamp>,
    /// The earliest time for which one was meant that has not left the outbox.
    pub oldest_unsent: Option<Timestamp>,
}

/// Counts all letters. Looks at every one: not for each round of a loop.
pub fn figures(c: &Connection) -> rusqlite::Result<Figures> {
    let mut found = Figures { by_state: State::ALL.map(|state| (state, 0)).into(), ..Figures::default() };
    let mut statement = c.prepare_cached(
        "SELECT state, count(*), max(settled), min(planned_for) FROM letter GROUP BY state",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let state: State = row.get(0)?;
        let count = row.get(1)?;
        found.by_state.iter_mut().filter(|(one, _)| *one == state).for_each(|(_, all)| *all = count);
        if state == State::Accepted {
            found.last_accepted = row.get::<_, Option<At>>(2)?.map(|At(at)| at);
        } else if !state.is_settled() {
            let At(oldest) = row.get(3)?;
            found.oldest_unsent = Some(found.oldest_unsent.map_or(oldest, |known| known.min(oldest)));
        }
    }
    Ok(found)
}

fn held_in_doubt(c: &Connection) -> rusqlite::Result<u32> {
    c.prepare_cached("SELECT count(*) FROM letter WHERE state = 'held' AND note LIKE ?1 || '%'")?
        .query_row([IN_DOUBT], |row| row.get(0))
}

/// When [`claim`](super::claim) next has something to give; none when nothing waits. For letters under way
/// that is the end of their lease. What has no text cannot leave, and is not waited for.
pub fn next_attempt(c: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    next_attempt_planned(c, Timestamp::MIN)
}

/// As [`next_attempt`], but of [`claim_planned`](super::claim_planned).
pub fn next_attempt_planned(c: &Connection, planned_from: Timestamp) -> rusqlite::Result<Option<Timestamp>> {
    let next: Option<At> = c
        .prepare_cached(
            "SELECT min(next) FROM (SELECT min(next_attempt) AS next FROM letter \
             WHERE next_attempt IS NOT NULL AND state <> 'sending' AND planned_for >= ?1 \
             AND EXISTS (SELECT 1 FROM letter_bytes b WHERE b.letter = letter.id) \
             UNION ALL SELECT min(next_attempt) FROM letter WHERE state = 'sending')",
        )?
        .query_row([At(planned_from)], |row| row.get(0))?;
    Ok(next.map(|At(next)| next))
}

/// How many reminders and digests were written since an instant, by address in lower case.
pub fn written_since(c: &Connection, since: Timestamp) -> rusqlite::Result<HashMap<String, u32>> {
    c.prepare_cached(
        "SELECT lower(envelope_to), count(*) FROM letter \
         WHERE created >= ?1 AND (kind = 'reminder' OR kind = 'digest' OR kind = 'closure') GROUP BY 1",
    )?
    .query_map([At(since)], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

/// How many letters were accepted at `since` or later; notices about rappel itself and test letters do not count.
pub fn accepted_since(c: &Connection, since: Timestamp) -> rusqlite::Result<u32> {
    c.prepare_cached(
        "SELECT count(*) FROM letter WHERE state = 'accepted' AND settled >= ?1 AND kind NOT IN ('notice', 'test')",
    )?
    .query_row([At(since)], |row| row.get(0))
}

/// The letters that were refused or have expired at `since` or later, the oldest first.
pub fn failed_since(c: &Connection, since: Timestamp) -> rusqlite::Result<Vec<LetterId>> {
    c.prepare_cached(
        "SELECT id FROM letter WHERE state IN ('refused', 'expired') AND settled >= ?1 ORDER BY settled, id",
    )?
    .query_map([At(since)], |row| row.get(0))?
    .collect()
}

/// How many letters wait, by nobody's decision, although their time was before `then`.
pub fn late(c: &Connection, then: Timestamp) -> rusqlite::Result<u32> {
    c.prepare_cached("SELECT count(*) FROM letter WHERE next_attempt IS NOT NULL AND state <> 'sending' AND planned_for < ?1")?
        .query_row([At(then)], |row| row.get(0))
}

/// The letters that were refused, have expired, or are held in doubt, and of which nobody was told yet, the oldest
/// first; each with what identifies this failure, for [`tell_failures`]. One that is tried again and fails again
/// is another.
pub fn failed_untold(c: &Connection) -> rusqlite::Result<Vec<(LetterId, String)>> {
    c.prepare_cached(
        "SELECT id, 'letter ' || id || ' ' || attempts AS what FROM (\
         SELECT id, attempts, settled FROM letter WHERE state IN ('refused', 'expired') \
         UNION ALL SELECT id, attempts, NULL FROM letter WHERE state = 'held' AND note LIKE ?1 || '%') \
         WHERE NOT EXISTS (SELECT 1 FROM failure_told t WHERE t.what = 'letter ' || id || ' ' || attempts) \
         ORDER BY settled, id",
    )?
    .query_map([IN_DOUBT], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

/// Records that somebody was told of these failures.
pub fn tell_failures(c: &Connection, what: &[String]) -> rusqlite::Result<()> {
    let mut tell = c.prepare_cached("INSERT INTO failure_told (what) VALUES (?1) ON CONFLICT DO NOTHING")?;
    what.iter().try_for_each(|one| tell.execute([one]).map(drop))
}
