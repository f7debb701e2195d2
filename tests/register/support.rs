//! The same tables written in each syntax.

use std::{
    fmt::Write as _,
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
};

use jiff::{civil::Date, tz::TimeZone};
use rappel::{
    action::{Calendars, Place, Problems, Register},
    register::{DateOrder, Limits, Settings},
};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Sheets with their rows; the first row is the header. A cell like 2017-06-23 is a real date in
/// the syntaxes that have one.
pub(crate) type Sheets<'s> = &'s [(&'s str, &'s [&'s [&'s str]])];

pub(crate) fn settings(path: impl Into<PathBuf>) -> Settings {
    Settings {
        path: path.into(),
        zone: TimeZone::get("Europe/Zurich").unwrap(),
        dates: DateOrder::Refuse,
        policies: ["default", "urgent"].map(str::to_owned).into(),
        calendars: Calendars::default(),
        limits: Limits::default(),
    }
}

/// The register without the places of its rows.
pub(crate) fn unplaced(mut register: Register) -> Register {
    register.people.iter_mut().for_each(|person| person.place = Place::default());
    register.roles.iter_mut().for_each(|role| role.place = Place::default());
    register.meetings.iter_mut().for_each(|meeting| meeting.place = Place::default());
    register.bodies.iter_mut().for_each(|body| body.place = Place::default());
    register
}

pub(crate) fn lines(problems: &Problems) -> Vec<String> {
    problems.0.iter().map(ToString::to_string).collect()
}

/// The problems of a register that must not be readable.
pub(crate) fn errors(settings: &Settings) -> Vec<String> {
    lines(&rappel::register::read(settings).expect_err("the register should be refused"))
}

/// The smallest register: one body and the given rows of the sheet Actions.
pub(crate) fn with_actions<'s>(actions: &'s [&'s [&'s str]]) -> [(&'s str, &'s [&'s [&'s str]]); 2] {
    [("Actions", actions), ("Bodies", &[&["Body", "Secretariat email"], &["ITU-T", "itu-t@example.org"]])]
}

/// Whether a cell is a real date where there are any.
fn is_day(cell: &str) -> bool {
    cell.len() == 10 && cell.parse::<Date>().is_ok()
}

pub(crate) fn xlsx(sheets: Sheets<'_>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
                if is_day(cell) {
                    let value = ExcelDateTime::parse_from_str(cell).unwrap();
                    sheet.write_datetime_with_format(row, column, value, &date).unwrap();
                } else {
                    sheet.write_string(row, column, *cell).unwrap();
                }
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The `content.xml` of an open document spreadsheet around the given tables.
pub(crate) fn ods_content(tables: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\">\
         <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
}

pub(crate) fn ods_zip(content: &str) -> Vec<u8> {
    let manifest =
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

pub(crate) fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let method =
            if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// As office programs write it: filled up with empty cells and rows to the end of the sheet.
pub(crate) fn ods(sheets: Sheets<'_>) -> Vec<u8> {
    let mut tables = String::new();
    for (name, rows) in sheets {
        write!(tables, "<table:table table:name=\"{name}\"><table:table-column/>").unwrap();
        for row in *rows {
            tables.push_str("<table:table-row>");
            for cell in *row {
                tables.push_str(&ods_cell(cell));
            }
            tables.push_str("<table:table-cell table:number-columns-repeated=\"16370\"/></table:table-row>");
        }
        tables.push_str(
            "<table:table-row table:number-rows-repeated=\"1048500\"><table:table-cell \
             table:number-columns-repeated=\"16384\"/></table:table-row></table:table>",
        );
    }
    ods_zip(&ods_content(&tables))
}

fn ods_cell(cell: &str) -> String {
    if cell.is_empty() {
        return "<table:table-cell/>".to_owned();
    }
    if is_day(cell) {
        return format!(
            "<table:table-cell office:value-type=\"date\" office:date-value=\"{cell}\"><text:p>as shown</text:p>\
             </table:table-cell>"
        );
    }
    let paragraphs = escaped(cell).replace('\n', "</text:p><text:p>");
    format!("<table:table-cell office:value-type=\"string\"><text:p>{paragraphs}</text:p></table:table-cell>")
}

pub(crate) fn csv_text(rows: &[&[&str]], separator: &str) -> String {
    let quoted = |cell: &&str| {
        let special = cell.contains(['"', ';', ',', '\t', '\n']);
        if special { format!("\"{}\"", cell.replace('"', "\"\"")) } else { (*cell).to_owned() }
    };
    let line = |row: &&[&str]| row.iter().map(quoted).collect::<Vec<_>>().join(separator) + "\r\n";
    rows.iter().map(line).collect()
}

pub(crate) fn csv_folder(folder: &Path, sheets: Sheets<'_>) {
    fs::create_dir_all(folder).unwrap();
    for (name, rows) in sheets {
        fs::write(folder.join(format!("{name}.csv")), csv_text(rows, ";")).unwrap();
    }
}

pub(crate) fn toml(sheets: Sheets<'_>) -> String {
    let mut out = String::new();
    for (name, rows) in sheets {
        let (header, rows) = rows.split_first().unwrap();
        for row in rows {
            writeln!(out, "[[{}]]", name.to_lowercase()).unwrap();
            for (key, cell) in header.iter().zip(*row).filter(|(_, cell)| !cell.is_empty()) {
                let key = key.to_lowercase().replace(' ', "_");
                if is_day(cell) {
                    writeln!(out, "{key} = {cell}").unwrap();
                } else {
                    let text = cell.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                    writeln!(out, "{key} = \"{text}\"").unwrap();
                }
            }
        }
    }
    out
}

/// Writes a file into a folder that lives as long as the test, and gives its path.
pub(crate) struct Scratch(tempfile::TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}
