//! `rappel approve`: lets actions be escalated to other bodies, of which nobody answers; takes that back; or shows what
//! waits for it.

use std::path::Path;

use jiff::civil::Date;
use serde::Serialize;

use super::{
    change::{self, Deciding},
    desk::{Desk, Fits},
    exit::{Ended, Failure},
    output::{self, count, day},
    screen,
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
    action: Vec<String>,
    /// Of whom it is asked, if the same reference is asked of several
    #[arg(long, value_name = "BODY", requires = "action")]
    asked_of: Option<String>,
    /// Everything that waits; with --off, everything that was approved
    #[arg(long, conflicts_with = "action")]
    all: bool,
    /// Take an approval back: what has not left does not leave
    #[arg(long)]
    off: bool,
    #[command(flatten)]
    deciding: Deciding,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// An escalation that waits until somebody approves, or that was approved.
#[derive(Debug, Serialize)]
struct Line {
    reference: String,
    asked_of: String,
    title: String,
    /// Whom it goes to.
    to: Vec<String>,
    /// "7 days overdue".
    after: String,
    /// Since when it waits; of what was approved, since when it is.
    since: Date,
    /// On which day it was told, if it was.
    told: Option<Date>,
    #[serde(skip)]
    decided: (ActionId, Change),
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let desk = Desk::open(config, None)?;
    let mut lines = if args.off { approved(&desk)? } else { waiting(&desk)? };
    if !args.action.is_empty() {
        let said = if args.off { "is approved for escalation" } else { "waits for approval to be escalated" };
        let fits = Fits { said, are: &|id, _| lines.iter().any(|line| line.decided.0 == *id) };
        let (id, action) = desk.find_one(&args.action.join(" "), args.asked_of.as_deref(), &fits)?;
        lines.retain(|line| line.decided.0 == id);
        if lines.is_empty() {
            let what = if args.off { "is approved" } else { "waits for approval" };
            return Err(Failure::NotFound(format!(
                "No escalation of {}, asked of {}, {what}. `rappel why {}` says when it is escalated.",
                action.reference, action.asked_of, action.reference
            )));
        }
    }
    let is_decided = args.all || !args.action.is_empty();
    if is_decided {
        decide(&desk, args, &lines)?;
    }
    if args.json {
        return output::json(&lines);
    }
    match (lines.is_empty(), is_decided) {
        (true, _) if args.off => say!("Nothing is approved."),
        (true, _) => say!("Nothing waits for approval."),
        (false, true) => tell(&lines, args.off),
        (false, false) => list(&lines, args.off),
    }
    Ok(())
}

/// How many escalations wait until somebody approves.
pub(super) fn how_many_wait(desk: &Desk) -> Result<usize, Failure> {
    Ok(waiting(desk)?.len())
}

fn decide(desk: &Desk, args: &Args, lines: &[Line]) -> Ended {
    let mut decisions = Vec::new();
    for line in lines {
        let (id, change) = &line.decided;
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

fn tell(lines: &[Line], off: bool) {
    for line in lines {
        let (reference, asked_of, to) = (&line.reference, &line.asked_of, line.to.join(" and "));
        match (off, line.told) {
            (false, _) => {
                say!("{reference}, asked of {asked_of}: approved; {to} is told with the next letters.");
            }
            (true, None) => {
                say!("{reference}, asked of {asked_of}: no longer approved; {to} is not told.");
            }
            (true, Some(on)) => say!(
                "{reference}, asked of {asked_of}: no longer approved. It was told to {to} on {}: a letter that has not \
                 left is withdrawn, and one that has left cannot be called back.",
                day(on)
            ),
        }
    }
    say!("A running daemon follows within a minute.");
}

/// What waits until somebody approves, in the register's order.
fn waiting(desk: &Desk) -> Result<Vec<Line>, Failure> {
    rungs(desk, |_, rung, deadline| {
        let Stands::Waits { since } = rung.stands else { return None };
        let after = rung.rung.after;
        Some((since, Change::Approve { after, deadline }))
    })
}

/// What somebody approved, in the register's order.
fn approved(desk: &Desk) -> Result<Vec<Line>, Failure> {
    rungs(desk, |id, rung, deadline| {
        let after = rung.rung.after;
        let approval = Change::Approve { after, deadline };
        let mut decided = desk.directory.decided_about(id);
        let found = decided.find(|one| rung.rung.approval && one.decision.change == approval)?;
        Some((found.decision.day, Change::Unapprove { after }))
    })
}

/// The rungs of all ladders about which something can be decided: since when, and what.
fn rungs(
    desk: &Desk,
    pick: impl Fn(&ActionId, &Escalation<'_>, Option<Deadline>) -> Option<(Date, Change)>,
) -> Result<Vec<Line>, Failure> {
    let rules = &desk.setup.rules;
    if !rules.policies().any(|policy| policy.escalate.iter().any(|rung| rung.approval)) {
        return Ok(Vec::new());
    }
    let told = desk.told()?;
    let moment = Moment::new(rules, desk.now);
    let mut lines = Vec::new();
    for (id, action) in desk.directory.actions() {
        if !rules.policy_of(action).0.escalate.iter().any(|rung| rung.approval) {
            continue;
        }
        let Verdict::Chased(chase) = schedule::decide(&desk.directory, &told, &moment, id, action) else {
            continue;
        };
        let deadline = action.deadline_on(moment.today);
        let rungs = chase.escalations.into_iter().flat_map(|ladder| ladder.rungs);
        lines.extend(rungs.filter_map(|rung| {
            let (since, change) = pick(id, &rung, deadline)?;
            Some(line(action, &rung, since, (id.clone(), change)))
        }));
    }
    Ok(lines)
}

fn line(action: &Action, rung: &Escalation<'_>, since: Date, decided: (ActionId, Change)) -> Line {
    let told = match rung.stands {
        Stands::Told { on, .. } => Some(on),
        _ => None,
    };
    Line {
        reference: action.reference.clone(),
        asked_of: action.asked_of.to_string(),
        title: action.title.clone(),
        to: rung.to.iter().map(|one| one.name.clone()).collect(),
        after: output::patience(rung.rung.after),
        since,
        told,
        decided,
    }
}

fn list(lines: &[Line], off: bool) {
    let since = if off { "Approved on" } else { "Waits since" };
    let mut table = screen::table(["Ref", "Asked of", "Title", "To", "After", since]);
    for line in lines {
        table.add_row([
            line.reference.clone(),
            line.asked_of.clone(),
            line.title.clone(),
            line.to.join(", "),
            line.after.clone(),
            day(line.since),
        ]);
    }
    screen::print_table(table);
    if off {
        say!(
            "{} approved: `rappel approve REF --off`, or `rappel approve --all --off`, takes that back.",
            count(lines.len(), "escalation is", "escalations are")
        );
        return;
    }
    say!(
        "{} for approval: `rappel approve REF`, or `rappel approve --all`. `rappel acknowledge REF` says that somebody \
         answered, and `rappel preview REF --escalated` shows the letter.",
        count(lines.len(), "escalation waits", "escalations wait")
    );
}
