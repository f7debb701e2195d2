//! How things are said: times with their zone, steps, numbers, JSON.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::exit::{Ended, Failure};
pub(super) use crate::action::counted as count;
use crate::{
    action::{After, Deadline, Step},
    register,
};

/// Prints one JSON document.
pub(super) fn json(value: &impl Serialize) -> Ended {
    let text = serde_json::to_string_pretty(value).map_err(anyhow::Error::from)?;
    write_out!("{text}\n");
    Ok(())
}

/// "Fri 23 Jun 2017 08:00".
pub(super) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%a %-d %b %Y %H:%M").to_string()
}

/// A title in a table: of a very long one the beginning.
pub(super) fn title(text: &str) -> String {
    const LONGEST: usize = 160;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// "Fri 23 Jun 2017".
pub(super) fn day(day: Date) -> String {
    day.strftime("%a %-d %b %Y").to_string()
}

/// The day a month after `day`.
pub(super) fn in_a_month(day: Date) -> Date {
    day.saturating_add(jiff::Span::new().months(1))
}

/// A day on the command line, written as in a cell. What goes wrong is said for people, not in terms of the library.
pub(super) fn date(text: &str) -> Result<Date, String> {
    text.parse().or_else(|_| register::day(text))
}

/// A deadline, as [`Deadline::key`] writes it: "Fri 23 Jun 2017", with its time if it has one; "none".
pub(super) fn deadline(text: &str, zone: &TimeZone) -> String {
    match Deadline::of_key(text) {
        Some(Some(Deadline::Day(on))) => day(on),
        Some(Some(Deadline::Instant(at))) => moment(at, zone),
        Some(None) | None => text.to_owned(),
    }
}

/// The most characters of a text on the command line.
const LONGEST: usize = 1_000;

/// One line of text on the command line, under the rules of a cell.
pub(super) fn line(text: &str) -> Result<String, String> {
    let line = register::line(text)?;
    match line.chars().count() {
        0 => Err("there is nothing in it. Write something, or leave the option out.".to_owned()),
        length if length > LONGEST => Err(format!("it has {length} characters. Write at most {LONGEST}.")),
        _ => Ok(line),
    }
}

/// A letter's number on the command line.
pub(super) fn letter(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| "this is no number of a letter. `rappel outbox list` shows them.".to_owned())
}

/// A span of days on the command line has to go forward.
pub(super) fn in_order(from: Date, until: Date) -> Ended {
    if from <= until {
        return Ok(());
    }
    let mistake = anyhow::anyhow!("--until {until} is before --from {from}. Exchange the two.");
    Err(Failure::Failed(mistake))
}

/// A step as people say it: "7 days before", "on the day", "7 days overdue", "still outstanding".
pub(super) fn step(step: Step, zone: &TimeZone) -> String {
    match step {
        Step::Before { days } => format!("{} before", count(days as usize, "day", "days")),
        Step::BeforeWorking { days } => {
            format!("{} before", count(days as usize, "working day", "working days"))
        }
        Step::Moved { from, .. } => format!("deadline moved from {}", deadline(&from.to_string(), zone)),
        Step::Closed { .. } => "closed".to_owned(),
        Step::Welcome { .. } => "welcome to the new holder".to_owned(),
        Step::OnTheDay => "on the day".to_owned(),
        Step::Escalated { after } => format!("escalated: {}", patience(after)),
        Step::Overdue { days } => format!("{} overdue", count(days as usize, "day", "days")),
        Step::Outstanding { .. } => "still outstanding".to_owned(),
    }
}

/// "7 days overdue", "3 letters unanswered".
pub(super) fn patience(after: After) -> String {
    match after {
        After::Overdue { days } => format!("{} overdue", count(days as usize, "day", "days")),
        After::OverdueWorking { days } => {
            format!("{} overdue", count(days as usize, "working day", "working days"))
        }
        After::Unanswered { letters } => {
            format!("{} unanswered", count(letters as usize, "letter", "letters"))
        }
    }
}

/// The name of a zone, as people write it.
pub(super) fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}
