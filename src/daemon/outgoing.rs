//! What a mailing brings, letter by letter, on its way into the outbox and the ledger: in one transaction for each chunk.

use jiff::{Timestamp, civil::Date};
use rusqlite::Connection;

use super::closed::is_closure;
use crate::{
    action::{ActionId, RecipientId, ReminderKey, Status, Step, Told, recipient_name},
    deliver::AllowedDomains,
    directory::Reader,
    ledger::{self, How, Said},
    letter::Letter,
    outbox::{self, Dictionaries, Packed, Straight},
    schedule::Reminder,
};

/// One letter, or why there is none, and the reminders that it is about.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// The letter, or why there is none.
    pub(super) letter: Content,
    /// What it is about.
    pub(super) reminders: Vec<Record>,
    /// When it leaves at the earliest.
    pub(super) leaves: Timestamp,
}

/// What becomes of reminders.
#[derive(Debug)]
pub(super) enum Content {
    /// They are told.
    Letter(Box<(Letter, Packed)>),
    /// A letter to the secretariat about this send time.
    Notice(Box<Letter>),
    /// They cannot be told, and this is why.
    Impossible(String),
    /// They are too old to be told, and this is how old that is.
    LeftOut(String),
}

/// A reminder as the ledger records it.
#[derive(Debug)]
pub(super) struct Record {
    key: ReminderKey,
    step_day: Date,
    merged: Vec<(Step, Date)>,
    reference: String,
    title: String,
    asked_of: String,
    recipient_name: String,
    /// How the action stands, if its policy wants to know by that whether somebody answered.
    status: Option<Status>,
}

/// What is told by an outgoing letter, for the view of the ledger.
#[derive(Debug)]
pub(super) struct Telling {
    key: ReminderKey,
    /// The day of its step.
    day: Date,
    /// Whether there is a letter.
    is_said: bool,
    /// Whether the letter tells this step, and it is none that the step stands for.
    counts: bool,
    status: Option<Status>,
}

impl Telling {
    /// Of which action it tells.
    pub(super) fn about(&self) -> &ActionId {
        &self.key.action
    }

    /// Adds it to the view, as told at the instant `at`.
    pub(super) fn record_in(self, told: &mut Told, at: Timestamp) {
        let Self { key, day, is_said, counts, status } = self;
        if !is_said {
            if let Step::Escalated { after } = key.step {
                told.record_escalated(&key.action, &key.recipient, key.deadline, after, at);
                told.record_escalation_ended(&key.action, &key.recipient, key.deadline, after, (at, false));
            }
            told.record_told_closed(&key.action, &key.recipient, is_closure(&key));
            return told.record_impossible(key.action, key.recipient, key.deadline, day);
        }
        told.record_step(&key, day, at);
        if counts {
            told.record_written(&key.action, &key.recipient, key.deadline);
        }
        if let Some(status) = status {
            told.record_status(&key.action, key.deadline, status);
        }
    }
}

/// What letters tell, and to whom they go, copies apart.
#[derive(Debug, Default)]
pub(super) struct Tellings {
    /// What they tell.
    pub(super) steps: Vec<Telling>,
    /// Whose letters they are.
    pub(super) letters: Vec<RecipientId>,
}

impl Tellings {
    /// Adds another chunk's.
    pub(super) fn extend(&mut self, other: Self) {
        self.steps.extend(other.steps);
        self.letters.extend(other.letters);
    }
}

impl Outgoing {
    /// To whom, about what and when a letter leaves, if it is one.
    pub(super) fn shown(&self) -> Option<(&str, &str, Timestamp)> {
        let Content::Letter(letter) = &self.letter else { return None };
        let name = &self.reminders.first()?.recipient_name;
        Some((name, &letter.0.subject, self.leaves))
    }

    /// Whose letter it is, if it is one that tells of actions, and no copy.
    fn addressee(&self) -> Option<&RecipientId> {
        let Content::Letter(letter) = &self.letter else { return None };
        let first = self.reminders.first()?;
        (!first.key.recipient.is_copy()).then_some(&letter.0.recipient)
    }
}

/// What the ledger records of a reminder: itself, and the same for others whom its letter reaches.
pub(super) fn records(reminder: &Reminder<'_>) -> Vec<Record> {
    let recipient = &reminder.recipient;
    let deputy_of = |absent: &str| match absent {
        oneself if oneself == recipient.name => recipient.name.clone(),
        absent => recipient_name::deputy(&recipient.name, absent),
    };
    let name = recipient.stands_in().map_or_else(|| recipient.name.clone(), |of| deputy_of(&of.who.name));
    let mut records = vec![record(reminder, &reminder.key, name)];
    records[0].merged.clone_from(&reminder.merged);
    records.extend(reminder.also.iter().map(|alike| Record {
        step_day: alike.step_day,
        merged: alike.merged.clone(),
        ..record(reminder, &alike.key, deputy_of(&alike.name))
    }));
    records
}

