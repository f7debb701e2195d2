//! What rappel keeps about people: `rappel forget` leaves nothing of a person in the state folder, and what is old goes
//! by itself. And what it never keeps anywhere: the password.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use common::{
    office::Office,
    running::Running,
    smtp_server::{Act, At, Certificate, Script, SmtpServer},
};
use rusqlite::Connection;
use serde_json::Value;

/// A person of whom nothing may be left, and one whose name looks like it.
const PEOPLE: &str = "Name,Email,Second email\nZora Kanarek,zora.kanarek@example.org,zk@example.org\n\
                      Zora Kanarekova,other@example.org,\nBob,bob@example.org,\n";
const TRACES: [&str; 3] = ["kanarek@", "zora kanarek,", "zk@example.org"];

const ASKED: [[&str; 5]; 4] = [
    ["17/06", "A seat", "Zora Kanarek", "2020-01-15", "open"],
    ["17/06", "A seat", "Bob", "2020-01-15", "open"],
    ["17/07", "The plan of Zora Kanarek", "Zora Kanarekova", "2020-02-15", "open"],
    ["17/08", "Another", "ISO", "", "open"],
];

fn closed() -> [[&'static str; 5]; 4] {
    ASKED.map(|mut row| {
        row[4] = "done";
        row
    })
}

/// An office that has written to everybody, was refused at Zora's first address, and has two backups.
fn told() -> (Office, SmtpServer) {
    let refused = Act::say("550 5.1.1 <zora.kanarek@example.org>: Zora Kanarek does not live here");
    let server = SmtpServer::start(Script::default().for_address("zora.kanarek@example.org", refused));
    let office = Office::new(&format!(
        "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n",
        server.port()
    ));
    office.write("register/Representatives.csv", PEOPLE);
    office.actions(&ASKED);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]);
    server.wait_for_letters(4);
    let state = office.path("state");
    office.run(&["backup", state.join("rappel.db.v4").to_str().unwrap()]).well();
    old_version(&state.join("rappel.db.v1"));
    (office, server)
}

/// A copy as the first version of rappel left it, with letters as they are.
fn old_version(copy: &Path) {
    let c = Connection::open(copy).unwrap();
    c.execute_batch(include_str!("../migrations/0001_state.sql")).unwrap();
    c.execute_batch(
        "PRAGMA application_id = 1918988396; PRAGMA user_version = 1;
         INSERT INTO origin VALUES (0);
         INSERT INTO letter (id, key, kind, recipient, envelope_from, envelope_to, message_id, subject, state,
             planned_for, created, settled)
         VALUES (1, 'k', 'reminder', 'person:zora kanarek', 'tsb@example.int', 'zora.kanarek@example.org', 'm',
             'Zora Kanarek, a seat', 'accepted', 0, 0, 1);
         INSERT INTO letter_bytes VALUES (1, CAST('To: zora.kanarek@example.org' || char(10, 10) || 'Dear Zora Kanarek,' AS BLOB));",
    )
    .unwrap();
}

/// Files below a folder with one of these texts in it, in any case, raw or in base64.
fn files_with(folder: &Path, texts: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, texts));
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
            for text in texts {
                let text_in = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
                if text_in(&text.to_ascii_lowercase()) {
                    found.push((path.clone(), (*text).to_owned()));
                }
            }
        }
    }
    found
}

