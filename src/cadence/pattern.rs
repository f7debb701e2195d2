//! The wall-clock times that a cron text asks for, without any zone: the `cron` crate, fed with
//! translated text, on wall time labelled UTC.
//!
//! The crate wants seconds first, counts weekdays from Sunday = 1 and demands that a day fits day of
//! month *and* day of week. So weekdays are handed over by name, and where either day will do there
//! are two schedules, of which the nearer counts. Its backward search carries the month, day and time
//! of the start over into an earlier year when the start's own year is not in the year field,
//! and so misses firings; [`Pattern::at_or_before`] never starts in such a year.

use std::{fmt::Write as _, ops::Bound, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use cron::{Schedule, TimeUnitSpec};

use super::{
    error::CadenceError,
    fields::{Fields, Set},
};

/// Seconds that a wall clock has shown since it showed 1970-01-01T00:00:00.
pub(super) type Wall = i64;

/// 1969-12-31T23:59:59, before the first second that the crate knows.
const BEFORE_ALL: Wall = -1;
/// 2101-01-01T00:00:00, after the last second that the crate knows.
const AFTER_ALL: Wall = 4_133_980_800;

/// The wall-clock times of a cadence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    schedule: Schedule,
    /// For the days of the week, when either day will do; `schedule` is for those of the month.
    or_weekday: Option<Schedule>,
}

impl Pattern {
    pub(super) fn new(fields: &Fields) -> Result<Self, CadenceError> {
        let (days, weekdays) = (day_text(fields), weekday_text(fields));
        let (schedule, or_weekday) = if fields.either_day {
            (schedule(fields, &days, "*")?, Some(schedule(fields, "*", &weekdays)?))
        } else {
            (schedule(fields, &days, &weekdays)?, None)
        };
        Ok(Self { schedule, or_weekday })
    }

    /// Whether no time fits at all.
    pub(super) fn is_empty(&self) -> bool {
        self.after(BEFORE_ALL).is_none()
    }

    /// The first wall time strictly later than `wall`.
    pub(super) fn after(&self, wall: Wall) -> Option<Wall> {
        let start = DateTime::from_timestamp(wall.clamp(BEFORE_ALL, AFTER_ALL), 0)?;
        let next = |schedule: &Schedule| schedule.after(&start).next().map(|time| time.timestamp());
        let first = next(&self.schedule);
        match &self.or_weekday {
            Some(other) => earlier(first, next(other)),
            None => first,
        }
    }

    /// The last wall time at `wall` or earlier.
    pub(super) fn at_or_before(&self, wall: Wall) -> Option<Wall> {
        let first = last(&self.schedule, wall);
        // An absent time is less than any.
        self.or_weekday.as_ref().map_or(first, |other| first.max(last(other, wall)))
    }
}

/// The earlier of two that may be absent.
pub(super) fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        _ => a.or(b),
    }
}

fn last(schedule: &Schedule, wall: Wall) -> Option<Wall> {
    // The crate looks strictly before its start.
    let start = DateTime::from_timestamp(wall.clamp(BEFORE_ALL, AFTER_ALL) + 1, 0)?;
    let year = u32::try_from(start.year()).ok()?;
    let known = schedule.years().range((Bound::Unbounded, Bound::Included(year))).next_back()?;
    let start = if known == year { start } else { end_of(known)? };
    schedule.after(&start).next_back().map(|time| time.timestamp())
}

/// An instant in the last second of a year, before which that second still counts.
fn end_of(year: u32) -> Option<DateTime<Utc>> {
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, 12, 31)?;
    Some(day.and_time(NaiveTime::from_hms_milli_opt(23, 59, 59, 1)?).and_utc())
}

fn schedule(fields: &Fields, days: &str, weekdays: &str) -> Result<Schedule, CadenceError> {
    let text = format!(
        "{} {} {} {days} {} {weekdays} {}",
        numbers(&fields.seconds, 60),
        numbers(&fields.minutes, 60),
        numbers(&fields.hours, 24),
        numbers(&fields.months, 12),
        if fields.any_year() { "*".to_owned() } else { numbers(&fields.years, usize::MAX) },
    );
    Schedule::from_str(&text).map_err(|error| CadenceError::Unfit { why: error.to_string(), text })
}

fn day_text(fields: &Fields) -> String {
    numbers(&fields.days, 31)
}

fn weekday_text(fields: &Fields) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    if fields.any_weekday() {
        return "*".to_owned();
    }
    let names: Vec<&str> =
        (1..).zip(NAMES).filter(|(n, _)| fields.weekdays.contains(n)).map(|(_, name)| name).collect();
    names.join(",")
}

/// The numbers as a list, or `*` when they are all there are.
fn numbers(set: &Set, all: usize) -> String {
    if set.len() == all {
        return "*".to_owned();
    }
    let mut out = String::new();
    for (index, number) in set.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(out, "{comma}{number}");
    }
    out
}
