//! What the settings file says about reading reports.

use std::time::Duration;

use super::Limits;

/// What reading a report may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How long it may take.
    pub time: Duration,
    /// How much memory it may take, in bytes.
    pub memory: u64,
    /// How much is read.
    pub limits: Limits,
}

/// 30 seconds, 512 MiB, and the default [`Limits`].
impl Default for Settings {
    fn default() -> Self {
        Self { time: Duration::from_secs(30), memory: 512 << 20, limits: Limits::default() }
    }
}
