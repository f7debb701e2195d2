//! `rappel doctor`: is the installation in order, and what is to be done if it is not?

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    DEFAULT_CONFIG,
    exit::{Ended, Failure},
    output::{self, count},
    run::runtime,
    screen,
};
use crate::{
    clock::Clock,
    doctor::{self, Finding, Handling, Level, Patient},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Leave the network alone: the mail server is not looked at
    #[arg(long)]
    offline: bool,
    /// Look at this copy of the database as well; can be given more than once
    #[arg(long, value_name = "FILE")]
    backup: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    as_of: Timestamp,
    well: bool,
    findings: Vec<Finding>,
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let now = Clock::System.now();
    let patient = Patient {
        config_file: config.to_owned(),
        backups: args.backup.clone(),
        handling: handling(config),
        offline: args.offline,
        now,
    };
    let findings = runtime()?.block_on(doctor::examine(&patient));
    let report = Report { as_of: now, well: doctor::is_well(&findings), findings };
    if args.json {
        output::json(&report)?;
    } else {
        print(&report);
    }
    if report.well { Ok(()) } else { Err(Failure::Attention) }
}

/// The service has the settings in their usual place; elsewhere, and without systemd, people start rappel themselves.
fn handling(config: &Path) -> Handling {
    // sd_booted(3)
    let is_service = config == Path::new(DEFAULT_CONFIG) && Path::new("/run/systemd/system").is_dir();
    if is_service { Handling::Service } else { Handling::by_hand(config) }
}

/// The word, what it is about, then the text; further lines stand below it.
fn print(report: &Report) {
    for finding in &report.findings {
        screen::print(&finding.what, &format!("{:<8} {:<13} ", finding.level, finding.about));
        for line in finding.remedy.iter().flat_map(|remedy| remedy.lines()) {
            screen::print(&format!("→ {line}"), &format!("{:<23}", ""));
        }
    }
    let wrong = report.findings.iter().filter(|finding| finding.level >= Level::Warning).count();
    if report.well {
        say!("Nothing is wrong.");
    } else {
        say!("{} attention.", count(wrong, "finding needs", "findings need"));
    }
}
