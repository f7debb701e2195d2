//! Who will get what, when: planning, send time after send time, on a ledger that is only
//! imagined. What is forecast is what will happen, because it is the same planning.

use jiff::{SignedDuration, Timestamp};

use super::{Moment, Reminder, Rules, plan, to_letters, told_of_all, upcoming};
use crate::{action::Told, directory::Directory};

const A_MOMENT: SignedDuration = SignedDuration::from_nanos(1);

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
        // Send times without letters in between are worked through as well.
        if let Some(before) = rules.send().last_at_or_before(at - A_MOMENT).filter(|before| *before > from) {
            told.record_served(before);
        }
        let reminders = plan(directory, rules, &told, at);
        for reminder in &reminders {
            reminder.record_in(&mut told, at);
        }
        let letters = to_letters(reminders);
        for letter in letters.iter().filter_map(|letter| letter.first()) {
            told.record_letter(&letter.recipient.id, at);
        }
        told.forget_closings(&told_of_all(directory, &told, &Moment::new(rules, at)));
        told.record_served(at);
        if !letters.is_empty() {
            mailings.push(Mailing { at, letters });
        }
        after = at;
    }
    mailings
}
