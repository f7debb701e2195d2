//! The status report: what it says in each language, and that each file is what it claims to be.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{
    fs,
    io::{Cursor, Read as _},
    path::{Path, PathBuf},
    process::Command,
};

use calamine::{Data, Reader as _, Xlsx};
use common::office::{Ran, rappel};
use tempfile::TempDir;

/// The register of the example with some rows of its own, after weeks of a daemon's life.
struct Weeks {
    folder: TempDir,
}

impl Weeks {
    fn new() -> Self {
        let rows = [
            &[
                ("Ref", "=1+1"),
                ("Title", "=HYPERLINK(0)"),
                ("Asked of", "TSAG"),
                ("Deadline", "2017-06-01"),
                ("Status", "open"),
                ("Origin", "+41"),
            ][..],
            &[
                ("Ref", "AI 7"),
                ("Title", "send the <minutes> & more"),
                ("Asked of", "TSAG"),
                ("Status", "done"),
                ("Outcome", "sent; -1"),
                ("Closed", "2017-06-30"),
            ],
            &[
                ("Ref", "AI 6"),
                ("Title", "closed long ago"),
                ("Asked of", "TSAG"),
                ("Status", "done"),
                ("Closed", "2017-04-30"),
            ],
        ];
        Self::with(&rows)
    }

    /// The example with these further actions, each by the columns that it fills.
    fn with(rows: &[&[(&str, &str)]]) -> Self {
        let weeks = Self { folder: tempfile::tempdir().unwrap() };
        copy(Path::new("config/example"), weeks.folder.path());
        let actions = weeks.path("register/Actions.csv");
        let mut text = fs::read_to_string(&actions).unwrap();
        let header = text.lines().next().unwrap().to_owned();
        for cells in rows {
            let cell =
                |column: &str| cells.iter().find(|(name, _)| *name == column).map_or("", |(_, text)| text);
            text.push_str(&header.split(',').map(cell).collect::<Vec<_>>().join(","));
            text.push('\n');
        }
        fs::write(&actions, text).unwrap();
        let maildir = weeks.path("weeks");
        let args = ["rehearse", "--from", "2017-05-02", "--until", "2017-07-20", "--maildir"];
        weeks.run(&[&args[..], &[maildir.to_str().unwrap()]].concat()).well();
        weeks
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = rappel();
        command.env("RAPPEL__STATE__DIR", self.path("weeks/state"));
        command.arg("--config").arg(self.path("rappel.toml")).args(args);
        Ran::of(command)
    }

