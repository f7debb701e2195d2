//! An error that comes again and again: said when it begins, then now and then with how often, and
//! once when it is over.

use std::time::Duration;

use jiff::Timestamp;

/// How long nothing is said about what was said.
const QUIET: Duration = Duration::from_mins(10);

/// What is known about one sort of trouble. Times are those of a clock that nobody sets
/// ([`Clock::elapsed`](crate::clock::Clock::elapsed)).
#[derive(Debug, Default)]
pub(super) struct Complaint {
    /// Since when, by the wall clock, and the last words; none while there is no trouble.
    pub(super) now: Option<(Timestamp, String)>,
    /// When something was said last.
    said: Option<Duration>,
    /// How often it came since then.
    unsaid: u32,
    /// Whether the log ends with trouble, so that its end is to be said.
    open: bool,
}

impl Complaint {
    /// It came. How often since something was said last, if something is to be said now.
    pub(super) fn again(&mut self, why: &str, wall: Timestamp, elapsed: Duration) -> Option<u32> {
        let since = self.now.take().map_or(wall, |(since, _)| since);
        self.now = Some((since, why.to_owned()));
        self.unsaid += 1;
        if self.said.is_some_and(|said| elapsed.saturating_sub(said) < QUIET) {
            return None;
        }
        self.said = Some(elapsed);
        self.open = true;
        Some(std::mem::take(&mut self.unsaid))
    }

    /// It is over. Whether that is to be said.
    pub(super) fn over(&mut self) -> bool {
        self.now = None;
        std::mem::take(&mut self.open)
    }

    /// The wall clock was set: so much later is what it shows.
    pub(super) fn moved(&mut self, by: jiff::SignedDuration) {
        if let Some((since, _)) = &mut self.now {
            *since = since.checked_add(by).unwrap_or(*since);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(n: u64) -> Duration {
        Duration::from_mins(n)
    }

    #[test]
    fn it_is_said_first_then_every_ten_minutes_with_the_count_and_once_when_it_is_over() {
        let mut complaint = Complaint::default();
        let wall = Timestamp::UNIX_EPOCH;
        assert_eq!(complaint.again("full", wall, minutes(0)), Some(1));
        for minute in 1..10 {
            assert_eq!(complaint.again("full", wall, minutes(minute)), None);
        }
        assert_eq!(complaint.again("full", wall, minutes(10)), Some(10));
        assert!(complaint.over());
        assert!(!complaint.over());
    }

    #[test]
    fn trouble_that_comes_and_goes_does_not_fill_the_log() {
        let mut complaint = Complaint::default();
        let mut lines = 0;
        for second in 0..3600 {
            let at = Duration::from_secs(second);
            lines += u32::from(complaint.again("full", Timestamp::UNIX_EPOCH, at).is_some());
            lines += u32::from(complaint.over());
        }
        assert_eq!(lines, 12, "twice every ten minutes");
    }

    #[test]
    fn it_keeps_the_instant_at_which_it_began() {
        let mut complaint = Complaint::default();
        let later = Timestamp::from_second(60).unwrap();
        complaint.again("full", Timestamp::UNIX_EPOCH, minutes(0));
        complaint.again("fuller", later, minutes(1));
        assert_eq!(complaint.now, Some((Timestamp::UNIX_EPOCH, "fuller".to_owned())));
    }
}
