//! What an answer does to a letter.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{LetterId, RetrySettings, State, decide, retry::TOO_DOUBTFUL};
use crate::{
    letter::{Outcome, Trouble},
    store::{At, after, append},
};

/// A letter and one of its attempts, as they are before the answer.
pub(super) struct Case {
    id: LetterId,
    key: String,
    state: State,
    created: Timestamp,
    started: Timestamp,
    ended: bool,
    /// Whether it is the letter's last attempt: only that one decides about the next.
    last: bool,
    pushes: u32,
    /// From when on it counts as tried.
    tried_from: Option<Timestamp>,
    /// To the secretariat, about rappel itself.
    notice: bool,
}

/// Records how an attempt ended, and what becomes of the letter:
///
/// - *Accepted*: accepted, whatever a person decided meanwhile.
/// - *Refused*: refused.
/// - *Later*, *Unknown*: tried again after the back-off, or expired when it is longer than `give_up_after` ago that the
///   letter first reached a server, and it is not a notice.
///   Trouble of the server is no fault of the letter: it neither pushes the back-off further nor counts as having
///   reached it, so that a letter outlives an outage of any length. A 421, or that it is busy, does count: a server may
///   say it to this letter alone, every time. When it is said to several, [`regain`](super::regain) takes that back.
/// - *Unknown* again, after it was sent a second time: held, until a person decides whether it arrived; unless an
///   archive knows. So is one that would expire in doubt.
///
/// The second answer to one attempt is ignored. An answer to an earlier attempt than the last, or to
/// a letter that a person has settled or holds, is history only, unless it is *accepted*.
/// An attempt that does not exist is an error (`QueryReturnedNoRows`).
pub fn settle(
    c: &Connection,
    id: LetterId,
    attempt: u32,
    outcome: &Outcome,
    now: Timestamp,
    retry: &RetrySettings,
) -> rusqlite::Result<()> {
    let case = case(c, id, attempt)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    if case.ended {
        return Ok(());
    }
    record(c, id, attempt, outcome, now)?;
    match outcome {
        Outcome::Accepted(_) if case.state == State::Accepted => Ok(()),
        Outcome::Accepted(_) => settled(c, id, State::Accepted, now),
        Outcome::Refused(..) if case.is_open() => settled(c, id, State::Refused, now),
        Outcome::Later(Trouble::Server, reply) => {
            let reached = matches!(reply.code, Some(421 | 450..=452));
            let end = End { state: State::Queued, push: 0, since: now, reached };
            again(c, &case, &end, now, retry)
        }
        Outcome::Later(..) => {
            again(c, &case, &End { state: State::Queued, push: 1, since: now, reached: true }, now, retry)
        }
        Outcome::Unknown(_) => {
            again(c, &case, &End { state: State::Unknown, push: 1, since: now, reached: true }, now, retry)
        }
        Outcome::Refused(..) => Ok(()),
    }
}

/// What becomes of the letter when nobody will ever answer.
pub(super) fn lost(
    c: &Connection,
    case: &Case,
    now: Timestamp,
    retry: &RetrySettings,
) -> rusqlite::Result<()> {
    let end = End { state: State::Unknown, push: 1, since: case.started, reached: true };
    again(c, case, &end, now, retry)
}

impl Case {
    /// Whether the answer still decides about the letter.
    fn is_open(&self) -> bool {
        self.last && !self.state.is_settled()
    }
}

pub(super) fn case(c: &Connection, id: LetterId, attempt: u32) -> rusqlite::Result<Option<Case>> {
    c.prepare_cached(
        "SELECT l.key, l.state, l.created, a.started, a.ended IS NOT NULL, l.attempts = a.number, l.pushes, \
         l.kind = 'notice', l.tried_from \
         FROM letter l JOIN attempt a ON a.letter = l.id WHERE l.id = ?1 AND a.number = ?2",
    )?
    .query_row(params![id, attempt], |row| {
        let (At(created), At(started)) = (row.get(2)?, row.get(3)?);
        Ok(Case {
            id,
            key: row.get(0)?,
            state: row.get(1)?,
            created,
            started,
            ended: row.get(4)?,
            last: row.get(5)?,
            pushes: row.get(6)?,
            notice: row.get(7)?,
            tried_from: row.get::<_, Option<At>>(8)?.map(|At(from)| from),
        })
    })
    .optional()
}

