//! Letters that wait for somebody to look at them.

use crate::common::office::{Office, Ran, header};

const WINDOW: &str = "[letters]\nrelease_window = \"30m\"\n[mail.maildir]\npath = \"letters\"\n";

fn office() -> Office {
    let office = Office::new(WINDOW);
    office.run(&["init"]).well();
    office.actions(&[["A1", "one", "Ann", "2020-01-15", "open"], ["B1", "two", "Bob", "2020-01-15", "open"]]);
    office
}

fn with_preview(office: &Office, args: &[&str]) -> Ran {
    let mut command = office.command(args);
    command.env("RAPPEL__SECRETARIAT__PREVIEW_RUN", "true");
    Ran::of(command)
}

#[test]
fn letters_wait_and_can_be_held_while_the_secretariat_sees_at_once_who_would_get_what() {
    let office = office();
    let said = with_preview(&office, &["run", "--once"]);
    assert_eq!(said.code, 5, "{}", said.out);
    let sent = office.letters();
    assert_eq!(sent.iter().map(|letter| header(letter, "To")).collect::<Vec<_>>(), ["tsb@example.int"]);
    assert!(header(&sent[0], "Subject").starts_with("2 letters to leave from "));
    let preview = sent[0].replace("=\r\n", "").replace("=\n", "");
    assert!(preview.contains("Ann") && preview.contains("Bob") && preview.contains("B1: two, "), "{preview}");

    let table = office.run(&["outbox", "list"]).well();
    assert!(table.contains("leaves"), "{table}");
    let list = office.run(&["outbox", "list", "--state", "queued", "--json"]).well();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 2);
    for letter in list {
        let at = |name: &str| letter[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        let waits = at("created").duration_until(at("planned_for"));
        assert_eq!(waits, jiff::SignedDuration::from_mins(30));
    }
    let number = list[0]["id"].to_string();
    office.run(&["outbox", "hold", &number]).well();
    assert!(office.run(&["outbox", "list", "--state", "held"]).well().contains("@example.org"));
    // Nothing is written again, and there is no second preview.
    assert_eq!(with_preview(&office, &["run", "--once"]).code, 5);
    assert_eq!(office.letters().len(), 1);
}

#[test]
fn they_leave_when_the_window_is_over() {
    let office = office();
    let args = ["rehearse", "--from", "2020-01-15", "--until", "2020-01-15", "--json"];
    let sent: serde_json::Value = serde_json::from_str(&office.run(&args).well()).unwrap();
    let at: Vec<_> = sent.as_array().unwrap().iter().map(|letter| letter["at"].as_str().unwrap()).collect();
    assert_eq!(at, ["2020-01-15T07:30:00Z"; 2], "half an hour after the send time");
}
