//! Collecting every mistake of a reading, each at its place, without drowning in them.
//!
//! A message is only put together when it will be kept: a sheet of a million bad rows costs a
//! million counts, not a million sentences.

use std::sync::Arc;

use crate::action::{Place, Problem, Problems, Severity};

/// So many problems are shown; of the rest only the number is.
const SHOWN: usize = 200;
/// So many are kept, to be sorted by place before the first are shown.
const KEPT: usize = 2_000;

/// How places in a source are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Cells of a spreadsheet: "cell F7".
    Grid,
    /// Lines of a CSV file: "line 7, column Deadline".
    Lines,
    /// Keys of a TOML file: "line 7, key deadline".
    Keys,
}

/// One sheet, or a file that is one.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Problems are shown in this order of their sources.
    pub(super) order: u32,
    /// The file as it is shown.
    pub(super) file: Arc<str>,
    /// The sheet, in a workbook.
    pub(super) sheet: Option<Arc<str>>,
    /// How places are named.
    pub(super) form: Form,
}

impl Source {
    /// The whole sheet or file.
    pub(super) fn whole(&self) -> Spot<'_> {
        Spot { source: self, line: 0, column: None }
    }

    /// A row, counted from 1 as people do.
    pub(super) fn row(&self, line: u32) -> Spot<'_> {
        Spot { source: self, line, column: None }
    }

    /// A cell: line from 1, column from 0, and the header above it.
    pub(super) fn cell<'s>(&'s self, line: u32, column: u32, header: &'s str) -> Spot<'s> {
        Spot { source: self, line, column: Some((column, header)) }
    }
}

/// A place that has not been put in words yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'s> {
    source: &'s Source,
    line: u32,
    column: Option<(u32, &'s str)>,
}

impl Spot<'_> {
    /// The place in words.
    pub(super) fn place(&self) -> Place {
        let grid = self.source.form == Form::Grid;
        let spot = match self.column {
            Some((column, _)) if grid => Some(format!("cell {}", self.cell_name(column))),
            None if grid && self.line > 0 => Some(format!("row {}", self.line)),
            Some((column, "")) => Some(format!("column {}", column + 1)),
            Some((_, header)) if self.source.form == Form::Keys => Some(format!("key {header}")),
            Some((_, header)) => Some(format!("column {header}")),
            None => None,
        };
        Place {
            file: self.source.file.clone(),
            sheet: self.source.sheet.clone(),
            line: (!grid && self.line > 0).then_some(self.line),
            spot: spot.map(Arc::from),
        }
    }

    /// The place as another place of the same sheet refers to it: "cell A5", "line 5".
    pub(super) fn nearby(&self) -> String {
        match (self.source.form, self.column) {
            (Form::Grid, Some((column, _))) => format!("cell {}", self.cell_name(column)),
            (Form::Grid, None) => format!("row {}", self.line),
            _ => format!("line {}", self.line),
        }
    }

    fn cell_name(&self, column: u32) -> String {
        format!("{}{}", column_letters(column), self.line)
    }

    fn key(&self) -> Key {
        (self.source.order, self.line, self.column.map_or(0, |(column, _)| column + 1))
    }
}

/// The letters of a column counted from 0, as spreadsheet programs show them: A, Z, AA, XFD.
#[must_use]
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Order of sources, line, column.
type Key = (u32, u32, u32);

/// Problems of one sort: the first ones, and how many there were.
#[derive(Debug, Default)]
struct Pile {
    kept: Vec<(Key, Problem)>,
    count: usize,
}

impl Pile {
    fn add(&mut self, severity: Severity, spot: Spot<'_>, message: impl FnOnce() -> String) {
        self.count += 1;
        if self.kept.len() < KEPT {
            self.kept.push((spot.key(), Problem { place: spot.place(), severity, message: message() }));
        }
    }

    /// Drops what is kept of the cells from the first to the last row and column, 1 and 0 being the first of all.
    fn forget(&mut self, source: &Source, rows: (u32, u32), columns: (u32, u32)) {
        let before = self.kept.len();
        self.kept.retain(|((order, line, column), _)| {
            let is_there =
                (rows.0..=rows.1).contains(line) && (columns.0 + 1..=columns.1 + 1).contains(column);
            *order != source.order || !is_there
        });
        self.count -= before - self.kept.len();
    }

    /// The first `most` in the order of their places, and how many are left out.
    fn first(mut self, most: usize) -> (Vec<Problem>, usize) {
        self.kept.sort_by_key(|(key, _)| *key);
        let shown: Vec<_> = self.kept.into_iter().take(most).map(|(_, problem)| problem).collect();
        let left = self.count - shown.len();
        (shown, left)
    }
}

/// All problems of one reading so far.
#[derive(Debug, Default)]
pub(super) struct Collector {
    errors: Pile,
    remarks: Pile,
}

impl Collector {
    /// Something that must be mended.
    pub(super) fn error(&mut self, spot: Spot<'_>, message: impl FnOnce() -> String) {
        self.errors.add(Severity::Error, spot, message);
    }

    /// Drops the errors in some cells of a sheet, because something else is wrong with these cells: rows from 1, columns
    /// from 0, both first and last.
    pub(super) fn forget(&mut self, source: &Source, rows: (u32, u32), columns: (u32, u32)) {
        self.errors.forget(source, rows, columns);
    }

    /// Something that is probably not as meant.
    pub(super) fn warning(&mut self, spot: Spot<'_>, message: impl FnOnce() -> String) {
        self.remarks.add(Severity::Warning, spot, message);
    }

    /// Something that is good to know.
    pub(super) fn note(&mut self, spot: Spot<'_>, message: impl FnOnce() -> String) {
        self.remarks.add(Severity::Note, spot, message);
    }

    /// Whether anything must be mended.
    pub(super) fn any_error(&self) -> bool {
        self.errors.count > 0
    }

    /// Everything, errors first, each sort in the order of its places, at most 200, and then
    /// "and N more" at `file`.
    pub(super) fn finish(self, file: &Arc<str>) -> Problems {
        let any_error = self.any_error();
        let (mut shown, errors_left) = self.errors.first(SHOWN);
        let (remarks, remarks_left) = self.remarks.first(SHOWN - shown.len());
        shown.extend(remarks);
        let left = errors_left + remarks_left;
        if left > 0 {
            let place = Place { file: file.clone(), ..Place::default() };
            let severity = if any_error { Severity::Error } else { Severity::Note };
            shown.push(Problem { place, severity, message: format!("and {left} more.") });
        }
        Problems(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        let sheet = Some(Arc::from("Actions"));
        Source { order: 0, file: Arc::from("actions.xlsx"), sheet, form: Form::Grid }
    }

    #[test]
    fn columns_are_lettered_as_a_spreadsheet_does() {
        assert_eq!([0, 25, 26, 701, 702, 16_383].map(column_letters), ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn problems_come_in_the_order_of_their_cells_and_are_cut_at_two_hundred() {
        let source = source();
        let mut problems = Collector::default();
        for line in (1..=250).rev() {
            problems.error(source.cell(line, 5, "Deadline"), || "wrong.".to_owned());
        }
        let shown = problems.finish(&source.file);
        assert_eq!(shown.0.len(), 201);
        assert_eq!(shown.0[6].to_string(), "actions.xlsx, sheet Actions, cell F7: wrong.");
        assert_eq!(shown.0[200].to_string(), "actions.xlsx: and 50 more.");
    }
}
