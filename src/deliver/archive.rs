//! The archive: a folder that receives a copy of each letter from the mail server itself. A letter
//! that is in it was taken by the server, whatever became of the connection.
//!
//! Nothing is written to the archive, and it is read within bounds: the heads of files that are not
//! older than the letter, as many as can be read in the time given. What came of late tells as well whether the state is
//! older than its own letters ([`ArchiveSettings::marked`]).

mod marked;

use std::{
    collections::HashSet,
    fmt,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use jiff::{SignedDuration, Timestamp};
pub use marked::{Copied, Marked};

/// The most that is read of one letter to find its Message-ID: 64 KiB.
const HEAD_LIMIT: u64 = 64 * 1024;
/// A copy may seem to be so much older than the attempt: clocks of file servers differ.
const SLACK: SignedDuration = SignedDuration::from_hours(24);
/// How often the folder is listed while a mail program moves letters about in it.
const PASSES: usize = 3;

/// Where the archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveSettings {
    /// A Maildir, with `new` and `cur`.
    Maildir(PathBuf),
}

/// "Maildir, /var/mail/archive".
impl fmt::Display for ArchiveSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Maildir(path) = self;
        write!(f, "Maildir, {}", path.display())
    }
}

/// A letter that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// The owner's name for it.
    pub id: i64,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// When it may have been taken, at the earliest.
    pub since: Timestamp,
}

/// What a look into the archive came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Found {
    /// The letters that are in it: [`Sought::id`].
    pub ids: HashSet<i64>,
    /// Why the others may be in it all the same: it could not be read, or not all of it.
    pub trouble: Option<String>,
}

impl ArchiveSettings {
    /// Looks for letters, for as long as `within`. It blocks.
    #[must_use]
    pub fn look_for(&self, sought: &[Sought], within: Duration) -> Found {
        let Self::Maildir(path) = self;
        let mut search = Search::new(sought, Instant::now() + within);
        let trouble = search.maildir(path).err().filter(|_| !search.is_over());
        Found {
            ids: search.found,
            trouble: trouble.map(|error| format!("{} cannot be read: {error}", path.display())),
        }
    }
}

/// One look into a Maildir.
struct Search<'s> {
    sought: &'s [Sought],
    deadline: Instant,
    /// Copies older than this are of other letters.
    oldest: SystemTime,
    found: HashSet<i64>,
    /// What was read: names without the flags, which change as letters are read by people.
    read: HashSet<String>,
}

impl<'s> Search<'s> {
    fn new(sought: &'s [Sought], deadline: Instant) -> Self {
        let since = sought.iter().map(|one| one.since).min().unwrap_or(Timestamp::UNIX_EPOCH);
        let oldest = since.checked_sub(SLACK).unwrap_or(Timestamp::MIN).into();
        Self { sought, deadline, oldest, found: HashSet::new(), read: HashSet::new() }
    }

    /// Whether everything was found.
    fn is_over(&self) -> bool {
        self.found.len() == self.sought.len()
    }

    /// Reads what is there; again, when letters were moved at the same time.
    fn maildir(&mut self, path: &Path) -> io::Result<()> {
        for _ in 0..PASSES {
            let mut files = Vec::new();
            for folder in ["new", "cur"] {
                self.list(&path.join(folder), &mut files)?;
            }
            // The oldest of them are the most likely: copies are made at once.
            files.sort();
            let mut moved = false;
            for (_, file, name) in files {
                match self.file(&file) {
                    Ok(()) => drop(self.read.insert(name)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => moved = true,
                    Err(error) => return Err(error),
                }
                if self.is_over() {
                    return Ok(());
                }
            }
            if !moved {
                break;
            }
        }
        Ok(())
    }

    fn in_time(&self) -> io::Result<()> {
        if Instant::now() < self.deadline {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "it takes too long"))
    }

