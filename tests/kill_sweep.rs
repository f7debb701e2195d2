//! The program is killed at every system call that matters, and nothing is lost or told twice.
//!
//! The real binary sends 25 letters to a mail server in this process, under `strace`, which kills
//! it with SIGKILL at the n-th write, flush, send or receive. Then it is started again, without
//! `strace`, until everything is settled. What has to hold after each kill:
//!
//! - the server took every letter at least once;
//! - it took no letter twice but those that were in flight at the kill (their attempt was
//!   begun and its end not recorded), and those with the same bytes and Message-ID;
//! - ledger and outbox are consistent: each reminder told once, each letter accepted, and the database sound.
//!
//! `cargo test` takes a sample of the kills, half a minute long. All of them, some minutes long:
//!
//! ```text
//! RAPPEL_KILL_SWEEP=all cargo test --test kill_sweep
//! ```
//!
//! and `RAPPEL_KILL_SWEEP=sendto:17` repeats a single one. `strace` has to be installed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "a test that cannot go on ends"
)]

mod common;
#[path = "kill_sweep/upgrade.rs"]
mod upgrade;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::Write as _,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use common::office::{Office, Ran};
use common::smtp_server::{Script, SmtpServer};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use rappel::{
    clock::Clock,
    ledger::{self, HistoryFilter, HowSaid},
    outbox::{self, Filter, State, Summary},
    store,
};

/// People, each with one action and one reminder of it.
const PEOPLE: usize = 25;

/// The calls at which the program is killed, and how many of them a sample leaves out.
const CALLS: [(&str, usize); 5] =
    [("pwrite64", 13), ("fsync,fdatasync", 2), ("sendto", 2), ("write", 3), ("recvfrom", 3)];

/// Kills under way at the same time: each waits for its disk most of the time.
const WORKERS: usize = 4;

/// Starts after a kill within which everything has to be settled: one takes up what was left, one
/// sends again what was in doubt. More only if a letter waits for the server.
const STARTS: usize = 4;

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

/// What came of one kill.
#[derive(Debug, Default, Clone, Copy)]
struct Toll {
    kills: usize,
    lost: usize,
    duplicated: usize,
    /// Duplicates of one kill, at most.
    most: usize,
}

#[test]
fn a_kill_at_any_system_call_loses_no_letter_and_doubles_only_what_was_in_flight() {
    if let Err(why) = strace_works() {
        say(&format!("skipped: {why}"));
        return;
    }
    let mut total = Toll::default();
    for plan in plans() {
        let toll = plan.carry_out();
        say(&format!("{plan}: {toll}"));
        total.add(toll);
    }
    say(&format!("all: {total}"));
    assert!(total.kills > 0, "nothing was killed");
    assert_eq!(total.lost, 0);
}

/// Kills at every `step`-th of these calls, the first at `first`, until a run is through, or once.
struct Plan {
    call: String,
    first: usize,
    step: Option<usize>,
}

/// What the environment asks for.
#[expect(clippy::disallowed_methods, reason = "the settings of the test, not of the program")]
fn plans() -> Vec<Plan> {
    let wanted = std::env::var("RAPPEL_KILL_SWEEP").unwrap_or_default();
    if let Some((call, n)) = wanted.split_once(':') {
        return vec![Plan { call: call.to_owned(), first: n.parse().unwrap(), step: None }];
    }
    plans_for(CALLS).into_iter().map(|(call, step)| Plan { call, first: 1, step: Some(step) }).collect()
}

/// Calls, and at which of each the program is killed: each so many-th, or every one if the environment says so.
#[expect(clippy::disallowed_methods, reason = "the settings of the test, not of the program")]
fn plans_for<const N: usize>(calls: [(&str, usize); N]) -> Vec<(String, usize)> {
    let all = std::env::var("RAPPEL_KILL_SWEEP").is_ok_and(|wanted| wanted == "all");
    calls.map(|(call, sample)| (call.to_owned(), if all { 1 } else { sample })).into()
}

