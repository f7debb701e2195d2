//! The days of a cadence, in words.

use super::{list, spans};
use crate::cadence::fields::Fields;

/// What is said when there is nothing to say about the days.
pub(super) const EVERY_DAY: &str = "every day";

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The months of a year.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "Monday to Friday", "on the 1st and 15th of every month", "every day in July"; and whether it has
/// two clauses: "on the 1st, and every Monday".
pub(super) fn phrase(fields: &Fields) -> (String, bool) {
    let any_day = fields.any_day() || (fields.either_day && fields.any_weekday());
    let any_weekday = fields.any_weekday() || (fields.either_day && fields.any_day());
    let of_months = if fields.any_month() { "every month".to_owned() } else { months(fields) };
    let in_months = if fields.any_month() { String::new() } else { format!(" in {}", months(fields)) };
    let text = match (any_day, any_weekday) {
        (true, true) => format!("{EVERY_DAY}{in_months}"),
        (true, false) => format!("{}{in_months}", weekdays(fields)),
        (false, true) => format!("on {} of {of_months}", dates(fields)),
        (false, false) if fields.either_day => {
            format!("on {}, and {},{in_months}", dates(fields), every_weekday(fields))
                .trim_end_matches(',')
                .to_owned()
        }
        (false, false) => {
            format!("on {} of {of_months}, if it is a {}", dates(fields), named(fields).join(" or "))
        }
    };
    (text, !any_day && !any_weekday)
}

/// "Monday to Friday", "every Monday", "every Monday and Thursday".
fn weekdays(fields: &Fields) -> String {
    let spans = spans(&fields.weekdays, weekday);
    match spans.as_slice() {
        [span] if fields.weekdays.len() > 2 => span.clone(),
        _ => every_weekday(fields),
    }
}

fn every_weekday(fields: &Fields) -> String {
    format!("every {}", list(&named(fields)))
}

fn named(fields: &Fields) -> Vec<String> {
    fields.weekdays.iter().copied().map(weekday).collect()
}

/// "the 1st and 15th", "the 1st to 7th".
fn dates(fields: &Fields) -> String {
    format!("the {}", list(&spans(&fields.days, ordinal)))
}

fn months(fields: &Fields) -> String {
    list(&spans(&fields.months, |month| name(&MONTHS, month)))
}

fn weekday(number: u16) -> String {
    name(&WEEKDAYS, number)
}

/// The name of a number that counts from 1.
fn name(names: &[&str], number: u16) -> String {
    usize::from(number)
        .checked_sub(1)
        .and_then(|index| names.get(index))
        .map_or_else(String::new, ToString::to_string)
}

/// "1st", "2nd", "3rd", "4th", "11th", "21st".
fn ordinal(number: u16) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
