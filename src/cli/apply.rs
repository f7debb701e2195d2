//! `rappel apply`: what was decided about proposals, written into the register.

mod judged;

use std::path::{Path, PathBuf};

use super::{
    exit::{Ended, Failure},
    import::in_short,
    output::count,
    rejected, screen,
};
use crate::{
    action::{ActionId, Problems},
    clock::Clock,
    config,
    minutes::{self, Decided, Entered, Form},
    register::{
        self,
        edit::{Prepared, Target},
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
    show(&prepared, &form, &entered);
    if args.dry_run {
        say!("Nothing was written (--dry-run).");
        return Ok(());
    }
    let backup = prepared
        .commit(&now.strftime("%Y-%m-%dT%H.%M.%S").to_string())
        .map_err(|error| Failure::Failed(error.into()))?;
    let (rows, cells) = (rows(&form, &entered), count(prepared.written().len(), "cell", "cells"));
    say!("{rows}, {cells}, written into {}.", prepared.file().display());
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

/// What is written: the cells of rows that are there, and new rows in short.
fn show<T>(prepared: &Prepared<T>, form: &Form, entered: &Entered) {
    let mut table = screen::table(["Action", "Where", "Column", "Before", "Now"]);
    let mut changed = prepared.written().iter().filter(|cell| !cell.is_new).peekable();
    let any = changed.peek().is_some();
    let mut above = None;
    for cell in changed {
        // Each action is named once.
        let name = if above == cell.action { String::new() } else { named(form, cell.action.as_ref()) };
        above.clone_from(&cell.action);
        table.add_row([&*name, &*cell.place, cell.column, &*cell.before, &*cell.after]);
    }
    if any {
        screen::print_table(table);
    }
    let mut table = screen::table(["New", "What is asked, of whom, and how it stands"]);
    let added: Vec<_> = added(form, entered).collect();
    for row in &added {
        let asked = in_short(row.purpose, &row.asked_of, row.deadline.as_ref(), row.status);
        table.add_row([row.reference.clone(), format!("{}\n{asked}", row.title)]);
    }
    if !added.is_empty() {
        screen::print_table(table);
    }
    if let Some((last, before)) = prepared.without_column().split_last() {
        let (columns, all) = match before {
            [] => ("column", (*last).to_owned()),
            _ => ("columns", format!("{} and {last}", before.join(", "))),
        };
        say!("The sheet has no {columns} {all}: what would stand there is left out.");
    }
}

/// An action as the form names it: "17/06, ITU-T".
fn named(form: &Form, action: Option<&ActionId>) -> String {
    let of = form.rows().iter().filter_map(|row| row.of.as_ref());
    let named = of.into_iter().find(|of| Some(&of.id()) == action);
    named.map_or_else(String::new, ToString::to_string)
}

/// The rows of the form that become new ones of the register.
fn added<'f>(form: &'f Form, entered: &'f Entered) -> impl Iterator<Item = &'f Decided> {
    let new = entered.edits.iter().zip(&entered.rows).filter(|(edit, _)| edit.of == Target::New);
    new.filter_map(|(_, line)| form.rows().iter().find(|row| row.line == *line))
}

/// "22 new rows and 1 changed one"
fn rows(form: &Form, entered: &Entered) -> String {
    let new = added(form, entered).count();
    let changed = entered.edits.len() - new;
    let changed = (changed > 0).then(|| count(changed, "changed row", "changed rows"));
    let new = (new > 0).then(|| count(new, "new row", "new rows"));
    [new, changed].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}
