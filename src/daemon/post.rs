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
use rusqlite::Connection;
use tokio::time::Instant;

use super::{Daemon, failures, guard::Hold, mailing::CHUNK, send_time::Composing};
use crate::{
    deliver::{AllowedDomains, Done, Job},
    directory::Directory,
    letter::Outcome,
    outbox::{self, Claimed, LEASE, LetterId, RetrySettings, Straight},
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

/// Answers to be settled, letters to be given back, and room for the next: one write.
#[derive(Debug)]
pub(super) struct Exchange {
    now: Timestamp,
    /// How many letters may be claimed.
    room: u32,
    /// For when these were planned at the earliest: what has waited longer than the mailing under way may be told by
    /// its letters, in their words, and leaves when that has been looked at.
    planned_from: Timestamp,
    /// When letters that were given back may leave again.
    again_at: Timestamp,
    done: Vec<Done>,
    recalled: Vec<Job>,
    /// Letters that have been with the carrier for long, and still are.
    renewed: Vec<LetterId>,
    /// Letters that were tried while the server could not be used, and were not at fault.
    regained: Vec<LetterId>,
    retry: RetrySettings,
    directory: Option<Arc<Directory>>,
    allowed: AllowedDomains,
}

/// What the outbox gave in exchange.
#[derive(Debug)]
pub(super) struct Exchanged {
    claimed: Vec<Claimed>,
    /// Letters that may not leave, refused in the same transaction.
    kept_in: Vec<LetterId>,
    next_attempt: Option<Timestamp>,
}

impl Exchange {
    /// Writes it; runs inside one transaction.
    pub(super) fn record(&self, c: &Connection) -> rusqlite::Result<Exchanged> {
        let now = self.now;
        for done in &self.done {
            failures::settle(c, done, self.directory.as_deref(), now, &self.retry)?;
        }
        for job in &self.recalled {
            if outbox::unclaim(c, LetterId(job.id), job.attempt, self.again_at)? {
                outbox::keep_place(c, LetterId(job.id))?;
            }
        }
        outbox::renew(c, &self.renewed, LEASE, now)?;
        outbox::regain(c, &self.regained)?;
        let mut claimed = if self.room > 0 {
            outbox::claim_planned(c, self.planned_from, self.room, now, &self.retry)?
        } else {
            Vec::new()
        };
        let kept_in = keep_in(c, &mut claimed, &self.allowed, now, &self.retry)?;
        let next_attempt = outbox::next_attempt_planned(c, self.planned_from)?;
        Ok(Exchanged { claimed, kept_in, next_attempt })
    }

    /// As [`Exchange::record`], and queues new letters, which leave at once as far as there is room behind those that
    /// waited longer.
    pub(super) fn record_with<T>(
        &self,
        c: &Connection,
        queue: impl FnOnce(&mut Straight, &AllowedDomains) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<(T, Exchanged)> {
        let mut exchanged = self.record(c)?;
        let taken = exchanged.claimed.len() + exchanged.kept_in.len();
        let room = self.room.saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX));
        let mut straight = Straight::new(self.now, room);
        let queued = queue(&mut straight, &self.allowed)?;
        exchanged.claimed.extend(straight.finish(c)?);
        exchanged.next_attempt = outbox::next_attempt_planned(c, self.planned_from)?;
        Ok((queued, exchanged))
    }
}

/// A letter with the carrier.
#[derive(Debug, Clone)]
pub(super) struct Flying {
    /// Which attempt it is.
    pub(super) attempt: u32,
    /// Since when its lease runs.
    pub(super) since: Timestamp,
    /// The references that it tells of, if they were at hand.
    pub(super) about: Option<Vec<String>>,
}

impl Daemon {
    /// Hands over what is due now, as far as there is room.
    pub(super) async fn dispatch(&mut self, now: Timestamp) {
        if !self.store_works() {
            return;
        }
        if self.in_flight.is_empty() {
            self.change_carrier().await;
        }
        self.look_into_the_archive(now).await;
        let due = self.next_attempt.is_some_and(|next| next <= now) && self.room(now) > 0;
        if (due || !self.unsettled.is_empty()) && !self.waits_for_company(now) {
            self.exchange(now).await;
        }
    }

