//! What is due: register, ledger view, policies and now give reminders, each with its reason.

use jiff::civil::Date;

use crate::{
    action::{Action, Kind, ReminderKey, Step},
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
    pub policy: String,
    /// How the action came to that policy.
    pub choice: Choice,
}
