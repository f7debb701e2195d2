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
    // Claiming the name first makes "never overwrites" hold against a race. A kill leaves it empty, and no
    // start takes an empty file for a state.
    files::make_file(to).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => StoreError::BackupExists { to: to.to_owned() },
        _ => files::failed("create the backup", to)(error),
    })?;
    let done = copy(&connection, &file, to);
    if done.is_err() {
        let _ = fs::remove_file(to);
    }
    done
}

/// Puts a copy beside the database before its schema is changed: `rappel.db.v1`. It is whole or not there: what
/// a kill leaves has another name, and one from an earlier upgrade is replaced by the state of today.
pub(super) fn before_migration(connection: &Connection, file: &Path, version: u32) -> Result<(), StoreError> {
    let to = with_ending(file, &format!(".v{version}"));
    copy(connection, file, &to)
}

/// Copies to a name beside `to` first, and gives it that name when it is whole and flushed.
fn copy(connection: &Connection, file: &Path, to: &Path) -> Result<(), StoreError> {
    let draft = with_ending(to, DRAFT);
    // Left by a process that was killed.
    let _ = fs::remove_file(&draft);
    // Made here, it has the right mode; SQLite accepts an empty file as target.
    let made = files::make_file(&draft).map(drop).map_err(files::failed("create the backup", &draft));
    let done = made
        .and_then(|()| fill(connection, file, &draft))
        .and_then(|()| files::flush(&draft))
        .and_then(|()| fs::rename(&draft, to).map_err(files::failed("name the backup", to)))
        .and_then(|()| files::flush(to));
    if done.is_err() {
        let _ = fs::remove_file(&draft);
    }
    done
}

/// What the name of a copy ends with that is not whole yet.
pub(super) const DRAFT: &str = ".new";

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    PathBuf::from(name)
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
