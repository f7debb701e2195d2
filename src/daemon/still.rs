//! Whether a reminder that waits is still true, and as it would be told now.

use jiff::civil::Date;

use super::{
    closed::{is_closure, still_closed},
    meanwhile::Today,
};
use crate::{
    action::{Action, ActionId, ReminderKey, Step},
    directory::Recipient,
    ledger::{Kept, Waiting},
    outbox::LetterId,
    schedule::{self, Answer, Over, Reminder},
};

/// Why a reminder does not leave now.
pub(super) enum Untrue {
    /// It is no longer true.
    Stale(String),
    /// Its row is missing, and may come back.
    Missing(String),
    /// A later step waits in this letter.
    Superseded(LetterId),
}

/// The reminder as it is under the register in force, or why it is no longer true.
pub(super) fn still_true<'r>(today: &Today<'r>, waiting: &Waiting) -> Result<Reminder<'r>, Untrue> {
    let Waiting { key, day: step_day, letter, .. } = waiting;
    let &Today { directory, .. } = today;
    if is_closure(key) {
        return still_closed(today, waiting);
    }
    let shown = key.action.to_string();
    let stale = |why: String| Err(Untrue::Stale(why));
    let Some(action) = directory.action(&key.action) else {
        if today.missing.contains(&key.action) {
            return Err(Untrue::Missing(format!("{shown} is missing from the register")));
        }
        return stale(format!("{shown} is no longer in the register"));
    };
    if !action.is_outstanding() {
        return stale(format!("{shown} is {}", action.status));
    }
    let day = today.day();
    if let Some(until) = action.snoozed_on(day) {
        return stale(format!("{shown} is snoozed until {until}"));
    }
    if action.deadline_on(day) != key.deadline {
        return stale(format!("the deadline of {shown} moved"));
    }
    let Some(reminder) = as_now(today, key, action)?.into_iter().find(|one| one.is_known_as(&key.recipient))
    else {
        return stale(format!("{shown} is asked of somebody else now"));
    };
    if reminder.recipient.id != waiting.addressee && !key.recipient.is_copy() {
        return stale(format!("letters about {shown} go to {} now", reminder.recipient.name));
    }
    let latest = today.latest.get(&(&key.action, &key.recipient, key.deadline));
    if let Some((_, by)) =
        latest.filter(|(day, by)| waiting.kept != Kept::Held && (day, by) > (step_day, letter))
    {
        return Err(Untrue::Superseded(*by));
    }
    Ok(Reminder { step_day: *step_day, ..reminder })
}

/// What would be told of a step now, to everybody to whom it would be.
fn as_now<'r>(today: &Today<'r>, key: &ReminderKey, action: &'r Action) -> Result<Vec<Reminder<'r>>, Untrue> {
    let &Today { setup, directory, told, now, .. } = today;
    let rules = &setup.rules;
    let id = &key.action;
    if let Step::Escalated { after } = key.step {
        let again = schedule::escalated_again(directory, rules, told, now, (id, action), after);
        return again.map_err(|over| Untrue::Stale(no_longer_silent(id, &over)));
    }
    let mut recipients = schedule::reminded(directory, rules, told, now, (id, action));
    if matches!(key.step, Step::Moved { .. }) {
        recipients.extend(schedule::told_apart(directory, rules, told, now, (id, action)));
    }
    let reminder = |recipient: Recipient| {
        let key = ReminderKey { recipient: recipient.remembered_as().clone(), ..key.clone() };
        let policy = rules.policy_for(action, recipient.wishes);
        Reminder::new(action, recipient, key, Date::MIN, policy)
    };
    Ok(recipients.into_iter().map(reminder).collect())
}

/// Why nobody else is told any more that nobody answers.
fn no_longer_silent(action: &ActionId, over: &Over) -> String {
    match over {
        Over::Policy => format!("the policy of {action} does not escalate it so any more"),
        Over::Answered(Answer::Acknowledged(by)) => {
            format!("{action} was acknowledged on {} by {}", by.day, by.who)
        }
        Over::Unheard => format!("nobody who is asked has had a letter about {action} yet"),
        Over::Elsewhere => format!("{action} is asked of somebody else now, or others get the copy"),
        Over::Unapproved => format!("nobody approves any more that {action} is escalated to another body"),
        Over::Answered(Answer::Status(status)) => format!("{action} was answered: it is {status} now"),
    }
}
