//! Letters as they leave: whole ones, headers and both bodies, read by people (snapshots) and by
//! an independent mail parser.

use std::{collections::BTreeMap, fmt::Write as _};

use jiff::{Timestamp, ToSpan, civil::date, tz::TimeZone};
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;
use rappel::{
    action::{
        Action, Addressee, Deadline, Kind, Place, Problem, Problems, Purpose, RecipientId, ReminderKey, Seat,
        Status, Step,
    },
    compose::{
        Around, ComposeError, Identity, Item, Mailbox, Notice, OtherAsked, Templates, letter, notice,
        problems_notice, test_letter,
    },
    directory::{Because, Recipient},
    letter::{Letter, LetterKind},
    schedule::{Choice, Policy, Reminder},
};

/// Friday, 16 June 2017, 08:00 in Zurich: a week before the deadline of 17/06.
fn now() -> Timestamp {
    "2017-06-16T06:00:00Z".parse().unwrap()
}

fn identity() -> Identity {
    Identity::new(
        "TSB, the ITU-T secretariat".to_owned(),
        Mailbox::parse("TSB <reminders@example.int>").unwrap(),
        Mailbox::parse("TSB <tsb@example.int>").unwrap(),
        TimeZone::get("Europe/Zurich").unwrap(),
    )
}

fn policy() -> Policy {
    Policy {
        name: "default".to_owned(),
        before: vec![28, 14, 7, 3, 1],
        on_the_day: true,
        overdue: Some(7),
        without_deadline: None,
        kinds: Vec::new(),
    }
}

fn mou_mg() -> Seat {
    Seat { body: "ITU-T".to_owned(), role: "representative".to_owned(), at: Some("MoU/MG".to_owned()) }
}

fn nomination() -> Action {
    Action {
        reference: "17/06".to_owned(),
        title: "nominate an ITU-T representative to IEC/SEG 8".to_owned(),
        details: Some(
            "IEC/SEG 8 (Communication Technologies and Architectures of Electrotechnical Systems) is newly \
             formed. IEC pointed out that ITU-T has received an invitation and that the nomination of an ITU-T \
             representative is still pending.\nITU-R has already appointed a representative."
                .to_owned(),
        ),
        kind: Kind::Nomination,
        purpose: Purpose::Action,
        asked_of: Addressee::Body("ITU-T".to_owned()),
        also_to: Vec::new(),
        deadline: Some(Deadline::Day(date(2017, 6, 23))),
        status: Status::Pending,
        outcome: None,
        policy: None,
        origin: Some("MoU/MG Resolution 17/06, 38th meeting, Geneva, 26-27 April 2017".to_owned()),
        link: Some("https://www.example.int/mou-mg/38/17-06".to_owned()),
        opened: Some(date(2017, 4, 27)),
        closed: None,
        topic: None,
        extra: BTreeMap::new(),
        place: Place::default(),
    }
}

fn liaison() -> Action {
    Action {
        reference: "17/03".to_owned(),
        title: "establish active liaisons with ISO/TC 307 (blockchain and DLT)".to_owned(),
        details: Some("ITU-T SG17 has already asked for a Category A liaison with ISO/TC 307.".to_owned()),
        kind: Kind::LiaisonReply,
        asked_of: Addressee::Seat(mou_mg()),
        deadline: None,
        status: Status::Open,
        origin: Some("MoU/MG Resolution 17/03".to_owned()),
        link: None,
        ..nomination()
    }
}

fn dubuisson() -> Recipient {
    Recipient {
        id: RecipientId::person("Olivier Dubuisson"),
        name: "Olivier Dubuisson".to_owned(),
        email: "olivier.dubuisson@example.org".to_owned(),
        second_email: None,
        language: Some("fr".to_owned()),
        zone: None,
        because: Because::Holds(mou_mg()),
    }
}

fn secretariat(because: Because) -> Recipient {
    Recipient {
        id: RecipientId::secretariat_of("ITU-T"),
        name: "Secretariat of ITU-T".to_owned(),
        email: "itu-t@example.int".to_owned(),
        because,
        ..dubuisson()
    }
}

