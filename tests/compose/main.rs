//! Letters as they leave: whole ones, headers and both bodies, read by people (snapshots) and by
//! an independent mail parser.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod escalated;
mod hostile;
mod letters;
mod seats;
mod second_opinion;
mod support;
mod tidings;
mod wording;
