//! A send time at which nothing is due, in a register that has not changed: the whole round of the loop, with its record
//! in the state.
//!
//! `cargo bench --bench quiet`. The folder is the system's temporary one (`TMPDIR`): choose a real disk.

#![expect(clippy::unwrap_used, reason = "a measurement that fails may stop")]

use std::{fmt::Write as _, fs, path::Path};

use divan::Bencher;
use jiff::{SignedDuration, Timestamp};
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
    ledger, store,
};

fn main() {
    divan::main();
}

/// A register of a million rows, the most that is read, one of which has the headers.
const MOST: usize = 999_999;

const SETTINGS: &str = r#"
[secretariat]
name = "TSB, the secretariat of ITU-T"
address = "reminders@example.int"
reply_to = "tsb@example.int"

[register]
path = "register"

[state]
dir = "state"

[schedule]
send = "0 8 * * *"

# With a ladder, so that the ends of letters are asked for.
[[policy.default.escalate]]
after = "7d overdue"
to = "deputy"

[mail.maildir]
path = "letters"
"#;

/// Actions of 500 people that are due in some years, each day a few.
fn write_register(folder: &Path, size: usize) {
    let mut people = "Name,Email\n".to_owned();
    for number in 0..500 {
        writeln!(people, "Delegate {number},delegate{number}@example.org").unwrap();
    }
    let mut actions = "Ref,Title,Asked of,Deadline,Status\n".to_owned();
    for number in 0..size {
        let (year, month, day) = (2031 + number % 40, 1 + number % 12, 1 + number % 28);
        let who = number % 500;
        writeln!(
            actions,
            "A{number},nominate a representative,Delegate {who},{year}-{month:02}-{day:02},open"
        )
        .unwrap();
    }
    let register = folder.join("register");
    fs::create_dir_all(&register).unwrap();
    fs::write(register.join("Representatives.csv"), people).unwrap();
    fs::write(register.join("Actions.csv"), actions).unwrap();
    fs::write(folder.join("rappel.toml"), SETTINGS).unwrap();
}

#[divan::bench(args = [10_000, MOST], sample_count = 50, sample_size = 1)]
fn a_send_time_at_which_nothing_is_due(bencher: Bencher<'_, '_>, size: usize) {
    let folder = tempfile::tempdir().unwrap();
    write_register(folder.path(), size);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let start: Timestamp = "2027-02-01T12:00:00Z".parse().unwrap();
    store::init(&folder.path().join("state"), start).unwrap();
    let file = folder.path().join("rappel.toml");
    let mut daemon = runtime.block_on(Daemon::start(&file, Clock::starting(start))).unwrap();
    let mut events = runtime.block_on(async { Events::signals().unwrap() });
    let (mut until, mut rounds) = (start, 0);
    bencher.bench_local(|| {
        until += SignedDuration::from_hours(24);
        rounds += 1;
        runtime.block_on(daemon.go_on(Until::Time(until), &mut events));
        assert_eq!(daemon.totals().queued, 0);
    });
    let reader = store::open_reader(&folder.path().join("state")).unwrap();
    let served = reader.read(|c| ledger::recent_runs(c, u32::MAX)).unwrap().len();
    assert_eq!(served, rounds, "a round that serves no send time is no measure");
}