fn reminder<'a>(action: &'a Action, recipient: &Recipient, policy: &'a Policy) -> Reminder<'a> {
    Reminder {
        action,
        recipient: recipient.clone(),
        key: ReminderKey {
            action: action.id(),
            recipient: recipient.id.clone(),
            deadline: action.deadline,
            step: Step::Before { days: 7 },
        },
        step_day: date(2017, 6, 16),
        merged: Vec::new(),
        policy,
        choice: Choice::Default,
    }
}

fn others(action: &Action) -> Vec<OtherAsked> {
    let itu_r = OtherAsked {
        asked_of: "ITU-R".to_owned(),
        status: Status::Done,
        outcome: Some("representative appointed".to_owned()),
    };
    if action.reference == "17/06" { vec![itu_r] } else { Vec::new() }
}

fn compose_at(actions: &[Action], recipient: &Recipient, now: Timestamp) -> Result<Letter, ComposeError> {
    let policy = policy();
    let around = |action: &Action| Around { others: others(action), policy: Some(&policy) };
    let reminders: Vec<_> = actions.iter().map(|action| reminder(action, recipient, &policy)).collect();
    letter(&reminders, recipient, &around, &identity(), &Templates::built_in(), now)
}

fn compose(actions: &[Action], recipient: &Recipient) -> Letter {
    compose_at(actions, recipient, now()).unwrap()
}

/// The header block as it is on the wire, then each part decoded.
fn readable(letter: &Letter) -> String {
    let text = String::from_utf8(letter.bytes.clone()).unwrap();
    let (headers, _) = text.split_once("\r\n\r\n").unwrap();
    let mut out = format!("{}\n", headers.replace("\r\n", "\n"));
    let message = MessageParser::new().parse(&letter.bytes).unwrap();
    for part in message.parts.iter().skip(1) {
        let kind = part.content_type().unwrap();
        let body = part.text_contents().unwrap().replace("\r\n", "\n");
        let _ = write!(out, "\n===== {}/{} =====\n\n{body}", kind.ctype(), kind.subtype().unwrap());
    }
    out
}

