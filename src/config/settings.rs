//! The settings as the rest of the program gets them: parsed, checked, nothing left to be wrong.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use jiff::civil::Weekday;

use crate::{cadence::Cadence, compose, deliver, minutes, outbox, register, schedule};

/// Everything that the administrator has set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The settings file, absolute.
    pub file: PathBuf,
    /// Who writes the letters, and the zone of all days and send times.
    pub secretariat: compose::Identity,
    /// Where the register is and how it is read.
    pub register: register::Settings,
    /// Whether letters carry their deadlines as a calendar.
    pub calendar: bool,
    /// For how long the files of the register must be quiet before they are read.
    pub settle: Duration,
    /// How long letters wait after they were written.
    pub release_window: Duration,
    /// Whether the secretariat gets a preview of each send time.
    pub preview_run: bool,
    /// How long letters about an action are kept back whose row is missing.
    pub vanished_grace: Duration,
    /// When letters leave.
    pub send: Cadence,
    /// The day on which weekly letters leave.
    pub weekly_on: Weekday,
    /// The morning for which letters wait where the recipient is, if they do.
    pub morning: Option<schedule::Morning>,
    /// The policies by name; `default` is always among them.
    pub policies: BTreeMap<String, schedule::Policy>,
    /// The files that holiday calendars are read from, absolute.
    pub calendar_files: Vec<PathBuf>,
    /// How letters leave.
    pub mail: deliver::MailSettings,
    /// Where a copy of each letter goes that the mail server took, if there is such a place.
    pub archive: Option<deliver::ArchiveSettings>,
    /// How long nothing leaves while that place cannot be read, and it is not known whether the state is an older one.
    pub archive_wait: Duration,
    /// The domains to which letters may go.
    pub allowed: deliver::AllowedDomains,
    /// When a letter that could not leave is tried again.
    pub retry: outbox::RetrySettings,
    /// What is told after a time without rappel, and how.
    pub catch_up: CatchUp,
    /// What is held because it looks like a mistake.
    pub limits: Limits,
    /// What reading a report may cost.
    pub import: minutes::Settings,
    /// How far ahead of the last record the clock may be, in days.
    pub max_jump: u32,
    /// When the secretariat gets a summary.
    pub summary: Option<Cadence>,
    /// The state directory, absolute.
    pub state: PathBuf,
    /// How often a running daemon checks its database.
    pub check_every: Duration,
    /// Days for which the text, the address and the answers of a letter are kept once it is settled.
    pub keep_letters: u32,
    /// For how long the mail server may be unusable, or a letter late, before `status` says so.
    pub patience: Duration,
    /// The file for figures that a monitor collects, absolute, if they are written.
    pub metrics_file: Option<PathBuf>,
    /// The folder with the administrator's own templates, absolute.
    pub templates: Option<PathBuf>,
    /// How much is logged.
    pub log: LogLevel,
    /// Every value in force and where it was set, in the order of the keys, for `check` to show.
    pub sources: Vec<Source>,
}

/// What is told after a time without rappel, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatchUp {
    /// Days after which a step is not told any more.
    pub max_age: u32,
    /// Over how long late letters are spread.
    pub spread: Duration,
    /// How many late letters leave at once.
    pub spread_above: u32,
}

/// How many letters are too many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// At the first send time on a new state.
    pub first_run: u32,
    /// At one send time.
    pub per_run: u32,
    /// To one person on one day.
    pub per_person_and_day: u32,
    /// To one person in any 7 days; what is due beyond that waits.
    pub per_person_and_week: Option<u32>,
    /// Times what is usual, or was forecast.
    pub times_usual: u32,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    /// What failed.
    Error,
    /// And what looks wrong.
    Warn,
    /// And what was done.
    #[default]
    Info,
    /// And how.
    Debug,
}

/// The word by which the settings file names it.
impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        })
    }
}

/// One value in force. No setting holds a secret, so that each can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The key: "mail.smtp.port".
    pub key: String,
    /// The value as it would be written in the file.
    pub value: String,
    /// Where it was set.
    pub origin: Origin,
}

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere: it is the built-in default.
    BuiltIn,
    /// In this line of the settings file, from 1.
    Line(u32),
    /// In this variable of the environment.
    Variable(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("default"),
            Self::Line(line) => write!(f, "line {line}"),
            Self::Variable(name) => write!(f, "environment, {name}"),
        }
    }
}
