//! What is wrong with a database, and what of it can still be read: for whoever has to decide
//! whether to restore a backup, and which one.
//!
//! Nothing here changes anything, takes the lock or stops at the first error.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rusqlite::Connection;

use super::{
    At, StoreError, backup, connect, files,
    migrate::{STEPS, newest, version},
};

/// How many lines of `SQLite`'s report are kept: the first say enough.
const LINES: u32 = 5;

/// A database file, looked at from outside.
#[derive(Debug)]
pub struct Examination {
    /// The file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Why it cannot be used as it is, if it cannot. That includes the schema of another version.
    pub wrong: Option<StoreError>,
    /// The version of its schema, as far as it can be read.
    pub version: Option<u32>,
    /// The letters in it, with their texts.
    pub letters: Readable,
    /// The reminders that are recorded in it.
    pub reminders: Readable,
    /// The latest instant at which a reminder or a send time was recorded.
    pub latest: Option<Timestamp>,
}

/// How many rows can be read, and whether that is all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Readable {
    /// Rows that were read whole.
    pub rows: u64,
    /// Whether something could not be read.
    pub broken: bool,
}

impl Examination {
    /// Whether a state can be restored from this file by this program.
    pub fn is_restorable(&self) -> bool {
        matches!(self.wrong, None | Some(StoreError::Older { .. }))
    }
}

/// Looks at every page of the database in `dir`, on a connection of its own: a daemon may be running.
pub fn quick_check(dir: &Path) -> Result<(), StoreError> {
    let file = files::inspect(dir)?;
    let connection = connect::reading(&file).map_err(connect::refused("open the database", &file))?;
    connect::quick_check(&connection, &file)
}

/// Examines the database in the state folder `dir`.
pub fn examine(dir: &Path) -> Examination {
    match files::inspect(dir) {
        Ok(file) => examine_file(&file),
        Err(error) => {
            let file = files::database(dir);
            Examination { wrong: Some(error), ..nothing(file) }
        }
    }
}

/// Examines a copy of a database, wherever it lies.
pub fn examine_file(file: &Path) -> Examination {
    let mut found = nothing(file.to_owned());
    if let Err(error) = files::inspect_file(file) {
        found.wrong = Some(error);
        return found;
    }
    let connection = match connect::reading(file) {
        Ok(connection) => connection,
        Err(error) => {
            found.wrong = Some(connect::refused("open the database", file)(error));
            return found;
        }
    };
    found.version = version(&connection).ok();
    found.wrong = judge(&connection, file).err();
    if !matches!(found.wrong, Some(StoreError::NotADatabase { .. } | StoreError::NotOurs { .. })) {
        found.letters = read_all(&connection, LETTERS);
        found.reminders = read_all(&connection, REMINDERS);
        found.latest = latest(&connection);
    }
    found
}

/// The copies that lie beside the database: made before its schema was changed, or put there.
pub fn copies_beside(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let mut copies: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.is_file() && path.file_name().is_some_and(|name| is_copy(&name.to_string_lossy()))
        })
        .collect();
    copies.sort();
    copies
}

/// Not the database itself, its companions, or what an `init`, or a copy, was at when it was killed.
fn is_copy(name: &str) -> bool {
    let companion = name.ends_with("-wal") || name.ends_with("-shm") || name.ends_with("-journal");
    name.starts_with("rappel.db.") && !companion && !name.ends_with(backup::DRAFT)
}

fn nothing(file: PathBuf) -> Examination {
    let size = fs::metadata(&file).map_or(0, |meta| meta.len());
    let (letters, reminders) = Default::default();
    Examination { file, size, wrong: None, version: None, letters, reminders, latest: None }
}

/// As opening does, but with `SQLite`'s thorough check, which also compares every index.
fn judge(connection: &Connection, file: &Path) -> Result<(), StoreError> {
    let found = connect::known(connection, file, STEPS)?;
    let sql = format!("PRAGMA integrity_check({LINES})");
    connect::whole(connection, file, &sql)?;
    let known = newest(STEPS);
    if found < known {
        return Err(StoreError::Older { file: file.to_owned(), found, known });
    }
    Ok(())
}

