//! A disk that fails now and then: `strace` lets a write or a flush of the real program end with EIO.
//!
//! Nothing is sent that is not recorded, nobody gets a letter twice but who was in flight, and a flush that failed is never
//! tried again on the same handle: the system may have dropped what it could not write, and would say that all is well.

use std::{
    collections::{HashMap, HashSet},
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use crate::{
    common::running::Running,
    desk::{Desk, PEOPLE, say},
    volume::tried,
};

/// The calls that fail, and how many of them are left out.
const CALLS: [(&str, usize); 2] = [("fsync,fdatasync", 1), ("pwrite64", 17)];

/// Runs under way at the same time: one that cannot write waits some seconds before it tries again.
const WORKERS: usize = 8;

/// What is looked at to tell one handle from another.
const HANDLES: &str = "openat,close,pwrite64,fsync,fdatasync";

#[test]
fn a_write_or_a_flush_that_fails_once_costs_no_letter_and_is_not_tried_again_on_the_same_handle() {
    if let Err(why) = tried(Command::new("strace").arg("-V")) {
        return say(&format!("skipped the disk that fails: {why}"));
    }
    for (call, step) in CALLS {
        let (next, is_through) = (AtomicUsize::new(0), AtomicBool::new(false));
        let (failures, twice) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || {
            while !is_through.load(Ordering::SeqCst) {
                let n = 1 + step * next.fetch_add(1, Ordering::SeqCst);
                match fails_at(call, n) {
                    Some(doubled) => {
                        failures.fetch_add(1, Ordering::SeqCst);
                        twice.fetch_add(doubled, Ordering::SeqCst);
                    }
                    None => is_through.store(true, Ordering::SeqCst),
                }
            }
        };
        std::thread::scope(|scope| (0..WORKERS).for_each(|_| drop(scope.spawn(work))));
        let (failures, twice) = (failures.into_inner(), twice.into_inner());
        say(&format!("{failures} failures of {call}: lost 0, duplicated {twice}"));
        assert!(failures > 5, "{failures} of {call}");
    }
}

/// The n-th call of this sort fails: how many letters were taken twice in the end; none if there were fewer calls.
fn fails_at(call: &str, n: usize) -> Option<usize> {
    let desk = Desk::ready();
    let case = format!("{call}:{n} fails");
    let calls = once_failing(&desk, call, n, &case);
    if !calls.contains("(INJECTED)") {
        return None;
    }
    let again = flushed_again(&calls);
    assert!(again.is_empty(), "{case}: {again:#?}\n{calls}");
    Some(desk.goes_on(&case))
}

/// Runs the program once; its n-th call of this sort fails. The calls that were made.
fn once_failing(desk: &Desk, call: &str, n: usize, case: &str) -> String {
    let log = desk.office.path("calls");
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-s", "0", "-o"]).arg(&log).args(["-e", &format!("trace={HANDLES}")]);
    command.args(["-e", &format!("inject={call}:error=EIO:when={n}")]);
    let program = desk.office.command(&["run", "--once"]);
    command.arg(program.get_program()).args(program.get_args());
    command.env_remove("JOURNAL_STREAM").env_remove("NOTIFY_SOCKET");
    let ran = command.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(matches!(ran.status.code(), Some(0 | 1 | 5)), "{case}: {}\n{said}", ran.status);
    fs::read_to_string(log).unwrap()
}

/// The flushes of handles of the state whose last flush failed, and that were neither opened nor written since.
fn flushed_again(calls: &str) -> Vec<&str> {
    let mut failed: HashSet<&str> = HashSet::new();
    let mut begun: HashMap<&str, &str> = HashMap::new();
    let mut again = Vec::new();
    for line in calls.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        let (name, rest) = call.split_once('(').unwrap_or_default();
        let handle = rest.split(['<', ')', ',']).next().unwrap_or_default();
        match name {
            "close" | "pwrite64" => drop(failed.remove(handle)),
            "fsync" | "fdatasync" => {
                begun.insert(thread, handle);
                if failed.contains(handle) {
                    again.push(line);
                }
            }
            _ => {}
        }
        if call.contains("= -1 EIO") && call.contains("sync") {
            failed.extend(begun.get(thread));
        }
    }
    again
}

#[test]
fn a_daemon_whose_disk_fails_stays_says_so_and_goes_on_when_it_works_again() {
    let desk = Desk::new();
    let actions = fs::read_to_string(desk.office.path("register/Actions.csv")).unwrap();
    desk.office.write("register/Actions.csv", "Ref,Title,Asked of\n");
    desk.office.run(&["init"]).well();
    let daemon = Running::daemon_with(&desk.office, |command| {
        command.env("RAPPEL__SCHEDULE__SEND", "* * * * * *");
    });
    let mut failing = match every_flush_fails(daemon.pid()) {
        Ok(failing) => failing,
        Err(why) => return say(&format!("skipped the daemon whose disk fails: {why}")),
    };
    desk.office.write("register/Actions.csv", &actions);
    daemon.wait_for_status("the state cannot be written");
    let status = desk.office.run(&["status"]);
    assert!(status.out.contains("Nothing is sent since"), "{}", status.out);
    status.failed(5);
    // It has found out more than once that it still fails.
    desk.nothing_is_unrecorded("while the disk fails");
    assert_eq!(desk.server.letters().len(), 0, "sent and not recorded");
    failing.kill().unwrap();
    failing.wait().unwrap();
    daemon.wait_for_status("outstanding");
    assert_eq!(desk.server.wait_for_letters(PEOPLE).len(), PEOPLE);
    let ran = daemon.stop();
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("The state can be written again."), "{}", ran.err);
    desk.everything_left_once("a disk that failed for a while");
}

/// From now on every flush of a process fails, until this one ends.
fn every_flush_fails(pid: u32) -> Result<Child, String> {
    let mut command = Command::new("strace");
    command.args(["-f", "-p", &pid.to_string(), "-e", "trace=fsync,fdatasync"]);
    command.args(["-e", "inject=fsync,fdatasync:error=EIO"]);
    let mut strace = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("strace cannot be started ({error})"))?;
    let mut lines = BufReader::new(strace.stderr.take().unwrap()).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    if !first.contains("attached") {
        let _ = strace.kill();
        return Err(first);
    }
    // What it goes on to say has to be read.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(strace)
}
