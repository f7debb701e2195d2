//! Who is welcomed, when, and with what.

use std::sync::Arc;

use jiff::civil::{Date, date};

use super::super::{
    plan,
    tests::{action, at, person, rules},
    upcoming,
};
use crate::{
    action::{
        Action, Addressee, Body, Particulars, Place, RecipientId, Register, Role, Seat, Status, Step, Told,
    },
    directory::{Directory, OwnSecretariat},
};

fn seat(at: &str) -> Seat {
    Seat { body: "ITU-T".into(), role: "representative".into(), at: Some(at.into()) }
}

fn held(seat: Seat, holder: &str, from: Option<Date>, until: Option<Date>) -> Role {
    Role { seat, holder: Some(holder.into()), from, until, place: Place::default() }
}

/// An action asked of the seat at IEC/SEG 8.
fn asked(reference: &str, deadline: Option<Date>) -> Action {
    Action { asked_of: Addressee::Seat(Box::new(seat("IEC/SEG 8"))), ..action(reference, "Ann", deadline) }
}

fn directory(actions: Vec<Action>, roles: Vec<Role>) -> Directory {
    let itu_t = Body {
        name: "ITU-T".into(),
        full_name: None,
        parent: None,
        secretariat: None,
        secretariat_email: Some("itu-t@example.int".into()),
        holidays: None,
        place: Place::default(),
    };
    let people = ["Ann", "Bob", "Cid"].map(person).to_vec();
    let register = Register { actions, people, roles, bodies: vec![itu_t], ..Register::default() };
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    Directory::new(Arc::new(register), own)
}

/// What is told at a send time, and recorded: to whom, about what, by which step.
fn tell(directory: &Directory, told: &mut Told, when: &str) -> Vec<String> {
    let rules = rules();
    let due = plan(directory, &rules, told, at(when));
    for reminder in &due {
        reminder.record_in(told, at(when));
    }
    let said = due
        .iter()
        .map(|one| format!("{} {}: {}", one.recipient.name, one.key.action.reference(), one.key.step));
    said.collect()
}

fn mou_mg() -> Role {
    held(seat("MoU/MG"), "Ann", None, None)
}

#[test]
fn a_vacant_seat_is_chased_at_its_body_and_the_nominee_is_welcomed_once_with_all_that_is_open() {
    let actions = vec![
        asked("17/06", Some(date(2017, 6, 23))),
        asked("17/07", Some(date(2017, 12, 1))),
        Action { status: Status::Done, ..asked("17/01", Some(date(2017, 5, 23))) },
    ];
    let vacant = directory(actions.clone(), vec![mou_mg()]);
    let mut told = Told::default();
    assert_eq!(
        tell(&vacant, &mut told, "2017-06-16T08:00"),
        ["ITU-T secretariat 17/06: 7d before", "Ann 17/06: 7d before"]
    );
    assert!(tell(&vacant, &mut told, "2017-06-19T08:00").is_empty());
    // Bob appears in Roles between two steps: the next send time tells him, and nobody else.
    let bob = held(seat("IEC/SEG 8"), "Bob", None, None);
    let filled = directory(actions, vec![mou_mg(), bob]);
    let next = upcoming(&filled, &rules(), &told, at("2017-06-19T08:00"));
    assert_eq!((next.next, next.people), (Some(at("2017-06-20T08:00")), 1));
    let on = date(2017, 6, 20);
    let welcome = Step::Welcome { on };
    assert_eq!(
        tell(&filled, &mut told, "2017-06-20T08:00"),
        [format!("Bob 17/06: {welcome}"), format!("Bob 17/07: {welcome}")]
    );
    assert_eq!(tell(&filled, &mut told, "2017-06-21T08:00"), [""; 0]);
    assert_eq!(tell(&filled, &mut told, "2017-06-22T08:00"), ["Bob 17/06: 1d before"]);
}

#[test]
fn whoever_holds_the_seat_from_the_beginning_is_not_welcomed_and_a_second_holder_later_is() {
    let actions = vec![asked("17/06", Some(date(2017, 6, 23)))];
    let bob = held(seat("IEC/SEG 8"), "Bob", None, None);
    let mut told = Told::default();
    let one = directory(actions.clone(), vec![bob.clone()]);
    assert_eq!(tell(&one, &mut told, "2017-06-09T08:00"), ["Bob 17/06: 14d before"]);
    // A second action is nothing new to Bob.
    let more = [actions, vec![asked("17/08", Some(date(2017, 6, 17)))]].concat();
    let one = directory(more.clone(), vec![bob.clone()]);
    assert_eq!(tell(&one, &mut told, "2017-06-12T08:00"), ["Bob 17/08: 7d before"]);
    let two = directory(more, vec![bob, held(seat("IEC/SEG 8"), "Cid", None, None)]);
    let welcome = Step::Welcome { on: date(2017, 6, 13) };
    assert_eq!(
        tell(&two, &mut told, "2017-06-13T08:00"),
        [format!("Cid 17/06: {welcome}"), format!("Cid 17/08: {welcome}")]
    );
}

