//! How long a letter waits between attempts, and for how long it is tried at all.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// When to try again, and when to give up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetrySettings {
    /// The wait after the first attempt; it doubles with each attempt that is the letter's own trouble.
    pub first: Duration,
    /// The longest wait.
    pub max: Duration,
    /// How long after it first reached a server a letter that was not accepted is given up.
    pub give_up_after: Duration,
    /// Whether a letter in doubt is looked for in an archive before it is sent again. Where there is none, it is
    /// sent again once, and then waits for a person.
    pub looks_first: bool,
}

/// How much doubt about a letter is too much to send it once more: two attempts that ended without an answer,
/// or four that the end of the process cut off, which may never have been dialled.
pub(super) const TOO_DOUBTFUL: u32 = 4;

/// 1 minute, 4 hours, 5 days, no archive.
impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            first: Duration::from_mins(1),
            max: Duration::from_hours(4),
            give_up_after: Duration::from_hours(5 * 24),
            looks_first: false,
        }
    }
}

impl RetrySettings {
    /// The wait after the `push`-th attempt (from 1) of the letter `key`: `first` doubled `push - 1`
    /// times, at most `max`, less up to a quarter of it.
    ///
    /// The quarter spreads letters that failed together. It derives from the letter and the attempt, so that
    /// a rehearsal is the same each time.
    #[must_use]
    pub fn wait(&self, key: &str, push: u32) -> Duration {
        let doublings = push.saturating_sub(1).min(31);
        let full = self.first.saturating_mul(1 << doublings).min(self.max);
        full.saturating_sub(full / 4096 * scatter(key, push))
    }

    /// Whether a letter that first reached a server at `first` is given up at `now`.
    pub(super) fn is_over(&self, first: Timestamp, now: Timestamp) -> bool {
        let limit = SignedDuration::try_from(self.give_up_after).unwrap_or(SignedDuration::MAX);
        now.duration_since(first) > limit
    }
}

/// A number below 1024 that looks random: FNV-1a over the key and the attempt, mixed once more.
fn scatter(key: &str, push: u32) -> u32 {
    let bytes = key.bytes().chain(push.to_le_bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The ten topmost bits.
    u32::try_from(mixed >> 54).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_from_first_to_max() {
        let retry = RetrySettings::default();
        for (push, minutes) in [(1, 1), (2, 2), (3, 4), (8, 128), (9, 240), (40, 240), (u32::MAX, 240)] {
            let wait = retry.wait("abc", push);
            let full = Duration::from_mins(minutes);
            assert!(wait <= full && wait > full * 3 / 4, "{push}: {wait:?}");
        }
    }

    #[test]
    fn letters_that_failed_together_do_not_come_back_together() {
        let retry = RetrySettings::default();
        let mut waits: Vec<_> = (0..100).map(|n| retry.wait(&format!("{n:064x}"), 9)).collect();
        assert_eq!(waits[7], retry.wait(&format!("{:064x}", 7), 9), "the same letter waits the same");
        waits.sort();
        waits.dedup();
        assert!(waits.len() > 90, "{} different waits", waits.len());
        assert!(waits[waits.len() - 1] > waits[0] + Duration::from_mins(45));
    }
}
