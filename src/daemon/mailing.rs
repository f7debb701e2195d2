//! The letters of one send time: planned and composed on a thread of their own, so that the loop
//! goes on answering, and handed over in chunks, so that a hundred thousand letters are never in
//! memory at once.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;

use super::Setup;
use crate::{
    action::{Action, ActionId, Deadline, RecipientId, ReminderKey, Step, Told},
    compose,
    directory::Directory,
    ledger::{self, How, Said},
    letter::Letter,
    outbox::{self, Enqueued},
    schedule::{self, Reminder},
};

/// Letters composed before they are handed over together: one transaction.
const CHUNK: usize = 256;

/// What a mailing is made from.
#[derive(Debug, Clone)]
pub(super) struct Mailing {
    /// Settings, rules, templates.
    pub setup: Arc<Setup>,
    /// Register.
    pub directory: Arc<Directory>,
    /// What was told before.
    pub told: Arc<Told>,
    /// The send time that is served.
    pub send_time: Timestamp,
    /// The Date of the letters.
    pub now: Timestamp,
}

/// One letter, or why there is none, and the reminders that it tells.
#[derive(Debug)]
pub(super) struct Outgoing {
    letter: Result<Letter, String>,
    reminders: Vec<Record>,
}

/// A reminder as the ledger records it.
#[derive(Debug)]
struct Record {
    key: ReminderKey,
    step_day: jiff::civil::Date,
    merged: Vec<(Step, jiff::civil::Date)>,
    reference: String,
    title: String,
    asked_of: String,
    recipient_name: String,
}

/// What is told by an outgoing letter, for the view of the ledger.
pub(super) type Telling = (ActionId, RecipientId, Option<Deadline>, jiff::civil::Date);

impl Mailing {
    /// Plans and composes, and hands over chunk by chunk until `emit` says stop.
    pub(super) fn compose(&self, mut emit: impl FnMut(Vec<Outgoing>) -> bool) {
        let reminders = schedule::plan(&self.directory, &self.setup.rules, &self.told, self.send_time);
        let mut chunk = Vec::new();
        for reminders in schedule::to_letters(reminders) {
            self.outgoing(reminders, &mut chunk);
            if chunk.len() >= CHUNK && !emit(std::mem::take(&mut chunk)) {
                return;
            }
        }
        if !chunk.is_empty() {
            emit(chunk);
        }
    }

    /// The letter of these reminders. When it cannot be composed, each reminder is tried alone:
    /// one that fails holds up no other.
    fn outgoing(&self, reminders: Vec<Reminder<'_>>, chunk: &mut Vec<Outgoing>) {
        match self.letter(&reminders) {
            Err(_) if reminders.len() > 1 => {
                for reminder in reminders {
                    self.outgoing(vec![reminder], chunk);
                }
            }
            letter => chunk.push(Outgoing {
                letter: letter.map_err(|error| error.to_string()),
                reminders: reminders.iter().map(record).collect(),
            }),
        }
    }

    fn letter(&self, reminders: &[Reminder<'_>]) -> Result<Letter, compose::ComposeError> {
        let recipient = &reminders[0].recipient;
        let around = |action: &Action| self.setup.around(&self.directory, action);
        let identity = &self.setup.settings.secretariat;
        compose::letter(reminders, recipient, &around, identity, &self.setup.templates, self.now)
    }
}

fn record(reminder: &Reminder<'_>) -> Record {
    Record {
        key: reminder.key.clone(),
        step_day: reminder.step_day,
        merged: reminder.merged.clone(),
        reference: reminder.action.reference.clone(),
        title: reminder.action.title.clone(),
        asked_of: reminder.action.asked_of.to_string(),
        recipient_name: reminder.recipient.name.clone(),
    }
}

/// What a chunk came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    /// Letters queued.
    pub letters: u32,
    /// Reminders in them.
    pub reminders: u32,
    /// Reminders that could not be composed.
    pub impossible: u32,
}

impl Tally {
    /// Adds another chunk's.
    pub(super) fn add(&mut self, other: Self) {
        self.letters += other.letters;
        self.reminders += other.reminders;
        self.impossible += other.impossible;
    }
}

/// What `chunk` tells, to be added to the view once it is recorded.
pub(super) fn tellings(chunk: &[Outgoing]) -> Vec<Telling> {
    let records = chunk.iter().flat_map(|outgoing| &outgoing.reminders);
    records
        .map(|record| {
            let ReminderKey { action, recipient, deadline, .. } = record.key.clone();
            (action, recipient, deadline, record.step_day)
        })
        .collect()
}

/// Queues the letters of a chunk and records their reminders; runs inside one transaction.
pub(super) fn enqueue(
    c: &Connection,
    chunk: &[Outgoing],
    send_time: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<Tally> {
    let mut tally = Tally::default();
    for outgoing in chunk {
        let letter = match &outgoing.letter {
            Ok(letter) => {
                let (Enqueued::New(id) | Enqueued::Already(id)) = outbox::enqueue(c, letter, send_time, now)?;
                tally.letters += 1;
                Ok(id)
            }
            Err(why) => Err(why.clone()),
        };
        for record in &outgoing.reminders {
            match &letter {
                Ok(_) => tally.reminders += 1,
                Err(_) => tally.impossible += 1,
            }
            let told = match &letter {
                Ok(id) => How::Told { letter: *id },
                Err(why) => How::Impossible { why: why.clone() },
            };
            ledger::record(c, &record.said(record.key.step, record.step_day, told), now)?;
            let Ok(id) = &letter else { continue };
            for (step, day) in &record.merged {
                ledger::record(c, &record.said(*step, *day, How::Merged { letter: *id }), now)?;
            }
        }
    }
    Ok(tally)
}

impl Record {
    fn said(&self, step: Step, step_day: jiff::civil::Date, how: How) -> Said {
        Said {
            key: ReminderKey { step, ..self.key.clone() },
            step_day,
            reference: self.reference.clone(),
            title: self.title.clone(),
            asked_of: self.asked_of.clone(),
            recipient_name: self.recipient_name.clone(),
            how,
        }
    }
}
