//! Letters about actions of which nobody answers: with a copy to somebody else, or to whom it is escalated.

use jiff::civil::date;
use mail_parser::MessageParser;
use rappel::{
    action::{Action, Addressee, After, Language, RecipientId, ReminderKey, Seat, Step},
    compose::{Around, Templates, letters},
    directory::{Because, EscalatedTo, Reader, Recipient},
    letter::Letter,
    schedule::{Copy, Reminder, Unanswered},
};

use crate::support::{
    self, check_message, dubuisson, identity, in_days, mou_mg, nomination, now, others, policy, readable,
    text_of,
};

const WEEK: Step = Step::Escalated { after: After::Overdue { days: 7 } };

fn overdue() -> Action {
    Action { deadline: Some(in_days(-7)), ..nomination() }
}

fn unanswered(letters: u32) -> Unanswered {
    Unanswered {
        letters,
        since: Some(date(2017, 5, 26)),
        asked: vec!["Olivier Dubuisson".to_owned(), "Secretariat of ITU-T".to_owned()],
        copied: Vec::new(),
        copy_of: None,
        beside: Vec::new(),
        instead: false,
        template: None,
        reached: None,
    }
}

/// To Olivier Dubuisson, who did not answer, with a copy to Martin Euchner.
fn in_copy(actions: &[Action], count: u32, language: Language) -> (Letter, Vec<(Reader, Letter)>) {
    let to = Recipient { language: Some(language.into()), ..dubuisson() };
    let reader = Reader {
        id: RecipientId::person("Martin Euchner"),
        name: "Martin Euchner".to_owned(),
        email: "martin.euchner@example.org".to_owned(),
    };
    let copied = Unanswered { copied: vec![reader.name.clone()], ..unanswered(count) };
    written(actions, &to, &copied, Some(&reader))
}

/// To Olivier Dubuisson, when the copy is one of the letter to somebody else.
fn beside(language: Language) -> Letter {
    let to = Recipient { language: Some(language.into()), ..dubuisson() };
    let copied = vec!["Martin Euchner".to_owned()];
    let copy_of = Some("Rosa Sample".to_owned());
    written(&[overdue()], &to, &Unanswered { copied, copy_of, ..unanswered(3) }, None).0
}

/// To Olivier Dubuisson, with a copy, when the same letter goes to others as well.
fn with_others(language: Language) -> Letter {
    let to = Recipient { language: Some(language.into()), ..dubuisson() };
    let copied = vec!["Martin Euchner".to_owned()];
    let beside = vec!["Rosa Sample".to_owned(), "Vera Sample".to_owned()];
    written(&[overdue()], &to, &Unanswered { copied, beside, ..unanswered(3) }, None).0
}

/// To somebody who was not asked, when the deadline moves afterwards.
fn moved(to: EscalatedTo, language: Language) -> Letter {
    let because = Because::Escalated { to, is_missing: false };
    let id = RecipientId::person("Martin Euchner");
    let name = "Martin Euchner".to_owned();
    let to = Recipient { id, name, language: Some(language.into()), because, ..dubuisson() };
    let policy = policy();
    let action = nomination();
    let around = |action: &Action| Around { others: others(action), policy: Some(&policy), calendar: None };
    let reminder = support::reminder(&action, &to, &policy);
    let step = Step::Moved { on: date(2017, 6, 16), from: in_days(-7) };
    let reminder = Reminder { key: ReminderKey { step, ..reminder.key.clone() }, ..reminder };
    letters(&[reminder], &to, &around, &identity(), &Templates::built_in(), now()).unwrap().0
}

/// To somebody who was not asked.
fn escalated(actions: &[Action], to: EscalatedTo, is_missing: bool, language: Language) -> Letter {
    let because = Because::Escalated { to, is_missing };
    let id = RecipientId::person("Martin Euchner");
    let to = Recipient {
        told_as: Some(id.for_escalation()),
        id,
        name: "Martin Euchner".to_owned(),
        email: "martin.euchner@example.org".to_owned(),
        language: Some(language.into()),
        because,
        ..dubuisson()
    };
    written(actions, &to, &unanswered(3), None).0
}

fn written(
    actions: &[Action],
    to: &Recipient,
    unanswered: &Unanswered,
    copy: Option<&Reader>,
) -> (Letter, Vec<(Reader, Letter)>) {
    let policy = policy();
    let around = |action: &Action| Around { others: others(action), policy: Some(&policy), calendar: None };
    let reminders: Vec<_> = actions
        .iter()
        .map(|action| {
            let reminder = support::reminder(action, to, &policy);
            let key =
                ReminderKey { step: WEEK, recipient: to.remembered_as().clone(), ..reminder.key.clone() };
            let copies = copy.map(|reader| Copy {
                to: reader.clone(),
                key: ReminderKey { recipient: reader.id.copy_of_letter_to(&to.id), ..key.clone() },
            });
            let unanswered = Some(Box::new(unanswered.clone()));
            Reminder { key, copies: copies.into_iter().collect(), unanswered, ..reminder }
        })
        .collect();
    letters(&reminders, to, &around, &identity(), &Templates::built_in(), now()).unwrap()
}

fn chair() -> EscalatedTo {
    EscalatedTo::Holder(Seat { body: "SG17".to_owned(), role: "chair".to_owned(), at: None })
}

fn several() -> [Action; 2] {
    let asked_of = Addressee::Seat(Box::new(mou_mg()));
    [overdue(), Action { reference: "17/09".to_owned(), deadline: None, asked_of, ..nomination() }]
}

#[test]
fn a_letter_that_nobody_answered_and_its_copy() {
    let (letter, copies) = in_copy(&[overdue()], 3, Language::English);
    let [(reader, copy)] = copies.as_slice() else { panic!("{copies:?}") };
    assert_eq!(
        (reader.name.as_str(), copy.envelope.to.as_str()),
        ("Martin Euchner", "martin.euchner@example.org")
    );
    let parsed = MessageParser::new().parse(&letter.bytes).unwrap();
    let cc = parsed.cc().unwrap().first().unwrap();
    assert_eq!(cc.address(), Some("martin.euchner@example.org"));
    insta::assert_snapshot!(readable(&letter));
}

#[test]
fn a_letter_to_whom_it_is_escalated() {
    let letter = escalated(&[overdue()], chair(), false, Language::English);
    check_message(&letter);
    insta::assert_snapshot!(readable(&letter));
}

#[test]
fn letters_that_nobody_answered_in_every_language() {
    for language in Language::ALL {
        let named = |to, is_missing| escalated(&[overdue()], to, is_missing, language);
        let all = [
            in_copy(&[overdue()], 3, language).0,
            in_copy(&[overdue()], 1, language).0,
            named(chair(), false),
            named(EscalatedTo::DeputyOf("Olivier Dubuisson".to_owned()), false),
            named(EscalatedTo::SecretariatOf("ISO".to_owned()), false),
            named(EscalatedTo::Person("Martin Euchner".to_owned()), false),
            named(EscalatedTo::ChairOf("TSAG".to_owned()), true),
            escalated(&several(), chair(), false, language),
            in_copy(&several(), 2, language).0,
            beside(language),
            with_others(language),
            moved(chair(), language),
            moved(EscalatedTo::Person("Martin Euchner".to_owned()), language),
        ];
        let seen = all.map(|letter| {
            // Those with a copy have a header more.
            if letter.envelope.to == "martin.euchner@example.org" {
                check_message(&letter);
            }
            format!("Subject: {}\n\n{}", letter.subject, text_of(&letter))
        });
        insta::assert_snapshot!(format!("{language}_escalated"), seen.join("\n=====\n\n"));
    }
}
