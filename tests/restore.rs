//! After a restored backup, a move to a new state, or a long time without rappel: nothing floods, and
//! what was not told in a letter stands in the history.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{collections::HashSet, fs, process::Command};

use common::{
    office::{Office, header},
    running::Running,
    smtp_server::{Act, At, Script, SmtpServer},
};
use jiff::Timestamp;
use rappel::{
    clock::Clock,
    daemon::{self, Daemon, Events, Setup, Totals, Until},
    store,
};
use serde_json::Value;

const ANN: [&str; 5] = ["A1", "one", "Ann", "2020-01-15", "open"];
const BOB: [&str; 5] = ["B1", "two", "Bob", "", "open"];

fn restore(office: &Office, backup: &str) {
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(office.path(&format!("state/rappel.db{end}")));
    }
    fs::copy(office.path(backup), office.path("state/rappel.db")).unwrap();
}

/// An office in which Ann was told, then a backup made, then Bob was told; the backup is restored.
fn older() -> Office {
    let office = Office::with_maildir();
    office.actions(&[ANN]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    office.run(&["backup", office.path("old.db").to_str().unwrap()]).well();
    office.actions(&[ANN, BOB]);
    office.run(&["run", "--once"]).well();
    assert_eq!(office.letters().len(), 2);
    restore(&office, "old.db");
    office
}

#[test]
fn an_older_backup_is_noticed_and_nothing_is_told_again_once_it_is_adopted() {
    let office = older();
    for args in [&["run", "--once"][..], &["run"]] {
        let error = office.run(args).failed(1);
        for part in
            ["is older than what rappel last did", "letters up to 1", "letters up to 2", "rappel adopt"]
        {
            assert!(error.contains(part), "no {part} in {error}");
        }
    }
    let doctor = office.run(&["doctor"]);
    assert!(doctor.out.contains("is older than what rappel last did with it"), "{}", doctor.out);
    doctor.failed(5);
    let shown = office.run(&["adopt", "--dry-run"]).well();
    assert!(shown.contains("B1") && shown.contains("Bob") && !shown.contains("A1"), "{shown}");
    let error = office.run(&["adopt"]).failed(1);
    assert!(error.contains("rappel adopt --yes"), "{error}");
    office.run(&["run", "--once"]).failed(1);

    let done = office.run(&["adopt", "--yes"]).well();
    assert!(done.contains("1 reminder is taken as told; 0 waiting letters are withdrawn"), "{done}");
    let out = office.run(&["run", "--once"]).well();
    assert!(out.starts_with("Nothing is due now"), "{out}");
    assert_eq!(office.letters().len(), 2);
    let history = office.run(&["history", "B1"]).well();
    assert!(history.contains("taken as told (adopted on 20"), "{history}");
    let entries: Value = serde_json::from_str(&office.run(&["history", "B1", "--json"]).well()).unwrap();
    assert_eq!(entries[0]["how"], "adopted");
}

#[test]
fn the_newest_backup_needs_no_adoption() {
    let office = Office::with_maildir();
    office.actions(&[ANN]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    office.run(&["backup", office.path("new.db").to_str().unwrap()]).well();
    restore(&office, "new.db");
    assert!(office.run(&["run", "--once"]).well().starts_with("Nothing is due now"));
}

/// Makes a folder what another one is.
fn put_back(office: &Office, folder: &str, from: &str) {
    let _ = fs::remove_dir_all(office.path(folder));
    let copied = Command::new("cp").arg("-a").arg(office.path(from)).arg(office.path(folder)).status();
    assert!(copied.unwrap().success());
}

/// A mail server that keeps a copy of each letter in the office's archive, and the settings for it.
fn archiving(office: &Office) -> (SmtpServer, String) {
    let archive = office.path("archive");
    let server = SmtpServer::start(Script::default().archive(&archive));
    let settings = format!("{}[mail.archive]\nmaildir = \"archive\"\n", mail(server.port()));
    (server, settings)
}

/// That a start is refused because of what the archive has, and nothing leaves.
fn is_refused(office: &Office, server: &SmtpServer, letters: &str) {
    let before = server.letters().len();
    for args in [&["run", "--once"][..], &["run"]] {
        let error = office.run(args).failed(1);
        for part in ["is older than what was sent from it", letters, "rappel adopt --yes"] {
            assert!(error.contains(part), "no {part} in {error}");
        }
    }
    assert_eq!(server.letters().len(), before);
}

#[test]
fn a_whole_state_that_was_put_back_is_noticed_by_what_the_archive_has_and_goes_on_once_it_is_adopted() {
    let office = Office::new("");
    let (server, settings) = archiving(&office);
    office.settings(&settings);
    office.actions(&[ANN]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    put_back(&office, "snapshot", "state");
    office.actions(&[ANN, BOB]);
    office.run(&["run", "--once"]).well();
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 2, "a start is none the wiser by letters that it knows");

    put_back(&office, "state", "snapshot");
    is_refused(&office, &server, "1 letter of this state");
    let doctor = office.run(&["doctor", "--offline"]);
    for part in ["The state in ", "is older than what was sent from it", "adopt --yes"] {
        assert!(doctor.out.contains(part), "no {part} in {}", doctor.out);
    }
    doctor.failed(5);
    let shown = office.run(&["adopt", "--dry-run"]).well();
    assert!(shown.contains("The archive has 1 letter of this state that it does not know"), "{shown}");
    assert!(shown.contains("B1") && !shown.contains("A1"), "{shown}");
    is_refused(&office, &server, "1 letter of this state");
    let done = office.run(&["adopt", "--yes"]).well();
    assert!(done.contains("1 reminder is taken as told"), "{done}");
    assert!(office.run(&["run", "--once"]).well().starts_with("Nothing is due now"));

    office.actions(&[ANN, BOB, ["C1", "three", "Bob", "", "open"]]);
    assert!(office.run(&["run", "--once"]).well().starts_with("1 letter with 1 reminder"));
    assert!(
        office.run(&["run", "--once"]).well().starts_with("Nothing is due now"),
        "what is new is known as ever"
    );
    assert_eq!(server.letters().len(), 3);

    // Put back once more, from before it was adopted: all that was sent since is noticed, also since that.
    put_back(&office, "state", "snapshot");
    is_refused(&office, &server, "2 letters of this state");
}

#[test]
fn a_letter_that_waited_when_the_state_was_copied_and_left_since_is_noticed_as_well() {
    let office = with_a_letter_that_waits();
    put_back(&office, "snapshot", "state");
    let (server, settings) = archiving(&office);
    office.settings(&settings);
    office.run(&["outbox", "retry", "1"]).well();
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 1);
    put_back(&office, "state", "snapshot");
    is_refused(&office, &server, "1 letter of this state");
    let done = office.run(&["adopt", "--yes"]).well();
    assert!(done.contains("1 waiting letter is in the archive, and counts as accepted"), "{done}");
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 1, "sent once in all");
    let show = office.run(&["outbox", "show", "1"]).well();
    assert!(show.contains("accepted") && show.contains("found in the archive"), "{show}");
}

