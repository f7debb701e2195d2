//! People decide about letters, by commands of their own, while the daemon sends: what a command said holds.
//!
//! The mail server answers as the dice have it (at once, never, with "later" or "no"), and three times it keeps its answer
//! back until everything was decided that there is to decide. Then nothing moves: what a command says can be compared with
//! how the letter stood, and whatever comes later came after it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use rappel::{
    clock::Clock,
    outbox::{self, Detail, Filter, IN_DOUBT, LetterId, RELEASED, State, Summary},
    store,
};
use serde_json::Value;

use super::{EACH_SECOND, dice::Dice, smtp};
use crate::common::{
    office::{Office, Ran},
    running::Running,
    smtp_server::{Act, At, Gate, Kept, Script, SmtpServer},
};

/// More than are with the carrier at once.
const PEOPLE: usize = 110;

/// The server keeps these of the letters waiting that it would answer at once.
const GATES: [usize; 3] = [10, 20, 30];

/// What it says to them in the end.
fn at_last() -> [Act; GATES.len()] {
    [Act::say("250 2.0.0 Kept"), Act::say("451 4.3.0 Come back later"), Act::Drop]
}

/// How often the daemon may look round before everything has to be as it should.
const ROUNDS: usize = 300;

const DECISIONS: [&str; 5] = ["retry", "drop", "accept", "hold", "release"];

/// What the server does with the attempts at the letter to one address: the first, and the second.
fn fate(life: usize, to: &str) -> [Option<(At, Act)>; 2] {
    let lost = || Some((At::Dot, Act::Drop));
    match Dice::about(life as u64, to, 0).below(10) {
        0 => [Some((At::Rcpt, Act::say("451 4.7.1 Come back later"))), None],
        1 => [Some((At::Rcpt, Act::say("550 5.7.1 Not from you"))), None],
        2 => [lost(), None],
        3 => [lost(), lost()],
        _ => [None, None],
    }
}

/// What the server has seen.
#[derive(Default)]
struct Seen {
    /// Attempts, by address.
    attempts: HashMap<String, usize>,
    /// Letters that it answers, as far as the gates go.
    answered: usize,
    /// To whom the letter is that waits at a gate.
    at_gate: String,
    /// To whom it lost letters, though it took them.
    lost: Vec<String>,
}

/// A decision as the command told it.
struct Said {
    letter: LetterId,
    decision: &'static str,
    is_done: bool,
    /// How many letters had come before the command ran: what it lets go may leave before the command has ended.
    before: usize,
    /// How many had come when it had ended.
    came: usize,
}

struct Morning {
    life: usize,
    office: Office,
    server: SmtpServer,
    daemon: Running,
    seen: Arc<Mutex<Seen>>,
    gates: [Gate; GATES.len()],
    dice: Dice,
    said: Vec<Said>,
    /// How often each sort of thing was said.
    sorts: BTreeMap<String, usize>,
}

impl Morning {
    fn begin(life: usize) -> Self {
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let gates: [Gate; GATES.len()] = Default::default();
        let (seeing, closed) = (Arc::clone(&seen), gates.clone());
        let director = move |at: At, to: &str| {
            if to.is_empty() {
                return None;
            }
            let mut seen = seeing.lock().unwrap();
            let attempts = seen.attempts.entry(to.to_owned()).or_default();
            *attempts += usize::from(at == At::Rcpt);
            let fate = fate(life, to).into_iter().nth(*attempts - 1).flatten();
            let act = match fate {
                Some((then, act)) => (then == at).then_some(act)?,
                None if at == At::Dot && to.starts_with('p') => {
                    seen.answered += 1;
                    let gate = GATES.iter().position(|nth| *nth == seen.answered)?;
                    to.clone_into(&mut seen.at_gate);
                    seen.lost.extend((at_last()[gate] == Act::Drop).then(|| to.to_owned()));
                    return Some(Act::Pause(closed[gate].clone(), Box::new(at_last()[gate].clone())));
                }
                None => return None,
            };
            seen.lost.extend((act == Act::Drop).then(|| to.to_owned()));
            Some(act)
        };
        let server = SmtpServer::start(Script::default().one_by_one().directed(director));
        let settings = smtp(server.port(), &format!("{EACH_SECOND}[limits]\nfirst_run = 1000\n"));
        let office = Office::in_memory(&settings.replace("\"1s\"", "\"2h\""));
        office.one_action_each(PEOPLE, "2020-01-15");
        office.run(&["init"]).well();
        let daemon = Running::daemon_with(&office, |command| {
            // It looks round, and says so, several times a second.
            command.env("WATCHDOG_USEC", "300000");
        });
        let (dice, said, sorts) = (Dice::new(life as u64), Vec::new(), BTreeMap::new());
        Self { life, office, server, daemon, seen, gates, dice, said, sorts }
    }

