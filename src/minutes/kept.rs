//! Decisions that were made in a form before, kept for the same proposals when the report is read again. Pure.

use super::{Decided, Entry, Findings, Proposal};
use crate::action::{fold, tidy};

/// What became of the decisions that a form held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept {
    /// How many stand in the findings now.
    pub kept: usize,
    /// How many are about what the register has by now.
    pub entered: usize,
    /// Those about proposals that the report makes no longer, or now makes in other words: they would be lost.
    pub lost: Vec<Decided>,
}

/// Puts the decisions of a form, with what was corrected in its rows, into the findings. A decision is kept for a proposal
/// with the same reference and addressee that is taken from the same words; otherwise it was about something else.
pub fn keep(findings: &mut Findings, decided: Vec<Decided>) -> Kept {
    let mut kept = Kept::default();
    for row in decided {
        if let Some(entry) = findings.entries.iter_mut().find(|entry| is_about(&row, entry)) {
            entry.decision = Some(row.decision);
            correct(&mut entry.proposal, row);
            kept.kept += 1;
        } else if findings.unchanged.iter().any(|entry| is_about(&row, entry)) {
            kept.entered += 1;
        } else {
            kept.lost.push(row);
        }
    }
    kept
}

fn is_about(row: &Decided, entry: &Entry) -> bool {
    let proposed = match &row.proposed {
        Some(proposed) => fold(proposed) == fold(&entry.found.to_string()),
        // A form of before this column was there.
        None => {
            fold(&row.reference) == fold(&entry.found.reference)
                && fold(&row.asked_of) == fold(&entry.found.asked_of)
        }
    };
    let words = row.evidence.as_deref().map(tidy).unwrap_or_default();
    proposed && words == tidy(&entry.proposal.evidence.text)
}

fn correct(proposal: &mut Proposal, row: Decided) {
    *proposal = Proposal {
        reference: row.reference,
        title: row.title,
        details: row.details,
        asked_of: row.asked_of,
        also_to: row.also_to,
        kind: row.kind,
        purpose: row.purpose,
        deadline: row.deadline,
        status: row.status,
        outcome: row.outcome,
        origin: row.origin,
        opened: row.opened,
        topic: row.topic,
        evidence: proposal.evidence.clone(),
        rule: proposal.rule,
        confidence: proposal.confidence,
    };
}