/// It has its attempt: what became of it is looked up in the archive before it is sent again.
#[test]
fn a_letter_that_was_on_its_way_is_no_sign_of_an_older_state() {
    let office = Office::new("");
    let archive = office.path("archive");
    let script = Script::default().on_nth(At::Dot, 1, Act::Drop).archive(&archive);
    let server = SmtpServer::start(script);
    office.settings(&format!("{}[mail.archive]\nmaildir = \"archive\"\n", mail(server.port())));
    office.actions(&[BOB]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).failed(5);
    assert_eq!(fs::read_dir(archive.join("new")).unwrap().count(), 1);
    office.run(&["outbox", "retry", "1"]).well();
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 1);
}

#[test]
fn what_another_installation_with_the_same_sender_and_register_sends_into_the_same_archive_stops_nobody() {
    let (office, other) = (Office::new(""), Office::new(""));
    let (server, settings) = archiving(&office);
    office.settings(&settings);
    let archive = office.path("archive");
    other.settings(&settings.replace("\"archive\"", &format!("\"{}\"", archive.display())));
    for one in [&office, &other] {
        one.actions(&[ANN]);
        one.run(&["init"]).well();
        one.run(&["run", "--once"]).well();
    }
    other.actions(&[ANN, BOB]);
    other.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 3);
    let letters = server.letters();
    let identities: HashSet<_> =
        letters.iter().map(|one| header(&String::from_utf8_lossy(&one.bytes), "Message-ID")).collect();
    assert_eq!(identities.len(), 3, "the same reminder from another installation is another letter");
    for one in [&office, &other] {
        assert!(one.run(&["run", "--once"]).well().starts_with("Nothing is due now"));
    }
}

