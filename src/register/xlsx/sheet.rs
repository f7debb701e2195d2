//! One sheet of a workbook, row by row (ECMA-376 part 1, 18.3.1).

use std::{borrow::Cow, collections::BTreeMap};

use jiff::{SignedDuration, civil::date};

use super::{
    Fault, Link, Node,
    strings::Strings,
    styles::{Shown, Styles},
    unescaped,
};
use crate::{
    office::{Element, Xml},
    register::{
        formula::leads_to,
        sink::Sink,
        value::{Row, Value},
    },
};

/// What all sheets of a workbook share.
#[derive(Clone, Copy)]
pub(super) struct Book<'b> {
    pub(super) strings: &'b Strings,
    pub(super) styles: &'b Styles,
    pub(super) from_1904: bool,
    /// What the sheet refers to, by the ids under which it does.
    pub(super) links: &'b BTreeMap<String, Link>,
}

/// Reads a sheet to its end.
pub(super) fn read(xml: &mut Xml<'_>, book: &Book<'_>, sink: &mut impl Sink) -> Result<(), Fault> {
    let (cells, links, cell) = Default::default();
    let mut reader = Reader { book: *book, line: 0, cells, links, next: 0, cell };
    loop {
        match xml.next()? {
            Node::Open(element) => reader.open(&element, sink)?,
            Node::Text(text) => reader.cell.take(&text),
            Node::Close(name) if name.is("c") => reader.close_cell(sink),
            Node::Close(name) if name.is("row") => reader.close_row(sink),
            Node::Close(name) if name.is("v") || name.is("t") || name.is("f") => {
                reader.cell.text_is = TextIs::Other;
            }
            Node::Close(name) if name.is("rPh") => reader.cell.spelling = false,
            Node::End => return Ok(()),
            Node::Close(_) => {}
        }
    }
}

struct Reader<'b> {
    book: Book<'b>,
    line: u32,
    cells: Vec<Value<'b>>,
    /// Where formulas of the row lead, by their columns.
    links: Vec<(u32, String)>,
    /// The column of the next cell that does not say where it is.
    next: u32,
    cell: CellParts,
}

/// A cell as far as it was read.
#[derive(Default)]
struct CellParts {
    column: u32,
    line: u32,
    kind: Kind,
    style: usize,
    text: String,
    has_formula: bool,
    formula: String,
    text_is: TextIs,
    spelling: bool,
}

/// What the text is that is being read.
#[derive(Default, Clone, Copy)]
enum TextIs {
    /// What the cell shows.
    Shown,
    Formula,
    #[default]
    Other,
}

impl CellParts {
    fn take(&mut self, text: &str) {
        match self.text_is {
            TextIs::Shown => self.text.push_str(text),
            TextIs::Formula => self.formula.push_str(text),
            TextIs::Other => {}
        }
    }
}

/// The type that a cell declares.
#[derive(Default, Clone, Copy)]
enum Kind {
    #[default]
    Number,
    Shared,
    Inline,
    Truth,
    Error,
    Iso,
}

