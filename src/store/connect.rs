//! Connections, with what every one of them must have set, and the checks before the first use.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, config::DbConfig};

use super::{
    StoreError, backup,
    migrate::{migrate, newest, version},
};

/// "rapl": marks the database as ours (`PRAGMA application_id`).
pub(super) const APPLICATION_ID: i32 = 0x7261_706c;

/// How long a connection waits for another process's transaction.
const BUSY: Duration = Duration::from_secs(5);

/// Pages of the write-ahead log after which a commit moves it into the database: 8 MiB. It is moved when the writer
/// rests; before that only when it is as long as this, because the letters of a mailing wait meanwhile. A longer log would
/// be moved more rarely, but a file that grows costs more than one that is written over.
const CHECKPOINT_PAGES: i32 = 2048;

/// How long the file of the log remains once it is empty, in bytes: a little longer than it usually grows, so that it is
/// written over.
const LOG_KEPT: u32 = 10 * 1024 * 1024;

/// What the writer keeps of the database in memory, in KiB: the pages of one mailing under way. It is
/// taken as it is needed.
const CACHE_KIB: i32 = 8192;

/// Statements kept ready; more than outbox and ledger have.
const STATEMENTS: usize = 64;

/// Opens a connection that may write. The file must be there.
pub(super) fn writing(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    prepare(&connection)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", LOG_KEPT)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(connection)
}

/// Opens a connection that cannot write.
pub(super) fn reading(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    prepare(&connection)?;
    Ok(connection)
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Plans do not depend on bound values; otherwise `SQLite` parses a kept statement anew for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(BUSY)?;
    // The journal of a savepoint is made anew for every write: a file for it would cost more than the write.
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}

/// Moves the whole log into the database and empties it.
///
/// Done before the first write of every connection: after a flush that failed, the log may hold frames
/// that the system believes to be on the disk and that are not. Copied into the database
/// they are written anew; left there, a power cut would take everything behind them along.
pub(super) fn empty_log(connection: &Connection) -> rusqlite::Result<()> {
    let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy {
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
            Some("another process keeps the log of the database in use".to_owned()),
        ));
    }
    Ok(())
}

/// How long the log of a connection is, in pages, as of its last commit.
#[derive(Debug, Default)]
pub(super) struct Log(Arc<AtomicI32>);

impl Log {
    /// Watches the log of a connection, which does not move it into the database by itself any more: `SQLite` would not
    /// say when that fails, and flush the same handle again with the next commit.
    pub(super) fn of(connection: &mut Connection) -> rusqlite::Result<Self> {
        let log = Self::default();
        let pages = Arc::clone(&log.0);
        connection.wal_hook(Some(move |_: &mut _, now| {
            pages.store(now, Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(log)
    }

    /// Whether it is so long that it is to be moved, whoever waits.
    pub(super) fn is_long(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= CHECKPOINT_PAGES
    }
}

/// Moves the log into the database as far as nobody reads it. After an error the connection is of no more use: see
/// [`abandon`].
pub(super) fn move_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

/// What is done while nothing is to be written: the log is moved into the database, and what is kept in memory for the
/// next write is given back.
pub(super) fn rest(connection: &Connection) -> rusqlite::Result<()> {
    move_log(connection)?;
    connection.execute_batch("PRAGMA shrink_memory")
}

/// Closes a connection on which something failed, and leaves the log as it is: a flush that failed must not be tried
/// again on the same handle, because the system may have dropped what it could not write and say that all is well.
/// Whoever opens the database next copies the log with handles of its own ([`empty_log`]).
pub(super) fn abandon(connection: Connection) {
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    drop(connection);
}

/// Opens the database for its one owner: ours, not newer, undamaged, and brought up to date. `glanced` is called once
/// what can be seen at a glance is in order; every page is looked at after that.
pub(super) fn owning(file: &Path, steps: &[&str], glanced: impl FnOnce()) -> Result<Connection, StoreError> {
    let mut connection = writing(file).map_err(refused("open the database", file))?;
    let found = known(&connection, file, steps)?;
    glance(&connection).map_err(refused("read the database", file))?;
    glanced();
    quick_check(&connection, file)?;
    if found < newest(steps) {
        if found > 0 {
            backup::before_migration(&connection, file, found)?;
        }
        migrate(&mut connection, steps).map_err(refused("bring up to date the database", file))?;
    }
    empty_log(&connection).map_err(refused("empty the log of the database", file))?;
    Ok(connection)
}

/// Checks that the database is ours and not newer than `steps`, and gives its version.
pub(super) fn known(connection: &Connection, file: &Path, steps: &[&str]) -> Result<u32, StoreError> {
    let trouble = || refused("read the database", file);
    let application: i32 =
        connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(trouble())?;
    if application != APPLICATION_ID {
        return Err(StoreError::NotOurs { file: file.to_owned(), found: application });
    }
    let found = version(connection).map_err(trouble())?;
    let known = newest(steps);
    if found > known {
        return Err(StoreError::Newer { file: file.to_owned(), found, known });
    }
    Ok(found)
}

/// Looks at the beginning of every table, which takes no longer where there is more in them: a file that was cut short,
/// written over at its beginning, or put together from parts of several is found by that.
fn glance(connection: &Connection) -> rusqlite::Result<()> {
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    names.iter().try_for_each(|name| {
        connection.query_row(&format!("SELECT EXISTS (SELECT * FROM \"{name}\")"), [], |_| Ok(()))
    })
}

/// `SQLite`'s own look at every page: damage is found before anything is sent because of it.
pub(super) fn quick_check(connection: &Connection, file: &Path) -> Result<(), StoreError> {
    whole(connection, file, "PRAGMA quick_check(5)")
}

/// Runs one of `SQLite`'s checks, whose answer is "ok" or what is damaged.
pub(super) fn whole(connection: &Connection, file: &Path, pragma: &str) -> Result<(), StoreError> {
    let check = || -> rusqlite::Result<Vec<String>> {
        connection.prepare(pragma)?.query_map([], |row| row.get(0))?.collect()
    };
    let lines = check().map_err(refused("check the database", file))?;
    if lines.iter().eq(["ok"]) {
        return Ok(());
    }
    let report = lines.join("; ").replace('\n', " ");
    Err(StoreError::Damaged { file: file.to_owned(), report })
}

/// Turns `SQLite`'s error into ours. Damage and foreign files keep their own message at any step.
pub(super) fn refused<'a>(
    what: &'static str,
    file: &'a Path,
) -> impl FnOnce(rusqlite::Error) -> StoreError + 'a {
    move |source| match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::NotADatabase { file: file.to_owned() },
        Some(ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { file: file.to_owned(), report: source.to_string() }
        }
        None if is_nonsense(&source) => {
            StoreError::Damaged { file: file.to_owned(), report: source.to_string() }
        }
        _ => StoreError::Sqlite { what, file: file.to_owned(), source },
    }
}

/// Whether a value was found that the program never wrote: `SQLite` checks its pages, not what is in them.
fn is_nonsense(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..))
}
