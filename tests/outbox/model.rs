//! Random lives of letters against a model of a page: nothing is lost, nothing goes twice at once.

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rappel::{
    letter::{Outcome, Reply, Trouble},
    outbox::{self, LEASE, LetterId, RetrySettings, State},
    store::after,
};
use rusqlite::Connection;

use super::{database, letter, start};

const LETTERS: usize = 4;

#[derive(Debug, Clone)]
enum Event {
    Enqueue(usize),
    Claim(u32),
    /// The answer to one of the attempts that this process began.
    Answer(usize, Outcome),
    GiveBack(usize),
    Pass {
        minutes: i64,
    },
    /// The process dies, and another starts.
    Restart,
    Hold(usize),
    Release(usize),
    Retry(usize),
    Withdraw(usize),
    Accept(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let outcome = prop_oneof![
        Just(Outcome::Accepted(Reply::default())),
        Just(Outcome::Later(Trouble::Recipient, Reply::default())),
        Just(Outcome::Later(Trouble::Server, Reply::default())),
        Just(Outcome::Later(Trouble::Server, Reply { code: Some(421), ..Reply::default() })),
        Just(Outcome::Refused(Trouble::Sender, Reply::default())),
        Just(Outcome::Unknown(Reply::default())),
    ];
    let event = prop_oneof![
        2 => (0..LETTERS).prop_map(Event::Enqueue),
        5 => (1..4u32).prop_map(Event::Claim),
        5 => (0..9usize, outcome).prop_map(|(which, outcome)| Event::Answer(which, outcome)),
        1 => (0..9usize).prop_map(Event::GiveBack),
        4 => prop_oneof![0..3i64, 0..90i64, 0..3000i64].prop_map(|minutes| Event::Pass { minutes }),
        1 => Just(Event::Restart),
        1 => (0..LETTERS).prop_map(Event::Hold),
        1 => (0..LETTERS).prop_map(Event::Release),
        1 => (0..LETTERS).prop_map(Event::Retry),
        1 => (0..LETTERS).prop_map(Event::Withdraw),
        1 => (0..LETTERS).prop_map(Event::Accept),
    ];
    proptest::collection::vec(event, 0..60)
}

/// What came of an attempt, as the model knows it.
#[derive(Debug, Clone, PartialEq)]
enum End {
    None,
    Lost,
    Answered(Outcome),
}

#[derive(Debug, Clone)]
struct Model {
    key: String,
    id: LetterId,
    state: State,
    created: Timestamp,
    next: Option<Timestamp>,
    pushes: u32,
    /// Held because it may have arrived.
    in_doubt: bool,
    /// Since it first reached a server.
    tried_from: Option<Timestamp>,
    attempts: Vec<(Timestamp, End)>,
}

impl Model {
    fn due(&self, now: Timestamp) -> bool {
        self.next.is_some_and(|next| next <= now)
    }

    fn settle(&mut self, state: State) {
        self.state = state;
        self.next = None;
    }

    fn again(&mut self, state: State, push: u32, since: Timestamp, now: Timestamp, retry: &RetrySettings) {
        let given_up = self.is_given_up(now, retry) && self.state != State::Held;
        if self.state != State::Held && state == State::Unknown && (given_up || self.doubt() >= 4) {
            self.in_doubt = true;
            return self.settle(State::Held);
        }
        if given_up {
            return self.settle(State::Expired);
        }
        self.pushes += push;
        if self.state != State::Held {
            self.state = state;
            self.next = Some(after(since, retry.wait(&self.key, self.pushes.max(1))));
        }
    }

    /// Two attempts without an answer, or four that the end of a process cut off.
    fn doubt(&self) -> u32 {
        let refused = |end: &End| matches!(end, End::Answered(Outcome::Refused(..)));
        let since = self.attempts.iter().rposition(|(_, end)| refused(end)).map_or(0, |last| last + 1);
        let doubt = |end: &End| match end {
            End::Lost => 1,
            End::Answered(Outcome::Unknown(_)) => 2,
            _ => 0,
        };
        self.attempts[since..].iter().map(|(_, end)| doubt(end)).sum()
    }

    /// Tried for long enough, at a server that was there.
    fn is_given_up(&mut self, now: Timestamp, retry: &RetrySettings) -> bool {
        let reached = |(started, end): &&(Timestamp, End)| {
            *started >= self.created
                && match end {
                    End::None => false,
                    End::Answered(Outcome::Later(Trouble::Server, reply)) => reply.code == Some(421),
                    End::Lost | End::Answered(_) => true,
                }
        };
        let last = self.attempts.last().filter(reached);
        let Some((started, _)) = last else { return false };
        let from = *self.tried_from.get_or_insert(*started);
        now > after(from, retry.give_up_after)
    }

