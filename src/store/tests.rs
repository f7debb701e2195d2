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
