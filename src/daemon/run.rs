//! The loop.

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep_until};

use super::{
    Daemon, Event, Events,
    guard::Hold,
    look::{Looking, impatience, next_look},
    post::IN_FLIGHT,
    send_time::next_part,
    service,
};

/// The longest time that nothing is looked at, however much is going on: files on a network share change unseen, and so
/// does what people decide on the command line.
const LOOK_AT_FILES: SignedDuration = SignedDuration::from_secs(30);

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
        self.unread.is_waited_for(until != Until::Idle, &self.setup);
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
            self.look_into_an_unread_archive(now);
            // What is erased by a wrong clock is gone: not before the clock was looked at.
            self.look_at_the_clock(now).await;
            self.erase_old(now).await;
            if !matches!(self.guard.hold, Some(Hold::Clock(..))) {
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
            if self.looks_around_at(now) <= now {
                self.on_wake().await;
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
        if self.guard.hold.is_none() {
            self.report_failures(now).await;
            self.agenda.round = Some(now);
            // At once: what is foreseen is looked for meanwhile.
            self.begin_mailing(now);
        }
    }

    /// Waits for the next thing to happen, and does it.
    async fn step(&mut self, now: Timestamp, until: Until, events: &mut Events) -> ControlFlow<()> {
        let wake = self.wake(now, until);
        let may_wait = !self.clock.is_virtual() || (self.is_quiet() && !self.unread.is_looked_into());
        let flying = !self.flight.letters.is_empty();
        let looking = self.register.looking.as_ref().and_then(Looking::since);
        let company = self.company_until();
        let takes_part = company.is_none() || self.has_room_for_chunk(now);
        tokio::select! {
            biased;
            event = events.next() => return self.on_event(event),
            part = next_part(&mut self.agenda.mailing), if takes_part => self.on_part(part).await,
            checked = self.health.checkup.done() => self.on_checkup(checked),
            done = self.mail.carrier.next_done(), if flying => self.on_done(done).await,
            looked = next_look(&mut self.register.looking) => {
                if self.on_look(looked).await {
                    events.watch_files_of(&self.setup);
                }
            }
            () = company_is_over(company) => {}
            () = impatience(looking) => self.on_impatience().await,
            found = self.archive.found() => Box::pin(self.on_found(found)).await,
            looked = self.unread.looked() => self.on_looked_ahead(looked).await,
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

    /// When to look around although nothing calls for it: answers of the mail server may come one by one for hours.
    fn looks_around_at(&self, now: Timestamp) -> Timestamp {
        // A virtual clock that jumps further than a day would look like one that is wrong.
        let every = if self.clock.is_virtual() { A_DAY } else { LOOK_AT_FILES };
        let passed = self.clock.elapsed().saturating_sub(self.register.looked_around);
        let left = every - SignedDuration::try_from(passed).unwrap_or(every);
        now + left.max(SignedDuration::ZERO)
    }

    async fn on_wake(&mut self) {
        self.register.looked_around = self.clock.elapsed();
        self.look_at_the_outbox();
        self.try_mail_settings_again();
        let now = self.clock.now();
        Box::pin(self.take_back_what_was_decided(now)).await;
        Box::pin(self.look_for_decisions(now)).await;
        self.look_for_a_release(now).await;
        // With files that are looked at from now on: who releases a letter may have edited the register just before.
        self.sight.may_release |= self.register.looking.is_none() && self.is_something_released();
        if self.clock.is_virtual() {
            self.look_at_what_was_released().await;
        } else {
            self.look(self.was_accepted());
        }
    }

    fn is_quiet(&self) -> bool {
        self.agenda.mailing.is_none() && self.flight.letters.is_empty() && self.flight.answered.is_empty()
    }

    fn is_over(&self, until: Until, now: Timestamp) -> bool {
        let nothing_now =
            || self.is_quiet() && !self.unread.holds() && self.next_letter().is_none_or(|next| now < next);
        match until {
            Until::Stopped => false,
            Until::Idle => {
                self.health.damage.is_some()
                    || nothing_now()
                    || (self.is_quiet() && self.health.retry_at.is_some())
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
        let look = Some(self.looks_around_at(now));
        let watchdog = self.watchdog.pace().and_then(|pace| now.checked_add(pace).ok());
        let known = [
            end,
            self.next_send_time(until),
            attempt,
            self.next_summary(),
            self.next_report(),
            self.next_look_for_vanished(),
            self.next_day_of_what_waits(now),
            self.next_look_into_the_archive(now),
            self.health.retry_at,
            look,
            watchdog,
        ];
        let soonest = known.into_iter().flatten().min();
        soonest.unwrap_or(now + LOOK_AT_FILES)
    }

    /// When the next summary can be written; none while the clock is not believed.
    fn next_summary(&self) -> Option<Timestamp> {
        let held = matches!(self.guard.hold, Some(Hold::Clock(..))) || self.health.damage.is_some();
        let next = self.summary_at().filter(|_| !held)?;
        Some(self.health.retry_at.map_or(next, |retry| next.max(retry)))
    }

    /// When something can be done about missing rows; none while the clock is not believed.
    fn next_look_for_vanished(&self) -> Option<Timestamp> {
        let next =
            self.next_about_vanished().filter(|_| !matches!(self.guard.hold, Some(Hold::Clock(..))))?;
        Some(self.health.retry_at.map_or(next, |retry| next.max(retry)))
    }

    /// When the next send time can be served; none while no mailing may begin.
    fn next_send_time(&self, until: Until) -> Option<Timestamp> {
        let held = self.guard.hold.is_some() || self.health.damage.is_some() || self.unread.holds();
        if until == Until::Idle || self.agenda.mailing.is_some() || held {
            return None;
        }
        let next = self.setup.rules.send().next_after(self.agenda.served)?;
        Some(self.health.retry_at.map_or(next, |retry| next.max(retry)))
    }

    /// When the next letter can be claimed; none while none may leave. A letter that is due does not
    /// keep the loop turning while the mail server or the state cannot be used.
    pub(super) fn next_letter(&self) -> Option<Timestamp> {
        let held = matches!(self.guard.hold, Some(Hold::Clock(..)))
            || self.health.damage.is_some()
            || self.unread.holds();
        let next = self.flight.next_attempt.filter(|_| !held)?;
        let probing = self.mail.pause.is_some() && !self.flight.letters.is_empty();
        let waits =
            self.flight.letters.len() >= IN_FLIGHT || self.company_until().is_some() || self.is_judging();
        if probing || self.mail.new.is_some() || waits {
            // The next answer makes room, and wakes the loop; so do the end of the wait for company, and the first part of
            // a mailing.
            return None;
        }
        let usable_at = [self.mail.pause.as_ref().map(|pause| pause.until), self.health.retry_at];
        Some(usable_at.into_iter().flatten().fold(next, Timestamp::max))
    }
}

/// Then what waited is written as it is, at the beginning of the next round.
async fn company_is_over(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}
