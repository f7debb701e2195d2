//! Copies of a letter: the same words and the same To and Cc, an identity and an envelope of their own.
//!
//! A copy has its own Message-ID: it is delivered, retried and looked for in an archive by itself, and what became of
//! the letter says nothing about it.

use super::{Identity, key};
use crate::{
    directory::Reader,
    letter::{Envelope, Letter},
    schedule::Reminder,
};

/// The copy of `letter`, which tells `reminders`, for one reader.
pub(super) fn of(letter: &Letter, reminders: &[Reminder<'_>], to: &Reader, identity: &Identity) -> Letter {
    let copies = reminders.iter().flat_map(|reminder| &reminder.copies).filter(|copy| copy.to == *to);
    let key = key::of_reminders(copies.map(|copy| &copy.key), &to.id);
    let message_id = key::message_id(&key, identity);
    Letter {
        // The boundaries stay: they are made from the key of the letter, and stand in no body of the copy either.
        bytes: replaced(&letter.bytes, letter.message_id.as_bytes(), message_id.as_bytes()),
        key,
        message_id,
        recipient: to.id.clone(),
        envelope: Envelope { from: letter.envelope.from.clone(), to: to.email.clone() },
        kind: letter.kind,
        subject: letter.subject.clone(),
    }
}

/// The message with its Message-ID, which stands in its headers once, replaced by another of the same length.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(at) = bytes.windows(old.len()).position(|window| window == old)
        && old.len() == new.len()
    {
        bytes[at..at + new.len()].copy_from_slice(new);
    }
    bytes
}
