//! The calendar part of a letter: an entry for each deadline that it tells of.

use std::borrow::Cow;

use jiff::Timestamp;
use minijinja::Value;

use super::{Around, Identity, clean, key, templates::Sort, view};
use crate::{
    action::{Action, ActionId, Deadline},
    ical::{Calendar, Event, Method},
    schedule::Reminder,
};

/// Characters of a reference in the name of a file.
const FILE_REFERENCE: usize = 40;

/// How an action's entry stands in the calendars of those who were told of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry {
    /// How often a deadline was told that was another than the one told before, or that the action is closed, or open
    /// again.
    pub moves: u32,
    /// Whether anybody was told of the action.
    pub is_told: bool,
    /// The deadline that was told last; none when it had none.
    pub told: Option<Deadline>,
    /// Whether it was told last that the action is closed.
    pub was_closed: bool,
}

impl Entry {
    /// The SEQUENCE (RFC 5545, 3.8.7.4) of an entry for this deadline: it grows whenever that is another, and when the
    /// entry is withdrawn because the action is closed, or comes back (RFC 5546, 3.2.5).
    fn sequence(self, deadline: Option<Deadline>, is_closed: bool) -> u32 {
        self.moves + u32::from(self.is_told && (self.told, self.was_closed) != (deadline, is_closed))
    }
}

/// The words of a letter about an action that its entry repeats, in the letter's language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wording {
    /// "Deadline: "
    label: String,
    /// "Friday, 23 June 2017, 23:59 (Europe/Zurich, UTC+02:00)"
    when: String,
}

impl Wording {
    /// All of them.
    pub(crate) fn texts(&self) -> [&str; 2] {
        [&self.label, &self.when]
    }
}

/// A calendar as a part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub method: Method,
    /// ASCII, and safe in a header.
    pub file_name: String,
    /// Lines end with `\n`.
    pub text: String,
}

/// What a letter that was rendered from `context` says of each of its actions. A letter whose templates make no
/// such words has entries without them.
pub(super) fn wordings(sort: Sort, context: &Value) -> Vec<Wording> {
    let words = context.get_attr("words").unwrap_or_default();
    let label: String = ["deadline", "colon", "gap"].into_iter().map(|name| text(&words, name)).collect();
    let wording = |action: Value| {
        let say = action.get_attr("say").unwrap_or_default();
        Wording { label: label.clone(), when: text(&say, "deadline_in_full") }
    };
    match sort {
        Sort::Reminder | Sort::Moved | Sort::Welcome | Sort::Escalation => {
            context.get_attr("action").map(wording).into_iter().collect()
        }
        Sort::Digest | Sort::Closed | Sort::Correction => {
            let actions = context.get_attr("actions").unwrap_or_default();
            actions.try_iter().map(|actions| actions.map(wording).collect()).unwrap_or_default()
        }
        Sort::Problems | Sort::Notice | Sort::Test => Vec::new(),
    }
}

/// A text as it stands in a calendar: without the isolates that letters put around names in Arabic.
fn text(of: &Value, name: &str) -> String {
    let value = of.get_attr(name).unwrap_or_default();
    value.as_str().unwrap_or_default().replace(['\u{2068}', '\u{2069}'], "")
}

/// The calendar part of a letter about `reminders`; none without a deadline, or where none is wanted.
pub(super) fn part<'p>(
    reminders: &[&Reminder<'_>],
    around: &dyn Fn(&Action) -> Around<'p>,
    wordings: &[Wording],
    identity: &Identity,
    now: Timestamp,
) -> Option<Part> {
    let mut events = Vec::new();
    for (index, reminder) in reminders.iter().enumerate() {
        let Some(entry) = around(reminder.action).calendar else { continue };
        let wording = wordings.get(index).cloned().unwrap_or_default();
        events.extend(event(reminder, entry, &wording, identity));
    }
    let calendar = calendar(&events, None, identity, now);
    let file_name = match reminders {
        [only] => format!("deadline-{}.ics", slug(&only.action.reference)),
        _ => "deadlines.ics".to_owned(),
    };
    let part = || Part { method: calendar.method(), file_name, text: calendar.to_text() };
    (!events.is_empty()).then(part)
}

/// The deadlines of these actions as a calendar to subscribe to, each with how its entry stands. `now` is when
/// it is made.
pub fn feed<'a>(
    actions: impl Iterator<Item = (&'a Action, Option<Deadline>, Entry)>,
    name: &str,
    identity: &Identity,
    now: Timestamp,
) -> String {
    let wording = Wording::default();
    let entries = actions.filter_map(|(action, deadline, entry)| {
        let sequence = entry.sequence(deadline, false);
        let event = published(&action.id(), action, deadline?, sequence, &wording, identity);
        // The same may be asked of several.
        Some(Event { summary: format!("{} ({})", event.summary, action.asked_of), ..event })
    });
    let events: Vec<_> = entries.collect();
    calendar(&events, Some(name), identity, now).to_text()
}

fn calendar<'a>(
    events: &'a [Event],
    name: Option<&'a str>,
    identity: &'a Identity,
    now: Timestamp,
) -> Calendar<'a> {
    Calendar {
        organizer: &identity.name,
        address: &identity.reply_to.address,
        zone: &identity.clock,
        made: now,
        name,
        events,
    }
}

/// The entry for a reminder. One whose action is closed, or has no deadline any more, is withdrawn.
fn event(reminder: &Reminder<'_>, entry: Entry, wording: &Wording, identity: &Identity) -> Option<Event> {
    let action = reminder.action;
    let is_over = !action.is_outstanding() || reminder.key.deadline.is_none();
    let sequence = entry.sequence(reminder.key.deadline, !action.is_outstanding());
    let deadline = reminder.key.deadline.or(entry.told)?;
    let event = published(&reminder.key.action, action, deadline, sequence, wording, identity);
    Some(Event { is_cancelled: is_over, ..event })
}

fn published(
    id: &ActionId,
    action: &Action,
    deadline: Deadline,
    sequence: u32,
    wording: &Wording,
    identity: &Identity,
) -> Event {
    let title = view::bounded(&action.title, view::LINE);
    let reference = view::bounded(&action.reference, view::REFERENCE);
    let link = action.more.link.as_deref().and_then(view::link).and_then(|link| link.href);
    let when = (!wording.when.is_empty()).then(|| format!("{}{}", wording.label, wording.when));
    let from = format!("{} <{}>", view::bounded(&identity.name, view::NAME), identity.reply_to.address);
    let lines = [when, link.as_deref().map(str::to_owned), Some(from)];
    Event {
        uid: key::calendar_uid(id, &identity.domain),
        sequence,
        ends: deadline.end(&identity.zone),
        summary: format!("{}{reference} {title}", wording.label),
        description: lines.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        url: link.map(Cow::into_owned),
        is_cancelled: false,
    }
}

/// A reference as part of a file's name: letters and digits of ASCII, hyphens for what stands between them.
fn slug(reference: &str) -> String {
    let mut out = String::with_capacity(FILE_REFERENCE);
    for c in clean::line(reference).chars().take(FILE_REFERENCE) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    let trimmed = out.trim_matches('-');
    if trimmed.is_empty() { "action".to_owned() } else { trimmed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_file_is_plain_whatever_the_reference() {
        for (reference, name) in [
            ("17/06", "17-06"),
            ("AI 12/3", "AI-12-3"),
            ("\"; x=../../etc", "x-etc"),
            ("\u{53c2}\u{8003}", "action"),
            ("", "action"),
        ] {
            assert_eq!(slug(reference), name);
        }
    }
}
