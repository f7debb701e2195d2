//! The order that is made of what was found: each thing once, each with a reference.

use std::collections::{HashMap, HashSet};

use super::{
    super::{Due, Proposal, Rule, Seated, alike::alike},
    Found,
    draft::{self, Draft},
    finder::Finder,
};
use crate::action::{Purpose, Status, fold};

impl Finder<'_> {
    /// What was found, in the order of the report.
    pub(super) fn finish(self) -> Found {
        let Self { desk, drafts, seats, .. } = self;
        let drafts = without_doubles(without_general(drafts));
        let mut proposals = numbered(drafts, &desk.report.prefix());
        // Nothing is asked on the day by which it is to be done: that day is not the report's.
        for proposal in &mut proposals {
            if let Some(Due::Day(due)) = proposal.deadline {
                proposal.opened = proposal.opened.filter(|opened| *opened < due);
            }
        }
        let seats = each_once(seats);
        also_to_holders(&mut proposals, &seats, desk.report.body.as_deref());
        Found { proposals, seats, body: desk.report.body.clone(), origin: desk.report.origin(None) }
    }
}

/// The proposals, each with a reference: a made one where the report prints none. One reference asked of one body is one
/// action; what else is asked gets a number.
fn numbered(drafts: Vec<Draft>, prefix: &str) -> Vec<Proposal> {
    let (mut actions, mut items) = (0, 0);
    // The next number of what a reference asks of one body.
    let mut taken: HashMap<(String, String), u32> = HashMap::new();
    // A made reference is none that the report prints.
    let printed: HashSet<_> =
        drafts.iter().filter_map(|draft| draft.reference.as_deref().map(fold)).collect();
    let mut proposals = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut proposal = draft.proposal;
        proposal.reference = draft.reference.unwrap_or_else(|| {
            let (sign, count) =
                if proposal.purpose == Purpose::Information { ("i", &mut items) } else { ("", &mut actions) };
            loop {
                *count += 1;
                let made = format!("{prefix}-{sign}{count}");
                if !printed.contains(&fold(&made)) {
                    return made;
                }
            }
        });
        let (printed, asked_of) = (proposal.reference.clone(), fold(&proposal.asked_of));
        let key = (fold(&printed), asked_of.clone());
        let mut number = taken.get(&key).copied().unwrap_or(1);
        while taken.contains_key(&(fold(&proposal.reference), asked_of.clone())) {
            number += 1;
            proposal.reference = format!("{printed}-{number}");
        }
        taken.insert((fold(&proposal.reference), asked_of), 1);
        taken.insert(key, number);
        proposals.push(proposal);
    }
    proposals
}

fn each_once(mut seats: Vec<Seated>) -> Vec<Seated> {
    seats.dedup_by(|a, b| a.seat == b.seat && a.name == b.name);
    seats
}

/// What is outstanding with a body goes to those as well who represent it at the body that met.
fn also_to_holders(proposals: &mut [Proposal], seats: &[Seated], met: Option<&str>) {
    let mut seat_of = HashMap::new();
    for one in seats.iter().filter(|one| one.seat.at.as_deref() == met) {
        seat_of.entry(fold(&one.seat.body)).or_insert(&one.seat);
    }
    let outstanding = |one: &&mut Proposal| one.purpose == Purpose::Action && one.status.is_open();
    for proposal in proposals.iter_mut().filter(outstanding) {
        let seat = seat_of.get(&fold(&proposal.asked_of));
        proposal.also_to.extend(seat.map(ToString::to_string));
    }
}

/// What a resolution asks of nobody in particular gives way to what is said of those who are named under the same
/// reference.
fn without_general(mut drafts: Vec<Draft>) -> Vec<Draft> {
    let named: HashMap<String, String> = drafts
        .iter()
        .filter(|draft| draft.proposal.rule == Rule::Standing)
        .filter_map(|draft| Some((fold(draft.reference.as_deref()?), String::new())))
        .collect();
    let is_general = |draft: &Draft| {
        let reference = draft.reference.as_deref().map(fold);
        draft.general
            && draft.proposal.rule == Rule::Asks
            && reference.is_some_and(|reference| named.contains_key(&reference))
    };
    let mut said = named.clone();
    for draft in drafts.iter().filter(|draft| is_general(draft)) {
        let key = draft.reference.as_deref().map(fold).unwrap_or_default();
        said.insert(key, draft.proposal.evidence.text.clone());
    }
    drafts.retain(|draft| !is_general(draft));
    for draft in drafts.iter_mut().filter(|draft| draft.proposal.rule == Rule::Standing) {
        let key = draft.reference.as_deref().map(fold).unwrap_or_default();
        if let Some(sentence) = said.get(&key).filter(|sentence| !sentence.is_empty()) {
            let own = draft.proposal.details.take();
            draft.proposal.details =
                Some([Some(sentence.clone()), own].into_iter().flatten().collect::<Vec<_>>().join("\n"));
        }
    }
    drafts
}

