//! Calendar parts read by a library that is not ours: Python's icalendar, from `PyPI`, in a folder of its
//! own under target/. Where it cannot be had, the test says so and is skipped.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use jiff::{Timestamp, civil::date, tz::TimeZone};
use rappel::{
    action::{
        Action, After, Deadline, Language, Languages, Pace, Particulars, ReminderKey, Status, Step, Wishes,
    },
    compose::{Around, Entry, Identity, Mailbox, Templates, calendar_part, feed, letter},
    directory::Recipient,
    ical,
    letter::Letter,
    schedule::Reminder,
};
use serde_json::{Value, json};

use crate::support::{
    compose, dubuisson, follows_tsag, identity, in_days, liaison, nomination, now, policy, reminder,
};

/// The version that this was written with: another one may read more strictly.
const LIBRARY: &str = "icalendar==7.3.2";

/// The Python that has the library; none, with the reason said, if it cannot be had.
fn python() -> Option<&'static Path> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let installed = PYTHON.get_or_init(|| {
        install().inspect_err(|why| eprintln!("skipped: icalendar cannot be installed ({why})")).ok()
    });
    installed.as_deref()
}

fn install() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("icalendar");
    let python = folder.join("bin/python");
    let run = |program: &Path, args: &[&OsStr]| {
        let said = Command::new(program).args(args).output().map_err(|error| error.to_string())?;
        let last = || String::from_utf8_lossy(&said.stderr).lines().last().unwrap_or_default().to_owned();
        if said.status.success() { Ok(()) } else { Err(last()) }
    };
    if run(&python, &["-c".as_ref(), "import icalendar".as_ref()]).is_err() {
        run(Path::new("python3"), &["-m".as_ref(), "venv".as_ref(), folder.as_os_str()])?;
        run(&python, &["-m", "pip", "install", "--quiet", LIBRARY].map(OsStr::new))?;
    }
    Ok(python)
}

/// What the library says of these calendars.
fn second_opinion(name: &str, calendars: &[String]) -> Option<Vec<Value>> {
    let python = python()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    let write = |(number, text): (usize, &String)| {
        let file = folder.join(format!("{number}.ics"));
        fs::write(&file, ical::file(text)).unwrap();
        file
    };
    let files: Vec<_> = calendars.iter().enumerate().map(write).collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compose/second_opinion.py");
    let said = Command::new(python).arg(script).args(files).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    Some(serde_json::from_slice(&said.stdout).unwrap())
}

fn calendar(letter: &Letter) -> String {
    calendar_part(&letter.bytes).unwrap()
}

/// A letter about an action whose entry stands like this.
fn with_entry(action: &Action, entry: Entry, identity: &Identity) -> Letter {
    let (policy, to) = (policy(), dubuisson());
    let around = |_: &Action| Around { others: Vec::new(), policy: None, calendar: Some(entry) };
    let reminder = reminder(action, &to, &policy);
    letter(&[reminder], &to, &around, identity, &Templates::built_in(), now()).unwrap()
}

fn on(year: i16, month: i8, day: i8) -> Action {
    Action { deadline: Some(Deadline::Day(date(year, month, day))), ..nomination() }
}

#[test]
fn a_library_of_others_reads_every_value_back() {
    let hostile = Action { reference: "A;B,C\\n".to_owned(), title: "x\r\nATTENDEE:mailto:spy@example.org\r\n\u{7b2c}\u{4e00} \u{1f9d1}\u{200d}\u{1f680} \"quoted\"; end,"
            .repeat(3), more: Particulars { link: Some("https://www.example.int/a?b=c;d,e".into()), ..(*nomination().more).clone() }.into(), ..nomination() };
    let at = |instant: &str| Some(Deadline::Instant(instant.parse().unwrap()));
    // Action, deadline in UTC.
    let cases = [
        (nomination(), "2017-06-23T21:59:00Z"),
        (on(2017, 12, 1), "2017-12-01T22:59:00Z"),
        (on(2031, 10, 26), "2031-10-26T22:59:00Z"),
        (Action { deadline: at("2026-10-25T00:40:00Z"), ..nomination() }, "2026-10-25T00:40:00Z"),
        (Action { deadline: at("2026-03-29T01:10:00Z"), ..nomination() }, "2026-03-29T01:10:00Z"),
        (on(1994, 7, 1), "1994-07-01T21:59:00Z"),
        (hostile, "2017-06-23T21:59:00Z"),
    ];
    let letters: Vec<_> =
        cases.iter().map(|(action, _)| compose(std::slice::from_ref(action), &dubuisson())).collect();
    let calendars: Vec<_> = letters.iter().map(calendar).collect();
    let Some(said) = second_opinion("values", &calendars) else { return };
    for ((action, ends), said) in cases.iter().zip(said) {
        let starts = ends.parse::<Timestamp>().unwrap() - jiff::SignedDuration::from_mins(30);
        let title = action.title.split_whitespace().collect::<Vec<_>>().join(" ");
        let event = &said["events"][0];
        assert_eq!(said["method"], "PUBLISH");
        assert_eq!(event["ends"], *ends, "{event}");
        assert_eq!(event["starts"], starts.to_string());
        assert_eq!(event["summary"], format!("Deadline: {} {title}", action.reference));
        assert_eq!(event["stamp"], now().to_string());
        assert_eq!(event["status"], "CONFIRMED");
        assert_eq!(event["sequence"], 0);
        assert_eq!(event["busy"], false);
        assert_eq!(event["organizer"], json!(["TSB, the ITU-T secretariat", "mailto:tsb@example.int"]));
        assert!(
            event["description"]
                .as_str()
                .unwrap()
                .ends_with("\nTSB, the ITU-T secretariat <tsb@example.int>")
        );
    }
}

