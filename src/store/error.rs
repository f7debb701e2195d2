//! What can be wrong with the state, told to whoever has to mend it.

use std::{io, path::PathBuf, sync::Arc};

use rusqlite::ErrorCode;

use super::{connect, files};

/// Why the state could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder is not there.
    #[error(
        "There is no state folder {}. Create it with `rappel init`, or correct state.dir in the settings.",
        dir.display()
    )]
    NoFolder {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder is there and the database is not.
    #[error(
        "There is no database {}. If this is a new installation, create it with `rappel init`; otherwise \
         restore a backup of it: `rappel doctor` says which there are. Without it rappel would send every past \
         reminder again.",
        file.display()
    )]
    NoDatabase {
        /// The database.
        file: PathBuf,
    },
    /// The database has no bytes.
    #[error(
        "The database {} is empty (0 bytes). Restore a backup of it: `rappel doctor` says which there are. rappel does \
         not start anew by itself, because it would send every past reminder again.",
        file.display()
    )]
    EmptyDatabase {
        /// The database.
        file: PathBuf,
    },
    /// It is something else.
    #[error(
        "{} is not an SQLite database file. Restore a backup of it (`rappel doctor` says which there are), or \
         correct state.dir.",
        file.display()
    )]
    NotADatabase {
        /// The file.
        file: PathBuf,
    },
    /// It is a database of another program.
    #[error(
        "{} is a database of another program (application_id {found:#x}). Correct state.dir in the settings.",
        file.display()
    )]
    NotOurs {
        /// The database.
        file: PathBuf,
        /// The `application_id` in it.
        found: i32,
    },
    /// A newer program wrote it.
    #[error(
        "The database {} has schema version {found}, and this rappel knows versions up to {known}. Start the \
         newer rappel that wrote it, or restore the backup that was made before the upgrade.",
        file.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// The version in it.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// An older program wrote it, and this opener may not change it.
    #[error(
        "The database {} has schema version {found}, and this rappel reads version {known}. Restart the \
         daemon (`rappel run`) with this version: it brings the database up to date.",
        file.display()
    )]
    Older {
        /// The database.
        file: PathBuf,
        /// The version in it.
        found: u32,
        /// The version that this program reads.
        known: u32,
    },
    /// It fails its own consistency check.
    #[error(
        "The database {} is damaged: {report}. Keep the file as it is for a rescue, and restore a backup of it: \
         `rappel doctor` says what can still be read, and which backups there are. rappel neither repairs nor \
         replaces it by itself.",
        file.display()
    )]
    Damaged {
        /// The database.
        file: PathBuf,
        /// What `SQLite` says.
        report: String,
    },
    /// `init` where there is a state already.
    #[error("There is a database already: {}. `rappel init` is for a new state only.", file.display())]
    AlreadyThere {
        /// The database.
        file: PathBuf,
    },
    /// Another process holds the state.
    #[error("Another rappel uses the state in {}{}. Stop it first.", dir.display(), holder(*pid))]
    Locked {
        /// The folder.
        dir: PathBuf,
        /// The process that holds it, when it could be read.
        pid: Option<u32>,
    },
    /// A backup where there is a file.
    #[error("There is a file already: {}. A backup never overwrites anything: name another file.", to.display())]
    BackupExists {
        /// The file.
        to: PathBuf,
    },
    /// The file system refused.
    #[error("Cannot {what} {}: {source}.{}", path.display(), denied(source))]
    Io {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `SQLite` refused, outside of any caller's own statement.
    #[error("Cannot {what} {}: {source}.{}", file.display(), hint(source))]
    Sqlite {
        /// What was tried.
        what: &'static str,
        /// On which database.
        file: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// A caller's own statement failed; nothing of that write was recorded.
    #[error("A statement on the state failed and nothing of it was recorded: {0}.")]
    Failed(#[source] rusqlite::Error),
    /// A caller's own code panicked; nothing of that write was recorded.
    #[error("A write to the state panicked and nothing of it was recorded: {0}.")]
    Panicked(String),
    /// The transaction could not be made durable.
    #[error("The state could not be written, and nothing was recorded: {0}.")]
    NotRecorded(Arc<str>),
    /// The writer has ended.
    #[error("The state is closed.")]
    Closed,
}

impl StoreError {
    /// The same, said about the database in `dir`, if it says that what is in there cannot be right.
    #[must_use]
    pub fn of(self, dir: &std::path::Path) -> Self {
        match self {
            Self::Failed(source) => match connect::refused("read", &files::database(dir))(source) {
                Self::Sqlite { source, .. } => Self::Failed(source),
                named => named,
            },
            other => other,
        }
    }

    /// Whether no waiting will mend it: the database is damaged, or is not there.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. }
                | Self::NotADatabase { .. }
                | Self::NotOurs { .. }
                | Self::EmptyDatabase { .. }
                | Self::NoDatabase { .. }
                | Self::NoFolder { .. }
        )
    }
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (process {pid})"))
}

/// The state is for one user, and commands are given by several.
fn denied(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::PermissionDenied => {
            " The state is for the user that rappel runs as: give the command as that user, for example sudo -u rappel \
             rappel status."
        }
        _ => "",
    }
}

/// `SQLite` says "disk I/O error" for most of what an operating system refuses.
fn hint(source: &rusqlite::Error) -> &'static str {
    match source.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure | ErrorCode::DiskFull) => {
            " Is the disk full, or failing? Nothing is sent until there is room to record it."
        }
        _ => "",
    }
}
