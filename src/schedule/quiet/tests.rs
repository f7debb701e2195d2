//! Fewer letters, and nothing lost: cases, and properties over random registers and wishes.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use jiff::{SignedDuration, civil::date};
use proptest::prelude::*;

use super::*;
use crate::{
    action::{Action, Person, Register, Status},
    directory::{Directory, OwnSecretariat},
    schedule::{
        forecast, plan_all,
        tests::{action, at, person, policy, rules},
        told_of_all, upcoming,
    },
};

fn directory(people: Vec<Person>, actions: Vec<Action>) -> Directory {
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    Directory::new(Arc::new(Register { actions, people, ..Register::default() }), own)
}

fn wishing(name: &str, pace: Option<Pace>, most_a_week: Option<u32>) -> Person {
    Person { wishes: Wishes { pace, most_a_week }, ..person(name) }
}

/// A letter: to whom, when, and what it tells.
type Sent = (String, Timestamp, Vec<String>);

/// What is sent when every send time from `from` to `until` is worked through, but those that are missed.
fn lived(
    directory: &Directory,
    rules: &Rules,
    from: Timestamp,
    until: Timestamp,
    is_missed: impl Fn(Timestamp) -> bool,
) -> (Vec<Sent>, Told) {
    let mut told = Told::default();
    told.record_served(from);
    let (mut sent, mut keys) = (Vec::new(), HashSet::new());
    let mut next = rules.send().next_after(from);
    while let Some(now) = next.filter(|now| *now <= until) {
        next = rules.send().next_after(now);
        if is_missed(now) {
            continue;
        }
        let plan = plan_all(directory, rules, &told, now);
        assert!(plan.left_out.is_empty(), "too old at {now}");
        for reminder in &plan.due {
            assert!(keys.insert(reminder.key.clone()), "told twice: {:?}", reminder.key);
            reminder.record_in(&mut told, now);
        }
        for letter in to_letters(plan.due) {
            let recipient = &letter[0].recipient;
            told.record_letter(&recipient.id, now);
            let said = letter.iter().map(|one| format!("{} {}", one.key.action.reference(), one.key.step));
            sent.push((recipient.name.clone(), now, said.collect()));
        }
        told.forget_closings(&told_of_all(directory, &told, &Moment::new(rules, now)));
        told.record_served(now);
    }
    (sent, told)
}

fn in_june(directory: &Directory, rules: &Rules) -> Vec<Sent> {
    lived(directory, rules, at("2017-06-02T09:00"), at("2017-06-30T23:00"), |_| false).0
}

fn shown(sent: &[Sent]) -> Vec<String> {
    let zone = rules().send().zone().clone();
    let day = |at: &Timestamp| zone.to_datetime(*at).strftime("%a %-d").to_string();
    sent.iter().map(|(name, at, said)| format!("{}: {name} {}", day(at), said.join(", "))).collect()
}

/// Steps of a1 (23 June): 9, 16, 20, 22, 23 and 30 June; of a2 (14 June): 7, 11, 13, 14, 21 and 28 June.
fn two_for(ann: Person) -> Directory {
    let actions =
        vec![action("A1", "Ann", Some(date(2017, 6, 23))), action("A2", "Ann", Some(date(2017, 6, 14)))];
    directory(vec![ann], actions)
}

#[test]
fn a_weekly_letter_carries_all_that_is_due_since_the_last_one() {
    let sent = in_june(&two_for(wishing("Ann", Some(Pace::Weekly), None)), &rules());
    assert_eq!(
        shown(&sent),
        [
            "Mon 5: Ann a1 28d before, a2 14d before",
            "Mon 12: Ann a1 14d before, a2 3d before",
            "Mon 19: Ann a1 7d before, a2 on the day",
            "Mon 26: Ann a1 on the day, a2 7d overdue",
        ]
    );
    let on_thursday = rules().with_quiet(Quiet { weekly_on: Weekday::Saturday, ..Quiet::default() });
    let days: Vec<_> = shown(&in_june(&two_for(wishing("Ann", Some(Pace::Weekly), None)), &on_thursday));
    assert!(days.iter().all(|letter| letter.starts_with("Mon ")), "no letter leaves on Saturday: {days:?}");
}

#[test]
fn a_weekly_letter_that_was_missed_leaves_with_the_next_send_time() {
    let directory = two_for(wishing("Ann", Some(Pace::Weekly), None));
    let missed = |now: Timestamp| (at("2017-06-12T00:00")..at("2017-06-14T00:00")).contains(&now);
    let (sent, _) = lived(&directory, &rules(), at("2017-06-02T09:00"), at("2017-06-20T23:00"), missed);
    assert_eq!(shown(&sent)[1..], ["Wed 14: Ann a1 14d before, a2 on the day", "Mon 19: Ann a1 7d before"]);
}

