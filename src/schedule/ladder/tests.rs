//! Steps around closed days: cases, and a slow oracle that walks day by day.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::{Weekday, date};
use proptest::prelude::*;

use super::*;
use crate::{
    action::{Calendar, Calendars, Deadline, Register, ReminderKey, Told, Weekend},
    cadence::Cadence,
    directory::{Directory, OwnSecretariat},
    schedule::{
        Rules, forecast, plan,
        tests::{action, at, person, policy, zurich},
        upcoming,
    },
};

fn geneva(days: &[(i8, i8, &str)]) -> Calendar {
    let holidays = days.iter().map(|(m, d, name)| (date(2017, *m, *d), (*name).to_owned())).collect();
    Calendar { name: "Geneva".to_owned(), weekend: Weekend::default(), holidays }
}

fn whit_monday() -> Calendar {
    geneva(&[(6, 5, "Whit Monday")])
}

fn with(working_before: Vec<u32>, closed_day: ClosedDay) -> Policy {
    Policy { working_before, closed_day, ..policy() }
}

fn steps(policy: &Policy, calendar: &Calendar, deadline: Date) -> Vec<String> {
    let days = WorkingDays::of([calendar]);
    let ladder = Ladder { policy, days: &days, deadline, said: &[] };
    let mut next = ladder.following(deadline - 60.days());
    let mut said = Vec::new();
    while let Some(due) = next.filter(|due| due.day <= deadline) {
        let shift = due.shift(&days).map_or_else(String::new, |shift| format!(", {shift}"));
        said.push(format!("{} {}{shift}", due.told_on, due.step));
        next = ladder.after(&due);
    }
    said
}

#[test]
fn each_way_to_treat_a_closed_day() {
    let monday = date(2017, 6, 12);
    let of = |closed_day| {
        let policy = Policy { before: vec![14, 7, 2], on_the_day: false, ..with(vec![], closed_day) };
        steps(&policy, &whit_monday(), monday)
    };
    assert_eq!(
        of(ClosedDay::Keep),
        ["2017-05-29 14d before", "2017-06-05 7d before", "2017-06-10 2d before"]
    );
    assert_eq!(
        of(ClosedDay::Earlier),
        [
            "2017-05-29 14d before",
            "2017-06-02 7d before, moved from Monday 5 June to Friday 2 June: Whit Monday, calendar Geneva",
            "2017-06-09 2d before, moved from Saturday 10 June to Friday 9 June: weekend",
        ]
    );
    assert_eq!(
        of(ClosedDay::Later),
        [
            "2017-05-29 14d before",
            "2017-06-06 7d before, moved from Monday 5 June to Tuesday 6 June: Whit Monday, calendar Geneva",
            "2017-06-12 2d before, moved from Saturday 10 June to Monday 12 June: weekend",
        ]
    );
    assert_eq!(of(ClosedDay::Skip), ["2017-05-29 14d before"]);
}

#[test]
fn working_days_are_counted_back_from_the_deadline() {
    let policy = Policy { before: vec![14], ..with(vec![10, 2], ClosedDay::Keep) };
    assert_eq!(
        steps(&policy, &whit_monday(), date(2017, 6, 7)),
        ["2017-05-23 10wd before", "2017-05-24 14d before", "2017-06-02 2wd before", "2017-06-07 on the day"]
    );
}

/// Ann is asked, on a calendar.
fn directory(calendar: &Calendar, deadline: Option<Date>) -> Directory {
    let register = Register {
        actions: vec![action("17/06", "Ann", deadline)],
        people: vec![person("Ann")],
        calendars: Calendars::new([calendar.clone()], Some("Geneva")),
        ..Register::default()
    };
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    Directory::new(std::sync::Arc::new(register), own)
}

fn rules(policy: Policy) -> Rules {
    Rules::new([], policy, Cadence::parse("0 8 * * *", &zurich()).unwrap())
}

/// What is told from one day to another, with its steps that were merged; a reminder that comes twice is
/// a failure.
fn tell(
    rules: &Rules,
    directory: &Directory,
    told: &mut Told,
    seen: &mut HashSet<ReminderKey>,
    days: (Date, Date),
) -> Vec<String> {
    let mut said = Vec::new();
    let mut day = days.0;
    while day <= days.1 {
        for reminder in plan(directory, rules, told, at(&format!("{day}T08:00"))) {
            assert!(seen.insert(reminder.key.clone()), "{:?} twice", reminder.key);
            said.push(format!("{day} {}", reminder.key.step));
            reminder.record_in(told, at(&format!("{day}T08:00")));
        }
        day = day.tomorrow().unwrap();
    }
    said
}

