//! Mistakes and oddities that only workbooks can have.

use std::io::{Cursor, Read as _};

use jiff::civil::date;
use rappel::{action::Deadline, register::read};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zip::ZipArchive;

use super::support::{Scratch, errors, lines, ods_content, ods_zip, settings, with_actions, xlsx, zipped};

/// The sheet Actions with a header and one good row, and whatever `change` does to it.
pub(super) fn workbook(change: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let actions = workbook.add_worksheet();
    actions.set_name("Actions").unwrap();
    for (column, header) in (0..).zip(["Ref", "Title", "Asked of", "Also to", "Kind", "Deadline"]) {
        actions.write_string(0, column, header).unwrap();
    }
    for (column, cell) in (0..).zip(["17/06", "Nominate", "ITU-T"]) {
        actions.write_string(1, column, cell).unwrap();
    }
    change(actions);
    let bodies = workbook.add_worksheet();
    bodies.set_name("Bodies").unwrap();
    bodies.write_string(0, 0, "Body").unwrap();
    bodies.write_string(1, 0, "ITU-T").unwrap();
    workbook.save_to_buffer().unwrap()
}

fn refused(bytes: &[u8]) -> Vec<String> {
    let scratch = Scratch::new();
    errors(&settings(scratch.file("actions.xlsx", bytes)))
}

/// The workbook with the text of one part replaced.
pub(crate) fn edited(bytes: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if name == part {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains(from), "{text}");
            content = text.replacen(from, to, 1).into_bytes();
        }
        parts.push((name, content));
    }
    let parts: Vec<_> = parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
    zipped(&parts)
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn a_date_that_does_not_exist() {
    let bytes = workbook(|actions| {
        actions.write_string(6, 0, "17/07").unwrap();
        actions.write_string(6, 1, "Comment").unwrap();
        actions.write_string(6, 2, "ITU-T").unwrap();
        actions.write_string(6, 5, "31/02/2018").unwrap();
    });
    assert_eq!(
        refused(&bytes),
        ["actions.xlsx, sheet Actions, cell F7: \"31/02/2018\" is not a date (there is no 31 February). \
          Write 2018-02-28, or leave the cell empty."]
    );
}

#[test]
fn real_dates_with_and_without_a_time_of_day() {
    let scratch = Scratch::new();
    let deadline = |format: &str, value: &str| {
        let bytes = workbook(|actions| {
            let value = ExcelDateTime::parse_from_str(value).unwrap();
            actions.write_datetime_with_format(1, 5, value, &Format::new().set_num_format(format)).unwrap();
        });
        read(&settings(scratch.file("actions.xlsx", bytes))).unwrap().register.actions[0].deadline
    };
    let day = Some(Deadline::Day(date(2017, 6, 23)));
    assert_eq!(deadline("d mmmm yyyy", "2017-06-23"), day);
    assert_eq!(deadline("yyyy-mm-dd hh:mm", "2017-06-23T00:00:00"), day, "midnight is no time of day");
    let typed = workbook(|actions| {
        actions.write_string(1, 5, "2017-06-23 00:00").unwrap();
    });
    assert_eq!(read(&settings(scratch.file("typed.xlsx", typed))).unwrap().register.actions[0].deadline, day);
    assert_eq!(deadline("yyyy-mm-dd", "2017-06-23T17:00:00"), day, "as it is shown");
    let instant = Some(Deadline::Instant("2017-06-23T15:00:00Z".parse().unwrap()));
    assert_eq!(deadline("dd/mm/yyyy hh:mm", "2017-06-23T17:00:00"), instant);
}

#[test]
fn a_workbook_that_counts_from_1904() {
    let scratch = Scratch::new();
    let bytes = workbook(|actions| {
        let format = Format::new().set_num_format("yyyy-mm-dd");
        actions.write_number_with_format(1, 5, 41_447, &format).unwrap();
    });
    let bytes = edited(&bytes, "xl/workbook.xml", "<workbookPr ", "<workbookPr date1904=\"1\" ");
    let reading = read(&settings(scratch.file("actions.xlsx", bytes))).unwrap();
    assert_eq!(reading.register.actions[0].deadline, Some(Deadline::Day(date(2017, 6, 23))));
}