/// A copy of the state that sends on its own is stopped where the state itself is; once that is adopted, by nothing more.
#[test]
fn a_copy_of_the_state_that_goes_on_sending_stops_the_state_once_and_not_for_ever() {
    let (office, copy) = (Office::new(""), Office::new(""));
    let (server, settings) = archiving(&office);
    office.settings(&settings);
    copy.settings(&settings.replace("\"archive\"", &format!("\"{}\"", office.path("archive").display())));
    office.actions(&[ANN]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    let copied = Command::new("cp").arg("-a").args([office.path("state"), copy.path("state")]).status();
    assert!(copied.unwrap().success());
    copy.actions(&[ANN, BOB]);
    copy.run(&["run", "--once"]).well();
    is_refused(&office, &server, "1 letter of this state");
    office.run(&["adopt", "--yes"]).well();
    copy.actions(&[ANN, BOB, ["C1", "three", "Bob", "", "open"]]);
    copy.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 3);
    assert!(office.run(&["run", "--once"]).well().starts_with("Nothing is due now"));
}

/// A machine that is put back with its memory: the clock stands still until it is set right.
#[tokio::test]
async fn a_daemon_that_runs_while_its_machine_is_put_back_sends_nothing_more_once_the_clock_is_right() {
    let (office, copy) = (Office::new(""), Office::new(""));
    let (server, settings) = archiving(&office);
    office.settings(&settings);
    copy.settings(&settings.replace("\"archive\"", &format!("\"{}\"", office.path("archive").display())));
    office.actions(&[ANN]);
    let clock = Clock::starting("2026-11-23T12:00:00Z".parse().unwrap());
    store::init(&office.path("state"), clock.now()).unwrap();
    let mut events = Events::signals().unwrap();
    let mut daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
    daemon.go_on(Until::Idle, &mut events).await;
    assert_eq!(server.letters().len(), 1);
    // What the machine did after that, before it was put back.
    let copied = Command::new("cp").arg("-a").args([office.path("state"), copy.path("state")]).status();
    assert!(copied.unwrap().success());
    copy.actions(&[ANN, BOB]);
    copy.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 2);

    office.actions(&[ANN, BOB]);
    clock.set("2026-11-24T12:00:00Z".parse().unwrap());
    daemon.go_on(Until::Time("2026-11-27T12:00:00Z".parse().unwrap()), &mut events).await;
    assert_eq!(server.letters().len(), 2, "Bob was told already");
    assert!(!daemon.is_well());
    assert!(daemon.status_line().contains("older than what was sent from it"), "{}", daemon.status_line());
}

#[test]
fn an_archive_that_cannot_be_read_keeps_nothing_from_leaving_and_that_is_said() {
    let office = Office::new("");
    let (server, settings) = archiving(&office);
    office.settings(&settings.replace("\"archive\"", "\"elsewhere\""));
    office.actions(&[ANN]);
    office.run(&["init"]).well();
    let ran = office.run(&["run", "--once"]);
    assert!(
        ran.err.contains("older than what was sent from it cannot be told by the archive"),
        "{}",
        ran.err
    );
    ran.well();
    assert_eq!(server.letters().len(), 1);
}

