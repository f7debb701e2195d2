//! An archive that cannot be read when rappel starts, or when the clock is set, and can be later; or that never answers.

use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use rappel::{
    clock::Clock,
    daemon::{self, Daemon, Events, Until},
    ledger, outbox, store,
};

use super::{EACH_SECOND, hung::Hang, letters, said, smtp};
use crate::common::{
    office::Office,
    running::Running,
    smtp_server::{Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];
const BOB: [&str; 5] = ["B1", "two", "Bob", "", "open"];
const OLDER: &str = "older than what was sent from it";

/// An office whose archive is not there, with a state of three hours ago, of which Ann has to be reminded.
fn office(server: &SmtpServer, wait: &str) -> Office {
    let archive = format!("[mail.archive]\nmaildir = \"archive\"\nwait = \"{wait}\"\n");
    let office = Office::new(&smtp(server.port(), &format!("{EACH_SECOND}{archive}")));
    store::init(&office.path("state"), Clock::System.now() - SignedDuration::from_hours(3)).unwrap();
    office.actions(&[ANN]);
    office
}

/// An archive beside the place where it belongs.
fn away(office: &Office) -> PathBuf {
    let away = office.path("away");
    for part in ["new", "cur"] {
        fs::create_dir_all(away.join(part)).unwrap();
    }
    away
}

/// As when its share is mounted.
fn appears(office: &Office) {
    fs::rename(office.path("away"), office.path("archive")).unwrap();
}

/// A copy of a letter of this state that came two hours ago, and that the state does not know: it is an older one.
fn with_a_letter_of_later(office: &Office) {
    let mark = store::open_reader(&office.path("state")).unwrap().read(daemon::mark).unwrap();
    let at = Clock::System.now() - SignedDuration::from_hours(2);
    let file = format!("new/{}.V1.mail", at.as_second());
    let letter = format!("Message-ID: <{:032x}.{mark}@example.int>\n\nDear Bob\n", 7);
    fs::write(away(office).join(file), letter).unwrap();
}

#[test]
fn nothing_leaves_before_an_archive_that_was_away_at_start_was_read_and_what_it_has_is_told_again_by_nobody()
{
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "1h");
    let check = office.run(&["check"]).well();
    assert!(check.contains("mail.archive.wait"), "{check}");
    let daemon = Running::daemon(&office);
    daemon.wait_for_status("letters wait for the archive");
    let status = office.run(&["status"]);
    assert!(status.out.contains("The archive cannot be read since"), "{}", status.out);
    assert!(status.out.contains("Nothing leaves until it was read"), "{}", status.out);
    status.failed(5);

    with_a_letter_of_later(&office);
    appears(&office);
    daemon.wait_for_status(OLDER);
    let status = office.run(&["status"]);
    for part in ["Nothing is sent since", OLDER, "1 letter of this state", "rappel adopt --yes"] {
        assert!(status.out.contains(part), "no {part} in {}", status.out);
    }
    status.failed(5);
    let stopped = daemon.stop();
    assert_eq!((stopped.code, server.connections()), (0, 0), "{}", stopped.err);
    office.run(&["adopt", "--yes"]).well();
    assert!(office.run(&["run", "--once"]).well().starts_with("Nothing is due now"));
}

#[test]
fn what_waits_for_an_archive_leaves_once_when_it_was_read_and_the_state_knows_all_of_it() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "1h");
    let daemon = Running::daemon_with(&office, |command| {
        command.env("RAPPEL__MONITORING__METRICS_FILE", "rappel.prom");
    });
    daemon.wait_for_status("letters wait for the archive");
    let figure = |value| {
        let figures = fs::read_to_string(office.path("rappel.prom")).unwrap();
        assert!(figures.contains(&format!("\nrappel_archive_read {value}\n")), "{figures}");
    };
    figure(0);
    away(&office);
    appears(&office);
    letters(&server, 1);
    let status = office.run(&["status"]);
    assert!(!status.out.contains("The archive cannot be read"), "{}", status.out);
    status.well();
    let stopped = daemon.stop();
    assert!(stopped.err.contains("The archive was read"), "{}", stopped.err);
    figure(1);
    letters(&server, 1);
}

#[test]
fn letters_leave_when_an_archive_was_waited_for_in_vain_and_it_is_noticed_later_that_the_state_is_an_older_one()
 {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "1s");
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    daemon.wait_for_status("the archive could not be read");
    let status = office.run(&["status"]);
    assert!(status.out.contains("Letters leave all the same"), "{}", status.out);
    status.failed(5);
    // The letter that left is newer than the copy by which it is noticed.
    with_a_letter_of_later(&office);
    appears(&office);
    daemon.wait_for_status(OLDER);
    office.actions(&[ANN, BOB]);
    daemon.reload();
    assert_eq!(daemon.stop().code, 0);
    letters(&server, 1);
}

