//! The state, opened and looked at whole before anything is sent because of it.
//!
//! Every page and the whole history are read, which takes seconds where there are ten years of it: on a thread of its own,
//! while systemd hears that rappel is there and what it is at. Most states are so small that it is over before; and what
//! can be seen at a glance, a database that is gone, foreign, newer, cut short, or in use, keeps the service from being
//! ready however long the history is.

use std::{path::Path, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{
    sync::{oneshot, watch},
    task::spawn_blocking,
    time::timeout,
};

use super::{DaemonError, Looked, READING, Reached, Setup, ahead::remember, fact, look_ahead, mark, service};
use crate::{
    action::Told,
    clock::Clock,
    deliver::ArchiveSettings,
    ledger::{self, Vanished},
    letter::Mark,
    outbox::{self, RetrySettings},
    store::{self, Store, StoreError},
};

/// A state that cannot be used keeps the service from being ready, if that is found at a glance, or within this time after
/// it; later it ends the service.
const PATIENCE: Duration = Duration::from_millis(50);

/// What the status line says meanwhile.
const HISTORY: &str = "Looking at the whole history before anything is sent";
const ARCHIVE: &str = "Looking whether the archive has letters that this state does not know";

/// A state that can be relied on.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) store: Store,
    /// How far it has come.
    pub(super) reached: Reached,
    pub(super) memory: Memory,
}

/// What the state knows at start.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) mark: Mark,
    pub(super) told: Told,
    pub(super) served: Timestamp,
    pub(super) next_attempt: Option<Timestamp>,
    pub(super) last_seen: Timestamp,
    pub(super) summed_up: Timestamp,
    pub(super) vanished: Vec<Vanished>,
    pub(super) clock_doubted: Option<String>,
    /// Why the archive could not be read, or not all of it.
    pub(super) unread: Option<String>,
}

/// Opens it. When that takes long, systemd is told that rappel is ready, and `watchdog` is fed.
pub(super) async fn open(
    setup: &Arc<Setup>,
    clock: &Clock,
    watchdog: &mut service::Watchdog,
) -> Result<Opened, DaemonError> {
    let (glanced, mut glance) = oneshot::channel();
    let (stage, at) = watch::channel(HISTORY);
    let mut opening = {
        let (setup, clock) = (Arc::clone(setup), clock.clone());
        spawn_blocking(move || Opened::open(&setup, &clock, || _ = glanced.send(()), &stage))
    };
    let pace = watchdog.pace().unwrap_or(Duration::from_secs(1));
    // Ended by either: the sender is dropped with an opening that failed.
    while timeout(pace, &mut glance).await.is_err() {
        watchdog.feed();
    }
    let (mut patience, mut said) = (PATIENCE, None);
    loop {
        if let Ok(opened) = timeout(patience, &mut opening).await {
            return opened.unwrap_or_else(|error| Err(DaemonError::Opening(error)));
        }
        if !clock.is_virtual() {
            say(*at.borrow(), &mut said);
        }
        watchdog.feed();
        patience = pace.min(Duration::from_secs(1));
    }
}

/// What it is at, once for each stage that takes its time.
fn say(at: &'static str, said: &mut Option<&'static str>) {
    if *said == Some(at) {
        return;
    }
    if said.is_none() {
        service::ready();
    }
    *said = Some(at);
    service::says(at);
    tracing::info!("{at}.");
}

impl Opened {
    fn open(
        setup: &Setup,
        clock: &Clock,
        glanced: impl FnOnce(),
        stage: &watch::Sender<&'static str>,
    ) -> Result<Self, DaemonError> {
        let dir = &setup.settings.state;
        let store = store::open_telling(dir, glanced)?;
        let reached = Reached::of(&store)?;
        if let Some(before) = Reached::written(dir).filter(|before| reached.is_before(*before)) {
            return Err(DaemonError::Older { dir: dir.clone(), found: reached, reached: before });
        }
        refuse_a_changed_history(&store, setup)?;
        let mut looked = None;
        if let (Some(archive), false) = (&setup.settings.archive, clock.is_virtual()) {
            stage.send_replace(ARCHIVE);
            looked = Some(refuse_to_tell_again(dir, archive, reached)?);
            stage.send_replace(HISTORY);
        }
        let (now, retry) = (clock.now(), setup.settings.retry.clone());
        let memory = store.write_blocking(move |c| Memory::recall(c, now, &retry, looked.as_ref()));
        Ok(Self { memory: memory.map_err(|error| error.of(dir))?, store, reached })
    }
}

impl Memory {
    fn recall(
        c: &rusqlite::Connection,
        now: Timestamp,
        retry: &RetrySettings,
        looked: Option<&Looked>,
    ) -> rusqlite::Result<Self> {
        // Before anything leaves.
        looked.map_or(Ok(()), |looked| remember(c, looked.trouble.is_some()))?;
        ledger::begin_journal(c, now)?;
        outbox::recover(c, now, retry)?;
        let served = match ledger::last_run(c)? {
            // A send time in the future is of a clock that was wrong.
            Some(served) => served.min(now),
            None => first_start(c, now)?,
        };
        ledger::set_fact(c, fact::HOLD, "")?;
        ledger::set_fact(c, fact::MAIL_TROUBLE, "")?;
        let summed_up = ledger::get_fact(c, fact::SUMMED_UP)?.and_then(|text| text.parse().ok());
        Ok(Self {
            mark: mark(c)?,
            told: ledger::told(c)?,
            served,
            next_attempt: outbox::next_attempt(c)?,
            last_seen: ledger::latest_record(c)?.unwrap_or(now),
            summed_up: summed_up.unwrap_or(now),
            vanished: ledger::vanished(c)?,
            clock_doubted: ledger::get_fact(c, fact::CLOCK_DOUBTED)?,
            unread: looked.and_then(|looked| looked.trouble.clone()),
        })
    }
}

/// A byte that turned over could make what was told look as if it had not been, and a letter leave twice.
fn refuse_a_changed_history(store: &Store, setup: &Setup) -> Result<(), DaemonError> {
    let differs = |one: &ledger::Difference| {
        matches!(one, ledger::Difference::Changed(_) | ledger::Difference::Removed(_))
    };
    if !store.read(ledger::verify)?.differences.iter().any(differs) {
        return Ok(());
    }
    let file = setup.settings.state.join("rappel.db");
    // A value that nobody can read says more than that it is another one.
    store.read(ledger::told).map_err(|error| error.of(&setup.settings.state))?;
    let report = "the history says something else than its journal; `rappel verify` shows where".to_owned();
    Err(StoreError::Damaged { file, report }.into())
}

/// What the archive has, and this state does not know, was sent after it.
fn refuse_to_tell_again(
    dir: &Path,
    archive: &ArchiveSettings,
    found: Reached,
) -> Result<Looked, DaemonError> {
    let mut looked = look_ahead(archive, &store::open_reader(dir)?, READING)?;
    match looked.ahead.take() {
        Some(ahead) => Err(DaemonError::Behind { dir: dir.to_owned(), found, ahead }),
        None => Ok(looked),
    }
}

/// On a new state no send time before the first start was missed.
fn first_start(c: &rusqlite::Connection, now: Timestamp) -> rusqlite::Result<Timestamp> {
    if let Some(started) = ledger::get_fact(c, fact::FIRST_START)?.and_then(|text| text.parse().ok()) {
        return Ok(started);
    }
    ledger::set_fact(c, fact::FIRST_START, &now.to_string())?;
    Ok(now)
}
