//! The form as a workbook and as CSV.

use rust_xlsxwriter::{
    DataValidation, ExcelDateTime, Format, FormatAlign, Note, Workbook, Worksheet, XlsxError,
};

use super::{
    SHEET,
    columns::Column,
    seats::{SEATS, SeatColumn},
};
use crate::minutes::{Entry, Findings, Seated};

/// A cell of Excel holds no more characters than this.
const LONGEST_CELL: usize = 32_767;

/// The form as an `.xlsx` workbook: the sheet *Proposals*, and *Seats* if the report names who holds one.
///
/// # Errors
/// When the workbook cannot be put together, as with more rows than a sheet has.
pub fn workbook(findings: &Findings) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(SHEET)?;
    headers(sheet, findings.entries.len())?;
    for (row, entry) in (1..).zip(&findings.entries) {
        proposal(sheet, row, entry)?;
    }
    if !findings.seats.is_empty() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(SEATS)?;
        seats(sheet, &findings.seats)?;
    }
    workbook.save_to_buffer()
}

fn headers(sheet: &mut Worksheet, rows: usize) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let last = u32::try_from(rows).unwrap_or(u32::MAX).max(1);
    sheet.set_freeze_panes(1, 1)?;
    for (at, column) in (0..).zip(Column::ALL) {
        sheet.set_column_width(at, column.width())?;
        sheet.write_string_with_format(0, at, column.header(), &bold)?;
        if !column.choices().is_empty() {
            let choices = DataValidation::new().allow_list_strings(column.choices())?;
            sheet.add_data_validation(1, at, last, at, &choices)?;
        }
    }
    let help = "accept: the row goes into the register. change: the row goes in as you corrected it. reject: it does \
                not. Empty: nothing happens yet.";
    sheet.insert_note(0, 0, &Note::new(help).set_author("rappel").add_author_prefix(false).set_width(280))?;
    let columns = u16::try_from(Column::ALL.len() - 1).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last, columns)?;
    Ok(())
}

fn proposal(sheet: &mut Worksheet, row: u32, entry: &Entry) -> Result<(), XlsxError> {
    let text = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    let date = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Top);
    for (at, column) in (0..).zip(Column::ALL) {
        let cell = column.cell(entry);
        let day =
            column.holds_days() && cell.parse::<jiff::civil::Date>().is_ok_and(|day| day.year() >= 1900);
        if day {
            sheet.write_datetime_with_format(row, at, ExcelDateTime::parse_from_str(&cell)?, &date)?;
        } else {
            // A text, so that nothing in it can be a formula.
            sheet.write_string_with_format(row, at, shortened(&cell), &text)?;
        }
    }
    Ok(())
}

pub(super) fn shortened(cell: &str) -> String {
    if cell.encode_utf16().count() <= LONGEST_CELL {
        return cell.to_owned();
    }
    // Outside the basic plane a character counts as two.
    let mut short: String = cell.chars().take(LONGEST_CELL / 2).collect();
    short.push('…');
    short
}

fn seats(sheet: &mut Worksheet, seats: &[Seated]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    sheet.set_freeze_panes(1, 0)?;
    for (at, column) in (0..).zip(SeatColumn::ALL) {
        sheet.set_column_width(at, column.width())?;
        sheet.write_string_with_format(0, at, column.header(), &bold)?;
    }
    for (row, one) in (1..).zip(seats) {
        for (at, column) in (0..).zip(SeatColumn::ALL) {
            sheet.write_string_with_format(row, at, shortened(&column.cell(one)), &text)?;
        }
    }
    Ok(())
}

/// The form as CSV, in UTF-8 with a byte order mark, as spreadsheet programs want it. A cell that they would take
/// for a formula gets an apostrophe in front.
#[must_use]
pub fn csv(findings: &Findings) -> String {
    let mut out = String::from("\u{feff}");
    line(&mut out, Column::ALL.iter().map(|column| column.header().to_owned()));
    for entry in &findings.entries {
        line(&mut out, Column::ALL.iter().map(|column| column.cell(entry)));
    }
    out
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push('"');
        out.push_str(&harmless(cell).replace('"', "\"\""));
        out.push('"');
    }
    out.push_str("\r\n");
}

/// A cell of a CSV file that no spreadsheet program takes for a formula.
pub(super) fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}
