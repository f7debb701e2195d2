//! Looking at the state, also while another process owns it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{
    StoreError, connect, files,
    migrate::{STEPS, newest},
};

/// A view of the state that cannot change it.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    file: PathBuf,
}

/// Opens the state in `dir` for reading. Takes no lock: the daemon may be running.
pub fn open_reader(dir: &Path) -> Result<Reader, StoreError> {
    let file = files::inspect(dir)?;
    Ok(Reader { connection: connection(&file)?, file })
}

/// A reading connection to a database that is ours and of this program's version.
pub(super) fn connection(file: &Path) -> Result<Connection, StoreError> {
    let connection = connect::reading(file).map_err(connect::refused("open the database", file))?;
    check(&connection, file)?;
    Ok(connection)
}

/// Whether a connection that may not migrate can work with the database.
pub(super) fn check(connection: &Connection, file: &Path) -> Result<(), StoreError> {
    let found = connect::known(connection, file, STEPS)?;
    let known = newest(STEPS);
    if found < known {
        return Err(StoreError::Older { file: file.to_owned(), found, known });
    }
    Ok(())
}

impl Reader {
    /// Reads; all statements of `f` see the state of one moment.
    pub fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        snapshot(&self.connection, &self.file, f)
    }
}

/// Runs `f` in one reading transaction.
pub(super) fn snapshot<T>(
    connection: &Connection,
    file: &Path,
    f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    let transaction = connection.unchecked_transaction().map_err(connect::refused("read", file))?;
    let result = f(&transaction).map_err(connect::refused("read", file));
    // Nothing was changed; dropping the transaction ends it.
    drop(transaction);
    result
}
