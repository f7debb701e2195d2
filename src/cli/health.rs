//! How the running daemon fares, as far as it can be seen from outside: for `rappel status`.

use std::{fs, path::Path, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Serialize;

use super::{
    exit::Failure,
    output::{count, moment},
};
use crate::{
    config::Settings,
    daemon::{Heartbeat, STALE, fact},
    ledger,
    outbox::{self, Counts},
    store::{self, Reader},
};

/// For how long letters that failed need attention.
const A_WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// All that a monitor wants to know, but for the actions.
#[derive(Debug, Default, Serialize)]
pub(super) struct Health {
    /// The process of the daemon that runs.
    pub daemon: Option<u32>,
    /// What that daemon said last about itself.
    pub said: Option<Heartbeat>,
    /// Since when it has said nothing, if that is too long.
    pub silent_since: Option<Timestamp>,
    /// Why the register in the files is not the one in force.
    pub register_trouble: Option<String>,
    /// Why letters leave by older mail settings than those in the file.
    pub mail_trouble: Option<String>,
    /// Open actions whose rows are gone, and may come back.
    pub missing: Vec<String>,
    /// Why nothing leaves.
    pub held: Option<String>,
    /// Letters that failed within the last seven days.
    pub failed: u32,
    /// Letters that wait longer beyond their time than `monitoring.patience`.
    pub late: u32,
    /// Since when the mail server cannot be used, if that is longer than `monitoring.patience`.
    pub mail_down_since: Option<Timestamp>,
    /// What waits.
    pub outbox: Option<Counts>,
    /// What takes the letters, in words: by the settings in force.
    #[serde(skip)]
    taker: String,
}

/// Looks at the daemon and, if there is one, at the state.
pub(super) fn look(settings: &Settings, state: Option<&Reader>, now: Timestamp) -> Result<Health, Failure> {
    let patience = SignedDuration::try_from(settings.patience).unwrap_or(SignedDuration::MAX);
    let long_ago = now.checked_sub(patience).unwrap_or(Timestamp::MIN);
    let mut health = match state {
        None => Health::default(),
        Some(state) => state.read(|c| {
            let text = |name| ledger::get_fact(c, name).map(|fact| fact.filter(|text| !text.is_empty()));
            Ok(Health {
                register_trouble: text(fact::REGISTER_TROUBLE)?,
                mail_trouble: text(fact::MAIL_TROUBLE)?,
                missing: ledger::missed(c)?.into_iter().map(|one| one.label).collect(),
                held: text(fact::HOLD)?,
                failed: u32::try_from(outbox::failed_since(c, now - A_WEEK)?.len()).unwrap_or(u32::MAX),
                late: outbox::late(c, long_ago)?,
                outbox: Some(outbox::waiting(c)?),
                ..Health::default()
            })
        })?,
    };
    settings.mail.taker().clone_into(&mut health.taker);
    health.daemon = store::lock_holder(&settings.state);
    if let Some(pid) = health.daemon {
        health.said = Heartbeat::of(&settings.state, pid);
        health.silent_since = silent_since(&settings.state, health.said.as_ref(), now);
        let taker = health.said.as_ref().map(|said| &said.taker).filter(|taker| !taker.is_empty());
        health.taker = taker.cloned().unwrap_or(health.taker);
    }
    // The daemon's own word counts also when it cannot write it into the database.
    let said = health.said.as_ref();
    health.held = health.held.or_else(|| said?.held.as_ref().map(|why| format!("Nothing leaves: {why}")));
    health.mail_down_since =
        said.and_then(|said| said.mail.as_ref()).map(|mail| mail.since).filter(|since| *since <= long_ago);
    Ok(health)
}

/// A daemon that never said anything has been silent since it took the lock.
fn silent_since(dir: &Path, said: Option<&Heartbeat>, now: Timestamp) -> Option<Timestamp> {
    if let Some(said) = said {
        return said.is_stale(now).then_some(said.at);
    }
    let taken = fs::metadata(dir.join("lock")).and_then(|meta| meta.modified()).ok()?;
    Timestamp::try_from(taken).ok().filter(|taken| taken.duration_until(now) > STALE)
}

impl Health {
    /// Whether somebody has to look.
    pub(super) fn needs_attention(&self) -> bool {
        let waiting = self.outbox.is_some_and(|outbox| outbox.unknown + outbox.held + outbox.doubtful > 0);
        let trouble = self
            .said
            .as_ref()
            .is_some_and(|said| said.state.is_some() || said.archive.is_some() || said.old_settings);
        self.daemon.is_none()
            || self.silent_since.is_some()
            || self.register_trouble.is_some()
            || self.mail_trouble.is_some()
            || self.held.is_some()
            || self.mail_down_since.is_some()
            || self.failed + self.late > 0
            || waiting
            || trouble
    }

    /// The daemon, the register and the outbox, for people.
    pub(super) fn print(&self, has_state: bool, zone: &TimeZone, patience: Duration) {
        match self.daemon {
            _ if !has_state => {
                say!("There is no state yet; `rappel init` makes it. Nothing was told so far.");
            }
            Some(pid) => say!("The daemon runs (process {pid})."),
            None => say!("The daemon does not run."),
        }
        self.print_daemon(zone);
        if let Some(trouble) = &self.register_trouble {
            say!("{trouble}");
        }
        if let Some(trouble) = &self.mail_trouble {
            say!("{trouble}");
        }
        for missing in &self.missing {
            say!("Missing from the register: {missing}.");
        }
        if let Some(held) = &self.held {
            say!("{}. `rappel outbox release` lets it go.", held.trim_end_matches('.'));
        }
        if self.failed > 0 {
            let failed = count(self.failed as usize, "letter", "letters");
            say!(
                "{failed} of the last 7 days could not be delivered: `rappel outbox list --state refused --state expired`."
            );
        }
        if let Some(outbox) = self.outbox.filter(|outbox| outbox.all() > 0) {
            say!("Outbox: {outbox}.");
        }
        if self.late > 0 {
            let late = count(self.late as usize, "letter waits", "letters wait");
            let minutes = patience.as_secs() / 60;
            say!(
                "{late} more than {minutes} minutes beyond the time (monitoring.patience): `rappel outbox list --state queued`."
            );
        }
    }

    fn print_daemon(&self, zone: &TimeZone) {
        if let Some(since) = self.silent_since {
            say!(
                "It has not said anything since {}: it hangs, or cannot write its state folder. `rappel doctor` says more.",
                moment(since, zone)
            );
        }
        let Some(said) = &self.said else { return };
        if let Some(state) = &said.state {
            say!(
                "Nothing is sent since {}: the state cannot be written or relied on. {} `rappel doctor` says what to do.",
                moment(state.since, zone),
                state.why
            );
        }
        if let Some(mail) = &said.mail {
            say!(
                "{} cannot be used since {}; letters wait: {}. `rappel doctor` says what to do.",
                self.taker,
                moment(mail.since, zone),
                mail.why
            );
        }
        if let Some(archive) = &said.archive {
            say!(
                "The archive cannot be read since {}, so that nobody knows whether this state is older than what was sent from \
                 it: {} It is tried again by itself; `rappel doctor` says what to do.",
                moment(archive.since, zone),
                archive.why
            );
        }
        if said.old_settings {
            say!("The settings have errors; the old ones are in force: `rappel check` lists them.");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::Lasting;

    fn heartbeat() -> Heartbeat {
        Heartbeat {
            pid: 7,
            at: Timestamp::UNIX_EPOCH,
            line: "3 outstanding".to_owned(),
            held: None,
            state: None,
            mail: None,
            taker: String::new(),
            archive: None,
            old_settings: false,
        }
    }

    /// Also of a daemon that runs: any monitor can ask.
    #[test]
    fn each_thing_that_is_wrong_needs_attention_by_itself() {
        let well = || Health { daemon: Some(7), said: Some(heartbeat()), ..Health::default() };
        let waiting = |counts| Health { outbox: Some(counts), ..well() };
        assert!(!well().needs_attention());
        assert!(!waiting(Counts { queued: 3, sending: 2, ..Counts::default() }).needs_attention());
        let text = || Some("why".to_owned());
        let since = Some(Timestamp::UNIX_EPOCH);
        let lasting = Some(Lasting { since: Timestamp::UNIX_EPOCH, why: "why".to_owned() });
        for (what, health) in [
            ("no daemon", Health { daemon: None, ..well() }),
            ("silent", Health { silent_since: since, ..well() }),
            ("register", Health { register_trouble: text(), ..well() }),
            ("mail settings", Health { mail_trouble: text(), ..well() }),
            ("held", Health { held: text(), ..well() }),
            ("mail server", Health { mail_down_since: since, ..well() }),
            ("failed", Health { failed: 1, ..well() }),
            ("late", Health { late: 1, ..well() }),
            ("in doubt", waiting(Counts { unknown: 1, ..Counts::default() })),
            ("held letters", waiting(Counts { held: 1, ..Counts::default() })),
            ("held in doubt", waiting(Counts { doubtful: 1, ..Counts::default() })),
            ("state", Health { said: Some(Heartbeat { state: lasting.clone(), ..heartbeat() }), ..well() }),
            (
                "archive",
                Health { said: Some(Heartbeat { archive: lasting.clone(), ..heartbeat() }), ..well() },
            ),
            ("settings", Health { said: Some(Heartbeat { old_settings: true, ..heartbeat() }), ..well() }),
        ] {
            assert!(health.needs_attention(), "{what}");
        }
    }
}
