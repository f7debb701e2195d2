//! The status report for the next meeting: what is outstanding, what was done, and the dated history of the reminders.
//!
//! Everything here is pure: register, history and `now` become a [`Report`], a value of headings, sentences and
//! tables ([`draw`]); [`write()`] turns it into the bytes of a file, one writer for each [`Format`]. Words and
//! sentences are those of the speaker that is handed in, in one of six languages.
//!
//! | format | made by | for |
//! | --- | --- | --- |
//! | docx | our own writer over a zip | the meeting: heading styles, tables whose header rows repeat, page numbers |
//! | xlsx | `rust_xlsxwriter` | working on: one sheet a table, dates that are dates |
//! | html | our own writer | a page or a mail: one file, nothing is loaded |
//! | md | our own writer | minutes that are kept as text |
//! | csv | `csv` | programs: one table, a row an action |
//!
//! A workbook and a CSV file show texts only: nothing from a cell of the register can become a formula.

mod chase;
mod csv_file;
mod docx;
mod draw;
mod format;
mod html;
mod markdown;
mod model;
mod xlsx;
mod xml;

pub use draw::{Grouping, Material, draw};
pub use format::{Format, WriteError, write};
pub use model::{Block, Cell, Column, Label, Report, Row, Table};
