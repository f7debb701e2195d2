//! What keeps everything back until somebody has looked: a run that looks like a flood, a clock
//! that cannot be right.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::{Daemon, breaker, complaint::Complaint, fact, pace::Pace};
use crate::{compose::Notice, ledger, outbox};

/// A clock may be this much behind the last record: a step back by a time server, or a machine
/// that was restored.
const BEHIND: SignedDuration = SignedDuration::from_hours(24);

/// A clock that is set forward by more than this while rappel runs is not believed: nothing else moves it so far, and
/// letters cannot be called back.
const LEAP: SignedDuration = SignedDuration::from_hours(24);

/// How long a release counts.
const RELEASE: SignedDuration = SignedDuration::from_hours(24);

/// How many send times with letters say what is usual.
const RUNS: u32 = 10;

/// Why nothing leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hold {
    /// A send time has more letters than is plausible.
    Flood(String),
    /// The clock shows a time that is not plausible.
    Clock(WrongClock, String),
}

impl Hold {
    /// The reason, as a sentence.
    pub(super) fn why(&self) -> &str {
        let (Self::Flood(why) | Self::Clock(_, why)) = self;
        why
    }
}

/// In which way a clock cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrongClock {
    /// It was set forward while rappel ran.
    SetForward,
    /// It shows less than what was recorded.
    Behind,
    /// It shows far more than that.
    Ahead,
}

/// Whether the state says what is held, or that nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recorded {
    Yes,
    /// It could not be written when it began or ended.
    No,
}

/// What keeps everything back, and what is known of the clock.
#[derive(Debug)]
pub(super) struct Guard {
    /// Why nothing leaves, if nothing does.
    pub(super) hold: Option<Hold>,
    /// Whether that, or its end, is in the state, where it can be released.
    recorded: Recorded,
    last_seen: Seen,
    /// The clock and the one that nobody sets.
    pub(super) pace: Pace,
    /// What was said about a clock that was set.
    pub(super) steps: Complaint,
}

impl Guard {
    /// From the last record, and what was noted if the clock was not believed then; `max_jump` in days.
    pub(super) fn at_start(
        (recorded, doubted): (Timestamp, Option<&str>),
        (now, elapsed): (Timestamp, Duration),
        max_jump: u32,
    ) -> Self {
        Self {
            hold: None,
            recorded: Recorded::Yes,
            last_seen: Seen::at_start(recorded, doubted, elapsed).looked_at(now, elapsed, max_jump),
            pace: Pace::from(now, elapsed),
            steps: Complaint::default(),
        }
    }
}

/// Why the clock cannot be right, if it cannot: `last` is the last instant that was recorded, `max_jump` in days.
pub fn implausible(now: Timestamp, last: Timestamp, max_jump: u32) -> Option<String> {
    doubt(now, last, max_jump).map(|(_, why)| why)
}

fn doubt(now: Timestamp, last: Timestamp, max_jump: u32) -> Option<(WrongClock, String)> {
    let ahead = SignedDuration::from_hours(24 * i64::from(max_jump));
    let passed = last.duration_until(now);
    if passed < -BEHIND {
        let why = format!(
            "The clock shows {now:.0}, but the last record is of {last:.0}, more than a day later. Set the clock of \
             this machine right (`timedatectl` shows it): rappel then goes on by itself. If the clock is right, say so."
        );
        return Some((WrongClock::Behind, why));
    }
    if passed > ahead {
        let why = format!(
            "The clock shows {now:.0}, more than {max_jump} days after the last record, {last:.0} \
             (clock.max_jump). Set the clock of this machine right (`timedatectl` shows it): rappel then goes on by \
             itself. If the clock is right, and rappel was away so long, say so."
        );
        return Some((WrongClock::Ahead, why));
    }
    None
}

/// The last plausible instant that the clock has shown, or that was recorded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    wall: Timestamp,
    /// What the clock showed then that nobody sets; none as long as this process has seen no plausible instant.
    elapsed: Option<Duration>,
}

