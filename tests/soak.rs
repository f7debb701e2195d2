//! The daemon through a year on a virtual clock, with a mail server that fails now and then: it holds no more files open
//! and no more memory at the end than after the first weeks, and says no more than somebody can read.
//!
//! Alone in its process, whose files and memory are counted.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use common::office::Office;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::date};
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
    store,
};
use rusqlite::Connection;

const ACTIONS: u32 = 60;

/// A mail server that keeps nothing.
#[derive(Default)]
struct Sink {
    taken: AtomicUsize,
    down: AtomicBool,
}

impl Sink {
    fn start() -> (Arc<Self>, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let sink = Arc::new(Self::default());
        let serving = Arc::clone(&sink);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if !serving.down.load(Ordering::SeqCst) {
                    let sink = Arc::clone(&serving);
                    std::thread::spawn(move || sink.talk(stream));
                }
            }
        });
        (sink, port)
    }

    fn talk(&self, stream: TcpStream) -> Option<()> {
        let mut output = stream.try_clone().ok()?;
        let mut say = |text: &str| output.write_all(format!("{text}\r\n").as_bytes()).ok();
        say("220 sink.example.int")?;
        let mut in_text = false;
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            if self.down.load(Ordering::SeqCst) {
                return None;
            }
            let line = line.trim_ascii_end();
            match line.first_chunk::<4>() {
                _ if in_text && line != b"." => {}
                _ if in_text => {
                    in_text = false;
                    let taken = self.taken.fetch_add(1, Ordering::SeqCst);
                    match taken % 40 {
                        // Taken, and nobody hears of it.
                        20 => return None,
                        30 => say("451 4.3.0 Try again")?,
                        _ => say("250 2.0.0 Ok")?,
                    }
                }
                Some(b"DATA") => {
                    in_text = true;
                    say("354 Go on")?;
                }
                Some(b"QUIT") => return say("221 2.0.0 Bye"),
                _ => say("250 2.0.0 Ok")?,
            }
        }
        None
    }
}

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn take(&self) -> Vec<String> {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap());
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }
}

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// In KiB.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn pass(daemon: &mut Daemon, clock: &Clock, days: i64) {
    let mut events = Events::signals().unwrap();
    let until = clock.now() + SignedDuration::from_hours(24 * days);
    daemon.go_on(Until::Time(until), &mut events).await;
}

#[test]
fn a_year_leaves_files_and_memory_as_they_were_and_a_day_without_a_mail_server_fills_no_log() {
    let log = Log::default();
    let written = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || written.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let (sink, port) = Sink::start();
    let office = Office::in_memory(&format!(
        "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\nconnections = 2\n"
    ));
    let start: Timestamp = "2027-01-04T05:00:00Z".parse().unwrap();
    let mut rows = "Ref,Title,Asked of,Deadline,Status\n".to_owned();
    for number in 0..ACTIONS {
        let deadline = date(2027, 1, 10) + (i64::from(number) * 6).days();
        let who = if number % 2 == 0 { "Ann" } else { "Bob" };
        writeln!(rows, "R{number},do it,{who},{deadline},open").unwrap();
    }
    office.write("register/Actions.csv", &rows);
    store::init(&office.path("state"), start).unwrap();
    let clock = Clock::starting(start);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Box::pin(async {
        let mut daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
        pass(&mut daemon, &clock, 90).await;
        let before = (open_files(), memory());
        // With what is still in its log: that has no rest in a year of seconds.
        let pages = |c: &Connection| {
            c.query_row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", [], |row| {
                row.get::<_, i64>(0)
            })
        };
        let database = || store::open_reader(&office.path("state")).unwrap().read(pages).unwrap() / 1024;
        let kept = database();
        for _ in 0..9 {
            pass(&mut daemon, &clock, 30).await;
            log.take();
        }
        let after = (open_files(), memory());
        let taken = sink.taken.load(Ordering::SeqCst);
        assert!(taken > 400, "{taken} letters in a year");
        eprintln!(
            "soak: {taken} letters in a year; {before:?} files and KiB after a quarter, {after:?} after it"
        );
        // A connection and a reader more or less may be open at that moment.
        assert!(after.0 <= before.0 + 4, "files: {} before, {} after", before.0, after.0);
        // What two connections keep of the database in memory, which has a limit, grows with the database.
        let more = 2 * u64::try_from(database() - kept).unwrap() + 1024;
        assert!(
            after.1 <= before.1 + before.1 / 20 + more,
            "KiB: {before:?} before, {after:?} after, {more} more"
        );

        log.take();
        sink.down.store(true, Ordering::SeqCst);
        let waiting = SignedDuration::from_hours(24 * 7);
        daemon.go_on(Until::Time(clock.now() + waiting), &mut Events::signals().unwrap()).await;
        let lines = log.take();
        assert!(lines.iter().any(|line| line.contains("cannot be used")), "{lines:#?}");
        assert!(lines.len() < 150, "{} lines in a week without a mail server", lines.len());
    }));
}
