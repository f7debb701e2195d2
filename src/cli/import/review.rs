//! Going through the proposals one by one, on a terminal.

use std::io::{self, BufRead, Write};

use super::{
    super::{exit::Failure, output::count},
    show,
};
use crate::{
    action::tidy,
    minutes::{Decision, Due, Entry, Findings, Proposal},
};

const CHOICES: &str = "[a]ccept, [c]hange, [r]eject, [s]kip, [q]uit";

/// Asks about each proposal that is not decided yet. What is skipped, and what comes after a quit or the end of the
/// input, stays undecided.
pub(super) fn go_through(findings: &mut Findings) -> Result<(), Failure> {
    let mut dialogue = Dialogue { input: io::stdin().lock() };
    let all = findings.entries.len();
    for (number, entry) in (1..).zip(&mut findings.entries).filter(|(_, entry)| entry.decision.is_none()) {
        describe(number, all, entry);
        loop {
            let Some(answer) = dialogue.ask(CHOICES, "s")? else { return Ok(()) };
            match answer.to_lowercase().as_str() {
                "a" | "accept" => entry.decision = Some(Decision::Accept),
                "r" | "reject" => entry.decision = Some(Decision::Reject),
                "c" | "change" => match changed(&mut dialogue, &entry.proposal)? {
                    Some(proposal) => {
                        entry.proposal = proposal;
                        entry.decision = Some(Decision::Change);
                    }
                    None => return Ok(()),
                },
                "s" | "skip" => {}
                "q" | "quit" => return Ok(()),
                _ => {
                    say!("  Type a, c, r, s or q.");
                    continue;
                }
            }
            break;
        }
    }
    Ok(())
}

/// Asks whether what is accepted goes into the register now, if anything is.
pub(super) fn enters(findings: &Findings) -> Result<bool, Failure> {
    let goes_in = |decision| matches!(decision, Some(Decision::Accept | Decision::Change));
    let number = findings.entries.iter().filter(|entry| goes_in(entry.decision)).count();
    if number == 0 {
        return Ok(false);
    }
    let question = format!("Write {} into the register now? [y]es, [n]o", count(number, "row", "rows"));
    let answer = Dialogue { input: io::stdin().lock() }.ask(&question, "n")?.unwrap_or_default();
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

fn describe(number: usize, all: usize, entry: &Entry) {
    let proposal = &entry.proposal;
    say!("\n{number} of {all}, {}", entry.standing);
    say!("  {}: {}", proposal.reference, proposal.title);
    say!("  {}", show::in_short(proposal));
    if !proposal.evidence.text.is_empty() {
        say!("  {}: “{}”", proposal.evidence.place, proposal.evidence.text);
        say!("  {}, {} ({} %)", proposal.rule, proposal.confidence, proposal.confidence.percent());
    }
}

/// The proposal with each field that people correct asked for; an empty answer leaves it. None when the input ends.
fn changed(dialogue: &mut Dialogue, proposal: &Proposal) -> Result<Option<Proposal>, Failure> {
    let mut proposal = proposal.clone();
    for (question, field) in [
        ("  Ref", &mut proposal.reference),
        ("  Title", &mut proposal.title),
        ("  Asked of", &mut proposal.asked_of),
    ] {
        let Some(answer) = dialogue.ask(question, field)? else { return Ok(None) };
        *field = answer;
    }
    let until = proposal.deadline.as_ref().map(ToString::to_string).unwrap_or_default();
    let Some(until) = dialogue.ask("  Deadline (2018-03-15, or \"none\")", &until)? else { return Ok(None) };
    proposal.deadline = match until.as_str() {
        "" | "none" => None,
        text => Some(text.parse().map_or_else(|_| Due::Words(text.to_owned()), Due::Day)),
    };
    loop {
        let Some(answer) = dialogue.ask("  Status", &proposal.status.to_string())? else { return Ok(None) };
        match answer.parse() {
            Ok(status) => proposal.status = status,
            Err(why) => {
                say!("  {why}");
                continue;
            }
        }
        return Ok(Some(proposal));
    }
}

struct Dialogue {
    input: io::StdinLock<'static>,
}

impl Dialogue {
    /// The answer on one line, the default if it is empty; none when the input ends.
    fn ask(&mut self, question: &str, default: &str) -> Result<Option<String>, Failure> {
        write_out!("{question} [{default}]: ");
        io::stdout().flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            say!();
            return Ok(None);
        }
        if !super::is_terminal() {
            say!();
        }
        let answer = tidy(&line);
        Ok(Some(if answer.is_empty() { default.to_owned() } else { answer }))
    }
}
