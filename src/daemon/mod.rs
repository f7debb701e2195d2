//! The one place where effects happen in an order.
//!
//! [`Daemon::run`] is a loop around one `select!`: a send time comes, and its letters are planned,
//! composed and queued together with the record that their reminders are told; queued letters
//! are claimed, each attempt written down before the mail server is dialled; answers are settled,
//! many in one commit; files change, and what they say comes into force if it is good. The same
//! loop rehearses: with a virtual clock that jumps from one wake to the next.

mod adopt;
mod ahead;
mod approvals;
mod archive;
mod breaker;
mod broken;
mod checkup;
mod closed;
mod complaint;
mod decided;
mod ends;
mod error;
mod events;
mod failures;
mod fate;
mod forget;
mod guard;
mod heartbeat;
mod in_force;
mod intake;
mod journal;
mod look;
mod looker;
mod mail_settings;
mod mailing;
mod mark;
mod meanwhile;
mod metrics;
mod opening;
mod outgoing;
mod pace;
mod pause;
mod post;
mod preview;
mod reached;
mod rehearse;
mod retention;
mod reworded;
mod run;
mod send_time;
mod service;
mod setup;
mod still;
mod summary;
#[cfg(test)]
mod tests;
mod unread;
mod vanished;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, civil::Date};
use tokio::time::Instant;

pub use adopt::{Adopted, Adoption, adopt, adoptable};
pub use ahead::{Ahead, Looked, READING, look_ahead};
pub use closed::closed_since;
pub use decided::decide_from;
pub use ends::told_and_heard;
pub use error::DaemonError;
pub use events::{Event, Events};
pub use forget::{Forgotten, Person, forget, forgettable, person};
pub use guard::implausible;
pub use heartbeat::{Heartbeat, Lasting, STALE};
pub use intake::{Intake, Lost, Why, digest, ends, judge, open_actions};
pub use mark::mark;
pub use reached::Reached;
pub use rehearse::{Rehearsal, Rehearsed, rehearse};
pub use run::Until;
use service::Watchdog;
pub use setup::{Setup, calendar_entry, load};

use crate::{
    action::{Problems, Told},
    clock::Clock,
    deliver::{Carrier, Done, Job, MailSettings},
    directory::Directory,
    ledger::Vanished,
    outbox,
    schedule::{Upcoming, upcoming},
    store::Store,
};

/// Facts kept in the ledger under these names.
pub mod fact {
    /// From when on copies in the archive have to be looked at, as long as it could not be read; empty once it was.
    pub const ARCHIVE_UNREAD: &str = "archive unread";
    /// When the state began anew, in microseconds since 1970: what was sent before is taken as told.
    pub const BEGAN_ANEW: &str = "began anew";
    /// When the daemon first started on this state: send times before it were not missed.
    pub const FIRST_START: &str = "first start";
    /// The digest of a register that somebody accepted although it lost many actions.
    pub const REGISTER_ACCEPTED: &str = "register accepted";
    /// Which sheets of the register in force end without a line break.
    pub const REGISTER_ENDS: &str = "register ends";
    /// The day on which, and the instant at which, failures were told to the secretariat last.
    pub const FAILURES_TOLD: &str = "failures told";
    /// For which send time how many letters were forecast at the send time before.
    pub const FORECAST: &str = "forecast";
    /// How many people were forgotten.
    pub const FORGOTTEN: &str = "forgotten";
    /// Why nothing leaves; empty when nothing is held.
    pub const HOLD: &str = "hold";
    /// The last instant that was believed and the time since the machine started then, while the clock is not.
    pub const CLOCK_DOUBTED: &str = "clock doubted";
    /// When somebody released what is held; empty when nobody did.
    pub const RELEASED: &str = "released";
    /// When the state was last written only to see whether it can be.
    pub const TRIED: &str = "tried";
    /// When the last summary was written.
    pub const SUMMED_UP: &str = "summed up";
    /// Why letters leave by older mail settings than those in the file; empty when they do not.
    pub const MAIL_TROUBLE: &str = "mail trouble";
    /// Why the register in the files is not the one in force; empty when it is.
    pub const REGISTER_TROUBLE: &str = "register trouble";
    /// The day on which that began.
    pub const REGISTER_TROUBLE_SINCE: &str = "register trouble since";
}