impl Plan {
    fn carry_out(&self) -> Toll {
        let next = AtomicUsize::new(self.first);
        let through = AtomicBool::new(false);
        let work = || {
            let mut toll = Toll::default();
            while !through.load(Ordering::SeqCst) {
                let n = next.fetch_add(self.step.unwrap_or(1), Ordering::SeqCst);
                match kill_at(&self.call, n) {
                    Some(one) => toll.add(one),
                    None => through.store(true, Ordering::SeqCst),
                }
                if self.step.is_none() {
                    through.store(true, Ordering::SeqCst);
                }
            }
            toll
        };
        let workers = if self.step.is_some() { WORKERS } else { 1 };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let mut total = Toll::default();
            for worker in workers {
                total.add(worker.join().unwrap());
            }
            total
        })
    }
}

/// One kill and what follows; none if the program was through before.
fn kill_at(call: &str, n: usize) -> Option<Toll> {
    let server = SmtpServer::start(Script::default());
    let office = office(server.port());
    let killed = killed_at(&office, call, n);
    let case = format!("{call}:{n}");
    let in_flight = under_way(&office.path("state"));
    settle(&office, &case);
    let toll = check(&office, &server, &in_flight, &case);
    killed.then_some(Toll { kills: 1, most: toll.duplicated, ..toll })
}

/// Runs the program once, and whether it was killed at the n-th of these calls before it was through.
fn killed_at(office: &Office, call: &str, n: usize) -> bool {
    let mut command = Command::new("strace");
    command.args(["-f", "-o", "/dev/null", "-e"]).arg(format!("trace={call}"));
    command.args(["-e", &format!("inject={call}:signal=KILL:when={n}")]);
    let program = office.command(&["run", "--once"]);
    command.arg(program.get_program()).args(program.get_args());
    command.env_remove("JOURNAL_STREAM").env_remove("NOTIFY_SOCKET");
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    let killed = status.signal() == Some(9) || status.code() == Some(128 + 9);
    assert!(killed || status.success(), "{call}:{n}: {status}");
    killed
}

fn office(port: u16) -> Office {
    let office = Office::in_memory(&format!("{SETTINGS}\nport = {port}\n"));
    let today = TimeZone::UTC.to_datetime(Clock::System.now()).date();
    // The step was reached two days ago and the next one is never: the day may change meanwhile.
    let deadline: Date = today + 10.days();
    let (mut people, mut actions) =
        ("Name,Email\n".to_owned(), "Ref,Title,Asked of,Deadline,Status\n".to_owned());
    for n in 1..=PEOPLE {
        people.push_str(&format!("Person {n},person{n}@example.org\n"));
        actions.push_str(&format!("17/{n:02},Nominate {n},Person {n},{deadline},open\n"));
    }
    office.write("register/Representatives.csv", &people);
    office.write("register/Actions.csv", &actions);
    office.run(&["init"]).well();
    office
}

/// The Message-IDs of the letters whose attempt was begun and has no recorded end.
fn under_way(state: &Path) -> BTreeSet<String> {
    let reader = store::open_reader(state).unwrap();
    reader
        .read(|c| {
            let filter = Filter { states: vec![State::Sending, State::Unknown], ..Filter::default() };
            outbox::list(c, &filter)?
                .iter()
                .map(|letter| Ok(outbox::show(c, letter.id)?.unwrap().message_id))
                .collect()
        })
        .unwrap()
}

/// Starts the program until nothing waits. What waits for its back-off is made due by a person.
fn settle(office: &Office, case: &str) {
    for _ in 0..STARTS {
        let ran = office.run(&["run", "--once"]);
        assert!([0, 5].contains(&ran.code), "{case}: {}\n{}", ran.out, ran.err);
        let waiting = waiting(&office.path("state"));
        if waiting.is_empty() {
            return;
        }
        let mut command = office.command(&["outbox", "retry"]);
        command.args(waiting.iter().map(ToString::to_string));
        Ran::of(command).well();
    }
    panic!("{case}: letters still wait after {STARTS} starts");
}

