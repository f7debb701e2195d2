//! What is held; and that whatever settings and registers say, and whoever edits meanwhile, nobody gets more letters a day than
//! the limit, and no send time has more than its limits, unless somebody lets it go.

use std::{collections::HashMap, fmt::Write as _, fs};

use jiff::{SignedDuration, Timestamp, civil::Date};
use proptest::prelude::*;

use super::*;
use crate::{
    action::Told,
    daemon::{Setup, closed_since, open_actions},
    directory::Directory,
    schedule::{Moment, plan_all, to_letters, told_of_all, upcoming},
};

const LIMITS: Limits =
    Limits { first_run: 25, per_run: 500, per_person_and_day: 3, per_person_and_week: None, times_usual: 5 };

fn to(count: usize) -> Vec<Addressed> {
    (0..count).map(|number| one(&format!("d{number}@example.org"), None, &[])).collect()
}

fn one(to: &str, instead_of: Option<&str>, copies: &[&str]) -> Addressed {
    let copies = copies.iter().map(|copy| (*copy).to_owned()).collect();
    Addressed { to: to.to_owned(), instead_of: instead_of.map(str::to_owned), copies }
}

#[test]
fn a_first_start_never_surprises_a_hundred_delegates() {
    let first = Usual { first: true, ..Usual::default() };
    assert!(judge(&LIMITS, &first, &to(26)).unwrap().contains("first"));
    assert_eq!(judge(&LIMITS, &first, &to(25)), None);
    assert_eq!(judge(&LIMITS, &Usual::default(), &to(26)), None);
}

#[test]
fn many_times_the_usual_or_the_forecast_number_is_held() {
    let usual = Usual { median: Some(10), ..Usual::default() };
    assert!(judge(&LIMITS, &usual, &to(51)).unwrap().contains("usual"));
    assert_eq!(judge(&LIMITS, &usual, &to(50)), None);
    let forecast = Usual { forecast: Some(0), ..Usual::default() };
    let why = "26 letters would leave at once, and the number that was forecast is 0 (limits.times_usual)";
    assert_eq!(judge(&LIMITS, &forecast, &to(26)).unwrap(), why);
    assert_eq!(judge(&LIMITS, &forecast, &to(25)), None, "a few are never too many");
}

#[test]
fn before_the_time_of_the_forecast_no_letter_was_foreseen_and_after_it_nothing_is_known() {
    let at: Timestamp = "2026-11-26T07:00:00Z".parse().unwrap();
    let day = SignedDuration::from_hours(24);
    let text = remembered(Some((at, 40)));
    assert_eq!(foreseen(&text, at - day), Some(0));
    assert_eq!(foreseen(&text, at), Some(40));
    assert_eq!(foreseen(&text, at + day), None);
    assert_eq!(foreseen(&remembered(None), at), Some(0));
    assert_eq!(foreseen("of an older rappel", at), None);
}

#[test]
fn more_than_the_limit_at_once_is_held() {
    assert!(judge(&LIMITS, &Usual::default(), &to(501)).unwrap().contains("per_run"));
}

#[test]
fn one_person_does_not_get_more_letters_a_day_than_the_limit() {
    let today = HashMap::from([("d0@example.org".to_owned(), 3)]);
    let usual = Usual { today, ..Usual::default() };
    assert!(judge(&LIMITS, &usual, &to(1)).unwrap().contains("per_person_and_day"));
}

#[test]
fn what_one_person_gets_at_one_send_time_counts_with_copies_and_a_deputy_has_as_many_for_each_colleague() {
    let held = |to: &[Addressed]| judge(&LIMITS, &Usual::default(), to).is_some();
    let own = |count| vec![one("ann", None, &[]); count];
    assert!(!held(&own(3)) && held(&own(4)));
    let copies: Vec<_> = ["bob", "cid", "dan"].map(|to| one(to, None, &["ann"])).into();
    assert!(!held(&copies) && held(&[copies, own(1)].concat()));
    let colleagues: Vec<_> = ["bob", "cid", "dan"].map(|of| one("ann", Some(of), &[of])).into();
    assert!(!held(&[colleagues.clone(), own(3)].concat()) && held(&[colleagues, own(4)].concat()));
}

#[test]
fn the_median_of_fewer_than_three_says_nothing() {
    assert_eq!(median(vec![1, 2]), None);
    assert_eq!(median(vec![9, 1, 5]), Some(5));
}

