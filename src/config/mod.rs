//! What the administrator sets: `config/default.toml` (compiled in, documented key by key), then
//! the settings file, then the environment, made into [`Settings`] that cannot be wrong.
//!
//! Everything that is wrong is reported at once, each with its line, its key, its value and what
//! would be right. Reading goes in three steps: `layers` lays the three sources over each other
//! and keeps where each value came from; `raw` takes any value without complaint; `validate`
//! parses each value into the type that its module works with. This is the only place that reads
//! the environment.
//!
//! ```
//! use rappel::config::{self, Variables};
//!
//! let folder = tempfile::tempdir().unwrap();
//! let file = folder.path().join("rappel.toml");
//! std::fs::write(&file, "[mail.smtp]\nhost = \"mail.example.org\"\nport = \"abc\"\n").unwrap();
//! let problems = config::load_from(&file, &Variables::default()).unwrap_err();
//! assert!(problems.to_string().contains(
//!     "rappel.toml, line 3, mail.smtp.port: \"abc\" is not a port. \
//!      Write a whole number from 1 to 65535, for example 587."
//! ));
//! ```

mod archive;
mod calendars;
mod caution;
mod check;
mod domains;
mod environment;
mod escalate;
mod file;
mod given;
mod host;
mod import;
mod keys;
mod layers;
mod login;
mod mail;
mod morning;
mod places;
mod policies;
mod raw;
mod reference;
mod settings;
mod strange;
mod syntax;
mod templates;
mod tree;
mod user;
mod validate;

use std::path::Path;

pub use environment::{Variables, logs_to_journal};
pub use keys::documented_keys;
pub use reference::{Documented, draft, quoted_text, reference, sets_nothing};
pub use settings::{CatchUp, Limits, LogLevel, Origin, Settings, Source};
pub use templates::read_templates;
pub use user::user;

use crate::{
    action::{Place, Problem, Problems},
    register,
};

/// `config/default.toml`: every key with its meaning, and the value it has when nothing is set.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// Settings that are not taken, for all that is wrong with them.
#[derive(Debug)]
pub struct Refused {
    /// What is wrong, at least one error.
    pub problems: Problems,
    /// How the register is read, if nothing is wrong with that: its own mistakes can be told as well then.
    pub register: Option<Box<register::Settings>>,
}

impl From<Problems> for Refused {
    fn from(problems: Problems) -> Self {
        Self { problems, register: None }
    }
}

/// Reads the settings from `file` and the environment of the process.
///
/// With the settings come warnings and notes; instead of them come all problems, at least one of
/// which is an error.
pub fn load(file: &Path) -> Result<(Settings, Problems), Problems> {
    load_from(file, &Variables::of_process())
}

/// As [`load`]; of settings that are refused with how the register is read.
pub fn load_or_register(file: &Path) -> Result<(Settings, Problems), Refused> {
    loaded(&file::Source::read(file)?, &Variables::of_process())
}

/// As [`load`], with the environment handed in.
pub fn load_from(file: &Path, variables: &Variables) -> Result<(Settings, Problems), Problems> {
    loaded(&file::Source::read(file)?, variables).map_err(|refused| refused.problems)
}

/// As [`load_from`], of a text that is not in `file` yet.
pub fn load_text(file: &Path, text: String, variables: &Variables) -> Result<(Settings, Problems), Problems> {
    loaded(&file::Source::of(file, text), variables).map_err(|refused| refused.problems)
}

fn loaded(file: &file::Source, variables: &Variables) -> Result<(Settings, Problems), Refused> {
    let layered = layers::lay(file, variables)?;
    validate::settings(file, layered, variables).map_err(|mut refused| {
        if sets_nothing(&file.text) {
            let place = Place { file: file.shown.clone(), ..Place::default() };
            let message = "nothing is set in it yet. `rappel setup` asks for what is needed, and tries the mail server.";
            refused.problems.push(Problem::note(place, message));
        }
        refused
    })
}
