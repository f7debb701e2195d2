//! Until when.

use std::fmt;

use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

/// Until when an action is due. An action without one is outstanding until it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deadline {
    /// A day: it ends at 23:59 in the secretariat's zone.
    Day(Date),
    /// One instant, the same for everybody.
    Instant(Timestamp),
}

impl Deadline {
    /// The day on which the deadline falls, in the secretariat's zone.
    #[must_use]
    pub fn day(self, zone: &TimeZone) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Instant(instant) => zone.to_datetime(instant).date(),
        }
    }

    /// The last instant at which the action can still be answered in time: 23:59 of the day in
    /// the secretariat's zone, or the instant itself.
    #[must_use]
    pub fn end(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::Instant(instant) => instant,
            Self::Day(day) => zone
                .to_ambiguous_timestamp(day.to_datetime(Time::constant(23, 59, 0, 0)))
                .later()
                .unwrap_or(Timestamp::MAX),
        }
    }

    /// The text by which a deadline is part of a reminder's identity; see [`fmt::Display`].
    #[must_use]
    pub fn key(deadline: Option<Self>) -> String {
        deadline.map_or_else(|| "none".to_owned(), |deadline| deadline.to_string())
    }

    /// The deadline, or that there is none, of which a text is the [`Deadline::key`].
    #[must_use]
    pub fn of_key(text: &str) -> Option<Option<Self>> {
        Some(match text {
            "none" => None,
            instant if instant.contains('T') => Some(Self::Instant(instant.parse().ok()?)),
            day => Some(Self::Day(day.parse().ok()?)),
        })
    }
}

/// The ISO 8601 day, or the RFC 3339 instant in UTC.
impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Instant(instant) => instant.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_a_minute_to_midnight_where_the_secretariat_is() {
        let ends = |day: &str, zone: &str| {
            Deadline::Day(day.parse().unwrap()).end(&TimeZone::get(zone).unwrap()).to_string()
        };
        assert_eq!(ends("2017-06-23", "Europe/Zurich"), "2017-06-23T21:59:00Z");
        assert_eq!(ends("2017-12-23", "Europe/Zurich"), "2017-12-23T22:59:00Z");
        assert_eq!(ends("2017-06-23", "Pacific/Kiritimati"), "2017-06-23T09:59:00Z");
        // That minute comes twice: in time is who answers before the second is over.
        assert_eq!(ends("2027-04-03", "America/Santiago"), "2027-04-04T03:59:00Z");
        let instant = "2017-06-23T15:00:00Z".parse().unwrap();
        assert_eq!(Deadline::Instant(instant).end(&TimeZone::UTC), instant);
    }
}
