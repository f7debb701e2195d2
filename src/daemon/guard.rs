//! What keeps everything back until somebody has looked: a run that looks like a flood, a clock
//! that cannot be right.

use jiff::{SignedDuration, Timestamp};

use super::{Daemon, breaker, fact};
use crate::{
    compose::{self, Notice},
    ledger, outbox,
};

/// A clock may be this much behind the last record: a step back by a time server, or a machine
/// that was restored.
const BEHIND: SignedDuration = SignedDuration::from_hours(24);

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
    Clock(String),
}

impl Hold {
    /// The reason, as a sentence.
    pub(super) fn why(&self) -> &str {
        let (Self::Flood(why) | Self::Clock(why)) = self;
        why
    }
}

/// Why the clock cannot be right, if it cannot: `last` is the last instant that was recorded, `max_jump` in days.
pub fn implausible(now: Timestamp, last: Timestamp, max_jump: u32) -> Option<String> {
    let ahead = SignedDuration::from_hours(24 * i64::from(max_jump));
    let passed = last.duration_until(now);
    if passed < -BEHIND {
        return Some(format!(
            "The clock shows {now:.0}, but the last record is of {last:.0}, more than a day later. Set the clock of \
             this machine right (`timedatectl` shows it): rappel then goes on by itself. If the clock is right, say so."
        ));
    }
    if passed > ahead {
        return Some(format!(
            "The clock shows {now:.0}, more than {max_jump} days after the last record, {last:.0} \
             (clock.max_jump). Set the clock of this machine right (`timedatectl` shows it): rappel then goes on by \
             itself. If the clock is right, and rappel was away so long, say so."
        ));
    }
    None
}

impl Daemon {
    /// Looks at the clock: a time that is not plausible holds everything, until it is plausible
    /// again or somebody says that it is right.
    pub(super) async fn look_at_the_clock(&mut self, now: Timestamp) {
        match implausible(now, self.last_seen, self.setup.settings.max_jump) {
            None => {
                self.last_seen = now;
                if matches!(self.hold, Some(Hold::Clock(_))) {
                    tracing::info!("The clock is plausible again.");
                    self.let_go().await;
                }
            }
            Some(_) if matches!(self.hold, Some(Hold::Clock(_))) => {}
            Some(why) => self.hold(Hold::Clock(why), now).await,
        }
    }

    /// Keeps everything back, and tells the secretariat once.
    pub(super) async fn hold(&mut self, hold: Hold, now: Timestamp) {
        let why = format!("Nothing leaves: {}", hold.why());
        tracing::error!("{why}");
        let notice = self.notice_of(&hold, now);
        let is_clock = matches!(hold, Hold::Clock(_));
        self.hold = Some(hold);
        let written = self.store.write(move |c| {
            ledger::set_fact(c, fact::HOLD, &why)?;
            ledger::set_fact(c, fact::RELEASED, "")?;
            // With a wrong clock not even this letter would leave in time.
            match notice.filter(|_| !is_clock) {
                Some(letter) => outbox::enqueue(c, &letter, now, now).map(|_| ()),
                None => Ok(()),
            }
        });
        match written.await {
            Ok(()) => self.due_now(now),
            Err(error) => self.store_failed(&error),
        }
        self.say_status();
    }

    fn notice_of(&self, hold: &Hold, now: Timestamp) -> Option<crate::letter::Letter> {
        let today = self.setup.rules.send().zone().to_datetime(now).date();
        let notice = Notice {
            sort: "held".to_owned(),
            about: today.to_string(),
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
        let identity = &self.setup.settings.secretariat;
        compose::notice(&notice, identity, &self.setup.templates, now)
            .inspect_err(|error| {
                tracing::error!("The notice to the secretariat could not be composed: {error}");
            })
            .ok()
    }

    /// Ends a hold.
    pub(super) async fn let_go(&mut self) {
        self.hold = None;
        let written = self.store.write(|c| {
            ledger::set_fact(c, fact::HOLD, "")?;
            ledger::set_fact(c, fact::RELEASED, "")
        });
        if let Err(error) = written.await {
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
        match self.hold {
            Some(Hold::Clock(_)) if self.was_released(now) => {
                self.last_seen = now;
                self.served = self.served.min(now);
                self.let_go().await;
            }
            // The mailing is planned anew, and passes the breaker because of the release.
            Some(Hold::Flood(_)) if self.was_released(now) => {
                self.hold = None;
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
            let forecast = ledger::get_fact(c, fact::FORECAST)?.and_then(|text| {
                let (at, letters) = text.split_once(' ')?;
                (at.parse().ok() == Some(send_time)).then(|| letters.parse().ok()).flatten()
            });
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
    fn a_clock_a_day_behind_or_far_ahead_of_the_last_record_is_not_believed() {
        let last = at("2026-11-23T08:00:00Z");
        assert_eq!(implausible(at("2026-11-22T09:00:00Z"), last, 35), None);
        assert!(implausible(at("2026-11-22T07:59:00Z"), last, 35).unwrap().contains("more than a day later"));
        assert_eq!(implausible(at("2026-12-28T08:00:00Z"), last, 35), None);
        assert!(implausible(at("2099-01-01T00:00:00Z"), last, 35).unwrap().contains("more than 35 days"));
        assert!(implausible(at("1970-01-01T00:00:00Z"), last, 35).is_some());
    }
}
