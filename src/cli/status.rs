//! `rappel status`: what is outstanding, what was told last, what comes next; and whether the
//! daemon is well.

use std::{collections::HashMap, path::Path};

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

use super::{
    desk::{Desk, end_of, open_state},
    exit::{Ended, Failure},
    output::{self, count, day, moment, zone_name},
};
use crate::{
    action::{Action, ActionId, Problems, Told},
    clock::Clock,
    daemon::{Setup, fact},
    ledger,
    outbox::{self, Counts},
    schedule::{self, Chase, Decision, Moment, Verdict},
    store,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Closed actions and those for information as well
    #[arg(long)]
    all: bool,
    /// The day to look from, instead of now
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    on: Option<Date>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    as_of: Timestamp,
    daemon: Option<u32>,
    register_trouble: Option<String>,
    held: Option<String>,
    failed: u32,
    outbox: Option<Counts>,
    /// None while the register in the files cannot be read.
    actions: Option<Vec<Line>>,
}

#[derive(Debug, Serialize)]
struct Line {
    reference: String,
    asked_of: String,
    title: String,
    status: String,
    outstanding: bool,
    deadline: Option<String>,
    next_reminder: Option<Timestamp>,
    last_letter: Option<Timestamp>,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let mut desk = match Desk::open(config, None) {
        Err(Failure::Problems(problems)) => return without_register(config, args, problems),
        opened => opened?,
    };
    if let Some(on) = args.on {
        desk.now = end_of(on, desk.zone())?;
    }
    let report = report(&desk, args)?;
    if args.json {
        output::json(&report)?;
    } else {
        print(&desk, &report);
    }
    if needs_attention(&report) { Err(Failure::Attention) } else { Ok(()) }
}

/// What can be said while the register in the files has errors and a daemon goes on with the last
/// good one. Without a daemon no register is in force, and the errors are all there is to say.
fn without_register(config: &Path, args: &Args, problems: Problems) -> Ended {
    let setup = Setup::load(config)?;
    let daemon = store::lock_holder(&setup.settings.state);
    let state = open_state(&setup)?;
    let (Some(_), Some(state)) = (daemon, state) else { return Err(Failure::Problems(problems)) };
    let (open, outbox) = state.read(|c| Ok((ledger::known_open(c)?.len(), outbox::waiting(c)?)))?;
    let report = Report {
        as_of: Clock::System.now(),
        daemon,
        register_trouble: Some(format!(
            "The register has errors; the last good one is in force.\n{problems}"
        )),
        held: None,
        failed: 0,
        outbox: Some(outbox),
        actions: None,
    };
    if args.json {
        output::json(&report)?;
    } else {
        print_head(&report, true);
        anstream::println!("{} in the last good register.", count(open, "open action", "open actions"));
    }
    Err(Failure::Attention)
}

/// What any monitor wants to know: the daemon does not run, something is held, letters have failed
/// or wait longer than they should, the register in the files is not the one in force.
fn needs_attention(report: &Report) -> bool {
    let waiting = report.outbox.is_some_and(|outbox| outbox.unknown + outbox.held > 0);
    report.daemon.is_none()
        || report.held.is_some()
        || report.failed > 0
        || waiting
        || report.register_trouble.is_some()
}

fn report(desk: &Desk, args: &Args) -> Result<Report, Failure> {
    let told = desk.told()?;
    let moment = Moment::new(&desk.setup.rules, desk.now);
    let week = desk.now - jiff::SignedDuration::from_hours(7 * 24);
    let (last, trouble, held, failed, outbox) = match &desk.state {
        None => (HashMap::new(), None, None, 0, None),
        Some(state) => state.read(|c| {
            let trouble = ledger::get_fact(c, fact::REGISTER_TROUBLE)?;
            let held = ledger::get_fact(c, fact::HOLD)?;
            let failed = u32::try_from(outbox::failed_since(c, week)?.len()).unwrap_or(u32::MAX);
            Ok((ledger::last_letters(c)?, trouble, held, failed, Some(outbox::waiting(c)?)))
        })?,
    };
    let actions = desk.directory.actions().filter(|(_, action)| args.all || action.is_outstanding());
    let lines = actions.map(|(id, action)| line(desk, &moment, &told, &last, id, action)).collect();
    Ok(Report {
        as_of: desk.now,
        daemon: store::lock_holder(&desk.setup.settings.state),
        register_trouble: trouble.filter(|text| !text.is_empty()),
        held: held.filter(|text| !text.is_empty()),
        failed,
        outbox,
        actions: Some(lines),
    })
}

