//! From the outbox to the mail server and back: claim, deliver, settle.
//!
//! Each attempt is written down, with the time of the next, before its letter is handed to the
//! carrier; no transaction is open meanwhile. Answers that came in while the last commit was
//! under way are settled together, and the next letters claimed in the same commit.
//!
//! When the way to the server is shut (no connection, TLS, authentication), the whole outbox
//! pauses: letters that no connection had begun go back without an attempt, and after a while one
//! letter goes out as a probe.

use std::time::Duration;

use jiff::Timestamp;

use super::{Daemon, failures};
use crate::{
    deliver::{Carrier, Done, Job},
    letter::{Outcome, Trouble},
    outbox::{self, Claimed, LetterId},
};

/// Letters handed to the carrier and not yet settled: the window of doubt when the process dies.
pub(super) const IN_FLIGHT: usize = 64;

/// How long letters in flight may take when the daemon is asked to stop.
const LAST_LETTERS: Duration = Duration::from_secs(8);

/// The outbox waits because the mail server cannot be used.
#[derive(Debug)]
pub(super) struct Pause {
    /// When the next letter goes out as a probe.
    pub(super) until: Timestamp,
    /// Since when it cannot be used.
    pub(super) since: Timestamp,
    /// How many probes in a row have failed.
    failures: u32,
    /// What the server, or the connection, said.
    pub(super) why: String,
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
        let due = self.next_attempt.is_some_and(|next| next <= now) && self.room(now) > 0;
        if due || !self.unsettled.is_empty() {
            self.exchange(now, self.room(now)).await;
        }
    }

    /// Finds what a person decided on the command line: letters to be tried now, or released.
    pub(super) fn look_at_the_outbox(&mut self) {
        if let Ok(next) = self.store.read(outbox::next_attempt) {
            self.next_attempt = next;
        }
    }

    /// Takes an answer, and all others that have come in.
    pub(super) async fn on_done(&mut self, done: Option<Done>) {
        let Some(done) = done else { return };
        let mut new = vec![done];
        while let Some(done) = self.carrier.done_now() {
            new.push(done);
        }
        let now = self.clock.now();
        if self.carrier.is_held() {
            self.recalled.extend(self.carrier.recall());
        }
        self.look_at_the_server(&new, now);
        self.unsettled.extend(new);
        if self.store_works() {
            self.exchange(now, self.room(now)).await;
        }
    }

    /// How many letters may be claimed now.
    fn room(&self, now: Timestamp) -> usize {
        let flying = self.in_flight.len().saturating_sub(self.unsettled.len() + self.recalled.len());
        match &self.pause {
            _ if self.new_mail.is_some() => 0,
            Some(pause) if now < pause.until || flying > 0 => 0,
            Some(_) => 1,
            None => IN_FLIGHT - flying.min(IN_FLIGHT),
        }
    }

    /// Settles the answers at hand and claims the next letters, in one commit.
    async fn exchange(&mut self, now: Timestamp, room: usize) {
        let room = u32::try_from(room).unwrap_or(0);
        let again_at = self.pause.as_ref().map_or(now, |pause| pause.until);
        let (done, recalled) = (std::mem::take(&mut self.unsettled), std::mem::take(&mut self.recalled));
        let answers = done.clone();
        let back: Vec<_> = recalled.iter().map(|job| (LetterId(job.id), job.attempt)).collect();
        let retry = self.setup.settings.retry.clone();
        let directory = self.directory.clone();
        let written = self.store.write(move |c| {
            for done in &answers {
                let id = LetterId(done.id);
                outbox::settle(c, id, done.attempt, &done.outcome, now, &retry)?;
                failures::try_second_address(c, directory.as_deref(), id, &done.outcome, now)?;
            }
            for (id, attempt) in back {
                outbox::unclaim(c, id, attempt, again_at)?;
            }
            let claimed = if room > 0 { outbox::claim(c, room, now, &retry)? } else { Vec::new() };
            Ok((claimed, outbox::next_attempt(c)?))
        });
        match written.await {
            Ok((claimed, next_attempt)) => {
                self.next_attempt = next_attempt;
                for job in &recalled {
                    self.in_flight.remove(&job.id);
                }
                self.landed(&done);
                self.has_begun(claimed.iter().map(|claimed| claimed.id.0), now);
                self.hand_over(claimed).await;
                // Letters that were past recall when the register changed may be back.
                let is_back = |done: &Done| matches!(done.outcome, Outcome::Later(..) | Outcome::Unknown(_));
                if self.past_recall && (!recalled.is_empty() || done.iter().any(is_back)) {
                    self.withdraw_outdated().await;
                }
            }
            Err(error) => {
                (self.unsettled, self.recalled) = (done, recalled);
                self.store_failed(&error);
            }
        }
    }

    /// Pauses when an answer says that the server cannot be used, goes on when one says it can.
    fn look_at_the_server(&mut self, new: &[Done], now: Timestamp) {
        let mut shut = None;
        let mut open = false;
        for done in new {
            match &done.outcome {
                Outcome::Later(Trouble::Server, reply) => shut = Some(reply),
                _ => open = true,
            }
        }
        match shut {
            Some(why) => {
                let failures = self.pause.as_ref().map_or(0, |pause| pause.failures);
                let since = self.pause.as_ref().map_or(now, |pause| pause.since);
                let wait = self.setup.settings.retry.wait("server", failures + 1);
                let until = now.checked_add(wait).unwrap_or(now);
                if failures == 0 {
                    tracing::error!("The mail server cannot be used; letters wait: {}.", code(why));
                }
                self.pause = Some(Pause { until, since, failures: failures + 1, why: code(why) });
                self.say_status();
            }
            None if open && self.pause.is_some() => {
                tracing::info!("The mail server can be used again.");
                self.pause = None;
                self.say_status();
            }
            None => {}
        }
    }

    fn landed(&mut self, done: &[Done]) {
        for Done { id, outcome, .. } in done {
            self.in_flight.remove(id);
            match outcome {
                Outcome::Accepted(_) => self.totals.accepted += 1,
                Outcome::Refused(_, reply) => {
                    self.totals.refused += 1;
                    tracing::warn!(letter = id, "Letter {id} was refused: {}", code(reply));
                }
                Outcome::Later(Trouble::Server, _) => self.totals.later += 1,
                Outcome::Later(_, reply) | Outcome::Unknown(reply) => {
                    self.totals.later += 1;
                    tracing::warn!(letter = id, "Letter {id} is tried again later: {}", code(reply));
                }
            }
        }
    }

    async fn hand_over(&mut self, claimed: Vec<Claimed>) {
        // A carrier that was held while the commit was under way is not resumed before its answer,
        // which says why, is read; only a probe resumes it.
        if !claimed.is_empty() && self.pause.is_some() {
            self.carrier.resume();
        }
        for claimed in claimed {
            let Claimed { id: LetterId(id), attempt, envelope, message_id, bytes } = claimed;
            if !self.in_flight.insert(id) {
                // The clock jumped past the lease of a letter that is still being sent.
                continue;
            }
            self.carrier.send(Job { id, attempt, envelope, message_id, bytes }).await;
        }
    }

    /// Sends with new settings once nothing is in flight with the old ones.
    async fn change_carrier(&mut self) {
        let Some(mail) = self.new_mail.take() else { return };
        match Carrier::start(mail) {
            Ok(carrier) => {
                self.carrier.shut(LAST_LETTERS).await;
                self.carrier = carrier;
                self.pause = None;
                self.try_everything_now().await;
            }
            Err(error) => tracing::error!("The new mail settings cannot be used; the old ones stay. {error}"),
        }
    }

    /// What waited because of the old settings does not wait for the new ones.
    async fn try_everything_now(&mut self) {
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
        self.unsettled.extend(closed.done);
        self.recalled.extend(closed.untouched);
        if !self.unsettled.is_empty() || !self.recalled.is_empty() {
            self.exchange(self.clock.now(), 0).await;
        }
    }
}

/// What a log may say of a reply: its codes. The text may hold an address.
fn code(reply: &crate::letter::Reply) -> String {
    match (reply.code, &reply.enhanced) {
        (Some(code), Some(enhanced)) => format!("{code} {enhanced}"),
        (Some(code), None) => code.to_string(),
        (None, _) => "no answer".to_owned(),
    }
}
