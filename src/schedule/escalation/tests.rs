//! Who is told when nobody answers, when, and what stops it.

use std::sync::Arc;

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::super::{
    Manner, Policy, Rules, Rung, Stands, Verdict, decide, escalated_again,
    moment::Moment,
    plan,
    quiet::Quiet,
    tests::{action, at, person, policy, zurich},
    to_letters, upcoming,
};
use crate::{
    action::{
        Action, Addressee, After, Body, Deadline, LetterEnd, Pace, Particulars, Person, Place, RecipientId,
        Register, Role, Seat, Status, Step, Target, Told, Wishes,
    },
    cadence::Cadence,
    decision::{Change, Decision},
    directory::{Directory, OwnSecretariat},
};

fn rung(after: After, to: Target, how: Manner) -> Rung {
    Rung { after, to: vec![to], how, approval: false, template: None, place: Place::default() }
}

fn named(name: &str) -> Target {
    Target::Named(name.to_owned())
}

const WEEK: After = After::Overdue { days: 7 };

fn rules(escalate: Vec<Rung>) -> Rules {
    let policy = Policy { before: vec![7], escalate, ..policy() };
    Rules::new([], policy, Cadence::parse("0 8 * * Mon-Fri", &zurich()).unwrap())
}

/// Ann's deputy is Bob; Cid is the chair of SG17, which is the secretariat's own; Dan presides over ISO, which is not.
fn register(actions: Vec<Action>) -> Register {
    let body = |name: &str, email: &str| Body {
        name: name.into(),
        full_name: None,
        parent: None,
        secretariat: None,
        secretariat_email: Some(email.into()),
        holidays: None,
        place: Place::default(),
    };
    let role = |body: &str, role: &str, holder: &str| Role {
        seat: Seat { body: body.into(), role: role.into(), at: None },
        holder: Some(holder.into()),
        from: None,
        until: None,
        place: Place::default(),
    };
    let ann = Person { deputy: Some("Bob".into()), organization: Some("SG17".into()), ..person("Ann") };
    let people = vec![ann, person("Bob"), person("Cid"), person("Dan")];
    Register {
        actions,
        people,
        bodies: vec![body("SG17", "sg17@example.int"), body("ISO", "iso@example.org")],
        roles: vec![role("SG17", "chair", "Cid"), role("ISO", "chair", "Dan"), role("ISO", "editor", "Bob")],
        ..Register::default()
    }
}

fn directory_of(register: Register) -> Directory {
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    Directory::new(Arc::new(register), own)
}

fn directory(actions: Vec<Action>) -> Directory {
    directory_of(register(actions))
}

/// Due on Friday, 2 June 2017.
fn asked() -> Action {
    action("17/06", "Ann", Some(date(2017, 6, 2)))
}

/// What is told at each send time of some days, and recorded.
fn tell(directory: &Directory, rules: &Rules, told: &mut Told, from: Date, until: Date) -> Vec<String> {
    let mut said = Vec::new();
    let mut after = at(&format!("{from}T07:00"));
    while let Some(now) = rules.send().next_after(after).filter(|now| *now <= at(&format!("{until}T23:00"))) {
        let due = plan(directory, rules, told, now);
        for one in &due {
            one.record_in(told, now);
            let day = zurich().to_datetime(now).date();
            let copies: Vec<_> = one.copies.iter().map(|copy| copy.to.name.as_str()).collect();
            let cc = if copies.is_empty() { String::new() } else { format!(", cc {}", copies.join(", ")) };
            said.push(format!("{day} {}{cc}: {}", one.recipient.name, one.key.step));
        }
        after = now;
    }
    said
}

/// As [`tell`], while the mail server takes nothing on some days: what was written waits for the next one.
fn tell_by_mail(
    directory: &Directory,
    rules: &Rules,
    told: &mut Told,
    days: std::ops::RangeInclusive<Date>,
    down: std::ops::RangeInclusive<Date>,
) -> Vec<String> {
    let (mut said, mut waiting) = (Vec::new(), Vec::new());
    let mut after = at(&format!("{}T07:00", days.start()));
    while let Some(now) = rules.send().next_after(after) {
        let day = zurich().to_datetime(now).date();
        if day > *days.end() {
            return said;
        }
        for one in plan(directory, rules, told, now) {
            one.record_written_in(told, now);
            said.push(format!("{day} {}: {}", one.recipient.name, one.key.step));
            waiting.push((one, now));
        }
        if !down.contains(&day) {
            for (one, planned) in waiting.drain(..) {
                one.record_end_in(told, LetterEnd::Taken { planned, at: now });
            }
        }
        after = now;
    }
    said
}

const MAY: Date = date(2017, 5, 26);
const JULY: Date = date(2017, 7, 7);

#[test]
fn a_week_after_the_deadline_somebody_else_gets_a_copy_once() {
    let directory = directory(vec![asked()]);
    let rules = rules(vec![rung(WEEK, named("chair of SG17"), Manner::Copy)]);
    assert_eq!(
        tell(&directory, &rules, &mut Told::default(), MAY, JULY),
        [
            "2017-05-26 Ann: 7d before",
            "2017-06-02 Ann: on the day",
            // One letter, and not the reminder of that day beside it.
            "2017-06-09 Ann, cc Cid: escalated 7d overdue",
            "2017-06-16 Ann: 14d overdue",
            "2017-06-23 Ann: 21d overdue",
            "2017-06-30 Ann: 28d overdue",
            "2017-07-07 Ann: 35d overdue",
        ]
    );
}

#[test]
fn a_letter_of_its_own_leaves_whoever_is_asked_reminded_and_one_instead_does_not() {
    let directory = directory(vec![asked()]);
    let until = date(2017, 6, 16);
    let told = |how| {
        tell(&directory, &rules(vec![rung(WEEK, Target::Deputy, how)]), &mut Told::default(), MAY, until)
    };
    assert_eq!(
        told(Manner::Letter)[2..],
        ["2017-06-09 Ann: 7d overdue", "2017-06-09 Bob: escalated 7d overdue", "2017-06-16 Ann: 14d overdue"]
    );
    assert_eq!(
        told(Manner::Instead)[2..],
        ["2017-06-09 Bob: escalated 7d overdue", "2017-06-16 Bob: 14d overdue"]
    );
}

