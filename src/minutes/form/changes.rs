//! What a review makes of a form that was there: cells that change, and rows that come to it. Pure.
//!
//! Everything else in the form stays as people left it: their order of the rows, columns and sheets of their own, colours,
//! notes and widths.

use super::{SHEET, columns::Column, write::shortened};
use crate::{
    minutes::{Entry, Findings, Proposal},
    register::{
        TextRow,
        edit::{Content, Edit, Heading, Shape, Target},
    },
};

/// The row of a form that an entry has, and what it says there.
#[derive(Debug, Clone, PartialEq)]
pub struct FormRow {
    /// Row of the sheet or line of the file, from 1.
    pub line: u32,
    /// What was decided.
    pub decision: Option<super::Decision>,
    /// What is proposed, with what was corrected.
    pub proposal: Proposal,
}

/// The word of the column *Standing* for a row about which nothing is left to decide.
pub const SETTLED: &str = "settled";

/// The table of the form, as it is edited.
#[must_use]
pub fn shape() -> Shape {
    let heading =
        |column: Column| Heading { name: column.header(), required: Column::NEEDED.contains(&column) };
    Shape { sheet: SHEET, columns: Column::ALL.into_iter().map(heading).collect() }
}

/// The edits after which the form says what the findings say. `rows` are those of the form, `settled` the lines of rows
/// that the findings have no more, and that are over. In a `.csv` file a text that a spreadsheet program would take for a
/// formula gets an apostrophe in front.
#[must_use]
pub fn changes(rows: &[TextRow], findings: &Findings, settled: &[u32], is_workbook: bool) -> Vec<Edit> {
    let pen = Pen { rows, header: super::header(rows), is_workbook };
    let settle = |line: &u32| pen.settled(*line);
    let entries = findings.entries.iter().map(|entry| match &entry.row {
        Some(row) => pen.changed(row, entry),
        None => pen.new_row(entry),
    });
    entries.chain(settled.iter().map(settle)).filter(|edit| !edit.cells.is_empty()).collect()
}

struct Pen<'r> {
    rows: &'r [TextRow],
    header: Option<&'r TextRow>,
    is_workbook: bool,
}

impl Pen<'_> {
    fn new_row(&self, entry: &Entry) -> Edit {
        let cells = Column::ALL.into_iter().map(|column| (column, column.cell(entry)));
        let cells = cells.filter(|(_, text)| !text.is_empty());
        Edit { of: Target::New, cells: cells.map(|(column, text)| self.cell(column, text)).collect() }
    }

    /// What people may write is changed where the review changed it; what rappel alone writes where it says something else
    /// now.
    fn changed(&self, row: &FormRow, entry: &Entry) -> Edit {
        let before = Entry { decision: row.decision, proposal: row.proposal.clone(), ..entry.clone() };
        let changed = |column: &Column| {
            let now = column.cell(entry);
            if column.is_for_people() {
                return column.cell(&before) != now;
            }
            crate::action::tidy(self.text(row.line, *column)) != crate::action::tidy(&now)
        };
        let cells = Column::ALL.into_iter().filter(changed);
        let cells = cells.map(|column| self.cell(column, column.cell(entry)));
        Edit { of: Target::Row(row.line), cells: cells.collect() }
    }

    /// A row that waits for nothing any more. That it was accepted is over; that it was rejected stays.
    fn settled(&self, line: u32) -> Edit {
        let mut cells = Vec::new();
        if self.text(line, Column::Standing) != SETTLED {
            cells.push(self.cell(Column::Standing, SETTLED.to_owned()));
        }
        let decision = self.text(line, Column::Decision).parse::<super::Decision>();
        if decision.is_ok_and(|decision| decision != super::Decision::Reject) {
            cells.push(self.cell(Column::Decision, String::new()));
        }
        Edit { of: Target::Row(line), cells }
    }

    /// What a cell of the form says, without the apostrophe that guards it.
    fn text(&self, line: u32, column: Column) -> &str {
        let at =
            self.header.and_then(|row| row.cells.iter().position(|cell| Column::of(cell) == Some(column)));
        let row =
            self.rows.binary_search_by_key(&line, |row| row.line).ok().and_then(|row| self.rows.get(row));
        let cell = row.zip(at).and_then(|(row, at)| row.cells.get(at)).map_or("", |cell| cell.trim());
        super::decided::unguarded(cell)
    }

    fn cell(&self, column: Column, text: String) -> (&'static str, Content) {
        let day = column.holds_days().then(|| text.parse().ok()).flatten();
        let content = match day.filter(|day: &jiff::civil::Date| day.year() >= 1900) {
            Some(day) => Content::Day(day),
            None if self.is_workbook => Content::Text(shortened(&text)),
            None => Content::Text(super::write::harmless(text)),
        };
        (column.header(), content)
    }
}
