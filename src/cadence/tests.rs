use jiff::{Timestamp, tz::TimeZone};

use super::*;

fn cadence(text: &str, zone: &str) -> Cadence {
    Cadence::parse(text, &TimeZone::get(zone).unwrap()).unwrap()
}

fn refusal(text: &str) -> String {
    Cadence::parse(text, &TimeZone::UTC).unwrap_err().to_string()
}

/// The local times of the next firings after a local time.
fn firings(text: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let cadence = cadence(text, zone);
    let start = after.parse::<jiff::civil::DateTime>().unwrap().in_tz(zone).unwrap().timestamp();
    let later = |t: &Timestamp| cadence.next_after(*t);
    std::iter::successors(later(&start), later)
        .take(count)
        .map(|t| t.to_zoned(cadence.zone().clone()).strftime("%a %Y-%m-%d %H:%M:%S %z").to_string())
        .collect()
}

fn utc(text: &str, after: &str, count: usize) -> Vec<String> {
    firings(text, "UTC", after, count).iter().map(|t| t.trim_end_matches(":00 +0000").to_owned()).collect()
}

#[test]
fn both_syntaxes_count_weekdays_from_sunday_zero_and_monday_one() {
    for text in
        ["0 8 * * 1", "0 8 * * mon", "0 8 * * MONDAY", "0 0 8 * * 1", "0 0 8 ? * Mon", "0 0 8 * * 1 *"]
    {
        assert_eq!(
            utc(text, "2027-03-01T08:00", 2),
            ["Mon 2027-03-08 08:00", "Mon 2027-03-15 08:00"],
            "{text}"
        );
    }
    for text in ["0 8 * * 0", "0 8 * * 7", "0 8 * * Sun", "0 0 8 * * 0", "0 0 8 * * 7", "0 8 * * sunday"] {
        assert_eq!(utc(text, "2027-03-01T08:00", 1), ["Sun 2027-03-07 08:00"], "{text}");
    }
    for text in ["0 8 * * Fri-Sun", "0 8 * * 5-7", "0 8 * * 5-0", "0 8 * * 0,5,6"] {
        let expected =
            ["Fri 2027-03-05 08:00", "Sat 2027-03-06 08:00", "Sun 2027-03-07 08:00", "Fri 2027-03-12 08:00"];
        assert_eq!(utc(text, "2027-03-01T08:00", 4), expected, "{text}");
    }
    for text in ["0 8 * * Sun-Tue", "0 8 * * 7-2", "0 8 * * 0-2"] {
        let expected = ["Tue 2027-03-02 08:00", "Sun 2027-03-07 08:00", "Mon 2027-03-08 08:00"];
        assert_eq!(utc(text, "2027-03-01T08:00", 3), expected, "{text}");
    }
}

#[test]
fn ranges_steps_lists_names_and_shorthands_are_read_in_any_case() {
    for (text, same) in [
        ("@hourly", "0 * * * *"),
        ("@Daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * Sun"),
        ("@MONTHLY", "0 0 1 * *"),
        ("@yearly", "0 0 1 Jan *"),
        ("@annually", "0 0 1 1 *"),
        ("0 8 1 JAN,sept *", "0 8 1 1,9 *"),
        ("10/20 8 * * *", "10,30,50 8 * * *"),
        ("0-30/15,45 8 * * *", "0,15,30,45 8 * * *"),
        ("0 8 * * Mon-Fri/2", "0 8 * * 1,3,5"),
        ("0 8 * march-MAY *", "0 8 * 3,4,5 *"),
        ("  0\t8  *\u{a0}* * ", "0 8 * * *"),
    ] {
        let after = "2027-02-27T00:00";
        assert_eq!(utc(text, after, 12), utc(same, after, 12), "{text}");
    }
    assert_eq!(cadence("  0\t8  * * mon ", "UTC").text(), "0 8 * * mon");
}

#[test]
fn a_day_fits_either_of_two_restricted_day_fields_and_both_when_one_begins_with_a_star() {
    let either = [
        "Mon 2027-02-15 09:30",
        "Mon 2027-02-22 09:30",
        "Mon 2027-03-01 09:30",
        "Mon 2027-03-08 09:30",
        "Mon 2027-03-15 09:30",
        "Mon 2027-03-22 09:30",
        "Mon 2027-03-29 09:30",
        "Thu 2027-04-01 09:30",
    ];
    assert_eq!(utc("30 9 1,15 * Mon", "2027-02-08T12:00", 8), either);
    assert_eq!(utc("0 30 9 1,15 * 1", "2027-02-08T12:00", 8), either);
    assert_eq!(utc("0 8 */2 * Mon", "2027-02-28T12:00", 2), ["Mon 2027-03-01 08:00", "Mon 2027-03-15 08:00"]);
    let cadence = cadence("30 9 1,15 * Mon", "UTC");
    let last = cadence.last_at_or_before("2027-04-04T00:00:00Z".parse().unwrap());
    assert_eq!(last, Some("2027-04-01T09:30:00Z".parse().unwrap()));
}