    fn lose(&mut self, now: Timestamp, retry: &RetrySettings) {
        for index in 0..self.attempts.len() {
            if self.attempts[index].1 == End::None {
                self.attempts[index].1 = End::Lost;
                if !self.state.is_settled() && index + 1 == self.attempts.len() {
                    self.again(State::Unknown, 1, self.attempts[index].0, now, retry);
                }
            }
        }
    }

    fn answer(&mut self, attempt: usize, outcome: &Outcome, now: Timestamp, retry: &RetrySettings) {
        if matches!(self.attempts[attempt - 1].1, End::Answered(_)) {
            return;
        }
        self.attempts[attempt - 1].1 = End::Answered(outcome.clone());
        if matches!(outcome, Outcome::Accepted(_)) {
            return self.settle(State::Accepted);
        }
        if self.state.is_settled() || attempt != self.attempts.len() {
            return;
        }
        match outcome {
            Outcome::Refused(..) => self.settle(State::Refused),
            Outcome::Later(Trouble::Server, _) => self.again(State::Queued, 0, now, now, retry),
            Outcome::Later(..) => self.again(State::Queued, 1, now, now, retry),
            _ => self.again(State::Unknown, 1, now, now, retry),
        }
    }

    /// The state in which it waits, by how its last attempt ended.
    fn waiting(&self) -> State {
        match self.attempts.last() {
            Some((_, End::None)) => State::Sending,
            Some((_, End::Lost | End::Answered(Outcome::Unknown(_)))) => State::Unknown,
            _ => State::Queued,
        }
    }
}

struct World {
    c: Connection,
    now: Timestamp,
    retry: RetrySettings,
    letters: [Option<Model>; LETTERS],
    /// Attempts that this process began and that were not answered: letter and number.
    flying: Vec<(usize, u32)>,
}

impl World {
    fn enqueue(&mut self, n: usize) {
        let key = format!("{n:08x}");
        let enqueued = outbox::enqueue(&self.c, &letter(&key), self.now, self.now).unwrap();
        if let Some(model) = &mut self.letters[n] {
            assert_eq!(enqueued, outbox::Enqueued::Already(model.id));
            // Withdrawn, and true again: as if it were new.
            if model.state == State::Withdrawn {
                model.state = model.waiting();
                let flying = model.state == State::Sending;
                let lease = || after(model.attempts.last().unwrap().0, LEASE);
                model.next = Some(if flying { lease() } else { self.now });
                (model.created, model.pushes, model.tried_from) = (self.now, 0, None);
            }
            return;
        }
        self.letters[n] = Some(Model {
            key,
            id: enqueued.id(),
            state: State::Queued,
            created: self.now,
            next: Some(self.now),
            pushes: 0,
            in_doubt: false,
            tried_from: None,
            attempts: vec![],
        });
    }

    fn claim(&mut self, limit: u32) {
        for model in self.letters.iter_mut().flatten() {
            if model.state == State::Sending && model.due(self.now) {
                model.lose(self.now, &self.retry);
            }
        }
        let due = self.letters.iter().flatten().filter(|model| model.due(self.now)).count();
        let claimed = outbox::claim(&self.c, limit, self.now, &self.retry).unwrap();
        assert_eq!(claimed.len(), due.min(limit as usize), "all that is due, up to the limit");
        for claim in claimed {
            let n = self.letters.iter().position(|m| m.as_ref().is_some_and(|m| m.id == claim.id)).unwrap();
            let model = self.letters[n].as_mut().unwrap();
            assert!(model.due(self.now), "claimed before its time");
            assert!(matches!(model.state, State::Queued | State::Unknown), "claimed while {}", model.state);
            assert_eq!(claim.bytes, letter(&model.key).bytes, "the same bytes each time");
            model.attempts.push((self.now, End::None));
            assert_eq!(claim.attempt as usize, model.attempts.len());
            model.state = State::Sending;
            model.next = Some(after(self.now, LEASE));
            self.flying.push((n, claim.attempt));
        }
    }

