//! What a person decides about a letter.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::{
    LetterId, Packed, State,
    claim::{LEASE, unclaim},
    released::released,
    retry::TOO_DOUBTFUL,
    settle::{doubt, settled},
};
use crate::{
    letter::Letter,
    store::{At, after},
};

/// What came of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "result", content = "state")]
pub enum Decided {
    /// It is so; the letter's state now.
    Done(State),
    /// Not possible in the state that the letter is in. Nothing was changed.
    NotWhen(State),
    /// Not possible, because its text was taken out: there is nothing to send. Nothing was changed.
    TextGone,
    /// There is no such letter.
    NoSuchLetter,
}

/// The end of the letter's last attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastAttempt {
    /// There was none, or its answer is known.
    Known,
    /// Nobody knows what came of it.
    Doubtful,
    /// It started then and is under way.
    UnderWay(Timestamp),
}

/// Withdraws a letter: it is not sent (again). `why` is kept as its note. False when it is settled already, or
/// there is none.
///
/// When an attempt is under way, or its end is not known, this decides about the future only: what was sent may have
/// arrived. The note says so.
pub fn withdraw(c: &Connection, id: LetterId, why: &str, now: Timestamp) -> rusqlite::Result<bool> {
    let Some((state, attempts, last)) = look(c, id)? else { return Ok(false) };
    if state.is_settled() {
        return Ok(false);
    }
    let note = match last {
        LastAttempt::Known => why.to_owned(),
        LastAttempt::Doubtful => format!("{why} (attempt {attempts} may have arrived)"),
        LastAttempt::UnderWay(_) => format!("{why}{}", was_under_way(attempts)),
    };
    settled(c, id, State::Withdrawn, now)?;
    note_it(c, id, &note)?;
    Ok(true)
}

/// How the note of a letter ends that was withdrawn during an attempt.
pub(super) fn was_under_way(attempt: u32) -> String {
    format!(" (attempt {attempt} was under way)")
}

/// Those of these letters that a person decided about while they were being sent: they are held, or settled.
pub fn no_longer_sent(c: &Connection, letters: &[LetterId]) -> rusqlite::Result<Vec<LetterId>> {
    let mut statement = c.prepare_cached("SELECT 1 FROM letter WHERE id = ?1 AND state <> 'sending'")?;
    let mut decided = Vec::new();
    for id in letters {
        if statement.exists([id])? {
            decided.push(*id);
        }
    }
    Ok(decided)
}

/// As [`withdraw`], as a person's decision.
pub fn discard(c: &Connection, id: LetterId, why: &str, now: Timestamp) -> rusqlite::Result<Decided> {
    let Some((state, ..)) = look(c, id)? else { return Ok(Decided::NoSuchLetter) };
    let withdrawn = withdraw(c, id, why, now)?;
    Ok(if withdrawn { Decided::Done(State::Withdrawn) } else { Decided::NotWhen(state) })
}

/// Sends a letter that was refused to another address of the same person, the same bytes under the same
/// Message-ID. False when it was not refused, or was refused at that address.
pub fn redirect(c: &Connection, id: LetterId, to: &str, now: Timestamp) -> rusqlite::Result<bool> {
    let refused_at: Option<String> = c
        .prepare_cached("SELECT envelope_to FROM letter WHERE id = ?1 AND state = 'refused'")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let Some(first) = refused_at.filter(|first| !first.eq_ignore_ascii_case(to)) else { return Ok(false) };
    c.prepare_cached("UPDATE letter SET envelope_to = ?2 WHERE id = ?1")?.execute(params![id, to])?;
    put(c, id, State::Queued, Some(now))?;
    note_it(c, id, &format!("refused at {first}{SECOND_TRIED}"))?;
    Ok(true)
}

/// How the note of a letter ends that was refused at the person's first address, which stands before it.
pub const SECOND_TRIED: &str = "; the second address is tried";

/// Why a letter is held; none if it is not.
pub fn held(c: &Connection, id: LetterId) -> rusqlite::Result<Option<String>> {
    c.prepare_cached("SELECT coalesce(note, '') FROM letter WHERE id = ?1 AND state = 'held'")?
        .query_row([id], |row| row.get(0))
        .optional()
}

/// Keeps a letter back until [`release`]. An attempt under way goes on; what it brings is recorded.
pub fn hold(c: &Connection, id: LetterId, why: &str) -> rusqlite::Result<Decided> {
    let Some((state, ..)) = look(c, id)? else { return Ok(Decided::NoSuchLetter) };
    if state.is_settled() {
        return Ok(Decided::NotWhen(state));
    }
    put(c, id, State::Held, None)?;
    note_it(c, id, why)?;
    Ok(Decided::Done(State::Held))
}

