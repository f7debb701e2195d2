//! A send time: its letters are planned and composed on a thread of their own, queued part by part together with the record
//! that their reminders are told, and in the end it counts as served.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::mpsc;

use super::{
    Daemon, Setup, breaker, fact,
    guard::Hold,
    mailing::{Mailing, Part},
    outgoing::{self, Tally, Tellings},
    preview,
    run::Until,
};
use crate::{ledger, outbox, schedule::Upcoming};

/// Chunks that composing is ahead of sending at most: a commit may take as long as several of them.
const AHEAD: usize = 5;

/// A mailing on its way from planning to the outbox.
#[derive(Debug)]
pub(super) struct Composing {
    parts: mpsc::Receiver<Part>,
    setup: Arc<Setup>,
    send_time: Timestamp,
    now: Timestamp,
    tally: Tally,
    tellings: Tellings,
    /// Whether its number of letters is found to be plausible, or that is still being found out.
    judged: bool,
}

impl Composing {
    /// The send time that is served.
    pub(super) fn send_time(&self) -> Timestamp {
        self.send_time
    }

    /// What was queued of it is known otherwise.
    pub(super) fn forget_told(&mut self) {
        self.tellings = Tellings::default();
    }
}

impl Daemon {
    /// Serves the latest send time that has passed since the last one that was served.
    pub(super) async fn serve_send_time(&mut self, now: Timestamp, until: Until) {
        if self.agenda.mailing.is_some() || !self.store_works() || self.unread.holds() {
            return;
        }
        if until == Until::Idle {
            // Begun again if it was given up, because of something that was decided meanwhile.
            if let Some(round) = self.agenda.round.filter(|_| self.guard.hold.is_none()) {
                self.begin_mailing(round);
            }
            return;
        }
        let send = self.setup.rules.send();
        if send.next_after(self.agenda.served).is_none_or(|next| now < next) {
            return;
        }
        let Some(send_time) = send.last_at_or_before(now).filter(|time| *time > self.agenda.served) else {
            return;
        };
        Box::pin(self.look_for_decisions(now)).await;
        self.report_failures(now).await;
        if self.guard.hold.is_some() {
            return;
        }
        // What was taken back since may be due again, or make room for what waits for a maximum.
        if self.agenda.is_told_anew {
            self.look_ahead_anew();
        }
        let due = self.upcoming().and_then(|upcoming| upcoming.plan_at);
        if due.is_some_and(|due| due <= send_time) {
            self.begin_mailing(send_time);
        } else {
            self.served_without_letters(send_time, now).await;
        }
    }

    async fn served_without_letters(&mut self, send_time: Timestamp, now: Timestamp) {
        self.agenda.served = send_time;
        let written = self.store.write(move |c| served(c, send_time, now, Tally::default()));
        match written.await {
            Ok(()) => {
                Arc::make_mut(&mut self.agenda.told).record_served(send_time);
                self.forget_closings(send_time).await;
            }
            Err(error) => self.store_failed(&error),
        }
        self.take_in_ends();
        // Nothing was due, so that what is foreseen is what was, as long as nothing else has changed.
        if self.agenda.is_told_anew {
            self.look_ahead_anew();
        }
        self.remember_forecast().await;
        self.say_status();
    }

    /// What is foreseen now is compared with what is planned then.
    async fn remember_forecast(&mut self) {
        let Some(Upcoming { next, people, .. }) = self.upcoming() else { return };
        let forecast = breaker::remembered(next.map(|at| (at, *people)));
        if self.agenda.forecast.as_ref() == Some(&forecast) {
            return;
        }
        self.agenda.forecast = Some(forecast.clone());
        if let Err(error) = self.store.write(move |c| ledger::set_fact(c, fact::FORECAST, &forecast)).await {
            self.agenda.forecast = None;
            self.store_failed(&error);
        }
    }

    pub(super) fn begin_mailing(&mut self, send_time: Timestamp) {
        let Some(directory) = self.register.directory.clone() else { return };
        self.take_in_ends();
        let now = self.clock.now();
        let usual = self.usual(send_time, now);
        let (setup, told) = (self.setup.clone(), self.agenda.told.clone());
        let show = setup.settings.preview_run;
        let begun = if show { self.store.read(preview::begun).unwrap_or_default() } else { Vec::new() };
        let mailing = Mailing { setup: setup.clone(), directory, told, send_time, now, usual, begun };
        let (emit, parts) = mpsc::channel(AHEAD);
        tokio::task::spawn_blocking(move || {
            let composed = AssertUnwindSafe(|| mailing.compose(|part| emit.blocking_send(part).is_ok()));
            if catch_unwind(composed).is_err() {
                let why = "planning failed by a mistake in rappel; please report it".to_owned();
                let _ = emit.blocking_send(Part::TooMany(why));
            }
        });
        let (tally, tellings) = Default::default();
        self.agenda.mailing =
            Some(Composing { parts, setup, send_time, now, tally, tellings, judged: false });
    }

