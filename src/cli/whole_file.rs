//! A file that somebody asked for: whole, or as it was before.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use anyhow::Context as _;

/// Writes it. A program that reads the file at this moment finds the one before.
pub(super) fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    // Where a link leads, and what is no file but a pipe or a terminal, stays what it is.
    let place = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        anyhow::bail!("{} could not be written: there is no folder {}.", file.display(), folder.display());
    }
    let written = match place.metadata() {
        Ok(there) if !there.is_file() => fs::write(&place, bytes),
        _ => replace(&place, folder, bytes),
    };
    written.with_context(|| format!("{} could not be written", file.display()))
}

fn replace(file: &Path, folder: &Path, bytes: &[u8]) -> io::Result<()> {
    // As any new file: what others may do with it is for the umask to say.
    let ordinary = fs::Permissions::from_mode(0o666);
    let mut beside = tempfile::Builder::new().permissions(ordinary).tempfile_in(folder)?;
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    beside.persist(file)?;
    Ok(())
}
