//! `rappel history`: what was told to whom about an action, and how each letter fared.

use std::{collections::HashMap, path::Path};

use super::{
    exit::{Ended, Failure},
    output::{self, moment},
};
use crate::{
    daemon::Setup,
    ledger::{self, HistoryEntry, HistoryFilter, HowSaid},
    outbox::{LetterId, Standing},
    store,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The action's reference
    action: String,
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
    let filter = HistoryFilter { recipient: args.to.clone(), ..HistoryFilter::of(&args.action) };
    let entries = reader.read(|c| ledger::history(c, &filter))?;
    if args.json {
        return output::json(&entries);
    }
    if entries.is_empty() {
        let what = &args.action;
        return Err(Failure::NotFound(format!(
            "Nothing was told about {what} so far. `rappel why {what}` says what comes."
        )));
    }
    let zone = setup.rules.send().zone();
    let mut table = output::table(["When", "To", "Step", "Deadline", "Asked of", "Letter", "How it fared"]);
    let merged = merged(&entries);
    for entry in &entries {
        let with = merged.get(&key(entry)).copied().unwrap_or_default();
        // Years overdue are hundreds of steps: they are counted, not listed.
        if entry.how == HowSaid::Merged && with > 0 {
            continue;
        }
        table.add_row([
            moment(entry.recorded_at, zone),
            entry.recipient_name.clone(),
            step(entry, with),
            entry.deadline.clone(),
            entry.asked_of.clone(),
            entry.letter.as_ref().map_or_else(String::new, |letter| letter.id.0.to_string()),
            fared(entry),
        ]);
    }
    output::print(&table);
    Ok(())
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

fn step(entry: &HistoryEntry, merged: usize) -> String {
    let step = entry.step.parse().map_or_else(|_| entry.step.clone(), output::step);
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
    match &letter.last_answer {
        Some(answer) => {
            let code = answer.code.map_or_else(String::new, |code| format!("{code} "));
            format!("{} ({code}{})", letter.state, answer.text)
        }
        None => letter.state.to_string(),
    }
}
