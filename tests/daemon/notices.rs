//! What the secretariat is told about rappel itself: once, and again when it happens again.

use jiff::{SignedDuration, Timestamp};
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until, fact},
    ledger, store,
};

use super::{smtp, subject, text};
use crate::common::{
    office::Office,
    smtp_server::{Act, Kept, Script, SmtpServer},
};

/// An office on a virtual clock, whose daemon can be started again and again.
struct Years {
    office: Office,
    server: SmtpServer,
    clock: Clock,
    runtime: tokio::runtime::Runtime,
    daemon: Option<Daemon>,
}

impl Years {
    /// From a Monday on.
    fn new(script: Script, settings: &str) -> Self {
        let server = SmtpServer::start(script);
        let office = Office::in_memory(&smtp(server.port(), settings));
        let start: Timestamp = "2027-03-01T05:30:00Z".parse().unwrap();
        store::init(&office.path("state"), start).unwrap();
        office.actions(&[]);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { office, server, clock: Clock::starting(start), runtime, daemon: None }
    }

    fn start(&mut self) {
        self.daemon = None;
        let file = self.office.path("rappel.toml");
        let start = Box::pin(Daemon::start(&file, self.clock.clone()));
        self.daemon = Some(self.runtime.block_on(start).unwrap());
    }

    /// Reads what changed, and lets hours pass.
    fn pass(&mut self, hours: i64) {
        if self.daemon.is_none() {
            self.start();
        }
        let daemon = self.daemon.as_mut().unwrap();
        let end = self.clock.now() + SignedDuration::from_hours(hours);
        self.runtime.block_on(Box::pin(async {
            daemon.look_at_files().await;
            daemon.go_on(Until::Time(end), &mut Events::signals().unwrap()).await;
        }));
    }

    /// The letters to the secretariat.
    fn told(&self) -> Vec<Kept> {
        self.server.letters().into_iter().filter(|letter| letter.to == ["tsb@example.int"]).collect()
    }
}

const DAY: i64 = 24;

fn with_summary(office: &Office) {
    let settings = std::fs::read_to_string(office.path("rappel.toml")).unwrap();
    let weekly = "[secretariat]\nweekly_summary = \"0 8 * * Mon\"\n";
    office.write("rappel.toml", &settings.replace("[secretariat]\n", weekly));
}

#[test]
fn there_is_one_summary_a_week_however_often_rappel_starts_and_one_for_those_that_were_missed() {
    let mut years = Years::new(Script::default(), "");
    with_summary(&years.office);
    for week in 1..=3 {
        for days in [1, 1, 2, 3] {
            years.start();
            years.pass(days * DAY);
        }
        assert_eq!(years.told().len(), week);
    }
    // Not running for three weeks, until a Sunday.
    years.daemon = None;
    years.clock.pass(SignedDuration::from_hours(20 * DAY));
    years.pass(12);
    assert_eq!(years.told().len(), 4);
    years.pass(DAY);
    assert_eq!(years.told().len(), 5);
}

/// It began with a clock that was weeks ahead.
#[test]
fn summaries_go_on_when_the_clock_was_ahead_and_is_right_again() {
    let mut years = Years::new(Script::default(), "");
    with_summary(&years.office);
    let weeks = SignedDuration::from_hours(20 * DAY);
    years.clock.set(years.clock.now() + weeks);
    years.pass(8 * DAY);
    let before = years.told().len();
    assert!(before > 0);
    years.clock.set(years.clock.now() - weeks - SignedDuration::from_hours(8 * DAY));
    years.pass(DAY);
    assert_eq!(years.told().len(), before, "everything is held");
    let now = years.clock.now().to_string();
    let release = |c: &_| ledger::set_fact(c, fact::RELEASED, &now);
    store::write_beside(&years.office.path("state"), release).unwrap();
    years.pass(0);
    years.pass(8 * DAY);
    assert_eq!(years.told().len(), before + 1);
}

#[test]
fn a_summary_says_what_is_not_as_it_should_be() {
    let mut years = Years::new(Script::default(), "");
    with_summary(&years.office);
    years.pass(DAY);
    let told = years.told();
    assert!(!text(&told[0]).contains("Please look"), "{}", text(&told[0]));
    years.office.actions(&[["A1", "one", "Nobody", "", "open"]]);
    years.pass(7 * DAY);
    let told = years.told();
    assert_eq!(told.len(), 3, "one about the register, one summary");
    let summary = text(&told[2]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        summary.contains("Please look: the register has errors, the last good one is in force."),
        "{summary}"
    );
    let nothing = "Since the last summary 0 letters were delivered, and 0 could not be; 0 wait.";
    assert!(summary.contains(nothing), "letters about rappel itself do not count: {summary}");
}

#[test]
fn the_same_mistake_in_the_register_is_told_again_when_it_is_made_again_on_another_day() {
    let mut years = Years::new(Script::default(), "");
    let good = [["A1", "one", "Ann", "2099-01-01", "open"]];
    let bad = [["A1", "one", "Nobody", "2099-01-01", "open"]];
    years.office.actions(&good);
    years.pass(1);
    for expected in [1, 1] {
        years.office.actions(&bad);
        years.pass(1);
        assert_eq!(years.told().len(), expected, "the same one of one day");
        years.office.actions(&good);
        years.pass(1);
    }
    years.pass(3 * DAY);
    years.office.actions(&bad);
    for _ in 0..3 {
        years.office.actions(&bad);
        years.pass(DAY);
        assert_eq!(years.told().len(), 2, "told again, once");
    }
}

#[test]
fn settings_with_the_same_mistake_are_told_again_when_they_were_good_meanwhile() {
    let mut years = Years::new(Script::default(), "");
    let good = std::fs::read_to_string(years.office.path("rappel.toml")).unwrap();
    let bad = format!("{good}\n[schedule]\nsned = 1\n");
    years.pass(1);
    for expected in 1..=2 {
        for _ in 0..2 {
            years.office.write("rappel.toml", &bad);
            years.pass(2 * DAY);
        }
        assert_eq!(years.told().len(), expected);
        years.office.write("rappel.toml", &good);
        years.pass(DAY);
    }
}

#[test]
fn two_failures_of_one_day_are_one_letter_that_day_and_one_the_next() {
    let refused = || Act::say("550 5.1.1 No such user here");
    let script =
        Script::default().for_address("ann@example.org", refused()).for_address("bob@example.org", refused());
    let mut years = Years::new(script, "[schedule]\nsend = \"0 * * * *\"\n");
    let (ann, bob) = (["A1", "one", "Ann", "2027-03-01", "open"], ["B1", "two", "Bob", "2027-03-01", "open"]);
    years.office.actions(&[ann]);
    years.pass(3);
    assert_eq!(years.told().len(), 1);
    years.office.actions(&[ann, bob]);
    years.pass(4);
    assert_eq!(years.server.count("RCPT TO:<bob@"), 1, "it was refused");
    assert_eq!(years.told().len(), 1, "one that day");
    years.pass(DAY);
    let told = years.told();
    assert_eq!(told.len(), 2);
    assert_eq!(subject(&told[1]), "1 letter could not be delivered");
    assert!(text(&told[1]).contains("bob@example.org") && !text(&told[1]).contains("ann@example.org"));
}
