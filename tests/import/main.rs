//! Reports of meetings: what the rules find in a corpus, and what becomes of files that are no reports.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests; which report is at hand, and for how long to try, is said from outside"
)]

mod command;
mod corpus;
#[path = "../common/fuzz/mod.rs"]
mod damaged;
mod forms;
mod fuzz;
mod growth;
mod hostile;
#[path = "../common/growth.rs"]
mod longer;
mod real;
mod support;
#[path = "../common/workbook.rs"]
mod workbook;
