//! Looking at the files: on a thread of its own, because a network share may keep whoever asks it waiting for ever.
//!
//! The loop goes on meanwhile with what is in force. A look cannot be broken off: one that hangs is waited for,
//! and said; no second one is begun beside it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::SignedDuration;
use tokio::{
    task::{JoinError, JoinHandle},
    time::{Instant, sleep_until, timeout_at},
};

use super::{
    Daemon, DaemonError, Setup,
    files::{Seen, read_at_rest, stamp},
    in_force::{Reread, reread},
    service,
};
use crate::{action::Problems, clock::Clock, directory::Directory};

/// How long files may take to be read before people are told that they do. The largest register that is
/// allowed takes less.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a look found: how the files looked before they were read, and what they say. None when they look as
/// they did.
pub(super) type Looked = Result<Option<(Option<Seen>, Reread)>, JoinError>;

/// A look under way.
#[derive(Debug)]
pub(super) struct Looking {
    task: JoinHandle<Option<(Option<Seen>, Reread)>>,
    since: Instant,
    /// Somebody asked for another look meanwhile; whether for one that reads everything.
    again: Option<bool>,
    /// A supervisor waits to hear that the reload is done.
    is_reload: bool,
    /// People were told that it takes long.
    told: bool,
    /// The files do not come to rest.
    being_written: Arc<AtomicBool>,
    /// For how long they have to be at rest.
    settle: Duration,
}

/// How long a start waits for the register. Systemd tries again after a while.
const START_PATIENCE: Duration = Duration::from_secs(20);

/// A file that was changed within this time, or within `register.settle`, may still be being written when rappel starts:
/// the clocks of a share and of this machine may differ a little.
const LATELY: SignedDuration = SignedDuration::from_secs(5);

/// What the register says.
pub(super) type Reading = Result<(Directory, Problems), Problems>;

/// Reads the register for a start: at rest, and in bounded time, whatever becomes of the share that it is on.
pub(super) async fn first_reading(
    setup: &Arc<Setup>,
    clock: &Clock,
) -> Result<(Option<Seen>, Reading), DaemonError> {
    let (now, settle) = (clock.now(), setup.settings.settle);
    let is_virtual = clock.is_virtual();
    let reading = Arc::clone(setup);
    let mut task = tokio::task::spawn_blocking(move || {
        let modified = stamp(&reading).and_then(|seen| seen.register_modified());
        let lately = LATELY.max(SignedDuration::try_from(settle).unwrap_or(SignedDuration::MAX));
        let is_at_rest = modified.is_some_and(|at| at.duration_until(now) > lately);
        let settle = if is_virtual || is_at_rest { Duration::ZERO } else { settle };
        read_at_rest(&reading, settle, &AtomicBool::new(false), || reading.read_register())
    });
    let begun = Instant::now();
    let read = if let Ok(read) = timeout_at(begun + PATIENCE + settle, &mut task).await {
        Some(read)
    } else {
        let path = setup.settings.register.path.display();
        tracing::warn!("{path} does not answer, or is written to all the time; the start waits for it.");
        service::says(&format!("Waiting for the register, {path}: it does not answer"));
        timeout_at(begun + START_PATIENCE + settle, &mut task).await.ok()
    };
    match read {
        Some(Ok(read)) => Ok(read),
        Some(Err(panic)) => std::panic::resume_unwind(panic.into_panic()),
        None => Err(DaemonError::RegisterHangs {
            path: setup.settings.register.path.clone(),
            seconds: (START_PATIENCE + settle).as_secs(),
        }),
    }
}

impl Daemon {
    /// Begins to look at the files, and to read them when they have changed; `all` reads them in any case.
    pub(super) fn look(&mut self, all: bool) {
        if let Some(looking) = &mut self.register.looking {
            // What changed may have been looked at already.
            looking.again = Some(all || looking.again.unwrap_or_default());
            return;
        }
        self.register.looked = self.clock.now();
        let since = Instant::now();
        let (setup, seen) = (self.setup.clone(), self.register.seen.clone());
        let settle = if self.clock.is_virtual() { Duration::ZERO } else { setup.settings.settle };
        let being_written = Arc::new(AtomicBool::new(false));
        let written = Arc::clone(&being_written);
        let task = tokio::task::spawn_blocking(move || {
            let is_same = stamp(&setup) == seen;
            // What looks as it did has been at rest since.
            let settle = if is_same { Duration::ZERO } else { settle };
            (all || !is_same).then(|| read_at_rest(&setup, settle, &written, || reread(&setup)))
        });
        let (again, is_reload, told) = Default::default();
        self.register.looking = Some(Looking { task, since, again, is_reload, told, being_written, settle });
    }

