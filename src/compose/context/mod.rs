//! What a template can use, field by field: these pages are the template author's reference.
//!
//! Each kind of letter has one context. `reminder.*`, `moved.*`, `welcome.*` and `escalation.*` get [`ReminderContext`], `digest.*` gets
//! [`DigestContext`], `closed.*` and `correction.*` [`TidingsContext`], `problems.*` [`ProblemsContext`], `notice.*` [`NoticeContext`] and `test.*`
//! [`TestContext`]; a template writes `{{ action.deadline.day.long }}` for the field `long` of the
//! `day` of the `deadline` of the `action`.
//!
//! A name that is not on this page is an error. A field that may be empty (an `Option` here) is
//! tested with `{% if action.details %}`; printed while empty, it is nothing. Every text has been
//! freed of line breaks (but for those of `details`), control characters and marks that reorder
//! text; templates whose name ends with `.html` escape what they print.
//!
//! Words and sentences are made once for all parts of a letter, and words that look at nothing of the
//! letter once for all letters: what `words.txt` sets with `{% set closing = "..." %}` is
//! `{{ words.closing }}` elsewhere. `phrases.txt` is rendered for each action, and what it sets is
//! `{{ action.say.when }}`; what `digest.phrases.txt` and `test.phrases.txt` set is under `say` in these
//! letters. `docs/templates.md` tells the filters.

mod action;
mod because;
mod deadline;
mod digest;
mod notice;

use std::borrow::Cow;

use minijinja::Value;
use serde::Serialize;

pub use action::{ActionView, AskedView, LinkView, OtherView, PolicyView, SeatView};
pub use because::{BecauseView, EscalatedView, MeetingView, MovedView};
pub use deadline::{DeadlineView, State, ThereView};
pub use digest::{Counts, DigestContext, NextView, PolicyUse, ReasonView};
pub use notice::{ItemView, NoticeContext, ProblemView, ProblemsContext, TestContext};

/// One reminder: `reminder.subject.txt`, `reminder.txt`, `reminder.html`, and the same of `moved`, `welcome`
/// and `escalation`.
#[derive(Debug, Hash, Serialize)]
pub struct ReminderContext<'a> {
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
    /// The absence during which the recipient stands in, if that is why the letter comes to this one.
    pub absent: Option<AbsentView<'a>>,
    /// The day the letter is written, in the secretariat's zone.
    pub today: DayView,
    /// What it reminds of.
    pub action: ActionView<'a>,
    /// Whether the letter is about several actions: not this one.
    pub many: bool,
    /// Whether sentences that explain the letter are needed of `phrases.txt`: always here. In a
    /// digest, only the first action of each reason and each policy has them.
    pub explain: bool,
}

/// What is told of actions although nothing is asked: `closed.*`, that they are closed, and `correction.*`, that what
/// was written about one was wrong.
#[derive(Debug, Serialize)]
pub struct TidingsContext<'a> {
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
    /// The day the letter is written, in the secretariat's zone.
    pub today: DayView,
    /// The actions; of a correction the only one.
    pub actions: Vec<ActionView<'a>>,
    /// How many there are.
    pub count: usize,
    /// The first references: "17/06, 17/03, ...".
    pub references: String,
    /// For a correction: what is right, in the secretariat's own words, with line breaks.
    pub text: Option<Cow<'a, str>>,
    /// For a correction: the day of the last letter that was wrong.
    pub last: Option<DayView>,
    /// Whether pieces that the letter shares with others are to be as in a digest: always here.
    pub many: bool,
    /// The sentences about the letter as a whole: what `closed.phrases.txt` or `correction.phrases.txt` sets.
    pub say: Value,
}

/// In which direction a language is written.
#[derive(Debug, Clone, Copy, Hash, Serialize)]
pub struct ScriptView {
    /// "ltr", or "rtl" for Arabic.
    pub direction: &'static str,
    /// The side on which a line begins: "left", or "right" for Arabic.
    pub start: &'static str,
    /// The side on which it ends: "right", or "left" for Arabic.
    pub end: &'static str,
}

/// The secretariat that writes.
#[derive(Debug, Hash, Serialize)]
pub struct SecretariatView<'a> {
    /// Its name: "TSB, the ITU-T secretariat".
    pub name: Cow<'a, str>,
    /// Where answers go: "tsb@example.int".
    pub address: &'a str,
}

/// Who a letter is for.
#[derive(Debug, Hash, Serialize)]
pub struct RecipientView<'a> {
    /// The name: "Olivier Dubuisson", "Secretariat of ITU-T". Empty in a test letter to an
    /// address without a name.
    pub name: Cow<'a, str>,
    /// Where the letter goes.
    pub address: Cow<'a, str>,
    /// Whether it is a person, and not the secretariat of a body.
    pub is_person: bool,
}

/// Somebody who is absent, and for whom the recipient stands in.
#[derive(Debug, Hash, Serialize)]
pub struct AbsentView<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// The last day of the absence, "5 June 2017", if it is known.
    pub until: Option<String>,
}

/// A day.
#[derive(Debug, Clone, Hash, Serialize)]
pub struct DayView {
    /// "2017-06-23".
    pub iso: String,
    /// "23 June 2017".
    pub short: String,
    /// "Friday, 23 June 2017".
    pub long: String,
}
