//! A clock that is wrong by weeks or years, as a process meets it: nothing leaves by it.
//!
//! The process sees another wall clock than the machine's by libfaketime, set while it runs by a file; the clock that
//! nobody sets goes on as it is.

use std::{fs, path::PathBuf, process::Command};

use super::{EACH_SECOND, office, subject};
use crate::common::{
    office::{Office, Ran},
    running::Running,
    smtp_server::{Kept, Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "2020-01-15", "open"];
const BOB: [&str; 5] = ["B1", "two", "Bob", "2020-01-15", "open"];

/// How often the daemon looks round, several times a second, before one can say that nothing leaves.
const ROUNDS: usize = 10;

/// The library that tells a program another time, where there is one.
pub(super) fn faketime() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    let found =
        folders.map(|folder| folder.path().join("faketime/libfaketime.so.1")).find(|path| path.exists());
    if found.is_none() {
        eprintln!("skipped: there is no libfaketime to set the clock with");
    }
    found
}

/// An office whose processes see the time that is in its file `time`.
struct Faked {
    office: Office,
    library: PathBuf,
}

impl Faked {
    /// None where the clock cannot be faked.
    fn new(server: &SmtpServer) -> Option<Self> {
        let library = faketime()?;
        let office = office(server, EACH_SECOND);
        office.write("time", "+0");
        Some(Self { office, library })
    }

    fn fake(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", self.office.path("time"))
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }

    fn daemon(&self) -> Running {
        Running::daemon_with(&self.office, |command| {
            self.fake(command);
            command.env("WATCHDOG_USEC", "600000");
        })
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.office.command(args);
        self.fake(&mut command);
        Ran::of(command)
    }
}

/// The letters to the two that have come when the daemon has looked round for a while: what each second brings is among
/// them.
fn after_a_while(daemon: &Running, server: &SmtpServer) -> Vec<Kept> {
    for _ in 0..ROUNDS {
        daemon.wait_for("WATCHDOG=1");
    }
    server.letters()
}

/// It is held, and stays so although what is due by that clock, and what the register brings, is there to be sent.
fn nothing_leaves(faked: &Faked, daemon: &Running, server: &SmtpServer, before: usize) {
    daemon.wait_for_status("everything is held: The clock");
    faked.office.actions(&[ANN, BOB]);
    daemon.reload();
    let letters = after_a_while(daemon, server);
    let said: Vec<_> = letters.iter().map(subject).collect();
    assert_eq!(letters.len(), before, "{said:?}");
    let status = faked.run(&["status"]);
    assert!(status.out.contains("timedatectl"), "{}", status.out);
    status.failed(5);
}

/// A daemon whose clock was set back by thirty days after the first letter; none where the clock cannot be faked.
fn stepped_back(server: &SmtpServer) -> Option<(Faked, Running)> {
    let faked = Faked::new(server)?;
    faked.office.actions(&[ANN]);
    let daemon = faked.daemon();
    assert_eq!(server.wait_for_letters(1).len(), 1);
    faked.office.write("time", "-30d");
    nothing_leaves(&faked, &daemon, server, 1);
    Some((faked, daemon))
}

#[test]
fn after_a_step_back_of_thirty_days_nothing_leaves_until_it_is_set_right_and_nothing_twice() {
    let server = SmtpServer::start(Script::default());
    let Some((faked, daemon)) = stepped_back(&server) else { return };
    // A start by that clock as well.
    assert_eq!(daemon.stop().code, 0);
    let daemon = faked.daemon();
    daemon.wait_for_status("everything is held: The clock");
    assert_eq!(after_a_while(&daemon, &server).len(), 1);
    faked.office.write("time", "+0");
    let letters = server.wait_for_letters(2);
    assert_eq!(letters[1].to, ["bob@example.org"]);
    assert_eq!(after_a_while(&daemon, &server).len(), 2);
}

#[test]
fn after_a_step_back_of_thirty_days_that_is_confirmed_nothing_leaves_twice() {
    let server = SmtpServer::start(Script::default());
    let Some((faked, daemon)) = stepped_back(&server) else { return };
    faked.run(&["outbox", "release"]).well();
    let letters = server.wait_for_letters(2);
    assert_eq!(letters[1].to, ["bob@example.org"]);
    assert_eq!(after_a_while(&daemon, &server).len(), 2);
}

#[test]
fn after_a_step_forward_nothing_leaves_until_somebody_says_that_the_clock_is_right() {
    for step in ["+30d", "+3y"] {
        let server = SmtpServer::start(Script::default());
        let Some(faked) = Faked::new(&server) else { return };
        faked.office.actions(&[ANN]);
        let daemon = faked.daemon();
        assert_eq!(server.wait_for_letters(1).len(), 1);
        faked.office.write("time", step);
        nothing_leaves(&faked, &daemon, &server, 1);
        // A kill and a start do not make it right.
        daemon.kill();
        let daemon = faked.daemon();
        daemon.wait_for_status("everything is held: The clock");
        assert_eq!(after_a_while(&daemon, &server).len(), 1, "{step}");
        faked.run(&["outbox", "release"]).well();
        // Ann's is due again by then.
        let letters = server.wait_for_letters(3);
        let mut to: Vec<_> = letters[1..].iter().map(|letter| letter.to.join(",")).collect();
        to.sort();
        assert_eq!(to, ["ann@example.org", "bob@example.org"], "{step}");
        assert_eq!(after_a_while(&daemon, &server).len(), 3, "{step}");
    }
}

#[test]
fn a_clock_that_becomes_wrong_in_another_way_is_told_as_it_is_wrong_now() {
    let server = SmtpServer::start(Script::default());
    let Some(faked) = Faked::new(&server) else { return };
    faked.office.actions(&[ANN]);
    let daemon = faked.daemon();
    assert_eq!(server.wait_for_letters(1).len(), 1);
    faked.office.write("time", "+30d");
    daemon.wait_for_status("everything is held: The clock was set forward");
    faked.office.write("time", "-30d");
    daemon.wait_for_status("but the last record is of");
    let status = faked.run(&["status"]).out;
    assert!(status.contains("but the last record is of") && !status.contains("set forward"), "{status}");
    faked.office.write("time", "+0");
    assert_eq!(after_a_while(&daemon, &server).len(), 1);
    assert!(!faked.run(&["status"]).out.contains("Nothing leaves"));
}

#[test]
fn a_machine_that_starts_in_1970_sends_nothing_before_its_clock_is_right() {
    let server = SmtpServer::start(Script::default());
    let Some(faked) = Faked::new(&server) else { return };
    faked.office.actions(&[ANN]);
    faked.office.write("time", "@1970-01-02 00:00:00");
    let daemon = faked.daemon();
    nothing_leaves(&faked, &daemon, &server, 0);
    faked.office.write("time", "+0");
    let letters = server.wait_for_letters(2);
    assert_eq!(letters.len(), 2);
    assert_eq!(after_a_while(&daemon, &server).len(), 2);
}
