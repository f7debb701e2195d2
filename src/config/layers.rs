//! The three layers, one over the other: built-in defaults, the file, the environment.

use config::{Config, File, FileFormat, Value, ValueKind};
use serde::Deserialize;
use toml::de::DeTable;

use super::{
    DEFAULTS, Variables, file,
    given::Given,
    keys::{self, join},
    places::Places,
    raw::Raw,
    settings::Source,
    syntax, tree,
};
use crate::action::{Place, Problem, Problems};

/// All layers together, not yet checked.
#[derive(Debug)]
pub(super) struct Layered {
    /// The values.
    pub(super) raw: Raw,
    /// Where each stands.
    pub(super) places: Places,
    /// Each value in force, for people.
    pub(super) sources: Vec<Source>,
    /// Keys that there are not.
    pub(super) unknown: Vec<String>,
    /// Problems with the environment.
    pub(super) problems: Vec<Problem>,
}

/// Lays file and environment over the defaults. Fails only when the file is not TOML: then its
/// keys cannot be trusted to be where they seem to be.
pub(super) fn lay(file: &file::Source, variables: &Variables) -> Result<Layered, Problems> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    if !errors.is_empty() {
        return Err(syntax::problems(&file.shown, &file.text, &errors));
    }
    let tree = tree::of(table.into_inner(), &file.text);
    let (overrides, problems) = variables.overrides();
    let mut unknown = tree.impossible.clone();
    let places =
        Places { file: file.shown.clone(), lines: tree.lines.clone(), variables: overrides.names.clone() };
    let merged = Config::builder()
        .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
        .add_source(tree)
        .add_source(overrides.layer())
        .build();
    let merged = merged.map_err(|error| beyond_us(&places, &error))?;
    let mut sources = Vec::new();
    list("", &merged.cache, &places, &mut sources);
    sources.sort_by(|a, b| a.key.cmp(&b.key));
    let raw = serde_ignored::deserialize(merged, |path| unknown.push(written(&path)));
    let raw = raw.map_err(|error| beyond_us(&places, &error))?;
    Ok(Layered { raw, places, sources, unknown, problems })
}

/// Reading takes any value, so this is not expected; if it happens, the library's words are
/// better than none.
fn beyond_us(places: &Places, error: &config::ConfigError) -> Problems {
    let place = Place { file: places.file.clone(), ..Place::default() };
    Problems(vec![Problem::error(place, format!("the settings cannot be read: {error}."))])
}

/// The key of an unknown entry as it is written in the file.
fn written(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Map { parent, key } => join(&written(parent), key),
        Path::Seq { parent, index } => format!("{}[{index}]", written(parent)),
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
            written(parent)
        }
    }
}

/// Lists the known keys below `at` that have a value.
fn list(at: &str, value: &Value, places: &Places, out: &mut Vec<Source>) {
    if let ValueKind::Table(table) = &value.kind {
        for (key, value) in table {
            list(&join(at, key), value, places, out);
        }
    } else if keys::is_key(at)
        && let Ok(given) = Given::deserialize(value.clone())
    {
        out.push(Source { key: at.to_owned(), value: in_file(&given), origin: places.origin(at) });
    }
}

fn in_file(given: &Given) -> String {
    match given {
        Given::List(items) => format!("[{}]", items.iter().map(in_file).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
