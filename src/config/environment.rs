//! The environment: variables `RAPPEL__SECTION__KEY`, and the folder of systemd's credentials.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::keys;
use crate::action::{Place, Problem};

/// What the names of rappel's variables begin with.
const PREFIX: &str = "RAPPEL__";

/// Whether standard error is connected to the system's journal (`systemd.exec(5)`,
/// `$JOURNAL_STREAM`).
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn logs_to_journal() -> bool {
    std::env::var_os("JOURNAL_STREAM").is_some()
}

/// The part of an environment that concerns rappel.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    settings: BTreeMap<OsString, OsString>,
    credentials: Option<PathBuf>,
}

impl Variables {
    /// Those of the process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn of_process() -> Self {
        std::env::vars_os().collect()
    }

    /// `$CREDENTIALS_DIRECTORY`: where systemd puts what `LoadCredential=` names.
    pub(super) fn credentials(&self) -> Option<&Path> {
        self.credentials.as_deref()
    }

    /// The variables that are settings, and problems with those that look like one.
    pub(super) fn overrides(&self) -> (Overrides, Vec<Problem>) {
        let mut overrides = Overrides::default();
        let mut problems = Vec::new();
        for (name, value) in &self.settings {
            if let Err(problem) = overrides.add(name, value) {
                problems.push(problem);
            }
        }
        (overrides, problems)
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let mut all = Self::default();
        for (name, value) in variables {
            let (name, value) = (name.into(), value.into());
            if name == "CREDENTIALS_DIRECTORY" {
                all.credentials = Some(value.into());
            } else if name.as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
                all.settings.insert(name, value);
            }
        }
        all
    }
}

/// Settings from the environment.
#[derive(Debug, Default)]
pub(super) struct Overrides {
    /// Key to the variable that sets it.
    pub(super) names: BTreeMap<String, Arc<str>>,
    values: HashMap<String, String>,
}

impl Overrides {
    fn add(&mut self, name: &OsStr, value: &OsStr) -> Result<(), Problem> {
        let shown = name.to_string_lossy();
        let refused = |message: String| Problem::error(place(&shown), message);
        let key = shown.strip_prefix(PREFIX).unwrap_or_default().to_lowercase().replace("__", ".");
        if !keys::is_key(&key) {
            return Err(refused(
                match keys::meant(&key).filter(|meant| keys::is_key(meant) && !keys::is_among_several(meant))
                {
                    _ if keys::is_section(&key) => {
                        format!(
                            "{key} is a section. Name one of its settings: {shown}__ and the name of the setting."
                        )
                    }
                    Some(meant) => {
                        format!("there is no setting {key}; did you mean {}?", variable(&meant))
                    }
                    None => format!("there is no setting {key}. Remove the variable, or mend its name."),
                },
            ));
        }
        // Two that differ only in case would set the same key, and brackets mean something to the
        // `config` crate: "a[999999999]" is a list of a thousand million items.
        if !shown.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_') {
            return Err(refused(
                "the name of a variable has only capital letters, digits and _. Mend its name.".to_owned(),
            ));
        }
        let value = value.to_str().ok_or_else(|| {
            refused("the value has characters that are not UTF-8. Write it in UTF-8.".to_owned())
        })?;
        self.names.insert(key, shown.as_ref().into());
        self.values.insert(shown.into_owned(), value.to_owned());
        Ok(())
    }

    /// As a layer over the file.
    pub(super) fn layer(&self) -> config::Environment {
        config::Environment::with_prefix("RAPPEL")
            .prefix_separator("__")
            .separator("__")
            .source(Some(self.values.clone()))
    }
}

fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase().replace('.', "__"))
}

/// Where a variable stands.
pub(super) fn place(name: &str) -> Place {
    Place { file: "environment".into(), spot: Some(name.into()), ..Place::default() }
}
