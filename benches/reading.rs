//! Reading a register of 100,000 actions, from each syntax.
//!
//! `cargo bench --bench reading`. The registers are written into `target/bench-registers` and stay
//! there for `benches/footprint.py`, which measures the memory of a whole process.

#![expect(clippy::panic, reason = "a benchmark that cannot go on ends")]

use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use divan::{Bencher, counter::ItemsCount};
use jiff::tz::TimeZone;
use rappel::register::{self, DateOrder, Limits, Settings};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use zip::{ZipWriter, write::SimpleFileOptions};

const ACTIONS: u32 = 100_000;
const PEOPLE: u32 = 500;
const HEADERS: [&str; 6] = ["Ref", "Title", "Asked of", "Deadline", "Status", "Origin"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = folder();
    if !folder.join("done").exists() {
        fs::create_dir_all(folder.join("csv"))?;
        write_xlsx(&folder.join("register.xlsx"))?;
        write_ods(&folder.join("register.ods"))?;
        write_csv(&folder.join("csv"))?;
        write_toml(&folder.join("register.toml"))?;
        fs::write(folder.join("done"), "")?;
    }
    divan::main();
    Ok(())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-registers")
}

#[divan::bench(args = ["register.xlsx", "register.ods", "csv", "register.toml"], sample_count = 3, sample_size = 1)]
fn read(bencher: Bencher<'_, '_>, name: &str) {
    let settings = Settings {
        path: folder().join(name),
        zone: TimeZone::get("Europe/Zurich").unwrap_or(TimeZone::UTC),
        dates: DateOrder::Refuse,
        policies: BTreeSet::from(["default".to_owned()]),
        calendars: rappel::action::Calendars::default(),
        limits: Limits::default(),
    };
    bencher.counter(ItemsCount::new(ACTIONS)).bench_local(|| match register::read(&settings) {
        Ok(reading) => reading.register.actions.len(),
        Err(problems) => panic!("{problems}"),
    });
}

/// The cells of a row, the deadline as year, month and day.
fn row(number: u32) -> ([String; 5], (u16, u8, u8)) {
    let day = (2026, u8::try_from(number % 12 + 1).unwrap_or(1), u8::try_from(number % 28 + 1).unwrap_or(1));
    let cells = [
        format!("17/{number}"),
        format!("nominate a representative to group {number}"),
        format!("Delegate {}", number % PEOPLE),
        "pending".to_owned(),
        "Resolution 17/06, 38th meeting, Geneva, 26-27 April 2017".to_owned(),
    ];
    (cells, day)
}

fn iso((year, month, day): (u16, u8, u8)) -> String {
    format!("{year}-{month:02}-{day:02}")
}

fn write_xlsx(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let sheet = workbook.add_worksheet().set_name("Actions")?;
    sheet.write_row(0, 0, HEADERS)?;
    for number in 0..ACTIONS {
        let ([reference, title, asked_of, status, origin], (year, month, day)) = row(number);
        let line = number + 1;
        sheet.write(line, 0, reference)?.write(line, 1, title)?.write(line, 2, asked_of)?;
        let deadline = ExcelDateTime::from_ymd(year, month, day)?;
        sheet.write_datetime_with_format(line, 3, &deadline, &date)?;
        sheet.write(line, 4, status)?.write(line, 5, origin)?;
    }
    let people = workbook.add_worksheet().set_name("Representatives")?;
    people.write_row(0, 0, ["Name", "Email"])?;
    for number in 0..PEOPLE {
        people.write(number + 1, 0, format!("Delegate {number}"))?;
        people.write(number + 1, 1, format!("delegate{number}@example.org"))?;
    }
    workbook.save(path)?;
    Ok(())
}

fn write_csv(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut actions = csv::Writer::from_path(folder.join("Actions.csv"))?;
    actions.write_record(HEADERS)?;
    for number in 0..ACTIONS {
        let ([reference, title, asked_of, status, origin], day) = row(number);
        actions.write_record([reference, title, asked_of, iso(day), status, origin])?;
    }
    actions.flush()?;
    let mut people = csv::Writer::from_path(folder.join("Representatives.csv"))?;
    people.write_record(["Name", "Email"])?;
    for number in 0..PEOPLE {
        people.write_record([format!("Delegate {number}"), format!("delegate{number}@example.org")])?;
    }
    people.flush()?;
    Ok(())
}

fn write_toml(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut file = std::io::BufWriter::new(fs::File::create(path)?);
    for number in 0..PEOPLE {
        writeln!(
            file,
            "[[representatives]]\nname = \"Delegate {number}\"\nemail = \"delegate{number}@example.org\"\n"
        )?;
    }
    for number in 0..ACTIONS {
        let ([reference, title, asked_of, status, origin], day) = row(number);
        writeln!(
            file,
            "[[actions]]\nref = \"{reference}\"\ntitle = \"{title}\"\nasked_of = \"{asked_of}\"\ndeadline = {}\n\
             status = \"{status}\"\norigin = \"{origin}\"\n",
            iso(day)
        )?;
    }
    Ok(file.flush()?)
}

fn write_ods(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut zip = ZipWriter::new(fs::File::create(path)?);
    zip.start_file(
        "mimetype",
        SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
    )?;
    zip.write_all(b"application/vnd.oasis.opendocument.spreadsheet")?;
    zip.start_file("META-INF/manifest.xml", SimpleFileOptions::default())?;
    zip.write_all(MANIFEST.as_bytes())?;
    zip.start_file("content.xml", SimpleFileOptions::default())?;
    let mut xml = std::io::BufWriter::new(zip);
    xml.write_all(CONTENT.as_bytes())?;
    ods_table(&mut xml, "Actions", &HEADERS.map(str::to_owned), (0..ACTIONS).map(|number| {
        let ([reference, title, asked_of, status, origin], day) = row(number);
        let cells = [text(&reference), text(&title), text(&asked_of)];
        let date = iso(day);
        let date = format!(
            "<table:table-cell office:value-type=\"date\" office:date-value=\"{date}\"><text:p>{date}</text:p></table:table-cell>"
        );
        [cells.concat(), date, text(&status), text(&origin)].concat()
    }))?;
    ods_table(
        &mut xml,
        "Representatives",
        &["Name", "Email"].map(str::to_owned),
        (0..PEOPLE).map(|number| {
            [text(&format!("Delegate {number}")), text(&format!("delegate{number}@example.org"))].concat()
        }),
    )?;
    xml.write_all(b"</office:spreadsheet></office:body></office:document-content>")?;
    xml.into_inner().map_err(std::io::IntoInnerError::into_error)?.finish()?;
    Ok(())
}

fn ods_table(
    xml: &mut impl std::io::Write,
    name: &str,
    headers: &[String],
    rows: impl Iterator<Item = String>,
) -> std::io::Result<()> {
    let header: String = headers.iter().map(|header| text(header)).collect();
    write!(xml, "<table:table table:name=\"{name}\"><table:table-row>{header}</table:table-row>")?;
    for row in rows {
        write!(xml, "<table:table-row>{row}</table:table-row>")?;
    }
    write!(xml, "</table:table>")
}

fn text(value: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\"><text:p>{value}</text:p></table:table-cell>")
}

const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"#;

const CONTENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>"#;
