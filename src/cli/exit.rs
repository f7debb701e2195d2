//! How a command ends: an exit code that scripts can rely on, and a message for people.

use std::{fmt, process::ExitCode};

use crate::{
    action::{Problems, Severity},
    compose::ComposeError,
    daemon::DaemonError,
    register::NewWorkbookError,
    store::StoreError,
};

/// How a command ended, other than well.
#[derive(Debug)]
pub(super) enum Failure {
    /// 1: it could not be done; the message says why.
    Failed(anyhow::Error),
    /// 3: settings, templates or register have problems.
    Problems(Problems),
    /// 4: what was asked for is not there.
    NotFound(String),
    /// 5: it was done, but something needs attention; the message was printed already.
    Attention,
}

impl Failure {
    /// The exit code; 0 is success and 2 a command line that was not understood.
    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Failed(_) => 1,
            Self::Problems(_) => 3,
            Self::NotFound(_) => 4,
            Self::Attention => 5,
        })
    }
}

/// The message for standard error; empty if everything was said already.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => f.write_str(&without_numbers(&format!("{error:#}"))),
            Self::Problems(problems) => graded(problems, f),
            Self::NotFound(what) => f.write_str(what),
            Self::Attention => Ok(()),
        }
    }
}

/// The text without the system's numbers of errors, which tell people nothing: "No such file or directory (os error 2)".
fn without_numbers(text: &str) -> String {
    let mut parts = text.split(" (os error ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => out.push_str(rest),
            _ => out.extend([" (os error ", part]),
        }
    }
    out
}

/// One line each; what is no error says so.
fn graded(problems: &Problems, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, problem) in problems.0.iter().enumerate() {
        let line_end = if index > 0 { "\n" } else { "" };
        let grade = match problem.severity {
            Severity::Error => "",
            Severity::Warning => "Warning: ",
            Severity::Note => "Note: ",
        };
        write!(f, "{line_end}{grade}{problem}")?;
    }
    Ok(())
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems)
    }
}

impl From<DaemonError> for Failure {
    fn from(error: DaemonError) -> Self {
        match error {
            DaemonError::Problems(problems) => Self::Problems(problems),
            other => Self::Failed(whole(&other)),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Failed(whole(&error))
    }
}

impl From<ComposeError> for Failure {
    fn from(error: ComposeError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<NewWorkbookError> for Failure {
    fn from(error: NewWorkbookError) -> Self {
        Self::Failed(whole(&error))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// What every command returns.
pub(super) type Ended = Result<(), Failure>;

/// An error whose text already says what is behind it: nothing is said twice.
fn whole(error: &dyn std::error::Error) -> anyhow::Error {
    anyhow::Error::msg(error.to_string())
}