/// Keeps a letter back as [`hold`] does, but by rappel's own decision: [`release_kept_back`] ends it.
pub fn keep_back(c: &Connection, id: LetterId, why: &str) -> rusqlite::Result<()> {
    hold(c, id, &format!("{KEPT_BACK}{why}"))?;
    Ok(())
}

/// Lets a letter go that rappel kept back, not before its time, unless a person released it; not one that a person
/// holds.
pub fn release_kept_back(c: &Connection, id: LetterId, now: Timestamp) -> rusqlite::Result<()> {
    let by_a_person = released(c)?.contains(&id);
    let ours = c
        .prepare_cached(
            "UPDATE letter SET note = NULL WHERE id = ?1 AND state = 'held' AND note LIKE ?2 || '%'",
        )?
        .execute(params![id, KEPT_BACK])?;
    if ours == 1 {
        release(c, id, now)?;
    }
    if ours == 1 && !by_a_person {
        c.prepare_cached(
            "UPDATE letter SET next_attempt = max(planned_for, next_attempt) WHERE id = ?1 AND state = 'queued'",
        )?
        .execute([id])?;
    }
    Ok(())
}

/// What the note of a letter begins with that rappel keeps back by itself.
pub const KEPT_BACK: &str = "kept back: ";

/// The note of letters that are held together with a send time that looks like a flood.
pub const WITH_RUN: &str = "held with its send time";

/// Keeps back what was queued of a send time before it looked like a flood: reminders written after the last one was
/// served, and never tried. [`release_run`] ends it.
pub fn hold_run(c: &Connection, served: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached(
        "UPDATE letter SET state = 'held', next_attempt = NULL, note = ?2 WHERE state = 'queued' AND attempts = 0 \
         AND next_attempt IS NOT NULL AND created > ?1 AND kind IN ('reminder', 'digest', 'closure')",
    )?
    .execute(params![At(served), WITH_RUN])?;
    Ok(())
}

/// Lets go what [`hold_run`] kept back.
pub fn release_run(c: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached(
        "UPDATE letter SET state = 'queued', next_attempt = max(planned_for, ?1), note = NULL \
         WHERE state = 'held' AND note = ?2",
    )?
    .execute(params![At(now), WITH_RUN])?;
    Ok(())
}

/// What the note of a letter begins with that is held because nobody knows whether it arrived.
pub const IN_DOUBT: &str = "in doubt: ";

/// Keeps a letter that may have arrived until a person has decided, by [`accept`], [`retry`] or [`discard`].
pub(super) fn hold_in_doubt(c: &Connection, id: LetterId) -> rusqlite::Result<()> {
    put(c, id, State::Held, None)?;
    note_it(
        c,
        id,
        &format!(
            "{IN_DOUBT}it was sent again, and may have arrived; `rappel outbox accept {id}` if it did, \
             `rappel outbox retry {id}` to send it once more, `rappel outbox drop {id}` to leave it"
        ),
    )
}

/// Gives back a letter that was claimed and is not sent yet, if somebody decided about it meanwhile: it is held, or
/// settled. False, and nothing done, when it is not.
pub fn give_back_if_decided(
    c: &Connection,
    id: LetterId,
    attempt: u32,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let is_decided = look(c, id)?.is_none_or(|(state, ..)| state != State::Sending);
    if is_decided {
        unclaim(c, id, attempt, now)?;
    }
    Ok(is_decided)
}

/// Gives back a letter that was claimed and may not be sent again without a decision: it is so doubtful already
/// that a copy more does harm. False, and nothing done, when it is not.
pub fn hold_if_doubtful(
    c: &Connection,
    id: LetterId,
    attempt: u32,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    if doubt(c, id)? < TOO_DOUBTFUL {
        return Ok(false);
    }
    unclaim(c, id, attempt, now)?;
    hold_in_doubt(c, id)?;
    Ok(true)
}

/// Lets a held letter go: now, or when an attempt is still under way, after that.
pub fn release(c: &Connection, id: LetterId, now: Timestamp) -> rusqlite::Result<Decided> {
    let Some((state, _, last)) = look(c, id)? else { return Ok(Decided::NoSuchLetter) };
    if state != State::Held {
        return Ok(Decided::NotWhen(state));
    }
    if !has_text(c, id)? {
        return Ok(Decided::TextGone);
    }
    let (state, next) = match last {
        LastAttempt::Known => (State::Queued, now),
        LastAttempt::Doubtful => (State::Unknown, now),
        LastAttempt::UnderWay(started) => (State::Sending, after(started, LEASE)),
    };
    put(c, id, state, Some(next))?;
    forget_doubt(c, id)?;
    Ok(Decided::Done(state))
}

