//! People who want fewer letters, with the real loop and through restarts: nothing is lost, nothing told twice.

use std::fmt::Write as _;

use jiff::{Timestamp, ToSpan, civil::Date};
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
};

use crate::common::office::{Office, header};

const SETTINGS: &str = "[schedule]\nsend = \"0 8 * * *\"\n[letters]\nweekly_on = \"wed\"\n\
    [policy.default]\nannounce_closure = true\n[limits]\nfirst_run = 1000\n[mail.maildir]\npath = \"letters\"\n";

/// An office in which Ann wants one letter a week, Bob two at most, and Eve only what is overdue.
fn office() -> Office {
    let office = Office::new(SETTINGS);
    office.run(&["init"]).well();
    office.write(
        "register/Representatives.csv",
        "Name,Email,Letters,Letters a week\nAnn,ann@example.org,weekly,\nBob,bob@example.org,,2\n\
         Eve,eve@example.org,only overdue,\n",
    );
    office
}

fn monday() -> Date {
    let today = Clock::System.now().in_tz("Europe/Zurich").unwrap().date();
    (1..8)
        .map(|days| today.checked_add(days.days()).unwrap())
        .find(|day| day.weekday().to_monday_one_offset() == 1)
        .unwrap()
}

fn at(day: Date, time: &str) -> Timestamp {
    let time: jiff::civil::Time = time.parse().unwrap();
    day.to_datetime(time).in_tz("Europe/Zurich").unwrap().timestamp()
}

/// Lives each of so many days from `from` on with a daemon of its own.
fn live(office: &Office, from: Date, days: i32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for day in (0..days).map(|day| from.checked_add(day.days()).unwrap()) {
        runtime.block_on(async {
            let clock = Clock::starting(at(day, "07:00"));
            let mut daemon = Daemon::start(&office.path("rappel.toml"), clock).await.unwrap();
            daemon.run(Until::Time(at(day, "09:00")), &mut Events::signals().unwrap()).await;
        });
    }
}

/// The day of each letter to somebody, from `from` on, and its subject.
fn letters(office: &Office, to: &str, from: Date) -> Vec<(i32, String)> {
    let mut found: Vec<_> = office
        .letters()
        .iter()
        .filter(|letter| header(letter, "To") == to)
        .map(|letter| {
            let message = mail_parser::MessageParser::default().parse(letter.as_bytes()).unwrap();
            let sent = Timestamp::from_second(message.date().unwrap().to_timestamp()).unwrap();
            let day = sent.in_tz("Europe/Zurich").unwrap().date();
            (from.until(day).unwrap().get_days(), header(letter, "Subject"))
        })
        .collect();
    found.sort();
    found
}

fn deadline(from: Date, days: i32) -> String {
    from.checked_add(days.days()).unwrap().to_string()
}

#[test]
fn each_gets_what_is_due_in_the_letters_that_are_wanted() {
    let office = office();
    let from = monday();
    let (soon, later) = (deadline(from, 4), deadline(from, 8));
    let mut rows = "Ref,Title,Asked of,Deadline,Status\n".to_owned();
    for name in ["Ann", "Bob", "Eve"] {
        let first = &name[..1];
        let _ = writeln!(rows, "{first}1,one,{name},{soon},open\n{first}2,two,{name},{later},open");
    }
    office.write("register/Actions.csv", &rows);
    live(&office, from, 15);
    let days = |to: &str| letters(&office, to, from).iter().map(|(day, _)| *day).collect::<Vec<_>>();
    assert_eq!(days("ann@example.org"), [2, 9], "Wednesdays");
    assert_eq!(days("eve@example.org"), [11], "7 days after the first deadline");
    let bob = days("bob@example.org");
    assert_eq!(bob, [0, 1, 7, 8, 14], "{bob:?}");
    // All that was due is told, by the letters of later days if not by its own.
    for reference in ["A1", "A2", "B1", "B2"] {
        let history = office.run(&["history", reference]).well();
        assert!(history.contains("on the day"), "{history}");
    }
    assert_eq!(office.run(&["verify"]).code, 0);
}

#[test]
fn a_closing_waits_for_the_weekly_letter_and_is_told_once() {
    let office = office();
    let from = monday();
    let row = |status: &str| {
        let soon = deadline(from, 1);
        office.write(
            "register/Actions.csv",
            &format!("Ref,Title,Asked of,Also to,Deadline,Status\nA1,one,Ann,Bob,{soon},{status}\n"),
        );
    };
    row("open");
    live(&office, from, 4);
    row("done");
    live(&office, from.checked_add(4.days()).unwrap(), 8);
    let ann = letters(&office, "ann@example.org", from);
    assert_eq!(ann.iter().map(|(day, _)| *day).collect::<Vec<_>>(), [2, 9], "{ann:?}");
    assert!(ann[1].1.ends_with("closed"), "{ann:?}");
    // Bob had two letters that week already.
    let bob = letters(&office, "bob@example.org", from);
    assert_eq!(bob.iter().map(|(day, _)| *day).collect::<Vec<_>>(), [0, 1, 7], "{bob:?}");
    assert!(bob[2].1.ends_with("closed"), "{bob:?}");
}

#[test]
fn the_forecast_says_what_moved_and_why() {
    let office = office();
    let from = monday();
    office.actions(&[
        ["A1", "one", "Ann", &deadline(from, 4), "open"],
        ["B1", "two", "Bob", &deadline(from, 4), "open"],
    ]);
    let shown = office.run(&["forecast", "--from", &from.to_string(), "--until", &deadline(from, 14)]).well();
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("one letter a week"), "{shown}");
    assert!(shown.contains("at most 2 letters in 7 days"), "{shown}");
    let why = office.run(&["why", "A1", "--on", &from.to_string()]).well();
    assert!(why.contains("Ann gets one letter a week.") && why.contains("Wed "), "{why}");
}
