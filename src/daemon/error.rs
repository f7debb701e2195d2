//! Why the daemon cannot start, or cannot go on, told to whoever has to mend it.

use super::{Ahead, Reached};
use crate::{action::Problems, deliver::DeliverError, store::StoreError};

/// Why the daemon cannot start, or cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Settings, templates or register have errors.
    #[error("{0}")]
    Problems(Problems),
    /// The state directory cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Letters cannot be sent with these settings.
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    /// Looking at the state ended early.
    #[error("The look at the state ended early ({0}); please report it. Nothing was sent.")]
    Opening(tokio::task::JoinError),
    /// The register cannot be read, and does not say why.
    #[error(
        "The register {} has not been read after {seconds} seconds: its disk or network share does not answer, or \
         somebody is writing to it all the time. See whether `ls -l` on it answers; then start again.",
        path.display()
    )]
    RegisterHangs {
        /// The register.
        path: std::path::PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The database knows less than was sent from here.
    #[error(
        "The database {} is older than what rappel last did with it: it knows {found}, and there were {reached}. \
         Was a backup restored? What was told since would be told again. `rappel adopt --dry-run` shows what that \
         is, `rappel adopt --yes` takes it as told; then start again.",
        dir.join("rappel.db").display()
    )]
    Older {
        /// The state folder.
        dir: std::path::PathBuf,
        /// How far the database has come.
        found: Reached,
        /// How far it had come before.
        reached: Reached,
    },
    /// The archive has letters that were sent from this state, and of which it knows nothing.
    #[error(
        "The state in {} is older than what was sent from it: it knows {found}, and {ahead}. Was an older one put back, with \
         a snapshot of the machine or a copy of the folder? What was told since would be told again. `rappel adopt --dry-run` shows what \
         that is, `rappel adopt --yes` takes it as told; then start again.",
        dir.display()
    )]
    Behind {
        /// The state folder.
        dir: std::path::PathBuf,
        /// How far the state has come.
        found: Reached,
        /// What the archive has.
        ahead: Ahead,
    },
}

impl From<Problems> for DaemonError {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems)
    }
}
