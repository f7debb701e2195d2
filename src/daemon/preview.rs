//! What waits after a send time, as the secretariat gets to see it before it leaves.

use jiff::{Timestamp, tz::TimeZone};

use super::mailing::Outgoing;
use crate::compose::{Item, Notice};

/// Letters that are listed; of more than these only how many there are.
const LISTED: usize = 199;

/// The letters of one send time.
#[derive(Debug, Default)]
pub(super) struct Preview {
    /// How many there are.
    pub(super) count: usize,
    /// To whom, about what, and when they leave.
    listed: Vec<(String, String, Timestamp)>,
}

impl Preview {
    /// Adds what was written.
    pub(super) fn add(&mut self, written: &[Outgoing]) {
        for (name, subject, leaves) in written.iter().filter_map(Outgoing::shown) {
            self.count += 1;
            if self.listed.len() < LISTED {
                self.listed.push((name.to_owned(), subject.to_owned(), leaves));
            }
        }
    }

    /// The letter to the secretariat.
    pub(super) fn notice(&self, send_time: Timestamp, zone: &TimeZone) -> Notice {
        let at = |instant: Timestamp| zone.to_datetime(instant).strftime("%A %-d %B %Y, %H:%M").to_string();
        let item = |(name, subject, leaves): &(String, String, Timestamp)| Item {
            title: name.clone(),
            text: format!("{subject} (leaves {})", at(*leaves)),
        };
        let what = if self.count == 1 { "1 letter".to_owned() } else { format!("{} letters", self.count) };
        let first = self.listed.iter().map(|(.., leaves)| *leaves).min().unwrap_or(send_time);
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
            lead: format!("{what} of the send time {} were written and wait in the outbox.", at(send_time)),
            items,
            advice: vec![
                "If one is wrong, `rappel outbox hold NUMBER` holds it, and `rappel outbox drop NUMBER` withdraws it; \
                 `rappel outbox list --state queued` shows the numbers. What is corrected in the register meanwhile is \
                 written anew or withdrawn by itself."
                    .to_owned(),
            ],
        }
    }
}