#[test]
fn the_hour_that_is_skipped_fires_later_and_the_hour_that_is_repeated_fires_once() {
    assert_eq!(
        firings("30 2 * * *", "Europe/Zurich", "2027-03-27T12:00", 2),
        ["Sun 2027-03-28 03:30:00 +0200", "Mon 2027-03-29 02:30:00 +0200"]
    );
    assert_eq!(
        firings("30 2 * * *", "Europe/Zurich", "2027-10-30T12:00", 2),
        ["Sun 2027-10-31 02:30:00 +0200", "Mon 2027-11-01 02:30:00 +0100"]
    );
    // Half an hour is skipped and repeated.
    assert_eq!(
        firings("15 2 * * *", "Australia/Lord_Howe", "2027-10-02T12:00", 2),
        ["Sun 2027-10-03 02:45:00 +1100", "Mon 2027-10-04 02:15:00 +1100"]
    );
    assert_eq!(
        firings("45 1 * * *", "Australia/Lord_Howe", "2027-04-03T12:00", 2),
        ["Sun 2027-04-04 01:45:00 +1100", "Mon 2027-04-05 01:45:00 +1030"]
    );
    assert_eq!(
        firings("30 2 * * *", "Asia/Kathmandu", "2027-03-27T12:00", 1),
        ["Sun 2027-03-28 02:30:00 +0545"]
    );
}

#[test]
fn frequent_firings_in_a_gap_merge_with_those_after_it_and_stay_in_order() {
    assert_eq!(
        firings("*/30 * * * *", "Europe/Zurich", "2027-03-28T01:00", 4),
        [
            "Sun 2027-03-28 01:30:00 +0100",
            "Sun 2027-03-28 03:00:00 +0200",
            "Sun 2027-03-28 03:30:00 +0200",
            "Sun 2027-03-28 04:00:00 +0200"
        ]
    );
    // The skipped 02:45 comes after the shown 03:00 and 03:10, and none of them is lost.
    assert_eq!(
        firings("45 2 * * *", "Europe/Zurich", "2027-03-28T01:00", 1),
        ["Sun 2027-03-28 03:45:00 +0200"]
    );
    assert_eq!(
        firings("20,50 2-3 * * *", "Europe/Zurich", "2027-03-28T01:00", 3),
        ["Sun 2027-03-28 03:20:00 +0200", "Sun 2027-03-28 03:50:00 +0200", "Mon 2027-03-29 02:20:00 +0200"]
    );
}

#[test]
fn an_hourly_cadence_rests_during_the_repeated_hour() {
    assert_eq!(
        firings("@hourly", "Europe/Zurich", "2027-10-31T01:00", 2),
        ["Sun 2027-10-31 02:00:00 +0200", "Sun 2027-10-31 03:00:00 +0100"]
    );
}

#[test]
fn a_day_that_a_zone_skips_is_told_a_day_later() {
    assert_eq!(
        firings("0 8 * * *", "Pacific/Apia", "2011-12-28T12:00", 3),
        ["Thu 2011-12-29 08:00:00 -1000", "Sat 2011-12-31 08:00:00 +1400", "Sun 2012-01-01 08:00:00 +1400"]
    );
    assert_eq!(
        firings("0 8 30 * *", "Pacific/Apia", "2011-12-28T12:00", 2),
        ["Sat 2011-12-31 08:00:00 +1400", "Mon 2012-01-30 08:00:00 +1400"]
    );
    assert_eq!(
        firings("0 8 * * *", "Pacific/Kwajalein", "1993-08-19T12:00", 3),
        ["Fri 1993-08-20 08:00:00 -1200", "Sun 1993-08-22 08:00:00 +1200", "Mon 1993-08-23 08:00:00 +1200"]
    );
}

#[test]
fn an_hour_that_is_skipped_before_midnight_is_told_after_it() {
    assert_eq!(
        firings("30 23 * * *", "America/Nuuk", "2027-03-27T12:00", 3),
        ["Sun 2027-03-28 00:30:00 -0100", "Sun 2027-03-28 23:30:00 -0100", "Mon 2027-03-29 23:30:00 -0100"]
    );
}

#[test]
fn before_the_first_skipped_time_comes_the_one_of_last_summer() {
    let cadence = cadence("30 2 28 3,7 *", "Europe/Zurich");
    let last = |t: &str| cadence.last_at_or_before(t.parse().unwrap()).unwrap().to_string();
    assert_eq!(last("2027-03-28T01:29:59Z"), "2026-07-28T00:30:00Z");
    assert_eq!(last("2027-03-28T01:30:00Z"), "2027-03-28T01:30:00Z");
}

