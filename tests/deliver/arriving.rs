//! Letters that arrive, and at what cost.

use super::*;

#[tokio::test]
async fn a_letter_arrives_byte_for_byte_and_its_answer_is_kept() {
    for script in [Script::default(), Script::default().one_by_one()] {
        let (outcome, server) = attempt_with(script, |_| ()).await;
        let at = format!("test.example.int (127.0.0.1:{})", server.port());
        let reply = Reply {
            code: Some(250),
            enhanced: Some("2.0.0".into()),
            text: "Kept".into(),
            server: Some(at.into()),
            quotes: false,
        };
        assert_eq!(outcome, Outcome::Accepted(reply));
        let [kept] = &server.letters()[..] else { panic!("{:?}", server.letters()) };
        assert_eq!(kept.bytes, job(1).bytes);
        assert_eq!(
            (kept.from.as_str(), &kept.to[..]),
            ("<tsb@example.int>", &["delegate1@example.org".to_owned()][..])
        );
        assert_eq!(server.count("EHLO secretariat.example.int"), 1);
        assert_eq!(server.count("QUIT"), 1, "the server is taken leave of");
    }
}

#[tokio::test]
async fn many_letters_share_a_connection_one_recipient_each() {
    for script in [Script::default(), Script::default().one_by_one()] {
        let server = SmtpServer::start(script);
        let outcomes = carry(smtp(&server), (1..=50).map(job).collect()).await;
        assert!(shorts(&outcomes).iter().all(|outcome| outcome == "accepted 250"), "{outcomes:?}");
        let letters = server.letters();
        assert_eq!(letters.len(), 50);
        for (id, kept) in (1..).zip(&letters) {
            assert_eq!(
                (&kept.bytes, &kept.to[..]),
                (&job(id).bytes, &[format!("delegate{id}@example.org")][..])
            );
        }
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn with_pipelining_a_letter_costs_one_round_trip_and_without_it_four() {
    for (script, most) in [(Script::default(), 50 + 6), (Script::default().one_by_one(), 200 + 6)] {
        let server = SmtpServer::start(script);
        carry(smtp(&server), (1..=50).map(job).collect()).await;
        let trips = server.round_trips();
        println!("50 letters in {trips} round trips");
        assert!(trips <= most, "{trips} round trips");
    }
}

#[tokio::test]
async fn no_letter_waits_for_the_40_ms_of_nagle_and_delayed_acknowledgement() {
    for script in [Script::default(), Script::default().one_by_one()] {
        let server = SmtpServer::start(script);
        let mut jobs: Vec<Job> = (1..=40).map(job).collect();
        for (job, size) in jobs.iter_mut().zip([500, 5_000, 50_000].into_iter().cycle()) {
            job.bytes = "x".repeat(70).into_bytes().repeat(size / 70);
        }
        let started = std::time::Instant::now();
        carry(smtp(&server), jobs).await;
        let passed = started.elapsed();
        assert!(passed < Duration::from_millis(40 * 40 / 2), "40 letters took {passed:?}");
    }
}

#[tokio::test]
async fn a_large_letter_arrives_whole() {
    let server = SmtpServer::start(Script::default());
    let mut large = job(1);
    large.bytes = ".a line that begins with a dot\r\n".repeat(20_000).into_bytes();
    let outcomes = carry(smtp(&server), vec![large.clone(), job(2)]).await;
    assert_eq!(shorts(&outcomes), ["accepted 250", "accepted 250"]);
    assert_eq!(server.letters()[0].bytes, large.bytes);
}

#[tokio::test]
async fn letters_spread_over_the_connections_that_are_allowed() {
    let server = SmtpServer::start(Script::default().delay(Duration::from_millis(2)));
    let settings = SmtpSettings { connections: 4, ..settings(&server) };
    let outcomes = carry(MailSettings::Smtp(settings), (1..=60).map(job).collect()).await;
    assert!(shorts(&outcomes).iter().all(|outcome| outcome == "accepted 250"));
    assert_eq!(server.connections(), 4);
    let mut received: Vec<_> = server.letters().into_iter().map(|kept| kept.to).collect();
    received.sort();
    received.dedup();
    assert_eq!(received.len(), 60);
}

#[tokio::test]
async fn a_single_letter_opens_a_single_connection_and_the_next_one_reuses_it() {
    let server = SmtpServer::start(Script::default());
    let carrier =
        Carrier::start(MailSettings::Smtp(SmtpSettings { connections: 8, ..settings(&server) })).unwrap();
    for id in 1..=5 {
        carrier.send(job(id)).await;
        assert_eq!(short(&carrier.next_done().await.unwrap().outcome), "accepted 250");
    }
    assert_eq!(server.connections(), 1);
    carrier.close(Duration::from_secs(5)).await;
    assert_eq!(server.count("QUIT"), 1);
}