#[test]
fn nothing_of_a_forgotten_person_is_left_in_the_state_folder_and_the_history_of_the_actions_stays() {
    let (office, _server) = told();
    let state = office.path("state");
    office
        .run(&[
            "assign",
            "17/08",
            "--to",
            "Zora Kanarek",
            "--by",
            "Zora Kanarek",
            "--why",
            "Zora Kanarek can",
        ])
        .well();
    assert!(files_with(&state, &TRACES).len() >= 3, "the test would find nothing in any case");

    let error = office.run(&["forget", "Zora Kanarek"]).failed(1);
    assert!(
        error.contains("still asked for something: 17/06, 17/08") && error.contains("--force"),
        "{error}"
    );
    office.actions(&closed());
    let before: Value = serde_json::from_str(&office.run(&["history", "17/06", "--json"]).out).unwrap();
    let dry = office.run(&["forget", "zora  kanarek", "--dry-run"]).well();
    assert!(
        dry.contains("texts would call zora  kanarek \"forgotten person 1\".")
            && dry.contains("Nothing was changed."),
        "{dry}"
    );
    assert!(!files_with(&state, &TRACES).is_empty(), "a dry run changes nothing");

    let part = office.run(&["forget", "Kanarekova"]).failed(4);
    assert!(part.contains("did you mean Zora Kanarekova? Write the whole name."), "{part}");

    let said = office.run(&["forget", "Zora Kanarek"]).well();
    assert!(said.contains("rappel.db.v1 was changed as well") && said.contains("rappel.db.v4"), "{said}");
    assert_eq!(files_with(&state, &TRACES), []);
    assert!(!files_with(&state, &["zora kanarekova"]).is_empty(), "others are not forgotten");

    let after: Value = serde_json::from_str(&office.run(&["history", "17/06", "--json"]).out).unwrap();
    let (before, after) = (before.as_array().unwrap(), after.as_array().unwrap());
    assert_eq!(before.len(), after.len());
    let of = |entries: &[Value], name: &str| {
        entries.iter().filter(|entry| entry["recipient_name"] == name).count()
    };
    let hers = of(before, "Zora Kanarek");
    assert!(hers > 0);
    assert_eq!((of(after, "Zora Kanarek"), of(after, "forgotten person 1")), (0, hers));
    let verdict = office.run(&["verify"]).well();
    assert!(verdict.contains("The history is whole"), "{verdict}");
    assert!(office.run(&["doctor", "--offline"]).out.contains("rappel.db.v1 can be restored"));

    let error = office.run(&["forget", "Zora Kanarek"]).failed(4);
    assert!(error.contains("Nothing that rappel remembers names Zora Kanarek"), "{error}");
    let error = office.run(&["forget", "Zora Kanarekov"]).failed(4);
    assert!(error.contains("Did you mean Zora Kanarekova?"), "{error}");
}

#[test]
fn after_it_the_daemon_goes_on_and_tells_nobody_anything_twice() {
    let (office, server) = told();
    let mut rows = ASKED;
    rows[0][4] = "done";
    office.actions(&rows);
    office.run(&["forget", "Zora Kanarek"]).well();
    office.run(&["run", "--once"]);
    assert_eq!(server.letters().len(), 4, "nothing is told again");
    let status = office.run(&["status"]);
    assert!(status.out.contains("3 actions outstanding"), "{}{}", status.out, status.err);
}

/// Copies to an absent person, letters of deputies and those about vacant seats name people in forms of their own.
#[test]
fn a_person_is_forgotten_as_a_deputy_as_the_reader_of_a_copy_and_as_one_who_is_told_of_a_vacant_seat() {
    let server = SmtpServer::start(Script::default());
    let office = Office::new(&format!(
        "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n",
        server.port()
    ));
    office.write(
        "register/Representatives.csv",
        "Name,Email,Deputy,Absent from,Absent until\n\
         Zora Kanarek,zora.kanarek@example.org,Kim Lee,2020-01-01,2099-12-31\n\
         Kim Lee,kim@example.org,,,\nAnn,ann@example.org,Zora Kanarek,2020-01-01,\n\
         Bob,bob@example.org,Kim Lee,2020-01-01,2099-12-31\nZora Kanarekova,other@example.org,,,\n",
    );
    office.write(
        "register/Bodies.csv",
        "Body,Secretariat email\nISO,iso@example.org\nSEG 8,seg8@example.org\n",
    );
    office.write(
        "register/Roles.csv",
        "Body,Role,At,Representative\nISO,representative,SEG 8,\nISO,representative,,Kim Lee\n",
    );
    let rows = [
        ["17/06", "A seat", "Zora Kanarek", "2020-01-15", "open"],
        ["17/07", "A plan", "Bob", "2020-01-15", "open"],
        ["17/08", "Another", "ISO representative at SEG 8", "2020-01-15", "open"],
    ];
    office.actions(&rows);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    let state = office.path("state");
    office.run(&["backup", state.join("rappel.db.before").to_str().unwrap()]).well();
    let names = |of: &str| {
        let sql = format!(
            "SELECT DISTINCT recipient || ', ' || recipient_name FROM reminder WHERE recipient LIKE '%{of}%' \
             OR recipient_name LIKE '%{of}%' ORDER BY 1"
        );
        let database = Connection::open(state.join("rappel.db")).unwrap();
        let mut rows = database.prepare(&sql).unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<Vec<String>, _>>().unwrap()
    };
    assert_eq!(
        names("Kanarek"),
        [
            "copy:person:zora kanarek:of:person:kim lee, Zora Kanarek (copy)",
            "person:zora kanarek, Kim Lee (deputy of Zora Kanarek)",
        ]
    );
    assert_eq!(names("Kim Lee").len(), 5, "{:?}", names("Kim Lee"));
    office.actions(&rows.map(|mut row| {
        row[4] = "done";
        row
    }));
    for (number, name) in ["Zora Kanarek", "Kim Lee"].into_iter().enumerate() {
        let said = office.run(&["forget", name]).well();
        assert!(said.contains("rappel.db.before was changed as well"), "{said}");
        assert_eq!(files_with(&state, &[name, &name.to_lowercase()]), []);
        assert_eq!(names(&format!("forgotten person {}", number + 1)).len(), [2, 5][number]);
    }
    assert_eq!(files_with(&state, &["zora.kanarek@", "kim@example.org"]), []);
    assert!(office.run(&["verify"]).well().contains("The history is whole"));
    // There is nothing left to forget, in no copy either.
    office.run(&["forget", "Kim Lee"]).failed(4);
}

