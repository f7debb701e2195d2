//! Which column of a table is which.

use std::collections::BTreeSet;

use super::{
    clean::quoted,
    columns::{Column, Sheet, extra_key, squash},
    problems::{Collector, Form, Source, Spot},
    value::{Row, Value},
};
use crate::action::{nearest, tidy};

/// Unknown columns that one note names.
const NAMED: usize = 8;

/// What becomes of the cells of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A known column, by its number.
    Known(usize),
    /// An unknown one, kept under this key.
    Extra(String),
    /// Not kept.
    Nothing,
}

/// The columns of one table, in their order there.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Line or row of the header itself; 0 where every row brings its own keys.
    pub(super) line: u32,
    targets: Vec<Target>,
    names: Vec<String>,
    /// The same as headers are compared: rows that bring their keys look here for each cell.
    squashed: Vec<String>,
    /// For each known column, where it stands.
    at: Vec<Option<u32>>,
    /// Keys that are like no column, and their lines, in a syntax in which each row names its cells.
    unknown_keys: Vec<(u32, u32)>,
}

impl Header {
    /// The header that `row` is. Doubled, missing and unknown columns are told; `None` if
    /// the rows below cannot be read for that.
    pub(super) fn read(
        sheet: Sheet,
        row: &Row<'_>,
        source: &Source,
        problems: &mut Collector,
    ) -> Option<Self> {
        let mut header = Self::empty(sheet, row.line);
        let mut good = true;
        for (column, cell) in (0..).zip(row.cells) {
            let name = tidy(&cell.as_text());
            if let Some(code) = cell.fault() {
                problems.error(source.cell(row.line, column, &name), || {
                    format!("The header is the formula error {code}.")
                });
                good = false;
            }
            good &= header.add(sheet, name, source, problems);
        }
        header.tell_unknown(sheet, source, problems);
        (header.is_complete(sheet, source, problems) && good).then_some(header)
    }

    /// The known columns, in their own order: for a syntax in which each row names its cells.
    pub(super) fn of_keys(sheet: Sheet) -> Self {
        let mut header = Self::empty(sheet, 0);
        for (index, heading) in sheet.columns().iter().enumerate() {
            header.at[index] = u32::try_from(index).ok();
            header.targets.push(Target::Known(index));
            header.names.push(heading.name.to_lowercase().replace(' ', "_"));
            header.squashed.push(squash(heading.name));
        }
        header
    }

    fn empty(sheet: Sheet, line: u32) -> Self {
        Self {
            line,
            targets: Vec::new(),
            names: Vec::new(),
            squashed: Vec::new(),
            at: vec![None; sheet.columns().len()],
            unknown_keys: Vec::new(),
        }
    }

    /// Where the cells of a key go, in a syntax in which each row names its cells; a new key becomes a column, and is told
    /// of at its line if it is nearly another one. `has` says whether the row has the key of a column.
    pub(super) fn column_of_key(
        &mut self,
        sheet: Sheet,
        (key, line): (&str, u32),
        has: impl Fn(&str) -> bool,
        source: &Source,
        problems: &mut Collector,
    ) -> usize {
        let squashed = squash(key);
        if let Some(known) = self.squashed.iter().position(|name| *name == squashed) {
            return known;
        }
        self.names.push(tidy(key));
        self.squashed.push(squashed);
        self.targets.push(unknown(sheet, &self.names[self.names.len() - 1]));
        let missing = sheet.columns().iter().map(|heading| heading.name).filter(|name| !has(name));
        let column = small(self.names.len() - 1);
        match nearest(key, missing) {
            None => self.unknown_keys.push((column, line)),
            likely => tell_unknown(sheet, key, likely, source.cell(line, column, key), problems),
        }
        self.names.len() - 1
    }

    /// Tells of the keys that are like no column, all together at the first.
    pub(super) fn tell_keys(&self, sheet: Sheet, source: &Source, problems: &mut Collector) {
        if let Some((column, line)) = self.unknown_keys.first() {
            problems.note(source.cell(*line, *column, self.name(*column)), || {
                let names: Vec<_> =
                    self.unknown_keys.iter().map(|(column, _)| quoted(self.name(*column))).collect();
                unknown_columns(sheet, &names)
            });
        }
    }

    /// Takes in the next header cell; `false` if it is there twice.
    fn add(&mut self, sheet: Sheet, name: String, source: &Source, problems: &mut Collector) -> bool {
        let squashed = squash(&name);
        let doubled = self.squashed.iter().position(|other| !squashed.is_empty() && *other == squashed);
        self.names.push(name);
        self.squashed.push(squashed.clone());
        let column = self.names.len() - 1;
        if let Some(first) = doubled {
            let first = match source.form {
                Form::Grid => source.cell(self.line, small(first), "").nearby(),
                Form::Lines | Form::Keys => format!("column {}", first + 1),
            };
            let name = &self.names[column];
            problems.error(source.cell(self.line, small(column), name), || {
                format!(
                    "The header {} is there twice, also in {first}. Rename or remove one of them.",
                    quoted(name)
                )
            });
            self.targets.push(Target::Nothing);
            return false;
        }
        let target = match sheet.column_named(&squashed) {
            Some(index) => {
                self.at[index] = Some(small(column));
                Target::Known(index)
            }
            None if squashed.is_empty() => Target::Nothing,
            None => unknown(sheet, &self.names[column]),
        };
        self.targets.push(target);
        true
    }

