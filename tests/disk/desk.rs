//! An office with 25 people, its mail server, and a look at what is recorded.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
};

use jiff::{ToSpan, tz::TimeZone};
use rappel::{
    clock::Clock,
    outbox::{self, Filter, State},
    store,
};

use crate::common::{
    office::{Office, Ran},
    smtp_server::{Script, SmtpServer},
};

/// People, each with one action and one reminder of it.
pub(crate) const PEOPLE: usize = 25;

const SETTINGS: &str = r#"
[policy.default]
before = ["12d"]
on_the_day = false
overdue = "never"
without_deadline = "never"

[retry]
first = "1s"
max = "1s"

[limits]
first_run = 1000
per_run = 1000
per_person_and_day = 1000
times_usual = 1000

[mail.smtp]
host = "127.0.0.1"
tls = "none"
connections = 2
"#;

/// An office whose letters go to a mail server of its own.
pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) server: SmtpServer,
}

impl Desk {
    /// One without a state.
    pub(crate) fn new() -> Self {
        let server = SmtpServer::start(Script::default());
        let office = Office::in_memory(&format!("{SETTINGS}\nport = {}\n", server.port()));
        let deadline = TimeZone::UTC.to_datetime(Clock::System.now()).date() + 10.days();
        let mut people = "Name,Email\n".to_owned();
        let mut actions = "Ref,Title,Asked of,Deadline,Status\n".to_owned();
        for n in 1..=PEOPLE {
            let _ = writeln!(people, "Person {n},person{n}@example.org");
            let _ = writeln!(actions, "17/{n:02},Nominate {n},Person {n},{deadline},open");
        }
        office.write("register/Representatives.csv", &people);
        office.write("register/Actions.csv", &actions);
        Self { office, server }
    }

    /// One with a new state.
    pub(crate) fn ready() -> Self {
        let desk = Self::new();
        desk.office.run(&["init"]).well();
        desk
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.office.path("state")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.office.path("state/rappel.db")
    }

    pub(crate) fn once(&self) -> Ran {
        self.office.run(&["run", "--once"])
    }

    /// How many copies each address got.
    pub(crate) fn copies(&self) -> BTreeMap<String, usize> {
        // What a killed process had written may still be on its way through the server.
        while self.server.open() > 0 {
            std::thread::yield_now();
        }
        let mut copies = BTreeMap::new();
        for letter in self.server.letters() {
            *copies.entry(letter.to.concat()).or_default() += 1;
        }
        copies
    }

    /// How many attempts are recorded, by address.
    pub(crate) fn attempts(&self) -> BTreeMap<String, usize> {
        letters(&self.state()).into_iter().map(|letter| (letter.to, letter.attempts as usize)).collect()
    }

    /// Nothing was sent that is not recorded.
    pub(crate) fn nothing_is_unrecorded(&self, case: &str) {
        let attempts = self.attempts();
        for (address, copies) in self.copies() {
            let recorded = attempts.get(&address).copied().unwrap_or(0);
            assert!(copies <= recorded, "{case}: {address} got {copies}, recorded are {recorded} attempts");
        }
    }

    /// Starts the program until nothing waits; what is in doubt is sent again at once.
    pub(crate) fn settle(&self, case: &str) {
        for _ in 0..4 {
            let ran = self.once();
            assert!([0, 5].contains(&ran.code), "{case}: {}\n{}", ran.out, ran.err);
            let waiting: Vec<_> = letters(&self.state())
                .into_iter()
                .filter(|letter| !letter.state.is_settled())
                .map(|letter| letter.id.to_string())
                .collect();
            if waiting.is_empty() {
                return;
            }
            let mut command = self.office.command(&["outbox", "retry"]);
            command.args(waiting);
            Ran::of(command).well();
        }
        panic!("{case}: letters still wait");
    }

    /// Starts the program again after something went wrong: what left is recorded, everybody gets the letter, twice only
    /// those whose attempt was begun and has no recorded end, and the state is whole. How many got it twice.
    pub(crate) fn goes_on(&self, case: &str) -> usize {
        self.nothing_is_unrecorded(case);
        let under_way = |letter: &outbox::Summary| matches!(letter.state, State::Sending | State::Unknown);
        let in_flight: Vec<_> =
            letters(&self.state()).into_iter().filter(under_way).map(|letter| letter.to).collect();
        self.settle(case);
        self.everything_left(case);
        self.is_whole(case);
        let mut bytes: HashMap<String, Vec<u8>> = HashMap::new();
        for letter in self.server.letters() {
            let first = bytes.entry(letter.to.concat()).or_insert_with(|| letter.bytes.clone());
            assert!(*first == letter.bytes, "{case}: {:?} got two letters", letter.to);
        }
        let doubled: Vec<_> = self.copies().into_iter().filter(|(_, copies)| *copies > 1).collect();
        for (address, copies) in &doubled {
            let case = format!("{case}: {address} got {copies} letters");
            assert!(*copies == 2 && in_flight.contains(address), "{case}, in flight were {in_flight:?}");
        }
        doubled.len()
    }

    /// What is recorded of letters, attempts and reminders, by table and column.
    pub(crate) fn books(&self) -> Vec<String> {
        let rows = |c: &rusqlite::Connection| -> rusqlite::Result<Vec<String>> {
            let mut all = Vec::new();
            for table in ["letter", "attempt", "reminder"] {
                let mut rows = c.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))?;
                let columns = rows.column_count();
                let shown = rows.query_map([], |row| {
                    (0..columns).map(|n| Ok(format!("{:?}", row.get_ref(n)?))).collect::<Result<Vec<_>, _>>()
                })?;
                for row in shown {
                    all.push(format!("{table}: {}", row?.join(", ")));
                }
            }
            Ok(all)
        };
        store::open_reader(&self.state()).unwrap().read(rows).unwrap()
    }

    /// Every page and index of the database, and the chain of the history.
    pub(crate) fn is_whole(&self, case: &str) {
        let check = |c: &rusqlite::Connection| c.query_row("PRAGMA integrity_check", [], |row| row.get(0));
        let said: String = store::open_reader(&self.state()).unwrap().read(check).unwrap();
        assert_eq!(said, "ok", "{case}");
        self.office.run(&["verify"]).well();
    }

    /// Everybody got a letter, and every letter is recorded as accepted.
    pub(crate) fn everything_left(&self, case: &str) {
        assert_eq!(self.copies().len(), PEOPLE, "{case}");
        let letters = letters(&self.state());
        assert_eq!(letters.len(), PEOPLE, "{case}");
        assert!(letters.iter().all(|letter| letter.state == State::Accepted), "{case}: {letters:?}");
    }

    /// Everybody got one letter and no more.
    pub(crate) fn everything_left_once(&self, case: &str) {
        self.everything_left(case);
        assert!(self.copies().values().all(|copies| *copies == 1), "{case}: {:?}", self.copies());
    }
}

/// All letters of a state.
pub(crate) fn letters(state: &Path) -> Vec<outbox::Summary> {
    let Ok(reader) = store::open_reader(state) else { return Vec::new() };
    reader.read(|c| outbox::list(c, &Filter::default())).unwrap()
}

/// Past the test runner, which keeps what a test prints unless it fails.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "disk: {line}");
}
