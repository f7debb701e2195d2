//! Ten years of history: it is looked at whole before anything is sent, and nobody waits for that.

use std::fs;

use rusqlite::Connection;

use super::{EACH_SECOND, letters, office};
use crate::common::{
    office::{Office, Ran},
    running::Running,
    smtp_server::{Script, SmtpServer},
};

const LOOKING: &str = "STATUS=Looking at the whole history";

/// So many reminders that looking at them takes longer than the start waits.
const REMINDERS: u32 = 20_000;

/// An office in which they were told, and one more will be.
fn after_ten_years(server: &SmtpServer) -> Office {
    let office = office(server, EACH_SECOND);
    office.write("register/Actions.csv", "Ref,Title,Asked of\n");
    let c = Connection::open(office.path("state/rappel.db")).unwrap();
    c.execute_batch(&format!(
        "BEGIN; CREATE TEMP TABLE n AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {REMINDERS}) \
         SELECT x, 1500000000000000 + x AS at FROM n; \
         INSERT INTO letter (id, key, kind, recipient, envelope_from, envelope_to, message_id, subject, state, planned_for, \
         created, settled, attempts) SELECT x, hex(x), 'reminder', 'person:ann', 'a@example.int', 'ann@example.org', x, \
         'something', 'accepted', at, at, at, 1 FROM n; \
         INSERT INTO reminder SELECT 'r' || x, 'itu-t', 'person:ann', '2017-08-01', 'on the day', '2017-08-01', 'R' || x, \
         'do it', 'ITU-T', 'Ann', 'told', x, NULL, at FROM n; COMMIT"
    ))
    .unwrap();
    drop(c);
    // From now on they are in the journal.
    office.run(&["run", "--once"]).well();
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    office
}

/// A daemon that has only just begun to look.
fn looking(office: &Office) -> Running {
    let daemon = Running::start(office, office.command(&["run"]));
    let heard = daemon.heard_until(LOOKING);
    assert_eq!(heard[0], "READY=1", "{heard:?}");
    daemon
}

#[test]
fn the_service_is_ready_while_it_looks_and_a_kill_or_a_stop_meanwhile_costs_nothing() {
    let server = SmtpServer::start(Script::default());
    let office = after_ten_years(&server);
    looking(&office).kill();
    let Ran { code, err, .. } = looking(&office).stop();
    assert_eq!(code, 0, "{err}");
    assert_eq!(server.connections(), 0, "nothing was sent");
    let daemon = looking(&office);
    daemon.wait_for_status("1 outstanding");
    letters(&server, 1);
    assert_eq!(daemon.stop().code, 0);
    letters(&server, 1);
}

#[test]
fn a_long_history_that_was_changed_ends_the_service_before_anything_is_sent() {
    let server = SmtpServer::start(Script::default());
    let office = after_ten_years(&server);
    let c = Connection::open(office.path("state/rappel.db")).unwrap();
    c.execute_batch("DELETE FROM reminder WHERE reference = 'r17'").unwrap();
    drop(c);
    let mut daemon = Running::start(&office, office.command(&["run"]));
    let Ran { code, err, .. } = daemon.ended();
    assert_eq!(code, 1);
    assert!(err.contains("says something else than its journal"), "{err}");
    assert_eq!(server.connections(), 0);
    let said = office.run(&["verify"]).out;
    assert!(said.contains("The reminder of R17 to Ann (on the day) was removed from the history."), "{said}");
}

#[test]
fn a_long_history_of_which_a_part_is_gone_keeps_the_service_from_being_ready() {
    let server = SmtpServer::start(Script::default());
    let office = after_ten_years(&server);
    let database = office.path("state/rappel.db");
    let whole = fs::read(&database).unwrap();
    let mut zeroed = whole.clone();
    zeroed[4096..8192].fill(0);
    let mut newer = whole.clone();
    // The user version (the format's section 1.3.10).
    newer[60..64].copy_from_slice(&9999_u32.to_be_bytes());
    let foreign = [b"SQLite format 3\0".as_slice(), &[0; 10_000]].concat();
    let cases = [
        (&whole[..whole.len() / 2], "restore"),
        (&whole[..whole.len() - 4096], "restore"),
        (&zeroed, "restore"),
        (&newer, "newer"),
        (&foreign, "Restore"),
    ];
    for (bytes, said) in cases {
        fs::write(&database, bytes).unwrap();
        let mut daemon = Running::start(&office, office.command(&["run"]));
        let Ran { code, err, .. } = daemon.ended();
        assert_eq!(code, 1);
        assert!(err.contains("rappel.db") && err.contains(said), "{err}");
        assert_eq!(daemon.heard_so_far(), [""; 0], "{err}");
    }
    assert_eq!(server.connections(), 0);
}
