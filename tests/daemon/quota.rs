//! A mail server that takes so many letters an hour and no more: letters wait for it, in their order, and none is given up.

use std::fmt::Write as _;

use jiff::SignedDuration;
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
    outbox::{self, Filter, State},
    store,
};

use super::smtp;
use crate::common::{
    office::Office,
    smtp_server::{Act, At, Script, SmtpServer},
};

/// Letters of one day.
const A_DAY: usize = 60;

/// Letters that the server takes in an hour: those of a day take longer than until the next.
const AN_HOUR: usize = 2;

/// What servers say then.
fn refusals() -> [Act; 4] {
    [
        Act::say("452 4.5.3 Too many recipients received this hour"),
        Act::say("450 4.3.2 Please come back later"),
        Act::say("550 5.4.5 Sending quota exceeded"),
        Act::SayAndDrop("421 4.7.0 Too many messages".to_owned()),
    ]
}

#[test]
fn letters_wait_for_a_quota_in_their_order_and_none_is_given_up() {
    for refusal in refusals() {
        let clock = Clock::starting("2027-03-01T05:00:00Z".parse().unwrap());
        let hour = clock.clone();
        let server = SmtpServer::start(Script::default().quota(
            AN_HOUR,
            move || hour.now().as_second() / 3600,
            refusal.clone(),
        ));
        // Shorter than the letters take.
        let settings = "[schedule]\nsend = \"0 8 * * *\"\n[policy.default]\nbefore = [\"7d\"]\n";
        let settings = smtp(server.port(), settings)
            .replace("first = \"1s\"", "first = \"1m\"\ngive_up_after = \"30h\"");
        let office = Office::in_memory(&settings);
        let (mut people, mut actions) =
            ("Name,Email\n".to_owned(), "Ref,Title,Asked of,Deadline,Status\n".to_owned());
        for n in 0..2 * A_DAY {
            writeln!(people, "Person {n},person{n}@example.org").unwrap();
            writeln!(actions, "R{n},do it,Person {n},2027-03-{:02},open", 8 + n / A_DAY).unwrap();
        }
        office.write("register/Representatives.csv", &people);
        office.write("register/Actions.csv", &actions);
        store::init(&office.path("state"), clock.now()).unwrap();
        let end = clock.now() + SignedDuration::from_hours(70);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Box::pin(async {
            let mut daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
            daemon.go_on(Until::Time(end), &mut Events::signals().unwrap()).await;
        }));
        let days: Vec<usize> = server
            .letters()
            .iter()
            .map(|letter| {
                letter.to[0]["person".len()..letter.to[0].find('@').unwrap()].parse::<usize>().unwrap()
                    / A_DAY
            })
            .collect();
        assert_eq!(days.len(), 2 * A_DAY, "{refusal:?}");
        // Whoever hears the refusal last lets another try first.
        assert!(days[..A_DAY - 1].iter().chain(&days[A_DAY + 1..]).is_sorted(), "{refusal:?}: {days:?}");
        let reader = store::open_reader(&office.path("state")).unwrap();
        let letters = reader.read(|c| outbox::list(c, &Filter::default())).unwrap();
        assert!(letters.iter().all(|letter| letter.state == State::Accepted), "{refusal:?}: {letters:#?}");
        // One letter at a time, and ever more rarely: 1, 2, 4, ... minutes after the last.
        let tried = server.count("RCPT");
        assert!(tried < 2 * A_DAY + 70 * 8, "{refusal:?}: {tried} attempts");
    }
}

/// However many connections there may be: a server that has enough is not asked by all of them at once.
#[test]
fn while_a_server_takes_nothing_one_letter_at_a_time_is_tried() {
    let server = SmtpServer::start(Script::default().on(At::Mail, Act::say("451 4.3.0 Not now")));
    let settings = "[schedule]\nsend = \"0 8 * * *\"\n[policy.default]\nbefore = [\"7d\"]\n";
    let settings = smtp(server.port(), settings)
        .replace("first = \"1s\"", "first = \"1m\"")
        .replace("connections = 1", "connections = 8");
    let office = Office::in_memory(&settings);
    let (mut people, mut actions) =
        ("Name,Email\n".to_owned(), "Ref,Title,Asked of,Deadline,Status\n".to_owned());
    for n in 0..40 {
        writeln!(people, "Person {n},person{n}@example.org").unwrap();
        writeln!(actions, "R{n},do it,Person {n},2027-03-08,open").unwrap();
    }
    office.write("register/Representatives.csv", &people);
    office.write("register/Actions.csv", &actions);
    let clock = Clock::starting("2027-03-01T05:00:00Z".parse().unwrap());
    store::init(&office.path("state"), clock.now()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Box::pin(async {
        let mut daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
        let end = clock.now() + SignedDuration::from_hours(10);
        daemon.go_on(Until::Time(end), &mut Events::signals().unwrap()).await;
    }));
    // The first all at once, as nobody knew; then after 1, 2, 4, ... minutes one.
    let tried = server.count("MAIL");
    assert!((8..=8 + 12).contains(&tried), "{tried}");
}
