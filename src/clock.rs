//! Now, and waiting until then. The only door to the system's clock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

/// How long the system clock is trusted to run on unobserved: after a suspend or a step of the
/// wall clock the wait is looked at again within this time.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// The time of day, as the whole program sees it.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's own.
    System,
    /// One that stands still until it is waited on, and then jumps: for rehearsals and tests.
    Virtual(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// A virtual clock that shows `at`.
    pub fn starting(at: Timestamp) -> Self {
        Self::Virtual(Arc::new(Mutex::new(at)))
    }

    /// What the clock shows.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Virtual(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Whether it is a virtual one.
    pub fn is_virtual(&self) -> bool {
        matches!(self, Self::Virtual(_))
    }

    /// Waits until the clock shows `wake`, or for a while at most: the caller looks at the clock
    /// again and waits on. The virtual clock jumps there at once.
    pub async fn wait_until(&self, wake: Timestamp) {
        match self {
            Self::System => {
                let wait = Duration::try_from(self.now().duration_until(wake)).unwrap_or_default();
                tokio::time::sleep(wait.min(LONGEST_NAP)).await;
            }
            Self::Virtual(at) => {
                let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
                *at = wake.max(*at);
            }
        }
    }
}