/// Each thing once: a report says it in its summary, in its text and in its list of actions. The one with a reference or
/// a deadline stays, in the place of the first.
fn without_doubles(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut kept: Vec<Draft> = Vec::new();
    // Who is asked → where they are in `kept`: lists of ten thousand rows are compared as well.
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for draft in drafts {
        let name = fold(&draft.proposal.asked_of);
        let others = by_name.entry(name).or_default();
        let double = others.iter().rev().take(50).copied().find(|at| is_double(&kept[*at], &draft));
        if let Some(at) = double {
            merge(&mut kept[at], draft);
        } else {
            others.push(kept.len());
            kept.push(draft);
        }
    }
    kept
}

fn is_double(one: &Draft, other: &Draft) -> bool {
    if one.proposal.purpose != other.proposal.purpose {
        return false;
    }
    // What a liaison statement says in its text is what it asks at its head.
    if one.proposal.rule == Rule::Header && matches!(other.proposal.rule, Rule::Asks | Rule::Mark) {
        return true;
    }
    let references = (one.reference.as_deref().map(fold), other.reference.as_deref().map(fold));
    if let (Some(a), Some(b)) = &references
        && a != b
    {
        return false;
    }
    let days = (draft::day(one.proposal.deadline.as_ref()), draft::day(other.proposal.deadline.as_ref()));
    let apart = matches!(&days, (Some(a), Some(b)) if a != b);
    let standing = one.proposal.rule == Rule::Standing || other.proposal.rule == Rule::Standing;
    let same_state = one.proposal.status == other.proposal.status;
    let is_said_again =
        |draft: &Draft| draft.proposal.rule == Rule::Standing && says_so(&draft.proposal.title);
    let kinds = one.proposal.kind == other.proposal.kind || is_said_again(one) || is_said_again(other);
    let kinds = kinds && references.0.is_some() && references.0 == references.1;
    !apart
        && (alike(&one.proposal.title, &other.proposal.title) || standing && kinds)
        && (same_state || standing)
}

/// Whether words say only that what was asked is done: "done so", as in "ITU-R has already done so".
fn says_so(title: &str) -> bool {
    let title = fold(title);
    ["done so", "done this", "done that", "done it", "complied"].iter().any(|words| title.starts_with(words))
}

fn merge(kept: &mut Draft, other: Draft) {
    // "ACTION: SA3 asks ITU-T SG17 to ..." says better what is asked than the head of the statement.
    if kept.proposal.rule == Rule::Header && other.proposal.rule == Rule::Mark {
        let reference = other.reference.clone().or_else(|| kept.reference.clone());
        let kind = kept.proposal.kind;
        let deadline = other.proposal.deadline.clone().or_else(|| kept.proposal.deadline.clone());
        *kept = Draft { reference, ..other };
        (kept.proposal.kind, kept.proposal.deadline) = (kind, deadline);
        return;
    }
    let replaced = kept.reference.is_none() && other.reference.is_some();
    let (mut first, second) = if replaced { (other, kept.clone()) } else { (kept.clone(), other) };
    let (one, two) = (&mut first.proposal, second.proposal);
    if one.deadline.is_none() {
        one.deadline = two.deadline;
        one.evidence.fields.extend(two.evidence.fields);
    }
    if one.status == Status::Open {
        one.status = two.status;
        one.outcome = one.outcome.take().or(two.outcome).filter(|outcome| !says_so(outcome));
    }
    if one.details.is_none() {
        one.details = two.details.or(Some(two.evidence.text)).filter(|details| *details != one.title);
    }
    *kept = first;
}
