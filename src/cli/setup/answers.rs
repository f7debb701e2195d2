//! What was answered, and whether it is good: by the rules of the settings file, so that nothing is
//! accepted here that `rappel check` refuses.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::{Args, place::Place};
use crate::{
    action::{self, Problem, Problems, Severity},
    cli::exit::Failure,
    config::{self, Variables, quoted_text},
    deliver::Secret,
};

/// Keys of the settings, with the options that give them.
const OPTIONS: &[(&str, &str)] = &[
    ("secretariat.name", "--name"),
    ("secretariat.address", "--address"),
    ("secretariat.reply_to", "--reply-to"),
    ("secretariat.time_zone", "--time-zone"),
    ("register.path", "--register"),
    ("mail.smtp.host", "--host"),
    ("mail.smtp.port", "--port"),
    ("mail.smtp.tls", "--tls"),
    ("mail.smtp.ca_file", "--ca-file"),
    ("mail.smtp.user", "--user"),
    ("mail.maildir.path", "--maildir"),
    ("state.dir", "--state"),
];

/// What is known so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    pub(super) name: Option<String>,
    pub(super) address: Option<String>,
    pub(super) reply_to: Option<String>,
    pub(super) zone: Option<String>,
    pub(super) register: Option<PathBuf>,
    pub(super) new_register: bool,
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) tls: Option<String>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) user: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) maildir: Option<PathBuf>,
    pub(super) state: Option<PathBuf>,
}

impl Answers {
    /// Those that stand on the command line. Paths there start from the current folder.
    pub(super) fn from_options(args: &Args, password: Option<Secret>) -> Result<Self, Failure> {
        let path = |path: &Option<PathBuf>| path.as_ref().map(std::path::absolute).transpose();
        Ok(Self {
            name: args.name.clone(),
            address: args.address.clone(),
            reply_to: args.reply_to.clone(),
            zone: args.time_zone.clone(),
            register: path(&args.register)?,
            new_register: args.new_register,
            host: args.host.clone(),
            port: args.port,
            tls: args.tls.clone(),
            ca_file: path(&args.ca_file)?,
            user: args.user.clone(),
            password,
            maildir: path(&args.maildir)?,
            state: path(&args.state)?,
        })
    }

    /// Whether nothing has to be asked.
    pub(super) fn are_enough(&self, place: &Place) -> bool {
        let mail = self.host.is_some() || self.maildir.is_some();
        let password = self.user.is_none() || self.password.is_some() || place.has_password();
        self.name.is_some() && self.address.is_some() && self.register.is_some() && mail && password
    }

    /// Whether a workbook is to be written where the register is to be.
    pub(super) fn writes_register(&self) -> bool {
        self.new_register && self.register.as_ref().is_some_and(|path| !path.exists())
    }

    /// The zone is written down even when nobody named it: it decides when letters leave.
    pub(super) fn settle_zone(&mut self) {
        self.zone.get_or_insert_with(usual_zone);
    }

    /// Keys and values for the settings file, the password being in `password_file`.
    pub(super) fn values(&self, password_file: &Path) -> Vec<(&'static str, String)> {
        let mut values = self.values_without_password();
        if self.user.is_some() {
            values.push(("mail.smtp.password_file", path_text(password_file)));
            values.push(("mail.smtp.password_credential", quoted_text(super::place::PASSWORD)));
        }
        values
    }

    fn values_without_password(&self) -> Vec<(&'static str, String)> {
        let text = |text: &Option<String>| text.as_deref().map(quoted_text);
        let path = |path: &Option<PathBuf>| path.as_deref().map(path_text);
        let all = [
            ("secretariat.name", text(&self.name)),
            ("secretariat.address", text(&self.address)),
            ("secretariat.reply_to", text(&self.reply_to)),
            ("secretariat.time_zone", text(&self.zone)),
            ("register.path", path(&self.register)),
            ("mail.smtp.host", text(&self.host)),
            ("mail.smtp.port", self.port.map(|port| port.to_string())),
            ("mail.smtp.tls", text(&self.tls)),
            ("mail.smtp.ca_file", path(&self.ca_file)),
            ("mail.smtp.user", text(&self.user)),
            ("mail.maildir.path", path(&self.maildir)),
            ("state.dir", path(&self.state)),
        ];
        all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// What is wrong with the answer for `key`, if anything is.
    pub(super) fn complaint(&self, key: &str, place: &Place) -> Result<(), String> {
        let about: Vec<_> = self.complaints(place).into_iter().filter(|(at, _)| at == key).collect();
        match about.into_iter().next() {
            Some((_, why)) => Err(why),
            None => Ok(()),
        }
    }

    /// All that is wrong with the options, at once.
    pub(super) fn refuse_bad_options(&self, place: &Place) -> Result<(), Failure> {
        let problem = |(key, why): (String, String)| {
            let option =
                OPTIONS.iter().find(|(known, _)| *known == key).map_or("setup", |(_, option)| option);
            Problem::error(action::Place { file: option.into(), ..action::Place::default() }, why)
        };
        let problems: Vec<_> = self.complaints(place).into_iter().map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(Failure::Problems(Problems(problems))) }
    }

    /// Keys that were answered, each with what is wrong with it.
    fn complaints(&self, place: &Place) -> Vec<(String, String)> {
        let mut values = self.values_without_password();
        let answered: Vec<&str> = values.iter().map(|(key, _)| *key).collect();
        if self.user.is_some() {
            // Only that there is one counts here: it must not travel in the clear.
            values.push(("mail.smtp.password_credential", quoted_text(super::place::PASSWORD)));
        }
        let said = match config::load_text(place.config(), config::draft(&values), &Variables::default()) {
            Ok(_) => Problems::default(),
            Err(problems) => problems,
        };
        let errors = said.0.into_iter().filter(|problem| problem.severity == Severity::Error);
        let mut all: Vec<_> = errors
            .filter_map(|problem| Some((problem.place.spot?.to_string(), problem.message)))
            .filter(|(key, _)| answered.contains(&key.as_str()))
            .collect();
        all.extend(self.register.as_deref().and_then(|path| self.no_register(path)));
        all
    }

    fn no_register(&self, path: &Path) -> Option<(String, String)> {
        let why = match path.try_exists() {
            Err(error) => format!("{} cannot be looked at: {error}.", path.display()),
            Ok(false) if !self.new_register => format!(
                "{} does not exist. Name the secretariat's workbook, or have an empty one written there with \
                 --new-register.",
                path.display()
            ),
            Ok(false) if path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("xlsx")) => {
                format!("{} does not end in .xlsx, and an empty workbook is written as such.", path.display())
            }
            Ok(_) => return None,
        };
        Some(("register.path".to_owned(), why))
    }
}

fn path_text(path: &Path) -> String {
    quoted_text(&path.to_string_lossy())
}

/// The machine's zone; on one that keeps UTC, as servers do, the built-in default.
pub(super) fn usual_zone() -> String {
    let here = TimeZone::system();
    match here.iana_name() {
        Some(name) if name.contains('/') && !name.starts_with("Etc/") => name.to_owned(),
        _ => default_of("secretariat", "time_zone").unwrap_or("UTC").trim_matches('"').to_owned(),
    }
}

/// The documented default of a key, as it is written in the file.
fn default_of(section: &str, key: &str) -> Option<&'static str> {
    config::reference()
        .into_iter()
        .find(|one| one.section == section && one.key.is_some_and(|(name, _)| name == key))
        .and_then(|one| one.key.map(|(_, value)| value))
}
