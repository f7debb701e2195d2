//! The form in which people decide about proposals: a workbook or a CSV file, one row for each.
//!
//! [`workbook`] and [`csv`] write it, with the column *Decision* empty. Somebody writes `accept`, `change` or
//! `reject` there, and corrects the other cells where they are not right. [`Form`] reads it back, with all that is wrong in
//! it; a row without a decision waits. A form that is gone on with is edited in place: [`changes`] says how.

mod changes;
mod columns;
mod decided;
mod decision;
mod faults;
mod seats;
mod write;

pub use changes::{FormRow, SETTLED, changes, shape};
pub use decided::{Decided, Form};
pub use decision::Decision;
pub use seats::{SEATS, seat_changes, seats_shape};
pub use write::{csv, workbook};

use self::columns::Column;
use crate::register::TextRow;

/// The sheet of the proposals.
pub const SHEET: &str = "Proposals";

/// The header of the form: the first row with a column *Decision*, or the first of all. People put titles above it.
fn header(rows: &[TextRow]) -> Option<&TextRow> {
    let decides = |row: &&TextRow| row.cells.iter().any(|cell| Column::of(cell) == Some(Column::Decision));
    rows.iter().find(decides).or_else(|| rows.first())
}