    fn letters(&self) -> Vec<Summary> {
        let filter = Filter { limit: None, ..Filter::default() };
        let reader = store::open_reader(&self.office.path("state")).unwrap();
        reader.read(|c| outbox::list(c, &filter)).unwrap()
    }

    fn show(&self, letter: LetterId) -> Detail {
        let reader = store::open_reader(&self.office.path("state")).unwrap();
        reader.read(|c| outbox::show(c, letter)).unwrap().unwrap()
    }

    /// Looks at the outbox whenever the daemon has come round, until it is so. (A daemon to which nobody listens would
    /// wait to be heard.)
    fn wait_until(&self, what: &str, is_so: impl Fn(&[Summary]) -> bool) -> Vec<Summary> {
        for _ in 0..ROUNDS {
            let letters = self.letters();
            if is_so(&letters) {
                return letters;
            }
            self.daemon.wait_for("WATCHDOG=1");
        }
        let list = self.office.run(&["outbox", "list", "--limit", "200"]).out;
        panic!("life {}: the daemon went round {ROUNDS} times, and not yet so: {what}\n{list}", self.life);
    }

    /// As soon as everything is recorded that has happened so far, but for so many attempts that the server holds up.
    fn at_rest(&self, held_up: usize) -> Vec<Summary> {
        self.wait_until("everything that came is recorded", |letters| {
            let begun: usize = letters.iter().map(|one| one.attempts as usize).sum();
            let flying = letters.iter().filter(|one| one.state == State::Sending).count();
            let seen: usize = self.seen.lock().unwrap().attempts.values().sum();
            let reminders = letters.iter().filter(|one| one.kind == "reminder").count();
            let is_looked_at = letters.iter().all(|one| one.note.as_deref() != Some(RELEASED));
            reminders == PEOPLE && begun - flying + held_up == seen && is_looked_at
        })
    }

    /// Runs `rappel outbox`, and compares what it says with how the letters stood.
    fn decide(&mut self, decision: &'static str, about: &[&Summary], on_the_wire: &str) {
        if about.is_empty() {
            return;
        }
        let numbers: Vec<_> = about.iter().map(|one| one.id.0.to_string()).collect();
        let args: Vec<_> =
            ["outbox", decision].into_iter().chain(numbers.iter().map(String::as_str)).collect();
        let before = self.server.letters().len();
        let Ran { code, out, err } = self.office.run(&args);
        let came = self.server.letters().len();
        for letter in about {
            let states = may_stand(letter, letter.to == on_the_wire);
            let sort = said_right(decision, letter, &states, &out, &err);
            *self.sorts.entry(format!("{decision} {}", sort.unwrap_or("refused"))).or_default() += 1;
            self.said.push(Said { letter: letter.id, decision, is_done: sort.is_some(), before, came });
        }
        let refused = err.lines().count();
        assert_eq!(out.lines().count() + refused, about.len(), "{out}{err}");
        assert_eq!(code, i32::from(refused > 0), "{out}{err}");
    }

