//! The recipient's morning: letters of a send time wait until then, so that nobody finds them at night.

use jiff::{
    Timestamp, ToSpan,
    civil::{Time, Weekday},
    tz::TimeZone,
};

use crate::directory::Recipient;

/// A time of day at which letters leave where the recipient is, and the days on which none does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Morning {
    /// The time of day there.
    pub time: Time,
    /// Days of the week on which no letter leaves; never all seven.
    pub rest: Vec<Weekday>,
}

impl Morning {
    /// When a letter of the send time `planned` leaves: the first such morning at or after it where
    /// the recipient is, or at once when no zone is known.
    ///
    /// A time that the clocks of a day leave out is the one after the gap.
    pub fn leaves(&self, planned: Timestamp, recipient: &Recipient) -> Timestamp {
        recipient.zone.as_ref().map_or(planned, |zone| self.after(planned, zone))
    }

    fn after(&self, planned: Timestamp, zone: &TimeZone) -> Timestamp {
        let mut day = zone.to_datetime(planned).date();
        // A week and a day: today's morning may be over, and six days may be days of rest.
        for _ in 0..9 {
            let at = zone.to_ambiguous_timestamp(day.to_datetime(self.time)).compatible();
            match at {
                Ok(at) if at >= planned && !self.rest.contains(&day.weekday()) => return at,
                _ => {}
            }
            let Ok(next) = day.checked_add(1.day()) else { break };
            day = next;
        }
        planned
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn morning(rest: &[Weekday]) -> Morning {
        Morning { time: time(8, 0, 0, 0), rest: rest.to_vec() }
    }

    #[test]
    fn a_letter_leaves_at_the_first_morning_at_or_after_its_send_time() {
        let weekend = [Weekday::Saturday, Weekday::Sunday];
        // 08:00 in Zurich on Friday, 16 June 2017.
        let send: Timestamp = "2017-06-16T06:00:00Z".parse().unwrap();
        for (name, rest, leaves) in [
            ("Europe/Zurich", &[][..], "2017-06-16T06:00:00Z"),
            ("America/New_York", &[], "2017-06-16T12:00:00Z"),
            ("Asia/Tokyo", &[], "2017-06-16T23:00:00Z"),
            ("Asia/Tokyo", &weekend, "2017-06-18T23:00:00Z"),
            ("Asia/Riyadh", &[Weekday::Friday, Weekday::Saturday], "2017-06-18T05:00:00Z"),
        ] {
            let at = morning(rest).after(send, &zone(name));
            assert_eq!(at.to_string(), leaves, "{name}");
        }
    }

    #[test]
    fn a_morning_that_the_clocks_leave_out_comes_after_the_gap() {
        let early = Morning { time: time(2, 30, 0, 0), rest: Vec::new() };
        let at = early.after("2017-03-25T20:00:00Z".parse().unwrap(), &zone("Europe/Zurich"));
        assert_eq!(at.to_string(), "2017-03-26T01:30:00Z");
    }

    proptest! {
        #[test]
        fn it_is_morning_there_and_at_most_a_day_later(second in 1_400_000_000i64..1_900_000_000, place in 0usize..4) {
            let zone = zone(["Europe/Zurich", "Pacific/Apia", "America/St_Johns", "Asia/Kathmandu"][place]);
            let planned = Timestamp::from_second(second).unwrap();
            let at = morning(&[]).after(planned, &zone);
            prop_assert!(at >= planned && at.as_second() - second <= 25 * 3600);
            prop_assert_eq!(zone.to_datetime(at).time(), time(8, 0, 0, 0));
        }
    }
}
