//! The proposals for people.

use std::path::Path;

use super::super::output::{self, count};
use crate::minutes::{Document, Entry, Findings, Standing};

/// So much of a sentence is shown in a table.
const SHOWN: usize = 160;

/// Prints everything.
pub(super) fn print(findings: &Findings, document: &Document, compared: bool) {
    for note in &document.notes {
        anstream::println!("Note: {note}");
    }
    if findings.entries.is_empty() {
        let known = findings.unchanged.len();
        match known {
            0 if !findings.rejected.is_empty() => anstream::println!("The report proposes nothing else."),
            0 => anstream::println!("The report asks nothing that the rules know."),
            _ => anstream::println!(
                "Nothing new: the register has {} of the report already.",
                count(known, "action", "actions")
            ),
        }
    } else {
        let mut table = output::table(["Ref", "Asked of", "What", "Until", "Status", "Found"]);
        for entry in &findings.entries {
            table.add_row(row(entry));
        }
        output::print(&table);
        anstream::println!("\n{}", summary(findings, compared));
    }
    if !findings.rejected.is_empty() {
        let rejected = count(findings.rejected.len(), "proposal was", "proposals were");
        anstream::println!(
            "{rejected} rejected before and left out (rappel rejected lists them, and takes them back)."
        );
    }
    if !findings.unknown.is_empty() {
        anstream::println!(
            "Not in the register yet: {}. Add them there (sheets Bodies, Representatives, Roles), or correct the rows.",
            findings.unknown.join("; ")
        );
    }
    for one in &findings.seats {
        let organization =
            one.organization.as_ref().map_or_else(String::new, |organization| format!(" ({organization})"));
        anstream::println!("{}: {}{organization}, {}", one.seat, one.name, one.evidence.place);
    }
}

fn row(entry: &Entry) -> [String; 6] {
    let proposal = &entry.proposal;
    let purpose = proposal.purpose.to_string();
    let state = if purpose == "for information" { purpose } else { proposal.status.to_string() };
    let until = proposal.deadline.as_ref().map(ToString::to_string).unwrap_or_default();
    let found = match &entry.standing {
        Standing::New => format!(
            "{}: {} ({}, {})",
            proposal.evidence.place,
            sentence(entry),
            proposal.rule,
            proposal.confidence
        ),
        Standing::Vanished => entry.standing.to_string(),
        standing => format!("{standing} ({}: {})", proposal.evidence.place, sentence(entry)),
    };
    [proposal.reference.clone(), proposal.asked_of.clone(), proposal.title.clone(), until, state, found]
}

fn sentence(entry: &Entry) -> String {
    let text = &entry.proposal.evidence.text;
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
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

/// What to do with the form.
pub(super) fn written(out: &Path, reviewed: bool) {
    let out = out.display();
    if reviewed {
        anstream::println!("Written: {out}, with your decisions. Then: rappel apply {out}");
    } else {
        anstream::println!(
            "Written: {out}. Write accept, change or reject into its column Decision; an empty cell waits. Then: rappel apply {out}"
        );
    }
}
