//! Letters that leave as soon as they are written down.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{
    Claimed, Enqueued, LEASE, LetterId, Packed, State,
    enqueue::{First, enqueue_packed, insert},
    reached,
};
use crate::{
    letter::Letter,
    store::{At, after},
};

/// Enqueues letters together with their first attempt, as long as there is room. What is on the disk then is what
/// [`claim`](super::claim) would have made of them right after; but nothing is read back, and each row is written once.
#[derive(Debug)]
pub struct Straight {
    now: Timestamp,
    room: u32,
    claimed: Vec<Claimed>,
}

impl Straight {
    /// For up to `room` attempts that begin at `now`.
    #[must_use]
    pub fn new(now: Timestamp, room: u32) -> Self {
        Self { now, room, claimed: Vec::new() }
    }

    /// Whether another letter that was planned for then can leave now.
    #[must_use]
    pub fn has_room(&self, planned_for: Timestamp) -> bool {
        self.claimed.len() < self.room as usize && planned_for <= self.now
    }

    /// As [`enqueue_packed`], with the attempt; the letter has its bytes as they are, too, and is `about` these
    /// references. One that is there already is not attempted here.
    pub fn enqueue(
        &mut self,
        c: &Connection,
        (letter, about): (Letter, Vec<String>),
        bytes: &Packed,
        planned_for: Timestamp,
        created: Timestamp,
    ) -> rusqlite::Result<Enqueued> {
        let first = First { state: State::Sending, next_attempt: after(self.now, LEASE), attempts: 1 };
        let Some(id) = insert(c, &letter, bytes, planned_for, created, &first)? else {
            return enqueue_packed(c, &letter, bytes, planned_for, created);
        };
        begin_first(c, id, self.now)?;
        let Letter { envelope, message_id, bytes, .. } = letter;
        self.claimed.push(Claimed {
            id,
            attempt: 1,
            envelope,
            message_id,
            bytes,
            in_doubt_since: None,
            about: Some(about),
        });
        Ok(Enqueued::New(id))
    }

    /// The letters that may be sent once this is committed, and not before.
    pub fn finish(self, c: &Connection) -> rusqlite::Result<Vec<Claimed>> {
        if let Some(newest) = self.claimed.last() {
            reached::advance(c, newest.id, self.now)?;
        }
        Ok(self.claimed)
    }
}

fn begin_first(c: &Connection, id: LetterId, now: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached("INSERT INTO attempt (letter, number, started) VALUES (?1, 1, ?2)")?
        .execute(params![id, At(now)])?;
    Ok(())
}
