//! Figures for a monitor: a file in Prometheus' text format, which `node_exporter`'s textfile collector reads.
//!
//! Written with the heartbeat, as a whole, and only where somebody wants it. Instants are given, not ages, so that
//! nothing has to be counted for as long as nothing changes. It holds numbers and states, no names, and everybody
//! may read it.

use std::{
    ffi::OsString,
    fmt::Write as _,
    fs::{self, OpenOptions, Permissions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{Timestamp, tz::TimeZone};

use super::{Daemon, files::Seen};
use crate::{
    directory::Directory,
    outbox::{self, Figures},
};

/// What is asked of people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Actions {
    outstanding: usize,
    overdue: usize,
    due_today: usize,
    /// When one of these becomes another by itself.
    until: Timestamp,
}

/// What was counted last, and of what.
#[derive(Debug, Default)]
pub(super) struct Meter(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    actions: Option<(Arc<Directory>, Actions)>,
    /// The commits of this process, and `SQLite`'s own count of those of others.
    letters: Option<((u64, i64), Figures)>,
    /// Why the file could not be written, once that was said.
    trouble: Option<String>,
}

/// Everything that is told.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a figure of its own")]
struct Metrics {
    up: bool,
    now: Timestamp,
    actions: Option<Actions>,
    letters: Option<Figures>,
    register_modified: Option<Timestamp>,
    register_in_force: bool,
    settings_in_force: bool,
    held: bool,
    state_writable: bool,
    mail_server_usable: bool,
    /// None where there is no archive.
    archive_read: Option<bool>,
    next_letters: Option<Timestamp>,
}

impl Daemon {
    /// Writes the file, if there is to be one.
    pub(super) fn measure(&self, up: bool) {
        let Some(file) = &self.setup.settings.metrics_file else { return };
        let text = self.metrics(up).to_string();
        let mut counted = self.meter.0.lock().unwrap_or_else(PoisonError::into_inner);
        match write(file, &text) {
            Ok(()) => counted.trouble = None,
            Err(error) => {
                let why = error.to_string();
                if counted.trouble.as_ref() != Some(&why) {
                    tracing::warn!("The file of figures {} cannot be written: {why}.", file.display());
                }
                counted.trouble = Some(why);
            }
        }
    }

    fn metrics(&self, up: bool) -> Metrics {
        let now = self.clock.now();
        let mut counted = self.meter.0.lock().unwrap_or_else(PoisonError::into_inner);
        Metrics {
            up,
            now,
            actions: self.counted_actions(&mut counted, now),
            letters: self.counted_letters(&mut counted),
            register_modified: self.register.seen.as_ref().and_then(Seen::register_modified),
            register_in_force: self.register.trouble.is_none()
                && self.register.directory.is_some()
                && !self.waits_for_files(),
            settings_in_force: self.register.old_settings.is_none() && self.mail.trouble.is_none(),
            held: self.guard.hold.is_some(),
            state_writable: self.store_works(),
            mail_server_usable: self.mail.pause.is_none(),
            archive_read: self.setup.settings.archive.as_ref().map(|_| self.unread.was_read()),
            next_letters: self.upcoming().and_then(|upcoming| upcoming.next),
        }
    }

    fn counted_actions(&self, counted: &mut Counted, now: Timestamp) -> Option<Actions> {
        let directory = self.register.directory.as_ref()?;
        match &counted.actions {
            Some((of, actions)) if Arc::ptr_eq(of, directory) && now < actions.until => Some(*actions),
            _ => {
                let actions = count_actions(directory, self.setup.rules.send().zone(), now);
                counted.actions = Some((Arc::clone(directory), actions));
                Some(actions)
            }
        }
    }

    /// None while the state cannot be read.
    fn counted_letters(&self, counted: &mut Counted) -> Option<Figures> {
        let commits = self.store.commits();
        let known = counted.letters.take();
        let read = self.store.read(|c| {
            let seen = (commits, c.query_row("PRAGMA data_version", [], |row| row.get(0))?);
            match known {
                Some((of, figures)) if of == seen => Ok((of, figures)),
                _ => Ok((seen, outbox::figures(c)?)),
            }
        });
        counted.letters = read.ok();
        counted.letters.as_ref().map(|(_, figures)| figures.clone())
    }
}

fn count_actions(directory: &Directory, zone: &TimeZone, now: Timestamp) -> Actions {
    let today = zone.to_datetime(now).date();
    let tomorrow = today.tomorrow().ok().and_then(|day| zone.to_timestamp(day.into()).ok());
    let mut counted = Actions { until: tomorrow.unwrap_or(Timestamp::MAX), ..Actions::default() };
    for (_, action) in directory.actions().filter(|(_, action)| action.is_outstanding()) {
        counted.outstanding += 1;
        let Some(deadline) = action.deadline_on(today) else { continue };
        let end = deadline.end(zone);
        counted.overdue += usize::from(end < now);
        counted.due_today += usize::from(deadline.day(zone) == today && end >= now);
        if end >= now {
            counted.until = counted.until.min(after(end));
        }
    }
    counted
}

/// The first instant at which something is overdue that was due by `end`.
fn after(end: Timestamp) -> Timestamp {
    end.checked_add(jiff::SignedDuration::from_nanos(1)).unwrap_or(Timestamp::MAX)
}

/// The text exposition format, version 0.0.4.
impl std::fmt::Display for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut one = |name: &str, help: &str, value: Option<i128>| match value {
            Some(value) => writeln!(f, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}"),
            // What is not known is left out: a zero would be wrong.
            None => Ok(()),
        };
        let yes = |flag: bool| Some(i128::from(flag));
        let number = |count: usize| i128::try_from(count).ok();
        let at = |instant: Option<Timestamp>| instant.map(|at| i128::from(at.as_second()));
        one("rappel_up", "1 while the daemon runs, 0 after it was stopped.", yes(self.up))?;
        one("rappel_heartbeat_timestamp_seconds", "When the daemon wrote this.", at(Some(self.now)))?;
        if let Some(Actions { outstanding, overdue, due_today, .. }) = self.actions {
            one(
                "rappel_actions_outstanding",
                "Actions that are asked for and not closed.",
                number(outstanding),
            )?;
            one("rappel_actions_overdue", "Outstanding actions beyond their deadline.", number(overdue))?;
            one(
                "rappel_actions_due_today",
                "Outstanding actions whose deadline is today.",
                number(due_today),
            )?;
        }
        let letters = self.letters.as_ref();
        one(
            "rappel_oldest_unsent_letter_timestamp_seconds",
            "The time for which the oldest letter was meant that waits or is held; absent when none does.",
            at(letters.and_then(|letters| letters.oldest_unsent)),
        )?;
        one(
            "rappel_last_accepted_letter_timestamp_seconds",
            "When a mail server took a letter last; absent before the first.",
            at(letters.and_then(|letters| letters.last_accepted)),
        )?;
        one(
            "rappel_next_letters_timestamp_seconds",
            "When letters are planned next; absent when none are.",
            at(self.next_letters),
        )?;
        one(
            "rappel_register_modified_timestamp_seconds",
            "When the register's files were changed last.",
            at(self.register_modified),
        )?;
        one(
            "rappel_register_in_force",
            "0 while an older register is in force, or none.",
            yes(self.register_in_force),
        )?;
        one("rappel_settings_in_force", "0 while older settings are in force.", yes(self.settings_in_force))?;
        one("rappel_held", "1 while everything is held, until somebody looks at it.", yes(self.held))?;
        one(
            "rappel_state_writable",
            "0 while the state cannot be written, or is damaged.",
            yes(self.state_writable),
        )?;
        one(
            "rappel_mail_server_usable",
            "0 while the mail server, or the folder for letters, cannot be used.",
            yes(self.mail_server_usable),
        )?;
        one(
            "rappel_archive_read",
            "0 while letters may wait for the archive, which could not be read; absent without an archive.",
            self.archive_read.and_then(yes),
        )?;
        if let Some(letters) = letters {
            let mut lines = String::new();
            for (state, count) in &letters.by_state {
                let _ = writeln!(lines, "rappel_letters{{state=\"{state}\"}} {count}");
            }
            write!(
                f,
                "# HELP rappel_letters Letters by how they stand.\n# TYPE rappel_letters gauge\n{lines}"
            )?;
        }
        let version = env!("CARGO_PKG_VERSION");
        writeln!(f, "# HELP rappel_build_info The version of rappel.\n# TYPE rappel_build_info gauge")?;
        writeln!(f, "rappel_build_info{{version=\"{version}\"}} 1")
    }
}

