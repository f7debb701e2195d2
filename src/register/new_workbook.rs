//! An empty workbook that explains itself, for a secretariat that begins.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, ExcelDateTime, Format, FormatAlign, Note, Workbook, Worksheet,
    XlsxError,
};

use super::{columns::Sheet, samples::samples};
use crate::action::{Kind, Pace, Purpose, Status};

/// Why no workbook was written.
#[derive(Debug, thiserror::Error)]
pub enum NewWorkbookError {
    /// Something is there already; it is left alone.
    #[error("{} is there already. Choose another name, or move it away.", .0.display())]
    Exists(PathBuf),
    /// The name does not end in `.xlsx`: the workbook could not be opened by it.
    #[error("{} does not end in .xlsx. Choose a name that does.", .0.display())]
    Name(PathBuf),
    /// The folder is not there.
    #[error("{} cannot be written: there is no folder {}. Make it first, or choose another name.", .0.display(), folder(.0).display())]
    NoFolder(PathBuf),
    /// The file could not be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The workbook could not be put together.
    #[error("the workbook could not be put together: {0}")]
    Workbook(#[from] XlsxError),
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

/// Rows for which drop-downs and formats are set.
const PREPARED_ROWS: u32 = 1_000;

/// Writes a workbook with all sheets, drop-downs, date formats, a comment on each header
/// and three sample actions, whose dates are around `today`.
///
/// # Errors
/// When the file exists, its name does not end in `.xlsx`, or it cannot be written.
pub fn new_workbook(path: &Path, today: Date) -> Result<(), NewWorkbookError> {
    if !path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx")) {
        return Err(NewWorkbookError::Name(path.to_owned()));
    }
    let mut workbook = Workbook::new();
    for sheet in Sheet::ALL {
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(sheet.name())?;
        headers(worksheet, sheet)?;
        for (row, cells) in (1..).zip(samples(sheet)) {
            sample(worksheet, row, cells, today)?;
        }
    }
    let bytes = workbook.save_to_buffer()?;
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => NewWorkbookError::NoFolder(path.to_owned()),
        io::ErrorKind::AlreadyExists => NewWorkbookError::Exists(path.to_owned()),
        _ => NewWorkbookError::Write { path: path.to_owned(), source },
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)
}

/// Headers, widths, formats and drop-downs of a sheet.
fn headers(worksheet: &mut Worksheet, sheet: Sheet) -> Result<(), NewWorkbookError> {
    let bold = Format::new().set_bold().set_align(FormatAlign::Top);
    let date = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Top);
    // Text, so that "17/06" is not taken for a date.
    let text = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    worksheet.set_freeze_panes(1, 0)?;
    for (column, (heading, help)) in (0..).zip(sheet.columns().iter().zip(explanations(sheet))) {
        let format = if help.is_date { &date } else { &text };
        worksheet.set_column_format(column, format)?;
        worksheet.set_column_width(column, help.width)?;
        worksheet.write_string_with_format(0, column, heading.name, &bold)?;
        let need = match (heading.required, help.may_be_empty) {
            (true, false) => "Required. ",
            (true, true) => "The column is required. ",
            (false, _) => "",
        };
        let note = Note::new(format!("{need}{}", help.text))
            .set_author("rappel")
            .add_author_prefix(false)
            .set_width(280)
            .set_height(note_height(need.len() + help.text.len()));
        worksheet.insert_note(0, column, &note)?;
        if !help.choices.is_empty() {
            let mut choices = DataValidation::new().allow_list_strings(help.choices)?;
            if help.is_open {
                choices = choices.set_error_style(DataValidationErrorStyle::Information);
            }
            worksheet.add_data_validation(1, column, PREPARED_ROWS, column, &choices)?;
        }
        if !help.from.is_empty() {
            let mut choices = DataValidation::new().allow_list_formula(help.from.into());
            if help.is_open {
                choices = choices.set_error_style(DataValidationErrorStyle::Information);
            }
            worksheet.add_data_validation(1, column, PREPARED_ROWS, column, &choices)?;
        }
    }
    Ok(())
}

