//! Tables that are no register, in the same files: a sheet of a workbook, or a CSV file.

use std::path::Path;

use csv::ReaderBuilder;

use super::{Limits, gate, ods, xlsx};
use crate::office::{Kind, decode, kind};

/// One row of such a table, as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// Row of a sheet or line of a file, from 1.
    pub line: u32,
    /// The cells, from the first column on. A date is written as 2017-06-23.
    pub cells: Vec<String>,
}

/// The rows that hold anything of the sheet `title` of an `.xlsx` or `.ods` workbook, or of a `.csv` file, in which commas,
/// semicolons or tabs stand between the cells.
///
/// # Errors
/// A sentence about the whole file, without its name: it cannot be read, it is no such file, or there is no such
/// sheet in it.
pub fn text_table(path: &Path, title: &str, limits: &Limits) -> Result<Vec<TextRow>, String> {
    rows(&gate::bytes(path, limits)?, title, limits)
}

/// The same of a file that was read.
pub(super) fn rows(bytes: &[u8], title: &str, limits: &Limits) -> Result<Vec<TextRow>, String> {
    if bytes.starts_with(b"PK") {
        let rows = match kind(bytes, "workbook").map_err(|fault| fault.sentence("workbook"))? {
            Kind::Ods => ods::grid(bytes, title, limits)?,
            Kind::Encrypted => return Err("It is protected by a password. Save it without one.".to_owned()),
            _ => xlsx::grid(bytes, title, limits)?,
        };
        return rows.ok_or_else(|| format!("There is no sheet named {title} in it."));
    }
    if is_no_table(bytes) {
        return Err("It is neither a workbook (.xlsx, .ods) nor a CSV file.".to_owned());
    }
    let decoded = decode(bytes.to_vec()).map_err(|bad| {
        format!(
            "Its line {} holds bytes that are no {} text. Save it again as CSV UTF-8.",
            bad.line, bad.encoding
        )
    })?;
    Ok(csv_rows(&decoded.text))
}

/// Whether these are the bytes of another kind of file: no text holds a zero, unless it is one of wide characters.
fn is_no_table(bytes: &[u8]) -> bool {
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let starts: [&[u8]; 4] = [b"%PDF-", b"{\\rtf", b"<!DOCTYPE", b"<html"];
    !is_wide && bytes.contains(&0) || starts.iter().any(|start| bytes.starts_with(start))
}

fn csv_rows(text: &str) -> Vec<TextRow> {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let between = [b',', b';', b'\t'];
    let often = |byte: &u8| header.bytes().filter(|other| other == byte).count();
    let delimiter = between.into_iter().max_by_key(often).unwrap_or(b',');
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1_u32, 0);
    // The text is UTF-8 and in memory: there is nothing left to fail.
    for record in reader.records().map_while(Result::ok) {
        let at =
            record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        // A record is said to begin at the line break in front of it.
        let breaks =
            text.get(at..).map_or(0, |rest| rest.len() - rest.trim_start_matches(['\r', '\n']).len());
        let begins = at.saturating_add(breaks);
        let passed = text.get(counted..begins).map_or(0, |passed| passed.matches('\n').count());
        line = line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        counted = begins;
        let cells: Vec<_> = record.iter().map(str::to_owned).collect();
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(TextRow { line, cells });
        }
    }
    rows
}
