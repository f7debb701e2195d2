//! What the templates of a digest see.

use minijinja::Value;
use serde::Serialize;

use super::{
    AbsentView, ActionView, BecauseView, DayView, PolicyView, RecipientView, ScriptView, SeatView,
    SecretariatView,
};

/// Several reminders to one recipient: `digest.subject.txt`, `digest.txt`, `digest.html`.
#[derive(Debug, Serialize)]
pub struct DigestContext<'a> {
    /// The language of the letter: "fr".
    pub language: &'a str,
    /// The way in which it is written.
    pub script: ScriptView,
    /// The words that every letter needs, by name: what `words.txt` sets.
    pub words: Value,
    /// The secretariat that writes.
    pub secretariat: SecretariatView<'a>,
    /// Who the letter is for.
    pub recipient: RecipientView<'a>,
    /// The absence during which the recipient stands in, if that is why the letter, or a part of it, comes to
    /// this one.
    pub absent: Option<AbsentView<'a>>,
    /// The day the letter is written, in the secretariat's zone.
    pub today: DayView,
    /// What it reminds of, overdue first, then by deadline, those without one last.
    pub actions: Vec<ActionView<'a>>,
    /// How many of which sort.
    pub counts: Counts,
    /// The nearest deadline that has not passed, if there is one.
    pub next: Option<NextView>,
    /// The first references, as for a subject: "17/06, 17/03, ...".
    pub references: String,
    /// Whether there are so many actions that details were left out.
    pub brief: bool,
    /// The seat to which the recipient is new, taken apart, when all actions are told because of that: the letter
    /// is a welcome.
    pub welcome: Option<SeatView<'a>>,
    /// Whether nobody has answered about any of the actions, and that is what the letter tells.
    pub escalated: bool,
    /// Why the recipient gets the letter, each reason once.
    pub reasons: Vec<ReasonView<'a>>,
    /// The policies by which these reminders are sent, each once.
    pub policies: Vec<PolicyUse<'a>>,
    /// Whether the letter is about several actions: this one is.
    pub many: bool,
    /// The sentences about all actions, by name: what `digest.phrases.txt` sets.
    pub say: Value,
}

/// How many of the actions of a digest are of which sort.
#[derive(Debug, Serialize)]
pub struct Counts {
    /// All of them.
    pub all: usize,
    /// Those whose deadline is over.
    pub overdue: usize,
    /// Those due today that are not over.
    pub today: usize,
    /// Those due on a later day.
    pub later: usize,
    /// Those without a deadline.
    pub without_deadline: usize,
}

/// The nearest deadline of a digest that has not passed.
#[derive(Debug, Serialize)]
pub struct NextView {
    /// How many actions are due on that day.
    pub count: usize,
    /// Days until then; 0 is today.
    pub days: u64,
}

/// A reason, and the actions that it is the reason for.
#[derive(Debug, Serialize)]
pub struct ReasonView<'a> {
    /// The reason.
    pub because: BecauseView<'a>,
    /// The first of those actions: its place in `actions`, from 0.
    pub first: usize,
    /// How many they are.
    pub count: usize,
    /// The references of those actions; empty when it is the reason for all.
    pub references: Option<String>,
}

/// A policy, and the actions that it applies to.
#[derive(Debug, Serialize)]
pub struct PolicyUse<'a> {
    /// The policy.
    pub policy: PolicyView<'a>,
    /// Whether any of those actions has a deadline.
    pub with_deadline: bool,
    /// The first of those actions, or of those with a deadline if any has one: its place in
    /// `actions`, from 0.
    pub first: usize,
    /// The references of those actions; empty when it applies to all.
    pub references: Option<String>,
}