/// Beside it first, so that no collector reads half of it. Everybody may read it, whatever the service's umask.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let mut name = OsString::from(file);
    name.push(".new");
    let beside = PathBuf::from(name);
    let mut made = OpenOptions::new().write(true).create(true).truncate(true).mode(0o644).open(&beside)?;
    made.set_permissions(Permissions::from_mode(0o644))?;
    made.write_all(text.as_bytes())?;
    fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::State;

    #[test]
    fn what_is_not_known_is_left_out_and_what_is_known_is_in_the_format_of_prometheus() {
        let bare = Metrics::default().to_string();
        assert!(bare.contains("\nrappel_up 0\n") && !bare.contains("rappel_letters"), "{bare}");
        assert!(!bare.contains("oldest") && !bare.contains("actions"), "{bare}");
        let at = |second| Timestamp::from_second(second).unwrap();
        let letters = Figures {
            by_state: vec![(State::Queued, 2), (State::Accepted, 7)],
            last_accepted: Some(at(50)),
            oldest_unsent: Some(at(60)),
        };
        let actions = Actions { outstanding: 3, overdue: 2, due_today: 1, until: Timestamp::MAX };
        let known =
            Metrics { up: true, letters: Some(letters), actions: Some(actions), ..Metrics::default() };
        let text = known.to_string();
        for line in [
            "rappel_up 1",
            "rappel_actions_overdue 2",
            "rappel_letters{state=\"accepted\"} 7",
            "rappel_oldest_unsent_letter_timestamp_seconds 60",
            "rappel_last_accepted_letter_timestamp_seconds 50",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn the_file_is_replaced_as_a_whole_and_everybody_may_read_it() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("rappel.prom");
        write(&file, "first\n").unwrap();
        write(&file, "second\n").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "second\n");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
        write(&temp.path().join("missing/rappel.prom"), "").unwrap_err();
    }
}
