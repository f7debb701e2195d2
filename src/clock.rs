//! Now, and waiting until then. The only door to the system's clock.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

/// How long the system clock is trusted to run on unobserved: after a suspend or a step of the
/// wall clock the wait is looked at again within this time.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// The time of day, as the whole program sees it.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's own.
    System,
    /// One that stands still until it is waited on, and then jumps: for rehearsals and tests.
    Virtual(Arc<Mutex<Hands>>),
}

/// What a virtual clock shows.
#[derive(Debug, Clone, Copy)]
pub struct Hands {
    wall: Timestamp,
    /// By how much it was set, all in all.
    set_by: SignedDuration,
}

impl Clock {
    /// A virtual clock that shows `at`.
    pub fn starting(at: Timestamp) -> Self {
        Self::Virtual(Arc::new(Mutex::new(Hands { wall: at, set_by: SignedDuration::ZERO })))
    }

    /// Sets a virtual clock, as somebody sets a clock on the wall: no time passes. The system's clock is not ours to
    /// set; nothing happens then.
    pub fn set(&self, to: Timestamp) {
        if let Self::Virtual(hands) = self {
            let mut hands = hands.lock().unwrap_or_else(PoisonError::into_inner);
            let step = hands.wall.duration_until(to);
            hands.set_by += step;
            hands.wall = to;
        }
    }

    /// Lets time pass on a virtual clock while nobody waits on it.
    pub fn pass(&self, time: SignedDuration) {
        if let Self::Virtual(hands) = self {
            let mut hands = hands.lock().unwrap_or_else(PoisonError::into_inner);
            hands.wall = hands.wall.checked_add(time).unwrap_or(hands.wall);
        }
    }

    /// What the clock shows.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Virtual(hands) => hands.lock().unwrap_or_else(PoisonError::into_inner).wall,
        }
    }

    /// How much time has passed since an instant that does not matter, by a clock that nobody sets and that goes
    /// on while the machine sleeps (`CLOCK_BOOTTIME`).
    pub fn elapsed(&self) -> Duration {
        match self {
            Self::System => {
                let passed = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
                let part = u32::try_from(passed.tv_nsec).unwrap_or_default();
                Duration::new(u64::try_from(passed.tv_sec).unwrap_or_default(), part)
            }
            Self::Virtual(hands) => {
                let hands = *hands.lock().unwrap_or_else(PoisonError::into_inner);
                let passed = Timestamp::UNIX_EPOCH.duration_until(hands.wall) - hands.set_by;
                Duration::try_from(passed).unwrap_or_default()
            }
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
            Self::Virtual(hands) => {
                let mut hands = hands.lock().unwrap_or_else(PoisonError::into_inner);
                hands.wall = wake.max(hands.wall);
            }
        }
    }
}
