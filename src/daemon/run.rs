//! The loop.

use std::{
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{
    Daemon, Event, Events, Setup, fact,
    guard::Hold,
    look::{Looking, impatience, next_look},
    mailing::{Mailing, Part},
    outgoing::{self, Tally, Tellings},
    post::IN_FLIGHT,
    preview, service,
};
use crate::{ledger, outbox, schedule::Upcoming};

/// The longest time that nothing is looked at: files on a network share change unseen.
const LOOK_AT_FILES: SignedDuration = SignedDuration::from_secs(30);

/// Chunks that composing is ahead of sending at most: a commit may take as long as several of them.
const AHEAD: usize = 5;

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// When the loop ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// When somebody stops it.
    Stopped,
    /// When nothing can be done now: everything due was planned, everything queued was tried.
    Idle,
    /// When the clock passes this instant.
    Time(Timestamp),
}

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
    /// What was queued of it is known otherwise.
    pub(super) fn forget_told(&mut self) {
        self.tellings = Tellings::default();
    }
}

impl Daemon {
    /// Runs until the given end. Letters in flight are finished first, within bounds.
    pub async fn run(&mut self, until: Until, events: &mut Events) {
        self.go_on(until, events).await;
        if !self.clock.is_virtual() {
            service::stopping();
        }
        self.finish().await;
        self.write_progress(self.clock.now(), true);
        if !self.clock.is_virtual() {
            self.measure(false);
        }
    }

    /// As [`Daemon::run`], but everything stays as it is at the end, to go on from there: a simulation changes
    /// files and clock in between.
    pub async fn go_on(&mut self, until: Until, events: &mut Events) {
        if until == Until::Idle {
            self.once().await;
        }
        if !self.clock.is_virtual() {
            service::ready();
        }
        self.say_status();
        loop {
            let now = self.clock.now();
            self.watchdog.feed();
            self.write_progress(now, false);
            self.beat();
            self.look_at_the_pace(now).await;
            self.try_the_store(now).await;
            self.record_the_hold(now).await;
            self.begin_checkup();
            self.erase_old(now).await;
            self.look_at_the_clock(now).await;
            if !matches!(self.hold, Some(Hold::Clock(_))) {
                Box::pin(self.look_for_vanished(now)).await;
                Box::pin(self.look_on_a_new_day(now)).await;
                self.tell_what_is_broken().await;
                self.sum_up(now).await;
                self.report_failures_daily(now).await;
                self.serve_send_time(now, until).await;
                self.dispatch(now).await;
            }
            if self.is_over(until, now) {
                break;
            }
            if self.step(now, until, events).await.is_break() {
                break;
            }
        }
    }

    /// One round as if it were a send time.
    async fn once(&mut self) {
        let now = self.clock.now();
        self.look_at_the_clock(now).await;
        self.look_for_a_release(now).await;
        if self.hold.is_none() {
            self.report_failures(now).await;
            self.begin_mailing(now);
        }
    }

    /// Waits for the next thing to happen, and does it.
    async fn step(&mut self, now: Timestamp, until: Until, events: &mut Events) -> ControlFlow<()> {
        let wake = self.wake(now, until);
        let may_wait = !self.clock.is_virtual() || self.is_quiet();
        let flying = !self.in_flight.is_empty();
        let looking = self.looking.as_ref().and_then(Looking::since);
        let company = self.company_until();
        let takes_part = company.is_none() || self.has_room_for_chunk(now);
        tokio::select! {
            biased;
            event = events.next() => return self.on_event(event),
            part = next_part(&mut self.mailing), if takes_part => self.on_part(part).await,
            checked = self.checkup.done() => self.on_checkup(checked),
            done = self.carrier.next_done(), if flying => self.on_done(done).await,
            looked = next_look(&mut self.looking) => {
                if self.on_look(looked).await {
                    events.watch_files_of(&self.setup);
                }
            }
            () = company_is_over(company) => {}
            () = impatience(looking) => self.on_impatience().await,
            found = self.archive.found() => Box::pin(self.on_found(found)).await,
            () = self.clock.wait_until(wake), if may_wait => self.on_wake().await,
        }
        ControlFlow::Continue(())
    }

    fn on_event(&mut self, event: Event) -> ControlFlow<()> {
        match event {
            Event::Stop => {
                tracing::info!("Asked to stop.");
                return ControlFlow::Break(());
            }
            Event::Reload => self.look_for_supervisor(),
            Event::FilesChanged => self.look(false),
        }
        ControlFlow::Continue(())
    }

