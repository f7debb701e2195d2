//! Letters about seats: one that is vacant, and the welcome to whoever fills it.

use jiff::civil::date;
use rappel::{
    action::{Action, Addressee, Language, ReminderKey, Seat, Step},
    compose::{Around, Templates, letter},
    directory::{Because, Recipient},
    letter::Letter,
    schedule::Reminder,
};

use crate::support::{
    self, check_message, compose, dubuisson, identity, in_days, mou_mg, nomination, now, others, policy,
    readable, text_of,
};

fn seg_8() -> Seat {
    Seat { at: Some("IEC/SEG 8".to_owned()), ..mou_mg() }
}

/// What is asked of the seat at IEC/SEG 8.
fn asked() -> Action {
    Action { asked_of: Addressee::Seat(Box::new(seg_8())), ..nomination() }
}

/// Olivier Dubuisson, the ITU-T representative at MoU/MG, about a seat that ITU-T has to fill.
fn chased(language: Language) -> Letter {
    let because = Because::Vacant { seat: seg_8(), ended: None, speaker: Some(mou_mg()) };
    let to = Recipient { because, language: Some(language.into()), ..dubuisson() };
    compose(&[asked()], &to)
}

/// The first letter to the new representative at IEC/SEG 8, about these actions.
fn welcome(actions: &[Action], language: Language) -> Letter {
    let because = Because::Holds(seg_8());
    let to = Recipient { because, language: Some(language.into()), ..dubuisson() };
    let policy = policy();
    let around = |action: &Action| Around { others: others(action), policy: Some(&policy), calendar: None };
    let welcomed = |action| {
        let reminder = support::reminder(action, &to, &policy);
        let step = Step::Welcome { on: date(2017, 6, 16) };
        Reminder { key: ReminderKey { step, ..reminder.key }, ..reminder }
    };
    let reminders: Vec<_> = actions.iter().map(welcomed).collect();
    letter(&reminders, &to, &around, &identity(), &Templates::built_in(), now()).unwrap()
}

fn several() -> [Action; 3] {
    let review = Action {
        reference: "SEG8-3".to_owned(),
        title: "comment on the draft scope of IEC/SEG 8".to_owned(),
        details: None,
        deadline: Some(in_days(-5)),
        ..asked()
    };
    let report = Action { reference: "SEG8-4".to_owned(), deadline: None, ..review.clone() };
    [asked(), review, report]
}

#[test]
fn a_representative_of_the_body_that_has_to_fill_a_vacant_seat() {
    let letter = chased(Language::English);
    check_message(&letter);
    let text = text_of(&letter).replace('\n', " ");
    assert!(text.contains("ITU-T has no representative at IEC/SEG 8 yet."), "{text}");
    insta::assert_snapshot!(readable(&letter));
}

#[test]
fn a_welcome_to_the_new_holder_of_a_seat() {
    let letter = welcome(&[asked()], Language::English);
    check_message(&letter);
    insta::assert_snapshot!(readable(&letter));
}

#[test]
fn vacant_seats_and_welcomes_in_every_language() {
    for language in Language::ALL {
        let letters = [chased(language), welcome(&[asked()], language), welcome(&several(), language)];
        let seen = letters.map(|letter| {
            check_message(&letter);
            format!("Subject: {}\n\n{}", letter.subject, text_of(&letter))
        });
        insta::assert_snapshot!(format!("{language}_seats"), seen.join("\n=====\n\n"));
    }
}
