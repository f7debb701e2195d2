use jiff::tz::TimeZone;

use crate::cadence::Cadence;

fn words(text: &str) -> String {
    let cadence = Cadence::parse(text, &TimeZone::get("Europe/Zurich").unwrap()).unwrap();
    cadence.words().strip_suffix(", Europe/Zurich").expect("the zone comes last").to_owned()
}

fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(words(text), *expected, "{text}");
    }
}

#[test]
fn days_of_the_week_are_said_as_people_say_them() {
    check(&[
        ("0 8 * * Mon-Fri", "Monday to Friday at 08:00"),
        ("0 8 * * *", "every day at 08:00"),
        ("0 8 * * 0-7", "every day at 08:00"),
        ("0 8 * * 1", "every Monday at 08:00"),
        ("0 8 * * Sun", "every Sunday at 08:00"),
        ("0 8 * * mon,thu", "every Monday and Thursday at 08:00"),
        ("0 8 * * Mon,Wed,Fri", "every Monday, Wednesday and Friday at 08:00"),
        ("0 8 * * Fri-Sun", "Friday to Sunday at 08:00"),
        ("0 8 * 3-5,12 Mon-Fri", "Monday to Friday in March to May and December at 08:00"),
        ("0 8 * 7 *", "every day in July at 08:00"),
    ]);
}

#[test]
fn days_of_the_month_are_said_with_their_months() {
    check(&[
        ("0 8 1 * *", "on the 1st of every month at 08:00"),
        ("0 8 1,15 * *", "on the 1st and 15th of every month at 08:00"),
        ("0 8 1-7 * *", "on the 1st to 7th of every month at 08:00"),
        (
            "0 8 2,3,11,12,13,21,22 * *",
            "on the 2nd, 3rd, 11th to 13th, 21st and 22nd of every month at 08:00",
        ),
        ("0 8 29 Feb *", "on the 29th of February at 08:00"),
        ("0 8 1 Jan,Jul *", "on the 1st of January and July at 08:00"),
        ("@yearly", "on the 1st of January at 00:00"),
    ]);
}

#[test]
fn two_day_fields_say_whether_either_or_both_must_fit() {
    check(&[
        ("30 9 1,15 * Mon", "on the 1st and 15th, and every Monday, at 09:30"),
        ("30 9 1 3 Mon,Tue", "on the 1st, and every Monday and Tuesday, in March, at 09:30"),
        ("0 8 */10 * Mon", "on the 1st, 11th, 21st and 31st of every month, if it is a Monday, at 08:00"),
        ("0 8 1 * */3", "on the 1st of every month, if it is a Wednesday or Saturday or Sunday, at 08:00"),
        ("0 8 1-31 * Mon", "every day at 08:00"),
    ]);
}

#[test]
fn a_few_times_are_listed_and_a_rhythm_is_named() {
    check(&[
        ("0 8,16 * * *", "every day at 08:00 and 16:00"),
        ("*/15 8-17 * * Mon-Fri", "every 15 minutes from 08:00 to 17:45, Monday to Friday"),
        ("*/15 * * * *", "every 15 minutes"),
        ("* * * * *", "every minute"),
        ("5-59/15 8-17 * * *", "every 15 minutes from 08:05 to 17:50"),
        ("*/15 8 * * *", "every day at 08:00, 08:15, 08:30 and 08:45"),
        ("* 8 * * *", "every minute from 08:00 to 08:59"),
        ("@hourly", "every hour"),
        ("30 * * * *", "every hour from 00:30 to 23:30"),
        ("0 8-17 * * Mon-Fri", "every hour from 08:00 to 17:00, Monday to Friday"),
        ("0 */2 1,15 * Mon", "every 2 hours from 00:00 to 22:00, on the 1st and 15th, and every Monday"),
        ("0 8,9,12,15,17 * * *", "every day at 08:00, 09:00, 12:00, 15:00 and 17:00"),
    ]);
}

#[test]
fn what_has_no_rhythm_is_spelled_out() {
    check(&[
        ("*/7 * * * *", "every day at 0, 7, 14, 21, 28, 35, 42, 49 and 56 minutes past every hour"),
        ("5,50 8-17 * * Mon", "every Monday at 5 and 50 minutes past 08 to 17 o'clock"),
        ("* 8,12 * * *", "every day at every minute of the hours 08 and 12"),
        ("1 0-9,12,14,17 * * *", "every day at 1 minute past 00 to 09, 12, 14 and 17 o'clock"),
    ]);
}

#[test]
fn seconds_and_years_are_said_only_when_they_matter() {
    check(&[
        ("0 0 8 * * Mon-Fri", "Monday to Friday at 08:00"),
        ("30 0 8 * * Mon-Fri", "Monday to Friday at 08:00:30"),
        ("*/10 * * * * *", "every 10 seconds"),
        ("*/10 * 8-9 * * *", "every 10 seconds from 08:00 to 09:59:50"),
        ("0,30 5,50 * * * *", "every day at 5 and 50 minutes past every hour, each time at second 0 and 30"),
        ("0 0 8 1 1 ? 2027", "on the 1st of January at 08:00, in 2027"),
        ("0 0 8 ? * Mon 2027-2030", "every Monday at 08:00, in 2027 to 2030"),
        ("0 0 8 ? * 1 *", "every Monday at 08:00"),
    ]);
}

#[test]
fn a_zone_is_named_at_the_end() {
    let cadence = Cadence::parse("0 8 * * Mon-Fri", &TimeZone::get("Europe/Zurich").unwrap()).unwrap();
    assert_eq!(cadence.words(), "Monday to Friday at 08:00, Europe/Zurich");
}
