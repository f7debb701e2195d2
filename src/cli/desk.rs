//! What every command that looks at the register needs: settings, register, and what was told.

use std::path::Path;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{exit::Failure, output};
use crate::{
    action::{Action, ActionId, Told, alike, fold, nearest, tidy},
    clock::Clock,
    daemon::{self, Intake, Setup, Why, fact},
    directory::Directory,
    ledger,
    store::{self, Reader},
};

/// A desk with everything on it.
pub(super) struct Desk {
    /// Settings, rules, templates.
    pub setup: Setup,
    /// Register.
    pub directory: Directory,
    /// The state, if there is one already.
    pub state: Option<Reader>,
    /// What the clock shows, or what the command line says instead.
    pub now: Timestamp,
    /// What the clock showed.
    opened: Timestamp,
}

/// The action that a command is about.
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// The action's reference (17/06); with several of that reference, also of whom it is asked (17/06 ITU-T)
    #[arg(required = true, value_name = "ACTION")]
    action: Vec<String>,
}

impl Wanted {
    /// As it was written: `AI 12/3` needs no quotation marks.
    pub(super) fn text(&self) -> String {
        self.action.join(" ")
    }
}

/// All actions of a reference, or the one that is asked of somebody.
#[derive(Debug, clap::Args)]
pub(super) struct WantedAll {
    #[command(flatten)]
    wanted: Wanted,
    /// Only the one that is asked of this body, role or person
    #[arg(long, value_name = "BODY")]
    asked_of: Option<String>,
}

impl WantedAll {
    /// As [`Wanted::text`], with of whom it is asked.
    pub(super) fn text(&self) -> String {
        let mut text = self.wanted.text();
        if let Some(body) = &self.asked_of {
            text.push(' ');
            text.push_str(body);
        }
        text
    }
}

/// What an action has to be for a command to be about it.
pub(super) struct Fits<'f> {
    /// As a sentence goes on: "is open".
    pub said: &'static str,
    /// Whether one is.
    pub are: &'f dyn Fn(&ActionId, &Action) -> bool,
}

impl Desk {
    /// Reads everything. `on` is a day to stand on instead of today: its first instant.
    pub(super) fn open(config: &Path, on: Option<Date>) -> Result<Self, Failure> {
        let (setup, directory, _) = daemon::load(config)?;
        let state = open_state(&setup)?;
        let desk = Self::of(setup, directory, state)?;
        Ok(match on {
            Some(day) => Self { now: start_of(day, desk.zone())?, ..desk },
            None => desk,
        })
    }

    /// With what was read already, as things are now.
    pub(super) fn of(
        mut setup: Setup,
        mut directory: Directory,
        state: Option<Reader>,
    ) -> Result<Self, Failure> {
        if let Some(state) = &state {
            daemon::decide_from(state, &mut directory)?;
            setup.settings.secretariat.mark = Some(state.read(daemon::mark)?);
        }
        let opened = Clock::System.now();
        Ok(Self { setup, directory, state, now: opened, opened })
    }

    /// Why the register in the files does not come into force by itself, although it has no errors.
    pub(super) fn held(&self) -> Result<Option<Why>, Failure> {
        let Some(state) = &self.state else { return Ok(None) };
        let (known_open, ends, accepted) = state.read(|c| {
            let fact = |name| ledger::get_fact(c, name);
            Ok((ledger::known_open(c)?, fact(fact::REGISTER_ENDS)?, fact(fact::REGISTER_ACCEPTED)?))
        })?;
        Ok(match daemon::judge(&known_open, ends.as_deref(), &self.directory, accepted.as_deref()) {
            Intake::Hold(why) => Some(why),
            Intake::Apply => None,
        })
    }

    /// Says so, if what follows is about a register that is not in force.
    pub(super) fn remark_if_held(&self) -> Result<(), Failure> {
        if self.held()?.is_some() {
            remark!(
                "The register in the files is held, and not in force: `rappel check` says why. What follows is as if it were."
            );
        }
        Ok(())
    }

    /// The secretariat's zone.
    pub(super) fn zone(&self) -> &TimeZone {
        self.setup.rules.send().zone()
    }

    /// What was told up to now, and what was closed that is to be told.
    pub(super) fn told(&self) -> Result<Told, Failure> {
        self.told_with(&self.directory)
    }

    /// As [`Desk::told`], with another register.
    pub(super) fn told_with(&self, directory: &Directory) -> Result<Told, Failure> {
        let now = self.now;
        let Some(state) = &self.state else { return Ok(Told::default()) };
        let mut told = state.read(|c| daemon::told_and_heard(c, &self.setup, directory, now))?;
        // What the daemon has not seen yet: it knows of the past what was open then.
        if now >= self.opened {
            let (open, vanished) = state.read(|c| Ok((ledger::known_open(c)?, ledger::vanished(c)?)))?;
            for action in daemon::closed_since(&open, &vanished, directory) {
                told.record_closing(action, now);
            }
        }
        Ok(told)
    }

