//! What is proposed: one thing asked of one body or person, with the sentence that says so.

use std::{collections::BTreeMap, fmt};

use jiff::civil::Date;

use super::Place;
use crate::action::{Kind, Purpose, Status};

/// An action that a report asks for, or that it says something new of. Nothing enters the register unseen:
/// it is a row for somebody to accept, change or reject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What people quote: "17/06", "AI 12/3". Where the report prints none, one is made of the report's
    /// number and a count: "TD68-1".
    pub reference: String,
    /// What is asked, in one line that goes on after the reference.
    pub title: String,
    /// What is asked, at length, and what has to be taken into account.
    pub details: Option<String>,
    /// Of whom, by the name in the register where it is known there, else as the report writes it.
    pub asked_of: String,
    /// Who else is asked to help, by the names that the register would use.
    pub also_to: Vec<String>,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Whether anything has to be done.
    pub purpose: Purpose,
    /// Until when.
    pub deadline: Option<Due>,
    /// How it stands.
    pub status: Status,
    /// What came of it: "representative appointed".
    pub outcome: Option<String>,
    /// Document, meeting, resolution where it was agreed.
    pub origin: Option<String>,
    /// The day it was agreed.
    pub opened: Option<Date>,
    /// The subject it belongs to.
    pub topic: Option<String>,
    /// The words that it was taken from.
    pub evidence: Evidence,
    /// The rule that found it.
    pub rule: Rule,
    /// How sure the rule is.
    pub confidence: Confidence,
}

/// Until when, as far as the report says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A day.
    Day(Date),
    /// Words that are no day by themselves: "2 weeks before the next meeting".
    Words(String),
}

impl Due {
    /// The day, if it is one.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        match self {
            Self::Day(day) => Some(*day),
            Self::Words(_) => None,
        }
    }
}

/// The ISO 8601 day, or the words.
impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Words(words) => f.write_str(words),
        }
    }
}

/// What a proposal was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The sentence, or the cells of the row.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// For the fields that are not all of it: the words that each was taken from.
    pub fields: BTreeMap<Field, String>,
}

/// A column of the register that a report can say something of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Ref.
    Reference,
    /// Title.
    Title,
    /// Details.
    Details,
    /// Asked of.
    AskedOf,
    /// Deadline.
    Deadline,
    /// Status.
    Status,
    /// Outcome.
    Outcome,
    /// Purpose.
    Purpose,
    /// Origin.
    Origin,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Reference,
        Self::Title,
        Self::Details,
        Self::AskedOf,
        Self::Deadline,
        Self::Status,
        Self::Outcome,
        Self::Purpose,
        Self::Origin,
    ];

    /// The key of the field in JSON, as `asked_of`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Title => "title",
            Self::Details => "details",
            Self::AskedOf => "asked_of",
            Self::Deadline => "deadline",
            Self::Status => "status",
            Self::Outcome => "outcome",
            Self::Purpose => "purpose",
            Self::Origin => "origin",
        }
    }
}

/// The field as a sentence names it: "asked of".
impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key().replace('_', " "))
    }
}

/// The rules that find proposals. Each says what it looks for, and does not guess beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// A paragraph with a mark: "(for action)", "Action:", "AI 12/3:".
    Mark,
    /// A paragraph marked "(for information)".
    Information,
    /// A sentence that invites, recommends, requests or instructs somebody to do something.
    Asks,
    /// A sentence in which somebody promises something: "the secretariat will draft".
    Promise,
    /// What a document says at its head: Action, Purpose, To, Deadline.
    Header,
    /// A row of a table of actions.
    TableRow,
    /// An entry of a list of key dates.
    KeyDate,
    /// "has already ...", "is still pending": how it stands with a body that is named.
    Standing,
    /// An action of the register that the report does not mention.
    NotMentioned,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Mark,
        Self::Information,
        Self::Asks,
        Self::Promise,
        Self::Header,
        Self::TableRow,
        Self::KeyDate,
        Self::Standing,
        Self::NotMentioned,
    ];
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mark => "marked for action",
            Self::Information => "marked for information",
            Self::Asks => "asks somebody",
            Self::Promise => "somebody promises",
            Self::Header => "document header",
            Self::TableRow => "table row",
            Self::KeyDate => "key date",
            Self::Standing => "how it stands",
            Self::NotMentioned => "not in the report",
        })
    }
}

/// How sure a rule is, in per cent, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Confidence(u8);

impl Confidence {
    /// `percent`, at most 100.
    #[must_use]
    pub fn new(percent: u8) -> Self {
        Self(percent.min(100))
    }

    /// In per cent.
    #[must_use]
    pub fn percent(self) -> u8 {
        self.0
    }

    /// Less sure by so many per cent of a hundred.
    #[must_use]
    pub fn less(self, percent: u8) -> Self {
        Self(self.0.saturating_sub(percent))
    }
}

/// "sure" from 85, "likely" from 60, else "look".
impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            85.. => "sure",
            60.. => "likely",
            _ => "look",
        })
    }
}
