//! What comes back every year (RFC 5545, 3.3.10, FREQ=YEARLY).

use jiff::civil::{Date, Weekday};

use super::lines;

/// The last year that is looked at.
const LAST_YEAR: i16 = 2101;

/// A yearly rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    /// Every so many years.
    interval: i16,
    /// At most so many times.
    count: Option<usize>,
    /// Not after this day.
    until: Option<Date>,
    months: Vec<i8>,
    /// Days of the month; negative ones are counted from its end.
    days: Vec<i8>,
    /// A weekday and which of the month; negative from its end, none for every one.
    weekdays: Vec<(Option<i8>, Weekday)>,
}

impl Rule {
    /// Reads a rule.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut rule = Self {
            interval: 1,
            count: None,
            until: None,
            months: Vec::new(),
            days: Vec::new(),
            weekdays: Vec::new(),
        };
        let mut yearly = false;
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(|| wrong(part))?;
            let value = value.trim().to_ascii_uppercase();
            match key.trim().to_ascii_uppercase().as_str() {
                "FREQ" => yearly = value == "YEARLY",
                "INTERVAL" => rule.interval = within(&value, 1, 100).ok_or_else(|| wrong(part))?,
                "COUNT" => rule.count = Some(within(&value, 1, 1_000).ok_or_else(|| wrong(part))?),
                "UNTIL" => rule.until = Some(lines::date(&value)?),
                "BYMONTH" => {
                    rule.months = all(&value, |one| within(one, 1, 12)).ok_or_else(|| wrong(part))?;
                }
                "BYMONTHDAY" => rule.days = all(&value, day_of_month).ok_or_else(|| wrong(part))?,
                "BYDAY" => rule.weekdays = all(&value, weekday).ok_or_else(|| wrong(part))?,
                "WKST" => {}
                _ => return Err(wrong(part)),
            }
        }
        // Without a month, "the third Monday" is that of the year: not how holidays are written.
        let no_month = !rule.weekdays.is_empty() && rule.months.is_empty();
        if !yearly || no_month {
            return Err(wrong(text));
        }
        Ok(rule)
    }

    /// The days of a rule whose first one is `start`.
    pub(super) fn days(&self, start: Date) -> Vec<Date> {
        let mut found = Vec::new();
        let mut year = start.year();
        while year <= LAST_YEAR {
            let mut days = self.of_year(year, start);
            days.retain(|day| *day >= start && self.until.is_none_or(|until| *day <= until));
            days.sort_unstable();
            days.dedup();
            found.extend(days);
            year += self.interval;
        }
        // The first day counts, whether it fits the rule or not.
        if found.first() != Some(&start) {
            found.insert(0, start);
        }
        found.truncate(self.count.unwrap_or(usize::MAX));
        found
    }

    fn of_year(&self, year: i16, start: Date) -> Vec<Date> {
        let own = [start.month()];
        let months = if self.months.is_empty() { &own[..] } else { &self.months };
        months.iter().flat_map(|month| self.of_month(year, *month, start)).collect()
    }

    fn of_month(&self, year: i16, month: i8, start: Date) -> Vec<Date> {
        let Ok(first) = Date::new(year, month, 1) else { return Vec::new() };
        let length = first.days_in_month();
        let from_either_end = |day: i8| if day < 0 { length + 1 + day } else { day };
        let mut days: Vec<i8> = match (&self.days[..], &self.weekdays[..]) {
            ([], []) => vec![start.day()],
            ([], _) => (1..=length).collect(),
            (days, _) => days.iter().map(|day| from_either_end(*day)).collect(),
        };
        days.retain(|day| {
            let Ok(date) = Date::new(year, month, *day) else { return false };
            self.weekdays.is_empty() || self.weekdays.iter().any(|which| fits(date, length, *which))
        });
        days.into_iter().filter_map(|day| Date::new(year, month, day).ok()).collect()
    }
}

/// Whether a day is the third Monday, the last Friday, any Sunday of its month.
fn fits(date: Date, length: i8, (which, weekday): (Option<i8>, Weekday)) -> bool {
    let number = match which {
        None => return date.weekday() == weekday,
        Some(from_end) if from_end < 0 => -((length - date.day()) / 7 + 1),
        Some(_) => (date.day() - 1) / 7 + 1,
    };
    date.weekday() == weekday && which == Some(number)
}

fn within<N: std::str::FromStr + PartialOrd + Copy>(text: &str, least: N, most: N) -> Option<N> {
    text.trim().parse().ok().filter(|number| *number >= least && *number <= most)
}

fn all<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').take(400).map(|one| read(one.trim())).collect()
}

fn day_of_month(text: &str) -> Option<i8> {
    within(text, -31, 31).filter(|day| *day != 0)
}

/// "MO", "3MO", "-1FR".
fn weekday(text: &str) -> Option<(Option<i8>, Weekday)> {
    let at = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at))?;
    let (number, name) = text.split_at(at);
    let weekday = match name {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    if number.is_empty() {
        return Some((None, weekday));
    }
    Some((Some(within(number, -5, 5).filter(|number| *number != 0)?), weekday))
}

fn wrong(part: &str) -> String {
    format!(
        "\"{}\" is a repetition that rappel does not understand: it reads yearly ones, by month and day or by the \
         first, second ... or last weekday of a month. List the days one by one.",
        lines::shown(part)
    )
}
