//! The proposals for programs.

use std::{collections::BTreeMap, path::Path};

use serde::Serialize;

use crate::minutes::{Change, Document, Entry, Findings, Held, Place, Seated};

/// The whole answer.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// The file.
    file: String,
    /// Whether there was a register to compare with.
    compared: bool,
    proposals: Vec<Proposal>,
    unchanged: Vec<Proposal>,
    /// Left out because they were rejected before.
    rejected: Vec<Proposal>,
    representatives: Vec<Representative>,
    /// Names of new actions that the register does not have.
    unknown: Vec<String>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Proposal {
    standing: &'static str,
    changes: Vec<String>,
    register: Option<InRegister>,
    reference: String,
    title: String,
    details: Option<String>,
    asked_of: String,
    also_to: Vec<String>,
    kind: String,
    purpose: String,
    /// The ISO day.
    deadline: Option<String>,
    /// The words, if they are no day.
    deadline_words: Option<String>,
    status: String,
    outcome: Option<String>,
    origin: Option<String>,
    opened: Option<String>,
    topic: Option<String>,
    evidence: Evidence,
    rule: String,
    /// From 0 to 1.
    confidence: f64,
}

#[derive(Debug, Serialize)]
struct InRegister {
    reference: String,
    asked_of: String,
}

#[derive(Debug, Serialize)]
struct Evidence {
    text: String,
    /// In words.
    place: String,
    at: Place,
    fields: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
struct Representative {
    body: String,
    role: String,
    at: Option<String>,
    name: String,
    organization: Option<String>,
    /// "new", "filled" or "changed"; none without a register.
    standing: Option<&'static str>,
    /// Who holds the seat in the register.
    register: Vec<String>,
    evidence: Evidence,
}

impl Report {
    pub(super) fn new(path: &Path, findings: &Findings, document: &Document, compared: bool) -> Self {
        Self {
            file: path.display().to_string(),
            compared,
            proposals: findings.entries.iter().map(proposal).collect(),
            unchanged: findings.unchanged.iter().map(proposal).collect(),
            rejected: findings.rejected.iter().map(proposal).collect(),
            representatives: findings.seats.iter().map(representative).collect(),
            unknown: findings.unknown.clone(),
            notes: document.notes.clone(),
        }
    }
}

fn proposal(entry: &Entry) -> Proposal {
    let one = entry.proposal.clone();
    let day = one.deadline.as_ref().and_then(crate::minutes::Due::day);
    Proposal {
        standing: entry.standing.word(),
        changes: entry.standing.changes().iter().map(Change::to_string).collect(),
        register: entry.of.clone().map(|of| InRegister { reference: of.reference, asked_of: of.asked_of }),
        reference: one.reference,
        title: one.title,
        details: one.details,
        asked_of: one.asked_of,
        also_to: one.also_to,
        kind: one.kind.to_string(),
        purpose: one.purpose.to_string(),
        deadline: day.map(|day| day.to_string()),
        deadline_words: one.deadline.filter(|_| day.is_none()).map(|due| due.to_string()),
        status: one.status.to_string(),
        outcome: one.outcome,
        origin: one.origin,
        opened: one.opened.map(|day| day.to_string()),
        topic: one.topic,
        evidence: evidence(one.evidence),
        rule: one.rule.to_string(),
        confidence: f64::from(one.confidence.percent()) / 100.0,
    }
}

fn evidence(evidence: crate::minutes::Evidence) -> Evidence {
    let fields = evidence.fields.into_iter().map(|(field, words)| (field.key(), words)).collect();
    Evidence { text: evidence.text, place: evidence.place.to_string(), at: evidence.place, fields }
}

fn representative(one: &Seated) -> Representative {
    let one = one.clone();
    Representative {
        standing: one.held.as_ref().map(Held::word),
        register: one.held.as_ref().map(Held::others).unwrap_or_default().to_vec(),
        body: one.seat.body,
        role: one.seat.role,
        at: one.seat.at,
        name: one.name,
        organization: one.organization,
        evidence: evidence(one.evidence),
    }
}
