//! The report as a workbook: what stands at the head of the report on one sheet, each section on one of its own.

use jiff::civil::Date;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use unicode_width::UnicodeWidthStr as _;

use super::{
    format::WriteError,
    model::{Block, Cell, Report, Table},
};

/// Characters of the longest name that a sheet can have.
const NAME: usize = 31;

/// Characters that stand in a row of an A4 page: what the shares of columns are shares of.
const LINE: u32 = 140;

/// Characters in the column with the group.
const GROUP: u32 = 24;

/// Characters in the column with paragraphs.
const TEXT: u32 = 100;

/// Points of one line, and the most that a row can have.
const POINTS: u32 = 15;
const HIGHEST: u32 = 405;

/// How cells look.
struct Formats {
    header: Format,
    text: Format,
    day: Format,
    title: Format,
    label: Format,
    wrapped: Format,
}

impl Formats {
    /// In Arabic a cell is read from the right whatever its first letter is, which may be a number or a name.
    fn new(right_to_left: bool) -> Self {
        let plain = if right_to_left {
            Format::new().set_reading_direction(2).set_align(FormatAlign::Right)
        } else {
            Format::new()
        };
        let start = if right_to_left { FormatAlign::Right } else { FormatAlign::Left };
        let wrapped = plain.clone().set_text_wrap().set_align(FormatAlign::Top);
        let cell = wrapped.clone().set_border(FormatBorder::Hair);
        Self {
            header: cell.clone().set_bold().set_background_color("E8EEF4").set_border(FormatBorder::Thin),
            // Numbers such as 17/06 must stay what they are when somebody edits them.
            text: cell.clone().set_num_format("@"),
            day: cell.set_num_format("yyyy-mm-dd").set_align(start),
            title: plain.clone().set_bold().set_font_size(14),
            label: plain.set_bold().set_align(FormatAlign::Top),
            wrapped,
        }
    }
}

pub(super) fn write(report: &Report) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    // The same report gives the same bytes: the day it shows, not the clock.
    workbook.set_properties(
        &DocProperties::new()
            .set_title(&report.title)
            .set_author(&report.source)
            .set_creation_datetime(&midnight(report.day)?),
    );
    let formats = Formats::new(report.language.is_right_to_left());
    for (section, tables) in sections(report) {
        if !tables.is_empty() {
            let sheet = workbook.add_worksheet();
            sheet.set_name(sheet_name(section))?;
            fill(sheet, report, &tables, &formats)?;
        }
    }
    about(workbook.add_worksheet(), report, &formats)?;
    Ok(workbook.save_to_buffer()?)
}

/// The tables of each section with their groups, in their order.
fn sections(report: &Report) -> Vec<(&str, Vec<(&str, &Table)>)> {
    let mut sections: Vec<(&str, Vec<(&str, &Table)>)> = Vec::new();
    for (section, group, table) in report.tables() {
        match sections.last_mut() {
            Some((last, tables)) if *last == section => tables.push((group, table)),
            _ => sections.push((section, vec![(group, table)])),
        }
    }
    sections
}

/// One table of all tables of a section: they have the same columns.
fn fill(
    sheet: &mut Worksheet,
    report: &Report,
    tables: &[(&str, &Table)],
    formats: &Formats,
) -> Result<(), XlsxError> {
    sheet.set_right_to_left(report.language.is_right_to_left());
    let grouped = tables.iter().any(|(group, _)| !group.is_empty());
    let first = u16::from(grouped);
    let Some((_, head)) = tables.first() else { return Ok(()) };
    if grouped {
        sheet.write_string_with_format(0, 0, &report.group, &formats.header)?;
        sheet.set_column_width(0, GROUP)?;
    }
    let mut last = 0;
    for (at, column) in (first..).zip(&head.columns) {
        sheet.write_string_with_format(0, at, &column.header, &formats.header)?;
        sheet.set_column_width(at, column.share * LINE / 100)?;
        last = at;
    }
    let rows = tables.iter().flat_map(|(group, table)| table.rows.iter().map(move |row| (group, row)));
    let mut end = 0;
    for (at, (group, row)) in (1..).zip(rows) {
        if grouped {
            sheet.write_string_with_format(at, 0, *group, &formats.text)?;
        }
        for (column, cell) in (first..).zip(row) {
            match cell {
                Cell::Text(text) => sheet.write_string_with_format(at, column, text, &formats.text)?,
                Cell::Day { day, said } => match midnight(*day) {
                    Ok(date) => sheet.write_datetime_with_format(at, column, date, &formats.day)?,
                    // Workbooks know no day before 1900.
                    Err(_) => sheet.write_string_with_format(at, column, said, &formats.text)?,
                },
            };
        }
        let wrapped =
            head.columns.iter().map(|column| column.share * LINE / 100).zip(row.iter().map(Cell::said));
        sheet.set_row_height(at, height(wrapped.chain([(GROUP, *group)])))?;
        end = at;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, end, last)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// The sheet with what stands at the head of the report, and with its paragraphs.
fn about(sheet: &mut Worksheet, report: &Report, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_right_to_left(report.language.is_right_to_left());
    let abstract_label = report.head.last().map_or(report.title.as_str(), |line| &line.label);
    sheet.set_name(sheet_name(abstract_label))?;
    sheet.set_column_width(0, 16)?;
    sheet.set_column_width(1, TEXT)?;
    sheet.write_string_with_format(0, 0, &report.title, &formats.title)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    let texts = report.blocks.iter().filter_map(|block| match block {
        Block::Text(text) => Some(("", text)),
        _ => None,
    });
    let labels = report.head.iter().map(|line| (line.label.as_str(), &line.text));
    for (at, (label, text)) in (2..).zip(labels.chain(texts)) {
        sheet.write_string_with_format(at, 0, label, &formats.label)?;
        sheet.write_string_with_format(at, 1, text, &formats.wrapped)?;
        sheet.set_row_height(at, height([(TEXT, text.as_str())].into_iter()))?;
    }
    Ok(())
}

/// The height of a row with these texts in columns of these widths: not every program finds it when it opens
/// the file.
fn height<'t>(cells: impl Iterator<Item = (u32, &'t str)>) -> u32 {
    let lines = |(width, text): (u32, &str)| -> usize {
        // Words are not broken: a line holds somewhat less than the column is wide.
        let holds = usize::try_from(width * 9 / 10).unwrap_or(1).max(1);
        text.lines().map(|line| line.width().div_ceil(holds).max(1)).sum()
    };
    let lines = u32::try_from(cells.map(lines).max().unwrap_or(1)).unwrap_or(HIGHEST);
    lines.max(1).saturating_mul(POINTS).min(HIGHEST)
}

fn midnight(day: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs())
}

/// A name that a sheet can have.
fn sheet_name(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { ' ' } else { c })
        .collect();
    let mut name: String =
        clean.trim().trim_end_matches('：').trim_matches('\'').chars().take(NAME).collect();
    name.truncate(name.trim_end().len());
    name
}
