//! The XML of a sheet with the places of its rows and cells (ECMA-376 part 1, 18.3.1).

use std::ops::Range;

use crate::office::{Tag, TagKind, tags, unescaped};

/// A sheet's XML, taken apart without changing it.
pub(super) struct SheetXml<'t> {
    pub(super) text: &'t str,
    /// The prefix of its elements: "x:", or nothing.
    pub(super) prefix: &'t str,
    pub(super) rows: Vec<RowXml<'t>>,
    /// Before the end of `sheetData`.
    pub(super) end_of_rows: usize,
}

/// A row.
pub(super) struct RowXml<'t> {
    pub(super) number: u32,
    pub(super) tag: Tag<'t>,
    /// From its start to behind its end.
    pub(super) span: Range<usize>,
    pub(super) cells: Vec<CellXml>,
}

/// A cell.
pub(super) struct CellXml {
    /// From 0.
    pub(super) column: usize,
    pub(super) span: Range<usize>,
    pub(super) style: Option<String>,
    /// What it holds: "s" for a shared text, "n" for a number.
    pub(super) kind: String,
    pub(super) has_formula: bool,
    /// The content of its value as it stands there.
    pub(super) value: String,
}

impl CellXml {
    /// Whether it holds nothing but a style.
    pub(super) fn is_empty(&self) -> bool {
        self.value.is_empty() && !self.has_formula
    }

    /// Whether it holds a number, as dates are.
    pub(super) fn is_number(&self) -> bool {
        self.kind == "n" && !self.value.is_empty() && !self.has_formula
    }
}

impl RowXml<'_> {
    pub(super) fn cell(&self, column: usize) -> Option<&CellXml> {
        self.cells.iter().find(|cell| cell.column == column)
    }
}

impl<'t> SheetXml<'t> {
    /// Takes a sheet apart; none if it has no rows element.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let mut sheet = Self { text, prefix: "", rows: Vec::new(), end_of_rows: 0 };
        let mut inside = false;
        let mut value_from = None;
        for tag in tags(text) {
            match (tag.name(), tag.kind) {
                ("sheetData", TagKind::Open) => {
                    inside = true;
                    sheet.prefix = tag.prefix();
                }
                ("sheetData", TagKind::Close) if inside => {
                    sheet.end_of_rows = tag.span.start;
                    return Some(sheet);
                }
                ("row", TagKind::Open | TagKind::Empty) if inside => sheet.begin_row(tag),
                ("row", TagKind::Close) if inside => {
                    if let Some(row) = sheet.rows.last_mut() {
                        row.span.end = tag.span.end;
                    }
                }
                ("c", TagKind::Open | TagKind::Empty) if inside => sheet.begin_cell(&tag),
                (name, kind) if inside => {
                    let Some(cell) = sheet.rows.last_mut().and_then(|row| row.cells.last_mut()) else {
                        continue;
                    };
                    match (name, kind) {
                        ("c", TagKind::Close) => cell.span.end = tag.span.end,
                        ("f", TagKind::Open | TagKind::Empty) => cell.has_formula = true,
                        ("v" | "t", TagKind::Open) => value_from = Some(tag.span.end),
                        ("v" | "t", TagKind::Close) => {
                            if let Some(from) = value_from.take() {
                                cell.value.push_str(&unescaped(text.get(from..tag.span.start)?));
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn begin_row(&mut self, tag: Tag<'t>) {
        let before = self.rows.last().map_or(0, |row| row.number);
        let number = tag.attribute("r").and_then(|number| number.parse().ok()).unwrap_or(before + 1);
        self.rows.push(RowXml { number, span: tag.span.clone(), tag, cells: Vec::new() });
    }

    fn begin_cell(&mut self, tag: &Tag<'_>) {
        let Some(row) = self.rows.last_mut() else { return };
        let next = row.cells.last().map_or(0, |cell| cell.column + 1);
        let text = |name| tag.attribute(name).map(std::borrow::Cow::into_owned);
        row.cells.push(CellXml {
            column: text("r").and_then(|at| column_of(&at)).unwrap_or(next),
            span: tag.span.clone(),
            style: text("s"),
            kind: text("t").unwrap_or_else(|| "n".to_owned()),
            has_formula: false,
            value: String::new(),
        });
    }

    /// The row of this number.
    pub(super) fn row(&self, number: u32) -> Option<&RowXml<'t>> {
        self.rows.iter().find(|row| row.number == number)
    }
}

/// The column of a place, from 0: 1 for "B7".
fn column_of(place: &str) -> Option<usize> {
    let letters = place.trim_start_matches('$').bytes().take_while(u8::is_ascii_alphabetic);
    let number =
        letters.fold(0, |number, letter| number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}

/// The letters of a column, from 0: "B" for 1.
pub(super) fn letters(column: usize) -> String {
    let (mut left, mut out) = (column + 1, Vec::new());
    while left > 0 {
        out.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or_default()));
        left = (left - 1) / 26;
    }
    out.iter().rev().collect()
}

/// The ranges of an attribute ("A1:P9 D2") with those that end at row `last` ending at row `new`; none if none
/// of them does.
pub(super) fn stretched(ranges: &str, last: u32, new: u32) -> Option<String> {
    let mut is_changed = false;
    let stretch = |range: &str| {
        let (from, to) = range.split_once(':').unwrap_or((range, range));
        let row = to.trim_start_matches(|c: char| c == '$' || c.is_ascii_alphabetic());
        if row != last.to_string() {
            return range.to_owned();
        }
        is_changed = true;
        let column = &to[..to.len() - row.len()];
        format!("{from}:{column}{new}")
    };
    let out: Vec<_> = ranges.split(' ').map(stretch).collect();
    is_changed.then(|| out.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (number, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(number), name);
            assert_eq!(column_of(&format!("{name}7")), Some(number));
        }
    }

    #[test]
    fn only_ranges_that_end_at_the_last_row_are_stretched() {
        assert_eq!(stretched("A1:P9", 9, 11).as_deref(), Some("A1:P11"));
        assert_eq!(stretched("$A$1:$P$9", 9, 11).as_deref(), Some("$A$1:$P$11"));
        assert_eq!(stretched("D9 E2:E99", 9, 11).as_deref(), Some("D9:D11 E2:E99"));
        assert_eq!(stretched("A1:P19", 9, 11), None);
    }
}
