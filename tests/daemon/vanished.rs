//! A row that is gone was not closed.

use std::net::TcpListener;

use super::{letters, said, smtp, text};
use crate::common::{
    office::Office,
    running::Running,
    smtp_server::{Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];
const BOB: [&str; 5] = ["B1", "two", "Bob", "", "open"];
const ISO: [&str; 5] = ["C1", "three", "ISO", "2099-01-01", "open"];

fn grace(time: &str) -> String {
    let send = "[schedule]\nsend = \"0 8 1 1 *\"\n";
    format!("{send}[register]\npath = \"register\"\nsettle = \"0s\"\nvanished_grace = \"{time}\"\n")
}

/// An office in which letters to Ann and to Bob wait for the mail server.
fn waiting(server: &SmtpServer, time: &str) -> Office {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let office = Office::new(&smtp(closed, ""));
    office.run(&["init"]).well();
    office.actions(&[ANN, BOB, ISO]);
    office.run(&["run", "--once"]).failed(5);
    let settings = std::fs::read_to_string(office.path("rappel.toml")).unwrap();
    let settings = settings
        .replace("[register]\npath = \"register\"\nsettle = \"0s\"\n", &grace(time))
        .replace(&format!("port = {closed}"), &format!("port = {}", server.port()));
    office.write("rappel.toml", &settings);
    office
}

fn list(office: &Office, state: &str) -> String {
    office.run(&["outbox", "list", "--state", state]).well()
}

#[test]
fn a_letter_about_a_missing_row_is_kept_back_and_leaves_when_the_row_is_back() {
    let server = SmtpServer::start(Script::default());
    let office = waiting(&server, "10m");
    office.actions(&[BOB, ISO]);
    let daemon = Running::daemon(&office);
    let sent = letters(&server, 2);
    let said = said(&sent);
    assert_eq!(
        said,
        [
            "bob@example.org: B1: two, still outstanding",
            "tsb@example.int: 1 action is missing from the register"
        ]
    );
    let notice = text(sent.iter().find(|letter| letter.to == ["tsb@example.int"]).unwrap());
    assert!(notice.contains("a1 asked of ann"), "{notice}");
    assert!(list(&office, "held").contains("ann@example.org"));
    let status = office.run(&["status"]).out;
    assert!(status.contains("Missing from the register: a1 asked of ann"), "{status}");
    // Also through a restart, without a second notice.
    assert_eq!(daemon.stop().code, 0);
    let daemon = Running::daemon(&office);

    office.actions(&[ANN, BOB, ISO]);
    let sent = letters(&server, 3);
    assert_eq!(daemon.stop().code, 0);
    assert_eq!(sent[2].to, ["ann@example.org"]);
    assert_eq!(letters(&server, 3).len(), 3);
    assert!(!office.run(&["status"]).out.contains("Missing"));
    assert!(!list(&office, "withdrawn").contains("ann@example.org"));
}

#[test]
fn after_the_grace_time_the_letter_is_withdrawn_and_nobody_gets_it() {
    let server = SmtpServer::start(Script::default());
    let office = waiting(&server, "1s");
    office.actions(&[BOB, ISO]);
    let daemon = Running::daemon(&office);
    letters(&server, 2);
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !list(&office, "withdrawn").contains("ann@example.org") {
        assert!(std::time::Instant::now() < end, "{}", list(&office, "held"));
    }
    assert_eq!(daemon.stop().code, 0);
    assert!(said(&letters(&server, 2)).iter().all(|one| !one.starts_with("ann")));
}

#[test]
fn a_row_that_is_asked_of_somebody_else_or_was_accepted_to_be_gone_is_not_missing() {
    let server = SmtpServer::start(Script::default());
    let office = waiting(&server, "10m");
    office.actions(&[["A1", "one", "Bob", "2099-01-01", "open"], BOB, ISO]);
    office.run(&["outbox", "retry", "1", "2"]).well();
    office.run(&["run", "--once"]).well();
    assert!(list(&office, "withdrawn").contains("ann@example.org"));
    assert_eq!(said(&letters(&server, 1)), ["bob@example.org: B1: two, still outstanding"]);

    office.actions(&[["D1", "four", "ISO", "2099-01-01", "open"]]);
    office.run(&["accept-register"]).well();
    office.run(&["run", "--once"]).well();
    assert!(!office.run(&["status"]).out.contains("Missing"));
}
