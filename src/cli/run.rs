//! `rappel run`: the daemon, or one round of it.

use std::path::Path;

use super::{
    exit::{Ended, Failure},
    log,
    output::count,
};
use crate::{
    clock::Clock,
    compose::Templates,
    daemon::{Daemon, Events, Setup, Until, folder_of},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Send what is due now, as if it were a send time, and end
    #[arg(long)]
    once: bool,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let setup = Setup::load(config)?;
    log::start(setup.settings.log);
    runtime()?.block_on(async {
        // First: a SIGHUP while everything is read must not end the program.
        let mut events = Events::signals()?;
        let mut daemon = Daemon::with_setup(setup, Clock::System).await?;
        if args.once {
            daemon.run(Until::Idle, &mut events).await;
            return report(&daemon);
        }
        watch(&daemon, &mut events);
        daemon.run(Until::Stopped, &mut events).await;
        Ok(())
    })
}

/// One thread is enough: the daemon waits nearly all the time.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

fn watch(daemon: &Daemon, events: &mut Events) {
    let settings = &daemon.setup().settings;
    let mut folders = vec![folder_of(&settings.register.path), folder_of(&settings.file)];
    if let Some(templates) = &settings.templates {
        folders.push(templates.clone());
        // "en/reminder.txt" is in a folder of its own.
        let own = Templates::names().map(|name| folder_of(&templates.join(name)));
        folders.extend(own.filter(|folder| folder.is_dir()));
    }
    folders.sort();
    folders.dedup();
    if let Err(error) = events.watch(&folders) {
        tracing::warn!("Files cannot be watched ({error}); they are looked at every half minute.");
    }
}

fn report(daemon: &Daemon) -> Ended {
    let totals = daemon.totals();
    anstream::println!(
        "{} with {} queued; {} accepted, {} refused, {} to be tried again.",
        count(totals.queued as usize, "letter", "letters"),
        count(totals.reminders as usize, "reminder", "reminders"),
        totals.accepted,
        totals.refused,
        totals.later
    );
    if totals.impossible > 0 {
        anstream::println!(
            "{} could not be composed.",
            count(totals.impossible as usize, "reminder", "reminders")
        );
    }
    if let Some(why) = daemon.held() {
        anstream::println!("Nothing was planned, because {why}. `rappel outbox release` lets it go.");
    }
    let waiting = daemon.waiting().filter(|waiting| waiting.all() > 0);
    if let Some(waiting) = waiting {
        anstream::println!("In the outbox: {waiting}.");
    }
    let failed = totals.refused + totals.later + totals.impossible > 0;
    if failed || waiting.is_some() || !daemon.is_well() {
        anstream::println!("`rappel outbox list` and `rappel status` say more.");
        return Err(Failure::Attention);
    }
    Ok(())
}
