//! What is in force, and how something new comes into force: good as a whole, or not at all.

use std::{
    fmt::Write as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::{Timestamp, civil::Date};

use super::{Daemon, Setup, decided::Ended, fact, guard::Hold, intake, vanished};
use crate::{
    action::{ActionId, Problems},
    compose::{self, ComposeError, Notice},
    directory::Directory,
    ledger,
    letter::Letter,
    outbox, register,
};

/// How long files that changed while they were read are left alone.
const BREATH: Duration = Duration::from_millis(50);

/// Places of problems that a line of the log names.
const PLACES: usize = 10;

/// How the files looked when they were last read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    register: register::Stamp,
    config: register::Stamp,
    /// One for each file of a holiday calendar; none where it cannot be looked at.
    calendars: Vec<Option<register::Stamp>>,
    /// One for each template that there is a built-in one of; none where that one is used.
    templates: Vec<Option<register::Stamp>>,
}

impl Seen {
    /// When the register's files were changed last, as far as that can be said.
    pub(super) fn register_modified(&self) -> Option<Timestamp> {
        self.register.modified()
    }
}

/// How the files of an installation look now; none if one of them cannot be looked at.
pub(super) fn stamp(setup: &Setup) -> Option<Seen> {
    let settings = &setup.settings;
    Some(Seen {
        register: register::stamp(&settings.register.path).ok()?,
        config: register::stamp(&settings.file).ok()?,
        calendars: settings.calendar_files.iter().map(|file| register::stamp(file).ok()).collect(),
        templates: settings.templates.as_deref().map(|dir| templates(setup, dir)).unwrap_or_default(),
    })
}

fn templates(setup: &Setup, folder: &Path) -> Vec<Option<register::Stamp>> {
    let rungs = setup.rules.policies().flat_map(|policy| &policy.escalate);
    let of_steps = rungs
        .filter_map(|rung| rung.template.as_ref())
        .flat_map(|step| compose::Templates::names_of_step(&step.name));
    let names = compose::Templates::names().chain(of_steps);
    names.map(|name| register::stamp(&folder.join(name)).ok()).collect()
}

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

/// Reads, when the files have not changed for `settle`, and again when they changed meanwhile: what is being written
/// is never read half-way. Gives how the files looked, and what they say. `being_written` is set as long as they
/// do not come to rest. It blocks for as long as that takes.
pub(super) fn read_at_rest<T>(
    setup: &Setup,
    settle: Duration,
    being_written: &AtomicBool,
    read: impl Fn() -> T,
) -> (Option<Seen>, T) {
    loop {
        let before = stamp(setup);
        thread::sleep(settle);
        if settle.is_zero() || stamp(setup) == before {
            let said = read();
            if stamp(setup) == before {
                being_written.store(false, Ordering::Relaxed);
                return (before, said);
            }
        }
        being_written.store(true, Ordering::Relaxed);
        // Not to keep a disk busy that somebody writes to.
        thread::sleep(BREATH);
    }
}

impl Daemon {
    /// Puts into force what is good of what was read. Whether there are new settings.
    pub(super) async fn put_into_force(&mut self, before: Option<Seen>, reread: Reread) -> bool {
        self.seen = before;
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
        let since = *self.old_settings.get_or_insert(today);
        tracing::error!(
            "The settings have errors; the old ones stay in force. `rappel check` lists them: {}.",
            places(problems)
        );
        let what = format!("the configuration {}", file_name(&self.setup.settings.file));
        self.notice(problems, (&what, since)).await;
    }

    fn change_settings(&mut self, setup: Setup) {
        if setup.settings.state != self.setup.settings.state {
            tracing::warn!("state.dir changed; that takes effect when the daemon is restarted.");
        }
        self.setup = Arc::new(setup);
        self.ends.look_anew();
        self.compare_mail_settings();
        self.old_settings = None;
    }

    /// Puts a register into force, or keeps the one that is.
    pub(super) async fn take_in(&mut self, directory: Result<Directory, Problems>) {
        match directory {
            Err(problems) => {
                tracing::error!(
                    "The register has errors; the last good one stays in force. `rappel check` lists them: {}.",
                    places(&problems)
                );
                self.trouble = Some(Trouble::Errors);
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
                self.seen = None;
                return self.store_failed(&error);
            }
        };
        match intake::judge(&known_open, ends.as_deref(), &directory, accepted.as_deref()) {
            intake::Intake::Hold(lost) => {
                tracing::error!("The register is held: {lost}");
                let (digest, why) = (intake::digest(&directory), lost.in_short());
                self.trouble = Some(Trouble::Held { digest, why });
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
                self.seen = None;
                return self.store_failed(&error);
            }
        };
        let ended = Ended::by(&directory, self.looked);
        let turned = self.turned(known_open, &directory, now);
        let ends = intake::ends(&directory);
        let known = known_open.to_vec();
        // What somebody accepted to be gone is gone.
        let missing = if is_accepted {
            Vec::new()
        } else {
            let before = (self.vanished.as_slice(), known_open, self.directory.as_deref());
            vanished::missing(before, &decided, &directory, now)
        };
        self.directory = Some(Arc::new(directory));
        self.trouble = None;
        let missing_changed = (missing != self.vanished).then(|| missing.clone());
        let written = self.store.write(move |c| {
            turned.record(c, &known)?;
            if let Some(missing) = missing_changed {
                ledger::set_vanished(c, &missing)?;
            }
            ended.record(c, now)?;
            ledger::set_fact(c, fact::REGISTER_TROUBLE, "")?;
            ledger::set_fact(c, fact::REGISTER_ENDS, &ends)?;
            Ok(turned)
        });
        match written.await {
            Ok(turned) => turned.record_in(&mut self.told),
            Err(error) => {
                self.seen = None;
                return self.store_failed(&error);
            }
        }
        self.vanished = missing;
        self.has_changed(now).await;
    }

