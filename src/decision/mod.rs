//! What people decided about actions beside the register, on the command line: close, reopen, snooze, extend,
//! assign.
//!
//! The register stays the secretariat's: nothing writes to it. A decision remembers what the register said about
//! the same thing when it was made, and holds for as long as the register says just that. As soon as the register
//! says something else, the register counts: either it has caught up with the decision, or somebody decided
//! otherwise later. [`overlay`] is that rule, and pure.
//!
//! ```
//! use rappel::decision::{Change, Subject};
//!
//! let change = Change::Extend { to: jiff::civil::date(2017, 7, 28) };
//! assert_eq!(change.subject(), Subject::Deadline);
//! assert_eq!(Change::stored(change.verb(), change.value().as_deref()), Some(change));
//! ```

mod overlay;

use std::fmt;

use jiff::{Timestamp, civil::Date};

use crate::action::{Action, ActionId, After, Deadline, Status};

pub use overlay::{Overlaid, Standing, overlay};

/// One decision. It is never changed; a later one about the same subject replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number in the ledger, from 1.
    pub id: i64,
    /// About which action.
    pub action: ActionId,
    /// Its reference, as people write it.
    pub reference: String,
    /// Of whom it is asked, as people write it.
    pub asked_of: String,
    /// What was decided.
    pub change: Change,
    /// What the register said about the same subject at that time: what [`Subject::written`] gave.
    pub seen: String,
    /// Who decided.
    pub who: String,
    /// Why, if that was said.
    pub why: Option<String>,
    /// The day, in the secretariat's zone.
    pub day: Date,
    /// When.
    pub at: Timestamp,
}

/// What a decision changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is done; nobody is reminded of it any more.
    Close {
        /// What came of it.
        outcome: Option<String>,
    },
    /// It is not done after all.
    Reopen,
    /// Nobody is reminded of it before that day; none: they are, whatever the register says.
    Snooze {
        /// The first day on which people are reminded again.
        until: Option<Date>,
    },
    /// It is due on another day.
    Extend {
        /// On which.
        to: Date,
    },
    /// Somebody answered: nobody else is told any more that nobody did, for as long as the deadline stays.
    Acknowledge {
        /// The deadline about which.
        deadline: Option<Deadline>,
    },
    /// Nobody has answered after all.
    Unacknowledge,
    /// An action may be escalated to another body.
    Approve {
        /// Which rung of the ladder.
        after: After,
        /// Of which deadline.
        deadline: Option<Deadline>,
    },
    /// It may not after all.
    Unapprove {
        /// Which rung of the ladder.
        after: After,
    },
    /// Somebody else is reminded; none: whomever it is asked of, as before.
    Assign {
        /// A name of the Representatives sheet.
        to: Option<String>,
    },
}