#[test]
fn letters_that_nobody_answered_are_counted_and_the_next_one_is_escalated() {
    let directory = directory(vec![asked()]);
    let after = After::Unanswered { letters: 3 };
    let rules = rules(vec![rung(after, Target::OwnSecretariat, Manner::Letter)]);
    assert_eq!(
        tell(&directory, &rules, &mut Told::default(), MAY, date(2017, 6, 20))[2..],
        [
            "2017-06-09 Ann: 7d overdue",
            "2017-06-16 Ann: 14d overdue",
            "2017-06-16 TSB: escalated 3 letters unanswered"
        ]
    );
}

#[test]
fn whoever_is_first_told_long_after_the_deadline_has_as_much_time_from_then_on() {
    let directory = directory(vec![asked()]);
    let rules = rules(vec![rung(WEEK, Target::Deputy, Manner::Letter)]);
    let said = tell(&directory, &rules, &mut Told::default(), date(2017, 6, 28), date(2017, 7, 5));
    assert_eq!(said[0], "2017-06-28 Ann: 21d overdue");
    assert_eq!(said.last().unwrap(), "2017-07-05 Bob: escalated 7d overdue");
}

#[test]
fn after_a_time_without_rappel_each_step_of_the_ladder_still_has_its_time() {
    let directory = directory(vec![asked()]);
    let ladder = vec![
        rung(WEEK, Target::Deputy, Manner::Letter),
        rung(After::Overdue { days: 14 }, named("chair of SG17"), Manner::Letter),
    ];
    let rules = rules(ladder);
    let mut told = Told::default();
    tell(&directory, &rules, &mut told, MAY, date(2017, 6, 2));
    let said = tell(&directory, &rules, &mut told, date(2017, 6, 28), JULY);
    let escalated: Vec<_> = said.iter().filter(|one| one.contains("escalated")).collect();
    assert_eq!(escalated, ["2017-06-28 Bob: escalated 7d overdue", "2017-07-05 Cid: escalated 14d overdue"]);
}

fn is_about_the_ladder(said: &[String]) -> Vec<&str> {
    said.iter().filter(|one| one.contains("escalated")).map(String::as_str).collect()
}