/// The process that could not read it may have ended meanwhile.
#[test]
fn a_start_looks_as_far_back_as_the_archive_is_unread_and_no_further_once_it_was_read() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "0s");
    office.run(&["run", "--once"]).well();
    letters(&server, 1);
    let unread = || {
        let state = store::open_reader(&office.path("state")).unwrap();
        state.read(|c| ledger::get_fact(c, daemon::fact::ARCHIVE_UNREAD)).unwrap().unwrap_or_default()
    };
    let first = unread();
    assert!(!first.is_empty());
    office.run(&["run", "--once"]).well();
    assert_eq!(unread(), first);
    with_a_letter_of_later(&office);
    appears(&office);
    let error = office.run(&["run", "--once"]).failed(1);
    assert!(error.contains(OLDER), "{error}");
    let doctor = office.run(&["doctor", "--offline"]);
    assert!(doctor.out.contains(OLDER), "{}", doctor.out);

    for file in fs::read_dir(office.path("archive/new")).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    office.run(&["run", "--once"]).well();
    assert_eq!(unread(), "");
}

/// On a virtual clock, which is set while the daemon runs: as when its machine is put back with its memory.
#[tokio::test]
async fn after_the_clock_was_set_forward_letters_wait_for_the_archive_and_not_for_ever() {
    let server = SmtpServer::start(Script::default());
    let office = Office::new(&smtp(server.port(), "[mail.archive]\nmaildir = \"archive\"\nwait = \"15m\"\n"));
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let clock = Clock::starting(at("2026-11-23T12:00:00Z"));
    store::init(&office.path("state"), clock.now()).unwrap();
    office.actions(&[ANN]);
    let mut events = Events::signals().unwrap();
    let mut daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
    daemon.go_on(Until::Idle, &mut events).await;
    assert_eq!(server.letters().len(), 1);

    office.actions(&[ANN, BOB]);
    daemon.look_at_files().await;
    clock.set(at("2026-11-24T07:59:00Z"));
    daemon.go_on(Until::Time(at("2026-11-24T10:00:00Z")), &mut events).await;
    let sent = letters(&server, 2);
    assert_eq!(said(&sent)[1], "bob@example.org: B1: two, still outstanding");
    assert!(daemon.status_line().contains("the archive could not be read"), "{}", daemon.status_line());
    let (_, tried) = store::open_reader(&office.path("state")).unwrap().read(outbox::newest).unwrap();
    assert!(tried.unwrap() >= at("2026-11-24T08:14:00Z"), "{tried:?}");
}

#[test]
fn a_start_does_not_wait_for_ever_for_an_archive_that_hangs_and_nobody_waits_for_it_at_a_stop() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "0s");
    away(&office);
    appears(&office);
    let run = office.command(&["run"]);
    let mut halted = Command::new("sh");
    halted.args(["-c", "kill -STOP $$; exec \"$@\"", "sh"]).arg(run.get_program()).args(run.get_args());
    halted.env_remove("JOURNAL_STREAM");
    let mut daemon = Running::start(&office, halted);
    let state = format!("/proc/{}/stat", daemon.pid());
    while !fs::read_to_string(&state).unwrap().contains(") T ") {
        std::thread::yield_now();
    }
    let Some(hang) = Hang::over(&daemon, &office.path("archive/new")) else { return };
    daemon.signal("CONT");
    daemon.wait_for_status("Looking whether the archive");
    daemon.wait_for_status("the archive could not be read");
    letters(&server, 1);
    daemon.signal("TERM");
    daemon.wait_for("STOPPING=1");
    drop(hang);
    let ended = daemon.ended();
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.err.contains("it does not answer"), "{}", ended.err);
}

#[test]
fn a_daemon_stops_at_once_while_its_look_into_the_archive_hangs() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "1h");
    let mut daemon = Running::daemon(&office);
    daemon.wait_for_status("letters wait for the archive");
    let Some(hang) = Hang::over(&daemon, &office.path("archive/new")) else { return };
    away(&office);
    appears(&office);
    hang.wait();
    // The loop goes on meanwhile.
    daemon.signal("HUP");
    daemon.wait_for("RELOADING=1");
    let asked = Instant::now();
    daemon.signal("TERM");
    daemon.wait_for("STOPPING=1");
    // strace holds a thread that it delays also against the end of its process.
    drop(hang);
    let ended = daemon.ended();
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    assert_eq!((ended.code, server.connections()), (0, 0), "{}", ended.err);
}
