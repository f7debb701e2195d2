//! Letters that ask for nothing, in every language.

use jiff::civil::date;
use rappel::{
    action::{Action, Language, Particulars, ReminderKey, Status, Step},
    compose::{Around, Correction, Templates, correction, letter},
    directory::Recipient,
    letter::{Letter, LetterKind},
    schedule::Reminder,
};

use super::support::{
    check_message, dubuisson, html_of, identity, liaison, nomination, now, others, policy, reminder, text_of,
};

fn to(language: Language) -> Recipient {
    Recipient { language: Some(language.into()), ..dubuisson() }
}

fn closed(actions: &[Action], to: &Recipient) -> Letter {
    let policy = policy();
    let around = |action: &Action| Around { others: others(action), policy: Some(&policy), calendar: None };
    let reminders: Vec<_> = actions
        .iter()
        .map(|action| {
            let reminder = reminder(action, to, &policy);
            let step = Step::Closed { on: date(2017, 6, 16) };
            Reminder { key: ReminderKey { step, ..reminder.key }, ..reminder }
        })
        .collect();
    letter(&reminders, to, &around, &identity(), &Templates::built_in(), now()).unwrap()
}

fn done() -> Action {
    Action {
        status: Status::Done,
        more: Particulars {
            outcome: Some("representative appointed".into()),
            ..(*nomination().more).clone()
        }
        .into(),
        ..nomination()
    }
}

fn corrected(to: &Recipient, text: &str, letters: &[&str]) -> Letter {
    let (action, policy) = (nomination(), policy());
    let around = |action: &Action| Around { others: others(action), policy: Some(&policy), calendar: None };
    let letters: Vec<_> = letters.iter().map(|letter| (*letter).to_owned()).collect();
    let last = "2017-06-15T06:00:00Z".parse().unwrap();
    let reminder = reminder(&action, to, &policy);
    let what = Correction { text, letters: &letters, last };
    correction(what, &reminder, &around, &identity(), &Templates::built_in(), now()).unwrap()
}

const TEXT: &str = "The deadline is 30 June 2017, not 23 June.\nAll else stays as it was.";

#[test]
fn letters_about_closed_actions_in_every_language() {
    for language in Language::ALL {
        let one = closed(&[done()], &to(language));
        let withdrawn = Action { status: Status::Withdrawn, ..liaison() };
        let several = closed(&[done(), withdrawn], &to(language));
        for letter in [&one, &several] {
            check_message(letter);
            assert_eq!(letter.kind, LetterKind::Closure);
        }
        let [text, html] = [text_of(&one), html_of(&one)];
        let seen = format!(
            "Subject: {}\n\n{text}\n=====\n\n{html}\n=====\n\nSubject: {}\n\n{}",
            one.subject,
            several.subject,
            text_of(&several)
        );
        insta::assert_snapshot!(format!("{language}_closed"), seen);
    }
}

#[test]
fn corrections_in_every_language() {
    for language in Language::ALL {
        let letter = corrected(&to(language), TEXT, &["one@example.int"]);
        check_message(&letter);
        let seen =
            format!("Subject: {}\n\n{}\n=====\n\n{}", letter.subject, text_of(&letter), html_of(&letter));
        insta::assert_snapshot!(format!("{language}_correction"), seen);
    }
}

#[test]
fn a_correction_stands_in_the_thread_below_the_letters_that_it_corrects_and_is_the_same_each_time() {
    let letter = corrected(&dubuisson(), TEXT, &["one@example.int", "two@example.int"]);
    let headers = String::from_utf8(letter.bytes.clone()).unwrap().replace("\r\n ", " ");
    let references = headers.lines().find(|line| line.starts_with("References:")).unwrap();
    assert!(
        references.contains("<action.") && references.ends_with("<one@example.int> <two@example.int>"),
        "{references}"
    );
    assert!(headers.contains("\r\nIn-Reply-To: <two@example.int>\r\n"), "it answers the last of them");
    assert_eq!(letter, corrected(&dubuisson(), TEXT, &["one@example.int", "two@example.int"]));
    for other in [
        corrected(&dubuisson(), "Another text.", &["one@example.int"]),
        corrected(&dubuisson(), TEXT, &["three@example.int"]),
    ] {
        assert_ne!(letter.key, other.key);
    }
}

#[test]
fn nothing_in_the_text_of_a_correction_becomes_a_header_or_a_tag() {
    let evil = "x\r\nBcc: all@example.org\r\n.\r\n<script>alert(1)</script>\u{202e}";
    let letter = corrected(&dubuisson(), evil, &["one@example.int"]);
    check_message(&letter);
    assert!(!html_of(&letter).contains("<script>"));
}
