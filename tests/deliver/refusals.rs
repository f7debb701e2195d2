//! What each refusal means, and for which letter.

use super::*;

#[tokio::test]
async fn whoever_refuses_is_named_also_before_a_letter_is_begun() {
    for (at, name) in
        [(At::Greeting, "127.0.0.1"), (At::Hello, "test.example.int"), (At::Rcpt, "test.example.int")]
    {
        let (outcome, server) =
            attempt_with(Script::default().on(at, Act::say("554 5.3.2 No")), |_| ()).await;
        let expected = format!("{name} (127.0.0.1:{})", server.port());
        assert_eq!(outcome.reply().server.as_deref(), Some(&*expected), "{at:?}");
    }
    let silent = attempt_with(Script::default().on(At::Dot, Act::Drop), |_| ()).await;
    assert!(silent.0.reply().server.is_some(), "the connection was lost to somebody");
}

#[tokio::test]
async fn a_refusal_means_what_its_stage_says_with_pipelining_and_without() {
    for (at, line, expected) in [
        (At::Greeting, "421 4.3.2 Not now", "later server 421"),
        (At::Greeting, "554 5.3.2 No service", "later server 554"),
        (At::Hello, "421 4.3.2 Not now", "later server 421"),
        (At::Hello, "550 5.7.1 Go away", "later server 550"),
        (At::Mail, "421 4.3.2 Closing", "later server 421"),
        (At::Mail, "451 4.3.0 Try again", "later server 451"),
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
        (At::Rcpt, "452 4.5.3 Too many this hour", "later server 452"),
        (At::Dot, "452 4.3.1 No room", "later server 452"),
        (At::Dot, "451 4.3.0 Filter failed", "later sender 451"),
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
            "later server 451",
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
async fn what_is_no_answer_to_the_final_dot_leaves_the_letter_in_doubt_and_the_connection_unused() {
    for script in [Script::default(), Script::default().one_by_one()] {
        for line in ["354 More", "150 Wait"] {
            // What comes behind it is about the first letter, and no answer to the second.
            let lines = format!("{line}\r\n554 5.7.1 Spam");
            let script = script.clone().on_nth(At::Dot, 1, Act::say(&lines));
            let server = SmtpServer::start(script);
            let outcomes = carry(smtp(&server), vec![job(1), job(2)]).await;
            assert!(matches!(outcomes[&1], Outcome::Unknown(_)), "{line}: {outcomes:?}");
            assert!(
                !matches!(outcomes[&2], Outcome::Unknown(_) | Outcome::Refused(..)),
                "{line}: {outcomes:?}"
            );
            let accepted = matches!(outcomes[&2], Outcome::Accepted(_));
            assert_eq!(accepted, kept_ids(&server).contains(&"delegate2@example.org".to_owned()), "{line}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_comes_before_the_text_is_not_taken_for_one_to_it() {
    let script = Script::default().on_nth(At::Data, 1, Act::say("354 Go on\r\n250 2.0.0 Taken")).on_nth(
        At::Dot,
        1,
        Act::say("554 5.7.1 Spam"),
    );
    assert_eq!(short(&attempt(script).await), "later sender");
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
