//! What an error of the template engine says to whoever wrote the template.

use std::error::Error as _;

use minijinja::{Error, ErrorKind};

use super::Variables;

/// What an error of the template engine says, in words.
pub(super) struct Mistake {
    /// The template in which it happened.
    pub(super) template: Option<String>,
    /// Its line, from 1.
    pub(super) line: Option<u32>,
    /// What is wrong, and what would be right.
    pub(super) why: String,
}

/// What an error of the template engine says to the author of the template.
pub(super) fn mistake(error: &Error, known: Option<&Variables>) -> Mistake {
    let error = innermost(error);
    let detail = error.detail().unwrap_or_default();
    let why = match error.kind() {
        ErrorKind::UndefinedError => match undefined_name(error) {
            Some(name) => unknown_name(name, known),
            None => "Something here is not defined.".to_owned(),
        },
        ErrorKind::OutOfFuel => "It takes too long: is there a loop that never ends?".to_owned(),
        kind if detail.is_empty() => sentence(&kind.to_string()),
        kind => sentence(&format!("{kind}: {detail}")),
    };
    Mistake {
        template: error.name().map(str::to_owned),
        line: error.line().and_then(|line| u32::try_from(line).ok()),
        why,
    }
}

/// The name that an error says is undefined, if it is a name.
pub(super) fn undefined_name(error: &Error) -> Option<&str> {
    let is_name = |text: &&str| text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let detail = error.detail().filter(|_| error.kind() == ErrorKind::UndefinedError)?;
    detail.split('`').nth(1).filter(is_name)
}

pub(super) fn unknown_name(name: &str, known: Option<&Variables>) -> String {
    match known.and_then(|known| known.nearest(name)) {
        // It is a name, and nothing is behind it: a sentence that is not set, or a value that need not be there.
        Some(near) if near == name => match root_of(name) {
            "words" | "say" => not_set(name),
            _ if name.contains(".say.") => not_set(name),
            _ => format!("\"{name}\" is not always there. Test it first, with {{% if %}}."),
        },
        Some(near) => format!("There is no \"{name}\" here. Did you mean {near}?"),
        None => format!("There is no \"{name}\" here. docs/templates.md lists the names that exist."),
    }
}

fn not_set(name: &str) -> String {
    format!(
        "Nothing sets \"{name}\". A file of words or sentences has to set all that the built-in one sets: start from \
         a copy of that."
    )
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

/// An include wraps the error of what it includes: the author needs the inner one.
pub(super) fn innermost(error: &Error) -> &Error {
    let mut error = error;
    while let Some(inner) = error.source().and_then(|source| source.downcast_ref::<Error>()) {
        error = inner;
    }
    error
}

/// The first name of a path.
pub(super) fn root_of(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}
