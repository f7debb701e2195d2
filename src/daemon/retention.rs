//! How long data about people is kept: once a day the texts and addresses of letters that were settled long ago are
//! erased, a few at a time, so that nothing waits for it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Daemon;
use crate::outbox;

/// Letters in one write: some milliseconds.
const AT_ONCE: u32 = 200;

/// How often is looked whether any are old enough.
const EVERY: Duration = Duration::from_hours(24);

/// When it was looked last, by the clock that nobody sets; none before the first time.
#[derive(Debug, Default)]
pub(super) struct Retention {
    looked: Option<Duration>,
}

impl Daemon {
    /// Erases what is old enough, when it is time to. While there is more it goes on with the next round of the loop.
    pub(super) async fn erase_old(&mut self, now: Timestamp) {
        let elapsed = self.clock.elapsed();
        let is_time = self.retention.looked.is_none_or(|looked| elapsed.saturating_sub(looked) >= EVERY);
        if self.clock.is_virtual() || !is_time || !self.store_works() || self.guard.hold.is_some() {
            return;
        }
        let days = SignedDuration::from_hours(24 * i64::from(self.setup.settings.keep_letters));
        let Ok(then) = now.checked_sub(days) else { return };
        match self.store.write(move |c| outbox::erase_old(c, then, AT_ONCE)).await {
            Ok(erased) => {
                if erased > 0 {
                    tracing::info!(
                        letters = erased,
                        "The texts of {erased} old letters were erased (state.keep_letters)."
                    );
                }
                if erased < AT_ONCE as usize {
                    self.retention.looked = Some(elapsed);
                }
            }
            Err(error) => self.store_failed(&error),
        }
    }
}
