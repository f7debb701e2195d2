//! A folder of CSV files, one for each sheet.

use std::{
    borrow::Cow,
    cell::OnceCell,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use csv::{ReaderBuilder, StringRecord};

use super::{
    Limits,
    columns::{Named, Sheet, sheet_named},
    gate,
    intake::{Intake, MOST_TITLES},
    problems::{Form, Source},
    value::{Row, Value},
};
use crate::office::{Evidence, TextEncoding, decode_as};

/// Reads all sheets of the folder; the error is a sentence about the whole folder.
pub(super) fn read(folder: &Path, shown: &Arc<str>, intake: &mut Intake<'_>) -> Result<(), String> {
    let unreadable = |error: std::io::Error| format!("The folder cannot be read: {error}.");
    let mut names = Vec::new();
    for file in fs::read_dir(folder).map_err(unreadable)? {
        let name = file.map_err(unreadable)?.file_name();
        if is_csv(&name) {
            names.push(name);
        }
    }
    names.sort();
    let files = names.iter().filter(|name| is_register_csv(name)).map(|name| folder.join(name)).collect();
    let encoding = Together::of(files, intake.settings.limits);
    for name in names {
        let shown: Arc<str> = format!("{shown}/{}", name.to_string_lossy()).into();
        let stem = Path::new(&name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match sheet_named(&stem) {
            Named::Sheet(sheet) => file(&folder.join(&name), sheet, &shown, &encoding, intake),
            Named::Other => {
                let source = Source { order: 0, file: shown, sheet: None, form: Form::Lines };
                intake.leave(&stem, source, 0, "The file is no sheet that rappel reads.".to_owned());
            }
        }
    }
    if !intake.has(Sheet::Actions) {
        return Err("There is no file Actions.csv in the folder. It holds the actions.".to_owned());
    }
    Ok(())
}

/// Whether a file of a register folder is one of its sheets, by its name.
pub(super) fn is_register_csv(name: &OsStr) -> bool {
    let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy();
    is_csv(name) && sheet_named(&stem) != Named::Other
}

/// Whether the name is that of a CSV file; lock files and hidden files are none.
fn is_csv(name: &OsStr) -> bool {
    let text = name.to_string_lossy();
    let extension =
        Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    extension && !text.starts_with('.') && !text.starts_with("~$")
}

/// The encoding in which the files of a folder were saved, where they do not say it: by what stands in all of them, because
/// a few names or holidays alone are little evidence. They are read for that when one of them needs it.
pub(super) struct Together {
    files: Vec<PathBuf>,
    limits: Limits,
    found: OnceCell<TextEncoding>,
}

impl Together {
    /// That of the register in `folder`.
    pub(super) fn in_folder(folder: &Path, limits: Limits) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let mut files: Vec<_> =
            entries.filter(|entry| is_register_csv(&entry.file_name())).map(|entry| entry.path()).collect();
        files.sort();
        Self::of(files, limits)
    }

    fn of(files: Vec<PathBuf>, limits: Limits) -> Self {
        Self { files, limits, found: OnceCell::new() }
    }

    /// The most likely one.
    pub(super) fn encoding(&self) -> TextEncoding {
        self.found.get_or_init(|| {
            let mut evidence = Evidence::new();
            // What cannot be read is told when its turn comes.
            self.files
                .iter()
                .flat_map(|file| gate::bytes(file, &self.limits))
                .for_each(|bytes| evidence.take(&bytes));
            evidence.encoding()
        })
    }
}

fn file(path: &Path, sheet: Sheet, shown: &Arc<str>, encoding: &Together, intake: &mut Intake<'_>) {
    if !intake.begin(sheet, shown, None, Form::Lines) {
        return;
    }
    let decoded = match gate::bytes(path, &intake.settings.limits)
        .map(|bytes| decode_as(bytes, || Some(encoding.encoding())))
    {
        Ok(Ok(decoded)) => decoded,
        Ok(Err(bad)) => {
            intake.wrong(sheet, bad.line, None, || {
                format!(
                    "The line holds bytes that are no {} text. Save the file again as CSV UTF-8.",
                    bad.encoding
                )
            });
            return intake.spoil(sheet);
        }
        Err(why) => {
            intake.wrong(sheet, 0, None, || why);
            return intake.spoil(sheet);
        }
    };
    if let Some(encoding) = decoded.guessed {
        intake.doubt(sheet, || {
            format!("The file is not UTF-8; it was read as {encoding}. Look at names with accents, or save it as CSV UTF-8.")
        });
    }
    rows(&decoded.text, sheet, intake);
}

fn rows(text: &str, sheet: Sheet, intake: &mut Intake<'_>) {
    let (text, skipped, delimiter) = dialect(text, |name| sheet.column_named(name).is_some());
    if let Some(line) = open_quotation(text, delimiter) {
        intake.wrong(sheet, line + skipped, None, || {
            "A quotation mark opens here that is never closed. Close it, or double it if it is part of the text.".to_owned()
        });
        return intake.spoil(sheet);
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let limits = intake.settings.limits;
    let (mut read, mut widest) = (0_u32, 0);
    let mut lines = Lines { text: text.as_bytes(), counted: 0, line: 1 };
    // The text is UTF-8 and in memory: there is nothing left to fail.
    while reader.read_record(&mut record).unwrap_or(false) {
        let line = lines.at(record.position().map_or(0, csv::Position::byte)).saturating_add(skipped);
        read += 1;
        if read > limits.rows || record.len() > limits.columns as usize {
            let last = u32::try_from(record.len()).unwrap_or(u32::MAX) - 1;
            intake.far_cells(sheet, line, last..=last);
            return intake.spoil(sheet);
        }
        if record.len() < widest
            && reader.position().byte() == text.len() as u64
            && !text.ends_with(['\n', '\r'])
        {
            intake.wrong(sheet, line, None, || CUT_OFF.to_owned());
            return intake.spoil(sheet);
        }
        widest = widest.max(record.len());
        let cells: Vec<_> = record.iter().map(|cell| Value::Text(Cow::Borrowed(cell))).collect();
        intake.row(sheet, &Row { line, cells: &cells, lines: &[] });
    }
    if !text.ends_with(['\n', '\r']) {
        intake.is_open_ended(sheet);
    }
}

/// Said of a last line that ends before its last cell. Programs that leave out the last line break write all cells.
const CUT_OFF: &str = "The file ends in this line, before its last column: it seems to be cut off. Save it again; if \
     nothing is missing, put a line break at its end.";

/// Counts lines up to where each record begins: the CSV reader's own count is one short after CRLF.
struct Lines<'t> {
    text: &'t [u8],
    counted: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the record that begins at this byte, or after empty lines there.
    fn at(&mut self, byte: u64) -> u32 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.counted, self.text.len());
        let is_empty = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let empty =
            self.text.get(byte..).map_or(0, |rest| rest.iter().take_while(|byte| is_empty(byte)).count());
        let begins = byte + empty;
        let between = self.text.get(self.counted..begins).unwrap_or_default();
        let ends_line = |at: &usize| {
            let at = self.counted + at;
            self.text.get(at) == Some(&b'\n') || self.text.get(at + 1) != Some(&b'\n')
        };
        let ended = memchr::memchr2_iter(b'\r', b'\n', between).filter(ends_line).count();
        self.line = self.line.saturating_add(u32::try_from(ended).unwrap_or(u32::MAX));
        self.counted = begins;
        self.line
    }
}