#[test]
fn nobody_is_said_not_to_answer_a_letter_that_waits_in_the_outbox() {
    let directory = directory(vec![asked()]);
    let tell = |ladder: Vec<Rung>, until| {
        let said = tell_by_mail(&directory, &rules(ladder), &mut Told::default(), MAY..=JULY, MAY..=until);
        is_about_the_ladder(&said).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let week = || rung(WEEK, Target::Deputy, Manner::Letter);
    // Without an outage on 9 June; with one, a week after the first letter has left.
    assert_eq!(tell(vec![week()], date(2017, 5, 25)), ["2017-06-09 Bob: escalated 7d overdue"]);
    assert_eq!(tell(vec![week()], date(2017, 6, 13)), ["2017-06-21 Bob: escalated 7d overdue"]);
    assert_eq!(tell(vec![week()], JULY), [""; 0]);
    // Whoever got the one letter ten days late has ten days more for it.
    let one = rung(After::Unanswered { letters: 1 }, Target::Deputy, Manner::Letter);
    let only = Policy { before: vec![7], on_the_day: false, overdue: None, escalate: vec![one], ..policy() };
    let rules = Rules::new([], only, Cadence::parse("0 8 * * Mon-Fri", &zurich()).unwrap());
    let down = MAY..=date(2017, 6, 4);
    let said = tell_by_mail(&directory, &rules, &mut Told::default(), MAY..=JULY, down);
    assert_eq!(said, ["2017-05-26 Ann: 7d before", "2017-06-12 Bob: escalated 1 letter unanswered"]);
}

#[test]
fn nobodys_superior_is_told_before_they_had_time_since_their_own_letter_left() {
    let directory = directory(vec![asked()]);
    let ladder = || {
        vec![
            rung(WEEK, Target::Deputy, Manner::Letter),
            rung(After::Overdue { days: 14 }, named("chair of SG17"), Manner::Letter),
        ]
    };
    for (down, chair) in [
        (date(2017, 6, 9)..=date(2017, 6, 8), vec!["2017-06-16 Cid: escalated 14d overdue"]),
        // Bob's letter leaves on 21 June.
        (date(2017, 6, 9)..=date(2017, 6, 20), vec!["2017-06-28 Cid: escalated 14d overdue"]),
        (date(2017, 6, 9)..=JULY, vec![]),
    ] {
        let said = tell_by_mail(&directory, &rules(ladder()), &mut Told::default(), MAY..=JULY, down);
        let expected: Vec<_> = ["2017-06-09 Bob: escalated 7d overdue"].into_iter().chain(chair).collect();
        assert_eq!(is_about_the_ladder(&said), expected);
    }
}

/// The secretariat is told that the letter was refused; nobody else is told that Ann does not answer.
#[test]
fn nobody_is_said_not_to_answer_letters_that_were_refused() {
    let (directory, rules) =
        (directory(vec![asked()]), rules(vec![rung(WEEK, Target::Deputy, Manner::Letter)]));
    let mut told = Told::default();
    let mut after = at("2017-05-26T07:00");
    while let Some(now) = rules.send().next_after(after).filter(|now| *now < at("2017-07-07T09:00")) {
        for one in plan(&directory, &rules, &told, now) {
            assert_eq!(one.recipient.name, "Ann");
            one.record_written_in(&mut told, now);
            one.record_end_in(&mut told, LetterEnd::Failed { at: now });
        }
        after = now;
    }
    let moment = Moment::new(&rules, after);
    let Verdict::Chased(chase) = decide(&directory, &told, &moment, &asked().id(), &asked()) else {
        panic!()
    };
    let ladder = chase.escalations.unwrap();
    assert_eq!((ladder.letters, ladder.waiting, ladder.since, ladder.begun), (0, 0, None, true));
    // A step that failed itself does not stop the next.
    let mut told = Told::default();
    tell(&directory, &rules, &mut told, MAY, date(2017, 6, 8));
    let due = plan(&directory, &rules, &told, at("2017-06-09T08:00"));
    for one in &due {
        one.record_written_in(&mut told, at("2017-06-09T08:00"));
        one.record_end_in(&mut told, LetterEnd::Failed { at: at("2017-06-09T08:01") });
    }
    let next = After::Overdue { days: 14 };
    let rules = self::rules(vec![
        rung(WEEK, Target::Deputy, Manner::Letter),
        rung(next, Target::Chair, Manner::Letter),
    ]);
    let said = tell(&directory, &rules, &mut told, date(2017, 6, 12), JULY);
    assert_eq!(is_about_the_ladder(&said), ["2017-06-16 Cid: escalated 14d overdue"]);
}

fn decided(change: Change, of: &Action) -> Decision {
    Decision {
        id: 1,
        action: of.id(),
        reference: of.reference.clone(),
        asked_of: of.asked_of.to_string(),
        seen: change.subject().written(of),
        change,
        who: "eve".into(),
        why: None,
        day: date(2017, 6, 7),
        at: Timestamp::UNIX_EPOCH,
    }
}

fn is_escalated(said: &[String]) -> bool {
    said.iter().any(|one| one.contains("escalated"))
}

#[test]
fn an_answer_ends_the_silence_until_it_is_taken_back_or_the_deadline_moves() {
    let rules = rules(vec![rung(WEEK, Target::Deputy, Manner::Letter)]);
    let mut told = Told::default();
    let mut answered = directory(vec![asked()]);
    tell(&answered, &rules, &mut told, MAY, date(2017, 6, 5));
    let before = told.clone();
    answered.decide(vec![decided(Change::Acknowledge { deadline: asked().deadline }, &asked())]);
    let said = tell(&answered, &rules, &mut told, date(2017, 6, 6), JULY);
    assert!(!is_escalated(&said) && said.iter().all(|one| one.contains(" Ann: ")), "{said:?}");
    // Taken back: what was reached meanwhile is told.
    answered.decide(vec![decided(Change::Unacknowledge, &asked())]);
    let said = tell(&answered, &rules, &mut told.clone(), date(2017, 7, 10), date(2017, 7, 10));
    assert_eq!(said, ["2017-07-10 Bob: escalated 7d overdue"]);
    // What was answered was the old deadline: the ladder begins anew.
    let later = Action { deadline: Some(Deadline::Day(date(2017, 6, 16))), ..asked() };
    let mut moved = directory(vec![later.clone()]);
    moved.decide(vec![decided(Change::Acknowledge { deadline: asked().deadline }, &later)]);
    let said = tell(&moved, &rules, &mut before.clone(), date(2017, 6, 6), date(2017, 6, 23));
    assert_eq!(
        said,
        [
            "2017-06-06 Ann: moved 2017-06-06 from 2017-06-02",
            "2017-06-09 Ann: 7d before",
            "2017-06-16 Ann: on the day",
            "2017-06-23 Ann: 7d overdue",
            "2017-06-23 Bob: escalated 7d overdue"
        ]
    );
}

#[test]
fn a_status_that_became_another_open_one_is_an_answer_and_one_that_always_was_is_none() {
    let rules = rules(vec![rung(WEEK, Target::Deputy, Manner::Letter)]);
    for (before, after, escalates) in [
        (Status::Open, Status::InProgress, false),
        (Status::Pending, Status::InProgress, false),
        (Status::Open, Status::Pending, false),
        (Status::InProgress, Status::InProgress, true),
        (Status::Pending, Status::Pending, true),
        // The answer was taken back.
        (Status::InProgress, Status::Open, true),
    ] {
        let mut told = Told::default();
        let with = |status| directory(vec![Action { status, ..asked() }]);
        tell(&with(before), &rules, &mut told, MAY, date(2017, 6, 5));
        let said = tell(&with(after), &rules, &mut told, date(2017, 6, 6), date(2017, 6, 12));
        assert_eq!(is_escalated(&said), escalates, "{before} became {after}: {said:?}");
    }
}

#[test]
fn another_body_is_told_when_somebody_has_approved_and_the_own_one_at_once() {
    let to = |name: &str| Rung { approval: true, ..rung(WEEK, named(name), Manner::Letter) };
    for own in ["chair of SG17", "SG17"] {
        let said = tell(&directory(vec![asked()]), &rules(vec![to(own)]), &mut Told::default(), MAY, JULY);
        assert!(is_escalated(&said), "{own}: {said:?}");
    }
    let rules = rules(vec![to("ISO chair")]);
    let mut directory = directory(vec![asked()]);
    let mut told = Told::default();
    assert!(!is_escalated(&tell(&directory, &rules, &mut told, MAY, JULY)));
    let moment = Moment::new(&rules, at("2017-07-07T09:00"));
    let id = asked().id();
    let Verdict::Chased(chase) = decide(&directory, &told, &moment, &id, &asked()) else { panic!("quiet") };
    let escalations = chase.escalations.unwrap();
    assert_eq!(escalations.rungs[0].stands, Stands::Waits { since: date(2017, 6, 9) });
    for (approved, escalates) in [(After::Overdue { days: 14 }, false), (WEEK, true)] {
        let approve = Change::Approve { after: approved, deadline: asked().deadline };
        directory.decide(vec![decided(approve, &asked())]);
        let said = tell(&directory, &rules, &mut told, date(2017, 7, 10), date(2017, 7, 10));
        assert_eq!(is_escalated(&said), escalates, "{approved}: {said:?}");
    }
}

#[test]
fn whoever_cannot_be_found_is_stood_in_for_by_the_secretariat() {
    let vacant = |actions| {
        let mut register = register(actions);
        register.roles[0].until = Some(date(2017, 6, 5));
        register.people[0].deputy = None;
        directory_of(register)
    };
    for target in [named("chair of SG17"), Target::Chair, Target::Deputy] {
        let rules = rules(vec![rung(WEEK, target.clone(), Manner::Letter)]);
        let said = tell(&vacant(vec![asked()]), &rules, &mut Told::default(), MAY, date(2017, 6, 9));
        assert_eq!(said.last().unwrap(), "2017-06-09 TSB: escalated 7d overdue", "{target}");
    }
}

/// What is still true: whoever is asked is asked, and nobody else is told.
#[test]
fn a_step_that_names_those_who_are_reminded_anyway_is_passed_over() {
    let directory = directory(vec![asked()]);
    for how in [Manner::Copy, Manner::Letter] {
        let later = rung(After::Overdue { days: 14 }, Target::Deputy, Manner::Letter);
        let rules = rules(vec![rung(WEEK, named("Ann"), how), later]);
        let said = tell(&directory, &rules, &mut Told::default(), MAY, date(2017, 6, 16));
        let escalated: Vec<_> = said.iter().filter(|one| one.contains("escalated")).collect();
        assert_eq!(escalated, ["2017-06-16 Bob: escalated 14d overdue"], "{said:?}");
    }
}

/// Nobody is told less because of it: only the secretariat knows that the chair is not there.
#[test]
fn those_who_are_asked_are_reminded_as_before_when_nobody_is_found_to_be_told_in_their_place() {
    let mut register = register(vec![asked()]);
    register.roles[0].until = Some(date(2017, 6, 5));
    let rules = rules(vec![rung(WEEK, named("chair of SG17"), Manner::Instead)]);
    let said = tell(&directory_of(register), &rules, &mut Told::default(), MAY, date(2017, 6, 16));
    let since: Vec<_> = said.iter().filter(|one| one.as_str() >= "2017-06-09").collect();
    assert_eq!(
        since,
        ["2017-06-09 Ann: 7d overdue", "2017-06-09 TSB: escalated 7d overdue", "2017-06-16 Ann: 14d overdue"]
    );
}

/// The deputy's deputy is nobody: the deputy goes on being told.
#[test]
fn whoever_is_told_in_place_of_others_goes_on_being_told_when_nobody_is_found_further_up() {
    let ladder = [7, 14].map(|days| rung(After::Overdue { days }, Target::Deputy, Manner::Instead));
    let rules = rules(ladder.to_vec());
    let said = tell(&directory(vec![asked()]), &rules, &mut Told::default(), MAY, date(2017, 6, 23));
    let since: Vec<_> = said.iter().filter(|one| one.as_str() >= "2017-06-09").collect();
    let bob = |day: &str, step: &str| format!("2017-06-{day} Bob: {step}");
    let expected = [
        bob("09", "escalated 7d overdue"),
        bob("16", "14d overdue"),
        "2017-06-16 TSB: escalated 14d overdue".to_owned(),
        bob("23", "21d overdue"),
    ];
    assert_eq!(since, expected.iter().collect::<Vec<_>>());
}

/// Of the first action only Dan is told, in the chair's place; with the second the new chair is told of the seat.
#[test]
fn a_new_chair_is_welcomed_also_when_somebody_is_told_in_their_place_of_what_was_told_before() {
    let seat = || Addressee::Seat(Box::new(Seat { body: "SG17".into(), role: "chair".into(), at: None }));
    let before = Action { asked_of: seat(), ..asked() };
    let rules = rules(vec![rung(WEEK, named("Dan"), Manner::Instead)]);
    let mut told = Told::default();
    let said = tell(&directory(vec![before.clone()]), &rules, &mut told, MAY, date(2017, 6, 12));
    assert!(said.contains(&"2017-06-09 Dan: escalated 7d overdue".to_owned()), "{said:?}");
    let another = action("17/09", "Ann", Some(date(2017, 6, 20)));
    let also = Particulars { also_to: vec![seat()], ..(*another.more).clone() };
    let mut register = register(vec![before, Action { more: also.into(), ..another }]);
    register.roles[0].holder = Some("Bob".into());
    let directory = directory_of(register);
    assert_eq!(upcoming(&directory, &rules, &told, at("2017-06-13T07:59")).people, 2);
    let said = tell(&directory, &rules, &mut told, date(2017, 6, 13), date(2017, 6, 13));
    assert_eq!(said, ["2017-06-13 Ann: 7d before", "2017-06-13 Bob: welcome 2017-06-13"]);
}

/// One of several who are asked may be the one on whom it falls.
#[test]
fn of_several_who_are_asked_one_can_be_told_in_place_of_all() {
    let also = Action {
        more: Particulars { also_to: vec![Addressee::Person("Dan".into())], ..(*asked().more).clone() }
            .into(),
        ..asked()
    };
    let rules = rules(vec![rung(WEEK, named("Dan"), Manner::Instead)]);
    let said = tell(&directory(vec![also]), &rules, &mut Told::default(), MAY, date(2017, 6, 16));
    let since: Vec<_> = said.iter().filter(|one| one.as_str() >= "2017-06-09").collect();
    assert_eq!(since, ["2017-06-09 Dan: escalated 7d overdue", "2017-06-16 Dan: 14d overdue"]);
}

#[test]
fn the_chair_of_whatever_is_asked_is_found() {
    for (asked_of, chair) in [
        (Addressee::Person("Ann".into()), "Cid"),
        (Addressee::Body("ISO".into()), "Dan"),
        (Addressee::Seat(Box::new(Seat { body: "ISO".into(), role: "editor".into(), at: None })), "Dan"),
    ] {
        let rules = rules(vec![rung(WEEK, Target::Chair, Manner::Letter)]);
        let directory = directory(vec![Action { asked_of, ..asked() }]);
        let said = tell(&directory, &rules, &mut Told::default(), MAY, date(2017, 6, 9));
        assert_eq!(*said.last().unwrap(), format!("2017-06-09 {chair}: escalated 7d overdue"));
    }
}

#[test]
fn what_is_escalated_is_a_letter_apart_from_what_the_recipient_is_asked_otherwise() {
    let own = action("17/07", "Bob", Some(date(2017, 6, 2)));
    let directory = directory(vec![asked(), own]);
    let rules = rules(vec![rung(WEEK, Target::Deputy, Manner::Letter)]);
    let mut told = Told::default();
    tell(&directory, &rules, &mut told, MAY, date(2017, 6, 8));
    let letters = to_letters(plan(&directory, &rules, &told, at("2017-06-09T08:00")));
    let to_bob: Vec<_> = letters.iter().filter(|letter| letter[0].recipient.name == "Bob").collect();
    assert_eq!(to_bob.len(), 2);
    assert!(to_bob.iter().all(|letter| letter.len() == 1));
}

#[test]
fn an_escalation_that_waits_is_as_it_would_be_told_now_or_not_at_all() {
    for how in [Manner::Copy, Manner::Letter, Manner::Instead] {
        let ladder = rules(vec![rung(WEEK, Target::Deputy, how)]);
        let mut directory = directory(vec![asked()]);
        let mut told = Told::default();
        tell(&directory, &ladder, &mut told, MAY, date(2017, 6, 8));
        let now = at("2017-06-09T08:00");
        let due = plan(&directory, &ladder, &told, now);
        for one in &due {
            one.record_in(&mut told, now);
        }
        let first = due.iter().find(|one| matches!(one.key.step, Step::Escalated { .. })).unwrap();
        let (action, id) = (asked(), asked().id());
        let again = |directory: &Directory, rules: &Rules| {
            let again = escalated_again(directory, rules, &told, now, (&id, &action), WEEK);
            again.map(|all| all.into_iter().map(|one| (one.key, one.copies.len())).collect::<Vec<_>>())
        };
        assert_eq!(again(&directory, &ladder), Ok(vec![(first.key.clone(), first.copies.len())]));
        assert!(again(&directory, &rules(Vec::new())).is_err());
        directory.decide(vec![decided(Change::Acknowledge { deadline: action.deadline }, &action)]);
        assert!(again(&directory, &ladder).is_err(), "somebody answered");
    }
}

/// Nobody who is asked can say that they did not see that the chair was told; the chair gets one copy.
#[test]
fn all_who_are_asked_read_that_somebody_gets_a_copy_and_that_one_gets_one() {
    let also = Action {
        more: Particulars { also_to: vec![Addressee::Person("Dan".into())], ..(*asked().more).clone() }
            .into(),
        ..asked()
    };
    let directory = directory(vec![also.clone()]);
    let rules = rules(vec![rung(WEEK, named("chair of SG17"), Manner::Copy)]);
    let mut told = Told::default();
    tell(&directory, &rules, &mut told, MAY, date(2017, 6, 8));
    let now = at("2017-06-09T08:00");
    let due = plan(&directory, &rules, &told, now);
    let said = |all: &[super::super::Reminder<'_>]| -> Vec<_> {
        let one = |one: &super::super::Reminder<'_>| {
            let unanswered = one.unanswered.as_deref().unwrap();
            let cc: Vec<_> = one.copies.iter().map(|copy| copy.to.name.clone()).collect();
            (
                one.recipient.name.clone(),
                cc,
                unanswered.copied.clone(),
                unanswered.copy_of.clone(),
                unanswered.letters,
            )
        };
        all.iter().map(one).collect()
    };
    let cid = || vec!["Cid".to_owned()];
    let expected = vec![
        ("Ann".to_owned(), cid(), cid(), None, 2),
        ("Dan".to_owned(), Vec::new(), cid(), Some("Ann".to_owned()), 2),
    ];
    assert_eq!(said(&due), expected);
    for one in &due {
        one.record_in(&mut told, now);
    }
    assert!(plan(&directory, &rules, &told, now).is_empty());
    let beside = |one: &super::super::Reminder<'_>| one.unanswered.as_ref().unwrap().beside.clone();
    assert_eq!(due.iter().map(beside).collect::<Vec<_>>(), [vec!["Dan".to_owned()], Vec::new()]);
    // What waits says the same, and nothing once whoever's letter was copied is not asked any more.
    let again = |directory: &Directory| {
        let action = directory.action(&also.id()).unwrap();
        escalated_again(directory, &rules, &told, now, (&also.id(), action), WEEK).map(|all| said(&all))
    };
    assert_eq!(again(&directory), Ok(expected));
    let without_ann = Action {
        asked_of: Addressee::Person("Ann".into()),
        more: Particulars { handed_to: Some("Dan".into()), ..(*also.more).clone() }.into(),
        ..also.clone()
    };
    assert!(again(&directory_of(register(vec![without_ann]))).is_err());
}

