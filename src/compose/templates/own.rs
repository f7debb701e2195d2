//! Templates of a step's own: `template = "second"` of a policy's escalation step names `escalation.second.txt`,
//! `.html` and `.subject.txt`, in the folder of templates or in that of a language. Each of them counts before the file
//! of `escalation` that has the same end; those that are not there are that one.

use minijinja::Value;

use super::{Sort, builtin};
use crate::action::Language;

/// The ends of the names of a letter's templates.
pub(super) const PARTS: [&str; 3] = ["subject.txt", "txt", "html"];

/// Every name that a step's own template can have.
pub(super) fn names(step: &str) -> impl Iterator<Item = String> {
    let folders = std::iter::once(String::new()).chain(Language::ALL.map(|language| format!("{language}/")));
    folders.flat_map(move |folder| PARTS.map(|part| format!("{folder}{}", part_name(step, part))))
}

/// "escalation.second.txt".
pub(super) fn part_name(step: &str, part: &str) -> String {
    format!("{}.{step}.{part}", Sort::Escalation.name())
}

/// The step whose own template has this name, with or without the folder of a language.
pub(super) fn step_of(name: &str) -> Option<&str> {
    let rest = builtin::parted(name).1.strip_prefix(Sort::Escalation.name())?.strip_prefix('.')?;
    let step = PARTS.iter().find_map(|part| rest.strip_suffix(part)?.strip_suffix('.'))?;
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    // "escalation.subject.txt" is the subject of all of them.
    (!["", "subject"].contains(&step) && step.chars().all(is_name)).then_some(step)
}

/// Whether there can be a template of this name, built in or a step's own.
pub(super) fn is_template(name: &str) -> bool {
    builtin::contains(name) || step_of(name).is_some()
}

/// The step that a letter with this context tells, if it has a name.
pub(super) fn step_in(sort: Sort, context: &Value) -> Option<String> {
    let action = context.get_attr("action").ok().filter(|_| sort == Sort::Escalation)?;
    let step = action.get_attr("escalated").ok()?.get_attr("template").ok()?;
    step.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steps_own_templates_are_known_by_their_names() {
        for name in names("second") {
            assert_eq!(step_of(&name), Some("second"), "{name}");
        }
        for name in [
            "escalation.txt",
            "escalation.subject.txt",
            "fr/escalation.html",
            "reminder.second.txt",
            "xx/escalation.second.txt",
            "escalation.A b.txt",
        ] {
            assert_eq!(step_of(name), None, "{name}");
        }
    }
}
