//! What is in force, and how something new comes into force: good as a whole, or not at all.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::{Timestamp, civil::Date};

use super::{Daemon, Setup, decided::Ended, fact, files::Seen, guard::Hold, intake, look::Looking, vanished};
use crate::{
    action::{ActionId, Problems},
    directory::Directory,
    ledger::{self, Vanished},
};

/// Places of problems that a line of the log names.
const PLACES: usize = 10;

/// Why the register in the files is not the one in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It has errors.
    Errors,
    /// It lost too much.
    Held {
        /// Its digest, for somebody to accept.
        digest: String,
        /// What it did, in a few words.
        why: &'static str,
    },
}

/// The register that is in force, and what is known of its files and of the settings.
#[derive(Debug)]
pub(super) struct InForce {
    /// None while the only register there is, is held.
    pub(super) directory: Option<Arc<Directory>>,
    pub(super) seen: Option<Seen>,
    /// The files are being looked at.
    pub(super) looking: Option<Looking>,
    /// When the last look began.
    pub(super) looked: Timestamp,
    /// When was looked for what changes unseen, by the clock that nobody sets.
    pub(super) looked_around: Duration,
    /// The newest decision beside the register that is in force with it.
    pub(super) newest_decision: i64,
    /// Actions whose rows are missing, for as long as they may come back.
    pub(super) vanished: Vec<Vanished>,
    /// Why the register in the files is not the one in force, if it is not.
    pub(super) trouble: Option<Trouble>,
    /// Since which day the settings in the file have errors and older ones are in force, if it is so.
    pub(super) old_settings: Option<Date>,
    /// The state folder that the settings in the file name, if it is another than the one in use.
    other_state: Option<PathBuf>,
}

impl InForce {
    /// Nothing yet, of files that were looked at.
    pub(super) fn at_start(
        seen: Option<Seen>,
        vanished: Vec<Vanished>,
        looked: Timestamp,
        elapsed: Duration,
    ) -> Self {
        Self {
            directory: None,
            seen,
            looking: None,
            looked,
            looked_around: elapsed,
            newest_decision: 0,
            vanished,
            trouble: None,
            old_settings: None,
            other_state: None,
        }
    }
}

/// Settings or register, read anew.
#[derive(Debug)]
pub(super) enum Reread {
    /// The settings have errors; the old ones stay, and the register was read with them.
    BadSettings(Box<(Problems, Result<Directory, Problems>)>),
    /// The settings are good; the register may not be.
    Settings(Box<(Setup, Result<Directory, Problems>)>),
}

/// Reads settings, templates and register again; on a thread where that may take its time.
pub(super) fn reread(in_force: &Setup) -> Reread {
    let read = |setup: &Setup| setup.read_register().map(|(directory, _)| directory);
    match Setup::load(&in_force.settings.file).and_then(Setup::able_to_send) {
        Err(problems) => Reread::BadSettings(Box::new((problems, read(in_force)))),
        Ok(mut setup) => {
            setup.settings.secretariat.mark = in_force.settings.secretariat.mark;
            let directory = read(&setup);
            Reread::Settings(Box::new((setup, directory)))
        }
    }
}

impl Daemon {
    /// Puts into force what is good of what was read. Whether there are new settings.
    pub(super) async fn put_into_force(&mut self, before: Option<Seen>, reread: Reread) -> bool {
        self.register.seen = before;
        let is_new = matches!(reread, Reread::Settings(_));
        let directory = match reread {
            Reread::BadSettings(read) => {
                let (problems, directory) = *read;
                self.keep_settings(&problems).await;
                directory
            }
            Reread::Settings(read) => {
                let (setup, directory) = *read;
                self.change_settings(setup);
                directory
            }
        };
        self.take_in(directory).await;
        self.look_ahead_anew();
        self.say_status();
        is_new
    }

    async fn keep_settings(&mut self, problems: &Problems) {
        let today = self.today();
        let since = *self.register.old_settings.get_or_insert(today);
        tracing::error!(
            "The settings have errors; the old ones stay in force. `rappel check` lists them: {}.",
            places(problems)
        );
        let what = format!("the configuration {}", file_name(&self.setup.settings.file));
        self.notice(problems, (&what, since)).await;
    }

    fn change_settings(&mut self, mut setup: Setup) {
        let state = &self.setup.settings.state;
        if setup.settings.state == *state {
            self.register.other_state = None;
        } else {
            let other = Some(setup.settings.state.clone());
            if self.register.other_state != other {
                tracing::warn!(
                    "state.dir changed; that takes effect when the daemon is restarted. Until then it is {}.",
                    state.display()
                );
                self.register.other_state = other;
            }
            // Beside the database that is open lies what the daemon says of it, and how far it has come.
            setup.settings.state.clone_from(state);
        }
        self.setup = Arc::new(setup);
        self.agenda.ends.look_anew();
        self.compare_mail_settings();
        self.register.old_settings = None;
    }

    /// Puts a register into force, or keeps the one that is.
    pub(super) async fn take_in(&mut self, directory: Result<Directory, Problems>) {
        match directory {
            Err(problems) => {
                tracing::error!(
                    "The register has errors; the last good one stays in force. `rappel check` lists them: {}.",
                    places(&problems)
                );
                self.register.trouble = Some(Trouble::Errors);
                let why = format!("The register has errors; the last good one is in force.\n{problems}");
                let since = self.remember_trouble(why).await;
                self.notice(&problems, (&self.register_name(), since)).await;
            }
            Ok(directory) => self.judge(directory).await,
        }
        self.look_ahead_anew();
    }