#[test]
fn a_library_of_others_reads_every_language_and_digests_and_the_feed() {
    let second = Action { reference: "TSAG-LS23".to_owned(), deadline: Some(in_days(-3)), ..nomination() };
    let mut calendars = Vec::new();
    for language in Language::ALL {
        let to = Recipient { language: Some(language.into()), ..dubuisson() };
        calendars.push(calendar(&compose(&[nomination()], &to)));
        calendars.push(calendar(&compose(&[liaison(), nomination(), second.clone()], &to)));
    }
    let both = Recipient { language: Some(Languages::parse("ar, fr").unwrap()), ..dubuisson() };
    calendars.push(calendar(&compose(&[nomination()], &both)));
    let [moved, done] = [follows_tsag(date(2026, 7, 3), date(2026, 7, 6)), liaison()];
    let all = [nomination(), moved, done].map(|action| (action.deadline, action));
    let entries = all.iter().map(|(deadline, action)| (action, *deadline, Entry::default()));
    calendars.push(feed(entries, "Deadlines", &identity(), now()));
    let Some(said) = second_opinion("languages", &calendars) else { return };
    let label = |at: usize| {
        said[at]["events"][0]["summary"].as_str().unwrap().split("17/06").next().unwrap().to_owned()
    };
    let labels: Vec<_> = (0..Language::ALL.len()).map(|language| label(2 * language)).collect();
    for (number, language) in Language::ALL.into_iter().enumerate() {
        let digest = said[2 * number + 1]["events"].as_array().unwrap();
        let uids: Vec<_> = digest.iter().map(|event| event["uid"].as_str().unwrap()).collect();
        assert_eq!(uids.len(), 2, "{language}: what has no deadline has no entry");
        assert!(uids.contains(&said[2 * number]["events"][0]["uid"].as_str().unwrap()), "{language}");
        assert!(labels.iter().filter(|label| **label == labels[number]).count() == 1, "{labels:?}");
    }
    let feed = said.last().unwrap()["events"].as_array().unwrap();
    assert_eq!(feed.len(), 2);
    assert_eq!(feed[0]["summary"], "17/06 nominate an ITU-T representative to IEC/SEG 8 (ITU-T)");
    assert_eq!(feed[0]["uid"], said[0]["events"][0]["uid"], "it is the same entry");
}

#[test]
fn an_entry_changes_with_its_deadline_and_is_withdrawn_when_there_is_none_or_the_action_is_closed() {
    let told = nomination().deadline;
    let entry = |moves, told: Option<Deadline>| Entry { moves, is_told: true, told, was_closed: false };
    let moved = Action { deadline: in_days(30).into(), ..nomination() };
    let open_ended = Action { deadline: None, ..nomination() };
    let done = Action { status: Status::Done, ..nomination() };
    let letters = [
        with_entry(&nomination(), Entry::default(), &identity()),
        with_entry(&nomination(), entry(0, told), &identity()),
        with_entry(&moved, entry(0, told), &identity()),
        with_entry(&moved, entry(1, moved.deadline), &identity()),
        with_entry(&nomination(), entry(1, moved.deadline), &identity()),
        with_entry(&open_ended, entry(2, told), &identity()),
        with_entry(&done, entry(2, told), &identity()),
        // Open again.
        with_entry(&nomination(), Entry { was_closed: true, ..entry(3, told) }, &identity()),
    ];
    let calendars: Vec<_> = letters.iter().map(calendar).collect();
    let Some(said) = second_opinion("changes", &calendars) else { return };
    let found: Vec<_> = said
        .iter()
        .map(|said| (said["method"].as_str().unwrap(), said["events"][0]["sequence"].as_u64().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ("PUBLISH", 0),
            ("PUBLISH", 0),
            ("PUBLISH", 1),
            ("PUBLISH", 1),
            ("PUBLISH", 2),
            ("CANCEL", 3),
            ("CANCEL", 3),
            ("PUBLISH", 4)
        ]
    );
    let uids: Vec<_> = said.iter().map(|said| said["events"][0]["uid"].as_str().unwrap()).collect();
    assert!(uids.iter().all(|uid| *uid == uids[0] && uid.ends_with("@example.int")), "{uids:?}");
    assert_eq!(said[5]["events"][0]["status"], "CANCELLED");
}

