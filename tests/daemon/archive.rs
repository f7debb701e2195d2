//! A connection lost after the final dot, with an archive and without.

use std::fs;

use super::{letters, smtp, text};
use crate::common::{
    office::{Office, header},
    smtp_server::{Act, At, Script, SmtpServer},
};

/// The first letter arrives, and its answer is lost.
fn lost() -> Script {
    Script::default().on_nth(At::Dot, 1, Act::Drop)
}

fn office(port: u16) -> Office {
    let office = Office::new(&smtp(port, "[mail.archive]\nmaildir = \"archive\"\n"));
    office.run(&["init"]).well();
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    office
}

/// The round after the back-off of the letter in doubt.
fn second_round(office: &Office, doubtful: &str) {
    office.run(&["outbox", "retry", doubtful]).well();
    office.run(&["run", "--once"]).well();
    assert_eq!(show(office, doubtful)["state"], "accepted");
}

fn show(office: &Office, letter: &str) -> serde_json::Value {
    serde_json::from_str(&office.run(&["outbox", "show", letter, "--json"]).well()).unwrap()
}

/// The number of the letter whose answer was lost.
fn in_doubt(office: &Office) -> String {
    let list = office.run(&["outbox", "list", "--state", "unknown", "--json"]).well();
    let letters: Vec<serde_json::Value> = serde_json::from_str(&list).unwrap();
    assert_eq!(letters.len(), 1, "{list}");
    letters[0]["id"].to_string()
}

#[test]
fn a_letter_in_doubt_that_is_in_the_archive_is_accepted_and_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let server = SmtpServer::start(lost().archive(&archive));
    let office = office(server.port());
    office.settings(&smtp(server.port(), &format!("[mail.archive]\nmaildir = \"{}\"\n", archive.display())));
    office.run(&["run", "--once"]).failed(5);
    let doubtful = in_doubt(&office);
    second_round(&office, &doubtful);
    letters(&server, 1);
    let letter = show(&office, &doubtful);
    assert_eq!(letter["note"], "found in the archive");
    assert_eq!(letter["attempts"], 1, "{letter}");
    assert_eq!(letter["history"][0]["answer"]["outcome"], "unknown");
    // The attempt that was written down and never made does not make the state look older than it is.
    office.run(&["run", "--once"]).well();
}

#[test]
fn a_letter_in_doubt_that_is_not_in_the_archive_is_sent_again_the_same_bytes() {
    let server = SmtpServer::start(lost());
    let office = office(server.port());
    for part in ["new", "cur"] {
        fs::create_dir_all(office.path("archive").join(part)).unwrap();
    }
    office.run(&["run", "--once"]).failed(5);
    let doubtful = in_doubt(&office);
    second_round(&office, &doubtful);
    let sent = letters(&server, 2);
    assert_eq!(sent[0].bytes, sent[1].bytes);
    assert_eq!(header(&text(&sent[0]), "Message-ID"), header(&text(&sent[1]), "Message-ID"));
    let letter = show(&office, &doubtful);
    assert_eq!((&letter["attempts"], &letter["note"]), (&2.into(), &serde_json::Value::Null), "{letter}");
}

#[test]
fn an_archive_that_cannot_be_read_holds_up_no_letter_and_is_told() {
    let server = SmtpServer::start(lost());
    let office = office(server.port());
    let check = office.run(&["check"]).well();
    assert!(check.contains("Warning") && check.contains("archive"), "{check}");
    office.run(&["run", "--once"]).failed(5);
    let doubtful = in_doubt(&office);
    second_round(&office, &doubtful);
    letters(&server, 2);
    let note = show(&office, &doubtful)["note"].to_string();
    assert!(note.contains("sent again without a look into the archive"), "{note}");
}

#[test]
fn without_an_archive_a_letter_is_sent_twice_at_most_and_then_somebody_is_asked() {
    let server =
        SmtpServer::start(Script::default().on_nth(At::Dot, 1, Act::Drop).on_nth(At::Dot, 2, Act::Drop));
    let office = Office::new(&smtp(server.port(), ""));
    office.run(&["init"]).well();
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    office.run(&["run", "--once"]).failed(5);
    let doubtful = in_doubt(&office);
    office.run(&["outbox", "retry", &doubtful]).well();
    office.run(&["run", "--once"]).failed(5);
    let letter = show(&office, &doubtful);
    assert_eq!((&letter["state"], &letter["attempts"]), (&"held".into(), &2.into()), "{letter}");
    let status = office.run(&["status"]);
    assert!(status.out.contains("1 held in doubt until somebody decides"), "{}", status.out);
    status.failed(5);

    office.run(&["run", "--once"]).failed(5);
    let sent = letters(&server, 3);
    let told = text(&sent[2]);
    assert!(told.contains("1 letter may or may not have arrived"), "{told}");
    assert!(told.contains("ann@example.org") && told.contains("rappel outbox accept"), "{told}");
    office.run(&["outbox", "accept", &doubtful]).well();
    let history = office.run(&["history", "A1"]).well().split_whitespace().collect::<Vec<_>>().join(" ");
    // Not with what the server said before.
    assert!(history.contains("accepted (a person") && !history.contains("lost"), "{history}");
    office.run(&["run", "--once"]).well();
    letters(&server, 3);
}

/// What may have arrived needs no decision any more when it is no longer true.
#[test]
fn a_letter_held_in_doubt_is_withdrawn_when_its_action_is_closed() {
    let server = SmtpServer::start(Script::default().on(At::Dot, Act::Drop));
    let office = Office::new(&smtp(server.port(), ""));
    office.run(&["init"]).well();
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    office.run(&["run", "--once"]).failed(5);
    let doubtful = in_doubt(&office);
    office.run(&["outbox", "retry", &doubtful]).well();
    office.run(&["run", "--once"]).failed(5);
    office.actions(&[["A1", "one", "Ann", "", "done"]]);
    office.run(&["run", "--once"]);
    let letter = show(&office, &doubtful);
    assert_eq!(letter["state"], "withdrawn");
    assert!(letter["note"].as_str().unwrap().contains("may have arrived"), "{letter}");
}
