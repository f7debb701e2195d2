//! When things repeat: cron text in a named zone. The only place that knows `cron` and chrono.

/// A cron expression in a zone.
#[derive(Debug, Clone)]
pub struct Cadence;