/// Tries a letter now that waits for its back-off, is held in doubt, was refused or has expired. Not while an attempt
/// is under way, not when somebody holds it, and not when it was accepted or withdrawn.
pub fn retry(c: &Connection, id: LetterId, now: Timestamp) -> rusqlite::Result<Decided> {
    let Some((state, _, last)) = look(c, id)? else { return Ok(Decided::NoSuchLetter) };
    let possible = matches!(state, State::Queued | State::Unknown | State::Refused | State::Expired)
        || is_held_in_doubt(c, id)?;
    if !possible || matches!(last, LastAttempt::UnderWay(_)) {
        return Ok(Decided::NotWhen(state));
    }
    if !has_text(c, id)? {
        return Ok(Decided::TextGone);
    }
    if state.is_settled() {
        // Somebody gives it another chance: all of it.
        c.prepare_cached("UPDATE letter SET tried_from = NULL, pushes = 0 WHERE id = ?1")?.execute([id])?;
    }
    let state = if last == LastAttempt::Doubtful { State::Unknown } else { State::Queued };
    put(c, id, state, Some(now))?;
    forget_doubt(c, id)?;
    Ok(Decided::Done(state))
}

/// Whether the message of a letter is still kept.
fn has_text(c: &Connection, id: LetterId) -> rusqlite::Result<bool> {
    c.prepare_cached("SELECT EXISTS (SELECT 1 FROM letter_bytes WHERE letter = ?1)")?
        .query_row([id], |row| row.get(0))
}

fn is_held_in_doubt(c: &Connection, id: LetterId) -> rusqlite::Result<bool> {
    c.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM letter WHERE id = ?1 AND state = 'held' AND note LIKE ?2 || '%')",
    )?
    .query_row(params![id, IN_DOUBT], |row| row.get(0))
}

/// What was to be decided is decided.
fn forget_doubt(c: &Connection, id: LetterId) -> rusqlite::Result<()> {
    c.prepare_cached("UPDATE letter SET note = NULL WHERE id = ?1 AND note LIKE ?2 || '%'")?
        .execute(params![id, IN_DOUBT])?;
    Ok(())
}

/// Sends a letter that was not accepted yet to the address that the person has now. False when there is
/// nothing to change.
pub fn readdress(c: &Connection, id: LetterId, to: &str) -> rusqlite::Result<bool> {
    let changed = c
        .prepare_cached(
            "UPDATE letter SET envelope_to = ?2 WHERE id = ?1 AND lower(envelope_to) <> lower(?2) \
             AND state <> 'accepted' AND state <> 'withdrawn'",
        )?
        .execute(params![id, to])?;
    Ok(changed == 1)
}

/// Writes a letter anew that waits, under the same key: other words, or another address. Not one of which an
/// attempt is under way or may have arrived: one Message-ID has the same bytes.
pub fn rewrite(c: &Connection, id: LetterId, letter: &Letter) -> rusqlite::Result<()> {
    if may_have_arrived(c, id)? {
        return Ok(());
    }
    let changed = c
        .prepare_cached(
            "UPDATE letter SET subject = ?3, envelope_from = ?4, envelope_to = ?5, message_id = ?6 \
             WHERE id = ?1 AND key = ?2 AND settled IS NULL",
        )?
        .execute(params![
            id,
            letter.key,
            letter.subject,
            letter.envelope.from,
            letter.envelope.to,
            letter.message_id
        ])?;
    if changed == 1 { Packed::plain(letter.bytes.clone()).replace(c, id) } else { Ok(()) }
}

/// Lets every letter that waits for its back-off go now, because what was in its way is gone. Letters in
/// doubt keep their time.
pub fn hurry(c: &Connection, now: Timestamp) -> rusqlite::Result<usize> {
    c.prepare_cached(
        "UPDATE letter SET next_attempt = ?1 \
         WHERE state = 'queued' AND next_attempt > ?1 AND planned_for <= ?1",
    )?
    .execute([At(now)])
}