/// The height of a note of so many letters in which nothing is cut off, in pixels: some 45 letters stand on a line, and a
/// line is 15 pixels high.
fn note_height(letters: usize) -> u32 {
    let lines = u32::try_from(letters.div_ceil(45)).unwrap_or(1);
    (lines + 1).max(5) * 15
}

/// A date of a sample row, as NEXT-05-01, when `today` is known: of the year before, of this year or of the next one.
fn sample_date(cell: &str, today: Date) -> Option<Date> {
    let (year, day) = cell.split_once('-')?;
    let year = match year {
        "LAST" => today.year() - 1,
        "THIS" => today.year(),
        "NEXT" => today.year() + 1,
        _ => return None,
    };
    format!("{year:04}-{day}").parse().ok()
}

/// Writes one sample row.
fn sample(worksheet: &mut Worksheet, row: u32, cells: &[&str], today: Date) -> Result<(), NewWorkbookError> {
    let date = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Top);
    let text = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        if let Some(day) = sample_date(cell, today) {
            let day = ExcelDateTime::parse_from_str(&day.to_string())?;
            worksheet.write_datetime_with_format(row, column, day, &date)?;
        } else {
            worksheet.write_string_with_format(row, column, *cell, &text)?;
        }
    }
    Ok(())
}

/// How a column is explained and prepared.
struct Help {
    text: &'static str,
    width: f64,
    is_date: bool,
    choices: &'static [&'static str],
    /// Cells that hold the choices, if it is not those.
    from: &'static str,
    /// Whether something else may be right as well.
    is_open: bool,
    /// Whether a cell of a column that is required may be empty.
    may_be_empty: bool,
}

const fn plain(width: f64, text: &'static str) -> Help {
    Help { text, width, is_date: false, choices: &[], from: "", is_open: false, may_be_empty: false }
}

const fn day(text: &'static str) -> Help {
    Help { is_date: true, ..plain(12.0, text) }
}