/// Somebody who had no letter yet has not failed to answer one.
#[test]
fn whoever_was_not_told_yet_is_reminded_and_not_told_that_nobody_answers() {
    let rules = rules(vec![rung(WEEK, named("chair of SG17"), Manner::Copy)]);
    let mut told = Told::default();
    tell(&directory(vec![asked()]), &rules, &mut told, MAY, date(2017, 6, 8));
    let also = Action {
        more: Particulars { also_to: vec![Addressee::Person("Dan".into())], ..(*asked().more).clone() }
            .into(),
        ..asked()
    };
    let said = tell(&directory(vec![also]), &rules, &mut told, date(2017, 6, 9), date(2017, 6, 9));
    assert_eq!(said, ["2017-06-09 Ann, cc Cid: escalated 7d overdue", "2017-06-09 Dan: 7d overdue"]);
}

#[test]
fn whoever_was_told_that_nobody_answers_is_told_once_when_the_deadline_moves_and_when_the_action_is_closed() {
    for how in [Manner::Copy, Manner::Letter, Manner::Instead] {
        let mut rules = rules(vec![rung(WEEK, named("chair of SG17"), how)]);
        let mut told = Told::default();
        tell(&directory(vec![asked()]), &rules, &mut told, MAY, date(2017, 6, 12));
        let later = Action { deadline: Some(Deadline::Day(date(2017, 8, 18))), ..asked() };
        let moved = directory(vec![later.clone()]);
        let before = at("2017-06-13T07:59");
        assert_eq!(upcoming(&moved, &rules, &told, before).people, 2, "{how:?}");
        let moment = Moment::new(&rules, before);
        let Verdict::Chased(chase) = decide(&moved, &told, &moment, &later.id(), &later) else { panic!() };
        assert_eq!(
            chase.recipients.iter().map(|one| &one.recipient.name).collect::<Vec<_>>(),
            ["Ann", "Cid"]
        );
        assert_eq!(
            tell(&moved, &rules, &mut told, date(2017, 6, 13), JULY),
            [
                "2017-06-13 Ann: moved 2017-06-13 from 2017-06-02",
                "2017-06-13 Cid: moved 2017-06-13 from 2017-06-02"
            ],
            "{how:?}"
        );
        // The chair is told of the closure too, once.
        let policy = Policy { announce_closure: true, ..rules.policies().next().unwrap().clone() };
        rules = Rules::new([], policy, rules.send().clone());
        let closed = directory(vec![Action { status: Status::Done, ..later.clone() }]);
        told.record_closing(later.id(), at("2017-07-08T12:00"));
        let said = tell(&closed, &rules, &mut told, date(2017, 7, 10), date(2017, 7, 14));
        assert_eq!(
            said,
            ["2017-07-10 Cid: closed 2017-07-08", "2017-07-10 Ann: closed 2017-07-08"],
            "{how:?}"
        );
    }
}

