//! Taking values one by one, and collecting what is wrong with them.

use std::{
    collections::BTreeSet,
    fmt,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use super::{
    given::{Given, quoted},
    places::Places,
};
use crate::{
    action::{Problem, Problems, Severity, nearest},
    cadence,
};

/// Takes values and collects problems. Each method gives the value, or nothing when it is absent
/// or wrong; what is wrong has been reported then.
#[derive(Debug)]
pub(super) struct Check<'a> {
    /// Where everything stands.
    pub(super) places: &'a Places,
    folder: &'a Path,
    problems: Vec<Problem>,
    /// Keys of which something was said already: that they are missing is not said on top.
    mentioned: BTreeSet<String>,
}

impl<'a> Check<'a> {
    /// Relative paths start from `folder`.
    pub(super) fn new(places: &'a Places, folder: &'a Path, problems: Vec<Problem>) -> Self {
        Self { places, folder, problems, mentioned: BTreeSet::new() }
    }

    /// Reports an error at `key`.
    pub(super) fn error(&mut self, key: &str, message: impl Into<String>) {
        self.mentioned.insert(key.to_owned());
        self.problems.push(Problem::error(self.places.of(key), message));
    }

    /// Reports a warning at `key`.
    pub(super) fn warning(&mut self, key: &str, message: impl Into<String>) {
        self.problems.push(Problem::warning(self.places.of(key), message));
    }

    pub(super) fn note(&mut self, key: &str, message: impl Into<String>) {
        self.problems.push(Problem::note(self.places.of(key), message));
    }

    /// Notes that something was said that explains why `key` is missing.
    pub(super) fn mention(&mut self, key: String) {
        self.mentioned.insert(key);
    }

    /// Whether something was said of `key`, of a section around it, or of a key in it.
    pub(super) fn is_mentioned(&self, key: &str) -> bool {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.mentioned.iter().any(|said| within(key, said) || within(said, key))
    }

    /// All problems, in the order of the file, the environment last.
    pub(super) fn finish(mut self) -> Problems {
        let file = &self.places.file;
        self.problems.sort_by_key(|problem| {
            let place = &problem.place;
            (place.file != *file, place.line.unwrap_or(u32::MAX), place.spot.clone(), problem.severity)
        });
        self.problems.dedup();
        Problems(self.problems)
    }

    /// Whether any error was reported.
    pub(super) fn any_error(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// A value that must be there. `right` says what to write.
    pub(super) fn required<T>(&mut self, key: &str, value: Option<T>, right: &str) -> Option<T> {
        if value.is_none() && !self.is_mentioned(key) {
            self.error(key, format!("this setting is missing. {right}"));
        }
        value
    }

    /// A text of at least one visible character, without control characters and without space at
    /// its ends.
    pub(super) fn text(&mut self, key: &str, given: &Given, right: &str) -> Option<String> {
        let wrong = match given {
            Given::Nothing => return None,
            Given::Text(text) if text.trim().is_empty() => "the text is empty".to_owned(),
            Given::Text(text) if text.chars().any(char::is_control) => {
                format!("{given} has a line break or another control character")
            }
            Given::Text(text) => return Some(text.trim().to_owned()),
            other => format!("{other} is not a text in quotes"),
        };
        self.error(key, format!("{wrong}. {right}"));
        None
    }

    /// A text that `parse` understands; its error says what is wrong and what would be right.
    pub(super) fn parsed<T, E: fmt::Display>(
        &mut self,
        key: &str,
        given: &Given,
        right: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(key, given, right)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.error(key, error.to_string());
                None
            }
        }
    }

    /// A whole number in `range`; in quotes it is one too, for the environment has only texts.
    pub(super) fn whole<N: FromStr + TryFrom<i64> + PartialOrd>(
        &mut self,
        key: &str,
        given: &Given,
        range: RangeInclusive<N>,
        what: &str,
        right: &str,
    ) -> Option<N> {
        let number = match given {
            Given::Nothing => return None,
            Given::Whole(number) => N::try_from(*number).ok(),
            Given::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            self.error(key, format!("{given} is not {what}. {right}"));
        }
        number
    }

    /// True or false, in quotes as well.
    pub(super) fn yes_no(&mut self, key: &str, given: &Given) -> Option<bool> {
        match given {
            Given::Nothing => return None,
            Given::YesNo(yes) => return Some(*yes),
            Given::Text(text) if text.eq_ignore_ascii_case("true") => return Some(true),
            Given::Text(text) if text.eq_ignore_ascii_case("false") => return Some(false),
            _ => {}
        }
        self.error(key, format!("{given} is neither true nor false. Write true or false, without quotes."));
        None
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        key: &str,
        given: &Given,
        what: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let all: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let right = format!("Write one of: {}.", all.join(", "));
        self.parsed(key, given, &right, |text| {
            let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
            found.map(|(_, value)| *value).ok_or_else(|| {
                let text_shown = quoted(text);
                match nearest(text, words.iter().map(|(word, _)| *word)) {
                    Some(near) => format!("{text_shown} is not {what}; did you mean \"{near}\"? {right}"),
                    None => format!("{text_shown} is not {what}. {right}"),
                }
            })
        })
    }

    /// The items of a list, each with the key under which its problems are reported. A text is a
    /// list with commas, for the environment has only texts.
    pub(super) fn list(&mut self, key: &str, given: &Given, right: &str) -> Vec<(String, Given)> {
        let numbered = |(index, given)| (format!("{key}[{index}]"), given);
        match given {
            Given::Nothing => Vec::new(),
            Given::List(items) => items.iter().cloned().enumerate().map(numbered).collect(),
            Given::Text(text) => {
                let items = text.split(',').filter(|item| !item.trim().is_empty());
                items.map(|item| Given::Text(item.to_owned())).enumerate().map(numbered).collect()
            }
            other => {
                self.error(key, format!("{other} is not a list. {right}"));
                Vec::new()
            }
        }
    }

    /// A time span within `range`.
    pub(super) fn duration(
        &mut self,
        key: &str,
        given: &Given,
        range: &RangeInclusive<Duration>,
        right: &str,
    ) -> Option<Duration> {
        self.parsed(key, given, right, |text| {
            // What is right differs from setting to setting.
            let duration = cadence::duration(text).map_err(|wrong| {
                format!("{} is not a duration: {}. {right}", quoted(&wrong.text), wrong.why)
            })?;
            if range.contains(&duration) {
                return Ok(duration);
            }
            let wrong = if duration < *range.start() { "short" } else { "long" };
            Err(format!("{} is too {wrong}. {right}", quoted(text)))
        })
    }

    /// A path, made absolute from the folder of the settings file.
    pub(super) fn path(&mut self, key: &str, given: &Given, right: &str) -> Option<PathBuf> {
        let text = self.text(key, given, right)?;
        if text.starts_with('~') {
            // The shell replaces it, and there is none here; a service has no home either.
            self.error(key, format!("{} begins with ~, which only a shell knows. {right}", quoted(&text)));
            return None;
        }
        Some(self.folder.join(text))
    }
}

/// The result of another module's parser, whose error names the value if it does not do so itself.
pub(super) fn naming<T, E: fmt::Display>(text: &str, result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| {
        let error = error.to_string();
        if error.contains(text) || error.starts_with('"') {
            error
        } else {
            format!("{}: {error}", quoted(text))
        }
    })
}
