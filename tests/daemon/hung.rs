//! A register on a network share that keeps whoever opens it waiting.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::NamedTempFile;

use super::{EACH_SECOND, letters, office, said};
use crate::common::{
    running::Running,
    smtp_server::{Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];

/// Keeps every thread of the daemon that opens a file or folder waiting, until it is dropped.
pub(super) struct Hang {
    strace: Child,
    /// What was opened.
    opened: NamedTempFile,
}

impl Hang {
    /// None, said aloud, where `strace` is missing or may not be used.
    pub(super) fn over(daemon: &Running, file: &Path) -> Option<Self> {
        let opened = NamedTempFile::new().unwrap();
        let mut child = Command::new("strace")
            .args(["-f", "-p", &daemon.pid().to_string(), "-P"])
            .arg(file)
            .arg("-o")
            .arg(opened.path())
            .args(["-e", "trace=openat", "-e", "inject=openat:delay_enter=3600000000"])
            .stderr(Stdio::piped())
            .spawn()
            .inspect_err(|error| eprintln!("skipped: strace cannot be started ({error})"))
            .ok()?;
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        if !line.contains("attached") {
            eprintln!("skipped: strace cannot look at another process ({})", line.trim());
            let _ = child.wait();
            return None;
        }
        // What it says later is nobody's, and must not keep it waiting.
        std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
        Some(Self { strace: child, opened })
    }

    /// Waits until a thread hangs: strace writes down what is opened before it delays it.
    pub(super) fn wait(&self) {
        let patience = Instant::now() + Duration::from_secs(30);
        while std::fs::read(self.opened.path()).unwrap().is_empty() {
            assert!(Instant::now() < patience, "nothing was opened");
            std::thread::yield_now();
        }
    }
}

impl Drop for Hang {
    fn drop(&mut self) {
        // Asked politely, it waits for a thread of a process that has ended meanwhile, and that waits for strace.
        let _ = self.strace.kill();
        let _ = self.strace.wait();
    }
}

#[test]
fn a_share_that_hangs_is_told_of_and_what_changed_is_read_when_it_answers() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    let Some(hang) = Hang::over(&daemon, &office.path("register/Actions.csv")) else { return };
    office.actions(&[ANN, ["B1", "two", "Bob", "", "open"]]);
    daemon.wait_for_status("does not answer");
    let status = office.run(&["status"]);
    assert!(status.out.contains("does not answer"), "{}", status.out);
    assert_eq!(status.code, 5, "{}", status.out);

    drop(hang);
    let sent = letters(&server, 2);
    assert_eq!(said(&sent)[1], "bob@example.org: B1: two, still outstanding");
    daemon.wait_for_status("outstanding");
    assert!(!office.run(&["status"]).out.contains("does not answer"));
    assert_eq!(daemon.stop().code, 0);
}

/// A file that is written bit by bit, as over a slow line: no part of it comes into force.
#[test]
fn a_register_that_is_copied_slowly_comes_into_force_when_it_is_there_as_a_whole() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    let later = ["A1", "B1", "C1"].map(|reference| [reference, "one", "Ann", "2099-01-01", "open"]);
    office.actions(&later);
    let settings = std::fs::read_to_string(office.path("rappel.toml")).unwrap();
    office.write("rappel.toml", &settings.replace("settle = \"0s\"", "settle = \"2s\""));
    let daemon = Running::daemon(&office);
    daemon.wait_for_status("3 outstanding");
    let whole = "Ref,Title,Asked of,Deadline,Status\nA1,one,Ann,2099-01-01,done\nB1,one,Ann,2099-01-01,open\n\
                 C1,one,Ann,2099-01-01,open\nD1,two,Bob,2099-01-01,open\nE1,two,Bob,2099-01-01,open\n";
    let mut file = std::fs::File::create(office.path("register/Actions.csv")).unwrap();
    // Each part would be a good register by itself, one of them with "done" for an action that is open.
    for part in whole.split_inclusive('\n') {
        file.write_all(part.as_bytes()).unwrap();
        file.sync_all().unwrap();
        daemon.signal("HUP");
        daemon.wait_for("RELOADING=1");
    }
    drop(file);
    daemon.wait_for_status("4 outstanding");
    let stopped = daemon.stop();
    assert_eq!(stopped.code, 0);
    for trouble in ["held", "errors", "missing"] {
        assert!(!stopped.err.contains(trouble), "a part of it was read: {}", stopped.err);
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_start_does_not_wait_for_ever_for_a_share_that_hangs() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let mut command = Command::new("strace");
    command
        .args(["-f", "-o", "/dev/null", "-P"])
        .arg(office.path("register/Actions.csv"))
        .args(["-e", "trace=openat", "-e", "inject=openat:delay_enter=25000000"])
        .arg(env!("CARGO_BIN_EXE_rappel"))
        .arg("--config")
        .arg(office.path("rappel.toml"))
        .args(["run"])
        .env_remove("JOURNAL_STREAM");
    let works = Command::new("strace").args(["-o", "/dev/null", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        eprintln!("skipped: strace is missing or may not be used");
        return;
    }
    let mut running = Running::start(&office, command);
    running.wait_for_status("Waiting for the register");
    let ended = running.ended();
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(ended.err.contains("has not been read after 20 seconds"), "{}", ended.err);
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_daemon_stops_while_a_share_hangs() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let mut daemon = Running::daemon(&office);
    letters(&server, 1);
    let Some(hang) = Hang::over(&daemon, &office.path("register/Actions.csv")) else { return };
    daemon.signal("HUP");
    daemon.wait_for("RELOADING=1");
    daemon.signal("TERM");
    daemon.wait_for("STOPPING=1");
    // strace holds a thread that it delays also against the end of its process.
    drop(hang);
    let ended = daemon.ended();
    assert_eq!(ended.code, 0, "{}", ended.err);
}
