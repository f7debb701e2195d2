//! Looking at the files: on a thread of its own, because a network share may keep whoever asks it waiting for ever.
//!
//! The loop goes on meanwhile with what is in force. A look cannot be broken off: one that hangs is waited for,
//! and said; no second one is begun beside it.

use std::time::Duration;

use tokio::{
    task::{JoinError, JoinHandle},
    time::{Instant, sleep_until},
};

use super::{
    Daemon,
    in_force::{Reread, Seen, reread, stamp},
    service,
};

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
    /// Somebody asked for another look meanwhile, that reads everything.
    again: bool,
    /// A supervisor waits to hear that the reload is done.
    is_reload: bool,
    /// People were told that it takes long.
    told: bool,
}

impl Daemon {
    /// Begins to look at the files, and to read them when they have changed; `all` reads them in any case.
    pub(super) fn look(&mut self, all: bool) {
        if let Some(looking) = &mut self.looking {
            looking.again |= all;
            return;
        }
        let (setup, seen) = (self.setup.clone(), self.seen.clone());
        let task = tokio::task::spawn_blocking(move || {
            let before = stamp(&setup);
            (all || before != seen).then(|| (before, reread(&setup)))
        });
        let since = Instant::now();
        self.looking = Some(Looking { task, since, again: false, is_reload: false, told: false });
    }

    /// As a supervisor asks for it: it is told when it begins and when it is done.
    pub(super) fn look_for_supervisor(&mut self) {
        service::reloading();
        self.look(true);
        if let Some(looking) = &mut self.looking {
            looking.is_reload = true;
        }
    }

    /// Puts into force what is good of what was found. Whether there are new settings.
    pub(super) async fn on_look(&mut self, looked: Looked) -> bool {
        let Some(Looking { again, is_reload, told, .. }) = self.looking.take() else { return false };
        let mut is_new = false;
        match looked {
            Ok(Some((before, reread))) => is_new = self.put_into_force(before, reread).await,
            // What people were told is true no longer: reading everything says what is.
            Ok(None) if told => self.look(true),
            Ok(None) => {}
            Err(error) => {
                self.seen = None;
                tracing::error!("The register could not be read again: {error}.");
            }
        }
        if again {
            self.look(true);
        }
        match &mut self.looking {
            Some(looking) => looking.is_reload |= is_reload,
            None if is_reload => service::ready(),
            None => {}
        }
        is_new
    }

    /// Tells people that the files do not come.
    pub(super) async fn on_impatience(&mut self) {
        let Some(looking) = &mut self.looking else { return };
        looking.told = true;
        let name = self.setup.settings.register.path.display().to_string();
        let why = format!(
            "{name} has not been read after {} seconds: the disk or network share does not answer. The last good \
             register is in force.",
            PATIENCE.as_secs()
        );
        tracing::error!("{why}");
        self.remember_trouble(why).await;
        self.say_status();
    }

    /// Whether the files are being waited for longer than they should take.
    pub(super) fn waits_for_files(&self) -> bool {
        self.looking.as_ref().is_some_and(|looking| looking.told)
    }

    /// Reads everything again if the files look different: what a running daemon does by itself, and
    /// a simulation, in which no time passes by itself, has to ask for.
    pub async fn look_at_files(&mut self) {
        self.look(false);
        while let Some(looking) = &mut self.looking {
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
        (!self.told).then_some(self.since)
    }
}
