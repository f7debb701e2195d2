//! Editing the sheet Actions: what is asked for is written, and every other byte stays.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use jiff::civil::date;
use rappel::{
    action::{ActionId, Deadline, Status},
    register::{
        Settings,
        edit::{Content, Edit, EditError, Target, prepare},
        read,
    },
};
use rust_xlsxwriter::{Table, TableColumn, Workbook};

use super::{
    support::{Scratch, settings, with_actions, xlsx},
    workbook::{cells, part, raw_parts},
};

const OFFICE: [&str; 2] = ["saved-by-libreoffice/register.xlsx", "saved-by-openpyxl-1904.xlsx"];

pub(crate) fn office(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/register/office").join(name)
}

pub(crate) fn text(text: &str) -> Content {
    Content::Text(text.to_owned())
}

/// A status and a deadline that change, an outcome for which there is no column, and two new rows.
pub(crate) fn edits() -> Vec<Edit> {
    let new = |reference: &str| Edit {
        of: Target::New,
        cells: vec![
            ("Ref", text(reference)),
            ("Title", text("say <so> & \"so\"")),
            ("Asked of", text("SG17")),
            ("Deadline", Content::Day(date(2027, 1, 15))),
            ("Status", text("open")),
        ],
    };
    vec![
        Edit {
            of: Target::Action(ActionId::new("17/06", "ITU-T representative at IEC/SEG 8")),
            cells: vec![
                ("Deadline", Content::Day(date(2027, 2, 1))),
                ("Status", text("in progress")),
                ("Outcome", text("asked again")),
            ],
        },
        new("18/01"),
        new("18/02"),
    ]
}

/// Edits a copy of a file, and gives the settings of the copy.
pub(crate) fn edited(scratch: &Scratch, name: &str, bytes: Vec<u8>, edits: &[Edit]) -> Settings {
    let settings = settings(scratch.file(name, bytes));
    prepare(&settings, edits).unwrap_or_else(|error| panic!("{name}: {error}")).commit("now").unwrap();
    settings
}

#[test]
fn in_a_workbook_every_cell_and_every_part_that_is_not_concerned_stays_byte_for_byte() {
    for saved in OFFICE {
        let scratch = Scratch::new();
        let before = office(saved);
        let after = edited(&scratch, "register.xlsx", fs::read(&before).unwrap(), &edits()).path;
        let (old, new) = (raw_parts(&before), raw_parts(&after));
        assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>(), "{saved}");
        let changed: Vec<_> =
            old.iter().filter(|(name, bytes)| new[*name] != **bytes).map(|(name, _)| name).collect();
        assert_eq!(changed, ["xl/workbook.xml", "xl/worksheets/sheet1.xml"], "{saved}");

        let sheet = "xl/worksheets/sheet1.xml";
        let ((old, old_rest), (new, new_rest)) = (cells(&part(&before, sheet)), cells(&part(&after, sheet)));
        for (place, cell) in &old {
            let is_written = ["F5", "G5"].contains(&place.as_str())
                || ["8", "9"].contains(&place.trim_start_matches(char::is_alphabetic));
            assert_eq!(is_written, new[place] != *cell, "{saved}, {place}: {cell} became {}", new[place]);
        }
        // What reaches down to the last row reaches further; nothing else outside of cells is touched.
        assert!(old_rest.contains("A4:K7") && new_rest.contains("A4:K9"), "{saved}");
        for kept in ["<cols>", "legacyDrawing", "dataValidation", "mergeCell", "hidden="] {
            assert_eq!(old_rest.matches(kept).count(), new_rest.matches(kept).count(), "{saved}, {kept}");
        }
    }
}

#[test]
fn what_was_written_reads_back_and_looks_like_the_row_above() {
    for saved in OFFICE {
        let scratch = Scratch::new();
        let settings = edited(&scratch, "register.xlsx", fs::read(office(saved)).unwrap(), &edits());
        let register = read(&settings).unwrap().register;
        assert_eq!(register.actions.len(), 5, "{saved}");
        let (first, last) = (&register.actions[0], &register.actions[4]);
        assert_eq!(
            (first.status, first.deadline),
            (Status::InProgress, Some(Deadline::Day(date(2027, 2, 1)))),
            "{saved}"
        );
        assert_eq!((last.reference.as_str(), last.title.as_str()), ("18/02", "say <so> & \"so\""), "{saved}");
        assert_eq!(last.deadline, Some(Deadline::Day(date(2027, 1, 15))), "{saved}");
        // A date is a number in the style of the dates above it.
        let (cells, _) = cells(&part(&settings.path, "xl/worksheets/sheet1.xml"));
        assert!(cells["F9"].contains("<v>") && cells["F9"].contains(" s=\""), "{saved}: {}", cells["F9"]);
    }
}

