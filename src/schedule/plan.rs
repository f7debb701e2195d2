//! All that is due at a send time, and when something will be due next.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use jiff::{Timestamp, civil::Date};

use super::{
    Choice, Decision, Due, Policy, Rules, Shift,
    closures::closure,
    decide::{self, Moment, News, Steps, for_recipient, silence},
    escalation::{Asked, Silent},
    letters::copies,
    moved::moved_from,
    quiet::{Manner, within_limits},
    turn::{Escalated, Over, Turn, Unanswered},
    welcome::{Newcomers, may_be_new},
};
use crate::{
    action::{Action, ActionId, Addressee, After, Deadline, RecipientId, ReminderKey, Status, Step, Told},
    cadence::WorkingDays,
    directory::{Directory, Reader, Recipient},
};

/// One step of one action that is due for one recipient.
#[derive(Debug, Clone)]
pub struct Reminder<'r> {
    /// Of what.
    pub action: &'r Action,
    /// Whom.
    pub recipient: Recipient,
    /// Identity for good.
    pub key: ReminderKey,
    /// The day of the step, in the secretariat's zone.
    pub step_day: Date,
    /// Why it is told on another day than that, if it is.
    pub shift: Option<Shift>,
    /// Earlier steps that were never told and that this one stands for, with their days.
    pub merged: Vec<(Step, Date)>,
    /// The policy that asked for it.
    pub policy: &'r Policy,
    /// How the action came to that policy.
    pub choice: Choice,
    /// The same, remembered for others whom this letter reaches: for an absent person whose deputy is told anyway.
    pub also: Vec<Alike>,
    /// Who gets a copy.
    pub copies: Vec<Copy>,
    /// That nobody answered, when that is what it tells.
    pub unanswered: Option<Box<Unanswered>>,
}

/// A reminder of the same action that another one tells as well.
#[derive(Debug, Clone)]
pub struct Alike {
    /// Identity for good.
    pub key: ReminderKey,
    /// For whom.
    pub name: String,
    /// The day of the step.
    pub step_day: Date,
    /// What it stands for.
    pub merged: Vec<(Step, Date)>,
}

/// A copy of a reminder.
#[derive(Debug, Clone)]
pub struct Copy {
    /// Who gets it.
    pub to: Reader,
    /// Identity for good.
    pub key: ReminderKey,
}

impl<'r> Reminder<'r> {
    /// One that tells nothing beside, on the day of its step; with the copies that an absence brings.
    pub fn new(
        action: &'r Action,
        recipient: Recipient,
        key: ReminderKey,
        step_day: Date,
        (policy, choice): (&'r Policy, Choice),
    ) -> Self {
        Self {
            copies: copies(&recipient, &key),
            action,
            recipient,
            key,
            step_day,
            shift: None,
            merged: Vec::new(),
            policy,
            choice,
            also: Vec::new(),
            unanswered: None,
        }
    }

    /// Adds copies for those to whom it is escalated.
    fn copy_to(&mut self, copied: &[Recipient]) {
        for one in copied {
            let to = Reader { id: one.id.clone(), name: one.name.clone(), email: one.email.clone() };
            let recipient = to.id.copy_of_letter_to(&self.recipient.id);
            let key = ReminderKey { recipient, ..self.key.clone() };
            if self.copies.iter().all(|copy| copy.to != to) {
                self.copies.push(Copy { to, key });
            }
        }
    }

    /// Whether it, or a copy of it, is what the ledger knows under this name.
    pub fn is_known_as(&self, name: &RecipientId) -> bool {
        self.key.recipient == *name || self.copies.iter().any(|copy| copy.key.recipient == *name)
    }

    /// How the action stands, if its policy wants to know by that whether somebody answered.
    pub fn status_to_note(&self) -> Option<Status> {
        (!self.policy.escalate.is_empty()).then_some(self.action.status)
    }

    /// Records that it is told at the instant `at`, with the steps that it stands for.
    pub fn record_in(&self, told: &mut Told, at: Timestamp) {
        told.record_step(&self.key, self.step_day, at);
        told.record_letters(&self.key.action, &self.key.recipient, self.key.deadline, 1);
        if let Some(status) = self.status_to_note() {
            told.record_status(&self.key.action, self.key.deadline, status);
        }
        for (step, day) in &self.merged {
            told.record_step(&ReminderKey { step: *step, ..self.key.clone() }, *day, at);
        }
        for Alike { key, step_day, merged, .. } in &self.also {
            told.record_step(key, *step_day, at);
            for (step, day) in merged {
                told.record_step(&ReminderKey { step: *step, ..key.clone() }, *day, at);
            }
        }
    }
}

/// What is due at the send time `at`, in the register's order. Pure: the same arguments give the
/// same reminders, and once they are recorded as told, none.
pub fn plan<'r>(directory: &'r Directory, rules: &'r Rules, told: &Told, at: Timestamp) -> Vec<Reminder<'r>> {
    plan_all(directory, rules, told, at).due
}

/// What a send time has to say, and what it leaves out.
#[derive(Debug, Default)]
pub struct Plan<'r> {
    /// What is due, in the register's order.
    pub due: Vec<Reminder<'r>>,
    /// Steps that were reached without being told, so long ago that they are no news any more.
    pub left_out: Vec<Reminder<'r>>,
    /// Actions about which planning failed by a mistake in the program; the others are planned all the same.
    pub failed: Vec<&'r Action>,
}