#[test]
fn a_number_that_is_not_formatted_as_a_date() {
    let bytes = workbook(|actions| {
        actions.write_number(1, 5, 42_909).unwrap();
    });
    assert_eq!(
        refused(&bytes),
        [
            "actions.xlsx, sheet Actions, cell F2: 42909 is a number, not a date. Give the cell the format Date, or write it as in 2017-06-23."
        ]
    );
}

#[test]
fn a_reference_that_the_spreadsheet_took_for_a_date() {
    let bytes = workbook(|actions| {
        let value = ExcelDateTime::parse_from_str("2017-06-17").unwrap();
        actions.write_datetime_with_format(1, 0, value, &Format::new().set_num_format("d/mm")).unwrap();
    });
    assert_eq!(
        refused(&bytes),
        [
            "actions.xlsx, sheet Actions, cell A2: The cell holds a date: the spreadsheet program took the reference for one. \
          Set the format of the column to Text, and type the reference again."
        ]
    );
}

#[test]
fn a_formula_error() {
    let bytes = workbook(|actions| {
        actions.write_formula(1, 5, Formula::new("=Gone!A1").set_result("#REF!")).unwrap();
    });
    // One that a later Excel may have, too: the cell says that it is an error.
    for code in ["#REF!", "#LATER!"] {
        let said = format!(
            "actions.xlsx, sheet Actions, cell F2: The cell holds the formula error {code}. Mend the formula, or type the \
             value."
        );
        assert_eq!(refused(&edited(&bytes, SHEET, "#REF!", code)), [said]);
    }
}

#[test]
fn a_formula_whose_result_was_never_saved() {
    let bytes = workbook(|actions| {
        actions.write_formula(1, 5, "=TODAY()+7").unwrap();
    });
    let bytes = edited(&bytes, SHEET, "<f>TODAY()+7</f><v>0</v>", "<f>TODAY()+7</f>");
    assert_eq!(
        refused(&bytes),
        [
            "actions.xlsx, sheet Actions, cell F2: The cell holds a formula without its result. Open the file in a spreadsheet \
          program and save it, or type the value."
        ]
    );
}

#[test]
fn merged_cells_over_data_but_not_beside_it() {
    let bytes = workbook(|actions| {
        actions.merge_range(2, 1, 3, 1, "Both", &Format::new()).unwrap();
        actions.merge_range(20, 1, 20, 4, "", &Format::new()).unwrap();
        actions.merge_range(1, 8, 2, 9, "", &Format::new()).unwrap();
        // The titles below the first are empty because of the merge: that is not told as well.
        for row in [2, 3] {
            actions.write_string(row, 0, format!("17/{row}")).unwrap();
            actions.write_string(row, 2, "ITU-T").unwrap();
        }
    });
    assert_eq!(
        refused(&bytes),
        [
            "actions.xlsx, sheet Actions, cell B3: The cells from here to B4 are merged. Separate them, and write into each what \
          belongs there."
        ]
    );
}

#[test]
fn a_time_of_day_without_a_day_is_no_date() {
    for format in ["hh:mm", "yyyy-mm-dd"] {
        let bytes = workbook(|actions| {
            let format = Format::new().set_num_format(format);
            actions.write_number_with_format(1, 5, 0.75, &format).unwrap();
        });
        assert_eq!(
            refused(&bytes),
            [
                "actions.xlsx, sheet Actions, cell F2: The cell holds a time of day without a day. Write both, as in 2017-06-23 17:00."
            ]
        );
    }
}

#[test]
fn a_workbook_of_another_format_is_told_how_to_be_saved() {
    let scratch = Scratch::new();
    assert_eq!(
        errors(&settings(scratch.file("actions.xlsb", "PK"))),
        [
            "actions.xlsb: A .xlsb file is not read. Open it in Excel or LibreOffice, and save it as .xlsx or .ods."
        ]
    );
}

