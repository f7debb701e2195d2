//! Escalation and what became of letters: one that waits or was refused is none that nobody answered.

use super::*;

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
