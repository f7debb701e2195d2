//! What people decide on the command line counts at once, and the register has the last word.

use rappel::clock::Clock;
use serde_json::Value;

use super::{EACH_SECOND, letters, office, said, subject};
use crate::common::{
    office::{Office, header},
    running::Running,
    smtp_server::{Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "pending"];
const BOB: [&str; 5] = ["B1", "two", "Bob", "2020-01-15", "open"];

/// An office in which Ann and Bob were told.
fn told_office() -> Office {
    let office = Office::with_maildir();
    office.run(&["init"]).well();
    office.actions(&[ANN, BOB]);
    assert_eq!(once(&office).len(), 2);
    office
}

/// Runs once, and gives to whom letters went by it and their subjects.
fn once(office: &Office) -> Vec<String> {
    let before = office.letters();
    run(office, &["run", "--once"]);
    let new = office.letters().into_iter().filter(|letter| !before.contains(letter));
    let mut said: Vec<_> =
        new.map(|letter| format!("{}: {}", header(&letter, "To"), header(&letter, "Subject"))).collect();
    said.sort();
    said
}

fn run(office: &Office, args: &[&str]) -> String {
    office.run(args).well()
}

fn status(office: &Office) -> String {
    office.run(&["status"]).out
}

fn ends(office: &Office, reference: &str) -> Vec<Option<String>> {
    let all: Value = serde_json::from_str(&run(office, &["history", reference, "--json"])).unwrap();
    let decided = all.as_array().unwrap().iter().filter(|event| event["decision"].is_string());
    decided.map(|event| event["ended"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_letter_that_waits_is_withdrawn_when_its_action_is_closed_on_the_command_line() {
    let office = Office::new("[mail.smtp]\nhost = \"127.0.0.1\"\nport = 9\ntls = \"none\"\n");
    office.run(&["init"]).well();
    office.actions(&[ANN, BOB]);
    office.run(&["run", "--once"]).failed(5);
    office.settings("[mail.maildir]\npath = \"letters\"\n");
    let out = run(
        &office,
        &["close", "A1", "--outcome", "appointed", "--why", "told on the phone", "--by", "Martin"],
    );
    assert!(out.contains("A1, asked of Ann, is closed (appointed)."), "{out}");
    assert!(out.contains("The register says pending under Status"), "{out}");
    run(&office, &["outbox", "retry", "1", "2"]);
    let sent = once(&office);
    assert!(sent.len() == 1 && sent[0].starts_with("bob@example.org: B1: two"), "{sent:?}");
    let list = run(&office, &["outbox", "list", "--state", "withdrawn"]);
    assert!(list.contains("ann@example.org"), "{list}");

    let status = status(&office);
    assert!(status.contains("Decided on the command line, and not in the register:"), "{status}");
    assert!(status.contains("Status: pending") && status.contains("Martin"), "{status}");
    let why = run(&office, &["why", "A1"]);
    let sentence = "by Martin on ";
    assert!(why.contains("It was closed (appointed) on the command line") && why.contains(sentence), "{why}");
    assert!(why.contains("(told on the phone); the register says pending under Status."), "{why}");
    assert!(why.contains("Its status is done (appointed)."), "{why}");
    let forecast = run(&office, &["forecast", "--until", "2099-01-01"]);
    assert!(!forecast.contains("A1") && forecast.contains("1 decision of the command line"), "{forecast}");
    let history = run(&office, &["history", "A1"]);
    assert!(history.contains("told on the phone") && history.contains("counts"), "{history}");
}

#[test]
fn once_the_register_has_caught_up_the_decision_is_over_and_a_later_edit_counts() {
    let office = told_office();
    run(&office, &["close", "A1"]);
    run(&office, &["run", "--once"]);
    assert_eq!(ends(&office, "A1"), [None]);
    office.actions(&[["A1", "one", "Ann", "", "done"], BOB]);
    run(&office, &["run", "--once"]);
    assert_eq!(ends(&office, "A1"), [Some("caught-up".to_owned())]);
    assert!(!status(&office).contains("not in the register"));

    // Open again, as it was when it was closed on the command line: the register counts.
    office.actions(&[ANN, BOB]);
    assert_eq!(once(&office), [""; 0]);
    assert!(run(&office, &["why", "A1"]).contains("its status is pending: it is outstanding"));
}

#[test]
fn an_edit_of_the_same_cell_overrules_what_was_decided_before_it() {
    let office = told_office();
    let extended = run(&office, &["extend", "B1", "--to", "2099-03-01"]);
    assert!(extended.starts_with("B1, asked of Bob, is extended to 2099-03-01."), "{extended}");
    let earlier = run(&office, &["extend", "B1", "--to", "2099-02-01"]);
    assert!(
        earlier.contains("has the deadline 2099-02-01 now, which is earlier than 2099-03-01."),
        "{earlier}"
    );
    let again = office.run(&["extend", "B1", "--to", "2099-02-01"]).failed(1);
    assert!(again.contains("has the deadline 2099-02-01 already"), "{again}");
    office.actions(&[ANN, ["B1", "two in other words", "Bob", "2020-01-15", "open"]]);
    run(&office, &["run", "--once"]);
    assert_eq!(ends(&office, "B1"), [Some("replaced".to_owned()), None], "another cell was edited");
    office.actions(&[ANN, ["B1", "two", "Bob", "2098-01-01", "open"]]);
    run(&office, &["run", "--once"]);
    assert_eq!(ends(&office, "B1")[1], Some("overruled".to_owned()));
    let status = status(&office);
    assert!(status.contains("1 Jan 2098") && !status.contains("1 Feb 2099"), "{status}");
}

#[test]
fn an_extension_tells_those_who_were_reminded_once_that_the_deadline_moved() {
    let office = told_office();
    run(&office, &["extend", "B1", "--to", "2099-02-01", "--why", "asked for"]);
    assert_eq!(once(&office), ["bob@example.org: B1: two, deadline moved to 1 February 2099"]);
    assert_eq!(once(&office), [""; 0]);
}

#[test]
fn who_gets_an_action_is_reminded_of_it_and_told_that_it_was_handed_over() {
    let office = told_office();
    let behind_sudo = office.command(&["assign", "A1", "--to", "bob"]).env("SUDO_USER", "martin").output();
    assert!(behind_sudo.unwrap().status.success());
    assert_eq!(once(&office), ["bob@example.org: A1: one, still outstanding"]);
    let told_bob = office.letters().iter().any(|letter| letter.contains("handed over to you"));
    assert!(told_bob);
    let status_now = status(&office);
    assert!(status_now.contains("assigned to Bob") && status_now.contains("martin"), "{status_now}");

    run(&office, &["assign", "A1", "--to", "Ann"]);
    assert_eq!(once(&office), [""; 0], "Ann knows of it");
    assert!(!status(&office).contains("assigned to"));
}

#[test]
fn a_running_daemon_follows_a_decision_also_while_the_register_has_errors() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.write(
        "register/Actions.csv",
        "Ref,Title,Asked of,Status,Snooze until\nA1,one,Ann,open,2099-01-01\nB1,two,Bob,done,\n",
    );
    let daemon = Running::daemon(&office);
    run(&office, &["snooze", "A1", "--off"]);
    assert_eq!(said(&letters(&server, 1)), ["ann@example.org: A1: one, still outstanding"]);

    run(&office, &["reopen", "B1"]);
    office.write("register/Actions.csv", "Ref,Title,Asked of,Status\nA1,one,Ann,opne\n");
    let all = letters(&server, 3);
    assert!(all.iter().any(|letter| letter.to == ["bob@example.org"] && subject(letter).starts_with("B1")));
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn a_decision_about_an_edit_that_is_not_in_force_yet_does_not_end_by_the_register_that_is() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    let settings = std::fs::read_to_string(office.path("rappel.toml")).unwrap();
    office.write("rappel.toml", &settings.replace("settle = \"0s\"", "settle = \"5s\""));
    let done = ["B1", "two", "Bob", "", "done"];
    office.actions(&[ANN, done]);
    let _daemon = Running::daemon(&office);
    letters(&server, 1);
    office.actions(&[["A1", "one", "Ann", "", "in progress"], done]);
    run(&office, &["close", "A1"]);
    run(&office, &["reopen", "B1"]);
    letters(&server, 2);
    assert_eq!(ends(&office, "A1"), [None], "the daemon has followed both");
}

#[test]
fn what_cannot_be_decided_is_refused_with_the_reason_and_nothing_is_recorded() {
    let office = Office::with_maildir();
    office.run(&["init"]).well();
    office.write(
        "register/Actions.csv",
        "Ref,Title,Asked of,Deadline,Status,Purpose\nA1,one,Ann,2099-06-01,open,\nA1,one,ISO,,done,\nA1,one,Bob,,open,\nB1,two,Bob,,open,\n\
         C1,three,Bob,,open,for information\n",
    );
    let today = Clock::System.now().to_string()[..10].to_owned();
    for (code, args, said) in [
        (
            1,
            &["close", "A1"][..],
            "A1 is asked of 3 bodies or people. Say which one is meant:\n  --asked-of \"Ann\"\n  --asked-of \"Bob\"",
        ),
        (
            4,
            &["close", "A1", "--asked-of", "IEC"],
            "A1 is not asked of \"IEC\"; it is asked of Ann, ISO, Bob.",
        ),
        (4, &["close", "A2"], "There is no action \"A2\" in the register"),
        (1, &["close", "A1", "--asked-of", "ISO"], "A1, asked of ISO, is done already."),
        (
            1,
            &["snooze", "A1", "--asked-of", "ISO", "--until", "2099-01-01"],
            "is done; `rappel reopen` comes first",
        ),
        (
            1,
            &["snooze", "A1", "--off"],
            "A1 is asked of 3 bodies or people: Ann, ISO, Bob. None of these is snoozed.",
        ),
        (1, &["reopen", "B1"], "B1, asked of Bob, is open: it is not closed."),
        (1, &["snooze", "B1", "--until", &today], "is not after today"),
        (1, &["snooze", "B1", "--off"], "is not snoozed"),
        (1, &["extend", "B1", "--to", "2020-01-01"], "is before today"),
        (1, &["extend", "A1 Ann", "--to", "2099-06-01"], "has the deadline 2099-06-01 already"),
        (
            1,
            &["extend", "A1 Ann", "--to", "2099-05-31"],
            "is before the deadline in the register, 2099-06-01",
        ),
        (4, &["assign", "B1", "--to", "Anne"], "did you mean Ann?"),
        (1, &["assign", "B1", "--to", "Bob"], "is assigned to nobody else"),
        (1, &["close", "C1"], "is for information: nobody is reminded of it"),
        (2, &["close", "B1", "--why", "a\nb"], "There is a line break"),
        (2, &["extend", "B1", "--to", "soon"], "is not a date"),
        (2, &["snooze", "B1"], "<--until <DATE>|--off>"),
    ] {
        let error = office.run(args).failed(code);
        assert!(error.contains(said), "{args:?}: {error}");
    }
    assert!(office.run(&["history", "A1"]).well().contains("Nothing was told"));
    assert!(!status(&office).contains("Decided"));
}

#[test]
fn of_several_that_are_asked_the_only_one_that_fits_is_meant() {
    let office = Office::with_maildir();
    office.run(&["init"]).well();
    office.write(
        "register/Actions.csv",
        "Ref,Title,Asked of,Deadline,Status,Purpose\nA1,one,Ann,2099-06-01,open,\nA1,one,ISO,,done,\n\
         A1,one,Bob,,open,for information\n",
    );
    let meant = |args: &[&str], error: &str, out: &str| {
        let ran = office.run(args);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.err.contains(error) && ran.out.starts_with(out), "{args:?}: {}{}", ran.err, ran.out);
    };
    let only_ann = "A1 is asked of 3 bodies or people; only the one asked of Ann is open, and is meant.";
    meant(&["acknowledge", "A1"], only_ann, "A1, asked of Ann, is acknowledged.");
    meant(
        &["acknowledge", "A1", "--off"],
        "only the one asked of Ann is acknowledged",
        "A1, asked of Ann, is no",
    );
    meant(&["close", "A1"], only_ann, "A1, asked of Ann, is closed.");
    let both = office.run(&["reopen", "A1"]).failed(1);
    assert!(both.contains("--asked-of \"Ann\"\n  --asked-of \"ISO\""), "{both}");
    meant(&["reopen", "A1 ISO"], "", "A1, asked of ISO, is reopened.");
    meant(&["reopen", "A1"], "only the one asked of Ann is closed", "A1, asked of Ann, is reopened.");
}

#[test]
fn what_was_decided_holds_for_a_row_that_is_put_back_and_not_for_another_that_gets_its_reference_later() {
    let office = told_office();
    run(&office, &["close", "A1", "--by", "Martin"]);
    let without = |office: &Office| {
        office.actions(&[BOB]);
        let sent = once(office);
        assert!(
            sent.is_empty() && !status(office).contains("Missing"),
            "what was closed is missed: {sent:?}"
        );
    };
    without(&office);
    office.actions(&[ANN, BOB]);
    assert_eq!(once(&office), [""; 0]);
    assert_eq!(ends(&office, "A1"), [None]);

    without(&office);
    let state = rusqlite::Connection::open(office.path("state/rappel.db")).unwrap();
    let two_days = "UPDATE vanished SET since = since - 2 * 86400 * 1000000";
    assert_eq!(state.execute(two_days, []).unwrap(), 1);
    drop(state);
    without(&office);
    assert_eq!(ends(&office, "A1"), [Some("overruled".to_owned())]);
    office.actions(&[["A1", "quite another thing", "Ann", "2020-02-15", "pending"], BOB]);
    let sent = once(&office);
    assert!(sent.len() == 1 && sent[0].starts_with("ann@example.org: A1: quite another thing"), "{sent:?}");
    assert!(run(&office, &["verify"]).contains("The history is whole"));
}