#[test]
fn a_send_time_that_is_planned_again_after_half_of_it_was_recorded_welcomes_nobody() {
    let actions = vec![asked("17/06", Some(date(2017, 6, 23)))];
    let both = ["Bob", "Cid"].map(|name| held(seat("IEC/SEG 8"), name, None, None));
    let directory = directory(actions, both.to_vec());
    let rules = rules();
    let mut told = Told::default();
    let first = &plan(&directory, &rules, &told, at("2017-06-16T08:00"))[0];
    // The program died after the first letter was recorded, some seconds after the send time.
    first.record_in(&mut told, at("2017-06-16T08:00:05"));
    assert_eq!(tell(&directory, &mut told, "2017-06-16T08:00"), ["Cid 17/06: 7d before"]);
}

#[test]
fn whoever_helped_to_fill_the_seat_and_fills_it_is_welcomed_too() {
    let actions = vec![asked("17/06", Some(date(2017, 6, 23)))];
    let mut told = Told::default();
    let vacant = directory(actions.clone(), vec![mou_mg()]);
    assert_eq!(tell(&vacant, &mut told, "2017-06-16T08:00").len(), 2);
    let filled = directory(actions, vec![mou_mg(), held(seat("IEC/SEG 8"), "Ann", None, None)]);
    let welcome = Step::Welcome { on: date(2017, 6, 19) };
    assert_eq!(tell(&filled, &mut told, "2017-06-19T08:00"), [format!("Ann 17/06: {welcome}")]);
}

#[test]
fn a_term_that_ends_and_one_that_begins_are_noticed_by_the_day_alone() {
    let actions = vec![asked("17/06", Some(date(2017, 6, 23)))];
    let roles = vec![
        mou_mg(),
        held(seat("IEC/SEG 8"), "Bob", None, Some(date(2017, 6, 16))),
        held(seat("IEC/SEG 8"), "Cid", Some(date(2017, 6, 20)), None),
    ];
    let directory = directory(actions, roles);
    let mut told = Told::default();
    assert_eq!(tell(&directory, &mut told, "2017-06-16T08:00"), ["Bob 17/06: 7d before"]);
    // The seat is vacant over the weekend and on Monday.
    assert_eq!(
        tell(&directory, &mut told, "2017-06-19T08:00"),
        ["ITU-T secretariat 17/06: 7d before", "Ann 17/06: 7d before"]
    );
    let plan_at = upcoming(&directory, &rules(), &told, at("2017-06-19T08:00")).plan_at;
    assert_eq!(plan_at, Some(at("2017-06-20T08:00")));
    let welcome = Step::Welcome { on: date(2017, 6, 20) };
    assert_eq!(tell(&directory, &mut told, "2017-06-20T08:00"), [format!("Cid 17/06: {welcome}")]);
}

#[test]
fn one_who_helps_and_works_on_other_days_makes_nobody_new() {
    // Ann helps and is told on the day before; Bob, who holds the seat, is told later: he is not new.
    let asked = Action {
        more: Particulars {
            also_to: vec![Addressee::Person("Ann".into())],
            ..(*asked("17/06", Some(date(2017, 6, 23))).more).clone()
        }
        .into(),
        ..asked("17/06", Some(date(2017, 6, 23)))
    };
    let directory = directory(vec![asked.clone()], vec![held(seat("IEC/SEG 8"), "Bob", None, None)]);
    let mut told = Told::default();
    let key = RecipientId::person("Ann");
    told.record(asked.id(), key, asked.deadline, date(2017, 6, 16), at("2017-06-15T08:00"));
    assert_eq!(tell(&directory, &mut told, "2017-06-16T08:00"), ["Bob 17/06: 7d before"]);
}

#[test]
fn whoever_was_told_that_nobody_answers_makes_nobody_new() {
    // Ann helps, and had no answer; the secretariat was told. Bob, who holds the seat and gets his letters weekly, is told
    // for the first time after that.
    let asked = Action {
        more: Particulars {
            also_to: vec![Addressee::Person("Ann".into())],
            ..(*asked("17/06", Some(date(2017, 6, 23))).more).clone()
        }
        .into(),
        ..asked("17/06", Some(date(2017, 6, 23)))
    };
    let directory = directory(vec![asked.clone()], vec![held(seat("IEC/SEG 8"), "Bob", None, None)]);
    let mut told = Told::default();
    let ann = RecipientId::person("Ann");
    told.record(asked.id(), ann, asked.deadline, date(2017, 6, 9), at("2017-06-09T08:00"));
    let secretariat = RecipientId::own_secretariat().for_escalation();
    told.record(asked.id(), secretariat, asked.deadline, date(2017, 6, 14), at("2017-06-14T08:00"));
    let said = tell(&directory, &mut told, "2017-06-16T08:00");
    assert_eq!(said, ["Bob 17/06: 7d before", "Ann 17/06: 7d before"]);
}
