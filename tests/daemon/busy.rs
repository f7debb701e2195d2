//! A mailing that takes long: the daemon hears nothing but the mail server, and what people decide counts all the same.

use std::{
    process::Command,
    sync::{Arc, Mutex},
};

use jiff::SignedDuration;
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
    store,
};

use super::smtp;
use crate::common::{
    office::Office,
    smtp_server::{Act, Script, SmtpServer},
};

/// Answers come one by one, and nothing else wakes the daemon; the first takes a day.
#[test]
fn a_mailing_that_takes_long_follows_what_is_decided_meanwhile() {
    const PEOPLE: usize = 130;
    let clock = Clock::starting("2027-03-01T05:00:00Z".parse().unwrap());
    let decisions: Arc<Mutex<Vec<Command>>> = Arc::default();
    let (passing, deciding) = (clock.clone(), Arc::clone(&decisions));
    let at_each_letter = move || {
        let decisions = std::mem::take(&mut *deciding.lock().unwrap());
        if !decisions.is_empty() {
            for mut decision in decisions {
                assert!(decision.output().unwrap().status.success());
            }
            passing.pass(SignedDuration::from_hours(25));
        }
        0
    };
    let act = Act::say("452 4.5.3 Never said");
    let server = SmtpServer::start(Script::default().quota(usize::MAX, at_each_letter, act));
    let settings = "[schedule]\nsend = \"0 8 1 1 *\"\n[policy.default]\nbefore = [\"7d\"]\n";
    let office = Office::in_memory(&smtp(server.port(), settings));
    office.one_action_each(PEOPLE, "2027-03-08");
    store::init(&office.path("state"), clock.now()).unwrap();
    // One with the carrier, which has not begun it, and one that is not written yet.
    let close = |n: &str| office.command(&["close", &format!("A{n}"), "--asked-of", &format!("P{n}")]);
    *decisions.lock().unwrap() = ["50", "129"].map(close).into();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Box::pin(async {
        let mut daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
        let mut events = Events::signals().unwrap();
        daemon.go_on(Until::Idle, &mut events).await;
        // What is a day late by then is spread over half an hour.
        daemon.go_on(Until::Time(clock.now() + SignedDuration::from_hours(1)), &mut events).await;
    }));
    let sent = server.letters();
    for closed in ["p50@", "p129@"] {
        let told = sent.iter().any(|letter| letter.to[0].contains(closed));
        assert!(!told, "{closed} is told of what was closed a day before");
    }
    assert_eq!(sent.len(), PEOPLE - 2, "{}", office.run(&["outbox", "list"]).out);
}
