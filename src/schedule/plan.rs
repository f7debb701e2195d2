//! All that is due at a send time, and when something will be due next.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, civil::Date};

use super::{
    Choice, Decision, Policy, Rules,
    decide::{Moment, for_recipient, silence},
};
use crate::{
    action::{Action, ActionId, Addressee, ReminderKey, Step, Told},
    directory::{Directory, Recipient},
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
    /// Earlier steps that were never told and that this one stands for, with their days.
    pub merged: Vec<(Step, Date)>,
    /// The policy that asked for it.
    pub policy: &'r Policy,
    /// How the action came to that policy.
    pub choice: Choice,
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
}

/// As [`plan`], with what is left out as too old.
pub fn plan_all<'r>(directory: &'r Directory, rules: &'r Rules, told: &Told, at: Timestamp) -> Plan<'r> {
    let moment = Moment::new(rules, at);
    let mut people = Recipients::new(directory, moment.today);
    let mut plan = Plan::default();
    for (id, action) in directory.actions().filter(|(_, action)| silence(action).is_none()) {
        let (policy, choice) = rules.policy_of(action);
        let reached = moment.steps(action, policy).reached;
        if reached.is_none() {
            continue;
        }
        for recipient in people.of(action) {
            let latest = told.latest(id, &recipient.id, action.deadline);
            let decision = for_recipient(&moment, action, policy, reached, latest);
            let (into, step, step_day, merged) = match decision {
                Decision::Remind { step, day, merged } => (&mut plan.due, step, day, merged),
                Decision::TooOld { step, day } => (&mut plan.left_out, step, day, Vec::new()),
                Decision::Told { .. } | Decision::NotYet => continue,
            };
            let key = key(id, recipient, action, step);
            into.push(Reminder {
                action,
                recipient: recipient.clone(),
                key,
                step_day,
                merged,
                policy,
                choice,
            });
        }
    }
    plan
}

fn key(id: &ActionId, recipient: &Recipient, action: &Action, step: Step) -> ReminderKey {
    ReminderKey { action: id.clone(), recipient: recipient.id.clone(), deadline: action.deadline, step }
}

/// The reminders of each letter: all that is due for one address, in the order of first mention.
pub fn to_letters(reminders: Vec<Reminder<'_>>) -> Vec<Vec<Reminder<'_>>> {
    let mut letters: Vec<Vec<Reminder<'_>>> = Vec::new();
    let mut by_address = HashMap::new();
    for reminder in reminders {
        let address = reminder.recipient.email.to_lowercase();
        let index = *by_address.entry(address).or_insert(letters.len());
        match letters.get_mut(index) {
            Some(letter) => letter.push(reminder),
            None => letters.push(vec![reminder]),
        }
    }
    letters
}

/// When something will be due next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upcoming {
    /// How many actions are outstanding.
    pub outstanding: usize,
    /// The next send time at which somebody is reminded, unless the register changes.
    pub next: Option<Timestamp>,
    /// How many people are reminded then.
    pub people: usize,
    /// Until when planning gives nothing: the next send time that is worth planning for.
    pub plan_at: Option<Timestamp>,
}

/// When something will be due, seen from `after`: what is reached but untold goes with the next
/// send time.
pub fn upcoming(directory: &Directory, rules: &Rules, told: &Told, after: Timestamp) -> Upcoming {
    let moment = Moment::new(rules, after);
    let mut people = Recipients::new(directory, moment.today);
    let mut send_times: HashMap<Date, Option<Timestamp>> = HashMap::new();
    let mut next: Option<Timestamp> = None;
    let mut then = HashSet::new();
    let mut outstanding = 0;
    for (id, action) in directory.actions().filter(|(_, action)| silence(action).is_none()) {
        outstanding += 1;
        let (policy, _) = rules.policy_of(action);
        let steps = moment.steps(action, policy);
        for recipient in people.of(action) {
            let latest = told.latest(id, &recipient.id, action.deadline);
            let untold = steps.reached.filter(|(_, day)| {
                latest.is_none_or(|latest| latest < *day) && !moment.is_too_old(*day, latest)
            });
            let Some((_, day)) = untold.or(steps.next) else { continue };
            let day = day.max(moment.today);
            let Some(at) = *send_times.entry(day).or_insert_with(|| moment.send_time(day)) else { continue };
            if next.is_none_or(|next| at < next) {
                next = Some(at);
                then.clear();
            }
            if next == Some(at) {
                then.insert(recipient.email.to_lowercase());
            }
        }
    }
    let change = directory.next_change(moment.today).and_then(|day| moment.send_time(day));
    let plan_at = [next, change].into_iter().flatten().min();
    Upcoming { outstanding, next, people: then.len(), plan_at }
}

/// Recipients by addressees, found once: thousands of actions are asked of a few.
struct Recipients<'d> {
    directory: &'d Directory,
    day: Date,
    found: HashMap<(&'d Addressee, &'d [Addressee]), Vec<Recipient>>,
}

impl<'d> Recipients<'d> {
    fn new(directory: &'d Directory, day: Date) -> Self {
        Self { directory, day, found: HashMap::new() }
    }

    fn of(&mut self, action: &'d Action) -> &[Recipient] {
        self.found
            .entry((&action.asked_of, &action.also_to))
            .or_insert_with(|| self.directory.recipients(action, self.day))
    }
}
