//! Whether somebody set the clock while the daemon ran.
//!
//! The wall clock is compared with one that nobody sets and that goes on while the machine sleeps
//! (`CLOCK_BOOTTIME`): so a suspend is no step, and what waits for a while can be moved along with the clock.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Daemon;
use crate::outbox;

/// Less than this is how time servers keep a clock right.
const A_STEP: SignedDuration = SignedDuration::from_mins(1);

/// Both clocks, as they were looked at last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    wall: Timestamp,
    elapsed: Duration,
}

impl Pace {
    /// As they are now.
    pub(super) fn from(wall: Timestamp, elapsed: Duration) -> Self {
        Self { wall, elapsed }
    }

    /// By how much the wall clock was set since the last look, if by a minute or more.
    fn step(&mut self, wall: Timestamp, elapsed: Duration) -> Option<SignedDuration> {
        let before = std::mem::replace(self, Self { wall, elapsed });
        let passed = SignedDuration::try_from(elapsed.saturating_sub(before.elapsed)).unwrap_or_default();
        let step = before.wall.duration_until(wall) - passed;
        (step.abs() >= A_STEP).then_some(step)
    }
}

impl Daemon {
    /// Notices that the clock was set: says so, and moves along what waits for a while.
    pub(super) async fn look_at_the_pace(&mut self, now: Timestamp) {
        let elapsed = self.clock.elapsed();
        let Some(step) = self.guard.pace.step(now, elapsed) else { return };
        let way = if step.is_negative() { "back" } else { "forward" };
        let by = SignedDuration::from_secs(step.as_secs()).abs();
        if let Some(times) = self.guard.steps.again("", now, elapsed) {
            tracing::warn!(
                times,
                "The clock was set {way} by {by:#} while rappel ran; it shows {now:.0} now."
            );
        }
        let moved = |at: Timestamp| at.checked_add(step).unwrap_or(at);
        self.health.retry_at = self.health.retry_at.map(moved);
        self.health.complaint.moved(step);
        if let Some(pause) = &mut self.mail.pause {
            pause.until = moved(pause.until);
            pause.since = moved(pause.since);
        }
        for flying in self.flight.letters.values_mut() {
            flying.since = moved(flying.since);
        }
        let written = self.store.write(move |c| {
            outbox::clock_was_set(c, step)?;
            outbox::next_attempt(c)
        });
        match written.await {
            Ok(next) => self.flight.next_attempt = next,
            Err(error) => self.store_failed(&error),
        }
        if step.is_positive() {
            self.unread.may_be_behind(now, elapsed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn what_passes_on_both_clocks_is_no_step_however_long() {
        let mut pace = Pace::from(at(1_000), Duration::from_secs(10));
        assert_eq!(pace.step(at(1_030), Duration::from_secs(40)), None);
        assert_eq!(pace.step(at(1_089), Duration::from_secs(40)), None, "less than a minute");
        // Asleep for three days: both went on.
        assert_eq!(pace.step(at(1_089 + 259_200), Duration::from_secs(40 + 259_200)), None);
    }

    #[test]
    fn a_clock_that_is_set_is_noticed_once_in_either_direction() {
        let mut pace = Pace::from(at(100_000), Duration::from_secs(10));
        assert_eq!(pace.step(at(103_630), Duration::from_secs(40)), Some(SignedDuration::from_hours(1)));
        assert_eq!(pace.step(at(103_660), Duration::from_secs(70)), None);
        assert_eq!(pace.step(at(60), Duration::from_secs(70)), Some(SignedDuration::from_secs(-103_600)));
        assert_eq!(pace.step(at(61), Duration::from_secs(71)), None);
    }
}
