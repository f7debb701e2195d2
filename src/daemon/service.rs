//! What systemd is told (`sd_notify(3)`). Without systemd all of it does nothing.

use std::time::Duration;

use sd_notify::{NotifyState, notify};
use tokio::time::Instant;

use super::{Daemon, in_force::Trouble};
use crate::schedule::Upcoming;

/// The watchdog, fed by the loop itself: a loop that hangs starves it.
#[derive(Debug, Default)]
pub(super) struct Watchdog {
    interval: Option<Duration>,
    fed: Option<Instant>,
}

impl Watchdog {
    /// The watchdog of this service, if it has one.
    pub(super) fn of_service() -> Self {
        Self { interval: sd_notify::watchdog_enabled(), fed: None }
    }

    /// How often the loop has to come round.
    pub(super) fn pace(&self) -> Option<Duration> {
        self.interval.map(|interval| interval / 3)
    }

    /// Called once a round.
    pub(super) fn feed(&mut self) {
        let Some(pace) = self.pace() else { return };
        if self.fed.is_none_or(|fed| fed.elapsed() >= pace / 2) {
            self.fed = Some(Instant::now());
            tell(&[NotifyState::Watchdog]);
        }
    }
}

impl Daemon {
    /// The status line, wherever it is shown.
    pub(super) fn say_status(&self) {
        if self.clock.is_virtual() {
            return;
        }
        // The files first: who hears the line finds them saying the same.
        self.beat_now();
        tell(&[NotifyState::Status(&self.status_line())]);
    }

    /// "3 outstanding, next letters Mon 08:00 to 2 people".
    pub fn status_line(&self) -> String {
        if self.health.is_behind {
            return "Nothing is sent: the state is older than what was sent from it, see `rappel status`"
                .to_owned();
        }
        if self.health.damage.is_some() {
            return "Nothing is sent: the database is damaged, see `rappel doctor`".to_owned();
        }
        if self.health.retry_at.is_some() {
            return "Nothing is sent: the state cannot be written".to_owned();
        }
        let zone = self.setup.rules.send().zone();
        let line = match self.upcoming() {
            None => "Nothing is planned: no register is in force".to_owned(),
            Some(Upcoming { outstanding, next: Some(at), people, .. }) => {
                let whom = if *people == 1 { "1 person".to_owned() } else { format!("{people} people") };
                let (at, now) = (zone.to_datetime(*at), zone.to_datetime(self.clock.now()));
                let form = if at.year() == now.year() { "%a %-d %b %H:%M" } else { "%a %-d %b %Y %H:%M" };
                let when = at.strftime(form);
                format!("{outstanding} outstanding, next letters {when} to {whom}")
            }
            Some(Upcoming { outstanding, .. }) => format!("{outstanding} outstanding, no letters planned"),
        };
        std::iter::once(line).chain(self.troubles()).collect::<Vec<_>>().join("; ")
    }

    /// What is not as it should be, while letters can leave.
    pub(super) fn troubles(&self) -> impl Iterator<Item = String> {
        let register = self.register.trouble.as_ref().map(|trouble| match trouble {
            Trouble::Errors => "the register has errors, the last good one is in force".to_owned(),
            Trouble::Held { why, .. } => format!("a register that {why} is held"),
        });
        let known = [
            self.guard.hold.as_ref().map(|hold| format!("everything is held: {}", hold.why())),
            register,
            self.register
                .old_settings
                .map(|_| "the settings have errors, the old ones are in force".to_owned()),
            self.waits_for_files().then(|| "the register's disk or network share does not answer".to_owned()),
            self.mail
                .trouble
                .as_ref()
                .map(|_| "the new mail settings cannot be used, the old ones are in force".to_owned()),
            self.mail.pause.as_ref().map(|pause| {
                let taker = self.mail.settings.taker().replacen("The", "the", 1);
                format!("letters wait for {taker}: {}", pause.why)
            }),
            self.waits_for_archive(),
        ];
        known.into_iter().flatten()
    }
}

pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// A status line before there is a daemon to have one.
pub(super) fn says(line: &str) {
    tell(&[NotifyState::Status(line)]);
}

pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// A supervisor that cannot be told is no reason to stop reminding.
fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = notify(state) {
        tracing::debug!("systemd could not be told: {error}");
    }
}