#[test]
fn a_cell_far_outside_the_table() {
    let bytes = workbook(|actions| {
        actions.write_string(1_048_575, 16_383, "x").unwrap();
    });
    assert_eq!(
        refused(&bytes),
        [
            "actions.xlsx, sheet Actions, cell XFD1048576: The cell lies far outside the table: at most 1000000 rows and 256 \
          columns are read. Empty it."
        ]
    );
}

#[test]
fn a_sheet_that_is_too_wide_is_one_mistake() {
    let bytes = workbook(|actions| {
        for column in 200..2_000 {
            actions.write_string(0, column, "x").unwrap();
        }
        actions.write_string(0, 16_383, "x").unwrap();
    });
    let said = refused(&bytes).into_iter().filter(|said| said.contains("far outside")).collect::<Vec<_>>();
    assert_eq!(
        said,
        [
            "actions.xlsx, sheet Actions, cell IW1: The cell lies far outside the table: at most 1000000 rows and 256 columns \
             are read. Empty it, and 1744 more, the last at XFD1."
        ]
    );
}

#[test]
fn a_cell_without_a_header_is_noted_once() {
    let scratch = Scratch::new();
    let bytes = workbook(|actions| {
        actions.write_string(1, 8, "x").unwrap();
        actions.write_string(2, 8, "y").unwrap();
        for (column, cell) in (0..).zip(["17/07", "Comment", "ITU-T"]) {
            actions.write_string(2, column, cell).unwrap();
        }
    });
    let reading = read(&settings(scratch.file("actions.xlsx", bytes))).unwrap();
    assert_eq!(
        lines(&reading.notes),
        ["actions.xlsx, sheet Actions, cell I2: The column has no header; its cells are ignored."]
    );
}

#[test]
fn a_sheet_that_is_not_known_is_noted_and_later_ones_are_not() {
    let scratch = Scratch::new();
    let header: &[&[&str]] = &[&["Ref", "Title", "Asked of"]];
    let sheets = [("Actions", header), ("Scratch", &[&["x"]])];
    let reading = read(&settings(scratch.file("actions.xlsx", xlsx(&sheets)))).unwrap();
    assert_eq!(lines(&reading.notes), ["actions.xlsx: The sheet \"Scratch\" is none that rappel reads."]);
}

#[test]
fn a_workbook_without_actions() {
    assert_eq!(
        refused(&xlsx(&[("Sheet1", &[&["Ref"]])])),
        [
            "actions.xlsx: There is no sheet named Actions. It holds the actions; rename the sheet that does.",
            "actions.xlsx: The sheet \"Sheet1\" is none that rappel reads."
        ]
    );
}

#[test]
fn rich_text_phonetic_hints_and_inline_strings() {
    let scratch = Scratch::new();
    let bytes = workbook(|_| {});
    let rich = "<si><r><t>Nomi</t></r><r><rPr><b/></rPr><t>nate</t></r><rPh sb=\"0\" eb=\"1\"><t>ノミ</t></rPh></si>";
    let bytes = edited(&bytes, "xl/sharedStrings.xml", "<si><t>Nominate</t></si>", rich);
    let inline = "<c r=\"A2\" t=\"inlineStr\"><is><t>AI &amp; 1</t></is></c>";
    let bytes = edited(&bytes, SHEET, "<c r=\"A2\" t=\"s\"><v>6</v></c>", inline);
    let action = &read(&settings(scratch.file("actions.xlsx", bytes))).unwrap().register.actions[0];
    assert_eq!((action.reference.as_str(), action.title.as_str()), ("AI & 1", "Nominate"));
}

fn ods_actions(cells: &str) -> Vec<u8> {
    let text = |cell: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>")
    };
    let header: String = ["Ref", "Title", "Asked of", "Deadline"].map(text).concat();
    let row: String = ["17/06", "Nominate", "ITU-T"].map(text).concat();
    let tables = format!(
        "<table:table table:name=\"Actions\"><table:table-header-rows><table:table-row>{header}</table:table-row>\
         </table:table-header-rows><table:table-row>{row}{cells}</table:table-row></table:table>\
         <table:table table:name=\"Bodies\"><table:table-row>{}</table:table-row><table:table-row>{}</table:table-row></table:table>",
        text("Body"),
        text("ITU-T")
    );
    ods_zip(&ods_content(&tables))
}

