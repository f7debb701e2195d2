//! `rappel doctor` on installations that are in order and on such that are not: what it says, what it
//! advises, and that what it advises helps.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on ends")]

mod common;

use std::{fs, os::unix::fs::PermissionsExt as _};

use common::{
    office::{Office, Ran},
    smtp_server::{Act, At, Certificate, Script, SmtpServer},
};
use serde_json::Value;

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];

/// An installation that is in order, with a letter that was delivered.
fn sound() -> Office {
    let office = Office::with_maildir();
    office.actions(&[ANN]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    office
}

fn examined(ran: &Ran) -> Vec<(String, String, String)> {
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        // Whether the clock of the machine that runs the tests is synchronised is not ours to say.
        .filter(|finding| finding["about"] != "clock")
        .map(|finding| (text(&finding["level"]), text(&finding["what"]), text(&finding["remedy"])))
        .collect()
}

fn wrong(office: &Office, more: &[&str]) -> Vec<(String, String, String)> {
    let ran = office.run(&[&["doctor", "--json"], more].concat());
    let mut findings = examined(&ran);
    findings.retain(|(level, ..)| level == "warning" || level == "error");
    assert!(ran.code == 5 || findings.is_empty(), "{}", ran.out);
    findings
}

#[test]
fn an_installation_that_is_in_order_has_nothing_wrong() {
    let office = sound();
    assert_eq!(wrong(&office, &[]), []);
    let ran = office.run(&["doctor"]);
    // Near the end of a month the letter also stands for the reminder of the first of the next.
    assert!(
        ran.out.contains("1 letter and ") && ran.out.contains("Every page and index is whole"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("(1 letter); the newest letter"), "{}", ran.out);
    // The clock of this machine may be a warning.
    assert!([0, 5].contains(&ran.code));
    assert_eq!(ran.code == 0, ran.out.contains("Nothing is wrong."), "{}", ran.out);
}

#[test]
fn a_damaged_database_is_counted_and_the_advice_restores_it() {
    let office = sound();
    let backup = office.path("elsewhere.db");
    office.run(&["backup", backup.to_str().unwrap()]).well();
    let database = office.path("state/rappel.db");
    let mut bytes = fs::read(&database).unwrap();
    let end = bytes.len() - 4096;
    bytes.truncate(end);
    fs::write(&database, bytes).unwrap();
    let error = office.run(&["run", "--once"]).failed(1);
    assert!(error.contains("rappel.db is damaged") && error.contains("rappel doctor"), "{error}");

    let findings = wrong(&office, &["--backup", backup.to_str().unwrap()]);
    let (level, what, remedy) = &findings[0];
    assert_eq!(level, "error");
    assert!(what.contains("rappel.db is damaged"), "{what}");
    assert!(what.contains("What can still be read: "), "{what}");
    for step in ["kill PID, or Ctrl-C", "elsewhere.db", "rappel.toml adopt --dry-run", "rappel.toml run"] {
        assert!(remedy.contains(step), "no {step} in\n{remedy}");
    }

    fs::rename(&database, office.path("state/rappel.db.damaged")).unwrap();
    fs::copy(&backup, &database).unwrap();
    assert_eq!(wrong(&office, &[]), []);
    office.run(&["run", "--once"]).well();
    assert_eq!(office.letters().len(), 1, "nothing is told again");
}

#[test]
fn a_missing_or_empty_database_is_an_error_that_names_the_best_backup() {
    let office = sound();
    let old = office.path("state/rappel.db.old");
    office.run(&["backup", old.to_str().unwrap()]).well();
    office.actions(&[ANN, ["B1", "two", "Bob", "", "open"]]);
    office.run(&["run", "--once"]).well();
    let new = office.path("state/rappel.db.new-one");
    office.run(&["backup", new.to_str().unwrap()]).well();
    fs::write(office.path("state/rappel.db"), "").unwrap();
    let findings = wrong(&office, &[]);
    assert!(findings[0].1.contains("is empty (0 bytes)"), "{findings:?}");
    assert!(findings[0].2.contains("rappel.db.new-one"), "not the latest: {}", findings[0].2);
    fs::remove_file(office.path("state/rappel.db")).unwrap();
    assert!(wrong(&office, &[])[0].1.contains("There is no database"));
    fs::remove_dir_all(office.path("state")).unwrap();
    let findings = wrong(&office, &[]);
    assert!(findings[0].1.contains("is not there") && findings[0].2.contains("rappel init"), "{findings:?}");
}

#[test]
fn a_state_that_others_can_read_and_a_register_with_errors_are_found_together() {
    let office = sound();
    fs::set_permissions(office.path("state"), fs::Permissions::from_mode(0o755)).unwrap();
    office.actions(&[["A1", "one", "Ann", "31/02/2018", "opne"]]);
    let findings = wrong(&office, &[]);
    assert!(findings[0].1.contains("2 places with errors"), "{findings:?}");
    assert!(findings[1].1.contains("mode 755") && findings[1].2.contains("chmod 700"), "{findings:?}");
    assert_eq!(findings.len(), 2, "{findings:?}");
    office.write("rappel.toml", "[secretariat]\naddress = \"tsb@\"\n");
    let findings = wrong(&office, &[]);
    assert!(findings[0].1.contains("tsb@") && findings[0].2.contains("rappel check"), "{findings:?}");
}

/// `SQLite` finds every page whole; what is in one of them nobody ever wrote.
#[test]
fn a_value_that_rappel_never_wrote_is_damage_for_the_start_and_for_the_doctor() {
    let office = sound();
    let database = rusqlite::Connection::open(office.path("state/rappel.db")).unwrap();
    database.execute("UPDATE reminder SET deadline = '202612-03'", []).unwrap();
    drop(database);
    let error = office.run(&["run", "--once"]).failed(1);
    for part in ["rappel.db is damaged", "202612-03", "rappel doctor"] {
        assert!(error.contains(part), "no {part} in {error}");
    }
    let findings = wrong(&office, &[]);
    assert!(findings[0].1.contains("202612-03") && findings[0].2.contains("backup"), "{findings:?}");
}

/// An office with a mail server that asks for encryption and a login.
fn with_server(script: impl FnOnce(Script) -> Script) -> (Office, SmtpServer) {
    let certificate = Certificate::for_name("localhost");
    let script = script(Script::default().start_tls(&certificate).login("PLAIN LOGIN", "rappel", "secret"));
    let server = SmtpServer::start(script);
    let office = Office::new(&format!(
        "[mail.smtp]\nhost = \"localhost\"\nport = {}\ntls = \"starttls\"\nuser = \"rappel\"\n\
         password_file = \"password\"\nca_file = \"ca.pem\"\n",
        server.port()
    ));
    office.write("ca.pem", &certificate.authority);
    office.write("password", "secret");
    fs::set_permissions(office.path("password"), fs::Permissions::from_mode(0o600)).unwrap();
    office.actions(&[ANN]);
    office.run(&["init"]).well();
    (office, server)
}

#[test]
fn a_mail_server_that_can_be_used_is_shown_with_the_end_of_its_certificate_and_gets_no_letter() {
    let (office, server) = with_server(|script| script);
    let ran = office.run(&["doctor"]);
    assert!(ran.out.contains("the connection is encrypted, the login is accepted"), "{}", ran.out);
    assert!(ran.out.contains("The certificate of localhost is valid until "), "{}", ran.out);
    assert_eq!(wrong(&office, &[]), []);
    let connections = server.connections();
    let offline = office.run(&["doctor", "--offline"]);
    assert!(offline.out.contains("not looked at (--offline)"), "{}", offline.out);
    assert!(offline.out.contains("There is none ([mail.archive])"), "what is not noticed: {}", offline.out);
    assert_eq!((server.connections(), server.letters().len()), (connections, 0));
}

#[test]
fn a_mail_server_that_cannot_be_used_is_an_error_with_advice_for_where_it_stopped() {
    let (office, server) = with_server(|script| script.on(At::Login, Act::say("535 5.7.8 no")));
    let findings = wrong(&office, &[]);
    assert!(findings[0].1.contains("535") && findings[0].2.contains("password"), "{findings:?}");
    office.write("ca.pem", &Certificate::for_name("localhost").authority);
    let findings = wrong(&office, &[]);
    assert!(findings[0].2.contains("certificate"), "{findings:?}");
    drop(server);
    let findings = wrong(&office, &[]);
    assert!(findings[0].1.contains("localhost") && findings[0].2.contains("firewall"), "{findings:?}");
}