impl Seen {
    /// The last record. When the clock was not believed at the end of the last process, it was to be this then.
    pub(super) fn at_start(recorded: Timestamp, doubted: Option<&str>, elapsed: Duration) -> Self {
        let doubted = doubted.and_then(|text| {
            let (wall, then) = text.split_once(' ')?;
            let then = Duration::from_micros(then.parse().ok()?);
            // The machine was started since: at least so much time has passed as it has been up.
            let then = if then <= elapsed { then } else { Duration::ZERO };
            Some(Self { wall: wall.parse().ok()?, elapsed: Some(then) })
        });
        doubted.unwrap_or(Self { wall: recorded, elapsed: None })
    }

    fn now(wall: Timestamp, elapsed: Duration) -> Self {
        Self { wall, elapsed: Some(elapsed) }
    }

    /// What it is once the clock was looked at: the instant that it shows, if that is plausible.
    pub(super) fn looked_at(self, now: Timestamp, elapsed: Duration, max_jump: u32) -> Self {
        let is_plausible =
            self.leap(now, elapsed).is_none() && implausible(now, self.wall, max_jump).is_none();
        if is_plausible { Self::now(now, elapsed) } else { self }
    }

    /// As it is remembered while the clock is not believed.
    fn doubted(self) -> String {
        self.elapsed.map_or_else(String::new, |elapsed| format!("{} {}", self.wall, elapsed.as_micros()))
    }

    /// By how much the clock is ahead of the time that has passed since, if that is too much.
    fn leap(self, now: Timestamp, elapsed: Duration) -> Option<SignedDuration> {
        let passed = SignedDuration::try_from(elapsed.saturating_sub(self.elapsed?)).ok()?;
        let leap = self.wall.duration_until(now) - passed;
        (leap > LEAP).then_some(leap)
    }
}

/// Holds what was queued since the last send time that was served: the beginning of one that looks like a flood.
pub(super) fn hold_what_is_queued(c: &Connection) -> rusqlite::Result<()> {
    let last = ledger::recent_runs(c, 1)?.first().map(|run| run.recorded_at);
    outbox::hold_run(c, last.unwrap_or(Timestamp::MIN))
}

impl Daemon {
    /// Looks at the clock: a time that is not plausible holds everything, until it is plausible
    /// again or somebody says that it is right.
    pub(super) async fn look_at_the_clock(&mut self, now: Timestamp) {
        let elapsed = self.clock.elapsed();
        let leap = self.guard.last_seen.leap(now, elapsed).map(|leap| {
            let hours = SignedDuration::from_hours(leap.as_hours());
            let why = format!(
                "The clock was set forward by {hours:#} while rappel ran; it shows {now:.0} now. If that is wrong, set the \
                 clock of this machine right (`timedatectl` shows it): rappel then goes on by itself. If it is right, say so."
            );
            (WrongClock::SetForward, why)
        });
        let wrong = leap.or_else(|| doubt(now, self.guard.last_seen.wall, self.setup.settings.max_jump));
        match wrong {
            None => {
                self.guard.last_seen = Seen::now(now, elapsed);
                if matches!(self.guard.hold, Some(Hold::Clock(..))) {
                    tracing::info!("The clock is plausible again.");
                    self.let_go().await;
                }
            }
            // Each look finds another time; only another way of being wrong is another reason.
            Some((way, _)) if matches!(self.guard.hold, Some(Hold::Clock(held, _)) if held == way) => {}
            Some((way, why)) => self.hold(Hold::Clock(way, why), now).await,
        }
    }