    async fn on_wake(&mut self) {
        self.look_at_the_outbox();
        self.try_mail_settings_again();
        let now = self.clock.now();
        Box::pin(self.look_for_decisions(now)).await;
        self.look_for_a_release(now).await;
        // With files that are looked at from now on: who releases a letter may have edited the register just before.
        self.sight.may_release |= self.looking.is_none() && self.is_something_released();
        if self.clock.is_virtual() {
            self.look_at_what_was_released().await;
        } else {
            self.look(self.was_accepted());
        }
    }

    /// Serves the latest send time that has passed since the last one that was served.
    async fn serve_send_time(&mut self, now: Timestamp, until: Until) {
        if until == Until::Idle || self.mailing.is_some() || !self.store_works() {
            return;
        }
        let send = self.setup.rules.send();
        if send.next_after(self.served).is_none_or(|next| now < next) {
            return;
        }
        let Some(send_time) = send.last_at_or_before(now).filter(|time| *time > self.served) else { return };
        Box::pin(self.look_for_decisions(now)).await;
        self.report_failures(now).await;
        if self.hold.is_some() {
            return;
        }
        let due = self.upcoming().and_then(|upcoming| upcoming.plan_at);
        if due.is_some_and(|due| due <= send_time) {
            self.begin_mailing(send_time);
        } else {
            self.served_without_letters(send_time, now).await;
        }
    }

    async fn served_without_letters(&mut self, send_time: Timestamp, now: Timestamp) {
        self.served = send_time;
        let written = self.store.write(move |c| served(c, send_time, now, Tally::default()));
        match written.await {
            Ok(()) => {
                Arc::make_mut(&mut self.told).record_served(send_time);
                self.forget_closings(send_time).await;
            }
            Err(error) => self.store_failed(&error),
        }
        self.take_in_ends();
        // Nothing was due, so that what is foreseen is what was, as long as nothing else has changed.
        if self.is_told_anew {
            self.look_ahead_anew();
        }
        self.remember_forecast().await;
        self.say_status();
    }

    /// What is foreseen now is compared with what is planned then.
    async fn remember_forecast(&mut self) {
        let Some(Upcoming { next: Some(at), people, .. }) = self.upcoming() else { return };
        let forecast = format!("{at} {people}");
        if self.forecast.as_ref() == Some(&forecast) {
            return;
        }
        self.forecast = Some(forecast.clone());
        if let Err(error) = self.store.write(move |c| ledger::set_fact(c, fact::FORECAST, &forecast)).await {
            self.forecast = None;
            self.store_failed(&error);
        }
    }

    fn begin_mailing(&mut self, send_time: Timestamp) {
        let Some(directory) = self.directory.clone() else { return };
        self.take_in_ends();
        let now = self.clock.now();
        let usual = self.usual(send_time, now);
        let (setup, told) = (self.setup.clone(), self.told.clone());
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
        self.mailing = Some(Composing { parts, setup, send_time, now, tally, tellings, judged: false });
    }

    /// Whether it is not known yet if the mailing under way looks like a flood. Nothing is claimed meanwhile: what is queued
    /// may be its beginning, of a run that was cut off, and is held with the rest.
    pub(super) fn is_judging(&self) -> bool {
        self.mailing.as_ref().is_some_and(|composing| !composing.judged)
    }

