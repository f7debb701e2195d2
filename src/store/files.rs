//! What lies in the state folder, and how it comes there.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
};

use super::StoreError;

/// The first bytes of every `SQLite` database (the format's section 1.3.1).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The database in a state folder.
pub(super) fn database(dir: &Path) -> PathBuf {
    dir.join("rappel.db")
}

/// Turns an error of the file system into one that says what was tried on what.
pub(super) fn failed<'a>(what: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> StoreError + 'a {
    move |source| StoreError::Io { what, path: path.to_owned(), source }
}

/// Makes the folder for its owner only. One that is there keeps its mode: it may be shared.
pub(super) fn make_folder(dir: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed("create the state folder", dir))
}

/// Makes an empty file for its owner only; `SQLite` gives its companion files the same mode.
pub(super) fn make_file(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

/// What root makes in the folder of the user that the daemon runs as belongs to that user, who could
/// not open it otherwise. Nobody but root can give files away; for others this does nothing.
pub(super) fn give_to_owner_of_folder(file: &Path, made: &File) {
    let folder = file.parent().and_then(|folder| fs::metadata(folder).ok());
    let (Some(folder), Ok(here)) = (folder, made.metadata()) else { return };
    if here.uid() != folder.uid() {
        let _ = fchown(made, Some(folder.uid()), Some(folder.gid()));
    }
}

/// Flushes a file, and the folder's entry for it.
pub(super) fn flush(file: &Path) -> Result<(), StoreError> {
    let sync = |path: &Path| File::open(path).and_then(|opened| opened.sync_all());
    sync(file).map_err(failed("flush", file))?;
    match file.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => sync(dir).map_err(failed("flush", dir)),
        _ => sync(Path::new(".")).map_err(failed("flush", file)),
    }
}

/// Looks at the database without `SQLite`, which would take an absent or empty file for a new one.
pub(super) fn inspect(dir: &Path) -> Result<PathBuf, StoreError> {
    let file = database(dir);
    match inspect_file(&file) {
        Ok(()) => Ok(file),
        Err(StoreError::NoDatabase { .. }) if !dir.exists() => {
            Err(StoreError::NoFolder { dir: dir.to_owned() })
        }
        Err(error) => Err(error),
    }
}

/// As [`inspect`], of any file.
pub(super) fn inspect_file(file: &Path) -> Result<(), StoreError> {
    let file = file.to_owned();
    let meta = match fs::metadata(&file) {
        Ok(meta) => meta,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::NoDatabase { file }),
        Err(error) => return Err(failed("look at", &file)(error)),
    };
    if !meta.is_file() {
        return Err(StoreError::NotADatabase { file });
    }
    if meta.len() == 0 {
        return Err(StoreError::EmptyDatabase { file });
    }
    let mut start = [0; 16];
    match File::open(&file).and_then(|mut opened| opened.read_exact(&mut start)) {
        Ok(()) if &start == MAGIC => Ok(()),
        Ok(()) => Err(StoreError::NotADatabase { file }),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(StoreError::NotADatabase { file }),
        Err(error) => Err(failed("read", &file)(error)),
    }
}