    /// Tells of the columns that are none of the sheet's, and which of those that are missing is most likely meant.
    fn tell_unknown(&self, sheet: Sheet, source: &Source, problems: &mut Collector) {
        let missing = || {
            let columns = sheet.columns().iter().zip(&self.at);
            columns.filter(|(_, at)| at.is_none()).map(|(heading, _)| heading.name)
        };
        let mut others = Vec::new();
        for (column, (name, squashed)) in self.names.iter().zip(&self.squashed).enumerate() {
            let is_first = self.squashed.iter().position(|other| other == squashed) == Some(column);
            if !is_first || squashed.is_empty() || sheet.column_named(squashed).is_some() {
                continue;
            }
            match nearest(name, missing()) {
                None => others.push((column, name)),
                likely => {
                    tell_unknown(sheet, name, likely, source.cell(self.line, small(column), name), problems);
                }
            }
        }
        let Some((first, name)) = others.first() else { return };
        problems.note(source.cell(self.line, small(*first), name), || {
            let names: Vec<_> = others.iter().map(|(_, name)| quoted(name)).collect();
            unknown_columns(sheet, &names)
        });
    }

    /// Whether all required columns are there; the missing ones are told with what is there.
    fn is_complete(&self, sheet: Sheet, source: &Source, problems: &mut Collector) -> bool {
        let mut complete = true;
        for (heading, at) in sheet.columns().iter().zip(&self.at) {
            if heading.required && at.is_none() {
                complete = false;
                problems.error(source.row(self.line), || {
                    let seen: Vec<_> = self.names.iter().filter(|name| !name.is_empty()).map(|name| quoted(name)).collect();
                    format!(
                        "There is no column {}. The headers are {}. Add it, or correct the one that was meant.",
                        heading.name,
                        seen.join(", ")
                    )
                });
            }
        }
        complete
    }

    /// The cell of a known column and where it stands, if the table has the column.
    pub(super) fn cell<'r>(&self, row: &Row<'r>, column: impl Column) -> Option<(u32, &'r Value<'r>)> {
        let at = self.place(column)?;
        Some((at, row.cells.get(at as usize).unwrap_or(&Value::Empty)))
    }

    /// Where a known column stands, if the table has it.
    pub(super) fn place(&self, column: impl Column) -> Option<u32> {
        self.at.get(column.index()).copied().flatten()
    }

    /// Where a known column stands; 0 if the table does not have it.
    pub(super) fn position(&self, column: impl Column) -> u32 {
        self.place(column).unwrap_or(0)
    }

    /// The header above a column, as it is written.
    pub(super) fn name(&self, column: u32) -> &str {
        self.names.get(column as usize).map_or("", String::as_str)
    }

    /// What becomes of the cells of a column.
    pub(super) fn target(&self, column: usize) -> Option<&Target> {
        self.targets.get(column)
    }

    /// How many columns have a header.
    pub(super) fn width(&self) -> usize {
        self.names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1)
    }
}

/// What becomes of the cells of a column that is none of the sheet's.
fn unknown(sheet: Sheet, name: &str) -> Target {
    if sheet == Sheet::Actions { Target::Extra(extra_key(name)) } else { Target::Nothing }
}

/// A name that is nearly that of a column which is not there is probably a slip, and what stands below it is not told.
fn tell_unknown(sheet: Sheet, name: &str, likely: Option<&str>, spot: Spot<'_>, problems: &mut Collector) {
    let said = || unknown_columns(sheet, &[quoted(name)]);
    match likely {
        Some(likely) => problems.warning(spot, || format!("{} Did you mean {likely}?", said())),
        None => problems.note(spot, said),
    }
}

/// What becomes of columns that are none of the sheet's.
fn unknown_columns(sheet: Sheet, names: &[String]) -> String {
    let kept = sheet == Sheet::Actions;
    let fate = if kept { "their cells are kept for templates" } else { "they are ignored" };
    let listed = match (names.split_at_checked(NAMED), names.split_last()) {
        (_, Some((name, []))) => {
            let fate = if kept { "its cells are kept for templates" } else { "it is ignored" };
            return format!("{name} is not a column that rappel knows; {fate}.");
        }
        (Some((shown, more @ [_, ..])), _) => format!("{} and {} more", shown.join(", "), more.len()),
        (_, Some((last, others))) => format!("{} and {last}", others.join(", ")),
        (_, None) => return String::new(),
    };
    format!("{listed} are not columns that rappel knows; {fate}.")
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Form {
    /// Whether a row has no more cells than its header. In a CSV file more are an error: a
    /// separator inside a cell has shifted the others. A column without a header is told of once.
    pub(super) fn is_fitting(
        self,
        row: &Row<'_>,
        header: &Header,
        source: &Source,
        headless: &mut BTreeSet<u32>,
        problems: &mut Collector,
    ) -> bool {
        let Some(last) = row.cells.iter().rposition(|cell| !cell.is_empty()) else { return true };
        if self == Self::Lines && last >= header.width() {
            problems.error(source.row(row.line), || {
                format!(
                    "The row has {} cells, but the header has {}. Put a cell that contains the separator in quotation marks.",
                    last + 1,
                    header.width()
                )
            });
            return false;
        }
        for (column, cell) in (0..).zip(row.cells) {
            let headless_cell = self != Self::Keys && !cell.is_empty() && header.name(column).is_empty();
            if headless_cell && headless.insert(column) {
                problems.note(source.cell(row.line, column, ""), || {
                    "The column has no header; its cells are ignored.".to_owned()
                });
            }
        }
        true
    }
}