#[test]
fn the_report_of_what_was_written_names_each_cell_and_what_has_no_column() {
    let scratch = Scratch::new();
    let settings = settings(scratch.file("register.xlsx", fs::read(office(OFFICE[0])).unwrap()));
    let prepared = prepare(&settings, &edits()).unwrap();
    let said: Vec<_> = prepared
        .written()
        .iter()
        .map(|cell| format!("{} {}: {} -> {}", cell.place, cell.column, cell.before, cell.after))
        .collect();
    assert_eq!(
        said[..3],
        [
            "Actions!F5 Deadline: 2026-12-18 -> 2027-02-01",
            "Actions!G5 Status: pending -> in progress",
            "Actions!A8 Ref:  -> 18/01",
        ]
    );
    assert_eq!(prepared.without_column(), ["Outcome"]);
}

/// Whether there is a `LibreOffice`; says so if not.
pub(crate) fn libreoffice() -> bool {
    let there = Command::new("libreoffice").arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: there is no LibreOffice on this machine");
    }
    there
}

/// The first sheet of a workbook as `LibreOffice` writes it as CSV, with these options of its filter.
pub(crate) fn converted(file: &Path, options: &str) -> String {
    let folder = file.parent().unwrap();
    let output = Command::new("libreoffice")
        .arg(format!("-env:UserInstallation=file://{}/profile", folder.display()))
        .args([
            "--headless",
            "--convert-to",
            &format!("csv:Text - txt - csv (StarCalc):{options}"),
            "--outdir",
        ])
        .arg(folder)
        .arg(file)
        .output()
        .unwrap();
    fs::read_to_string(folder.join("register.csv")).unwrap_or_else(|error| panic!("{error}, {output:?}"))
}

#[test]
fn libreoffice_opens_what_was_edited() {
    if !libreoffice() {
        return;
    }
    for saved in OFFICE {
        let scratch = Scratch::new();
        let file = edited(&scratch, "register.xlsx", fs::read(office(saved)).unwrap(), &edits()).path;
        let text = converted(&file, "44,34,76");
        assert!(text.contains("18/02,\"say <so> & \"\"so\"\"\""), "{saved}: {text}");
        assert!(text.contains("in progress"), "{saved}: {text}");
    }
}

#[test]
fn a_table_a_filter_and_a_name_reach_down_to_the_new_rows_and_a_totals_row_is_in_their_way() {
    let make = |totals: bool| {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name("Actions").unwrap();
        sheet.write_row(1, 0, ["A1", "one", "ITU-T"]).unwrap();
        let columns = ["Ref", "Title", "Asked of"].map(|name| TableColumn::new().set_header(name));
        let table = Table::new().set_columns(&columns).set_total_row(totals);
        sheet.add_table(0, 0, if totals { 2 } else { 1 }, 2, &table).unwrap();
        let bodies = workbook.add_worksheet();
        bodies.set_name("Bodies").unwrap();
        bodies.write_row(0, 0, ["Body", "Secretariat email"]).unwrap();
        bodies.write_row(1, 0, ["ITU-T", "itu-t@example.org"]).unwrap();
        workbook.save_to_buffer().unwrap()
    };
    let new = [Edit {
        of: Target::New,
        cells: vec![("Ref", text("A2")), ("Title", text("two")), ("Asked of", text("ITU-T"))],
    }];
    let scratch = Scratch::new();
    let file = edited(&scratch, "table.xlsx", make(false), &new).path;
    let table = part(&file, "xl/tables/table1.xml");
    assert_eq!(table.matches("ref=\"A1:C3\"").count(), 2, "{table}");
    let error = prepare(&settings(scratch.file("totals.xlsx", make(true))), &new).unwrap_err();
    assert!(error.to_string().contains("totals row") || matches!(error, EditError::Cell { .. }), "{error}");
}