/// The text without Excel's line `sep=;`, how many lines that was, and what separates cells, given which headers are known.
pub(super) fn dialect(text: &str, is_known: impl Fn(&str) -> bool) -> (&str, u32, u8) {
    let first = text.lines().next().unwrap_or_default();
    let named = first
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))
        .and_then(|_| first.as_bytes().get(4));
    match named {
        Some(delimiter) if first.len() == 5 => {
            let rest = text.get(first.len()..).unwrap_or_default();
            (rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest), 1, *delimiter)
        }
        _ => (text, 0, delimiter(text, is_known)),
    }
}

/// The separator under which the header has the most known columns, else the first row the most columns.
fn delimiter(text: &str, is_known: impl Fn(&str) -> bool) -> u8 {
    let score = |delimiter: &u8| {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(*delimiter)
            .from_reader(text.as_bytes());
        let mut row = StringRecord::new();
        let mut best = (0, 0);
        for _ in 0..=MOST_TITLES {
            if !reader.read_record(&mut row).unwrap_or(false) {
                break;
            }
            let known = row.iter().filter(|name| is_known(name)).count();
            best = best.max((known, if best.1 == 0 { row.len() } else { best.1 }));
        }
        best
    };
    // The last of equals wins.
    [b'\t', b';', b','].into_iter().max_by_key(score).unwrap_or(b',')
}

/// The line of a quotation mark that opens a cell and is never closed: the rest of the file
/// would silently be part of that cell.
fn open_quotation(text: &str, delimiter: u8) -> Option<u32> {
    let bytes = text.as_bytes();
    let mut opened = None;
    let mut marks = memchr::memchr_iter(b'"', bytes).peekable();
    while let Some(at) = marks.next() {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let at_start = before.is_none_or(|byte| *byte == delimiter || matches!(byte, b'\n' | b'\r'));
        match opened {
            // A doubled mark is part of the text.
            Some(_) if marks.next_if_eq(&(at + 1)).is_some() => {}
            Some(_) => opened = None,
            None if at_start => opened = Some(at),
            None => {}
        }
    }
    let lines = memchr::memchr_iter(b'\n', bytes.get(..opened?)?).count();
    Some(u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_under_which_the_header_is_known() {
        let is_known = |name: &str| Sheet::Actions.column_named(name).is_some();
        for delimiter in [b';', b',', b'\t'] {
            let header = format!("Ref{0}Title{0}Asked of\n", char::from(delimiter));
            assert_eq!(dialect(&header, is_known), (header.as_str(), 0, delimiter));
        }
        assert_eq!(dialect("sep=;\r\nRef;Title\n", is_known), ("Ref;Title\n", 1, b';'));
        let titled = "Outstanding actions, as of today, all of them\n\nRef;Title;Asked of\n";
        assert_eq!(dialect(titled, is_known), (titled, 0, b';'));
    }

    #[test]
    fn records_know_their_lines_whatever_ends_a_line() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a", "\"b", "c\"", "", "d", "e", ""].join(end);
            let mut reader = ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let mut lines = Lines { text: text.as_bytes(), counted: 0, line: 1 };
            let found: Vec<_> =
                reader.records().map(|record| lines.at(record.unwrap().position().unwrap().byte())).collect();
            assert_eq!(found, [1, 2, 5, 6], "{end:?}");
        }
    }

    #[test]
    fn a_quotation_that_is_never_closed_is_found() {
        assert_eq!(open_quotation("a;\"b\nc\"\n\"d;\n", b';'), Some(3));
        for closed in ["a;\"b\"\"\n\";5\"\n", "a \"b;\"\"\n", ""] {
            assert_eq!(open_quotation(closed, b';'), None, "{closed}");
        }
    }
}