/// Rhythms by the minute, all steps at once, everybody in copy: as text, so that any of it may stand in the file.
fn settings() -> impl Strategy<Value = String> {
    let send = prop::sample::select(vec!["* * * * *", "*/20 * * * *", "0 8,14 * * *"]);
    let before = prop::collection::btree_set(0u32..20, 0..20);
    let overdue = prop::sample::select(vec!["1d", "2d", "never"]);
    let cadence = prop::sample::select(vec!["* * * * *", "0 * * * *", "0 8 1 * *"]);
    let pace = prop::sample::select(vec!["each send time", "weekly", "only overdue"]);
    let to = prop::sample::select(vec!["deputy", "secretariat", "Person 1", "Person 2"]);
    let how = prop::sample::select(vec!["cc", "letter", "instead"]);
    let ladder = prop::collection::vec((to, how), 0..4);
    let limits = (8u32..30, 8u32..60, 1u32..6, 2u32..6, prop::option::of(1u32..3));
    let flags = (any::<bool>(), any::<bool>());
    (send, before, overdue, cadence, pace, ladder, limits, flags).prop_map(
        |(send, before, overdue, cadence, pace, ladder, limits, (on_the_day, announce))| {
            let before: Vec<_> = before.into_iter().map(|days| format!("\"{}d\"", days + 1)).collect();
            let (first, run, day, times, week) = limits;
            let week = week.map_or_else(|| "\"none\"".to_owned(), |week| week.to_string());
            let mut text = format!(
                "[secretariat]\nname = \"TSB\"\naddress = \"tsb@example.int\"\n[register]\npath = \"register\"\n\
                 [state]\ndir = \"state\"\n[mail.maildir]\npath = \"letters\"\n[schedule]\nsend = \"{send}\"\n\
                 [limits]\nfirst_run = {first}\nper_run = {run}\nper_person_and_day = {day}\ntimes_usual = {times}\n\
                 per_person_and_week = {week}\n[policy.default]\nbefore = [{}]\non_the_day = {on_the_day}\n\
                 overdue = \"{overdue}\"\nwithout_deadline = \"{cadence}\"\nletters = \"{pace}\"\n\
                 announce_closure = {announce}\n",
                before.join(", ")
            );
            for (days, (to, how)) in (1..).zip(ladder) {
                let _ = writeln!(
                    text,
                    "[[policy.default.escalate]]\nafter = \"{days}d overdue\"\nto = \"{to}\"\nhow = \"{how}\""
                );
            }
            text
        },
    )
}

/// Of whom, days from the first day to the deadline if there is one, and whether it is open.
type Row = (usize, Option<i64>, bool);

/// Many actions, most of them asked of one person.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let who = prop_oneof![3 => Just(0usize), 1 => 1usize..8];
    prop::collection::vec((who, prop::option::weighted(0.8, -15i64..15), prop::bool::weighted(0.9)), 1..30)
}

fn write(folder: &std::path::Path, rows: &[Row]) {
    let mut text = "Ref,Title,Asked of,Deadline,Status\n".to_owned();
    for (number, (who, deadline, is_open)) in rows.iter().enumerate() {
        let deadline = deadline.map_or_else(String::new, |days| day(days).to_string());
        let status = if *is_open { "open" } else { "done" };
        let _ = writeln!(text, "R{number},Do it,Person {who},{deadline},{status}");
    }
    fs::write(folder.join("register/Actions.csv"), text).unwrap();
}

fn day(days: i64) -> Date {
    "2027-03-01".parse::<Date>().unwrap().checked_add(SignedDuration::from_hours(24 * days)).unwrap()
}

/// What left: the address, for which absent colleague, on which day.
type Sent = HashMap<(String, Option<String>, Date), u32>;

/// A daemon without its effects, from the first start to the first time that something is held.
struct Storm {
    setup: Setup,
    directory: Directory,
    told: Told,
    runs: Vec<u32>,
    forecast: Option<(Timestamp, u32)>,
    sent: Sent,
    today: HashMap<(String, Date), u32>,
}

impl Storm {
    fn day(&self, at: Timestamp) -> Date {
        self.setup.rules.send().zone().to_datetime(at).date()
    }

    /// The next send time with letters, unless the files change.
    fn next(&mut self, after: Timestamp) -> Option<Timestamp> {
        let next = upcoming(&self.directory, &self.setup.rules, &self.told, after);
        self.forecast = next.next.map(|at| (at, u32::try_from(next.people).unwrap()));
        next.plan_at
    }

