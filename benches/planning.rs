//! Planning: how long it takes to find what is due among many open actions.
//!
//! `cargo bench --bench planning`

#![expect(clippy::panic, reason = "a benchmark that cannot go on ends")]

use std::sync::Arc;

use divan::{Bencher, black_box};
use jiff::{Timestamp, ToSpan, civil::date, tz::TimeZone};
use rappel::{
    action::{
        Action, Addressee, After, Body, Calendar, Calendars, Deadline, Follows, Kind, Occasion, Pace,
        Particulars, Person, Place, Purpose, Register, Role, Seat, Status, Target, Told, Weekend, Wishes,
    },
    cadence::Cadence,
    directory::{Directory, OwnSecretariat},
    schedule::{ClosedDay, Manner, Policy, Rules, Rung, plan, to_letters, upcoming},
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
        deadline: day.map(Deadline::Day),
        status: Status::Pending,
        policy: None,
        origin: None,
        opened: None,
        more: Particulars { extra: std::collections::BTreeMap::new(), ..Particulars::default() }.into(),
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

/// The same with everything on: deputies and absences, people who want fewer letters, ladders of three steps, two who are
/// asked, bodies with holidays, working days, deadlines that follow meetings.
fn busy_directory(size: usize) -> Directory {
    let people = (0..500).map(busy_person).collect();
    let actions = (0..size).map(busy_action).collect();
    let calendar = |name: &str| Calendar {
        name: name.into(),
        weekend: Weekend::default(),
        holidays: (1..=12).map(|month| (date(2017, month, 14), "a holiday".to_owned())).collect(),
    };
    let body = |number: usize| Body {
        name: format!("SG{number}"),
        full_name: None,
        parent: None,
        secretariat: None,
        secretariat_email: Some(format!("sg{number}@example.org")),
        holidays: Some(if number.is_multiple_of(2) { "even" } else { "odd" }.to_owned()),
        place: Place::default(),
    };
    let chair = |number: usize| Role {
        seat: Seat { body: format!("SG{number}"), role: "chair".to_owned(), at: None },
        holder: Some(format!("Delegate {number}")),
        from: None,
        until: None,
        place: Place::default(),
    };
    let register = Register {
        actions,
        people,
        bodies: (0..20).map(body).collect(),
        roles: (0..20).map(chair).collect(),
        calendars: Calendars::new([calendar("even"), calendar("odd")], Some("even")),
        ..Register::default()
    };
    let own = OwnSecretariat { name: "TSB".into(), email: "tsb@example.int".into() };
    Directory::new(Arc::new(register), own)
}

fn busy_person(number: usize) -> Person {
    let is_absent = number % 10 == 3;
    let pace = (number % 10 == 5).then_some(Pace::Weekly);
    Person {
        organization: Some(format!("SG{}", number % 20)),
        deputy: Some(format!("Delegate {}", (number + 1) % 500)),
        absent_from: is_absent.then(|| date(2017, 6, 1)),
        absent_until: is_absent.then(|| date(2017, 6, 30)),
        wishes: Wishes { pace, most_a_week: (number % 10 == 7).then_some(2) },
        ..person(number)
    }
}

fn busy_action(number: usize) -> Action {
    let plain = action(number);
    let also = Addressee::Person(format!("Delegate {}", (number * 7 + 11) % 500).into());
    let deadline = date(2017, 6, 1).checked_add(i32::try_from(number % 90).unwrap_or(0).days()).ok();
    let occasion =
        |deadline| Occasion { meeting: "TSAG-2".to_owned(), starts: deadline, ends: deadline, deadline };
    let follows = deadline.filter(|_| number % 20 == 4).map(|deadline| {
        let said = "at TSAG-2".to_owned();
        Box::new(Follows { said, each: false, occasions: vec![occasion(deadline)] })
    });
    let also_to = if number % 10 == 1 { vec![also] } else { Vec::new() };
    let deadline = if follows.is_some() { deadline.map(Deadline::Day) } else { plain.deadline };
    Action { deadline, more: Particulars { also_to, follows, ..(*plain.more).clone() }.into(), ..plain }
}

fn busy_rules() -> Rules {
    let rung = |after, to, how, approval| Rung {
        after,
        to: vec![to],
        how,
        approval,
        template: None,
        place: Place::default(),
    };
    let plain = rules();
    let policies = plain.policies().next().unwrap_or_else(|| panic!("there is a default"));
    let policy = Policy {
        working_before: vec![2],
        closed_day: ClosedDay::Earlier,
        announce_closure: true,
        escalate: vec![
            rung(After::Overdue { days: 7 }, Target::Deputy, Manner::Copy, false),
            rung(After::OverdueWorking { days: 10 }, Target::Chair, Manner::Letter, true),
            rung(After::Unanswered { letters: 4 }, Target::OwnSecretariat, Manner::Instead, false),
        ],
        ..policies.clone()
    };
    Rules::new([], policy, plain.send().clone())
}

fn morning() -> Timestamp {
    "2017-06-16T08:00:00+02:00".parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Everything reached before was told: what is left is what one morning brings.
fn told(directory: &Directory, rules: &Rules) -> Told {
    told_on(directory, rules, &[1])
}

/// What was told on the mornings so many days ago.
fn told_on(directory: &Directory, rules: &Rules, days: &[i64]) -> Told {
    let mut told = Told::default();
    for days in days {
        let at = morning() - jiff::SignedDuration::from_hours(24 * days);
        let due = plan(directory, rules, &told, at);
        for reminder in &due {
            reminder.record_in(&mut told, at);
        }
        for letter in to_letters(due).iter().filter_map(|letter| letter.first()) {
            told.record_letter(&letter.recipient.id, at);
        }
        told.record_served(at);
    }
    told
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn what_one_morning_brings_with_everything_on(bencher: Bencher<'_, '_>, size: usize) {
    let (directory, rules) = (busy_directory(size), busy_rules());
    let told = told_on(&directory, &rules, &[16, 2, 1]);
    bencher.bench_local(|| plan(&directory, &rules, black_box(&told), morning()).len());
}

#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn when_the_next_letters_are_due_with_everything_on(bencher: Bencher<'_, '_>, size: usize) {
    let (directory, rules) = (busy_directory(size), busy_rules());
    let told = told_on(&directory, &rules, &[16, 2, 1]);
    bencher.bench_local(|| upcoming(&directory, &rules, black_box(&told), morning()));
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
