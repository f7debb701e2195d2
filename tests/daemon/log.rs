//! What a log may hold: no addresses, nothing of what letters say, no secret.

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::{letters, office, smtp};
use crate::common::{
    office::Office,
    running::Running,
    smtp_server::{Act, At, Certificate, Script, SmtpServer},
};

const PASSWORD: &str = "canary-pWd-7391";
/// `\0rappel\0canary-pWd-7391` and the password alone, as AUTH PLAIN and AUTH LOGIN send them.
const ON_THE_WIRE: [&str; 3] = [PASSWORD, "AHJhcHBlbABjYW5hcnktcFdkLTczOTE=", "Y2FuYXJ5LXBXZC03Mzkx"];

fn secret_office(server: &SmtpServer, certificate: &Certificate) -> Office {
    let office = Office::new(&format!(
        "[schedule]\nsend = \"* * * * * *\"\n[log]\nlevel = \"debug\"\n[retry]\nfirst = \"1s\"\n[mail.smtp]\n\
         host = \"localhost\"\nport = {}\ntls = \"starttls\"\nuser = \"rappel\"\npassword_file = \"password\"\n\
         ca_file = \"ca.pem\"\nconnections = 1\n",
        server.port()
    ));
    office.write("ca.pem", &certificate.authority);
    office.write("password", PASSWORD);
    fs::set_permissions(office.path("password"), fs::Permissions::from_mode(0o600)).unwrap();
    office
}

/// A run with all that can be said about: letters accepted, refused and put off with replies that
/// quote addresses, a bad register, bad settings, a lost connection.
#[test]
fn at_level_debug_no_address_nothing_of_a_letter_and_no_password_is_in_the_log() {
    let certificate = Certificate::for_name("localhost");
    let script = Script::default()
        .start_tls(&certificate)
        .login("PLAIN LOGIN", "rappel", PASSWORD)
        .for_address("ann@example.org", Act::say("550 5.1.1 <ann@example.org>: no such user"))
        .for_address("iso@example.org", Act::say("450 4.2.2 <iso@example.org>: mailbox full"))
        .on_nth(At::Dot, 1, Act::Drop);
    let server = SmtpServer::start(script);
    let office = secret_office(&server, &certificate);
    let mut outputs = vec![office.run(&["init"]).well()];
    office.actions(&[
        ["REF-1", "canary of a title", "Ann", "", "open"],
        ["REF-2", "canary of a title", "Bob", "", "open"],
        ["REF-3", "canary of a title", "ISO", "", "open"],
    ]);
    let daemon = Running::daemon(&office);
    // The second letter is the one whose answer was lost, again.
    assert!(server.wait_for_letters(2).len() >= 2);
    office
        .write("register/Representatives.csv", "Name,Email\nAnn,ann@@example.org\nBob,bob at example.org\n");
    daemon.wait_for_status("the register has errors");
    office.write("rappel.toml", "[secretariat]\naddress = \"reminders@\"\n");
    daemon.wait_for_status("the settings have errors");
    let ran = daemon.stop();
    assert_eq!(ran.code, 0, "{}", ran.err);

    for expected in [
        "Letter",
        "refused: 550 5.1.1",
        "about REF-1 was refused",
        "letter=",
        "action=\"REF-2\"",
        "The register has errors",
        "The settings have errors",
    ] {
        assert!(ran.err.contains(expected), "the log does not even say {expected:?}:\n{}", ran.err);
    }
    for never in ["@", "example.org", "canary", "Ann", "no such user", "mailbox full", "Dear"] {
        assert!(!ran.err.contains(never), "{never:?} is in the log:\n{}", ran.err);
    }
    outputs.extend([ran.out, ran.err]);
    no_secret(&office, &outputs);
}

fn no_secret(office: &Office, outputs: &[String]) {
    for secret in ON_THE_WIRE {
        for output in outputs {
            assert!(!output.contains(secret), "{output}");
        }
        for entry in fs::read_dir(office.path("state")).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "the password is in {}", path.display());
        }
    }
}

#[test]
fn no_command_prints_the_password_also_not_one_that_fails_to_log_in() {
    let certificate = Certificate::for_name("localhost");
    let script = || Script::default().start_tls(&certificate).login("PLAIN LOGIN", "rappel", PASSWORD);
    let refusal = format!("535 5.7.8 {PASSWORD} AHJhcHBlbABjYW5hcnktcFdkLTczOTE= is wrong");
    for (script, code) in [(script(), 0), (script().on(At::Login, Act::say(&refusal)), 1)] {
        let server = SmtpServer::start(script);
        let office = secret_office(&server, &certificate);
        office.actions(&[["A1", "one", "Ann", "", "open"]]);
        let mut outputs = vec![office.run(&["init"]).well()];
        let sent = office.run(&["send-test", "--to", "bob@example.org"]);
        assert_eq!(sent.code, code, "{}{}", sent.out, sent.err);
        outputs.extend([sent.out, sent.err]);
        for args in [
            &["check"][..],
            &["check", "--json"],
            &["run", "--once"],
            &["status", "--json"],
            &["outbox", "list", "--json"],
            &["outbox", "show", "1", "--json"],
            &["outbox", "show", "1", "--raw"],
            &["history", "A1", "--json"],
        ] {
            let ran = office.run(args);
            outputs.extend([ran.out, ran.err]);
        }
        no_secret(&office, &outputs);
        if code == 0 {
            letters(&server, 2);
        }
    }
}