    /// Whether what could be written now waits a little, because more will come that shares its commit: until half
    /// of what flies is back, and never for long.
    fn waits_for_company(&self, now: Timestamp) -> bool {
        let more_comes = self.mailing.is_some() || !self.has_room_for_chunk(now);
        more_comes && self.company_until().is_some()
    }

    /// Whether a whole chunk of letters could leave now.
    pub(super) fn has_room_for_chunk(&self, now: Timestamp) -> bool {
        self.in_flight.is_empty() || self.room(now) >= CHUNK
    }

    /// Until when what comes may wait for company; none when it may not, or does not have to.
    pub(super) fn company_until(&self) -> Option<Instant> {
        let until = self.exchanged? + COMPANY;
        let flies = self.in_flight.len() > self.unsettled.len() + self.recalled.len();
        (flies && Instant::now() < until && !self.clock.is_virtual()).then_some(until)
    }

    /// Finds what a person decided on the command line: letters to be tried now, or released.
    pub(super) fn look_at_the_outbox(&mut self) {
        if let Ok(next) = self.store.read(outbox::next_attempt) {
            self.next_attempt = next;
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
        while let Some(done) = self.carrier.done_now() {
            new.push(done);
        }
        if new.is_empty() {
            return;
        }
        if self.carrier.is_held() {
            self.recalled.extend(self.carrier.recall());
        }
        self.look_at_the_server(&new, now);
        self.unsettled.extend(new);
    }

    /// Takes back from the carrier and from the look into the archive what nobody has begun, and gives it back to the
    /// outbox; nothing new is claimed for it.
    pub(super) async fn take_back_what_waits(&mut self, now: Timestamp) {
        self.recalled.extend(self.carrier.recall());
        self.recalled.extend(self.archive.take_back().into_iter().map(job));
        self.give_back_what_was_recalled(now).await;
    }

    /// Takes back from the carrier what nobody has begun and a person decided about meanwhile: it does not leave, or not
    /// yet. What the carrier has begun is past recall.
    pub(super) async fn take_back_what_was_decided(&mut self, now: Timestamp) {
        if self.in_flight.is_empty() {
            return;
        }
        let flying: Vec<_> = self.in_flight.keys().copied().map(LetterId).collect();
        let Ok(decided) = self.store.read(|c| outbox::no_longer_sent(c, &flying)) else { return };
        if !decided.is_empty() {
            let decided: Vec<_> = decided.into_iter().map(|LetterId(id)| id).collect();
            self.recalled.extend(self.carrier.recall_of(&decided));
            self.give_back_what_was_recalled(now).await;
        }
    }

    async fn give_back_what_was_recalled(&mut self, now: Timestamp) {
        if self.recalled.is_empty() || !self.store_works() {
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
        let flying = self.in_flight.len().saturating_sub(self.unsettled.len() + self.recalled.len());
        match &self.pause {
            _ if self.new_mail.is_some() || self.is_closing || self.is_judging() => 0,
            _ if matches!(self.hold, Some(Hold::Clock(_))) || self.unread.holds() => 0,
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
            renewed: self.in_flight.iter().filter(is_old).map(|(id, _)| LetterId(*id)).collect(),
            regained: std::mem::take(&mut self.regained),
            room: u32::try_from(self.room(now)).unwrap_or(0),
            planned_from: self.mailing.as_ref().map_or(Timestamp::MIN, Composing::send_time),
            again_at: self.pause.as_ref().map_or(now, |pause| pause.until),
            done: std::mem::take(&mut self.unsettled),
            recalled: std::mem::take(&mut self.recalled),
            retry: self.setup.settings.retry.clone(),
            directory: self.directory.clone(),
            allowed: self.setup.settings.allowed.clone(),
        }
    }

    /// Goes on after the exchange was written, or could not be: then its answers wait.
    pub(super) async fn end_exchange(&mut self, exchange: &Exchange, written: Result<Exchanged, StoreError>) {
        let Exchange { done, recalled, .. } = exchange;
        self.exchanged = Some(Instant::now());
        match written {
            Ok(Exchanged { claimed, kept_in, next_attempt }) => {
                self.say_kept_in(&kept_in);
                self.note_ends(done.iter().map(|done| LetterId(done.id)).chain(kept_in.iter().copied()));
                self.totals.refused += u32::try_from(kept_in.len()).unwrap_or(u32::MAX);
                self.next_attempt = next_attempt;
                for job in recalled {
                    self.is_back(job.id, job.attempt);
                }
                self.landed(done);
                for LetterId(id) in &exchange.renewed {
                    if let Some(flying) = self.in_flight.get_mut(id) {
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
                self.unsettled.extend(done.iter().cloned());
                self.recalled.extend(recalled.iter().cloned());
                self.regained.extend_from_slice(&exchange.regained);
                self.store_failed(&error);
            }
        }
    }

    /// An attempt is no longer with the carrier.
    pub(super) fn is_back(&mut self, id: i64, attempt: u32) {
        if self.in_flight.get(&id).is_some_and(|flying| flying.attempt == attempt) {
            self.in_flight.remove(&id);
        }
    }

    fn landed(&mut self, done: &[Done]) {
        self.say_landed(done);
        for Done { id, attempt, outcome } in done {
            self.is_back(*id, *attempt);
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
        if !claimed.is_empty() && self.pause.is_some() {
            self.carrier.resume();
        }
        for mut claimed in claimed {
            if self.in_flight.contains_key(&claimed.id.0) {
                // Its lease ended although it is still being sent: this second attempt never is.
                self.recalled.push(job(claimed));
                continue;
            }
            let flying = Flying { attempt: claimed.attempt, since: now, about: claimed.about.take() };
            self.in_flight.insert(claimed.id.0, flying);
            match &self.setup.settings.archive {
                Some(_) if claimed.in_doubt_since.is_some() => self.archive.ask(claimed),
                _ => self.carrier.send(job(claimed)).await,
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
            Ok(next) => self.next_attempt = next,
            Err(error) => self.store_failed(&error),
        }
    }

    /// Finishes what is in flight, gives back what was not begun, and records both.
    pub(super) async fn finish(&mut self) {
        let closed = self.carrier.shut(LAST_LETTERS).await;
        self.recalled.extend(self.archive.give_up().into_iter().map(job));
        self.unsettled.extend(closed.done);
        self.recalled.extend(closed.untouched);
        if !self.unsettled.is_empty() || !self.recalled.is_empty() {
            self.is_closing = true;
            self.exchange(self.clock.now()).await;
            self.is_closing = false;
        }
    }
}

/// Refuses the letters that may not leave, in the transaction that claims them, and gives their numbers.
fn keep_in(
    c: &Connection,
    claimed: &mut Vec<Claimed>,
    allowed: &AllowedDomains,
    now: Timestamp,
    retry: &RetrySettings,
) -> rusqlite::Result<Vec<LetterId>> {
    let mut kept_in = Vec::new();
    if allowed.are_all() {
        return Ok(kept_in);
    }
    for letter in std::mem::take(claimed) {
        match allowed.refusal(&letter.envelope.to) {
            None => claimed.push(letter),
            Some(refusal) => {
                outbox::settle(c, letter.id, letter.attempt, &refusal, now, retry)?;
                kept_in.push(letter.id);
            }
        }
    }
    Ok(kept_in)
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
        daemon.due_now(soon);
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
        daemon.due_now(now);
        daemon.begin_mailing(now);
        daemon.dispatch(now).await;
        assert!(daemon.in_flight.is_empty() && daemon.next_letter().is_none());
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
        daemon.recalled.push(untouched.clone());
        daemon.unsettled.push(answered.clone());
        daemon.regained.push(LetterId(3));
        let exchange = daemon.begin_exchange(daemon.clock.now());
        assert!(daemon.recalled.is_empty() && daemon.unsettled.is_empty());
        daemon.end_exchange(&exchange, Err(StoreError::Closed)).await;
        assert_eq!((&daemon.recalled[..], &daemon.unsettled[..]), (&[untouched][..], &[answered][..]));
        assert_eq!(daemon.regained, [LetterId(3)]);
    }
}
