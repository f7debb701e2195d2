//! Whole letters, as snapshots: nothing in them is left out or replaced.

use jiff::{civil::date, tz::TimeZone};
use rappel::{
    action::{
        Action, Addressee, Deadline, Kind, Language, Languages, Particulars, Place, Problem, Problems,
        RecipientId, Seat, Status,
    },
    compose::{Identity, Item, Mailbox, Notice, Templates, notice, problems_notice, test_letter},
    directory::{Because, Recipient},
    schedule::Policy,
};

use crate::support::{
    self, check_message, compose, compose_moved, dubuisson, follows_tsag, identity, in_days, liaison, mou_mg,
    nomination, now, policy, readable, secretariat,
};

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
whole_letter!(
    a_letter_the_day_before,
    compose(&[Action { deadline: Some(in_days(1)), ..nomination() }], &dubuisson())
);
whole_letter!(
    a_letter_on_the_day,
    compose(&[Action { deadline: Some(in_days(0)), ..nomination() }], &dubuisson())
);
whole_letter!(
    a_letter_when_overdue,
    compose(&[Action { deadline: Some(in_days(-5)), ..nomination() }], &dubuisson())
);
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
        asked_of: Addressee::Seat(Box::new(seat.clone())),
        ..nomination()
    };
    compose(&[action], &secretariat(Because::Vacant { seat, ended, speaker: None }))
});
whole_letter!(a_letter_that_nobody_else_could_get, {
    let action = Action { asked_of: Addressee::Body("UN/CEFACT".into()), ..liaison() };
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
        asked_of: Addressee::Seat(Box::new(mou_mg())),
        deadline: Some(in_days(-5)),
        status: Status::InProgress,
        more: Particulars { outcome: Some("first draft circulated".into()), ..(*nomination().more).clone() }
            .into(),
        ..nomination()
    };
    let review = Action {
        reference: "TSAG-LS23".to_owned(),
        title: "review the liaison statement of ISO/TC 68".to_owned(),
        details: None,
        asked_of: Addressee::Seat(Box::new(mou_mg())),
        deadline: Some(in_days(3)),
        ..nomination()
    };
    compose(&[liaison(), review, nomination(), contribution], &dubuisson())
});
whole_letter!(a_letter_with_names_in_arabic_chinese_and_french, {
    let action = Action {
        reference: "17/09".to_owned(),
        title: "d\u{e9}signer un repr\u{e9}sentant aupr\u{e8}s de l\u{2019}ISO".to_owned(),
        details: Some("\u{8bf7}\u{63d0}\u{540d}\u{4e00}\u{4f4d}\u{4ee3}\u{8868}\u{3002}".into()),
        asked_of: Addressee::Person("\u{5f20}\u{4f1f}".into()),
        more: Particulars {
            outcome: Some("\u{642}\u{64a}\u{62f} \u{627}\u{644}\u{62f}\u{631}\u{627}\u{633}\u{629}".into()),
            ..(*nomination().more).clone()
        }
        .into(),
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
    problems_notice(
        &problems,
        ("the register actions.xlsx", date(2017, 6, 22)),
        &identity(),
        &Templates::built_in(),
        now(),
    )
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

/// A deadline that moved with its meeting: the letter, the same in a digest, and a meeting of one day.
#[test]
fn letters_about_a_moved_deadline_in_every_language() {
    let from = date(2017, 6, 12);
    let policy = Policy { working_before: vec![10, 2], ..policy() };
    let days = follows_tsag(date(2017, 7, 3), date(2017, 7, 6));
    let day = follows_tsag(date(2017, 7, 3), date(2017, 7, 3));
    for language in Language::ALL {
        let to = Recipient { language: Some(language.into()), ..dubuisson() };
        let letter = compose_moved(std::slice::from_ref(&days), from, &to, &policy);
        let by_hand = Action {
            reference: "TSAG-LS23".to_owned(),
            more: Particulars { follows: None, ..(*nomination().more).clone() }.into(),
            ..nomination()
        };
        let digest = compose_moved(&[day.clone(), by_hand], from, &to, &policy);
        check_message(&letter);
        check_message(&digest);
        let [text, html] = [support::text_of(&letter), support::html_of(&letter)];
        let digest = support::text_of(&digest);
        let seen = format!("Subject: {}\n\n{text}\n=====\n\n{html}\n=====\n\n{digest}", letter.subject);
        insta::assert_snapshot!(format!("{language}_moved"), seen);
    }
}

#[test]
fn the_bytes_of_a_letter() {
    let letter = compose(&[Action { details: None, ..nomination() }], &dubuisson());
    insta::assert_snapshot!(String::from_utf8(letter.bytes).unwrap().replace("\r\n", "\n"));
}

/// In two languages: all of it in French, a rule, all of it in English.
#[test]
fn a_bilingual_letter() {
    let to = Recipient { language: Some(Languages::parse("fr, en").unwrap()), ..dubuisson() };
    let letter = compose(&[nomination()], &to);
    check_message(&letter);
    insta::assert_snapshot!(readable(&letter));
}

/// The same case in each language but English, at each time of its life; the HTML of one of them.
#[test]
fn letters_in_every_language() {
    let overdue = Action { deadline: Some(in_days(-21)), ..nomination() };
    let vacant = Seat { at: Some("IEC/SEG 8".to_owned()), ..mou_mg() };
    let ended = Some(("Martin Euchner".to_owned(), date(2017, 5, 31)));
    let because = Because::Vacant { seat: vacant.clone(), ended, speaker: None };
    for language in Language::ALL.into_iter().filter(|language| *language != Language::English) {
        let to = Recipient { language: Some(language.into()), ..dubuisson() };
        let asked = Action { asked_of: Addressee::Seat(Box::new(mou_mg())), ..nomination() };
        let snapshot = |name: &str, letter: &rappel::letter::Letter, html: bool| {
            check_message(letter);
            let text = support::text_of(letter);
            let mut seen = format!("Subject: {}\n\n{text}", letter.subject);
            if html {
                seen = format!("{seen}\n=====\n\n{}", support::html_of(letter));
            }
            insta::assert_snapshot!(format!("{language}_{name}"), seen);
        };
        let abroad = Recipient { zone: Some(TimeZone::get("Asia/Tokyo").unwrap()), ..to.clone() };
        snapshot("before", &compose(std::slice::from_ref(&asked), &abroad), true);
        snapshot("tomorrow", &compose(&[Action { deadline: Some(in_days(1)), ..asked.clone() }], &to), false);
        snapshot(
            "on_the_day",
            &compose(&[Action { deadline: Some(in_days(0)), ..asked.clone() }], &to),
            false,
        );
        snapshot("overdue", &compose(std::slice::from_ref(&overdue), &to), false);
        snapshot("without_a_deadline", &compose(&[liaison()], &to), false);
        let seat = Action { asked_of: Addressee::Seat(Box::new(vacant.clone())), ..nomination() };
        let secretariat = Recipient { language: to.language, ..secretariat(because.clone()) };
        snapshot("vacant_seat", &compose(&[seat], &secretariat), false);
        let review = Action { reference: "TSAG-LS23".to_owned(), deadline: Some(in_days(3)), ..asked };
        snapshot("digest", &compose(&[liaison(), review, overdue.clone()], &to), true);
        let own = Identity { language, ..identity() };
        let martin = Mailbox::parse("Martin Euchner <martin.euchner@example.org>").unwrap();
        let test = test_letter(&martin, &own, &Templates::built_in(), now()).unwrap();
        snapshot("test", &test, false);
    }
}