/// Ann has had her letter of the week when the deadline moves, and hears of it on Monday; the chair, at once.
#[test]
fn that_others_hear_first_that_the_deadline_moved_makes_no_answer_of_a_status_that_changes_meanwhile() {
    let rules = rules(vec![rung(WEEK, named("chair of SG17"), Manner::Letter)]);
    let with = |status, deadline| {
        let later = Action { deadline: Some(Deadline::Day(deadline)), status, ..asked() };
        let mut register = register(vec![later]);
        register.people[0].wishes = Wishes { pace: Some(Pace::Weekly), most_a_week: None };
        directory_of(register)
    };
    let (old, new) = (date(2017, 6, 2), date(2017, 6, 30));
    let mut told = Told::default();
    tell(&with(Status::Open, old), &rules, &mut told, MAY, date(2017, 6, 12));
    told.record_letter(&RecipientId::person("Ann"), at("2017-06-12T08:00"));
    let said = tell(&with(Status::Open, new), &rules, &mut told, date(2017, 6, 13), date(2017, 6, 14));
    assert_eq!(said, ["2017-06-13 Cid: moved 2017-06-13 from 2017-06-02"]);
    let said = tell(&with(Status::InProgress, new), &rules, &mut told, date(2017, 6, 15), date(2017, 7, 10));
    assert!(said.contains(&"2017-06-19 Ann: moved 2017-06-19 from 2017-06-02".to_owned()), "{said:?}");
    assert!(is_escalated(&said), "{said:?}");
}