    /// The answer to one letter is kept back: people decide about a part of them all.
    fn round(&mut self, number: usize) {
        let gate = self.gates[number].clone();
        self.wait_until("a letter waits for its answer", |_| gate.has_one());
        let letters = self.at_rest(1);
        let on_the_wire = self.seen.lock().unwrap().at_gate.clone();
        let mut decisions: BTreeMap<&'static str, Vec<&Summary>> = BTreeMap::new();
        for letter in letters.iter().filter(|one| one.kind == "reminder") {
            if letter.to == on_the_wire {
                // In as many lives as there are decisions each meets each answer.
                let decision = DECISIONS[(self.life + number) % DECISIONS.len()];
                decisions.entry(decision).or_default().push(letter);
            } else if self.dice.chance(if letter.state == State::Held { 60 } else { 25 }) {
                decisions.entry(self.dice.pick(&DECISIONS)).or_default().push(letter);
            }
        }
        for (decision, about) in &decisions {
            self.decide(decision, about, &on_the_wire);
        }
        if number == 0 {
            self.close(&letters, &decisions.into_values().flatten().map(|one| one.id).collect::<Vec<_>>());
        }
        let decided: Vec<_> = self.said.iter().map(|said| said.letter).collect();
        self.wait_until("what nobody has begun to send is taken back", |letters| {
            let of = |one: &Summary| one.to != on_the_wire && decided.contains(&one.id);
            letters.iter().filter(|one| of(one)).all(|one| {
                let is_out = |letter: Detail| letter.history.iter().any(|one| one.answer.is_none());
                one.note.as_deref() != Some(RELEASED)
                    && (one.state == State::Sending || !is_out(self.show(one.id)))
            })
        });
        self.gates[number].open();
    }

    /// The action is closed of a letter that is with the carrier, and of one that was never tried.
    fn close(&mut self, letters: &[Summary], decided: &[LetterId]) {
        let came = self.server.letters().len();
        for state in [State::Sending, State::Queued] {
            let fits = |one: &&Summary| {
                let attempts = u32::from(state == State::Sending);
                one.state == state && one.attempts == attempts && one.kind == "reminder"
            };
            // The first that is being sent is on the wire.
            let letter =
                letters.iter().rev().filter(fits).skip(1).find(|one| !decided.contains(&one.id)).unwrap();
            let reference = reference_of(letter);
            let out = self.office.run(&["close", &reference]).well();
            assert!(out.contains("is closed"), "{out}");
            let said = Said { letter: letter.id, decision: "close", is_done: true, before: came, came };
            self.said.push(said);
            self.wait_until("the letter about what is closed is withdrawn", |letters| {
                letters.iter().any(|one| one.id == letter.id && one.state == State::Withdrawn)
            });
        }
    }

    /// What is held is released, what waits for its back-off or was refused is tried again, what is in doubt came: all comes
    /// to its end.
    fn end(&mut self) -> Vec<Summary> {
        loop {
            let letters = self.wait_until("all that can leave has left", |letters| {
                let now = Clock::System.now();
                let is_waiting = |one: &Summary| one.next_attempt.is_some_and(|next| next <= now);
                letters.iter().all(|one| {
                    one.state != State::Sending && !is_waiting(one) && one.note.as_deref() != Some(RELEASED)
                })
            });
            let letters = {
                let rested = self.at_rest(0);
                assert_eq!(rested.len(), letters.len());
                rested
            };
            let of = |states: &[State], is_in_doubt: bool| -> Vec<&Summary> {
                let fits = |one: &&Summary| states.contains(&one.state) && in_doubt(one) == is_in_doubt;
                letters.iter().filter(fits).collect()
            };
            let (doubtful, held) = (of(&[State::Held], true), of(&[State::Held], false));
            let waiting = of(&[State::Queued, State::Unknown], false);
            if doubtful.len() + held.len() + waiting.len() == 0 {
                return letters;
            }
            self.decide("accept", &doubtful, "");
            self.decide("release", &held, "");
            self.decide("retry", &waiting, "");
        }
    }
}

/// The action that a letter tells of.
fn reference_of(letter: &Summary) -> String {
    letter.to.replacen('p', "A", 1).replace("@example.org", "")
}

/// Held by rappel, because nobody knows whether it arrived.
fn in_doubt(letter: &Summary) -> bool {
    letter.state == State::Held && letter.note.as_ref().is_some_and(|note| note.starts_with(IN_DOUBT))
}

