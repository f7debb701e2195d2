//! `schedule.recipient_morning`: when letters leave where the recipient is.

use jiff::civil::{Time, Weekday};

use super::{
    check::{Check, naming},
    given::quoted,
    raw,
};
use crate::schedule::Morning;

const TIME: &str = "Write a time of day, for example \"08:00\", or remove the line.";
const DAYS: &str = "Write days of the week, for example [\"Sat\", \"Sun\"].";

/// The names of the days, of which the first three letters do.
const WEEK: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The morning for which letters wait, if they wait.
pub(super) fn morning(check: &mut Check<'_>, raw: &raw::Schedule) -> Option<Morning> {
    let key = "schedule.recipient_rest_days";
    let mut rest = Vec::new();
    for (key, item) in check.list(key, &raw.recipient_rest_days, DAYS) {
        let day = check.parsed(&key, &item, DAYS, |text| naming(text, weekday(text, DAYS)));
        rest.extend(day.filter(|day| !rest.contains(day)));
    }
    if rest.len() == WEEK.len() {
        check.error(
            key,
            format!("all days of the week are there, so that no letter would ever leave. {DAYS}"),
        );
    }
    let time = check.parsed("schedule.recipient_morning", &raw.recipient_morning, TIME, |text| {
        Time::strptime("%H:%M", text.trim())
            .map_err(|_| format!("{} is not a time of day. {TIME}", quoted(text)))
    })?;
    Some(Morning { time, rest })
}

/// The day on which weekly letters leave.
pub(super) fn weekly_on(check: &mut Check<'_>, raw: &raw::Letters) -> Option<Weekday> {
    let (key, right) = ("letters.weekly_on", "Write a day of the week, for example \"Monday\".");
    let day = check.parsed(key, &raw.weekly_on, right, |text| naming(text, weekday(text, right)));
    check.required(key, day, right)
}

fn weekday(text: &str, right: &str) -> Result<Weekday, String> {
    let wanted = text.trim().to_ascii_lowercase();
    let is_it = |name: &str| wanted == name || wanted == name[..3];
    let found = WEEK.iter().find(|(name, _)| is_it(name)).map(|(_, day)| *day);
    found.ok_or_else(|| format!("{} is not a day of the week. {right}", quoted(text)))
}