/// As the daemon: what is written counts among the letters of the week.
fn lived(directory: &Directory, rules: &Rules, from: Date, until: Date) -> Vec<String> {
    let mut told = Told::default();
    told.record_served(at(&format!("{from}T07:00")));
    let mut said = Vec::new();
    let mut day = from;
    while day <= until {
        let now = at(&format!("{day}T08:00"));
        if rules.send().last_at_or_before(now) == Some(now) {
            let before = told.clone();
            said.extend(tell(directory, rules, &mut told, day, day));
            let letters = to_letters(plan(directory, rules, &before, now));
            for letter in letters.iter().filter_map(|letter| letter.first()) {
                told.record_letter(&letter.recipient.id, now);
            }
            told.record_served(now);
        }
        day = day.tomorrow().unwrap();
    }
    said
}

/// Ann gets one letter a week, and has had it.
#[test]
fn that_somebody_gets_a_copy_waits_for_no_weekly_letter_and_no_maximum() {
    let rules = rules(vec![rung(WEEK, named("chair of SG17"), Manner::Copy)]);
    // Its reminder takes the place of the week in which the other one is escalated.
    let another = action("17/08", "Ann", Some(date(2017, 6, 15)));
    for (wishes, expected) in [
        (
            Wishes { pace: Some(Pace::Weekly), most_a_week: None },
            vec![
                "2017-05-29 Ann: 7d before",
                "2017-06-05 Ann: on the day",
                "2017-06-09 Ann, cc Cid: escalated 7d overdue",
            ],
        ),
        (
            Wishes { pace: None, most_a_week: Some(1) },
            vec![
                "2017-05-26 Ann: 7d before",
                "2017-06-02 Ann: on the day",
                "2017-06-09 Ann: 7d before",
                "2017-06-09 Ann, cc Cid: escalated 7d overdue",
            ],
        ),
    ] {
        let mut register = register(vec![asked(), another.clone()]);
        register.people[0].wishes = wishes;
        let said = lived(&directory_of(register), &rules, MAY, date(2017, 6, 9));
        for one in expected {
            assert!(said.iter().any(|said| said == one), "{one} in {said:?}");
        }
    }
}

/// Cid wants one letter a week, and has had it.
fn with_a_busy_chair(actions: Vec<Action>) -> Directory {
    let mut register = register(actions);
    register.people[2].wishes = Wishes { pace: None, most_a_week: Some(1) };
    directory_of(register)
}

