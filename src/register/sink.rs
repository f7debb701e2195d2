//! What takes the rows of a sheet, whichever program saved it.

use std::ops::RangeInclusive;

use super::{Limits, TextRow, columns::Sheet, intake::Intake, value::Row};

/// What takes the rows of a sheet.
pub(super) trait Sink {
    /// How much is read at most.
    fn limits(&self) -> Limits;
    /// One row.
    fn row(&mut self, row: &Row<'_>);
    /// Merged cells: first and last row from 1, first and last column from 0.
    fn merged(&mut self, rows: (u32, u32), columns: (u32, u32));
    /// The address of the web behind what a cell says: its row from 1, its column from 0.
    fn hyperlink(&mut self, _line: u32, _column: u32, _target: &str) {}
    /// Cells of a row beyond what is read, by their columns from 0.
    fn far_cells(&mut self, line: u32, columns: RangeInclusive<u32>);
    /// More equal rows than a register has.
    fn equal_rows(&mut self, first: u32, last: u32);
}

/// A sheet of a register.
pub(super) struct OfRegister<'i, 's> {
    pub(super) sheet: Sheet,
    pub(super) intake: &'i mut Intake<'s>,
}

impl Sink for OfRegister<'_, '_> {
    fn limits(&self) -> Limits {
        self.intake.settings.limits
    }

    fn row(&mut self, row: &Row<'_>) {
        self.intake.row(self.sheet, row);
    }

    fn merged(&mut self, rows: (u32, u32), columns: (u32, u32)) {
        self.intake.merged(self.sheet, rows, columns);
    }

    fn hyperlink(&mut self, line: u32, column: u32, target: &str) {
        if self.sheet == Sheet::Actions {
            self.intake.hyperlink(line, column, target);
        }
    }

    fn far_cells(&mut self, line: u32, columns: RangeInclusive<u32>) {
        self.intake.far_cells(self.sheet, line, columns);
    }

    fn equal_rows(&mut self, first: u32, last: u32) {
        self.intake.wrong(self.sheet, first, None, || {
            format!("The rows from here to {last} are all the same. Remove the ones that are not needed.")
        });
    }
}

/// A sheet as plain text, for tables that are no register.
pub(super) struct Grid {
    limits: Limits,
    rows: Vec<TextRow>,
    /// The first row that is not read whole.
    beyond: Option<u32>,
}

impl Grid {
    /// One without rows.
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, rows: Vec::new(), beyond: None }
    }

    /// Its rows; the error is a sentence about the sheet of this title.
    pub(super) fn into_rows(self, title: &str) -> Result<Vec<TextRow>, String> {
        match self.beyond {
            Some(line) => Err(format!(
                "The sheet {title} has a cell in row {line} that lies far outside the table. Empty it."
            )),
            None => Ok(self.rows),
        }
    }
}

impl Sink for Grid {
    fn limits(&self) -> Limits {
        self.limits
    }

    fn row(&mut self, row: &Row<'_>) {
        let cells: Vec<_> = row.cells.iter().map(|cell| cell.as_text().into_owned()).collect();
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            self.rows.push(TextRow { line: row.line, cells });
        }
    }

    fn merged(&mut self, _: (u32, u32), _: (u32, u32)) {}

    fn far_cells(&mut self, line: u32, _: RangeInclusive<u32>) {
        self.beyond.get_or_insert(line);
    }

    fn equal_rows(&mut self, first: u32, _: u32) {
        self.beyond.get_or_insert(first);
    }
}
