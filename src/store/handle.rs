//! The handle to an open state.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Sender},
    },
    thread::{self, JoinHandle},
};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::{
    StoreError, connect, files,
    job::{Job, Write},
    journal,
    lock::Lock,
    migrate::STEPS,
    reader,
    writer::Writer,
};

/// The open state. Clones are handles to the same writer; when the last one is dropped, everything
/// that waits is written, the log is emptied, and the lock is given back.
#[derive(Clone, Debug)]
pub struct Store(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    file: PathBuf,
    reader: Mutex<Option<Connection>>,
    queue: Option<Sender<Box<dyn Job>>>,
    writer: Option<JoinHandle<()>>,
    commits: Arc<AtomicU64>,
    // Last: given back when everything else is closed.
    _lock: Lock,
}

/// Opens the state in `dir` as its one owner: takes the lock, checks the database and brings its
/// schema up to date. Each thing that can be wrong is its own error.
pub fn open(dir: &Path) -> Result<Store, StoreError> {
    open_with(dir, STEPS, || ())
}

/// As [`open`], and calls `glanced` as soon as the lock is taken and what can be seen of the database at a glance is in
/// order: that takes milliseconds, however long the history is, and the look at every page that follows may take seconds.
pub fn open_telling(dir: &Path, glanced: impl FnOnce()) -> Result<Store, StoreError> {
    open_with(dir, STEPS, glanced)
}

pub(super) fn open_with(dir: &Path, steps: &[&str], glanced: impl FnOnce()) -> Result<Store, StoreError> {
    let file = files::inspect(dir)?;
    let lock = Lock::take(dir)?;
    let mut connection = connect::owning(&file, steps, glanced)?;
    let log = connect::Log::of(&mut connection).map_err(connect::refused("open the database", &file))?;
    let commits = Arc::new(AtomicU64::new(0));
    let (queue, waiting) = mpsc::channel();
    let writer =
        Writer { file: file.clone(), connection: Some(connection), log, commits: Arc::clone(&commits) };
    let writer = thread::Builder::new()
        .name("store".to_owned())
        .spawn(move || writer.serve(&waiting))
        .map_err(files::failed("start a thread for", &file))?;
    Ok(Store(Arc::new(Shared {
        file,
        reader: Mutex::new(None),
        queue: Some(queue),
        writer: Some(writer),
        commits,
        _lock: lock,
    })))
}

/// Changes the state in `dir` in one transaction, whether or not a daemon runs: for a person's
/// decision on the command line. Takes no lock; `SQLite` keeps the two writers apart.
pub fn write_beside<T>(
    dir: &Path,
    f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    let file = files::inspect(dir)?;
    let mut connection = connect::writing(&file).map_err(connect::refused("open the database", &file))?;
    reader::check(&connection, &file)?;
    let trouble = || connect::refused("write to the database", &file);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(trouble())?;
    let done = f(&transaction).map_err(StoreError::Failed)?;
    journal::seal(&transaction).map_err(trouble())?;
    transaction.commit().map_err(trouble())?;
    Ok(done)
}

impl Store {
    /// Writes. `f` runs on the writer's thread, in a transaction with whatever else waits and in a savepoint
    /// of its own, and must not begin, commit or roll back itself. The answer comes after the commit.
    ///
    /// When the returned future is dropped after it was first polled, the write happens all the same.
    pub async fn write<T, F>(&self, f: F) -> Result<T, StoreError>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        // A caller that no longer listens does not undo the write.
        self.submit(Write::new(f, move |result| drop(reply.send(result))))?;
        answer.await.unwrap_or(Err(StoreError::Closed)).map_err(|error| self.named(error))
    }

    /// As [`Store::write`], from code that is not async. Blocks until the commit.
    pub fn write_blocking<T, F>(&self, f: F) -> Result<T, StoreError>
    where
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = mpsc::sync_channel(1);
        self.submit(Write::new(f, move |result| drop(reply.send(result))))?;
        answer.recv().unwrap_or(Err(StoreError::Closed)).map_err(|error| self.named(error))
    }

    /// Reads on a connection that cannot write; all statements of `f` see the state of one moment. Blocks
    /// while another read runs, never for a write.
    pub fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let mut slot = self.0.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match slot.take() {
            Some(connection) => connection,
            None => reader::connection(&self.0.file)?,
        };
        // Put back only when it went well: the next read then opens a fresh connection.
        let result = reader::snapshot(&connection, &self.0.file, f)?;
        *slot = Some(connection);
        Ok(result)
    }

    /// Writes a copy of the state to the new file `to`; see [`super::backup`].
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        super::backup(self.0.file.parent().unwrap_or_else(|| Path::new(".")), to)
    }

    /// How many transactions were committed since the state was opened.
    pub fn commits(&self) -> u64 {
        self.0.commits.load(Ordering::Relaxed)
    }

    /// A caller's own statement that met damage says so.
    fn named(&self, error: StoreError) -> StoreError {
        match &error {
            StoreError::Failed(_) => match self.0.file.parent() {
                Some(dir) => error.of(dir),
                None => error,
            },
            _ => error,
        }
    }

    fn submit(&self, job: impl Job + 'static) -> Result<(), StoreError> {
        let queue = self.0.queue.as_ref().ok_or(StoreError::Closed)?;
        queue.send(Box::new(job)).map_err(|_| StoreError::Closed)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The reader first: the writer can then empty the log, and SQLite removes it.
        drop(self.reader.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.queue.take());
        let Some(writer) = self.writer.take() else { return };
        // A write that held the last handle drops it on the writer's own thread.
        if writer.thread().id() != thread::current().id() {
            let _ = writer.join();
        }
    }
}
