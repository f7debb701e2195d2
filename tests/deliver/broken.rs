//! Connections that end where they should not.

use super::*;

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
                // A reset in place of a greeting can arrive before connecting is over.
                let never_open = at == At::Greeting && outcome.reply().text.starts_with("no connection to ");
                let lost = outcome.reply().text.starts_with("connection lost at ");
                assert!(lost || (act == Act::Reset && never_open), "{outcome:?}");
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
