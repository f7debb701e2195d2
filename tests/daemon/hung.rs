//! A register on a network share that keeps whoever opens it waiting.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Stdio},
};

use super::{EACH_SECOND, letters, office, said};
use crate::common::{
    running::Running,
    smtp_server::{Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];

/// Keeps every thread of the daemon that opens the register waiting, until it is dropped.
struct Hang(Child);

impl Hang {
    /// None, said aloud, where `strace` is missing or may not be used.
    fn over(daemon: &Running, file: &std::path::Path) -> Option<Self> {
        let mut child = Command::new("strace")
            .args(["-f", "-p", &daemon.pid().to_string(), "-o", "/dev/null", "-P"])
            .arg(file)
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
        Some(Self(child))
    }
}

impl Drop for Hang {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-s", "INT", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
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
