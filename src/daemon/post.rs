//! From the outbox to the mail server and back: claim, deliver, settle.
//!
//! Each attempt is written down, with the time of the next, before its letter is handed to the
//! carrier; no transaction is open meanwhile. Answers that came in while the last commit was
//! under way are settled together, and the next letters claimed in the same commit.
//!
//! When the way to the server is shut (no connection, TLS, authentication), the whole outbox
//! pauses: letters that no connection had begun go back without an attempt, and after a while one
//! letter goes out as a probe.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::{
    Daemon,
    exchange::{Exchange, Exchanged},
    flight::Flying,
    guard::Hold,
    mailing::CHUNK,
    send_time::Composing,
};
use crate::{
    deliver::{Done, Job},
    letter::Outcome,
    outbox::{self, Claimed, LetterId},
    store::StoreError,
};

/// Letters handed to the carrier and not yet settled: the window of doubt when the process dies.
pub(super) const IN_FLIGHT: usize = 64;

/// What is written while letters fly waits so long for what can share its commit: answers for each other, and for the
/// next letters of a mailing. A commit costs as much as many letters.
pub(super) const COMPANY: Duration = Duration::from_millis(5);

/// When a letter has been with the carrier for so long, its lease is renewed: it may wait there behind slow ones.
const RENEWED_AFTER: SignedDuration = SignedDuration::from_mins(20);

/// How long letters in flight may take when the daemon is asked to stop.
pub(super) const LAST_LETTERS: Duration = Duration::from_secs(8);

impl Daemon {
    /// Hands over what is due now, as far as there is room.
    pub(super) async fn dispatch(&mut self, now: Timestamp) {
        if !self.store_works() {
            return;
        }
        if self.flight.letters.is_empty() {
            self.change_carrier().await;
        }
        self.look_into_the_archive(now).await;
        let due = self.flight.next_attempt.is_some_and(|next| next <= now) && self.room(now) > 0;
        if (due || !self.flight.answered.is_empty()) && !self.waits_for_company(now) {
            self.exchange(now).await;
        }
    }

    /// Whether what could be written now waits a little, because more will come that shares its commit: until half
    /// of what flies is back, and never for long.
    fn waits_for_company(&self, now: Timestamp) -> bool {
        let more_comes = self.agenda.mailing.is_some() || !self.has_room_for_chunk(now);
        more_comes && self.company_until().is_some()
    }

    /// Whether a whole chunk of letters could leave now.
    pub(super) fn has_room_for_chunk(&self, now: Timestamp) -> bool {
        self.flight.letters.is_empty() || self.room(now) >= CHUNK
    }

    /// Until when what comes may wait for company; none when it may not, or does not have to.
    pub(super) fn company_until(&self) -> Option<Instant> {
        let until = self.flight.exchanged? + COMPANY;
        let flies = self.flight.in_the_air() > 0;
        (flies && Instant::now() < until && !self.clock.is_virtual()).then_some(until)
    }

    /// Finds what a person decided on the command line: letters to be tried now, or released.
    pub(super) fn look_at_the_outbox(&mut self) {
        if let Ok(next) = self.store.read(outbox::next_attempt) {
            self.flight.next_attempt = next;
        }
    }

    /// Whether a person released letters that wait until they were looked at.
    pub(super) fn is_something_released(&self) -> bool {
        self.store.read(outbox::released).is_ok_and(|released| !released.is_empty())
    }

    /// Takes an answer, and all others that have come in.
    pub(super) async fn on_done(&mut self, done: Option<Done>) {
        let Some(done) = done else { return };
        let now = self.clock.now();
        self.gather(vec![done], now);
        if self.store_works() && !self.waits_for_company(now) {
            self.exchange(now).await;
        }
    }

    /// Takes these answers and all others that have come in.
    fn gather(&mut self, mut new: Vec<Done>, now: Timestamp) {
        while let Some(done) = self.mail.carrier.done_now() {
            new.push(done);
        }
        if new.is_empty() {
            return;
        }
        if self.mail.carrier.is_held() {
            self.flight.recalled.extend(self.mail.carrier.recall());
        }
        self.look_at_the_server(&new, now);
        self.flight.answered.extend(new);
    }

