//! A disk without room, or that cannot be written.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    common::{office::Ran, running::Running},
    desk::{Desk, PEOPLE, say},
    volume::Volume,
};

/// KiB that are left when the program starts: from none to nearly enough for everything.
const LEFT: [u64; 12] = [0, 16, 64, 250, 330, 346, 362, 378, 410, 450, 500, 600];

/// Starts on a full disk.
const STARTS: usize = 3;

/// How a start on a full disk ended.
enum Stuck {
    /// By itself.
    Ended(Ran),
    /// It said that the state cannot be written, and waits for room with answers to record.
    Waits(Child),
}

/// Starts a round and follows what it says until it ends, or cannot go on.
fn start(desk: &Desk, mut command: Command) -> Stuck {
    let before = desk.server.letters().len();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    let mut stuck = 0;
    while lines.read_line(&mut said).unwrap() > 0 {
        stuck = said.matches("cannot be written").count();
        if stuck > 0 && (said.contains(" queued.") || has_sent(desk, before, &mut child)) {
            return Stuck::Waits(child);
        }
    }
    let mut ran = Ran::from_output(&child.wait_with_output().unwrap());
    ran.err = said;
    assert!(stuck > 0 || ran.code != 5 || ran.out.contains("In the outbox"), "{}", ran.err);
    Stuck::Ended(ran)
}

/// Whether letters have left, so that it may have answers to record; false when it has ended without any.
fn has_sent(desk: &Desk, before: usize, child: &mut Child) -> bool {
    let patience = Instant::now() + Duration::from_mins(1);
    loop {
        let is_over = child.try_wait().unwrap().is_some();
        if desk.server.letters().len() > before {
            return true;
        }
        if is_over {
            return false;
        }
        assert!(Instant::now() < patience, "it neither ends nor sends");
        std::thread::yield_now();
    }
}

/// Ends it: asked politely, it finishes the letters it has in hand first.
fn stop(mut child: Child, politely: bool) {
    if politely {
        let asked = Command::new("kill").arg(child.id().to_string()).status().unwrap();
        assert!(asked.success());
    } else {
        child.kill().unwrap();
    }
    child.wait().unwrap();
}

#[test]
fn on_a_full_disk_nothing_is_sent_that_is_not_recorded_and_all_leaves_once_there_is_room() {
    for left in LEFT {
        let desk = Desk::new();
        let volume = match Volume::mount(&desk.state(), 4096) {
            Ok(volume) => volume,
            Err(why) => return say(&format!("skipped the small disk: {why}")),
        };
        desk.office.run(&["init"]).well();
        volume.fill_but(left);
        let case = format!("{left} KiB left");
        for number in 0..STARTS {
            match start(&desk, desk.office.command(&["run", "--once"])) {
                Stuck::Waits(child) => stop(child, number == 0),
                Stuck::Ended(ran) => {
                    assert!([0, 1, 5].contains(&ran.code), "{case}: {}", ran.err);
                    let said = ran.err.contains("No space left") || ran.err.contains("full");
                    assert!(ran.code == 0 || said, "{case}: {}", ran.err);
                }
            }
            desk.nothing_is_unrecorded(&case);
        }
        volume.make_room();
        desk.settle(&case);
        desk.nothing_is_unrecorded(&case);
        desk.everything_left(&case);
        let twice: usize = desk.copies().values().map(|copies| copies - 1).sum();
        say(&format!("{case}, {STARTS} starts: lost 0, duplicated {twice}"));
    }
}

#[test]
fn a_daemon_on_a_disk_that_filled_up_goes_on_when_there_is_room_and_doubles_nothing() {
    let desk = Desk::new();
    let volume = match Volume::mount(&desk.state(), 4096) {
        Ok(volume) => volume,
        Err(why) => return say(&format!("skipped the small disk: {why}")),
    };
    desk.office.run(&["init"]).well();
    volume.fill_but(410);
    let stuck = start(&desk, desk.office.command(&["run", "--once"]));
    volume.make_room();
    match stuck {
        Stuck::Waits(child) => {
            let ran = Ran::from_output(&child.wait_with_output().unwrap());
            assert_eq!(ran.code, 0, "{}", ran.out);
        }
        Stuck::Ended(_) => desk.settle("filled up"),
    }
    desk.everything_left_once("filled up");
}

#[test]
fn a_limit_on_the_size_of_files_is_as_a_full_disk() {
    let works = Command::new("prlimit").args(["--fsize=1000000", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        return say("skipped the limit on files: prlimit cannot be started");
    }
    for kib in [1, 40, 120, 200, 260, 300, 340] {
        let desk = Desk::ready();
        let case = format!("files of at most {kib} KiB");
        for number in 0..STARTS {
            // A shell that ignores the signal, so that writing fails instead.
            let mut command = Command::new("sh");
            command.args([
                "-c",
                "trap '' XFSZ; exec prlimit --fsize=\"$0\" \"$@\"",
                &(kib * 1024).to_string(),
            ]);
            let program = desk.office.command(&["run", "--once"]);
            command.arg(program.get_program()).args(program.get_args());
            if let Stuck::Waits(child) = start(&desk, command) {
                stop(child, number == 0);
            }
            desk.nothing_is_unrecorded(&case);
        }
        desk.settle(&case);
        desk.everything_left(&case);
    }
}

#[test]
fn a_state_that_cannot_be_written_is_refused_and_nothing_is_sent() {
    let desk = Desk::new();
    let volume = match Volume::mount(&desk.state(), 4096) {
        Ok(volume) => volume,
        Err(why) => return say(&format!("skipped the read-only disk: {why}")),
    };
    desk.office.run(&["init"]).well();
    volume.read_only(true);
    let error = desk.once().failed(1);
    assert_eq!(error.matches("Read-only").count(), 1, "{error}");
    assert_eq!(desk.server.letters().len(), 0);
    volume.read_only(false);
    desk.once().well();
    assert_eq!(desk.server.letters().len(), PEOPLE);
    desk.everything_left_once("writable again");
}

#[test]
fn status_says_that_the_disk_is_full_while_the_daemon_runs_and_that_it_is_over() {
    let desk = Desk::new();
    let volume = match Volume::mount(&desk.state(), 4096) {
        Ok(volume) => volume,
        Err(why) => return say(&format!("skipped the small disk: {why}")),
    };
    let actions = std::fs::read_to_string(desk.office.path("register/Actions.csv")).unwrap();
    desk.office.write("register/Actions.csv", "Ref,Title,Asked of\n");
    desk.office.run(&["init"]).well();
    let daemon = Running::daemon_with(&desk.office, |command| {
        command.env("RAPPEL__SCHEDULE__SEND", "* * * * * *");
    });
    desk.office.run(&["status"]).well();
    volume.fill_but(0);
    desk.office.write("register/Actions.csv", &actions);
    daemon.wait_for_status("the state cannot be written");
    let status = desk.office.run(&["status"]);
    assert!(status.out.contains("Nothing is sent since"), "{}", status.out);
    assert!(status.out.contains("rappel doctor"), "{}", status.out);
    status.failed(5);
    desk.nothing_is_unrecorded("full while it runs");
    volume.make_room();
    daemon.wait_for_status("outstanding");
    assert_eq!(desk.server.wait_for_letters(PEOPLE).len(), PEOPLE);
    let ran = daemon.stop();
    assert_eq!(ran.err.matches("The state cannot be written").count(), 1, "said once: {}", ran.err);
    assert!(ran.err.contains("The state can be written again."), "{}", ran.err);
    desk.everything_left("full while it runs");
}
