//! What is due when: cases.

mod decided;
mod properties;

use std::{collections::HashSet, sync::Arc};

use jiff::{Timestamp, ToSpan, civil::Date, civil::date, tz::TimeZone};
use proptest::prelude::*;

use super::{
    ClosedDay, Decision, Due, Moment, Policy, Rules, Silence, Verdict, decide, forecast, ladder::Ladder,
    plan, to_letters, upcoming,
};
use crate::{
    action::{
        Action, Addressee, Deadline, Follows, Kind, Occasion, Pace, Particulars, Person, Place, Purpose,
        Register, ReminderKey, Status, Step, Told, Wishes,
    },
    cadence::{Cadence, WorkingDays},
    directory::{Directory, OwnSecretariat},
};

pub(super) fn zurich() -> TimeZone {
    TimeZone::get("Europe/Zurich").unwrap()
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zurich()).unwrap().timestamp()
}

pub(super) fn policy() -> Policy {
    Policy {
        name: "default".into(),
        before: vec![28, 14, 7, 3, 1],
        working_before: Vec::new(),
        closed_day: ClosedDay::Keep,
        on_the_day: true,
        overdue: Some(7),
        without_deadline: Some(Cadence::parse("0 8 1 * *", &zurich()).unwrap()),
        announce_closure: false,
        pace: Pace::EachSendTime,
        kinds: Vec::new(),
        escalate: Vec::new(),
    }
}

pub(super) fn rules() -> Rules {
    let report = Policy {
        name: "report".into(),
        before: vec![2],
        working_before: Vec::new(),
        closed_day: ClosedDay::Keep,
        on_the_day: false,
        overdue: None,
        without_deadline: None,
        announce_closure: false,
        pace: Pace::EachSendTime,
        kinds: vec![Kind::Report],
        escalate: Vec::new(),
    };
    let send = Cadence::parse("0 8 * * Mon-Fri", &zurich()).unwrap();
    Rules::new([report], policy(), send)
}