fn record(
    c: &Connection,
    id: LetterId,
    attempt: u32,
    outcome: &Outcome,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let trouble = match outcome {
        Outcome::Later(trouble, _) | Outcome::Refused(trouble, _) => Some(trouble.as_str()),
        Outcome::Accepted(_) | Outcome::Unknown(_) => None,
    };
    let reply = outcome.reply();
    c.prepare_cached(
        "UPDATE attempt SET ended = ?3, outcome = ?4, trouble = ?5, code = ?6, enhanced = ?7, text = ?8, \
         server = ?9 \
         WHERE letter = ?1 AND number = ?2",
    )?
    .execute(params![
        id,
        attempt,
        At(now),
        outcome.as_str(),
        trouble,
        reply.code,
        reply.enhanced,
        reply.text,
        reply.server.as_deref()
    ])?;
    Ok(())
}

/// How an attempt ended that did not settle its letter.
struct End {
    /// What the letter is now, as long as it waits.
    state: State,
    /// By how much it pushes the back-off further.
    push: u32,
    /// From when on it waits.
    since: Timestamp,
    /// Whether a server was there.
    reached: bool,
}

/// Back into the queue, after the back-off; or given up; or, when it is held, nothing but the count.
fn again(
    c: &Connection,
    case: &Case,
    end: &End,
    now: Timestamp,
    retry: &RetrySettings,
) -> rusqlite::Result<()> {
    if !case.is_open() {
        return Ok(());
    }
    // What was tried before it was withdrawn, and became true again, does not count.
    let counts = end.reached && case.started >= case.created;
    let tried_from = case.tried_from.or(counts.then_some(case.started));
    let held = case.state == State::Held;
    // A notice may say that letters were given up: given up itself, nobody would ever learn of it. An attempt that
    // found no server does not end a letter.
    let is_over = tried_from.is_some_and(|from| retry.is_over(from, now));
    let given_up = !held && !case.notice && counts && is_over;
    if end.state == State::Unknown && !held {
        let too_doubtful = !retry.looks_first && doubt(c, case.id)? >= TOO_DOUBTFUL;
        if given_up || too_doubtful {
            return decide::hold_in_doubt(c, case.id);
        }
    }
    if given_up {
        return settled(c, case.id, State::Expired, now);
    }
    // Trouble of the server leaves 0 pushes at the first attempt: it waits as after one.
    let pushes = case.pushes + end.push;
    let next = after(end.since, retry.wait(&case.key, pushes.max(1)));
    let (state, next) = if held { (State::Held, None) } else { (end.state, Some(At(next))) };
    c.prepare_cached(
        "UPDATE letter SET state = ?2, next_attempt = ?3, pushes = ?4, tried_from = ?5 WHERE id = ?1",
    )?
    .execute(params![case.id, state, next, pushes, tried_from.map(At)])?;
    Ok(())
}

/// How doubtful it is whether the letter arrived at the address where it is sent now, against [`TOO_DOUBTFUL`].
pub(super) fn doubt(c: &Connection, id: LetterId) -> rusqlite::Result<u32> {
    c.prepare_cached(
        "SELECT coalesce(sum(CASE WHEN ended IS NULL THEN 1 ELSE 2 END), 0) FROM attempt a WHERE letter = ?1 \
         AND outcome = 'unknown' AND number > (SELECT coalesce(max(number), 0) FROM attempt r \
         WHERE r.letter = ?1 AND r.outcome = 'refused')",
    )?
    .query_row([id], |row| row.get(0))
}

/// Out of the outbox; the journal of the store keeps how.
pub(super) fn settled(c: &Connection, id: LetterId, state: State, now: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached("UPDATE letter SET state = ?2, next_attempt = NULL, settled = ?3 WHERE id = ?1")?
        .execute(params![id, state, At(now)])?;
    let At(at) = At(now).to_micros();
    append(c, &format!("{{\"at\":\"{at}\",\"did\":\"settled\",\"letter\":{id},\"state\":\"{state}\"}}"), None)
}
