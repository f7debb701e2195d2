//! Delivery into a local Maildir: written in `tmp`, made durable, then linked into `new`.
//!
//! The file's name derives from the Message-ID, so a letter that is delivered again is found and
//! not written twice, also when it was read in the meantime (and so moved to `cur`). One sync of
//! the folder serves a whole batch of letters.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::body::with_line_feeds;
use super::reply::our_own;
use super::{DeliverError, Job, MaildirSettings};
use crate::letter::{Outcome, Trouble};

/// The longest Message-ID that serves as a file name as it is; file names end at 255 bytes, and
/// mail readers append their flags.
const NAME_LIMIT: usize = 200;

/// A Maildir that letters are delivered to.
#[derive(Debug, Clone)]
pub(super) struct Maildir {
    path: PathBuf,
}

impl Maildir {
    /// Opens a Maildir, and creates what is missing of it.
    pub(super) fn open(settings: MaildirSettings) -> Result<Self, DeliverError> {
        let maildir = Self { path: settings.path };
        let opened = maildir.create().and_then(|()| maildir.is_writable());
        opened.map_err(|source| DeliverError::Maildir { path: maildir.path.clone(), source })?;
        Ok(maildir)
    }

    fn create(&self) -> io::Result<()> {
        for folder in ["tmp", "new", "cur"] {
            let folder = self.path.join(folder);
            if !folder.is_dir() {
                DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
                sync_folder(&self.path)?;
            }
        }
        Ok(())
    }

    /// Whether a letter could be written, as far as permissions go. A full disk is a passing trouble.
    fn is_writable(&self) -> io::Result<()> {
        let probe = self.path.join("tmp").join(".rappel-may-write");
        let made = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&probe);
        match made.and_then(|_| fs::remove_file(&probe)) {
            Err(error)
                if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
            {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    /// Delivers letters, and returns the outcome of each, in their order. It blocks.
    pub(super) fn deliver<'a>(&self, jobs: impl Iterator<Item = &'a Job>) -> Vec<Outcome> {
        let jobs: Vec<&Job> = jobs.collect();
        let names: Vec<String> = jobs.iter().map(|job| file_name(&job.message_id)).collect();
        let read = self.create().and_then(|()| self.already_read(&names));
        let written: Vec<io::Result<Placed>> = match &read {
            Ok(read) => jobs
                .iter()
                .zip(&names)
                .map(
                    |(job, name)| {
                        if read.contains(&name) { Ok(Placed::Before) } else { self.place(job, name) }
                    },
                )
                .collect(),
            Err(error) => jobs.iter().map(|_| Err(again(error))).collect(),
        };
        // Also for what was there already: whoever wrote it may have died before this.
        let synced = sync_folder(&self.path.join("new"));
        written.into_iter().map(|placed| self.outcome(placed, &synced)).collect()
    }

    fn outcome(&self, placed: io::Result<Placed>, synced: &io::Result<()>) -> Outcome {
        let shown = self.path.display();
        let failed = |error: &io::Error| {
            Outcome::Later(Trouble::Server, our_own(&format!("cannot deliver into {shown}: {error}")))
        };
        match (placed, synced) {
            (Err(error), _) => failed(&error),
            (Ok(_), Err(error)) => failed(error),
            (Ok(Placed::Now), Ok(())) => Outcome::Accepted(our_own(&format!("delivered into {shown}"))),
            (Ok(Placed::Before), Ok(())) => {
                Outcome::Accepted(our_own(&format!("was already delivered into {shown}")))
            }
        }
    }

    /// Those of the names that a mail reader has moved to `cur`, with flags behind a colon.
    fn already_read<'n>(&self, names: &'n [String]) -> io::Result<Vec<&'n String>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.path.join("cur"))? {
            let file = entry?.file_name();
            let file = file.to_string_lossy();
            let base = file.split(':').next().unwrap_or_default();
            found.extend(names.iter().filter(|name| name.as_str() == base));
        }
        Ok(found)
    }

    /// Writes one letter, unless `new` has it already.
    fn place(&self, job: &Job, name: &str) -> io::Result<Placed> {
        let (draft, target) = (self.path.join("tmp").join(name), self.path.join("new").join(name));
        if target.exists() {
            return Ok(Placed::Before);
        }
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&with_line_feeds(&job.bytes))?;
        file.sync_all()?;
        // Both are on one file system and only we write this name, so a rename replaces nothing.
        fs::rename(&draft, &target)?;
        Ok(Placed::Now)
    }
}

