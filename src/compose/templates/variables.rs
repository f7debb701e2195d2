//! The names that templates may use, found out by looking at samples.

use std::collections::BTreeSet;

use minijinja::{Value, value::ValueKind};

use crate::action::nearest;

/// Deeper than any context goes.
const DEEPEST: usize = 8;

/// All names of one or more contexts: "action", "action.title", "actions.title" (for what each
/// of the actions has) ...
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(BTreeSet<String>);

impl Variables {
    /// Adds the names of a context.
    pub(crate) fn learn(&mut self, context: &Value) {
        self.walk("", context, DEEPEST);
    }

    /// All of them, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether `path` is one of them, or reaches into extra columns, where every name is right.
    pub(crate) fn allows(&self, path: &str) -> bool {
        self.0.contains(path) || path.split('.').any(|part| part == "extra")
    }

    /// The name that was probably meant by `path`.
    pub(crate) fn nearest(&self, path: &str) -> Option<String> {
        let root = path.split('.').next().unwrap_or(path);
        match path.rsplit_once('.') {
            // A variable of a loop or a macro: its own name is not known, its fields are.
            Some((of, last)) if !self.0.contains(root) => {
                nearest(last, self.last_parts()).map(|found| format!("{of}.{found}"))
            }
            Some(_) => nearest(path, self.iter()).map(str::to_owned),
            None => nearest(path, self.iter().filter(|name| !name.contains('.'))).map(str::to_owned),
        }
    }

    fn last_parts(&self) -> impl Iterator<Item = &str> {
        // The words of a language are no fields of anything that a loop goes through.
        self.iter()
            .filter(|name| !name.starts_with("words."))
            .map(|name| name.rsplit('.').next().unwrap_or(name))
    }

    fn walk(&mut self, path: &str, value: &Value, depth: usize) {
        if depth == 0 || path.rsplit('.').next() == Some("extra") {
            return;
        }
        let Ok(items) = value.try_iter() else { return };
        match value.kind() {
            ValueKind::Map => {
                for key in items {
                    let Some(name) = key.as_str() else { continue };
                    let inner = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                    if let Ok(value) = value.get_item(&key) {
                        self.walk(&inner, &value, depth - 1);
                    }
                    self.0.insert(inner);
                }
            }
            ValueKind::Seq | ValueKind::Iterable => {
                for item in items {
                    self.walk(path, &item, depth - 1);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    #[test]
    fn the_nearest_name_is_found_wherever_it_stands() {
        let mut names = Variables::default();
        names.learn(&context! { action => context! { title => "x", deadline => context! { day => 1 } } });
        names.learn(&context! { actions => vec![context! { reference => "x" }] });
        assert!(names.allows("action.deadline.day") && names.allows("actions.reference"));
        assert!(!names.allows("action.titel"));
        assert_eq!(names.nearest("action.titel").as_deref(), Some("action.title"));
        assert_eq!(names.nearest("acton").as_deref(), Some("action"));
        assert_eq!(names.nearest("item.referense").as_deref(), Some("item.reference"));
        assert_eq!(names.nearest("weather"), None);
    }
}
