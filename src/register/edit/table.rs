//! Which row of a table has which action.

use super::{super::columns::Sheet, Edit, EditError};
use crate::action::ActionId;

/// A row as text, with where it stands.
pub(super) struct TextCells {
    /// Row of a sheet, or number of a record, from 0 or 1 as the caller counts.
    pub(super) at: u32,
    pub(super) cells: Vec<String>,
}

/// A table with its header.
pub(super) struct Table {
    /// The place of the header.
    pub(super) header: u32,
    /// How many columns the header has.
    pub(super) width: usize,
    /// For each column of the sheet Actions where it stands.
    columns: Vec<Option<usize>>,
    /// The rows below that hold anything.
    pub(super) rows: Vec<TextCells>,
}

impl Table {
    /// The table in these rows: its header is the first with the columns that no such sheet can do without.
    pub(super) fn find(rows: Vec<TextCells>) -> Option<Self> {
        let sheet = Sheet::Actions;
        let columns = |cells: &[String]| -> Vec<Option<usize>> {
            let place = |number| cells.iter().position(|cell| sheet.column_named(cell) == Some(number));
            (0..sheet.columns().len()).map(place).collect()
        };
        let is_header = |cells: &[String]| {
            let found = columns(cells);
            sheet.columns().iter().zip(&found).all(|(heading, at)| !heading.required || at.is_some())
        };
        let at = rows.iter().position(|row| is_header(&row.cells))?;
        let mut rows = rows.into_iter().skip(at);
        let header = rows.next()?;
        let rows = rows.filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty())).collect();
        Some(Self { header: header.at, width: header.cells.len(), columns: columns(&header.cells), rows })
    }

    /// Where a column of the sheet Actions stands.
    pub(super) fn column(&self, number: usize) -> Option<usize> {
        self.columns.get(number).copied().flatten()
    }

    /// The place of the last row, or of the header.
    pub(super) fn last(&self) -> u32 {
        self.rows.last().map_or(self.header, |row| row.at)
    }

    /// The row of an action. A row that calls the same person or seat by another name is found as well, if it is the only
    /// one with that reference.
    pub(super) fn row_of(&self, id: &ActionId) -> Result<&TextCells, EditError> {
        let cell = |row: &TextCells, name: &str| {
            let at = Sheet::Actions.column_named(name).and_then(|number| self.column(number));
            at.and_then(|at| row.cells.get(at)).cloned().unwrap_or_default()
        };
        let named = |row: &&TextCells| ActionId::new(&cell(row, "Ref"), &cell(row, "Asked of"));
        if let Some(row) = self.rows.iter().find(|row| named(row) == *id) {
            return Ok(row);
        }
        let mut same = self.rows.iter().filter(|row| named(row).reference() == id.reference());
        match (same.next(), same.next()) {
            (Some(row), None) => Ok(row),
            _ => Err(EditError::NoRow { action: id.to_string() }),
        }
    }

    /// The edits by whether their rows are there.
    pub(super) fn sorted<'e>(&'e self, edits: &'e [Edit]) -> Result<Sorted<'e>, EditError> {
        let mut sorted = Sorted::default();
        for edit in edits {
            match &edit.of {
                Some(id) => sorted.rows.push((self.row_of(id)?, edit)),
                None => sorted.new.push(edit),
            }
        }
        Ok(sorted)
    }
}

/// Edits by whether their rows are there.
#[derive(Default)]
pub(super) struct Sorted<'e> {
    /// Of rows that are there, each with its row.
    pub(super) rows: Vec<(&'e TextCells, &'e Edit)>,
    /// Of new rows.
    pub(super) new: Vec<&'e Edit>,
}