    async fn judge(&mut self, directory: Directory) {
        let known = self.store.read(|c| {
            let (accepted, ends) = (fact::REGISTER_ACCEPTED, fact::REGISTER_ENDS);
            Ok((ledger::known_open(c)?, ledger::get_fact(c, accepted)?, ledger::get_fact(c, ends)?))
        });
        let (known_open, accepted, ends) = match known {
            Ok(known) => known,
            Err(error) => {
                // Read again as soon as the state can be.
                self.register.seen = None;
                return self.store_failed(&error);
            }
        };
        match intake::judge(&known_open, ends.as_deref(), &directory, accepted.as_deref()) {
            intake::Intake::Hold(lost) => {
                tracing::error!("The register is held: {lost}");
                let (digest, why) = (intake::digest(&directory), lost.in_short());
                self.register.trouble = Some(Trouble::Held { digest, why });
                let since = self.remember_trouble(format!("The register is held: {lost}")).await;
                let file = file_name(&self.setup.settings.register.path);
                self.notice_of_hold(&lost.notice(&format!("The register {file}"), since)).await;
            }
            intake::Intake::Apply => {
                let is_accepted = accepted.is_some_and(|digest| digest == intake::digest(&directory));
                self.apply(directory, &known_open, is_accepted).await;
            }
        }
    }

    async fn apply(&mut self, mut directory: Directory, known_open: &[ActionId], is_accepted: bool) {
        // What is composed from the old register is planned again from this one.
        self.give_up_mailing();
        let now = self.clock.now();
        let decided = match self.decide(&mut directory) {
            Ok(decided) => decided,
            Err(error) => {
                self.register.seen = None;
                return self.store_failed(&error);
            }
        };
        let ended = Ended::by(&directory, self.register.looked);
        let directory = Arc::new(directory);
        let turned = self.turned(known_open, &directory, now);
        let ends = intake::ends(&directory);
        // What somebody accepted to be gone is gone.
        let missing = if is_accepted {
            Vec::new()
        } else {
            let before = (self.register.vanished.as_slice(), known_open, self.register.directory.as_deref());
            vanished::missing(before, &decided, &directory, now)
        };
        self.register.directory = Some(directory);
        self.register.trouble = None;
        let missing_changed = (missing != self.register.vanished).then(|| missing.clone());
        let written = self.store.write(move |c| {
            turned.record(c)?;
            if let Some(missing) = missing_changed {
                ledger::set_vanished(c, &missing)?;
            }
            ended.record(c, now)?;
            ledger::set_fact(c, fact::REGISTER_TROUBLE, "")?;
            ledger::set_fact(c, fact::REGISTER_ENDS, &ends)?;
            Ok(turned)
        });
        match written.await {
            Ok(turned) => turned.record_in(&mut self.agenda.told),
            Err(error) => {
                self.register.seen = None;
                return self.store_failed(&error);
            }
        }
        self.register.vanished = missing;
        self.has_changed(now).await;
    }

    /// What follows from another register, or from what was decided beside it.
    pub(super) async fn has_changed(&mut self, now: Timestamp) {
        self.agenda.ends.look_anew();
        self.look_for_vanished(now).await;
        self.withdraw_outdated().await;
        // A mended register is judged anew.
        self.look_for_a_release(now).await;
        if matches!(self.guard.hold, Some(Hold::Flood(_))) {
            self.let_go().await;
        }
    }

    /// Records why the register in the files is not the one in force; gives the day since when it is not.
    pub(super) async fn remember_trouble(&mut self, trouble: String) -> Date {
        let today = self.today();
        let written = self.store.write(move |c| {
            let (what, since) = (fact::REGISTER_TROUBLE, fact::REGISTER_TROUBLE_SINCE);
            let has_been = ledger::get_fact(c, what)?.is_some_and(|trouble| !trouble.is_empty());
            ledger::set_fact(c, what, &trouble)?;
            let before = ledger::get_fact(c, since)?.and_then(|day| day.parse().ok());
            match before.filter(|_| has_been) {
                Some(day) => Ok(day),
                None => ledger::set_fact(c, since, &today.to_string()).map(|()| today),
            }
        });
        written.await.unwrap_or_else(|error| {
            self.store_failed(&error);
            today
        })
    }

    /// The day, in the secretariat's zone.
    pub(super) fn today(&self) -> Date {
        self.setup.rules.send().zone().to_datetime(self.clock.now()).date()
    }

    /// Whether somebody accepted the register that is held.
    pub(super) fn was_accepted(&self) -> bool {
        let Some(Trouble::Held { digest: held, .. }) = &self.register.trouble else { return false };
        let accepted = self.store.read(|c| ledger::get_fact(c, fact::REGISTER_ACCEPTED));
        accepted.is_ok_and(|accepted| accepted.as_ref() == Some(held))
    }

    fn register_name(&self) -> String {
        format!("the register {}", file_name(&self.setup.settings.register.path))
    }
}

/// Where the problems are. Not what they are: that quotes cells, and a log holds no addresses.
pub(super) fn places(problems: &Problems) -> String {
    let mut places: Vec<_> = problems.0.iter().map(|problem| problem.place.to_string()).collect();
    places.dedup();
    let more = places.len().saturating_sub(PLACES);
    places.truncate(PLACES);
    let mut text = places.join("; ");
    if more > 0 {
        let _ = write!(text, "; and {more} more");
    }
    text
}

pub(super) fn file_name(path: &Path) -> Arc<str> {
    path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy()).into()
}