#[test]
fn somebody_who_is_forgotten_leaves_letters_in_the_archive_that_are_no_sign_of_an_older_state() {
    let office = Office::new("");
    let (server, settings) = archiving(&office);
    office.settings(&settings);
    office.actions(&[ANN, BOB]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    office.actions(&[ANN, ["B1", "two", "Bob", "", "done"]]);
    office.run(&["forget", "Bob"]).well();
    assert!(office.run(&["run", "--once"]).well().starts_with("Nothing is due now"));
    assert_eq!(server.letters().len(), 2);
}

/// A mail server at this port.
fn mail(port: u16) -> String {
    format!("[mail.smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\nport = {port}\n")
}

/// An office with a letter in its outbox that no server could be given.
fn with_a_letter_that_waits() -> Office {
    let office = Office::new(&mail(1));
    office.actions(&[BOB]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).failed(5);
    office
}

#[test]
fn a_letter_that_waits_in_the_backup_and_left_since_is_noticed_and_withdrawn() {
    let server = SmtpServer::start(Script::default());
    let office = with_a_letter_that_waits();
    office.run(&["backup", office.path("old.db").to_str().unwrap()]).well();
    office.settings(&mail(server.port()));
    office.run(&["outbox", "retry", "1"]).well();
    office.run(&["run", "--once"]).well();
    restore(&office, "old.db");
    let error = office.run(&["run", "--once"]).failed(1);
    assert!(error.contains("is older than what rappel last did"), "{error}");
    let shown: Value = serde_json::from_str(&office.run(&["adopt", "--dry-run", "--json"]).well()).unwrap();
    assert_eq!(shown["letters"], serde_json::json!([1]));
    office.run(&["adopt", "--yes"]).well();
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 1, "sent once in all");
    let show = office.run(&["outbox", "show", "1"]).well();
    assert!(show.contains("withdrawn") && show.contains("taken as told (adopted on"), "{show}");
}

/// The settings of an office whose policy tells when an action is closed.
const CLOSURES: &str = "[policy.default]\nbefore = []\non_the_day = true\nannounce_closure = true\n";

#[test]
fn that_an_action_was_closed_is_told_once_also_when_an_older_backup_knows_it_as_open() {
    let office = Office::new(&format!("[mail.maildir]\npath = \"letters\"\n{CLOSURES}"));
    office.actions(&[ANN, BOB]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    office.run(&["backup", office.path("old.db").to_str().unwrap()]).well();
    let closed = ["A1", "one", "Ann", "2020-01-15", "done"];
    office.actions(&[closed, BOB]);
    office.run(&["run", "--once"]).well();
    let letters = office.letters().len();
    restore(&office, "old.db");
    let shown = office.run(&["adopt", "--dry-run"]).well();
    assert!(shown.contains("A1") && shown.contains("closed"), "{shown}");
    office.run(&["adopt", "--yes"]).well();
    office.run(&["run", "--once"]).well();
    assert_eq!(office.letters().len(), letters);
}

#[test]
fn that_an_action_was_closed_is_told_once_also_when_the_letter_waits_in_an_older_backup() {
    let server = SmtpServer::start(Script::default());
    let (works, fails) = (mail(server.port()) + CLOSURES, mail(1) + CLOSURES);
    let office = Office::new(&works);
    office.actions(&[ANN, BOB]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    office.settings(&fails);
    office.actions(&[["A1", "one", "Ann", "2020-01-15", "done"], BOB]);
    office.run(&["run", "--once"]).failed(5);
    office.run(&["backup", office.path("old.db").to_str().unwrap()]).well();
    office.settings(&works);
    let waiting = office.run(&["outbox", "list", "--state", "queued", "--json"]).well();
    let waiting: Value = serde_json::from_str(&waiting).unwrap();
    office.run(&["outbox", "retry", &waiting[0]["id"].to_string()]).well();
    office.run(&["run", "--once"]).well();
    let letters = server.letters().len();
    restore(&office, "old.db");
    office.run(&["adopt", "--yes"]).well();
    office.run(&["outbox", "retry", &waiting[0]["id"].to_string()]);
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), letters);
}

