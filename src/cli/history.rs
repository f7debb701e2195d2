//! `rappel history`: what was told to whom about an action, and how each letter fared.

use std::path::Path;

use super::{
    exit::{Ended, Failure},
    output::{self, moment},
};
use crate::{
    daemon::Setup,
    ledger::{self, HistoryEntry, HistoryFilter, HowSaid},
    outbox::Standing,
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
    for entry in &entries {
        table.add_row([
            moment(entry.recorded_at, zone),
            entry.recipient_name.clone(),
            entry.step.clone(),
            entry.deadline.clone(),
            entry.asked_of.clone(),
            entry.letter.as_ref().map_or_else(String::new, |letter| letter.id.0.to_string()),
            fared(entry),
        ]);
    }
    output::print(&table);
    Ok(())
}

fn fared(entry: &HistoryEntry) -> String {
    match (entry.how, &entry.letter, &entry.why) {
        (HowSaid::Impossible, _, Some(why)) => format!("no letter: {why}"),
        (HowSaid::Impossible, ..) => "no letter".to_owned(),
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