/// As [`plan`], with what is left out as too old.
pub fn plan_all<'r>(directory: &'r Directory, rules: &'r Rules, told: &Told, at: Timestamp) -> Plan<'r> {
    let moment = Moment::new(rules, at);
    let mut people = Recipients::new(directory, moment.today);
    let (plan, has_new) = pass(directory, told, &moment, &mut people, &Newcomers::default());
    let newcomers =
        if has_new { Newcomers::find(directory, told, moment.today, at) } else { Newcomers::default() };
    let plan =
        if newcomers.is_empty() { plan } else { pass(directory, told, &moment, &mut people, &newcomers).0 };
    Plan { due: within_limits(plan.due, directory, told, &moment), ..plan }
}

/// What is due and what is left out, with these newcomers to seats; and whether there may be others.
fn pass<'r>(
    directory: &'r Directory,
    told: &Told,
    moment: &Moment<'r>,
    people: &mut Recipients<'r>,
    newcomers: &Newcomers,
) -> (Plan<'r>, bool) {
    let mut has_new = false;
    let mut plan = Plan::default();
    for (id, action) in directory.actions().filter(|(_, action)| silence(action).is_none()) {
        let (due, left_out) = (plan.due.len(), plan.left_out.len());
        let planned = alone(action, || {
            let case = Case::of(directory, told, moment, (id, action));
            if case.same.is_some_and(|same| same.reached.is_none()) && !told.knows(id) && newcomers.is_empty()
            {
                return;
            }
            let turn = case.turn(people.of(action));
            let escalated = turn.escalated.as_ref();
            for (place, (recipient, days)) in turn.asked.iter().enumerate() {
                has_new |= case.may_be_new(recipient);
                let copied = escalated.filter(|one| place == 0 && !one.copied.is_empty());
                match case.reminder(recipient, days, newcomers, copied) {
                    Some((reminder, false)) => plan.due.push(reminder),
                    Some((too_old, true)) => plan.left_out.push(too_old),
                    None => {}
                }
            }
            plan.due.extend(escalated.into_iter().flat_map(|one| case.letters(one)));
        });
        if planned.is_none() {
            plan.due.truncate(due);
            plan.left_out.truncate(left_out);
            plan.failed.push(action);
        }
    }
    for (id, at) in told.closings() {
        let Some(action) = directory.action(id) else { continue };
        match alone(action, || closure(directory, told, moment, id, at)) {
            Some(due) => plan.due.extend(due.into_iter().filter(|one| {
                let manner = Manner::new(moment.rules, one.policy, directory.wishes(&one.recipient));
                moment.gate(told).lets(moment, told, &one.recipient.id, manner)
            })),
            None => plan.failed.push(action),
        }
    }
    (plan, has_new)
}

/// One action at a send time.
pub(super) struct Case<'a, 'r> {
    directory: &'r Directory,
    told: &'a Told,
    moment: &'a Moment<'r>,
    id: &'a ActionId,
    action: &'r Action,
    pub(super) policy: &'r Policy,
    choice: Choice,
    pub(super) deadline: Option<Deadline>,
    /// Where it stands, when that is the same on every calendar.
    pub(super) same: Option<Steps>,
}

