//! The daemon as a service: what it tells systemd, and how it stops.

use std::{
    net::TcpListener,
    sync::mpsc,
    time::{Duration, Instant},
};

use super::{EACH_SECOND, letters, office, smtp, text};
use crate::common::{
    office::{Office, header},
    running::Running,
    smtp_server::{Act, At, Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];

/// Within this time it has to stop, whatever the mail server does.
const STOP: Duration = Duration::from_secs(10);

#[test]
fn it_says_when_it_is_ready_what_comes_next_when_it_reloads_and_when_it_stops() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "[schedule]\nsend = \"0 8 1 1 *\"\n");
    office.actions(&[ANN, ["B1", "two", "Bob", "", "open"]]);
    let mut daemon = Running::daemon(&office);
    // A start that takes long says before that it does.
    let status = daemon.wait_for_status("outstanding");
    assert!(status.starts_with("STATUS=2 outstanding, next letters "), "{status}");
    // With the year, unless it is this one.
    assert!(status.contains(" 1 Jan ") && status.ends_with(" 08:00 to 2 people"), "{status}");
    daemon.signal("HUP");
    let reload = daemon.heard_until("READY=1");
    assert_eq!(reload[0], "RELOADING=1");
    assert!(reload[1].starts_with("MONOTONIC_USEC="), "{reload:?}");
    daemon.signal("TERM");
    daemon.wait_for("STOPPING=1");
    assert_eq!(daemon.ended().code, 0);
}

#[test]
fn it_feeds_the_watchdog_while_it_has_nothing_to_do() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "[schedule]\nsend = \"0 8 1 1 *\"\n");
    office.actions(&[ANN]);
    let daemon = Running::daemon_with(&office, |command| {
        command.env("WATCHDOG_USEC", "600000");
    });
    is_fed(&daemon);
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn it_feeds_the_watchdog_while_the_mail_server_says_nothing() {
    let server = SmtpServer::start(Script::default().on_nth(At::Dot, 1, Act::Silence));
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon_with(&office, |command| {
        command.env("WATCHDOG_USEC", "600000");
    });
    letters(&server, 1);
    is_fed(&daemon);
    assert_eq!(daemon.stop().code, 0);
}

/// The watchdog hears from it often enough, for a while.
fn is_fed(daemon: &Running) {
    let begin = Instant::now();
    for _ in 0..4 {
        daemon.wait_for("WATCHDOG=1");
    }
    assert!(begin.elapsed() < Duration::from_millis(4 * 600), "{:?}", begin.elapsed());
}

#[test]
fn sigterm_ends_it_in_time_though_the_server_is_silent_and_the_letter_goes_out_afterwards() {
    let server = SmtpServer::start(Script::default().on_nth(At::Dot, 1, Act::Silence));
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    let begin = Instant::now();
    assert_eq!(daemon.stop().code, 0);
    assert!(begin.elapsed() < STOP, "{:?}", begin.elapsed());
    let ran = office.run(&["outbox", "list", "--state", "unknown"]);
    assert!(ran.well().contains("A1: one"));

    let daemon = Running::daemon(&office);
    let sent = letters(&server, 2);
    assert_eq!(sent[0].bytes, sent[1].bytes);
    assert_eq!(header(&text(&sent[0]), "Message-ID"), header(&text(&sent[1]), "Message-ID"));
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn sigterm_ends_it_in_time_though_the_server_never_greets() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let office = Office::new(&smtp(silent.local_addr().unwrap().port(), EACH_SECOND));
    office.run(&["init"]).well();
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    let (report, connected) = mpsc::channel();
    std::thread::spawn(move || report.send(silent.accept()));
    let _connection = connected.recv_timeout(Duration::from_secs(30)).unwrap();
    let begin = Instant::now();
    assert_eq!(daemon.stop().code, 0);
    assert!(begin.elapsed() < STOP, "{:?}", begin.elapsed());

    let server = SmtpServer::start(Script::default());
    office.settings(&smtp(server.port(), EACH_SECOND));
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn an_idle_daemon_stops_at_once_also_on_sigint() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "[schedule]\nsend = \"0 8 1 1 *\"\n");
    office.actions(&[ANN]);
    let mut daemon = Running::daemon(&office);
    let begin = Instant::now();
    daemon.signal("INT");
    assert_eq!(daemon.ended().code, 0);
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert_eq!(server.connections(), 0);
}
