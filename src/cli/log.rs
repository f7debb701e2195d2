//! Where the log goes: to the journal when systemd started the daemon, else to the terminal.
//!
//! A mailing says a line for each letter. Those that the daemon's own thread says are written together, before it waits
//! for anything, and at once when one of them is a warning.

use std::{
    cell::RefCell,
    io::{self, Write},
};

use tracing::{Level, Metadata, level_filters::LevelFilter};
use tracing_subscriber::{
    Layer as _, fmt::MakeWriter, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::config::{self, LogLevel};

/// Bytes of lines that are kept back; more are written.
const MOST: usize = 16 * 1024;

thread_local! {
    /// Lines that this thread has said and that are not written yet; none where each is written at once.
    static LINES: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// While it lives, lines are kept back for a moment; whatever ends it, a panic too, they are written.
#[must_use]
pub(super) struct Log(());

impl Drop for Log {
    fn drop(&mut self) {
        flush();
    }
}

/// Starts logging at a level, on the thread that runs the daemon. To be called once.
pub(super) fn start(level: LogLevel) -> Log {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    LINES.set(Some(Vec::new()));
    let journal = if config::logs_to_journal() { tracing_journald::layer().ok() } else { None };
    let terminal = journal.is_none().then(|| {
        let colour = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
        tracing_subscriber::fmt::layer().with_writer(Terminal).with_target(false).with_ansi(colour)
    });
    let journal =
        journal.map(|journal| journal.with_field_prefix(Some("RAPPEL".to_owned())).with_filter(level));
    let terminal = terminal.map(|terminal| terminal.with_filter(level));
    tracing_subscriber::registry().with(journal).with(terminal).init();
    Log(())
}

/// Writes the lines that this thread has kept back. To be called before it waits, and before it says something else.
pub(super) fn flush() {
    LINES.with_borrow_mut(|lines| lines.as_mut().map_or(Ok(()), write_out)).unwrap_or_default();
}

/// Nobody can be told that the log cannot be written.
fn write_out(lines: &mut Vec<u8>) -> io::Result<()> {
    let written = if lines.is_empty() { Ok(()) } else { io::stderr().write_all(lines) };
    lines.clear();
    written
}

/// Standard error.
struct Terminal;

/// Standard error for one line.
struct Line {
    is_urgent: bool,
}

impl<'a> MakeWriter<'a> for Terminal {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { is_urgent: true }
    }

    fn make_writer_for(&'a self, about: &Metadata<'_>) -> Line {
        Line { is_urgent: *about.level() <= Level::WARN }
    }
}

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| match lines {
            None => io::stderr().write_all(line),
            Some(lines) => {
                lines.extend_from_slice(line);
                if self.is_urgent || lines.len() > MOST { write_out(lines) } else { Ok(()) }
            }
        })?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
