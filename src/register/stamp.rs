//! Whether a register may have changed, without reading it.

use std::{
    ffi::OsString,
    fs::{self, Metadata},
    io,
    os::unix::fs::MetadataExt,
    path::Path,
};

use jiff::Timestamp;

use super::folder::is_register_csv;

/// Names, sizes and times of the files of a register: equal stamps mean the same files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp(Vec<(OsString, u64, u64, i64, i64)>);

impl Stamp {
    /// When the newest of the files was changed; none for a folder without any.
    pub fn modified(&self) -> Option<Timestamp> {
        let newest = self.0.iter().map(|(.., seconds, nanoseconds)| (*seconds, *nanoseconds)).max()?;
        Timestamp::new(newest.0, i32::try_from(newest.1).ok()?).ok()
    }
}

/// The stamp of the register at `path`, a file or a folder of `.csv` files. No file is opened.
///
/// # Errors
/// When the file is not there or may not be looked at.
pub fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        let name = path.file_name().unwrap_or_default().to_owned();
        return Ok(Stamp(vec![entry(name, &metadata)]));
    }
    let mut entries = Vec::new();
    for file in fs::read_dir(path)? {
        let file = file?;
        if is_register_csv(&file.file_name()) {
            entries.push(entry(file.file_name(), &fs::metadata(file.path())?));
        }
    }
    entries.sort();
    Ok(Stamp(entries))
}

/// The inode tells a file that was replaced within the same tick of the clock.
fn entry(name: OsString, metadata: &Metadata) -> (OsString, u64, u64, i64, i64) {
    (name, metadata.len(), metadata.ino(), metadata.mtime(), metadata.mtime_nsec())
}
