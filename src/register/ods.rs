//! Open Document spreadsheets (ODF 1.2 part 1, 9), streamed row by row.
//!
//! A few bytes of such a file can stand for millions of cells, because equal neighbours are
//! written once with a number of repetitions: only what holds something is ever repeated, and
//! only up to the limits.

use std::{borrow::Cow, sync::Arc};

use super::{
    columns::Sheet,
    intake::Intake,
    value::{Row, Value, is_fault},
    xlsx::announce,
};
use crate::office::{Container, Element, Fault, Node, Xml};

/// Equal rows that hold something are repeated up to this: more is no register.
const MOST_EQUAL_ROWS: u32 = 1_000;

/// Reads all sheets; the error is a sentence about the whole file.
pub(super) fn read(bytes: &[u8], file: &Arc<str>, intake: &mut Intake<'_>) -> Result<(), String> {
    let most = intake.settings.limits.unpacked_bytes;
    let mut container = Container::open(bytes, most, "workbook").map_err(told)?;
    let xml = container.xml("content.xml").map_err(told)?;
    let Some(mut xml) = xml else {
        return Err(Fault::Damaged("its content is missing".to_owned()).sentence("workbook"));
    };
    sheets(&mut xml, file, intake).map_err(told)
}

fn told(fault: Fault) -> String {
    fault.sentence("workbook")
}

fn sheets(xml: &mut Xml<'_>, file: &Arc<str>, intake: &mut Intake<'_>) -> Result<(), Fault> {
    let mut in_spreadsheet = None;
    loop {
        let depth = xml.depth();
        match xml.next()? {
            Node::Open(element) if element.name() == "spreadsheet" => in_spreadsheet = Some(depth + 1),
            // Only tables right below: change tracking and links hold tables as well.
            Node::Open(element) if element.name() == "table" && in_spreadsheet == Some(depth) => {
                let title = element.attribute("name")?.unwrap_or_default();
                match announce(&title, file, intake) {
                    Some(sheet) => Table::new(sheet, depth + 1).read(xml, intake)?,
                    None => skip(xml, depth)?,
                }
            }
            Node::End => return Ok(()),
            _ => {}
        }
    }
}

/// Reads on until only `depth` elements are open.
fn skip(xml: &mut Xml<'_>, depth: u32) -> Result<(), Fault> {
    while xml.depth() > depth {
        if let Node::End = xml.next()? {
            return Ok(());
        }
    }
    Ok(())
}

/// A table as far as it was read.
struct Table {
    sheet: Sheet,
    depth: u32,
    /// The row that is being read, from 1.
    line: u32,
    repeated: u32,
    cells: Vec<Value<'static>>,
    /// The column of the next cell; only cells that hold something are kept.
    column: u32,
    /// Merged cells, told when the rows are known: first and last row and column.
    merged: Vec<((u32, u32), (u32, u32))>,
}

impl Table {
    fn new(sheet: Sheet, depth: u32) -> Self {
        Self { sheet, depth, line: 1, repeated: 1, cells: Vec::new(), column: 0, merged: Vec::new() }
    }

    /// Reads to the end of the table.
    fn read(mut self, xml: &mut Xml<'_>, intake: &mut Intake<'_>) -> Result<(), Fault> {
        while xml.depth() >= self.depth {
            let depth = xml.depth();
            match xml.next()? {
                Node::Open(element) => match element.name() {
                    "table-row" => {
                        self.repeated = repetitions(&element, "number-rows-repeated")?;
                        self.column = 0;
                    }
                    "table-cell" | "covered-table-cell" => {
                        let cell = Cell::open(&element)?;
                        self.cell(cell.read(xml, depth)?, intake);
                    }
                    // Drawings and forms may hold tables of their own.
                    "shapes" | "forms" => skip(xml, depth)?,
                    _ => {}
                },
                Node::Close(name) if name.is("table-row") => self.row(intake),
                Node::End => return Ok(()),
                _ => {}
            }
        }
        for (rows, columns) in self.merged {
            intake.merged(self.sheet, rows, columns);
        }
        Ok(())
    }

    fn cell(&mut self, cell: Cell, intake: &mut Intake<'_>) {
        let limits = intake.settings.limits;
        let first = self.column;
        self.column = first.saturating_add(cell.repeated);
        if cell.spans != (1, 1) && self.merged.len() < 1_000 {
            let last = (self.line.saturating_add(cell.spans.0 - 1), first.saturating_add(cell.spans.1 - 1));
            self.merged.push(((self.line, last.0), (first, last.1)));
        }
        let value = cell.value();
        if value.is_empty() {
            return;
        }
        if self.line > limits.rows || self.column > limits.columns {
            intake.far_cell(self.sheet, self.line, first.max(limits.columns.min(self.column - 1)));
            return;
        }
        self.cells.resize(first as usize, Value::Empty);
        self.cells.resize(self.column as usize, value);
    }