fn waiting(state: &Path) -> Vec<outbox::LetterId> {
    let reader = store::open_reader(state).unwrap();
    let letters = reader.read(|c| outbox::list(c, &Filter::default())).unwrap();
    letters.iter().filter(|letter| !letter.state.is_settled()).map(|letter| letter.id).collect()
}

fn check(office: &Office, server: &SmtpServer, in_flight: &BTreeSet<String>, case: &str) -> Toll {
    let letters = books(office, case);
    // What the killed process had written may still be on its way through the server.
    while server.open() > 0 {
        std::thread::yield_now();
    }
    let mut taken: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for kept in server.letters() {
        taken.entry(kept.to.concat()).or_default().push(kept.bytes);
    }
    let mut toll = Toll::default();
    for (address, (message_id, bytes)) in &letters {
        let Some(copies) = taken.remove(address) else {
            say(&format!("{case}: the letter to {address} was never sent"));
            toll.lost += 1;
            continue;
        };
        for copy in &copies {
            assert!(copy == bytes, "{case}: what {address} got is not what is recorded");
        }
        if copies.len() > 1 {
            assert!(
                in_flight.contains(message_id),
                "{case}: {address} got a letter twice that was not in flight"
            );
            assert_eq!(copies.len(), 2, "{case}: {address}");
            toll.duplicated += 1;
        }
    }
    assert!(taken.is_empty(), "{case}: letters that nobody recorded to {:?}", taken.keys());
    toll
}

/// What the state says must have left: Message-ID and bytes by address. Its books have to be in order.
fn books(office: &Office, case: &str) -> BTreeMap<String, (String, Vec<u8>)> {
    // A backup is checked page by page.
    office.run(&["backup", office.path("copy.db").to_str().unwrap()]).well();
    let reader = store::open_reader(&office.path("state")).unwrap();
    let (history, letters) = reader
        .read(|c| {
            let letters = outbox::list(c, &Filter::default())?;
            let shown = |one: &Summary| outbox::show(c, one.id).map(Option::unwrap);
            let letters: Vec<_> = letters.iter().map(shown).collect::<Result<_, _>>()?;
            Ok((ledger::history(c, &HistoryFilter::default())?, letters))
        })
        .unwrap();
    assert_eq!(history.len(), PEOPLE, "{case}");
    let told: BTreeSet<_> = history.iter().map(|entry| (&entry.reference, &entry.recipient)).collect();
    assert_eq!(told.len(), PEOPLE, "{case}: a reminder is recorded twice");
    for entry in &history {
        let letter = entry.letter.as_ref().unwrap();
        assert_eq!(
            (entry.how, letter.state),
            (HowSaid::Told, State::Accepted),
            "{case}: {}",
            entry.reference
        );
    }
    assert_eq!(letters.len(), PEOPLE, "{case}");
    for letter in &letters {
        let last = letter.history.last().unwrap().answer.as_ref().unwrap();
        assert_eq!(last.outcome, "accepted", "{case}: letter {}", letter.summary.id);
        assert!(letter.history.iter().all(|attempt| attempt.answer.is_some()), "{case}");
    }
    letters
        .into_iter()
        .map(|letter| (letter.summary.to, (letter.message_id, letter.bytes.unwrap())))
        .collect()
}

fn strace_works() -> Result<(), String> {
    let mut command = Command::new("strace");
    command.args(["-f", "-o", "/dev/null", "-e", "trace=write", "true"]);
    match command.output() {
        Err(error) => Err(format!("strace cannot be started ({error})")),
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

impl Toll {
    fn add(&mut self, other: Self) {
        self.kills += other.kills;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.most = self.most.max(other.most);
    }
}

impl std::fmt::Display for Toll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kills, lost, duplicated, most } = self;
        write!(f, "kills {kills}, lost {lost}, duplicated {duplicated} (at most {most} at one kill)")
    }
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.step {
            None => write!(f, "{} number {}", self.call, self.first),
            Some(1) => write!(f, "every {}", self.call),
            Some(step) => write!(f, "one {} in {step}", self.call),
        }
    }
}

/// Past the test runner, which keeps what a test prints unless it fails.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "kill sweep: {line}");
}
