//! Who will get what, when: planning, send time after send time, on a ledger that is only
//! imagined. What is forecast is what will happen, because it is the same planning.

use jiff::Timestamp;

use super::{Reminder, Rules, plan, to_letters, upcoming};
use crate::{action::Told, directory::Directory};

/// The letters of one send time, each with its reminders.
#[derive(Debug, Clone)]
pub struct Mailing<'r> {
    /// When they leave.
    pub at: Timestamp,
    /// One entry a letter.
    pub letters: Vec<Vec<Reminder<'r>>>,
}

/// The mailings after `from` and up to `until`, if the register stays as it is.
pub fn forecast<'r>(
    directory: &'r Directory,
    rules: &'r Rules,
    told: &Told,
    from: Timestamp,
    until: Timestamp,
) -> Vec<Mailing<'r>> {
    let mut told = told.clone();
    let mut after = from;
    let mut mailings = Vec::new();
    while let Some(at) = upcoming(directory, rules, &told, after).plan_at.filter(|at| *at <= until) {
        let reminders = plan(directory, rules, &told, at);
        for reminder in &reminders {
            reminder.record_in(&mut told, at);
        }
        told.forget_closings(at);
        if !reminders.is_empty() {
            mailings.push(Mailing { at, letters: to_letters(reminders) });
        }
        after = at;
    }
    mailings
}