#[test]
fn a_weekly_letter_that_catches_up_counts_as_the_next_one_that_would_follow_within_a_few_days() {
    // Steps of A1: each Saturday, told on the Monday after it.
    let due = action("A1", "Ann", Some(date(2017, 5, 27)));
    let directory = directory(vec![wishing("Ann", Some(Pace::Weekly), None)], vec![due]);
    let without = |missed: std::ops::Range<&str>| {
        let missed = at(missed.start)..at(missed.end);
        let is_missed = |now: Timestamp| missed.contains(&now);
        shown(&lived(&directory, &rules(), at("2017-06-09T09:00"), at("2017-06-30T23:00"), is_missed).0)
    };
    let [third, fourth] = ["Mon 19: Ann a1 21d overdue", "Mon 26: Ann a1 28d overdue"];
    assert_eq!(
        without("2017-06-10T00:00".."2017-06-10T00:00"),
        ["Mon 12: Ann a1 14d overdue", third, fourth]
    );
    // Thursday is four days before Monday, Friday three.
    let thursday = without("2017-06-12T00:00".."2017-06-15T00:00");
    assert_eq!(thursday, ["Thu 15: Ann a1 14d overdue", third, fourth]);
    let friday = without("2017-06-12T00:00".."2017-06-16T00:00");
    assert_eq!(friday, ["Fri 16: Ann a1 14d overdue", fourth]);
}

#[test]
fn only_overdue_tells_nothing_before_and_all_after() {
    let sent = in_june(&two_for(wishing("Ann", Some(Pace::OnlyOverdue), None)), &rules());
    assert_eq!(
        shown(&sent),
        ["Wed 21: Ann a2 7d overdue", "Wed 28: Ann a2 14d overdue", "Fri 30: Ann a1 7d overdue"]
    );
}

#[test]
fn what_a_policy_says_holds_for_those_who_say_nothing_themselves() {
    let weekly = Rules::new([], Policy { pace: Pace::Weekly, ..policy() }, rules().send().clone());
    let by_policy = in_june(&two_for(person("Ann")), &weekly);
    assert_eq!(by_policy, in_june(&two_for(wishing("Ann", Some(Pace::Weekly), None)), &rules()));
    let own = in_june(&two_for(wishing("Ann", Some(Pace::EachSendTime), None)), &weekly);
    assert_eq!(own, in_june(&two_for(person("Ann")), &rules()));
}

