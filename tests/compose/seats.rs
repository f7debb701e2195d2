//! Letters about seats: one that is vacant, and the welcome to whoever fills it; letters to a deputy.

use jiff::civil::date;
use mail_parser::MessageParser;
use rappel::{
    action::{Action, Addressee, Language, RecipientId, ReminderKey, Seat, Step},
    compose::{Around, Templates, letter, letters},
    directory::{Absence, Because, Reader, Recipient},
    letter::Letter,
    schedule::{Reminder, copies},
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

/// Martin Euchner stands in for Olivier Dubuisson, who gets a copy.
fn deputy(language: Language) -> (Letter, Vec<(Reader, Letter)>) {
    let absent = dubuisson();
    let to = Recipient {
        id: RecipientId::person("Martin Euchner"),
        name: "Martin Euchner".to_owned(),
        email: "martin.euchner@example.org".to_owned(),
        language: Some(language.into()),
        told_as: Some(absent.id.clone()),
        absence: Some(Box::new(Absence {
            who: Reader { id: absent.id, name: absent.name, email: absent.email },
            from: Some(date(2017, 6, 12)),
            until: Some(date(2017, 6, 30)),
            is_covered: true,
        })),
        ..dubuisson()
    };
    let policy = policy();
    let action = Action { asked_of: Addressee::Seat(Box::new(mou_mg())), ..nomination() };
    let around = |action: &Action| Around { others: others(action), policy: Some(&policy), calendar: None };
    let reminder = support::reminder(&action, &to, &policy);
    let key = ReminderKey { recipient: to.remembered_as().clone(), ..reminder.key.clone() };
    let reminder = Reminder { copies: copies(&to, &key), key, ..reminder };
    letters(&[reminder], &to, &around, &identity(), &Templates::built_in(), now()).unwrap()
}

#[test]
fn a_letter_to_a_deputy_and_its_copy() {
    let (letter, copies) = deputy(Language::English);
    let [(reader, copy)] = copies.as_slice() else { panic!("{copies:?}") };
    assert_eq!(letter.envelope.to, "martin.euchner@example.org");
    assert_eq!(
        (reader.name.as_str(), copy.envelope.to.as_str()),
        ("Olivier Dubuisson", "olivier.dubuisson@example.org")
    );
    assert_ne!(letter.message_id, copy.message_id, "each has its own way to its reader");
    let own =
        |letter: &Letter| String::from_utf8(letter.bytes.clone()).unwrap().replace(&letter.message_id, "...");
    assert_eq!(own(&letter), own(copy), "but for that they are the same");
    let parsed = MessageParser::new().parse(&copy.bytes).unwrap();
    let only =
        |list: Option<&mail_parser::Address<'_>>| list.unwrap().first().unwrap().address().map(str::to_owned);
    assert_eq!(only(parsed.to()), Some(letter.envelope.to.clone()));
    assert_eq!(only(parsed.cc()), Some(copy.envelope.to.clone()));
    assert_eq!(parsed.message_id(), Some(copy.message_id.as_str()));
    insta::assert_snapshot!(readable(&letter));
}

#[test]
fn letters_to_a_deputy_in_every_language() {
    let seen = Language::ALL.map(|language| {
        let (letter, _) = deputy(language);
        format!("{language}\nSubject: {}\n\n{}", letter.subject, text_of(&letter))
    });
    insta::assert_snapshot!(seen.join("\n=====\n\n"));
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
