//! How far off a deadline is, as seen now. Wording follows from this and never from the step
//! that was planned, so that a letter which leaves late still tells the truth.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

use super::{
    context::{DeadlineView, State, ThereView},
    speech::Speech,
};
use crate::action::{Deadline, Language};

/// The deadline as a letter shows it. Days are calendar days in the secretariat's zone.
pub(crate) fn deadline(
    deadline: Deadline,
    now: Timestamp,
    zone: &TimeZone,
    theirs: Option<&TimeZone>,
    language: Language,
) -> DeadlineView {
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
    let theirs = theirs.filter(|theirs| theirs.to_datetime(end) != zone.to_datetime(end));
    DeadlineView {
        state,
        days: left.unsigned_abs(),
        overdue: matches!(state, State::Passed | State::Overdue),
        exact,
        day: Speech::of(language).day(day),
        time: time_of_day(zone.to_datetime(end)),
        zone: zone_name,
        offset,
        theirs: theirs.map(|theirs| there(end, theirs, language)),
    }
}

/// An instant as it is said in another zone.
fn there(instant: Timestamp, zone: &TimeZone, language: Language) -> ThereView {
    let local = zone.to_datetime(instant);
    let (name, offset) = zone_words(zone, instant);
    ThereView { day: Speech::of(language).day(local.date()), time: time_of_day(local), zone: name, offset }
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

    fn view(due: Deadline, now: Timestamp, zone: &TimeZone) -> DeadlineView {
        deadline(due, now, zone, None, Language::English)
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
            let view = view(due, at(now), &zurich());
            assert_eq!((view.state, view.days), (state, days), "{now}");
        }
    }

    #[test]
    fn an_instant_earlier_the_same_day_has_passed() {
        let due = Deadline::Instant(at("2017-06-23T05:00:00Z"));
        let before = view(due, at("2017-06-23T04:00:00Z"), &zurich());
        assert_eq!((before.state, before.overdue, before.time.as_str()), (State::Today, false, "07:00"));
        let after = view(due, at("2017-06-23T06:00:00Z"), &zurich());
        assert_eq!((after.state, after.overdue), (State::Passed, true));
    }

    #[test]
    fn the_zone_is_always_said_with_the_offset_of_that_day() {
        let winter = view(Deadline::Day(date(2017, 12, 1)), at("2017-06-01T00:00:00Z"), &zurich());
        assert_eq!((winter.zone.as_str(), winter.offset.as_str()), ("Europe/Zurich", "UTC+01:00"));
        assert_eq!(winter.day.long, "Friday, 1 December 2017");
        let fixed = TimeZone::fixed(-jiff::tz::offset(3));
        let far = view(Deadline::Day(date(2017, 12, 1)), at("2017-06-01T00:00:00Z"), &fixed);
        assert_eq!((far.zone.as_str(), far.offset.as_str()), ("UTC-03:00", "UTC-03:00"));
        let utc = view(Deadline::Day(date(2017, 12, 1)), at("2017-06-01T00:00:00Z"), &TimeZone::UTC);
        assert_eq!(utc.offset, "UTC");
    }

    #[test]
    fn a_deadline_is_said_in_the_recipients_zone_when_day_or_hour_differ() {
        let due = Deadline::Day(date(2017, 6, 23));
        let theirs = |zone: &str| {
            let zone = TimeZone::get(zone).unwrap();
            deadline(due, at("2017-06-16T06:00:00Z"), &zurich(), Some(&zone), Language::French).theirs
        };
        let tokyo = theirs("Asia/Tokyo").unwrap();
        assert_eq!(
            [tokyo.day.long, tokyo.time, tokyo.zone, tokyo.offset],
            ["samedi 24 juin 2017", "06:59", "Asia/Tokyo", "UTC+09:00"]
        );
        assert!(theirs("Europe/Paris").is_none(), "the clocks there show the same");
    }
}
