//! The columns of the form.

use crate::{
    action::{Kind, Purpose, Status, fold},
    minutes::{Entry, Field, Standing},
};

/// A column of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Decision,
    Standing,
    Changes,
    Reference,
    Title,
    Details,
    Kind,
    Purpose,
    AskedOf,
    AlsoTo,
    Deadline,
    Status,
    Outcome,
    Origin,
    Opened,
    Topic,
    Evidence,
    Place,
    TakenFrom,
    Rule,
    Confidence,
    RegisterReference,
    RegisterAskedOf,
    Proposed,
    Identity,
}

impl Column {
    /// All of them, in the order of the form.
    pub(super) const ALL: [Self; 25] = [
        Self::Decision,
        Self::Standing,
        Self::Changes,
        Self::Reference,
        Self::Title,
        Self::Details,
        Self::Kind,
        Self::Purpose,
        Self::AskedOf,
        Self::AlsoTo,
        Self::Deadline,
        Self::Status,
        Self::Outcome,
        Self::Origin,
        Self::Opened,
        Self::Topic,
        Self::Evidence,
        Self::Place,
        Self::TakenFrom,
        Self::Rule,
        Self::Confidence,
        Self::RegisterReference,
        Self::RegisterAskedOf,
        Self::Proposed,
        Self::Identity,
    ];

    /// Those that a form cannot do without.
    pub(super) const NEEDED: [Self; 4] = [Self::Decision, Self::Reference, Self::Title, Self::AskedOf];

    /// Whether people decide what stands in it.
    pub(super) fn is_for_people(self) -> bool {
        matches!(
            self,
            Self::Decision
                | Self::Reference
                | Self::Title
                | Self::Details
                | Self::Kind
                | Self::Purpose
                | Self::AskedOf
                | Self::AlsoTo
                | Self::Deadline
                | Self::Status
                | Self::Outcome
                | Self::Origin
                | Self::Opened
                | Self::Topic
        )
    }

    /// Whether a day in it is a date.
    pub(super) fn holds_days(self) -> bool {
        matches!(self, Self::Deadline | Self::Opened)
    }

    /// The header. Where the column is one of the register, it is the register's.
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::Decision => "Decision",
            Self::Standing => "Standing",
            Self::Changes => "What changes",
            Self::Reference => "Ref",
            Self::Title => "Title",
            Self::Details => "Details",
            Self::Kind => "Kind",
            Self::Purpose => "Purpose",
            Self::AskedOf => "Asked of",
            Self::AlsoTo => "Also to",
            Self::Deadline => "Deadline",
            Self::Status => "Status",
            Self::Outcome => "Outcome",
            Self::Origin => "Origin",
            Self::Opened => "Opened",
            Self::Topic => "Topic",
            Self::Evidence => "Evidence",
            Self::Place => "Place",
            Self::TakenFrom => "Taken from",
            Self::Rule => "Rule",
            Self::Confidence => "Confidence",
            Self::RegisterReference => "Register ref",
            Self::RegisterAskedOf => "Register asked of",
            Self::Proposed => "Proposed as",
            Self::Identity => "Proposal",
        }
    }

    /// The column of a header, in any case and spacing.
    pub(super) fn of(header: &str) -> Option<Self> {
        let wanted = fold(header.trim_start_matches('\u{feff}'));
        Self::ALL.into_iter().find(|column| fold(column.header()) == wanted)
    }

    /// Its width, in characters.
    pub(super) fn width(self) -> f64 {
        match self {
            Self::Title | Self::Details | Self::Evidence => 50.0,
            Self::Changes | Self::TakenFrom | Self::Origin => 30.0,
            Self::AskedOf | Self::AlsoTo | Self::Outcome | Self::Place => 22.0,
            Self::Reference | Self::Deadline | Self::RegisterReference | Self::RegisterAskedOf => 16.0,
            _ => 12.0,
        }
    }

    /// What a cell of it may hold, if only certain words do.
    pub(super) fn choices(self) -> &'static [&'static str] {
        match self {
            Self::Decision => super::Decision::WORDS,
            Self::Kind => Kind::WORDS,
            Self::Purpose => Purpose::WORDS,
            Self::Status => Status::WORDS,
            _ => &[],
        }
    }

    /// What stands in it for an entry, as text.
    pub(super) fn cell(self, entry: &Entry) -> String {
        let proposal = &entry.proposal;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match self {
            Self::Decision => entry.decision.map_or_else(String::new, |decision| decision.to_string()),
            Self::Standing => entry.standing.word().to_owned(),
            Self::Changes if entry.standing == Standing::Vanished => {
                "not in the report: write its Status and \"change\", or \"reject\" if it is still outstanding"
                    .to_owned()
            }
            Self::Changes => {
                let changes = entry.standing.changes().iter().map(ToString::to_string);
                changes.collect::<Vec<_>>().join("; ")
            }
            Self::Reference => proposal.reference.clone(),
            Self::Title => proposal.title.clone(),
            Self::Details => text(&proposal.details),
            Self::Kind => proposal.kind.to_string(),
            Self::Purpose => proposal.purpose.to_string(),
            Self::AskedOf => proposal.asked_of.clone(),
            Self::AlsoTo => proposal.also_to.join("; "),
            Self::Deadline => proposal.deadline.as_ref().map(ToString::to_string).unwrap_or_default(),
            Self::Status => proposal.status.to_string(),
            Self::Outcome => text(&proposal.outcome),
            Self::Origin => text(&proposal.origin),
            Self::Opened => proposal.opened.map(|day| day.to_string()).unwrap_or_default(),
            Self::Topic => text(&proposal.topic),
            Self::Evidence => proposal.evidence.text.clone(),
            Self::Place => proposal.evidence.place.to_string(),
            Self::TakenFrom => taken_from(&proposal.evidence.fields),
            Self::Rule => proposal.rule.to_string(),
            Self::Confidence => format!("{} ({} %)", proposal.confidence, proposal.confidence.percent()),
            Self::Proposed => entry.found.to_string(),
            Self::Identity => entry.identity.to_string(),
            Self::RegisterReference => entry.of.as_ref().map(|of| of.reference.clone()).unwrap_or_default(),
            Self::RegisterAskedOf => entry.of.as_ref().map(|of| of.asked_of.clone()).unwrap_or_default(),
        }
    }
}

fn taken_from(fields: &std::collections::BTreeMap<Field, String>) -> String {
    fields.iter().map(|(field, words)| format!("{field}: {words}")).collect::<Vec<_>>().join("; ")
}