pub(super) fn person(name: &str) -> Person {
    Person {
        name: name.into(),
        email: format!("{}@example.org", name.to_lowercase()),
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

pub(super) fn action(reference: &str, asked_of: &str, deadline: Option<Date>) -> Action {
    Action {
        reference: reference.into(),
        title: "do it".into(),
        details: None,
        kind: Kind::Nomination,
        purpose: Purpose::Action,
        asked_of: Addressee::Person(asked_of.into()),
        deadline: deadline.map(Deadline::Day),
        status: Status::Pending,
        policy: None,
        origin: None,
        opened: None,
        more: Particulars { extra: std::collections::BTreeMap::new(), ..Particulars::default() }.into(),
    }
}

/// The title of an action about which planning fails.
pub(crate) const POISON: &str = "planning fails here";

fn directory(actions: Vec<Action>) -> Directory {
    let people = ["Ann", "Bob", "Cid"].map(person).to_vec();
    let register = Register { actions, people, ..Register::default() };
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    Directory::new(Arc::new(register), own)
}

fn steps_due(directory: &Directory, told: &Told, when: &str) -> Vec<(String, Step)> {
    let rules = rules();
    let due = plan(directory, &rules, told, at(when));
    due.into_iter().map(|reminder| (reminder.recipient.name, reminder.key.step)).collect()
}

/// Plans and records, as the daemon does.
fn tell(directory: &Directory, told: &mut Told, when: &str) -> Vec<(String, Step)> {
    let rules = rules();
    let due = plan(directory, &rules, told, at(when));
    for reminder in &due {
        reminder.record_in(told, at(when));
    }
    due.into_iter().map(|reminder| (reminder.recipient.name, reminder.key.step)).collect()
}

/// On which days Ann is told, of all until some day, when rappel runs from a day on.
fn days_told(
    policy: Policy,
    deadline: Option<Date>,
    days: std::ops::RangeInclusive<Date>,
) -> Vec<(i8, Step)> {
    let rules = Rules::new([], policy, Cadence::parse("0 8 * * Mon-Fri", &zurich()).unwrap());
    let directory = directory(vec![action("A1", "Ann", deadline)]);
    let (mut told, mut said) = (Told::default(), Vec::new());
    let mut after = at(&format!("{}T00:00", days.start()));
    while let Some(now) = rules.send().next_after(after) {
        let today = zurich().to_datetime(now).date();
        if today > *days.end() {
            break;
        }
        let foreseen = upcoming(&directory, &rules, &told, after).next;
        let due = plan(&directory, &rules, &told, now);
        assert_eq!(foreseen == Some(now), !due.is_empty(), "on {today}");
        for one in due {
            one.record_in(&mut told, now);
            said.push((today.day(), one.key.step));
        }
        after = now;
    }
    said
}

#[test]
fn a_catch_up_letter_counts_as_the_reminder_in_a_rhythm_that_would_follow_within_a_few_days() {
    let due = Some(date(2017, 6, 2));
    let june = |from| date(2017, 6, from)..=date(2017, 6, 30);
    let overdue = |days| Step::Overdue { days };
    // On time: each on its Friday.
    let weeks = [(9, overdue(7)), (16, overdue(14)), (23, overdue(21)), (30, overdue(28))];
    assert_eq!(days_told(policy(), due, june(9)), weeks);
    // Thursday counts as Friday, and Tuesday too; Monday does not.
    assert_eq!(days_told(policy(), due, june(15)), [(15, overdue(7)), (23, overdue(21)), (30, overdue(28))]);
    assert_eq!(days_told(policy(), due, june(13)), [(13, overdue(7)), (23, overdue(21)), (30, overdue(28))]);
    assert_eq!(days_told(policy(), due, june(12))[..2], [(12, overdue(7)), (16, overdue(14))]);
    // What is told on the first send time on or after its day is on time.
    let saturday = Some(date(2017, 6, 3));
    assert_eq!(days_told(policy(), saturday, june(12))[..2], [(12, overdue(7)), (19, overdue(14))]);
    // Each day is each day.
    let daily = Policy { overdue: Some(1), ..policy() };
    assert_eq!(days_told(daily, due, june(15))[..2], [(15, overdue(13)), (16, overdue(14))]);
    // Before the deadline each step says something new.
    let before = days_told(policy(), Some(date(2017, 6, 30)), june(22));
    assert_eq!(before[..2], [(22, Step::Before { days: 14 }), (23, Step::Before { days: 7 })]);
}

#[test]
fn what_has_no_deadline_is_not_told_at_the_first_start_and_again_on_the_first_of_the_month() {
    let from = |day| days_told(policy(), None, date(2017, 6, day)..=date(2017, 8, 31));
    let first_of = |month| Step::Outstanding { on: date(2017, month, 1) };
    assert_eq!(from(28), [(28, first_of(6)), (1, first_of(8))]);
    assert_eq!(from(20), [(20, first_of(6)), (3, first_of(7)), (1, first_of(8))]);
    assert_eq!(from(1)[..2], [(1, first_of(6)), (3, first_of(7))]);
}

#[test]
fn each_step_of_a_policy_is_told_on_its_day_and_once() {
    let directory = directory(vec![action("17/06", "Ann", Some(date(2017, 6, 23)))]);
    let mut told = Told::default();
    let mut said = Vec::new();
    let mut day = date(2017, 5, 22);
    while day <= date(2017, 7, 8) {
        if !matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday) {
            for (_, step) in tell(&directory, &mut told, &format!("{day}T08:00")) {
                said.push(format!("{day} {step}"));
            }
        }
        day = day.tomorrow().unwrap();
    }
    assert_eq!(
        said,
        [
            "2017-05-26 28d before",
            "2017-06-09 14d before",
            "2017-06-16 7d before",
            "2017-06-20 3d before",
            "2017-06-22 1d before",
            "2017-06-23 on the day",
            "2017-06-30 7d overdue",
            "2017-07-07 14d overdue",
        ]
    );
}

#[test]
fn an_action_about_which_planning_fails_is_named_and_holds_up_no_other() {
    let due = Some(date(2017, 6, 23));
    let mut poisoned = action("17/05", "Ann", due);
    poisoned.title = POISON.to_owned();
    let directory = directory(vec![action("17/04", "Ann", due), poisoned, action("17/06", "Bob", due)]);
    let (rules, told, when) = (rules(), Told::default(), at("2017-06-16T08:00"));
    let plan = super::plan_all(&directory, &rules, &told, when);
    let names: Vec<_> = plan.due.iter().map(|reminder| reminder.action.reference.as_str()).collect();
    assert_eq!(names, ["17/04", "17/06"]);
    assert_eq!(plan.failed.iter().map(|one| one.reference.as_str()).collect::<Vec<_>>(), ["17/05"]);
    let next = upcoming(&directory, &rules, &told, when);
    assert_eq!((next.outstanding, next.people), (3, 2));
    assert!(next.failed[0].starts_with("17/05, asked of"), "{:?}", next.failed);
}

#[test]
fn steps_that_were_missed_merge_into_the_latest() {
    let directory = directory(vec![action("17/06", "Ann", Some(date(2017, 6, 23)))]);
    let rules = rules();
    let due = plan(&directory, &rules, &Told::default(), at("2017-06-21T08:00"));
    assert_eq!(due[0].key.step, Step::Before { days: 3 });
    let merged: Vec<_> = due[0].merged.iter().map(|(step, _)| *step).collect();
    assert_eq!(merged, [28, 14, 7].map(|days| Step::Before { days }));
}

#[test]
fn a_step_on_a_weekend_is_told_on_monday() {
    let directory = directory(vec![action("1", "Ann", Some(date(2017, 6, 24)))]);
    let mut told = Told::default();
    assert_eq!(tell(&directory, &mut told, "2017-06-23T08:00"), [("Ann".into(), Step::Before { days: 1 })]);
    assert_eq!(tell(&directory, &mut told, "2017-06-26T08:00"), [("Ann".into(), Step::OnTheDay)]);
    assert_eq!(tell(&directory, &mut told, "2017-06-27T08:00"), []);
}

#[test]
fn a_moved_deadline_is_told_in_place_of_the_steps_that_are_reached_and_by_a_day_reminded_anew() {
    let mut told = Told::default();
    let first = directory(vec![action("1", "Ann", Some(date(2017, 6, 23)))]);
    let moved = directory(vec![action("1", "Ann", Some(date(2017, 6, 30)))]);
    assert_eq!(tell(&first, &mut told, "2017-06-16T08:00").len(), 1);
    let (on, from) = (date(2017, 6, 16), Deadline::Day(date(2017, 6, 23)));
    assert_eq!(tell(&moved, &mut told, "2017-06-16T08:00"), [("Ann".into(), Step::Moved { on, from })]);
    assert_eq!(tell(&moved, &mut told, "2017-06-16T08:00"), [], "14 days before is said with it");
    let from = Deadline::Day(date(2017, 6, 30));
    assert_eq!(tell(&first, &mut told, "2017-06-16T08:00"), [("Ann".into(), Step::Moved { on, from })]);
    let by_a_day = directory(vec![action("1", "Ann", Some(date(2017, 6, 24)))]);
    let step = Step::Before { days: 14 };
    assert_eq!(tell(&by_a_day, &mut told, "2017-06-16T08:00"), [("Ann".into(), step)]);
}

#[test]
fn steps_before_the_day_an_action_was_opened_are_not_made_up_for() {
    let mut late = action("1", "Ann", Some(date(2017, 6, 23)));
    late.opened = Some(date(2017, 6, 17));
    let directory = directory(vec![late]);
    assert_eq!(steps_due(&directory, &Told::default(), "2017-06-19T08:00"), []);
    assert_eq!(
        steps_due(&directory, &Told::default(), "2017-06-20T08:00"),
        [("Ann".into(), Step::Before { days: 3 })]
    );
}

#[test]
fn what_was_due_longer_ago_than_the_limit_is_no_news() {
    let mut once = policy();
    once.overdue = None;
    let send = Cadence::parse("0 8 * * Mon-Fri", &zurich()).unwrap();
    let rules = Rules::new([], once, send).with_max_age(14);
    let directory = directory(vec![action("1", "Ann", Some(date(2017, 6, 23)))]);
    let due = |told: &Told, when| plan(&directory, &rules, told, at(when)).len();
    assert_eq!(due(&Told::default(), "2017-07-10T08:00"), 1, "to whom it was never told it is news");
    let mut told = Told::default();
    tell(&directory, &mut told, "2017-06-16T08:00");
    assert_eq!((due(&told, "2017-07-07T08:00"), due(&told, "2017-07-10T08:00")), (1, 0));
    assert_eq!(upcoming(&directory, &rules, &told, at("2017-07-10T08:00")).next, None);
}

#[test]
fn that_an_action_without_a_deadline_is_outstanding_is_news_to_whom_it_was_never_told() {
    let rules = rules().with_max_age(14);
    let directory = directory(vec![action("17/03", "Bob", None)]);
    let mut told = Told::default();
    let due = |told: &Told, when| plan(&directory, &rules, told, at(when)).len();
    assert_eq!(due(&told, "2017-06-20T08:00"), 1);
    tell(&directory, &mut told, "2017-05-02T08:00");
    assert_eq!((due(&told, "2017-06-15T08:00"), due(&told, "2017-06-20T08:00")), (1, 0));
}

#[test]
fn closed_actions_and_those_for_information_are_never_reminded() {
    let mut done = action("1", "Ann", Some(date(2017, 6, 23)));
    done.status = Status::Done;
    let mut information = action("2", "Ann", Some(date(2017, 6, 23)));
    information.purpose = Purpose::Information;
    let directory = directory(vec![done, information]);
    assert_eq!(steps_due(&directory, &Told::default(), "2017-06-23T08:00"), []);
    let rules = rules();
    let moment = Moment::new(&rules, at("2017-06-23T08:00"));
    let silences: Vec<_> = directory
        .actions()
        .map(|(id, action)| match decide(&directory, &Told::default(), &moment, id, action) {
            Verdict::Quiet(silence) => silence,
            Verdict::Chased(_) => panic!("chased"),
        })
        .collect();
    assert_eq!(silences, [Silence::Closed(Status::Done), Silence::Information]);
}

#[test]
fn an_action_without_a_deadline_is_chased_by_the_cadence() {
    let directory = directory(vec![action("17/03", "Bob", None)]);
    let mut told = Told::default();
    let june = Step::Outstanding { on: date(2017, 6, 1) };
    assert_eq!(tell(&directory, &mut told, "2017-06-01T08:00"), [("Bob".into(), june)]);
    assert_eq!(tell(&directory, &mut told, "2017-06-30T08:00"), []);
    let july = Step::Outstanding { on: date(2017, 7, 1) };
    assert_eq!(tell(&directory, &mut told, "2017-07-03T08:00"), [("Bob".into(), july)]);
}

#[test]
fn the_policy_is_the_rows_else_the_kinds_else_the_default() {
    let rules = rules();
    let mut row = action("1", "Ann", None);
    assert_eq!(rules.policy_of(&row).0.name, "default");
    row.kind = Kind::Report;
    assert_eq!(rules.policy_of(&row).0.name, "report");
    row.policy = Some("Default".into());
    assert_eq!(rules.policy_of(&row).0.name, "default");
}

#[test]
fn all_that_is_due_for_one_address_goes_into_one_letter() {
    let actions = vec![
        action("1", "Ann", Some(date(2017, 6, 23))),
        action("2", "Bob", Some(date(2017, 6, 23))),
        action("3", "Ann", Some(date(2017, 6, 23))),
    ];
    let directory = directory(actions);
    let rules = rules();
    let letters = to_letters(plan(&directory, &rules, &Told::default(), at("2017-06-23T08:00")));
    let sizes: Vec<_> =
        letters.iter().map(|letter| (letter[0].recipient.name.as_str(), letter.len())).collect();
    assert_eq!(sizes, [("Ann", 2), ("Bob", 1)]);
}

#[test]
fn what_comes_next_is_known_before_it_comes() {
    let directory = directory(vec![
        action("1", "Ann", Some(date(2017, 6, 24))),
        action("2", "Bob", Some(date(2017, 6, 25))),
    ]);
    let rules = rules();
    let mut told = Told::default();
    for day in ["2017-06-16", "2017-06-19", "2017-06-21", "2017-06-22", "2017-06-23"] {
        tell(&directory, &mut told, &format!("{day}T08:00"));
    }
    let ahead = upcoming(&directory, &rules, &told, at("2017-06-23T08:00"));
    assert_eq!(ahead.next, Some(at("2017-06-26T08:00")), "Saturday and Sunday both wait for Monday");
    assert_eq!((ahead.outstanding, ahead.people), (2, 2));
}

#[test]
fn a_decision_says_what_was_told() {
    let directory = directory(vec![action("1", "Ann", Some(date(2017, 6, 23)))]);
    let rules = rules();
    let mut told = Told::default();
    tell(&directory, &mut told, "2017-06-16T08:00");
    let moment = Moment::new(&rules, at("2017-06-19T08:00"));
    let (id, action) = directory.actions().next().unwrap();
    let Verdict::Chased(chase) = decide(&directory, &told, &moment, id, action) else { panic!("quiet") };
    let one = &chase.recipients[0];
    assert_eq!(one.decision, Decision::Told { day: date(2017, 6, 16) });
    let day = date(2017, 6, 20);
    let next = Due { step: Step::Before { days: 3 }, day, told_on: day };
    assert_eq!(one.next, Some((next, None, at("2017-06-20T08:00"))));
}

#[test]
fn a_deadline_that_comes_back_is_that_of_the_coming_meeting_and_does_not_move() {
    let occasion = |name: &str, day: Date| Occasion {
        meeting: name.into(),
        starts: day,
        ends: day.tomorrow().unwrap(),
        deadline: day,
    };
    let meetings = vec![occasion("1", date(2017, 6, 1)), occasion("2", date(2017, 7, 3))];
    let with = |occasions: Vec<Occasion>| {
        let follows = Follows { said: "at each TSAG meeting".into(), each: true, occasions };
        directory(vec![Action {
            more: Particulars {
                follows: Some(Box::new(follows)),
                ..(*action("1", "Ann", Some(date(2017, 6, 1))).more).clone()
            }
            .into(),
            ..action("1", "Ann", Some(date(2017, 6, 1)))
        }])
    };
    let directory = with(meetings.clone());
    let mut told = Told::default();
    assert_eq!(tell(&directory, &mut told, "2017-05-31T08:00"), [("Ann".into(), Step::Before { days: 1 })]);
    assert_eq!(tell(&directory, &mut told, "2017-06-01T08:00"), [("Ann".into(), Step::OnTheDay)]);
    assert_eq!(tell(&directory, &mut told, "2017-06-02T08:00"), [], "the meeting goes on");
    let ahead = upcoming(&directory, &rules(), &told, at("2017-06-02T08:00"));
    assert_eq!(
        ahead.plan_at,
        Some(at("2017-06-05T08:00")),
        "from Saturday on the next one is the coming one"
    );
    assert_eq!(tell(&directory, &mut told, "2017-06-05T08:00"), [("Ann".into(), Step::Before { days: 28 })]);
    // The row of the past meeting is removed: nothing moved.
    let directory = with(meetings[1..].to_vec());
    assert_eq!(tell(&directory, &mut told, "2017-06-06T08:00"), []);
    // The coming one moves: that is told.
    let directory = with(vec![occasion("2", date(2017, 7, 5))]);
    let (on, from) = (date(2017, 6, 7), Deadline::Day(date(2017, 7, 3)));
    assert_eq!(tell(&directory, &mut told, "2017-06-07T08:00"), [("Ann".into(), Step::Moved { on, from })]);
    assert_eq!(tell(&directory, &mut told, "2017-06-07T08:00"), []);
    // No meeting is to come: there is no deadline any more.
    assert_eq!(
        tell(&directory, &mut told, "2017-07-10T08:00"),
        [("Ann".into(), Step::Outstanding { on: date(2017, 7, 1) })]
    );
}

#[test]
fn a_policy_says_what_it_does() {
    assert_eq!(
        policy().words(),
        "28, 14, 7, 3 and 1 days before the deadline, on the day, every 7 days after it"
    );
}

#[test]
fn a_deadline_with_a_time_has_moved_when_it_is_more_than_24_hours_from_where_it_was() {
    let instant = |text| Deadline::Instant(at(text));
    let day = |day| Deadline::Day(date(2017, 6, day));
    for (before, now, is_told) in [
        (day(20), day(21), false),
        (day(20), day(22), true),
        (instant("2017-06-20T10:00"), instant("2017-06-21T10:00"), false),
        (instant("2017-06-20T10:00"), instant("2017-06-21T20:00"), true),
        (day(20), instant("2017-06-21T12:00"), false),
        (instant("2017-06-20T10:00"), day(21), true),
    ] {
        let moved = Action { deadline: Some(now), ..action("17/06", "Ann", None) };
        let directory = directory(vec![moved]);
        let mut told = Told::default();
        let id = directory.register().actions[0].id();
        told.record(
            id,
            crate::action::RecipientId::person("Ann"),
            Some(before),
            date(2017, 6, 13),
            at("2017-06-13T08:00"),
        );
        let rules = rules();
        let due = plan(&directory, &rules, &told, at("2017-06-14T08:00"));
        let told = due.iter().any(|one| matches!(one.key.step, Step::Moved { .. }));
        assert_eq!(told, is_told, "{before} {now}");
    }
}
