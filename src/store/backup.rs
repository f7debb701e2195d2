//! Copies that are whole, also while the daemon writes.

use std::{
    ffi::OsString,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use super::{StoreError, connect, files, reader};

/// Writes a copy of the state in `dir` to the new file `to` (mode 0600): the state of one
/// moment, checked and flushed. A daemon may be running. Never overwrites.
pub fn backup(dir: &Path, to: &Path) -> Result<(), StoreError> {
    let file = files::inspect(dir)?;
    let connection = reader::connection(&file)?;
    copy(&connection, &file, to)
}

/// Puts a copy beside the database before its schema is changed: `rappel.db.v1`. One that is there
/// from an earlier try at the same migration is as good, and stays.
pub(super) fn before_migration(connection: &Connection, file: &Path, version: u32) -> Result<(), StoreError> {
    let mut name = OsString::from(file);
    name.push(format!(".v{version}"));
    match copy(connection, file, &PathBuf::from(name)) {
        Err(StoreError::BackupExists { .. }) => Ok(()),
        done => done,
    }
}

fn copy(connection: &Connection, file: &Path, to: &Path) -> Result<(), StoreError> {
    // Claiming the name first makes "never overwrites" hold against a race, and sets the mode;
    // SQLite accepts an empty file as target.
    files::make_file(to).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => StoreError::BackupExists { to: to.to_owned() },
        _ => files::failed("create the backup", to)(error),
    })?;
    let done = fill(connection, file, to).and_then(|()| files::flush(to));
    if done.is_err() {
        let _ = fs::remove_file(to);
    }
    done
}

fn fill(connection: &Connection, file: &Path, to: &Path) -> Result<(), StoreError> {
    let target = to.to_str().ok_or_else(|| StoreError::Io {
        what: "name the backup",
        path: to.to_owned(),
        source: std::io::Error::new(ErrorKind::InvalidInput, "the name is not UTF-8"),
    })?;
    connection.execute("VACUUM INTO ?1", [target]).map_err(connect::refused("copy the database", file))?;
    let copy = connect::reading(to).map_err(connect::refused("open the backup", to))?;
    connect::quick_check(&copy, to)
}
