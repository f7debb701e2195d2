//! The settings file as a tree of values, with the line of each key.

use std::collections::BTreeMap;

use config::{ConfigError, Map, Source, Value, ValueKind};
use toml::de::{DeTable, DeValue};

use super::keys::{is_bare, join};

/// No setting lies deeper than `mail.smtp.timeouts.connect`; what lies deeper than this is
/// refused before anything walks it.
const MAX_DEPTH: usize = 8;

/// What a settings file says.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    /// The values.
    pub(super) values: Map<String, Value>,
    /// Key, or `key[2]`, to line.
    pub(super) lines: BTreeMap<String, u32>,
    /// Keys that cannot be any setting and are not in `values`.
    pub(super) impossible: Vec<String>,
}

/// Makes the tree of a parsed file.
pub(super) fn of(table: DeTable<'_>, text: &str) -> Tree {
    let starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    let mut builder = Builder { starts, tree: Tree::default() };
    let values = builder.table("", table, 0);
    Tree { values, ..builder.tree }
}

/// A layer over the built-in defaults.
impl Source for Tree {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        Ok(self.values.clone())
    }
}

struct Builder {
    /// Where each line but the first begins.
    starts: Vec<usize>,
    tree: Tree,
}

impl Builder {
    fn line(&mut self, key: &str, offset: usize) {
        let line = self.starts.partition_point(|start| *start <= offset) + 1;
        self.tree.lines.insert(key.to_owned(), u32::try_from(line).unwrap_or(u32::MAX));
    }

    fn table(&mut self, at: &str, table: DeTable<'_>, depth: usize) -> Map<String, Value> {
        let mut values = Map::new();
        for (key, value) in table {
            let path = join(at, key.get_ref());
            self.line(&path, key.span().start);
            // At the top the `config` crate reads a key as a path, so that "a[999999999]" would
            // become a list of a thousand million items.
            if depth > MAX_DEPTH || (depth == 0 && !is_bare(key.get_ref())) {
                self.tree.impossible.push(path);
                continue;
            }
            let value = self.value(&path, value.into_inner(), depth);
            values.insert(key.into_inner().into_owned(), value);
        }
        values
    }

    fn value(&mut self, path: &str, value: DeValue<'_>, depth: usize) -> Value {
        let kind = match value {
            DeValue::String(text) => ValueKind::String(text.into_owned()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => ValueKind::I64(number),
                Err(_) => ValueKind::String(number.as_str().to_owned()),
            },
            DeValue::Float(number) => ValueKind::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(yes) => ValueKind::Boolean(yes),
            DeValue::Datetime(date) => ValueKind::String(date.to_string()),
            DeValue::Array(_) | DeValue::Table(_) if depth > MAX_DEPTH => {
                self.tree.impossible.push(path.to_owned());
                ValueKind::Nil
            }
            DeValue::Array(items) => {
                let mut list = Vec::new();
                for (index, item) in items.into_iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    self.line(&path, item.span().start);
                    list.push(self.value(&path, item.into_inner(), depth + 1));
                }
                ValueKind::Array(list)
            }
            DeValue::Table(table) => ValueKind::Table(self.table(path, table, depth + 1)),
        };
        Value::new(None, kind)
    }
}
