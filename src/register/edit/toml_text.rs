//! A TOML file: values are changed where they stand, new tables are added at the end; comments stay.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{
    super::{Limits, columns::squash, toml_file::entries},
    Content, Edit, EditError, Edited, Shape, Target,
    splice::with,
};
use crate::action::ActionId;

/// An entry `[[actions]]`.
struct Entry {
    /// Key, where the value stands, and the value as text.
    values: Vec<(String, Range<usize>, String)>,
}

impl Entry {
    fn value(&self, column: &str) -> Option<&(String, Range<usize>, String)> {
        self.values.iter().find(|(key, ..)| squash(key) == squash(column))
    }

    fn text(&self, column: &str) -> &str {
        self.value(column).map_or("", |(_, _, text)| text)
    }
}

pub(super) fn edit(bytes: &[u8], edits: &[Edit], _: &Shape, _: &Limits) -> Result<Edited, EditError> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        EditError::Impossible("The file is no UTF-8 text. Save it again as UTF-8.".to_owned())
    })?;
    let actions = actions(text);
    let mut edited = Edited::default();
    let mut changes = Vec::new();
    let mut added = String::new();
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    for edit in edits {
        match &edit.of {
            Target::Action(id) => change(text, entry_of(&actions, id)?, edit, &mut edited, &mut changes),
            Target::Row(_) => return Err(EditError::NoTable),
            Target::New => add(edit, line_end, &mut edited, &mut added),
        }
    }
    if !added.is_empty() && !text.ends_with('\n') {
        added.insert_str(0, line_end);
    }
    changes.push((text.len()..text.len(), added));
    edited.bytes = with(text, changes).into_bytes();
    Ok(edited)
}

/// The entries of the file with the places of their values in it.
fn actions(text: &str) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut start = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    for entry in entries(&text[start..]) {
        if let Ok(table) = DeTable::parse(entry)
            && let Some((_, rows)) =
                table.get_ref().iter().find(|(key, _)| squash(key.get_ref()) == "actions")
            && let DeValue::Array(rows) = rows.get_ref()
        {
            for row in rows.iter().filter_map(|row| row.get_ref().as_table()) {
                let value = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                    let key: &std::borrow::Cow<'_, str> = key.get_ref();
                    let span = value.span();
                    (key.to_string(), start + span.start..start + span.end, said(value.get_ref()))
                };
                found.push(Entry { values: row.iter().map(value).collect() });
            }
        }
        start += entry.len();
    }
    found
}

fn said(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(when) => when.to_string(),
        DeValue::Array(parts) => parts.iter().map(|part| said(part.get_ref())).collect::<Vec<_>>().join("\n"),
        DeValue::Table(_) => String::new(),
    }
}

fn entry_of<'e>(entries: &'e [Entry], id: &ActionId) -> Result<&'e Entry, EditError> {
    let named = |entry: &&Entry| ActionId::new(entry.text("Ref"), entry.text("Asked of"));
    if let Some(entry) = entries.iter().find(|entry| named(entry) == *id) {
        return Ok(entry);
    }
    let mut same = entries.iter().filter(|entry| named(entry).reference() == id.reference());
    match (same.next(), same.next()) {
        (Some(entry), None) => Ok(entry),
        _ => Err(EditError::NoRow { action: id.to_string() }),
    }
}

fn change(
    text: &str,
    entry: &Entry,
    edit: &Edit,
    edited: &mut Edited,
    changes: &mut Vec<(Range<usize>, String)>,
) {
    let line = |at: usize| format!("line {}", text.get(..at).unwrap_or_default().matches('\n').count() + 1);
    let last = entry.values.iter().map(|(_, span, _)| span.end).max().unwrap_or_default();
    for (column, content) in &edit.cells {
        match entry.value(column) {
            Some((_, _, before)) if *before == content.text() => {}
            Some((_, span, before)) => {
                edited.wrote(edit, line(span.start), column, (before, content));
                changes.push((span.clone(), literal(content)));
            }
            None => {
                // Behind the last value, and behind a comment that stands beside it.
                let rest = text.get(last..).unwrap_or_default();
                let end = last + rest.find(['\r', '\n']).unwrap_or(rest.len());
                let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
                edited.wrote(edit, format!("after {}", line(last)), column, ("", content));
                changes.push((end..end, format!("{line_end}{} = {}", key(column), literal(content))));
            }
        }
    }
}

fn add(edit: &Edit, line_end: &str, edited: &mut Edited, added: &mut String) {
    added.extend([line_end, "[[actions]]", line_end]);
    for (column, content) in &edit.cells {
        edited.added("new [[actions]] at the end".to_owned(), column, content);
        added.extend([&*key(column), " = ", &literal(content), line_end]);
    }
}

/// The key of a column: `asked_of`.
fn key(column: &str) -> String {
    column.to_lowercase().replace(' ', "_")
}

/// What a cell holds, in TOML.
fn literal(content: &Content) -> String {
    match content {
        Content::Text(text) => toml::Value::String(text.clone()).to_string(),
        Content::Day(day) => day.to_string(),
    }
}
