//! What an absent person and the deputy get, and in which letters.

use std::sync::Arc;

use jiff::civil::date;

use super::{
    super::{
        plan,
        tests::{action, at, person, rules},
        upcoming,
    },
    to_letters,
};
use crate::{
    action::{Action, Addressee, Particulars, Person, Register, Told},
    directory::{Directory, OwnSecretariat},
};

/// Ann is absent on 9 and 12 June, and Bob stands in; Cid is there.
fn directory(actions: Vec<Action>) -> Directory {
    let ann = Person {
        deputy: Some("Bob".into()),
        absent_from: Some(date(2017, 6, 9)),
        absent_until: Some(date(2017, 6, 12)),
        ..person("Ann")
    };
    let people = vec![ann, person("Bob"), person("Cid")];
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    Directory::new(Arc::new(Register { actions, people, ..Register::default() }), own)
}

/// The letters of a send time, recorded: to whom, with copies to whom, about what.
fn tell(directory: &Directory, told: &mut Told, when: &str) -> Vec<String> {
    let rules = rules();
    let letters = to_letters(plan(directory, &rules, told, at(when)));
    for reminder in letters.iter().flatten() {
        reminder.record_in(told, at(when));
    }
    let said = letters.iter().map(|letter| {
        let about: Vec<_> =
            letter.iter().map(|one| format!("{} {}", one.action.reference, one.key.step)).collect();
        let copies: Vec<_> =
            letter[0].copies.iter().map(|copy| format!(", copy to {}", copy.to.name)).collect();
        format!("{}{}: {}", letter[0].recipient.name, copies.concat(), about.join(", "))
    });
    said.collect()
}

#[test]
fn after_the_absence_nothing_is_told_again_that_the_deputy_was_told() {
    let directory = directory(vec![action("17/06", "Ann", Some(date(2017, 6, 16)))]);
    let mut told = Told::default();
    assert_eq!(tell(&directory, &mut told, "2017-06-02T08:00"), ["Ann: 17/06 14d before"]);
    assert_eq!(tell(&directory, &mut told, "2017-06-09T08:00"), ["Bob, copy to Ann: 17/06 7d before"]);
    // Back on 13 June: the step of three days before the deadline is hers, and no other.
    let next = upcoming(&directory, &rules(), &told, at("2017-06-12T08:00"));
    assert_eq!(next.plan_at, Some(at("2017-06-13T08:00")));
    assert_eq!(tell(&directory, &mut told, "2017-06-13T08:00"), ["Ann: 17/06 3d before"]);
    assert!(tell(&directory, &mut told, "2017-06-14T08:00").is_empty());
}

#[test]
fn the_deputys_own_affairs_are_not_in_the_copy_and_what_both_are_asked_is_told_once() {
    let both = Action {
        more: Particulars {
            also_to: vec![Addressee::Person("Bob".into())],
            ..(*action("17/03", "Ann", Some(date(2017, 6, 16))).more).clone()
        }
        .into(),
        ..action("17/03", "Ann", Some(date(2017, 6, 16)))
    };
    let directory = directory(vec![
        action("17/06", "Ann", Some(date(2017, 6, 16))),
        action("17/07", "Bob", Some(date(2017, 6, 16))),
        both,
    ]);
    let mut told = Told::default();
    assert_eq!(
        tell(&directory, &mut told, "2017-06-09T08:00"),
        ["Bob, copy to Ann: 17/06 7d before, 17/03 7d before", "Bob: 17/07 7d before"]
    );
    assert_eq!(
        tell(&directory, &mut told, "2017-06-13T08:00"),
        ["Ann: 17/06 3d before, 17/03 3d before", "Bob: 17/07 3d before, 17/03 3d before"]
    );
}
