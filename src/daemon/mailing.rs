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

use super::{
    Setup, approvals, breaker,
    outgoing::{Content, Outgoing, copied, records},
    post::IN_FLIGHT,
    preview::Preview,
    reports::composed,
};
use crate::{
    action::{Action, Step, Told},
    compose::{self, Item, Notice, Templates},
    directory::{Absence, Directory, Reader, Recipient},
    ledger::Listed,
    letter::Letter,
    outbox::Packed,
    schedule::{self, Plan, Reminder},
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

impl Mailing {
    /// Plans and composes, and hands over part by part until `emit` says stop.
    pub(super) fn compose(&self, mut emit: impl FnMut(Part) -> bool) {
        let templates = self.setup.templates.for_many();
        let plan = self.plan();
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
            self.outgoing(reminders, leaves, &templates, &mut chunk);
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

    /// What is told. A send time that was missed is served by what is due, and whom it reaches, when the letters leave; on a
    /// later day only if there was something to tell at that time. Otherwise nobody waits for letters before the next one.
    fn plan(&self) -> Plan<'_> {
        let plan_at = |at| schedule::plan_all(&self.directory, &self.setup.rules, &self.told, at);
        let day = |at| self.setup.rules.send().zone().to_datetime(at).date();
        let then = day(self.send_time);
        if self.now > self.send_time && day(self.now) != then {
            let missed = plan_at(self.send_time);
            let is_news = |one: &Reminder<'_>| matches!(one.key.step, Step::Closed { on } if on > then);
            if missed.left_out.is_empty() && missed.due.iter().all(is_news) {
                return Plan::default();
            }
        }
        plan_at(self.send_time.max(self.now))
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
        let to: Vec<_> = letters.iter().filter_map(|letter| breaker::Addressed::of(letter)).collect();
        breaker::judge(&self.setup.settings.limits, usual, &to)
    }

    /// The letter of these reminders. When it cannot be composed, each reminder is tried alone:
    /// one that fails holds up no other.
    fn outgoing(
        &self,
        reminders: Vec<Reminder<'_>>,
        leaves: Timestamp,
        templates: &Templates,
        chunk: &mut Vec<Outgoing>,
    ) {
        // A panic, too, is the trouble of this letter alone.
        let letters = catch_unwind(AssertUnwindSafe(|| self.letters(&reminders, leaves, templates)))
            .unwrap_or_else(|_| Err("composing it failed by a mistake in rappel".to_owned()));
        match letters {
            Err(_) if reminders.len() > 1 => {
                for reminder in reminders {
                    self.outgoing(vec![reminder], leaves, templates, chunk);
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
            self.notice(&notice_of_absence(reminders[0].recipient.uncovered_absence()?, &reminders))
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
        self.notice(&approvals::notice(&waiting)?)
    }

    /// A letter that tells the secretariat something, and leaves at once.
    fn notice(&self, notice: &Notice) -> Option<Outgoing> {
        let letter = Content::Notice(Box::new(composed(notice, &self.setup, self.now)?));
        Some(Outgoing { letter, reminders: Vec::new(), leaves: self.now })
    }

    /// The letter that shows the secretariat what waits; none if it does not want one, or nothing waits.
    fn preview(&self, preview: &Preview) -> Option<Outgoing> {
        let settings = &self.setup.settings;
        if !settings.preview_run || preview.count == 0 {
            return None;
        }
        self.notice(&preview.notice(self.send_time, &settings.secretariat.zone))
    }

    /// The letter and, packed, its bytes. A large one is not kept in memory as it is: it is read back when it leaves.
    fn pack(&self, mut letter: Letter) -> (Letter, Packed) {
        let packed = Packed::new(&letter.bytes, &self.setup.dictionaries);
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
        templates: &Templates,
    ) -> Result<(Letter, Vec<(Reader, Letter)>), String> {
        let recipient = &reminders[0].recipient;
        let around = |action: &Action| self.setup.around(&self.directory, &self.told, action);
        let identity = &self.setup.settings.secretariat;
        compose::letters(reminders, recipient, &around, identity, templates, leaves)
            .map_err(|error| error.to_string())
    }
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
