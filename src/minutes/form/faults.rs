//! What is wrong with a form, cell by cell.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use super::{SHEET, columns::Column};
use crate::{
    action::{Place, Problem, Problems},
    register::column_letters,
};

/// The mistakes of a form, one for each cell.
#[derive(Debug)]
pub(super) struct Faults {
    file: Arc<str>,
    /// The columns of the form, as they stand in it; none for one of its owner's.
    pub(super) header: Vec<Option<Column>>,
    /// By row and place of the column; what is wrong with a whole row or table comes before its cells.
    found: BTreeMap<(u32, Option<usize>), Vec<String>>,
}

impl Faults {
    /// None yet, of a file that is shown so.
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.into(), header: Vec::new(), found: BTreeMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Notes a mistake in a cell, or of a whole row; the first of a cell counts.
    pub(super) fn add(&mut self, line: u32, column: Option<Column>, why: String) {
        let at = column.and_then(|column| self.header.iter().position(|other| *other == Some(column)));
        let there = self.found.entry((line, at)).or_default();
        if there.is_empty() || at.is_none() && !there.contains(&why) {
            there.push(why);
        }
    }

    /// All of them with their places, in the order of these.
    pub(super) fn told(&self) -> Problems {
        let told = |(spot, why): (&(u32, Option<usize>), &Vec<String>)| {
            let place = self.place(spot.0, spot.1);
            why.iter().map(move |why| Problem::error(place.clone(), why)).collect::<Vec<_>>()
        };
        Problems(self.found.iter().flat_map(told).collect())
    }

    fn place(&self, line: u32, at: Option<usize>) -> Place {
        let file = self.file.clone();
        if self.is_workbook() {
            let letters = at.and_then(|at| u32::try_from(at).ok()).map(column_letters);
            let spot =
                letters.map_or_else(|| format!("row {line}"), |letters| format!("cell {letters}{line}"));
            return Place { file, sheet: Some(SHEET.into()), spot: Some(spot.into()), line: None };
        }
        let column = at.and_then(|at| self.header.get(at)).copied().flatten();
        let spot = column.map(|column| format!("column {}", column.header()).into());
        Place { file, sheet: None, line: Some(line), spot }
    }

    fn is_workbook(&self) -> bool {
        let ending = Path::new(&*self.file).extension().unwrap_or_default();
        ["xlsx", "xlsm", "ods"].iter().any(|workbook| ending.eq_ignore_ascii_case(workbook))
    }
}
