//! An action, as templates see it.

use std::borrow::Cow;

use minijinja::Value;
use serde::Serialize;

use super::{BecauseView, DayView, DeadlineView, EscalatedView, MovedView};
use crate::action::{Kind, Status};

/// An action that somebody is reminded of.
#[derive(Debug, Hash, Serialize)]
pub struct ActionView<'a> {
    /// What people quote: "17/06".
    pub reference: Cow<'a, str>,
    /// What is asked, in one line.
    pub title: Cow<'a, str>,
    /// The title, cut so that the subject is not longer than 110 characters and still says when.
    pub short_title: Cow<'a, str>,
    /// What is asked, at length; may have several lines; at most 4,000 characters (600 in a
    /// digest).
    pub details: Option<Cow<'a, str>>,
    /// The sort of thing: "nomination", "liaison reply", "other" ...
    #[serde(serialize_with = "as_text")]
    pub kind: Kind,
    /// "open", "pending" or "in progress".
    #[serde(serialize_with = "as_text")]
    pub status: Status,
    /// Of whom it is asked.
    pub asked_of: AskedView<'a>,
    /// Until when; empty when it is outstanding until it is closed.
    pub deadline: Option<DeadlineView>,
    /// What came of it so far.
    pub outcome: Option<Cow<'a, str>>,
    /// Where it was agreed.
    pub origin: Option<Cow<'a, str>>,
    /// The day it was agreed.
    pub opened: Option<DayView>,
    /// Where to read more.
    pub link: Option<LinkView<'a>>,
    /// The subject it belongs to.
    pub topic: Option<Cow<'a, str>>,
    /// That the deadline moved since the recipient was reminded last: what `moved.*` templates are about.
    pub moved: Option<MovedView<'a>>,
    /// Whether the recipient is new to the seat and told of it for the first time: what `welcome.*` templates
    /// are about.
    pub welcome: bool,
    /// That nobody has answered: what `escalation.*` templates are about.
    pub escalated: Option<EscalatedView<'a>>,
    /// Who is named under *Also to* and gets the same reminders; at most 20.
    pub helping: Vec<AskedView<'a>>,
    /// Who else is asked the same, and what they did; at most 20.
    pub others: Vec<OtherView<'a>>,
    /// How many more there are than `others` holds.
    pub others_left_out: usize,
    /// Why the recipient is told of it.
    pub because: BecauseView<'a>,
    /// The policy by which it is reminded, if it is known.
    pub policy: Option<PolicyView<'a>>,
    /// Columns that rappel does not know, by their header: `{{ action.extra["Room"] }}`. Spacing
    /// and case of the header do not count. A column that is empty or not there is an empty
    /// text, never an error: rows differ, and templates are checked before any row is read. Use
    /// `{% if action.extra["Room"] %}` to leave out what is empty.
    pub extra: Value,
    /// The sentences about it, by name: what `phrases.txt` sets. They are made from everything
    /// else here (and `secretariat`, `recipient` and `many`), and so there are none in `phrases.txt`
    /// itself.
    pub say: Value,
}

/// Of whom something is asked.
#[derive(Debug, Hash, Serialize)]
pub struct AskedView<'a> {
    /// "ITU-T", "chair of SG17", "Martin Euchner".
    pub name: Cow<'a, str>,
    /// "body", "seat" or "person".
    pub kind: &'static str,
    /// For a seat, its name taken apart, to be said in another language.
    pub parts: Option<SeatView<'a>>,
}

/// A seat, taken apart.
#[derive(Debug, Clone, PartialEq, Hash, Serialize)]
pub struct SeatView<'a> {
    /// The role: "representative", "chair".
    pub role: Cow<'a, str>,
    /// The body that holds or fills it: "ITU-T".
    pub body: Cow<'a, str>,
    /// The other body at which it is held: "MoU/MG"; empty for a body's own.
    pub at: Option<Cow<'a, str>>,
}

/// Where to read more.
#[derive(Debug, Hash, Serialize)]
pub struct LinkView<'a> {
    /// As the register says it.
    pub text: Cow<'a, str>,
    /// The same if it is an http or https address and may become a link; empty otherwise.
    pub href: Option<Cow<'a, str>>,
}

/// Somebody else of whom the same is asked.
#[derive(Debug, Hash, Serialize)]
pub struct OtherView<'a> {
    /// "ITU-R".
    pub name: Cow<'a, str>,
    /// "done", "pending" ...
    #[serde(serialize_with = "as_text")]
    pub status: Status,
    /// What came of it: "representative appointed".
    pub outcome: Option<Cow<'a, str>>,
}

/// When a policy reminds.
#[derive(Debug, Clone, PartialEq, Hash, Serialize)]
pub struct PolicyView<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Days before the deadline, largest first.
    pub before: &'a [u32],
    /// Working days before the deadline, largest first.
    pub working_before: &'a [u32],
    /// Whether it reminds on the day.
    pub on_the_day: bool,
    /// Days between reminders once the deadline has passed, if it goes on.
    pub overdue: Option<u32>,
    /// Whether it reminds of actions without a deadline.
    pub without_deadline: bool,
    /// Whether the recipient gets all that it reminds of in one letter a week.
    pub weekly: bool,
}

fn as_text<T: std::fmt::Display, S: serde::Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}
