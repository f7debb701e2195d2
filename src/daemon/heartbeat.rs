//! What a running daemon says about itself in a small file beside the database, for `rappel status`:
//! also when the database cannot be written.
//!
//! The file is replaced as a whole. On a disk without room, where no second file can be made, its
//! bytes are written over: it has more of them than it needs from the beginning. A file that is not written
//! any more says by its age that something is wrong.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Daemon;

/// How often the file is written at least, in seconds: every round of the loop is shorter.
const PACE: u64 = 20;

/// A daemon that has said nothing for so long hangs, or cannot write beside its database.
pub const STALE: SignedDuration = SignedDuration::from_mins(3);

/// The size of the file: one page, whatever it says.
const SIZE: usize = 4096;

/// The longest text of a trouble, so that everything fits.
const LONGEST: usize = 700;

/// What the daemon says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Whose it is.
    pub pid: u32,
    /// When it was written.
    pub at: Timestamp,
    /// The status line, as systemd shows it.
    pub line: String,
    /// Why everything is held, if it is.
    pub held: Option<String>,
    /// Since when and why the state cannot be written or relied on: it is damaged, or older than what was sent from it.
    pub state: Option<Lasting>,
    /// Since when and why the mail server cannot be used.
    pub mail: Option<Lasting>,
    /// What takes the letters, as the beginning of a sentence.
    #[serde(default)]
    pub taker: String,
    /// Since when and why the archive cannot be read, so that it is not known whether the state is older than what was sent from it.
    pub archive: Option<Lasting>,
    /// Whether the settings in the file have errors, and older ones are in force.
    pub old_settings: bool,
}

/// Something that has been wrong for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lasting {
    /// Since when.
    pub since: Timestamp,
    /// What was said last about it.
    pub why: String,
}

impl Lasting {
    fn new(since: Timestamp, why: &str) -> Self {
        Self { since, why: shortened(why) }
    }
}

fn shortened(text: &str) -> String {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

impl Heartbeat {
    /// What the daemon of this process said last; none if it has said nothing that can be read.
    pub fn of(dir: &Path, pid: u32) -> Option<Self> {
        let text = fs::read_to_string(file(dir)).ok()?;
        serde_json::from_str::<Self>(text.trim_end()).ok().filter(|found| found.pid == pid)
    }

    /// Whether it was written so long ago that something is wrong.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.at.duration_until(now).abs() > STALE
    }

    fn write(&self, dir: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec(self)?;
        text.resize(text.len().max(SIZE - 1), b' ');
        text.push(b'\n');
        let (file, beside) = (file(dir), dir.join("status.new"));
        let replaced = fs::write(&beside, &text).and_then(|()| fs::rename(&beside, &file));
        replaced.or_else(|_| {
            let _ = fs::remove_file(&beside);
            OpenOptions::new().write(true).open(&file)?.write_all(&text)
        })
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("status")
}

/// When the file was written last, in seconds of the clock that nobody sets.
#[derive(Debug, Default)]
pub(super) struct Pulse(AtomicU64);

impl Daemon {
    /// Writes the file, unless it was written lately.
    pub(super) fn beat(&self) {
        let last = self.pulse.0.load(Ordering::Relaxed);
        if self.clock.elapsed().as_secs().saturating_sub(last) >= PACE {
            self.beat_now();
        }
    }

    /// Writes the file.
    pub(super) fn beat_now(&self) {
        if self.clock.is_virtual() {
            return;
        }
        self.pulse.0.store(self.clock.elapsed().as_secs(), Ordering::Relaxed);
        let trouble = self.health.damage.as_ref().or(self.health.complaint.now.as_ref());
        let heartbeat = Heartbeat {
            pid: std::process::id(),
            at: self.clock.now(),
            line: shortened(&self.status_line()),
            held: self.held().map(shortened),
            state: trouble.map(|(since, why)| Lasting::new(*since, why)),
            mail: self.mail.pause.as_ref().map(|pause| Lasting::new(pause.since, &pause.why)),
            taker: self.mail.settings.taker().to_owned(),
            archive: self.unread_archive().map(|(since, why)| Lasting::new(since, &why)),
            old_settings: self.register.old_settings.is_some(),
        };
        if let Err(error) = heartbeat.write(&self.setup.settings.state) {
            tracing::debug!("The status could not be written beside the database: {error}.");
        }
        self.measure(true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat(why: &str) -> Heartbeat {
        Heartbeat {
            pid: 7,
            at: Timestamp::UNIX_EPOCH,
            line: "3 outstanding".to_owned(),
            held: None,
            state: Some(Lasting::new(Timestamp::UNIX_EPOCH, why)),
            mail: None,
            taker: String::new(),
            archive: None,
            old_settings: false,
        }
    }

    #[test]
    fn it_reads_back_and_belongs_to_one_process() {
        let temp = tempfile::tempdir().unwrap();
        let said = heartbeat("disk full");
        said.write(temp.path()).unwrap();
        assert_eq!(Heartbeat::of(temp.path(), 7), Some(said));
        assert_eq!(Heartbeat::of(temp.path(), 8), None);
        assert_eq!(fs::metadata(file(temp.path())).unwrap().len(), SIZE as u64);
    }

    #[test]
    fn where_no_second_file_can_be_made_the_first_is_written_over() {
        let temp = tempfile::tempdir().unwrap();
        heartbeat("").write(temp.path()).unwrap();
        // A folder in its place: no file of that name can be made.
        fs::create_dir(temp.path().join("status.new")).unwrap();
        let said = heartbeat(&"é".repeat(5_000));
        said.write(temp.path()).unwrap();
        assert_eq!(Heartbeat::of(temp.path(), 7), Some(said));
        assert_eq!(fs::metadata(file(temp.path())).unwrap().len(), SIZE as u64, "it does not grow");
    }

    #[test]
    fn one_that_is_old_is_stale() {
        let said = heartbeat("");
        let after = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        assert!(!said.is_stale(after(2)));
        assert!(said.is_stale(after(4)));
    }
}
