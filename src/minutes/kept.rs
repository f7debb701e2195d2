//! What people did to a form before, kept for the same proposals when the report is read again. Pure.

use std::collections::HashSet;

use super::{Decided, Entry, Findings, FormRow, Identity, Proposal, SETTLED, Standing};
use crate::action::{fold, tidy};

/// What became of the rows that a form held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept {
    /// How many decisions stand in the findings now.
    pub decisions: usize,
    /// How many rows wait for a decision, and are not as they were proposed.
    pub corrections: usize,
    /// The lines of rows about which nothing is left to decide.
    pub settled: Vec<u32>,
    /// Rows about proposals that the report makes no longer, or now makes in other words: they would be lost.
    pub lost: Vec<Decided>,
}

/// Puts the rows of a form, with what was decided and corrected in them, into the findings. A row is kept for a proposal
/// with the same reference and addressee that is taken from the same words; otherwise it was about something else.
pub fn keep(findings: &mut Findings, rows: Vec<Decided>) -> Kept {
    let mut kept = Kept::default();
    for row in rows {
        if let Some(entry) = findings.entries.iter_mut().find(|entry| is_about(&row, entry)) {
            entry.decision = row.decision;
            let before = entry.proposal.clone();
            let (line, decision) = (row.line, row.decision);
            let is_decided = decision.is_some();
            correct(&mut entry.proposal, row);
            entry.row = Some(FormRow { line, decision, proposal: entry.proposal.clone() });
            kept.decisions += usize::from(is_decided);
            kept.corrections += usize::from(!is_decided && entry.proposal != before);
        } else if is_over(&row, findings) {
            kept.settled.push(row.line);
        } else {
            kept.lost.push(row);
        }
    }
    kept
}

/// Takes out what was rejected when the report was read before; what a form that is gone on with decides anew stays.
#[expect(clippy::implicit_hasher, reason = "callers have no other one")]
pub fn leave_out(findings: &mut Findings, rejected: &HashSet<Identity>) {
    let is_left_out = |entry: &mut Entry| entry.decision.is_none() && rejected.contains(&entry.identity);
    findings.rejected.extend(findings.entries.extract_if(.., is_left_out));
    let new = findings.entries.iter().filter(|entry| entry.standing == Standing::New);
    let asked: HashSet<&String> = new
        .flat_map(|entry| std::iter::once(&entry.proposal.asked_of).chain(&entry.proposal.also_to))
        .collect();
    findings.unknown.retain(|name| asked.contains(name));
}

/// Whether the register has what the row is about by now; or nothing was decided about what it asked.
fn is_over(row: &Decided, findings: &Findings) -> bool {
    let is_left = [SETTLED, Standing::Vanished.word()].contains(&row.standing.as_str());
    (row.decision.is_none() && is_left) || findings.unchanged.iter().any(|entry| is_about(row, entry))
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
