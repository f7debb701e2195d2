//! The history of the reminders about one action, as a few dated events.

use jiff::{civil::Date, tz::TimeZone};
use serde::Serialize;

use crate::{
    action::Step,
    compose::{ComposeError, Speaker},
    decision::{Change, Decision},
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
    /// Somebody else was told, because nobody had answered.
    Escalated,
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
    /// Decided beside the register, as those below.
    Closed,
    Reopened,
    Snoozed,
    Resumed,
    Extended,
    Assigned,
    Unassigned,
    Acknowledged,
    Unacknowledged,
    Approved,
    Unapproved,
}

/// What goes with a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum With {
    /// The day to which it is extended or put off.
    Day(Date),
    /// To whom it is handed over.
    Name(String),
}

/// The same thing on several days to the same people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: Kind,
    /// In their order, each once.
    pub(super) days: Vec<Date>,
    /// Names, in their order.
    pub(super) to: Vec<String>,
    /// What goes with a decision.
    pub(super) with: Option<With>,
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
    /// The day or the name that goes with a decision.
    value: String,
}

/// The events about one action, in their order. `entries` are those of its history, the oldest first, `decisions`
/// what was decided about it beside the register.
pub(super) fn events<'e>(
    entries: impl IntoIterator<Item = &'e HistoryEntry>,
    decisions: impl IntoIterator<Item = &'e Decision>,
    zone: &TimeZone,
) -> Vec<Event> {
    let mut days: Vec<Event> = Vec::new();
    for entry in entries {
        let Some((kind, day)) = happened(entry, zone) else { continue };
        let name = &entry.recipient_name;
        match days.iter_mut().find(|event| event.kind == kind && event.days == [day]) {
            Some(event) if event.to.contains(name) => {}
            Some(event) => event.to.push(name.clone()),
            None => days.push(Event { kind, days: vec![day], to: vec![name.clone()], with: None }),
        }
    }
    days.extend(decisions.into_iter().map(decided));
    for event in &mut days {
        event.to.sort();
    }
    days.sort_by_key(|event| (event.days.clone(), event.kind));
    let mut events: Vec<Event> = Vec::new();
    for event in days {
        match events.last_mut() {
            Some(last) if !event.is_a_decision() && last.kind == event.kind && last.to == event.to => {
                last.days.extend(event.days);
            }
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
                State::Accepted => Some((kind_of(entry), left)),
                State::Refused | State::Expired => Some((Kind::Undelivered, recorded)),
                State::Unknown => Some((Kind::Doubtful, recorded)),
                State::Queued | State::Sending | State::Held => Some((Kind::Waiting, recorded)),
                State::Withdrawn => None,
            }
        }
    }
}

fn decided(decision: &Decision) -> Event {
    let (kind, with) = match &decision.change {
        Change::Close { .. } => (Kind::Closed, None),
        Change::Reopen => (Kind::Reopened, None),
        Change::Snooze { until: Some(until) } => (Kind::Snoozed, Some(With::Day(*until))),
        Change::Snooze { until: None } => (Kind::Resumed, None),
        Change::Extend { to } => (Kind::Extended, Some(With::Day(*to))),
        Change::Assign { to: Some(to) } => (Kind::Assigned, Some(With::Name(to.clone()))),
        Change::Assign { to: None } => (Kind::Unassigned, None),
        Change::Acknowledge { .. } => (Kind::Acknowledged, None),
        Change::Unacknowledge => (Kind::Unacknowledged, None),
        Change::Approve { .. } => (Kind::Approved, None),
        Change::Unapprove { .. } => (Kind::Unapproved, None),
    };
    Event { kind, days: vec![decision.day], to: Vec::new(), with }
}

fn kind_of(entry: &HistoryEntry) -> Kind {
    match entry.step.parse() {
        Ok(Step::Moved { .. }) => Kind::Moved,
        Ok(Step::Escalated { .. }) => Kind::Escalated,
        _ => Kind::Reminded,
    }
}

impl Event {
    /// Whether somebody was reminded.
    pub(super) fn is_a_reminder(&self) -> bool {
        matches!(self.kind, Kind::Reminded | Kind::Moved | Kind::Escalated | Kind::Adopted | Kind::Doubtful)
    }

    /// Whether somebody decided something.
    pub(super) fn is_a_decision(&self) -> bool {
        self.kind >= Kind::Closed
    }