    /// The actions that a text on the command line means: a reference ("17/06"), or a reference
    /// and of whom it is asked ("17/06 ITU-T").
    pub(super) fn find(&self, text: &str) -> Result<Vec<(ActionId, &Action)>, Failure> {
        let wanted = fold(text);
        // "17/06", "17/06 ITU-T", and as this program writes it: "17/06, asked of ITU-T".
        let is_meant = |id: &ActionId| {
            wanted == fold(&id.to_string())
                || wanted.strip_prefix(id.reference()).is_some_and(|rest| {
                    let of = rest.strip_prefix(", asked of ").or_else(|| rest.strip_prefix(", "));
                    rest.is_empty() || of.or_else(|| rest.strip_prefix(' ')) == Some(id.asked_of())
                })
        };
        let all = || self.directory.actions().map(|(id, action)| (id.clone(), action));
        let exactly: Vec<_> = all().filter(|(id, _)| is_meant(id)).collect();
        if !exactly.is_empty() {
            return Ok(exactly);
        }
        let closely: Vec<_> = all().filter(|(id, _)| unspaced(id.reference()) == unspaced(&wanted)).collect();
        match closely.first() {
            Some((first, _)) if closely.iter().all(|(id, _)| id.reference() == first.reference()) => {
                Ok(closely)
            }
            _ => Err(Failure::NotFound(self.no_such_action(text))),
        }
    }

    /// The one action that a reference means, or a reference and of whom it is asked. Of several the only one that
    /// fits is meant, and that is said.
    pub(super) fn find_one(
        &self,
        text: &str,
        asked_of: Option<&str>,
        fits: &Fits<'_>,
    ) -> Result<(ActionId, &Action), Failure> {
        let mut all = self.find(text)?;
        if let Some(body) = asked_of {
            let names = names(&all);
            all.retain(|(id, _)| alike(id.asked_of()) == alike(body));
            return all.pop().ok_or_else(|| Failure::NotFound(not_asked_of(text, body, &names)));
        }
        if all.len() == 1 {
            return Ok(all.remove(0));
        }
        let how_many = output::count(all.len(), "body", "bodies or people");
        let (mut fitting, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(id, action)| (fits.are)(id, action));
        match fitting.len() {
            0 => Err(Failure::Failed(anyhow::anyhow!(
                "{text} is asked of {how_many}: {}. None of these {}.",
                names(&others).join(", "),
                fits.said
            ))),
            1 => {
                let meant = fitting.remove(0);
                remark!(
                    "{text} is asked of {how_many}; only the one asked of {} {}, and is meant.",
                    meant.1.asked_of,
                    fits.said
                );
                Ok(meant)
            }
            _ => {
                let names = names(&fitting).into_iter();
                let choices: Vec<_> = names.map(|name| format!("  --asked-of \"{name}\"")).collect();
                Err(Failure::Failed(anyhow::anyhow!(
                    "{text} is asked of {how_many}. Say which one is meant:\n{}",
                    choices.join("\n")
                )))
            }
        }
    }

    fn no_such_action(&self, text: &str) -> String {
        let wanted = fold(text);
        let is_asked_of = |rest: &str| rest.starts_with(' ');
        let known = self
            .directory
            .actions()
            .find(|(id, _)| wanted.strip_prefix(id.reference()).is_some_and(is_asked_of));
        if let Some((known, Action { reference, .. })) = known {
            let body: String = tidy(text).chars().skip(reference.chars().count() + 1).collect();
            let all = self.directory.actions().filter(|(id, _)| id.reference() == known.reference());
            let names: Vec<_> = all.map(|(_, action)| action.asked_of.to_string()).collect();
            return not_asked_of(reference, &body, &names);
        }
        let references = self.directory.actions().map(|(_, action)| action.reference.as_str());
        match nearest(text, references) {
            Some(near) => format!("There is no action \"{text}\" in the register; did you mean {near}?"),
            None => format!("There is no action \"{text}\" in the register. `rappel status` lists them."),
        }
    }
}

fn not_asked_of(reference: &str, body: &str, names: &[String]) -> String {
    format!("{reference} is not asked of \"{body}\"; it is asked of {}.", names.join(", "))
}

/// A reference without its spaces, in which people differ: "AI 12/3", "AI12/3".
fn unspaced(reference: &str) -> String {
    reference.split(' ').collect()
}

fn names(actions: &[(ActionId, &Action)]) -> Vec<String> {
    actions.iter().map(|(_, action)| action.asked_of.to_string()).collect()
}

/// The state, or none if there is no state directory yet.
pub(super) fn open_state(setup: &Setup) -> Result<Option<Reader>, Failure> {
    let folder = &setup.settings.state;
    if folder.exists() { Ok(Some(store::open_reader(folder)?)) } else { Ok(None) }
}

/// The first instant of a day.
pub(super) fn start_of(day: Date, zone: &TimeZone) -> Result<Timestamp, Failure> {
    let start = zone.to_ambiguous_timestamp(day.to_datetime(jiff::civil::Time::midnight()));
    Ok(start.compatible().map_err(anyhow::Error::from)?)
}

/// The last instant of a day.
pub(super) fn end_of(day: Date, zone: &TimeZone) -> Result<Timestamp, Failure> {
    let next = start_of(day.tomorrow().map_err(anyhow::Error::from)?, zone)?;
    Ok(next - jiff::SignedDuration::from_nanos(1))
}
