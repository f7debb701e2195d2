//! `rappel history`: what was told to whom about an action, how each letter fared, and what was decided.

use std::{collections::HashMap, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use super::{
    desk::{Desk, WantedAll},
    exit::Ended,
    output::{self, moment},
    screen,
};
use crate::{
    action::{Action, ActionId, fold},
    daemon::Setup,
    decision::Decision,
    ledger::{self, Corrected, DecisionEnd, HistoryEntry, HistoryFilter, HowSaid},
    outbox::{LetterId, Standing, vouched},
    store,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    action: WantedAll,
    /// Only what was told to this person
    #[arg(long, value_name = "PERSON")]
    to: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let setup = Setup::load(config)?;
    let reader = store::open_reader(&setup.settings.state)?;
    let text = args.action.text();
    // It is read while the register has errors, too, and knows actions that are in it no more.
    let desk = Desk::open(config, None).ok();
    let found = desk.as_ref().map(|desk| desk.find(&text));
    let about = About::of(&text, found.as_ref().and_then(|found| found.as_ref().ok()));
    let filter = HistoryFilter {
        recipient: args.to.clone(),
        asked_of: about.asked_of.clone(),
        ..HistoryFilter::of(&about.reference)
    };
    let (entries, decisions, corrections) = reader.read(|c| {
        // What is asked for one person is what that person was told.
        let mut decisions =
            if args.to.is_none() { ledger::decision_history(c, &about.reference)? } else { Vec::new() };
        decisions.retain(|(decision, _)| about.is_asked_of(&decision.asked_of));
        let mut corrections = ledger::corrections(c, &about.reference)?;
        let is_meant = |name: &str| args.to.as_ref().is_none_or(|to| fold(name).contains(&fold(to)));
        corrections.retain(|(one, _)| is_meant(&one.recipient_name) && about.is_asked_of(&one.asked_of));
        Ok((ledger::history(c, &filter)?, decisions, corrections))
    })?;
    let is_empty = entries.is_empty() && decisions.is_empty() && corrections.is_empty();
    if let (true, Some(Err(unknown))) = (is_empty, found) {
        return Err(unknown);
    }
    let corrections: Vec<_> = corrections.into_iter().map(|(one, letter)| corrected(one, letter)).collect();
    let decisions: Vec<_> = decisions.into_iter().map(|(decision, end)| decided(decision, end)).collect();
    if args.json {
        return output::json(&events(&entries, &decisions, &corrections));
    }
    if is_empty {
        let to = args.to.as_ref().map_or_else(String::new, |to| format!(" to {to}"));
        say!("Nothing was told{to} about {text} so far. `rappel why {text}` says what comes.");
    }
    let zone = setup.rules.send().zone();
    if !decisions.is_empty() {
        print_decisions(&decisions, zone);
    }
    if !entries.is_empty() {
        print_told(&entries, zone);
    }
    if !corrections.is_empty() {
        print_corrections(&corrections, zone);
    }
    Ok(())
}

/// The actions of which the history is asked for.
struct About {
    reference: String,
    /// Of whom it is asked, if that was said; otherwise all of that reference are meant.
    asked_of: Option<String>,
}

impl About {
    /// What a text means, of which the register has these actions.
    fn of(text: &str, found: Option<&Vec<(ActionId, &Action)>>) -> Self {
        match found.map(Vec::as_slice) {
            Some([(id, action), others @ ..]) => {
                let is_said = others.is_empty() && fold(text).ends_with(id.asked_of());
                let asked_of = is_said.then(|| action.asked_of.to_string());
                Self { reference: action.reference.clone(), asked_of }
            }
            _ => Self { reference: text.to_owned(), asked_of: None },
        }
    }

    fn is_asked_of(&self, asked_of: &str) -> bool {
        self.asked_of.as_ref().is_none_or(|wanted| fold(wanted) == fold(asked_of))
    }
}

/// A correction that was sent, for JSON beside what was told.
#[derive(Debug, Serialize)]
struct CorrectedEntry {
    recorded_at: Timestamp,
    reference: String,
    asked_of: String,
    recipient_name: String,
    /// What it says.
    correction: String,
    by: String,
    letter: Option<Standing>,
}

fn corrected(corrected: Corrected, letter: Option<Standing>) -> CorrectedEntry {
    CorrectedEntry {
        recorded_at: corrected.at,
        reference: corrected.reference,
        asked_of: corrected.asked_of,
        recipient_name: corrected.recipient_name,
        correction: corrected.text,
        by: corrected.who,
        letter,
    }
}

fn print_corrections(corrections: &[CorrectedEntry], zone: &TimeZone) {
    let mut table = screen::table(["When", "To", "Correction", "By", "Letter", "How it fared"]);
    for one in corrections {
        table.add_row([
            moment(one.recorded_at, zone),
            one.recipient_name.clone(),
            one.correction.clone(),
            one.by.clone(),
            one.letter.as_ref().map_or_else(String::new, |letter| letter.id.0.to_string()),
            one.letter.as_ref().map_or_else(String::new, stands),
        ]);
    }
    screen::print_table(table);
}

/// Something that was decided, for JSON beside what was told.
#[derive(Debug, Serialize)]
struct DecidedEntry {
    recorded_at: Timestamp,
    reference: String,
    asked_of: String,
    /// "close", "extend" ...
    decision: &'static str,
    /// In words: "extended to 2017-07-28".
    decided: String,
    by: String,
    why: Option<String>,
    /// What the register said about it at that time.
    register: String,
    ended: Option<DecisionEnd>,
    ended_at: Option<Timestamp>,
}

fn decided(decision: Decision, end: Option<(DecisionEnd, Timestamp)>) -> DecidedEntry {
    let (ended, ended_at) = end.unzip();
    DecidedEntry {
        recorded_at: decision.at,
        decision: decision.change.verb(),
        decided: decision.change.to_string(),
        reference: decision.reference,
        asked_of: decision.asked_of,
        by: decision.who,
        why: decision.why,
        register: decision.seen,
        ended,
        ended_at,
    }
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum HistoryEvent<'a> {
    Told(&'a HistoryEntry),
    Decided(&'a DecidedEntry),
    Corrected(&'a CorrectedEntry),
}

/// All together, the oldest first.
fn events<'a>(
    entries: &'a [HistoryEntry],
    decisions: &'a [DecidedEntry],
    corrections: &'a [CorrectedEntry],
) -> Vec<HistoryEvent<'a>> {
    let told = entries.iter().map(HistoryEvent::Told);
    let decided = decisions.iter().map(HistoryEvent::Decided);
    let corrected = corrections.iter().map(HistoryEvent::Corrected);
    let mut all: Vec<_> = told.chain(decided).chain(corrected).collect();
    all.sort_by_key(|event| match event {
        HistoryEvent::Told(entry) => entry.recorded_at,
        HistoryEvent::Decided(entry) => entry.recorded_at,
        HistoryEvent::Corrected(entry) => entry.recorded_at,
    });
    all
}

fn print_decisions(decisions: &[DecidedEntry], zone: &TimeZone) {
    let mut table = screen::table(["When", "Asked of", "Decided", "By", "Why", "Since then"]);
    for one in decisions {
        let since = match (one.ended, one.ended_at) {
            (Some(how), Some(at)) => format!("{}, {}", in_words(how), moment(at, zone)),
            _ => "counts".to_owned(),
        };
        table.add_row([
            moment(one.recorded_at, zone),
            one.asked_of.clone(),
            one.decided.clone(),
            one.by.clone(),
            one.why.clone().unwrap_or_default(),
            since,
        ]);
    }
    screen::print_table(table);
}

fn in_words(end: DecisionEnd) -> &'static str {
    match end {
        DecisionEnd::Replaced => "replaced by a later one",
        DecisionEnd::CaughtUp => "the register says the same",
        DecisionEnd::Overruled => "the register was changed to something else, or the row was deleted",
    }
}

fn print_told(entries: &[HistoryEntry], zone: &TimeZone) {
    let mut table = screen::table(["When", "To", "Step", "Deadline", "Asked of", "Letter", "How it fared"]);
    let merged = merged(entries);
    for entry in entries {
        let with = merged.get(&key(entry)).copied().unwrap_or_default();
        // Years overdue are hundreds of steps: they are counted, not listed.
        if entry.how == HowSaid::Merged && with > 0 {
            continue;
        }
        table.add_row([
            moment(entry.recorded_at, zone),
            entry.recipient_name.clone(),
            step(entry, with, zone),
            output::deadline(&entry.deadline, zone),
            entry.asked_of.clone(),
            entry.letter.as_ref().map_or_else(String::new, |letter| letter.id.0.to_string()),
            fared(entry),
        ]);
    }
    screen::print_table(table);
}

/// What the steps that one letter tells of one action have in common.
fn key(entry: &HistoryEntry) -> Option<(LetterId, &str, &str)> {
    entry.letter.as_ref().map(|letter| (letter.id, entry.asked_of.as_str(), entry.recipient_name.as_str()))
}

/// How many steps were merged into each step that was told.
fn merged(entries: &[HistoryEntry]) -> HashMap<Option<(LetterId, &str, &str)>, usize> {
    let told = entries.iter().filter(|entry| entry.how == HowSaid::Told);
    let mut counts: HashMap<_, _> = told.map(|entry| (key(entry), 0)).collect();
    for entry in entries.iter().filter(|entry| entry.how == HowSaid::Merged) {
        if let Some(count) = counts.get_mut(&key(entry)) {
            *count += 1;
        }
    }
    counts
}

fn step(entry: &HistoryEntry, merged: usize, zone: &TimeZone) -> String {
    let step = entry.step.parse().map_or_else(|_| entry.step.clone(), |step| output::step(step, zone));
    match merged {
        0 => step,
        many => format!("{step}, for {}", output::count(many, "earlier step", "earlier steps")),
    }
}

fn fared(entry: &HistoryEntry) -> String {
    match (entry.how, &entry.letter, &entry.why) {
        (HowSaid::Impossible, _, Some(why)) => format!("no letter: {why}"),
        (HowSaid::Impossible, ..) => "no letter".to_owned(),
        (HowSaid::LeftOut, _, why) => format!("left out: {}", why.as_deref().unwrap_or("too old to be news")),
        (HowSaid::Adopted, _, why) => format!("taken as told ({})", why.as_deref().unwrap_or("adopted")),
        (HowSaid::Merged, Some(letter), _) => format!("merged into this letter: {}", stands(letter)),
        (_, Some(letter), _) => stands(letter),
        (_, None, _) => String::new(),
    }
}

fn stands(letter: &Standing) -> String {
    let said = vouched(letter.state, letter.last_answer.as_ref(), letter.note.as_deref());
    match (said, &letter.last_answer) {
        (Some(said), _) => format!("{} ({said})", letter.state),
        (None, Some(answer)) => format!("{} ({answer})", letter.state),
        (None, None) => letter.state.to_string(),
    }
}
