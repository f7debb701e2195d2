//! One commit for answers that came in, letters that come back, and those that leave next.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;

use super::failures;
use crate::{
    deliver::{AllowedDomains, Done, Job},
    directory::Directory,
    outbox::{self, Claimed, LEASE, LetterId, RetrySettings, Straight},
};

/// Answers to be settled, letters to be given back, and room for the next: one write.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) now: Timestamp,
    /// How many letters may be claimed.
    pub(super) room: u32,
    /// For when these were planned at the earliest: what has waited longer than the mailing under way may be told by
    /// its letters, in their words, and leaves when that has been looked at.
    pub(super) planned_from: Timestamp,
    /// When letters that were given back may leave again.
    pub(super) again_at: Timestamp,
    pub(super) done: Vec<Done>,
    pub(super) recalled: Vec<Job>,
    /// Letters that have been with the carrier for long, and still are.
    pub(super) renewed: Vec<LetterId>,
    /// Letters that were tried while the server could not be used, and were not at fault.
    pub(super) regained: Vec<LetterId>,
    pub(super) retry: RetrySettings,
    pub(super) directory: Option<Arc<Directory>>,
    pub(super) allowed: AllowedDomains,
}

/// What the outbox gave in exchange.
#[derive(Debug)]
pub(super) struct Exchanged {
    pub(super) claimed: Vec<Claimed>,
    /// Letters that may not leave, refused in the same transaction.
    pub(super) kept_in: Vec<LetterId>,
    pub(super) next_attempt: Option<Timestamp>,
}

impl Exchange {
    /// Writes it; runs inside one transaction.
    pub(super) fn record(&self, c: &Connection) -> rusqlite::Result<Exchanged> {
        let now = self.now;
        for done in &self.done {
            failures::settle(c, done, self.directory.as_deref(), now, &self.retry)?;
        }
        for job in &self.recalled {
            if outbox::unclaim(c, LetterId(job.id), job.attempt, self.again_at)? {
                outbox::keep_place(c, LetterId(job.id))?;
            }
        }
        outbox::renew(c, &self.renewed, LEASE, now)?;
        outbox::regain(c, &self.regained)?;
        let mut claimed = if self.room > 0 {
            outbox::claim_planned(c, self.planned_from, self.room, now, &self.retry)?
        } else {
            Vec::new()
        };
        let kept_in = keep_in(c, &mut claimed, &self.allowed, now, &self.retry)?;
        let next_attempt = outbox::next_attempt_planned(c, self.planned_from)?;
        Ok(Exchanged { claimed, kept_in, next_attempt })
    }

    /// As [`Exchange::record`], and queues new letters, which leave at once as far as there is room behind those that
    /// waited longer.
    pub(super) fn record_with<T>(
        &self,
        c: &Connection,
        queue: impl FnOnce(&mut Straight, &AllowedDomains) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<(T, Exchanged)> {
        let mut exchanged = self.record(c)?;
        let taken = exchanged.claimed.len() + exchanged.kept_in.len();
        let room = self.room.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX));
        let mut straight = Straight::new(self.now, room);
        let queued = queue(&mut straight, &self.allowed)?;
        exchanged.claimed.extend(straight.finish(c)?);
        exchanged.next_attempt = outbox::next_attempt_planned(c, self.planned_from)?;
        Ok((queued, exchanged))
    }
}

/// Refuses the letters that may not leave, in the transaction that claims them, and gives their numbers.
fn keep_in(
    c: &Connection,
    claimed: &mut Vec<Claimed>,
    allowed: &AllowedDomains,
    now: Timestamp,
    retry: &RetrySettings,
) -> rusqlite::Result<Vec<LetterId>> {
    let mut kept_in = Vec::new();
    if allowed.are_all() {
        return Ok(kept_in);
    }
    for letter in std::mem::take(claimed) {
        match allowed.refusal(&letter.envelope.to) {
            None => claimed.push(letter),
            Some(refusal) => {
                outbox::settle(c, letter.id, letter.attempt, &refusal, now, retry)?;
                kept_in.push(letter.id);
            }
        }
    }
    Ok(kept_in)
}
