//! How far off a deadline is, as seen now. Wording follows from this and never from the step
//! that was planned, so that a letter which leaves late still tells the truth.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use super::context::{DayView, DeadlineView, State};
use crate::action::Deadline;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const MONTHS: [&str; 12] = [
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

/// The deadline as a letter shows it. Days are calendar days in the secretariat's zone.
pub(crate) fn deadline(deadline: Deadline, now: Timestamp, zone: &TimeZone) -> DeadlineView {
    let day = deadline.day(zone);
    let left = days_between(zone.to_datetime(now).date(), day);
    let end = deadline.end(zone);
    let exact = matches!(deadline, Deadline::Instant(_));
    let state = match left {
        1.. => State::Before,
        0 if exact && end < now => State::Passed,
        0 => State::Today,
        ..0 => State::Overdue,
    };
    let (zone_name, offset) = zone_words(zone, end);
    DeadlineView {
        state,
        days: left.unsigned_abs(),
        overdue: matches!(state, State::Passed | State::Overdue),
        exact,
        day: day_view(day),
        time: time_of_day(zone.to_datetime(end)),
        zone: zone_name,
        offset,
    }
}

/// A day in words. English is the only language so far; another one starts here.
pub(crate) fn day_view(day: Date) -> DayView {
    let index = |from_zero: i8| usize::from(from_zero.unsigned_abs());
    let month = MONTHS[index(day.month() - 1)];
    let weekday = WEEKDAYS[index(day.weekday().to_monday_zero_offset())];
    let short = format!("{} {month} {:04}", day.day(), day.year());
    DayView { iso: day.to_string(), long: format!("{weekday}, {short}"), short }
}

/// "08:00".
pub(crate) fn time_of_day(time: DateTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// The zone's name, or its distance from UTC if it has none; and that distance at `instant`.
pub(crate) fn zone_words(zone: &TimeZone, instant: Timestamp) -> (String, String) {
    let offset = offset_words(zone.to_offset(instant));
    (zone.iana_name().map_or_else(|| offset.clone(), str::to_owned), offset)
}

fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// "UTC", "UTC+02:00", "UTC-03:30".
fn offset_words(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    if minutes == 0 {
        return "UTC".to_owned();
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn zurich() -> TimeZone {
        TimeZone::get("Europe/Zurich").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_those_of_the_calendar_in_the_secretariats_zone() {
        let due = Deadline::Day(date(2017, 6, 23));
        let cases = [
            ("2017-06-16T06:00:00Z", State::Before, 7),
            ("2017-06-22T21:59:00Z", State::Before, 1), // 23:59 in Zurich, still the day before
            ("2017-06-22T22:00:00Z", State::Today, 0),
            ("2017-06-23T21:59:59Z", State::Today, 0),
            ("2017-06-23T22:00:00Z", State::Overdue, 1),
            ("2018-06-23T10:00:00Z", State::Overdue, 365),
        ];
        for (now, state, days) in cases {
            let view = deadline(due, at(now), &zurich());
            assert_eq!((view.state, view.days), (state, days), "{now}");
        }
    }

    #[test]
    fn a_day_in_words_is_what_the_calendar_says() {
        let mut day = date(999, 12, 25);
        for _ in 0..800 {
            let view = day_view(day);
            assert_eq!(view.long, day.strftime("%A, %-d %B %Y").to_string());
            assert_eq!(view.short, day.strftime("%-d %B %Y").to_string());
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn an_instant_earlier_the_same_day_has_passed() {
        let due = Deadline::Instant(at("2017-06-23T05:00:00Z"));
        let before = deadline(due, at("2017-06-23T04:00:00Z"), &zurich());
        assert_eq!((before.state, before.overdue, before.time.as_str()), (State::Today, false, "07:00"));
        let after = deadline(due, at("2017-06-23T06:00:00Z"), &zurich());
        assert_eq!((after.state, after.overdue), (State::Passed, true));
    }

    #[test]
    fn the_zone_is_always_said_with_the_offset_of_that_day() {
        let winter = deadline(Deadline::Day(date(2017, 12, 1)), at("2017-06-01T00:00:00Z"), &zurich());
        assert_eq!((winter.zone.as_str(), winter.offset.as_str()), ("Europe/Zurich", "UTC+01:00"));
        assert_eq!(winter.day.long, "Friday, 1 December 2017");
        let fixed = TimeZone::fixed(-jiff::tz::offset(3));
        let view = deadline(Deadline::Day(date(2017, 12, 1)), at("2017-06-01T00:00:00Z"), &fixed);
        assert_eq!((view.zone.as_str(), view.offset.as_str()), ("UTC-03:00", "UTC-03:00"));
        let utc = deadline(Deadline::Day(date(2017, 12, 1)), at("2017-06-01T00:00:00Z"), &TimeZone::UTC);
        assert_eq!(utc.offset, "UTC");
    }
}
