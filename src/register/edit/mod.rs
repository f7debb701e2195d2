//! Changes a few cells of the register's sheet Actions, and adds rows to it: everything else in the file stays as it is.
//!
//! A workbook is edited, not written anew: parts that are not concerned are copied byte for byte, and in
//! the sheet's XML every cell that is not concerned stays byte for byte. A CSV file keeps its separator, its encoding
//! and its line ends, a TOML file its comments and its order.
//!
//! [`prepare`] does all of it in memory and reads the result as a register; what would not be a good register is never
//! written. [`Prepared::commit`] puts it into its place: after a backup beside it, whole or not at all, and only if the
//! file is still what it was.

mod content_xml;
mod csv_file;
mod ods;
mod ods_row;
mod place;
mod sheet_xml;
mod splice;
mod table;
mod toml_text;
mod xlsx;

use std::path::PathBuf;

use jiff::civil::Date;

pub use place::{EditError, Prepared};

use super::{Reading, Settings, columns::Sheet};
use crate::action::ActionId;

/// A row that is changed or added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The action whose row is changed; none for a new row.
    pub of: Option<ActionId>,
    /// What is written, by the names of columns of the sheet Actions.
    pub cells: Vec<(&'static str, Content)>,
}

impl Edit {
    /// Its cells by the numbers of the columns; a name that is none is left out.
    fn numbered(&self) -> impl Iterator<Item = (usize, &'static str, &Content)> {
        self.cells
            .iter()
            .filter_map(|(name, content)| Some((Sheet::Actions.column_named(name)?, *name, content)))
    }
}

/// What a cell is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A text.
    Text(String),
    /// A day.
    Day(Date),
}

impl Content {
    /// As text; a day as 2017-06-23.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Day(day) => day.to_string(),
        }
    }
}

/// A cell that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where: "Actions!F5", "line 12".
    pub place: String,
    /// Its column.
    pub column: &'static str,
    /// What it held; empty for nothing.
    pub before: String,
    /// What it holds now.
    pub after: String,
}

/// A file as it is after the edits.
#[derive(Debug, Default)]
struct Edited {
    bytes: Vec<u8>,
    written: Vec<Written>,
    /// What could not be written because the sheet has no such column, each once.
    without_column: Vec<&'static str>,
}

impl Edited {
    fn misses(&mut self, column: &'static str) {
        if !self.without_column.contains(&column) {
            self.without_column.push(column);
        }
    }

    fn wrote(&mut self, place: String, column: &'static str, before: &str, content: &Content) {
        self.written.push(Written { place, column, before: before.to_owned(), after: content.text() });
    }
}

/// What the edits would make of the register that `settings` name, read back as a register.
pub fn prepare(settings: &Settings, edits: &[Edit]) -> Result<Prepared, EditError> {
    place::prepare(settings, edits)
}

/// Where the file is that has the actions: the register itself, or Actions.csv in its folder.
type Place = PathBuf;

/// The register as it would be, and what is good to know about it.
type After = Reading;
