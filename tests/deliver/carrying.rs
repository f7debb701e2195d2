//! The carrier: holding, resuming, closing.

use std::time::Instant;

use super::{secure::authority, *};

#[tokio::test]
async fn when_the_server_is_away_only_the_letters_at_hand_are_tried() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let server = SmtpServer::start(Script::default());
    let settings = SmtpSettings { port, connections: 4, ..settings(&server) };
    let carrier = Carrier::start(MailSettings::Smtp(settings)).unwrap();
    for id in 0..40 {
        carrier.send(job(id)).await;
    }
    let first = carrier.next_done().await.unwrap();
    assert_eq!(short(&first.outcome), "later server");
    assert!(carrier.is_held());
    let back = carrier.recall();
    let closed = carrier.close(Duration::from_secs(5)).await;
    assert!(back.len() >= 36, "{} of 40 letters were left alone", back.len());
    assert_eq!(1 + closed.done.len() + back.len() + closed.untouched.len(), 40);
}

#[tokio::test]
async fn a_held_carrier_goes_on_when_it_is_resumed() {
    let server = SmtpServer::start(Script::default().on_nth(At::Greeting, 1, Act::say("421 4.3.2 Not yet")));
    let carrier = Carrier::start(smtp(&server)).unwrap();
    for id in 1..=3 {
        carrier.send(job(id)).await;
    }
    assert_eq!(short(&carrier.next_done().await.unwrap().outcome), "later server 421");
    assert_eq!((carrier.is_held(), carrier.done_now()), (true, None));
    carrier.resume();
    for _ in 2..=3 {
        assert_eq!(short(&carrier.next_done().await.unwrap().outcome), "accepted 250");
    }
}

#[tokio::test]
async fn closing_finishes_the_letters_in_hand_and_gives_the_others_back() {
    let server = SmtpServer::start(Script::default().delay(Duration::from_millis(20)));
    let carrier = Carrier::start(smtp(&server)).unwrap();
    for id in 1..=20 {
        carrier.send(job(id)).await;
    }
    let first = carrier.next_done().await.unwrap();
    let closed = carrier.close(Duration::from_secs(5)).await;
    assert_eq!(first.id, 1);
    assert_eq!(1 + closed.done.len() + closed.untouched.len(), 20);
    assert!(closed.done.iter().all(|done| short(&done.outcome) == "accepted 250"), "{:?}", closed.done);
    assert!(closed.untouched.len() >= 15);
    assert_eq!(server.letters().len(), 1 + closed.done.len());
    assert_eq!(server.count("QUIT"), 1);
}

#[tokio::test]
async fn closing_does_not_wait_for_a_silent_server_and_says_what_is_in_doubt() {
    let server = SmtpServer::start(Script::default().on_nth(At::Dot, 1, Act::Silence));
    let carrier = Carrier::start(smtp(&server)).unwrap();
    for id in 1..=3 {
        carrier.send(job(id)).await;
    }
    while server.count(".") == 0 {
        tokio::task::yield_now().await;
    }
    let closed = carrier.close(SHORT).await;
    let outcomes: BTreeMap<i64, Outcome> =
        closed.done.into_iter().map(|done| (done.id, done.outcome)).collect();
    assert_eq!(shorts(&outcomes), ["unknown", "later server"], "the second one's envelope was under way");
    assert_eq!(closed.untouched.iter().map(|job| job.id).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn a_connection_that_ends_while_idle_is_let_go_at_once() {
    let server = SmtpServer::start(Script::default().on_nth(
        At::Dot,
        1,
        Act::SayAndDrop("250 2.0.0 Kept, bye".into()),
    ));
    let carrier = Carrier::start(smtp(&server)).unwrap();
    for id in 1..=2 {
        carrier.send(job(id)).await;
        assert_eq!(short(&carrier.next_done().await.unwrap().outcome), "accepted 250");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn letters_go_into_a_maildir_once_each() {
    let folder = tempfile::tempdir().unwrap();
    let settings = MailSettings::Maildir(MaildirSettings { path: folder.path().join("mail") });
    for _ in 0..2 {
        let outcomes = carry(settings.clone(), (1..=100).map(job).collect()).await;
        assert!(outcomes.values().all(|outcome| matches!(outcome, Outcome::Accepted(_))));
    }
    let new: Vec<_> = std::fs::read_dir(folder.path().join("mail/new")).unwrap().collect();
    assert_eq!(new.len(), 100);
}

/// What is written in two goes Nagle's algorithm holds back until the first part is acknowledged, and an acknowledgement may
/// be delayed: together that is 40 ms, for each letter. So nothing is, and the algorithm is off.
#[tokio::test]
async fn no_letter_of_any_size_is_held_back_by_the_connection() {
    let certificate = Certificate::for_name("localhost");
    let (_folder, ca) = authority(&certificate);
    for (tls, script) in [
        (Tls::None, Script::default()),
        (Tls::None, Script::default().one_by_one()),
        (Tls::Required, Script::default().tls(&certificate)),
        (Tls::StartTls, Script::default().start_tls(&certificate)),
        (Tls::StartTls, Script::default().start_tls(&certificate).one_by_one()),
    ] {
        let server = SmtpServer::start(script);
        let settings =
            SmtpSettings { host: "localhost".into(), tls, ca_file: Some(ca.clone()), ..settings(&server) };
        let carrier = Carrier::start(MailSettings::Smtp(settings)).unwrap();
        for size in [500, 5_000, 50_000, 100_000, 200_000] {
            let mut times = Vec::new();
            for id in 1..=15 {
                let bytes = "a line of the letter\r\n".repeat(size / 22).into_bytes();
                let begin = Instant::now();
                carrier.send(Job { bytes, ..job(id) }).await;
                assert_eq!(short(&carrier.next_done().await.unwrap().outcome), "accepted 250");
                times.push(begin.elapsed());
            }
            times.sort_unstable();
            // Half of them: a machine that is busy may hold up some.
            assert!(times[7] < Duration::from_millis(40), "{tls:?}, {size} bytes: {times:?}");
        }
    }
}
