//! The database: whether it is whole, what of it can still be read, and what it can be restored
//! from.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::{Finding, Handling, Level, folder::size, shown};
use crate::store::{self, Examination, Readable, StoreError};

const ABOUT: &str = "database";
const BACKUP: &str = "backup";

/// The database in `dir`, the copies beside it, and those at `elsewhere`.
pub(super) fn check(dir: &Path, elsewhere: &[PathBuf], zone: &TimeZone, handling: &Handling) -> Vec<Finding> {
    let own = store::examine(dir);
    if matches!(own.wrong, Some(StoreError::NoFolder { .. })) && elsewhere.is_empty() {
        return Vec::new();
    }
    let beside = store::copies_beside(dir);
    let copies: Vec<_> = beside.iter().chain(elsewhere).map(|file| store::examine_file(file)).collect();
    let mut findings = vec![database(&own, &copies, handling)];
    findings.extend(copies.iter().map(|copy| backup(copy, zone)));
    if copies.is_empty() && own.wrong.is_none() {
        let what = "No backup lies beside the database.";
        let remedy = "`rappel backup FILE` writes one, also while the daemon runs; keep it on another disk. \
                      `rappel doctor --backup FILE` looks whether it is good.";
        findings.push(Finding::note(BACKUP, what).with(remedy));
    }
    findings
}

fn database(own: &Examination, copies: &[Examination], handling: &Handling) -> Finding {
    let holds = format!(
        "{} of {}; {} and {}",
        shown(&own.file),
        size(own.size),
        rows(own.letters, "letter", "letters"),
        rows(own.reminders, "reminder", "reminders")
    );
    match &own.wrong {
        None => {
            let version = own.version.unwrap_or_default();
            Finding::good(ABOUT, format!("{holds}. Every page and index is whole; schema version {version}."))
        }
        Some(error @ StoreError::Older { .. }) => Finding::warning(
            ABOUT,
            format!("{error} It is whole: {holds}."),
            "Restart the daemon: it puts a copy beside the database first.",
        ),
        Some(error @ StoreError::Newer { .. }) => {
            Finding::error(ABOUT, error.to_string(), "Install the newer rappel again.")
        }
        Some(error @ (StoreError::Io { .. } | StoreError::Sqlite { .. })) => Finding::error(
            ABOUT,
            error.to_string(),
            "Run `rappel doctor` as root, or as the user of the daemon; if that does not help, the disk may be \
             failing.",
        ),
        Some(error @ StoreError::Damaged { .. }) => Finding::error(
            ABOUT,
            format!("{error}\nWhat can still be read: {holds}."),
            restore(&own.file, copies, handling),
        ),
        Some(error) => Finding::error(ABOUT, error.to_string(), restore(&own.file, copies, handling)),
    }
}

/// How to restore, from the copy that knows most.
fn restore(file: &Path, copies: &[Examination], handling: &Handling) -> String {
    let good = copies.iter().filter(|copy| copy.is_restorable());
    let from = match good.max_by_key(|copy| copy.latest) {
        Some(copy) => shown(&copy.file).to_string(),
        None => "BACKUP (a file that `rappel backup` wrote; `rappel doctor --backup FILE` looks whether it is good)"
            .to_owned(),
    };
    let put = handling.put(&from, file);
    let file = shown(file);
    format!(
        "Stop the daemon: {}\n\
         Keep what is there: mv {file} {file}.damaged, and remove {file}-wal and {file}-shm\n\
         Put the backup in its place: {put}\n\
         What was told after the backup was made is not known to it: {} shows what would be told again, and {} takes it \
         as told\n\
         Start the daemon: {}",
        handling.stop(),
        handling.rappel("adopt --dry-run"),
        handling.rappel("adopt --yes"),
        handling.start()
    )
}

fn backup(copy: &Examination, zone: &TimeZone) -> Finding {
    let file = shown(&copy.file);
    match &copy.wrong {
        Some(StoreError::NoDatabase { .. }) => {
            Finding::error(BACKUP, format!("There is no file {file}."), "Correct the name.")
        }
        Some(error) if !copy.is_restorable() => Finding {
            // A damaged file that was kept aside is no trouble of its own.
            level: Level::Note,
            ..Finding::note(BACKUP, format!("{file} cannot be restored. {error}"))
        },
        _ => {
            let until = copy.latest.map_or_else(String::new, |at| {
                format!(", up to {}", zone.to_datetime(at).strftime("%a %-d %b %Y %H:%M"))
            });
            let holds = format!(
                "{} and {}",
                rows(copy.letters, "letter", "letters"),
                rows(copy.reminders, "reminder", "reminders")
            );
            Finding::good(BACKUP, format!("{file} can be restored: {holds}{until}."))
        }
    }
}

/// "12 letters", "12 letters that can be read (more cannot)".
fn rows(found: Readable, one: &str, many: &str) -> String {
    let count = found.rows;
    let what = if count == 1 { format!("1 {one}") } else { format!("{count} {many}") };
    if found.broken { format!("{what} (others cannot be read)") } else { what }
}