/// Nobody's silence depends on how many letters another wants.
#[test]
fn whoever_is_asked_is_reminded_until_somebody_is_told_in_their_place_and_that_is_no_later_than_may_be() {
    // Its reminder is Cid's letter of the week in which the other one is escalated.
    let another = action("17/08", "Cid", Some(date(2017, 6, 14)));
    let directory = with_a_busy_chair(vec![asked(), another]);
    for after in [WEEK, After::Unanswered { letters: 2 }] {
        let rules = rules(vec![rung(after, named("chair of SG17"), Manner::Instead)]);
        let said = lived(&directory, &rules, MAY, date(2017, 6, 23));
        let said: Vec<_> = said.iter().filter(|one| one.as_str() >= "2017-06-07").collect();
        let expected = [
            "2017-06-07 Cid: 7d before".to_owned(),
            "2017-06-09 Ann: 7d overdue".to_owned(),
            format!("2017-06-14 Cid: escalated {after}"),
            "2017-06-16 Cid: 14d overdue".to_owned(),
        ];
        assert_eq!(said[..2], expected[..2].iter().collect::<Vec<_>>(), "{said:?}");
        assert!(said.contains(&&expected[2]) && !said[2..].iter().any(|one| one.contains("Ann")), "{said:?}");
    }
}

/// Each Friday Cid has a letter of their own, due since Saturday; what is escalated on Monday has waited longer a week later.
#[test]
fn what_somebody_is_reminded_of_each_week_does_not_put_off_for_ever_what_is_escalated_to_them() {
    let each_week = action("17/08", "Cid", Some(date(2017, 4, 29)));
    let directory = with_a_busy_chair(vec![asked(), each_week]);
    for how in [Manner::Letter, Manner::Instead] {
        let rules = rules(vec![rung(After::Overdue { days: 10 }, named("chair of SG17"), how)]);
        let said = lived(&directory, &rules, MAY, date(2017, 6, 30));
        let told = "2017-06-23 Cid: escalated 10d overdue".to_owned();
        assert!(said.contains(&told), "{how:?}: {said:?}");
    }
}

/// The chair would get ten letters at once, which the limit of a day holds, and with them those of everybody.
#[test]
fn copies_to_one_person_are_spread_over_days_what_has_waited_longest_first() {
    let asked_of = |number: u32| format!("Delegate {number:02}");
    let actions = (0..10).map(|n| {
        // The last in the register were reached a day before.
        let deadline = date(2017, 6, if n < 8 { 2 } else { 1 });
        action(&format!("17/{n:02}"), &asked_of(n), Some(deadline))
    });
    let mut register = register(actions.collect());
    register
        .people
        .extend((0..10).map(|n| Person { organization: Some("SG17".into()), ..person(&asked_of(n)) }));
    // What Cid is reminded of counts as well.
    register.actions.push(action("17/20", "Cid", Some(date(2017, 6, 5))));
    let directory = directory_of(register);
    let rules = rules(vec![rung(After::Overdue { days: 10 }, Target::Chair, Manner::Copy)])
        .with_quiet(Quiet { most_a_day: Some(3), ..Quiet::default() });
    let said = lived(&directory, &rules, MAY, date(2017, 6, 20));
    let copies: Vec<_> = said.iter().filter(|one| one.contains("cc Cid")).collect();
    let whom = |copy: &&String| (copy[8..10].to_owned(), copy[20..22].to_owned());
    let days: Vec<_> = copies.iter().map(whom).collect();
    let expected = [
        // Monday, the week after Cid's own deadline.
        ("12", "08"),
        ("12", "09"),
        ("13", "00"),
        ("13", "01"),
        ("13", "02"),
        ("14", "03"),
        ("14", "04"),
        ("14", "05"),
        ("15", "06"),
        ("15", "07"),
    ];
    assert_eq!(days, expected.map(|(day, who)| (day.to_owned(), who.to_owned())), "{said:#?}");
    let from = at(&format!("{MAY}T07:00"));
    let mut told = Told::default();
    told.record_served(from);
    let foreseen = crate::schedule::forecast(&directory, &rules, &told, from, at("2017-06-20T23:00"));
    let letters = foreseen.iter().flat_map(|mailing| &mailing.letters).flatten();
    assert_eq!(letters.filter(|one| one.copies.iter().any(|copy| copy.to.name == "Cid")).count(), 10);
}

/// A rung is told once, to all whom it names: none of them is left out because others got it before.
#[test]
fn what_is_escalated_to_several_people_is_told_to_all_as_soon_as_one_may_get_a_letter() {
    let another = action("17/08", "Cid", Some(date(2017, 6, 14)));
    let directory = with_a_busy_chair(vec![asked(), another]);
    for how in [Manner::Letter, Manner::Instead] {
        let both =
            Rung { to: vec![named("chair of SG17"), Target::Deputy], ..rung(WEEK, Target::Deputy, how) };
        let said = lived(&directory, &rules(vec![both]), MAY, date(2017, 6, 12));
        let escalated: Vec<_> = said.iter().filter(|one| one.contains("escalated")).collect();
        let at_once = ["2017-06-09 Cid: escalated 7d overdue", "2017-06-09 Bob: escalated 7d overdue"];
        assert_eq!(escalated, at_once, "{how:?}");
    }
}

/// The letter goes to the deputy, and back from the day after; the move is told to whoever was meant.
#[test]
fn during_an_absence_it_is_escalated_to_the_deputy_with_the_absent_person_in_copy() {
    let rules = rules(vec![rung(WEEK, named("chair of SG17"), Manner::Letter)]);
    let with = |actions| {
        let mut register = register(actions);
        let cid = &mut register.people[2];
        cid.deputy = Some("Dan".into());
        (cid.absent_from, cid.absent_until) = (Some(date(2017, 6, 5)), Some(date(2017, 6, 16)));
        directory_of(register)
    };
    let mut told = Told::default();
    let said = tell(&with(vec![asked()]), &rules, &mut told, MAY, date(2017, 6, 9));
    assert_eq!(said.last().unwrap(), "2017-06-09 Dan, cc Cid: escalated 7d overdue");
    let later = Action { deadline: Some(Deadline::Day(date(2017, 8, 18))), ..asked() };
    let said = tell(&with(vec![later]), &rules, &mut told, date(2017, 6, 19), date(2017, 6, 30));
    assert_eq!(
        said,
        [
            "2017-06-19 Ann: moved 2017-06-19 from 2017-06-02",
            "2017-06-19 Cid: moved 2017-06-19 from 2017-06-02"
        ]
    );
}

