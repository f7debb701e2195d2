//! Changes a few cells of a table, as the sheet Actions of the register, and adds rows to it: everything else in the file
//! stays as it is.
//!
//! A workbook is edited, not written anew: parts that are not concerned are copied byte for byte, and in
//! the sheet's XML every cell that is not concerned stays byte for byte. A CSV file keeps its separator, its encoding
//! and its line ends, a TOML file its comments and its order.
//!
//! [`prepare`] does all of it in memory and reads the result as a register; what would not be a good register is never
//! written. [`Prepared::commit`] puts it into its place: after a backup beside it, whole or not at all, and only if the
//! file is still what it was. A [`TableFile`] is the same for a table that is no register.

mod content_xml;
mod csv_file;
mod not_good;
mod ods;
mod ods_row;
mod place;
mod shape;
mod sheet_xml;
mod splice;
mod table;
mod table_file;
mod toml_text;
mod xlsx;

use std::path::PathBuf;

use jiff::civil::Date;

pub use not_good::{ByEdit, NotGood};
pub use place::{EditError, Prepared};
pub use shape::{Heading, Shape};
pub use table_file::TableFile;

use super::{Reading, Settings};
use crate::action::ActionId;

/// A row that is changed or added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Which row.
    pub of: Target,
    /// What is written, by the names of columns.
    pub cells: Vec<(&'static str, Content)>,
}

/// The row that an edit is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A new one below the last.
    New,
    /// The row of an action.
    Action(ActionId),
    /// The row of a sheet or the line of a file with this number, from 1.
    Row(u32),
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
    /// Whether its row was added.
    pub is_new: bool,
    /// The action of the row; none if the edit does not name one.
    pub action: Option<ActionId>,
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

    fn wrote(
        &mut self,
        edit: &Edit,
        place: String,
        column: &'static str,
        (before, content): (&str, &Content),
    ) {
        let action = match &edit.of {
            Target::Action(id) => Some(id.clone()),
            Target::New | Target::Row(_) => None,
        };
        let (before, after) = (before.to_owned(), content.text());
        self.written.push(Written { place, column, before, after, is_new: false, action });
    }

    /// A cell of a row that is added.
    fn added(&mut self, place: String, column: &'static str, content: &Content) {
        let after = content.text();
        self.written.push(Written {
            place,
            column,
            before: String::new(),
            after,
            is_new: true,
            action: None,
        });
    }
}

/// What the edits would make of the register that `settings` name, read back as a register.
pub fn prepare(settings: &Settings, edits: &[Edit]) -> Result<Prepared<Reading>, EditError> {
    place::prepare(settings, edits)
}

/// Where the file is that has the actions: the register itself, or Actions.csv in its folder.
type Place = PathBuf;