    /// The report in a file of that ending.
    fn report(&self, language: &str, ending: &str) -> PathBuf {
        let file = self.path(&format!("{language}.{ending}"));
        let args = ["report", "--on", "2017-07-20", "--since", "2017-05-01", "--language", language, "--out"];
        self.run(&[&args[..], &[file.to_str().unwrap()]].concat()).well();
        file
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            if entry.file_name() != "state" && entry.file_name() != "letters" {
                copy(&entry.path(), &to.join(entry.file_name()));
            }
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Heads are made with random salts: no two are the same.
fn without_head(text: &str) -> String {
    let lines = text.lines().map(|line| if is_head(line) { "HEAD" } else { line });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// Whether a line is nothing but the head of a chain: "45-801a-7782-96c5-18fd-f1eb".
fn is_head(line: &str) -> bool {
    line.split('-').count() == 6 && line.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

#[test]
fn it_says_the_same_in_each_language() {
    let weeks = Weeks::new();
    for language in ["ar", "en", "es", "fr", "ru", "zh"] {
        let text = fs::read_to_string(weeks.report(language, "md")).unwrap();
        insta::assert_snapshot!(
            format!("report_{language}"),
            without_head(&text).replace("\u{2068}", "").replace("\u{2069}", "")
        );
    }
}

#[test]
fn by_origin_it_puts_together_what_was_agreed_in_one_place_and_it_says_who_proves_it() {
    let weeks = Weeks::new();
    let text = weeks.run(&["report", "--on", "2017-07-20", "--by", "origin"]).well();
    assert!(text.contains("### +41") && !text.contains("### TSAG"), "{text}");
    // All of the time: what was closed before is there as well.
    assert!(text.contains("AI 6") && text.contains("AI 7"), "{text}");
    let head = text.lines().find(|line| is_head(line)).unwrap();
    let said = weeks.run(&["verify", "--head", head]).well();
    assert!(said.contains("is in the chain"), "{said}");
}

#[test]
fn in_a_workbook_days_are_days_and_nothing_is_a_formula() {
    let weeks = Weeks::new();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(fs::read(weeks.report("en", "xlsx")).unwrap())).unwrap();
    let names = book.sheet_names();
    assert_eq!(
        names,
        ["Outstanding actions", "Actions closed since 1 May 2017", "For information", "Abstract"]
    );
    for name in &names {
        assert_eq!(book.worksheet_formula(name).unwrap().used_cells().count(), 0, "{name}");
    }
    let range = book.worksheet_range("Outstanding actions").unwrap();
    let rows: Vec<_> = range.rows().collect();
    let headers: Vec<_> = rows[0].iter().map(ToString::to_string).collect();
    assert_eq!(headers, ["Group", "Ref.", "Action", "Asked of", "Deadline", "Status", "Reminders"]);
    let row = rows.iter().find(|row| row[1] == Data::String("=1+1".to_owned())).unwrap();
    assert_eq!(row[2], Data::String("=HYPERLINK(0)".to_owned()));
    let Data::DateTime(day) = &row[4] else { panic!("{row:?}") };
    assert_eq!(day.to_ymd_hms_milli(), (2017, 6, 1, 0, 0, 0, 0));
}

#[test]
fn in_a_csv_file_what_could_be_a_formula_begins_with_an_apostrophe() {
    let text = fs::read_to_string(Weeks::new().report("en", "csv")).unwrap();
    assert!(text.contains(",'=1+1,'=HYPERLINK(0),TSAG,2017-06-01,open,"), "{text}");
    assert!(text.contains("sent; '-1"), "{text}");
}

#[test]
fn a_page_loads_nothing_and_shows_what_a_cell_says_as_text() {
    let text = fs::read_to_string(Weeks::new().report("ar", "html")).unwrap();
    assert!(
        text.contains("<html lang=\"ar\" dir=\"rtl\">")
            && text.contains("send the &lt;minutes&gt; &amp; more")
    );
    for outside in ["http", "src=", "url(", "@import", "<script", "<link"] {
        assert!(!text.contains(outside), "{outside}");
    }
}

/// The text of a part of an archive.
fn part(file: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_document_has_headings_tables_whose_header_rows_repeat_page_numbers_and_its_language() {
    let weeks = Weeks::new();
    let english = weeks.report("en", "docx");
    for name in zip::ZipArchive::new(fs::File::open(&english).unwrap()).unwrap().file_names() {
        let name = name.unwrap();
        let text = part(&english, &name);
        let mut reader = quick_xml::Reader::from_str(&text);
        reader.config_mut().check_end_names = true;
        while reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}"))
            != quick_xml::events::Event::Eof
        {}
    }
    let body = part(&english, "word/document.xml");
    let tables = body.matches("<w:tblStyle w:val=\"ReportTable\"/>").count();
    assert_eq!(body.matches("<w:tblHeader/>").count(), tables);
    assert!(
        tables > 3
            && body.contains("<w:pStyle w:val=\"Heading1\"/>")
            && body.contains("send the &lt;minutes&gt;")
    );
    assert!(!body.contains("w:bidi"), "English is written from left to right");
    let foot = part(&english, "word/footer1.xml");
    assert!(foot.contains(" PAGE ") && foot.contains(" NUMPAGES "), "{foot}");
    let arabic = part(&weeks.report("ar", "docx"), "word/document.xml");
    assert!(arabic.contains("<w:bidiVisual/>") && arabic.contains("<w:rtl/>"));
    let from_left = "<w:jc w:val=\"right\"/></w:pPr><w:r><w:t xml:space=\"preserve\">17/03-i2</w:t>";
    assert!(arabic.contains(from_left), "a reference keeps its direction");
    for (language, tag) in
        [("fr", "fr-CH"), ("ru", "ru-RU"), ("es", "es-ES"), ("zh", "zh-CN"), ("ar", "ar-SA")]
    {
        assert!(part(&weeks.report(language, "docx"), "word/styles.xml").contains(tag), "{language}");
    }
}

#[test]
fn the_head_of_the_chain_can_be_taken_out_of_an_arabic_report_and_is_found() {
    let weeks = Weeks::new();
    let document = part(&weeks.report("ar", "docx"), "word/document.xml");
    let page = fs::read_to_string(weeks.report("ar", "html")).unwrap();
    for text in [document, page] {
        let head = text.split(['<', '>']).find(|text| is_head(text)).unwrap();
        let said = weeks.run(&["verify", "--head", head]).well();
        assert!(said.contains("is in the chain"), "{said}");
    }
}

#[test]
fn on_a_telephone_each_cell_of_a_page_says_what_it_is() {
    let text = fs::read_to_string(Weeks::new().report("fr", "html")).unwrap();
    assert!(text.contains("<td dir=\"auto\" class=\"short\" data-label=\"Réf.\">17/06</td>"), "{text}");
    assert_eq!(
        text.matches("<td dir=\"auto\" class=\"short\" data").count(),
        text.matches("data-label=\"Réf").count()
    );
    let rows = text.matches("<tr><td").count();
    assert_eq!(text.matches("data-label=\"Action\"").count(), rows);
}

/// What `LibreOffice` makes of a file, as a PDF; or what it says.
fn as_pdf(weeks: &Weeks, file: &Path) -> Result<PathBuf, String> {
    let out = weeks.path("pdf");
    let profile = format!("-env:UserInstallation=file://{}", weeks.path("profile").display());
    let mut command = Command::new("libreoffice");
    // Which encoding a .csv file is in, LibreOffice asks; without a screen it takes that of the machine.
    if file.extension().is_some_and(|ending| ending == "csv") {
        command.arg("--infilter=CSV:44,34,76,1");
    }
    command.arg(profile).args(["--headless", "--convert-to", "pdf", "--outdir"]).arg(&out).arg(file);
    let ran = Ran::of(command);
    let pdf = out.join(file.with_extension("pdf").file_name().unwrap());
    if pdf.exists() && !ran.err.to_lowercase().contains("error") { Ok(pdf) } else { Err(ran.err) }
}

#[test]
fn libreoffice_opens_every_file_and_shows_what_it_says() {
    if Command::new("libreoffice").arg("--version").output().is_err() {
        eprintln!("skipped: there is no LibreOffice on this machine");
        return;
    }
    let weeks = Weeks::new();
    // Its parts are packages of their own: what it cannot open whoever wrote it says nothing of a report.
    let parts = [
        ("Writer", "tests/import/corpus/en-minutes.docx", ["docx", "html"]),
        ("Calc", "tests/register/office/saved-by-libreoffice/register.xlsx", ["xlsx", "csv"]),
    ];
    for (part, of_another, endings) in parts {
        let of_another = Path::new(env!("CARGO_MANIFEST_DIR")).join(of_another);
        assert!(of_another.exists(), "{}", of_another.display());
        if let Err(said) = as_pdf(&weeks, &of_another) {
            eprintln!("skipped: this LibreOffice has no {part}: {said}");
            continue;
        }
        for ending in endings {
            let file = weeks.report("fr", ending);
            let pdf = as_pdf(&weeks, &file).unwrap_or_else(|said| panic!("{}: {said}", file.display()));
            assert!(fs::read(&pdf).unwrap().starts_with(b"%PDF"), "{}", file.display());
            if let Ok(text) = Command::new("pdftotext").arg(&pdf).arg("-").output() {
                let text = String::from_utf8_lossy(&text.stdout).split_whitespace().collect::<String>();
                assert!(
                    text.contains("17/06") && text.contains("aucuneréponse"),
                    "{}: {text}",
                    file.display()
                );
            }
            fs::remove_file(pdf).unwrap();
        }
    }
}

#[test]
fn a_format_that_there_is_not_is_refused_with_those_that_there_are() {
    let weeks = Weeks::new();
    let error = weeks.run(&["report", "--out", "status.doc"]).failed(1);
    assert!(error.contains("cannot be written as \"doc\". Did you mean docx?"), "{error}");
    let error = weeks.run(&["report", "--out", "status"]).failed(1);
    assert!(error.contains("has no ending that says its format"), "{error}");
    let error = weeks.run(&["report", "--since", "2017-08-01", "--on", "2017-07-20"]).failed(1);
    assert!(error.contains("2017-08-01"), "{error}");
}

/// Actions that are easily mistaken: every status, every sort of deadline and of name, and numbers that are no more.
const MISTAKABLE: [&[(&str, &str)]; 9] = [
    &[("Ref", "4"), ("Title", "publish the list"), ("Asked of", "TSAG"), ("Status", "in progress")],
    &[
        ("Ref", "AI 12/3"),
        ("Title", "send the terms and answer 2 questions by 5 May 2016"),
        ("Asked of", "Olivier Dubuisson"),
        ("Deadline", "2017-09-01 14:00"),
        ("Status", "pending"),
        ("Outcome", "asked again on 3 March 2017"),
    ],
    &[
        ("Ref", "TSAG-LS23"),
        ("Title", "Action required: SG17 to reply to the liaison statement"),
        ("Asked of", "ITU-T representative at MoU/MG"),
        ("Deadline", "2017-08-31"),
        ("Status", "open"),
    ],
    &[
        ("Ref", "R 50"),
        ("Title", "审议该草案"),
        ("Asked of", "FG DLT"),
        ("Deadline", "2018-01-05"),
        ("Status", "open"),
    ],
    &[("Ref", "AI 8"), ("Title", "استعراض المشروع"), ("Asked of", "ISO"), ("Status", "pending")],
    &[("Ref", "AI 9"), ("Title", "рассмотреть проект"), ("Asked of", "ISO"), ("Status", "open")],
    &[
        ("Ref", "AI 10"),
        ("Title", "no longer wanted"),
        ("Asked of", "ISO"),
        ("Status", "withdrawn"),
        ("Outcome", "still pending elsewhere"),
        ("Closed", "2017-06-30"),
    ],
    &[("Ref", "AI 11"), ("Title", "replaced by AI 12"), ("Asked of", "ISO"), ("Status", "superseded")],
    &[("Ref", "AI 7"), ("Title", "send <minutes> & more | now"), ("Asked of", "TSAG"), ("Status", "done")],
];

/// Reference, asked of, purpose, deadline and status of what the report shows: all but what was closed before it begins.
const SHOWN: [&str; 16] = [
    "17/03 | FG DLT | for action | - | open",
    "17/03 | ISO | for action | - | open",
    "17/03 | UN/CEFACT | for action | - | open",
    "17/03-i1 | TSAG | for information | - | open",
    "17/03-i2 | TSAG | for information | - | open",
    "17/03-i3 | TSAG | for information | - | open",
    "17/06 | ITU-T | for action | 2017-06-23 | pending",
    "4 | TSAG | for action | - | in progress",
    "AI 10 | ISO | for action | - | withdrawn",
    "AI 11 | ISO | for action | - | superseded",
    "AI 12/3 | Olivier Dubuisson | for action | 2017-09-01 | pending",
    "AI 7 | TSAG | for action | - | done",
    "AI 8 | ISO | for action | - | pending",
    "AI 9 | ISO | for action | - | open",
    "R 50 | FG DLT | for action | 2018-01-05 | open",
    "TSAG-LS23 | ITU-T representative at MoU/MG | for action | 2017-08-31 | open",
];

/// What a report that was read back says of each action, apart from what it does not show.
fn read_back(value: &serde_json::Value) -> Vec<String> {
    let text = |one: &serde_json::Value| one.as_str().unwrap_or("-").to_owned();
    let row = |one: &serde_json::Value| {
        let fields = ["reference", "asked_of", "purpose", "deadline", "status"].map(|name| text(&one[name]));
        fields.join(" | ")
    };
    let mut rows: Vec<_> = value["unchanged"].as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

#[test]
fn a_report_that_is_read_back_finds_each_action_as_it_is_and_proposes_nothing() {
    let weeks = Weeks::with(&MISTAKABLE);
    for language in ["ar", "en", "es", "fr", "ru", "zh"] {
        for ending in ["docx", "html"] {
            let file = weeks.report(language, ending);
            let found = weeks.run(&["import", file.to_str().unwrap(), "--json"]).well();
            let found: serde_json::Value = serde_json::from_str(&found).unwrap();
            assert_eq!(found["proposals"], serde_json::json!([]), "{language}.{ending}");
            assert_eq!(read_back(&found), SHOWN, "{language}.{ending}");
        }
    }
}

#[test]
fn a_report_without_actions_proposes_nothing_when_it_is_read_back() {
    let weeks = Weeks::new();
    let actions = fs::read_to_string(weeks.path("register/Actions.csv")).unwrap();
    fs::write(weeks.path("register/Actions.csv"), actions.lines().next().unwrap()).unwrap();
    for language in ["ar", "en", "es", "fr", "ru", "zh"] {
        for ending in ["docx", "html"] {
            let file = weeks.report(language, ending);
            let found = weeks.run(&["import", file.to_str().unwrap(), "--json"]).well();
            let found: serde_json::Value = serde_json::from_str(&found).unwrap();
            assert_eq!(found["proposals"], serde_json::json!([]), "{language}.{ending}");
        }
    }
}
