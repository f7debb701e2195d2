//! What a template can use, field by field: this page is the template author's reference.
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

use std::borrow::Cow;

use minijinja::Value;
use serde::Serialize;

use crate::action::{Kind, Status};

/// One reminder: `reminder.subject.txt`, `reminder.txt`, `reminder.html`, and the same of `moved`, `welcome`
/// and `escalation`.
#[derive(Debug, Serialize)]
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

/// In which direction a language is written.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ScriptView {
    /// "ltr", or "rtl" for Arabic.
    pub direction: &'static str,
    /// The side on which a line begins: "left", or "right" for Arabic.
    pub start: &'static str,
    /// The side on which it ends: "right", or "left" for Arabic.
    pub end: &'static str,
}

/// The secretariat that writes.
#[derive(Debug, Serialize)]
pub struct SecretariatView<'a> {
    /// Its name: "TSB, the ITU-T secretariat".
    pub name: Cow<'a, str>,
    /// Where answers go: "tsb@example.int".
    pub address: &'a str,
}

/// Who a letter is for.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
pub struct AbsentView<'a> {
    /// The name.
    pub name: Cow<'a, str>,
    /// The last day of the absence, "5 June 2017", if it is known.
    pub until: Option<String>,
}

/// A day.
#[derive(Debug, Clone, Serialize)]
pub struct DayView {
    /// "2017-06-23".
    pub iso: String,
    /// "23 June 2017".
    pub short: String,
    /// "Friday, 23 June 2017".
    pub long: String,
}

/// An action that somebody is reminded of.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
pub struct AskedView<'a> {
    /// "ITU-T", "chair of SG17", "Martin Euchner".
    pub name: Cow<'a, str>,
    /// "body", "seat" or "person".
    pub kind: &'static str,
    /// For a seat, its name taken apart, to be said in another language.
    pub parts: Option<SeatView<'a>>,
}

/// A seat, taken apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeatView<'a> {
    /// The role: "representative", "chair".
    pub role: Cow<'a, str>,
    /// The body that holds or fills it: "ITU-T".
    pub body: Cow<'a, str>,
    /// The other body at which it is held: "MoU/MG"; empty for a body's own.
    pub at: Option<Cow<'a, str>>,
}

/// Until when, and how far off that is now.
#[derive(Debug, Serialize)]
pub struct DeadlineView {
    /// "before" (the day of the deadline), "today", "passed" (today, but earlier than now) or
    /// "overdue".
    pub state: State,
    /// Calendar days from now to the deadline or since then; never negative.
    pub days: u64,
    /// Whether it is over: `state` is "passed" or "overdue".
    pub overdue: bool,
    /// Whether a time of day was set; otherwise it is the end of the day.
    pub exact: bool,
    /// The day, in the secretariat's zone.
    pub day: DayView,
    /// The time of day at which it ends there: "23:59".
    pub time: String,
    /// That zone: "Europe/Zurich". The same as `offset` when the zone has no name.
    pub zone: String,
    /// Its distance from UTC then: "UTC+02:00".
    pub offset: String,
    /// The same instant in the recipient's zone; empty when that is not known, or when the clocks
    /// there show the same.
    pub theirs: Option<ThereView>,
}

/// An instant in the recipient's zone.
#[derive(Debug, Serialize)]
pub struct ThereView {
    /// The day there.
    pub day: DayView,
    /// The time of day there: "17:59".
    pub time: String,
    /// That zone: "Asia/Tokyo". The same as `offset` when the zone has no name.
    pub zone: String,
    /// Its distance from UTC then: "UTC-04:00".
    pub offset: String,
}

/// That a deadline moved.
#[derive(Debug, Serialize)]
pub struct MovedView<'a> {
    /// The day of the deadline of which the recipient was reminded last.
    pub from: DayView,
    /// The meeting that it follows, if it follows one.
    pub meeting: Option<MeetingView<'a>>,
}