    /// Keeps everything back, and tells the secretariat once.
    pub(super) async fn hold(&mut self, hold: Hold, now: Timestamp) {
        let why = format!("Nothing leaves: {}", hold.why());
        tracing::error!("{why}");
        let notice = self.notice_of(&hold, now);
        let is_clock = matches!(hold, Hold::Clock(..));
        let doubted = if is_clock { self.guard.last_seen.doubted() } else { String::new() };
        self.guard.hold = Some(hold);
        if !is_clock {
            self.take_back_what_waits(now).await;
        }
        let written = self.store.write(move |c| {
            ledger::set_fact(c, fact::HOLD, &why)?;
            ledger::set_fact(c, fact::RELEASED, "")?;
            ledger::set_fact(c, fact::CLOCK_DOUBTED, &doubted)?;
            // With a wrong clock not even this letter would leave in time.
            if is_clock {
                return Ok(());
            }
            hold_what_is_queued(c)?;
            notice.map_or(Ok(()), |letter| outbox::enqueue(c, &letter, now, now).map(drop))
        });
        self.guard.recorded = Recorded::Yes;
        match written.await {
            Ok(()) => self.flight.due_now(now),
            Err(error) => {
                self.guard.recorded = Recorded::No;
                self.store_failed(&error);
            }
        }
        self.say_status();
    }

    /// Records a hold that could not be recorded when it began: without that nobody could release it.
    pub(super) async fn record_the_hold(&mut self, now: Timestamp) {
        if self.guard.recorded == Recorded::Yes || !self.store_works() {
            return;
        }
        match self.guard.hold.take() {
            Some(hold) => self.hold(hold, now).await,
            None => self.let_go().await,
        }
    }

    fn notice_of(&self, hold: &Hold, now: Timestamp) -> Option<crate::letter::Letter> {
        let today = self.setup.rules.send().zone().to_datetime(now).date();
        let notice = Notice {
            sort: "held".to_owned(),
            // Once for each send time and reason, also when rappel is started again meanwhile.
            about: format!("{today} after {} {}", self.agenda.served, hold.why()),
            subject: "letters are held, please look at them".to_owned(),
            lead: format!("No reminder has left. The reason: {}.", hold.why().trim_end_matches('.')),
            items: Vec::new(),
            advice: vec![
                "`rappel forecast --until DATE` shows what would leave.".to_owned(),
                "If that is right, `rappel outbox release` lets it go. If not, mend the register: \
                 it is looked at again as soon as it is saved."
                    .to_owned(),
            ],
        };
        self.composed(&notice, now)
    }

    /// Ends a hold.
    pub(super) async fn let_go(&mut self) {
        self.guard.hold = None;
        let written = self.store.write(|c| {
            ledger::set_fact(c, fact::HOLD, "")?;
            ledger::set_fact(c, fact::CLOCK_DOUBTED, "")?;
            ledger::set_fact(c, fact::RELEASED, "")
        });
        self.guard.recorded = Recorded::Yes;
        if let Err(error) = written.await {
            self.guard.recorded = Recorded::No;
            self.store_failed(&error);
        }
        self.say_status();
    }

    /// Whether somebody has released what is held, within the last day.
    pub(super) fn was_released(&self, now: Timestamp) -> bool {
        let released = self.store.read(|c| ledger::get_fact(c, fact::RELEASED)).ok().flatten();
        let at = released.and_then(|text| text.parse::<Timestamp>().ok());
        at.is_some_and(|at| at.duration_until(now).abs() < RELEASE)
    }

    /// Goes on when somebody has said that what is held is right.
    pub(super) async fn look_for_a_release(&mut self, now: Timestamp) {
        match self.guard.hold {
            Some(Hold::Clock(..)) if self.was_released(now) => {
                self.guard.last_seen = Seen::now(now, self.clock.elapsed());
                // What was done by a clock that was ahead would put off what is to come.
                self.agenda.served = self.agenda.served.min(now);
                self.reports.summed_up = self.reports.summed_up.min(now);
                self.look_ahead_anew();
                self.let_go().await;
            }
            // The mailing is planned anew, and passes the breaker because of the release.
            Some(Hold::Flood(_)) if self.was_released(now) => {
                self.guard.hold = None;
                self.say_status();
            }
            _ => {}
        }
    }

