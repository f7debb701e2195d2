//! The proposals for people.

use std::path::Path;

use super::super::{output::count, screen};
use crate::{
    action::{Purpose, Status},
    minutes::{Decision, Document, Due, Entry, Findings, Proposal, Seated, Standing},
};

/// So many names that the register does not have are told; the form has them all.
const NAMED: usize = 12;

/// So much of a sentence is shown in a table.
const SHOWN: usize = 160;

/// Prints everything, but after a review the proposals, which were seen one by one.
pub(super) fn print(findings: &Findings, document: &Document, compared: bool, reviewed: bool) {
    for note in &document.notes {
        say!("Note: {note}");
    }
    if findings.entries.is_empty() {
        let known = findings.unchanged.len();
        match known {
            0 if !findings.rejected.is_empty() => say!("The report proposes nothing else."),
            0 => say!("The report asks nothing that the rules know."),
            _ => say!(
                "Nothing new: the register has {} of the report already.",
                count(known, "action", "actions")
            ),
        }
    } else {
        if reviewed {
            decisions(findings);
        } else {
            proposals(&findings.entries);
        }
        say!("{}", summary(findings, compared));
    }
    if !findings.rejected.is_empty() {
        let rejected = count(findings.rejected.len(), "proposal was", "proposals were");
        say!("{rejected} rejected before and left out (rappel rejected lists them, and takes them back).");
    }
    if !findings.unknown.is_empty() {
        let more = match findings.unknown.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        say!(
            "Not in the register yet: {}{more}. Add them there (sheets Bodies, Representatives, Roles), or correct the rows.",
            findings.unknown.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ")
        );
    }
    seats(&findings.seats);
}

/// Who holds which seat by the report, where the register says something else.
fn seats(seats: &[Seated]) {
    if seats.is_empty() {
        return;
    }
    say!("Who holds a seat, as the report says it (sheets Representatives and Roles):");
    for one in seats {
        let organization =
            one.organization.as_ref().map_or_else(String::new, |organization| format!(" ({organization})"));
        let held = one.held.as_ref().map_or_else(String::new, |held| format!("; {held}"));
        let place = &one.evidence.place;
        screen::print(&format!("{}: {}{organization}, {place}{held}", one.seat, one.name), "- ");
    }
}

/// One below the other, as wide as the terminal: sentences are too long for columns.
fn proposals(entries: &[Entry]) {
    let mut table =
        screen::table(["Ref", "What is asked, of whom, how it stands, and where the report says it"]);
    let mut before = None;
    for entry in entries {
        table.add_row([entry.proposal.reference.clone(), told(entry, before)]);
        before = Some(entry);
    }
    screen::print_table(table);
}

/// A proposal in lines. What is taken from the sentence of the one above does not repeat it.
fn told(entry: &Entry, before: Option<&Entry>) -> String {
    let proposal = &entry.proposal;
    let of = |entry: &Entry| (entry.proposal.evidence.text.clone(), entry.proposal.evidence.place.clone());
    let found = match &entry.standing {
        Standing::Vanished => entry.standing.to_string(),
        Standing::New if before.is_some_and(|before| of(before) == of(entry)) => {
            "from the same sentence".to_owned()
        }
        standing => {
            let change = if *standing == Standing::New { String::new() } else { format!("{standing}\n") };
            let (place, rule, sure) = (&proposal.evidence.place, proposal.rule, proposal.confidence);
            format!("{change}{place}: {} ({rule}, {sure})", sentence(entry))
        }
    };
    format!("{}\n{}\n{found}\n", proposal.title, of_proposal(proposal))
}

/// "asked of ITU-T, until 2017-06-23, pending"; "for information of TSAG".
pub(in super::super) fn in_short(
    purpose: Purpose,
    asked_of: &str,
    deadline: Option<&Due>,
    status: Status,
) -> String {
    let until = match deadline {
        None => "no deadline".to_owned(),
        Some(Due::Day(day)) => format!("until {day}"),
        // "due two weeks before TSAG-2"
        Some(Due::Words(words)) => format!("due {words}"),
    };
    let asked = if asked_of.is_empty() { "nobody yet" } else { asked_of };
    if purpose == Purpose::Information {
        return format!("{purpose} of {asked}");
    }
    format!("asked of {asked}, {until}, {status}")
}

/// The same of a proposal.
pub(super) fn of_proposal(proposal: &Proposal) -> String {
    in_short(proposal.purpose, &proposal.asked_of, proposal.deadline.as_ref(), proposal.status)
}

fn sentence(entry: &Entry) -> String {
    let text = &entry.proposal.evidence.text;
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.truncate(short.rfind(' ').filter(|at| *at > SHOWN / 2).unwrap_or(short.len()));
        short.push('…');
    }
    format!("“{short}”")
}

fn summary(findings: &Findings, compared: bool) -> String {
    let number = |word: &str| findings.entries.iter().filter(|entry| entry.standing.word() == word).count();
    if !compared {
        let all = count(findings.entries.len(), "proposal", "proposals");
        return format!("{all}; there is no register to compare with (--register, or the settings).");
    }
    let words = ["new", "changed", "closed", "vanished"];
    let parts =
        words.into_iter().filter(|word| number(word) > 0).map(|word| format!("{} {word}", number(word)));
    let known = findings.unchanged.len();
    format!("{}; {known} unchanged.", parts.collect::<Vec<_>>().join(", "))
}

/// What a review decided, in short.
fn decisions(findings: &Findings) {
    let number = |decision| findings.entries.iter().filter(|entry| entry.decision == decision).count();
    let all = [
        (Some(Decision::Accept), "accepted"),
        (Some(Decision::Change), "changed and accepted"),
        (Some(Decision::Reject), "rejected"),
        (None, "without a decision yet"),
    ];
    let parts =
        all.into_iter().map(|(decision, word)| (number(decision), word)).filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, word)| format!("{number} {word}")).collect();
    if !parts.is_empty() {
        say!("\nOf {}: {}.", count(findings.entries.len(), "proposal", "proposals"), parts.join(", "));
    }
}

/// What to do with the form.
pub(super) fn written(out: &Path, reviewed: bool) {
    let out = out.display();
    if reviewed {
        say!("Written: {out}, with your decisions. Then: rappel apply {out}");
    } else {
        say!(
            "Written: {out}. Write accept, change or reject into its column Decision; an empty cell waits. Then: rappel apply {out}"
        );
    }
}
