//! What waits after a send time, as the secretariat gets to see it before it leaves.

use jiff::{Timestamp, tz::TimeZone};
use rusqlite::Connection;

use super::outgoing::Outgoing;
use crate::{
    compose::{Item, Notice},
    ledger::{self, Listed},
};

/// Letters that are listed; of more than these only how many there are.
const LISTED: usize = 199;

/// The letters of one send time.
#[derive(Debug, Default)]
pub(super) struct Preview {
    /// How many there are.
    pub(super) count: usize,
    /// To whom, about what, and when they leave.
    listed: Vec<Listed>,
}

/// What waits already of the send time that is about to be worked through: the beginning of a mailing that was
/// interrupted.
pub(super) fn begun(c: &Connection) -> rusqlite::Result<Vec<Listed>> {
    let last = ledger::recent_runs(c, 1)?.first().map(|run| run.recorded_at);
    ledger::waiting_since(c, last.unwrap_or(Timestamp::MIN))
}

impl Preview {
    /// A preview that begins with what waits already.
    pub(super) fn beginning_with(mut waiting: Vec<Listed>) -> Self {
        let count = waiting.len();
        waiting.truncate(LISTED);
        Self { count, listed: waiting }
    }

    /// Adds what was written.
    pub(super) fn add(&mut self, written: &[Outgoing]) {
        for (name, subject, leaves) in written.iter().filter_map(Outgoing::shown) {
            self.count += 1;
            if self.listed.len() < LISTED {
                self.listed.push(Listed { name: name.to_owned(), subject: subject.to_owned(), leaves });
            }
        }
    }

    /// The letter to the secretariat.
    pub(super) fn notice(&self, send_time: Timestamp, zone: &TimeZone) -> Notice {
        let at = |instant: Timestamp| zone.to_datetime(instant).strftime("%A %-d %B %Y, %H:%M").to_string();
        let item = |Listed { name, subject, leaves }: &Listed| Item {
            title: name.clone(),
            text: format!("{subject} (leaves {})", at(*leaves)),
        };
        let (what, wait) = match self.count {
            1 => ("1 letter".to_owned(), "was written and waits"),
            count => (format!("{count} letters"), "were written and wait"),
        };
        let first = self.listed.iter().map(|one| one.leaves).min().unwrap_or(send_time);
        let mut items: Vec<_> = self.listed.iter().map(item).collect();
        if self.count > self.listed.len() {
            let more = self.count - self.listed.len();
            items.push(Item {
                title: format!("and {more} more"),
                text: "see `rappel outbox list`".to_owned(),
            });
        }
        Notice {
            sort: "preview".to_owned(),
            about: send_time.to_string(),
            subject: format!("{what} to leave from {}", at(first)),
            lead: format!("{what} of the send time {} {wait} in the outbox.", at(send_time)),
            items,
            advice: vec![
                "If something is wrong, `rappel outbox hold NUMBER` holds a letter, and `rappel outbox drop NUMBER` withdraws it; \
                 `rappel outbox list --state queued` shows the numbers. What is corrected in the register meanwhile is \
                 written anew or withdrawn by itself."
                    .to_owned(),
            ],
        }
    }
}
