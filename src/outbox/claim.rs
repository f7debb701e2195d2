//! Out of the outbox, one attempt at a time: written down before the dial.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{LetterId, RetrySettings, State, clock, decide::was_under_way, pack::Unpack, reached, settle};
use crate::{
    letter::Envelope,
    store::{At, after},
};

/// For how long a claimed letter is not claimed again, as long as nothing ends its attempt. It is
/// longer than the time-outs of RFC 5321, 4.5.3.2 are together, so that an attempt that takes its time never
/// meets a second one.
pub const LEASE: Duration = Duration::from_hours(1);

/// A letter to be attempted now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Which letter.
    pub id: LetterId,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    /// Where it goes.
    pub envelope: Envelope,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// The whole message, the same at every attempt.
    pub bytes: Vec<u8>,
    /// When the first attempt began of which nobody knows whether it brought the letter there; none while there
    /// is no doubt.
    pub in_doubt_since: Option<Timestamp>,
    /// The references that it tells of, as people write them, when they are at hand.
    pub about: Option<Vec<String>>,
}

/// Claims up to `limit` letters that are due at `now`, those that wait longest first, and records an
/// attempt for each. Once this is committed the letters may be sent, and not before.
pub fn claim(
    c: &Connection,
    limit: u32,
    now: Timestamp,
    retry: &RetrySettings,
) -> rusqlite::Result<Vec<Claimed>> {
    claim_planned(c, Timestamp::MIN, limit, now, retry)
}

/// As [`claim`], but only letters that were planned for `planned_from` or later.
pub fn claim_planned(
    c: &Connection,
    planned_from: Timestamp,
    limit: u32,
    now: Timestamp,
    retry: &RetrySettings,
) -> rusqlite::Result<Vec<Claimed>> {
    end_overdue(c, now, retry)?;
    let mut unpack = Unpack::default();
    let due: Vec<Claimed> = c
        .prepare_cached(
            "SELECT l.id, l.attempts + 1, l.envelope_from, l.envelope_to, l.message_id, b.dictionary, b.bytes, \
             CASE WHEN l.attempts > 0 THEN (SELECT min(started) FROM attempt a WHERE a.letter = l.id \
             AND a.outcome = 'unknown' AND a.number > (SELECT coalesce(max(r.number), 0) FROM attempt r \
             WHERE r.letter = l.id AND r.outcome = 'refused')) END \
             FROM letter l JOIN letter_bytes b ON b.letter = l.id \
             WHERE l.next_attempt IS NOT NULL AND l.state <> 'sending' AND l.next_attempt <= ?1 \
             AND l.planned_for >= ?3 ORDER BY l.next_attempt, l.id LIMIT ?2",
        )?
        .query_map(params![At(now), limit, At(planned_from)], |row| claimed(c, &mut unpack, row))?
        .collect::<rusqlite::Result<_>>()?;
    for letter in &due {
        begin(c, letter.id, letter.attempt, now)?;
    }
    if let Some(newest) = due.iter().map(|letter| letter.id).max() {
        reached::advance(c, newest, now)?;
    }
    Ok(due)
}

