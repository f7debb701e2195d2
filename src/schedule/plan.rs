//! All that is due at a send time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::{Timestamp, civil::Date};

use super::{
    Reminder, Rules,
    case::Case,
    closures::closure,
    decide::silence,
    escalation::Asked,
    moment::Moment,
    quiet::{Manner, escalated_to, within_limits},
    spread::too_many_copies,
    welcome::Newcomers,
};
use crate::{
    action::{Action, Addressee, Told, maps::HashMap},
    cadence::WorkingDays,
    directory::{Directory, Recipient},
};

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
    at_moment(directory, told, &mut Moment::new(rules, at))
}

/// What a send time has to say; the moment takes note of what is put off.
pub(super) fn at_moment<'r>(directory: &'r Directory, told: &Told, moment: &mut Moment<'r>) -> Plan<'r> {
    let mut people = Recipients::new(directory, moment.today);
    let (mut plan, has_new) = pass(directory, told, moment, &mut people, &Newcomers::default());
    let newcomers = if has_new {
        Newcomers::find(directory, told, moment.today, moment.at)
    } else {
        Newcomers::default()
    };
    if !newcomers.is_empty() {
        plan = pass(directory, told, moment, &mut people, &newcomers).0;
    }
    loop {
        let (due, too_many) = within_limits(plan.due, told, moment);
        plan.due = due;
        // Whoever is asked is reminded, as long as nobody is told in their place, or in copy.
        let in_place = too_many.iter().filter(|one| is_in_place(one)).filter_map(escalated_to);
        let in_copy = too_many_copies(&plan.due, told, moment);
        if !moment.put_off(in_place.chain(in_copy)) {
            return plan;
        }
        plan = pass(directory, told, moment, &mut people, &newcomers).0;
    }
}

/// Whether somebody is told in place of whoever is asked.
fn is_in_place(reminder: &Reminder<'_>) -> bool {
    reminder.unanswered.as_ref().is_some_and(|unanswered| unanswered.instead)
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
        let planned = alone(|| {
            let case = Case::of(directory, told, moment, (id, action));
            if case.same.is_some_and(|same| same.reached.is_none()) && !told.knows(id) && newcomers.is_empty()
            {
                return;
            }
            let asked = people.of(action);
            // Also where somebody is told in their place: they are welcomed to what else is asked of the seat.
            has_new |= asked.iter().any(|(recipient, _)| case.may_be_new(recipient));
            let turn = case.turn(asked);
            let escalated = turn.escalated.as_ref();
            let mut original = None;
            for (recipient, days) in turn.asked.iter() {
                match case.reminder(recipient, days, newcomers, escalated) {
                    Some((mut reminder, false)) => {
                        if let Some(escalated) = escalated {
                            reminder.share_copies(escalated, &mut original);
                        }
                        plan.due.push(reminder);
                    }
                    Some((too_old, true)) => plan.left_out.push(too_old),
                    None => {}
                }
            }
            Reminder::name_others(plan.due.get_mut(due..).unwrap_or_default());
            plan.due.extend(escalated.into_iter().flat_map(|one| case.letters(one)));
            plan.due.extend(case.moved_apart(asked));
        });
        if planned.is_none() {
            plan.due.truncate(due);
            plan.left_out.truncate(left_out);
            plan.failed.push(action);
        }
    }
    for (id, at) in told.closings() {
        let Some(action) = directory.action(id) else { continue };
        match alone(|| closure(directory, told, moment, id, at)) {
            Some(due) => plan.due.extend(due.into_iter().filter(|one| {
                let manner = Manner::new(moment.rules, one.policy, one.recipient.wishes);
                moment.gate(told).lets(moment, told, &one.recipient.id, manner)
            })),
            None => plan.failed.push(action),
        }
    }
    (plan, has_new)
}

/// Does something about one action; none if that panics: a mistake about one is no reason to remind of no other.
pub fn alone<T>(about: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(about)).ok()
}

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
        Self { directory, day, found: HashMap::default() }
    }

    pub(super) fn of(&mut self, action: &'d Action) -> &[(Recipient, &'d WorkingDays)] {
        let addressees = (&action.asked_of, action.more.handed_to.as_deref(), &action.more.also_to[..]);
        self.found
            .entry(addressees)
            .or_insert_with(|| with_days(self.directory, self.directory.recipients(action, self.day)))
    }
}

/// Recipients with the days on which neither the secretariat nor their body is closed.
pub(super) fn with_days(directory: &Directory, recipients: Vec<Recipient>) -> Vec<Asked<'_>> {
    let with = |recipient: Recipient| {
        let days = directory.working_days(&recipient);
        (recipient, days)
    };
    recipients.into_iter().map(with).collect()
}