    fn answer(&mut self, which: usize, outcome: &Outcome) {
        if self.flying.is_empty() {
            return;
        }
        let (n, attempt) = self.flying.remove(which % self.flying.len());
        let model = self.letters[n].as_mut().unwrap();
        outbox::settle(&self.c, model.id, attempt, outcome, self.now, &self.retry).unwrap();
        model.answer(attempt as usize, outcome, self.now, &self.retry);
    }

    fn give_back(&mut self, which: usize) {
        if self.flying.is_empty() {
            return;
        }
        let (n, attempt) = self.flying[which % self.flying.len()];
        let model = self.letters[n].as_mut().unwrap();
        let possible = model.attempts[attempt as usize - 1].1 == End::None;
        assert_eq!(outbox::unclaim(&self.c, model.id, attempt, self.now).unwrap(), possible);
        if possible {
            self.flying.remove(which % self.flying.len());
            model.attempts.pop();
            if model.state == State::Sending {
                model.state = model.waiting();
                model.next = Some(self.now);
            }
        }
    }

    fn restart(&mut self) {
        self.flying.clear();
        for model in self.letters.iter_mut().flatten() {
            model.lose(self.now, &self.retry);
        }
        outbox::recover(&self.c, self.now, &self.retry).unwrap();
    }

    fn decide(&mut self, event: &Event) {
        let (Event::Hold(n) | Event::Release(n) | Event::Retry(n) | Event::Withdraw(n) | Event::Accept(n)) =
            event
        else {
            return;
        };
        let Some(model) = &mut self.letters[*n] else { return };
        let (c, id, now) = (&self.c, model.id, self.now);
        let waiting = model.waiting();
        match event {
            Event::Hold(_) => {
                outbox::hold(c, id, "wait").unwrap();
                if !model.state.is_settled() {
                    (model.state, model.next, model.in_doubt) = (State::Held, None, false);
                }
            }
            Event::Release(_) => {
                outbox::release(c, id, now).unwrap();
                if model.state == State::Held {
                    let flying = waiting == State::Sending;
                    let next = if flying { after(model.attempts.last().unwrap().0, LEASE) } else { now };
                    (model.state, model.next) = (waiting, Some(next));
                }
            }
            Event::Retry(_) => {
                outbox::retry(c, id, now).unwrap();
                let can = [State::Queued, State::Unknown, State::Refused, State::Expired];
                let in_doubt = model.state == State::Held && model.in_doubt;
                if (can.contains(&model.state) || in_doubt) && waiting != State::Sending {
                    if model.state.is_settled() {
                        (model.tried_from, model.pushes) = (None, 0);
                    }
                    (model.state, model.next) = (waiting, Some(now));
                }
            }
            Event::Accept(_) => {
                outbox::accept(c, id, "it came", now).unwrap();
                model.settle(State::Accepted);
            }
            _ => {
                let done = outbox::withdraw(c, id, "closed", now).unwrap();
                assert_eq!(done, !model.state.is_settled());
                if done {
                    model.settle(State::Withdrawn);
                }
            }
        }
    }

    fn compare(&self) {
        for model in self.letters.iter().flatten() {
            let real = outbox::show(&self.c, model.id).unwrap().unwrap();
            assert_eq!(real.summary.state, model.state);
            assert_eq!(real.summary.next_attempt.map(Timestamp::as_microsecond), micros(model.next));
            assert_eq!(real.summary.attempts as usize, model.attempts.len());
            assert_eq!(real.history.len(), model.attempts.len());
            // No word of an attempt that never was.
            let note = real.summary.note.unwrap_or_default();
            let of = note.split_once("(attempt ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
            assert!(of.is_none_or(|of: usize| of <= model.attempts.len()), "{note:?}");
        }
        let next = self.letters.iter().flatten().filter_map(|model| model.next).min();
        assert_eq!(outbox::next_attempt(&self.c).unwrap().map(Timestamp::as_microsecond), micros(next));
    }
}

fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_microsecond)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_life_of_letters_is_the_models(events in events()) {
        let retry = RetrySettings::default();
        let mut world = World { c: database(), now: start(), retry, letters: Default::default(), flying: vec![] };
        for event in events {
            match &event {
                Event::Enqueue(n) => world.enqueue(*n),
                Event::Claim(limit) => world.claim(*limit),
                Event::Answer(which, outcome) => world.answer(*which, outcome),
                Event::GiveBack(which) => world.give_back(*which),
                Event::Pass { minutes } => world.now += minutes.minutes(),
                Event::Restart => world.restart(),
                decision => world.decide(decision),
            }
            world.compare();
        }
    }
}
