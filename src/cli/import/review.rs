//! Going through the proposals one by one, on a terminal.

use std::io::{self, BufRead, Write};

use super::{
    super::{exit::Failure, output::count},
    show,
};
use crate::{
    action::{Register, Status, tidy},
    minutes::{Decision, Due, Entry, Findings, Proposal, Standing},
    register::{self, DateOrder},
};

const CHOICES: &str = "[a]ccept, [c]hange, [r]eject, [s]kip, [q]uit";
/// Nothing is proposed of what the report does not mention.
const CHOICES_OF_VANISHED: &str = "[d]one, [w]ithdrawn, still [o]pen, [c]hange, [s]kip, [q]uit";

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
        let choices = if is_vanished(entry) { CHOICES_OF_VANISHED } else { CHOICES };
        loop {
            let Some(answer) = dialogue.ask(choices, "s")? else { return Ok(()) };
            match answered(&mut dialogue, entry, &answer.to_lowercase())? {
                Step::Next => break,
                Step::Again => say!("  Type one of the letters in brackets."),
                Step::End => return Ok(()),
            }
        }
    }
    Ok(())
}

/// How it goes on after an answer.
enum Step {
    Next,
    Again,
    End,
}

/// Does what an answer says.
fn answered(dialogue: &mut Dialogue<'_>, entry: &mut Entry, answer: &str) -> Result<Step, Failure> {
    let decision = match (answer, is_vanished(entry)) {
        ("s" | "skip", _) => return Ok(Step::Next),
        ("q" | "quit", _) => return Ok(Step::End),
        ("c" | "change", _) => changed(dialogue, entry)?,
        ("a" | "accept", false) => accepted(dialogue, entry)?,
        ("r" | "reject", false) | ("o" | "open", true) => Some(Decision::Reject),
        ("d" | "done", true) => Some(over(entry, Status::Done)),
        ("w" | "withdrawn", true) => Some(over(entry, Status::Withdrawn)),
        _ => return Ok(Step::Again),
    };
    entry.decision = decision;
    Ok(if decision.is_some() { Step::Next } else { Step::End })
}

fn is_vanished(entry: &Entry) -> bool {
    entry.standing == Standing::Vanished
}

/// An action that the report does not mention is over.
fn over(entry: &mut Entry, status: Status) -> Decision {
    entry.proposal.status = status;
    Decision::Change
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

/// Asks for each field that people correct; an empty answer leaves it. What identifies an action of the register is not asked
/// for. None, and nothing is changed, when the input ends.
fn changed(dialogue: &mut Dialogue<'_>, entry: &mut Entry) -> Result<Option<Decision>, Failure> {
    let mut proposal = entry.proposal.clone();
    let is_new = entry.of.is_none();
    for (question, field, is_asked) in [
        ("  Ref", &mut proposal.reference, is_new),
        ("  Title", &mut proposal.title, true),
        ("  Asked of", &mut proposal.asked_of, is_new),
    ] {
        if is_asked && !dialogue.ask_line(question, field)? {
            return Ok(None);
        }
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
        entry.proposal = proposal;
        return Ok(Some(Decision::Change));
    }
}

/// Accepts a proposal. What the register could not do without or not take is asked for, and the proposal is changed by that.
/// None, and nothing is changed, when the input ends.
fn accepted(dialogue: &mut Dialogue<'_>, entry: &mut Entry) -> Result<Option<Decision>, Failure> {
    let mut proposal = entry.proposal.clone();
    if proposal.asked_of.is_empty() {
        say!("  It does not say of whom this is asked.");
        if !dialogue.ask_line("  Asked of", &mut proposal.asked_of)? {
            return Ok(None);
        }
    }
    if let Some(why) = dialogue.mistake(&proposal) {
        say!("  {why}");
        if !dialogue.ask_deadline(&mut proposal, "")? {
            return Ok(None);
        }
    }
    let decision = if proposal == entry.proposal { Decision::Accept } else { Decision::Change };
    entry.proposal = proposal;
    Ok(Some(decision))
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

    /// Asks for a text until there is one; false when the input ends.
    fn ask_line(&mut self, question: &str, field: &mut String) -> Result<bool, Failure> {
        loop {
            let Some(answer) = self.ask(question, field)? else { return Ok(false) };
            if !answer.is_empty() {
                *field = answer;
                return Ok(true);
            }
        }
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