    /// Takes back from the carrier and from the look into the archive what nobody has begun, and gives it back to the
    /// outbox; nothing new is claimed for it.
    pub(super) async fn take_back_what_waits(&mut self, now: Timestamp) {
        self.flight.recalled.extend(self.mail.carrier.recall());
        self.flight.recalled.extend(self.archive.take_back().into_iter().map(job));
        self.give_back_what_was_recalled(now).await;
    }

    /// Takes back from the carrier what nobody has begun and a person decided about meanwhile: it does not leave, or not
    /// yet. What the carrier has begun is past recall.
    pub(super) async fn take_back_what_was_decided(&mut self, now: Timestamp) {
        if self.flight.letters.is_empty() {
            return;
        }
        let flying: Vec<_> = self.flight.letters.keys().copied().map(LetterId).collect();
        let Ok(decided) = self.store.read(|c| outbox::no_longer_sent(c, &flying)) else { return };
        if !decided.is_empty() {
            let decided: Vec<_> = decided.into_iter().map(|LetterId(id)| id).collect();
            self.flight.recalled.extend(self.mail.carrier.recall_of(&decided));
            self.give_back_what_was_recalled(now).await;
        }
    }

    async fn give_back_what_was_recalled(&mut self, now: Timestamp) {
        if self.flight.recalled.is_empty() || !self.store_works() {
            return;
        }
        let exchange = Exchange { room: 0, ..self.next_exchange(now) };
        let exchange = Arc::new(exchange);
        let written = self.store.write({
            let exchange = Arc::clone(&exchange);
            move |c| exchange.record(c)
        });
        let written = written.await;
        Box::pin(self.end_exchange(&exchange, written)).await;
    }

    /// How many letters may be claimed now.
    fn room(&self, now: Timestamp) -> usize {
        let flying = self.flight.in_the_air();
        match &self.mail.pause {
            _ if self.mail.new.is_some() || self.flight.is_closing || self.is_judging() => 0,
            _ if matches!(self.guard.hold, Some(Hold::Clock(..))) || self.unread.holds() => 0,
            Some(pause) if now < pause.until || flying > 0 => 0,
            Some(_) => 1,
            None => IN_FLIGHT - flying.min(IN_FLIGHT),
        }
    }

    /// Settles the answers at hand and claims the next letters, in one commit.
    pub(super) async fn exchange(&mut self, now: Timestamp) {
        let exchange = self.begin_exchange(now);
        let written = self.store.write({
            let exchange = Arc::clone(&exchange);
            move |c| exchange.record(c)
        });
        let written = written.await;
        self.end_exchange(&exchange, written).await;
    }

    /// What is to be exchanged now, to be written in whatever transaction comes next.
    pub(super) fn begin_exchange(&mut self, now: Timestamp) -> Arc<Exchange> {
        Arc::new(self.next_exchange(now))
    }

    /// As [`Daemon::begin_exchange`], together with letters of a mailing for `send_time`.
    pub(super) fn begin_exchange_of(&mut self, send_time: Timestamp, now: Timestamp) -> Arc<Exchange> {
        Arc::new(Exchange { planned_from: send_time, ..self.next_exchange(now) })
    }

    fn next_exchange(&mut self, now: Timestamp) -> Exchange {
        self.gather(Vec::new(), now);
        let is_old = |(_, flying): &(&i64, &Flying)| flying.since.duration_until(now) > RENEWED_AFTER;
        Exchange {
            now,
            renewed: self.flight.letters.iter().filter(is_old).map(|(id, _)| LetterId(*id)).collect(),
            regained: std::mem::take(&mut self.flight.regained),
            room: u32::try_from(self.room(now)).unwrap_or(0),
            planned_from: self.agenda.mailing.as_ref().map_or(Timestamp::MIN, Composing::send_time),
            again_at: self.mail.pause.as_ref().map_or(now, |pause| pause.until),
            done: std::mem::take(&mut self.flight.answered),
            recalled: std::mem::take(&mut self.flight.recalled),
            retry: self.setup.settings.retry.clone(),
            directory: self.register.directory.clone(),
            allowed: self.setup.settings.allowed.clone(),
        }
    }

