//! Whether what a form says can go into the register: every mistake of it at once, each in its cell of the form.

use super::super::exit::Failure;
use crate::{
    action::{Problem, Problems, Severity},
    minutes::{Entered, Form},
    register::{
        Reading, Settings,
        edit::{self, ByEdit, Edit, EditError, NotGood, Prepared},
    },
};

/// The register as the form makes it; none if nothing is to be written.
///
/// What is wrong with the form by itself, and what the register would not take, are told in one list. What is wrong with the
/// register as it would be is a mistake of the row of the form that wrote the cell, or of one that makes it so by itself.
pub(super) fn prepare(
    form: &mut Form,
    entered: &Entered,
    settings: &Settings,
) -> Result<Option<Prepared<Reading>>, Failure> {
    let is_good = form.problems().0.is_empty();
    let tried = if entered.edits.is_empty() { None } else { Some(edit::prepare(settings, &entered.edits)) };
    match tried.transpose() {
        Ok(prepared) if is_good => return Ok(prepared),
        // What is no form at all has no rows to put right.
        Ok(_) if form.rows().is_empty() => {}
        Ok(_) => remark!("Nothing was written. Put right in the form:"),
        Err(error) => {
            let whole = blamed(form, entered, settings, error)?;
            remark!(
                "Nothing was written. Put right in the form, or first add to the register what it does not have:"
            );
            if let Some(whole) = whole {
                return Err(Problems([form.problems().0, whole.0].concat()).into());
            }
        }
    }
    Err(form.problems().into())
}

/// Notes in the form what makes its rows impossible; gives what no row makes so by itself.
fn blamed(
    form: &mut Form,
    entered: &Entered,
    settings: &Settings,
    error: EditError,
) -> Result<Option<Problems>, Failure> {
    // What is the matter with the file itself is no row's fault.
    if !error.is_of_edits() || edit::prepare(settings, &[]).is_err() {
        return Err(Failure::Failed(error.into()));
    }
    if let EditError::Problems(bad) = &error
        && let Some(ByEdit { of_edits, others }) = bad.by_edit(&entered.edits)
        && !of_edits.is_empty()
    {
        for (edit, problem) in of_edits {
            wrong(form, entered.rows[edit], bad, problem);
        }
        let others: Vec<_> = others.into_iter().cloned().collect();
        return Ok((!others.is_empty()).then_some(Problems(others)));
    }
    let before = form.problems();
    blame(&entered.edits, &entered.rows, settings, form);
    Ok(match error {
        EditError::Problems(whole) if form.problems() == before => Some(whole.problems),
        _ => None,
    })
}

fn wrong(form: &mut Form, row: u32, bad: &NotGood, problem: &Problem) {
    form.wrong(row, bad.column(problem), problem.message.clone());
}

/// Finds the edits that the register cannot take, each by itself: those that are good are left out by halves.
fn blame(edits: &[Edit], rows: &[u32], settings: &Settings, form: &mut Form) {
    let Err(error) = edit::prepare(settings, edits) else { return };
    match (rows, error) {
        ([], _) => {}
        ([row], EditError::Problems(bad)) => {
            for problem in bad.problems.0.iter().filter(|problem| problem.severity == Severity::Error) {
                wrong(form, *row, &bad, problem);
            }
        }
        ([row], other) => form.wrong(*row, None, other.to_string()),
        _ => {
            let half = rows.len() / 2;
            blame(&edits[..half], &rows[..half], settings, form);
            blame(&edits[half..], &rows[half..], settings, form);
        }
    }
}
