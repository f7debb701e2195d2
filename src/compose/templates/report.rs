//! The words of status reports, which are templates, too: built in, and not to be replaced.

use minijinja::{Environment, Error, Value};

use super::{super::error::ComposeError, builtin, engine::environment, mistake, phrases};
use crate::action::Language;

/// The templates of a status report in one language.
pub(crate) fn report_environment(language: Language) -> Result<Environment<'static>, ComposeError> {
    let mut environment = environment(language);
    let files = builtin::REPORT.iter().filter_map(|(name, source)| match builtin::parted(name) {
        (Some(of), short) if of == language => Some((short, *source)),
        _ => None,
    });
    for (name, source) in files {
        environment.add_template(name, source).map_err(|error| report_failed(name, &error))?;
    }
    Ok(environment)
}

/// What the template of this name sets.
pub(crate) fn make_phrases(
    environment: &Environment<'_>,
    name: &'static str,
    context: &Value,
) -> Result<phrases::Made, ComposeError> {
    phrases::make(environment, name, context).map_err(|error| report_failed(name, &error))
}

fn report_failed(name: &str, error: &Error) -> ComposeError {
    let mistake = mistake::mistake(error, None);
    ComposeError::Template { template: name.to_owned(), line: mistake.line, why: mistake.why }
}