/// That nobody has answered.
#[derive(Debug, Serialize)]
pub struct EscalatedView<'a> {
    /// How many letters there were before.
    pub letters: u32,
    /// The day of the first, if there was one.
    pub since: Option<DayView>,
    /// The names of those who had them.
    pub asked: Vec<Cow<'a, str>>,
    /// The names of those who get a copy because of that. When there are none, the letter is to somebody who was
    /// not asked: `because.kind` is "escalated".
    pub copied: Vec<Cow<'a, str>>,
    /// To whom the letter goes of which they get a copy, when it is another than this one.
    pub copy_of: Option<Cow<'a, str>>,
    /// Whether the recipient is told from now on in place of those who were asked.
    pub instead: bool,
    /// The name that the policy gives to these words, if it does: to tell one step from another.
    pub template: Option<Cow<'a, str>>,
}

/// A meeting that a deadline follows.
#[derive(Debug, Serialize)]
pub struct MeetingView<'a> {
    /// "TSAG-2".
    pub name: Cow<'a, str>,
    /// What the register says: "4 weeks before TSAG-2".
    pub said: Cow<'a, str>,
    /// Its first day.
    pub starts: DayView,
    /// Its last day; the same for a meeting of one day.
    pub ends: DayView,
}

/// How far off a deadline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Its day is yet to come.
    Before,
    /// Its day is today, and it is not over.
    Today,
    /// It was today, earlier than now.
    Passed,
    /// Its day is gone.
    Overdue,
}

/// Where to read more.
#[derive(Debug, Serialize)]
pub struct LinkView<'a> {
    /// As the register says it.
    pub text: Cow<'a, str>,
    /// The same if it is an http or https address and may become a link; empty otherwise.
    pub href: Option<Cow<'a, str>>,
}

/// Somebody else of whom the same is asked.
#[derive(Debug, Serialize)]
pub struct OtherView<'a> {
    /// "ITU-R".
    pub name: Cow<'a, str>,
    /// "done", "pending" ...
    #[serde(serialize_with = "as_text")]
    pub status: Status,
    /// What came of it: "representative appointed".
    pub outcome: Option<Cow<'a, str>>,
}

/// Why somebody is told of an action.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BecauseView<'a> {
    /// "named", "handed" (over to the person), "holds" (a seat), "secretariat" (of the body that is asked),
    /// "vacant" (the seat has no holder, and this is the body that fills it), "escalated" (those who are asked do not
    /// answer) or "nobody" (else was found).
    pub kind: &'static str,
    /// The seat, for "holds", "vacant" and, if there is one, "escalated": "ITU-T representative at MoU/MG".
    pub seat: Option<Cow<'a, str>>,
    /// The same taken apart.
    pub parts: Option<SeatView<'a>>,
    /// The body that is asked, for "secretariat"; the one that fills the seat, for "vacant"; the one whose
    /// secretariat it is, for "escalated".
    pub body: Option<Cow<'a, str>>,
    /// The body above it whose secretariat this is, for "secretariat", if it has none itself.
    pub through: Option<Cow<'a, str>>,
    /// Who held the seat last, for "vacant", if anybody did.
    pub last_holder: Option<Cow<'a, str>>,
    /// That term's last day in words, for "vacant".
    pub ended: Option<String>,
    /// For "vacant": the other seat of that body which the recipient holds: "ITU-T representative at MoU/MG".
    /// Empty for the body's secretariat.
    pub speaker: Option<Cow<'a, str>>,
    /// The same taken apart.
    pub speaker_parts: Option<SeatView<'a>>,
    /// For "escalated", when the recipient is told as somebody's deputy: whose.
    pub deputy_of: Option<Cow<'a, str>>,
    /// For "escalated": nobody is at present what `parts`, `body` or `deputy_of` say, and the recipient is the
    /// secretariat that keeps the register.
    pub missing: bool,
    /// Of whom it is asked, for "nobody".
    pub asked_of: Option<Cow<'a, str>>,
    /// Whether the recipient is asked to help (the column Also to), not to act.
    pub helping: bool,
    /// The absent person for whom the recipient stands in as deputy; what else is said here is about that person.
    pub instead_of: Option<Cow<'a, str>>,
}

/// When a policy reminds.
#[derive(Debug, Clone, PartialEq, Serialize)]
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

/// One thing that a notice is about.
#[derive(Debug, Serialize)]
pub struct ItemView<'a> {
    /// What or who, in a few words.
    pub title: Cow<'a, str>,
    /// What is to be said about it.
    pub text: Cow<'a, str>,
}

fn as_text<T: std::fmt::Display, S: serde::Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}