impl Reader<'_> {
    fn open(&mut self, element: &Element<'_>, sink: &mut impl Sink) -> Result<(), Fault> {
        match element.name() {
            "c" => self.open_cell(element)?,
            "row" => {
                let declared = element.attribute("r")?.and_then(|line| line.parse().ok());
                self.line = declared.unwrap_or_else(|| self.line.saturating_add(1));
                self.next = 0;
            }
            "v" | "t" if self.cell.spelling => self.cell.text_is = TextIs::Other,
            "v" | "t" => self.cell.text_is = TextIs::Shown,
            "rPh" => self.cell.spelling = true,
            "f" => (self.cell.has_formula, self.cell.text_is) = (true, TextIs::Formula),
            "hyperlink" => self.hyperlink(element, sink)?,
            "mergeCell" => {
                if let Some((from, to)) = element.attribute("ref")?.as_deref().and_then(range) {
                    sink.merged((from.1, to.1), (from.0, to.0));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What stands behind the cells of a range, after all rows (ECMA-376 part 1, 18.3.1.47).
    fn hyperlink(&self, element: &Element<'_>, sink: &mut impl Sink) -> Result<(), Fault> {
        let (mut cell, mut id, mut fragment) = (None, String::new(), String::new());
        element.attributes(|name, value| match name {
            "ref" => cell = position(value.split(':').next().unwrap_or_default()),
            "id" => id = value.into_owned(),
            "location" => fragment = format!("#{value}"),
            _ => {}
        })?;
        if let (Some((column, line)), Some(link)) = (cell, self.book.links.get(&id)) {
            sink.hyperlink(line, column, &format!("{}{fragment}", link.target));
        }
        Ok(())
    }

    fn open_cell(&mut self, element: &Element<'_>) -> Result<(), Fault> {
        let cell = &mut self.cell;
        cell.text.clear();
        cell.formula.clear();
        (cell.kind, cell.style, cell.has_formula) = (Kind::Number, 0, false);
        (cell.text_is, cell.spelling) = (TextIs::Other, false);
        (cell.column, cell.line) = (self.next, self.line);
        let mut bad = false;
        element.attributes(|name, value| match name {
            "r" => match position(&value) {
                Some((column, line)) => (cell.column, cell.line) = (column, line),
                None => bad = true,
            },
            "s" => cell.style = value.parse().unwrap_or(0),
            "t" => {
                cell.kind = match &*value {
                    "s" => Kind::Shared,
                    "str" | "inlineStr" => Kind::Inline,
                    "b" => Kind::Truth,
                    "e" => Kind::Error,
                    "d" => Kind::Iso,
                    _ => Kind::Number,
                }
            }
            _ => {}
        })?;
        self.next = cell.column.saturating_add(1);
        // A cell that claims to be in another row than the one around it would move data.
        if bad || cell.line != self.line {
            Err(Fault::Damaged("a cell is not where it says".to_owned()))
        } else {
            Ok(())
        }
    }

    fn close_cell(&mut self, sink: &mut impl Sink) {
        let Some(value) = self.value() else { return };
        let limits = sink.limits();
        let (column, line) = (self.cell.column, self.cell.line);
        if column >= limits.columns || line > limits.rows {
            sink.far_cells(line, column..=column);
            return;
        }
        let column = column as usize;
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Value::Empty);
        }
        self.cells[column] = value;
        self.links.extend(leads_to(&self.cell.formula).map(|target| (self.cell.column, target)));
    }

    fn close_row(&mut self, sink: &mut impl Sink) {
        sink.row(&Row { line: self.line, cells: &self.cells, lines: &[] });
        self.cells.clear();
        for (column, target) in self.links.drain(..) {
            sink.hyperlink(self.line, column, &target);
        }
    }
}

impl<'b> Reader<'b> {
    /// What the cell holds, if anything.
    fn value(&mut self) -> Option<Value<'b>> {
        let cell = &mut self.cell;
        if cell.text.is_empty() {
            let is_text = matches!(cell.kind, Kind::Inline | Kind::Shared);
            return (cell.has_formula && !is_text).then_some(Value::NoResult);
        }
        Some(match cell.kind {
            Kind::Shared => {
                let found = cell.text.trim().parse().ok().and_then(|index| self.book.strings.get(index));
                // A number without a text is a damaged cell, not an empty one.
                found.map_or(Value::Fault(Cow::Borrowed("#REF!")), |text| Value::Text(Cow::Borrowed(text)))
            }
            Kind::Truth => Value::Truth(matches!(cell.text.trim(), "1" | "true")),
            Kind::Error => Value::Fault(Cow::Owned(std::mem::take(&mut cell.text))),
            Kind::Number if let Ok(number) = cell.text.trim().parse() => {
                number_shown(number, self.book.styles.shown(cell.style), self.book.from_1904)
            }
            Kind::Number | Kind::Inline | Kind::Iso => {
                Value::Text(Cow::Owned(unescaped(std::mem::take(&mut cell.text))))
            }
        })
    }
}

/// A number as its format shows it.
fn number_shown(number: f64, shown: Shown, from_1904: bool) -> Value<'static> {
    let value = match shown {
        Shown::Number | Shown::Time => None,
        Shown::Day => serial(number.floor(), from_1904).map(|time| Value::Day(time.date())),
        Shown::DayAndTime => serial(number, from_1904).map(Value::Civil),
    };
    value.unwrap_or(Value::Number(number))
}

/// The day and time of a serial number: days since 30 December 1899 (right from March 1900 on,
/// because Excel counts a 29 February 1900) or 1 January 1904, to the second.
fn serial(number: f64, from_1904: bool) -> Option<jiff::civil::DateTime> {
    let zero = if from_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) };
    if !number.is_finite() || number.abs() > 3_000_000.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 3e6 days, that is 2.6e11 seconds")]
    let seconds = (number * 86_400.0).round() as i64;
    zero.to_datetime(jiff::civil::Time::midnight()).checked_add(SignedDuration::from_secs(seconds)).ok()
}

/// Column from 0 and row from 1 of "F7".
fn position(text: &str) -> Option<(u32, u32)> {
    let split = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(split);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0;
    for letter in letters.bytes().map(|letter| letter.to_ascii_uppercase()) {
        column = column * 26 + u32::from(letter.checked_sub(b'A').filter(|offset| *offset < 26)?) + 1;
    }
    let line = digits.parse().ok().filter(|line| *line > 0)?;
    Some((column - 1, line))
}

/// First and last cell of "A7:C9".
fn range(text: &str) -> Option<((u32, u32), (u32, u32))> {
    let (from, to) = text.split_once(':')?;
    Some((position(from)?, position(to)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_name_is_a_position() {
        assert_eq!(position("A1"), Some((0, 1)));
        assert_eq!(position("XFD1048576"), Some((16_383, 1_048_576)));
        for wrong in ["", "A", "1", "A0", "ABCD1", "A99999999999", "é1", "A-1"] {
            assert_eq!(position(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn serial_numbers_are_days_from_the_start_of_their_count() {
        let day = date(2017, 6, 23);
        assert_eq!(number_shown(42_909.0, Shown::Day, false), Value::Day(day));
        assert_eq!(number_shown(41_447.0, Shown::Day, true), Value::Day(day));
        assert_eq!(number_shown(42_909.75, Shown::Day, false), Value::Day(day), "as it is shown");
        let evening = Value::Civil(day.at(18, 0, 0, 0));
        assert_eq!(number_shown(42_909.75, Shown::DayAndTime, false), evening);
        assert_eq!(number_shown(f64::MAX, Shown::Day, false), Value::Number(f64::MAX));
    }
}