    fn row(&mut self, intake: &mut Intake<'_>) {
        if !self.cells.is_empty() {
            let beyond = self.line.saturating_add(self.repeated - 1) > intake.settings.limits.rows;
            if self.repeated > MOST_EQUAL_ROWS || beyond {
                let last = self.line.saturating_add(self.repeated - 1);
                intake.wrong(self.sheet, self.line, None, || {
                    format!(
                        "The rows from here to {last} are all the same. Remove the ones that are not needed."
                    )
                });
            } else {
                for line in self.line..self.line + self.repeated {
                    intake.row(self.sheet, &Row { line, cells: &self.cells, lines: &[] });
                }
            }
            self.cells.clear();
        }
        self.line = self.line.saturating_add(self.repeated);
    }
}

fn repetitions(element: &Element<'_>, name: &str) -> Result<u32, Fault> {
    Ok(element
        .attribute(name)?
        .and_then(|number| number.parse().ok())
        .filter(|number| *number > 0)
        .unwrap_or(1))
}

/// A cell as it stands in the file.
struct Cell {
    repeated: u32,
    /// Rows and columns that it covers.
    spans: (u32, u32),
    kind: String,
    /// The value that an attribute gives.
    given: Option<String>,
    has_formula: bool,
    is_error: bool,
    /// What is shown.
    text: String,
}

impl Cell {
    fn open(element: &Element<'_>) -> Result<Self, Fault> {
        let mut cell = Self {
            repeated: 1,
            spans: (1, 1),
            kind: String::new(),
            given: None,
            has_formula: false,
            is_error: false,
            text: String::new(),
        };
        let number = |value: &str| value.parse().ok().filter(|number| *number > 0).unwrap_or(1);
        element.attributes(|name, value| match name {
            "number-columns-repeated" => cell.repeated = number(&value),
            "number-rows-spanned" => cell.spans.0 = number(&value),
            "number-columns-spanned" => cell.spans.1 = number(&value),
            "value-type" if *value == *"error" => cell.is_error = true,
            "value-type" if cell.kind.is_empty() => cell.kind = value.into_owned(),
            "value" | "date-value" | "boolean-value" | "string-value" | "time-value" => {
                cell.given = Some(value.into_owned());
            }
            "formula" => cell.has_formula = true,
            _ => {}
        })?;
        Ok(cell)
    }

    /// Reads what is shown, to the end of the cell; `depth` elements are open around it.
    fn read(mut self, xml: &mut Xml<'_>, depth: u32) -> Result<Self, Fault> {
        let mut paragraphs = 0;
        let mut in_paragraph = false;
        while xml.depth() > depth {
            let inside = xml.depth();
            match xml.next()? {
                Node::Open(element) => match element.name() {
                    "p" if inside == depth + 1 => {
                        if paragraphs > 0 {
                            self.text.push('\n');
                        }
                        paragraphs += 1;
                        in_paragraph = true;
                    }
                    "s" if in_paragraph => {
                        let spaces = repetitions(&element, "c")?.min(1_000);
                        self.text.extend(std::iter::repeat_n(' ', spaces as usize));
                    }
                    "tab" if in_paragraph => self.text.push('\t'),
                    "line-break" if in_paragraph => self.text.push('\n'),
                    "span" | "a" | "ruby" | "ruby-base" if in_paragraph => {}
                    // Comments, drawings: not what the cell says.
                    _ => skip(xml, inside)?,
                },
                // A line break in the XML is a space; a real one is an element (ODF 1.2 part 1, 6.1.2).
                Node::Text(text) if in_paragraph => self.text.push_str(&text.replace(['\n', '\t'], " ")),
                Node::Close(name) if name.is("p") => in_paragraph = false,
                Node::End => break,
                _ => {}
            }
        }
        Ok(self)
    }

    fn value(self) -> Value<'static> {
        let shown = self.text.trim();
        if self.is_error || (self.has_formula && is_fault(shown)) {
            return Value::Fault(Cow::Owned(if shown.is_empty() {
                "#VALUE!".to_owned()
            } else {
                shown.to_owned()
            }));
        }
        let text = |text: String| Value::Text(Cow::Owned(text));
        match (self.kind.as_str(), self.given) {
            ("", None) if self.has_formula && shown.is_empty() => Value::NoResult,
            ("float" | "percentage" | "currency", Some(given)) => {
                given.parse().map_or_else(|_| text(given), Value::Number)
            }
            ("date", Some(given)) => date(&given).unwrap_or_else(|| text(given)),
            ("boolean", Some(given)) => Value::Truth(given == "true"),
            ("string", Some(given)) => text(given),
            ("time", Some(_)) | (_, None) => text(self.text),
            (_, Some(given)) => text(if self.text.is_empty() { given } else { self.text }),
        }
    }
}

/// The value of a date cell: ISO 8601, with a time of day if it has one.
fn date(given: &str) -> Option<Value<'static>> {
    // The parser of days would take a time of day behind the day, and lose it.
    if given.len() == "2017-06-23".len() {
        return given.parse().ok().map(Value::Day);
    }
    let time: jiff::civil::DateTime = given.parse().ok()?;
    time.round(jiff::Unit::Second).ok().map(Value::Civil)
}
