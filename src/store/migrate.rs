//! The schema, brought forward step by step. There is no way back: restore a backup.

use rusqlite::{Connection, TransactionBehavior};

/// What makes version `n + 1` of the schema out of version `n`, from version 0: nothing.
pub(super) const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_state.sql"),
    include_str!("../../migrations/0002_packed_letters.sql"),
    include_str!("../../migrations/0003_server_of_attempt.sql"),
    include_str!("../../migrations/0004_vanished_rows.sql"),
    include_str!("../../migrations/0005_reminders_without_a_letter.sql"),
    include_str!("../../migrations/0006_failures_told.sql"),
    include_str!("../../migrations/0007_journal.sql"),
    include_str!("../../migrations/0008_decisions.sql"),
    include_str!("../../migrations/0009_corrections.sql"),
    include_str!("../../migrations/0010_tried_from.sql"),
    include_str!("../../migrations/0011_closings.sql"),
    include_str!("../../migrations/0012_escalation.sql"),
    include_str!("../../migrations/0013_unapprove.sql"),
    include_str!("../../migrations/0014_rejected_proposals.sql"),
    include_str!("../../migrations/0015_letters_by_recipient.sql"),
    include_str!("../../migrations/0016_reminders_by_time.sql"),
];

/// The version of the schema, kept as `PRAGMA user_version`.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// The version that `steps` lead to.
pub(super) fn newest(steps: &[&str]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

/// Does the steps that are missing, each in a transaction of its own that also counts it: a kill
/// between two leaves the earlier version, whole.
pub(super) fn migrate(connection: &mut Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let done = version(connection)?;
    for (number, sql) in (1u32..).zip(steps) {
        if number <= done {
            continue;
        }
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step.execute_batch(sql)?;
        step.pragma_update(None, "user_version", number)?;
        step.commit()?;
    }
    Ok(())
}

/// A new state that is in memory only and gone with its connection: to try things on.
pub fn in_memory() -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    migrate(&mut connection, STEPS)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Connection {
        Connection::open_in_memory().unwrap()
    }

    #[test]
    fn a_fresh_database_gets_the_newest_schema() {
        let mut c = fresh();
        migrate(&mut c, STEPS).unwrap();
        assert_eq!(version(&c).unwrap(), newest(STEPS));
        c.execute("INSERT INTO fact VALUES ('a', 'b')", []).unwrap();
    }

    #[test]
    fn only_the_missing_steps_are_done_and_data_stays() {
        let mut c = fresh();
        migrate(&mut c, &["CREATE TABLE a (x)"]).unwrap();
        c.execute("INSERT INTO a VALUES (7)", []).unwrap();
        migrate(&mut c, &["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"]).unwrap();
        assert_eq!(version(&c).unwrap(), 2);
        assert_eq!(c.query_row("SELECT x FROM a WHERE y IS NULL", [], |r| r.get::<_, i64>(0)).unwrap(), 7);
    }

    #[test]
    fn attempts_of_before_their_server_was_kept_stay_as_they_are() {
        let mut c = fresh();
        migrate(&mut c, &STEPS[..2]).unwrap();
        c.execute_batch(
            "INSERT INTO letter (id, key, kind, recipient, envelope_from, envelope_to, message_id, subject, state, \
             planned_for, created, attempts, settled) \
             VALUES (7, 'k', 'reminder', 'ann', 'f', 't', 'm', 's', 'accepted', 1, 1, 1, 2);
             INSERT INTO attempt (letter, number, started, ended, outcome, code, text) \
             VALUES (7, 1, 1, 2, 'accepted', 250, 'Kept');",
        )
        .unwrap();
        migrate(&mut c, STEPS).unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let kept: (u32, String, Option<String>) =
            c.query_row("SELECT code, text, server FROM attempt WHERE letter = 7", [], read).unwrap();
        assert_eq!(kept, (250, "Kept".to_owned(), None));
    }

    #[test]
    fn what_was_tried_before_counts_as_tried_since_it_first_reached_a_server() {
        let mut c = fresh();
        migrate(&mut c, &STEPS[..6]).unwrap();
        c.execute_batch(
            "INSERT INTO letter (id, key, kind, recipient, envelope_from, envelope_to, message_id, subject, state, \
             planned_for, created, attempts, next_attempt) \
             VALUES (7, 'k', 'reminder', 'ann', 'f', 't', 'm', 's', 'queued', 5, 5, 3, 90),
                    (8, 'l', 'reminder', 'bob', 'f', 't', 'n', 's', 'queued', 5, 5, 1, 90);
             INSERT INTO attempt (letter, number, started, ended, outcome, trouble) \
             VALUES (7, 1, 3, 4, 'later', 'recipient'), (7, 2, 10, 11, 'later', 'server'),
                    (7, 3, 20, 21, 'later', 'recipient'), (8, 1, 10, 11, 'later', 'server');",
        )
        .unwrap();
        migrate(&mut c, STEPS).unwrap();
        let tried = |id: i64| {
            let sql = "SELECT tried_from FROM letter WHERE id = ?1";
            c.query_row(sql, [id], |row| row.get::<_, Option<i64>>(0)).unwrap()
        };
        assert_eq!((tried(7), tried(8)), (Some(20), None));
    }

    #[test]
    fn what_was_decided_before_other_things_could_be_stays_with_its_ends() {
        let mut c = fresh();
        migrate(&mut c, &STEPS[..11]).unwrap();
        c.execute_batch(
            "INSERT INTO decision (id, reference, asked_of, label, asked_of_label, verb, value, seen, who, why, day, at) \
             VALUES (3, '17/06', 'itu-t', '17/06', 'ITU-T', 'close', 'done', 'pending', 'ann', NULL, '2017-06-01', 5),
                    (7, '17/06', 'itu-t', '17/06', 'ITU-T', 'reopen', NULL, 'pending', 'ann', 'no', '2017-06-02', 6);
             INSERT INTO decision_end (decision, how, at) VALUES (3, 'replaced', 6);",
        )
        .unwrap();
        migrate(&mut c, STEPS).unwrap();
        let all: Vec<(i64, String, Option<String>)> = c
            .prepare("SELECT d.id, verb || ' ' || who, e.how FROM decision d LEFT JOIN decision_end e ON e.decision = d.id")
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(
            all,
            [(3, "close ann".to_owned(), Some("replaced".to_owned())), (7, "reopen ann".to_owned(), None)]
        );
        let unapprove = "INSERT INTO decision (reference, asked_of, label, asked_of_label, verb, seen, who, day, at) \
                           VALUES ('a', 'b', 'a', 'b', 'unapprove', '', 'c', 'd', 9)";
        assert_eq!(c.execute(unapprove, []).unwrap(), 1);
        assert_eq!(c.last_insert_rowid(), 8, "numbers go on");
        c.execute("INSERT INTO decision_end (decision, how, at) VALUES (99, 'replaced', 6)", []).unwrap_err();
    }

    #[test]
    fn letters_stay_with_all_that_refers_to_them_when_their_table_is_built_anew() {
        let mut c = fresh();
        c.pragma_update(None, "foreign_keys", true).unwrap();
        migrate(&mut c, &STEPS[..14]).unwrap();
        c.execute_batch(
            "INSERT INTO letter (id, key, kind, recipient, envelope_from, envelope_to, message_id, subject, state, \
             planned_for, created, attempts, settled, note, tried_from) \
             VALUES (7, 'k', 'reminder', 'ann', 'f', 't', 'm', 's', 'accepted', 1, 1, 1, 2, 'n', 3);
             INSERT INTO letter_bytes (letter, bytes) VALUES (7, x'00');
             INSERT INTO attempt (letter, number, started, ended, outcome) VALUES (7, 1, 1, 2, 'accepted');
             INSERT INTO reminder (reference, asked_of, recipient, deadline, step, step_day, label, title, \
             asked_of_label, recipient_name, how, letter, recorded_at) \
             VALUES ('17/06', 'itu-t', 'ann', 'none', '0d', '2017-06-01', '17/06', 't', 'ITU-T', 'Ann', 'told', 7, 1);",
        )
        .unwrap();
        migrate(&mut c, STEPS).unwrap();
        let kept = "SELECT l.note || l.tried_from || r.label || a.outcome || length(b.bytes) FROM letter l \
                    JOIN reminder r ON r.letter = l.id JOIN attempt a ON a.letter = l.id \
                    JOIN letter_bytes b ON b.letter = l.id";
        assert_eq!(c.query_row(kept, [], |row| row.get::<_, String>(0)).unwrap(), "n317/06accepted1");
        c.execute("DELETE FROM letter", []).unwrap_err();
        let again = "INSERT INTO letter (key, kind, recipient, envelope_from, envelope_to, message_id, subject, state, \
                     planned_for, created, settled) VALUES ('k', 'reminder', 'ann', 'f', 't', 'm', 's', 'accepted', 1, 1, 1)";
        c.execute(again, []).unwrap_err();
    }

    #[test]
    fn a_step_that_fails_leaves_the_version_before_it_whole() {
        let mut c = fresh();
        migrate(&mut c, &["CREATE TABLE a (x)", "CREATE TABLE b (x); CREATE TABLE a (x)"]).unwrap_err();
        assert_eq!(version(&c).unwrap(), 1);
        assert!(c.prepare("SELECT * FROM b").is_err(), "half a step is no step");
    }
}
