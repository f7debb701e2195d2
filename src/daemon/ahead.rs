//! Whether the archive has letters of this state of which the state knows nothing: then it is an older one, put back as a
//! whole (a machine's snapshot, a folder copied back), and would tell again what was told since.
//!
//! A letter carries the mark of its state in its Message-ID, and its attempt is recorded before it is sent. A copy
//! with the mark of this state, of a letter that the state has not handed to a server, was therefore sent later than the
//! state is. A letter that was on its way when the process died has its attempt, and copies of other installations have
//! other marks.

use std::{collections::BTreeSet, fmt, sync::mpsc, thread, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tokio::{task::spawn_blocking, time::timeout};

use super::{
    Daemon, DaemonError, Reached,
    mark::{knows_since, mark},
};
use crate::{
    action::counted,
    deliver::{ArchiveSettings, Copied, Marked},
    letter::Mark,
    outbox,
    store::{self, Reader, StoreError},
};

/// For how long the archive is read when nothing else waits.
pub const READING: Duration = Duration::from_secs(20);
/// For how long while rappel runs: whoever stops it does not wait for longer than ten seconds.
const WHILE_RUNNING: Duration = Duration::from_secs(5);
/// How much longer the answer is waited for: a system call may hang.
const MARGIN: Duration = Duration::from_secs(3);
/// A copy may seem to be so much older than the attempt: the clocks of mail servers differ.
const SLACK: SignedDuration = SignedDuration::from_hours(1);

/// Letters in the archive that the state should know, and does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// The archive.
    pub archive: ArchiveSettings,
    /// Their Message-IDs, without angle brackets; there may be others.
    pub letters: BTreeSet<String>,
    /// When the last of them came into the archive.
    pub latest: Timestamp,
}

/// "the archive (Maildir, /var/mail/archive) has 3 letters of this state that it does not know, the last of
/// 2026-11-23T08:00:00Z".
impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { archive, letters, latest } = self;
        let letters = counted(letters.len(), "letter", "letters");
        write!(
            f,
            "the archive ({archive}) has {letters} of this state that it does not know, the last of {latest:.0}"
        )
    }
}

/// What is logged when the archive tells nothing, before why.
pub(super) const CANNOT_TELL: &str =
    "Whether this state is older than what was sent from it cannot be told by the archive";

/// What a look came to.
#[derive(Debug, Default)]
pub struct Looked {
    /// The letters of which the state knows nothing, if there are any.
    pub ahead: Option<Ahead>,
    /// Why there may be others all the same: the archive could not be read, or not all of it.
    pub trouble: Option<String>,
}

/// Looks whether the archive knows more than the state, for as long as `within`. It blocks, and has an end also where a file
/// server hangs.
pub fn look_ahead(archive: &ArchiveSettings, state: &Reader, within: Duration) -> Result<Looked, StoreError> {
    let (own, since) = state.read(|c| Ok((mark(c)?, wanted_since(c)?)))?;
    let Marked { copies, trouble } = read(archive, own, since, within);
    // After the archive: what a daemon sends meanwhile has its attempt by now.
    let ahead = if copies.is_empty() { None } else { state.read(|c| unknown(c, archive, &copies))? };
    Ok(Looked { ahead, trouble })
}

/// From when on copies are looked at: what came before the newest attempt is of letters that are known.
fn wanted_since(c: &Connection) -> rusqlite::Result<Timestamp> {
    let (_, attempt) = outbox::newest(c)?;
    let known = knows_since(c)?;
    let newest = attempt.map_or(known, |attempt| attempt.max(known));
    Ok(newest.checked_sub(SLACK).unwrap_or(Timestamp::MIN))
}

/// Reads the archive on a thread of its own: one that hangs is left alone.
fn read(archive: &ArchiveSettings, own: Mark, since: Timestamp, within: Duration) -> Marked {
    let (tell, answer) = mpsc::channel();
    let place = archive.clone();
    let look = move || drop(tell.send(place.marked(own, since, within)));
    let begun = thread::Builder::new().name("archive".to_owned()).spawn(look);
    let silent = |why: &str| Marked { copies: Vec::new(), trouble: Some(format!("{archive}: {why}")) };
    match begun {
        Ok(_) => answer.recv_timeout(within + MARGIN).unwrap_or_else(|_| silent("it does not answer")),
        Err(error) => silent(&error.to_string()),
    }
}

fn unknown(c: &Connection, archive: &ArchiveSettings, copies: &[Copied]) -> rusqlite::Result<Option<Ahead>> {
    let mut unsent: BTreeSet<_> = copies.iter().map(|copy| copy.message_id.clone()).collect();
    outbox::retain_unsent(c, &mut unsent)?;
    // The newest comes first.
    let Some(latest) = copies.iter().find(|copy| unsent.contains(&copy.message_id)) else { return Ok(None) };
    Ok(Some(Ahead { archive: archive.clone(), letters: unsent, latest: latest.at }))
}

impl Daemon {
    /// After the clock was set forward, before anything leaves: a machine that is put back while rappel runs goes on as it
    /// was then, until its clock is set right. The loop waits for it.
    pub(super) async fn look_whether_it_is_behind(&mut self, now: Timestamp) {
        let settings = &self.setup.settings;
        let (Some(archive), None) = (settings.archive.clone(), &self.damage) else { return };
        let dir = settings.state.clone();
        let mut look =
            spawn_blocking(move || look_ahead(&archive, &store::open_reader(&dir)?, WHILE_RUNNING));
        let looked = loop {
            match timeout(Duration::from_secs(1), &mut look).await {
                Ok(looked) => break looked,
                Err(_) => self.watchdog.feed(),
            }
        };
        match looked {
            Ok(Ok(Looked { ahead: Some(ahead), .. })) => self.is_behind(ahead, now),
            Ok(Ok(Looked { trouble: Some(why), .. })) => tracing::warn!("{CANNOT_TELL}: {why}."),
            Ok(Ok(Looked { ahead: None, trouble: None })) => {}
            Ok(Err(error)) => self.store_failed(&error),
            Err(error) => tracing::error!("The look into the archive ended early: {error}."),
        }
    }

    /// Nothing is sent any more: somebody has to adopt what was told.
    fn is_behind(&mut self, ahead: Ahead, now: Timestamp) {
        let found = match Reached::of(&self.store) {
            Ok(found) => found,
            Err(error) => return self.store_failed(&error),
        };
        let error = DaemonError::Behind { dir: self.setup.settings.state.clone(), found, ahead };
        tracing::error!("Nothing is sent any more. {error}");
        (self.damage, self.is_behind) = (Some((now, error.to_string())), true);
        self.give_up_mailing();
        self.say_status();
    }
}
