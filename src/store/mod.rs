//! The embedded database: opened with suspicion, written by one thread, several writes a commit.
//!
//! # What holds, whatever happens
//!
//! 1. **An answer means durable.** A write is answered after its transaction was committed with
//!    `synchronous = FULL` in a write-ahead log: what was answered survives a power cut.
//! 2. **A write is whole or absent.** Each runs in its own savepoint; one that fails or panics
//!    leaves nothing and harms no other of its batch.
//! 3. **A failed commit is told to every write of it** as [`StoreError::NotRecorded`], and the
//!    connection is replaced: a failed flush is never tried again on the same handle, because
//!    the second one may succeed without having written anything. A transaction that was reported as not
//!    recorded may still be found after such a failure, so every operation must be harmless
//!    when it is done twice.
//! 4. **A state is never created by accident.** [`init`] is the one place that makes a database. A
//!    missing, empty, foreign, newer or damaged one is an error that names the file: a fresh
//!    start would send every past reminder again.
//! 5. **What was added to the journal is chained.** Each commit closes with a link over its entries; see
//!    [`append`] and [`walk`].
//! 6. **One process at a time** owns the state: it holds a lock that the system releases when
//!    the process dies, however it dies.
//!
//! One flush of the disk costs milliseconds, and serves every write that waits at that moment.
//! The writer does not wait for more to come: a single write is committed at once.
//!
//! The module knows no word of the domain but the schema's text; statements live in `outbox` and
//! `ledger`.
//!
//! ```
//! # fn main() -> Result<(), rappel::store::StoreError> {
//! # let dir = tempfile::tempdir().unwrap();
//! # let dir = dir.path().join("state");
//! rappel::store::init(&dir, jiff::Timestamp::UNIX_EPOCH)?;
//! let store = rappel::store::open(&dir)?;
//! store.write_blocking(|c| c.execute("INSERT INTO fact VALUES ('colour', 'blue')", []))?;
//! let colour: String = store.read(|c| c.query_row("SELECT value FROM fact", [], |row| row.get(0)))?;
//! assert_eq!(colour, "blue");
//! # Ok(())
//! # }
//! ```

mod at;
mod backup;
mod chain;
mod connect;
mod erase;
mod error;
mod examine;
mod files;
mod handle;
mod init;
mod job;
mod journal;
mod lock;
mod migrate;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use at::{At, after, unreadable};
pub use backup::backup;
pub use chain::{Break, Chain, Entry, Head, find, head, walk};
pub use erase::{compact, has_table, rewrite_copy, rewrite_texts, try_beside, try_copy};
pub use error::StoreError;
pub use examine::{Examination, Readable, copies_beside, examine, examine_file, quick_check};
pub use handle::{Store, open, open_telling, write_beside};
pub use init::{created, init};
pub use journal::append;
pub use lock::lock_holder;
pub use migrate::in_memory;
pub use reader::{Reader, open_reader};
