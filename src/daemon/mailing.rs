//! The letters of one send time: planned and composed on a thread of their own, so that the loop
//! goes on answering, and handed over in chunks, so that a hundred thousand letters are never in
//! memory at once.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::{Setup, breaker, preview::Preview};
use crate::{
    action::{Action, ReminderKey, Step, Told},
    compose,
    deliver::AllowedDomains,
    directory::{Directory, Recipient},
    ledger::{self, How, Said},
    letter::Letter,
    outbox::{self, Dictionary, Packed, Straight},
    schedule::{self, Reminder},
    store::after,
};

/// Letters composed before they are handed over together: one transaction.
const CHUNK: usize = 64;

/// Bytes of a letter that is too large to be kept as it is while it waits to be queued with the others of its chunk.
const LARGE: usize = 64 * 1024;

/// Letters that leave longer than this after their send time are late: the daemon was not there.
const LATE: SignedDuration = SignedDuration::from_mins(10);

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
    /// What is usual; none lets any number of letters pass.
    pub usual: Option<breaker::Usual>,
}

/// What planning and composing hands over.
#[derive(Debug)]
pub(super) enum Part {
    /// So many letters at once look like a mistake; this is why. No chunk follows.
    TooMany(String),
    /// Letters to be queued in one transaction; more follow.
    Chunk(Vec<Outgoing>),
    /// The last letters, or none: the send time is served in the same transaction.
    Last(Vec<Outgoing>),
}

/// One letter, or why there is none, and the reminders that it is about.
#[derive(Debug)]
pub(super) struct Outgoing {
    letter: Content,
    reminders: Vec<Record>,
    /// When it leaves at the earliest.
    leaves: Timestamp,
}

/// What becomes of reminders.
#[derive(Debug)]
enum Content {
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
struct Record {
    key: ReminderKey,
    step_day: jiff::civil::Date,
    merged: Vec<(Step, jiff::civil::Date)>,
    reference: String,
    title: String,
    asked_of: String,
    recipient_name: String,
}

/// What is told by an outgoing letter, for the view of the ledger: a reminder, the day of its step, and
/// whether there is a letter.
pub(super) type Telling = (ReminderKey, jiff::civil::Date, bool);

impl Outgoing {
    /// To whom, about what and when a letter leaves, if it is one.
    pub(super) fn shown(&self) -> Option<(&str, &str, Timestamp)> {
        let Content::Letter(letter) = &self.letter else { return None };
        let name = &self.reminders.first()?.recipient_name;
        Some((name, &letter.0.subject, self.leaves))
    }
}

impl Mailing {
    /// Plans and composes, and hands over part by part until `emit` says stop.
    pub(super) fn compose(&self, mut emit: impl FnMut(Part) -> bool) {
        let plan = schedule::plan_all(&self.directory, &self.setup.rules, &self.told, self.send_time);
        let letters = schedule::to_letters(plan.due);
        if let Some(why) = self.too_many(&letters) {
            emit(Part::TooMany(why));
            return;
        }
        let spread = self.spread(letters.len());
        let window = self.setup.settings.release_window;
        let mut chunk = Vec::new();
        let mut preview = Preview::default();
        for (number, reminders) in (0u32..).zip(letters) {
            let earliest = after(self.now, window.saturating_add(spread * number));
            let leaves = self.leaves(earliest, &reminders[0].recipient);
            let written = chunk.len();
            self.outgoing(reminders, leaves, &mut chunk);
            preview.add(&chunk[written..]);
            if chunk.len() >= CHUNK && !emit(Part::Chunk(std::mem::take(&mut chunk))) {
                return;
            }
        }
        chunk.extend(self.left_out(&plan.left_out));
        chunk.extend(self.preview(&preview));
        emit(Part::Last(chunk));
    }

    /// When a letter that cannot leave before `earliest` does: in the recipient's morning, if it waits
    /// for one. One that missed that morning by more than a little waits for the next.
    fn leaves(&self, earliest: Timestamp, recipient: &Recipient) -> Timestamp {
        let rules = &self.setup.rules;
        let morning = rules.leaves(self.send_time, recipient);
        let window = SignedDuration::try_from(self.setup.settings.release_window).unwrap_or(LATE);
        if morning.duration_until(earliest) > LATE + window {
            rules.leaves(earliest, recipient)
        } else {
            morning.max(earliest)
        }
    }

    /// The time between two letters: none, unless many are late.
    fn spread(&self, letters: usize) -> Duration {
        let catch_up = &self.setup.settings.catch_up;
        let letters = u32::try_from(letters).unwrap_or(u32::MAX);
        let is_late = self.send_time.duration_until(self.now) > LATE;
        if is_late && letters > catch_up.spread_above { catch_up.spread / letters } else { Duration::ZERO }
    }

