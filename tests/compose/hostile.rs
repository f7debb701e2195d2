//! Whatever cells hold, a letter is one of ours.

use proptest::prelude::*;
use rappel::{
    action::{Action, Addressee, Particulars},
    compose::ComposeError,
    directory::{Because, Recipient},
};

use crate::support::{
    check_message, compose, compose_at, dubuisson, html_of, in_days, liaison, nomination, now, text_of,
};

#[test]
fn cells_cannot_add_headers_tags_links_or_template_code() {
    let evil = "x\r\nBcc: spy@example.org\r\n\r\n<img src=x onerror=alert(1)>{{ 7*7 }}{% if %}\u{202e}\0";
    let action = Action {
        reference: evil.to_owned(),
        title: evil.to_owned(),
        details: Some(evil.into()),
        asked_of: Addressee::Body(evil.into()),
        origin: Some(evil.into()),
        more: Particulars {
            outcome: Some(evil.into()),
            link: Some("java\r\nscript:alert(1)".into()),
            topic: Some(evil.into()),
            ..(*nomination().more).clone()
        }
        .into(),
        ..nomination()
    };
    let to = Recipient {
        name: evil.to_owned(),
        because: Because::SecretariatOf { body: evil.to_owned(), through: Some(evil.to_owned()) },
        ..dubuisson()
    };
    for letter in [compose(std::slice::from_ref(&action), &to), compose(&[action.clone(), nomination()], &to)]
    {
        check_message(&letter);
        let (text, html) = (text_of(&letter), html_of(&letter));
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;{{ 7*7 }}{% if %}"));
        assert!(!html.contains("<img") && !html.contains("javascript:") && !html.contains("49"));
        assert!(text.contains("{{ 7*7 }}") && text.contains("java script:alert(1)"));
        for part in [&letter.subject, &text, &html] {
            assert!(!part.contains(['\u{202e}', '\0']), "{part}");
        }
    }
}

#[test]
fn a_body_that_contains_the_boundary_does_not_break_the_message() {
    let key = compose(&[nomination()], &dubuisson()).key;
    let outer = format!("--=__{key}\nContent-Type: text/html\n\n<b>x</b>\n--=__{key}--");
    let details =
        Some(format!("{outer}\n--=_{key}\nContent-Type: text/html\n\n<b>x</b>\n--=_{key}--").into());
    check_message(&compose(&[Action { details, ..nomination() }], &dubuisson()));
}

#[test]
fn an_unusable_address_is_an_error_that_names_the_recipient() {
    let to = Recipient { email: "olivier\r\nBcc: x@example.org".to_owned(), ..dubuisson() };
    let error = compose_at(&[nomination()], &to, now()).unwrap_err().to_string();
    assert!(error.starts_with("no letter can be addressed to Olivier Dubuisson: "), "{error}");
    assert!(matches!(compose_at(&[], &dubuisson(), now()), Err(ComposeError::NothingToSay { .. })));
}

#[test]
fn long_details_are_cut_and_very_many_actions_still_fit_one_letter() {
    let details: Option<Box<str>> = Some("word ".repeat(5_000).into());
    let letter = compose(&[Action { details: details.clone(), ..nomination() }], &dubuisson());
    let text = text_of(&letter);
    assert!(text.contains("[...]") && text.len() < 6_000, "{}", text.len());
    let action = |n| Action { reference: format!("A{n}"), details: details.clone(), ..nomination() };
    let many: Vec<_> = (0..500).map(action).collect();
    let letter = compose(&many, &dubuisson());
    check_message(&letter);
    assert!(text_of(&letter).contains("500. A99"));
    assert!(letter.bytes.len() < 2_000_000, "{}", letter.bytes.len());
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,200}",
        "[ -~]{0,300}",
        "(a|\\r\\n|\\n|\\r|=\\?utf-8\\?q\\?=0D=0A\\?=|<b>|\"|\\\\|,|;|@|\u{e9}|\u{4e2d}| ){0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_the_cells_hold_the_message_has_exactly_our_headers_and_parts(
        reference in cell(), title in cell(), details in cell(), name in cell(), origin in cell(),
        link in cell(), outcome in cell(), days in -400_i64..400, twice in any::<bool>(),
    ) {
        let action = Action { reference, title, deadline: Some(in_days(days)), details: Some(details.into()), origin: Some(origin.into()), more: Particulars { link: Some(link.into()), outcome: Some(outcome.into()), ..(*nomination().more).clone() }.into(), ..nomination() };
        let to = Recipient { name, ..dubuisson() };
        let actions = if twice { vec![action, liaison()] } else { vec![action] };
        let letter = compose(&actions, &to);
        check_message(&letter);
        prop_assert_eq!(&letter.bytes, &compose(&actions, &to).bytes);
        let html = html_of(&letter);
        for tag in ["<script", "<img", "<b>", "<iframe"] {
            prop_assert!(!html.contains(tag));
        }
    }
}
