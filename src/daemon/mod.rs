//! The one place where effects happen in an order.
//!
//! [`Daemon::run`] is a loop around one `select!`: a send time comes, and its letters are planned,
//! composed and queued together with the record that their reminders are told; queued letters
//! are claimed, each attempt written down before the mail server is dialled; answers are settled,
//! many in one commit; files change, and what they say comes into force if it is good. The same
//! loop rehearses: with a virtual clock that jumps from one wake to the next.

// What is in force: settings, register, and what was decided beside it.
mod adopt;
mod approvals;
mod closed;
mod decided;
mod files;
mod in_force;
mod intake;
mod look;
mod setup;
mod vanished;

// What is to come: a send time, its mailing, and what waits from earlier ones.
mod agenda;
mod breaker;
mod broken;
mod ends;
mod fate;
mod mailing;
mod meanwhile;
mod outgoing;
mod preview;
mod reworded;
mod send_time;
mod still;

// Letters on their way, and the copies of those that have left.
mod ahead;
mod archive;
mod exchange;
mod flight;
mod journal;
mod looker;
mod mail;
mod pause;
mod post;
mod unread;

// The state and the clock: whether they can be relied on.
mod checkup;
mod forget;
mod guard;
mod health;
mod mark;
mod opening;
mod pace;
mod reached;
mod retention;

// What the secretariat, systemd and monitors are told.
mod complaint;
mod failures;
mod heartbeat;
mod metrics;
mod reports;
mod service;
mod summary;

// The loop.
mod error;
mod events;
mod rehearse;
mod run;
#[cfg(test)]
mod tests;

use std::{path::Path, sync::Arc};

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
    action::Problems, clock::Clock, deliver::MailSettings, directory::Directory, outbox, store::Store,
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
    register: in_force::InForce,
    agenda: agenda::Agenda,
    store: Store,
    health: health::Health,
    mail: mail::Mail,
    flight: flight::Flight,
    /// Letters in doubt that are looked for before they are sent again.
    archive: archive::Archive,
    /// The archive, as long as it is not known whether it has letters that this state does not know.
    unread: unread::Unread,
    guard: guard::Guard,
    reports: reports::Reports,
    /// What is known of the letters that wait.
    sight: reworded::Sight,
    pulse: heartbeat::Pulse,
    meter: metrics::Meter,
    retention: retention::Retention,
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
        let (now, elapsed) = (clock.now(), clock.elapsed());
        let mut daemon = Self {
            register: in_force::InForce::at_start(seen, memory.vanished, looked, elapsed),
            agenda: agenda::Agenda::at_start(memory.told, memory.served),
            store,
            health: health::Health::at_start(reached, elapsed),
            mail: mail::Mail::start(setup.settings.mail.clone())?,
            flight: flight::Flight::at_start(memory.next_attempt),
            archive: archive::Archive::default(),
            unread: unread::Unread::at_start(memory.unread, &setup, now, elapsed),
            guard: guard::Guard::at_start(
                (memory.last_seen, memory.clock_doubted.as_deref()),
                (now, elapsed),
                setup.settings.max_jump,
            ),
            reports: reports::Reports::at_start(memory.summed_up, now),
            sight: reworded::Sight::at_start(),
            pulse: heartbeat::Pulse::default(),
            meter: metrics::Meter::default(),
            retention: retention::Retention::default(),
            watchdog,
            totals: Totals::default(),
            clock,
            setup,
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

    /// What waits in the outbox, if that can be read.
    pub fn waiting(&self) -> Option<outbox::Counts> {
        self.store.read(outbox::waiting).ok()
    }

    /// Why nothing leaves, if everything is held.
    pub fn held(&self) -> Option<&str> {
        self.guard.hold.as_ref().map(guard::Hold::why)
    }

    /// Whether the register in the files is in force, the state can be written, the mail server can
    /// be used and nothing is held.
    pub fn is_well(&self) -> bool {
        self.register.trouble.is_none()
            && self.register.old_settings.is_none()
            && self.mail.trouble.is_none()
            && self.guard.hold.is_none()
            && self.store_works()
            && self.mail.pause.is_none()
    }
}

/// Which register, how much of it, when letters leave and whether anybody gets them: a wrong path, or a trial that was left
/// on, is seen in the first lines of the log.
fn say_what_starts(setup: &Setup, directory: &Directory) {
    let settings = &setup.settings;
    let actions = directory.actions().count();
    let outstanding = open_actions(directory).count();
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