#[test]
fn a_letter_that_is_withdrawn_has_a_line_with_its_number_and_its_action() {
    let office = Office::new("[mail.smtp]\nhost = \"127.0.0.1\"\nport = 9\ntls = \"none\"\n");
    office.run(&["init"]).well();
    office.actions(&[["REF-1", "canary of a title", "Ann", "", "open"]]);
    office.run(&["run", "--once"]).failed(5);
    office.actions(&[["REF-1", "canary of a title", "Ann", "", "done"]]);
    let log = office.run(&["run", "--once"]).err;
    let line = "Letter 1 about REF-1 is withdrawn: it is no longer true. letter=1 action=\"REF-1\"";
    assert!(log.contains(line) && !log.contains("canary"), "{log}");
}

#[test]
fn a_letter_that_is_held_after_its_attempt_is_not_said_to_be_tried_again() {
    let script = Script::default().on_nth(At::Dot, 1, Act::Drop).on_nth(At::Dot, 2, Act::Drop);
    let server = SmtpServer::start(script);
    let office = office(&server, "");
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    let first = office.run(&["run", "--once"]);
    assert!(first.err.contains("Letter 1 about A1 is tried again later"), "{}", first.err);
    office.run(&["outbox", "retry", "1"]).well();
    let second = office.run(&["run", "--once"]);
    assert!(second.err.contains("Letter 1 about A1 is held, and a person decides"), "{}", second.err);
}

#[test]
fn the_notice_of_an_absence_is_no_letter_of_the_run() {
    let office = Office::with_maildir();
    office.run(&["init"]).well();
    office.write(
        "register/Representatives.csv",
        "Name,Email,Absent from,Absent until\nAnn,ann@example.org,2020-01-01,2099-01-01\n",
    );
    office.write("register/Actions.csv", "Ref,Title,Asked of\nA1,one,Ann\n");
    let said = office.run(&["run", "--once"]).well();
    assert!(said.starts_with("1 letter with 1 reminder queued; 2 accepted"), "{said}");
}

/// What the program said, without the times, and with the office as HERE.
fn lines(office: &Office, err: &str) -> Vec<String> {
    let here = office.path("").display().to_string();
    let level = |line: &str| line.find(" INFO ").or_else(|| line.find(" WARN "));
    // Said on a machine that is busy.
    let lines = err.lines().filter(|line| !line.contains("Looking at the whole history"));
    lines.filter_map(|line| Some(line[level(line)?..].trim().replace(&here, "HERE/"))).collect()
}

#[test]
fn the_first_lines_say_which_register_it_is_how_much_of_it_and_whether_anybody_is_sent_anything() {
    let rows = [["A1", "one", "Ann", "2099-01-01", "open"], ["B1", "two", "Bob", "2099-01-01", "done"]];
    let starts = |how: &str| {
        format!(
            "INFO rappel {} starts. Register: HERE/register, actions: 2, outstanding: 1. Letters leave Monday to \
             Friday at 08:00, Europe/Zurich, {how}. actions=2 outstanding=1",
            env!("CARGO_PKG_VERSION")
        )
    };
    let trial = Office::with_maildir();
    trial.run(&["init"]).well();
    trial.actions(&rows);
    let said = lines(&trial, &trial.run(&["run", "--once"]).err);
    let nobody = "Nobody is sent anything: letters are put into HERE/letters ([mail.maildir]).";
    assert_eq!(said, [starts("into a folder on this machine"), format!("WARN {nobody}")]);
    let status = trial.run(&["status"]).out.replace(&trial.path("").display().to_string(), "HERE/");
    assert!(status.contains(nobody), "{status}");

    let server = SmtpServer::start(Script::default());
    let office = office(&server, "");
    office.actions(&rows);
    let said = lines(&office, &office.run(&["run", "--once"]).err);
    assert_eq!(said, [starts(&format!("through 127.0.0.1, port {}", server.port()))]);
    assert!(!office.run(&["status"]).out.contains("Nobody is sent anything"));

    let few = smtp(server.port(), "")
        .replace("[mail.smtp]", "[mail]\nallow_domains = [\"example.int\"]\n[mail.smtp]");
    office.settings(&few);
    let said = lines(&office, &office.run(&["run", "--once"]).err);
    assert!(
        said[1].starts_with("WARN Letters leave to example.int only: mail.allow_domains is set."),
        "{said:?}"
    );
}
