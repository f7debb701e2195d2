//! Taking as told what is past, without a letter: after an older backup was restored, or when a
//! register is moved to a new state. So neither of them ever floods anybody.

use jiff::{Timestamp, civil::Date};
use rusqlite::Connection;

use super::{Ahead, Reached, Setup, look_ahead, mark::begin_anew, told_and_heard};
use crate::{
    action::Told,
    directory::Directory,
    ledger::{self, How, Said},
    outbox::{self, Filter, State, Summary},
    schedule,
    store::{self, Reader, StoreError},
};

/// What would be taken as told.
#[derive(Debug, Default)]
pub struct Adoption {
    /// The step that each recipient of each action would be reminded of now; all before it count as told with it.
    pub reminders: Vec<Said>,
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
}

/// What the send times up to `until` would tell. Changes nothing; `day` is when it is adopted.
pub fn adoptable(
    setup: &Setup,
    directory: &Directory,
    state: &Reader,
    until: Timestamp,
    day: Date,
) -> Result<Adoption, StoreError> {
    let (told, letters) =
        state.read(|c| Ok((told_and_heard(c, setup, directory, Timestamp::MAX)?, waiting(c)?)))?;
    let ahead = match &setup.settings.archive {
        Some(archive) => look_ahead(archive, state)?.ahead,
        None => None,
    };
    Ok(Adoption { reminders: past(setup, directory, &told, until, day), letters, ahead })
}

fn past(setup: &Setup, directory: &Directory, told: &Told, until: Timestamp, day: Date) -> Vec<Said> {
    let Some(send_time) = setup.rules.send().last_at_or_before(until) else { return Vec::new() };
    let plan = schedule::plan_all(directory, &setup.rules, told, send_time);
    let steps = plan.due.into_iter().chain(plan.left_out);
    steps
        .map(|reminder| Said {
            key: reminder.key,
            step_day: reminder.step_day,
            reference: reminder.action.reference.clone(),
            title: reminder.action.title.clone(),
            asked_of: reminder.action.asked_of.to_string(),
            recipient_name: reminder.recipient.name,
            how: How::Adopted { why: format!("adopted on {day}") },
        })
        .collect()
}

/// What waits and is held by nobody, but for letters to the secretariat about rappel itself.
fn waiting(c: &Connection) -> rusqlite::Result<Vec<Summary>> {
    let states = vec![State::Queued, State::Sending, State::Unknown];
    let mut letters = outbox::list(c, &Filter { states, ..Filter::default() })?;
    letters.retain(|letter| letter.kind == "reminder" || letter.kind == "digest");
    Ok(letters)
}

/// Records it. Takes the lock: no daemon may run. From then on the database as it is counts as the newest.
pub fn adopt(setup: &Setup, adoption: Adoption, day: Date, now: Timestamp) -> Result<Adopted, StoreError> {
    let dir = &setup.settings.state;
    let store = store::open(dir)?;
    let adopted = store.write_blocking(move |c| {
        let mut adopted = Adopted { reminders: 0, letters: 0 };
        ledger::begin_journal(c, now)?;
        ledger::decided(c, "adopt", None, now)?;
        begin_anew(c, now)?;
        for said in &adoption.reminders {
            adopted.reminders += usize::from(ledger::record(c, said, now)?);
        }
        let why = format!("taken as told (adopted on {day})");
        for letter in &adoption.letters {
            adopted.letters += usize::from(outbox::withdraw(c, letter.id, &why, now)?);
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
