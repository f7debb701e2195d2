//! Rappel reads the register of outstanding actions that a standards secretariat keeps, and
//! e-mails reminders to the named representatives until each action is closed.

#![forbid(unsafe_code)]

pub mod action;
pub mod cadence;
pub mod cli;
pub mod clock;
pub mod compose;
pub mod config;
pub mod daemon;
pub mod decision;
pub mod deliver;
pub mod directory;
pub mod doctor;
pub mod ical;
pub mod ledger;
pub mod letter;
pub mod minutes;
pub mod office;
pub mod outbox;
pub mod register;
pub mod report;
pub mod schedule;
pub mod store;
