//! `rappel apply`: what was decided about proposals, written into the register.

use std::path::{Path, PathBuf};

use super::{
    exit::{Ended, Failure},
    output::{self, count},
};
use crate::{
    action::Problems,
    clock::Clock,
    config,
    minutes::{self, Decided},
    register::{
        self,
        edit::{self, EditError, Prepared},
    },
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The form with the decisions: .xlsx or .csv
    form: PathBuf,
    /// Only say what would be written
    #[arg(long)]
    dry_run: bool,
}

impl Args {
    /// This form, written without a trial.
    pub(super) fn of(form: &Path) -> Self {
        Self { form: form.to_owned(), dry_run: false }
    }
}

pub(super) fn run(config: &Path, args: &Args) -> Ended {
    let (settings, _) = config::load(config)?;
    let decided = decided(&args.form, &settings.register)?;
    let register = register::read(&settings.register)?.register;
    let now = settings.register.zone.to_datetime(Clock::System.now());
    let entered = minutes::enter(&decided, &register, now.date());
    for sentence in &entered.skipped {
        anstream::println!("{sentence}");
    }
    if entered.edits.is_empty() {
        anstream::println!(
            "Nothing is to be written: no row is accepted or changed that the register does not have."
        );
        return Ok(());
    }
    let prepared = edit::prepare(&settings.register, &entered.edits).map_err(failure)?;
    show(&prepared);
    if args.dry_run {
        anstream::println!("Nothing was written (--dry-run).");
        return Ok(());
    }
    let backup = prepared.commit(&now.strftime("%Y-%m-%dT%H.%M.%S").to_string()).map_err(failure)?;
    let cells = count(prepared.written().len(), "cell", "cells");
    anstream::println!("{cells} written into {}.", prepared.file().display());
    anstream::println!("The register as it was before: {}", backup.display());
    Ok(())
}

fn decided(form: &Path, settings: &register::Settings) -> Result<Vec<Decided>, Failure> {
    let unreadable = |why: String| Failure::Failed(anyhow::anyhow!("{}: {why}", form.display()));
    let rows = register::text_table(form, minutes::SHEET, &settings.limits).map_err(unreadable)?;
    Ok(minutes::decisions(&rows, &form.display().to_string())?)
}

/// What is wrong with the result is a problem of the register; anything else could just not be done.
fn failure(error: EditError) -> Failure {
    match error {
        EditError::Problems(Problems(problems)) => {
            anstream::eprintln!(
                "Nothing was written: the register would not be good afterwards. First add or put right there:"
            );
            Failure::Problems(Problems(problems))
        }
        other => Failure::Failed(other.into()),
    }
}

fn show(prepared: &Prepared) {
    let mut table = output::table(["Where", "Column", "Before", "Now"]);
    for cell in prepared.written() {
        table.add_row([&*cell.place, cell.column, &*cell.before, &*cell.after]);
    }
    output::print(&table);
    for column in prepared.without_column() {
        anstream::println!("The sheet has no column {column}: what would stand there is left out.");
    }
}
