//! An archive that could not be read when it was to tell whether the state is older than what was sent from it: at a start, or
//! after the clock was set forward. It is looked at again while rappel runs, until it was read once.
//!
//! For a while nothing leaves meanwhile (`mail.archive.wait`): a share that is mounted a little later than rappel is started,
//! which is what happens when a machine is put back, keeps anybody from being told twice. Then letters leave all
//! the same: a reminder that comes twice does less harm than one that does not come.
//!
//! The look takes place on a thread of its own, for which neither the loop nor a stop ever waits.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::{
    Daemon, Looked, Setup,
    ahead::{look_and_hang, remember},
    looker::Looker,
};
use crate::{deliver::ArchiveSettings, store::StoreError};

/// The time between two looks: this at first, and twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// For how long a look reads: longer than a start, for nobody waits for it.
const READING: Duration = Duration::from_mins(1);

/// What is said when the archive tells nothing, before why.
const CANNOT_TELL: &str =
    "Whether this state is older than what was sent from it cannot be told by the archive";

/// What is not known, and the look under way.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// None once it was read.
    open: Option<Question>,
    looker: Looker<Result<Looked, StoreError>>,
    /// A single round does not wait for it.
    is_single_round: bool,
    /// Whether the log has what the start found.
    is_said: bool,
}

/// Whether the archive has letters that the state does not know. Times are of the clock that nobody sets.
#[derive(Debug)]
struct Question {
    since: Timestamp,
    began: Duration,
    /// Why the last look did not answer it; none before the first.
    why: Option<String>,
    /// Whether letters wait for the answer.
    holds: bool,
    next: Duration,
    pause: Duration,
}

impl Question {
    fn new(since: Timestamp, began: Duration) -> Self {
        Self { since, began, why: None, holds: true, next: began, pause: FIRST_PAUSE }
    }

    /// Until when letters wait at the longest.
    fn until(&self, wait: Duration) -> Duration {
        self.began.saturating_add(wait)
    }

    /// When to look next: in any case when letters have waited for long enough, and once more before they leave.
    fn next_look(&self, wait: Duration) -> Duration {
        if self.holds { self.next.min(self.until(wait)) } else { self.next }
    }

    /// A look did not answer it. Whether that is another reason than before, or letters wait no longer.
    fn goes_on(&mut self, why: String, elapsed: Duration, wait: Duration) -> bool {
        let ends = self.holds && self.until(wait) <= elapsed;
        self.holds &= !ends;
        self.next = elapsed.saturating_add(self.pause);
        self.pause = self.pause.saturating_mul(2).min(LONGEST_PAUSE);
        let is_news = self.why.as_ref() != Some(&why);
        self.why = Some(why);
        is_news || ends
    }
}

impl Unread {
    /// As the start found it: why it could not be read, if it could not.
    pub(super) fn at_start(why: Option<String>, setup: &Setup, now: Timestamp, elapsed: Duration) -> Self {
        let Some(why) = why else { return Self::default() };
        let mut question = Question::new(now, elapsed);
        let wait = setup.settings.archive_wait;
        question.goes_on(why, elapsed, wait);
        Self { open: Some(question), ..Self::default() }
    }

    /// The clock was set forward: a machine that is put back while rappel runs goes on as it was then, until its clock is
    /// set right.
    pub(super) fn may_be_behind(&mut self, now: Timestamp, elapsed: Duration) {
        // What a look that is under way found may be of before.
        self.looker.abandon();
        self.open = Some(Question::new(now, elapsed));
    }

    /// Whether letters wait, because it is not known whether they left before.
    pub(super) fn holds(&self) -> bool {
        self.open.as_ref().is_some_and(|question| question.holds)
    }

    /// Whether it is known what the archive has.
    pub(super) fn was_read(&self) -> bool {
        self.open.is_none()
    }

    /// Whether a look is under way.
    pub(super) fn is_looked_into(&self) -> bool {
        self.looker.is_looking()
    }

    /// A loop begins: whether letters wait until an archive can be read, or for a look that is under way alone.
    pub(super) fn is_waited_for(&mut self, is_it: bool, setup: &Setup) {
        self.is_single_round = !is_it;
        let wait = self.wait(setup);
        let Some(question) = &mut self.open else { return };
        question.holds &= is_it;
        if !std::mem::replace(&mut self.is_said, true) {
            say(question, wait);
        }
    }

    /// For how long letters wait.
    fn wait(&self, setup: &Setup) -> Duration {
        if self.is_single_round { Duration::ZERO } else { setup.settings.archive_wait }
    }

    fn begin(&mut self, archive: &ArchiveSettings, setup: &Arc<Setup>) {
        let (place, setup) = (archive.clone(), Arc::clone(setup));
        self.looker.begin(
            READING,
            || Ok(Looked::without(archive, "it does not answer")),
            move || look_and_hang(&place, &setup.settings.state, READING),
        );
    }

    /// What a look came to; none if it was not told in time. Pending while there is no look. Cancel safe.
    pub(super) async fn looked(&mut self) -> Option<Result<Looked, StoreError>> {
        self.looker.looked().await
    }
}