/// The daemon: what is in force, and what is under way.
#[derive(Debug)]
pub struct Daemon {
    clock: Clock,
    setup: Arc<Setup>,
    /// None while the only register there is, is held.
    directory: Option<Arc<Directory>>,
    seen: Option<in_force::Seen>,
    /// The files are being looked at.
    looking: Option<look::Looking>,
    /// When the last look began.
    looked: Timestamp,
    /// When was looked for what changes unseen, by the clock that nobody sets.
    looked_around: Duration,
    /// The newest decision beside the register that is in force with it.
    newest_decision: i64,
    /// Actions whose rows are missing, for as long as they may come back.
    vanished: Vec<Vanished>,
    /// Why the register in the files is not the one in force, if it is not.
    trouble: Option<in_force::Trouble>,
    /// Since which day the settings in the file have errors and older ones are in force, if it is so.
    old_settings: Option<Date>,
    store: Store,
    told: Arc<Told>,
    /// What the view knows of the ends of letters.
    ends: ends::Ends,
    /// The last send time that was served.
    served: Timestamp,
    /// Found when it is asked for first: a mailing that is due does not wait for it.
    upcoming: OnceLock<Upcoming>,
    /// Whether what was told is another since that was looked for.
    is_told_anew: bool,
    /// What was forecast for the next send time, as the state has it.
    forecast: Option<String>,
    mailing: Option<send_time::Composing>,
    /// The send time of a single round, until its letters are queued.
    round: Option<Timestamp>,
    carrier: Carrier,
    /// The mail settings of the carrier.
    mail: MailSettings,
    /// Why the mail settings in the file are not those of the carrier, if they cannot be.
    mail_trouble: Option<String>,
    /// Mail settings that take effect once nothing is in flight with the old ones.
    new_mail: Option<MailSettings>,
    /// Letters with the carrier.
    in_flight: BTreeMap<i64, post::Flying>,
    next_attempt: Option<Timestamp>,
    /// Answers that are not recorded yet.
    unsettled: Vec<Done>,
    /// When answers were exchanged for letters last.
    exchanged: Option<Instant>,
    /// Letters taken back from the carrier before anything was done about them.
    recalled: Vec<Job>,
    /// Letters in doubt that are looked for before they are sent again.
    archive: archive::Archive,
    /// The archive, as long as it is not known whether it has letters that this state does not know.
    unread: unread::Unread,
    /// The outbox waits because the mail server cannot be used.
    pause: Option<pause::Pause>,
    /// Letters that get back their place, because the server was at fault.
    regained: Vec<outbox::LetterId>,
    /// Why nothing leaves, if nothing does.
    hold: Option<guard::Hold>,
    /// Whether that, or its end, is in the state, where it can be released.
    recorded: guard::Recorded,
    last_seen: guard::Seen,
    /// When the last summary was written, or the first start was.
    summed_up: Timestamp,
    /// The actions of which nobody is reminded because planning fails, as far as that was told.
    broken: Vec<String>,
    /// The day on which what waits was looked at last.
    looked_on: Option<Date>,
    /// When it was last looked whether failures are to be told.
    reported: Timestamp,
    /// What is known of the letters that wait.
    sight: reworded::Sight,
    /// Nothing more is claimed.
    is_closing: bool,
    /// While the state cannot be written: when to try again.
    store_retry: Option<Timestamp>,
    /// What was said about a state that cannot be written.
    store_trouble: complaint::Complaint,
    /// Since when and why the state cannot be relied on, if it cannot: nothing is sent any more.
    damage: Option<(Timestamp, String)>,
    /// Whether that is because it is older than what was sent from it.
    is_behind: bool,
    checkup: checkup::Checkup,
    /// The clock and the one that nobody sets.
    pace: pace::Pace,
    /// What was said about a clock that was set.
    steps: complaint::Complaint,
    pulse: heartbeat::Pulse,
    meter: metrics::Meter,
    retention: retention::Retention,
    /// How far the state has come.
    progress: reached::Progress,
    watchdog: Watchdog,
    totals: Totals,
}

/// What a daemon did since it started.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Letters queued.
    pub queued: u32,
    /// Reminders in them.
    pub reminders: u32,
    /// Reminders for which no letter could be composed.
    pub impossible: u32,
    /// Reminders that were left out, because they were too old to be told.
    pub left_out: u32,
    /// Letters the server took.
    pub accepted: u32,
    /// Letters the server refused for good.
    pub refused: u32,
    /// Attempts that ended with "later" or with no known end.
    pub later: u32,
}

impl Daemon {
    /// Reads everything, opens the state and stands ready. Nothing is sent yet. Must be called
    /// inside a tokio runtime.
    pub async fn start(config_file: &Path, clock: Clock) -> Result<Self, DaemonError> {
        Self::with_setup(Setup::load(config_file)?, clock).await
    }