#[test]
fn a_step_that_was_told_early_is_not_told_again_when_its_day_comes_or_the_calendar_changes() {
    let deadline = date(2017, 6, 12);
    let policy =
        Policy { before: vec![7, 2], on_the_day: false, overdue: None, ..with(vec![3], ClosedDay::Earlier) };
    let rules = rules(policy);
    let (mut told, mut seen) = (Told::default(), HashSet::new());
    let before = directory(&whit_monday(), Some(deadline));
    let said = tell(&rules, &before, &mut told, &mut seen, (date(2017, 6, 1), date(2017, 6, 2)));
    assert_eq!(said, ["2017-06-02 7d before"]);
    // Whit Monday is worked after all.
    let after = directory(&geneva(&[]), Some(deadline));
    let said = tell(&rules, &after, &mut told, &mut seen, (date(2017, 6, 3), date(2017, 6, 7)));
    assert_eq!(said, ["2017-06-07 3wd before"]);
    // And the day after it becomes a holiday: what was told stays told, though its day moved.
    let last = directory(&geneva(&[(6, 8, "Strike"), (6, 9, "Strike")]), Some(deadline));
    let said = tell(&rules, &last, &mut told, &mut seen, (date(2017, 6, 8), date(2017, 6, 12)));
    assert_eq!(said, ["2017-06-08 2d before"], "the last open day before it was yesterday");
}

#[test]
fn a_step_of_working_days_is_told_once_when_its_day_moves_forward() {
    let deadline = date(2017, 6, 12);
    let policy = Policy { before: vec![], on_the_day: true, overdue: None, ..with(vec![5], ClosedDay::Keep) };
    let rules = rules(policy);
    let (mut told, mut seen) = (Told::default(), HashSet::new());
    let before = directory(&whit_monday(), Some(deadline));
    let said = tell(&rules, &before, &mut told, &mut seen, (date(2017, 6, 1), date(2017, 6, 2)));
    assert_eq!(said, ["2017-06-02 5wd before"]);
    let after = directory(&geneva(&[]), Some(deadline));
    let said = tell(&rules, &after, &mut told, &mut seen, (date(2017, 6, 3), date(2017, 6, 12)));
    assert_eq!(said, ["2017-06-12 on the day"], "5 working days before is Monday 5 June now, and was told");
}

#[test]
fn an_action_without_a_deadline_moves_too() {
    let rules = rules(with(vec![], ClosedDay::Earlier));
    let (mut told, mut seen) = (Told::default(), HashSet::new());
    let directory = directory(&whit_monday(), None);
    let said = tell(&rules, &directory, &mut told, &mut seen, (date(2017, 6, 2), date(2017, 10, 5)));
    assert_eq!(
        said,
        [
            "2017-06-02 outstanding 2017-06-01",
            "2017-06-30 outstanding 2017-07-01",
            "2017-08-01 outstanding 2017-08-01",
            "2017-09-01 outstanding 2017-09-01",
            "2017-09-29 outstanding 2017-10-01",
        ]
    );
    let next = upcoming(&directory, &rules, &told, at("2017-12-29T09:00")).next;
    assert_eq!(next, Some(at("2017-12-30T08:00")), "what was missed");
}

#[test]
fn the_calendar_of_the_recipients_body_counts_as_well() {
    use crate::{action::Body, directory::Because};
    let friday = Weekend::of([Weekday::Friday, Weekday::Saturday]);
    let gulf = Calendar { name: "Gulf".into(), weekend: friday, holidays: BTreeMap::new() };
    let body = |name: &str, parent: Option<&str>, holidays: Option<&str>| Body {
        name: name.into(),
        full_name: None,
        parent: parent.map(Into::into),
        secretariat: None,
        secretariat_email: Some("x@example.org".into()),
        holidays: holidays.map(Into::into),
        place: crate::action::Place::default(),
    };
    let register = Register {
        bodies: vec![
            body("GSO", None, Some("Gulf")),
            body("GSO/TC 1", Some("GSO"), None),
            body("ISO", None, None),
        ],
        calendars: Calendars::new([whit_monday(), gulf], Some("Geneva")),
        ..Register::default()
    };
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    let directory = Directory::new(std::sync::Arc::new(register), own);
    let why = |body: &str, day| {
        let addressee = crate::action::Addressee::Body(body.into());
        let recipient = directory.addressed(&addressee, day).remove(0);
        assert!(matches!(recipient.because, Because::SecretariatOf { .. }));
        directory.working_days(&recipient).closed(day).map(|why| why.to_string())
    };
    let friday = date(2017, 6, 9);
    assert_eq!(why("GSO", friday).as_deref(), Some("weekend, calendar Gulf"));
    assert_eq!(why("GSO/TC 1", friday).as_deref(), Some("weekend, calendar Gulf"), "that of the body above");
    assert_eq!(why("ISO", friday), None);
    assert_eq!(why("GSO", date(2017, 6, 5)).as_deref(), Some("Whit Monday, calendar Geneva"));
    assert_eq!(why("ISO", date(2017, 6, 5)).as_deref(), Some("Whit Monday, calendar Geneva"));
}

