//! Servers that say nothing, too much, or nonsense.

use super::*;

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
