//! The one place that makes a state.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rusqlite::Connection;

use super::{
    At, StoreError, connect, files,
    lock::Lock,
    migrate::{STEPS, migrate},
};

/// Creates a state in `dir`, and the folder (mode 0700) when it is not there. Files are readable
/// for their owner only.
///
/// The database is finished under another name first: a kill leaves no half of one. Refuses when there
/// is a database already.
pub fn init(dir: &Path, now: Timestamp) -> Result<(), StoreError> {
    files::make_folder(dir)?;
    let _lock = Lock::take(dir)?;
    let file = files::database(dir);
    if file.symlink_metadata().is_ok() {
        return Err(StoreError::AlreadyThere { file });
    }
    let draft = draft_of(dir);
    sweep(&draft)?;
    let made = files::make_file(&draft).map_err(files::failed("create", &draft))?;
    files::give_to_owner_of_folder(&draft, &made);
    fill(&draft, now).map_err(connect::refused("create the database", &draft))?;
    files::flush(&draft)?;
    fs::rename(&draft, &file).map_err(files::failed("create", &file))?;
    files::flush(&file)
}

/// When the state was created.
pub fn created(connection: &Connection) -> rusqlite::Result<Timestamp> {
    connection.query_row("SELECT created FROM origin", [], |row| row.get(0)).map(|At(created)| created)
}

fn fill(draft: &Path, now: Timestamp) -> rusqlite::Result<()> {
    let mut connection = connect::writing(draft)?;
    connection.pragma_update(None, "application_id", connect::APPLICATION_ID)?;
    migrate(&mut connection, STEPS)?;
    connection.execute("INSERT INTO origin (created) VALUES (?1)", [At(now)])?;
    connect::empty_log(&connection)?;
    connection.close().map_err(|(_, error)| error)
}

fn draft_of(dir: &Path) -> PathBuf {
    dir.join("rappel.db.new")
}

/// Removes what an `init` that was killed left behind.
fn sweep(draft: &Path) -> Result<(), StoreError> {
    for end in ["", "-wal", "-shm"] {
        let mut name = draft.as_os_str().to_owned();
        name.push(end);
        let path = PathBuf::from(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(files::failed("remove", &path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}
