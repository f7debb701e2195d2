//! A CSV file: fields are changed where they stand, records are added at the end, in its own separator, encoding and
//! line ends.

use std::ops::Range;

use super::{
    super::{Limits, folder},
    Content, Edit, EditError, Edited, Shape,
    splice::with,
    table::{Table, TextCells},
};
use crate::office::{self, TextEncoding};

/// A record: its fields, and where the line ends.
struct Record {
    fields: Vec<Range<usize>>,
    /// Behind the last field, before the line end.
    end: usize,
    /// The line that it begins on, from 1.
    line: u32,
}

pub(super) fn edit(bytes: &[u8], edits: &[Edit], shape: &Shape, _: &Limits) -> Result<Edited, EditError> {
    edit_as(bytes, edits, shape, || None)
}

/// The same of a file in a folder, whose files `together` make an encoding likely.
pub(super) fn edit_as(
    bytes: &[u8],
    edits: &[Edit],
    shape: &Shape,
    together: impl FnOnce() -> Option<TextEncoding>,
) -> Result<Edited, EditError> {
    let decoded = office::decode_as(bytes.to_vec(), together).map_err(|bad| {
        EditError::Impossible(format!("Line {} holds bytes that are no {} text.", bad.line, bad.encoding))
    })?;
    let text = &decoded.text;
    let (_, skipped, delimiter) = folder::dialect(text, |header| shape.column_named(header).is_some());
    let records = records(text, delimiter, skipped);
    let rows = records.iter().map(|record| TextCells {
        at: record.line,
        cells: record.fields.iter().map(|field| unquoted(&text[field.clone()])).collect(),
    });
    let table = Table::find(rows.collect(), shape).ok_or(EditError::NoTable)?;
    let sorted = table.sorted(edits)?;
    let mut pen = Pen { table: &table, delimiter, pieces: Vec::new(), edited: Edited::default() };
    for (row, edit) in sorted.rows {
        let at = records.binary_search_by_key(&row.at, |record| record.line);
        let record = at.ok().and_then(|at| records.get(at)).ok_or(EditError::NoTable)?;
        pen.change(row, record, edit)?;
    }
    let last = records.last().ok_or(EditError::NoTable)?;
    let start = last.fields.first().map_or(last.end, |field| field.start);
    let line = last.line + lines(&text[start..last.end]);
    pen.add(&sorted.new, text, last.end, line)?;
    let Pen { pieces, mut edited, .. } = pen;
    edited.bytes =
        office::encode_like(bytes, &decoded, &with(text, pieces)).map_err(EditError::Impossible)?;
    Ok(edited)
}

/// Writes into the text.
struct Pen<'t> {
    table: &'t Table,
    delimiter: u8,
    pieces: Vec<(Range<usize>, String)>,
    edited: Edited,
}

impl Pen<'_> {
    /// Changes fields of a record, and adds those that it is too short for.
    fn change(&mut self, row: &TextCells, record: &Record, edit: &Edit) -> Result<(), EditError> {
        let mut missing = Vec::new();
        for (at, column, content) in self.table.cells(edit, &mut self.edited) {
            let before = row.cells.get(at).map_or("", String::as_str);
            if before == content.text() {
                continue;
            }
            self.edited.wrote(edit, format!("line {}", record.line), column, (before, content));
            let field = quoted(content, self.delimiter)?;
            match record.fields.get(at) {
                Some(span) => self.pieces.push((span.clone(), field)),
                None => missing.push((at, field)),
            }
        }
        if let Some(more) = joined(record.fields.len(), &missing, self.delimiter) {
            let first = char::from(self.delimiter).to_string();
            self.pieces.push((record.end..record.end, first + &more));
        }
        Ok(())
    }

    /// Adds records behind the last one, which ends at `end` in line `line`.
    fn add(&mut self, new: &[&Edit], text: &str, end: usize, line: u32) -> Result<(), EditError> {
        let line_end = line_end(text);
        let mut added = String::new();
        let mut line = line + 1;
        for edit in new {
            let mut cells = Vec::new();
            for (at, column, content) in self.table.cells(edit, &mut self.edited) {
                self.edited.added(format!("line {line} (new)"), column, content);
                cells.push((at, quoted(content, self.delimiter)?));
            }
            // Every record has as many fields as the header.
            let last = self.table.width.saturating_sub(1);
            if cells.iter().all(|(at, _)| *at < last) {
                cells.push((last, String::new()));
            }
            let record = joined(0, &cells, self.delimiter).unwrap_or_default();
            added.push_str(line_end);
            added.push_str(&record);
            line += 1 + lines(&record);
        }
        if !added.is_empty() && end == text.len() {
            added.push_str(line_end);
        }
        self.pieces.push((end..end, added));
        Ok(())
    }
}

/// Fields at these columns with the separators between them, from column `from` on; none if there are none.
fn joined(from: usize, cells: &[(usize, String)], delimiter: u8) -> Option<String> {
    let last = cells.iter().map(|(at, _)| *at).max()?;
    let cell = |at| cells.iter().find(|(other, _)| *other == at).map_or("", |(_, text)| text.as_str());
    let all: Vec<_> = (from..=last).map(cell).collect();
    Some(all.join(&char::from(delimiter).to_string()))
}

fn lines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

fn line_end(text: &str) -> &'static str {
    match text.find(['\r', '\n']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// The records that hold anything, as the reader of the register sees them.
fn records(text: &str, delimiter: u8, skipped: u32) -> Vec<Record> {
    let bytes = text.as_bytes();
    let (mut records, mut fields, mut line) = (Vec::new(), Vec::new(), 1);
    let (mut start, mut begins, mut at, mut is_quoted) = (0, 1, 0, false);
    loop {
        let byte = bytes.get(at).copied();
        match byte {
            Some(b'"') if is_quoted && bytes.get(at + 1) == Some(&b'"') => at += 1,
            Some(b'"') if is_quoted => is_quoted = false,
            Some(b'"') if at == start => is_quoted = true,
            Some(b'\n') if is_quoted => line += 1,
            Some(other) if !is_quoted && other == delimiter => {
                fields.push(start..at);
                start = at + 1;
            }
            Some(b'\n' | b'\r') | None if !is_quoted || byte.is_none() => {
                fields.push(start..at);
                let is_empty = fields.len() == 1 && fields[0].is_empty();
                let fields = std::mem::take(&mut fields);
                if !is_empty && begins > skipped {
                    records.push(Record { fields, end: at, line: begins });
                }
                let Some(end) = byte else { return records };
                if end == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                    at += 1;
                }
                line += 1;
                (start, begins) = (at + 1, line);
            }
            _ => {}
        }
        at += 1;
    }
}

/// What a field says.
fn unquoted(field: &str) -> String {
    match field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\""),
        None => field.to_owned(),
    }
}

/// A field that says this.
fn quoted(content: &Content, delimiter: u8) -> Result<String, EditError> {
    let text = content.text();
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return Err(EditError::Impossible(format!(
            "\"{text}\" begins like a formula, and a spreadsheet program that opens the .csv file would take it for one. \
             Change the text in the proposals."
        )));
    }
    let needs = |c: char| c == char::from(delimiter) || matches!(c, '"' | '\n' | '\r');
    let is_plain = !text.contains(needs) && text.trim() == text;
    Ok(if is_plain { text } else { format!("\"{}\"", text.replace('"', "\"\"")) })
}
