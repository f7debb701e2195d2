//! After a time without rappel: one letter for each person, in the words of today, and not all at once.

use std::net::TcpListener;

use jiff::{SignedDuration, Timestamp};
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
    store,
};

use super::{said, smtp};
use crate::common::{
    office::Office,
    smtp_server::{Kept, Script, SmtpServer},
};

const PEOPLE: usize = 120;

/// The steps of most tests here.
const STEPS: &str = "[schedule]\nsend = \"0 8 * * *\"\n[policy.default]\nbefore = [\"7d\", \"3d\", \"1d\"]\n";

/// An office on a virtual clock, at noon of 1 March 2027, whose daemon runs as long as it is told to.
struct Virtual {
    office: Office,
    clock: Clock,
    runtime: tokio::runtime::Runtime,
}

impl Virtual {
    fn new(settings: &str) -> Self {
        let office = Office::in_memory(settings);
        let clock = Clock::starting("2027-03-01T12:00:00Z".parse().unwrap());
        store::init(&office.path("state"), clock.now()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { office, clock, runtime }
    }

    /// Nobody is there until an instant.
    fn is_away(&self, until: &str) {
        self.clock.pass(self.clock.now().duration_until(until.parse().unwrap()));
    }

    /// A daemon is started, and runs until each of these instants; what is done after each.
    fn runs(&self, until: &[Timestamp], mut then: impl FnMut()) {
        self.runtime.block_on(Box::pin(async {
            let mut events = Events::signals().unwrap();
            let file = self.office.path("rappel.toml");
            let mut daemon = Daemon::start(&file, self.clock.clone()).await.unwrap();
            for instant in until {
                daemon.go_on(Until::Time(*instant), &mut events).await;
                then();
            }
        }));
    }
}

/// Letters to everybody are due a week, three days and a day before the 10th, at 08:00 in Zurich, which is 07:00 here. The
/// daemon runs on the 1st, and again from `back` on for so many minutes.
fn letters_after(back: &str, minutes: &[i64]) -> Vec<Vec<Kept>> {
    let server = SmtpServer::start(Script::default());
    let life = Virtual::new(&smtp(server.port(), STEPS));
    life.office.one_action_each(PEOPLE, "2027-03-10");
    life.runs(&[life.clock.now()], || ());
    life.is_away(back);
    let mut end = life.clock.now();
    let until = minutes.iter().map(|span| {
        end += SignedDuration::from_mins(*span);
        end
    });
    let mut letters = Vec::new();
    life.runs(&until.collect::<Vec<_>>(), || letters.push(server.letters()));
    letters
}

#[test]
fn many_letters_that_are_late_leave_one_by_one_within_half_an_hour() {
    // Two send times were missed, and two steps.
    let after = letters_after("2027-03-07T15:00:00Z", &[5, 10, 16]);
    let counts: Vec<_> = after.iter().map(Vec::len).collect();
    assert!((10..=30).contains(&counts[0]) && (50..=70).contains(&counts[1]), "{counts:?}");
    assert_eq!(counts[2], PEOPLE);
    let mut said = said(&after[2]);
    said.sort();
    said.dedup();
    assert_eq!(said.len(), PEOPLE, "one for each");
    assert!(said.iter().all(|one| one.contains("in 3 days")), "the latest step alone: {:?}", said[0]);
}

/// What could not leave before is told by the letters of the send time that was missed, and not beside them.
#[test]
fn nobody_gets_two_letters_when_rappel_and_the_mail_server_were_both_away() {
    // All at once, and spread.
    for people in [40, 60] {
        nobody_of_these_gets_two_letters(people);
    }
}

fn nobody_of_these_gets_two_letters(people: usize) {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let life = Virtual::new(&smtp(closed, STEPS));
    life.office.one_action_each(people, "2027-03-10");
    life.runs(&["2027-03-03T12:00:00Z".parse().unwrap()], || ());
    life.is_away("2027-03-07T15:00:00Z");
    let server = SmtpServer::start(Script::default());
    life.office.settings(&smtp(server.port(), STEPS));
    life.runs(&[life.clock.now() + SignedDuration::from_mins(40)], || ());
    let mut said = said(&server.letters());
    said.sort();
    said.dedup();
    assert_eq!((server.letters().len(), said.len()), (people, people), "{said:?}");
    assert!(said.iter().all(|one| one.contains("in 3 days")), "{:?}", said[0]);
}

#[test]
fn letters_that_are_in_time_leave_at_once() {
    let after = letters_after("2027-03-03T06:59:00Z", &[2]);
    assert_eq!(after[0].len(), PEOPLE);
}

/// Friday's send time is missed, at which there was nothing to tell: on Saturday nobody gets what is due on Saturday, and
/// what was closed meanwhile is told on Monday.
#[test]
fn a_send_time_that_was_missed_without_anything_to_tell_is_not_made_up_for_on_another_day() {
    let server = SmtpServer::start(Script::default());
    let settings = "[schedule]\nsend = \"0 8 * * Mon-Fri\"\n[policy.default]\nbefore = [\"7d\"]\non_the_day = true\n\
                    overdue = \"3w\"\nclosed_day = \"keep\"\nannounce_closure = true\n";
    let life = Virtual::new(&smtp(server.port(), settings));
    let rows =
        |status| [["A1", "one", "Ann", "2027-03-13", "open"], ["A2", "two", "Bob", "2027-03-09", status]];
    life.office.actions(&rows("open"));
    life.runs(&["2027-03-11T12:00:00Z".parse().unwrap()], || ());
    let before = server.letters().len();
    life.office.actions(&rows("done"));
    life.is_away("2027-03-13T10:00:00Z");
    let (sunday, monday) = ("2027-03-14T12:00:00Z".parse().unwrap(), "2027-03-15T12:00:00Z".parse().unwrap());
    let mut told = Vec::new();
    life.runs(&[sunday, monday], || told.push(said(&server.letters()[before..])));
    assert_eq!(told[0], Vec::<String>::new());
    told[1].sort();
    let told = &told[1];
    assert!(told.len() == 2 && told[0].contains("A1") && told[1].contains("A2"), "{told:?}");
}
