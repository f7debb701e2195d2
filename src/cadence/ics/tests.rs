//! What files say, and what they must not be able to do.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn file(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Geneva\r\n{events}END:VCALENDAR\r\n")
}

fn event(lines: &[&str]) -> String {
    format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", lines.join("\r\n"))
}

fn days(lines: &[&str]) -> Vec<String> {
    let found = holidays(&file(&event(lines))).unwrap();
    found.days.keys().map(ToString::to_string).collect()
}

fn wrong(lines: &[&str]) -> Vec<String> {
    holidays(&file(&event(lines))).unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn a_day_has_the_name_of_its_event() {
    let text = file(&event(&[
        "DTSTART;VALUE=DATE:20170605",
        "DTEND;VALUE=DATE:20170606",
        "SUMMARY;LANGUAGE=en:Whit Monday\\, Pente",
        " côte",
        "BEGIN:VALARM",
        "DTSTART:20990101",
        "END:VALARM",
    ]));
    let found = holidays(&text).unwrap();
    assert_eq!(
        found.days.into_iter().collect::<Vec<_>>(),
        [(date(2017, 6, 5), "Whit Monday, Pentecôte".to_owned())]
    );
}

#[test]
fn an_event_of_several_days_ends_before_its_end() {
    let three = ["2017-12-25", "2017-12-26", "2017-12-27"];
    assert_eq!(days(&["DTSTART:20171225", "DTEND:20171228"]), three);
    assert_eq!(days(&["DTSTART:20171225", "DURATION:P3D"]), three);
    assert_eq!(days(&["DTSTART:20171225"]), ["2017-12-25"]);
    let outlook = ["DTSTART:20171225T000000", "DTEND:20171226T000000", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"];
    assert_eq!(days(&outlook), ["2017-12-25"]);
}

#[test]
fn a_yearly_event_comes_back_every_year() {
    let first = |lines: &[&str], count: usize| days(lines)[..count].to_vec();
    assert_eq!(first(&["DTSTART:20170801", "RRULE:FREQ=YEARLY"], 2), ["2017-08-01", "2018-08-01"]);
    assert_eq!(days(&["DTSTART:20170801", "RRULE:FREQ=YEARLY"]).len(), 85, "up to 2101");
    assert_eq!(
        days(&["DTSTART:20170801", "RRULE:FREQ=YEARLY;COUNT=2;INTERVAL=2"]),
        ["2017-08-01", "2019-08-01"]
    );
    assert_eq!(
        days(&["DTSTART:20170918", "RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=3MO;UNTIL=20190930"]),
        ["2017-09-18", "2018-09-17", "2019-09-16"]
    );
    assert_eq!(
        days(&["DTSTART:20170529", "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3;WKST=SU"]),
        ["2017-05-29", "2018-05-28", "2019-05-27"]
    );
    // The Thursday after the first Sunday of September: Jeûne genevois.
    assert_eq!(
        days(&[
            "DTSTART:20170907",
            "RRULE:FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=5,6,7,8,9,10,11;BYDAY=TH;COUNT=3",
            "EXDATE;VALUE=DATE:20180906",
            "RDATE;VALUE=DATE:20170908"
        ]),
        ["2017-09-07", "2017-09-08", "2019-09-05"]
    );
    assert_eq!(days(&["DTSTART:20160229", "RRULE:FREQ=YEARLY;COUNT=2"]), ["2016-02-29", "2020-02-29"]);
}

#[test]
fn what_is_no_holiday_is_left_out() {
    assert_eq!(days(&["DTSTART:20170605", "STATUS:CANCELLED"]), [""; 0]);
    let found = holidays(&file(&event(&["DTSTART;TZID=Europe/Zurich:20170605T090000"]))).unwrap();
    assert_eq!((found.days.len(), found.with_time), (0, 1));
}

#[test]
fn what_cannot_be_understood_is_told_with_its_line() {
    assert_eq!(
        wrong(&["DTSTART:2017-06-05"]),
        [
            "line 5: \"2017-06-05\" is not a day. A day is written 20170605.",
            "line 4: The event has no DTSTART. Give it the day on which it begins."
        ]
    );
    let said = wrong(&["DTSTART:20170605", "RRULE:FREQ=WEEKLY"]);
    assert!(said[0].starts_with("line 6: \"FREQ=WEEKLY\" is a repetition that rappel"), "{said:?}");
    assert!(!wrong(&["DTSTART:20170605", "RRULE:FREQ=YEARLY;BYEASTER=50"]).is_empty());
    assert!(wrong(&["DTSTART:20170605", "DTEND:20190605"])[0].contains("lasts 730 days"));
    assert!(holidays("hello").unwrap_err()[0].why.contains("no calendar"));
    let cut = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20170605\n";
    assert!(holidays(cut).unwrap_err()[0].to_string().starts_with("line 2: The event that begins here"));
}

#[test]
fn a_file_cannot_take_more_than_its_share() {
    let many = event(&["DTSTART:20170605"]).repeat(MOST_EVENTS + 5);
    assert_eq!(holidays(&file(&many)).unwrap_err().len(), 1);
    let all = event(&["DTSTART:20000101", "DTEND:20010101", "RRULE:FREQ=YEARLY"]).repeat(3);
    assert_eq!(holidays(&file(&all)).unwrap().days.len(), 37_255, "each day is closed once");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(parts in prop::collection::vec(
        prop::sample::select(vec![
            "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\n", "END:VEVENT\n", "DTSTART:20170605\n", "DTSTART", ":", ";",
            "é", "\n ", "RRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=-5MO;BYMONTHDAY=-31", "DTEND:99991231\n", "=", ",",
            "DURATION:P9999W\n", "EXDATE:20170605,", "SUMMARY:\\", "\"", "BEGIN:VALARM\n", "T", "1", "\u{feff}",
        ]), 0..40)) {
        let _ = holidays(&parts.concat());
    }
}
