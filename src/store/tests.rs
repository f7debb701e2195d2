//! Upgrades of a state that has data, with steps that no released version has yet.

use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

use super::{StoreError, handle::open_with, init, migrate::STEPS};

const NEXT: &str = "ALTER TABLE fact ADD COLUMN since INTEGER; UPDATE fact SET since = 7";

fn with_a_fact() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().to_owned();
    init(&dir, Timestamp::UNIX_EPOCH).unwrap();
    let store = super::open(&dir).unwrap();
    store.write_blocking(|c| c.execute("INSERT INTO fact VALUES ('a', 'b')", [])).unwrap();
    (temp, dir)
}

fn since(c: &Connection) -> rusqlite::Result<i64> {
    c.query_row("SELECT since FROM fact", [], |row| row.get(0))
}

#[test]
fn an_upgrade_keeps_the_data_and_a_copy_of_the_state_before_it() {
    let (_temp, dir) = with_a_fact();
    let steps = [STEPS, &[NEXT]].concat();
    let store = open_with(&dir, &steps).unwrap();
    assert_eq!(store.write_blocking(since).unwrap(), 7);
    drop(store);

    let copy = Connection::open(dir.join(format!("rappel.db.v{}", STEPS.len()))).unwrap();
    since(&copy).unwrap_err();
    let value: String = copy.query_row("SELECT value FROM fact", [], |row| row.get(0)).unwrap();
    assert_eq!(value, "b");
}

/// A state of an earlier version with a letter of each sort and what goes with them.
fn an_earlier_state(version: usize) -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().to_owned();
    init(&dir, Timestamp::UNIX_EPOCH).unwrap();
    let file = dir.join("rappel.db");
    std::fs::remove_file(&file).unwrap();
    let mut c = Connection::open(&file).unwrap();
    c.pragma_update(None, "application_id", super::connect::APPLICATION_ID).unwrap();
    super::migrate::migrate(&mut c, &STEPS[..version]).unwrap();
    c.execute_batch(
        "INSERT INTO origin VALUES (0);
         INSERT INTO letter (id, key, kind, recipient, envelope_from, envelope_to, message_id, subject, state,
             planned_for, created, next_attempt, attempts, settled)
         VALUES (1, 'k1', 'reminder', 'olivier', 'tsb@example.int', 'olivier@example.org', 'k1@example.int', 'one',
                 'queued', 5, 5, 5, 0, NULL),
                (2, 'k2', 'digest', 'martin', 'tsb@example.int', 'martin@example.org', 'k2@example.int', 'two',
                 'sending', 5, 5, 9, 1, NULL),
                (3, 'k3', 'reminder', 'olivier', 'tsb@example.int', 'olivier@example.org', 'k3@example.int', 'three',
                 'accepted', 5, 5, NULL, 1, 7),
                (4, 'k4', 'reminder', 'martin', 'tsb@example.int', 'martin@example.org', 'k4@example.int', 'four',
                 'held', 5, 5, NULL, 0, NULL);
         INSERT INTO letter_bytes (letter, bytes)
         VALUES (1, CAST('letter 1' AS BLOB)), (2, CAST('letter 2' AS BLOB)),
                (3, CAST('letter 3' AS BLOB)), (4, CAST('letter 4' AS BLOB));
         INSERT INTO attempt (letter, number, started, ended, outcome, code, text)
         VALUES (2, 1, 6, NULL, NULL, NULL, NULL), (3, 1, 6, 7, 'accepted', 250, 'ok');
         INSERT INTO reminder (reference, asked_of, recipient, deadline, step, step_day, label, title, asked_of_label,
             recipient_name, how, letter, why, recorded_at)
         VALUES ('17/06', 'itu-t', 'olivier', '2017-06-23', 'before 7', '2017-06-16', '17/06', 'nominate', 'ITU-T',
                 'Olivier Dubuisson', 'told', 3, NULL, 5);
         INSERT INTO run VALUES (5, 5, 1, 1);
         INSERT INTO known_open VALUES ('17/06', 'itu-t', 5);
         INSERT INTO fact VALUES ('first start', '1970-01-01T00:00:00Z');",
    )
    .unwrap();
    (temp, dir)
}

#[test]
fn a_state_of_every_earlier_version_goes_on_with_all_its_data() {
    use crate::{ledger, outbox};
    for version in 1..STEPS.len() {
        let (_temp, dir) = an_earlier_state(version);
        let store = super::open(&dir).unwrap();
        let now = Timestamp::from_microsecond(8).unwrap();
        let counts = store.read(outbox::waiting).unwrap();
        assert_eq!((counts.queued, counts.sending, counts.held), (1, 1, 1), "from version {version}");
        for id in 1..=4 {
            let letter = store.read(|c| outbox::show(c, outbox::LetterId(id))).unwrap().unwrap();
            assert_eq!(letter.bytes.unwrap(), format!("letter {id}").into_bytes(), "from version {version}");
        }
        let retry = outbox::RetrySettings::default();
        let claimed = store.write_blocking(move |c| outbox::claim(c, 9, now, &retry)).unwrap();
        assert_eq!(claimed.iter().map(|one| one.id.0).collect::<Vec<_>>(), [1], "from version {version}");
        let history = store.read(|c| ledger::history(c, &ledger::HistoryFilter::default())).unwrap();
        assert_eq!(history.len(), 1, "from version {version}");
        assert_eq!(store.read(ledger::known_open).unwrap().len(), 1);
        assert_eq!(store.read(ledger::last_run).unwrap().unwrap().as_microsecond(), 5);
        assert!(dir.join(format!("rappel.db.v{version}")).exists(), "a copy of the state before it");
    }
}

#[test]
fn an_older_program_refuses_the_upgraded_state() {
    let (_temp, dir) = with_a_fact();
    drop(open_with(&dir, &[STEPS, &[NEXT]].concat()).unwrap());
    let error = super::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::Newer { .. }), "{error}");
}

#[test]
fn an_upgrade_that_fails_keeps_the_steps_that_were_done_whole() {
    let (_temp, dir) = with_a_fact();
    open_with(&dir, &[STEPS, &[NEXT, "nonsense"], &[NEXT]].concat()).unwrap_err();
    // The first of the two steps is done and whole; an older program says so.
    let error = super::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found, .. } if found as usize == STEPS.len() + 1), "{error}");
    let store = open_with(&dir, &[STEPS, &[NEXT]].concat()).unwrap();
    assert_eq!(store.write_blocking(since).unwrap(), 7);
}