/// Whether the last attempt whose answer is known had none.
fn is_doubtful(letter: &Summary) -> bool {
    letter.last_answer.as_ref().is_some_and(|answer| answer.outcome == "unknown")
}

/// Whether there was an attempt that is over.
fn was_tried(letter: &Summary) -> bool {
    letter.attempts > u32::from(letter.state == State::Sending)
}

/// How a letter may stand when the command comes to it: one that is due, and that no connection has begun, is handed to
/// the carrier and taken back at any time.
fn may_stand(letter: &Summary, on_the_wire: bool) -> Vec<State> {
    let is_due = letter.next_attempt.is_some_and(|next| next <= Clock::System.now());
    let waiting = if is_doubtful(letter) { State::Unknown } else { State::Queued };
    match letter.state {
        State::Sending if !on_the_wire => vec![State::Sending, waiting],
        State::Queued | State::Unknown if is_due => vec![letter.state, State::Sending],
        state => vec![state],
    }
}

/// How a line begins that a command says about a letter, and whether it is all of it; none if it has to be refused.
fn to_be_said(decision: &str, letter: &Summary, state: State) -> Option<(String, bool)> {
    let is_possible = match decision {
        "retry" => matches!(state, State::Queued | State::Unknown | State::Refused) || in_doubt(letter),
        "drop" | "hold" => !state.is_settled(),
        "release" => state == State::Held,
        // What was never tried cannot have arrived.
        _ => matches!(state, State::Sending | State::Accepted) || was_tried(letter),
    };
    if !is_possible {
        return None;
    }
    let more = match (decision, state) {
        ("drop" | "hold", State::Sending) => " It was being sent, and may arrive all the same: ",
        ("drop" | "hold", _) if is_doubtful(letter) => " It may have arrived before.",
        ("accept", State::Sending) => " It was being sent: ",
        _ => "",
    };
    let now = match decision {
        "drop" => "withdrawn now.",
        "hold" => "held now.",
        "accept" => "accepted now.",
        _ => "",
    };
    Some((format!("Letter {} is {now}{more}", letter.id), !now.is_empty() && !more.ends_with(": ")))
}

/// Which sort of thing a command said about a letter: it has to be the right one for one of these states. None if it
/// was refused.
fn said_right(
    decision: &str,
    letter: &Summary,
    states: &[State],
    out: &str,
    err: &str,
) -> Option<&'static str> {
    let about = format!("Letter {} is ", letter.id);
    let line = |text: &str| text.lines().find(|line| line.starts_with(&about)).map(str::to_owned);
    let (done, refused) = (line(out), line(err));
    let is_right = |state: &State| match (to_be_said(decision, letter, *state), &done, &refused) {
        (Some((said, true)), Some(line), None) => *line == said,
        (Some((said, false)), Some(line), None) => line.starts_with(&said),
        (None, None, Some(line)) => line.contains(": nothing was changed. Only what "),
        _ => false,
    };
    let state = states.iter().find(|state| is_right(state));
    let state =
        state.unwrap_or_else(|| panic!("{decision}: {letter:#?}, which may be {states:?}\n{out}{err}"));
    done.map(|_| match state {
        State::Sending => "under way",
        state if !state.is_settled() && is_doubtful(letter) => "in doubt",
        State::Queued if letter.attempts > 0 => "deferred",
        State::Queued => "waiting",
        _ => "other",
    })
}

