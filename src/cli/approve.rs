//! `rappel approve`: lets actions be escalated to other bodies, of which nobody answers; or shows what waits for that.

use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use super::{
    change::{self, Deciding},
    desk::Desk,
    exit::{Ended, Failure},
    output::{self, count, day},
};
use crate::{
    action::{Action, ActionId, Deadline},
    decision::Change,
    ledger,
    schedule::{self, Escalation, Moment, Stands, Verdict},
    store,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The action's reference; without it, and without --all, what waits is listed
    action: Option<String>,
    /// Of whom it is asked, if the same reference is asked of several
    #[arg(long, value_name = "BODY", requires = "action")]
    asked_of: Option<String>,
    /// Everything that waits
    #[arg(long, conflicts_with = "action")]
    all: bool,
    #[command(flatten)]
    deciding: Deciding,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An escalation that waits until somebody approves.
#[derive(Debug, Serialize)]
struct Line {
    reference: String,
    asked_of: String,
    title: String,
    /// Whom it goes to.
    to: Vec<String>,
    /// "7 days overdue".
    after: String,
    /// Since when it waits.
    since: Date,
    #[serde(skip)]
    approval: (ActionId, Change),
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let desk = Desk::open(config, None)?;
    let mut waiting = waiting(&desk)?;
    if let Some(wanted) = &args.action {
        let (id, action) = desk.find_one(wanted, args.asked_of.as_deref())?;
        waiting.retain(|line| line.approval.0 == id);
        if waiting.is_empty() {
            return Err(Failure::NotFound(format!(
                "No escalation of {}, asked of {}, waits for approval. `rappel why {}` says when it is escalated.",
                action.reference, action.asked_of, action.reference
            )));
        }
    }
    let is_decided = args.all || args.action.is_some();
    if is_decided {
        approve(&desk, args, &waiting)?;
    }
    if args.json {
        return output::json(&waiting);
    }
    if waiting.is_empty() {
        anstream::println!("Nothing waits for approval.");
    } else if is_decided {
        for line in &waiting {
            anstream::println!(
                "{}, asked of {}: approved; {} is told with the next letters.",
                line.reference,
                line.asked_of,
                line.to.join(" and ")
            );
        }
        anstream::println!("A running daemon follows within a minute.");
    } else {
        list(&waiting);
    }
    Ok(())
}

/// How many escalations wait until somebody approves.
pub(super) fn how_many_wait(desk: &Desk) -> Result<usize, Failure> {
    Ok(waiting(desk)?.len())
}

fn approve(desk: &Desk, args: &Args, waiting: &[Line]) -> Ended {
    let mut decisions = Vec::new();
    for line in waiting {
        let (id, change) = &line.approval;
        let Some(action) = desk.directory.action(id) else { continue };
        decisions.push(change::decision(desk, &args.deciding, (id, action), change.clone()));
    }
    if decisions.is_empty() {
        return Ok(());
    }
    store::write_beside(&desk.setup.settings.state, |c| {
        decisions.iter().try_for_each(|decision| ledger::decide(c, decision).map(drop))
    })?;
    Ok(())
}

fn waiting(desk: &Desk) -> Result<Vec<Line>, Failure> {
    let rules = &desk.setup.rules;
    if !rules.policies().any(|policy| policy.escalate.iter().any(|rung| rung.approval)) {
        return Ok(Vec::new());
    }
    let told = desk.told()?;
    let moment = Moment::new(rules, desk.now);
    let mut waiting = Vec::new();
    for (id, action) in desk.directory.actions() {
        let Verdict::Chased(chase) = schedule::decide(&desk.directory, &told, &moment, id, action) else {
            continue;
        };
        let deadline = action.deadline_on(moment.today);
        let rungs = chase.escalations.into_iter().flat_map(|ladder| ladder.rungs);
        waiting.extend(rungs.filter_map(|rung| line(id, action, deadline, &rung)));
    }
    Ok(waiting)
}

fn line(id: &ActionId, action: &Action, deadline: Option<Deadline>, rung: &Escalation<'_>) -> Option<Line> {
    let Stands::Waits { since } = rung.stands else { return None };
    let after = rung.rung.after;
    Some(Line {
        reference: action.reference.clone(),
        asked_of: action.asked_of.to_string(),
        title: action.title.clone(),
        to: rung.to.iter().map(|one| one.name.clone()).collect(),
        after: output::patience(after),
        since,
        approval: (id.clone(), Change::Approve { after, deadline }),
    })
}

fn list(waiting: &[Line]) {
    let mut table = output::table(["Ref", "Asked of", "Title", "To", "After", "Waits since"]);
    for line in waiting {
        table.add_row([
            line.reference.clone(),
            line.asked_of.clone(),
            line.title.clone(),
            line.to.join(", "),
            line.after.clone(),
            day(line.since),
        ]);
    }
    output::print(&table);
    anstream::println!(
        "{} for approval: `rappel approve REF`, or `rappel approve --all`. `rappel acknowledge REF` says that somebody \
         answered, and `rappel preview REF --escalated` shows the letter.",
        count(waiting.len(), "escalation waits", "escalations wait")
    );
}
