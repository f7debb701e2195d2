//! Subjects, threads and identity.

use jiff::{ToSpan, civil::date};
use mail_parser::MessageParser;
use rappel::{
    action::{Action, Addressee, Language, Languages, Particulars, Place, Problem, Problems},
    compose::{Around, Identity, Templates, letter, problems_notice},
    directory::{Because, Recipient},
    letter::Letter,
};

use crate::support::{
    check_message, compose, compose_at, dubuisson, identity, in_days, liaison, mou_mg, nomination, now,
    text_of,
};

#[test]
fn subjects_say_what_and_when() {
    let subject = |deadline| compose(&[Action { deadline, ..nomination() }], &dubuisson()).subject;
    let what = "17/06: nominate an ITU-T representative to IEC/SEG 8";
    for (deadline, when) in [
        (Some(in_days(7)), "due in 7 days"),
        (Some(in_days(1)), "due tomorrow"),
        (Some(in_days(0)), "due today"),
        (Some(in_days(-1)), "1 day overdue"),
        (Some(in_days(-5)), "5 days overdue"),
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
            deadline: days.map(in_days),
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
        (&[Some(-5), Some(-6)], "2 actions outstanding, both overdue (A1, A0)"),
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
        message.references().as_text_list().unwrap().iter().map(ToString::to_string).collect()
    };
    let first = compose(&[nomination()], &dubuisson());
    let moved = compose(&[Action { deadline: Some(in_days(30)), ..nomination() }], &dubuisson());
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
fn the_same_problems_since_the_same_day_are_the_same_notice_whenever_they_are_found() {
    let (since, another_day) = (date(2017, 6, 22), date(2017, 7, 3));
    let notice = |messages: &[&str], since, now| {
        let problems = messages.iter().map(|text| Problem::error(Place::default(), *text)).collect();
        let what = ("actions.xlsx", since);
        problems_notice(&Problems(problems), what, &identity(), &Templates::built_in(), now).unwrap()
    };
    let found = notice(&["a", "b"], since, now());
    assert_eq!(found.key, notice(&["b", "a"], since, now() + 24.hours()).key);
    assert_ne!(found.key, notice(&["a"], since, now()).key);
    assert_ne!(found.key, notice(&["a", "b"], another_day, now()).key);
}

#[test]
fn a_recipient_who_is_asked_to_help_is_told_so() {
    let also_to = vec![Addressee::Person("Olivier Dubuisson".into())];
    let to = Recipient { because: Because::Named, ..dubuisson() };
    let letter = compose(
        &[Action { more: Particulars { also_to, ..(*nomination().more).clone() }.into(), ..nomination() }],
        &to,
    );
    assert!(text_of(&letter).contains("You have been asked to help with an action asked of ITU-T, which"));
}

#[test]
fn whoever_is_named_under_also_to_is_named_in_every_letter_in_the_language_of_its_reader() {
    let also_to = vec![Addressee::Seat(mou_mg().into()), Addressee::Body("SG17".into())];
    let action =
        Action { more: Particulars { also_to, ..(*nomination().more).clone() }.into(), ..nomination() };
    for (language, said) in [
        ("en", "Helping: ITU-T representative at MoU/MG; SG17"),
        ("fr", "Appui : représentant d’ITU-T auprès de MoU/MG ; SG17"),
        ("es", "Colaboran: representante de ITU-T ante MoU/MG; SG17"),
        ("ru", "Содействие: представитель ITU-T в MoU/MG; SG17"),
        ("zh", "协助方： ITU-T驻MoU/MG代表；SG17"),
    ] {
        let to = Recipient { language: Some(Languages::parse(language).unwrap()), ..dubuisson() };
        let letter = compose(std::slice::from_ref(&action), &to);
        let text = text_of(&letter).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(said), "{text}");
        let digest = compose(&[action.clone(), liaison()], &to);
        let text = text_of(&digest).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(said), "{text}");
    }
    assert!(!text_of(&compose(&[nomination()], &dubuisson())).contains("Helping"));
}

#[test]
fn why_somebody_gets_a_digest_is_said_of_as_many_actions_as_it_is_true_of() {
    let named = |language: &str, how_many: i64| {
        let recipient = Recipient {
            because: Because::Named,
            language: Some(Languages::parse(language).unwrap()),
            ..dubuisson()
        };
        let action =
            |n: i64| Action { reference: format!("A{n}"), deadline: Some(in_days(n)), ..nomination() };
        let text = text_of(&compose(&(1..=how_many).map(action).collect::<Vec<_>>(), &recipient));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (language, one, several) in [
        (
            "en",
            "because the action is asked of you by name.",
            "because the actions are asked of you by name.",
        ),
        (
            "fr",
            "parce que l’action vous est confiée nommément.",
            "parce que les actions vous sont confiées nommément.",
        ),
        ("es", "porque la acción se le ha encomendado", "porque las acciones se le han encomendado"),
        ("ru", "это поручение дано Вам лично", "эти поручения даны Вам лично"),
        ("zh", "该项行动指名由您办理", "这些行动指名由您办理"),
        ("ar", "الإجراء مطلوب منكم بالاسم", "الإجراءات مطلوبة منكم بالاسم"),
    ] {
        let [text, digest] = [1, 3].map(|how_many| named(language, how_many));
        assert!(text.contains(one) && !text.contains(several), "{text}");
        assert!(digest.contains(several) && !digest.contains(one), "{digest}");
    }
    assert!(named("ar", 2).contains("الإجراءان مطلوبان منكم بالاسم"));
}

#[test]
fn a_letter_is_in_the_recipients_language_else_in_the_secretariats() {
    let policy = crate::support::policy();
    let subject = |own: Language, theirs: Option<&str>| {
        let identity = Identity { language: own, ..identity() };
        let language = theirs.map(|text| Languages::parse(text).unwrap());
        let to = Recipient { language, ..dubuisson() };
        let action = nomination();
        let reminders = [crate::support::reminder(&action, &to, &policy)];
        let around = |_: &Action| Around { others: Vec::new(), policy: Some(&policy), calendar: None };
        letter(&reminders, &to, &around, &identity, &Templates::built_in(), now()).unwrap().subject
    };
    assert!(subject(Language::English, None).ends_with(", due in 7 days"));
    assert!(subject(Language::Spanish, None).ends_with(", vence dentro de 7 días"));
    assert!(subject(Language::Spanish, Some("ru")).ends_with(", срок истекает через 7 дней"));
    assert!(subject(Language::Spanish, Some("en, fr")).ends_with(", due in 7 days"), "of the first language");
}

#[test]
fn a_bilingual_letter_says_everything_in_both_languages_and_which_is_which() {
    let to = Recipient { language: Some(Languages::parse("en, ar").unwrap()), ..dubuisson() };
    let letter = compose(&[nomination(), liaison()], &to);
    check_message(&letter);
    let text = text_of(&letter);
    let (english, arabic) = text.split_once(&"=".repeat(72)).unwrap();
    assert!(english.contains("Dear Olivier Dubuisson,") && arabic.contains("تحية طيبة وبعد"));
    let html = crate::support::html_of(&letter);
    assert!(
        html.contains("<html lang=\"en\" dir=\"ltr\">") && html.contains("<div lang=\"ar\" dir=\"rtl\">")
    );
    assert!(String::from_utf8_lossy(&letter.bytes).contains("\r\nContent-Language: en, ar\r\n"));
}