    /// The letters of a folder that may be among those looked for.
    fn list(&self, folder: &Path, files: &mut Vec<(SystemTime, PathBuf, String)>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            self.in_time()?;
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().split(':').next().unwrap_or_default().to_owned();
            if self.read.contains(&name) {
                continue;
            }
            // What is gone by now was moved, and is found under its new name. Links and pipes are no letters.
            let Ok(about) = entry.metadata() else { continue };
            let modified = about.modified()?;
            if about.is_file() && modified >= self.oldest {
                files.push((modified, entry.path(), name));
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> io::Result<()> {
        self.in_time()?;
        let head = BufReader::new(File::open(path)?.take(HEAD_LIMIT));
        let Some(id) = message_id(head)? else { return Ok(()) };
        self.found.extend(self.sought.iter().filter(|one| one.message_id == id).map(|one| one.id));
        Ok(())
    }
}

/// The Message-ID in the head of a letter, without angle brackets (RFC 5322, 3.6.4); its field may be
/// folded (2.2.3).
fn message_id(mut letter: impl BufRead) -> io::Result<Option<String>> {
    let mut field: Option<Vec<u8>> = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if letter.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        match &mut field {
            Some(field) if line.starts_with(b" ") || line.starts_with(b"\t") => field.extend(&line),
            Some(_) => break,
            None if line.trim_ascii().is_empty() => break,
            None => field = value_of(&line, b"message-id"),
        }
    }
    let field = field.map(|field| String::from_utf8_lossy(&field).into_owned());
    Ok(field.and_then(|text| {
        let (_, rest) = text.split_once('<')?;
        let (id, _) = rest.split_once('>')?;
        Some(id.trim().to_owned())
    }))
}

/// What follows the name of a field.
fn value_of(line: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let (begins, rest) = line.split_at_checked(name.len())?;
    let rest = rest.trim_ascii_start().strip_prefix(b":")?;
    begins.eq_ignore_ascii_case(name).then(|| rest.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    fn maildir() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["new", "cur", "tmp"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        folder
    }

    fn sought(message_id: &str) -> Sought {
        Sought { id: 7, message_id: message_id.to_owned(), since: Timestamp::UNIX_EPOCH }
    }

    fn look(folder: &tempfile::TempDir, one: Sought, within: Duration) -> Found {
        ArchiveSettings::Maildir(folder.path().to_owned()).look_for(&[one], within)
    }

    fn found(folder: &tempfile::TempDir, one: Sought) -> bool {
        let found = look(folder, one, LONG);
        assert_eq!(found.trouble, None);
        !found.ids.is_empty()
    }

    #[test]
    fn a_copy_is_found_whether_it_was_read_or_not_and_however_its_head_is_written() {
        for (file, text) in [
            ("new/1", "Message-ID: <a@example.int>\n\nDear Olivier\n"),
            ("cur/1:2,S", "Received: by x\r\nmessage-id:<a@example.int>\r\n\r\n"),
            ("cur/1:2,RS", "Subject: x\nMESSAGE-ID :\n\t<a@example.int>\nTo: y\n\n"),
            ("new/2", "X: \u{e9}\nMessage-Id: <a@example.int>"),
        ] {
            let folder = maildir();
            fs::write(folder.path().join(file), text).unwrap();
            assert!(found(&folder, sought("a@example.int")), "{text}");
            assert!(!found(&folder, sought("b@example.int")), "{text}");
        }
    }

    #[test]
    fn a_message_id_that_is_only_quoted_is_not_a_copy() {
        for text in [
            "Subject: x\n\nMessage-ID: <a@example.int>\n",
            "In-Reply-To: <a@example.int>\nReferences: <a@example.int>\n\n",
            "Subject: x\n Message-ID: <a@example.int>\n\n",
            "Message-ID: <b@example.int>\nMessage-ID: <a@example.int>\n\n",
            "X-Message-ID: <a@example.int>\n\n",
        ] {
            let folder = maildir();
            fs::write(folder.path().join("new/1"), text).unwrap();
            assert!(!found(&folder, sought("a@example.int")), "{text}");
        }
    }

    #[test]
    fn copies_of_a_day_before_the_attempt_count_and_older_ones_are_not_read() {
        let folder = maildir();
        let file = folder.path().join("new/1");
        fs::write(&file, "Message-ID: <a@example.int>\n\n").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let copy = File::options().write(true).open(&file).unwrap();
        copy.set_modified(at("2026-11-22T08:30:00Z").into()).unwrap();
        let since = |text| Sought { since: at(text), ..sought("a@example.int") };
        assert!(found(&folder, since("2026-11-23T08:00:00Z")));
        assert!(!found(&folder, since("2026-11-23T09:00:00Z")));
    }

    #[test]
    fn what_is_no_letter_neither_hangs_nor_fails() {
        let folder = maildir();
        let new = folder.path().join("new");
        fs::create_dir(new.join("a folder")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", new.join("a link")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(new.join("pipe")).status().unwrap().success());
        fs::write(new.join("huge"), vec![b'x'; 1 << 20]).unwrap();
        fs::write(new.join("late"), format!("{}\nMessage-ID: <a@example.int>\n", "x: y\n".repeat(20_000)))
            .unwrap();
        assert!(!found(&folder, sought("a@example.int")));
        fs::write(new.join("z"), "Message-ID: <a@example.int>\n\n").unwrap();
        assert!(found(&folder, sought("a@example.int")));
    }

    #[test]
    fn an_archive_that_cannot_be_read_in_time_or_at_all_says_so() {
        let folder = maildir();
        fs::write(folder.path().join("new/1"), "Message-ID: <a@example.int>\n\n").unwrap();
        let late = look(&folder, sought("a@example.int"), Duration::ZERO);
        assert!(late.ids.is_empty() && late.trouble.unwrap().ends_with("it takes too long"));
        fs::remove_dir_all(folder.path().join("cur")).unwrap();
        let broken = look(&folder, sought("a@example.int"), LONG);
        assert!(broken.trouble.unwrap().contains("cannot be read"));
    }
}
