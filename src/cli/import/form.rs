//! The file of the form: a new one, or one in which decisions were made before, which is edited in place.

use std::{
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::super::{
    exit::{Ended, Failure},
    output::count,
};
use crate::{
    action::tidy,
    minutes::{self, Decided, Entry, Findings, Form},
    register::{
        DateOrder, Limits, TextRow,
        edit::{EditError, TableFile},
    },
};

/// A form that was there, and is gone on with.
pub(super) struct Before {
    file: TableFile,
    decided: Vec<Decided>,
    dates: DateOrder,
    /// The lines of rows about which nothing is left to decide.
    settled: Vec<u32>,
}

impl Before {
    /// The form that is there already; none if there is none yet.
    pub(super) fn open(out: &Path, goes_on: bool, dates: DateOrder) -> Result<Option<Self>, Failure> {
        check_name(out)?;
        if !out.exists() {
            return Ok(None);
        }
        let shown = out.display();
        if !goes_on {
            let why = "is there already. Choose another name, or go on with the decisions in it: --review.";
            return Err(anyhow::anyhow!("{shown} {why}").into());
        }
        let file =
            TableFile::open(out, minutes::shape(), &Limits::default()).map_err(|error| match error {
                EditError::Unreadable { why, .. } => {
                    anyhow::anyhow!("{shown} is there already, and is no form of proposals: {why}")
                }
                other => other.into(),
            })?;
        let form = Form::read(file.rows(), &shown.to_string(), dates);
        let is_form = !form.rows().is_empty();
        let decided = form.good().inspect_err(|_| {
            if is_form {
                remark!("The form stays as it is. Put right in it, and run the command again:");
            }
        })?;
        Ok(Some(Self { file, decided, dates, settled: Vec::new() }))
    }

    /// Takes over what was decided and corrected before. Nothing is lost: with a row about something else the form stays
    /// as it is.
    pub(super) fn keep(&mut self, out: &Path, findings: &mut Findings) -> Ended {
        let kept = minutes::keep(findings, std::mem::take(&mut self.decided));
        if let [first, ..] = &kept.lost[..] {
            let why = anyhow::anyhow!(
                "{} holds {} about what this report does not propose, or proposes in other words now (line {}: {} asked of {}). \
                 Enter them with `rappel apply {}`, or choose another name for the new form.",
                out.display(),
                count(kept.lost.len(), "row", "rows"),
                first.line,
                first.reference,
                first.asked_of,
                out.display()
            );
            return Err(why.into());
        }
        self.settled = kept.settled;
        if kept.decisions > 0 {
            let before = count(kept.decisions, "decision", "decisions");
            say!("{before} of before kept; what is decided is not asked again.");
        }
        if kept.corrections > 0 {
            let before = count(kept.corrections, "row that waits is", "rows that wait are");
            say!("{before} as you corrected it.");
        }
        Ok(())
    }

    /// Puts what was decided now into the form, and leaves everything else in it as it is.
    fn edit(&self, findings: &Findings) -> Result<(), EditError> {
        let rows = self.file.rows();
        let edits = minutes::changes(rows, findings, &self.settled, self.file.is_workbook());
        let seats = self.file.other_sheet(minutes::SEATS).unwrap_or_default();
        let seats = minutes::seat_changes(&seats, &findings.seats, &findings.known_seats);
        if edits.is_empty() && seats.is_empty() {
            return Ok(());
        }
        let edited = self.file.prepare_with(&edits, Some((&minutes::seats_shape(), &seats)))?;
        if !says(edited.after(), findings, self.dates) {
            let why = "What was decided does not read back from it.";
            return Err(EditError::Impossible(why.to_owned()));
        }
        edited.commit_with_last().map(|_| ())
    }
}

/// Whether a form has each entry with its decision.
fn says(rows: &[TextRow], findings: &Findings, dates: DateOrder) -> bool {
    let Ok(decided) = Form::read(rows, "", dates).good() else { return false };
    let is_it = |row: &Decided, entry: &Entry| {
        let proposal = &entry.proposal;
        row.decision == entry.decision
            && row.reference == tidy(&proposal.reference)
            && row.asked_of == tidy(&proposal.asked_of)
    };
    findings.entries.iter().all(|entry| match &entry.row {
        Some(there) => {
            let at = decided.binary_search_by_key(&there.line, |row| row.line);
            at.is_ok_and(|at| is_it(&decided[at], entry))
        }
        None => decided.iter().any(|row| is_it(row, entry)),
    })
}

/// A new form is a workbook or CSV, by its name; one that is gone on with may be what `LibreOffice` made of it.
fn check_name(out: &Path) -> Ended {
    let ending = out.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if matches!(ending.as_str(), "xlsx" | "csv") || ending == "ods" && out.exists() {
        return Ok(());
    }
    Err(anyhow::anyhow!("{} does not end in .xlsx or .csv. Choose a name that does.", out.display()).into())
}

/// Writes the form, and gives its path. Where the one that was gone on with cannot be changed any more, what was decided
/// goes into a new one beside it.
pub(super) fn write(out: &Path, findings: &Findings, before: Option<&Before>) -> Result<PathBuf, Failure> {
    let Some(before) = before else {
        write_new(out, findings)?;
        return Ok(out.to_owned());
    };
    let Err(why) = before.edit(findings) else { return Ok(out.to_owned()) };
    let new = (2..100).map(|number| numbered(out, number)).find(|path| !path.exists());
    let new = new.ok_or_else(|| Failure::Failed(anyhow::anyhow!("{why}")))?;
    write_new(&new, findings)?;
    remark!("{why}\nYour decisions are in a new form: {}. {} stays as it is.", new.display(), out.display());
    Ok(new)
}

/// "proposals-2.xlsx" for "proposals.xlsx".
fn numbered(out: &Path, number: u32) -> PathBuf {
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let ending = out.extension().unwrap_or_default().to_string_lossy();
    let ending = if ending.eq_ignore_ascii_case("csv") { "csv" } else { "xlsx" };
    out.with_file_name(format!("{stem}-{number}.{ending}"))
}

fn write_new(out: &Path, findings: &Findings) -> Ended {
    let is_csv = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let bytes = if is_csv {
        minutes::csv(findings).into_bytes()
    } else {
        minutes::workbook(findings)
            .map_err(|error| anyhow::anyhow!("the workbook could not be put together: {error}"))?
    };
    let failed = |error: std::io::Error| anyhow::anyhow!("{} cannot be written: {error}", out.display());
    let mut file = OpenOptions::new().write(true).create_new(true).open(out).map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(())
}
