//! Whom it is escalated to: who is found, who stands in, who reads of it.

use super::*;

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
