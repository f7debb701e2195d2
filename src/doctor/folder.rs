//! The state folder: whose it is, whether there is room, and who holds it.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};

use super::{Finding, Handling, shown};
use crate::store;

const ABOUT: &str = "state folder";

/// Below so much room the state will soon not be written any more: some hundred thousand letters.
const LITTLE: u64 = 200 * 1024 * 1024;

/// Below so much room the next letters cannot be recorded.
const NONE: u64 = 8 * 1024 * 1024;

/// Everything about the folder; one finding when it is not there.
pub(super) fn check(dir: &Path, handling: &Handling) -> Vec<Finding> {
    let meta = match fs::metadata(dir) {
        Ok(meta) if meta.is_dir() => meta,
        Ok(_) => return vec![Finding::error(ABOUT, format!("{} is not a folder.", shown(dir)), WHERE)],
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return vec![Finding::error(ABOUT, format!("{} is not there.", shown(dir)), WHERE)];
        }
        Err(error) => {
            let remedy = "Run `rappel doctor` as root, or as the user of the daemon.";
            return vec![Finding::error(
                ABOUT,
                format!("{} cannot be looked at: {error}.", shown(dir)),
                remedy,
            )];
        }
    };
    let size = fs::metadata(dir.join("rappel.db")).map_or(0, |meta| meta.len());
    vec![
        permissions(dir, meta.permissions().mode(), meta.uid()),
        writable(dir),
        room(dir, size),
        holder(dir, handling),
    ]
}

const WHERE: &str = "For a new installation create it with `rappel init`; otherwise correct state.dir in the \
                     settings, or restore the folder from a backup.";

fn permissions(dir: &Path, mode: u32, owner: u32) -> Finding {
    let mode = mode & 0o777;
    if mode.trailing_zeros() >= 6 {
        return Finding::good(ABOUT, format!("{} is for its owner alone (user {owner}).", shown(dir)));
    }
    Finding::warning(
        ABOUT,
        format!(
            "{} is open to other users (mode {mode:o}): it holds names, addresses and letters.",
            shown(dir)
        ),
        format!("chmod 700 {}", shown(dir)),
    )
}

fn writable(dir: &Path) -> Finding {
    let file = dir.join(".rappel-doctor");
    let tried = OpenOptions::new().write(true).create(true).truncate(true).open(&file);
    let _ = fs::remove_file(&file);
    match tried {
        Ok(_) => Finding::good(ABOUT, "It can be written."),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Finding::note(
            ABOUT,
            "Whether the daemon can write it is not seen: this user may not write there.",
        )
        .with("Run `rappel doctor` as root, or as the user of the daemon."),
        Err(error) => Finding::error(
            ABOUT,
            format!("It cannot be written: {error}. Nothing is sent that cannot be recorded."),
            "Make room, or make the file system writable; the daemon then goes on by itself.",
        ),
    }
}

fn room(dir: &Path, database: u64) -> Finding {
    match rustix::fs::statvfs(dir) {
        Ok(disk) => judge_room(
            disk.f_bavail.saturating_mul(disk.f_frsize),
            disk.f_files > 0 && disk.f_favail == 0,
            database,
        ),
        Err(error) => Finding::note(ABOUT, format!("The room on its disk cannot be seen: {error}.")),
    }
}

/// `free` and `database` in bytes; `no_files` when the file system takes no more files.
fn judge_room(free: u64, no_files: bool, database: u64) -> Finding {
    let remedy = "Make room on this disk, or put the state on a larger one.";
    if no_files {
        return Finding::error(ABOUT, "Its file system takes no more files (no inodes are left).", remedy);
    }
    let what = format!("{} are free on its disk", size(free));
    if free < NONE {
        return Finding::error(
            ABOUT,
            format!("Only {what}: nothing is sent that cannot be recorded."),
            remedy,
        );
    }
    // An upgrade puts a copy beside the database first.
    if free < LITTLE.max(database) {
        return Finding::warning(ABOUT, format!("Only {what}; the database has {}.", size(database)), remedy);
    }
    Finding::good(ABOUT, format!("{what}."))
}

fn holder(dir: &Path, handling: &Handling) -> Finding {
    match store::lock_holder(dir) {
        Some(pid) => Finding::good("daemon", format!("It runs (process {pid}).")),
        None => Finding::note("daemon", "It does not run.").with(handling.start()),
    }
}

/// "3.2 MB".
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn too_little_room_is_a_warning_and_hardly_any_is_an_error() {
        let level = |free, database| judge_room(free, false, database).level;
        assert_eq!(level(1_000_000_000, 0), Level::Good);
        assert_eq!(level(100_000_000, 0), Level::Warning);
        assert_eq!(level(1_000_000_000, 2_000_000_000), Level::Warning, "no room for the copy of an upgrade");
        assert_eq!(level(1_000_000, 0), Level::Error);
        assert_eq!(judge_room(1_000_000_000, true, 0).level, Level::Error);
    }

    #[test]
    fn a_folder_that_others_can_read_is_a_warning_with_the_command_that_mends_it() {
        let dir = Path::new("/var/lib/rappel");
        assert_eq!(permissions(dir, 0o40700, 0).level, Level::Good);
        let open = permissions(dir, 0o40755, 0);
        assert_eq!(open.level, Level::Warning);
        assert!(open.what.contains("mode 755") && open.remedy.unwrap() == "chmod 700 /var/lib/rappel");
    }

    #[test]
    fn sizes_read_as_people_write_them() {
        assert_eq!(
            [999, 4_096, 3_250_000, 12_345_678_901].map(size),
            ["999 bytes", "4 kB", "3.2 MB", "12.3 GB"]
        );
    }
}
