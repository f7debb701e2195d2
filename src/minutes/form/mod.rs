//! The form in which people decide about proposals: a workbook or a CSV file, one row for each.
//!
//! [`workbook`] and [`csv`] write it, with the column *Decision* empty. Somebody writes `accept`, `change` or
//! `reject` there, and corrects the other cells where they are not right. [`decisions`] reads it back; a row
//! without a decision waits.

mod columns;
mod decided;
mod own;
mod write;

pub use decided::{Decided, Decision, decisions, rows};
pub use own::{Own, take_notes};
pub use write::{csv, workbook};

/// The sheet of the proposals.
pub const SHEET: &str = "Proposals";