fn record(reminder: &Reminder<'_>, key: &ReminderKey, recipient_name: String) -> Record {
    Record {
        key: key.clone(),
        step_day: reminder.step_day,
        merged: Vec::new(),
        reference: reminder.action.reference.clone(),
        title: reminder.action.title.clone(),
        asked_of: reminder.action.asked_of.to_string(),
        recipient_name,
        status: reminder.status_to_note(),
    }
}

/// What the ledger records of the copy that goes to one reader.
pub(super) fn copied(reminders: &[Reminder<'_>], to: &Reader) -> Vec<Record> {
    let copies =
        reminders.iter().flat_map(|reminder| reminder.copies.iter().map(move |copy| (reminder, copy)));
    let to_reader = copies.filter(|(_, copy)| copy.to == *to);
    to_reader
        .map(|(reminder, copy)| record(reminder, &copy.key, recipient_name::copy_reader(&to.name)))
        .collect()
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
    /// Reminders that are too old to be told, and were not known to be.
    pub left_out: u32,
}

impl Tally {
    /// Adds another chunk's.
    pub(super) fn add(&mut self, other: Self) {
        self.letters += other.letters;
        self.reminders += other.reminders;
        self.impossible += other.impossible;
        self.left_out += other.left_out;
    }
}

/// What `chunk` tells, to be added to the view once it is recorded.
pub(super) fn tellings(chunk: &[Outgoing]) -> Tellings {
    Tellings {
        steps: steps_told(chunk),
        letters: chunk.iter().filter_map(Outgoing::addressee).cloned().collect(),
    }
}

fn steps_told(chunk: &[Outgoing]) -> Vec<Telling> {
    let told = chunk.iter().filter(|outgoing| !matches!(outgoing.letter, Content::LeftOut(_)));
    let records = told.flat_map(|outgoing| {
        let said = matches!(outgoing.letter, Content::Letter(_));
        outgoing.reminders.iter().map(move |record| (record, said))
    });
    records
        .flat_map(|(record, said)| {
            let telling = move |(step, day, counts)| {
                let key = ReminderKey { step, ..record.key.clone() };
                Telling { key, day, is_said: said, counts, status: record.status }
            };
            let merged = record.merged.iter().map(|(step, day)| (*step, *day, false));
            merged.chain([(record.key.step, record.step_day, true)]).map(telling)
        })
        .collect()
}

/// Queues the letters of a chunk and records their reminders; runs inside one transaction.
pub(super) fn enqueue(
    c: &Connection,
    chunk: Vec<Outgoing>,
    dictionaries: &Dictionaries,
    send_time: Timestamp,
    now: Timestamp,
    straight: &mut Straight,
    allowed: &AllowedDomains,
) -> rusqlite::Result<Tally> {
    let mut tally = Tally::default();
    dictionaries.keep(c)?;
    for outgoing in chunk {
        let letter = match outgoing.letter {
            Content::Letter(letter) => {
                let (letter, bytes) = *letter;
                let leaves = send_time.max(outgoing.leaves);
                let at_once = straight.has_room(leaves) && allowed.refusal(&letter.envelope.to).is_none();
                let queued = if at_once && !letter.bytes.is_empty() {
                    straight.enqueue(c, (letter, references(&outgoing.reminders)), &bytes, leaves, now)?
                } else {
                    outbox::enqueue_packed(c, &letter, &bytes, leaves, now)?
                };
                tally.letters += 1;
                Ok(queued.id())
            }
            Content::Notice(letter) => {
                outbox::enqueue(c, &letter, now, now)?;
                continue;
            }
            Content::Impossible(why) => Err(why),
            Content::LeftOut(why) => {
                tally.left_out += leave_out(c, &outgoing.reminders, &why, now)?;
                continue;
            }
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
            ledger::record(c, &record.itself(told), now)?;
            let Ok(id) = &letter else { continue };
            if let Some(status) = record.status {
                ledger::note_status(c, &record.key.action, record.key.deadline, status)?;
            }
            for (step, day) in &record.merged {
                ledger::record(c, &record.said(*step, *day, How::Merged { letter: *id }), now)?;
            }
        }
    }
    Ok(tally)
}

/// Of what a letter tells, as people write it, each once.
fn references(records: &[Record]) -> Vec<String> {
    let mut references: Vec<_> = records.iter().map(|record| record.reference.clone()).collect();
    references.sort_unstable();
    references.dedup();
    references
}

/// Records what is too old to be told; how much of it was not recorded before.
fn leave_out(c: &Connection, records: &[Record], why: &str, now: Timestamp) -> rusqlite::Result<u32> {
    let mut new = 0;
    for record in records {
        let how = How::LeftOut { why: why.to_owned() };
        new += u32::from(ledger::record(c, &record.itself(how), now)?);
    }
    Ok(new)
}

impl Record {
    /// What it tells, by itself.
    pub(super) fn itself(&self, how: How) -> Said {
        self.said(self.key.step, self.step_day, how)
    }

    fn said(&self, step: Step, step_day: Date, how: How) -> Said {
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