    /// Goes on after the exchange was written, or could not be: then its answers wait.
    pub(super) async fn end_exchange(&mut self, exchange: &Exchange, written: Result<Exchanged, StoreError>) {
        let Exchange { done, recalled, .. } = exchange;
        self.flight.exchanged = Some(Instant::now());
        match written {
            Ok(Exchanged { claimed, kept_in, next_attempt }) => {
                self.say_kept_in(&kept_in);
                self.note_ends(done.iter().map(|done| LetterId(done.id)).chain(kept_in.iter().copied()));
                self.totals.refused += u32::try_from(kept_in.len()).unwrap_or(u32::MAX);
                self.flight.next_attempt = next_attempt;
                for job in recalled {
                    self.flight.is_back(job.id, job.attempt);
                }
                self.landed(done);
                for LetterId(id) in &exchange.renewed {
                    if let Some(flying) = self.flight.letters.get_mut(id) {
                        flying.since = exchange.now;
                    }
                }
                self.has_begun(claimed.iter().map(|claimed| claimed.id.0), exchange.now);
                self.hand_over(claimed, exchange.now).await;
                // Letters that were past recall when the register changed may be back.
                let is_back = |done: &Done| matches!(done.outcome, Outcome::Later(..) | Outcome::Unknown(_));
                if self.sight.past_recall && (!recalled.is_empty() || done.iter().any(is_back)) {
                    self.withdraw_outdated().await;
                }
            }
            Err(error) => {
                self.flight.answered.extend(done.iter().cloned());
                self.flight.recalled.extend(recalled.iter().cloned());
                self.flight.regained.extend_from_slice(&exchange.regained);
                self.store_failed(&error);
            }
        }
    }

    fn landed(&mut self, done: &[Done]) {
        self.say_landed(done);
        for Done { id, attempt, outcome } in done {
            self.flight.is_back(*id, *attempt);
            match outcome {
                Outcome::Accepted(_) => self.totals.accepted += 1,
                Outcome::Refused(..) => self.totals.refused += 1,
                Outcome::Later(..) | Outcome::Unknown(_) => self.totals.later += 1,
            }
        }
    }

    async fn hand_over(&mut self, claimed: Vec<Claimed>, now: Timestamp) {
        // A carrier that was held while the commit was under way is not resumed before its answer,
        // which says why, is read; only a probe resumes it.
        if !claimed.is_empty() && self.mail.pause.is_some() {
            self.mail.carrier.resume();
        }
        for mut claimed in claimed {
            if self.flight.letters.contains_key(&claimed.id.0) {
                // Its lease ended although it is still being sent: this second attempt never is.
                self.flight.recalled.push(job(claimed));
                continue;
            }
            let flying = Flying { attempt: claimed.attempt, since: now, about: claimed.about.take() };
            self.flight.letters.insert(claimed.id.0, flying);
            match &self.setup.settings.archive {
                Some(_) if claimed.in_doubt_since.is_some() => self.archive.ask(claimed),
                _ => self.mail.carrier.send(job(claimed)).await,
            }
        }
        if let Some(archive) = &self.setup.settings.archive {
            self.archive.begin(archive);
        }
    }

    /// What waited because of the old settings does not wait for the new ones.
    pub(super) async fn try_everything_now(&mut self) {
        let now = self.clock.now();
        let written = self.store.write(move |c| {
            outbox::hurry(c, now)?;
            outbox::next_attempt(c)
        });
        match written.await {
            Ok(next) => self.flight.next_attempt = next,
            Err(error) => self.store_failed(&error),
        }
    }

    /// Finishes what is in flight, gives back what was not begun, and records both.
    pub(super) async fn finish(&mut self) {
        let closed = self.mail.carrier.shut(LAST_LETTERS).await;
        self.flight.recalled.extend(self.archive.give_up().into_iter().map(job));
        self.flight.answered.extend(closed.done);
        self.flight.recalled.extend(closed.untouched);
        if !self.flight.answered.is_empty() || !self.flight.recalled.is_empty() {
            self.flight.is_closing = true;
            self.exchange(self.clock.now()).await;
            self.flight.is_closing = false;
        }
    }
}