#[test]
fn zones_whose_rule_for_the_future_begins_with_another_offset_are_right_on_that_day() {
    assert_eq!(
        firings("30 23 * * *", "America/Nuuk", "2023-10-28T12:00", 2),
        ["Sat 2023-10-28 23:30:00 -0200", "Sun 2023-10-29 23:30:00 -0200"]
    );
    assert_eq!(
        firings("45 1-3 * * *", "America/Indiana/Winamac", "2007-03-11T00:00", 4),
        [
            "Sun 2007-03-11 01:45:00 -0600",
            "Sun 2007-03-11 04:45:00 -0400",
            "Sun 2007-03-11 05:45:00 -0400",
            "Mon 2007-03-12 01:45:00 -0400"
        ]
    );
}

#[test]
fn an_instant_between_two_firings_lies_between_them_to_the_nanosecond() {
    let cadence = cadence("0 8 * * *", "UTC");
    let eight: Timestamp = "2027-03-01T08:00:00Z".parse().unwrap();
    let day = jiff::SignedDuration::from_hours(24);
    let nanosecond = jiff::SignedDuration::from_nanos(1);
    assert_eq!(cadence.next_after(eight), Some(eight + day));
    assert_eq!(cadence.first_at_or_after(eight), Some(eight));
    assert_eq!(cadence.last_at_or_before(eight), Some(eight));
    assert_eq!(cadence.next_after(eight - nanosecond), Some(eight));
    assert_eq!(cadence.first_at_or_after(eight - nanosecond), Some(eight));
    assert_eq!(cadence.first_at_or_after(eight + nanosecond), Some(eight + day));
    assert_eq!(cadence.last_at_or_before(eight - nanosecond), Some(eight - day));
    assert_eq!(cadence.last_at_or_before(eight + nanosecond), Some(eight));
}

#[test]
fn there_is_nothing_outside_of_the_years_1970_to_2100() {
    for zone in ["UTC", "Europe/Zurich", "Pacific/Apia"] {
        let cadence = cadence("0 8 * * *", zone);
        assert_eq!(cadence.next_after(Timestamp::MAX), None);
        assert_eq!(cadence.last_at_or_before(Timestamp::MIN), None);
        assert_eq!(
            cadence.next_after(Timestamp::MIN),
            cadence.next_after("1969-12-31T12:00:00Z".parse().unwrap())
        );
        let last = cadence.last_at_or_before(Timestamp::MAX).unwrap();
        assert_eq!(cadence.next_after(last), None);
        assert_eq!(last.to_zoned(cadence.zone().clone()).date(), jiff::civil::date(2100, 12, 31));
    }
}

#[test]
fn the_years_of_a_year_field_are_found_from_both_sides() {
    let cadence = cadence("0 30 9 11 11 ? 2025,2030", "UTC");
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    for (t, before, after) in [
        ("2024-02-29T10:00:00Z", None, Some("2025-11-11T09:30:00Z")),
        ("2027-05-05T05:05:05Z", Some("2025-11-11T09:30:00Z"), Some("2030-11-11T09:30:00Z")),
        ("2028-02-29T23:59:59Z", Some("2025-11-11T09:30:00Z"), Some("2030-11-11T09:30:00Z")),
        ("2031-01-01T00:00:00Z", Some("2030-11-11T09:30:00Z"), None),
    ] {
        assert_eq!(cadence.last_at_or_before(at(t)), before.map(at), "{t}");
        assert_eq!(cadence.next_after(at(t)), after.map(at), "{t}");
    }
    let end = Cadence::parse("59 59 23 31 12 ? 2025", &TimeZone::UTC).unwrap();
    assert_eq!(end.last_at_or_before(at("2027-05-05T05:05:05Z")), Some(at("2025-12-31T23:59:59Z")));
}

