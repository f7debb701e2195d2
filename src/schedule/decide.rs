//! What is to be done about one action, and why. The same value drives the letter, the forecast
//! and the `why` command.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};

use super::{Choice, Policy, Rules, policy::days_between};
use crate::{
    action::{Action, ActionId, Purpose, Status, Step, Told},
    directory::{Directory, Recipient},
};

/// Merged steps that are listed one by one; of more than these only the latest are.
const MERGED_LIMIT: usize = 12;

/// A send time at which planning happens, with what it implies for every policy.
#[derive(Debug)]
pub struct Moment<'a> {
    /// The rules in force.
    pub rules: &'a Rules,
    /// The send time that is served.
    pub at: Timestamp,
    /// Its day in the secretariat's zone: steps up to this day are reached.
    pub today: Date,
    cadences: HashMap<&'a str, (Option<Date>, Option<Timestamp>)>,
}

impl<'a> Moment<'a> {
    /// The moment of the send time `at`.
    pub fn new(rules: &'a Rules, at: Timestamp) -> Self {
        let zone = rules.send().zone();
        let cadences = rules.policies().filter_map(|policy| {
            let cadence = policy.without_deadline.as_ref()?;
            let reached = cadence.last_at_or_before(at).map(|last| zone.to_datetime(last).date());
            Some((policy.name.as_str(), (reached, cadence.next_after(at))))
        });
        Self { rules, at, today: zone.to_datetime(at).date(), cadences: cadences.collect() }
    }

    /// The latest step reached of an action under a policy, and the first one that is not.
    pub(super) fn steps(&self, action: &Action, policy: &Policy) -> Steps {
        let opened = |step: &(Step, Date)| action.opened.is_none_or(|opened| opened <= step.1);
        if let Some(deadline) = action.deadline {
            let day = deadline.day(self.rules.send().zone());
            let mut next = policy.following(day, self.today);
            while let Some(step) = next.filter(|step| !opened(step)) {
                next = policy.following(day, step.1);
            }
            return Steps { reached: policy.reached(day, self.today).filter(opened), next };
        }
        let Some((reached, next)) = self.cadences.get(policy.name.as_str()) else { return Steps::default() };
        let zone = self.rules.send().zone();
        let day = |on: Date| (Step::Outstanding { on }, on);
        Steps {
            reached: reached.map(day).filter(opened),
            next: next.map(|next| day(zone.to_datetime(next).date())),
        }
    }

    /// Whether a step of `day` is no news any more. To somebody who was never told it always is news.
    pub(super) fn is_too_old(&self, day: Date, latest_told: Option<Date>) -> bool {
        latest_told.is_some()
            && self.rules.max_age().is_some_and(|days| days_between(day, self.today) > i64::from(days))
    }

    /// The latest step reached of an action under a policy, with its day.
    pub fn latest_step(&self, action: &Action, policy: &Policy) -> Option<(Step, Date)> {
        self.steps(action, policy).reached
    }

    /// When a step of `day` is told: the first send time at or after the beginning of that day,
    /// and after the moment itself.
    pub(super) fn send_time(&self, day: Date) -> Option<Timestamp> {
        let send = self.rules.send();
        let begin = send.zone().to_ambiguous_timestamp(day.to_datetime(jiff::civil::Time::midnight()));
        let first = send.first_at_or_after(begin.compatible().ok()?)?;
        if first > self.at { Some(first) } else { send.next_after(self.at) }
    }
}

/// Where an action stands on its policy's ladder.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Steps {
    pub(super) reached: Option<(Step, Date)>,
    pub(super) next: Option<(Step, Date)>,
}

/// What is to be done about an action.
#[derive(Debug, Clone)]
pub enum Verdict<'r> {
    /// Nobody is reminded.
    Quiet(Silence),
    /// Its recipients are reminded by a policy.
    Chased(Chase<'r>),
}

/// Why nobody is reminded of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// It is for information.
    Information,
    /// It is closed.
    Closed(Status),
}

/// How an action is chased.
#[derive(Debug, Clone)]
pub struct Chase<'r> {
    /// By which policy.
    pub policy: &'r Policy,
    /// Why by this one.
    pub choice: Choice,
    /// The latest step reached.
    pub reached: Option<(Step, Date)>,
    /// The first step not yet reached, and the send time at which it will be.
    pub next: Option<(Step, Date, Timestamp)>,
    /// Whom, and what is to be done for each.
    pub recipients: Vec<(Recipient, Decision)>,
}

/// What is to be done for one recipient of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Tell the step reached.
    Remind {
        /// The step.
        step: Step,
        /// Its day.
        day: Date,
        /// Earlier steps that were never told, which this one stands for.
        merged: Vec<(Step, Date)>,
    },
    /// The step reached was told, or one after it.
    Told {
        /// The day of the latest step told.
        day: Date,
    },
    /// No step is reached yet.
    NotYet,
    /// The step reached is too old to be told.
    TooOld {
        /// The step.
        step: Step,
        /// Its day.
        day: Date,
    },
}

/// What is to be done about `action` at `moment`.
pub fn decide<'r>(
    directory: &Directory,
    told: &Told,
    moment: &Moment<'r>,
    id: &ActionId,
    action: &Action,
) -> Verdict<'r> {
    if let Some(silence) = silence(action) {
        return Verdict::Quiet(silence);
    }
    let (policy, choice) = moment.rules.policy_of(action);
    let steps = moment.steps(action, policy);
    let recipients = directory.recipients(action, moment.today).into_iter().map(|recipient| {
        let latest = told.latest(id, &recipient.id, action.deadline);
        let decision = for_recipient(moment, action, policy, steps.reached, latest);
        (recipient, decision)
    });
    let next = steps.next.and_then(|(step, day)| Some((step, day, moment.send_time(day)?)));
    Verdict::Chased(Chase { policy, choice, reached: steps.reached, next, recipients: recipients.collect() })
}

pub(super) fn silence(action: &Action) -> Option<Silence> {
    match (action.purpose, action.status) {
        (Purpose::Information, _) => Some(Silence::Information),
        (Purpose::Action, status) if !status.is_open() => Some(Silence::Closed(status)),
        _ => None,
    }
}

pub(super) fn for_recipient(
    moment: &Moment<'_>,
    action: &Action,
    policy: &Policy,
    reached: Option<(Step, Date)>,
    latest_told: Option<Date>,
) -> Decision {
    match (reached, latest_told) {
        (None, _) => Decision::NotYet,
        (Some((_, day)), Some(told)) if day <= told => Decision::Told { day: told },
        (Some((step, day)), told) if moment.is_too_old(day, told) => Decision::TooOld { step, day },
        (Some((step, day)), _) => {
            let merged = action.deadline.map_or_else(Vec::new, |deadline| {
                let deadline = deadline.day(moment.rules.send().zone());
                let before_opening = action.opened.and_then(|opened| opened.yesterday().ok());
                let after = latest_told.max(before_opening);
                policy.between(deadline, after, day, MERGED_LIMIT)
            });
            Decision::Remind { step, day, merged }
        }
    }
}