    /// In words, without a stop. What is `whole` lists every day and names everybody, however many there are.
    pub(super) fn say(&self, speaker: &Speaker, whole: bool) -> Result<String, ComposeError> {
        let said = |day: Option<&Date>| day.map_or_else(String::new, |day| speaker.day(*day).short);
        let mut to = self.to.clone();
        if to.len() > NAMED && !whole {
            let more = to.len() + 1 - NAMED;
            to.truncate(NAMED - 1);
            to.push(format!("+{more}"));
        }
        let many = self.days.len() > LISTED && !whole;
        speaker.say(&EventView {
            kind: self.kind,
            count: self.days.len(),
            many,
            days: if many { String::new() } else { speaker.days(&self.days) },
            first: said(self.days.first()),
            last: said(self.days.last()),
            to: speaker.names(&to),
            value: match &self.with {
                Some(With::Day(day)) => said(Some(day)),
                Some(With::Name(name)) => speaker.names(std::slice::from_ref(name)),
                None => String::new(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        action::{ActionId, After, Language},
        compose::Templates,
        outbox::{LetterId, Standing},
    };

    fn told(day: Date, to: &str, state: State) -> HistoryEntry {
        let at = day.at(8, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let letter = Standing {
            id: LetterId(1),
            state,
            attempts: 1,
            settled: Some(at),
            last_answer: None,
            note: None,
        };
        HistoryEntry {
            recorded_at: at,
            reference: "17/06".to_owned(),
            title: "nominate".to_owned(),
            asked_of: "ITU-T".to_owned(),
            recipient: format!("person:{to}"),
            recipient_name: to.to_owned(),
            deadline: "none".to_owned(),
            step: "7d before".to_owned(),
            step_day: day,
            how: HowSaid::Told,
            why: None,
            letter: Some(letter),
        }
    }

    fn decision(day: Date, change: Change) -> Decision {
        Decision {
            id: 1,
            action: ActionId::new("17/06", "ITU-T"),
            reference: "17/06".to_owned(),
            asked_of: "ITU-T".to_owned(),
            change,
            seen: String::new(),
            who: "secretary".to_owned(),
            why: None,
            day,
            at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn said(language: Language, entries: &[HistoryEntry], decisions: &[Decision]) -> Vec<String> {
        let speaker = Speaker::new(&Templates::built_in(), language).unwrap();
        let events = events(entries, decisions, &TimeZone::UTC);
        events.iter().map(|event| event.say(&speaker, false).unwrap()).collect()
    }

    #[test]
    fn what_happened_is_said_in_its_order_with_what_was_decided_between() {
        let entries = [
            told(date(2014, 3, 3), "Ann", State::Accepted),
            told(date(2014, 3, 3), "Bob", State::Accepted),
            told(date(2014, 3, 17), "Bob", State::Accepted),
            told(date(2014, 3, 17), "Ann", State::Accepted),
            told(date(2014, 4, 1), "Ann", State::Withdrawn),
            told(date(2014, 4, 8), "Ann", State::Expired),
            told(date(2014, 4, 9), "Ann", State::Unknown),
        ];
        let decisions = [
            decision(date(2014, 3, 20), Change::Extend { to: date(2014, 5, 2) }),
            decision(date(2014, 4, 10), Change::Assign { to: Some("Carl".to_owned()) }),
        ];
        assert_eq!(
            said(Language::English, &entries, &decisions),
            [
                "reminded on 3 and 17 March 2014 (Ann and Bob)",
                "deadline extended on 20 March 2014 to 2 May 2014",
                "letter of 8 April 2014 could not be delivered (Ann)",
                "letter of 9 April 2014 sent, arrival not confirmed (Ann)",
                "handed over to Carl on 10 April 2014",
            ]
        );
    }

    #[test]
    fn many_days_are_counted_and_many_people_too() {
        let days = (1..=9).map(|day| told(date(2014, 3, day), "Ann", State::Accepted)).collect::<Vec<_>>();
        assert_eq!(
            said(Language::English, &days, &[]),
            ["reminded 9 times from 1 March 2014 to 9 March 2014 (Ann)"]
        );
        let people = ["A", "B", "C", "D", "E", "F"].map(|name| told(date(2014, 3, 1), name, State::Accepted));
        assert_eq!(said(Language::English, &people, &[]), ["reminded on 1 March 2014 (A, B, C and +3)"]);
        // Where the whole history is asked for nothing is counted.
        let speaker = Speaker::new(&Templates::built_in(), Language::English).unwrap();
        let whole =
            |entries: &[HistoryEntry]| events(entries, &[], &TimeZone::UTC)[0].say(&speaker, true).unwrap();
        assert_eq!(whole(&days), "reminded on 1, 2, 3, 4, 5, 6, 7, 8 and 9 March 2014 (Ann)");
        assert_eq!(whole(&people), "reminded on 1 March 2014 (A, B, C, D, E and F)");
    }

    #[test]
    fn every_decision_can_be_said_in_every_language() {
        let day = date(2014, 3, 3);
        let all = [
            Change::Close { outcome: None },
            Change::Reopen,
            Change::Snooze { until: Some(day) },
            Change::Snooze { until: None },
            Change::Extend { to: day },
            Change::Assign { to: Some("Ann".to_owned()) },
            Change::Assign { to: None },
            Change::Acknowledge { deadline: None },
            Change::Unacknowledge,
            Change::Approve { after: After::Overdue { days: 7 }, deadline: None },
            Change::Unapprove { after: After::Overdue { days: 7 } },
        ];
        for language in Language::ALL {
            for change in &all {
                let said = said(language, &[], &[decision(day, change.clone())]);
                assert!(said[0].contains("2014"), "{language}: {change} is {said:?}");
            }
        }
    }
}
