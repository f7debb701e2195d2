//! What a check found.

use std::fmt;

use serde::Serialize;

/// How much a finding matters, from nothing to everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Good,
    /// Good to know; or something could not be seen.
    Note,
    /// It works, and will not for ever, or not as it is meant.
    Warning,
    /// Reminders do not leave, or may be lost or told twice.
    Error,
}

/// The word in front of a finding.
impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Good => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "ERROR",
        })
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub level: Level,
    /// Which part of the installation it is about: "settings", "database".
    pub about: &'static str,
    /// What was seen, in whole sentences.
    pub what: String,
    /// What to do about it, if there is anything to do.
    pub remedy: Option<String>,
}

impl Finding {
    /// Something that is as it should be.
    pub(super) fn good(about: &'static str, what: impl Into<String>) -> Self {
        Self { level: Level::Good, about, what: what.into(), remedy: None }
    }

    /// Something that is good to know.
    pub(super) fn note(about: &'static str, what: impl Into<String>) -> Self {
        Self { level: Level::Note, ..Self::good(about, what) }
    }

    /// Something that will be trouble.
    pub(super) fn warning(about: &'static str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::good(about, what) }.with(remedy)
    }

    /// Something that is trouble.
    pub(super) fn error(about: &'static str, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { level: Level::Error, ..Self::good(about, what) }.with(remedy)
    }

    /// The same with what to do.
    pub(super) fn with(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }
}
