//! Workbooks as office programs save them, with what secretaries do to them: a title above the headers, hidden
//! rows and columns, filters, comments, bold words in a cell, links, formulas. `office/make.py` made them.

use std::path::{Path, PathBuf};

use rappel::register::read;

use super::support::{Scratch, errors, lines, settings, unplaced, with_actions, xlsx};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/register/office").join(name)
}

#[test]
fn a_workbook_reads_the_same_whichever_office_program_saved_it() {
    let expected = unplaced(read(&settings(file("expected.toml"))).unwrap().register);
    for saved in [
        "saved-by-libreoffice/register.xlsx",
        "saved-by-libreoffice/register.ods",
        "saved-by-openpyxl-1904.xlsx",
    ] {
        let reading = read(&settings(file(saved))).unwrap_or_else(|problems| panic!("{saved}: {problems}"));
        assert_eq!(unplaced(reading.register), expected, "{saved}");
        let file = saved.rsplit('/').next().unwrap();
        assert_eq!(
            lines(&reading.notes),
            [
                format!("{file}: The sheet \"My notes\" is none that rappel reads."),
                format!(
                    "{file}, sheet Actions, cell K4: \"Room\" is not a column that rappel knows; its cells are kept \
                     for templates."
                )
            ]
        );
    }
}

#[test]
fn rows_above_the_header_are_a_title_unless_there_is_no_header() {
    let scratch = Scratch::new();
    let header: &[&str] = &["Ref", "Title", "Asked of"];
    let row: &[&str] = &["1", "Do it", "ITU-T"];
    let title: &[&str] = &["Outstanding actions"];
    let saved = |rows: &[&[&str]]| scratch.file("a.xlsx", xlsx(&with_actions(rows)));

    let ten = [&[title; 10][..], &[header, row]].concat();
    assert_eq!(read(&settings(saved(&ten))).unwrap().register.actions.len(), 1);
    let missing = "a.xlsx, sheet Actions, row 1: There is no column Ref. The headers are \"Outstanding actions\". Add it, \
                   or correct the one that was meant.";
    for headless in [vec![title, row], [&[title; 11][..], &[header, row]].concat()] {
        assert_eq!(errors(&settings(saved(&headless)))[0], missing);
    }
}
