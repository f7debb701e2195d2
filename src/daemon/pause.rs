//! The outbox waits while the mail server cannot be used, or says that it has had enough: one letter at a time goes out as a
//! probe, ever more rarely.
//!
//! What a server says to one letter alone, every time, stands in nobody's way: that letter waits behind the others. What it
//! says to several is no fault of theirs: they keep their places, and it does not count as tried.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Daemon;
use crate::{
    deliver::Done,
    letter::{Outcome, Trouble},
    outbox::LetterId,
};

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
    /// The letters to which it was said: when they are several, none of them is at fault.
    tried: BTreeSet<i64>,
}

impl Daemon {
    /// Pauses when an answer says that the server cannot be used, goes on when one says it can.
    pub(super) fn look_at_the_server(&mut self, new: &[Done], now: Timestamp) {
        let mut shut = None;
        let mut open = false;
        let mut tried = BTreeSet::new();
        for done in new {
            match &done.outcome {
                Outcome::Later(Trouble::Server, reply) => {
                    shut = Some(reply);
                    tried.insert(done.id);
                }
                _ => open = true,
            }
        }
        match shut {
            Some(why) => {
                let (failures, since) =
                    self.mail.pause.as_ref().map_or((0, now), |one| (one.failures, one.since));
                let before = self.mail.pause.take().map(|pause| pause.tried).unwrap_or_default();
                // Said to several, it is the server. The one that heard it last lets another try first all the same.
                self.flight.regained.extend(before.difference(&tried).copied().map(LetterId));
                tried.extend(before);
                let wait = self.setup.settings.retry.wait("server", failures + 1);
                let until = now.checked_add(wait).unwrap_or(now);
                if failures == 0 {
                    let taker = self.mail.settings.taker();
                    tracing::error!("{taker} cannot be used; letters wait: {}.", why.in_short());
                }
                self.mail.pause =
                    Some(Pause { until, since, failures: failures + 1, why: why.in_short(), tried });
                self.say_status();
            }
            None if open && self.mail.pause.is_some() => {
                tracing::info!("{} can be used again.", self.mail.settings.taker());
                let tried = self.mail.pause.take().map(|pause| pause.tried).unwrap_or_default();
                if tried.len() > 1 {
                    self.flight.regained.extend(tried.into_iter().map(LetterId));
                }
                self.say_status();
            }
            None => {}
        }
    }
}