/// What tells Bob after a week, in this way and within these limits, lives from a day before the deadline of these actions
/// until long after it; then the state of the fourth day after it is put back and adopted. Gives the reminders that were
/// told since that day, those that were adopted, and the letters that left after that.
async fn adopted(limit: &str, how: &str, actions: &str) -> (u32, usize, u32) {
    let office = Office::with_maildir();
    let settings = fs::read_to_string(office.path("rappel.toml")).unwrap();
    office.write(
        "rappel.toml",
        &format!(
            "{settings}\n[limits]\n{limit}\n[clock]\nmax_jump = \"90d\"\n[policy.default]\nbefore = []\n\
             overdue = \"60d\"\n[[policy.default.escalate]]\nafter = \"7d overdue\"\nto = \"Bob\"\nhow = \"{how}\"\n"
        ),
    );
    let people =
        "Bob,bob@example.org\nD0,d0@example.org\nD1,d1@example.org\nD2,d2@example.org\nD3,d3@example.org\n";
    office.write("register/Representatives.csv", &format!("Name,Email\n{people}"));
    office.write("register/Actions.csv", &format!("Ref,Title,Asked of,Deadline,Status\n{actions}"));
    store::init(&office.path("state"), "2026-02-27T12:00:00Z".parse().unwrap()).unwrap();
    live(&office, "2026-02-27T12:00:00Z", "2026-03-06T12:00:00Z").await;
    put_back(&office, "snapshot", "state");
    let told = live(&office, "2026-03-06T12:00:00Z", "2026-03-20T12:00:00Z").await.reminders;
    put_back(&office, "state", "snapshot");

    let (now, day) = ("2026-03-20T12:00:00Z".parse().unwrap(), "2026-03-20".parse().unwrap());
    let setup = Setup::load(&office.path("rappel.toml")).unwrap();
    let (directory, _) = setup.read_register().unwrap();
    let state = store::open_reader(&office.path("state")).unwrap();
    let adoption = daemon::adoptable(&setup, &directory, &state, now, day).unwrap();
    drop(state);
    let adopted = daemon::adopt(&setup, adoption, day, now).unwrap().reminders;
    let since = live(&office, "2026-03-20T12:00:00Z", "2026-04-24T12:00:00Z").await.queued;
    (told, adopted, since)
}

#[tokio::test]
async fn copies_that_were_spread_over_days_are_adopted_as_a_whole() {
    let actions = "17/0,Nominate,D0,2026-03-02,open\n17/1,Nominate,D1,2026-03-02,open\n\
                   17/2,Nominate,D2,2026-03-02,open\n17/3,Nominate,D3,2026-03-02,open\n";
    assert_eq!(adopted("per_person_and_day = 3", "cc", actions).await, (8, 8, 0), "each with a copy for Bob");
}

#[tokio::test]
async fn letters_that_were_too_many_for_a_week_are_adopted_as_a_whole() {
    let actions = "17/0,Nominate,D0,2026-03-02,open\n17/1,Comment,Bob,2026-03-09,open\n";
    assert_eq!(adopted("per_person_and_week = 1", "letter", actions).await, (2, 2, 0), "one a week for Bob");
}

#[test]
fn a_register_that_is_moved_to_a_new_state_starts_without_a_letter_and_goes_on_with_what_comes() {
    let office = Office::with_maildir();
    office.actions(&[ANN, BOB]);
    office.run(&["init"]).well();
    office.run(&["adopt", "--yes"]).well();
    assert!(office.run(&["run", "--once"]).well().starts_with("Nothing is due now"));
    office.actions(&[ANN, BOB, ["C1", "three", "Bob", "", "open"]]);
    assert!(office.run(&["run", "--once"]).well().starts_with("1 letter with 1 reminder"));
    let again = office.run(&["adopt", "--yes"]).well();
    assert!(again.contains("Nothing is due that was not told"), "{again}");
}

#[test]
fn only_what_is_past_on_the_day_is_adopted() {
    let office = Office::with_maildir();
    office.actions(&[ANN]);
    office.run(&["init"]).well();
    let error = office.run(&["adopt", "--until", "2099-01-01", "--yes"]).failed(1);
    assert!(error.contains("--until 2099-01-01 is after today"), "{error}");
    let early = office.run(&["adopt", "--until", "2019-01-01", "--yes"]).well();
    assert!(early.contains("Nothing is due"), "{early}");
    // On the day after the deadline the step of the day itself is what is past.
    let shown = office.run(&["adopt", "--until", "2020-01-16", "--dry-run"]).well();
    assert!(shown.contains("on the day"), "{shown}");
    office.run(&["adopt", "--until", "2020-01-16", "--yes"]).well();
    assert!(office.run(&["run", "--once"]).well().starts_with("1 letter with 1 reminder"), "what came later");
}

