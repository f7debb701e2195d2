//! An Excel workbook: cells of one sheet are changed in its XML, rows are added below the last one in the look of the
//! row above, and what reaches down to the last row (tables, filters, drop-downs, colours by condition) reaches further.

use std::{borrow::Cow, ops::Range};

use jiff::civil::{Date, date};

use super::{
    super::{
        Limits,
        xlsx::{contents, grid, links, workbook_part},
    },
    Content, Edit, EditError, Edited, Shape,
    sheet_xml::{CellXml, RowXml, SheetXml, letters, stretched},
    splice::with,
    table::{Table, TextCells},
};
use crate::office::{Container, Fault, TagKind, escaped, tags, unescaped, with_parts};

impl From<Fault> for EditError {
    fn from(fault: Fault) -> Self {
        Self::Impossible(fault.sentence("workbook"))
    }
}

/// The workbook while it is edited.
struct Book<'b> {
    container: Container<'b>,
    main: String,
    /// The title of the sheet, and the part that it is.
    title: String,
    part: String,
    from_1904: bool,
}

impl<'b> Book<'b> {
    fn open(bytes: &'b [u8], shape: &Shape, limits: &Limits) -> Result<Self, EditError> {
        let mut container = Container::open(bytes, limits.unpacked_bytes, "workbook")?;
        let main = workbook_part(&mut container)?;
        let links = links(&mut container, &main)?;
        let contents = contents(&mut container, &main)?;
        let mut sheets = contents.sheets.into_iter();
        let (title, link) = sheets.find(|(title, _)| shape.is_sheet(title)).ok_or(EditError::NoTable)?;
        let part = links.get(&link).map(|link| link.target.clone()).ok_or(EditError::NoTable)?;
        Ok(Self { container, main, title, part, from_1904: contents.from_1904 })
    }

    /// The tables of the sheet: their parts.
    fn tables(&mut self) -> Result<Vec<String>, EditError> {
        let links = links(&mut self.container, &self.part)?;
        Ok(links.into_values().filter(|link| link.kind == "table").map(|link| link.target).collect())
    }
}

pub(super) fn edit(
    bytes: &[u8],
    edits: &[Edit],
    shape: &Shape,
    limits: &Limits,
) -> Result<Edited, EditError> {
    let mut book = Book::open(bytes, shape, limits)?;
    let rows = grid(bytes, &book.title, limits).map_err(EditError::Impossible)?;
    let rows = rows.unwrap_or_default().into_iter().map(|row| TextCells { at: row.line, cells: row.cells });
    let table = Table::find(rows.collect(), shape).ok_or(EditError::NoTable)?;
    let text = book.container.text(&book.part)?.ok_or(EditError::NoTable)?;
    let sheet = SheetXml::read(&text).ok_or(EditError::NoTable)?;
    let mut pen = Pen {
        sheet: &sheet,
        table: &table,
        title: &book.title,
        from_1904: book.from_1904,
        changes: Vec::new(),
        edited: Edited::default(),
    };
    let sorted = table.sorted(edits)?;
    for (row, edit) in sorted.rows {
        pen.change(row, edit)?;
    }
    let last = table.last();
    let mut end = last;
    for edit in sorted.new {
        end += 1;
        pen.add(end, edit)?;
    }
    pen.stretch(last, end);
    let Pen { changes, mut edited, .. } = pen;
    let mut parts = vec![(book.part.clone(), with(&text, changes).into_bytes())];
    if end > last {
        parts.extend(stretched_tables(&mut book, last, end)?);
    }
    parts.extend(workbook(&mut book, last, end)?);
    edited.bytes = with_parts(bytes, &parts)?;
    Ok(edited)
}

/// Writes into the XML of the sheet.
struct Pen<'s> {
    sheet: &'s SheetXml<'s>,
    table: &'s Table,
    title: &'s str,
    from_1904: bool,
    changes: Vec<(Range<usize>, String)>,
    edited: Edited,
}