impl<'a, 'r> Case<'a, 'r> {
    pub(super) fn of(
        directory: &'r Directory,
        told: &'a Told,
        moment: &'a Moment<'r>,
        (id, action): (&'a ActionId, &'r Action),
    ) -> Self {
        let (policy, choice) = moment.rules.policy_of(action);
        let deadline = action.deadline_on(moment.today);
        let same = policy.is_plain().then(|| moment.steps(action, policy, directory.own_days(), &[]));
        Self { directory, told, moment, id, action, policy, choice, deadline, same }
    }

    /// Who is told.
    fn turn<'t>(&'t self, asked: &'t [Asked<'t>]) -> Turn<'t> {
        if self.policy.escalate.is_empty() {
            return Turn::of(asked);
        }
        let Self { directory, told, id, action, policy, .. } = *self;
        Silent { directory, told, id, action, policy, asked }.turn(self.moment)
    }

    fn may_be_new(&self, recipient: &Recipient) -> bool {
        let latest = self.told.latest(self.id, recipient.remembered_as(), self.deadline);
        latest.is_none() && may_be_new(self.told, self.id, recipient)
    }

    /// What one recipient is told, and whether that is too old to be; `copied` get copies of it.
    fn reminder(
        &self,
        recipient: &Recipient,
        days: &WorkingDays,
        newcomers: &Newcomers,
        copied: Option<&Escalated<'_>>,
    ) -> Option<(Reminder<'r>, bool)> {
        let &Self { told, moment, id, action, deadline, .. } = self;
        let wishes = self.directory.wishes(recipient);
        let manner = Manner::new(moment.rules, self.policy, wishes);
        // What is escalated waits for no weekly letter.
        if copied.is_none() && !moment.gate(told).lets(moment, told, &recipient.id, manner) {
            return None;
        }
        let (policy, _) = moment.rules.policy_for(action, wishes);
        let who = recipient.remembered_as();
        let said = told.working(id, who, deadline);
        let same = self.same.filter(|_| !manner.is_only_overdue());
        let reached = same.unwrap_or_else(|| moment.steps(action, policy, days, said)).reached;
        let latest = told.latest(id, who, deadline);
        let news = moved_from(moment, action, deadline, told.reminded_of(id, who)).map(News::Moved);
        let welcome = newcomers.has(recipient) && !manner.is_only_overdue();
        let news = news.or_else(|| welcome.then_some(News::Welcome));
        let copied = copied.filter(|_| news.is_none());
        let news = news.or_else(|| copied.map(|one| News::Escalated(one.after)));
        let asked = decide::Asked { action, policy, days, said, patience: manner.patience() };
        let (step, step_day, merged, is_too_old) = match for_recipient(moment, asked, reached, latest, news) {
            Decision::Remind { step, day, merged } => (step, day, merged, false),
            Decision::TooOld { step, day } => (step, day, Vec::new(), true),
            Decision::Told { .. } | Decision::NotYet | Decision::Snoozed { .. } => return None,
        };
        let moved = |due: Due| moment.waited(told, &recipient.id, manner, &due).or_else(|| due.shift(days));
        let shift = reached.filter(|_| news.is_none()).and_then(moved);
        let mut reminder = self.told(recipient, step, step_day);
        if let Some(escalated) = copied {
            reminder.copy_to(&escalated.copied);
            reminder.unanswered = Some(Box::new(escalated.unanswered.clone()));
        }
        Some((Reminder { shift, merged, policy, ..reminder }, is_too_old))
    }

    /// The letters of their own to those to whom it is escalated.
    fn letters<'t>(
        &'t self,
        escalated: &'t Escalated<'_>,
    ) -> impl Iterator<Item = Reminder<'r>> + use<'t, 'a, 'r> {
        escalated.told.iter().map(|(recipient, _)| {
            let step = Step::Escalated { after: escalated.after };
            let unanswered = Some(Box::new(escalated.unanswered.clone()));
            Reminder { unanswered, ..self.told(recipient, step, self.moment.today) }
        })
    }

    fn told(&self, recipient: &Recipient, step: Step, step_day: Date) -> Reminder<'r> {
        let &Self { id, action, policy, choice, deadline, .. } = self;
        let key =
            ReminderKey { action: id.clone(), recipient: recipient.remembered_as().clone(), deadline, step };
        Reminder::new(action, recipient.clone(), key, step_day, (policy, choice))
    }
}