/// What the carrier is given.
pub(super) fn job(claimed: Claimed) -> Job {
    let Claimed { id: LetterId(id), attempt, envelope, message_id, bytes, in_doubt_since: _, about: _ } =
        claimed;
    Job { id, attempt, envelope, message_id, bytes }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Office, *};
    use crate::{
        action::RecipientId,
        letter::{Envelope, Letter, LetterKind, Reply},
    };

    fn to_ann() -> Letter {
        Letter {
            key: "a".repeat(32),
            kind: LetterKind::Reminder,
            recipient: RecipientId::person("Ann"),
            envelope: Envelope { from: "tsb@example.int".into(), to: "ann@example.org".into() },
            message_id: "a@example.int".into(),
            subject: "one".into(),
            bytes: b"To: <ann@example.org>\r\n\r\nDear Ann\r\n".to_vec(),
        }
    }

    /// It waited before the clock was set.
    #[tokio::test]
    async fn what_waits_does_not_leave_while_the_clock_is_not_believed() {
        let office = Office::new("");
        office.actions(&[]);
        let mut daemon = office.start().await;
        let now = daemon.clock.now();
        let soon = now + SignedDuration::from_hours(2);
        daemon.store.write(move |c| outbox::enqueue(c, &to_ann(), soon, now)).await.unwrap();
        daemon.flight.due_now(soon);
        office.pass(&mut daemon, 1).await;
        let step = SignedDuration::from_hours(72);
        daemon.clock.set(daemon.clock.now() + step);
        office.pass(&mut daemon, 3).await;
        assert_eq!(office.letters_to("ann@example.org").len(), 0);
        daemon.clock.set(daemon.clock.now() - step);
        office.pass(&mut daemon, 1).await;
        assert_eq!(office.letters_to("ann@example.org").len(), 1);
    }

    /// What waits may be the beginning of a run that was cut off, and looks like a flood.
    #[tokio::test]
    async fn nothing_leaves_while_it_is_not_known_whether_a_mailing_looks_like_a_flood() {
        let office = Office::new("");
        office.actions(&[]);
        let mut daemon = office.start().await;
        let now = daemon.clock.now();
        let letter = to_ann();
        daemon.store.write(move |c| outbox::enqueue(c, &letter, now, now)).await.unwrap();
        daemon.flight.due_now(now);
        daemon.begin_mailing(now);
        daemon.dispatch(now).await;
        assert!(daemon.flight.letters.is_empty() && daemon.next_letter().is_none());
        office.pass(&mut daemon, 1).await;
        assert_eq!(office.letters_to("ann@example.org").len(), 1);
    }

    /// The state could not be written: what was answered, and what nobody began, is written down the next time.
    #[tokio::test]
    async fn what_could_not_be_exchanged_is_exchanged_later() {
        let office = Office::new("");
        office.actions(&[]);
        let mut daemon = office.start().await;
        let envelope = Envelope { from: "tsb@example.int".into(), to: "ann@example.org".into() };
        let untouched =
            Job { id: 1, attempt: 1, envelope, message_id: "1@example.int".into(), bytes: Vec::new() };
        let answered = Done { id: 2, attempt: 1, outcome: Outcome::Accepted(Reply::default()) };
        daemon.flight.recalled.push(untouched.clone());
        daemon.flight.answered.push(answered.clone());
        daemon.flight.regained.push(LetterId(3));
        let exchange = daemon.begin_exchange(daemon.clock.now());
        assert!(daemon.flight.recalled.is_empty() && daemon.flight.answered.is_empty());
        daemon.end_exchange(&exchange, Err(StoreError::Closed)).await;
        assert_eq!(
            (&daemon.flight.recalled[..], &daemon.flight.answered[..]),
            (&[untouched][..], &[answered][..])
        );
        assert_eq!(daemon.flight.regained, [LetterId(3)]);
    }
}
