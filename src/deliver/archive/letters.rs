//! One letter of a Maildir: when it came, and its Message-ID.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    os::unix::fs::MetadataExt,
    path::Path,
};

use jiff::Timestamp;

/// The most that is read of one letter to find its Message-ID: 64 KiB.
const HEAD_LIMIT: u64 = 64 * 1024;
/// No name of a file in a Maildir begins with an earlier time: 9 September 2001, from when on it has ten digits.
const FIRST: i64 = 1_000_000_000;

/// When a letter came: as the name of its file in a Maildir says, which begins with the seconds since 1970, or by the time of
/// the file. None of one that is gone by now: it was moved, and is found under its new name.
pub(super) fn came_at(entry: &fs::DirEntry) -> Option<Timestamp> {
    let named = time_in(&entry.file_name().to_string_lossy());
    named.or_else(|| {
        let modified = entry.metadata().ok()?.modified().ok()?;
        Some(Timestamp::try_from(modified).unwrap_or(Timestamp::MAX))
    })
}

fn time_in(name: &str) -> Option<Timestamp> {
    let (seconds, _) = name.split_once('.')?;
    let seconds = Some(seconds).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    Timestamp::from_second(seconds.parse().ok()?).ok().filter(|at| at.as_second() >= FIRST)
}

/// The Message-ID of a letter, if the file is one. Links and pipes are no letters: what a link leads to may be elsewhere, and a
/// pipe would never end.
pub(super) fn id_of(path: &Path) -> io::Result<Option<String>> {
    let there = fs::symlink_metadata(path)?;
    if !there.is_file() {
        return Ok(None);
    }
    let file = File::open(path)?;
    let opened = file.metadata()?;
    // Something else is in its place by now.
    if (opened.dev(), opened.ino()) != (there.dev(), there.ino()) {
        return Err(io::ErrorKind::NotFound.into());
    }
    message_id(BufReader::new(file.take(HEAD_LIMIT)))
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

/// Letters that cannot be read: they hold up no others.
#[derive(Default)]
pub(super) struct Unread {
    first: Option<(String, io::Error)>,
    others: usize,
}

impl Unread {
    /// One more; what concerns all of them is given back.
    pub(super) fn note(&mut self, file: &Path, error: io::Error) -> io::Result<()> {
        if error.kind() == io::ErrorKind::TimedOut {
            return Err(error);
        }
        if self.first.is_some() {
            self.others += 1;
        } else {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            self.first = Some((name, error));
        }
        Ok(())
    }

    pub(super) fn end(self) -> io::Result<()> {
        let Some((name, error)) = self.first else { return Ok(()) };
        let others = match self.others {
            0 => String::new(),
            others => format!(", and {others} more"),
        };
        Err(io::Error::other(format!("{name}: {error}{others}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_cannot_be_read_holds_up_no_other_and_is_named() {
        let mut unread = Unread::default();
        let broken = || io::Error::other("input/output error");
        for name in ["new/1", "new/2", "new/3"] {
            unread.note(Path::new(name), broken()).unwrap();
        }
        assert!(unread.note(Path::new("new/4"), io::ErrorKind::TimedOut.into()).is_err());
        let said = unread.end().unwrap_err().to_string();
        assert!(said.starts_with("1: ") && said.ends_with(", and 2 more"), "{said}");
    }

    #[test]
    fn a_link_is_not_followed_also_to_a_letter() {
        let folder = tempfile::tempdir().unwrap();
        let (letter, link) = (folder.path().join("letter"), folder.path().join("link"));
        fs::write(&letter, "Message-ID: <a@example.int>\n\n").unwrap();
        std::os::unix::fs::symlink(&letter, &link).unwrap();
        assert_eq!(id_of(&letter).unwrap().as_deref(), Some("a@example.int"));
        assert_eq!(id_of(&link).unwrap(), None);
    }
}