#[test]
fn nothing_is_adopted_while_a_daemon_runs() {
    let office = Office::with_maildir();
    office.actions(&[ANN]);
    office.run(&["init"]).well();
    let daemon = Running::daemon(&office);
    let error = office.run(&["adopt", "--yes"]).failed(1);
    assert!(error.contains(&format!("process {}", daemon.pid())), "{error}");
    assert_eq!(daemon.stop().code, 0);
}

/// Runs the daemon on a clock of its own from one instant to another.
async fn live(office: &Office, from: &str, until: &str) -> Totals {
    let (from, until): (Timestamp, Timestamp) = (from.parse().unwrap(), until.parse().unwrap());
    let setup = Setup::load(&office.path("rappel.toml")).unwrap();
    let mut daemon = Daemon::with_setup(setup, Clock::starting(from)).await.unwrap();
    let mut events = Events::signals().unwrap();
    daemon.run(Until::Time(until), &mut events).await;
    daemon.totals()
}

#[tokio::test]
async fn what_is_too_old_after_a_time_without_rappel_is_recorded_as_left_out_and_counted_once() {
    let office = Office::with_maildir();
    let settings = fs::read_to_string(office.path("rappel.toml")).unwrap();
    let settings = settings.replace("\"3650d\"", "\"14d\"");
    office.write(
        "rappel.toml",
        &format!("{settings}\n[clock]\nmax_jump = \"90d\"\n[policy.default]\nbefore = [\"60d\", \"28d\", \"5d\"]\non_the_day = false\n"),
    );
    office.actions(&[["A1", "one", "Ann", "2026-06-30", "open"]]);
    store::init(&office.path("state"), "2026-04-20T00:00:00Z".parse().unwrap()).unwrap();
    let first = live(&office, "2026-04-20T00:00:00Z", "2026-05-10T00:00:00Z").await;
    assert_eq!((first.queued, first.left_out), (1, 0), "60 days before");
    // Away from before the step of 2 June until 19 June, 17 days after it.
    let second = live(&office, "2026-06-19T00:00:00Z", "2026-06-24T00:00:00Z").await;
    assert_eq!((second.queued, second.left_out), (0, 1));
    let history = office.run(&["history", "A1"]).well();
    assert!(history.contains("left out"), "{history}");
    let third = live(&office, "2026-06-24T00:00:00Z", "2026-06-29T00:00:00Z").await;
    assert_eq!((third.queued, third.left_out), (1, 0), "5 days before, and nothing is counted again");
    let entries: Value = serde_json::from_str(&office.run(&["history", "A1", "--json"]).well()).unwrap();
    let hows: Vec<_> =
        entries.as_array().unwrap().iter().map(|entry| entry["how"].as_str().unwrap()).collect();
    assert_eq!(hows, ["told", "left out", "told"]);
}

/// The whole history is read before anything leaves, and with a long one rappel is ready long before that has ended.
#[test]
fn however_long_the_history_of_an_older_backup_is_nothing_leaves_before_it_was_looked_at() {
    let server = SmtpServer::start(Script::default());
    let office = with_a_letter_that_waits();
    // Pages that the look has to go through: enough for it to take longer than a start waits for it.
    let database = rusqlite::Connection::open(office.path("state/rappel.db")).unwrap();
    database
        .execute_batch(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 400000) \
             INSERT INTO fact SELECT 'long ' || n, hex(randomblob(100)) FROM n",
        )
        .unwrap();
    drop(database);
    office.run(&["backup", office.path("old.db").to_str().unwrap()]).well();
    // Since then the letter that waits in the backup has left, and another one.
    office.settings(&mail(server.port()));
    office.run(&["outbox", "retry", "1"]).well();
    office.actions(&[ANN, BOB]);
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 2);
    restore(&office, "old.db");

    let mut daemon = Running::start(&office, office.command(&["run"]));
    daemon.wait_for("READY=1");
    daemon.wait_for_status("Looking at the whole history before anything is sent");
    let ended = daemon.ended();
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(ended.err.contains("is older than what rappel last did"), "{}", ended.err);
    assert_eq!(server.letters().len(), 2, "something left again");
    office.run(&["adopt", "--yes"]).well();
    office.run(&["run", "--once"]).well();
    assert_eq!(server.letters().len(), 2, "something left again after it was adopted");
}