    /// As a supervisor asks for it: it is told when it begins and when it is done.
    pub(super) fn look_for_supervisor(&mut self) {
        service::reloading();
        self.look(true);
        if let Some(looking) = &mut self.register.looking {
            looking.is_reload = true;
        }
    }

    /// Puts into force what is good of what was found. Whether there are new settings.
    pub(super) async fn on_look(&mut self, looked: Looked) -> bool {
        let Some(Looking { again, is_reload, told, .. }) = self.register.looking.take() else { return false };
        let mut is_new = false;
        match looked {
            Ok(Some((before, reread))) => is_new = self.put_into_force(before, reread).await,
            // What people were told is true no longer: reading everything says what is.
            Ok(None) if told => self.look(true),
            Ok(None) => {}
            Err(error) => {
                self.register.seen = None;
                tracing::error!("The register could not be read again: {error}.");
            }
        }
        self.look_at_what_was_released().await;
        if let Some(all) = again {
            self.look(all);
        }
        match &mut self.register.looking {
            Some(looking) => looking.is_reload |= is_reload,
            None if is_reload => service::ready(),
            None => {}
        }
        is_new
    }

    /// Tells people that the files do not come.
    pub(super) async fn on_impatience(&mut self) {
        let Some(looking) = &mut self.register.looking else { return };
        looking.told = true;
        let name = self.setup.settings.register.path.display().to_string();
        let because = if looking.being_written.load(Ordering::Relaxed) {
            "somebody is writing to it all the time"
        } else {
            "the disk or network share does not answer"
        };
        let why = format!(
            "{name} has not been read after {} seconds: {because}. The last good register is in force.",
            looking.since.elapsed().as_secs()
        );
        tracing::error!("{why}");
        self.remember_trouble(why).await;
        // Not to be kept waiting as well.
        self.look_at_what_was_released().await;
        self.say_status();
    }

    /// Whether the files are being waited for longer than they should take.
    pub(super) fn waits_for_files(&self) -> bool {
        self.register.looking.as_ref().is_some_and(|looking| looking.told)
    }

    /// Reads everything again if the files look different: what a running daemon does by itself, and
    /// a simulation, in which no time passes by itself, has to ask for.
    pub async fn look_at_files(&mut self) {
        self.look(false);
        while let Some(looking) = &mut self.register.looking {
            let looked = (&mut looking.task).await;
            self.on_look(looked).await;
        }
    }
}

/// The end of the look under way. Cancel safe.
pub(super) async fn next_look(looking: &mut Option<Looking>) -> Looked {
    match looking {
        Some(looking) => (&mut looking.task).await,
        None => std::future::pending().await,
    }
}

/// When patience with a look under way is at its end, once. Cancel safe.
pub(super) async fn impatience(since: Option<Instant>) {
    match since {
        Some(since) => sleep_until(since + PATIENCE).await,
        None => std::future::pending().await,
    }
}

impl Looking {
    /// Since when it is under way, as long as nobody was told that it takes long.
    pub(super) fn since(&self) -> Option<Instant> {
        (!self.told).then_some(self.since + self.settle)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Office, *};

    /// As when somebody saves it at that moment, or it is being copied.
    #[tokio::test]
    async fn a_start_waits_until_a_register_that_was_changed_just_now_has_come_to_rest() {
        let office = Office::new("");
        office.actions(&[["17/01", "one", "Ann"]]);
        let mut setup = Setup::load(&office.path("rappel.toml")).unwrap();
        let settle = Duration::from_millis(200);
        setup.settings.settle = settle;
        let begun = Instant::now();
        let (_, reading) = first_reading(&Arc::new(setup), &Clock::System).await.unwrap();
        assert!(reading.is_ok() && begun.elapsed() >= settle, "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn what_is_saved_while_the_files_are_looked_at_is_read_right_after() {
        let office = Office::new("");
        office.actions(&[]);
        let mut daemon = office.start().await;
        daemon.look(false);
        while !daemon.register.looking.as_ref().unwrap().task.is_finished() {
            tokio::task::yield_now().await;
        }
        office.actions(&[["17/01", "one", "Ann"]]);
        daemon.look_at_files().await;
        assert_eq!(daemon.upcoming().unwrap().outstanding, 1);
    }
}
