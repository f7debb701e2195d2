//! The file of the form: a new one, or one in which decisions were made before.

use std::{fs::OpenOptions, io::Write as _, path::Path};

use super::super::{
    exit::{Ended, Failure},
    output::count,
    whole_file,
};
use crate::{
    minutes::{self, Decided, Findings},
    register::{Limits, text_table},
};

/// The rows of the form that is there already; none if there is none yet.
pub(super) fn before(out: &Path, goes_on: bool) -> Result<Option<Vec<Decided>>, Failure> {
    check_name(out)?;
    if !out.exists() {
        return Ok(None);
    }
    let shown = out.display();
    if !goes_on {
        let why = "is there already. Choose another name, or go on with the decisions in it: --review.";
        return Err(anyhow::anyhow!("{shown} {why}").into());
    }
    let rows = text_table(out, minutes::SHEET, &Limits::default());
    let rows =
        rows.map_err(|why| anyhow::anyhow!("{shown} is there already, and is no form of proposals: {why}"))?;
    let mut decided = minutes::rows(&rows, &shown.to_string())?;
    if let Some(header) = rows.first()
        && let Ok(workbook) = std::fs::read(out)
    {
        minutes::take_notes(&mut decided, header, &workbook);
    }
    Ok(Some(decided))
}

/// The form is a workbook or CSV, by its name.
fn check_name(out: &Path) -> Ended {
    let ending = out.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if matches!(ending.as_str(), "xlsx" | "csv") {
        return Ok(());
    }
    Err(anyhow::anyhow!("{} does not end in .xlsx or .csv. Choose a name that does.", out.display()).into())
}

/// Takes over what was decided and corrected before. Nothing is lost: with a row about something else the form stays as it
/// is.
pub(super) fn keep(out: &Path, findings: &mut Findings, rows: Vec<Decided>) -> Ended {
    let kept = minutes::keep(findings, rows);
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

/// Colours, sheets and whatever else people put into a form are in the copy of it, which a later review replaces.
fn keep_beside(out: &Path) -> Ended {
    if !out.exists() {
        return Ok(());
    }
    let mut copy = out.as_os_str().to_owned();
    copy.push(".bak");
    let failed = |error: std::io::Error| anyhow::anyhow!("{} cannot be copied: {error}", out.display());
    std::fs::copy(out, &copy).map_err(failed)?;
    Ok(())
}

/// Writes the form: a new file, or whole in the place of the one that was gone on with.
pub(super) fn write(out: &Path, findings: &Findings, goes_on: bool) -> Ended {
    let is_csv = out.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let bytes = if is_csv {
        minutes::csv(findings).into_bytes()
    } else {
        minutes::workbook(findings)
            .map_err(|error| anyhow::anyhow!("the workbook could not be put together: {error}"))?
    };
    if goes_on {
        keep_beside(out)?;
        return Ok(whole_file::write(out, &bytes)?);
    }
    let failed = |error: std::io::Error| anyhow::anyhow!("{} cannot be written: {error}", out.display());
    let mut file = OpenOptions::new().write(true).create_new(true).open(out).map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(())
}
