//! The secretariat's register.

use super::{Finding, shown};
use crate::{
    action::{Severity, counted},
    config::Settings,
    register,
};

/// Whether the register can be read, and how many problems it has.
pub(super) fn check(settings: &Settings) -> Finding {
    let path = shown(&settings.register.path);
    let count = |problems: &crate::action::Problems, severity| {
        problems.0.iter().filter(|problem| problem.severity == severity).count()
    };
    match register::read(&settings.register) {
        Err(problems) => Finding::error(
            "register",
            format!(
                "{path} cannot come into force: {} with errors. A running daemon goes on with the last good one.",
                places(count(&problems, Severity::Error))
            ),
            "`rappel check` lists them, each with its cell and what would be right.",
        ),
        Ok(reading) => {
            let actions = &reading.register.actions;
            let open = actions.iter().filter(|action| action.is_outstanding()).count();
            let are = if open == 1 { "is" } else { "are" };
            let all = counted(actions.len(), "action", "actions");
            let what = format!("{path} has no errors; {open} of its {all} {are} outstanding");
            match count(&reading.notes, Severity::Warning) {
                0 => Finding::good("register", format!("{what}.")),
                warnings => Finding::note("register", format!("{what}. There are warnings: {warnings}."))
                    .with("`rappel check` lists them."),
            }
        }
    }
}

fn places(count: usize) -> String {
    if count == 1 { "1 place".to_owned() } else { format!("{count} places") }
}