impl Pen<'_> {
    fn place(&self, column: usize, row: u32) -> String {
        format!("{}!{}{row}", self.title, letters(column))
    }

    /// Changes cells of a row that is there.
    fn change(&mut self, row: &TextCells, edit: &Edit) -> Result<(), EditError> {
        let Some(xml) = self.sheet.row(row.at) else { return Err(EditError::NoTable) };
        for (column, name, content) in self.table.cells(edit, &mut self.edited) {
            let before = row.cells.get(column).map_or("", String::as_str);
            // A day in a cell that could show a time of day.
            let before = before.strip_suffix("T00:00:00").unwrap_or(before);
            if before == content.text() {
                continue;
            }
            let place = self.place(column, row.at);
            let old = xml.cell(column);
            if old.is_some_and(|cell| cell.has_formula) {
                return Err(EditError::Cell { place, why: "holds a formula".to_owned() });
            }
            self.edited.wrote(edit, place, name, (before, content));
            let new = self.cell(column, row.at, self.style(old, column, row.at), content);
            match old {
                Some(cell) => self.changes.push((cell.span.clone(), new)),
                None => self.insert(xml, column, new),
            }
        }
        Ok(())
    }

    /// Puts a cell that was not there between the cells of a row.
    fn insert(&mut self, row: &RowXml<'_>, column: usize, new: String) {
        let at = match row.cells.iter().find(|cell| cell.column > column) {
            Some(next) => next.span.start,
            None => row.cells.last().map_or(row.tag.span.end, |last| last.span.end),
        };
        self.changes.push((at..at, new));
    }

    /// Adds a row of this number below the last one, in the look of that one.
    fn add(&mut self, number: u32, edit: &Edit) -> Result<(), EditError> {
        let model = self.table.rows.last().and_then(|row| self.sheet.row(row.at));
        let there = self.sheet.row(number);
        if let Some(cell) = there.and_then(|row| row.cells.iter().find(|cell| !cell.is_empty())) {
            let place = self.place(cell.column, number);
            return Err(EditError::Cell { place, why: "stands where the new row would begin".to_owned() });
        }
        let cells = self.table.cells(edit, &mut self.edited);
        let mut columns: Vec<usize> = cells.iter().map(|(column, ..)| *column).collect();
        for row in [model, there].into_iter().flatten() {
            columns.extend(row.cells.iter().map(|cell| cell.column));
        }
        columns.sort_unstable();
        columns.dedup();
        let mut inside = String::new();
        for column in columns {
            let old = there.and_then(|row| row.cell(column));
            let above = model.and_then(|row| row.cell(column));
            let style = old.or(above).and_then(|cell| cell.style.clone());
            match cells.iter().find(|(at, ..)| *at == column) {
                Some((_, name, content)) => {
                    self.edited.added(self.place(column, number), name, content);
                    let style = self.style(old.or(above), column, number);
                    inside.push_str(&self.cell(column, number, style, content));
                }
                None => inside.push_str(&self.empty_cell(column, number, style.as_deref())),
            }
        }
        let prefix = self.sheet.prefix;
        let row = match there {
            Some(there) => format!("{}>{inside}</{prefix}row>", self.beginning(there)),
            None => format!("<{prefix}row r=\"{number}\"{}>{inside}</{prefix}row>", look_of(model)),
        };
        let next = self.sheet.rows.iter().find(|row| row.number > number);
        let between = next.map_or(self.sheet.end_of_rows, |row| row.span.start);
        self.changes.push((there.map_or(between..between, |there| there.span.clone()), row));
        Ok(())
    }

    /// The tag of a row that is there, without its end.
    fn beginning(&self, row: &RowXml<'_>) -> &str {
        let tag = self.sheet.text.get(row.tag.span.clone()).unwrap_or_default();
        tag.trim_end_matches('>').trim_end_matches('/').trim_end()
    }

    /// The style of a cell that is to hold something: its own, else that of the cells above it. A day is a
    /// number only where the column has numbers that look like days; the number of the style then, and whether.
    fn style(&self, old: Option<&CellXml>, column: usize, row: u32) -> (Option<String>, bool) {
        let own = old.and_then(|cell| cell.style.clone());
        let above = |is_it: &dyn Fn(&CellXml) -> bool| {
            let rows = self.sheet.rows.iter().rev();
            let rows = rows.filter(|other| other.number < row && other.number > self.table.header);
            rows.filter_map(|row| row.cell(column))
                .find(|cell| is_it(cell))
                .and_then(|cell| cell.style.clone())
        };
        if old.is_some_and(CellXml::is_number) {
            return (own, true);
        }
        match above(&CellXml::is_number) {
            Some(style) => (Some(style), true),
            None => (own.or_else(|| above(&|_| true)), false),
        }
    }

    /// A cell that holds this.
    fn cell(
        &self,
        column: usize,
        row: u32,
        (style, has_days): (Option<String>, bool),
        content: &Content,
    ) -> String {
        let (prefix, at) = (self.sheet.prefix, letters(column));
        let style = style.map(|style| format!(" s=\"{}\"", escaped(&style))).unwrap_or_default();
        match content {
            Content::Day(day) if has_days => {
                let serial = serial(*day, self.from_1904);
                format!("<{prefix}c r=\"{at}{row}\"{style}><{prefix}v>{serial}</{prefix}v></{prefix}c>")
            }
            other => format!(
                "<{prefix}c r=\"{at}{row}\"{style} t=\"inlineStr\"><{prefix}is><{prefix}t xml:space=\"preserve\">{}\
                 </{prefix}t></{prefix}is></{prefix}c>",
                escaped(&other.text())
            ),
        }
    }

    fn empty_cell(&self, column: usize, row: u32, style: Option<&str>) -> String {
        let style = style.map(|style| format!(" s=\"{}\"", escaped(style))).unwrap_or_default();
        format!("<{}c r=\"{}{row}\"{style}/>", self.sheet.prefix, letters(column))
    }

    /// What reaches down to row `last` reaches down to row `new`.
    fn stretch(&mut self, last: u32, new: u32) {
        if new == last {
            return;
        }
        for tag in tags(self.sheet.text) {
            let attribute = match tag.name() {
                "autoFilter" | "dimension" => "ref",
                "dataValidation" | "conditionalFormatting" => "sqref",
                _ => continue,
            };
            let Some(span) = tag.value(attribute) else { continue };
            let ranges = unescaped(self.sheet.text.get(span.clone()).unwrap_or_default());
            if let Some(ranges) = stretched(&ranges, last, new) {
                self.changes.push((span, ranges));
            }
        }
    }
}

