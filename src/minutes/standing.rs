//! How a proposal stands beside the register.

use std::fmt;

use super::{Decision, Field, FormRow, Identity, Proposal, Seated};
use crate::action::ActionId;

/// What a report was found to hold, beside the register.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// What somebody has to decide about, in the order of the report; what the register has and the report does
    /// not mention comes last.
    pub entries: Vec<Entry>,
    /// Proposals that say nothing new.
    pub unchanged: Vec<Entry>,
    /// Proposals that somebody rejected when the report was read before.
    pub rejected: Vec<Entry>,
    /// Who holds which seat, as the report says it and the register does not.
    pub seats: Vec<Seated>,
    /// The same, where the register has it as well.
    pub known_seats: Vec<Seated>,
    /// Names under *Asked of* and *Also to* of new actions that the register does not have yet, each once.
    pub unknown: Vec<String>,
}

/// A proposal and how it stands beside the register.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What is proposed; of a vanished action, what the register has.
    pub proposal: Proposal,
    /// Beside the register.
    pub standing: Standing,
    /// Reference and addressee as they were found, whatever is corrected in the proposal.
    pub found: Matched,
    /// The action of the register that is meant.
    pub of: Option<Matched>,
    /// What was decided about it already.
    pub decision: Option<Decision>,
    /// What makes it the same one when the report is read again.
    pub identity: Identity,
    /// Its row in a form that is gone on with; none if it has none yet.
    pub row: Option<FormRow>,
}

/// An action by what identifies it, as it is written in the register or was found in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// Its reference.
    pub reference: String,
    /// Of whom it is asked.
    pub asked_of: String,
}

/// "17/06, ITU-T".
impl fmt::Display for Matched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.reference, self.asked_of)
    }
}

impl Matched {
    /// What identifies it.
    #[must_use]
    pub fn id(&self) -> ActionId {
        ActionId::new(&self.reference, &self.asked_of)
    }
}

/// How a proposal stands beside the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The register does not have it.
    New,
    /// The register has it, and something has changed.
    Changed(Vec<Change>),
    /// The register has it as outstanding, and the report says that it is over.
    Closed(Vec<Change>),
    /// The register has it as outstanding, and the report, which should, does not mention it.
    Vanished,
    /// The register has all of it.
    Unchanged,
}

impl Entry {
    /// One about which nothing is decided, of a report that calls itself so.
    pub(super) fn new(
        proposal: Proposal,
        standing: Standing,
        of: Option<Matched>,
        report: Option<&str>,
    ) -> Self {
        let found = Matched { reference: proposal.reference.clone(), asked_of: proposal.asked_of.clone() };
        let identity = Identity::of(report, &found, &proposal.evidence.text);
        Self { proposal, standing, found, of, decision: None, identity, row: None }
    }
}

impl Standing {
    /// The word for it in a column.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed(_) => "changed",
            Self::Closed(_) => "closed",
            Self::Vanished => "vanished",
            Self::Unchanged => "unchanged",
        }
    }

    /// What changes, if anything does.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        match self {
            Self::Changed(changes) | Self::Closed(changes) => changes,
            _ => &[],
        }
    }
}

/// A sentence: what is to be decided.
impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes =
            |changes: &[Change]| changes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        match self {
            Self::New => f.write_str("new: the register does not have it"),
            Self::Changed(all) => write!(f, "changed: {}", changes(all)),
            Self::Closed(all) => write!(f, "closed: {}", changes(all)),
            Self::Vanished => f.write_str(
                "vanished: outstanding in the register, and not mentioned in the report. Is it done, withdrawn, or forgotten?",
            ),
            Self::Unchanged => f.write_str("unchanged"),
        }
    }
}

/// That a field of an action changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// What the register has; empty for nothing.
    pub from: String,
    /// What the report says.
    pub to: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, from, to } = self;
        match (field, from.is_empty()) {
            (Field::Deadline, true) => write!(f, "it gets the deadline {to}"),
            (Field::Deadline, false) => write!(f, "the deadline moves from {from} to {to}"),
            (_, true) => write!(f, "the {field} is {to}"),
            (_, false) => write!(f, "the {field} goes from {from} to {to}"),
        }
    }
}
