//! Whether the archive has letters of this state of which the state knows nothing: then it is an older one, put back as a
//! whole (a machine's snapshot, a folder copied back), and would tell again what was told since.
//!
//! A letter carries the mark of its state in its Message-ID, and its attempt is recorded before it is sent. A copy
//! with the mark of this state, of a letter that the state has not handed to a server, was therefore sent later than the
//! state is. A letter that was on its way when the process died has its attempt, and copies of other installations have
//! other marks.

use std::{collections::BTreeSet, fmt, path::Path, sync::mpsc, thread, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::{
    Daemon, DaemonError, Reached, fact,
    mark::{knows_since, mark},
};
use crate::{
    action::counted,
    deliver::{ArchiveSettings, Copied, Marked},
    ledger,
    letter::Mark,
    outbox,
    store::{self, Reader, StoreError},
};

/// For how long the archive is read when nothing else waits.
pub const READING: Duration = Duration::from_secs(20);
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

/// What a look came to.
#[derive(Debug, Default)]
pub struct Looked {
    /// The letters of which the state knows nothing, if there are any.
    pub ahead: Option<Ahead>,
    /// Why there may be others all the same: the archive could not be read, or not all of it.
    pub trouble: Option<String>,
}

impl Looked {
    /// A look that came to nothing.
    pub(super) fn without(archive: &ArchiveSettings, why: &str) -> Self {
        Self { ahead: None, trouble: Some(format!("{archive}: {why}")) }
    }
}

/// Remembers from when on the archive has to be read the next time, before letters leave although it could not be; or that it
/// was read. The newest attempt says no longer what was sent before the state was put back.
pub(super) fn remember(c: &Connection, is_unread: bool) -> rusqlite::Result<()> {
    let unread = if is_unread { wanted_since(c)?.to_string() } else { String::new() };
    if ledger::get_fact(c, fact::ARCHIVE_UNREAD)?.unwrap_or_default() == unread {
        return Ok(());
    }
    ledger::set_fact(c, fact::ARCHIVE_UNREAD, &unread)
}

/// Looks whether the archive knows more than the state, for as long as `within`. It blocks, and has an end also where a file
/// server hangs.
pub fn look_ahead(archive: &ArchiveSettings, state: &Reader, within: Duration) -> Result<Looked, StoreError> {
    compare(archive, state, |own, since| read(archive, own, since, within))
}

/// As [`look_ahead`], on a thread that may hang as long as the file server does.
pub(super) fn look_and_hang(
    archive: &ArchiveSettings,
    dir: &Path,
    within: Duration,
) -> Result<Looked, StoreError> {
    compare(archive, &store::open_reader(dir)?, |own, since| archive.marked(own, since, within))
}

fn compare(
    archive: &ArchiveSettings,
    state: &Reader,
    read: impl FnOnce(Mark, Timestamp) -> Marked,
) -> Result<Looked, StoreError> {
    let (own, since) = state.read(|c| Ok((mark(c)?, wanted_since(c)?)))?;
    let Marked { copies, trouble } = read(own, since);
    // After the archive: what a daemon sends meanwhile has its attempt by now.
    let ahead = if copies.is_empty() { None } else { state.read(|c| unknown(c, archive, &copies))? };
    Ok(Looked { ahead, trouble })
}

/// From when on copies are looked at: what came before the newest attempt is of letters that are known, unless that attempt was
/// made while the archive could not be read.
fn wanted_since(c: &Connection) -> rusqlite::Result<Timestamp> {
    let (_, attempt) = outbox::newest(c)?;
    let known = knows_since(c)?;
    let newest = attempt.map_or(known, |attempt| attempt.max(known));
    let since = newest.checked_sub(SLACK).unwrap_or(Timestamp::MIN);
    let unread = ledger::get_fact(c, fact::ARCHIVE_UNREAD)?.and_then(|since| since.parse().ok());
    Ok(unread.map_or(since, |unread| since.min(unread)))
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
    /// Nothing is sent any more: somebody has to adopt what was told.
    pub(super) fn is_behind(&mut self, ahead: Ahead, now: Timestamp) {
        let found = match Reached::of(&self.store) {
            Ok(found) => found,
            Err(error) => return self.store_failed(&error),
        };
        let error = DaemonError::Behind { dir: self.setup.settings.state.clone(), found, ahead };
        tracing::error!("Nothing is sent any more. {error}");
        (self.health.damage, self.health.is_behind) = (Some((now, error.to_string())), true);
        self.give_up_mailing();
        self.say_status();
    }
}