/// Every row, with all that it holds: a page that is damaged is noticed where it is read.
const LETTERS: [&str; 2] = [
    "SELECT l.*, b.* FROM letter l JOIN letter_bytes b ON b.letter = l.id ORDER BY l.id",
    "SELECT l.*, b.* FROM letter l JOIN letter_bytes b ON b.letter = l.id ORDER BY l.id DESC",
];
const REMINDERS: [&str; 2] = [
    "SELECT * FROM reminder ORDER BY reference, asked_of, recipient, deadline, step",
    "SELECT * FROM reminder ORDER BY reference DESC, asked_of DESC, recipient DESC, deadline DESC, step DESC",
];

/// From the beginning up to the damage, and from the end back to it.
fn read_all(connection: &Connection, [forward, backward]: [&str; 2]) -> Readable {
    match read(connection, forward) {
        (rows, true) => Readable { rows, broken: false },
        (rows, false) => Readable { rows: rows + read(connection, backward).0, broken: true },
    }
}

/// How many rows a statement gives before its end, or before an error.
fn read(connection: &Connection, sql: &str) -> (u64, bool) {
    let Ok(mut statement) = connection.prepare(sql) else { return (0, false) };
    let columns = statement.column_count();
    let Ok(mut rows) = statement.query([]) else { return (0, false) };
    let mut count = 0;
    loop {
        match rows.next() {
            Ok(Some(row)) if (0..columns).all(|column| row.get_ref(column).is_ok()) => count += 1,
            Ok(None) => return (count, true),
            Ok(Some(_)) | Err(_) => return (count, false),
        }
    }
}

fn latest(connection: &Connection) -> Option<Timestamp> {
    let sql = "SELECT max(at) FROM (SELECT max(recorded_at) AS at FROM run UNION ALL \
               SELECT max(recorded_at) FROM reminder UNION ALL SELECT created FROM origin)";
    let latest: Option<At> = connection.query_row(sql, [], |row| row.get(0)).ok()?;
    latest.map(|At(at)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companions_and_drafts_are_no_copies() {
        assert!(is_copy("rappel.db.v1") && is_copy("rappel.db.2026-11-23"));
        for name in [
            "rappel.db",
            "rappel.db-wal",
            "rappel.db.new",
            "rappel.db.new-wal",
            "lock",
            "rappel.db.v1-shm",
            "rappel.db.v1.new",
        ] {
            assert!(!is_copy(name), "{name}");
        }
    }

    #[test]
    fn a_whole_database_is_restorable_and_one_that_is_cut_short_is_not() {
        let temp = tempfile::tempdir().unwrap();
        super::super::init(temp.path(), Timestamp::UNIX_EPOCH).unwrap();
        let found = examine(temp.path());
        assert!(found.is_restorable(), "{found:?}");
        assert_eq!((found.letters, found.version), (Readable::default(), Some(newest(STEPS))));
        assert_eq!(found.latest, Some(Timestamp::UNIX_EPOCH));

        let bytes = fs::read(&found.file).unwrap();
        fs::write(&found.file, &bytes[..bytes.len() / 2]).unwrap();
        let cut = examine(temp.path());
        assert!(matches!(cut.wrong, Some(StoreError::Damaged { .. })), "{cut:?}");
        assert!(!cut.is_restorable());
    }

    #[test]
    fn what_is_before_and_behind_the_damage_is_counted() {
        let temp = tempfile::tempdir().unwrap();
        super::super::init(temp.path(), Timestamp::UNIX_EPOCH).unwrap();
        let store = super::super::open(temp.path()).unwrap();
        store
            .write_blocking(|c| {
                c.execute_batch(
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200) \
                     INSERT INTO letter (id, key, kind, recipient, envelope_from, envelope_to, message_id, subject, \
                     state, planned_for, created, settled) SELECT x, x, 'reminder', 'a', 'b', 'c', x, \
                     hex(zeroblob(200)), 'accepted', 0, 0, 1 FROM n; \
                     INSERT INTO letter_bytes (letter, bytes) SELECT id, zeroblob(300) FROM letter",
                )
            })
            .unwrap();
        drop(store);
        let whole = examine(temp.path());
        assert_eq!(whole.letters, Readable { rows: 200, broken: false });

        let mut bytes = fs::read(&whole.file).unwrap();
        let page = bytes.len() / 4096 / 2;
        bytes[page * 4096..(page + 1) * 4096].fill(0xff);
        fs::write(&whole.file, bytes).unwrap();
        let damaged = examine(temp.path());
        assert!(damaged.letters.broken && (1..200).contains(&damaged.letters.rows), "{damaged:?}");
    }
}
