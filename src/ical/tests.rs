use std::collections::BTreeMap;

use jiff::{civil::date, tz::TimeZone};
use proptest::prelude::*;

use super::*;

fn event(summary: &str) -> Event {
    Event {
        uid: "0123@example.int".to_owned(),
        sequence: 2,
        ends: "2017-06-23T21:59:00Z".parse().unwrap(),
        summary: summary.to_owned(),
        description: "one\ntwo; three, four\\".to_owned(),
        url: Some("https://www.example.int/17-06".to_owned()),
        is_cancelled: false,
    }
}

fn text(events: &[Event], zone: &str, organizer: &str) -> String {
    let zone = Zone::of(&TimeZone::get(zone).unwrap());
    let made = "2017-06-16T06:00:00Z".parse().unwrap();
    Calendar { organizer, address: "tsb@example.int", zone: &zone, made, name: None, events }.to_text()
}

/// The lines, unfolded, of each folded line that it is no longer than it may be.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.strip_suffix('\n').unwrap().split('\n') {
        assert!(line.len() <= 75 && !line.contains(char::is_control), "{line:?}");
        match line.strip_prefix(' ') {
            Some(more) => lines.last_mut().unwrap().push_str(more),
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

/// A TEXT value read back.
fn unescaped(value: &str) -> String {
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => out.push(chars.next().map(|c| if c == 'n' { '\n' } else { c }).unwrap()),
            (c, false) => out.push(c),
        }
    }
    out
}

#[test]
fn a_deadline_is_the_half_hour_before_it_in_the_secretariats_zone() {
    assert_eq!(
        text(&[event("Deadline: 17/06")], "Europe/Zurich", "TSB, the \"registry\""),
        "\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//rappel//rappel//EN
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:Europe/Zurich
BEGIN:DAYLIGHT
DTSTART:19960331T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:0123@example.int
DTSTAMP:20170616T060000Z
SEQUENCE:2
STATUS:CONFIRMED
ORGANIZER;CN=\"TSB, the 'registry'\":mailto:tsb@example.int
DTSTART;TZID=Europe/Zurich:20170623T232900
DTEND;TZID=Europe/Zurich:20170623T235900
SUMMARY:Deadline: 17/06
DESCRIPTION:one\\ntwo\\; three\\, four\\\\
URL:https://www.example.int/17-06
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
"
    );
}

#[test]
fn entries_that_are_all_withdrawn_are_cancelled_and_one_of_several_is_marked() {
    let gone = Event { is_cancelled: true, ..event("a") };
    let all = text(std::slice::from_ref(&gone), "UTC", "TSB");
    assert!(all.contains("METHOD:CANCEL\n") && all.contains("STATUS:CANCELLED\n"), "{all}");
    let some = text(&[gone, event("b")], "UTC", "TSB");
    assert!(some.contains("METHOD:PUBLISH\n") && some.contains("STATUS:CANCELLED\n"), "{some}");
}

#[test]
fn what_a_zone_cannot_say_is_said_in_utc() {
    let at = |zone: &str, ends: &str| {
        let event = Event { ends: ends.parse().unwrap(), ..event("a") };
        let text = text(&[event], zone, "TSB");
        (text.contains("DTEND;TZID="), text.contains("BEGIN:VTIMEZONE"), text.contains("DTEND:"))
    };
    let (in_zone, in_utc) = ((true, true, false), (false, false, true));
    assert_eq!(at("Europe/Zurich", "2026-06-23T21:59:00Z"), in_zone);
    assert_eq!(at("Asia/Tokyo", "2026-06-23T21:59:00Z"), in_zone);
    assert_eq!(at("UTC", "2026-06-23T21:59:00Z"), in_utc);
    assert_eq!(at("Africa/Casablanca", "2026-06-23T21:59:00Z"), in_utc, "its changes follow the moon");
    assert_eq!(at("Europe/Zurich", "1985-06-23T21:59:00Z"), in_utc, "before the rule of today");
    // 02:30 comes twice on 25 October 2026; the half hour before 03:15 begins at 02:45, which does, too.
    assert_eq!(at("Europe/Zurich", "2026-10-25T00:30:00Z"), in_utc);
    assert_eq!(at("Europe/Zurich", "2026-10-25T02:15:00Z"), in_zone);
}

