//! One write on its way through the writer's thread.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use rusqlite::Connection;

use super::StoreError;

/// A write that does not tell its type.
pub(super) trait Job: Send {
    /// Does the work once. Whether it is to be kept.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Tells the caller, when the transaction has ended: with the work's own result, or with why
    /// the transaction could not be committed.
    fn answer(self: Box<Self>, not_recorded: Option<&NotRecorded>);
}

/// Why a transaction could not be committed, for each of the writes in it.
#[derive(Debug, Clone)]
pub(super) struct NotRecorded {
    pub(super) why: Arc<str>,
    /// The database, if it is damaged.
    pub(super) damaged: Option<Arc<Path>>,
}

impl NotRecorded {
    fn error(&self) -> StoreError {
        match &self.damaged {
            Some(file) => StoreError::Damaged { file: file.to_path_buf(), report: self.why.to_string() },
            None => StoreError::NotRecorded(Arc::clone(&self.why)),
        }
    }
}

/// A write: the work, its result once it is done, and whom to tell.
pub(super) struct Write<T, F, R> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: R,
}

impl<T, F, R> Write<T, F, R> {
    pub(super) fn new(work: F, reply: R) -> Self {
        Self { work: Some(work), result: None, reply }
    }
}

impl<T, F, R> Job for Write<T, F, R>
where
    T: Send,
    F: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    R: FnOnce(Result<T, StoreError>) + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        let Some(work) = self.work.take() else { return false };
        // The connection is rolled back to the savepoint after a panic; nothing else is shared.
        let result = match catch_unwind(AssertUnwindSafe(|| work(connection))) {
            Ok(result) => result.map_err(StoreError::Failed),
            Err(panic) => Err(StoreError::Panicked(message(&*panic))),
        };
        let kept = result.is_ok();
        self.result = Some(result);
        kept
    }

    fn answer(self: Box<Self>, not_recorded: Option<&NotRecorded>) {
        let answer = match (self.result, not_recorded) {
            (Some(Err(own)), _) => Err(own),
            (_, Some(not_recorded)) => Err(not_recorded.error()),
            (Some(done), None) => done,
            (None, None) => Err(StoreError::Closed),
        };
        (self.reply)(answer);
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