/// What every letter is, whatever it says: read back by a parser that is not ours.
fn check_message(letter: &Letter) {
    let raw = &letter.bytes;
    assert!(raw.is_ascii() && raw.ends_with(b"\r\n"), "seven bits, whole lines");
    for line in String::from_utf8_lossy(raw).split_inclusive("\r\n") {
        assert!(
            line.ends_with("\r\n") && !line.trim_end_matches("\r\n").contains(['\r', '\n', '\0']),
            "{line:?}"
        );
        assert!(line.len() <= 1_000, "{}", line.len());
    }
    let message = MessageParser::new().parse(raw).unwrap();
    let names: Vec<_> = message.headers().iter().map(|header| header.name.as_str().to_owned()).collect();
    let mut expected = vec!["Date", "From", "To", "Reply-To", "Subject", "Message-ID"];
    match letter.kind {
        LetterKind::Reminder => expected.extend(["In-Reply-To", "References"]),
        LetterKind::Digest => expected.push("References"),
        LetterKind::Notice | LetterKind::Test => {}
    }
    expected.extend([
        "Auto-Submitted",
        "Precedence",
        "X-Auto-Response-Suppress",
        "MIME-Version",
        "Content-Type",
    ]);
    assert_eq!(names, expected);
    assert_eq!(message.subject(), Some(letter.subject.as_str()));
    assert_eq!(message.message_id(), Some(letter.message_id.as_str()));
    assert_eq!(letter.message_id, format!("{}@example.int", letter.key));
    let addresses = |list: Option<&mail_parser::Address<'_>>| -> Vec<String> {
        list.unwrap().iter().map(|one| one.address().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(addresses(message.from()), ["reminders@example.int"]);
    assert_eq!(addresses(message.reply_to()), ["tsb@example.int"]);
    assert_eq!(addresses(message.to()), [letter.envelope.to.clone()]);
    assert_eq!(letter.envelope.from, "reminders@example.int");
    assert_eq!(message.parts.len(), 3, "multipart, text and HTML");
    assert_eq!((message.text_body_count(), message.html_body_count()), (1, 1));
    assert!(message.body_html(0).unwrap().trim_end().ends_with("</html>"));
}

fn text_of(letter: &Letter) -> String {
    let message = MessageParser::new().parse(&letter.bytes).unwrap();
    message.body_text(0).unwrap().replace("\r\n", "\n")
}

fn html_of(letter: &Letter) -> String {
    MessageParser::new().parse(&letter.bytes).unwrap().body_html(0).unwrap().into_owned()
}

fn due(days: i64) -> Option<Deadline> {
    Some(Deadline::Day(date(2017, 6, 16).checked_add(days.days()).unwrap()))
}

macro_rules! whole_letter {
    ($test:ident, $letter:expr) => {
        #[test]
        fn $test() {
            let letter = $letter;
            check_message(&letter);
            insta::assert_snapshot!(readable(&letter));
        }
    };
}

whole_letter!(a_letter_before_the_deadline, compose(&[nomination()], &dubuisson()));
whole_letter!(a_letter_the_day_before, compose(&[Action { deadline: due(1), ..nomination() }], &dubuisson()));
whole_letter!(a_letter_on_the_day, compose(&[Action { deadline: due(0), ..nomination() }], &dubuisson()));
whole_letter!(a_letter_when_overdue, compose(&[Action { deadline: due(-5), ..nomination() }], &dubuisson()));
whole_letter!(a_letter_without_a_deadline, compose(&[liaison()], &dubuisson()));
whole_letter!(a_letter_for_an_instant_later_today, {
    let deadline = Some(Deadline::Instant("2017-06-16T15:00:00Z".parse().unwrap()));
    compose(&[Action { deadline, ..nomination() }], &dubuisson())
});
whole_letter!(a_letter_for_an_instant_earlier_today, {
    let deadline = Some(Deadline::Instant("2017-06-16T05:00:00Z".parse().unwrap()));
    compose(&[Action { deadline, ..nomination() }], &dubuisson())
});
whole_letter!(a_letter_for_a_vacant_seat, {
    let seat = Seat { at: Some("IEC/SEG 8".to_owned()), ..mou_mg() };
    let ended = Some(("Martin Euchner".to_owned(), date(2017, 5, 31)));
    let action = Action {
        reference: "SEG8-3".to_owned(),
        title: "comment on the draft scope of IEC/SEG 8".to_owned(),
        details: None,
        asked_of: Addressee::Seat(seat.clone()),
        ..nomination()
    };
    compose(&[action], &secretariat(Because::Vacant { seat, ended }))
});
whole_letter!(a_letter_that_nobody_else_could_get, {
    let action = Action { asked_of: Addressee::Body("UN/CEFACT".to_owned()), ..liaison() };
    let because = Because::NobodyElse { asked_of: "UN/CEFACT".to_owned() };
    let own = Recipient {
        id: RecipientId::own_secretariat(),
        name: "TSB".to_owned(),
        email: "tsb@example.int".to_owned(),
        because,
        ..dubuisson()
    };
    compose(&[action], &own)
});
whole_letter!(a_digest, {
    let contribution = Action {
        reference: "AI 12/3".to_owned(),
        title: "submit a contribution on the terminology of distributed ledgers".to_owned(),
        details: None,
        kind: Kind::Contribution,
        asked_of: Addressee::Seat(mou_mg()),
        deadline: due(-5),
        status: Status::InProgress,
        outcome: Some("first draft circulated".to_owned()),
        ..nomination()
    };
    let review = Action {
        reference: "TSAG-LS23".to_owned(),
        title: "review the liaison statement of ISO/TC 68".to_owned(),
        details: None,
        asked_of: Addressee::Seat(mou_mg()),
        deadline: due(3),
        ..nomination()
    };
    compose(&[liaison(), review, nomination(), contribution], &dubuisson())
});
whole_letter!(a_letter_with_names_in_arabic_chinese_and_french, {
    let action = Action {
        reference: "17/09".to_owned(),
        title: "d\u{e9}signer un repr\u{e9}sentant aupr\u{e8}s de l\u{2019}ISO".to_owned(),
        details: Some("\u{8bf7}\u{63d0}\u{540d}\u{4e00}\u{4f4d}\u{4ee3}\u{8868}\u{3002}".to_owned()),
        asked_of: Addressee::Person("\u{5f20}\u{4f1f}".to_owned()),
        outcome: Some("\u{642}\u{64a}\u{62f} \u{627}\u{644}\u{62f}\u{631}\u{627}\u{633}\u{629}".to_owned()),
        ..nomination()
    };
    let name = "\u{623}\u{62d}\u{645}\u{62f} \u{639}\u{628}\u{62f} \u{627}\u{644}\u{644}\u{647}";
    let to = Recipient { name: name.to_owned(), because: Because::Named, ..dubuisson() };
    compose(&[action], &to)
});
whole_letter!(a_notice_of_problems, {
    let place = |spot: &str| Place {
        file: "actions.xlsx".into(),
        sheet: Some("Actions".into()),
        line: None,
        spot: Some(spot.into()),
    };
    let problems = Problems(vec![
        Problem::note(place("cell R1"), "The column Room is not known; templates can use it."),
        Problem::error(
            place("cell F7"),
            "\"31/02/2018\" is not a date (there is no 31 February). Write 2018-02-28, or leave the cell empty.",
        ),
        Problem::error(
            place("cell E9"),
            "\"Olivier Dubuison\" is not known; did you mean Olivier Dubuisson?",
        ),
    ]);
    problems_notice(&problems, "the register actions.xlsx", &identity(), &Templates::built_in(), now())
        .unwrap()
});
whole_letter!(another_notice, {
    let undeliverable = Notice {
        sort: "undeliverable".to_owned(),
        about: "2017-06-16".to_owned(),
        subject: "1 letter could not be delivered".to_owned(),
        lead: "The mail server refused one letter for good.".to_owned(),
        items: vec![Item {
            title: "17/06 to Olivier Dubuisson".to_owned(),
            text: "550 5.1.1 no such user".to_owned(),
        }],
        advice: vec!["Please correct the address in the sheet Representatives.".to_owned()],
    };
    notice(&undeliverable, &identity(), &Templates::built_in(), now()).unwrap()
});
whole_letter!(a_test_letter, {
    let to = Mailbox::parse("Martin Euchner <martin.euchner@example.org>").unwrap();
    test_letter(&to, &identity(), &Templates::built_in(), now()).unwrap()
});

#[test]
fn the_bytes_of_a_letter() {
    let letter = compose(&[Action { details: None, ..nomination() }], &dubuisson());
    insta::assert_snapshot!(String::from_utf8(letter.bytes).unwrap().replace("\r\n", "\n"));
}

#[test]
fn subjects_say_what_and_when() {
    let subject = |deadline| compose(&[Action { deadline, ..nomination() }], &dubuisson()).subject;
    let what = "17/06: nominate an ITU-T representative to IEC/SEG 8";
    for (deadline, when) in [
        (due(7), "due in 7 days"),
        (due(1), "due tomorrow"),
        (due(0), "due today"),
        (due(-1), "1 day overdue"),
        (due(-5), "5 days overdue"),
        (None, "still outstanding"),
    ] {
        assert_eq!(subject(deadline), format!("{what}, {when}"));
    }
}

#[test]
fn a_long_title_is_cut_so_that_the_subject_still_says_when() {
    let title =
        "comment on the draft recommendation on the architecture of electrotechnical systems ".repeat(4);
    let letter = compose(&[Action { title, ..nomination() }], &dubuisson());
    assert!(letter.subject.ends_with("..., due in 7 days"), "{}", letter.subject);
    assert!(letter.subject.starts_with("17/06: comment on the draft"));
    assert!(letter.subject.chars().count() <= 110, "{}", letter.subject);
    check_message(&letter);
}

#[test]
fn the_subject_of_a_digest_says_how_many_and_the_nearest() {
    let numbered = |days: &[Option<i64>]| {
        let action = |(n, days): (usize, &Option<i64>)| Action {
            reference: format!("A{n}"),
            deadline: days.and_then(due),
            ..nomination()
        };
        let actions: Vec<_> = days.iter().enumerate().map(action).collect();
        compose(&actions, &dubuisson()).subject
    };
    let cases: [(&[Option<i64>], &str); 7] = [
        (
            &[None, Some(3), Some(-5), Some(-1)],
            "4 actions outstanding: 2 overdue, 1 due in 3 days (A2, A3, A1, ...)",
        ),
        (&[Some(-5), Some(-6)], "2 actions outstanding, all overdue (A1, A0)"),
        (&[Some(1), Some(1), Some(9)], "3 actions outstanding: 2 due tomorrow (A0, A1, A2)"),
        (&[Some(0), None], "2 actions outstanding: 1 due today (A0, A1)"),
        (&[None, None], "2 actions outstanding (A0, A1)"),
        (&[None, Some(-1)], "2 actions outstanding: 1 overdue (A1, A0)"),
        (&[Some(30), Some(20)], "2 actions outstanding: 1 due in 20 days (A1, A0)"),
    ];
    for (days, subject) in cases {
        assert_eq!(numbered(days), subject);
    }
}

#[test]
fn all_letters_of_one_action_are_one_thread_and_a_digest_belongs_to_the_threads_of_its_actions() {
    let references = |letter: &Letter| -> Vec<String> {
        let message = MessageParser::new().parse(&letter.bytes).unwrap();
        let list = message.references().as_text_list().unwrap().iter().map(ToString::to_string).collect();
        list
    };
    let first = compose(&[nomination()], &dubuisson());
    let moved = compose(&[Action { deadline: due(30), ..nomination() }], &dubuisson());
    assert_ne!(first.key, moved.key, "a moved deadline is another letter");
    assert_eq!(references(&first), references(&moved), "of the same thread");
    let digest = compose(&[liaison(), nomination()], &dubuisson());
    let most_urgent_first = [references(&first), references(&compose(&[liaison()], &dubuisson()))].concat();
    assert_eq!(references(&digest), most_urgent_first);
    let many: Vec<_> = (0..40).map(|n| Action { reference: format!("A{n}"), ..nomination() }).collect();
    assert_eq!(references(&compose(&many, &dubuisson())).len(), 25);
}

#[test]
fn the_same_reminders_are_the_same_letter_byte_for_byte_in_whatever_order() {
    let one = compose(&[nomination(), liaison()], &dubuisson());
    let other = compose(&[liaison(), nomination()], &dubuisson());
    assert_eq!(one, other);
    let later = compose_at(&[nomination(), liaison()], &dubuisson(), now() + 25.hours()).unwrap();
    assert_eq!((&one.key, &one.message_id), (&later.key, &later.message_id));
    assert_ne!(one.bytes, later.bytes, "what it says depends on now");
}

#[test]
fn the_same_problems_are_the_same_notice_whenever_they_are_found() {
    let notice = |messages: &[&str], now| {
        let problems = messages.iter().map(|text| Problem::error(Place::default(), *text)).collect();
        problems_notice(&Problems(problems), "actions.xlsx", &identity(), &Templates::built_in(), now)
            .unwrap()
    };
    let found = notice(&["a", "b"], now());
    assert_eq!(found.key, notice(&["b", "a"], now() + 24.hours()).key);
    assert_ne!(found.key, notice(&["a"], now()).key);
}

#[test]
fn cells_cannot_add_headers_tags_links_or_template_code() {
    let evil = "x\r\nBcc: spy@example.org\r\n\r\n<img src=x onerror=alert(1)>{{ 7*7 }}{% if %}\u{202e}\0";
    let action = Action {
        reference: evil.to_owned(),
        title: evil.to_owned(),
        details: Some(evil.to_owned()),
        asked_of: Addressee::Body(evil.to_owned()),
        outcome: Some(evil.to_owned()),
        origin: Some(evil.to_owned()),
        link: Some("java\r\nscript:alert(1)".to_owned()),
        topic: Some(evil.to_owned()),
        ..nomination()
    };
    let to = Recipient {
        name: evil.to_owned(),
        because: Because::SecretariatOf { body: evil.to_owned(), through: Some(evil.to_owned()) },
        ..dubuisson()
    };
    for letter in [compose(&[action.clone()], &to), compose(&[action, nomination()], &to)] {
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
    let details = Some(format!("--=_{key}\nContent-Type: text/html\n\n<b>x</b>\n--=_{key}--"));
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
    let details = Some("word ".repeat(5_000));
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

#[test]
fn a_recipient_who_is_asked_to_help_is_told_so() {
    let also_to = vec![Addressee::Person("Olivier Dubuisson".to_owned())];
    let to = Recipient { because: Because::Named, ..dubuisson() };
    let letter = compose(&[Action { also_to, ..nomination() }], &to);
    assert!(text_of(&letter).contains("You have been asked to help with an action asked of ITU-T, which"));
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
        let action = Action {
            reference, title, deadline: due(days), details: Some(details), origin: Some(origin),
            link: Some(link), outcome: Some(outcome), ..nomination()
        };
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