/// What a component says of an instant: the offset that its rules give.
fn offset_of(component: &str, instant: Timestamp) -> i32 {
    let mut begun: Vec<(Timestamp, i32)> = Vec::new();
    for part in component.split("BEGIN:").skip(2) {
        let fields: BTreeMap<_, _> = part.lines().filter_map(|line| line.split_once(':')).collect();
        let seconds = |name: &str| {
            let text: i32 = fields[name].parse().unwrap();
            (text / 100 * 60 + text % 100) * 60
        };
        let from = Offset::from_seconds(seconds("TZOFFSETFROM")).unwrap();
        let start: jiff::civil::DateTime = fields["DTSTART"].parse().unwrap();
        let mut starts = vec![start];
        if let Some(rule) = fields.get("RRULE") {
            let rule: BTreeMap<_, _> = rule.split(';').map(|part| part.split_once('=').unwrap()).collect();
            let (nth, weekday) = rule["BYDAY"].split_at(rule["BYDAY"].len() - 2);
            let day = |year| {
                let month = date(year, rule["BYMONTH"].parse().unwrap(), 1);
                let day = month.nth_weekday_of_month(nth.parse().unwrap(), start.weekday()).unwrap();
                assert!(format!("{:?}", day.weekday()).to_uppercase().starts_with(weekday));
                day.to_datetime(start.time())
            };
            assert_eq!(day(start.year()), start, "the first case of a rule is its start");
            starts.extend((start.year() + 1..2100).map(day));
        }
        let to = seconds("TZOFFSETTO");
        begun.extend(starts.into_iter().map(|start| (from.to_timestamp(start).unwrap(), to)));
    }
    begun.into_iter().filter(|(at, _)| *at <= instant).max().unwrap().1
}

#[test]
fn the_component_of_every_zone_says_what_the_database_says() {
    let (mut zones, mut in_utc) = (0, Vec::new());
    for name in jiff::tz::db().available() {
        let Ok(tz) = TimeZone::get(name.as_str()) else { continue };
        let zone = Zone::of(&tz);
        zones += 1;
        let days = (0..365 * 74).step_by(31).map(|day| SignedDuration::from_hours(24 * day));
        let instants = days.map(|since| "1996-01-01T00:30:00Z".parse::<Timestamp>().unwrap() + since);
        let named: Vec<_> = instants.filter(|instant| zone.time(*instant).1).collect();
        if named.len() < 500 {
            in_utc.push(name.to_string());
        }
        let component = zone.component().unwrap_or_default().to_owned();
        // Rules of a hundred years are slow to evaluate: some instants of each will do.
        for instant in named.iter().step_by(13) {
            assert_eq!(offset_of(&component, *instant), tz.to_offset(*instant).seconds(), "{name} {instant}");
        }
    }
    assert!(zones > 400, "only {zones} zones are known");
    assert!(in_utc.len() < zones / 4, "most of these should have rules: {in_utc:?}");
}

#[test]
fn no_folded_line_ends_with_a_space() {
    for before in 0..80 {
        let summary = format!("{} {}  {}", "a".repeat(before), "b".repeat(66), "c".repeat(80));
        let text = text(&[event(&summary)], "Europe/Zurich", "TSB, the secretariat of ITU-T");
        assert!(text.lines().all(|line| !line.ends_with(' ')), "{text}");
        assert!(unfolded(&text).contains(&format!("SUMMARY:{summary}")), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_reads_back_and_begins_no_line_of_its_own(
        summary in "(\\PC|[\\x00-\\x20\\x7f\\u{85}\\u{2028}\r\n\\\\;,:\"]|\u{1f9d1}\u{200d}\u{1f680}|\u{7b2c}){0,120}",
        organizer in "[\\PC\"\r\n]{0,60}",
    ) {
        let lines = unfolded(&text(&[event(&summary)], "Europe/Zurich", &organizer));
        let usual = unfolded(&text(&[event("a")], "Europe/Zurich", "TSB")).len();
        prop_assert_eq!(lines.len(), usual, "{:#?}", lines);
        let said = lines.iter().find_map(|line| line.strip_prefix("SUMMARY:")).unwrap();
        let kept: String = summary
            .chars()
            .map(|c| if matches!(c, '\t' | '\u{2028}' | '\u{2029}') { ' ' } else { c })
            .filter(|c| *c == '\n' || !c.is_control())
            .collect();
        prop_assert_eq!(unescaped(said), kept);
        let line = lines.iter().find(|line| line.starts_with("ORGANIZER")).unwrap();
        prop_assert_eq!(line.matches('"').count(), 2, "{}", line);
    }

    #[test]
    fn an_entry_ends_at_its_deadline(seconds in 1_000_000_000i64..4_000_000_000, zone in 0usize..4) {
        let ends = Timestamp::from_second(seconds).unwrap();
        let name = ["Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"][zone];
        let said = text(&[Event { ends, ..event("a") }], name, "TSB");
        let time = said.lines().find_map(|line| line.strip_prefix("DTEND")).unwrap();
        let (name_of_zone, written) = time.rsplit_once(':').unwrap();
        let read = if name_of_zone.is_empty() {
            written.parse::<Timestamp>().unwrap()
        } else {
            let local: jiff::civil::DateTime = written.parse().unwrap();
            local.to_zoned(TimeZone::get(name).unwrap()).unwrap().timestamp()
        };
        prop_assert_eq!(read, ends);
    }
}
