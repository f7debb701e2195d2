//! The settings file and the templates.

use std::path::Path;

use super::{Finding, shown};
use crate::{
    action::{Problems, Severity},
    compose::Templates,
    config::{self, Settings},
};

/// The settings, if they are good enough for the other checks.
pub(super) fn check(file: &Path) -> (Vec<Finding>, Option<Settings>) {
    match config::load(file) {
        Ok((settings, notes)) => {
            let finding = match listed(&notes, Severity::Warning) {
                Some(list) => Finding::warning("settings", list, "Change these lines of the settings."),
                None => Finding::good("settings", format!("{} has no mistakes.", shown(&settings.file))),
            };
            (vec![finding], Some(settings))
        }
        Err(problems) => {
            let remedy = "Correct the settings; `rappel check` lists the mistakes again. Everything else can only \
                          be looked at with settings that are good.";
            (vec![Finding::error("settings", problems.to_string(), remedy)], None)
        }
    }
}

/// The templates, the own ones and the built-in ones, rendered with samples.
pub(super) fn check_templates(settings: &Settings) -> Finding {
    let good = match &settings.templates {
        Some(folder) => format!("Those in {} and the built-in ones have no mistakes.", shown(folder)),
        None => "The built-in ones are used.".to_owned(),
    };
    match config::read_templates(settings).and_then(Templates::with) {
        Ok(_) => Finding::good("templates", good),
        Err(problems) => {
            let remedy = "Correct the template, or remove the file to use the built-in one.";
            Finding::error("templates", problems.to_string(), remedy)
        }
    }
}

/// The problems of one severity, one a line.
pub(super) fn listed(problems: &Problems, severity: Severity) -> Option<String> {
    let of_it = problems.0.iter().filter(|problem| problem.severity == severity);
    let lines: Vec<_> = of_it.map(ToString::to_string).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