/// What is told again of an escalation that was told and waits, as it would be told now.
///
/// # Errors
/// Says why it is no longer true.
pub fn escalated_again<'r>(
    directory: &'r Directory,
    rules: &'r Rules,
    told: &Told,
    at: Timestamp,
    about: (&ActionId, &'r Action),
    after: After,
) -> Result<Vec<Reminder<'r>>, Over> {
    let (id, action) = about;
    let moment = Moment::new(rules, at);
    let mut people = Recipients::new(directory, moment.today);
    let case = Case::of(directory, told, &moment, about);
    let silent = Silent { directory, told, id, action, policy: case.policy, asked: people.of(action) };
    if silent.is_unapproved(&moment, after) {
        return Err(Over::Unapproved);
    }
    escalation(directory, rules, told, at, about, after)
}

/// As [`escalated_again`], whether or not somebody has approved it.
///
/// # Errors
/// Says why it would not be told.
pub fn escalation<'r>(
    directory: &'r Directory,
    rules: &'r Rules,
    told: &Told,
    at: Timestamp,
    (id, action): (&ActionId, &'r Action),
    after: After,
) -> Result<Vec<Reminder<'r>>, Over> {
    let moment = Moment::new(rules, at);
    let mut people = Recipients::new(directory, moment.today);
    let case = Case::of(directory, told, &moment, (id, action));
    let asked = people.of(action);
    let turn = Silent { directory, told, id, action, policy: case.policy, asked }.again(&moment, after)?;
    let Some(escalated) = turn.escalated.as_ref() else { return Ok(Vec::new()) };
    let mut reminders: Vec<_> = case.letters(escalated).collect();
    if !escalated.copied.is_empty()
        && let Some((first, _)) = turn.asked.first()
    {
        let mut reminder = case.told(first, Step::Escalated { after }, moment.today);
        reminder.copy_to(&escalated.copied);
        reminder.unanswered = Some(Box::new(escalated.unanswered.clone()));
        reminders.push(reminder);
    }
    Ok(reminders)
}

/// Who is reminded of an action at an instant by the steps of its policy: those who are asked, or those to whom it
/// was escalated in their place.
pub fn reminded(
    directory: &Directory,
    rules: &Rules,
    told: &Told,
    at: Timestamp,
    (id, action): (&ActionId, &Action),
) -> Vec<Recipient> {
    let moment = Moment::new(rules, at);
    let asked: Vec<_> = with_days(directory, directory.recipients(action, moment.today));
    let (policy, _) = rules.policy_of(action);
    if policy.escalate.is_empty() {
        return asked.into_iter().map(|(recipient, _)| recipient).collect();
    }
    let turn = Silent { directory, told, id, action, policy, asked: &asked }.reminded(&moment);
    turn.asked.iter().map(|(recipient, _)| recipient.clone()).collect()
}

/// Does something about one action; none if that panics: a mistake about one is no reason to remind of no other.
pub(super) fn alone<T>(action: &Action, about: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(|| {
        poison(action);
        about()
    }))
    .ok()
}

/// In tests, an action about which planning fails.
#[cfg(test)]
fn poison(action: &Action) {
    assert_ne!(action.title, super::tests::POISON);
}

#[cfg(not(test))]
fn poison(_: &Action) {}

/// Of whom something is asked, to whom it was handed over, and who helps.
type Addressees<'d> = (&'d Addressee, Option<&'d str>, &'d [Addressee]);

/// Recipients by addressees, found once: thousands of actions are asked of a few.
pub(super) struct Recipients<'d> {
    directory: &'d Directory,
    day: Date,
    pub(super) found: HashMap<Addressees<'d>, Vec<(Recipient, &'d WorkingDays)>>,
}

impl<'d> Recipients<'d> {
    pub(super) fn new(directory: &'d Directory, day: Date) -> Self {
        Self { directory, day, found: HashMap::new() }
    }

    pub(super) fn of(&mut self, action: &'d Action) -> &[(Recipient, &'d WorkingDays)] {
        let addressees = (&action.asked_of, action.handed_to.as_deref(), &action.also_to[..]);
        self.found
            .entry(addressees)
            .or_insert_with(|| with_days(self.directory, self.directory.recipients(action, self.day)))
    }
}

/// Recipients with the days on which neither the secretariat nor their body is closed.
fn with_days(directory: &Directory, recipients: Vec<Recipient>) -> Vec<Asked<'_>> {
    let with = |recipient: Recipient| {
        let days = directory.working_days(&recipient);
        (recipient, days)
    };
    recipients.into_iter().map(with).collect()
}