const fn choice(text: &'static str, choices: &'static [&'static str]) -> Help {
    Help { choices, ..plain(16.0, text) }
}

/// As [`choice`], but other words may be right as well.
const fn suggestion(text: &'static str, choices: &'static [&'static str]) -> Help {
    Help { is_open: true, ..choice(text, choices) }
}

/// The names of a sheet, of which one is right; others are added there afterwards.
const fn name_of(from: &'static str, width: f64, text: &'static str) -> Help {
    Help { from, is_open: true, ..plain(width, text) }
}

const THE_BODIES: &str = "=Bodies!$A$2:$A$1001";
const THE_PEOPLE: &str = "=Representatives!$A$2:$A$1001";

/// For each column of a sheet, in their order.
fn explanations(sheet: Sheet) -> &'static [Help] {
    match sheet {
        Sheet::Actions => &ACTIONS,
        Sheet::Representatives => &REPRESENTATIVES,
        Sheet::Roles => &ROLES,
        Sheet::Bodies => &BODIES,
        Sheet::Meetings => &MEETINGS,
        Sheet::Holidays => &HOLIDAYS,
    }
}

const ACTIONS: [Help; 17] = [
    plain(
        10.0,
        "What people quote: 17/06, AI 12/3, TSAG-LS23. The same reference may be asked of several bodies: one row for each.",
    ),
    plain(
        50.0,
        "What is asked, in one line that goes on after the reference: nominate a representative to IEC/SEG 8. It is part of the subject of each reminder.",
    ),
    plain(40.0, "What is asked, at length, if one line is not enough."),
    choice(
        "What sort of thing is asked. It may decide when people are reminded. Empty means other.",
        Kind::WORDS,
    ),
    choice(
        "For action, or for information: of the latter nobody is reminded. Empty means for action.",
        Purpose::WORDS,
    ),
    plain(
        30.0,
        "Of whom: a person of the sheet Representatives, a body of the sheet Bodies, or a role of the sheet Roles, such as: chair of SG17, or: ITU-T representative at MoU/MG.",
    ),
    plain(30.0, "Who else gets the same reminders: names as under Asked of, with semicolons between them."),
    day(
        "The last day, or with a time of day the last minute, in the secretariat's time zone. Or a time before or after a meeting of the sheet Meetings, such as: 4 weeks before TSAG-2, at TSAG-2, end of TSAG-2, at each SG17 meeting. Empty: outstanding until it is closed.",
    ),
    choice(
        "How it stands. Of what is done, withdrawn or superseded nobody is reminded. Empty means open.",
        Status::WORDS,
    ),
    plain(30.0, "What came of it, such as: representative appointed."),
    plain(
        12.0,
        "The name of a reminder policy of the settings, if this action needs another one than that of its kind.",
    ),
    plain(40.0, "Where it was agreed: document, meeting, resolution, paragraph."),
    plain(30.0, "An address on the web where one can read more."),
    day("The day it was agreed."),
    day("The day it was closed."),
    plain(20.0, "The subject it belongs to."),
    day("Nobody is reminded of it before this day. Empty: as its policy says."),
];

const REPRESENTATIVES: [Help; 11] = [
    plain(25.0, "The name, written as on all other sheets."),
    plain(30.0, "The address to which reminders go."),
    plain(30.0, "The address to try when the first one is refused."),
    plain(25.0, "The organization the person works for."),
    suggestion(
        "The language of the letters; two, as in \"fr, en\", for letters in both. Empty means that of the settings.",
        &["ar", "zh", "en", "fr", "ru", "es"],
    ),
    plain(18.0, "The person's own time zone, such as Europe/Zurich or Asia/Tokyo."),
    name_of(THE_PEOPLE, 25.0, "Who stands in during an absence: a name of this sheet."),
    day("The first day of an absence."),
    day("The last day of an absence."),
    choice(
        "When letters go to the person: at each send time, weekly (all that is due by then in one letter), or only when something is overdue. Empty: as the policy of each action says.",
        Pace::WORDS,
    ),
    plain(
        10.0,
        "The most letters that the person gets in any seven days. What is due beyond that waits for the next letter. Empty: as the settings say.",
    ),
];

const ROLES: [Help; 6] = [
    name_of(THE_BODIES, 16.0, "The body that fills the role: a name of the sheet Bodies."),
    plain(20.0, "The name of the role: chair, representative, liaison officer."),
    name_of(
        THE_BODIES,
        16.0,
        "The other body at which the role is held, if it is not the body's own: a name of the sheet Bodies.",
    ),
    Help {
        may_be_empty: true,
        ..name_of(
            THE_PEOPLE,
            25.0,
            "Who holds the role: a name of the sheet Representatives. Empty: the seat is vacant.",
        )
    },
    day("The first day of the term."),
    day("The last day of the term."),
];

const BODIES: [Help; 6] = [
    plain(16.0, "The short name, written as on all other sheets: SG17, ISO/TC 307."),
    plain(45.0, "The name in full."),
    name_of(THE_BODIES, 16.0, "The body above it: a name of this sheet."),
    plain(16.0, "Who runs its secretariat: TSB."),
    plain(30.0, "The address of its secretariat. What is asked of the body goes there."),
    plain(
        16.0,
        "The name of its holiday calendar: a name of the sheet Holidays. Empty: that of the body above it.",
    ),
];

const MEETINGS: [Help; 5] = [
    plain(16.0, "The name of the meeting: TSAG-2. Deadlines refer to it, such as: 4 weeks before TSAG-2."),
    name_of(THE_BODIES, 16.0, "The body that meets: a name of the sheet Bodies."),
    day("The first day of the meeting."),
    day("The last day of the meeting. Empty: it lasts one day."),
    plain(30.0, "Where it is held."),
];

const HOLIDAYS: [Help; 3] = [
    plain(16.0, "The name of the calendar: Geneva. Bodies refer to it."),
    day("A day on which nobody works. Weekends need not be listed."),
    plain(30.0, "The name of the holiday, such as: Whit Monday."),
];
