//! `rappel check`: is everything good, and what was understood?

use std::{collections::BTreeSet, path::Path};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    exit::Ended,
    output::{self, count, moment, zone_name},
};
use crate::{
    action::Severity,
    cadence::Cadence,
    clock::Clock,
    daemon::{self, Setup},
    directory::Directory,
};

/// Send times that are listed.
const NEXT: usize = 5;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    actions: usize,
    outstanding: usize,
    people: usize,
    roles: usize,
    bodies: usize,
    send: String,
    next: Vec<Timestamp>,
    policies: Vec<PolicyReport>,
    warnings: Vec<String>,
    notes: Vec<String>,
    /// Who would get letters, if `mail.allow_domains` allowed it.
    not_allowed: Vec<String>,
}

#[derive(Debug, Serialize)]
struct PolicyReport {
    name: String,
    words: String,
    used_by: usize,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let (setup, directory, problems) = daemon::load(config)?;
    let texts = |severity| {
        let matching = problems.0.iter().filter(move |problem| problem.severity == severity);
        matching.map(ToString::to_string).collect()
    };
    let register = directory.register();
    let report = Report {
        actions: register.actions.len(),
        outstanding: register.actions.iter().filter(|action| action.is_outstanding()).count(),
        people: register.people.len(),
        roles: register.roles.len(),
        bodies: register.bodies.len(),
        send: setup.rules.send().words(),
        next: next(setup.rules.send(), Clock::System.now()),
        policies: policies(&setup, &directory),
        warnings: texts(Severity::Warning),
        notes: texts(Severity::Note),
        not_allowed: not_allowed(&setup, &directory),
    };
    if args.json {
        return output::json(&report);
    }
    print(&setup, &report);
    Ok(())
}

/// The recipients of today to whom no letter may go, each once, in the order of their names.
fn not_allowed(setup: &Setup, directory: &Directory) -> Vec<String> {
    let allowed = &setup.settings.allowed;
    if allowed.are_all() {
        return Vec::new();
    }
    let today = setup.rules.send().zone().to_datetime(Clock::System.now()).date();
    let outstanding = directory.register().actions.iter().filter(|action| action.is_outstanding());
    let recipients = outstanding.flat_map(|action| directory.recipients(action, today));
    let outside = recipients.filter(|recipient| !allowed.allow(&recipient.email));
    let shown: BTreeSet<_> = outside.map(|one| format!("{} <{}>", one.name, one.email)).collect();
    shown.into_iter().collect()
}

fn next(cadence: &Cadence, now: Timestamp) -> Vec<Timestamp> {
    std::iter::successors(cadence.next_after(now), |at| cadence.next_after(*at)).take(NEXT).collect()
}

fn policies(setup: &Setup, directory: &Directory) -> Vec<PolicyReport> {
    let outstanding = || directory.register().actions.iter().filter(|action| action.is_outstanding());
    let report = |policy: &crate::schedule::Policy| PolicyReport {
        name: policy.name.clone(),
        words: in_words(policy),
        used_by: outstanding().filter(|action| setup.rules.policy_of(action).0.name == policy.name).count(),
    };
    setup.rules.policies().map(report).collect()
}

/// The whole policy in words, with what it does for actions without a deadline.
pub(super) fn in_words(policy: &crate::schedule::Policy) -> String {
    match &policy.without_deadline {
        Some(cadence) => format!("{}; without a deadline: {}", policy.words(), cadence.words()),
        None => format!("{}; without a deadline: never", policy.words()),
    }
}

fn print(setup: &Setup, report: &Report) {
    let settings = &setup.settings;
    let zone = setup.rules.send().zone();
    anstream::println!("Settings   {}", settings.file.display());
    anstream::println!("Register   {}", settings.register.path.display());
    anstream::println!(
        "           {}, {} outstanding; {}, {}, {}",
        count(report.actions, "action", "actions"),
        report.outstanding,
        count(report.people, "representative", "representatives"),
        count(report.roles, "role", "roles"),
        count(report.bodies, "body", "bodies"),
    );
    anstream::println!("Mail       {}", settings.mail);
    if !settings.allowed.are_all() {
        anstream::println!("           to {} only (mail.allow_domains)", settings.allowed);
    }
    if let Some(archive) = &settings.archive {
        anstream::println!("Archive    {archive}");
    }
    anstream::println!("State      {}", settings.state.display());
    anstream::println!("Letters    leave {}", report.send);
    for at in &report.next {
        anstream::println!("           {} ({})", moment(*at, zone), zone_name(zone));
    }
    anstream::println!("Policies");
    let mut table = output::table(["Policy", "Reminds", "Actions"]);
    for policy in &report.policies {
        table.add_row([&policy.name, &policy.words, &policy.used_by.to_string()]);
    }
    output::print(&table);
    for warning in &report.warnings {
        anstream::println!("Warning: {warning}");
    }
    for recipient in &report.not_allowed {
        anstream::println!(
            "Warning: {recipient} gets no letter: mail.allow_domains allows {} only.",
            settings.allowed
        );
    }
    for note in &report.notes {
        anstream::println!("Note: {note}");
    }
    anstream::println!("Everything is good: settings, templates and register have no errors.");
}