    fn too_many(&self, letters: &[Vec<Reminder<'_>>]) -> Option<String> {
        let usual = self.usual.as_ref()?;
        let to: Vec<_> = letters
            .iter()
            .filter_map(|letter| Some(letter.first()?.recipient.email.to_lowercase()))
            .collect();
        breaker::judge(&self.setup.settings.limits, usual, &to)
    }

    /// The letter of these reminders. When it cannot be composed, each reminder is tried alone:
    /// one that fails holds up no other.
    fn outgoing(&self, reminders: Vec<Reminder<'_>>, leaves: Timestamp, chunk: &mut Vec<Outgoing>) {
        // A panic, too, is the trouble of this letter alone.
        let letter = catch_unwind(AssertUnwindSafe(|| self.letter(&reminders, leaves)))
            .unwrap_or_else(|_| Err("composing it failed by a mistake in rappel".to_owned()));
        match letter {
            Err(_) if reminders.len() > 1 => {
                for reminder in reminders {
                    self.outgoing(vec![reminder], leaves, chunk);
                }
            }
            letter => {
                let letter = match letter {
                    Ok(letter) => Content::Letter(Box::new(self.pack(letter))),
                    Err(why) => Content::Impossible(why),
                };
                chunk.push(Outgoing { letter, reminders: reminders.iter().map(record).collect(), leaves });
            }
        }
    }

    /// What is not told any more; none if there is nothing of the kind.
    fn left_out(&self, reminders: &[Reminder<'_>]) -> Option<Outgoing> {
        let days = self.setup.settings.catch_up.max_age;
        let why = format!("longer ago than {days} days (catch_up.max_age)");
        let reminders: Vec<_> = reminders.iter().map(record).collect();
        (!reminders.is_empty()).then_some(Outgoing {
            letter: Content::LeftOut(why),
            reminders,
            leaves: self.now,
        })
    }

    /// The letter that shows the secretariat what waits; none if it does not want one, or nothing waits.
    fn preview(&self, preview: &Preview) -> Option<Outgoing> {
        let settings = &self.setup.settings;
        if !settings.preview_run || preview.count == 0 {
            return None;
        }
        let notice = preview.notice(self.send_time, &settings.secretariat.zone);
        let letter = compose::notice(&notice, &settings.secretariat, &self.setup.templates, self.now)
            .inspect_err(|error| tracing::error!("The preview could not be composed: {error}"))
            .ok()?;
        let letter = Content::Notice(Box::new(letter));
        Some(Outgoing { letter, reminders: Vec::new(), leaves: self.now })
    }

    /// The letter and, packed, its bytes. A large one is not kept in memory as it is: it is read back when it leaves.
    fn pack(&self, mut letter: Letter) -> (Letter, Packed) {
        let packed = Packed::new(&letter.bytes, &self.setup.dictionary);
        if letter.bytes.len() > LARGE {
            letter.bytes = Vec::new();
        }
        (letter, packed)
    }

    /// The letter in the words, and with the Date, of the time when it leaves.
    fn letter(&self, reminders: &[Reminder<'_>], leaves: Timestamp) -> Result<Letter, String> {
        let recipient = &reminders[0].recipient;
        let around = |action: &Action| self.setup.around(&self.directory, &self.told, action);
        let identity = &self.setup.settings.secretariat;
        compose::letter(reminders, recipient, &around, identity, &self.setup.templates, leaves)
            .map_err(|error| error.to_string())
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
pub(super) fn tellings(chunk: &[Outgoing]) -> Vec<Telling> {
    let told = chunk.iter().filter(|outgoing| !matches!(outgoing.letter, Content::LeftOut(_)));
    let records = told.flat_map(|outgoing| {
        let said = matches!(outgoing.letter, Content::Letter(_));
        outgoing.reminders.iter().map(move |record| (record, said))
    });
    records
        .flat_map(|(record, said)| {
            let steps = record.merged.iter().copied().chain([(record.key.step, record.step_day)]);
            steps.map(move |(step, day)| (ReminderKey { step, ..record.key.clone() }, day, said))
        })
        .collect()
}

/// Queues the letters of a chunk and records their reminders; runs inside one transaction.
pub(super) fn enqueue(
    c: &Connection,
    chunk: Vec<Outgoing>,
    dictionary: &Dictionary,
    send_time: Timestamp,
    now: Timestamp,
    straight: &mut Straight,
    allowed: &AllowedDomains,
) -> rusqlite::Result<Tally> {
    let mut tally = Tally::default();
    dictionary.keep(c)?;
    for outgoing in chunk {
        let letter = match outgoing.letter {
            Content::Letter(letter) => {
                let (letter, bytes) = *letter;
                let leaves = send_time.max(outgoing.leaves);
                let at_once = straight.has_room(leaves) && allowed.refusal(&letter.envelope.to).is_none();
                let queued = if at_once && !letter.bytes.is_empty() {
                    straight.enqueue(c, letter, &bytes, leaves, now)?
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
            ledger::record(c, &record.said(record.key.step, record.step_day, told), now)?;
            let Ok(id) = &letter else { continue };
            for (step, day) in &record.merged {
                ledger::record(c, &record.said(*step, *day, How::Merged { letter: *id }), now)?;
            }
        }
    }
    Ok(tally)
}

/// Records what is too old to be told; how much of it was not recorded before.
fn leave_out(c: &Connection, records: &[Record], why: &str, now: Timestamp) -> rusqlite::Result<u32> {
    let mut new = 0;
    for record in records {
        let how = How::LeftOut { why: why.to_owned() };
        new += u32::from(ledger::record(c, &record.said(record.key.step, record.step_day, how), now)?);
    }
    Ok(new)
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
