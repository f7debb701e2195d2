//! Copies of letters that were written from one state: what the archive received of late.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::{
    ArchiveSettings, MOST, PASSES,
    letters::{Unread, came_at, id_of},
    too_many,
};
use crate::letter::Mark;

/// A copy in the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// When it came into the archive, by the clock of whoever put it there.
    pub at: Timestamp,
}

/// What a look at the newest copies came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Marked {
    /// The copies that the state should know, the newest first.
    pub copies: Vec<Copied>,
    /// Why there may be others: it could not be read, or not all of it.
    pub trouble: Option<String>,
}

impl ArchiveSettings {
    /// Looks for copies that came since then and that a state with this mark should know, for as long as `within`. What is
    /// older is passed over by the name of its file alone. It blocks.
    #[must_use]
    pub fn marked(&self, own: Mark, since: Timestamp, within: Duration) -> Marked {
        let Self::Maildir(path) = self;
        let mut look = Look { own, since, deadline: Instant::now() + within, most: MOST, copies: Vec::new() };
        let trouble = look.maildir(path).err();
        Marked {
            copies: look.copies,
            trouble: trouble.map(|error| format!("{} cannot be read: {error}", path.display())),
        }
    }
}

/// One look into a Maildir.
struct Look {
    own: Mark,
    since: Timestamp,
    deadline: Instant,
    most: usize,
    copies: Vec<Copied>,
}

impl Look {
    /// Reads what came of late; again, when letters were moved at the same time.
    fn maildir(&mut self, path: &Path) -> io::Result<()> {
        for _ in 0..PASSES {
            self.copies.clear();
            if !self.pass(path)? {
                break;
            }
        }
        Ok(())
    }

    /// Whether letters were moved, or deleted, under way.
    fn pass(&mut self, path: &Path) -> io::Result<bool> {
        let mut files = Files { most: self.most, newest: Vec::new(), left_out: 0 };
        for folder in ["new", "cur"] {
            self.list(&path.join(folder), &mut files)?;
        }
        files.drop_oldest();
        let (mut moved, mut unread) = (false, Unread::default());
        for (at, file) in files.newest {
            match self.read(at, &file) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => moved = true,
                Err(error) => unread.note(&file, error)?,
            }
        }
        too_many(files.left_out)?;
        unread.end()?;
        Ok(moved)
    }

    /// The files of a folder that came in time.
    fn list(&self, folder: &Path, files: &mut Files) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            self.in_time()?;
            let entry = entry?;
            if let Some(at) = came_at(&entry).filter(|at| *at >= self.since) {
                files.add(at, entry.path());
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

    fn read(&mut self, at: Timestamp, path: &Path) -> io::Result<()> {
        self.in_time()?;
        let Some(message_id) = id_of(path)? else { return Ok(()) };
        if Mark::of(&message_id).is_some_and(|mark| mark.should_be_known_to(self.own)) {
            self.copies.push(Copied { message_id, at });
        }
        Ok(())
    }
}

/// The newest files of a folder, and never more than twice as many as are looked at.
struct Files {
    most: usize,
    newest: Vec<(Timestamp, PathBuf)>,
    left_out: usize,
}

impl Files {
    fn add(&mut self, at: Timestamp, file: PathBuf) {
        self.newest.push((at, file));
        if self.newest.len() > self.most * 2 {
            self.drop_oldest();
        }
    }