/// What holds for one letter, whatever was decided: `came` are its arrivals, as numbers of all letters that came.
fn holds(life: usize, letter: &Summary, came: &[(usize, &Kept)], said: &[&Said], seen: &Seen) {
    let story = || {
        let said: Vec<_> = said.iter().map(|one| (one.decision, one.is_done, one.came)).collect();
        let came: Vec<_> = came.iter().map(|(number, _)| number).collect();
        format!("life {life}: {letter:#?}\nsaid {said:?}\ncame as number {came:?}")
    };
    let mut until = usize::MAX;
    for one in said.iter().rev().filter(|one| one.is_done) {
        if matches!(one.decision, "drop" | "hold" | "accept" | "close") {
            let left = came.iter().any(|(number, _)| (one.came..until).contains(number));
            assert!(!left, "it left after it was said: {}\n{}", one.decision, story());
        }
        // Nothing else lets go what is held.
        if one.decision == "release" {
            until = one.before;
        }
    }
    // No letter twice, unless the answer to the one before was lost; and then the same.
    let attempts = seen.attempts.get(&letter.to).copied().unwrap_or_default();
    let lost = seen.lost.iter().filter(|to| **to == letter.to).count();
    assert!(came.len() <= lost + 1, "it came too often\n{}", story());
    assert!(
        came.iter().all(|(_, kept)| kept.bytes == came[0].1.bytes),
        "it came in other words\n{}",
        story()
    );
    let has_decided =
        |decisions: &[&str]| said.iter().any(|one| one.is_done && decisions.contains(&one.decision));
    let is_so = match letter.state {
        State::Accepted => !came.is_empty() || has_decided(&["accept"]),
        State::Withdrawn => has_decided(&["drop", "close"]),
        State::Refused => came.is_empty() && attempts == 1,
        _ => false,
    };
    assert!(is_so, "nobody knows why it ended so\n{}", story());
    assert_eq!(letter.attempts as usize, attempts, "attempts are not those that the server saw\n{}", story());
}

fn lives(life: usize) -> BTreeMap<String, usize> {
    let mut morning = Morning::begin(life);
    for number in 0..GATES.len() {
        morning.round(number);
    }
    let unknown = morning.office.run(&["outbox", "drop", "99999"]).failed(4);
    assert!(unknown.starts_with("There is no letter 99999."), "{unknown}");
    let pid = format!("(process {})", morning.daemon.pid());
    let forget = morning.office.run(&["forget", "P0", "--force"]).failed(1);
    assert!(forget.contains(&pid), "{forget}");
    let letters = morning.end();

    let Morning { office, server, daemon, seen, said, sorts, .. } = morning;
    assert_eq!(daemon.stop().code, 0);
    let came = server.letters();
    let seen = seen.lock().unwrap();
    let reminders: Vec<_> = letters.iter().filter(|one| one.kind == "reminder").collect();
    assert_eq!(reminders.len(), PEOPLE, "life {life}");
    for letter in &reminders {
        let came: Vec<_> =
            came.iter().enumerate().filter(|(_, kept)| kept.to == [letter.to.clone()]).collect();
        let said: Vec<_> = said.iter().filter(|one| one.letter == letter.id).collect();
        holds(life, letter, &came, &said, &seen);
    }
    // One of each end, as people look it up.
    for state in [State::Accepted, State::Withdrawn, State::Refused] {
        let Some(letter) = reminders.iter().find(|one| one.state == state) else { continue };
        let reference = reference_of(letter);
        let told = office.run(&["history", &reference, "--json"]).well();
        let told: Value = serde_json::from_str(&told).unwrap();
        let found = told.as_array().unwrap().iter().find(|one| one["letter"]["id"] == letter.id.0);
        let found = found.unwrap_or_else(|| panic!("{told:#}"));
        assert_eq!(found["letter"]["state"], state.as_str(), "{told:#}");
        assert_eq!(found["letter"]["attempts"], letter.attempts, "{told:#}");
    }
    assert!(office.run(&["verify"]).well().contains("The history is whole"));
    sorts
}

#[test]
fn what_a_command_says_about_a_letter_holds_while_the_daemon_sends() {
    let mut sorts = BTreeMap::<String, usize>::new();
    for life in 0..DECISIONS.len() {
        for (sort, count) in lives(life) {
            *sorts.entry(sort).or_default() += count;
        }
    }
    // What was tried at all: each decision in each state in which it says something else.
    for sort in [
        "retry refused",
        "retry deferred",
        "retry in doubt",
        "retry waiting",
        "drop under way",
        "drop waiting",
        "drop in doubt",
        "drop deferred",
        "drop refused",
        "hold under way",
        "hold waiting",
        "hold in doubt",
        "hold deferred",
        "hold refused",
        "accept under way",
        "accept in doubt",
        "release other",
        "release refused",
    ] {
        assert!(sorts.contains_key(sort), "{sort} was not tried: {sorts:#?}");
    }
}
