//! Which row of a table has which action.

use super::{Content, Edit, EditError, Edited, Shape, Target};
use crate::action::ActionId;

/// A column of the file from 0, its name, and what is written there.
pub(super) type NewText<'e> = (usize, &'static str, &'e Content);

/// A row as text, with where it stands.
pub(super) struct TextCells {
    /// Row of a sheet, or line of a file, from 1.
    pub(super) at: u32,
    pub(super) cells: Vec<String>,
}

/// A table with its header.
pub(super) struct Table {
    shape: Shape,
    /// The place of the header.
    pub(super) header: u32,
    /// How many columns the header has.
    pub(super) width: usize,
    /// For each column of the shape where it stands.
    columns: Vec<Option<usize>>,
    /// The rows below that hold anything.
    pub(super) rows: Vec<TextCells>,
}

impl Table {
    /// The table in these rows: its header is the first with the columns that no such sheet can do without.
    pub(super) fn find(rows: Vec<TextCells>, shape: &Shape) -> Option<Self> {
        let columns = |cells: &[String]| -> Vec<Option<usize>> {
            let place = |number| cells.iter().position(|cell| shape.column_named(cell) == Some(number));
            (0..shape.columns.len()).map(place).collect()
        };
        let is_header = |cells: &[String]| {
            let found = columns(cells);
            shape.columns.iter().zip(&found).all(|(heading, at)| !heading.required || at.is_some())
        };
        let at = rows.iter().position(|row| is_header(&row.cells))?;
        let mut rows = rows.into_iter().skip(at);
        let header = rows.next()?;
        let rows = rows.filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty())).collect();
        let columns = columns(&header.cells);
        Some(Self { shape: shape.clone(), header: header.at, width: header.cells.len(), columns, rows })
    }

    /// Where a column stands, by its name.
    fn column(&self, name: &str) -> Option<usize> {
        self.shape.column_named(name).and_then(|number| self.columns.get(number).copied().flatten())
    }

    /// The cells of an edit with the columns that they stand in, in the order of these. Those that the table has no
    /// column for are noted.
    pub(super) fn cells<'e>(&self, edit: &'e Edit, edited: &mut Edited) -> Vec<NewText<'e>> {
        let mut cells = Vec::new();
        for (name, content) in &edit.cells {
            match self.column(name) {
                Some(at) => cells.push((at, *name, content)),
                None => edited.misses(name),
            }
        }
        cells.sort_by_key(|(at, ..)| *at);
        cells
    }

    /// The place of the last row, or of the header.
    pub(super) fn last(&self) -> u32 {
        self.rows.last().map_or(self.header, |row| row.at)
    }

    /// The row of an action. A row that calls the same person or seat by another name is found as well, if it is the only
    /// one with that reference.
    fn row_of(&self, id: &ActionId) -> Result<&TextCells, EditError> {
        let cell = |row: &TextCells, name: &str| {
            self.column(name).and_then(|at| row.cells.get(at)).cloned().unwrap_or_default()
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

    fn row_at(&self, number: u32) -> Result<&TextCells, EditError> {
        let at = self.rows.binary_search_by_key(&number, |row| row.at);
        at.ok().and_then(|at| self.rows.get(at)).ok_or(EditError::NoTable)
    }

    /// The edits by whether their rows are there.
    pub(super) fn sorted<'e>(&'e self, edits: &'e [Edit]) -> Result<Sorted<'e>, EditError> {
        let mut sorted = Sorted::default();
        for edit in edits {
            match &edit.of {
                Target::Action(id) => sorted.rows.push((self.row_of(id)?, edit)),
                Target::Row(number) => sorted.rows.push((self.row_at(*number)?, edit)),
                Target::New => sorted.new.push(edit),
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
