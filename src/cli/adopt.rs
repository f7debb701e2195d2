//! `rappel adopt`: what is past is taken as told, without a letter.

use std::path::Path;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::{
    desk::end_of,
    exit::{Ended, Failure},
    output::{self, count},
    screen,
};
use crate::{
    action::Deadline,
    clock::Clock,
    daemon::{self, Adopted, Adoption},
    store,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The last day whose send times count as past; today unless it is given
    #[arg(long, value_name = "DATE", value_parser = output::date)]
    until: Option<Date>,
    /// Show what would be recorded, and record nothing
    #[arg(long)]
    dry_run: bool,
    /// Record it
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    recorded: bool,
    reminders: Vec<Line>,
    /// The numbers of the waiting letters that are withdrawn.
    letters: Vec<i64>,
    /// How many letters the archive has that this state does not know; none without an archive, or when it knows all.
    archived: usize,
    #[serde(skip)]
    latest: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct Line {
    reference: String,
    asked_of: String,
    recipient: String,
    step: String,
    step_day: Date,
    deadline: String,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let (setup, mut directory, _) = daemon::load(config)?;
    let now = Clock::System.now();
    let zone = setup.rules.send().zone();
    let today = zone.to_datetime(now).date();
    let until = match args.until {
        Some(day) if day > today => {
            return Err(Failure::Failed(anyhow::anyhow!(
                "--until {day} is after today, {today}: only what is past can be taken as told. Name an earlier day."
            )));
        }
        Some(day) => end_of(day, zone)?.min(now),
        None => now,
    };
    if args.yes
        && let Some(pid) = store::lock_holder(&setup.settings.state)
    {
        let dir = setup.settings.state.clone();
        return Err(store::StoreError::Locked { dir, pid: Some(pid) }.into());
    }
    let state = store::open_reader(&setup.settings.state)?;
    daemon::decide_from(&state, &mut directory)?;
    let adoption = daemon::adoptable(&setup, &directory, &state, until, today)?;
    drop(state);
    let report = report(&adoption, args.yes, zone);
    if !args.json {
        print(&report, zone);
    }
    if args.yes {
        let Adopted { reminders, letters, found } = daemon::adopt(&setup, adoption, today, now)?;
        if !args.json {
            if found > 0 {
                let are = count(found, "waiting letter is", "waiting letters are");
                let count_as = if found == 1 { "counts" } else { "count" };
                say!("{are} in the archive, and {count_as} as accepted.");
            }
            say!(
                "{} taken as told; {} withdrawn. `rappel history` shows them; the daemon can be started.",
                count(reminders, "reminder is", "reminders are"),
                count(letters, "waiting letter is", "waiting letters are")
            );
        }
    }
    if args.json {
        output::json(&report)?;
    }
    if args.yes || args.dry_run {
        return Ok(());
    }
    Err(Failure::Failed(anyhow::anyhow!("Nothing is recorded yet: `rappel adopt --yes` does it.")))
}

fn report(adoption: &Adoption, recorded: bool, zone: &TimeZone) -> Report {
    let line = |said: &crate::ledger::Said| Line {
        reference: said.reference.clone(),
        asked_of: said.asked_of.clone(),
        recipient: said.recipient_name.clone(),
        step: output::step(said.key.step, zone),
        step_day: said.step_day,
        deadline: Deadline::key(said.key.deadline),
    };
    Report {
        recorded,
        reminders: adoption.reminders.iter().map(line).collect(),
        letters: adoption.letters.iter().map(|letter| letter.id.0).collect(),
        archived: adoption.ahead.as_ref().map_or(0, |ahead| ahead.letters.len()),
        latest: adoption.ahead.as_ref().map(|ahead| ahead.latest),
    }
}

fn print(report: &Report, zone: &TimeZone) {
    if let Some(latest) = report.latest {
        say!(
            "The archive has {} of this state that it does not know; the last came on {}.",
            count(report.archived, "letter", "letters"),
            output::moment(latest, zone)
        );
    }
    if report.reminders.is_empty() && report.letters.is_empty() {
        say!("Nothing is due that was not told, and no letter waits.");
        return;
    }
    let mut table = screen::table(["Ref", "Asked of", "Recipient", "Step", "Of the day", "Deadline"]);
    for line in &report.reminders {
        table.add_row([
            line.reference.clone(),
            line.asked_of.clone(),
            line.recipient.clone(),
            line.step.clone(),
            output::day(line.step_day),
            output::deadline(&line.deadline, zone),
        ]);
    }
    if !report.reminders.is_empty() {
        screen::print_table(table);
    }
    if !report.letters.is_empty() {
        let numbers: Vec<_> = report.letters.iter().map(ToString::to_string).collect();
        let or = if report.latest.is_some() { ", or accepted if the archive has them" } else { "" };
        say!("Letters that wait, and would be withdrawn{or}: {}.", numbers.join(", "));
    }
}