/// Ends attempts whose lease is over: their answer is overdue beyond reason, so nobody is at them any more.
fn end_overdue(c: &Connection, now: Timestamp, retry: &RetrySettings) -> rusqlite::Result<()> {
    let overdue: Vec<(LetterId, u32)> = c
        .prepare_cached("SELECT id, attempts FROM letter WHERE state = 'sending' AND next_attempt <= ?1")?
        .query_map([At(now)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    overdue.into_iter().try_for_each(|(id, attempt)| lose_one(c, id, attempt, now, retry))
}

fn claimed(c: &Connection, unpack: &mut Unpack, row: &Row<'_>) -> rusqlite::Result<Claimed> {
    Ok(Claimed {
        id: row.get(0)?,
        attempt: row.get(1)?,
        envelope: Envelope { from: row.get(2)?, to: row.get(3)? },
        message_id: row.get(4)?,
        bytes: unpack.letter(c, row.get(5)?, row.get_ref(6)?.as_blob()?)?,
        in_doubt_since: row.get::<_, Option<At>>(7)?.map(|At(since)| since),
        about: None,
    })
}

fn begin(c: &Connection, id: LetterId, attempt: u32, now: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached("UPDATE letter SET state = ?2, attempts = ?3, next_attempt = ?4 WHERE id = ?1")?
        .execute(params![id, State::Sending, attempt, At(after(now, LEASE))])?;
    c.prepare_cached("INSERT INTO attempt (letter, number, started) VALUES (?1, ?2, ?3)")?
        .execute(params![id, attempt, At(now)])?;
    Ok(())
}

/// Gives back a letter that was claimed and whose attempt never dialled: at a shutdown, or because the
/// server cannot be reached. The attempt never was; the letter waits until `again_at`. False when
/// that attempt is not under way.
pub fn unclaim(c: &Connection, id: LetterId, attempt: u32, again_at: Timestamp) -> rusqlite::Result<bool> {
    let gone = c
        .prepare_cached("DELETE FROM attempt WHERE letter = ?1 AND number = ?2 AND outcome IS NULL")?
        .execute(params![id, attempt])?;
    if gone == 0 {
        return Ok(false);
    }
    // What it was before: in doubt, if the attempt before this one was.
    let before = attempt.saturating_sub(1);
    c.prepare_cached("UPDATE letter SET attempts = ?3 WHERE id = ?1 AND attempts = ?2")?
        .execute(params![id, attempt, before])?;
    c.prepare_cached("UPDATE letter SET note = replace(note, ?2, '') WHERE id = ?1 AND note IS NOT NULL")?
        .execute(params![id, was_under_way(attempt)])?;
    c.prepare_cached(
        "UPDATE letter SET next_attempt = ?3, state = CASE WHEN EXISTS (SELECT 1 FROM attempt \
         WHERE letter = ?1 AND number = ?2 AND outcome = 'unknown') THEN 'unknown' ELSE 'queued' END \
         WHERE id = ?1 AND attempts = ?2 AND state = 'sending'",
    )?
    .execute(params![id, before, At(again_at)])?;
    Ok(true)
}

/// Gives a letter that waits, and is not in doubt, its place before those that were meant for later.
pub fn keep_place(c: &Connection, id: LetterId) -> rusqlite::Result<()> {
    c.prepare_cached(
        "UPDATE letter SET next_attempt = min(next_attempt, planned_for) \
         WHERE id = ?1 AND state = 'queued' AND next_attempt IS NOT NULL",
    )?
    .execute([id])?;
    Ok(())
}

/// As [`keep_place`], for letters that were tried, and takes back that they reached the server: it was busy, and said so to
/// several.
pub fn regain(c: &Connection, letters: &[LetterId]) -> rusqlite::Result<()> {
    let mut forget =
        c.prepare_cached("UPDATE letter SET tried_from = NULL WHERE id = ?1 AND state = 'queued'")?;
    letters.iter().try_for_each(|id| {
        keep_place(c, *id)?;
        forget.execute([id]).map(drop)
    })
}

/// Ends the attempts that a process left under way when it died; to be called once by each process, as
/// the owner of the state, before its first [`claim`]. Gives how many there were.
///
/// Their letters may have arrived: they are *unknown* and wait for their back-off, counted from the
/// start of the attempt, or expire. A process that dies at each start therefore sends ever more rarely.
pub fn recover(c: &Connection, now: Timestamp, retry: &RetrySettings) -> rusqlite::Result<u32> {
    let left: Vec<(LetterId, u32)> = c
        .prepare_cached("SELECT letter, number FROM attempt WHERE outcome IS NULL ORDER BY letter, number")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut count = 0;
    for (id, attempt) in left {
        lose_one(c, id, attempt, now, retry)?;
        count += 1;
    }
    clock::shorten_waits(c, now, retry)?;
    Ok(count)
}

fn lose_one(
    c: &Connection,
    id: LetterId,
    attempt: u32,
    now: Timestamp,
    retry: &RetrySettings,
) -> rusqlite::Result<()> {
    let Some(case) = settle::case(c, id, attempt)? else { return Ok(()) };
    c.prepare_cached(
        "UPDATE attempt SET outcome = 'unknown', text = 'rappel stopped before the answer was recorded' \
         WHERE letter = ?1 AND number = ?2 AND outcome IS NULL",
    )?
    .execute(params![id, attempt])?;
    settle::lost(c, &case, now, retry)
}
