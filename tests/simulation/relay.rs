//! The mail server of a simulation: good and bad by the seed, in a way that depends on the letter and the number
//! of its attempt alone, so that a seed replays exactly.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{Timestamp, tz::TimeZone};
use rappel::clock::Clock;
use tokio::sync::Notify;

use super::{dice::Dice, world::World};

/// A letter that the server took.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) at: Timestamp,
    pub(crate) to: String,
    pub(crate) message_id: String,
    pub(crate) bytes: Vec<u8>,
    /// The answer did not get through: the daemon cannot know.
    pub(crate) doubt: bool,
}

/// Where the daemon is to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kill {
    /// The letter is on its way and not taken.
    BeforeDot,
    /// The letter is taken and that is not said.
    AfterDot,
}

#[derive(Default)]
pub(crate) struct State {
    /// Whether it can be reached.
    pub(crate) down: bool,
    /// Whether it has troubles now and then.
    pub(crate) moody: bool,
    pub(crate) kill: Option<Kill>,
    pub(crate) taken: Vec<Taken>,
    /// Where a copy of each letter goes that is taken, if there is such a place.
    pub(crate) archive: Option<PathBuf>,
    /// What is open in the register in force: a letter about anything else is wrong.
    pub(crate) open: HashSet<String>,
    /// Actions that were asked of somebody else before, or gone.
    pub(crate) asked_otherwise: HashSet<String>,
    /// The register in force.
    pub(crate) in_force: Option<World>,
    /// Letters that came to somebody absent for whom a deputy is there.
    pub(crate) during_absence: Vec<Taken>,
    /// What was wrong with letters when they came.
    pub(crate) wrong: Vec<String>,
    /// What was answered while the kill is to come: Message-IDs, and addresses that were refused.
    pub(crate) answered: Vec<String>,
    tries: HashMap<String, u64>,
    streams: Vec<TcpStream>,
    stopped: bool,
}

pub(crate) struct Relay {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    seed: u64,
    clock: Clock,
    state: Mutex<State>,
    killed: Notify,
}