#[test]
fn a_cell_with_a_formula_is_not_overwritten() {
    let scratch = Scratch::new();
    let settings = settings(scratch.file("register.xlsx", fs::read(office(OFFICE[0])).unwrap()));
    let edit = Edit {
        of: Target::Action(ActionId::new("AI 12/3", "Jean Exemple")),
        cells: vec![("Deadline", Content::Day(date(2027, 2, 1)))],
    };
    let error = prepare(&settings, &[edit]).unwrap_err();
    assert_eq!(error.to_string(), "Actions!F7 holds a formula. Change it by hand.");
}

const ROW: &[&[&str]] = &[&["Ref", "Title", "Asked of"], &["A1", "one", "ITU-T"]];

fn new_row(asked_of: &str) -> [Edit; 1] {
    [Edit {
        of: Target::New,
        cells: vec![("Ref", text("A2")), ("Title", text("two")), ("Asked of", text(asked_of))],
    }]
}

#[test]
fn what_would_be_no_good_register_is_not_written_and_what_is_missing_is_named() {
    let scratch = Scratch::new();
    let bytes = xlsx(&with_actions(ROW));
    let settings = settings(scratch.file("a.xlsx", bytes.clone()));
    let EditError::Problems(bad) = prepare(&settings, &new_row("SG99")).unwrap_err() else { panic!() };
    let [problem] = &bad.problems.0[..] else { panic!("{bad}") };
    assert!(problem.to_string().contains("a.xlsx") && problem.message.contains("SG99"), "{bad}");
    assert_eq!(bad.column(problem), Some("Asked of"));
    assert_eq!(fs::read(&settings.path).unwrap(), bytes);
}

#[test]
fn the_old_file_is_kept_beside_the_new_one_which_has_its_rights() {
    let scratch = Scratch::new();
    let bytes = xlsx(&with_actions(ROW));
    let settings = settings(scratch.file("a.xlsx", bytes.clone()));
    fs::set_permissions(&settings.path, fs::Permissions::from_mode(0o640)).unwrap();
    let backup = prepare(&settings, &new_row("ITU-T")).unwrap().commit("2026-11-25T21.30.00").unwrap();
    assert!(backup.ends_with("a.xlsx.2026-11-25T21.30.00.bak"), "{}", backup.display());
    assert_eq!(fs::read(&backup).unwrap(), bytes);
    for file in [&settings.path, &backup] {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o640);
    }
    assert_eq!(read(&settings).unwrap().register.actions.len(), 2);
}

#[test]
fn a_file_that_somebody_has_open_or_changed_meanwhile_is_left_alone() {
    let scratch = Scratch::new();
    let bytes = xlsx(&with_actions(ROW));
    let settings = settings(scratch.file("actions.xlsx", bytes));
    let prepared = prepare(&settings, &new_row("ITU-T")).unwrap();
    for lock in ["~$actions.xlsx", "~$tions.xlsx", ".~lock.actions.xlsx#"] {
        let lock = scratch.file(lock, b"somebody");
        for error in [prepare(&settings, &new_row("ITU-T")).unwrap_err(), prepared.commit("a").unwrap_err()] {
            assert!(matches!(error, EditError::Open { .. }), "{error}");
        }
        fs::remove_file(lock).unwrap();
    }
    let other = xlsx(&with_actions(&[ROW[0], ROW[1], &["A9", "nine", "ITU-T"]]));
    fs::write(&settings.path, &other).unwrap();
    let error = prepared.commit("b").unwrap_err();
    assert!(matches!(error, EditError::Changed { .. }), "{error}");
    assert_eq!(fs::read(&settings.path).unwrap(), other);
    assert!(!settings.path.with_extension("xlsx.new").exists());
}

/// A text as the bytes of a file.
type Encode<'e> = &'e dyn Fn(&str) -> Vec<u8>;

