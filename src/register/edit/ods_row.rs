//! Rows of an Open Document sheet with some of their cells changed: one of several equal rows or cells is parted from the
//! others first, and everything that is not concerned stays as it is written.

use std::{collections::BTreeMap, ops::Range};

use super::{
    Content,
    content_xml::{CellXml, Prefixes, RowXml, TableXml, local},
    splice::{Change, piece},
};
use crate::office::{TagKind, escaped};

/// What a cell is to be.
#[derive(Debug, Default)]
pub(super) struct NewCell<'e> {
    /// The name of its style; none as it is.
    pub(super) style: Option<String>,
    /// The name of what restricts what can be typed there; none as it is.
    pub(super) validation: Option<String>,
    /// What it holds, and whether a day is a date there; nothing as it is.
    pub(super) content: Option<(&'e Content, bool)>,
}

/// The cells of one row by their columns, from 0.
pub(super) type NewCells<'e> = BTreeMap<usize, NewCell<'e>>;

/// How a row element changes if these of its rows, by their numbers, get these cells.
pub(super) fn changed(
    table: &TableXml<'_>,
    row: &RowXml<'_>,
    new: &BTreeMap<u32, NewCells<'_>>,
) -> Vec<Change> {
    if let (1, Some(cells)) = (row.repeated, new.get(&row.first)) {
        return cells_changed(table, row, cells);
    }
    let numbers = row.tag.attributes().find(|(name, _)| name.ends_with("number-rows-repeated"));
    let Some((_, number)) = numbers else { return Vec::new() };
    let repeated = |times: u32, mut changes: Vec<Change>| {
        changes.push((number.clone(), times.to_string()));
        piece(table.text, row.span.clone(), changes)
    };
    let mut out = String::new();
    let mut next = row.first;
    let end = row.first.saturating_add(row.repeated);
    for (at, cells) in new.range(row.first..end) {
        if *at > next {
            out.push_str(&repeated(at - next, Vec::new()));
        }
        out.push_str(&repeated(1, cells_changed(table, row, cells)));
        next = at + 1;
    }
    if next < end {
        out.push_str(&repeated(end - next, Vec::new()));
    }
    vec![(row.span.clone(), out)]
}

/// A row of its own with these cells, in the style of another.
pub(super) fn row(table: &TableXml<'_>, like: Option<&RowXml<'_>>, cells: &NewCells<'_>) -> String {
    let names = table.prefixes;
    let style = like.and_then(|row| local(&row.tag, "style-name").map(|value| row.tag.at(value)));
    let style = style.map(|style| format!(" {}:style-name=\"{style}\"", names.table)).unwrap_or_default();
    let cells = behind(table, 0, cells);
    format!("<{0}:table-row{style}>{cells}</{0}:table-row>", names.table)
}

fn cells_changed(table: &TableXml<'_>, row: &RowXml<'_>, new: &NewCells<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for cell in &row.cells {
        let columns = cell.first..cell.first + cell.repeated;
        if new.range(columns.clone()).next().is_some() {
            changes.push((cell.span.clone(), parted(table, cell, new, columns)));
        }
    }
    let added = behind(table, row.width(), new);
    match row.tag.kind {
        _ if added.is_empty() => {}
        TagKind::Empty => {
            let open = row.tag.at(row.span.clone()).trim_end_matches("/>");
            changes.push((row.span.clone(), format!("{open}>{added}</{}>", row.tag.whole_name)));
        }
        _ => changes.push((row.end_of_cells()..row.end_of_cells(), added)),
    }
    changes
}

/// Cells at these columns and behind, with empty ones between them.
fn behind(table: &TableXml<'_>, from: usize, new: &NewCells<'_>) -> String {
    let name = table.prefixes.table;
    let (mut out, mut next) = (String::new(), from);
    for (column, cell) in new.range(from..) {
        if *column > next {
            let empty = column - next;
            out.extend([
                "<",
                name,
                ":table-cell ",
                name,
                ":number-columns-repeated=\"",
                &empty.to_string(),
                "\"/>",
            ]);
        }
        out.push_str(&written(table, None, cell));
        next = column + 1;
    }
    out
}

