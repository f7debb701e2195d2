//! What the files of the installation say: settings, rules, templates, register. Each is read
//! whole and found good before it comes into force.

use std::{path::Path, sync::Arc};

use crate::{
    action::{Action, ActionId, Pace, Problem, Problems, Register, Severity, Told, did_you_mean},
    compose::{self, Around, Entry, OtherAsked, Templates},
    config::{self, Refused, Settings},
    directory::{Directory, OwnSecretariat},
    outbox::Dictionaries,
    register,
    schedule::{self, ClosedDay, Misdirection, Policy, Quiet, Rules},
};

/// The settings in force, and what follows from them.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The settings themselves.
    pub settings: Settings,
    /// When to remind.
    pub rules: Rules,
    /// How letters are worded.
    pub templates: Templates,
    /// What these templates' letters have in common: they are kept without it.
    pub dictionaries: Dictionaries,
    /// Warnings and notes about the settings.
    pub notes: Problems,
}

impl Setup {
    /// Reads settings and templates. All problems of both are reported together.
    pub fn load(file: &Path) -> Result<Self, Problems> {
        let (settings, notes) = config::load(file)?;
        Self::of(settings, notes).map_err(|refused| refused.problems)
    }

    /// The same with settings that were read.
    fn of(settings: Settings, mut notes: Problems) -> Result<Self, Refused> {
        let templates = match templates(&settings) {
            Ok(templates) => templates,
            Err(problems) => return Err(Refused { problems, register: Some(Box::new(settings.register)) }),
        };
        notes.0.extend(templates.notes().0);
        let policies = settings.policies.values().cloned();
        let rules = Rules::new(policies, default_policy(&settings), settings.send.clone())
            .with_max_age(settings.catch_up.max_age)
            .with_morning(settings.morning.clone())
            .with_window(settings.release_window.try_into().unwrap_or_default())
            .with_quiet(Quiet {
                weekly_on: settings.weekly_on,
                most_a_week: settings.limits.per_person_and_week,
                most_a_day: Some(settings.limits.per_person_and_day),
            });
        let dictionaries = Dictionaries::new(compose::specimens(&settings.secretariat, &templates));
        Ok(Self { settings, rules, templates, dictionaries, notes })
    }

    /// The same, for what sends letters.
    ///
    /// # Errors
    /// When the password may not be read by whoever runs this.
    pub fn able_to_send(self) -> Result<Self, Problems> {
        if !self.settings.mail.lacks_password() {
            return Ok(self);
        }
        let is_it = |note: &&Problem| note.place.spot.as_deref() == Some("mail.smtp.password_file");
        let of_password = self.notes.0.iter().filter(is_it).cloned();
        Err(Problems(of_password.map(|note| Problem { severity: Severity::Error, ..note }).collect()))
    }

    /// Reads the register and finds who is who in it.
    pub fn read_register(&self) -> Result<(Directory, Problems), Problems> {
        self.read_register_at(&self.settings.register.path)
    }

    /// Reads another register, in `path`, as that of the settings is read.
    pub fn read_register_at(&self, path: &Path) -> Result<(Directory, Problems), Problems> {
        let settings = register::Settings { path: path.to_owned(), ..self.settings.register.clone() };
        let reading = register::read(&settings)?;
        let directory = self.directory(reading.register);
        let mut notes = reading.notes;
        notes.0.extend(misdirected(&self.rules, &directory).0);
        if notes.0.iter().any(|problem| problem.severity == Severity::Error) {
            return Err(notes);
        }
        Ok((directory, notes))
    }

    /// What a letter about `action` says beyond the action's own row, after what was `told`.
    pub fn around(&self, directory: &Directory, told: &Told, action: &Action) -> Around<'_> {
        let id = action.id();
        Around {
            others: directory.also_asked(&id).map(OtherAsked::from).collect(),
            policy: Some(self.rules.policy_of(action).0),
            calendar: self.settings.calendar.then(|| calendar_entry(told, &id)),
        }
    }

    /// Who is who in `register`.
    pub fn directory(&self, register: Register) -> Directory {
        let identity = &self.settings.secretariat;
        let own = OwnSecretariat { name: identity.name.clone(), email: identity.reply_to.address.clone() };
        Directory::new(Arc::new(register), own)
    }
}

/// Settings and register together, for commands that need both: all problems of both at once, as
/// far as the one can be read without the other.
pub fn load(file: &Path) -> Result<(Setup, Directory, Problems), Problems> {
    let setup = config::load_or_register(file)
        .and_then(|(settings, notes)| Setup::of(settings, notes))
        .map_err(|Refused { mut problems, register }| {
            let of_register = register.and_then(|settings| register::read(&settings).err());
            problems.0.extend(of_register.into_iter().flat_map(|problems| problems.0));
            problems
        })?;
    let (directory, notes) = setup.read_register()?;
    let mut all = setup.notes.0.clone();
    all.extend(notes.0);
    Ok((setup, directory, Problems(all)))
}

/// What the policies escalate to that the register does not have.
fn misdirected(rules: &Rules, directory: &Directory) -> Problems {
    let problem = |one: schedule::Misdirected<'_>| {
        let (target, place) = (one.target, one.rung.place.clone());
        match one.why {
            Misdirection::Unknown => {
                let names: Vec<_> = directory.names().collect();
                let near = did_you_mean(&target.to_string(), names.iter().map(String::as_str));
                let what = format!(
                    "\"{target}\" is not a person of the sheet Representatives, a body of the sheet Bodies or a role of the \
                     sheet Roles{near} Correct the name here, or add a row there."
                );
                Problem::error(place, what)
            }
            Misdirection::OwnBody => Problem::warning(
                place,
                format!(
                    "{target} is served by this secretariat: an escalation to it needs no approval and does not wait. \
                     Remove approval."
                ),
            ),
        }
    };
    Problems(schedule::misdirected(rules.policies(), directory).into_iter().map(problem).collect())
}

fn templates(settings: &Settings) -> Result<Templates, Problems> {
    Templates::with(config::read_templates(settings)?)
}

/// How the entry of this action in calendars stands after what was `told`.
pub fn calendar_entry(told: &Told, id: &ActionId) -> Entry {
    let last = told.deadline_told(id);
    Entry {
        moves: told.moves(id),
        is_told: last.is_some(),
        told: last.flatten(),
        was_closed: told.closed_told(id),
    }
}

/// The settings always name one: the built-in defaults define it.
fn default_policy(settings: &Settings) -> Policy {
    settings.policies.get("default").cloned().unwrap_or_else(|| Policy {
        name: "default".to_owned(),
        before: Vec::new(),
        working_before: Vec::new(),
        closed_day: ClosedDay::Keep,
        on_the_day: false,
        overdue: None,
        without_deadline: None,
        announce_closure: false,
        pace: Pace::EachSendTime,
        kinds: Vec::new(),
        escalate: Vec::new(),
    })
}
