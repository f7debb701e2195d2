//! What a letter about an action would tell: the step that is reached, that nobody answers, that it is closed.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::{
    action::{Action, ActionId, Particulars, Purpose, RecipientId, ReminderKey, Status, Step},
    cli::{desk::Desk, exit::Failure},
    directory::Recipient,
    schedule::{self, Moment, Reminder, Stands, Verdict},
};

/// The reminder of the latest step that is reached, or as it would be without one.
pub(super) fn reminder<'d>(
    desk: &'d Desk,
    id: &ActionId,
    action: &'d Action,
    recipient: Recipient,
) -> Reminder<'d> {
    let moment = Moment::new(&desk.setup.rules, desk.now);
    let (policy, choice) = desk.setup.rules.policy_for(action, recipient.wishes);
    let days = desk.directory.working_days(&recipient);
    let due = moment.latest_step(action, policy, days);
    let not_yet = (Step::Outstanding { on: moment.today }, moment.today);
    let (step, step_day) = due.map_or(not_yet, |due| (due.step, due.day));
    let key = ReminderKey {
        action: id.clone(),
        recipient: recipient.remembered_as().clone(),
        deadline: action.deadline_on(moment.today),
        step,
    };
    let shift = due.and_then(|due| due.shift(days));
    Reminder { shift, ..Reminder::new(action, recipient, key, step_day, (policy, choice)) }
}

/// What the first step of the ladder tells that was not told yet.
pub(super) fn escalated<'d>(
    desk: &'d Desk,
    id: &ActionId,
    action: &'d Action,
) -> Result<Vec<Reminder<'d>>, Failure> {
    let (rules, mut told) = (&desk.setup.rules, desk.told()?);
    let moment = Moment::new(rules, desk.now);
    let none = || {
        let Action { reference, asked_of, .. } = action;
        let why =
            format!("{reference}, asked of {asked_of}, is not escalated any further. `rappel why` says why.");
        Failure::NotFound(why)
    };
    let Verdict::Chased(chase) = schedule::decide(&desk.directory, &told, &moment, id, action) else {
        return Err(none());
    };
    let Some(ladder) = chase.escalations else {
        let Action { reference, asked_of, .. } = action;
        return Err(Failure::NotFound(format!(
            "{reference}, asked of {asked_of}, is escalated to nobody: its policy {} has no [[escalate]] steps.",
            chase.policy.name
        )));
    };
    let rungs = ladder.rungs.into_iter();
    let is_over = |stands: Stands| matches!(stands, Stands::Told { .. } | Stands::Needless | Stands::Stopped);
    let mut ahead = rungs.filter(|rung| !is_over(rung.stands) && !rung.to.is_empty());
    let rung = ahead.next().ok_or_else(none)?;
    let (after, deadline) = (rung.rung.after, action.deadline_on(moment.today));
    told.record_escalated(id, &RecipientId::own_secretariat(), deadline, after, desk.now);
    let mut reminders = schedule::escalation(&desk.directory, rules, &told, desk.now, (id, action), after)
        .map_err(|_| none())?;
    for unanswered in reminders.iter_mut().filter_map(|one| one.unanswered.as_mut()) {
        // By then there was at least one.
        unanswered.letters = unanswered.letters.max(1);
    }
    Ok(reminders)
}

/// The action as it is when it is closed: as it is, if it is, else as if it were done today.
pub(super) fn as_closed(desk: &Desk, action: &Action) -> Action {
    if !action.status.is_open() {
        return action.clone();
    }
    let today = desk.zone().to_datetime(desk.now).date();
    Action {
        status: Status::Done,
        more: Particulars { closed: Some(today), ..(*action.more).clone() }.into(),
        ..action.clone()
    }
}

/// What tells that an action is closed, to everybody who was reminded of it; as long as nobody was, to whoever is asked.
pub(super) fn closed<'d>(
    desk: &'d Desk,
    id: &ActionId,
    action: &'d Action,
) -> Result<Vec<Reminder<'d>>, Failure> {
    let Action { reference, asked_of, status, .. } = action;
    let (policy, choice) = desk.setup.rules.policy_of(action);
    if action.purpose == Purpose::Information {
        let why = format!("{reference}, asked of {asked_of}, is for information: nobody is told of it.");
        return Err(Failure::NotFound(why));
    }
    if !policy.announce_closure {
        let now = desk.directory.action(id).map_or(*status, |action| action.status);
        let quiet = if now.is_open() { "" } else { ", and nobody is reminded of it any more" };
        return Err(Failure::NotFound(format!(
            "{reference}, asked of {asked_of}, is {now}{quiet}. Nobody is told when it is closed: its policy {} does not \
             have announce_closure.",
            policy.name
        )));
    }
    let today = desk.zone().to_datetime(desk.now).date();
    let told = desk.told()?;
    let reminded = told.reminded_before(id, Timestamp::MAX);
    let mut to: Vec<_> = reminded.filter_map(|who| desk.directory.remembered(who, action, today)).collect();
    if to.is_empty() {
        to = desk.directory.recipients(action, today);
    }
    let mut seen = HashSet::new();
    to.retain(|one| seen.insert(one.email.to_lowercase()));
    let tells = |recipient: Recipient| {
        let key = ReminderKey {
            action: id.clone(),
            recipient: recipient.remembered_as().clone(),
            deadline: action.deadline_on(today),
            step: Step::Closed { on: today },
        };
        Reminder::new(action, recipient, key, today, (policy, choice))
    };
    Ok(to.into_iter().map(tells).collect())
}
