//! `rappel rejected`: proposals of reports that somebody rejected; how they are remembered, looked at and taken back.

use std::{collections::HashSet, path::Path};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    exit::{Ended, Failure},
    output::{self, count},
    screen,
};
use crate::{
    clock::Clock,
    config,
    ledger::{self, Rejected},
    minutes::{Decided, Decision, Entry, Identity},
    store::{self, StoreError},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Take these back, by their numbers: their reports propose them again
    #[arg(long, value_name = "NUMBER", num_args = 1..)]
    take_back: Vec<i64>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One of them, for programs.
#[derive(Debug, Serialize)]
struct Listed {
    number: i64,
    reference: String,
    asked_of: String,
    title: String,
    words: String,
    form: String,
    who: String,
    at: Timestamp,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let (settings, _) = config::load(config)?;
    if !args.take_back.is_empty() {
        return take_back(&settings.state, &args.take_back);
    }
    let all = store::open_reader(&settings.state)?.read(ledger::rejected)?;
    if args.json {
        let listed = |(number, one, at)| {
            let Rejected { reference, asked_of, title, words, form, who, .. } = one;
            Listed { number, reference, asked_of, title, words, form, who, at }
        };
        return output::json(&all.into_iter().map(listed).collect::<Vec<_>>());
    }
    if all.is_empty() {
        say!("No proposal of a report was rejected.");
        return Ok(());
    }
    let mut table = screen::table(["No.", "Rejected", "Ref", "Asked of", "What", "Words"]);
    for (number, one, at) in &all {
        let when = settings.register.zone.to_datetime(*at).date();
        let rejected = format!("{} by {}, {}", output::day(when), one.who, one.form);
        table.add_row([
            &number.to_string(),
            &rejected,
            &one.reference,
            &one.asked_of,
            &one.title,
            &one.words,
        ]);
    }
    screen::print_table(table);
    say!("\nThe reports do not propose these again. Take one back: rappel rejected --take-back NUMBER");
    Ok(())
}

fn take_back(state: &Path, numbers: &[i64]) -> Ended {
    let now = Clock::System.now();
    let (taken, unknown) = store::write_beside(state, |c| {
        let all = ledger::rejected(c)?;
        let (mut taken, mut unknown) = (Vec::new(), Vec::new());
        for number in numbers {
            match all.iter().find(|(other, ..)| other == number) {
                Some((_, one, _)) if ledger::take_back_rejection(c, &one.identity, now)? => {
                    taken.push(one.clone());
                }
                _ => unknown.push(*number),
            }
        }
        Ok((taken, unknown))
    })?;
    for one in taken {
        say!("{} asked of {} is proposed again by its report.", one.reference, one.asked_of);
    }
    match unknown.first() {
        None => Ok(()),
        Some(number) => Err(Failure::NotFound(format!(
            "There is no rejected proposal {number}. `rappel rejected` shows the numbers."
        ))),
    }
}

/// What was rejected before. Where there is no state, nothing was; a report is read also when the state cannot be.
pub(super) fn known(state: &Path) -> HashSet<Identity> {
    let read = store::open_reader(state).and_then(|reader| reader.read(ledger::rejected));
    match read {
        Ok(all) => all.into_iter().map(|(_, one, _)| Identity::stored(&one.identity)).collect(),
        Err(StoreError::NoFolder { .. } | StoreError::NoDatabase { .. }) => HashSet::new(),
        Err(error) => {
            remark!("What was rejected before is proposed again: {error}");
            HashSet::new()
        }
    }
}

/// A decision about a proposal, with what is remembered of it.
pub(super) type Verdict = (Decision, Rejected);

/// What was decided in a row of this form; none where its proposal cannot be known again.
pub(super) fn of_row(row: &Decided, form: &Path) -> Option<Verdict> {
    let rejected = Rejected {
        identity: row.identity.as_ref()?.to_string(),
        reference: row.reference.clone(),
        asked_of: row.asked_of.clone(),
        title: row.title.clone(),
        words: row.evidence.clone().unwrap_or_default(),
        form: form.display().to_string(),
        who: config::user(),
    };
    Some((row.decision?, rejected))
}

/// What was decided about a proposal in a review that is written into this form.
pub(super) fn of_entry(entry: &Entry, form: &Path) -> Option<Verdict> {
    let rejected = Rejected {
        identity: entry.identity.to_string(),
        reference: entry.proposal.reference.clone(),
        asked_of: entry.proposal.asked_of.clone(),
        title: entry.proposal.title.clone(),
        words: entry.proposal.evidence.text.clone(),
        form: form.display().to_string(),
        who: config::user(),
    };
    Some((entry.decision?, rejected))
}

/// Remembers what is rejected, and forgets that what is accepted ever was. That it cannot be is said, and harms nothing
/// else: the decisions stand in the form.
pub(super) fn remember(state: &Path, verdicts: &[Verdict]) {
    let now = Clock::System.now();
    let any = verdicts.iter().any(|(decision, _)| *decision == Decision::Reject);
    let written = store::write_beside(state, |c| {
        let mut new = 0;
        for (decision, one) in verdicts {
            if *decision == Decision::Reject {
                new += usize::from(ledger::reject(c, one, now)?);
            } else {
                ledger::take_back_rejection(c, &one.identity, now)?;
            }
        }
        Ok(new)
    });
    match written {
        Ok(0) => {}
        Ok(new) => {
            let rejections = count(new, "rejection", "rejections");
            say!("{rejections} remembered: the report does not propose that again (rappel rejected).");
        }
        Err(error) if any => {
            remark!("What was rejected stands in the form, and is not remembered beside it: {error}");
        }
        Err(_) => {}
    }
}
