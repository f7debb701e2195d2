//! The letters of one send time: planned and composed on a thread of their own, so that the loop
//! goes on answering, and handed over in chunks, so that a hundred thousand letters are never in
//! memory at once.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, civil::Date};
use rusqlite::Connection;

use super::{Setup, approvals, breaker, closed::is_closure, post::IN_FLIGHT, preview::Preview};
use crate::{
    action::{Action, RecipientId, ReminderKey, Status, Step, Told, recipient_name},
    compose::{self, Item, Notice},
    deliver::AllowedDomains,
    directory::{Absence, Directory, Reader, Recipient},
    ledger::{self, How, Listed, Said},
    letter::Letter,
    outbox::{self, Dictionary, Packed, Straight},
    schedule::{self, Reminder},
    store::after,
};

/// Letters composed before they are handed over together: one transaction. While one chunk is on its way, the next is
/// written down.
pub(super) const CHUNK: usize = IN_FLIGHT / 2;

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
    /// What waits already of this send time, for the preview.
    pub begun: Vec<Listed>,
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
    /// Adds it to the view, as told at the instant `at`.
    pub(super) fn record_in(self, told: &mut Told, at: Timestamp) {
        let Self { key, day, is_said, counts, status } = self;
        if !is_said {
            if let Step::Escalated { after } = key.step {
                told.record_escalated(&key.action, &key.recipient, key.deadline, after, at);
            }
            told.record_told_closed(&key.action, &key.recipient, is_closure(&key));
            return told.record_impossible(key.action, key.recipient, key.deadline, day);
        }
        told.record_step(&key, day, at);
        if counts {
            told.record_letters(&key.action, &key.recipient, key.deadline, 1);
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
}

impl Outgoing {
    /// Whose letter it is, if it is one that tells of actions, and no copy.
    fn addressee(&self) -> Option<&RecipientId> {
        let Content::Letter(letter) = &self.letter else { return None };
        let first = self.reminders.first()?;
        (!first.key.recipient.is_copy()).then_some(&letter.0.recipient)
    }
}

impl Mailing {
    /// Plans and composes, and hands over part by part until `emit` says stop.
    pub(super) fn compose(&self, mut emit: impl FnMut(Part) -> bool) {
        // A send time that was missed is served by what is due, and whom it reaches, when the letters leave.
        let at = self.send_time.max(self.now);
        let plan = schedule::plan_all(&self.directory, &self.setup.rules, &self.told, at);
        let letters = schedule::to_letters(plan.due);
        if let Some(why) = self.too_many(&letters) {
            emit(Part::TooMany(why));
            return;
        }
        let spread = self.spread(letters.len());
        let window = self.setup.settings.release_window;
        let mut chunk = self.absences(letters.iter().flatten());
        let mut preview = Preview::beginning_with(self.begun.clone());
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
        chunk.extend(self.approvals());
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
        let letters = catch_unwind(AssertUnwindSafe(|| self.letters(&reminders, leaves)))
            .unwrap_or_else(|_| Err("composing it failed by a mistake in rappel".to_owned()));
        match letters {
            Err(_) if reminders.len() > 1 => {
                for reminder in reminders {
                    self.outgoing(vec![reminder], leaves, chunk);
                }
            }
            Ok((letter, copies)) => {
                let mut queue = |letter, reminders| {
                    let letter = Content::Letter(Box::new(self.pack(letter)));
                    chunk.push(Outgoing { letter, reminders, leaves });
                };
                queue(letter, reminders.iter().flat_map(records).collect());
                for (to, copy) in copies {
                    queue(copy, copied(&reminders, &to));
                }
            }
            Err(why) => {
                let reminders = reminders.iter().flat_map(records).collect();
                chunk.push(Outgoing { letter: Content::Impossible(why), reminders, leaves });
            }
        }
    }

    /// Letters to the secretariat about those who are absent without a deputy, one for each absence: queued once,
    /// whoever of them is reminded how often.
    fn absences<'r>(&self, reminders: impl Iterator<Item = &'r Reminder<'r>>) -> Vec<Outgoing> {
        let mut told: BTreeMap<_, Vec<&Reminder<'_>>> = BTreeMap::new();
        for reminder in reminders {
            if let Some(absence) = reminder.recipient.uncovered_absence() {
                told.entry((&absence.who.id, absence.from.or(absence.until))).or_default().push(reminder);
            }
        }
        let notices = told.into_values().filter_map(|reminders| {
            let identity = &self.setup.settings.secretariat;
            let notice = notice_of_absence(reminders[0].recipient.uncovered_absence()?, &reminders);
            let letter = compose::notice(&notice, identity, &self.setup.templates, self.now);
            let letter = letter.inspect_err(|error| {
                tracing::error!(
                    "The notice about an absence without a deputy could not be composed: {error}"
                );
            });
            let letter = Content::Notice(Box::new(letter.ok()?));
            Some(Outgoing { letter, reminders: Vec::new(), leaves: self.now })
        });
        notices.collect()
    }

    /// What is not told any more; none if there is nothing of the kind.
    fn left_out(&self, reminders: &[Reminder<'_>]) -> Option<Outgoing> {
        let days = self.setup.settings.catch_up.max_age;
        let why = format!("longer ago than {days} days (catch_up.max_age)");
        let reminders: Vec<_> = reminders.iter().flat_map(records).collect();
        (!reminders.is_empty()).then_some(Outgoing {
            letter: Content::LeftOut(why),
            reminders,
            leaves: self.now,
        })
    }

    /// The letter to the secretariat about escalations that wait for its approval; none if none does. It is queued
    /// once for the same ones.
    fn approvals(&self) -> Option<Outgoing> {
        let waiting = approvals::waiting(&self.setup, &self.directory, &self.told, self.send_time);
        let identity = &self.setup.settings.secretariat;
        let letter =
            compose::notice(&approvals::notice(&waiting)?, identity, &self.setup.templates, self.now)
                .inspect_err(|error| {
                    tracing::error!("The notice about approvals could not be composed: {error}");
                })
                .ok()?;
        let letter = Content::Notice(Box::new(letter));
        Some(Outgoing { letter, reminders: Vec::new(), leaves: self.now })
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

    /// The letter and its copies in the words, and with the Date, of the time when it leaves.
    fn letters(
        &self,
        reminders: &[Reminder<'_>],
        leaves: Timestamp,
    ) -> Result<(Letter, Vec<(Reader, Letter)>), String> {
        let recipient = &reminders[0].recipient;
        let around = |action: &Action| self.setup.around(&self.directory, &self.told, action);
        let identity = &self.setup.settings.secretariat;
        compose::letters(reminders, recipient, &around, identity, &self.setup.templates, leaves)
            .map_err(|error| error.to_string())
    }
}

/// What the ledger records of a reminder: itself, and the same for others whom its letter reaches.
fn records(reminder: &Reminder<'_>) -> Vec<Record> {
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
fn copied(reminders: &[Reminder<'_>], to: &Reader) -> Vec<Record> {
    let copies =
        reminders.iter().flat_map(|reminder| reminder.copies.iter().map(move |copy| (reminder, copy)));
    let to_reader = copies.filter(|(_, copy)| copy.to == *to);
    to_reader
        .map(|(reminder, copy)| record(reminder, &copy.key, recipient_name::copy_reader(&to.name)))
        .collect()
}

/// Tells the secretariat that somebody is reminded who is absent, and for whom nobody stands in.
fn notice_of_absence(absence: &Absence, reminders: &[&Reminder<'_>]) -> Notice {
    let name = &absence.who.name;
    let day = |day: Date| day.strftime("%-d %B %Y").to_string();
    let until = absence.until.map_or_else(String::new, |until| format!(" until {}", day(until)));
    let since = absence.from.or(absence.until).map_or_else(String::new, |day| day.to_string());
    let item = |reminder: &&Reminder<'_>| Item {
        title: format!("{}, asked of {}", reminder.action.reference, reminder.action.asked_of),
        text: reminder.action.title.clone(),
    };
    Notice {
        sort: "absence".to_owned(),
        about: format!("{} {since}", absence.who.id),
        subject: format!("{name} is absent{until}, and nobody stands in"),
        lead: format!(
            "{name} is absent{until} and has no deputy who is there. Letters go to {name} all the same: the first of \
             them is about what follows."
        ),
        items: reminders.iter().map(item).collect(),
        advice: vec![
            "To have somebody else told meanwhile, name a deputy in the column Deputy of the sheet Representatives."
                .to_owned(),
            "You are told once for each absence.".to_owned(),
        ],
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
            ledger::record(c, &record.said(record.key.step, record.step_day, told), now)?;
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
        new += u32::from(ledger::record(c, &record.said(record.key.step, record.step_day, how), now)?);
    }
    Ok(new)
}

impl Record {
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