    /// As [`Daemon::start`], with settings that were read before.
    pub async fn with_setup(setup: Setup, clock: Clock) -> Result<Self, DaemonError> {
        let mut setup = Arc::new(setup.able_to_send()?);
        let looked = clock.now();
        let (seen, reading) = look::first_reading(&setup, &clock).await?;
        let (directory, notes) = reading?;
        let notes = Problems(setup.notes.0.iter().chain(&notes.0).cloned().collect());
        if !notes.0.is_empty() {
            tracing::info!("There are notes, which `rappel check` lists: {}.", in_force::places(&notes));
        }
        if !clock.is_virtual() {
            say_what_starts(&setup, &directory);
        }
        let allowed = &setup.settings.allowed;
        if !allowed.are_all() {
            tracing::warn!("Letters leave to {allowed} only: mail.allow_domains is set.");
        }
        let mut watchdog = if clock.is_virtual() { Watchdog::default() } else { Watchdog::of_service() };
        let opening::Opened { store, reached, memory } = opening::open(&setup, &clock, &mut watchdog).await?;
        Arc::make_mut(&mut setup).settings.secretariat.mark = Some(memory.mark);
        let mail = setup.settings.mail.clone();
        let carrier = Carrier::start(mail.clone())?;
        let elapsed = clock.elapsed();
        let pace = pace::Pace::from(clock.now(), elapsed);
        let max_jump = setup.settings.max_jump;
        let last_seen = guard::Seen::at_start(memory.last_seen, memory.clock_doubted.as_deref(), elapsed)
            .looked_at(clock.now(), elapsed, max_jump);
        // Soon after the start, but with the first send time if that comes first.
        let reported = clock.now() - SignedDuration::from_hours(23);
        let unread = unread::Unread::at_start(memory.unread, &setup, clock.now(), elapsed);
        let mut daemon = Self {
            clock,
            setup,
            directory: None,
            newest_decision: 0,
            vanished: memory.vanished,
            seen,
            looking: None,
            looked,
            looked_around: elapsed,
            trouble: None,
            old_settings: None,
            store,
            told: Arc::new(memory.told),
            ends: ends::Ends::default(),
            served: memory.served,
            upcoming: OnceLock::new(),
            is_told_anew: false,
            forecast: None,
            mailing: None,
            round: None,
            carrier,
            mail,
            mail_trouble: None,
            new_mail: None,
            in_flight: BTreeMap::new(),
            next_attempt: memory.next_attempt,
            unsettled: Vec::new(),
            exchanged: None,
            recalled: Vec::new(),
            archive: archive::Archive::default(),
            unread,
            pause: None,
            regained: Vec::new(),
            hold: None,
            recorded: guard::Recorded::Yes,
            broken: Vec::new(),
            looked_on: None,
            reported,
            sight: reworded::Sight::at_start(),
            is_closing: false,
            last_seen,
            summed_up: memory.summed_up,
            store_retry: None,
            store_trouble: complaint::Complaint::default(),
            damage: None,
            is_behind: false,
            checkup: checkup::Checkup::at_start(elapsed),
            pace,
            steps: complaint::Complaint::default(),
            pulse: heartbeat::Pulse::default(),
            meter: metrics::Meter::default(),
            retention: retention::Retention::default(),
            progress: reached::Progress::from(reached),
            watchdog,
            totals: Totals::default(),
        };
        Box::pin(daemon.take_in(Ok(directory))).await;
        daemon.sight.may_release = false;
        Ok(daemon)
    }

    /// What it did so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// The settings in force.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// When something will be due next, as far as a register is in force.
    pub fn upcoming(&self) -> Option<&Upcoming> {
        let directory = self.directory.as_ref()?;
        Some(self.upcoming.get_or_init(|| upcoming(directory, &self.setup.rules, &self.told, self.served)))
    }

    /// What waits in the outbox, if that can be read.
    pub fn waiting(&self) -> Option<outbox::Counts> {
        self.store.read(outbox::waiting).ok()
    }

    /// Why nothing leaves, if everything is held.
    pub fn held(&self) -> Option<&str> {
        self.hold.as_ref().map(guard::Hold::why)
    }

    /// Whether the register in the files is in force, the state can be written, the mail server can
    /// be used and nothing is held.
    pub fn is_well(&self) -> bool {
        self.trouble.is_none()
            && self.old_settings.is_none()
            && self.mail_trouble.is_none()
            && self.hold.is_none()
            && self.store_works()
            && self.pause.is_none()
    }

    /// What is due next has changed.
    fn look_ahead_anew(&mut self) {
        self.take_in_ends();
        self.is_told_anew = false;
        self.upcoming = OnceLock::new();
    }
}

/// Which register, how much of it, when letters leave and whether anybody gets them: a wrong path, or a trial that was left
/// on, is seen in the first lines of the log.
fn say_what_starts(setup: &Setup, directory: &Directory) {
    let settings = &setup.settings;
    let actions = directory.actions().count();
    let outstanding = open_actions(directory).len();
    let how = match &settings.mail {
        MailSettings::Smtp(server) => format!("through {}, port {}", server.host, server.port),
        MailSettings::Maildir(_) => "into a folder on this machine".to_owned(),
    };
    tracing::info!(
        actions,
        outstanding,
        "rappel {} starts. Register: {}, actions: {actions}, outstanding: {outstanding}. Letters leave {}, {how}.",
        env!("CARGO_PKG_VERSION"),
        settings.register.path.display(),
        setup.rules.send().words(),
    );
    if let MailSettings::Maildir(folder) = &settings.mail {
        tracing::warn!(
            "Nobody is sent anything: letters are put into {} ([mail.maildir]).",
            folder.path.display()
        );
    }
}
