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
    let store = open_with(&dir, &steps, || ()).unwrap();
    assert_eq!(store.write_blocking(since).unwrap(), 7);
    drop(store);

    let copy = Connection::open(dir.join(format!("rappel.db.v{}", STEPS.len()))).unwrap();
    since(&copy).unwrap_err();
    let value: String = copy.query_row("SELECT value FROM fact", [], |row| row.get(0)).unwrap();
    assert_eq!(value, "b");
}

#[test]
fn a_copy_that_a_kill_left_half_made_is_made_anew_before_the_upgrade() {
    let (_temp, dir) = with_a_fact();
    let copy = dir.join(format!("rappel.db.v{}", STEPS.len()));
    // Of a program that died at it, and of this one.
    std::fs::write(&copy, "SQLite format 3\0 and not more").unwrap();
    std::fs::write(copy.with_extension(format!("v{}.new", STEPS.len())), "half").unwrap();
    drop(open_with(&dir, &[STEPS, &[NEXT]].concat(), || ()).unwrap());
    let read = |c: &Connection| c.query_row("SELECT value FROM fact", [], |row| row.get::<_, String>(0));
    assert_eq!(read(&Connection::open(&copy).unwrap()).unwrap(), "b");
    let left: Vec<_> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".new")), "{left:?}");
}

#[test]
fn a_write_that_meets_damage_says_so() {
    let (_temp, dir) = with_a_fact();
    let store = super::open(&dir).unwrap();
    // More than the connection keeps in memory.
    store
        .write_blocking(|c| {
            c.execute_batch(
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 6000) \
                 INSERT INTO fact SELECT 'f' || x, hex(zeroblob(1500)) FROM n",
            )
        })
        .unwrap();
    drop(store);
    let store = super::open(&dir).unwrap();
    let file = dir.join("rappel.db");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[4096 * 40..].fill(0x5a);
    std::fs::write(&file, bytes).unwrap();
    let all = "UPDATE fact SET value = 'new' WHERE name LIKE 'f%'";
    let error = store.write_blocking(move |c| c.execute(all, [])).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    assert!(error.to_string().contains("rappel.db is damaged"), "{error}");
}

/// The first version that keeps rejected proposals.
const WITH_REJECTIONS: usize = 14;

/// A state of an earlier version with a letter of each sort and what goes with them.
fn an_earlier_state(version: usize) -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().to_owned();
    init(&dir, Timestamp::UNIX_EPOCH).unwrap();
    let file = dir.join("rappel.db");
    std::fs::remove_file(&file).unwrap();
    let mut c = Connection::open(&file).unwrap();
    c.pragma_update(None, "application_id", super::connect::APPLICATION_ID).unwrap();
    migrate(&mut c, &STEPS[..version]).unwrap();
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
    if version >= WITH_REJECTIONS {
        let rejected = "INSERT INTO rejected_proposal (identity, reference, asked_of, title, words, form, who, at)
             VALUES ('p1', '17/09', 'ITU-T', 'nominate', 'ITU-T is invited to nominate.', 'form.xlsx', 'ann', 4)";
        c.execute_batch(rejected).unwrap();
    }
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
        // What was recorded before there was a journal becomes its first link.
        store.write_blocking(move |c| ledger::begin_journal(c, now)).unwrap();
        store.write_blocking(move |c| ledger::begin_journal(c, now)).unwrap();
        let evidence = store.read(ledger::verify).unwrap();
        assert!(evidence.is_whole(), "from version {version}: {evidence:?}");
        // And so do rejections, which were kept before they were chained.
        let rejected = store.read(ledger::rejected).unwrap().len();
        assert_eq!(rejected, usize::from(version >= WITH_REJECTIONS), "from version {version}");
        let entries = 4 + u64::from(version >= WITH_REJECTIONS);
        assert_eq!(
            (evidence.chain.links, evidence.chain.entries, evidence.began),
            (1, entries, Some((now, 1)))
        );
        assert_eq!(store.read(ledger::last_run).unwrap().unwrap().as_microsecond(), 5);
        assert!(dir.join(format!("rappel.db.v{version}")).exists(), "a copy of the state before it");
    }
}

#[test]
fn an_older_program_refuses_the_upgraded_state() {
    let (_temp, dir) = with_a_fact();
    drop(open_with(&dir, &[STEPS, &[NEXT]].concat(), || ()).unwrap());
    let error = super::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::Newer { .. }), "{error}");
}

#[test]
fn an_upgrade_that_fails_keeps_the_steps_that_were_done_whole() {
    let (_temp, dir) = with_a_fact();
    open_with(&dir, &[STEPS, &[NEXT, "nonsense"], &[NEXT]].concat(), || ()).unwrap_err();
    // The first of the two steps is done and whole; an older program says so.
    let error = super::open(&dir).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found, .. } if found as usize == STEPS.len() + 1), "{error}");
    let store = open_with(&dir, &[STEPS, &[NEXT]].concat(), || ()).unwrap();
    assert_eq!(store.write_blocking(since).unwrap(), 7);
}

/// The step that rebuilds the table of reminders.
#[test]
fn reminders_survive_the_step_that_lets_them_be_recorded_without_a_letter() {
    let mut c = Connection::open_in_memory().unwrap();
    c.pragma_update(None, "foreign_keys", true).unwrap();
    migrate(&mut c, &STEPS[..4]).unwrap();
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
    let index: String = c
        .query_row("SELECT group_concat(name) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'reminder' AND sql IS NOT NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(index, "reminder_letter");
}

/// The step that remembers which failures were told.
#[test]
fn what_failed_before_the_last_list_counts_as_told_after_the_step_that_keeps_them_apart() {
    let mut c = Connection::open_in_memory().unwrap();
    migrate(&mut c, &STEPS[..5]).unwrap();
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
