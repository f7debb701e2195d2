//! Whether the state is as new as what was sent from it, and what an archive would tell of that.

use super::{Finding, Handling, shown};
use crate::{
    config::Settings,
    daemon::{self, Looked, Reached},
    deliver::MailSettings,
    store,
};

const ABOUT: &str = "state";
const ARCHIVE: &str = "archive";

/// Nothing when the state cannot be opened: that was said about the database.
pub(super) fn check(settings: &Settings, handling: &Handling) -> Vec<Finding> {
    // Before the database, which a running daemon may carry on meanwhile.
    let written = Reached::written(&settings.state);
    let Ok(state) = store::open_reader(&settings.state) else { return Vec::new() };
    let Ok(reached) = state.read(Reached::recorded) else { return Vec::new() };
    let mut findings = Vec::new();
    if let Some(before) = written.filter(|before| reached.is_before(*before)) {
        let what = format!(
            "The database in {} is older than what rappel last did with it: it knows {reached}, and there were {before}.",
            shown(&settings.state)
        );
        findings.push(Finding::error(ABOUT, what, remedy(handling)));
    }
    let Some(archive) = &settings.archive else {
        findings.extend(without_one(settings));
        return findings;
    };
    match daemon::look_ahead(archive, &state, daemon::READING) {
        Ok(Looked { ahead: Some(ahead), .. }) => {
            let what = format!(
                "The state in {} is older than what was sent from it: {ahead}.",
                shown(&settings.state)
            );
            findings.push(Finding::error(ABOUT, what, remedy(handling)));
        }
        Ok(Looked { trouble: Some(why), .. }) => {
            let remedy = "Let the user of the daemon read it; the service sees a folder that its sandbox hides by \
                          BindReadOnlyPaths=.";
            findings.push(Finding::warning(ARCHIVE, format!("{why}."), remedy));
        }
        Ok(Looked { ahead: None, trouble: None }) => {
            let what = format!("{archive}. The state knows all letters of its own that came there of late.");
            findings.push(Finding::good(ARCHIVE, what));
        }
        // Said about the database.
        Err(_) => {}
    }
    findings
}

/// What cannot be known without an archive; nothing where letters leave into a folder.
fn without_one(settings: &Settings) -> Option<Finding> {
    let what = "There is none ([mail.archive]): a letter whose answer is lost is sent again, and an older state that is put \
                back as a whole, with a snapshot of the machine for instance, is not noticed.";
    matches!(settings.mail, MailSettings::Smtp(_)).then(|| Finding::note(ARCHIVE, what))
}

fn remedy(handling: &Handling) -> String {
    format!(
        "What was told since would be told again.\n\
         Stop the daemon: {}\n\
         See what that is, and take it as told: {}, then {}\n\
         Start the daemon: {}",
        handling.stop(),
        handling.rappel("adopt --dry-run"),
        handling.rappel("adopt --yes"),
        handling.start()
    )
}
