//! What a running daemon says about itself, and what `rappel status` makes of it.

use std::{
    fs::{self, OpenOptions},
    io::{Seek as _, SeekFrom, Write as _},
    net::TcpListener,
    path::Path,
};

use serde_json::Value;

use super::{EACH_SECOND, letters, office, smtp, wrong_clock::faketime};
use crate::common::{
    office::Office,
    running::Running,
    smtp_server::{Act, Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];
const BOB: [&str; 5] = ["B1", "two", "Bob", "", "open"];

#[test]
fn damage_is_found_while_the_daemon_runs_and_nothing_is_sent_any_more() {
    let server = SmtpServer::start(Script::default());
    // Nothing is to be written: nobody but the check comes upon it.
    let office = office(&server, "[schedule]\nsend = \"0 8 1 1 *\"\n");
    office.actions(&[ANN]);
    // Afterwards everything is in the database itself, and not in the log beside it.
    office.run(&["run", "--once"]).well();
    let daemon = Running::daemon_with(&office, |command| {
        // The check is looked for whenever the loop comes round.
        command.env("RAPPEL__STATE__CHECK_EVERY", "1s").env("WATCHDOG_USEC", "600000");
    });
    letters(&server, 1);
    damage(&office.path("state/rappel.db"));
    daemon.wait_for_status("the database is damaged, see `rappel doctor`");
    office.actions(&[ANN, BOB]);
    office.settings(&smtp(server.port(), EACH_SECOND));
    daemon.reload();
    let status = office.run(&["status"]);
    assert_ne!(status.code, 0);
    let said = status.out + &status.err;
    assert!(said.contains("damaged") && said.contains("rappel doctor"), "{said}");
    let ran = daemon.stop();
    assert_eq!(ran.code, 0);
    assert_eq!(ran.err.matches("Nothing is sent any more.").count(), 1, "{}", ran.err);
    assert!(ran.err.contains("rappel.db is damaged") && ran.err.contains("rappel doctor"), "{}", ran.err);
    letters(&server, 1);
}

/// Makes all pages behind the first unreadable.
fn damage(database: &Path) {
    let size = fs::metadata(database).unwrap().len();
    let mut file = OpenOptions::new().write(true).open(database).unwrap();
    for page in 1..size / 4096 {
        file.seek(SeekFrom::Start(page * 4096)).unwrap();
        file.write_all(&[0xff; 4096]).unwrap();
    }
}

/// Changes what the daemon said, while it is stopped: as if it had been so for longer.
fn rewrite(office: &Office, change: impl FnOnce(&mut Value)) {
    let path = office.path("state/status");
    let mut said: Value = serde_json::from_str(fs::read_to_string(&path).unwrap().trim()).unwrap();
    change(&mut said);
    fs::write(&path, said.to_string()).unwrap();
}

#[test]
fn a_mail_server_that_cannot_be_used_for_long_and_a_daemon_that_hangs_need_attention() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let office = Office::new(&smtp(closed, EACH_SECOND));
    office.run(&["init"]).well();
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    daemon.wait_for_status("letters wait for the mail server");
    daemon.signal("STOP");
    let out = office.run(&["status"]).well();
    assert!(out.contains("The mail server cannot be used since"), "it is shown, and not for long yet: {out}");
    assert!(out.contains(&format!("letters wait: connection refused by 127.0.0.1:{closed}.")), "{out}");
    assert!(out.contains(" (not sent yet)"), "nor is the letter shown as if it had left: {out}");
    rewrite(&office, |said| said["mail"]["since"] = "2020-01-01T00:00:00Z".into());
    let status = office.run(&["status", "--json"]);
    let json: Value = serde_json::from_str(&status.out).unwrap();
    assert_eq!((status.code, &json["mail_down_since"]), (5, &"2020-01-01T00:00:00Z".into()), "{json}");
    rewrite(&office, |said| {
        said["mail"] = Value::Null;
        said["at"] = "2020-01-01T00:00:00Z".into();
    });
    let status = office.run(&["status"]);
    assert!(status.out.contains("It has not said anything since"), "{}", status.out);
    status.failed(5);
    daemon.signal("CONT");
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn what_failed_is_counted_also_while_the_register_has_errors() {
    let refused = Act::say("550 5.1.1 No such user here");
    let server = SmtpServer::start(Script::default().for_address("ann@example.org", refused));
    let office = office(&server, "");
    office.actions(&[ANN]);
    office.run(&["run", "--once"]).failed(5);
    let daemon = Running::daemon(&office);
    office.actions(&[["A1", "one", "Ann", "31/02/2018", "open"]]);
    daemon.wait_for_status("the register has errors");
    let status = office.run(&["status", "--json"]);
    let json: Value = serde_json::from_str(&status.out).unwrap();
    assert_eq!((status.code, &json["failed"]), (5, &1.into()), "{json}");
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn a_clock_that_is_set_while_the_daemon_runs_is_said_and_by_more_than_a_day_it_holds_everything() {
    let Some(library) = faketime() else { return };
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "[schedule]\nsend = \"0 8 1 1 *\"\n");
    office.actions(&[ANN]);
    office.write("time", "+0");
    let daemon = Running::daemon_with(&office, |command| {
        command
            .env("LD_PRELOAD", library)
            .env("FAKETIME_TIMESTAMP_FILE", office.path("time"))
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    });
    office.write("time", "+3h");
    daemon.reload();
    // The folder is watched: the daemon looks round because of this file.
    office.write("time", "+4d");
    daemon.wait_for_status("everything is held: The clock was set forward by");
    let status = office.run(&["status"]);
    assert!(
        status.out.contains("timedatectl") && status.out.contains("rappel outbox release"),
        "{}",
        status.out
    );
    status.failed(5);
    // Set right again, it goes on by itself.
    office.write("time", "+3h");
    while daemon.wait_for("STATUS=").contains("held") {}
    let status = office.run(&["status"]);
    assert!(!status.out.contains("timedatectl"), "{}", status.out);
    let ran = daemon.stop();
    assert!(ran.err.contains("The clock was set forward by"), "{}", ran.err);
    assert_eq!(server.connections(), 0);
}