/// A cell, or several equal ones, with some of them changed.
fn parted(table: &TableXml<'_>, cell: &CellXml<'_>, new: &NewCells<'_>, columns: Range<usize>) -> String {
    let numbers = local(&cell.tag, "number-columns-repeated");
    let repeated = |times: usize| {
        let change = numbers.clone().map(|number| (number, times.to_string()));
        piece(table.text, cell.span.clone(), change.into_iter().collect())
    };
    let (mut out, mut next) = (String::new(), columns.start);
    for (column, new) in new.range(columns.clone()) {
        if *column > next {
            out.push_str(&repeated(column - next));
        }
        out.push_str(&written(table, Some(cell), new));
        next = column + 1;
    }
    if next < columns.end {
        out.push_str(&repeated(columns.end - next));
    }
    out
}

/// Attributes that say what a cell holds, or how often it stands there.
const OF_CONTENT: [&str; 8] = [
    "value-type",
    "value",
    "date-value",
    "time-value",
    "boolean-value",
    "string-value",
    "currency",
    "formula",
];

/// A cell as it is to be: what hangs on the old one, as comments do, stays.
fn written(table: &TableXml<'_>, old: Option<&CellXml<'_>>, new: &NewCell<'_>) -> String {
    let names = table.prefixes;
    let mut attributes = String::new();
    let mut set = |name: &str, value: &str| attributes.extend([" ", name, "=\"", value, "\""]);
    for (name, value) in old.into_iter().flat_map(|cell| cell.tag.attributes()) {
        let local = name.rsplit(':').next().unwrap_or_default();
        let goes = match local {
            "number-columns-repeated" => true,
            "style-name" => new.style.is_some(),
            "content-validation-name" => new.validation.is_some(),
            _ => new.content.is_some() && OF_CONTENT.contains(&local),
        };
        if !goes {
            set(name, table.text.get(value).unwrap_or_default());
        }
    }
    let table_name = |name: &str| format!("{}:{name}", names.table);
    for (name, value) in [("style-name", &new.style), ("content-validation-name", &new.validation)] {
        if let Some(value) = value {
            set(&table_name(name), &escaped(value));
        }
    }
    let inside = match new.content {
        Some((content, is_day)) => {
            attributes.push_str(&typed(names, content, is_day));
            around(table, old, &paragraphs(names, &content.text()))
        }
        None => old.map(|cell| inner(table, cell).to_owned()).unwrap_or_default(),
    };
    let name = table_name("table-cell");
    if inside.is_empty() {
        format!("<{name}{attributes}/>")
    } else {
        format!("<{name}{attributes}>{inside}</{name}>")
    }
}

/// What stands between the tags of a cell.
fn inner<'t>(table: &TableXml<'t>, cell: &CellXml<'_>) -> &'t str {
    let whole = table.text.get(cell.tag.span.end..cell.span.end).unwrap_or_default();
    whole.rfind("</").and_then(|end| whole.get(..end)).unwrap_or_default()
}

/// What stands between the tags of a cell, with other paragraphs.
fn around(table: &TableXml<'_>, old: Option<&CellXml<'_>>, paragraphs: &str) -> String {
    let Some(cell) = old.filter(|cell| cell.tag.kind == TagKind::Open) else { return paragraphs.to_owned() };
    let inside = cell.tag.span.end..cell.tag.span.end + inner(table, cell).len();
    let mut changes: Vec<Change> = cell.paragraphs.iter().map(|old| (old.clone(), String::new())).collect();
    match changes.first_mut() {
        Some((_, first)) => paragraphs.clone_into(first),
        None => changes.push((inside.end..inside.end, paragraphs.to_owned())),
    }
    piece(table.text, inside, changes)
}

/// The attributes of a value.
fn typed(names: Prefixes<'_>, content: &Content, is_day: bool) -> String {
    let office = names.office;
    match content {
        Content::Day(day) if is_day => {
            format!(" {office}:value-type=\"date\" {office}:date-value=\"{day}\"")
        }
        _ if content.text().is_empty() => String::new(),
        _ => format!(" {office}:value-type=\"string\""),
    }
}

/// A text as paragraphs; spaces that XML would lose are elements (ODF 1.2 part 1, 6.1.2 and 6.1.3).
fn paragraphs(names: Prefixes<'_>, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let name = names.text;
    let line = |line: &str| format!("<{name}:p>{}</{name}:p>", spaced(name, line));
    text.split('\n').map(line).collect()
}

fn spaced(name: &str, line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    let mut was_space = true;
    for c in line.trim_end_matches('\r').chars() {
        match c {
            ' ' if was_space => out.extend(["<", name, ":s/>"]),
            '\t' => out.extend(["<", name, ":tab/>"]),
            c => out.push_str(&escaped(c.encode_utf8(&mut [0; 4]))),
        }
        was_space = c == ' ';
    }
    out
}
