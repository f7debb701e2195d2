//! Upgrades of a state that has data, with steps that no released version has yet.

use std::path::PathBuf;

use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

use super::{
    StoreError,
    handle::open_with,
    init,
    migrate::{STEPS, migrate},
};

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

/// The step that rebuilds the table of reminders.
#[test]
fn reminders_survive_the_step_that_lets_them_be_recorded_without_a_letter() {
    let mut c = Connection::open_in_memory().unwrap();
    c.pragma_update(None, "foreign_keys", true).unwrap();
    migrate(&mut c, &STEPS[..1]).unwrap();
    let rows = "INSERT INTO letter VALUES (1, 'k', 'reminder', 'ann', 'f', 't', 'm', 's', 'accepted', 1, 1, NULL, 1, 0, 2, NULL);
        INSERT INTO reminder VALUES ('a1', 'ann', 'ann', 'none', 'x', '2026-01-01', 'A1', 'one', 'Ann', 'Ann', 'told', 1, NULL, 5);
        INSERT INTO reminder VALUES ('a1', 'ann', 'ann', 'none', 'y', '2026-01-02', 'A1', 'one', 'Ann', 'Ann', 'merged', 1, NULL, 6);
        INSERT INTO reminder VALUES ('a2', 'ann', 'ann', 'none', 'x', '2026-01-01', 'A2', 'two', 'Ann', 'Ann', 'impossible', NULL, 'why', 7)";
    c.execute_batch(rows).unwrap();
    let all = |c: &Connection| -> Vec<String> {
        let sql = "SELECT concat_ws('|', reference, asked_of, recipient, deadline, step, step_day, label, title, \
                   asked_of_label, recipient_name, how, letter, why, recorded_at) FROM reminder ORDER BY 1";
        c.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let before = all(&c);
    assert_eq!(before.len(), 3);
    migrate(&mut c, STEPS).unwrap();
    assert_eq!(all(&c), before);
    let add = |how: &str, letter: &str, why: &str| {
        let sql = format!(
            "INSERT INTO reminder VALUES ('{how}', 'ann', 'ann', 'none', 'x', '2026-01-01', 'A', 'a', 'Ann', 'Ann', \
             '{how}', {letter}, {why}, 8)"
        );
        c.execute(&sql, [])
    };
    add("left out", "NULL", "'old'").unwrap();
    add("adopted", "NULL", "'adopted on 2026-11-23'").unwrap();
    add("told", "NULL", "NULL").unwrap_err();
    add("told", "2", "NULL").unwrap_err();
    add("merged", "1", "'why'").unwrap_err();
    add("sung", "NULL", "'why'").unwrap_err();
    let indices: i64 = c
        .query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'reminder' AND sql IS NOT NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(indices, 2);
}

/// The step that remembers which failures were told.
#[test]
fn what_failed_before_the_last_list_counts_as_told_after_the_step_that_keeps_them_apart() {
    let mut c = Connection::open_in_memory().unwrap();
    migrate(&mut c, &STEPS[..2]).unwrap();
    let second = 1_000_000_i64;
    let told = Timestamp::from_second(1_800_000_000).unwrap();
    c.execute("INSERT INTO fact VALUES ('failures told', ?1)", [format!("2027-01-15 {told}")]).unwrap();
    for (id, settled) in [(1, 1_799_999_999), (2, 1_800_000_001)] {
        let sql = "INSERT INTO letter VALUES (?1, ?1, 'reminder', 'ann', 'f', 't', 'm', 's', 'refused', 1, 1, NULL, 3, 0, ?2, NULL)";
        c.execute(sql, [id, settled * second]).unwrap();
        let sql = "INSERT INTO reminder VALUES (?1, 'ann', 'ann', 'none', 'x', '2026-01-01', 'A', 'a', 'Ann', 'Ann', \
                   'impossible', NULL, 'why', ?2)";
        c.execute(sql, [id, settled * second]).unwrap();
    }
    migrate(&mut c, STEPS).unwrap();
    let mut statement = c.prepare("SELECT what FROM failure_told ORDER BY what").unwrap();
    let all: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(all, ["letter 1 3", "reminder 1 ann ann none x 1799999999000000"]);
}
