//! Delivery against a real SMTP session, good and bad: what each fault means for each letter.

#[path = "common/smtp_server.rs"]
mod smtp_server;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use rappel::deliver::{
    Carrier, DeliverError, Job, Login, MailSettings, MaildirSettings, Secret, SmtpSettings, Timeouts, Tls,
    deliver_once,
};
use rappel::letter::{Envelope, Outcome, Reply, Trouble};
use smtp_server::{Act, At, Certificate, Script, SmtpServer};

/// Short enough for a test to wait for it, long enough for a busy machine where it must not pass.
const SHORT: Duration = Duration::from_millis(60);

fn settings(server: &SmtpServer) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".into(),
        port: server.port(),
        tls: Tls::None,
        login: None,
        ca_file: None,
        hello: Some("secretariat.example.int".into()),
        timeouts: Timeouts::default(),
        connections: 1,
    }
}

fn smtp(server: &SmtpServer) -> MailSettings {
    MailSettings::Smtp(settings(server))
}

fn job(id: i64) -> Job {
    job_to(id, &format!("delegate{id}@example.org"))
}

fn job_to(id: i64, to: &str) -> Job {
    let bytes = format!(
        "Message-ID: <{id}@example.int>\r\nSubject: letter {id}\r\n\r\n.a dot\r\n\r\n..two\r\n.\r\nthe end {id}\r\n"
    );
    Job {
        id,
        attempt: 3,
        envelope: Envelope { from: "tsb@example.int".into(), to: to.into() },
        message_id: format!("{id}@example.int"),
        bytes: bytes.into_bytes(),
    }
}

/// The outcome of one letter, over a connection of its own.
async fn attempt(script: Script) -> Outcome {
    attempt_with(script, |_| ()).await.0
}

async fn attempt_with(script: Script, change: impl FnOnce(&mut SmtpSettings)) -> (Outcome, SmtpServer) {
    let server = SmtpServer::start(script);
    let mut settings = settings(&server);
    change(&mut settings);
    (deliver_once(&MailSettings::Smtp(settings), job(1)).await, server)
}

/// The outcomes of letters that were all handed in at once, each by its id. Where the carrier was
/// held by trouble with the server, it is resumed.
async fn carry(settings: MailSettings, jobs: Vec<Job>) -> BTreeMap<i64, Outcome> {
    let carrier = Carrier::start(settings).unwrap();
    let count = jobs.len();
    for job in jobs {
        carrier.send(job).await;
    }
    let mut outcomes = BTreeMap::new();
    while outcomes.len() < count {
        let done = carrier.next_done().await.unwrap();
        assert_eq!(done.attempt, 3);
        assert!(outcomes.insert(done.id, done.outcome).is_none(), "letter {} was answered twice", done.id);
        carrier.resume();
    }
    let closed = carrier.close(Duration::from_secs(5)).await;
    assert!(closed.done.is_empty() && closed.untouched.is_empty(), "{closed:?}");
    outcomes
}

/// An outcome in short: "later server", "refused recipient 550", "unknown".
fn short(outcome: &Outcome) -> String {
    let trouble = match outcome {
        Outcome::Later(trouble, _) | Outcome::Refused(trouble, _) => format!(" {}", trouble.as_str()),
        Outcome::Accepted(_) | Outcome::Unknown(_) => String::new(),
    };
    let code = outcome.reply().code.map(|code| format!(" {code}")).unwrap_or_default();
    format!("{}{trouble}{code}", outcome.as_str())
}

fn shorts(outcomes: &BTreeMap<i64, Outcome>) -> Vec<String> {
    outcomes.values().map(short).collect()
}

fn kept_ids(server: &SmtpServer) -> Vec<String> {
    server.letters().iter().map(|kept| kept.to.join(",")).collect()
}

// ---- Letters that arrive