/// Lets a letter that was withdrawn wait again as if it were new, because what it tells is true again. In the
/// words of today, unless it may have arrived in those of then, and they are still kept: one Message-ID has the same
/// bytes.
pub(super) fn revive(
    c: &Connection,
    id: LetterId,
    letter: &Letter,
    bytes: &Packed,
    planned_for: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Some((State::Withdrawn, _, last)) = look(c, id)? else { return Ok(()) };
    match last {
        LastAttempt::Known => put(c, id, State::Queued, Some(planned_for.max(now)))?,
        LastAttempt::Doubtful => put(c, id, State::Unknown, Some(planned_for.max(now)))?,
        LastAttempt::UnderWay(started) => put(c, id, State::Sending, Some(after(started, LEASE)))?,
    }
    c.prepare_cached(
        "UPDATE letter SET planned_for = ?2, created = ?3, pushes = 0, tried_from = NULL, note = NULL, envelope_from = ?4, \
         envelope_to = ?5 WHERE id = ?1",
    )?
    .execute(params![id, At(planned_for), At(now), letter.envelope.from, letter.envelope.to])?;
    if may_have_arrived(c, id)? && has_text(c, id)? {
        return Ok(());
    }
    c.prepare_cached("UPDATE letter SET subject = ?2, message_id = ?3 WHERE id = ?1")?.execute(params![
        id,
        letter.subject,
        letter.message_id
    ])?;
    bytes.replace(c, id)
}

/// Whether an attempt is under way, or has no known end.
fn may_have_arrived(c: &Connection, id: LetterId) -> rusqlite::Result<bool> {
    c.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM attempt WHERE letter = ?1 AND (outcome IS NULL OR outcome = 'unknown'))",
    )?
    .query_row([id], |row| row.get(0))
}

/// Settles a letter as accepted: a person, or the archive, says that it arrived.
pub fn accept(c: &Connection, id: LetterId, why: &str, now: Timestamp) -> rusqlite::Result<Decided> {
    let Some((state, ..)) = look(c, id)? else { return Ok(Decided::NoSuchLetter) };
    if state != State::Accepted {
        settled(c, id, State::Accepted, now)?;
        note_it(c, id, why)?;
    }
    Ok(Decided::Done(State::Accepted))
}

/// As [`accept`], as a person's decision: not about a letter that no mail server was given. A number that was mistyped
/// would keep a letter from leaving, and the record would say that it arrived.
pub fn accept_by_person(
    c: &Connection,
    id: LetterId,
    why: &str,
    now: Timestamp,
) -> rusqlite::Result<Decided> {
    match look(c, id)? {
        Some((state, ..)) if state != State::Accepted && !was_given_to_a_server(c, id)? => {
            Ok(Decided::NotWhen(state))
        }
        _ => accept(c, id, why, now),
    }
}

/// Whether an attempt is under way, or came further than to a server that could not be used. Without a code no server said
/// "no" or "later": it was rappel, before the letter left.
fn was_given_to_a_server(c: &Connection, id: LetterId) -> rusqlite::Result<bool> {
    c.prepare_cached(
        "SELECT 1 FROM attempt WHERE letter = ?1 AND NOT (outcome IS 'later' AND trouble IS 'server') \
         AND NOT (outcome IS NOT NULL AND outcome IN ('later', 'refused') AND code IS NULL) LIMIT 1",
    )?
    .exists([id])
}

/// How the last attempt at a letter ended; none when there is no such letter.
pub fn last_attempt(c: &Connection, id: LetterId) -> rusqlite::Result<Option<LastAttempt>> {
    Ok(look(c, id)?.map(|(.., last)| last))
}

fn look(c: &Connection, id: LetterId) -> rusqlite::Result<Option<(State, u32, LastAttempt)>> {
    c.prepare_cached(
        "SELECT l.state, l.attempts, a.outcome, a.started FROM letter l \
         LEFT JOIN attempt a ON a.letter = l.id AND a.number = l.attempts WHERE l.id = ?1",
    )?
    .query_row([id], |row| {
        let outcome: Option<String> = row.get(2)?;
        let started: Option<At> = row.get(3)?;
        let last = match (outcome.as_deref(), started) {
            (None, Some(At(started))) => LastAttempt::UnderWay(started),
            (Some("unknown"), _) => LastAttempt::Doubtful,
            _ => LastAttempt::Known,
        };
        Ok((row.get(0)?, row.get(1)?, last))
    })
    .optional()
}

fn put(c: &Connection, id: LetterId, state: State, next: Option<Timestamp>) -> rusqlite::Result<()> {
    c.prepare_cached("UPDATE letter SET state = ?2, next_attempt = ?3, settled = NULL WHERE id = ?1")?
        .execute(params![id, state, next.map(At)])?;
    Ok(())
}

/// Keeps a remark about a letter as its note.
pub fn remark(c: &Connection, id: LetterId, note: &str) -> rusqlite::Result<()> {
    note_it(c, id, note)
}

fn note_it(c: &Connection, id: LetterId, note: &str) -> rusqlite::Result<()> {
    c.prepare_cached("UPDATE letter SET note = ?2 WHERE id = ?1")?.execute(params![id, note])?;
    Ok(())
}