    /// What is missing from an older state is what came last: that comes first, and the oldest is left out.
    fn drop_oldest(&mut self) {
        self.newest.sort_unstable_by(|one, other| other.cmp(one));
        self.left_out += self.newest.len().saturating_sub(self.most);
        self.newest.truncate(self.most);
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn own() -> Mark {
        Mark::new(at("2026-01-01T00:00:00Z"), None)
    }

    fn id(number: u32, mark: Mark) -> String {
        format!("{number:032x}.{mark}@example.int")
    }

    /// A Maildir with files of these names, each a copy with this Message-ID.
    fn maildir(files: &[(&str, String)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["new", "cur"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        for (name, id) in files {
            let text = format!("Received: by x\r\nMessage-ID:\r\n <{id}>\r\n\r\nDear Olivier\r\n");
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn marked(folder: &tempfile::TempDir, since: &str) -> Vec<String> {
        let found = ArchiveSettings::Maildir(folder.path().to_owned()).marked(own(), at(since), LONG);
        assert_eq!(found.trouble, None);
        found.copies.into_iter().map(|copy| copy.message_id).collect()
    }

    #[test]
    fn the_copies_of_one_state_are_found_the_newest_first_and_those_of_others_are_not() {
        let other = Mark::new(at("2026-01-01T00:00:01Z"), None);
        let folder = maildir(&[
            ("new/1795500000.V1.mail", id(1, own())),
            ("cur/1795500100.V2.mail:2,S", id(2, own())),
            ("new/1795500050.V3.mail", id(3, other)),
            ("new/1795500060.V4.mail", "20261124.1@example.org".to_owned()),
        ]);
        assert_eq!(marked(&folder, "2026-11-01T00:00:00Z"), [id(2, own()), id(1, own())]);
    }

    #[test]
    fn what_came_before_is_passed_over_by_its_name_or_where_that_tells_nothing_by_its_time() {
        let folder = maildir(&[
            // 2026-11-23T08:00:00Z.
            ("new/1795420800.V1.mail", id(1, own())),
            ("new/1795420799.V2.mail", id(2, own())),
            ("new/letter", id(3, own())),
            ("new/old", id(4, own())),
            ("new/7.mail", id(5, own())),
        ]);
        let old = File::options().write(true).open(folder.path().join("new/old")).unwrap();
        old.set_modified(at("2026-11-23T07:59:59Z").into()).unwrap();
        for (name, time) in [("letter", "2026-11-25T08:00:00Z"), ("7.mail", "2026-11-24T08:00:00Z")] {
            let file = File::options().write(true).open(folder.path().join("new").join(name)).unwrap();
            file.set_modified(at(time).into()).unwrap();
        }
        assert_eq!(marked(&folder, "2026-11-23T08:00:00Z"), [3, 5, 1].map(|number| id(number, own())));
    }

    #[test]
    fn what_is_no_letter_neither_hangs_nor_fails() {
        let folder = maildir(&[("new/1795500000.V1.mail", id(1, own()))]);
        let new = folder.path().join("new");
        fs::create_dir(new.join("1795500001.a folder")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", new.join("1795500002.a link")).unwrap();
        let pipe = new.join("1795500003.pipe");
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
        fs::write(new.join("1795500004.huge"), vec![b'x'; 1 << 20]).unwrap();
        assert_eq!(marked(&folder, "2026-11-01T00:00:00Z"), [id(1, own())]);
    }

    #[test]
    fn an_archive_that_cannot_be_read_whole_or_at_all_says_so() {
        let folder =
            maildir(&[("new/1795500000.V1.mail", id(1, own())), ("new/1795500001.V2.mail", id(2, own()))]);
        let archive = ArchiveSettings::Maildir(folder.path().to_owned());
        let since = at("2026-11-01T00:00:00Z");
        let late = archive.marked(own(), since, Duration::ZERO);
        assert!(late.copies.is_empty() && late.trouble.unwrap().ends_with("it takes too long"));

        let deadline = Instant::now() + LONG;
        let mut look = Look { own: own(), since, deadline, most: 1, copies: Vec::new() };
        let error = look.maildir(folder.path()).unwrap_err();
        assert!(error.to_string().contains("1 further copies"), "{error}");
        assert_eq!(look.copies.len(), 1, "the newest is looked at all the same");
        assert_eq!(look.copies[0].message_id, id(2, own()));

        fs::remove_dir_all(folder.path().join("cur")).unwrap();
        assert!(archive.marked(own(), since, LONG).trouble.unwrap().contains("cannot be read"));
    }
}
