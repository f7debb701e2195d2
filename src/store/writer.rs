//! The thread that owns the writing connection: group commit.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

use rusqlite::{Connection, ErrorCode};

use super::{
    StoreError, connect,
    job::{Job, NotRecorded},
    journal, reader,
};

/// Writes in one transaction at most: bounds how long the first waits for the last.
const BATCH: usize = 256;

/// Without a write for so long, the writer rests.
const REST: Duration = Duration::from_secs(1);

/// The state of the writer's thread.
pub(super) struct Writer {
    pub(super) file: PathBuf,
    /// None after a failed commit, until it could be opened again.
    pub(super) connection: Option<Connection>,
    pub(super) log: connect::Log,
    /// How many transactions were committed.
    pub(super) commits: Arc<AtomicU64>,
}

impl Writer {
    /// Serves the queue until the last handle is gone, then empties the log and closes.
    pub(super) fn serve(mut self, queue: &Receiver<Box<dyn Job>>) {
        while let Some(first) = self.next(queue) {
            self.batch(first, queue);
        }
        // A log that cannot be emptied now is emptied at the next start.
        self.tidy(connect::empty_log);
    }

    /// The next write; none when the last handle is gone. When nothing comes for a while, the writer rests.
    fn next(&mut self, queue: &Receiver<Box<dyn Job>>) -> Option<Box<dyn Job>> {
        match queue.recv_timeout(REST) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                self.tidy(connect::rest);
                queue.recv().ok()
            }
        }
    }

    /// Does what can wait: what fails here fails again where it matters, on another connection.
    fn tidy(&mut self, how: impl FnOnce(&Connection) -> rusqlite::Result<()>) {
        if let Some(connection) = self.connection.take_if(|connection| how(connection).is_err()) {
            connect::abandon(connection);
        }
    }

    /// One transaction for everything that waits, then an answer for each.
    fn batch(&mut self, first: Box<dyn Job>, queue: &Receiver<Box<dyn Job>>) {
        let mut ran = Vec::new();
        let not_recorded = self.transaction(first, queue, &mut ran).err().map(|why| self.give_up(why));
        for job in ran {
            job.answer(not_recorded.as_ref());
        }
        if self.log.is_long() {
            self.tidy(connect::move_log);
        }
    }

    fn transaction(
        &mut self,
        first: Box<dyn Job>,
        queue: &Receiver<Box<dyn Job>>,
        ran: &mut Vec<Box<dyn Job>>,
    ) -> Result<(), StoreError> {
        let mut next = Some(first);
        let opened =
            self.connection().and_then(|c| statement(c, "BEGIN IMMEDIATE").map_err(StoreError::Failed));
        if let Err(error) = opened {
            ran.extend(next);
            return Err(error);
        }
        let connection = self.connection()?;
        while let Some(mut job) = next.take() {
            let following = || if ran.len() + 1 < BATCH { queue.try_recv().ok() } else { None };
            next = following();
            let alone = ran.is_empty() && next.is_none();
            let kept = if alone { run(connection, job.as_mut()) } else { run_one(connection, job.as_mut()) };
            if alone && kept.as_ref().is_ok_and(|kept| *kept) {
                // What came meanwhile shares the commit.
                next = following();
            }
            ran.push(job);
            if !kept.map_err(StoreError::Failed)? && alone {
                return statement(connection, "ROLLBACK").map_err(StoreError::Failed);
            }
        }
        journal::seal(connection)
            .and_then(|()| statement(connection, "COMMIT"))
            .map_err(StoreError::Failed)?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// The connection, opened again if the last one was given up.
    fn connection(&mut self) -> Result<&Connection, StoreError> {
        let connection = if let Some(connection) = self.connection.take() {
            connection
        } else {
            let (connection, log) = reopen(&self.file)?;
            self.log = log;
            connection
        };
        Ok(self.connection.insert(connection))
    }

    /// Ends the transaction that failed. Unless another process was merely busy, the connection
    /// is not used again.
    fn give_up(&mut self, why: StoreError) -> NotRecorded {
        if let Some(connection) = self.connection.take() {
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK");
            }
            if is_busy(&why) && connection.is_autocommit() {
                self.connection = Some(connection);
            } else {
                connect::abandon(connection);
            }
        }
        let why = match why {
            StoreError::Failed(source) => connect::refused("write to", &self.file)(source),
            other => other,
        };
        let file = || Some(self.file.as_path().into());
        match why {
            StoreError::Damaged { report, .. } => NotRecorded { why: report.into(), damaged: file() },
            StoreError::Sqlite { source, .. } => {
                NotRecorded { why: format!("{}: {source}", self.file.display()).into(), damaged: None }
            }
            other => NotRecorded {
                why: other.to_string().trim_end_matches('.').into(),
                damaged: if other.is_damage() { file() } else { None },
            },
        }
    }
}

fn reopen(file: &std::path::Path) -> Result<(Connection, connect::Log), StoreError> {
    let mut connection = connect::writing(file).map_err(connect::refused("open the database", file))?;
    reader::check(&connection, file)?;
    let ready = connect::empty_log(&connection).and_then(|()| connect::Log::of(&mut connection));
    match ready {
        Ok(log) => Ok((connection, log)),
        Err(error) => {
            connect::abandon(connection);
            Err(connect::refused("empty the log of the database", file)(error))
        }
    }
}

/// Runs one write among others, in a savepoint of its own. An error here is the whole transaction's.
fn run_one(connection: &Connection, job: &mut dyn Job) -> rusqlite::Result<bool> {
    statement(connection, "SAVEPOINT one")?;
    let kept = run(connection, job)?;
    if !kept {
        statement(connection, "ROLLBACK TO one")?;
    }
    statement(connection, "RELEASE one")?;
    Ok(kept)
}

/// Runs one write; whether it is to be kept. Alone in its transaction it needs no savepoint, which would copy
/// each page before its first change.
fn run(connection: &Connection, job: &mut dyn Job) -> rusqlite::Result<bool> {
    let kept = job.run(connection);
    if connection.is_autocommit() {
        // SQLite ends the transaction by itself after some I/O errors and on a full disk.
        return Err(rusqlite::Error::SqliteFailure(
            rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT_ROLLBACK),
            Some("the database gave the transaction up".to_owned()),
        ));
    }
    Ok(kept)
}

fn statement(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

fn is_busy(error: &StoreError) -> bool {
    let StoreError::Failed(source) = error else { return false };
    matches!(source.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
