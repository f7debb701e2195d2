//! What is due when: properties over random registers, and over random policies beside a slow search.

use super::*;

/// The steps of a policy up to a day, found by asking of every day whether it is one.
fn slow_steps(policy: &Policy, deadline: Date, from: Date, until: Date) -> Vec<Date> {
    let mut days = Vec::new();
    let mut day = from;
    while day <= until {
        let offset = i64::from(deadline.until(day).unwrap().get_days());
        let before = policy.before.iter().any(|before| -i64::from(*before) == offset);
        let on = policy.on_the_day && offset == 0;
        let overdue = policy.overdue.is_some_and(|every| offset > 0 && offset % i64::from(every) == 0);
        if before || on || overdue {
            days.push(day);
        }
        day = day.tomorrow().unwrap();
    }
    days
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let before = proptest::collection::btree_set(1u32..60, 0..5);
    (before, any::<bool>(), proptest::option::of(1u32..20)).prop_map(|(before, on_the_day, overdue)| Policy {
        before: before.into_iter().rev().collect(),
        working_before: Vec::new(),
        closed_day: ClosedDay::Keep,
        on_the_day,
        overdue,
        ..policy()
    })
}

fn any_day() -> impl Strategy<Value = Date> {
    (0i64..400).prop_map(|days| date(2017, 1, 1).checked_add(days.days()).unwrap())
}

proptest! {
    #[test]
    fn the_steps_are_those_a_slow_search_finds(policy in any_policy(), deadline in any_day(), today in any_day()) {
        let first = date(2016, 10, 1);
        let all = slow_steps(&policy, deadline, first, date(2018, 12, 31));
        let days = WorkingDays::of([]);
        let ladder = Ladder { policy: &policy, days: &days, deadline, said: &[] };
        let due = ladder.reached(today);
        let reached = due.map(|due| due.day);
        prop_assert_eq!(reached, all.iter().copied().filter(|day| *day <= today).max());
        let next = ladder.following(today).map(|due| due.day);
        prop_assert_eq!(next, all.iter().copied().find(|day| *day > today));
        if let Some(due) = due {
            let between: Vec<_> = ladder.between(None, &due, 1000).into_iter().map(|(_, day)| day).collect();
            let expected: Vec<_> = all.iter().copied().filter(|day| *day < due.day).collect();
            prop_assert_eq!(between, expected);
        }
    }

    #[test]
    fn planning_is_idempotent_and_no_key_comes_twice(
        deadlines in proptest::collection::vec((proptest::option::of(any_day()), 0usize..3), 1..8),
        mornings in proptest::collection::btree_set(0i64..300, 1..20),
    ) {
        let actions = deadlines.iter().enumerate().map(|(index, (deadline, who))| {
            action(&format!("A{index}"), ["Ann", "Bob", "Cid"][*who], *deadline)
        });
        let directory = directory(actions.collect());
        let rules = rules();
        let mut told = Told::default();
        let mut keys: HashSet<ReminderKey> = HashSet::new();
        for morning in mornings {
            let day = date(2017, 1, 1).checked_add(morning.days()).unwrap();
            let now = at(&format!("{day}T08:00"));
            let due = plan(&directory, &rules, &told, now);
            let again = plan(&directory, &rules, &told, now);
            prop_assert_eq!(
                due.iter().map(|r| &r.key).collect::<Vec<_>>(),
                again.iter().map(|r| &r.key).collect::<Vec<_>>()
            );
            for reminder in due {
                prop_assert!(keys.insert(reminder.key.clone()), "{:?} twice", reminder.key);
                for (step, _) in &reminder.merged {
                    let merged = ReminderKey { step: *step, ..reminder.key.clone() };
                    prop_assert!(keys.insert(merged), "a merged step twice");
                }
                reminder.record_in(&mut told, now);
            }
            prop_assert!(plan(&directory, &rules, &told, now).is_empty());
        }
    }

    #[test]
    fn what_is_forecast_is_what_planning_at_every_send_time_finds(
        deadlines in proptest::collection::vec((proptest::option::of(any_day()), 0usize..3), 1..5),
    ) {
        let actions = deadlines.iter().enumerate().map(|(index, (deadline, who))| {
            action(&format!("A{index}"), ["Ann", "Bob", "Cid"][*who], *deadline)
        });
        let directory = directory(actions.collect());
        let rules = rules();
        let (from, until) = (at("2017-03-01T09:00"), at("2017-06-01T09:00"));
        let mut told = Told::default();
        let mut expected = Vec::new();
        let mut send = rules.send().next_after(from);
        while let Some(now) = send.filter(|now| *now <= until) {
            for reminder in plan(&directory, &rules, &told, now) {
                reminder.record_in(&mut told, now);
                expected.push((now, reminder.key));
            }
            send = rules.send().next_after(now);
        }
        let forecast = forecast(&directory, &rules, &Told::default(), from, until);
        let mut found = Vec::new();
        for mailing in &forecast {
            found.extend(mailing.letters.iter().flatten().map(|reminder| (mailing.at, reminder.key.clone())));
        }
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
    }
}
