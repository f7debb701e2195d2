//! The state directory: made once, held by one, never taken for new when something is missing.

use std::fs;

use super::{EACH_SECOND, office, smtp};
use crate::common::{
    office::Office,
    running::Running,
    smtp_server::{Act, At, Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];

#[test]
fn without_a_state_nothing_is_sent_and_the_error_says_what_to_do() {
    let server = SmtpServer::start(Script::default());
    let office = Office::new(&smtp(server.port(), EACH_SECOND));
    office.actions(&[ANN]);
    for args in [&["run"][..], &["run", "--once"]] {
        let error = office.run(args).failed(1);
        assert!(error.contains("There is no state folder") && error.contains("rappel init"), "{error}");
    }
    assert!(!office.path("state").exists());
    assert_eq!(server.connections(), 0);
}

#[test]
fn init_twice_refuses_and_changes_nothing() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "");
    office.actions(&[ANN]);
    office.run(&["run", "--once"]).well();
    let error = office.run(&["init"]).failed(1);
    assert!(error.contains("There is a database already"), "{error}");
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 1, "what was told is still known");
}

#[test]
fn an_empty_or_missing_database_is_an_error_and_never_a_fresh_start() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "");
    office.actions(&[ANN]);
    office.run(&["run", "--once"]).well();
    let database = office.path("state/rappel.db");
    fs::write(&database, "").unwrap();
    for args in [&["run", "--once"][..], &["status"], &["history", "A1"]] {
        let error = office.run(args).failed(1);
        assert!(error.contains("is empty (0 bytes)"), "{error}");
    }
    assert!(office.run(&["init"]).failed(1).contains("rappel.db"));
    fs::remove_file(&database).unwrap();
    let error = office.run(&["run", "--once"]).failed(1);
    assert!(error.contains("There is no database"), "{error}");
    assert_eq!(server.letters().len(), 1);
}

#[test]
fn a_second_daemon_on_the_same_state_refuses_and_names_the_process_that_holds_it() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "[schedule]\nsend = \"0 8 1 1 *\"\n");
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    for args in [&["run"][..], &["run", "--once"]] {
        let error = office.run(args).failed(1);
        assert!(error.contains(&format!("(process {})", daemon.pid())), "{error}");
    }
    let status = office.run(&["status"]).well();
    assert!(status.contains(&format!("The daemon runs (process {})", daemon.pid())), "{status}");
    assert_eq!(server.connections(), 0);
    assert_eq!(daemon.stop().code, 0);
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 1);
}

/// Each start would send what the last one had in hand, if it did not wait for its back-off: each has a letter of its own
/// to send, and what is due before that would leave before it.
#[test]
fn a_storm_of_kills_and_starts_sends_nothing_again() {
    const STARTS: usize = 8;
    let server = SmtpServer::start(Script::default().on(At::Dot, Act::Silence));
    let settings = smtp(server.port(), &format!("{EACH_SECOND}[limits]\nper_person_and_day = 100\n"));
    let office = Office::new(&settings.replace("first = \"1s\"", "first = \"1h\""));
    office.run(&["init"]).well();
    let names: Vec<_> = (0..STARTS).map(|n| format!("A{n}")).collect();
    for start in 1..=STARTS {
        let rows: Vec<_> = names[..start].iter().map(|name| [name, "one", "Ann", "", "open"]).collect();
        office.actions(&rows);
        let daemon = Running::daemon(&office);
        server.wait_for_letters(start);
        daemon.kill();
    }
    let letters = server.letters();
    let distinct: std::collections::HashSet<_> = letters.iter().map(|letter| &letter.bytes).collect();
    assert_eq!((letters.len(), distinct.len()), (STARTS, STARTS), "once each, and in doubt");
    let list = office.run(&["outbox", "list", "--state", "sending", "--state", "unknown", "--json"]).well();
    let letters: Vec<serde_json::Value> = serde_json::from_str(&list).unwrap();
    assert_eq!(letters.len(), STARTS, "{list}");
}

/// A killed process leaves no lock behind.
#[test]
fn after_a_kill_the_state_is_free() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "[schedule]\nsend = \"0 8 1 1 *\"\n");
    office.actions(&[ANN]);
    Running::daemon(&office).kill();
    let status = office.run(&["status"]);
    assert!(status.out.contains("The daemon does not run."), "{}", status.out);
    status.failed(5);
    office.run(&["run", "--once"]).well();
}
