//! The history of the reminders about one action, as a few dated events.

use jiff::{civil::Date, tz::TimeZone};
use serde::Serialize;

use crate::{
    action::Step,
    compose::{ComposeError, Speaker},
    ledger::{HistoryEntry, HowSaid},
    outbox::State,
};

/// So many days are listed; more are counted.
const LISTED: usize = 6;

/// So many recipients are named.
const NAMED: usize = 4;

/// What happened; the name is that of the kind in the templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// A letter reached the server.
    Reminded,
    /// A letter said that the deadline moved.
    Moved,
    /// A letter was refused or given up.
    Undelivered,
    /// A letter was sent, and nobody knows whether it arrived.
    Doubtful,
    /// A letter waits.
    Waiting,
    /// There was nobody to write to, or no letter could be written.
    Impossible,
    /// It is taken as told, from before this record.
    Adopted,
}

/// The same thing on several days to the same people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: Kind,
    /// In their order, each once.
    pub(super) days: Vec<Date>,
    /// Names, in their order.
    pub(super) to: Vec<String>,
}

/// What a template sees of an event.
#[derive(Debug, Serialize)]
struct EventView {
    kind: Kind,
    count: usize,
    /// Whether the days are too many to be listed.
    many: bool,
    days: String,
    first: String,
    last: String,
    to: String,
}

/// The events about one action, in their order. `entries` are those of its history, the oldest first.
pub(super) fn events<'e>(entries: impl IntoIterator<Item = &'e HistoryEntry>, zone: &TimeZone) -> Vec<Event> {
    let mut days: Vec<Event> = Vec::new();
    for entry in entries {
        let Some((kind, day)) = happened(entry, zone) else { continue };
        let name = &entry.recipient_name;
        match days.iter_mut().find(|event| event.kind == kind && event.days == [day]) {
            Some(event) if event.to.contains(name) => {}
            Some(event) => event.to.push(name.clone()),
            None => days.push(Event { kind, days: vec![day], to: vec![name.clone()] }),
        }
    }
    for event in &mut days {
        event.to.sort();
    }
    days.sort_by_key(|event| (event.days.clone(), event.kind));
    let mut events: Vec<Event> = Vec::new();
    for event in days {
        match events.last_mut() {
            Some(last) if last.kind == event.kind && last.to == event.to => last.days.extend(event.days),
            _ => events.push(event),
        }
    }
    events
}

/// What an entry says happened, and when; none for what was merged, left out or taken back.
fn happened(entry: &HistoryEntry, zone: &TimeZone) -> Option<(Kind, Date)> {
    let day = |at| zone.to_datetime(at).date();
    let recorded = day(entry.recorded_at);
    match entry.how {
        HowSaid::Merged | HowSaid::LeftOut => None,
        HowSaid::Adopted => Some((Kind::Adopted, recorded)),
        HowSaid::Impossible if entry.is_taken_back() => None,
        HowSaid::Impossible => Some((Kind::Impossible, recorded)),
        HowSaid::Told => {
            let letter = entry.letter.as_ref()?;
            let left = letter.settled.map_or(recorded, day);
            match letter.state {
                State::Accepted if is_about_a_move(entry) => Some((Kind::Moved, left)),
                State::Accepted => Some((Kind::Reminded, left)),
                State::Refused | State::Expired => Some((Kind::Undelivered, recorded)),
                State::Unknown => Some((Kind::Doubtful, recorded)),
                State::Queued | State::Sending | State::Held => Some((Kind::Waiting, recorded)),
                State::Withdrawn => None,
            }
        }
    }
}

fn is_about_a_move(entry: &HistoryEntry) -> bool {
    matches!(entry.step.parse(), Ok(Step::Moved { .. }))
}

impl Event {
    /// Whether somebody was reminded.
    pub(super) fn is_a_reminder(&self) -> bool {
        matches!(self.kind, Kind::Reminded | Kind::Moved | Kind::Adopted | Kind::Doubtful)
    }

    /// In words, without a stop.
    pub(super) fn say(&self, speaker: &Speaker) -> Result<String, ComposeError> {
        let said = |day: Option<&Date>| day.map_or_else(String::new, |day| speaker.day(*day).short);
        let mut to = self.to.clone();
        if to.len() > NAMED {
            let more = to.len() + 1 - NAMED;
            to.truncate(NAMED - 1);
            to.push(format!("+{more}"));
        }
        let many = self.days.len() > LISTED;
        speaker.say(&EventView {
            kind: self.kind,
            count: self.days.len(),
            many,
            days: if many { String::new() } else { speaker.days(&self.days) },
            first: said(self.days.first()),
            last: said(self.days.last()),
            to: speaker.names(&to),
        })
    }
}
