//! Who will get what, when: planning, send time after send time, on a ledger that is only
//! imagined. What is forecast is what will happen, because it is the same planning.

use jiff::{SignedDuration, Timestamp};

use super::{
    Moment, Reminder, Rules, Stands, case::Case, decide::silence, escalation, plan, plan::Recipients,
    to_letters, told_of_all, upcoming,
};
use crate::{
    action::{ActionId, After, Deadline, Told, maps::HashSet},
    directory::Directory,
};

const A_MOMENT: SignedDuration = SignedDuration::from_nanos(1);

/// The letters of one send time, each with its reminders.
#[derive(Debug, Clone)]
pub struct Mailing<'r> {
    /// When they leave.
    pub at: Timestamp,
    /// One entry a letter.
    pub letters: Vec<Vec<Reminder<'r>>>,
    /// Those that would leave if somebody approved by then that it is escalated to another body. Nothing else is forecast
    /// as if somebody had.
    pub after_approval: Vec<Vec<Reminder<'r>>>,
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
    let mut mailings: Vec<Mailing<'_>> = Vec::new();
    let mut approvals = Approvals { directory, rules, seen: HashSet::default() };
    if let Some(at) = rules.send().next_after(from).filter(|at| *at <= until) {
        let after_approval = approvals.new_ones(&told, at);
        mailings.push(Mailing { at, letters: Vec::new(), after_approval });
    }
    while let Some(at) = upcoming(directory, rules, &told, after).plan_at.filter(|at| *at <= until) {
        // Send times without letters in between are worked through as well.
        if let Some(before) = rules.send().last_at_or_before(at - A_MOMENT).filter(|before| *before > from) {
            told.record_served(before);
        }
        let after_approval = approvals.new_ones(&told, at);
        let reminders = plan(directory, rules, &told, at);
        for reminder in &reminders {
            reminder.foresee_in(&mut told, rules, at);
        }
        let letters = to_letters(reminders);
        for letter in letters.iter().filter_map(|letter| letter.first()) {
            told.record_letter(&letter.recipient.id, at);
        }
        told.forget_closings(&told_of_all(directory, &told, &Moment::new(rules, at)));
        told.record_served(at);
        match mailings.last_mut().filter(|last| last.at == at) {
            Some(last) => last.letters = letters,
            None => mailings.push(Mailing { at, letters, after_approval }),
        }
        after = at;
    }
    mailings.retain(|mailing| !mailing.letters.is_empty() || !mailing.after_approval.is_empty());
    mailings
}

/// Escalations that wait until somebody approves.
struct Approvals<'r> {
    directory: &'r Directory,
    rules: &'r Rules,
    seen: HashSet<(ActionId, After, Option<Deadline>)>,
}

impl<'r> Approvals<'r> {
    /// The letters of those that wait at a send time and did not at those before.
    fn new_ones(&mut self, told: &Told, at: Timestamp) -> Vec<Vec<Reminder<'r>>> {
        let Self { directory, rules, .. } = *self;
        let mut letters = Vec::new();
        if !rules.policies().any(|policy| policy.escalate.iter().any(|rung| rung.approval)) {
            return letters;
        }
        let moment = Moment::new(rules, at);
        let mut people = Recipients::new(directory, moment.today);
        for (id, action) in
            directory.actions().filter(|(id, action)| silence(action).is_none() && told.knows(id))
        {
            let case = Case::of(directory, told, &moment, (id, action));
            if !case.policy.escalate.iter().any(|rung| rung.approval) {
                continue;
            }
            let silent = case.silent(people.of(action));
            for (rung, stands) in silent.standings(&moment, silent.answer(case.deadline).is_some()) {
                let is_new = matches!(stands, Stands::Waits { .. })
                    && self.seen.insert((id.clone(), rung.after, case.deadline));
                if is_new {
                    let told = escalation(directory, rules, told, at, (id, action), rung.after);
                    letters.extend(to_letters(told.unwrap_or_default()));
                }
            }
        }
        letters
    }
}
