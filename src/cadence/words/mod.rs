//! What a cadence was understood to mean, in plain English, for people who do not read cron text.
//!
//! Times of day come after the days ("Monday to Friday at 08:00"), repetitions before them ("every 15
//! minutes from 08:00 to 17:45, Monday to Friday"). What fits none of the usual forms is spelled
//! out number by number: long, but right.

mod days;
mod times;

pub use self::days::MONTHS;
use self::times::Times;
use super::fields::{Fields, Set};

/// The whole sentence, without the zone.
pub(super) fn sentence(fields: &Fields) -> String {
    let (days, two_clauses) = days::phrase(fields);
    let mut out = match times::phrase(fields) {
        // "on the 1st, and every Monday, at 09:30": a comma closes what a comma opened.
        Times::At(times) if two_clauses => format!("{days}, {times}"),
        Times::At(times) => format!("{days} {times}"),
        Times::Every(times) if days == days::EVERY_DAY => times,
        Times::Every(times) => format!("{times}, {days}"),
    };
    if !fields.any_year() {
        out.push_str(", in ");
        out.push_str(&years(fields));
    }
    out
}

/// The date alone, to say that there is none such: "the 30th of February".
pub(super) fn date(fields: &Fields) -> String {
    let (days, _) = days::phrase(fields);
    let mut out = days.strip_prefix("on ").unwrap_or(&days).to_owned();
    if !fields.any_year() {
        out.push_str(" in ");
        out.push_str(&years(fields));
    }
    out
}

fn years(fields: &Fields) -> String {
    list(&spans(&fields.years, |year| year.to_string()))
}

/// "a", "a and b", "a, b and c".
fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The numbers by name, three or more in a row as "first to last".
fn spans(set: &Set, name: impl Fn(u16) -> String) -> Vec<String> {
    let numbers: Vec<u16> = set.iter().copied().collect();
    let mut out = Vec::new();
    for run in numbers.chunk_by(|a, b| a + 1 == *b) {
        match run {
            [first, _, .., last] => out.push(format!("{} to {}", name(*first), name(*last))),
            _ => out.extend(run.iter().copied().map(&name)),
        }
    }
    out
}

#[cfg(test)]
mod tests;
