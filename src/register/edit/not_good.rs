//! What edits would make of a register, where that is no good one.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
};

use super::{Edit, Target, Written};
use crate::{
    action::{Place, Problem, Problems, Severity},
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

impl NotGood {
    /// Which of these edits, that were tried together, each error is about: errors with the number of their edit, from 0, and
    /// those in rows that none of them writes. None if the file does not tell the rows apart that were written.
    #[must_use]
    pub fn by_edit(&self, edits: &[Edit]) -> Option<ByEdit<'_>> {
        let numbers = self.rows(edits)?;
        let mut found = ByEdit::default();
        for error in self.problems.0.iter().filter(|problem| problem.severity == Severity::Error) {
            match row_of(&error.place).and_then(|row| numbers.get(&row)) {
                Some(edit) => found.of_edits.push((*edit, error)),
                None => found.others.push(error),
            }
        }
        Some(found)
    }

    /// The rows that were written, each with the number of the edit that wrote it. New ones stand in the order of their
    /// edits.
    fn rows(&self, edits: &[Edit]) -> Option<HashMap<Row<'_>, usize>> {
        let number_of = |of: &dyn Fn(&Target) -> bool| edits.iter().position(|edit| of(&edit.of));
        let mut new = (0..).zip(edits).filter(|(_, edit)| edit.of == Target::New).map(|(number, _)| number);
        let mut rows = HashMap::new();
        for written in &self.written {
            let Entry::Vacant(row) = rows.entry(written_row(&written.place)?) else { continue };
            let number = match &written.action {
                Some(id) => number_of(&|of| matches!(of, Target::Action(other) if other == id)),
                None => new.next().filter(|_| written.is_new),
            };
            row.insert(number?);
        }
        Some(rows)
    }
}

/// Errors by the edit that they are about.
#[derive(Debug, Default)]
pub struct ByEdit<'e> {
    /// Each with the number of its edit.
    pub of_edits: Vec<(usize, &'e Problem)>,
    /// Those that are in no row that was written.
    pub others: Vec<&'e Problem>,
}

/// A row: its sheet, if the file has sheets, and its number, or that of its line.
type Row<'t> = (Option<&'t str>, u32);

/// The row in which a problem is.
fn row_of(place: &Place) -> Option<Row<'_>> {
    let in_workbook = || {
        let spot = place.spot.as_deref()?;
        let number = spot.strip_prefix("row ").or_else(|| Some(number_in(spot.strip_prefix("cell ")?)))?;
        Some((place.sheet.as_deref(), number.parse().ok()?))
    };
    place.line.map(|line| (None, line)).or_else(in_workbook)
}

/// The row of a place that was written: "Actions!F5", "line 12", "line 12 (new)".
fn written_row(place: &str) -> Option<Row<'_>> {
    if let Some((sheet, cell)) = place.rsplit_once('!') {
        return Some((Some(sheet), number_in(cell).parse().ok()?));
    }
    let line = place.strip_prefix("line ")?;
    Some((None, line.strip_suffix(" (new)").unwrap_or(line).parse().ok()?))
}

/// "5" of "F5"
fn number_in(cell: &str) -> &str {
    cell.trim_start_matches(|c: char| c.is_ascii_alphabetic())
}

/// One line each.
impl fmt::Display for NotGood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problems.fmt(f)
    }
}