/// Whether a letter had to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Placed {
    Now,
    Before,
}

/// The file name for a Message-ID: itself where it is harmless, else its hash.
fn file_name(message_id: &str) -> String {
    let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'@' | b'_' | b'-' | b'+' | b'=');
    let plain =
        message_id.len() <= NAME_LIMIT && !message_id.starts_with('.') && message_id.bytes().all(harmless);
    if plain && !message_id.is_empty() {
        return message_id.to_owned();
    }
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    Sha256::digest(message_id).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn again(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::letter::Envelope;

    fn job(message_id: &str, bytes: &str) -> Job {
        let envelope = Envelope { from: "tsb@example.int".into(), to: "olivier@example.org".into() };
        Job { id: 1, attempt: 1, envelope, message_id: message_id.into(), bytes: bytes.as_bytes().to_vec() }
    }

    fn maildir() -> (tempfile::TempDir, Maildir) {
        let folder = tempfile::tempdir().unwrap();
        let maildir = Maildir::open(MaildirSettings { path: folder.path().join("box") }).unwrap();
        (folder, maildir)
    }

    fn files(maildir: &Maildir, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(maildir.path.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn accepted(outcomes: &[Outcome]) -> bool {
        outcomes.iter().all(|outcome| matches!(outcome, Outcome::Accepted(_)))
    }

    #[test]
    fn letters_are_delivered_into_new_with_plain_line_feeds_for_their_owner_alone() {
        let (_folder, maildir) = maildir();
        let jobs = [job("1@example.int", "a\r\n\r\nb\r\n"), job("2@example.int", "c\r\n")];
        assert!(accepted(&maildir.deliver(jobs.iter())));
        assert_eq!(files(&maildir, "new"), ["1@example.int", "2@example.int"]);
        assert!(files(&maildir, "tmp").is_empty());
        let letter = maildir.path.join("new/1@example.int");
        assert_eq!(fs::read(&letter).unwrap(), b"a\n\nb\n");
        assert_eq!(fs::metadata(&letter).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&maildir.path).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_letter_delivered_again_is_not_written_twice_even_when_it_was_read() {
        let (_folder, maildir) = maildir();
        let jobs = [job("1@example.int", "a\r\n")];
        assert!(accepted(&maildir.deliver(jobs.iter())));
        assert!(accepted(&maildir.deliver(jobs.iter())));
        assert_eq!(files(&maildir, "new").len(), 1);
        let (new, cur) = (maildir.path.join("new/1@example.int"), maildir.path.join("cur/1@example.int:2,S"));
        fs::rename(new, cur).unwrap();
        assert!(accepted(&maildir.deliver(jobs.iter())));
        assert!(files(&maildir, "new").is_empty());
    }

    #[test]
    fn a_draft_left_by_a_crash_is_overwritten() {
        let (_folder, maildir) = maildir();
        fs::write(maildir.path.join("tmp/1@example.int"), "a longer text than the letter has").unwrap();
        assert!(accepted(&maildir.deliver([job("1@example.int", "a\r\n")].iter())));
        assert_eq!(fs::read(maildir.path.join("new/1@example.int")).unwrap(), b"a\n");
    }

    #[test]
    fn a_maildir_that_cannot_be_written_is_the_servers_trouble() {
        let (_folder, maildir) = maildir();
        fs::remove_dir_all(&maildir.path).unwrap();
        fs::write(&maildir.path, "a file in its place").unwrap();
        let outcomes = maildir.deliver([job("1@example.int", "a\r\n")].iter());
        assert!(matches!(&outcomes[..], [Outcome::Later(Trouble::Server, _)]), "{outcomes:?}");
    }

    #[test]
    fn no_message_id_names_a_file_elsewhere() {
        for id in ["../../etc/x", "a/b@example.int", ".hidden", "", "a:2,S", &"x".repeat(300)] {
            let name = file_name(id);
            assert_eq!(name.len(), 64, "{id}");
            assert!(name.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
        }
        assert_eq!(file_name("00ab@example.int"), "00ab@example.int");
    }
}
