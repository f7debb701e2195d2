//! Who gets the letter to somebody who is absent.

use std::sync::Arc;

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::super::{
    Directory, Recipient,
    tests::{action, own, person},
};
use crate::action::{Addressee, Person, Register};

const NAMES: [&str; 6] = ["Ann", "Bob", "Cid", "Dee", "Eve", "Fay"];

/// Somebody who is absent on these days, with a deputy.
fn away(name: &str, deputy: Option<&str>, from: Option<Date>, until: Option<Date>) -> Person {
    let email = format!("{}@example.org", name.to_lowercase());
    let deputy = deputy.map(Into::into);
    Person { deputy, absent_from: from, absent_until: until, ..person(name, &email) }
}

fn directory(people: Vec<Person>) -> Directory {
    Directory::new(Arc::new(Register { people, ..Register::default() }), own())
}

/// Who gets what is asked of Ann.
fn for_ann(directory: &Directory, day: Date) -> Recipient {
    directory.recipients(&action(Addressee::Person("Ann".into())), day).remove(0)
}

#[test]
fn the_deputy_stands_in_from_the_first_day_of_the_absence_to_the_last() {
    let (first, last) = (date(2017, 6, 5), date(2017, 6, 9));
    let directory =
        directory(vec![away("Ann", Some("Bob"), Some(first), Some(last)), away("Bob", None, None, None)]);
    for (day, expected) in
        [(date(2017, 6, 4), "Ann"), (first, "Bob"), (last, "Bob"), (date(2017, 6, 10), "Ann")]
    {
        let found = for_ann(&directory, day);
        assert_eq!(found.name, expected, "{day}");
        assert_eq!(found.remembered_as().as_str(), "person:ann", "{day}");
        let copy = found.copy_to().map(|to| to.name.as_str());
        assert_eq!(copy, (expected == "Bob").then_some("Ann"), "{day}");
    }
    assert_eq!(directory.next_change(date(2017, 6, 1)), Some(first));
    assert_eq!(directory.next_change(first), Some(date(2017, 6, 10)));
    assert_eq!(directory.next_change(date(2017, 6, 10)), None);
}

#[test]
fn a_deputy_who_is_absent_too_is_passed_over() {
    let open = Some(date(2017, 6, 5));
    let of = |cid: Option<Date>| {
        directory(vec![
            away("Ann", Some("Bob"), open, None),
            away("Bob", Some("Cid"), None, Some(date(2017, 6, 30))),
            away("Cid", None, cid, None),
        ])
    };
    assert_eq!(for_ann(&of(None), date(2017, 6, 7)).name, "Cid");
    let nobody = for_ann(&of(open), date(2017, 6, 7));
    assert_eq!((nobody.name.as_str(), nobody.copy_to()), ("Ann", None));
    assert!(nobody.uncovered_absence().is_some(), "the secretariat has to know");
}

#[test]
fn a_deputy_who_is_asked_too_is_found_for_both() {
    let directory = directory(vec![
        away("Ann", Some("Bob"), Some(date(2017, 6, 5)), None),
        away("Bob", None, None, None),
    ]);
    let mut asked = action(Addressee::Person("Ann".into()));
    asked.more.room().also_to = vec![Addressee::Person("Bob".into())];
    let found = directory.recipients(&asked, date(2017, 6, 7));
    let known: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.remembered_as().as_str())).collect();
    assert_eq!(known, [("Bob", "person:ann"), ("Bob", "person:bob")]);
}

fn any_person(number: usize) -> impl Strategy<Value = Person> {
    let day = || {
        proptest::option::of((0i32..40).prop_map(|days| date(2017, 6, 1).checked_add(days.days()).unwrap()))
    };
    (proptest::option::of(0usize..NAMES.len()), day(), day())
        .prop_map(move |(deputy, from, until)| away(NAMES[number], deputy.map(|at| NAMES[at]), from, until))
}

proptest! {
    /// Whatever the deputies are, loops and all, which a register that comes into force does not have.
    #[test]
    fn a_deputy_is_there_and_stands_in_for_nobody_who_is(
        people in (0..NAMES.len()).map(any_person).collect::<Vec<_>>(), day in 0i32..45,
    ) {
        let day = date(2017, 6, 1).checked_add(day.days()).unwrap();
        let absent = |name: &str| people.iter().any(|person| person.name == name && person.is_absent(day));
        let found = for_ann(&directory(people.clone()), day);
        prop_assert_eq!(found.stands_in().is_some(), found.name != "Ann");
        if found.name == "Ann" {
            prop_assert_eq!(found.uncovered_absence().is_some(), absent("Ann"));
        } else {
            prop_assert!(absent("Ann") && !absent(&found.name), "{} for Ann", found.name);
        }
        prop_assert_eq!(found.remembered_as().as_str(), "person:ann");
    }
}
