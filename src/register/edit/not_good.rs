//! What edits would make of a register, where that is no good one.

use std::fmt;

use super::Written;
use crate::{
    action::{Problem, Problems},
    register::columns::squash,
};

/// A register that edits would spoil: what would be wrong with it.
#[derive(Debug)]
pub struct NotGood {
    /// All of it, as it is told of a register that is read.
    pub problems: Problems,
    pub(super) written: Vec<Written>,
}

impl NotGood {
    /// The column of an edit that one of the problems is about; none if it is about a whole row, or a cell that is not
    /// written.
    #[must_use]
    pub fn column(&self, problem: &Problem) -> Option<&'static str> {
        let spot = problem.place.spot.as_deref()?;
        let named = ["column ", "key "].iter().find_map(|word| spot.strip_prefix(word));
        let cell = problem.place.sheet.as_deref().zip(spot.strip_prefix("cell "));
        let cell = cell.map(|(sheet, cell)| format!("{sheet}!{cell}"));
        let is_it = |written: &&Written| match (named, &cell) {
            (Some(name), _) => squash(name) == squash(written.column),
            (None, Some(cell)) => written.place == *cell,
            (None, None) => false,
        };
        self.written.iter().find(is_it).map(|written| written.column)
    }
}

/// One line each.
impl fmt::Display for NotGood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problems.fmt(f)
    }
}