/// A letter that nobody answered, one of a week with two actions, and one that an action is closed.
#[test]
fn a_library_of_others_reads_the_entries_of_escalations_weekly_letters_and_closures() {
    let (policy, identity) = (policy(), identity());
    let to = Recipient { wishes: Wishes { pace: Some(Pace::Weekly), most_a_week: None }, ..dubuisson() };
    let overdue = Action { deadline: Some(in_days(-7)), ..nomination() };
    let second = Action { reference: "TSAG-LS23".to_owned(), deadline: Some(in_days(3)), ..nomination() };
    let done = Action { status: Status::Done, ..overdue.clone() };
    let told = Entry { moves: 1, is_told: true, told: overdue.deadline, was_closed: false };
    let around = |_: &Action| Around { others: Vec::new(), policy: None, calendar: Some(told) };
    let written = |actions: &[&Action], step: Step| {
        let reminders: Vec<_> = actions
            .iter()
            .map(|action| {
                let plain = reminder(action, &to, &policy);
                Reminder { key: ReminderKey { step, ..plain.key.clone() }, ..plain }
            })
            .collect();
        calendar(&letter(&reminders, &to, &around, &identity, &Templates::built_in(), now()).unwrap())
    };
    let calendars = [
        written(&[&overdue], Step::Escalated { after: After::Overdue { days: 7 } }),
        written(&[&overdue, &second], Step::Overdue { days: 7 }),
        written(&[&done], Step::Closed { on: date(2017, 6, 16) }),
    ];
    let Some(said) = second_opinion("kinds", &calendars) else { return };
    let seen: Vec<_> = said
        .iter()
        .map(|said| (said["method"].as_str().unwrap(), said["events"].as_array().unwrap().len()))
        .collect();
    assert_eq!(seen, [("PUBLISH", 1), ("PUBLISH", 2), ("CANCEL", 1)]);
    let sequence = |at: usize| said[at]["events"][0]["sequence"].as_u64().unwrap();
    assert!(sequence(2) > sequence(0), "what is withdrawn has a higher number");
    assert_eq!(said[0]["events"][0]["uid"], said[2]["events"][0]["uid"]);
}

#[test]
fn a_letter_without_a_deadline_or_where_it_is_not_wanted_has_no_calendar_part() {
    let without = with_entry(&liaison(), Entry::default(), &identity());
    assert_eq!(calendar_part(&without.bytes), None);
    let (policy, to) = (policy(), dubuisson());
    let around = |_: &Action| Around::default();
    let (action, templates) = (nomination(), Templates::built_in());
    let letter = letter(&[reminder(&action, &to, &policy)], &to, &around, &identity(), &templates, now());
    assert_eq!(calendar_part(&letter.unwrap().bytes), None);
}

#[test]
fn the_organizer_and_zone_are_the_secretariats_whatever_they_are() {
    let from = Mailbox::parse("reminders@example.int").unwrap();
    let reply_to = Mailbox::parse("Registry <registry@example.int>").unwrap();
    let letters = ["Africa/Casablanca", "America/New_York", "UTC"].map(|zone| {
        let zone = TimeZone::get(zone).unwrap();
        let name = "\u{62a}\u{642}\u{64a}\u{64a}\u{633} \"TSB\": the; registry".to_owned();
        let identity = Identity::new(name, from.clone(), reply_to.clone(), zone);
        with_entry(&nomination(), Entry::default(), &identity)
    });
    let Some(said) = second_opinion("zones", &letters.map(|letter| calendar(&letter))) else { return };
    let ends: Vec<_> = said.iter().map(|said| said["events"][0]["ends"].as_str().unwrap()).collect();
    // Ramadan ended on 24 June 2017: until then the clocks of Casablanca showed UTC.
    assert_eq!(ends, ["2017-06-23T23:59:00Z", "2017-06-24T03:59:00Z", "2017-06-23T23:59:00Z"]);
    assert_eq!(
        said[0]["events"][0]["organizer"],
        json!(["\u{62a}\u{642}\u{64a}\u{64a}\u{633} 'TSB': the; registry", "mailto:registry@example.int"])
    );
}