fn line(
    desk: &Desk,
    at: &Moment<'_>,
    told: &Told,
    last: &HashMap<ActionId, Timestamp>,
    id: &ActionId,
    action: &Action,
) -> Line {
    let next = match schedule::decide(&desk.directory, told, at, id, action) {
        Verdict::Quiet(_) => None,
        Verdict::Chased(chase) => next_reminder(desk, &chase),
    };
    Line {
        reference: action.reference.clone(),
        asked_of: action.asked_of.to_string(),
        title: action.title.clone(),
        status: action.status.to_string(),
        outstanding: action.is_outstanding(),
        deadline: action.deadline.map(|deadline| deadline.to_string()),
        next_reminder: next,
        last_letter: last.get(id).copied(),
    }
}

fn next_reminder(desk: &Desk, chase: &Chase<'_>) -> Option<Timestamp> {
    let due = chase.recipients.iter().any(|(_, decision)| matches!(decision, Decision::Remind { .. }));
    let at =
        if due { desk.setup.rules.send().next_after(desk.now) } else { chase.next.map(|(_, _, at)| at) }?;
    let recipients =
        chase.recipients.iter().filter(|(_, decision)| !due || matches!(decision, Decision::Remind { .. }));
    recipients.map(|(recipient, _)| desk.setup.rules.leaves(at, recipient)).min().or(Some(at))
}

/// The daemon, the register and the outbox.
fn print_head(report: &Report, has_state: bool) {
    match report.daemon {
        _ if !has_state => {
            anstream::println!("There is no state yet; `rappel init` makes it. Nothing was told so far.");
        }
        Some(pid) => anstream::println!("The daemon runs (process {pid})."),
        None => anstream::println!("The daemon does not run."),
    }
    if let Some(trouble) = &report.register_trouble {
        anstream::println!("{trouble}");
    }
    if let Some(held) = &report.held {
        anstream::println!("{held} `rappel outbox release` lets it go.");
    }
    if report.failed > 0 {
        let failed = count(report.failed as usize, "letter", "letters");
        anstream::println!(
            "{failed} of the last 7 days could not be delivered: `rappel outbox list --state refused --state expired`."
        );
    }
    if let Some(outbox) = report.outbox.filter(|outbox| outbox.all() > 0) {
        anstream::println!("Outbox: {outbox}.");
    }
}

fn print(desk: &Desk, report: &Report) {
    let zone = desk.zone();
    print_head(report, desk.state.is_some());
    let lines = report.actions.as_deref().unwrap_or_default();
    let mut table =
        output::table(["Ref", "Asked of", "Title", "Status", "Deadline", "Next reminder", "Last letter"]);
    for line in lines {
        let time = |at: Option<Timestamp>| at.map_or_else(|| "–".to_owned(), |at| moment(at, zone));
        table.add_row([
            line.reference.clone(),
            line.asked_of.clone(),
            line.title.clone(),
            line.status.clone(),
            deadline(line),
            time(line.next_reminder),
            time(line.last_letter),
        ]);
    }
    output::print(&table);
    let outstanding = lines.iter().filter(|line| line.outstanding).count();
    anstream::println!(
        "{} outstanding, as of {} ({}).",
        count(outstanding, "action", "actions"),
        moment(report.as_of, zone),
        zone_name(zone)
    );
}

fn deadline(line: &Line) -> String {
    match &line.deadline {
        None => "none".to_owned(),
        Some(text) => text.parse().map_or_else(|_| text.clone(), day),
    }
}