impl Daemon {
    /// Begins to look, when it is time to.
    pub(super) fn look_into_an_unread_archive(&mut self, now: Timestamp) {
        if self.unread.open.is_none() {
            return;
        }
        match self.setup.settings.archive.clone() {
            Some(archive) if self.health.damage.is_none() => {
                if self.next_look_into_the_archive(now).is_some_and(|next| next <= now) {
                    self.unread.begin(&archive, &self.setup);
                }
            }
            // Nothing leaves in any case, or the setting was taken out meanwhile.
            _ => {
                self.unread.open = None;
                self.say_status();
            }
        }
    }

    /// When to look next, unless that is being done.
    pub(super) fn next_look_into_the_archive(&self, now: Timestamp) -> Option<Timestamp> {
        let question = self.unread.open.as_ref().filter(|_| !self.unread.is_looked_into())?;
        let left = question.next_look(self.unread.wait(&self.setup)).saturating_sub(self.clock.elapsed());
        now.checked_add(SignedDuration::try_from(left).ok()?).ok()
    }

    /// Goes on when the state knows all letters that the archive has; stops sending when it does not.
    pub(super) async fn on_looked_ahead(&mut self, looked: Option<Result<Looked, StoreError>>) {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        let (Some(archive), Some(question)) = (&self.setup.settings.archive, &mut self.unread.open) else {
            return;
        };
        let mut looked = match looked {
            Some(Ok(looked)) => looked,
            Some(Err(error)) => {
                // Looked for once more, when the state can be read.
                question.next = elapsed.saturating_add(question.pause);
                return self.store_failed(&error);
            }
            None => Looked::without(archive, "it does not answer"),
        };
        if let Some(ahead) = looked.ahead.take() {
            self.unread.open = None;
            return self.is_behind(ahead, now);
        }
        let why = looked.trouble;
        let is_unread = why.is_some();
        if let Err(error) = self.store.write(move |c| remember(c, is_unread)).await {
            question.next = elapsed.saturating_add(question.pause);
            return self.store_failed(&error);
        }
        let wait = self.unread.wait(&self.setup);
        let Some(question) = &mut self.unread.open else { return };
        if let Some(why) = why {
            if question.goes_on(why, elapsed, wait) {
                say(question, wait);
            }
        } else {
            if question.why.is_some() {
                tracing::info!("The archive was read; the state knows all letters of its own in it.");
            }
            self.unread.open = None;
        }
        self.say_status();
    }

    /// Since when and why it is not known, and what becomes of letters meanwhile; none before the first look.
    pub(super) fn unread_archive(&self) -> Option<(Timestamp, String)> {
        let question = self.unread.open.as_ref()?;
        let why = question.why.as_deref()?;
        let what = if question.holds { HOLDS } else { LEAVES };
        Some((question.since, format!("{why}. {what}")))
    }

    /// The same for the status line.
    pub(super) fn waits_for_archive(&self) -> Option<String> {
        let question = self.unread.open.as_ref()?;
        let why = question.why.as_deref()?;
        let what =
            if question.holds { "letters wait for the archive" } else { "the archive could not be read" };
        Some(format!("{what}: {why}"))
    }
}

/// What becomes of letters meanwhile.
const HOLDS: &str = "Nothing leaves until it was read, or until mail.archive.wait is over.";
const LEAVES: &str =
    "Letters leave all the same; if the state is an older one, what was told since is told again.";

fn say(question: &Question, wait: Duration) {
    let why = question.why.as_deref().unwrap_or_default();
    if question.holds {
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        tracing::warn!(
            "{CANNOT_TELL}: {why}. Nothing leaves until it was read, or for {wait:#} (mail.archive.wait)."
        );
    } else {
        tracing::warn!("{CANNOT_TELL}: {why}. {LEAVES}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_mins(15);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Looks that come to nothing, each at once: when they take place until an hour has passed, and when letters leave.
    fn looks(wait: Duration) -> (Vec<u64>, Option<u64>) {
        let mut question = Question::new(Timestamp::UNIX_EPOCH, Duration::ZERO);
        let (mut looks, mut leave, mut now) = (Vec::new(), None, Duration::ZERO);
        while now <= seconds(3600) {
            looks.push(now.as_secs());
            question.goes_on("away".to_owned(), now, wait);
            leave = leave.or((!question.holds).then_some(now.as_secs()));
            now = question.next_look(wait);
        }
        (looks, leave)
    }

    #[test]
    fn it_is_looked_at_ever_more_rarely_and_once_more_before_letters_leave() {
        let (first, leave) = looks(WAIT);
        assert_eq!(first[..11], [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811]);
        assert_eq!((first[11], leave), (900, Some(900)), "at the end of the wait");
        assert!(first[11..].windows(2).all(|pair| pair[1] - pair[0] == 300), "{first:?}");
        assert_eq!(looks(Duration::ZERO).1, Some(0));
    }

    #[test]
    fn it_is_said_when_the_reason_is_another_one_and_when_letters_leave() {
        let mut question = Question::new(Timestamp::UNIX_EPOCH, Duration::ZERO);
        let said = [("away", 0), ("away", 1), ("hangs", 3), ("hangs", 900), ("hangs", 1200)]
            .map(|(why, at)| question.goes_on(why.to_owned(), seconds(at), WAIT));
        assert_eq!(said, [true, false, true, true, false]);
    }
}
