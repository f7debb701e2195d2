//! What was already said: the view of the ledger that planning needs.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{ActionId, Deadline, RecipientId};

/// For each action, recipient and deadline: the latest step that was told (or merged, or
/// recorded as impossible to tell). Steps up to that day are never told again.
#[derive(Debug, Clone, Default)]
pub struct Told {
    by_action: HashMap<ActionId, Vec<Latest>>,
}

#[derive(Debug, Clone)]
struct Latest {
    recipient: RecipientId,
    deadline: Option<Deadline>,
    step_day: Date,
}

impl Told {
    /// Records that the step of `step_day` was told.
    pub fn record(
        &mut self,
        action: ActionId,
        recipient: RecipientId,
        deadline: Option<Deadline>,
        step_day: Date,
    ) {
        let entries = self.by_action.entry(action).or_default();
        match entries.iter_mut().find(|e| e.recipient == recipient && e.deadline == deadline) {
            Some(entry) => entry.step_day = entry.step_day.max(step_day),
            None => entries.push(Latest { recipient, deadline, step_day }),
        }
    }

    /// The day of the latest step that was told, if any was.
    #[must_use]
    pub fn latest(
        &self,
        action: &ActionId,
        recipient: &RecipientId,
        deadline: Option<Deadline>,
    ) -> Option<Date> {
        self.by_action
            .get(action)?
            .iter()
            .find(|e| e.recipient == *recipient && e.deadline == deadline)
            .map(|e| e.step_day)
    }
}