    fn edited(&mut self, at: Timestamp) {
        let known: Vec<_> = open_actions(&self.directory).cloned().collect();
        self.directory = self.setup.read_register().unwrap().0;
        for id in closed_since(&known, &[], &self.directory) {
            self.told.record_closing(id, at);
        }
        for id in open_actions(&self.directory) {
            self.told.record_reopened(id);
        }
    }

    /// Whether its letters left.
    fn serve(&mut self, at: Timestamp) -> bool {
        let today = self.day(at);
        let limits = self.setup.settings.limits.clone();
        let due = plan_all(&self.directory, &self.setup.rules, &self.told, at).due;
        let letters = to_letters(due.clone());
        let to: Vec<_> = letters.iter().filter_map(|letter| Addressed::of(letter)).collect();
        let usual = Usual {
            first: self.runs.is_empty(),
            median: median(self.runs.iter().rev().take(10).copied().collect()),
            forecast: self.forecast.filter(|(foreseen, _)| *foreseen == at).map(|(_, people)| people),
            today: self
                .today
                .iter()
                .filter(|((_, day), _)| *day == today)
                .map(|((to, _), n)| (to.clone(), *n))
                .collect(),
        };
        if judge(&limits, &usual, &to).is_some() {
            return false;
        }
        let count = u32::try_from(letters.len()).unwrap();
        assert!(count <= limits.per_run && (!self.runs.is_empty() || count <= limits.first_run));
        for one in to {
            let copies = one.copies.into_iter().map(|copy| (copy, None));
            for (address, of) in copies.chain([(one.to, one.instead_of)]) {
                *self.today.entry((address.clone(), today)).or_default() += 1;
                *self.sent.entry((address, of, today)).or_default() += 1;
            }
        }
        for letter in &letters {
            self.told.record_letter(&letter[0].recipient.id, at);
        }
        for one in due {
            one.record_in(&mut self.told, at);
        }
        let done = told_of_all(&self.directory, &self.told, &Moment::new(&self.setup.rules, at));
        self.told.forget_closings(&done);
        self.told.record_served(at);
        self.runs.extend((count > 0).then_some(count));
        true
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_settings_say_nobody_gets_more_letters_a_day_than_the_limit(
        settings in settings(),
        registers in prop::collection::vec(rows(), 2..8),
        absent in prop::collection::vec(any::<bool>(), 8),
    ) {
        let temp = tempfile::tempdir().unwrap();
        fs::create_dir(temp.path().join("register")).unwrap();
        fs::write(temp.path().join("rappel.toml"), &settings).unwrap();
        let mut people = "Name,Email,Deputy,Absent from,Absent until\n".to_owned();
        for (number, away) in absent.iter().enumerate() {
            // All of those who are away have one deputy.
            let away = match (number, away) {
                (0, _) => ",,",
                (_, true) => "Person 0,2027-02-01,2027-04-01",
                (_, false) => "Person 0,,",
            };
            let _ = writeln!(people, "Person {number},p{number}@example.org,{away}");
        }
        fs::write(temp.path().join("register/Representatives.csv"), people).unwrap();
        write(temp.path(), &registers[0]);
        // What is refused never runs: a ladder, for one, under a policy that never reminds.
        let Ok(setup) = Setup::load(&temp.path().join("rappel.toml")) else { return Ok(()) };
        let directory = setup.read_register().unwrap().0;
        let (told, runs, forecast, sent, today) = Default::default();
        let mut storm = Storm { setup, directory, told, runs, forecast, sent, today };
        let mut now: Timestamp = "2027-03-01T05:00:00Z".parse().unwrap();
        // Somebody edits every few hours.
        'life: for edit in 1..=registers.len() {
            let until = now + SignedDuration::from_mins(5 * 60 + 7);
            while let Some(at) = storm.next(now).filter(|at| *at <= until) {
                now = at;
                if !storm.serve(at) {
                    break 'life;
                }
            }
            now = until;
            if let Some(rows) = registers.get(edit) {
                write(temp.path(), rows);
                storm.edited(now);
            }
        }
        let most = storm.setup.settings.limits.per_person_and_day;
        for (whom, letters) in &storm.sent {
            prop_assert!(*letters <= most, "{letters} to {whom:?}");
        }
    }
}
