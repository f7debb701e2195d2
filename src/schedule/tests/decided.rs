//! What is due when after something was decided beside the register.

use super::*;

#[test]
fn nobody_is_reminded_of_a_snoozed_action_until_the_day_and_then_of_the_latest_step() {
    let snoozed = |until| Action {
        more: Particulars {
            snoozed: Some(until),
            ..(*action("17/06", "Ann", Some(date(2017, 6, 23))).more).clone()
        }
        .into(),
        ..action("17/06", "Ann", Some(date(2017, 6, 23)))
    };
    let directory = directory(vec![snoozed(date(2017, 6, 20))]);
    let mut told = Told::default();
    for day in ["2017-05-26", "2017-06-09", "2017-06-16", "2017-06-19"] {
        assert_eq!(tell(&directory, &mut told, &format!("{day}T08:00")), [], "{day}");
    }
    let rules = rules();
    let at_first = upcoming(&directory, &rules, &told, at("2017-05-26T08:00"));
    assert_eq!((at_first.next, at_first.plan_at), (Some(at("2017-06-20T08:00")), at_first.next));
    assert_eq!(
        tell(&directory, &mut told, "2017-06-20T08:00"),
        [("Ann".to_owned(), Step::Before { days: 3 })],
        "of the steps that passed meanwhile the latest"
    );
    assert_eq!(tell(&directory, &mut told, "2017-06-21T08:00"), []);
}

#[test]
fn what_was_reached_during_a_long_snooze_is_news_when_it_ends() {
    let snoozed = Action {
        more: Particulars {
            snoozed: Some(date(2017, 6, 20)),
            ..(*action("17/06", "Ann", Some(date(2017, 5, 20))).more).clone()
        }
        .into(),
        ..action("17/06", "Ann", Some(date(2017, 5, 20)))
    };
    let snoozed = Action { kind: Kind::Report, ..snoozed };
    let directory = directory(vec![snoozed]);
    let rules = rules().with_max_age(14);
    let mut told = Told::default();
    let id = directory.register().actions[0].id();
    // Told of something before, so that old news would be left out.
    told.record(
        id.clone(),
        crate::action::RecipientId::person("Ann"),
        Some(Deadline::Day(date(2017, 5, 20))),
        date(2017, 5, 1),
        at("2017-05-01T08:00"),
    );
    let due = plan(&directory, &rules, &told, at("2017-06-20T08:00"));
    assert_eq!(due.len(), 1);
    let moment = Moment::new(&rules, at("2017-06-01T08:00"));
    let Verdict::Chased(chase) = decide(&directory, &told, &moment, &id, &directory.register().actions[0])
    else {
        panic!("it is outstanding");
    };
    let chased = &chase.recipients[0];
    assert_eq!(chased.decision, Decision::Snoozed { until: date(2017, 6, 20) });
    assert_eq!(chased.next.as_ref().map(|(due, _, at)| (due.step, *at)), {
        Some((Step::Before { days: 2 }, at("2017-06-20T08:00")))
    });
}

#[test]
fn who_got_an_action_by_hand_over_is_reminded_and_whom_it_was_asked_of_is_not() {
    let handed = Action {
        more: Particulars {
            handed_to: Some("Bob".into()),
            ..(*action("17/06", "Ann", Some(date(2017, 6, 23))).more).clone()
        }
        .into(),
        ..action("17/06", "Ann", Some(date(2017, 6, 23)))
    };
    let plain = action("17/07", "Ann", Some(date(2017, 6, 23)));
    let directory = directory(vec![plain, handed]);
    let rules = rules();
    let due = plan(&directory, &rules, &Told::default(), at("2017-06-09T08:00"));
    let said: Vec<_> =
        due.iter().map(|one| (one.action.reference.as_str(), one.recipient.name.as_str())).collect();
    assert_eq!(said, [("17/07", "Ann"), ("17/06", "Bob")]);
}
