//! Policies: at which days relative to a deadline somebody is reminded.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{Morning, Quiet, Rung};
use crate::{
    action::{Action, Kind, Pace, Wishes, fold},
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
    /// Working days before the deadline, each 1 or more, largest first.
    pub working_before: Vec<u32>,
    /// What happens to a step that falls on a closed day.
    pub closed_day: ClosedDay,
    /// Whether to remind on the day of the deadline.
    pub on_the_day: bool,
    /// Days between reminders after the deadline, 1 or more; none stops at the deadline.
    pub overdue: Option<u32>,
    /// When to remind of actions without a deadline; none never does.
    pub without_deadline: Option<Cadence>,
    /// Whether those who were reminded of an action are told when it is closed.
    pub announce_closure: bool,
    /// When what is due goes to recipients who have not said it themselves.
    pub pace: Pace,
    /// The kinds of action that it is the policy for, unless the row names another.
    pub kinds: Vec<Kind>,
    /// Who is told when nobody answers, in the order in which it happens.
    pub escalate: Vec<Rung>,
}

/// What happens to a step that falls on a day on which the secretariat or the recipient's body is closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ClosedDay {
    /// It is told on the last open day before it.
    Earlier,
    /// It is told on the first open day after it.
    Later,
    /// It is left out.
    Skip,
    /// It stays: it is told with the first send time from that day on.
    #[default]
    Keep,
}

impl ClosedDay {
    /// As a sentence goes on after what the policy does; nothing for [`ClosedDay::Keep`].
    fn words(self) -> &'static str {
        match self {
            Self::Earlier => "; what falls on a closed day is told on the last open day before it",
            Self::Later => "; what falls on a closed day is told on the first open day after it",
            Self::Skip => "; what falls on a closed day is left out",
            Self::Keep => "",
        }
    }
}

impl Policy {
    /// Whether every step is told on its own day, and that day is the same on every calendar.
    pub fn is_plain(&self) -> bool {
        self.working_before.is_empty() && self.closed_day == ClosedDay::Keep
    }

    /// Whether it ever reminds of an action: of one with a deadline, or of one without.
    pub fn reminds_of(&self, has_deadline: bool) -> bool {
        let policy = if self.pace == Pace::OnlyOverdue { &self.only_overdue() } else { self };
        if !has_deadline {
            return policy.without_deadline.is_some();
        }
        let steps = policy.before.len() + policy.working_before.len();
        steps > 0 || policy.on_the_day || policy.overdue.is_some()
    }

    /// The same policy without what it tells before a deadline is over.
    fn only_overdue(&self) -> Self {
        Self {
            before: Vec::new(),
            working_before: Vec::new(),
            on_the_day: false,
            without_deadline: None,
            ..self.clone()
        }
    }

    /// What the policy does, in words: "28, 14 and 7 days before the deadline, on the day, and
    /// every 7 days after it".
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        if !self.working_before.is_empty() {
            let days: Vec<_> = self.working_before.iter().map(u32::to_string).collect();
            let unit = if self.working_before == [1] { "working day" } else { "working days" };
            parts.push(format!("{} {unit} before the deadline", listed(&days)));
        }
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
        if parts.is_empty() {
            return "never".to_owned();
        }
        format!("{}{}", parts.join(", "), self.closed_day.words())
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
    /// The same policies without what they tell before a deadline is over.
    only_overdue: BTreeMap<String, Policy>,
    max_age: Option<u32>,
    morning: Option<Morning>,
    window: SignedDuration,
    quiet: Quiet,
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
        let only_overdue = policies.iter().map(|(name, one)| (name.clone(), one.only_overdue())).collect();
        let (quiet, window) = (Quiet::default(), SignedDuration::ZERO);
        Self { policies, by_kind, default, send, only_overdue, max_age: None, morning: None, window, quiet }
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

    /// The same rules, under which letters can be held for so long before they leave.
    #[must_use]
    pub fn with_window(self, window: SignedDuration) -> Self {
        Self { window, ..self }
    }

    /// The same rules, with what they say about people who want fewer letters.
    #[must_use]
    pub fn with_quiet(self, quiet: Quiet) -> Self {
        Self { quiet, ..self }
    }

    /// What they say about people who want fewer letters.
    pub fn quiet(&self) -> &Quiet {
        &self.quiet
    }

    /// The policy for an action as it is for somebody with these wishes.
    pub fn policy_for(&self, action: &Action, wishes: Wishes) -> (&Policy, Choice) {
        let (policy, choice) = self.policy_of(action);
        match wishes.pace.unwrap_or(policy.pace) {
            Pace::OnlyOverdue => (self.only_overdue.get(&fold(&policy.name)).unwrap_or(policy), choice),
            Pace::EachSendTime | Pace::Weekly => (policy, choice),
        }
    }

    /// When a letter of the send time `planned` leaves: then, unless it waits for the recipient's
    /// morning.
    pub fn leaves(&self, planned: Timestamp, recipient: &Recipient) -> Timestamp {
        self.morning.as_ref().map_or(planned, |morning| morning.leaves(planned, recipient))
    }

    /// When a letter of the send time `planned` is foreseen to be taken by the mail server.
    pub fn arrives(&self, planned: Timestamp, recipient: &Recipient) -> Timestamp {
        let released = planned.checked_add(self.window).unwrap_or(planned);
        self.leaves(planned, recipient).max(released)
    }

    /// After how many days a step is not told any more; none tells all.
    pub fn max_age(&self) -> Option<u32> {
        self.max_age
    }

    /// When letters leave. Its zone is the secretariat's.
    pub fn send(&self) -> &Cadence {
        &self.send
    }

    /// Whether a policy escalates.
    pub fn has_ladders(&self) -> bool {
        self.policies.values().any(|policy| !policy.escalate.is_empty())
    }

    /// All policies, in the order of their names.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values()
    }

    /// The policy for an action: by its row, else by its kind, else the default.
    pub fn policy_of(&self, action: &Action) -> (&Policy, Choice) {
        poison(action);
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

/// In tests, an action about which planning fails.
#[cfg(test)]
fn poison(action: &Action) {
    assert_ne!(action.title, super::POISON);
}

#[cfg(not(test))]
fn poison(_: &Action) {}