#[tokio::test]
async fn a_letter_arrives_byte_for_byte_and_its_answer_is_kept() {
    for script in [Script::default(), Script::default().one_by_one()] {
        let (outcome, server) = attempt_with(script, |_| ()).await;
        let reply = Reply { code: Some(250), enhanced: Some("2.0.0".into()), text: "Kept".into() };
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

// ---- Refusals, each at its stage

#[tokio::test]
async fn a_refusal_means_what_its_stage_says_with_pipelining_and_without() {
    for (at, line, expected) in [
        (At::Greeting, "421 4.3.2 Not now", "later server 421"),
        (At::Greeting, "554 5.3.2 No service", "later server 554"),
        (At::Hello, "421 4.3.2 Not now", "later server 421"),
        (At::Hello, "550 5.7.1 Go away", "later server 550"),
        (At::Mail, "421 4.3.2 Closing", "later server 421"),
        (At::Mail, "451 4.3.0 Try again", "later sender 451"),
        (At::Mail, "550 5.1.8 Bad sender", "refused sender 550"),
        (At::Rcpt, "421 4.3.2 Closing", "later server 421"),
        (At::Rcpt, "451 4.7.1 Greylisted", "later recipient 451"),
        (At::Rcpt, "452 4.2.2 Full", "later recipient 452"),
        (At::Rcpt, "552 5.2.2 Full", "later recipient 552"),
        (At::Rcpt, "550 5.1.1 Unknown", "refused recipient 550"),
        (At::Rcpt, "571 Unknown, with an unknown code", "refused recipient 571"),
        (At::Rcpt, "554 5.7.1 Relay access denied", "refused sender 554"),
        (At::Data, "421 4.3.2 Closing", "later server 421"),
        (At::Data, "451 4.3.0 Try again", "later sender 451"),
        (At::Data, "554 5.5.0 No", "refused sender 554"),
        (At::Dot, "421 4.3.2 Closing", "later server 421"),
        (At::Dot, "452 4.3.1 No room", "later sender 452"),
        (At::Dot, "554 5.7.1 Spam", "refused sender 554"),
    ] {
        for script in [Script::default(), Script::default().one_by_one()] {
            let outcome = attempt(script.on(at, Act::say(line))).await;
            assert_eq!(short(&outcome), expected, "{at:?} {line}");
            let said = outcome.reply().to_string();
            assert_eq!(said, line, "the answer is kept as it was");
        }
    }
}

#[tokio::test]
async fn greylisted_letters_are_tried_later_and_then_taken() {
    let server = SmtpServer::start(Script::default().greylist(2));
    let outcomes = carry(smtp(&server), (1..=3).map(job).collect()).await;
    assert_eq!(shorts(&outcomes), ["later recipient 451", "later recipient 451", "accepted 250"]);
    let outcomes = carry(smtp(&server), (1..=2).map(job).collect()).await;
    assert_eq!(shorts(&outcomes), ["accepted 250", "accepted 250"]);
}

#[tokio::test]
async fn one_bad_recipient_among_good_ones_harms_nobody_else() {
    for bad in [1, 2, 3, 6] {
        for script in [Script::default(), Script::default().one_by_one()] {
            let address = format!("delegate{bad}@example.org");
            let server = SmtpServer::start(script.for_address(&address, Act::say("550 5.1.1 Unknown")));
            let outcomes = carry(smtp(&server), (1..=6).map(job).collect()).await;
            for (id, outcome) in &outcomes {
                let expected = if *id == bad { "refused recipient 550" } else { "accepted 250" };
                assert_eq!(short(outcome), expected, "letter {id} when {bad} is bad");
            }
            assert_eq!(server.letters().len(), 5);
            assert!(!kept_ids(&server).contains(&address));
            assert_eq!(server.connections(), 1, "the connection goes on being used");
        }
    }
}

#[tokio::test]
async fn a_server_that_invites_the_text_without_any_recipient_gets_an_empty_one() {
    let script = Script::default()
        .for_address("delegate2@example.org", Act::say("550 5.1.1 Unknown"))
        .on_nth(At::Data, 2, Act::say("354 Go on, to nobody"));
    let server = SmtpServer::start(script);
    let outcomes = carry(smtp(&server), (1..=3).map(job).collect()).await;
    assert_eq!(shorts(&outcomes), ["accepted 250", "refused recipient 550", "accepted 250"]);
    assert_eq!(kept_ids(&server), ["delegate1@example.org", "delegate3@example.org"]);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn each_letter_of_a_row_gets_its_own_answer() {
    for script in [Script::default(), Script::default().one_by_one()] {
        let script = script
            .on_nth(At::Dot, 2, Act::say("554 5.7.1 Spam"))
            .on_nth(At::Mail, 4, Act::say("451 4.3.0 Sender later"))
            .for_address("delegate5@example.org", Act::say("450 4.2.1 Recipient later"));
        let server = SmtpServer::start(script);
        let outcomes = carry(smtp(&server), (1..=6).map(job).collect()).await;
        let expected = [
            "accepted 250",
            "refused sender 554",
            "accepted 250",
            "later sender 451",
            "later recipient 450",
            "accepted 250",
        ];
        assert_eq!(shorts(&outcomes), expected);
        assert_eq!(kept_ids(&server), [1, 3, 6].map(|id| format!("delegate{id}@example.org")));
    }
}

#[tokio::test]
async fn a_slow_refusal_is_not_taken_for_the_next_letters_answer() {
    for script in [Script::default(), Script::default().one_by_one()] {
        let script = script.on_nth(At::Dot, 1, Act::Silence).on_nth(At::Dot, 2, Act::say("554 5.7.1 Policy"));
        let server = SmtpServer::start(script);
        let timeouts = Timeouts { final_dot: SHORT, ..Timeouts::default() };
        let settings = SmtpSettings { timeouts, ..settings(&server) };
        let outcomes = carry(MailSettings::Smtp(settings), vec![job(1)]).await;
        assert_eq!(shorts(&outcomes), ["unknown"]);
        let outcomes = carry(smtp(&server), vec![job(2)]).await;
        assert_eq!(shorts(&outcomes), ["refused sender 554"]);
    }
}

#[tokio::test]
async fn a_server_out_of_step_is_left_before_a_letter_is_believed_to_be_taken() {
    for script in [Script::default(), Script::default().one_by_one()] {
        for at in [At::Mail, At::Rcpt, At::Data] {
            let server =
                SmtpServer::start(script.clone().on_nth(at, 2, Act::SayFirst("250 2.0.0 Once more".into())));
            let outcomes = carry(smtp(&server), (1..=3).map(job).collect()).await;
            let kept = kept_ids(&server);
            for (id, outcome) in &outcomes {
                let arrived = kept.contains(&format!("delegate{id}@example.org"));
                let accepted = matches!(outcome, Outcome::Accepted(_));
                assert_eq!(accepted, arrived, "{at:?}, letter {id}: {outcome:?}, kept {kept:?}");
            }
            assert!(server.connections() > 1, "{at:?}");
        }
    }
}

// ---- Connections that break

#[tokio::test]
async fn a_refused_connection_is_the_servers_trouble_and_says_whose() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let server = SmtpServer::start(Script::default());
    let settings = SmtpSettings { port, ..settings(&server) };
    let outcome = deliver_once(&MailSettings::Smtp(settings), job(1)).await;
    assert_eq!(short(&outcome), "later server");
    assert_eq!(outcome.reply().text, format!("connection refused by 127.0.0.1:{port}"));
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_the_servers_trouble() {
    let (outcome, _server) = attempt_with(Script::default(), |s| s.host = "nowhere.invalid".into()).await;
    assert_eq!(short(&outcome), "later server");
    assert!(outcome.reply().text.starts_with("nowhere.invalid has no address"), "{outcome:?}");
}

#[tokio::test]
async fn a_connection_that_ends_before_the_final_dot_leaves_the_letter_for_later() {
    for (at, expected) in [
        (At::Greeting, "later server"),
        (At::Hello, "later server"),
        (At::Mail, "later server"),
        (At::Rcpt, "later recipient"),
        (At::Data, "later sender"),
    ] {
        for act in [Act::Drop, Act::Reset] {
            for script in [Script::default(), Script::default().one_by_one()] {
                let (outcome, server) = attempt_with(script.on(at, act.clone()), |_| ()).await;
                // A reset throws away answers that were under way.
                let earlier = act == Act::Reset && matches!(outcome, Outcome::Later(Trouble::Server, _));
                assert!(earlier || short(&outcome) == expected, "{at:?} {act:?}: {outcome:?}");
                assert!(outcome.reply().text.starts_with("connection lost at "), "{outcome:?}");
                assert!(server.letters().is_empty());
            }
        }
    }
}

#[tokio::test]
async fn a_connection_that_ends_amid_a_long_text_leaves_the_letter_for_later() {
    let server = SmtpServer::start(Script::default().on(At::Text, Act::Reset));
    let mut long = job(1);
    long.bytes = "a line of text\r\n".repeat(2_000_000).into_bytes();
    let outcome = deliver_once(&smtp(&server), long).await;
    assert_eq!(short(&outcome), "later sender");
}

#[tokio::test]
async fn a_connection_that_ends_after_the_final_dot_leaves_the_letter_in_doubt() {
    for act in [Act::Drop, Act::Reset] {
        for script in [Script::default(), Script::default().one_by_one()] {
            let (outcome, server) = attempt_with(script.on(At::Dot, act.clone()), |_| ()).await;
            assert_eq!(short(&outcome), "unknown", "{act:?}");
            assert_eq!(server.letters().len(), 1, "this server did take it");
        }
    }
}

#[tokio::test]
async fn the_letter_behind_one_in_doubt_was_not_sent_and_is_not_in_doubt() {
    for act in [Act::Drop, Act::Reset, Act::Garbage] {
        let server = SmtpServer::start(Script::default().on_nth(At::Dot, 2, act.clone()));
        let outcomes = carry(smtp(&server), (1..=4).map(job).collect()).await;
        assert_eq!(shorts(&outcomes), ["accepted 250", "unknown", "later server", "accepted 250"], "{act:?}");
        assert!(!kept_ids(&server).contains(&"delegate3@example.org".to_owned()));
    }
}

#[tokio::test]
async fn a_kept_connection_that_the_server_has_ended_is_replaced_without_a_trace() {
    let closing = Act::SayAndDrop("421 4.4.2 Too many letters on this connection".into());
    for act in [Act::Drop, Act::Reset, closing] {
        for script in [Script::default(), Script::default().one_by_one()] {
            let server = SmtpServer::start(script.on_nth(At::Mail, 3, act.clone()));
            let outcomes = carry(smtp(&server), (1..=4).map(job).collect()).await;
            assert_eq!(shorts(&outcomes), ["accepted 250"; 4], "{act:?}");
            assert_eq!((server.letters().len(), server.connections()), (4, 2));
        }
    }
}

#[tokio::test]
async fn a_server_that_closes_mid_session_with_421_is_left_and_nothing_is_lost() {
    for at in [At::Rcpt, At::Data, At::Dot] {
        let server =
            SmtpServer::start(Script::default().on_nth(at, 2, Act::SayAndDrop("421 4.3.2 Closing".into())));
        let outcomes = carry(smtp(&server), (1..=4).map(job).collect()).await;
        assert_eq!(short(&outcomes[&1]), "accepted 250");
        assert_eq!(short(&outcomes[&2]), "later server 421", "{at:?}");
        let accepted = outcomes.values().filter(|outcome| matches!(outcome, Outcome::Accepted(_))).count();
        assert_eq!(
            accepted,
            server.letters().iter().filter(|kept| kept.to != ["delegate2@example.org"]).count()
        );
    }
}

// ---- Servers that say nothing, too much, or nonsense

#[tokio::test]
async fn silence_ends_at_the_stages_own_deadline_and_the_text_says_where() {
    let default = Timeouts::default();
    for (at, timeouts, expected, text) in [
        (
            At::Greeting,
            Timeouts { greeting: SHORT, ..default },
            "later server",
            "no answer to the connection (no greeting) within 60 ms",
        ),
        (At::Hello, Timeouts { command: SHORT, ..default }, "later server", "no answer to EHLO within 60 ms"),
        (At::Mail, Timeouts { command: SHORT, ..default }, "later server", "no answer to MAIL within 60 ms"),
        (
            At::Rcpt,
            Timeouts { command: SHORT, ..default },
            "later recipient",
            "no answer to RCPT within 60 ms",
        ),
        (
            At::Data,
            Timeouts { data_start: SHORT, ..default },
            "later sender",
            "no answer to DATA within 60 ms",
        ),
        (
            At::Dot,
            Timeouts { final_dot: SHORT, ..default },
            "unknown",
            "no answer to the final dot within 60 ms",
        ),
    ] {
        for script in [Script::default(), Script::default().one_by_one()] {
            let (outcome, _) = attempt_with(script.on(at, Act::Silence), |s| s.timeouts = timeouts).await;
            assert_eq!((short(&outcome).as_str(), outcome.reply().text.as_str()), (expected, text), "{at:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_stops_reading_a_long_text_is_left_at_the_blocks_deadline() {
    let server = SmtpServer::start(Script::default().on(At::Text, Act::Deaf));
    let timeouts = Timeouts { data_block: SHORT, ..Timeouts::default() };
    let mut long = job(1);
    long.bytes = "a line of text\r\n".repeat(2_000_000).into_bytes();
    let settings = SmtpSettings { timeouts, ..settings(&server) };
    let outcome = deliver_once(&MailSettings::Smtp(settings), long).await;
    assert_eq!(short(&outcome), "later sender");
    assert_eq!(outcome.reply().text, "no answer to the letter's text within 60 ms");
}

#[tokio::test]
async fn a_server_that_talks_without_end_is_cut_off() {
    for act in [Act::EndlessLine, Act::BigReply] {
        for (at, expected) in [
            (At::Greeting, "later server"),
            (At::Hello, "later server"),
            (At::Mail, "later server"),
            (At::Rcpt, "later recipient"),
            (At::Dot, "unknown"),
        ] {
            let outcome = attempt(Script::default().on(at, act.clone())).await;
            assert_eq!(short(&outcome), expected, "{at:?} {act:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn nonsense_is_not_taken_for_an_answer() {
    for (at, expected) in [
        (At::Greeting, "later server"),
        (At::Hello, "later server"),
        (At::Mail, "later server"),
        (At::Rcpt, "later recipient"),
        (At::Data, "later sender"),
        (At::Dot, "unknown"),
    ] {
        for script in [Script::default(), Script::default().one_by_one()] {
            let outcome = attempt(script.on(at, Act::Garbage)).await;
            assert_eq!(short(&outcome), expected, "{at:?}: {outcome:?}");
            assert!(!outcome.reply().text.contains(char::is_control));
        }
    }
}

#[tokio::test]
async fn an_unexpected_positive_answer_sends_no_text() {
    for script in [Script::default(), Script::default().one_by_one()] {
        let (outcome, server) = attempt_with(script.on(At::Data, Act::say("250 2.0.0 Fine")), |_| ()).await;
        assert_eq!(short(&outcome), "later sender");
        assert_eq!(outcome.reply().text, "unexpected answer to DATA: 250 2.0.0 Fine");
        assert_eq!(server.count("the end"), 0);
    }
}

// ---- TLS and passwords

fn authority(certificate: &Certificate) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, &certificate.authority).unwrap();
    (folder, path)
}

fn login(password: &str) -> Option<Login> {
    Some(Login { user: "tsb".into(), password: Secret::new(password.into()) })
}

#[tokio::test]
async fn letters_travel_over_tls_from_the_first_byte_and_after_starttls() {
    let certificate = Certificate::for_name("localhost");
    let (_folder, ca) = authority(&certificate);
    for (tls, script) in [
        (Tls::Required, Script::default().tls(&certificate)),
        (Tls::StartTls, Script::default().start_tls(&certificate)),
        (Tls::StartTls, Script::default().start_tls(&certificate).one_by_one()),
    ] {
        let server = SmtpServer::start(script.login("PLAIN LOGIN", "tsb", "secret"));
        let settings = SmtpSettings {
            host: "localhost".into(),
            tls,
            ca_file: Some(ca.clone()),
            login: login("secret"),
            ..settings(&server)
        };
        let mut jobs: Vec<Job> = (1..=5).map(job).collect();
        jobs[2].bytes = "a long letter, over TLS\r\n".repeat(20_000).into_bytes();
        let expected: Vec<Vec<u8>> = jobs.iter().map(|job| job.bytes.clone()).collect();
        let outcomes = carry(MailSettings::Smtp(settings), jobs).await;
        assert_eq!(shorts(&outcomes), ["accepted 250"; 5], "{tls:?} {outcomes:?}");
        assert_eq!(server.letters().into_iter().map(|kept| kept.bytes).collect::<Vec<_>>(), expected);
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_or_names_another_host_gets_no_letter() {
    let certificate = Certificate::for_name("mail.example.int");
    let (_folder, ca) = authority(&certificate);
    for ca_file in [None, Some(ca)] {
        for tls in [Tls::Required, Tls::StartTls] {
            let script = if tls == Tls::Required {
                Script::default().tls(&certificate)
            } else {
                Script::default().start_tls(&certificate)
            };
            let other_ca = authority(&Certificate::for_name("other"));
            let (outcome, server) = attempt_with(script, |s| {
                s.host = "localhost".into();
                s.tls = tls;
                s.login = login("secret");
                s.ca_file = Some(ca_file.clone().unwrap_or(other_ca.1.clone()));
            })
            .await;
            assert_eq!(short(&outcome), "later server");
            assert!(outcome.reply().text.starts_with("no TLS with localhost: "), "{outcome:?}");
            assert_eq!((server.count("AUTH"), server.letters().len()), (0, 0));
        }
    }
}

#[tokio::test]
async fn tls_with_a_server_that_speaks_plainly_fails_as_the_servers_trouble() {
    let certificate = Certificate::for_name("localhost");
    let (_folder, ca) = authority(&certificate);
    let change = |s: &mut SmtpSettings| {
        s.host = "localhost".into();
        s.tls = Tls::Required;
        s.ca_file = Some(ca);
        s.timeouts.connect = Duration::from_secs(2);
    };
    let (outcome, _server) = attempt_with(Script::default(), change).await;
    assert_eq!(short(&outcome), "later server");
}

#[tokio::test]
async fn without_the_offer_of_starttls_nothing_is_sent_in_the_clear() {
    let (_folder, ca) = authority(&Certificate::for_name("localhost"));
    let (outcome, server) = attempt_with(Script::default().login("PLAIN", "tsb", "secret"), |s| {
        s.tls = Tls::StartTls;
        s.ca_file = Some(ca);
        s.login = login("secret");
    })
    .await;
    assert_eq!(short(&outcome), "later server");
    assert_eq!(outcome.reply().text, "127.0.0.1 does not offer STARTTLS: nothing is sent in the clear");
    assert_eq!((server.count("AUTH"), server.count("MAIL")), (0, 0));
}

#[tokio::test]
async fn answers_slipped_in_before_tls_are_not_heard_behind_it() {
    let certificate = Certificate::for_name("localhost");
    let (_folder, ca) = authority(&certificate);
    let slipped = Act::say("220 2.0.0 Ready\r\n250-evil\r\n250 AUTH PLAIN");
    let (outcome, server) =
        attempt_with(Script::default().start_tls(&certificate).on(At::StartTls, slipped), |s| {
            s.host = "localhost".into();
            s.tls = Tls::StartTls;
            s.ca_file = Some(ca);
        })
        .await;
    assert_eq!(short(&outcome), "later server");
    assert!(outcome.reply().text.contains("went on talking before TLS"), "{outcome:?}");
    assert_eq!(server.count("MAIL"), 0);
}

#[tokio::test]
async fn the_right_password_opens_and_a_wrong_one_is_the_servers_trouble() {
    for mechanisms in ["PLAIN LOGIN", "PLAIN", "LOGIN", "XOAUTH2 LOGIN"] {
        let script = Script::default().login(mechanisms, "tsb", "secret");
        let (outcome, _) = attempt_with(script.clone(), |s| s.login = login("secret")).await;
        assert_eq!(short(&outcome), "accepted 250", "{mechanisms}");
        let (outcome, server) = attempt_with(script, |s| s.login = login("wrong")).await;
        assert_eq!(short(&outcome), "later server 535", "{mechanisms}");
        assert_eq!(outcome.reply().enhanced.as_deref(), Some("5.7.8"));
        assert_eq!(server.count("MAIL"), 0);
    }
}

#[tokio::test]
async fn faults_during_login_are_the_servers_trouble() {
    for act in [Act::say("454 4.7.0 Later"), Act::Drop, Act::Reset, Act::Garbage, Act::EndlessLine] {
        let script = Script::default().login("PLAIN", "tsb", "secret").on(At::Login, act.clone());
        let (outcome, _server) = attempt_with(script, |s| s.login = login("secret")).await;
        assert!(matches!(outcome, Outcome::Later(Trouble::Server, _)), "{act:?}: {outcome:?}");
    }
    let (outcome, _server) = attempt_with(Script::default(), |s| s.login = login("secret")).await;
    assert_eq!(outcome.reply().text, "the server offers neither AUTH PLAIN nor AUTH LOGIN");
}

#[tokio::test]
async fn the_password_is_in_no_outcome() {
    for act in [Act::say("535 5.7.8 No"), Act::Garbage, Act::Drop] {
        let script = Script::default().login("PLAIN LOGIN", "tsb", "c4nary").on(At::Login, act);
        let (outcome, _server) = attempt_with(script, |s| s.login = login("c4nary")).await;
        let shown = format!("{outcome:?}");
        assert!(!shown.contains("c4nary") && !shown.contains("YzRuYXJ5"), "{shown}");
    }
}

// ---- What the server cannot take

#[tokio::test]
async fn letters_that_the_server_cannot_take_are_refused_before_they_are_sent() {
    let server = SmtpServer::start(Script::default().seven_bit());
    let mut eight_bit = job(2);
    eight_bit.bytes.extend_from_slice("é\r\n".as_bytes());
    let jobs = vec![job_to(1, "zoë@example.org"), eight_bit, job_to(3, "not an address"), job(4)];
    let outcomes = carry(smtp(&server), jobs).await;
    assert_eq!(
        shorts(&outcomes),
        ["refused recipient", "refused sender", "refused recipient", "accepted 250"]
    );
    assert_eq!(server.letters().len(), 1);
}

#[tokio::test]
async fn what_the_server_can_take_is_declared() {
    let server = SmtpServer::start(Script::default());
    let mut wide = job_to(1, "zoë@example.org");
    wide.bytes.extend_from_slice("é\r\n".as_bytes());
    let outcomes = carry(smtp(&server), vec![wide.clone()]).await;
    assert_eq!(shorts(&outcomes), ["accepted 250"]);
    assert_eq!(server.letters()[0].from, "<tsb@example.int> BODY=8BITMIME SMTPUTF8");
    assert_eq!(server.letters()[0].bytes, wide.bytes);
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_at_the_start() {
    let server = SmtpServer::start(Script::default());
    let with = |change: &dyn Fn(&mut SmtpSettings)| {
        let mut settings = settings(&server);
        change(&mut settings);
        Carrier::start(MailSettings::Smtp(settings)).map(drop).unwrap_err()
    };
    assert!(matches!(with(&|s| s.hello = Some("a b\r\n".into())), DeliverError::Hello { .. }));
    let missing = with(&|s| (s.tls, s.ca_file) = (Tls::Required, Some("/nowhere/ca.pem".into())));
    assert!(missing.to_string().starts_with("CA file /nowhere/ca.pem: "), "{missing}");
    let (_folder, ca) = authority(&Certificate::for_name("x"));
    let host = with(&|s| (s.tls, s.host, s.ca_file) = (Tls::Required, "a b".into(), Some(ca.clone())));
    assert!(matches!(host, DeliverError::Host { .. }));
}

// ---- The carrier

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
