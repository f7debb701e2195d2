//! `rappel apply`: what was decided about proposals, written into the register.

mod judged;

use std::path::{Path, PathBuf};

use super::{
    exit::{Ended, Failure},
    output::count,
    rejected, screen,
};
use crate::{
    action::Problems,
    clock::Clock,
    config,
    minutes::{self, Form},
    register::{self, edit::Prepared},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The form with the decisions: .xlsx, .ods or .csv
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
    let mut form = form(&args.form, &settings.register)?;
    let register = match register::read(&settings.register) {
        Ok(reading) => reading.register,
        Err(register) => return Err(Problems([form.problems().0, register.0].concat()).into()),
    };
    let now = settings.register.zone.to_datetime(Clock::System.now());
    let entered = minutes::enter(form.rows(), &register, now.date());
    let prepared = judged::prepare(&mut form, &entered, &settings.register)?;
    for sentence in &entered.skipped {
        say!("{sentence}");
    }
    let verdicts: Vec<_> = form.rows().iter().filter_map(|row| rejected::of_row(row, &args.form)).collect();
    let Some(prepared) = prepared else {
        if !args.dry_run {
            rejected::remember(&settings.state, &verdicts);
        }
        say!("Nothing is to be written: no row is accepted or changed that the register does not have.");
        return Ok(());
    };
    show(&prepared);
    if args.dry_run {
        say!("Nothing was written (--dry-run).");
        return Ok(());
    }
    let backup = prepared
        .commit(&now.strftime("%Y-%m-%dT%H.%M.%S").to_string())
        .map_err(|error| Failure::Failed(error.into()))?;
    let cells = count(prepared.written().len(), "cell", "cells");
    say!("{cells} written into {}.", prepared.file().display());
    say!("The register as it was before: {}", backup.display());
    rejected::remember(&settings.state, &verdicts);
    Ok(())
}

fn form(form: &Path, settings: &register::Settings) -> Result<Form, Failure> {
    let refused = |why: String| Failure::Failed(anyhow::anyhow!("{}: {why}", form.display()));
    if !form.is_file() {
        return Err(refused("It is not there. Correct the path of the form.".to_owned()));
    }
    let unreadable =
        |why: String| refused(format!("{why} A form is written by `rappel import REPORT --out form.xlsx`."));
    let rows = register::text_table(form, minutes::SHEET, &settings.limits).map_err(unreadable)?;
    Ok(Form::read(&rows, &form.display().to_string(), settings.dates))
}

fn show<T>(prepared: &Prepared<T>) {
    let mut table = screen::table(["Where", "Column", "Before", "Now"]);
    for cell in prepared.written() {
        table.add_row([&*cell.place, cell.column, &*cell.before, &*cell.after]);
    }
    screen::print_table(table);
    for column in prepared.without_column() {
        say!("The sheet has no column {column}: what would stand there is left out.");
    }
}
