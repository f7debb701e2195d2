//! When something will be due next.

use jiff::{Timestamp, civil::Date};

use super::{
    Rules,
    apart::moved_apart,
    case::Case,
    closures::closures,
    decide::{Asked, news_since, silence},
    escalation::Silent,
    moment::Moment,
    moved::moved_from,
    plan::{Recipients, alone},
    quiet::{Gate, Manner},
    turn::{Foreseen, Turn},
    welcome::Newcomers,
};
use crate::{
    action::{
        Told,
        maps::{HashMap, HashSet},
    },
    directory::{Because, Directory, Recipient},
};

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
    /// What people call the actions about which planning failed by a mistake in the program.
    pub failed: Vec<String>,
}

/// The soonest of several send times, and the addresses to which letters go then.
#[derive(Debug, Default)]
struct Soonest {
    at: Option<Timestamp>,
    to: HashSet<String>,
}

impl Soonest {
    fn note(&mut self, at: Option<Timestamp>, email: &str) {
        let Some(at) = at else { return };
        if self.at.is_none_or(|soonest| at < soonest) {
            self.at = Some(at);
            self.to.clear();
        }
        if self.at == Some(at) {
            self.to.insert(email.to_lowercase());
        }
    }
}

/// When something will be due, seen from `after`: what is reached but untold goes with the next
/// send time.
pub fn upcoming(directory: &Directory, rules: &Rules, told: &Told, after: Timestamp) -> Upcoming {
    let moment = Moment::new(rules, after);
    let mut people = Recipients::new(directory, moment.today);
    let mut send_times: HashMap<Date, Option<Timestamp>> = HashMap::default();
    let gate = Gate::after(&moment, told);
    let mut soonest = Soonest::default();
    let mut outstanding = 0;
    let mut failed = Vec::new();
    let mut has_new = false;
    // Holders of seats who are reminded of something themselves.
    let mut holders = HashSet::default();
    let mut approval = None;
    for (id, action) in directory.actions().filter(|(_, action)| silence(action).is_none()) {
        outstanding += 1;
        let foreseen = alone(|| {
            let case = Case::of(directory, told, &moment, (id, action));
            let Case { policy, deadline, same, .. } = case;
            let mut at_day = |day: Date, recipient: &Recipient, manner: Option<Manner>| {
                let day = action.snoozed_on(moment.today).map_or(day, |until| day.max(until));
                let unusual = manner.filter(|manner| !manner.is_usual());
                if let Some(manner) = unusual {
                    moment.chance(told, gate, &recipient.id, manner, day)
                } else {
                    let day = day.max(moment.today);
                    *send_times.entry(day).or_insert_with(|| moment.send_time(day))
                }
            };
            let asked = people.of(action);
            has_new |= asked.iter().any(|(recipient, _)| case.may_be_new(recipient));
            let silent = Silent { directory, told, id, action, policy, asked };
            let mut turn = Turn::of(asked);
            if !policy.escalate.is_empty() {
                for Foreseen { on, to, needs_approval, is_copied } in silent.foreseen(&moment) {
                    if needs_approval {
                        // Nobody is told then but the secretariat, that it waits.
                        let at = moment
                            .send_time(action.snoozed_on(moment.today).map_or(on, |until| on.max(until)));
                        approval = [approval, at].into_iter().flatten().min();
                        continue;
                    }
                    // A letter of its own waits for the maximum of a week alone, and no longer than that of another reader
                    // of the same rung; one with a copy for nothing.
                    let manner = |one: &Recipient| (!is_copied).then(|| Manner::at_once(rules, one.wishes));
                    let at = to.iter().filter_map(|one| at_day(on, one, manner(one))).min();
                    for one in &to {
                        soonest.note(at, &one.email);
                    }
                }
                turn = silent.reminded(&moment);
                for (recipient, _) in moved_apart(directory, told, &moment, (id, action), policy, asked) {
                    let manner = Manner::new(rules, policy, recipient.wishes);
                    soonest.note(at_day(moment.today, &recipient, Some(manner)), &recipient.email);
                }
            }
            for (recipient, days) in turn.asked.iter() {
                let who = recipient.remembered_as();
                let said = told.working(id, who, deadline);
                let wishes = recipient.wishes;
                let manner = Manner::new(rules, policy, wishes);
                let same = same.filter(|_| !manner.is_only_overdue());
                let (policy, _) = rules.policy_for(action, wishes);
                let steps = same.unwrap_or_else(|| moment.steps(action, policy, days, said));
                let latest = told.latest(id, who, deadline);
                if matches!(recipient.because, Because::Holds(_)) && !holders.contains(&recipient.id) {
                    holders.insert(recipient.id.clone());
                }
                let untold = steps.reached.filter(|due| {
                    latest.is_none_or(|latest| latest < due.day)
                        && !moment.is_too_old(news_since(action, due), latest, manner.patience())
                });
                let moved = moved_from(&moment, action, deadline, told.reminded_of(id, who));
                let asked = Asked { action, policy, days, said, manner };
                let day = untold.or_else(|| asked.next(&moment, steps, latest)).map(|due| due.told_on);
                if let Some(day) = moved.map(|_| moment.today).or(day) {
                    soonest.note(at_day(day, recipient, Some(manner)), &recipient.email);
                }
            }
        });
        if foreseen.is_none() {
            failed.push(format!("{}, asked of {}", action.reference, action.asked_of));
        }
    }
    // What was closed is told at the next send time.
    for (closure, waits) in closures(directory, told, &moment) {
        let at = waits.map(|(at, _)| at).or_else(|| moment.send_time(moment.today));
        soonest.note(at, &closure.recipient.email);
    }
    // Whoever is new to a seat is welcomed at the next send time.
    if has_new && let Some(at) = moment.send_time(moment.today) {
        let newcomers = Newcomers::find(directory, told, moment.today, at);
        let recipients = people.found.into_values().flatten().map(|(recipient, _)| recipient);
        for recipient in recipients.filter(|one| newcomers.has(one) && holders.contains(&one.id)) {
            // Whoever wants to hear of nothing before it is overdue is not welcomed.
            let manner = Manner::of(rules, recipient.wishes);
            let at = moment.chance(told, gate, &recipient.id, manner, moment.today);
            soonest.note(at.filter(|_| !manner.is_only_overdue()), &recipient.email);
        }
    }
    let Soonest { at: next, to: then } = soonest;
    let change = directory.next_change(moment.today).and_then(|day| moment.send_time(day));
    let plan_at = [next, change, approval].into_iter().flatten().min();
    Upcoming { outstanding, next, people: then.len(), plan_at, failed }
}
