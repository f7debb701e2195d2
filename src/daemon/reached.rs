//! How far the state has come, written down beside the database: by it an older database, restored
//! from a backup, is noticed before it tells again what was told since.
//!
//! The file is a hint, never a need: one that is missing or cannot be read says nothing. It is written after what
//! it speaks of is durable, so that a power cut never makes a whole database look old.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Daemon;
use crate::{
    outbox,
    store::{Store, StoreError},
};

/// How often the file is written at most, while letters leave.
const PACE: SignedDuration = SignedDuration::from_secs(5);

/// How far a state has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The number of the newest letter.
    pub letter: i64,
    /// When the newest attempt was begun, in microseconds since 1970 as the database has it; 0 before the first.
    pub attempt: i64,
}

/// "letters up to 812, the last one tried 2026-11-23T08:00:00Z".
impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_microsecond(self.attempt) {
            Ok(at) if self.attempt > 0 => write!(f, "letters up to {}, the last tried {at:.0}", self.letter),
            _ => write!(f, "letters up to {}", self.letter),
        }
    }
}

impl Reached {
    /// How far the database has come.
    pub fn of(store: &Store) -> Result<Self, StoreError> {
        store.read(Self::recorded)
    }

    /// As [`Reached::of`], from a connection.
    pub fn recorded(c: &rusqlite::Connection) -> rusqlite::Result<Self> {
        let (letter, begun) = outbox::newest(c)?;
        Ok(Self { letter, attempt: begun.map_or(0, Timestamp::as_microsecond) })
    }

    /// What the file in the state folder says, if it says anything.
    pub fn written(dir: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(file(dir)).ok()?).ok()
    }

    /// Writes the file anew.
    pub fn write(self, dir: &Path) -> io::Result<()> {
        let beside = dir.join("reached.new");
        fs::write(&beside, serde_json::to_string(&self)?)?;
        fs::rename(&beside, file(dir))
    }

    /// Whether a database that has come so far is older than one that had come as far as `other`.
    pub fn is_before(self, other: Self) -> bool {
        self.letter < other.letter || self.attempt < other.attempt
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("reached")
}

/// What the daemon knows of it.
#[derive(Debug, Default)]
pub(super) struct Progress {
    now: Reached,
    written: Reached,
    written_at: Option<Timestamp>,
}

impl Progress {
    /// At start: what the file says is written anew.
    pub(super) fn from(now: Reached) -> Self {
        Self { now, ..Self::default() }
    }
}

impl Daemon {
    /// Attempts were begun, and that is recorded.
    pub(super) fn has_begun(&mut self, letters: impl Iterator<Item = i64>, at: Timestamp) {
        let Reached { letter, attempt } = &mut self.health.progress.now;
        for id in letters {
            *letter = (*letter).max(id);
            *attempt = (*attempt).max(at.as_microsecond());
        }
    }

    /// Writes down how far the state has come, if it has and was not written down just now.
    pub(super) fn write_progress(&mut self, now: Timestamp, at_once: bool) {
        let Progress { now: reached, written, written_at } = &mut self.health.progress;
        let lately = written_at.is_some_and(|at| at.duration_until(now).abs() < PACE);
        if self.clock.is_virtual() || reached == written || (lately && !at_once) {
            return;
        }
        // Without the file an older backup goes unnoticed: no reason to stop reminding.
        if let Err(error) = reached.write(&self.setup.settings.state) {
            tracing::debug!("How far the state has come could not be written down: {error}.");
        }
        *written = *reached;
        *written_at = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_letters_or_an_earlier_last_attempt_is_before() {
        let reached = |letter, attempt| Reached { letter, attempt };
        assert!(reached(7, 100).is_before(reached(8, 100)));
        assert!(reached(8, 99).is_before(reached(8, 100)), "queued in the backup, sent since");
        assert!(!reached(8, 100).is_before(reached(8, 100)));
        assert!(!reached(9, 101).is_before(reached(8, 100)));
    }

    #[test]
    fn a_file_that_is_torn_or_missing_says_nothing() {
        let temp = tempfile::tempdir().unwrap();
        assert_eq!(Reached::written(temp.path()), None);
        let reached = Reached { letter: 3, attempt: 5 };
        reached.write(temp.path()).unwrap();
        assert_eq!(Reached::written(temp.path()), Some(reached));
        fs::write(file(temp.path()), "{\"letter\": 3, \"att").unwrap();
        assert_eq!(Reached::written(temp.path()), None);
    }
}
