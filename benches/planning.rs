//! Planning: how long it takes to find what is due among many open actions.
//!
//! `cargo bench --bench planning`

#![expect(clippy::panic, reason = "a benchmark that cannot go on ends")]

use std::sync::Arc;

use divan::{Bencher, black_box};
use jiff::{Timestamp, ToSpan, civil::date, tz::TimeZone};
use rappel::{
    action::{
        Action, Addressee, Deadline, Kind, Pace, Person, Place, Purpose, Register, Status, Told, Wishes,
    },
    cadence::Cadence,
    directory::{Directory, OwnSecretariat},
    schedule::{ClosedDay, Policy, Rules, plan, upcoming},
};

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

fn main() {
    divan::main();
}

/// Open actions of 500 people with deadlines over a year, one in fifty due on the day.
fn directory(size: usize) -> Directory {
    let people = (0..500).map(person).collect();
    let actions = (0..size).map(action).collect();
    let register = Register { actions, people, ..Register::default() };
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    Directory::new(Arc::new(register), own)
}

fn person(number: usize) -> Person {
    Person {
        name: format!("Delegate {number}"),
        email: format!("delegate{number}@example.org"),
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

fn action(number: usize) -> Action {
    let day = date(2017, 1, 1).checked_add(i32::try_from(number % 365).unwrap_or(0).days()).ok();
    Action {
        reference: format!("A{number}"),
        title: "nominate a representative".into(),
        details: None,
        kind: Kind::Nomination,
        purpose: Purpose::Action,
        asked_of: Addressee::Person(format!("Delegate {}", number % 500).into()),
        also_to: Vec::new(),
        deadline: day.map(Deadline::Day),
        follows: None,
        status: Status::Pending,
        outcome: None,
        policy: None,
        origin: None,
        link: None,
        opened: None,
        closed: None,
        topic: None,
        snoozed: None,
        handed_to: None,
        extra: std::collections::BTreeMap::new(),
    }
}

fn rules() -> Rules {
    let zone = TimeZone::get("Europe/Zurich").unwrap_or(TimeZone::UTC);
    let cadence = |text| Cadence::parse(text, &zone).unwrap_or_else(|error| panic!("{error}"));
    let policy = Policy {
        name: "default".into(),
        before: vec![28, 14, 7, 3, 1],
        working_before: Vec::new(),
        closed_day: ClosedDay::Keep,
        on_the_day: true,
        overdue: Some(7),
        without_deadline: Some(cadence("0 8 1 * *")),
        announce_closure: false,
        pace: Pace::EachSendTime,
        kinds: Vec::new(),
        escalate: Vec::new(),
    };
    Rules::new([], policy, cadence("0 8 * * Mon-Fri"))
}

fn morning() -> Timestamp {
    "2017-06-16T08:00:00+02:00".parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Everything reached before was told: what is left is what one morning brings.
fn told(directory: &Directory, rules: &Rules) -> Told {
    let mut told = Told::default();
    for reminder in plan(directory, rules, &told.clone(), morning() - jiff::SignedDuration::from_hours(24)) {
        reminder.record_in(&mut told, morning() - jiff::SignedDuration::from_hours(24));
    }
    told
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn what_one_morning_brings(bencher: Bencher<'_, '_>, size: usize) {
    let (directory, rules) = (directory(size), rules());
    let told = told(&directory, &rules);
    bencher.bench_local(|| plan(&directory, &rules, black_box(&told), morning()).len());
}

#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn when_the_next_letters_are_due(bencher: Bencher<'_, '_>, size: usize) {
    let (directory, rules) = (directory(size), rules());
    let told = told(&directory, &rules);
    bencher.bench_local(|| upcoming(&directory, &rules, black_box(&told), morning()));
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn indexing_a_register(bencher: Bencher<'_, '_>, size: usize) {
    let directory = directory(size);
    let register = Arc::new(directory.register().clone());
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    bencher.bench_local(|| Directory::new(register.clone(), own.clone()));
}