#[test]
fn a_wrong_field_says_which_what_and_what_would_be_right() {
    assert_eq!(
        refusal("0 8,25 * * *"),
        "The hour field, \"8,25\", is wrong: 25 is more than 23. Allowed: 0 to 23, a range (8-17), \
         a step (*/2), a list (8,12,16), or * for each. Example: \"8-17\"."
    );
    for (text, field, why) in [
        ("60 8 * * *", "minute", "60 is more than 59"),
        ("*/90 8 * * *", "minute", "the step 90 is too wide for this field; the widest is 59"),
        ("*/0 8 * * *", "minute", "the step of \"*/0\" is 0, which never moves on; write 1 or more"),
        ("*/x 8 * * *", "minute", "\"x\" is not a step; write a number from 1 to 59 after the /"),
        ("5, 8 * * *", "minute", "a number is missing"),
        ("? 8 * * *", "minute", "\"?\" is not understood"),
        ("+5 8 * * *", "minute", "\"+5\" is not understood"),
        ("0 22-6 * * *", "hour", "the range \"22-6\" runs backwards; write \"22-23,0-6\""),
        ("0 8am * * *", "hour", "\"8am\" is not understood"),
        ("0 99999 * * *", "hour", "99999 is more than 23"),
        ("0 8 0 * *", "day of month", "0 is less than 1"),
        ("0 8 L * *", "day of month", "\"L\" is not understood"),
        ("0 8 1 13 *", "month", "13 is more than 12"),
        ("0 8 1 Janury *", "month", "\"Janury\" is not understood (did you mean January)"),
        ("0 8 1 Nov-Feb *", "month", "the range \"Nov-Feb\" runs backwards; write \"Nov-Dec,Jan-Feb\""),
        ("0 8 * * 8", "day of week", "8 is more than 7"),
        ("0 8 * * Mnday", "day of week", "\"Mnday\" is not understood (did you mean Monday)"),
        ("0 8 * * Sat-Mon", "day of week", "the range \"Sat-Mon\" runs backwards; write \"Sat-Sun,Mon\""),
        ("0 8 * * Mon#2", "day of week", "\"Mon#2\" is not understood"),
        ("60 0 8 * * *", "second", "60 is more than 59"),
        ("0 0 8 * * * 1969", "year", "1969 is less than 1970"),
        ("0 0 8 * * * 2101", "year", "2101 is more than 2100"),
    ] {
        match Cadence::parse(text, &TimeZone::UTC) {
            Err(CadenceError::Field(error)) => {
                assert_eq!((error.field, error.why.as_str()), (field, why), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn a_text_that_is_no_cron_text_says_how_one_looks() {
    assert!(refusal("  ").starts_with("There is no cron text."));
    assert!(refusal("0 8 * *").starts_with("\"0 8 * *\" has 4 fields, separated by spaces;"));
    assert!(refusal("08:00").starts_with("\"08:00\" has 1 field, separated by spaces;"));
    assert!(refusal("0 0 0 8 * * * *").contains("has 8 fields"));
    assert!(refusal("@reboot").starts_with("\"@reboot\" is not a known cadence."));
    assert!(refusal(&"0,".repeat(1_000_000)).starts_with("The cron text is longer than 512 characters."));
    assert!(!refusal("0 8 * * \u{1b}[31m").contains('\u{1b}'));
    assert!(Cadence::parse(&format!("0 8 * * {}0", "0,".repeat(200)), &TimeZone::UTC).is_ok());
}

#[test]
fn a_cadence_that_never_fires_is_refused() {
    assert_eq!(
        refusal("0 8 30 2 *"),
        "\"0 8 30 2 *\" never comes: there is no such day as the 30th of February. \
         Write a day that the month has, for example \"0 8 28 2 *\" for 28 February at 08:00."
    );
    assert!(refusal("0 8 31 Apr,Jun *").contains("the 31st of April and June"));
    assert!(refusal("0 0 8 29 2 ? 2027").contains("the 29th of February in 2027"));
    assert!(Cadence::parse("0 8 29 2 *", &TimeZone::UTC).is_ok());
    assert!(Cadence::parse("0 8 30 2 Mon", &TimeZone::UTC).is_ok(), "Mondays of February");
}

#[test]
fn cadences_are_equal_when_they_say_the_same_in_the_same_zone() {
    assert_eq!(cadence("0 8 * * *", "Europe/Zurich"), cadence("0  8 * * *", "Europe/Zurich"));
    assert_ne!(cadence("0 8 * * *", "Europe/Zurich"), cadence("0 8 * * *", "Europe/Paris"));
    assert_ne!(cadence("0 8 * * *", "Europe/Zurich"), cadence("0 9 * * *", "Europe/Zurich"));
}

/// Whoever asks during the hour that is repeated, because rappel was started then, is told of none that has passed.
#[test]
fn in_the_repeated_hour_the_next_time_is_still_to_come() {
    let half_past_two = cadence("30 2 * * *", "Europe/Zurich");
    let often = cadence("*/10 2 * * *", "Europe/Zurich");
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    // 02:00 for the second time.
    let again = at("2027-10-31T01:00:00Z");
    for minute in 0..60 {
        let now = again + jiff::SignedDuration::from_mins(minute);
        assert_eq!(half_past_two.next_after(now), Some(at("2027-11-01T01:30:00Z")), "{now}");
        assert_eq!(often.next_after(now), Some(at("2027-11-01T01:00:00Z")), "{now}");
        assert_eq!(half_past_two.last_at_or_before(now), Some(at("2027-10-31T00:30:00Z")), "{now}");
    }
}
