//! `rappel run`: the daemon, or one round of it.

use std::path::Path;

use super::{
    exit::{Ended, Failure},
    log,
    output::count,
};
use crate::{
    clock::Clock,
    daemon::{Daemon, Events, Setup, Until},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Send what is due now, as if it were a send time, and end
    #[arg(long)]
    once: bool,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let setup = Setup::load(config)?;
    let _log = log::start(setup.settings.log);
    let runtime = runtime()?;
    let ended = runtime.block_on(async {
        // First: a SIGHUP while everything is read must not end the program.
        let mut events = Events::signals()?;
        // Whoever stops it while it looks at a long history does not wait for that.
        let mut daemon = tokio::select! {
            daemon = Daemon::with_setup(setup, Clock::System) => daemon?,
            () = events.stop() => return Ok(()),
        };
        if args.once {
            daemon.run(Until::Idle, &mut events).await;
            return report(&daemon);
        }
        events.watch_files_of(daemon.setup());
        daemon.run(Until::Stopped, &mut events).await;
        Ok(())
    });
    // A look at a share that does not answer may never end.
    runtime.shutdown_background();
    ended
}

/// One thread is enough: the daemon waits nearly all the time.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().on_thread_park(log::flush).build()?)
}

fn report(daemon: &Daemon) -> Ended {
    let totals = daemon.totals();
    log::flush();
    let sent = totals.queued + totals.accepted + totals.refused + totals.later;
    if sent > 0 {
        let queued = match totals.queued {
            0 => "No new letters".to_owned(),
            letters => format!(
                "{} with {} queued",
                count(letters as usize, "letter", "letters"),
                count(totals.reminders as usize, "reminder", "reminders")
            ),
        };
        say!(
            "{queued}; {} accepted, {} refused, {} to be tried again.",
            totals.accepted,
            totals.refused,
            totals.later
        );
    } else if totals.impossible == 0 && daemon.held().is_none() {
        say!("Nothing is due now: no letter was written, and none was sent.");
    }
    if totals.impossible > 0 {
        say!("{} could not be composed.", count(totals.impossible as usize, "reminder", "reminders"));
    }
    if totals.left_out > 0 {
        say!(
            "{} left out as too old to be told (catch_up.max_age); `rappel history` shows them.",
            count(totals.left_out as usize, "reminder was", "reminders were")
        );
    }
    if let Some(why) = daemon.held() {
        let why = why.trim_end_matches('.');
        say!("Nothing was planned: {why}. `rappel outbox release` lets it go.");
    }
    let waiting = daemon.waiting().filter(|waiting| waiting.all() > 0);
    if let Some(waiting) = waiting {
        say!("In the outbox: {waiting}.");
    }
    let failed = totals.refused + totals.later + totals.impossible > 0;
    if failed || waiting.is_some() || !daemon.is_well() {
        say!("`rappel outbox list` and `rappel status` say more.");
        return Err(Failure::Attention);
    }
    Ok(())
}