/// Every step with its days, found by walking.
fn slow(policy: &Policy, calendar: &Calendar, deadline: Date, last: Date) -> Vec<Due> {
    let is_open =
        |day: Date| !calendar.weekend.contains(day.weekday()) && !calendar.holidays.contains_key(&day);
    let walk = |mut day: Date, by: i32| {
        while !is_open(day) {
            day += by.days();
        }
        day
    };
    let mut all = Vec::new();
    for days in &policy.working_before {
        let mut day = deadline;
        for _ in 0..*days {
            day = walk(day.yesterday().unwrap(), -1);
        }
        all.push((Step::BeforeWorking { days: *days }, day));
    }
    all.extend(policy.before.iter().map(|d| (Step::Before { days: *d }, deadline - i64::from(*d).days())));
    all.extend(policy.on_the_day.then_some((Step::OnTheDay, deadline)));
    if let Some(every) = policy.overdue {
        let rounds = (1..).map(|round| round * every).map(|days| (days, deadline + i64::from(days).days()));
        let overdue = rounds.take_while(|(_, day)| *day <= last);
        all.extend(overdue.map(|(days, day)| (Step::Overdue { days }, day)));
    }
    let due = |(step, day): (Step, Date)| {
        let told_on = match policy.closed_day {
            ClosedDay::Keep => day,
            ClosedDay::Earlier => walk(day, -1),
            ClosedDay::Later => walk(day, 1),
            ClosedDay::Skip if is_open(day) => day,
            ClosedDay::Skip => return None,
        };
        Some(Due { step, day, told_on })
    };
    let mut all: Vec<_> = all.into_iter().filter_map(due).collect();
    all.sort_by_key(|due| (due.day, !matches!(due.step, Step::BeforeWorking { .. })));
    all
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let days = || proptest::collection::btree_set(1u32..40, 0..4);
    let ways =
        prop::sample::select(vec![ClosedDay::Earlier, ClosedDay::Later, ClosedDay::Skip, ClosedDay::Keep]);
    (days(), days(), any::<bool>(), proptest::option::of(1u32..20), ways).prop_map(
        |(before, working, on_the_day, overdue, closed_day)| Policy {
            before: before.into_iter().rev().collect(),
            working_before: working.into_iter().rev().collect(),
            on_the_day,
            overdue,
            closed_day,
            ..policy()
        },
    )
}

fn any_day() -> impl Strategy<Value = Date> {
    (0i64..300).prop_map(|days| date(2017, 3, 1) + days.days())
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let days = proptest::collection::btree_set(any_day(), 0..40);
    days.prop_map(|days| {
        let holidays = days.into_iter().map(|day| (day, "Holiday".to_owned())).collect();
        Calendar { name: "Geneva".to_owned(), weekend: Weekend::default(), holidays }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_steps_are_those_a_slow_walk_finds(
        policy in any_policy(), calendar in any_calendar(), deadline in any_day(), today in any_day(),
    ) {
        let all = slow(&policy, &calendar, deadline, date(2018, 12, 31));
        let days = WorkingDays::of([&calendar]);
        let ladder = Ladder { policy: &policy, days: &days, deadline, said: &[] };
        let reached = ladder.reached(today);
        prop_assert_eq!(reached, all.iter().copied().rfind(|due| due.told_on <= today));
        prop_assert_eq!(ladder.following(today), all.iter().copied().find(|due| due.told_on > today));
        if let Some(reached) = reached {
            let between = ladder.between(None, &reached, 1000);
            let before = all.iter().take_while(|due| **due != reached).map(|due| (due.step, due.day));
            prop_assert_eq!(between, before.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_calendar_that_changes_on_the_way_repeats_nothing(
        policy in any_policy(), calendars in proptest::collection::vec(any_calendar(), 1..5), deadline in any_day(),
    ) {
        let rules = rules(policy.clone());
        let (mut told, mut seen) = (Told::default(), HashSet::new());
        let mut day = deadline - 60.days();
        for calendar in &calendars {
            let directory = directory(calendar, Some(deadline));
            let until = day + 29.days();
            tell(&rules, &directory, &mut told, &mut seen, (day, until));
            day = until.tomorrow().unwrap();
        }
        // And nothing is lost: each step up to the last day was told, merged, or falls on a day before one that was.
        let last = day.yesterday().unwrap();
        let latest = told.latest(&action("17/06", "Ann", None).id(), &crate::action::RecipientId::person("Ann"), Some(Deadline::Day(deadline)));
        for due in slow(&policy, &calendars[calendars.len() - 1], deadline, last) {
            let said = seen.iter().any(|key| key.step == due.step) || latest.is_some_and(|latest| due.day <= latest);
            prop_assert!(said || due.told_on > last, "{:?} was lost", due);
        }
    }

    #[test]
    fn what_is_forecast_is_what_is_told(
        policy in any_policy(), calendar in any_calendar(), deadline in proptest::option::of(any_day()),
    ) {
        let rules = rules(policy);
        let directory = directory(&calendar, deadline);
        let (first, last) = (date(2017, 3, 1), date(2017, 9, 1));
        let foreseen: Vec<_> = forecast(&directory, &rules, &Told::default(), at("2017-03-01T07:00"), at("2017-09-01T09:00"))
            .iter()
            .flat_map(|mailing| mailing.letters.iter().flatten().map(|reminder| {
                format!("{} {}", zurich().to_datetime(mailing.at).date(), reminder.key.step)
            }))
            .collect();
        prop_assert_eq!(foreseen, tell(&rules, &directory, &mut Told::default(), &mut HashSet::new(), (first, last)));
    }
}
