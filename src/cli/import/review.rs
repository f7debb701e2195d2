//! Going through the proposals one by one, on a terminal.

use std::io::{self, BufRead, Write};

use anyhow::anyhow;

use super::super::exit::Failure;
use crate::{
    action::tidy,
    minutes::{Decision, Due, Entry, Findings},
};

const CHOICES: &str = "[a]ccept, [c]hange, [r]eject, [s]kip, [q]uit";

/// Asks about each proposal. What is skipped, and what comes after a quit, stays undecided.
pub(super) fn go_through(findings: &mut Findings) -> Result<(), Failure> {
    let mut dialogue = Dialogue { input: io::stdin().lock() };
    let all = findings.entries.len();
    for (number, entry) in (1..).zip(&mut findings.entries) {
        describe(number, all, entry);
        loop {
            let answer = dialogue.ask(CHOICES, "s")?;
            match answer.to_lowercase().as_str() {
                "a" | "accept" => entry.decision = Some(Decision::Accept),
                "r" | "reject" => entry.decision = Some(Decision::Reject),
                "c" | "change" => {
                    change(&mut dialogue, entry)?;
                    entry.decision = Some(Decision::Change);
                }
                "s" | "skip" => {}
                "q" | "quit" => return Ok(()),
                _ => {
                    anstream::println!("  Type a, c, r, s or q.");
                    continue;
                }
            }
            break;
        }
    }
    Ok(())
}

fn describe(number: usize, all: usize, entry: &Entry) {
    let proposal = &entry.proposal;
    anstream::println!("\n{number} of {all}, {}", entry.standing);
    anstream::println!("  {}: {}", proposal.reference, proposal.title);
    let until =
        proposal.deadline.as_ref().map_or_else(|| "no deadline".to_owned(), |due| format!("until {due}"));
    let asked = if proposal.asked_of.is_empty() { "nobody yet" } else { &proposal.asked_of };
    anstream::println!("  asked of {asked}, {until}, {}, {}", proposal.status, proposal.purpose);
    if !proposal.evidence.text.is_empty() {
        anstream::println!("  {}: “{}”", proposal.evidence.place, proposal.evidence.text);
        anstream::println!(
            "  {}, {} ({} %)",
            proposal.rule,
            proposal.confidence,
            proposal.confidence.percent()
        );
    }
}

/// Asks for each field that people correct; an empty answer leaves it.
fn change(dialogue: &mut Dialogue, entry: &mut Entry) -> Result<(), Failure> {
    let proposal = &mut entry.proposal;
    proposal.reference = dialogue.ask("  Ref", &proposal.reference)?;
    proposal.title = dialogue.ask("  Title", &proposal.title)?;
    proposal.asked_of = dialogue.ask("  Asked of", &proposal.asked_of)?;
    let until = proposal.deadline.as_ref().map(ToString::to_string).unwrap_or_default();
    let until = dialogue.ask("  Deadline (2018-03-15, or \"none\")", &until)?;
    proposal.deadline = match until.as_str() {
        "" | "none" => None,
        text => Some(text.parse().map_or_else(|_| Due::Words(text.to_owned()), Due::Day)),
    };
    loop {
        match dialogue.ask("  Status", &proposal.status.to_string())?.parse() {
            Ok(status) => proposal.status = status,
            Err(why) => {
                anstream::println!("  {why}");
                continue;
            }
        }
        return Ok(());
    }
}

struct Dialogue {
    input: io::StdinLock<'static>,
}

impl Dialogue {
    /// The answer on one line; the default if it is empty.
    fn ask(&mut self, question: &str, default: &str) -> Result<String, Failure> {
        anstream::print!("{question} [{default}]: ");
        io::stdout().flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            return Err(anyhow!("There was no answer. Nothing was written.").into());
        }
        if !super::is_terminal() {
            anstream::println!();
        }
        let answer = tidy(&line);
        Ok(if answer.is_empty() { default.to_owned() } else { answer })
    }
}
