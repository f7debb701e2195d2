//! Reading registers from real files.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests; for how long to try is said from outside"
)]

#[path = "register/csv_files.rs"]
mod csv_files;
#[path = "common/fuzz/mod.rs"]
mod damaged;
#[path = "register/edit.rs"]
mod edit;
#[path = "register/edit_ods.rs"]
mod edit_ods;
#[path = "register/fuzz.rs"]
mod fuzz;
#[path = "register/growth.rs"]
mod growth;
#[path = "register/hostile.rs"]
mod hostile;
#[path = "register/links.rs"]
mod links;
#[path = "common/growth.rs"]
mod longer;
#[path = "register/mistakes.rs"]
mod mistakes;
#[path = "register/new.rs"]
mod new;
#[path = "register/office.rs"]
mod office;
#[path = "register/same.rs"]
mod same;
#[path = "register/support.rs"]
mod support;
#[path = "common/workbook.rs"]
mod workbook;
#[path = "register/workbooks.rs"]
mod workbooks;
