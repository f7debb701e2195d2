//! Whether an installation is in order, and what to do about what is not.
//!
//! One check is one function that gives [`Finding`]s; [`examine`] calls them in the order in which
//! things depend on each other. No check changes anything or stops at the first trouble, and
//! what one cannot see it says. Another check is another file here and one line in [`examine`].

mod activity;
mod age;
mod clock;
mod database;
mod dns;
mod finding;
mod folder;
mod handling;
mod mail;
mod register;
mod sender;
mod settings;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

pub use finding::{Finding, Level};
pub use handling::Handling;
pub use mail::remedy_of;

use crate::deliver::MailSettings;

/// What is to be examined.
#[derive(Debug, Clone)]
pub struct Patient {
    /// The settings file.
    pub config_file: PathBuf,
    /// Copies of the database that lie elsewhere.
    pub backups: Vec<PathBuf>,
    /// How the daemon is started and stopped.
    pub handling: Handling,
    /// Whether to leave the network alone.
    pub offline: bool,
    /// What the clock shows.
    pub now: Timestamp,
}

/// Examines everything. Must be called inside a tokio runtime.
pub async fn examine(patient: &Patient) -> Vec<Finding> {
    let (mut findings, settings) = settings::check(&patient.config_file);
    let Some(settings) = settings else { return findings };
    findings.push(settings::check_templates(&settings));
    findings.push(register::check(&settings));
    findings.extend(folder::check(&settings.state, &patient.handling));
    findings.extend(database::check(
        &settings.state,
        &patient.backups,
        &settings.secretariat.zone,
        &patient.handling,
    ));
    findings.extend(age::check(&settings, &patient.handling));
    findings.extend(mail::check(&settings.mail, patient.offline, patient.now).await);
    if let (MailSettings::Smtp(smtp), false) = (&settings.mail, patient.offline) {
        findings.extend(sender::check(&settings.secretariat.domain, smtp));
    }
    findings.push(clock::check());
    findings.extend(activity::check(&settings, patient.now));
    findings
}

/// Whether nothing of it needs anybody's attention.
pub fn is_well(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.level < Level::Warning)
}

/// "FOLDER/rappel.db": a path for people.
fn shown(path: &Path) -> std::path::Display<'_> {
    path.display()
}
