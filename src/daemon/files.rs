//! The files of an installation: how they looked when they were read, and reading them when nobody writes to them.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use jiff::Timestamp;

use super::Setup;
use crate::{compose, register};

/// How long files that changed while they were read are left alone.
const BREATH: Duration = Duration::from_millis(50);

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
