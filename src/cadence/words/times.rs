//! The times of day of a cadence, in words.

use super::{list, spans};
use crate::cadence::fields::{Fields, Set};

/// Up to so many times of day are always listed.
const FEW: usize = 4;
/// Up to so many are listed when they have no rhythm.
const SOME: usize = 12;

/// How the times are said, and thereby where in the sentence.
#[derive(Debug, PartialEq)]
pub(super) enum Times {
    /// "at 08:00 and 16:00"; after the days.
    At(String),
    /// "every 15 minutes from 08:00 to 17:45"; before the days.
    Every(String),
}

/// The times of day of all fields.
pub(super) fn phrase(fields: &Fields) -> Times {
    let count = fields.hours.len() * fields.minutes.len() * fields.seconds.len();
    if count <= FEW {
        return listed(fields);
    }
    if let Some(times) = rhythm(fields) {
        return Times::Every(times);
    }
    if count <= SOME { listed(fields) } else { Times::At(spelled_out(fields)) }
}

fn listed(fields: &Fields) -> Times {
    let mut times = Vec::new();
    for hour in &fields.hours {
        for minute in &fields.minutes {
            times.extend(fields.seconds.iter().map(|second| time(*hour, *minute, *second)));
        }
    }
    Times::At(format!("at {}", list(&times)))
}

/// "08:00", or "08:00:30" when there are seconds.
fn time(hour: u16, minute: u16, second: u16) -> String {
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}

/// The times as a repetition, when there is always the same time between one and the next.
fn rhythm(fields: &Fields) -> Option<String> {
    let one_second = fields.seconds.len() == 1;
    let one_minute = fields.minutes.len() == 1;
    let step = if one_second && one_minute {
        format!("every {}", counted(even_step(&fields.hours)?, "hour"))
    } else if one_second {
        contiguous(&fields.hours).then_some(())?;
        format!("every {}", counted(cycle_step(&fields.minutes)?, "minute"))
    } else {
        (contiguous(&fields.hours) && fields.minutes.len() == 60).then_some(())?;
        format!("every {}", counted(cycle_step(&fields.seconds)?, "second"))
    };
    let (first, last) = (ends(fields, Set::first)?, ends(fields, Set::last)?);
    let whole_day = fields.hours.len() == 24 && first == "00:00";
    Some(if whole_day { step } else { format!("{step} from {first} to {last}") })
}

/// The first or last time of the day.
fn ends(fields: &Fields, end: impl Fn(&Set) -> Option<&u16>) -> Option<String> {
    Some(time(*end(&fields.hours)?, *end(&fields.minutes)?, *end(&fields.seconds)?))
}

/// "hour", "2 hours".
fn counted(number: u16, unit: &str) -> String {
    if number == 1 { unit.to_owned() } else { format!("{number} {unit}s") }
}

fn contiguous(set: &Set) -> bool {
    set.len() == 1 || even_step(set) == Some(1)
}

/// The one distance between neighbours.
fn even_step(set: &Set) -> Option<u16> {
    let mut steps = set.iter().zip(set.iter().skip(1)).map(|(a, b)| b - a);
    let step = steps.next()?;
    steps.all(|other| other == step).then_some(step)
}

/// The one distance between neighbours, from the last of a minute or hour to the first of the next too.
fn cycle_step(set: &Set) -> Option<u16> {
    let step = even_step(set)?;
    (set.first()? + 60 - set.last()? == step).then_some(step)
}

/// "at 5 and 50 minutes past every hour", for what has no rhythm.
fn spelled_out(fields: &Fields) -> String {
    let minutes = match fields.minutes.len() {
        60 => "at every minute of".to_owned(),
        1 if fields.minutes.contains(&1) => "at 1 minute past".to_owned(),
        _ => format!("at {} minutes past", numbers(&fields.minutes)),
    };
    let hours = if fields.hours.len() == 24 {
        "every hour".to_owned()
    } else {
        let names = spans(&fields.hours, |hour| format!("{hour:02}"));
        if fields.minutes.len() == 60 {
            format!("the hours {}", list(&names))
        } else {
            format!("{} o'clock", list(&names))
        }
    };
    let seconds = match fields.seconds.len() {
        1 if fields.seconds.contains(&0) => String::new(),
        60 => ", at every second of these minutes".to_owned(),
        _ => format!(", each time at second {}", numbers(&fields.seconds)),
    };
    format!("{minutes} {hours}{seconds}")
}

fn numbers(set: &Set) -> String {
    list(&spans(set, |number| number.to_string()))
}