    /// What is usual, for the breaker; none when somebody has released what would be held.
    pub(super) fn usual(&self, send_time: Timestamp, now: Timestamp) -> Option<breaker::Usual> {
        if self.clock.is_virtual() || self.was_released(now) {
            return None;
        }
        let zone = self.setup.rules.send().zone();
        let midnight = zone.to_datetime(now).date().to_zoned(zone.clone()).map_or(now, |day| day.timestamp());
        let read = self.store.read(|c| {
            let with_letters: Vec<_> = ledger::recent_runs(c, 60)?
                .into_iter()
                .map(|run| run.letters)
                .filter(|letters| *letters > 0)
                .take(RUNS as usize)
                .collect();
            let forecast = ledger::get_fact(c, fact::FORECAST)?;
            let forecast = forecast.and_then(|text| breaker::foreseen(&text, send_time));
            Ok(breaker::Usual {
                first: !ledger::any_letters(c)?,
                median: breaker::median(with_letters),
                forecast,
                today: outbox::written_since(c, midnight)?,
            })
        });
        // What cannot be read is judged as if nothing were known.
        Some(read.unwrap_or(breaker::Usual { first: true, ..breaker::Usual::default() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_set_forward_by_more_than_a_day_is_not_believed_and_one_that_slept_is() {
        let hours = |hours| Duration::from_hours(hours);
        let seen = Seen::now(at("2026-11-23T08:00:00Z"), hours(100));
        assert_eq!(seen.leap(at("2026-11-24T08:00:30Z"), hours(100) + Duration::from_secs(30)), None);
        let leap = seen.leap(at("2026-11-26T08:00:00Z"), hours(101));
        assert_eq!(leap, Some(SignedDuration::from_hours(71)));
        assert_eq!(seen.leap(at("2026-12-23T08:00:00Z"), hours(100 + 30 * 24)), None, "asleep for 30 days");
        assert_eq!(
            seen.leap(at("2026-11-21T08:00:00Z"), hours(101)),
            None,
            "set back: the last record says so"
        );
    }

    #[test]
    fn a_clock_that_was_not_believed_is_not_believed_by_the_next_process() {
        let hours = |hours| Duration::from_hours(hours);
        let doubted = Seen::now(at("2026-11-23T08:00:00Z"), hours(100)).doubted();
        let recorded = at("2026-11-23T07:00:00Z");
        let now = at("2026-12-03T08:00:00Z");
        for up in [hours(101), hours(0)] {
            assert!(Seen::at_start(recorded, Some(&doubted), up).leap(now, up).is_some(), "{up:?}");
        }
        let right = at("2026-11-23T10:00:00Z");
        assert_eq!(Seen::at_start(recorded, Some(&doubted), hours(0)).leap(right, hours(0)), None);
        for nothing in [None, Some("")] {
            assert_eq!(Seen::at_start(recorded, nothing, hours(9)).leap(now, hours(9)), None);
        }
        // The clock may be set before anything was done with it: from the start on it is watched.
        let started = Seen::at_start(recorded, None, hours(9)).looked_at(right, hours(9), 35);
        assert!(started.leap(right + SignedDuration::from_hours(52), hours(9)).is_some());
    }

    #[test]
    fn a_clock_a_day_behind_or_far_ahead_of_the_last_record_is_not_believed() {
        let last = at("2026-11-23T08:00:00Z");
        assert_eq!(implausible(at("2026-11-22T09:00:00Z"), last, 35), None);
        assert!(implausible(at("2026-11-22T07:59:00Z"), last, 35).unwrap().contains("more than a day later"));
        assert_eq!(implausible(at("2026-12-28T08:00:00Z"), last, 35), None);
        assert!(implausible(at("2099-01-01T00:00:00Z"), last, 35).unwrap().contains("more than 35 days"));
        assert!(implausible(at("1970-01-01T00:00:00Z"), last, 35).is_some());
    }
}
