//! `rappel apply`: what was decided about proposals, written into the register.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    exit::{Ended, Failure},
    output::count,
    rejected, screen,
};
use crate::{
    action::{Place, Problem, Problems, Severity},
    clock::Clock,
    config,
    minutes::{self, Decided, Entered},
    register::{
        self,
        edit::{self, Edit, EditError, Prepared},
    },
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
    let decided = decided(&args.form, &settings.register)?;
    let register = register::read(&settings.register)?.register;
    let now = settings.register.zone.to_datetime(Clock::System.now());
    let entered = minutes::enter(&decided, &register, now.date());
    for sentence in &entered.skipped {
        say!("{sentence}");
    }
    let verdicts: Vec<_> = decided.iter().filter_map(|row| rejected::of_row(row, &args.form)).collect();
    if entered.edits.is_empty() {
        if !args.dry_run {
            rejected::remember(&settings.state, &verdicts);
        }
        say!("Nothing is to be written: no row is accepted or changed that the register does not have.");
        return Ok(());
    }
    let prepared = edit::prepare(&settings.register, &entered.edits)
        .map_err(|error| refused(error, &settings.register, &entered, &args.form))?;
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

fn decided(form: &Path, settings: &register::Settings) -> Result<Vec<Decided>, Failure> {
    let refused = |why: String| Failure::Failed(anyhow::anyhow!("{}: {why}", form.display()));
    if !form.is_file() {
        return Err(refused("It is not there. Correct the path of the form.".to_owned()));
    }
    let unreadable =
        |why: String| refused(format!("{why} A form is written by `rappel import REPORT --out form.xlsx`."));
    let rows = register::text_table(form, minutes::SHEET, &settings.limits).map_err(unreadable)?;
    Ok(minutes::decisions(&rows, &form.display().to_string())?)
}

/// What is wrong with the register as it would be is a mistake of a row of the form, where one row by itself makes it so.
fn refused(error: EditError, settings: &register::Settings, entered: &Entered, form: &Path) -> Failure {
    let EditError::Problems(whole) = error else { return Failure::Failed(error.into()) };
    let mut blamed = Vec::new();
    blame(&entered.edits, &entered.rows, settings, &mut blamed);
    remark!(
        "Nothing was written: the register would not be good afterwards. First add there, or put right in the form:"
    );
    if blamed.is_empty() {
        return Failure::Problems(whole);
    }
    let file: Arc<str> = form.display().to_string().into();
    let is_csv = form.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let of_form = |(row, problem): (u32, Problem)| {
        // A cell of the register says nothing about the form; a column has the same name in both.
        let column = problem.place.spot.filter(|spot| spot.starts_with("column "));
        let (line, spot) = match column {
            column if is_csv => (Some(row), column),
            Some(column) => (None, Some(format!("row {row}, {column}").into())),
            None => (None, Some(format!("row {row}").into())),
        };
        let place = Place { file: file.clone(), sheet: None, line, spot };
        Problem { place, ..problem }
    };
    Failure::Problems(Problems(blamed.into_iter().map(of_form).collect()))
}

/// Finds the edits that the register cannot take, each by itself: those that are good are left out by halves.
fn blame(edits: &[Edit], rows: &[u32], settings: &register::Settings, blamed: &mut Vec<(u32, Problem)>) {
    let Err(EditError::Problems(Problems(problems))) = edit::prepare(settings, edits) else { return };
    match rows {
        [] => {}
        [row] => {
            let errors = problems.into_iter().filter(|problem| problem.severity == Severity::Error);
            blamed.extend(errors.map(|problem| (*row, problem)));
        }
        _ => {
            let half = rows.len() / 2;
            blame(&edits[..half], &rows[..half], settings, blamed);
            blame(&edits[half..], &rows[half..], settings, blamed);
        }
    }
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
