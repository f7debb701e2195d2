//! Going through the proposals one by one, on a terminal.

use std::io::{self, BufRead, Write};

use super::{
    super::{exit::Failure, output::count},
    show,
};
use crate::{
    action::{Register, tidy},
    minutes::{Decision, Due, Entry, Findings, Proposal},
    register::{self, DateOrder},
};

const CHOICES: &str = "[a]ccept, [c]hange, [r]eject, [s]kip, [q]uit";

/// Asks about each proposal that is not decided yet. What is skipped, and what comes after a quit or the end of the
/// input, stays undecided.
pub(super) fn go_through(
    findings: &mut Findings,
    register: Option<&Register>,
    dates: DateOrder,
) -> Result<(), Failure> {
    let mut dialogue = Dialogue { input: io::stdin().lock(), register, dates };
    let all = findings.entries.len();
    for (number, entry) in (1..).zip(&mut findings.entries).filter(|(_, entry)| entry.decision.is_none()) {
        describe(number, all, entry);
        loop {
            let Some(answer) = dialogue.ask(CHOICES, "s")? else { return Ok(()) };
            match answer.to_lowercase().as_str() {
                "a" | "accept" => match accepted(&mut dialogue, entry)? {
                    Some(decision) => entry.decision = Some(decision),
                    None => return Ok(()),
                },
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
    let answer = ask(&mut io::stdin().lock(), &question, "n")?.unwrap_or_default();
    Ok(matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

fn describe(number: usize, all: usize, entry: &Entry) {
    let proposal = &entry.proposal;
    say!("\n{number} of {all}, {}", entry.standing);
    say!("  {}: {}", proposal.reference, proposal.title);
    say!("  {}", show::of_proposal(proposal));
    if !proposal.evidence.text.is_empty() {
        say!("  {}: “{}”", proposal.evidence.place, proposal.evidence.text);
        say!("  {}, {} ({} %)", proposal.rule, proposal.confidence, proposal.confidence.percent());
    }
}

/// The proposal with each field that people correct asked for; an empty answer leaves it. None when the input ends.
fn changed(dialogue: &mut Dialogue<'_>, proposal: &Proposal) -> Result<Option<Proposal>, Failure> {
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
    if !dialogue.ask_deadline(&mut proposal, &until)? {
        return Ok(None);
    }
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

/// Accepts a proposal. A deadline that the register could not take is asked for, and the proposal is changed by that. None
/// when the input ends.
fn accepted(dialogue: &mut Dialogue<'_>, entry: &mut Entry) -> Result<Option<Decision>, Failure> {
    let Some(why) = dialogue.mistake(&entry.proposal) else { return Ok(Some(Decision::Accept)) };
    say!("  {why}");
    let mut proposal = entry.proposal.clone();
    if !dialogue.ask_deadline(&mut proposal, "")? {
        return Ok(None);
    }
    entry.proposal = proposal;
    Ok(Some(Decision::Change))
}

struct Dialogue<'r> {
    input: io::StdinLock<'static>,
    register: Option<&'r Register>,
    dates: DateOrder,
}

impl Dialogue<'_> {
    fn ask(&mut self, question: &str, default: &str) -> Result<Option<String>, Failure> {
        ask(&mut self.input, question, default)
    }

    /// Asks for the deadline until it is one; false when the input ends.
    fn ask_deadline(&mut self, proposal: &mut Proposal, default: &str) -> Result<bool, Failure> {
        let default = if default.is_empty() { "none" } else { default };
        loop {
            let question = "  Deadline (2018-03-15, or \"none\")";
            let Some(answer) = self.ask(question, default)? else { return Ok(false) };
            proposal.deadline = match answer.as_str() {
                "none" => None,
                text => Some(register::day(text).map_or_else(|_| Due::Words(text.to_owned()), Due::Day)),
            };
            let Some(why) = self.mistake(proposal) else { return Ok(true) };
            say!("  {why}");
        }
    }

    /// Why the register could not take the deadline, if it could not.
    fn mistake(&self, proposal: &Proposal) -> Option<String> {
        let Some(Due::Words(words)) = &proposal.deadline else { return None };
        register::deadline_mistake(words, self.dates)
            .or_else(|| register::meeting_mistake(words, proposal.opened, self.register?))
    }
}

/// The answer on one line, the default if it is empty; none when the input ends.
fn ask(input: &mut io::StdinLock<'static>, question: &str, default: &str) -> Result<Option<String>, Failure> {
    write_out!("{question} [{default}]: ");
    io::stdout().flush()?;
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        say!();
        return Ok(None);
    }
    if !super::is_terminal() {
        say!();
    }
    let answer = tidy(&line);
    Ok(Some(if answer.is_empty() { default.to_owned() } else { answer }))
}