/// As after a `forget` that was interrupted, or when somebody put an old backup beside the database since.
#[test]
fn a_person_whom_only_a_copy_names_is_forgotten_in_it() {
    let (office, _server) = told();
    office.actions(&closed());
    let state = office.path("state");
    let elsewhere = office.path("rappel.db.v4");
    fs::copy(state.join("rappel.db.v4"), &elsewhere).unwrap();
    office.run(&["forget", "Zora Kanarek"]).well();
    assert_eq!(files_with(&state, &TRACES), []);
    fs::copy(&elsewhere, state.join("rappel.db.v4")).unwrap();
    let dry = office.run(&["forget", "Zora Kanarek", "--dry-run"]).well();
    assert!(dry.contains("rappel.db.v4 would be changed as well"), "{dry}");
    let said = office.run(&["forget", "Zora Kanarek"]).well();
    assert!(said.contains("rappel.db.v4 was changed as well"), "{said}");
    assert!(!said.contains("rappel.db.v1"), "it does not name her: {said}");
    assert_eq!(files_with(&state, &TRACES), []);
}

#[test]
fn a_running_daemon_is_not_worked_against() {
    let (office, _server) = told();
    office.actions(&closed());
    let daemon = Running::daemon(&office);
    let error = office.run(&["forget", "Zora Kanarek"]).failed(1);
    assert!(error.contains(&daemon.pid().to_string()), "{error}");
    office.run(&["forget", "Zora Kanarek", "--dry-run"]).well();
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn a_letter_that_was_settled_long_ago_loses_its_text_and_its_address_and_stays_in_the_history() {
    let (office, _server) = told();
    // One of them has lost its text before, because it named somebody who was forgotten.
    let sql = "UPDATE letter SET settled = settled - 800 * 86400 * 1000000 \
               WHERE recipient IN ('person:bob', 'person:zora kanarekova');
               DELETE FROM letter_bytes WHERE letter = \
               (SELECT id FROM letter WHERE recipient = 'person:zora kanarekova')";
    let database = office.path("state/rappel.db");
    let connection = Connection::open(&database).unwrap();
    connection.execute_batch(sql).unwrap();
    let of_bob = "SELECT bytes FROM letter_bytes JOIN letter ON id = letter WHERE recipient = 'person:bob'";
    let packed: Vec<u8> = connection.query_row(of_bob, [], |row| row.get(0)).unwrap();
    drop(connection);
    let is_on_the_disk = || {
        let part = &packed[packed.len() - 64..];
        fs::read(&database).unwrap().windows(part.len()).any(|window| window == part)
    };
    assert!(is_on_the_disk());
    office.run(&["run", "--once"]);
    assert!(!is_on_the_disk(), "what is left over of a row that was deleted is overwritten");
    let letters: Value = serde_json::from_str(&office.run(&["outbox", "list", "--json"]).out).unwrap();
    let of = |recipient: &str| {
        letters.as_array().unwrap().iter().find(|letter| letter["recipient"] == recipient).unwrap().clone()
    };
    let (old, new) = (of("person:bob"), of("secretariat:iso"));
    assert_eq!((&old["to"], &old["state"]), (&"".into(), &"accepted".into()));
    assert_eq!(of("person:zora kanarekova")["to"], "");
    assert_eq!(new["to"], "iso@example.org");
    let show = |letter: &Value| office.run(&["outbox", "show", &letter["id"].to_string(), "--raw"]);
    assert!(show(&new).well().contains("iso@example.org"));
    let old = show(&old);
    assert!(!old.out.contains("Dear") && old.code != 0, "{}{}", old.out, old.err);
    assert!(office.run(&["history", "17/06"]).out.contains("Bob"));
}

/// The password as it is, and as it travels (AUTH PLAIN, AUTH LOGIN).
const PASSWORD: &str = "canary-pWd-7391";
const SECRETS: [&str; 3] = [PASSWORD, "AHJhcHBlbABjYW5hcnktcFdkLTczOTE=", "Y2FuYXJ5LXBXZC03Mzkx"];

/// A day in the life: a login that is refused, and the answer quotes it, one that works, a letter
/// that is refused, bad settings, a backup, a killed daemon, and every command that prints something.
#[test]
fn the_password_is_in_no_log_no_database_no_letter_no_core_and_on_no_command_line() {
    let certificate = Certificate::for_name("localhost");
    let script = Script::default()
        .start_tls(&certificate)
        .login("PLAIN LOGIN", "rappel", PASSWORD)
        .for_address(
            "bob@example.org",
            Act::say(&format!("550 5.7.1 {PASSWORD} {} is not welcome", SECRETS[1])),
        )
        .on_nth(At::Login, 1, Act::say(&format!("535 5.7.8 {PASSWORD} {} is wrong", SECRETS[1])));
    let server = SmtpServer::start(script);
    let office = Office::new(&format!(
        "[log]\nlevel = \"debug\"\n[schedule]\nsend = \"* * * * * *\"\n[retry]\nfirst = \"1s\"\n\
         [monitoring]\nmetrics_file = \"rappel.prom\"\n\
         [mail.smtp]\nhost = \"localhost\"\nport = {}\ntls = \"starttls\"\nuser = \"rappel\"\n\
         password_file = \"password\"\nca_file = \"ca.pem\"\n",
        server.port()
    ));
    office.write("ca.pem", &certificate.authority);
    office.write("password", PASSWORD);
    fs::set_permissions(office.path("password"), fs::Permissions::from_mode(0o600)).unwrap();
    office.actions(&[["A1", "one", "Ann", "", "open"], ["B1", "two", "Bob", "", "open"]]);
    let mut said = vec![office.run(&["init"])];
    let daemon = Running::daemon_with(&office, |command| {
        command.env("RUST_BACKTRACE", "full").current_dir(office.path("state"));
    });
    server.wait_for_letters(1);
    let shown = |file: &str| fs::read(format!("/proc/{}/{file}", daemon.pid())).unwrap();
    for file in ["cmdline", "environ", "comm"] {
        let text = String::from_utf8_lossy(&shown(file)).into_owned();
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{file}: {text}");
    }
    office.write("rappel.toml", "[secretariat]\naddress = \"reminders@\"\n[mail.smtp]\npassword = 1\n");
    daemon.wait_for_status("the settings have errors");
    said.push(daemon.kill());
    office.settings(&format!("[mail.smtp]\nhost = \"localhost\"\nport = {}\nca_file = \"ca.pem\"\nuser = \"rappel\"\npassword_file = \"password\"\n", server.port()));
    for args in [
        &["check"][..],
        &["check", "--json"],
        &["doctor"],
        &["doctor", "--json"],
        &["status", "--json"],
        &["run", "--once"],
        &["outbox", "list", "--json"],
        &["outbox", "show", "1", "--json"],
        &["outbox", "show", "2", "--raw"],
        &["history", "A1", "--json"],
        &["send-test", "--to", "ann@example.org"],
        &["send-test", "--to", "bob@example.org"],
        &["verify", "--json"],
    ] {
        said.push(office.run(args));
    }
    let copy = office.path("copy.db");
    let backup = office.run(&["backup", copy.to_str().unwrap()]);
    assert_eq!(backup.code, 0, "{}", backup.err);
    said.push(backup);
    let looked_into = files_with(&office.path("."), &["SQLite format 3"]);
    assert!(looked_into.iter().any(|(file, _)| file.ends_with("copy.db")), "{looked_into:?}");
    for ran in &said {
        let text = format!("{}{}", ran.out, ran.err);
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{text}");
    }
    fs::remove_file(office.path("password")).unwrap();
    assert_eq!(files_with(&office.path("."), &SECRETS), []);
}
