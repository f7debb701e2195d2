//! Escalation and how many letters somebody wants: maxima of a week and of a day, weekly letters.

use super::*;

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