    /// Whether it is not known yet if the mailing under way looks like a flood. Nothing is claimed meanwhile: what is queued
    /// may be its beginning, of a run that was cut off, and is held with the rest.
    pub(super) fn is_judging(&self) -> bool {
        self.agenda.mailing.as_ref().is_some_and(|composing| !composing.judged)
    }

    /// Queues a chunk of the mailing under way, ends the mailing, or holds it.
    pub(super) async fn on_part(&mut self, part: Option<Part>) {
        let Some(mut composing) = self.agenda.mailing.take() else { return };
        let (send_time, now) = (composing.send_time, composing.now);
        let (chunk, is_last) = match part {
            // Planning ended without an end: it is done again.
            None => return self.remember_told(composing.tellings, composing.now),
            Some(Part::TooMany(why)) => return self.hold(Hold::Flood(why), now).await,
            Some(Part::Chunk(chunk)) => (chunk, false),
            Some(Part::Last(chunk)) => (chunk, true),
        };
        composing.judged = true;
        let tellings = outgoing::tellings(&chunk);
        let (before, setup) = (composing.tally, composing.setup.clone());
        // What the mail server answered meanwhile is settled in the same commit, and its place filled.
        let exchange = self.begin_exchange_of(send_time, self.clock.now());
        let exchanging = Arc::clone(&exchange);
        let written = self.store.write(move |c| {
            exchanging.record_with(c, |straight, allowed| {
                let mut tally = before;
                tally.add(outgoing::enqueue(
                    c,
                    chunk,
                    &setup.dictionaries,
                    send_time,
                    now,
                    straight,
                    allowed,
                )?);
                if is_last {
                    served(c, send_time, now, tally)?;
                }
                Ok(tally)
            })
        });
        match written.await {
            Ok((tally, exchanged)) => {
                // Known at once: what is planned again after a failure must not tell it again.
                composing.tellings.extend(tellings);
                composing.tally = tally;
                self.agenda.mailing = Some(composing);
                self.end_exchange(&exchange, Ok(exchanged)).await;
                if is_last && let Some(composing) = self.agenda.mailing.take() {
                    self.end_mailing(composing).await;
                }
            }
            // Nothing of this chunk is queued or recorded. What is left of the mailing is given
            // up; planning it again after a while finds just what is missing.
            Err(error) => {
                self.remember_told(composing.tellings, composing.now);
                self.end_exchange(&exchange, Err(error)).await;
            }
        }
    }

    fn remember_told(&mut self, tellings: Tellings, at: Timestamp) {
        let told = Arc::make_mut(&mut self.agenda.told);
        for recipient in &tellings.letters {
            told.record_letter(recipient, at);
        }
        for telling in tellings.steps {
            if !told.knows(telling.about()) {
                self.agenda.ends.begins(telling.about());
            }
            telling.record_in(told, at);
        }
    }

    /// Gives up the mailing under way; what is queued of it stays, what is not is planned again.
    pub(super) fn give_up_mailing(&mut self) {
        if let Some(composing) = self.agenda.mailing.take() {
            self.remember_told(composing.tellings, composing.now);
            self.look_at_the_outbox();
        }
    }

    async fn end_mailing(&mut self, composing: Composing) {
        let Composing { send_time, now, tally, tellings, .. } = composing;
        self.agenda.round = None;
        self.remember_told(tellings, now);
        Arc::make_mut(&mut self.agenda.told).record_served(send_time);
        self.forget_closings(send_time).await;
        self.agenda.served = self.agenda.served.max(send_time);
        self.totals.queued += tally.letters;
        self.totals.reminders += tally.reminders;
        self.totals.impossible += tally.impossible;
        self.totals.left_out += tally.left_out;
        if tally.letters + tally.impossible + tally.left_out > 0 {
            let left_out = match tally.left_out {
                0 => String::new(),
                many => format!(" Too old to be told: {many}."),
            };
            tracing::info!(
                letters = tally.letters,
                reminders = tally.reminders,
                impossible = tally.impossible,
                left_out = tally.left_out,
                "{} with {} queued.{left_out}",
                counted(tally.letters, "letter"),
                counted(tally.reminders, "reminder")
            );
        }
        // What has waited since before is told by these letters, as far as they are about the same.
        self.reword(send_time).await;
        self.look_at_the_outbox();
        self.look_ahead_anew();
        self.remember_forecast().await;
        self.say_status();
    }
}

/// Records that a send time was served, and that nothing is held any more.
fn served(c: &Connection, send_time: Timestamp, now: Timestamp, tally: Tally) -> rusqlite::Result<()> {
    ledger::set_fact(c, fact::HOLD, "")?;
    ledger::set_fact(c, fact::RELEASED, "")?;
    outbox::release_run(c, now)?;
    ledger::record_run(c, send_time, now, tally.reminders, tally.letters)
}

/// "1 letter", "2 letters".
fn counted(count: u32, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The next part of the mailing under way; none comes when there is none. Cancel safe.
pub(super) async fn next_part(mailing: &mut Option<Composing>) -> Option<Part> {
    match mailing {
        Some(composing) => composing.parts.recv().await,
        None => std::future::pending().await,
    }
}
