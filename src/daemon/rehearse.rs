//! The whole daemon on a virtual clock, against a state and a Maildir of its own.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Daemon, DaemonError, Events, Setup, Totals, Until};
use crate::{
    clock::Clock,
    deliver::{AllowedDomains, MailSettings, MaildirSettings},
    outbox, store,
};

/// What to rehearse.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// The settings file. Its mail and state settings are not used.
    pub config_file: PathBuf,
    /// The first instant.
    pub from: Timestamp,
    /// The last instant.
    pub until: Timestamp,
    /// Where the letters and the state go: a folder that is empty or not there yet.
    pub folder: PathBuf,
}

/// What a rehearsal gave.
#[derive(Debug)]
pub struct Rehearsed {
    /// What was done.
    pub totals: Totals,
    /// The letters, in the order in which they were sent.
    pub letters: Vec<outbox::Detail>,
}

/// Runs the daemon from one instant to another.
pub async fn rehearse(rehearsal: &Rehearsal, events: &mut Events) -> Result<Rehearsed, DaemonError> {
    let state = rehearsal.folder.join("state");
    store::init(&state, rehearsal.from)?;
    let mut setup = Setup::load(&rehearsal.config_file)?;
    redirect(&mut setup, &rehearsal.folder, &state);
    let clock = Clock::starting(rehearsal.from);
    let mut daemon = Daemon::with_setup(setup, clock).await?;
    daemon.run(Until::Time(rehearsal.until), events).await;
    let letters = daemon.store.read(|c| {
        let summaries = outbox::list(c, &outbox::Filter::default())?;
        summaries.iter().rev().filter_map(|summary| outbox::show(c, summary.id).transpose()).collect()
    })?;
    Ok(Rehearsed { totals: daemon.totals(), letters })
}

/// The letters go to the rehearsal's folder, whatever the settings say.
fn redirect(setup: &mut Setup, folder: &Path, state: &Path) {
    setup.settings.mail = MailSettings::Maildir(MaildirSettings { path: folder.join("letters") });
    setup.settings.archive = None;
    setup.settings.allowed = AllowedDomains::default();
    state.clone_into(&mut setup.settings.state);
}
