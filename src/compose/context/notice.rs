//! What the templates of letters about rappel itself see.

use std::borrow::Cow;

use minijinja::Value;
use serde::Serialize;

use super::{DayView, RecipientView, ScriptView, SecretariatView};

/// The register or the settings have problems: `problems.subject.txt`, `problems.txt`,
/// `problems.html`. To the secretariat.
#[derive(Debug, Serialize)]
pub struct ProblemsContext<'a> {
    /// The language of the letter: "fr".
    pub language: &'a str,
    /// The way in which it is written.
    pub script: ScriptView,
    /// The secretariat that the letter is for, and from.
    pub secretariat: SecretariatView<'a>,
    /// What was read: "the register actions.xlsx".
    pub what: Cow<'a, str>,
    /// How many problems there are.
    pub count: usize,
    /// The problems, worst first; at most 200.
    pub problems: Vec<ProblemView<'a>>,
    /// How many more there are than `problems` holds.
    pub left_out: usize,
}

/// A mistake in the register or the settings.
#[derive(Debug, Serialize)]
pub struct ProblemView<'a> {
    /// Where it stands: "actions.xlsx, sheet Actions, cell F7".
    pub place: String,
    /// What is there, why that is wrong, and what would be right.
    pub message: Cow<'a, str>,
    /// "error", "warning" or "note".
    pub severity: &'static str,
}

/// Anything else for the secretariat: `notice.subject.txt`, `notice.txt`, `notice.html`.
#[derive(Debug, Serialize)]
pub struct NoticeContext<'a> {
    /// The language of the letter: "fr".
    pub language: &'a str,
    /// The way in which it is written.
    pub script: ScriptView,
    /// The secretariat that the letter is for, and from.
    pub secretariat: SecretariatView<'a>,
    /// What has happened, in a few words; the subject.
    pub subject: Cow<'a, str>,
    /// What has happened, in a sentence or two.
    pub lead: Cow<'a, str>,
    /// What it is about, one by one; at most 200.
    pub items: Vec<ItemView<'a>>,
    /// How many more there are than `items` holds.
    pub left_out: usize,
    /// What can be done about it, sentence by sentence.
    pub advice: Vec<Cow<'a, str>>,
}

/// One thing that a notice is about.
#[derive(Debug, Serialize)]
pub struct ItemView<'a> {
    /// What or who, in a few words.
    pub title: Cow<'a, str>,
    /// What is to be said about it.
    pub text: Cow<'a, str>,
}

/// A letter that shows that letters arrive: `test.subject.txt`, `test.txt`, `test.html`.
#[derive(Debug, Serialize)]
pub struct TestContext<'a> {
    /// The language of the letter: "fr".
    pub language: &'a str,
    /// The way in which it is written.
    pub script: ScriptView,
    /// The words that every letter needs, by name: what `words.txt` sets.
    pub words: Value,
    /// The secretariat that writes.
    pub secretariat: SecretariatView<'a>,
    /// Where the letter goes.
    pub recipient: RecipientView<'a>,
    /// The day it is written, in the secretariat's zone.
    pub today: DayView,
    /// The time of day it is written, there: "08:00".
    pub time: String,
    /// That zone: "Europe/Zurich".
    pub zone: String,
    /// The sentences of the letter, by name: what `test.phrases.txt` sets.
    pub say: Value,
}