    /// Queues a chunk of the mailing under way, ends the mailing, or holds it.
    async fn on_part(&mut self, part: Option<Part>) {
        let Some(mut composing) = self.mailing.take() else { return };
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
        let exchange = self.begin_exchange(self.clock.now());
        let exchanging = Arc::clone(&exchange);
        let written = self.store.write(move |c| {
            exchanging.record_with(c, |straight, allowed| {
                let mut tally = before;
                tally.add(outgoing::enqueue(c, chunk, &setup.dictionary, send_time, now, straight, allowed)?);
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
                self.mailing = Some(composing);
                self.end_exchange(&exchange, Ok(exchanged)).await;
                if is_last && let Some(composing) = self.mailing.take() {
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
        let told = Arc::make_mut(&mut self.told);
        for recipient in &tellings.letters {
            told.record_letter(recipient, at);
        }
        for telling in tellings.steps {
            if !told.knows(telling.about()) {
                self.ends.begins(telling.about());
            }
            telling.record_in(told, at);
        }
    }

    /// Gives up the mailing under way; what is queued of it stays, what is not is planned again.
    pub(super) fn give_up_mailing(&mut self) {
        if let Some(composing) = self.mailing.take() {
            self.remember_told(composing.tellings, composing.now);
        }
    }

    async fn end_mailing(&mut self, composing: Composing) {
        let Composing { send_time, now, tally, tellings, .. } = composing;
        self.remember_told(tellings, now);
        Arc::make_mut(&mut self.told).record_served(send_time);
        self.forget_closings(send_time).await;
        self.served = self.served.max(send_time);
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
        self.look_ahead_anew();
        self.remember_forecast().await;
        self.say_status();
    }

    fn is_quiet(&self) -> bool {
        self.mailing.is_none() && self.in_flight.is_empty() && self.unsettled.is_empty()
    }

    fn is_over(&self, until: Until, now: Timestamp) -> bool {
        let nothing_now = || self.is_quiet() && self.next_letter().is_none_or(|next| now < next);
        match until {
            Until::Stopped => false,
            Until::Idle => {
                self.damage.is_some() || nothing_now() || (self.is_quiet() && self.store_retry.is_some())
            }
            Until::Time(end) => now > end && nothing_now(),
        }
    }

    /// When to look again, if nothing happens before.
    fn wake(&self, now: Timestamp, until: Until) -> Timestamp {
        let end = match until {
            Until::Time(end) => end.checked_add(SignedDuration::from_nanos(1)).ok(),
            _ => None,
        };
        let attempt = self.next_letter().map(|next| next.max(now));
        // A virtual clock that jumps further than a day would look like one that is wrong.
        let look = Some(now + if self.clock.is_virtual() { A_DAY } else { LOOK_AT_FILES });
        let watchdog = self.watchdog.pace().and_then(|pace| now.checked_add(pace).ok());
        let known = [
            end,
            self.next_send_time(until),
            attempt,
            self.next_summary(),
            self.next_report(),
            self.next_look_for_vanished(),
            self.next_day_of_what_waits(now),
            self.store_retry,
            look,
            watchdog,
        ];
        let soonest = known.into_iter().flatten().min();
        soonest.unwrap_or(now + LOOK_AT_FILES)
    }

    /// When the next summary can be written; none while the clock is not believed.
    fn next_summary(&self) -> Option<Timestamp> {
        let held = matches!(self.hold, Some(Hold::Clock(_))) || self.damage.is_some();
        let next = self.summary_at().filter(|_| !held)?;
        Some(self.store_retry.map_or(next, |retry| next.max(retry)))
    }

    /// When something can be done about missing rows; none while the clock is not believed.
    fn next_look_for_vanished(&self) -> Option<Timestamp> {
        let next = self.next_about_vanished().filter(|_| !matches!(self.hold, Some(Hold::Clock(_))))?;
        Some(self.store_retry.map_or(next, |retry| next.max(retry)))
    }

    /// When the next send time can be served; none while no mailing may begin.
    fn next_send_time(&self, until: Until) -> Option<Timestamp> {
        let held = self.hold.is_some() || self.damage.is_some();
        if until == Until::Idle || self.mailing.is_some() || held {
            return None;
        }
        let next = self.setup.rules.send().next_after(self.served)?;
        Some(self.store_retry.map_or(next, |retry| next.max(retry)))
    }

    /// When the next letter can be claimed; none while none may leave. A letter that is due does not
    /// keep the loop turning while the mail server or the state cannot be used.
    fn next_letter(&self) -> Option<Timestamp> {
        let held = matches!(self.hold, Some(Hold::Clock(_))) || self.damage.is_some();
        let next = self.next_attempt.filter(|_| !held)?;
        let probing = self.pause.is_some() && !self.in_flight.is_empty();
        let waits = self.in_flight.len() >= IN_FLIGHT || self.company_until().is_some() || self.is_judging();
        if probing || self.new_mail.is_some() || waits {
            // The next answer makes room, and wakes the loop; so do the end of the wait for company, and the first part of
            // a mailing.
            return None;
        }
        let usable_at = [self.pause.as_ref().map(|pause| pause.until), self.store_retry];
        Some(usable_at.into_iter().flatten().fold(next, Timestamp::max))
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

/// Then what waited is written as it is, at the beginning of the next round.
async fn company_is_over(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

async fn next_part(mailing: &mut Option<Composing>) -> Option<Part> {
    match mailing {
        Some(composing) => composing.parts.recv().await,
        None => std::future::pending().await,
    }
}
