//! The archive: a folder that receives a copy of each letter from the mail server itself. A letter
//! that is in it was taken by the server, whatever became of the connection.
//!
//! Nothing is written to the archive, and it is read within bounds: the heads of files that are not
//! older than the letter, as many as can be read in the time given. What came of late tells as well whether the state is
//! older than its own letters ([`ArchiveSettings::marked`]).

mod letters;
mod marked;

use std::{
    collections::HashSet,
    fmt, fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use letters::{Unread, came_at, id_of};
pub use marked::{Copied, Marked};

/// A copy may seem to be so much older than the attempt: clocks of file servers differ.
const SLACK: SignedDuration = SignedDuration::from_hours(24);
/// How often the folder is listed while a mail program moves letters about in it.
const PASSES: usize = 3;
/// The most letters of which the head is read.
const MOST: usize = 100_000;

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
        let mut search = Search::new(sought, Instant::now() + within, MOST);
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
    oldest: Timestamp,
    /// The most letters of which the head is read.
    most: usize,
    found: HashSet<i64>,
    /// What was read: names without the flags, which change as letters are read by people.
    read: HashSet<String>,
}

impl<'s> Search<'s> {
    fn new(sought: &'s [Sought], deadline: Instant, most: usize) -> Self {
        let since = sought.iter().map(|one| one.since).min().unwrap_or(Timestamp::UNIX_EPOCH);
        let oldest = since.checked_sub(SLACK).unwrap_or(Timestamp::MIN);
        Self { sought, deadline, oldest, most, found: HashSet::new(), read: HashSet::new() }
    }

    /// Whether everything was found.
    fn is_over(&self) -> bool {
        self.found.len() == self.sought.len()
    }

    /// Reads what is there; again, when letters were moved at the same time.
    fn maildir(&mut self, path: &Path) -> io::Result<()> {
        for _ in 0..PASSES {
            let mut files = Files::default();
            for folder in ["new", "cur"] {
                self.list(&path.join(folder), &mut files)?;
            }
            files.drop_latest(self.most);
            let (mut moved, mut unread) = (false, Unread::default());
            for (_, file, name) in files.earliest {
                match self.file(&file) {
                    Ok(()) => drop(self.read.insert(name)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => moved = true,
                    Err(error) => unread.note(&file, error)?,
                }
                if self.is_over() {
                    return Ok(());
                }
            }
            too_many(files.left_out)?;
            unread.end()?;
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
    fn list(&self, folder: &Path, files: &mut Files) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            self.in_time()?;
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().split(':').next().unwrap_or_default().to_owned();
            let came = came_at(&entry).filter(|at| *at >= self.oldest && !self.read.contains(&name));
            if let Some(at) = came {
                files.add((at, entry.path(), name), self.most);
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> io::Result<()> {
        self.in_time()?;
        let Some(id) = id_of(path)? else { return Ok(()) };
        self.found.extend(self.sought.iter().filter(|one| one.message_id == id).map(|one| one.id));
        Ok(())
    }
}

/// The earliest files, and never more than twice as many as are read. A copy is made as soon as the letter was taken, so that
/// the earliest are the most likely.
#[derive(Default)]
struct Files {
    earliest: Vec<(Timestamp, PathBuf, String)>,
    left_out: usize,
}

impl Files {
    fn add(&mut self, file: (Timestamp, PathBuf, String), most: usize) {
        self.earliest.push(file);
        if self.earliest.len() > most.saturating_mul(2) {
            self.drop_latest(most);
        }
    }

    fn drop_latest(&mut self, most: usize) {
        self.earliest.sort_unstable();
        self.left_out += self.earliest.len().saturating_sub(most);
        self.earliest.truncate(most);
    }
}

fn too_many(left_out: usize) -> io::Result<()> {
    if left_out == 0 {
        return Ok(());
    }
    Err(io::Error::other(format!("{left_out} further copies are too many to look at")))
}

#[cfg(test)]
mod tests {
    use std::fs::File;

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

    /// However long its name says that it has been there, and whatever became of the time of its file.
    #[test]
    fn a_copy_is_as_old_as_the_name_of_its_file_says() {
        let folder = maildir();
        // 2026-11-22T08:30:00Z.
        fs::write(folder.path().join("cur/1795336200.V1.mail:2,S"), "Message-ID: <a@example.int>\n\n")
            .unwrap();
        let since = |text: &str| Sought { since: text.parse().unwrap(), ..sought("a@example.int") };
        assert!(found(&folder, since("2026-11-23T08:00:00Z")));
        assert!(!found(&folder, since("2026-11-23T09:00:00Z")));
    }

    #[test]
    fn of_too_many_copies_the_earliest_are_read_and_it_is_said_that_there_are_others() {
        let folder = maildir();
        for n in 0..5 {
            let letter = format!("Message-ID: <{n}@example.int>\n\n");
            fs::write(folder.path().join(format!("new/179550000{n}.V1.mail")), letter).unwrap();
        }
        for (id, is_found) in [("1@example.int", true), ("2@example.int", false)] {
            let sought = [sought(id)];
            let mut search = Search::new(&sought, Instant::now() + LONG, 2);
            let ended = search.maildir(folder.path()).map_err(|error| error.to_string());
            assert_eq!(search.is_over(), is_found, "{id}");
            let expected = "3 further copies are too many to look at".to_owned();
            assert_eq!(ended, if is_found { Ok(()) } else { Err(expected) });
        }
    }

    /// 50 MB, of which the head is read; and heads that are damaged.
    #[test]
    fn huge_and_damaged_letters_are_passed_over_in_no_time() {
        let folder = maildir();
        let new = folder.path().join("new");
        let huge = File::create(new.join("1")).unwrap();
        huge.set_len(50 << 20).unwrap();
        for (name, text) in [
            ("2", &b""[..]),
            ("3", b"Message-ID:"),
            ("4", b"Message-ID: <"),
            ("5", b"Message-ID: >a@example.int<\n\n"),
            ("6", b"Message-ID: <\xff\xfe\0>\r\n\r\n"),
            ("7", b"\0\0\0\n: \n:::\n"),
            ("8", b"Message-ID: <>\n\n"),
        ] {
            fs::write(new.join(name), text).unwrap();
        }
        fs::write(new.join("9"), "Message-ID: <a@example.int>\n\n").unwrap();
        assert!(found(&folder, sought("a@example.int")));
        assert!(!found(&folder, sought("b@example.int")));
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