/// The attributes of a row that are its look: height and style, not its number.
fn look_of(row: Option<&RowXml<'_>>) -> String {
    let Some(row) = row else { return String::new() };
    let kept = ["spans", "s", "customFormat", "ht", "customHeight"];
    let attribute =
        |name: &&str| row.tag.attribute(name).map(|value| format!(" {name}=\"{}\"", escaped(&value)));
    kept.iter().filter_map(attribute).collect()
}

/// The number of a day (ECMA-376 part 1, 18.17.4.1): Excel counts a 29 February 1900 that never was.
fn serial(day: Date, from_1904: bool) -> i64 {
    let first = if from_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) };
    first.duration_until(day).as_hours() / 24
}

/// The tables of the sheet that end at row `last`, ending at row `new`.
fn stretched_tables(book: &mut Book<'_>, last: u32, new: u32) -> Result<Vec<(String, Vec<u8>)>, EditError> {
    let mut parts = Vec::new();
    for part in book.tables()? {
        let Some(text) = book.container.text(&part)? else { continue };
        let mut changes = Vec::new();
        for tag in tags(&text).filter(|tag| matches!(tag.name(), "table" | "autoFilter")) {
            let Some(span) = tag.value("ref") else { continue };
            let range = text.get(span.clone()).unwrap_or_default();
            if let Some(range) = stretched(range, last, new) {
                changes.push((span, range));
            }
            let totals = tag.attribute("totalsRowCount").is_some_and(|count| count != "0");
            if tag.name() == "table" && totals {
                let place = format!("The totals row of the table in the sheet {}", book.title);
                return Err(EditError::Cell { place, why: "is in the way of new rows".to_owned() });
            }
        }
        if !changes.is_empty() {
            parts.push((part, with(&text, changes).into_bytes()));
        }
    }
    Ok(parts)
}

/// The main part: names that end at the last row end further down, and what formulas gave is computed anew when
/// the workbook is opened.
fn workbook(book: &mut Book<'_>, last: u32, new: u32) -> Result<Option<(String, Vec<u8>)>, EditError> {
    let Some(text) = book.container.text(&book.main)? else { return Ok(None) };
    let mut changes = Vec::new();
    let mut name: Option<(Cow<'_, str>, usize)> = None;
    for tag in tags(&text) {
        match (tag.name(), tag.kind) {
            ("definedName", TagKind::Open) => name = tag.attribute("name").map(|name| (name, tag.span.end)),
            ("definedName", TagKind::Close) => {
                let Some((name, start)) = name.take() else { continue };
                let is_ours = matches!(&*name, "_xlnm._FilterDatabase" | "_xlnm.Print_Area");
                let inside = text.get(start..tag.span.start).unwrap_or_default();
                if let Some(range) = is_ours.then(|| stretched_name(inside, &book.title, last, new)).flatten()
                {
                    changes.push((start..tag.span.start, range));
                }
            }
            ("calcPr", TagKind::Open | TagKind::Empty) if tag.value("fullCalcOnLoad").is_none() => {
                let at = tag.span.start + 1 + tag.whole_name.len();
                changes.push((at..at, " fullCalcOnLoad=\"1\"".to_owned()));
            }
            _ => {}
        }
    }
    Ok((!changes.is_empty()).then(|| (book.main.clone(), with(&text, changes).into_bytes())))
}

/// A name such as `'Actions'!$A$1:$P$9` that ends at row `last` of the sheet, ending at row `new`.
fn stretched_name(text: &str, title: &str, last: u32, new: u32) -> Option<String> {
    let (sheet, range) = text.rsplit_once('!')?;
    let plain = unescaped(sheet).trim_matches('\'').replace("''", "'");
    (new > last && plain == title)
        .then(|| stretched(range, last, new))
        .flatten()
        .map(|range| format!("{sheet}!{range}"))
}
