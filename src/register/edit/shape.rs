//! Which table of a file is edited.

pub use super::super::columns::Heading;
use super::super::columns::{Sheet, squash};

/// A table that can be edited: the name of its sheet, and its columns. Case and spaces do not count in either.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The name of the sheet. A CSV file has but one.
    pub sheet: &'static str,
    /// The columns that can be written. The header of the table is the first row with all that are required.
    pub columns: Vec<Heading>,
}

impl Shape {
    /// The sheet Actions of a register.
    pub(super) fn actions() -> Self {
        Self { sheet: Sheet::Actions.name(), columns: Sheet::Actions.columns().to_vec() }
    }

    /// Whether a sheet of this title is the one.
    pub(super) fn is_sheet(&self, title: &str) -> bool {
        squash(title) == squash(self.sheet)
    }

    /// The number of the column that a header names.
    pub(super) fn column_named(&self, header: &str) -> Option<usize> {
        let squashed = squash(header);
        self.columns.iter().position(|heading| squash(heading.name) == squashed)
    }
}