fn ladders() -> impl Strategy<Value = Vec<Rung>> {
    let after = prop_oneof![
        (1u32..30).prop_map(|days| After::Overdue { days }),
        (1u32..15).prop_map(|days| After::OverdueWorking { days }),
        (1u32..5).prop_map(|letters| After::Unanswered { letters }),
    ];
    let to = prop::sample::select(vec![Target::Deputy, Target::Chair, Target::OwnSecretariat, named("Dan")]);
    let how = prop::sample::select(vec![Manner::Copy, Manner::Letter, Manner::Instead]);
    let rung = (after, to, how).prop_map(|(after, to, how)| rung(after, to, how));
    prop::collection::vec(rung, 1..4).prop_map(|mut ladder| {
        ladder.sort_by_key(|rung| rung.after);
        ladder.dedup_by_key(|rung| rung.after);
        ladder
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever the ladder, however many letters a week are allowed, and whenever rappel was away: no step before its time, none after an answer, none twice,
    /// and the forecast knows each.
    #[test]
    fn no_step_before_its_time_none_after_an_answer_and_none_twice(
        ladder in ladders(),
        deadline in prop::option::of(0i64..40),
        away in prop::collection::btree_set(0i64..70, 0..40),
        answered in prop::option::of(0i64..70),
        is_asked_of_two in any::<bool>(),
        moves in prop::option::of((1i64..70, 41i64..80)),
        down in (0i64..70, 0i64..25),
        most_a_week in prop::option::of(1u32..3),
    ) {
        let start = date(2017, 5, 1);
        let deadline = deadline.map(|days| start.saturating_add(days.days()));
        let rules = rules(ladder.clone()).with_quiet(Quiet { most_a_week, ..Quiet::default() });
        let also_to = if is_asked_of_two { vec![Addressee::Person("Dan".into())] } else { Vec::new() };
        let mut of = Action { more: Particulars { also_to, ..(*action("17/06", "Ann", deadline).more).clone() }.into(), ..action("17/06", "Ann", deadline) };
        let mut deadline = deadline;
        let mut directory = directory(vec![of.clone()]);
        let mut told = Told::default();
        let (mut letters, mut first, mut seen) = (0u32, None::<Date>, Vec::new());
        // What was written while the mail server took nothing.
        let mut waiting = Vec::new();
        let mut plan_at = None;
        for day in 0..70i64 {
            let today = start.saturating_add(day.days());
            if let Some((_, to)) = moves.filter(|(on, _)| *on == day && deadline.is_some()) {
                // Whoever was told of the deadline before is told, and the ladder begins anew.
                deadline = Some(start.saturating_add(to.days()));
                of.deadline = deadline.map(Deadline::Day);
                directory = directory_of(register(vec![of.clone()]));
                (letters, first, plan_at) = (0, None, None);
                seen.clear();
            }
            if answered == Some(day) {
                directory.decide(vec![decided(Change::Acknowledge { deadline: of.deadline }, &of)]);
                plan_at = None;
            }
            let now = at(&format!("{today}T08:00"));
            if away.contains(&day) || rules.send().last_at_or_before(now) != Some(now) {
                continue;
            }
            let foreseen = upcoming(&directory, &rules, &told, now - jiff::SignedDuration::from_secs(1)).next;
            let due = plan(&directory, &rules, &told, now);
            prop_assert!((foreseen == Some(now)) != due.is_empty(), "on {}: {:?}", today, foreseen);
            let is_looked_for = plan_at.is_none_or(|at: Option<Timestamp>| at.is_some_and(|at| at <= now));
            prop_assert!(due.is_empty() || is_looked_for, "missed on {}: {:?}", today, plan_at);
            for letter in to_letters(due.clone()) {
                told.record_letter(&letter[0].recipient.id, now);
            }
            for one in &due {
                one.record_written_in(&mut told, now);
                waiting.push((one.key.clone(), one.copies.iter().map(|copy| copy.key.clone()).collect::<Vec<_>>(), now));
                let Step::Escalated { after } = one.key.step else { continue };
                let is_over = |answered| day >= answered && moves.is_none_or(|(on, _)| on < answered || on > day);
                prop_assert!(!answered.is_some_and(is_over), "after an answer");
                let told = (after, one.key.recipient.clone());
                prop_assert!(!seen.contains(&told), "{after} twice");
                seen.push(told);
                let copies = one.copies.len();
                prop_assert_eq!(copies > 0, one.unanswered.as_deref().is_some_and(|one| {
                    !one.copied.is_empty() && one.copy_of.is_none()
                }));
                let since = first.expect("a letter before");
                let from = deadline.map(|deadline| deadline.max(since));
                match after {
                    After::Overdue { days } => {
                        prop_assert!(from.unwrap().saturating_add(i64::from(days).days()) <= today);
                    }
                    After::OverdueWorking { days } => {
                        prop_assert!(from.unwrap().saturating_add(i64::from(days).days()) <= today);
                    }
                    After::Unanswered { letters: most } => prop_assert!(letters >= most && since < today),
                }
            }
            plan_at = Some(upcoming(&directory, &rules, &told, now).plan_at);
            if !(down.0..down.0 + down.1).contains(&day) {
                for (key, copies, planned) in waiting.drain(..) {
                    if key.recipient == RecipientId::person("ann") && key.deadline == of.deadline {
                        letters += 1;
                        first.get_or_insert(today);
                    }
                    for key in [key].iter().chain(&copies) {
                        told.record_end(key, LetterEnd::Taken { planned, at: now });
                    }
                }
            }
            prop_assert!(plan(&directory, &rules, &told, now).is_empty(), "told on {}, and due again", today);
        }
    }
}
