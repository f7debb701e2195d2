//! An Open Document workbook: cells of one table are changed in the XML of its content, rows are added below the last one
//! in the look of that one, and what reaches down to the last row (filters, areas to print, colours by condition) reaches
//! further.

use std::collections::BTreeMap;

use super::{
    super::{
        Limits,
        ods::{CONTENT, grid},
    },
    Content, Edit, EditError, Edited, Shape,
    content_xml::{CellXml, RowXml, TableXml},
    ods_row::{self, NewCell, NewCells},
    sheet_xml::letters,
    splice::{Change, with},
    table::{Table, TextCells},
};
use crate::office::{Container, escaped, unescaped, with_parts};

/// A signature covers the content: a changed one breaks it.
const SIGNATURES: &str = "META-INF/documentsignatures.xml";

pub(super) fn edit(
    bytes: &[u8],
    edits: &[Edit],
    shape: &Shape,
    limits: &Limits,
) -> Result<Edited, EditError> {
    let mut container = Container::open(bytes, limits.unpacked_bytes, "workbook")?;
    if container.has(SIGNATURES) {
        let why = "The workbook is signed, and a change would break the signature. Save it without, or change it by hand.";
        return Err(EditError::Impossible(why.to_owned()));
    }
    let text = container.text(CONTENT)?.ok_or(EditError::NoTable)?;
    let xml = TableXml::read(&text, shape).ok_or(EditError::NoTable)?;
    let rows = grid(bytes, &xml.title, limits).map_err(EditError::Impossible)?;
    let rows = rows.unwrap_or_default().into_iter().map(|row| TextCells { at: row.line, cells: row.cells });
    let table = Table::find(rows.collect(), shape).ok_or(EditError::NoTable)?;
    let sorted = table.sorted(edits)?;
    let mut pen = Pen { xml: &xml, table: &table, new: BTreeMap::new(), edited: Edited::default() };
    for (row, edit) in sorted.rows {
        pen.change(row, edit)?;
    }
    let last = table.last();
    let mut end = last;
    for edit in sorted.new {
        end += 1;
        pen.add(end, edit)?;
    }
    let (changes, mut edited) = pen.changes(last, end);
    edited.bytes = with_parts(bytes, &[(CONTENT.to_owned(), with(&text, changes).into_bytes())])?;
    Ok(edited)
}

/// Collects what becomes of which cell.
struct Pen<'s, 'e> {
    xml: &'s TableXml<'s>,
    table: &'s Table,
    /// By the numbers of the rows.
    new: BTreeMap<u32, NewCells<'e>>,
    edited: Edited,
}