impl Change {
    /// What is changed.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Close { .. } | Self::Reopen => Subject::Status,
            Self::Snooze { .. } => Subject::Snooze,
            Self::Extend { .. } => Subject::Deadline,
            Self::Assign { .. } => Subject::AskedOf,
            Self::Acknowledge { .. } | Self::Unacknowledge => Subject::Answer,
            Self::Approve { after, .. } | Self::Unapprove { after } => Subject::Approval(*after),
        }
    }

    /// The command that decides it, under which it is stored.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Close { .. } => "close",
            Self::Reopen => "reopen",
            Self::Snooze { .. } => "snooze",
            Self::Extend { .. } => "extend",
            Self::Assign { .. } => "assign",
            Self::Acknowledge { .. } => "acknowledge",
            Self::Unacknowledge => "unacknowledge",
            Self::Approve { .. } => "approve",
            Self::Unapprove { .. } => "unapprove",
        }
    }

    /// What is stored beside the verb.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        match self {
            Self::Close { outcome } => outcome.clone(),
            Self::Reopen | Self::Unacknowledge => None,
            Self::Snooze { until } => until.map(|day| day.to_string()),
            Self::Extend { to } => Some(to.to_string()),
            Self::Acknowledge { deadline } => Some(Deadline::key(*deadline)),
            Self::Approve { after, deadline } => Some(format!("{after}{OF}{}", Deadline::key(*deadline))),
            Self::Unapprove { after } => Some(after.to_string()),
            Self::Assign { to } => to.clone(),
        }
    }

    /// The change that [`Change::verb`] and [`Change::value`] were of.
    #[must_use]
    pub fn stored(verb: &str, value: Option<&str>) -> Option<Self> {
        let day = |text: &str| text.parse().ok();
        Some(match (verb, value) {
            ("close", outcome) => Self::Close { outcome: outcome.map(str::to_owned) },
            ("reopen", None) => Self::Reopen,
            ("snooze", None) => Self::Snooze { until: None },
            ("snooze", Some(text)) => Self::Snooze { until: Some(day(text)?) },
            ("extend", Some(text)) => Self::Extend { to: day(text)? },
            ("acknowledge", Some(text)) => Self::Acknowledge { deadline: Deadline::of_key(text)? },
            ("unacknowledge", None) => Self::Unacknowledge,
            ("approve", Some(text)) => {
                let (after, deadline) = text.split_once(OF)?;
                Self::Approve { after: after.parse().ok()?, deadline: Deadline::of_key(deadline)? }
            }
            ("unapprove", Some(text)) => Self::Unapprove { after: text.parse().ok()? },
            ("assign", to) => Self::Assign { to: to.map(str::to_owned) },
            _ => return None,
        })
    }
}

/// As a sentence goes on after the action: "closed (representative appointed)", "extended to 2017-07-28".
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Close { outcome: None } => f.write_str("closed"),
            Self::Close { outcome: Some(outcome) } => write!(f, "closed ({outcome})"),
            Self::Reopen => f.write_str("reopened"),
            Self::Snooze { until: Some(until) } => write!(f, "snoozed until {until}"),
            Self::Snooze { until: None } => f.write_str("no longer snoozed"),
            Self::Extend { to } => write!(f, "extended to {to}"),
            Self::Acknowledge { .. } => f.write_str("acknowledged"),
            Self::Unacknowledge => f.write_str("no longer acknowledged"),
            Self::Approve { after, .. } => write!(f, "approved for escalation ({after})"),
            Self::Unapprove { after } => write!(f, "no longer approved for escalation ({after})"),
            Self::Assign { to: Some(to) } => write!(f, "assigned to {to}"),
            Self::Assign { to: None } => f.write_str("assigned to nobody else"),
        }
    }
}

/// What decisions are about: of those about one subject of one action the last counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// The column Status.
    Status,
    /// The column Deadline.
    Deadline,
    /// The column Snooze until.
    Snooze,
    /// The column Asked of.
    AskedOf,
    /// Whether somebody answered. No column says so.
    Answer,
    /// Whether another body may be told that nobody answered. No column says so.
    Approval(After),
}

/// Between a rung and its deadline, in what is stored.
const OF: &str = " of ";

impl Subject {
    /// The header of the column in the register; none where it has no say.
    #[must_use]
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Status => Some("Status"),
            Self::Deadline => Some("Deadline"),
            Self::Snooze => Some("Snooze until"),
            Self::AskedOf => Some("Asked of"),
            Self::Answer | Self::Approval(_) => None,
        }
    }

    /// What a row of the register says about it: the same text for as long as nobody edits that cell. A deadline
    /// that follows a meeting is what is written, not the day that it comes to.
    #[must_use]
    pub fn written(self, row: &Action) -> String {
        match (self, &row.more.follows) {
            (Self::Status, _) => row.status.to_string(),
            (Self::Deadline, Some(follows)) => follows.said.clone(),
            (Self::Deadline, None) => Deadline::key(row.deadline),
            (Self::Snooze, _) => row.more.snoozed.map_or_else(|| "none".to_owned(), |day| day.to_string()),
            (Self::AskedOf, _) => row.asked_of.to_string(),
            (Self::Answer | Self::Approval(_), _) => String::new(),
        }
    }
}

/// The status that an action has again when it is reopened.
#[must_use]
pub fn reopened(written: Status) -> Status {
    if written.is_open() { written } else { Status::Open }
}
