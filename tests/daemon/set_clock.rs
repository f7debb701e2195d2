//! A letter waits as long as its back-off says, whatever becomes of the wall clock meanwhile.

use jiff::{SignedDuration, Timestamp};
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
    store,
};

use super::smtp;
use crate::common::{
    office::Office,
    running::Running,
    smtp_server::{Act, At, Script, SmtpServer},
};

/// How long the letter waits after its first attempt, at the most and at the least.
const BACK_OFF: [SignedDuration; 2] = [SignedDuration::from_mins(40), SignedDuration::from_mins(30)];

/// How many letters came when a clock was set by so much after the first attempt, and then so much time passed.
fn letters_after(step: SignedDuration, passed: SignedDuration, restart: bool) -> usize {
    let server =
        SmtpServer::start(Script::default().on_nth(At::Rcpt, 1, Act::say("451 4.7.1 Come back later")));
    let settings = smtp(server.port(), "[schedule]\nsend = \"0 8 1 1 *\"\n").replace("\"1s\"", "\"40m\"");
    let office = Office::new(&settings);
    let start: Timestamp = "2027-03-01T12:00:00Z".parse().unwrap();
    store::init(&office.path("state"), start).unwrap();
    office.actions(&[["A1", "one", "Ann", "2027-03-01", "open"]]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Box::pin(async {
        let clock = Clock::starting(start);
        let mut events = Events::signals().unwrap();
        let mut daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
        daemon.go_on(Until::Idle, &mut events).await;
        assert_eq!((server.letters().len(), daemon.totals().later), (0, 1));
        if restart {
            drop(daemon);
            clock.set(clock.now() + step);
            daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
        } else {
            clock.set(clock.now() + step);
        }
        daemon.go_on(Until::Time(clock.now() + passed), &mut events).await;
        server.letters().len()
    }))
}

#[test]
fn a_clock_that_is_set_while_rappel_runs_neither_holds_up_a_retry_nor_hurries_it() {
    let [longest, shortest] = BACK_OFF;
    let moment = SignedDuration::from_secs(1);
    for hours in [0, -20, -1, 1, 20] {
        let step = SignedDuration::from_hours(hours);
        assert_eq!(letters_after(step, shortest - moment, false), 0, "{hours} hours: too early");
        assert_eq!(letters_after(step, longest + moment, false), 1, "{hours} hours: too late");
    }
}

/// Then nobody can say how long it was, but no more than the longest back-off (4 hours).
#[test]
fn a_clock_that_is_set_back_while_nothing_runs_holds_up_a_retry_no_longer_than_the_longest_back_off() {
    let longest = SignedDuration::from_hours(4) + SignedDuration::from_secs(1);
    assert_eq!(letters_after(SignedDuration::from_hours(-20), longest, true), 1);
}

/// The wrong year at boot: letters are old by it, and what is erased is gone.
#[test]
fn no_text_is_erased_because_of_a_clock_that_is_not_believed() {
    let server = SmtpServer::start(Script::default());
    let office = Office::new(&smtp(server.port(), ""));
    let then: Timestamp = "2020-03-02T12:00:00Z".parse().unwrap();
    store::init(&office.path("state"), then).unwrap();
    office.actions(&[["A1", "one", "Ann", "2020-03-02", "open"]]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Box::pin(async {
        let file = office.path("rappel.toml");
        let mut daemon = Daemon::start(&file, Clock::starting(then)).await.unwrap();
        daemon.go_on(Until::Idle, &mut Events::signals().unwrap()).await;
        assert_eq!(daemon.totals().accepted, 1);
    }));
    let daemon = Running::daemon(&office);
    daemon.wait_for_status("everything is held");
    assert_eq!(daemon.stop().code, 0);
    let letter = office.run(&["outbox", "show", "1"]).well();
    assert!(letter.contains("A1  one"), "{letter}");
}
