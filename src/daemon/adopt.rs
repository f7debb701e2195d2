//! Taking as told what is past, without a letter: after an older backup was restored, or when a
//! register is moved to a new state. So neither of them ever floods anybody.

use jiff::{Timestamp, civil::Date};
use rusqlite::Connection;

use super::{
    Ahead, READING, Reached, Setup,
    archive::FOUND,
    closed_since, look_ahead,
    mark::begin_anew,
    outgoing::{Record, copied, records},
    told_and_heard,
};
use crate::{
    action::{ActionId, Deadline, Status, Told},
    directory::Directory,
    ledger::{self, How, Said},
    letter::LetterKind,
    outbox::{self, Filter, State, Summary},
    schedule::{self, Quiet, Reminder},
    store::{self, Reader, StoreError},
};

/// How often it is looked what is due once the rest counts as told: what is too much for one send time is told at the next.
const PASSES: usize = 100;

/// What would be taken as told.
#[derive(Debug, Default)]
pub struct Adoption {
    /// The step that each recipient of each action would be reminded of now, or in the days to come because it is too much
    /// for one; all before it count as told with it.
    pub reminders: Vec<Said>,
    /// How these actions stand, where it is by another status that somebody answers.
    statuses: Vec<(ActionId, Option<Deadline>, Status)>,
    /// Reminders that wait in the outbox: they may have left after the backup was made.
    pub letters: Vec<Summary>,
    /// What the archive has that this state does not know.
    pub ahead: Option<Ahead>,
}

/// What was adopted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adopted {
    /// Reminders that are recorded as told.
    pub reminders: usize,
    /// Waiting letters that are withdrawn.
    pub letters: usize,
    /// Waiting letters that the archive has, and that are accepted.
    pub found: usize,
}

/// What the send times up to `until` would tell. Changes nothing; `day` is when it is adopted.
pub fn adoptable(
    setup: &Setup,
    directory: &Directory,
    state: &Reader,
    until: Timestamp,
    day: Date,
) -> Result<Adoption, StoreError> {
    let (mut told, letters) =
        state.read(|c| Ok((told_and_heard(c, setup, directory, Timestamp::MAX)?, waiting(c)?)))?;
    let (open, vanished) = state.read(|c| Ok((ledger::known_open(c)?, ledger::vanished(c)?)))?;
    // When they were closed nobody knows: before today's send times, if those count.
    if setup.rules.send().zone().to_datetime(until).date() == day {
        for closed in closed_since(&open, &vanished, directory) {
            told.record_closing(closed, until);
        }
    }
    let ahead = match &setup.settings.archive {
        Some(archive) => look_ahead(archive, state, READING)?.ahead,
        None => None,
    };
    let mut adoption = Adoption { letters, ahead, ..Adoption::default() };
    adoption.take_as_told(setup, directory, told, until, day);
    Ok(adoption)
}

impl Adoption {
    /// What is past, however many letters that would be on one day.
    fn take_as_told(
        &mut self,
        setup: &Setup,
        directory: &Directory,
        mut told: Told,
        until: Timestamp,
        day: Date,
    ) {
        let Some(send_time) = setup.rules.send().last_at_or_before(until) else { return };
        let rules = setup.rules.clone();
        let quiet = Quiet { most_a_day: None, ..*rules.quiet() };
        let rules = rules.with_quiet(quiet);
        for _ in 0..PASSES {
            let plan = schedule::plan_all(directory, &rules, &told, send_time);
            let steps: Vec<_> = plan.due.into_iter().chain(plan.left_out).collect();
            if steps.is_empty() {
                break;
            }
            for reminder in &steps {
                reminder.record_in(&mut told, send_time);
                self.add(reminder, day);
            }
        }
    }

    /// A reminder, and the same for all others whom its letter would reach.
    fn add(&mut self, reminder: &Reminder<'_>, day: Date) {
        let copies = reminder.copies.iter().flat_map(|copy| copied(std::slice::from_ref(reminder), &copy.to));
        let records = records(reminder).into_iter().chain(copies);
        let how = How::Adopted { why: format!("adopted on {day}") };
        self.reminders.extend(records.map(|record: Record| record.itself(how.clone())));
        if let Some(status) = reminder.status_to_note() {
            self.statuses.push((reminder.key.action.clone(), reminder.key.deadline, status));
        }
    }
}

/// What waits and is held by nobody, but for letters to the secretariat about rappel itself.
fn waiting(c: &Connection) -> rusqlite::Result<Vec<Summary>> {
    let states = vec![State::Queued, State::Sending, State::Unknown, State::Held];
    let mut letters = outbox::list(c, &Filter { states, ..Filter::default() })?;
    letters.retain(|letter| {
        let kind = LetterKind::stored(&letter.kind);
        !matches!(kind, Some(LetterKind::Notice | LetterKind::Test)) && !is_held_by_somebody(letter)
    });
    Ok(letters)
}

/// Whether a person holds a letter, or has to decide about it.
fn is_held_by_somebody(letter: &Summary) -> bool {
    let note = letter.note.as_deref().unwrap_or_default();
    letter.state == State::Held && note != outbox::WITH_RUN && !note.starts_with(outbox::KEPT_BACK)
}

/// Records it. Takes the lock: no daemon may run. From then on the database as it is counts as the newest.
pub fn adopt(setup: &Setup, adoption: Adoption, day: Date, now: Timestamp) -> Result<Adopted, StoreError> {
    let dir = &setup.settings.state;
    let store = store::open(dir)?;
    let adopted = store.write_blocking(move |c| {
        let mut adopted = Adopted { reminders: 0, letters: 0, found: 0 };
        ledger::begin_journal(c, now)?;
        ledger::decided(c, "adopt", None, now)?;
        begin_anew(c, now)?;
        for said in &adoption.reminders {
            adopted.reminders += usize::from(ledger::record(c, said, now)?);
        }
        for (action, deadline, status) in &adoption.statuses {
            ledger::note_status(c, action, *deadline, *status)?;
        }
        let why = format!("taken as told (adopted on {day})");
        let archived = adoption.ahead.map(|ahead| ahead.letters).unwrap_or_default();
        for Summary { id, .. } in &adoption.letters {
            if outbox::show(c, *id)?.is_some_and(|letter| archived.contains(&letter.message_id)) {
                outbox::accept(c, *id, FOUND, now)?;
                adopted.found += 1;
            } else {
                adopted.letters += usize::from(outbox::withdraw(c, *id, &why, now)?);
            }
        }
        Ok(adopted)
    })?;
    let written = Reached::of(&store)?.write(dir);
    written.map_err(|source| StoreError::Io {
        what: "write beside the database in",
        path: dir.clone(),
        source,
    })?;
    Ok(adopted)
}
