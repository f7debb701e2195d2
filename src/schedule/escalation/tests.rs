//! Who is told when nobody answers, when, and what stops it.

mod limits;
mod mail;
mod whom;

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
