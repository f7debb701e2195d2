//! Policies: at which days relative to a deadline somebody is reminded.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date};

use super::Morning;
use crate::{
    action::{Action, Kind, Step, fold},
    cadence::Cadence,
    directory::Recipient,
};

/// When to remind of one sort of action.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The name under which the register and the settings refer to it.
    pub name: String,
    /// Days before the deadline, each 1 or more, largest first.
    pub before: Vec<u32>,
    /// Whether to remind on the day of the deadline.
    pub on_the_day: bool,
    /// Days between reminders after the deadline, 1 or more; none stops at the deadline.
    pub overdue: Option<u32>,
    /// When to remind of actions without a deadline; none never does.
    pub without_deadline: Option<Cadence>,
    /// The kinds of action that it is the policy for, unless the row names another.
    pub kinds: Vec<Kind>,
}

impl Policy {
    /// The latest step at or before `today`.
    pub fn reached(&self, deadline: Date, today: Date) -> Option<(Step, Date)> {
        let offset = days_between(deadline, today);
        let overdue = self.overdue.and_then(|every| {
            let rounds = offset / i64::from(every.max(1));
            (rounds >= 1).then(|| rounds * i64::from(every.max(1)))
        });
        let fixed = || self.fixed_offsets().filter(|step| *step <= offset).max();
        Self::at(deadline, overdue.or_else(fixed)?)
    }

    /// The first step after `today`.
    pub fn following(&self, deadline: Date, today: Date) -> Option<(Step, Date)> {
        let offset = days_between(deadline, today);
        let overdue = || {
            let every = i64::from(self.overdue?.max(1));
            Some((offset.max(0) / every + 1) * every)
        };
        let fixed = self.fixed_offsets().filter(|step| *step > offset).min();
        Self::at(deadline, fixed.or_else(overdue)?)
    }

    /// The steps after the day `after` (from the first, if none) and before the day `before`,
    /// earliest first; at most the last `limit` of them.
    pub fn between(
        &self,
        deadline: Date,
        after: Option<Date>,
        before: Date,
        limit: usize,
    ) -> Vec<(Step, Date)> {
        let mut steps = Vec::new();
        let mut day = before;
        while steps.len() < limit {
            let Some(earlier) = day.yesterday().ok().and_then(|day| self.reached(deadline, day)) else {
                break;
            };
            if after.is_some_and(|after| earlier.1 <= after) {
                break;
            }
            day = earlier.1;
            steps.push(earlier);
        }
        steps.reverse();
        steps
    }

    /// What the policy does, in words: "28, 14 and 7 days before the deadline, on the day, and
    /// every 7 days after it".
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        if !self.before.is_empty() {
            let days: Vec<_> = self.before.iter().map(u32::to_string).collect();
            let unit = if self.before == [1] { "day" } else { "days" };
            parts.push(format!("{} {unit} before the deadline", listed(&days)));
        }
        if self.on_the_day {
            parts.push("on the day".to_owned());
        }
        match self.overdue {
            Some(1) => parts.push("every day after it".to_owned()),
            Some(days) => parts.push(format!("every {days} days after it")),
            None => {}
        }
        if parts.is_empty() { "never".to_owned() } else { parts.join(", ") }
    }

    fn fixed_offsets(&self) -> impl Iterator<Item = i64> {
        self.before.iter().map(|days| -i64::from(*days)).chain(self.on_the_day.then_some(0))
    }

    fn at(deadline: Date, offset: i64) -> Option<(Step, Date)> {
        let days = u32::try_from(offset.unsigned_abs()).ok()?;
        let step = match offset {
            0 => Step::OnTheDay,
            ..0 => Step::Before { days },
            1.. => Step::Overdue { days },
        };
        Some((step, deadline.checked_add(offset.days()).ok()?))
    }
}

/// "28, 14 and 7".
fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

pub(super) fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_secs() / 86_400
}

/// How an action came to its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The row names it.
    Column,
    /// It is the policy for the action's kind.
    Kind,
    /// Neither: the default.
    Default,
}

/// All that the settings say about when to remind.
#[derive(Debug, Clone)]
pub struct Rules {
    policies: BTreeMap<String, Policy>,
    by_kind: BTreeMap<Kind, String>,
    default: Policy,
    send: Cadence,
    max_age: Option<u32>,
    morning: Option<Morning>,
}

impl Rules {
    /// The rules of these policies, by name, and of the send times; `default` is the policy of
    /// an action that no other claims.
    pub fn new(policies: impl IntoIterator<Item = Policy>, default: Policy, send: Cadence) -> Self {
        let policies: BTreeMap<_, _> = policies
            .into_iter()
            .chain([default.clone()])
            .map(|policy| (fold(&policy.name), policy))
            .collect();
        let kinds = |(name, policy): (&String, &Policy)| {
            policy.kinds.iter().map(|kind| (*kind, name.clone())).collect::<Vec<_>>()
        };
        let by_kind = policies.iter().flat_map(kinds).collect();
        Self { policies, by_kind, default, send, max_age: None, morning: None }
    }

    /// The same rules, under which a step that was due more than so many days ago is not told any
    /// more: it would be no news.
    #[must_use]
    pub fn with_max_age(self, days: u32) -> Self {
        Self { max_age: Some(days), ..self }
    }

    /// The same rules, under which letters wait for the recipient's morning.
    #[must_use]
    pub fn with_morning(self, morning: Option<Morning>) -> Self {
        Self { morning, ..self }
    }

    /// When a letter of the send time `planned` leaves: then, unless it waits for the recipient's
    /// morning.
    pub fn leaves(&self, planned: Timestamp, recipient: &Recipient) -> Timestamp {
        self.morning.as_ref().map_or(planned, |morning| morning.leaves(planned, recipient))
    }

    /// After how many days a step is not told any more; none tells all.
    pub fn max_age(&self) -> Option<u32> {
        self.max_age
    }

    /// When letters leave. Its zone is the secretariat's.
    pub fn send(&self) -> &Cadence {
        &self.send
    }

    /// All policies, in the order of their names.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values()
    }

    /// The policy for an action: by its row, else by its kind, else the default.
    pub fn policy_of(&self, action: &Action) -> (&Policy, Choice) {
        let by_column = action.policy.as_ref().and_then(|name| self.policies.get(&fold(name)));
        if let Some(policy) = by_column {
            return (policy, Choice::Column);
        }
        if let Some(policy) = self.by_kind.get(&action.kind).and_then(|name| self.policies.get(name)) {
            return (policy, Choice::Kind);
        }
        (&self.default, Choice::Default)
    }
}