impl Relay {
    pub(crate) fn start(seed: u64, clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared =
            Arc::new(Shared { seed, clock, state: Mutex::new(State::default()), killed: Notify::new() });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut state = accepting.state();
                if state.stopped {
                    return;
                }
                if state.down {
                    continue;
                }
                stream.set_nodelay(true).unwrap();
                state.streams.push(stream.try_clone().unwrap());
                let shared = Arc::clone(&accepting);
                std::thread::spawn(move || shared.talk(stream));
            }
        });
        Self { port, shared }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }

    /// Whether it can be reached from now on.
    pub(crate) fn set_down(&self, down: bool) {
        let mut state = self.state();
        state.down = down;
        if down {
            state.hang_up();
        }
    }

    /// Waits until a letter has come to the point at which the daemon is to die.
    pub(crate) async fn killed(&self) {
        self.shared.killed.notified().await;
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let mut state = self.state();
        state.stopped = true;
        state.hang_up();
        drop(state);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl State {
    fn hang_up(&mut self) {
        for stream in self.streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn talk(&self, stream: TcpStream) {
        let mut output = stream.try_clone().unwrap();
        let mut lines = BufReader::new(stream);
        let mut to = None;
        let mut say = |text: &str| output.write_all(format!("{text}\r\n").as_bytes()).is_ok();
        say("220 sim.example.int");
        let mut line = String::new();
        while lines.read_line(&mut line).is_ok_and(|n| n > 0) {
            let command = line.trim_end().to_owned();
            line.clear();
            let upper = command.to_ascii_uppercase();
            let going_on = match upper.split([' ', ':']).next().unwrap_or("") {
                "EHLO" => say("250-sim.example.int\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES"),
                "RCPT" => {
                    let address = command["RCPT TO:".len()..].trim_matches(['<', '>']).to_owned();
                    let (answer, accepted) = self.recipient(&address);
                    to = accepted.then_some(address);
                    answer.is_some_and(&mut say)
                }
                "DATA" if to.is_none() => say("554 5.5.1 No valid recipients"),
                "DATA" => {
                    say("354 Go on");
                    let Some(bytes) = text(&mut lines) else { return };
                    match self.letter(to.take().unwrap(), bytes) {
                        Verdict::Say(answer) => say(answer),
                        Verdict::HangUp => false,
                        Verdict::Silence => {
                            // Until the daemon is gone.
                            let _ = lines.read_to_end(&mut Vec::new());
                            false
                        }
                    }
                }
                "QUIT" => {
                    say("221 2.0.0 Bye");
                    false
                }
                _ => say("250 2.0.0 Ok"),
            };
            if !going_on {
                break;
            }
        }
        let _ = output.shutdown(Shutdown::Both);
    }

    fn recipient(&self, address: &str) -> (Option<&'static str>, bool) {
        let mut state = self.state();
        let tries = state.tries.entry(address.to_owned()).or_default();
        *tries += 1;
        let mut dice = Dice::about(self.seed, address, *tries);
        if address.starts_with("gone") {
            if state.kill.is_some() {
                state.answered.push(address.to_owned());
            }
            return (Some("550 5.1.1 No such user"), false);
        }
        if state.moody && state.kill.is_none() && dice.chance(4) {
            return (Some("450 4.2.1 Come back later"), false);
        }
        (Some("250 2.1.5 Ok"), true)
    }

    fn letter(&self, to: String, bytes: Vec<u8>) -> Verdict {
        let message_id = header(&bytes, "Message-ID").trim_matches(['<', '>']).to_owned();
        let mut state = self.state();
        let tries = state.tries.entry(message_id.clone()).or_default();
        *tries += 1;
        let mut dice = Dice::about(self.seed, &message_id, *tries);
        // Not with a notice: reminders of the same instant may be on their way into the outbox.
        let kill = if is_notice(&bytes) { None } else { state.kill.take() };
        let moody = state.moody && kill.is_none() && state.kill.is_none();
        if state.kill.is_some() {
            state.answered.push(message_id.clone());
        }
        if kill == Some(Kill::BeforeDot) {
            self.killed.notify_one();
            return Verdict::Silence;
        }
        if moody && dice.chance(4) {
            return Verdict::Say("451 4.3.0 Not now");
        }
        let hang_up = moody && dice.chance(4);
        let doubt = hang_up || kill.is_some();
        let letter = Taken { at: self.clock.now(), to, message_id, bytes, doubt };
        let wrong = wrong_with(&letter, &state.open, &state.asked_otherwise);
        state.wrong.extend(wrong);
        if let Some(world) = state.in_force.as_ref().filter(|_| !is_notice(&letter.bytes))
            && goes_to_somebody_absent(&letter, world)
        {
            state.during_absence.push(letter.clone());
        }
        if let Some(archive) = &state.archive {
            let copy = File::create(archive.join("new").join(state.taken.len().to_string())).unwrap();
            (&copy).write_all(&letter.bytes).unwrap();
            copy.set_modified(letter.at.into()).unwrap();
        }
        state.taken.push(letter);
        if kill.is_some() {
            self.killed.notify_one();
            return Verdict::Silence;
        }
        if hang_up { Verdict::HangUp } else { Verdict::Say("250 2.0.0 Ok") }
    }
}

enum Verdict {
    Say(&'static str),
    HangUp,
    Silence,
}

/// The text up to the final dot.
fn text(lines: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            return Some(bytes);
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

/// What must never be in a letter, whenever it leaves.
fn wrong_with(letter: &Taken, open: &HashSet<String>, asked_otherwise: &HashSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    if is_closure(&letter.bytes) {
        let is_open = |reference: &String| open.contains(reference) && !asked_otherwise.contains(reference);
        let still_open = references(&letter.bytes).into_iter().filter(is_open);
        wrong.extend(still_open.map(|reference| {
            format!("{}: {} was told that {reference} is closed, which is open", letter.at, letter.to)
        }));
    } else if !is_notice(&letter.bytes) {
        let closed = references(&letter.bytes).into_iter().filter(|reference| !open.contains(reference));
        wrong.extend(closed.map(|reference| {
            format!("{}: {} got a letter about {reference}, which is not open", letter.at, letter.to)
        }));
    }
    let text = String::from_utf8_lossy(&letter.bytes);
    let headers = text.split("\r\n\r\n").next().unwrap_or("");
    let count = |name: &str| headers.lines().filter(|line| line.starts_with(name)).count();
    // An absent person gets a copy, whose address is one of the register's.
    let copies: Vec<_> = headers.lines().filter(|line| line.starts_with("Cc:")).collect();
    let honest = copies.iter().all(|line| !line.contains("evil")) && copies.len() <= 1;
    if count("To:") != 1 || count("Bcc:") + count("X-Evil:") > 0 || !honest {
        wrong.push(format!("a cell made a header:\n{headers}"));
    }
    wrong
}

/// Whoever is absent and has a deputy gets copies alone.
fn goes_to_somebody_absent(letter: &Taken, world: &World) -> bool {
    let today = letter.at.to_zoned(TimeZone::get("Europe/Zurich").unwrap()).date();
    header(&letter.bytes, "Cc").is_empty() && world.is_represented(&letter.to, today)
}

/// Whether it is about rappel itself: reminders refer to the thread of their action.
pub(crate) fn is_notice(bytes: &[u8]) -> bool {
    !String::from_utf8_lossy(bytes).lines().any(|line| line.starts_with("References:"))
}

/// Whether it tells that actions are closed.
fn is_closure(bytes: &[u8]) -> bool {
    let message = mail_parser::MessageParser::default().parse(bytes).unwrap();
    let text = message.body_text(0).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    text.contains("about which we had written to you, ")
}

/// A header of a letter, as its first line has it.
fn header<'a>(bytes: &'a [u8], name: &str) -> &'a str {
    let text = std::str::from_utf8(bytes).unwrap();
    let line = text
        .lines()
        .find(|line| line.split(':').next().is_some_and(|found| found.eq_ignore_ascii_case(name)));
    line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
}

/// The actions that a letter is about: R0001 and the like in its text.
pub(crate) fn references(bytes: &[u8]) -> HashSet<String> {
    let message = mail_parser::MessageParser::default().parse(bytes).unwrap();
    let text = message.body_text(0).unwrap();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_reference = |word: &&str| {
        word.len() == 5 && word.starts_with('R') && word[1..].bytes().all(|byte| byte.is_ascii_digit())
    };
    words.filter(is_reference).map(ToOwned::to_owned).collect()
}
