//! Who is found, case by case.

use jiff::civil::date;

use super::*;
use crate::action::{
    Action, Addressee, Body, Kind, Particulars, Person, Place, Purpose, Register, Role, Status, Wishes,
};

pub(super) fn own() -> OwnSecretariat {
    OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() }
}

pub(super) fn person(name: &str, email: &str) -> Person {
    Person {
        name: name.into(),
        email: email.into(),
        second_email: None,
        organization: None,
        language: None,
        zone: None,
        deputy: None,
        absent_from: None,
        absent_until: None,
        wishes: Wishes::default(),
        place: Place::default(),
    }
}

fn body(name: &str, parent: Option<&str>, email: Option<&str>) -> Body {
    Body {
        name: name.into(),
        full_name: None,
        parent: parent.map(Into::into),
        secretariat: None,
        secretariat_email: email.map(Into::into),
        holidays: None,
        place: Place::default(),
    }
}

fn seat(body: &str, role: &str, at: Option<&str>) -> Seat {
    Seat { body: body.into(), role: role.into(), at: at.map(Into::into) }
}

fn held(seat: Seat, holder: Option<&str>, until: Option<Date>) -> Role {
    Role { seat, holder: holder.map(Into::into), from: None, until, place: Place::default() }
}

pub(super) fn action(asked_of: Addressee) -> Action {
    Action {
        reference: "17/06".into(),
        title: "nominate".into(),
        details: None,
        kind: Kind::Nomination,
        purpose: Purpose::Action,
        asked_of,
        deadline: None,
        status: Status::Pending,
        policy: None,
        origin: None,
        opened: None,
        more: Particulars { extra: std::collections::BTreeMap::new(), ..Particulars::default() }.into(),
    }
}

fn register() -> Register {
    let mou = seat("ITU-T", "representative", Some("MoU/MG"));
    Register {
        actions: Vec::new(),
        people: vec![
            person("Olivier Dubuisson", "olivier@example.org"),
            person("Martin Euchner", "martin@example.org"),
            person("Ann Secretary", "ann@example.org"),
        ],
        roles: vec![
            held(mou.clone(), Some("Olivier Dubuisson"), None),
            held(mou, Some("Martin Euchner"), None),
            held(seat("ITU-T", "representative", Some("IEC/SEG 8")), None, None),
            held(seat("SG17", "chair", None), Some("Martin Euchner"), Some(date(2017, 5, 31))),
            held(seat("ISO", "Secretary", None), Some("Ann Secretary"), None),
        ],
        bodies: vec![
            body("ITU-T", None, Some("itu-t@example.int")),
            body("TSAG", Some("ITU-T"), None),
            body("SG17", Some("TSAG"), None),
            body("ISO", None, None),
            body("UN/CEFACT", None, None),
        ],
        ..Register::default()
    }
}

fn directory() -> Directory {
    Directory::new(std::sync::Arc::new(register()), own())
}

fn who(addressee: Addressee) -> Vec<(String, Because)> {
    let directory = directory();
    let recipients = directory.recipients(&action(addressee), date(2017, 6, 1));
    recipients.into_iter().map(|recipient| (recipient.email, recipient.because)).collect()
}

#[test]
fn a_seat_is_everybody_who_holds_it() {
    let mou = seat("itu-t", "Representative", Some("MOU/MG"));
    let because = Because::Holds(mou.clone());
    assert_eq!(
        who(Addressee::Seat(Box::new(mou))),
        [("olivier@example.org".into(), because.clone()), ("martin@example.org".into(), because)]
    );
}

#[test]
fn a_body_is_its_secretary_then_its_address_then_the_body_above_it() {
    let of = |body: &str, through: Option<&str>| Because::SecretariatOf {
        body: body.into(),
        through: through.map(Into::into),
    };
    let asked = |body: &str| who(Addressee::Body(body.into()));
    assert_eq!(asked("ISO"), [("ann@example.org".into(), of("ISO", None))]);
    assert_eq!(asked("ITU-T"), [("itu-t@example.int".into(), of("ITU-T", None))]);
    assert_eq!(asked("SG17"), [("itu-t@example.int".into(), of("SG17", Some("ITU-T")))]);
}