impl<'e> Pen<'_, 'e> {
    fn place(&self, column: usize, row: u32) -> String {
        format!("{}!{}{row}", self.xml.title, letters(column))
    }

    /// Changes cells of a row that is there.
    fn change(&mut self, row: &TextCells, edit: &'e Edit) -> Result<(), EditError> {
        let there = self.xml.row(row.at).ok_or(EditError::NoTable)?;
        for (column, name, content) in self.table.cells(edit, &mut self.edited) {
            let before = row.cells.get(column).map_or("", String::as_str);
            // A day in a cell that could show a time of day.
            let before = before.strip_suffix("T00:00:00").unwrap_or(before);
            if before == content.text() {
                continue;
            }
            let old = self.free(there, column, row.at)?;
            self.edited.wrote(edit, self.place(column, row.at), name, (before, content));
            let cell = self.cell(old, column, row.at, content);
            self.new.entry(row.at).or_default().insert(column, cell);
        }
        Ok(())
    }

    /// The cell of a row, if it may be written.
    fn free<'x>(
        &self,
        row: &'x RowXml<'_>,
        column: usize,
        number: u32,
    ) -> Result<Option<&'x CellXml<'x>>, EditError> {
        let cell = row.cell(column);
        let why = match cell {
            Some(cell) if cell.has_formula() => "holds a formula",
            Some(cell) if cell.is_covered() => "lies under a merged cell",
            _ => return Ok(cell),
        };
        Err(EditError::Cell { place: self.place(column, number), why: why.to_owned() })
    }

    /// Adds a row of this number below the last one, in the look of that one.
    fn add(&mut self, number: u32, edit: &'e Edit) -> Result<(), EditError> {
        let there = self.xml.row(number);
        if let Some(cell) = there.and_then(|row| row.cells.iter().find(|cell| !cell.is_empty())) {
            let place = self.place(cell.first, number);
            return Err(EditError::Cell { place, why: "stands where the new row would begin".to_owned() });
        }
        let model = self.xml.row(self.table.last());
        let mut cells = NewCells::new();
        for column in 0..self.table.width {
            let look = |attribute: &str| {
                let own = there.and_then(|row| row.cell(column)).and_then(|cell| cell.attribute(attribute));
                let above = model.and_then(|row| row.cell(column)).and_then(|cell| cell.attribute(attribute));
                if own.is_some() { None } else { above }
            };
            let cell = NewCell {
                style: look("style-name"),
                validation: look("content-validation-name"),
                content: None,
            };
            if cell.style.is_some() || cell.validation.is_some() {
                cells.insert(column, cell);
            }
        }
        for (column, name, content) in self.table.cells(edit, &mut self.edited) {
            let old = there.map(|row| self.free(row, column, number)).transpose()?.flatten();
            self.edited.added(self.place(column, number), name, content);
            let new = self.cell(old, column, number, content);
            let cell = cells.entry(column).or_default();
            cell.content = new.content;
            cell.style = new.style.or(cell.style.take());
        }
        self.new.insert(number, cells);
        Ok(())
    }

    /// A cell with this content. A day is a date in a column of dates, in their style, and where nothing stands above it; a
    /// text among texts.
    fn cell(&self, old: Option<&CellXml<'_>>, column: usize, row: u32, content: &'e Content) -> NewCell<'e> {
        if old.is_some_and(CellXml::is_date) || matches!(content, Content::Text(_)) {
            return NewCell { content: Some((content, true)), ..NewCell::default() };
        }
        let above = || {
            let rows = self.xml.rows.iter().rev();
            let rows = rows.filter(|other| other.first < row && other.first > self.table.header);
            rows.filter_map(|other| other.cell(column)).filter(|cell| !cell.is_empty())
        };
        let like = above().find(|cell| cell.is_date());
        let is_date = like.is_some() || above().next().is_none();
        let style = like.and_then(|cell| cell.attribute("style-name"));
        NewCell { style, validation: None, content: Some((content, is_date)) }
    }

    /// What becomes of the text, if the rows ended at `last` and end at `end`.
    fn changes(self, last: u32, end: u32) -> (Vec<Change>, Edited) {
        let Self { xml, new, edited, .. } = self;
        let mut changes = Vec::new();
        for row in &xml.rows {
            let numbers = row.first..row.first.saturating_add(row.repeated);
            if new.range(numbers).next().is_some() {
                changes.extend(ods_row::changed(xml, row, &new));
            }
        }
        // Rows below all that there are.
        let bottom = xml.rows.last().map_or(0, |row| row.first.saturating_add(row.repeated));
        let behind = xml.rows.last().map_or(0, |row| row.span.end);
        let added = new.range(bottom..).map(|(_, cells)| ods_row::row(xml, xml.row(last), cells));
        changes.extend(added.map(|row| (behind..behind, row)));
        if end > last {
            let reaches = xml.reaches.iter().filter_map(|place| {
                let ranges = unescaped(xml.text.get(place.clone())?);
                Some((place.clone(), escaped(&stretched(&ranges, &xml.title, last, end)?)))
            });
            changes.extend(reaches);
        }
        (changes, edited)
    }
}

/// Ranges of cells such as `Actions.A4:Actions.K7 $'My notes'.$B$2:.$B$7` (ODF 1.2 part 1, 9.2.5) with those of this sheet
/// that end at row `last` ending at row `new`; none if none of them does.
fn stretched(ranges: &str, title: &str, last: u32, new: u32) -> Option<String> {
    let mut is_changed = false;
    let mut stretch = |range: &str| {
        let ends = outside_quotes(range, ':');
        let (from, to) = (ends.first()?, ends.last()?);
        let (sheet, _) = from.rsplit_once('.')?;
        let sheet = sheet.trim_start_matches('$').trim_matches('\'').replace("''", "'");
        let column = to.strip_suffix(&last.to_string())?;
        let is_whole = column.ends_with(|c: char| c == '$' || c.is_ascii_alphabetic());
        is_changed |= sheet == title && is_whole;
        (sheet == title && is_whole).then(|| format!("{from}:{column}{new}"))
    };
    let all = outside_quotes(ranges, ' ');
    let out: Vec<_> = all.iter().map(|range| stretch(range).unwrap_or_else(|| (*range).to_owned())).collect();
    is_changed.then(|| out.join(" "))
}

/// The parts of a text between these signs, where they do not stand between apostrophes.
fn outside_quotes(text: &str, sign: char) -> Vec<&str> {
    let mut is_quoted = false;
    let at = |c: char| {
        is_quoted ^= c == '\'';
        c == sign && !is_quoted
    };
    text.split(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ranges_of_the_sheet_that_end_at_the_last_row_are_stretched() {
        for (before, after) in [
            ("Actions.A4:Actions.K7", Some("Actions.A4:Actions.K9")),
            ("$Actions.$A$4:.$K$7", Some("$Actions.$A$4:.$K$9")),
            (
                "'My notes'.A1:'My notes'.B7 Actions.G7",
                Some("'My notes'.A1:'My notes'.B7 Actions.G7:Actions.G9"),
            ),
            ("'My notes'.A1:'My notes'.B7", None),
            ("Actions.A4:Actions.K17", None),
            ("Actions.A4:Actions.K8", None),
        ] {
            assert_eq!(stretched(before, "Actions", 7, 9).as_deref(), after, "{before}");
        }
    }
}