#[test]
fn an_ods_cell_with_a_time_a_comment_an_error_or_a_merge() {
    let scratch = Scratch::new();
    let reading = |cells: &str| read(&settings(scratch.file("actions.ods", ods_actions(cells))));
    let deadline = |cells: &str| reading(cells).unwrap().register.actions[0].deadline;
    let time = "<table:table-cell office:value-type=\"date\" office:date-value=\"2017-06-23T17:00:00\">\
                <office:annotation><text:p>a comment</text:p></office:annotation><text:p>x</text:p></table:table-cell>";
    assert_eq!(deadline(time), Some(Deadline::Instant("2017-06-23T15:00:00Z".parse().unwrap())));
    let comment = "<table:table-cell><office:annotation><text:p>a comment</text:p></office:annotation></table:table-cell>";
    assert_eq!(deadline(comment), None);
    let said = |cells: &str| lines(&reading(cells).unwrap_err()).join("\n");
    let error = "<table:table-cell table:formula=\"of:=Gone.A1\" office:value-type=\"string\" office:string-value=\"\" \
                 calcext:value-type=\"error\"><text:p>#REF!</text:p></table:table-cell>";
    assert_eq!(
        said(error),
        "actions.ods, sheet Actions, cell D2: The cell holds the formula error #REF!. Mend the formula, or type the value."
    );
    let unsaved = "<table:table-cell table:formula=\"of:=TODAY()+7\"/>";
    assert!(
        said(unsaved)
            .starts_with("actions.ods, sheet Actions, cell D2: The cell holds a formula without its result.")
    );
    let empty = "<table:table-cell table:formula=\"of:=IF(1=1;&quot;&quot;;1)\"><text:p/></table:table-cell>";
    assert_eq!(deadline(empty), None);
    let merged = "<table:table-cell table:number-rows-spanned=\"2\" table:number-columns-spanned=\"1\"/>";
    assert!(
        said(merged)
            .starts_with("actions.ods, sheet Actions, cell D2: The cells from here to D3 are merged.")
    );
}

#[test]
fn an_ods_cell_is_repeated_only_within_the_limits() {
    let scratch = Scratch::new();
    let said = |cells: &str| errors(&settings(scratch.file("actions.ods", ods_actions(cells)))).join("\n");
    let cells = "<table:table-cell table:number-columns-repeated=\"16000\" office:value-type=\"float\" office:value=\"1\"/>";
    assert_eq!(
        said(cells),
        "actions.ods, sheet Actions, cell IW2: The cell lies far outside the table: at most 1000000 rows and 256 columns are \
         read. Empty it, and 15746 more, the last at WQM2."
    );
    let rows = "</table:table-row><table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell \
                office:value-type=\"float\" office:value=\"1\"/>";
    assert_eq!(
        said(rows),
        "actions.ods, sheet Actions, row 3: The rows from here to 1000002 are all the same. Remove the ones that are not needed."
    );
}

#[test]
fn both_readers_of_workbooks_agree() {
    use calamine::{Data, Reader as _, Xlsx};
    let bytes = xlsx(&with_actions(&[&["Ref", "Title", "Asked of"], &["1", " a_x0041_b ", "ITU-T"]]));
    let mut other: Xlsx<_> = Xlsx::new(Cursor::new(&bytes)).unwrap();
    let range = other.worksheet_range("Actions").unwrap();
    let Some(Data::String(title)) = range.get_value((1, 1)) else { panic!("no title") };
    let scratch = Scratch::new();
    let ours = read(&settings(scratch.file("actions.xlsx", &bytes))).unwrap();
    assert_eq!(ours.register.actions[0].title, title.trim());
}