    /// What follows from another register, or from what was decided beside it.
    pub(super) async fn has_changed(&mut self, now: Timestamp) {
        self.ends.look_anew();
        self.look_for_vanished(now).await;
        self.withdraw_outdated().await;
        // A mended register is judged anew.
        self.look_for_a_release(now).await;
        if matches!(self.hold, Some(Hold::Flood(_))) {
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
        let Some(Trouble::Held { digest: held, .. }) = &self.trouble else { return false };
        let accepted = self.store.read(|c| ledger::get_fact(c, fact::REGISTER_ACCEPTED));
        accepted.is_ok_and(|accepted| accepted.as_ref() == Some(held))
    }

    fn register_name(&self) -> String {
        format!("the register {}", file_name(&self.setup.settings.register.path))
    }

    /// Tells the secretariat about problems of something that is not good since a day: once for each distinct set of
    /// them, until it was good again.
    pub(super) async fn notice(&mut self, problems: &Problems, (what, since): (&str, Date)) {
        let now = self.clock.now();
        let identity = &self.setup.settings.secretariat;
        let templates = &self.setup.templates;
        self.tell(compose::problems_notice(problems, (what, since), identity, templates, now), now).await;
    }

    /// Tells the secretariat why a register is held, once for each reason, until one was in force again.
    async fn notice_of_hold(&mut self, notice: &Notice) {
        let now = self.clock.now();
        let identity = &self.setup.settings.secretariat;
        self.tell(compose::notice(notice, identity, &self.setup.templates, now), now).await;
    }

    async fn tell(&mut self, letter: Result<Letter, ComposeError>, now: Timestamp) {
        let letter = match letter {
            Ok(letter) => letter,
            Err(error) => {
                tracing::error!("The notice to the secretariat could not be composed: {error}");
                return;
            }
        };
        let written = self.store.write(move |c| outbox::enqueue(c, &letter, now, now).map(|_| ()));
        match written.await {
            Ok(()) => self.due_now(now),
            Err(error) => self.store_failed(&error),
        }
    }

    pub(super) fn due_now(&mut self, now: Timestamp) {
        self.next_attempt = Some(self.next_attempt.map_or(now, |next| next.min(now)));
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

#[cfg(test)]
mod tests {
    use std::{cell::Cell, fs, io::Write as _, sync::atomic::AtomicUsize};

    use super::{super::tests::Office, *};

    fn office() -> (Office, Setup) {
        let office = Office::new("");
        office.actions(&[]);
        let setup = Setup::load(&office.path("rappel.toml")).unwrap();
        (office, setup)
    }

    fn append(office: &Office) {
        let register = office.path("register/Actions.csv");
        fs::File::options().append(true).open(register).unwrap().write_all(b",,,,\n").unwrap();
    }

    #[test]
    fn what_changes_while_it_is_read_is_read_again() {
        let (office, setup) = office();
        let times = Cell::new(0);
        let read = || {
            times.set(times.get() + 1);
            if times.get() < 3 {
                append(&office);
            }
            times.get()
        };
        let (seen, read) = read_at_rest(&setup, Duration::ZERO, &AtomicBool::new(false), read);
        assert_eq!(read, 3);
        assert!(seen.is_some() && seen == stamp(&setup));
    }

    #[test]
    fn what_is_being_written_is_not_read_until_it_has_come_to_rest() {
        let (office, setup) = office();
        let (being_written, times) = (AtomicBool::new(false), AtomicUsize::new(0));
        let read = || times.fetch_add(1, Ordering::SeqCst);
        thread::scope(|scope| {
            let reading =
                scope.spawn(|| read_at_rest(&setup, Duration::from_millis(300), &being_written, read));
            while !being_written.load(Ordering::SeqCst) {
                append(&office);
                assert_eq!(times.load(Ordering::SeqCst), 0, "read while it was being written");
            }
            reading.join().unwrap();
        });
        assert_eq!(times.load(Ordering::SeqCst), 1);
    }
}
