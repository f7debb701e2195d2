//! Where the log goes: to the journal when systemd started the daemon, else to the terminal.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{self, LogLevel};

/// Starts logging at a level. To be called once.
pub(super) fn start(level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let journal = if config::logs_to_journal() { tracing_journald::layer().ok() } else { None };
    let terminal = journal.is_none().then(|| {
        let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
        tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(colour)
    });
    let journal =
        journal.map(|journal| journal.with_field_prefix(Some("RAPPEL".to_owned())).with_filter(level));
    let terminal = terminal.map(|terminal| terminal.with_filter(level));
    tracing_subscriber::registry().with(journal).with(terminal).init();
}
