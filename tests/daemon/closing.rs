//! Whoever was reminded of an action is told when it is closed, where the policy says so.

use crate::common::office::{Office, header};

const ANNOUNCED: &str = "[policy.default]\nannounce_closure = true\n";
const MAILDIR: &str = "[mail.maildir]\npath = \"letters\"\n";
const A1: [&str; 5] = ["A1", "one", "Ann", "2020-01-15", "open"];
const B1: [&str; 5] = ["B1", "two", "Bob", "2020-01-15", "open"];
/// Nobody is reminded of it before 2098.
const C1: [&str; 5] = ["C1", "three", "Bob", "2099-01-01", "open"];

/// An office in which Ann was reminded of A1 and Bob of B1.
fn told_office(settings: &str) -> Office {
    let office = Office::new(&format!("{settings}{MAILDIR}"));
    office.run(&["init"]).well();
    office.actions(&[A1, B1, C1]);
    assert_eq!(once(&office).len(), 2);
    office
}

fn with(action: [&'static str; 5], status: &'static str) -> [&'static str; 5] {
    let [reference, title, asked_of, deadline, _] = action;
    [reference, title, asked_of, deadline, status]
}

/// The letters that leave when the daemon runs once.
fn new_letters(office: &Office) -> Vec<String> {
    let before = office.letters();
    office.run(&["run", "--once"]).well();
    office.letters().into_iter().filter(|letter| !before.contains(letter)).collect()
}

/// To whom, and what about.
fn once(office: &Office) -> Vec<String> {
    let mut said: Vec<_> = new_letters(office)
        .iter()
        .map(|letter| format!("{}: {}", header(letter, "To"), header(letter, "Subject")))
        .collect();
    said.sort();
    said
}

#[test]
fn who_was_reminded_gets_one_letter_in_the_thread_that_takes_the_entry_out_of_the_calendar() {
    let office = told_office(ANNOUNCED);
    let thread = |letter: &str| {
        let unfolded = letter.replace('\r', "").replace("\n ", " ");
        unfolded.lines().find(|line| line.starts_with("References:")).unwrap().to_owned()
    };
    let reminder =
        office.letters().into_iter().find(|letter| header(letter, "To") == "ann@example.org").unwrap();
    office.actions(&[with(A1, "done"), B1, with(C1, "withdrawn")]);
    let why = office.run(&["why", "A1"]).well();
    assert!(why.contains("because it was closed and Ann had been reminded of it."), "{why}");
    let preview = office.run(&["preview", "A1"]).well();
    assert!(
        preview.contains("To:         Ann")
            && preview.contains("is closed")
            && preview.contains("takes the entry out"),
        "{preview}"
    );
    let as_if = office.run(&["preview", "B1", "--closed", "--language", "fr"]).well();
    assert!(as_if.contains("To:         Bob") && as_if.contains("close"), "{as_if}");
    let forecast = office.run(&["forecast", "--until", "2099-12-31"]).well();
    assert!(
        forecast.contains("A1 one") && forecast.contains("closed") && !forecast.contains("C1"),
        "{forecast}"
    );
    let sent = new_letters(&office);
    assert_eq!(sent.len(), 1, "Bob was not reminded of C1");
    assert_eq!(
        (header(&sent[0], "To"), header(&sent[0], "Subject")),
        ("ann@example.org".into(), "A1: one, closed".into())
    );
    assert_eq!(thread(&sent[0]), thread(&reminder));
    assert!(sent[0].contains("METHOD:CANCEL") || sent[0].contains("method=CANCEL"), "{}", sent[0]);
    assert!(once(&office).is_empty(), "once, also after a restart");
    let history = office.run(&["history", "A1"]).well();
    assert!(history.contains("closed"), "{history}");
    assert_eq!(office.run(&["verify"]).code, 0);
}

#[test]
fn a_policy_that_does_not_say_so_announces_nothing_and_what_was_closed_under_it_stays_untold() {
    let office = told_office("");
    office.actions(&[with(A1, "done"), B1, C1]);
    assert!(once(&office).is_empty());
    office.settings(&format!("{ANNOUNCED}{MAILDIR}"));
    assert!(once(&office).is_empty(), "it was closed before");
    office.actions(&[with(A1, "done"), with(B1, "superseded"), C1]);
    assert_eq!(once(&office), ["bob@example.org: B1: two, closed"]);
}

#[test]
fn what_is_open_again_before_it_was_told_is_not_told() {
    let office = told_office(ANNOUNCED);
    office.settings(&format!("{ANNOUNCED}[letters]\nrelease_window = \"30m\"\n{MAILDIR}"));
    office.actions(&[with(A1, "done"), with(B1, "done"), C1]);
    office.run(&["run", "--once"]).failed(5);
    office.actions(&[with(A1, "in progress"), with(B1, "done"), C1]);
    office.run(&["run", "--once"]).failed(5);
    let withdrawn = office.run(&["outbox", "list", "--state", "withdrawn"]).well();
    assert!(withdrawn.contains("A1: one, closed") && !withdrawn.contains("B1"), "{withdrawn}");
    // A row that is gone was not opened again.
    office.actions(&[with(A1, "in progress"), C1]);
    office.run(&["run", "--once"]).failed(5);
    assert!(office.run(&["outbox", "list", "--state", "queued"]).well().contains("B1: two, closed"));
    office.actions(&[with(A1, "done"), C1]);
    office.run(&["run", "--once"]).failed(5);
    assert!(
        office.run(&["outbox", "list", "--state", "queued"]).well().contains("A1: one, closed"),
        "closed again"
    );
}

#[test]
fn what_is_closed_again_without_a_reminder_in_between_is_not_told_again() {
    let office = told_office(&format!("{ANNOUNCED}[limits]\nper_person_and_day = 4\n"));
    office.actions(&[with(A1, "done"), B1, C1]);
    assert_eq!(once(&office), ["ann@example.org: A1: one, closed"]);
    office.actions(&[A1, B1, C1]);
    assert!(once(&office).is_empty());
    office.actions(&[with(A1, "done"), B1, C1]);
    assert!(once(&office).is_empty(), "Ann was told so, and nothing else since");
    // A deadline that moved is told; then it is news that it is closed.
    office.actions(&[["A1", "one", "Ann", "2099-01-01", "open"], B1, C1]);
    assert_eq!(once(&office).len(), 1);
    office.actions(&[["A1", "one", "Ann", "2099-01-01", "done"], B1, C1]);
    assert_eq!(once(&office), ["ann@example.org: A1: one, closed"]);
}

#[test]
fn a_row_that_is_gone_was_not_closed_and_a_decision_on_the_command_line_closes() {
    let office = told_office(ANNOUNCED);
    office.actions(&[A1, C1]);
    assert!(!once(&office).iter().any(|said| said.contains("closed")));
    office.run(&["close", "A1", "--outcome", "appointed"]).well();
    let sent = new_letters(&office);
    assert_eq!(sent.len(), 1);
    assert!(header(&sent[0], "Subject") == "A1: one, closed" && sent[0].contains("appointed"), "{}", sent[0]);
    office.actions(&[A1, with(B1, "done"), C1]);
    assert_eq!(once(&office), ["bob@example.org: B1: two, closed"], "the row is back, and closed");
}

#[test]
fn everybody_who_was_reminded_is_told_wherever_they_are_in_the_register_by_now() {
    let office = Office::new(&format!("{ANNOUNCED}{MAILDIR}"));
    office.run(&["init"]).well();
    let people = |ann: &str, more: &str| {
        let rows =
            format!("Name,Email,Deputy,Absent from,Absent until\nAnn,{ann}\nBob,bob@example.org,,,\n{more}");
        office.write("register/Representatives.csv", &rows);
    };
    let actions = |asked_of: &str, status: &str| {
        let head = "Ref,Title,Asked of,Also to,Deadline,Status\n";
        office.write("register/Actions.csv", &format!("{head}A1,one,{asked_of},ISO,2020-01-15,{status}\n"));
    };
    people("ann@example.org,,,", "Eve,eve@example.org,,,\n");
    actions("Ann", "open");
    assert_eq!(once(&office).len(), 2, "Ann and the secretariat of ISO");
    office.run(&["assign", "A1", "--to", "Eve"]).well();
    assert_eq!(once(&office).len(), 1, "Eve");
    people("ann@example.org,Bob,2020-01-01,2099-01-01", "Eve,eve@example.com,,,\n");
    actions("Ann", "done");
    let closed = once(&office);
    let to: Vec<_> = closed.iter().map(|said| said.split(':').next().unwrap()).collect();
    assert_eq!(
        to,
        ["bob@example.org", "bob@example.org", "eve@example.com", "iso@example.org"],
        "{closed:?}"
    );
}