#[test]
fn a_body_that_nobody_speaks_for_falls_to_the_own_secretariat() {
    let because = Because::NobodyElse { asked_of: "UN/CEFACT".into() };
    assert_eq!(who(Addressee::Body("UN/CEFACT".into())), [("tsb@example.int".into(), because)]);
}

#[test]
fn a_vacant_seat_falls_to_the_secretariat_and_the_representatives_of_the_body_that_fills_it() {
    let vacant = seat("ITU-T", "representative", Some("IEC/SEG 8"));
    let told = |speaker: Option<Seat>| Because::Vacant { seat: vacant.clone(), ended: None, speaker };
    let mou = || Some(seat("ITU-T", "representative", Some("MoU/MG")));
    assert_eq!(
        who(Addressee::Seat(Box::new(vacant.clone()))),
        [
            ("itu-t@example.int".into(), told(None)),
            ("olivier@example.org".into(), told(mou())),
            ("martin@example.org".into(), told(mou())),
        ]
    );
    let recipients = directory().addressed(&Addressee::Seat(Box::new(vacant)), date(2017, 6, 1));
    let remembered: Vec<_> = recipients.iter().map(|one| one.remembered_as().as_str()).collect();
    assert_eq!(
        remembered,
        ["secretariat:itu-t", "vacant seat:person:olivier dubuisson", "vacant seat:person:martin euchner"],
        "whoever is nominated later is not taken for somebody who was told already"
    );
}

#[test]
fn of_many_seats_of_a_body_those_of_the_vacant_role_come_first_and_no_more_than_eight_are_told() {
    let mut register = register();
    let vacant = seat("ITU-T", "representative", Some("IEC/SEG 8"));
    register.roles.retain(|role| role.seat == vacant);
    for number in 0..12 {
        let name = format!("Person {number}");
        register.people.push(person(&name, &format!("person{number}@example.org")));
        let role = if number < 6 { "chair" } else { "representative" };
        register.roles.push(held(seat("ITU-T", role, Some("ISO")), Some(&name), None));
        // Whoever holds two seats is told once, and whose term has ended is not told.
        register.roles.push(held(seat("ITU-T", "observer", None), Some(&name), None));
        register.roles.push(held(
            seat("ITU-T", "representative", None),
            Some("Ann Secretary"),
            Some(date(2017, 5, 1)),
        ));
    }
    let directory = Directory::new(std::sync::Arc::new(register), own());
    let told = directory.addressed(&Addressee::Seat(Box::new(vacant)), date(2017, 6, 1));
    let names: Vec<_> = told.iter().map(|one| one.name.as_str()).collect();
    let expected = [
        "ITU-T secretariat",
        "Person 6",
        "Person 7",
        "Person 8",
        "Person 9",
        "Person 10",
        "Person 11",
        "Person 0",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_seat_whose_term_has_ended_is_vacant_and_says_who_held_it() {
    let chair = seat("SG17", "chair", None);
    let ended = Some(("Martin Euchner".into(), date(2017, 5, 31)));
    let because = Because::Vacant { seat: chair.clone(), ended, speaker: None };
    assert_eq!(who(Addressee::Seat(Box::new(chair))), [("itu-t@example.int".into(), because)]);
}

#[test]
fn nobody_is_addressed_twice_for_one_action() {
    let directory = directory();
    let mut asked = action(Addressee::Person("Martin Euchner".into()));
    asked.more.room().also_to =
        vec![Addressee::Seat(Box::new(seat("ITU-T", "representative", Some("MoU/MG"))))];
    let emails: Vec<_> =
        directory.recipients(&asked, date(2017, 6, 1)).into_iter().map(|recipient| recipient.email).collect();
    assert_eq!(emails, ["martin@example.org", "olivier@example.org"]);
}

#[test]
fn the_end_of_a_term_is_a_day_on_which_recipients_change() {
    let directory = directory();
    assert_eq!(directory.next_change(date(2017, 5, 1)), Some(date(2017, 6, 1)));
    assert_eq!(directory.next_change(date(2017, 6, 1)), None);
}
