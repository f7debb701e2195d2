//! One process at a time: a file lock that dies with its holder.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{
    StoreError,
    files::{failed, give_to_owner_of_folder},
};

/// How often a lock that is taken is tried again: [`lock_holder`] takes it for some microseconds.
const TRIES: u32 = 3;

/// The lock of a state folder, held until it is dropped or the process dies.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock and writes this process's id into its file.
    pub(super) fn take(dir: &Path) -> Result<Self, StoreError> {
        let path = path(dir);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(failed("open the lock file", &path))?;
        give_to_owner_of_folder(&path, &file);
        // A lock only once it is taken: giving one back empties the file, which is its holder's.
        let mut lock = Self { file: acquire(file, dir, &path)? };
        lock.sign().map_err(failed("write the lock file", &path))?;
        Ok(lock)
    }

    fn sign(&mut self) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        writeln!(self.file, "{}", std::process::id())
    }
}

/// A lock that is given back names nobody; closing the file then releases it.
impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

/// The id of the process that holds the state in `dir`: a running daemon. None when the lock is
/// free, whatever a killed process left written in the file.
pub fn lock_holder(dir: &Path) -> Option<u32> {
    let mut file = File::open(path(dir)).ok()?;
    let pid = written(&mut file)?;
    // Trying is the one sure way to know; a shared try lets two askers ask at once.
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then_some(pid)
}

fn acquire(mut file: File, dir: &Path, path: &Path) -> Result<File, StoreError> {
    let mut tries = TRIES;
    loop {
        tries -= 1;
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(failed("lock", path)(error)),
            Err(TryLockError::WouldBlock) if tries > 0 => thread::sleep(Duration::from_millis(5)),
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked { dir: dir.to_owned(), pid: written(&mut file) });
            }
        }
    }
}

fn path(dir: &Path) -> PathBuf {
    dir.join("lock")
}

fn written(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