#[test]
fn a_csv_file_keeps_its_separator_its_encoding_and_its_line_ends() {
    let text_before = "Ref;Title;Asked of;Deadline;Status;Note\r\n17/06;\"D\u{e9}signer; vite\";ITU-T;2026-12-18;open;\"a\nb\"\r\n17/03;autre;ITU-T\r\n";
    let edits = [
        Edit {
            of: Target::Action(ActionId::new("17/06", "itu-t")),
            cells: vec![("Status", text("done")), ("Deadline", Content::Day(date(2027, 1, 1)))],
        },
        Edit {
            of: Target::Action(ActionId::new("17/03", "ITU-T")),
            cells: vec![("Status", text("pending"))],
        },
        Edit {
            of: Target::New,
            cells: vec![
                ("Ref", text("18/01")),
                ("Title", text("\u{e9}crire; \"tout\"")),
                ("Asked of", text("ITU-T")),
            ],
        },
    ];
    let text_after = "Ref;Title;Asked of;Deadline;Status;Note\r\n17/06;\"D\u{e9}signer; vite\";ITU-T;2027-01-01;done;\"a\nb\"\r\n17/03;autre;ITU-T;;pending\r\n18/01;\"\u{e9}crire; \"\"tout\"\"\";ITU-T;;;\r\n";
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let wide = |text: &str| {
        let marked = format!("\u{feff}{text}");
        marked.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    let encodings: [Encode<'_>; 4] = [&|text| text.as_bytes().to_vec(), &marked, &latin, &wide];
    for (number, encode) in encodings.into_iter().enumerate() {
        let scratch = Scratch::new();
        let file = scratch.file("Actions.csv", encode(text_before));
        scratch.file("Bodies.csv", b"Body,Secretariat email\nITU-T,itu-t@example.org\n");
        let settings = settings(file.parent().unwrap());
        prepare(&settings, &edits).unwrap().commit("now").unwrap();
        assert_eq!(fs::read(&file).unwrap(), encode(text_after), "encoding {number}");
        assert_eq!(read(&settings).unwrap().register.actions.len(), 3);
    }
}

#[test]
fn in_a_csv_file_nothing_can_become_a_formula_and_no_letter_is_lost() {
    let scratch = Scratch::new();
    let file = scratch.file("Actions.csv", b"Ref,Title,Asked of\nA1,on\xe9,ITU-T");
    scratch.file("Bodies.csv", b"Body,Secretariat email\nITU-T,itu-t@example.org\n");
    let settings = settings(file.parent().unwrap());
    let titled = |title: &str| {
        [Edit {
            of: Target::New,
            cells: vec![("Ref", text("A2")), ("Title", text(title)), ("Asked of", text("ITU-T"))],
        }]
    };
    let error = prepare(&settings, &titled("=1+1")).unwrap_err();
    assert!(error.to_string().contains("begins like a formula"), "{error}");
    let error = prepare(&settings, &titled("日本")).unwrap_err();
    assert!(error.to_string().contains("has no sign for some letters"), "{error}");
    prepare(&settings, &titled("two")).unwrap().commit("now").unwrap();
    assert_eq!(fs::read(&file).unwrap(), b"Ref,Title,Asked of\nA1,on\xe9,ITU-T\nA2,two,ITU-T\n");
}

#[test]
fn a_toml_file_keeps_its_comments_and_its_order() {
    let scratch = Scratch::new();
    let before = "# ours\n[[actions]] # the first\nref = \"17/06\"\ntitle = \"nominate\"   # a comment\nasked_of = \"ITU-T\" # whom\n\n\
                  [[actions]]\nref = \"17/03\"\ntitle = \"liaise\"\nasked_of = \"ITU-T\"\nstatus = 'open'\n\n\
                  [[bodies]]\nbody = \"ITU-T\"\nsecretariat_email = \"itu-t@example.org\"";
    let settings = settings(scratch.file("register.toml", before.as_bytes()));
    let edits = [
        Edit {
            of: Target::Action(ActionId::new("17/06", "ITU-T")),
            cells: vec![("Title", text("nominate \"soon\"")), ("Deadline", Content::Day(date(2027, 1, 1)))],
        },
        Edit { of: Target::Action(ActionId::new("17/03", "ITU-T")), cells: vec![("Status", text("done"))] },
        new_row("ITU-T")[0].clone(),
    ];
    prepare(&settings, &edits).unwrap().commit("now").unwrap();
    let after = fs::read_to_string(&settings.path).unwrap();
    let expected = before
        .replace("\"nominate\"", "'nominate \"soon\"'")
        .replace("\"ITU-T\" # whom", "\"ITU-T\" # whom\ndeadline = 2027-01-01")
        .replace("'open'", "\"done\"")
        + "\n\n[[actions]]\nref = \"A2\"\ntitle = \"two\"\nasked_of = \"ITU-T\"\n";
    assert_eq!(after, expected);
}
