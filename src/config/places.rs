//! Where each key stands, in the file or in the environment.

use std::{collections::BTreeMap, sync::Arc};

use super::{environment, settings::Origin};
use crate::action::Place;

/// Where each key stands.
#[derive(Debug)]
pub(super) struct Places {
    /// The file as it is shown.
    pub(super) file: Arc<str>,
    /// Key (or `key[2]` for the third item of a list) to line, from 1.
    pub(super) lines: BTreeMap<String, u32>,
    /// Key to the variable that sets it.
    pub(super) variables: BTreeMap<String, Arc<str>>,
}

impl Places {
    /// The place to name in a problem with `key`: its variable, its line, or the line of the
    /// nearest section around it.
    pub(super) fn of(&self, key: &str) -> Place {
        let whole = without_index(key);
        if let Some(name) = self.variables.get(whole) {
            return environment::place(name);
        }
        let line = std::iter::successors(Some(key), |key| parent(key)).find_map(|key| self.lines.get(key));
        Place { file: self.file.clone(), line: line.copied(), spot: Some(whole.into()), sheet: None }
    }

    /// Where the value of `key` was set.
    pub(super) fn origin(&self, key: &str) -> Origin {
        match (self.variables.get(key), self.lines.get(key)) {
            (Some(name), _) => Origin::Variable(name.to_string()),
            (None, Some(line)) => Origin::Line(*line),
            (None, None) => Origin::BuiltIn,
        }
    }

    /// Where anything was set in `section`: its own line, or the first key that is in it.
    pub(super) fn first_in(&self, section: &str) -> Option<(String, Origin)> {
        let inside = |key: &&String| {
            key.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let file = self.lines.iter().filter(|(key, _)| inside(key)).min_by_key(|(_, line)| **line);
        let key = file.map(|(key, _)| key).or_else(|| self.variables.keys().find(inside))?;
        Some((key.clone(), self.origin(key)))
    }
}

/// The key of the list, if this is the key of an item.
fn without_index(key: &str) -> &str {
    match key.strip_suffix(']').and_then(|open| open.rsplit_once('[')) {
        Some((list, index)) if index.bytes().all(|byte| byte.is_ascii_digit()) => without_index(list),
        _ => key,
    }
}

/// The key without its last part.
fn parent(key: &str) -> Option<&str> {
    let end = match key.strip_suffix('"') {
        // A quoted name may hold dots itself.
        Some(open) => open.rfind(".\"")?,
        None => key.rfind(['.', '['])?,
    };
    key.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places {
            file: "rappel.toml".into(),
            lines: [
                ("mail.smtp", 4),
                ("mail.smtp.port", 6),
                ("policy.\"a.b\"", 9),
                ("policy.\"a.b\".before[1]", 11),
            ]
            .map(|(key, line)| (key.to_owned(), line))
            .into(),
            variables: [("mail.smtp.user".to_owned(), "RAPPEL__MAIL__SMTP__USER".into())].into(),
        }
    }

    #[test]
    fn a_key_that_is_missing_stands_at_its_section() {
        assert_eq!(places().of("mail.smtp.host").to_string(), "rappel.toml, line 4, mail.smtp.host");
        assert_eq!(places().of("policy.\"a.b\".overdue").line, Some(9));
        assert_eq!(places().of("register.path").to_string(), "rappel.toml, register.path");
    }

    #[test]
    fn an_item_of_a_list_has_its_own_line_and_a_variable_its_name() {
        let item = places().of("policy.\"a.b\".before[1]");
        assert_eq!(item.to_string(), "rappel.toml, line 11, policy.\"a.b\".before");
        assert_eq!(places().of("mail.smtp.user").to_string(), "environment, RAPPEL__MAIL__SMTP__USER");
    }
}
