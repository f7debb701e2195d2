//! Actions that were closed: whoever was reminded of one is told, once, if its policy says so.
//!
//! An action was closed when its row says so and did not before; one whose row is gone was not. Whoever was told that it
//! is closed is told again only when a reminder came in between.

use jiff::Timestamp;

use super::{
    Reminder, decide::is_closed, ladder::Moved, moment::Moment, plan::alone, quiet::Manner, reminder::Alike,
};
use crate::{
    action::{ActionId, ReminderKey, Step, Told},
    directory::Directory,
};

/// What is to be told about all actions that were closed, at `moment` or later; and when and why, if that is later than
/// the next send time.
pub fn closures<'r>(
    directory: &'r Directory,
    told: &Told,
    moment: &Moment<'r>,
) -> Vec<(Reminder<'r>, Option<(Timestamp, Moved)>)> {
    let gate = moment.gate(told);
    let with_waits = |one: Reminder<'r>| {
        let manner = Manner::new(moment.rules, one.policy, one.recipient.wishes);
        let waits = moment.waits(told, gate, &one.recipient.id, manner, one.step_day);
        (one, waits)
    };
    let of_one = |(id, at)| {
        let told_of_it = || closure(directory, told, moment, id, at).into_iter().map(with_waits);
        alone(|| told_of_it().collect::<Vec<_>>()).unwrap_or_default()
    };
    told.closings().flat_map(of_one).collect()
}

/// The actions that were closed and of which, by what was told, nobody is left to be told at `moment` or later.
pub fn told_of_all<'r>(directory: &'r Directory, told: &Told, moment: &Moment<'r>) -> Vec<ActionId> {
    let is_done = |(id, at): &(&ActionId, Timestamp)| {
        alone(|| closure(directory, told, moment, id, *at)).is_some_and(|left| left.is_empty())
    };
    told.closings().filter(is_done).map(|(id, _)| id.clone()).collect()
}

/// What is to be told about an action that was closed, as it was seen at the instant `at`.
pub(super) fn closure<'r>(
    directory: &'r Directory,
    told: &Told,
    moment: &Moment<'r>,
    id: &ActionId,
    at: Timestamp,
) -> Vec<Reminder<'r>> {
    let mut found: Vec<Reminder<'r>> = Vec::new();
    let Some(action) = directory.action(id) else { return found };
    let (policy, choice) = moment.rules.policy_of(action);
    if !policy.announce_closure || !is_closed(action) {
        return found;
    }
    let on = moment.rules.send().zone().to_datetime(at).date();
    let deadline = action.deadline_on(moment.today);
    for who in told.not_told_closed(id) {
        let Some(recipient) = directory.remembered(&who, action, moment.today) else { continue };
        let key = ReminderKey { action: id.clone(), recipient: who, deadline, step: Step::Closed { on } };
        let is_same = |one: &&mut Reminder<'_>| {
            one.recipient.email.eq_ignore_ascii_case(&recipient.email)
                && one.recipient.copy_to() == recipient.copy_to()
        };
        if let Some(same) = found.iter_mut().find(is_same) {
            same.also.push(Alike { key, name: recipient.name, step_day: on, merged: Vec::new() });
            continue;
        }
        found.push(Reminder::new(action, recipient, key, on, (policy, choice)));
    }
    found
}