#[test]
fn above_the_maximum_what_is_due_waits_for_the_next_letter_and_says_so() {
    let directory = two_for(wishing("Ann", None, Some(1)));
    let sent = in_june(&directory, &rules());
    assert_eq!(
        shown(&sent),
        [
            "Mon 5: Ann a1 28d before, a2 14d before",
            "Mon 12: Ann a1 14d before, a2 3d before",
            "Mon 19: Ann a1 7d before, a2 on the day",
            "Mon 26: Ann a1 on the day, a2 7d overdue",
        ]
    );
    let from = at("2017-06-02T09:00");
    let mut told = Told::default();
    told.record_served(from);
    let rules = rules();
    let foreseen = forecast(&directory, &rules, &told, from, at("2017-06-13T00:00"));
    let moved: Vec<_> =
        foreseen[1].letters[0].iter().map(|one| one.shift.as_ref().map(ToString::to_string)).collect();
    let why = "moved from Friday 9 June to Monday 12 June: at most 1 letter in 7 days";
    assert_eq!(moved[0].as_deref(), Some(why));
    let by_settings = rules.with_quiet(Quiet { most_a_week: Some(1), ..Quiet::default() });
    assert_eq!(in_june(&two_for(person("Ann")), &by_settings), sent);
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    let pace = prop_oneof![
        2 => Just(None),
        1 => Just(Some(Pace::EachSendTime)),
        3 => Just(Some(Pace::Weekly)),
        1 => Just(Some(Pace::OnlyOverdue)),
    ];
    let wishes = (pace, proptest::option::of(1u32..4));
    proptest::collection::vec(wishes, 3..4).prop_map(|all| {
        let named = ["Ann", "Bob", "Eve"].into_iter().zip(all);
        named.map(|(name, (pace, most))| wishing(name, pace, most)).collect()
    })
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let one = (0usize..3, proptest::option::weighted(0.9, 0i64..50), any::<bool>(), any::<bool>());
    proptest::collection::vec(one, 1..12).prop_map(|all| {
        let row = |(number, (who, days, weekly, closed)): (usize, (usize, Option<i64>, bool, bool))| {
            let deadline = days.map(|days| days_after(date(2017, 6, 1), days));
            Action {
                policy: weekly.then(|| "weekly".into()),
                status: if closed { Status::Done } else { Status::Open },
                ..action(&format!("A{number}"), ["Ann", "Bob", "Eve"][who], deadline)
            }
        };
        all.into_iter().enumerate().map(row).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whoever wants fewer letters never gets more, and in the end is told the same.
    #[test]
    fn never_more_than_the_maximum_nothing_lost_nothing_twice(
        people in people(),
        actions in actions(),
        most in proptest::option::of(1u32..3),
        missed in proptest::collection::hash_set(0i64..60, 0..8),
    ) {
        let weekly = Policy { name: "weekly".into(), pace: Pace::Weekly, ..policy() };
        let quiet = Quiet { weekly_on: Weekday::Wednesday, most_a_week: most, ..Quiet::default() };
        let rules = Rules::new([weekly], policy(), rules().send().clone()).with_quiet(quiet);
        let wishes: BTreeMap<_, _> = people.iter().map(|one| (one.name.clone(), one.wishes)).collect();
        let directory = directory(people, actions);
        let (from, until) = (at("2017-06-01T09:00"), at("2017-08-31T23:00"));
        let is_missed = |now: Timestamp| {
            let day = from.duration_until(now).as_secs() / 86_400;
            missed.contains(&day)
        };
        let (sent, told) = lived(&directory, &rules, from, until, is_missed);
        let zone = rules.send().zone();
        for (name, wishes) in &wishes {
            let days: Vec<_> = sent.iter().filter(|(to, ..)| to == name).map(|(_, at, _)| day_of(*at, zone)).collect();
            if let Some(most) = rules.most_a_week(*wishes) {
                for day in &days {
                    let in_the_week = days.iter().filter(|one| *one >= day && **one < days_after(*day, 7)).count();
                    prop_assert!(in_the_week <= most as usize, "{name}: {days:?}");
                }
            }
            if wishes.pace == Some(Pace::Weekly) && missed.is_empty() && rules.most_a_week(*wishes).is_none() {
                prop_assert!(days.iter().all(|day| day.weekday() == Weekday::Wednesday), "{name}: {days:?}");
            }
        }
        // Three weeks before the end everything was reached that has to be told by then.
        let before = Moment::new(&rules, until - SignedDuration::from_hours(21 * 24));
        for (id, action) in directory.actions().filter(|(_, action)| action.is_outstanding()) {
            for recipient in directory.recipients(action, before.today) {
                let (policy, _) = rules.policy_for(action, recipient.wishes);
                let days = directory.working_days(&recipient);
                let Some(due) = before.latest_step(action, policy, days) else { continue };
                let latest = told.latest(id, recipient.remembered_as(), action.deadline_on(before.today));
                prop_assert!(latest.is_some_and(|day| day >= due.day), "{id}: {due:?}, told {latest:?}");
            }
        }
    }

    /// What is foreseen is what happens.
    #[test]
    fn the_forecast_is_what_is_sent(people in people(), actions in actions(), most in proptest::option::of(1u32..3)) {
        let weekly = Policy { name: "weekly".into(), pace: Pace::Weekly, ..policy() };
        let quiet = Quiet { weekly_on: Weekday::Wednesday, most_a_week: most, ..Quiet::default() };
        let rules = Rules::new([weekly], policy(), rules().send().clone()).with_quiet(quiet);
        let directory = directory(people, actions);
        let (from, until) = (at("2017-06-01T09:00"), at("2017-07-31T23:00"));
        let (sent, _) = lived(&directory, &rules, from, until, |_| false);
        let mut told = Told::default();
        told.record_served(from);
        let foreseen: Vec<Sent> = forecast(&directory, &rules, &told, from, until)
            .into_iter()
            .flat_map(|mailing| mailing.letters.into_iter().map(move |letter| (mailing.at, letter)))
            .map(|(at, letter)| {
                let said = letter.iter().map(|one| format!("{} {}", one.key.action.reference(), one.key.step));
                (letter[0].recipient.name.clone(), at, said.collect())
            })
            .collect();
        prop_assert_eq!(shown(&foreseen), shown(&sent));
        let first = upcoming(&directory, &rules, &told, from).next;
        prop_assert_eq!(first.filter(|at| *at <= until), sent.first().map(|(_, at, _)| *at));
    }
}
