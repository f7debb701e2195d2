//! Editing the sheet Actions of an Open Document workbook: what is asked for is written, and every other byte stays.

use std::fs;

use jiff::civil::date;
use rappel::{
    action::{ActionId, Deadline, Status},
    register::{
        edit::{Content, Edit, Target, prepare},
        read,
    },
};
use zip::{CompressionMethod, ZipArchive};

use super::{
    edit::{converted, edited, edits, libreoffice, office, text},
    same::SHEETS,
    support::{Scratch, csv_folder, ods, ods_content, ods_zip, settings, toml, unplaced, xlsx, zipped},
    workbook::{part, raw_parts},
};

const SAVED: &str = "saved-by-libreoffice/register.ods";

/// The content with a part replaced that stands in it once.
fn replaced(content: &str, from: &str, to: &str) -> String {
    assert_eq!(content.matches(from).count(), 1, "{from}");
    content.replace(from, to)
}

#[test]
fn every_byte_that_is_not_concerned_stays() {
    let scratch = Scratch::new();
    let before = office(SAVED);
    let after = edited(&scratch, "register.ods", fs::read(&before).unwrap(), &edits()).path;

    let (old, new) = (raw_parts(&before), raw_parts(&after));
    assert_eq!(old.keys().collect::<Vec<_>>(), new.keys().collect::<Vec<_>>());
    let changed: Vec<_> = old.keys().filter(|name| new[*name] != old[*name]).collect();
    assert_eq!(changed, ["content.xml"]);
    let mut archive = ZipArchive::new(fs::File::open(&after).unwrap()).unwrap();
    let first = archive.by_index(0).unwrap();
    assert_eq!((&*first.name().unwrap(), first.compression()), ("mimetype", CompressionMethod::Stored));

    let mut expected = part(&before, "content.xml");
    for (from, to) in [
        (
            "<table:table-cell table:style-name=\"ce5\" office:value-type=\"date\" office:date-value=\"2026-12-18\" \
             calcext:value-type=\"date\"><text:p>2026-12-18 0:00:00</text:p></table:table-cell>",
            "<table:table-cell table:style-name=\"ce5\" office:value-type=\"date\" office:date-value=\"2027-02-01\">\
             <text:p>2027-02-01</text:p></table:table-cell>",
        ),
        (
            "<table:table-cell table:content-validation-name=\"val1\" office:value-type=\"string\" \
             calcext:value-type=\"string\"><text:p>pending</text:p></table:table-cell>",
            "<table:table-cell table:content-validation-name=\"val1\" office:value-type=\"string\"><text:p>in \
             progress</text:p></table:table-cell>",
        ),
        // Two of 993 equal rows are parted from the others.
        (
            "<table:table-row table:style-name=\"ro1\" table:number-rows-repeated=\"993\"><table:table-cell \
             table:number-columns-repeated=\"6\"/><table:table-cell table:content-validation-name=\"val1\"/>\
             <table:table-cell table:number-columns-repeated=\"16377\"/></table:table-row>",
            &format!(
                "{}{}<table:table-row table:style-name=\"ro1\" table:number-rows-repeated=\"991\"><table:table-cell \
                 table:number-columns-repeated=\"6\"/><table:table-cell table:content-validation-name=\"val1\"/>\
                 <table:table-cell table:number-columns-repeated=\"16377\"/></table:table-row>",
                new_row("18/01"),
                new_row("18/02")
            ),
        ),
        // The filter reaches down to the new rows.
        ("\"Actions.A4:Actions.K7\"", "\"Actions.A4:Actions.K9\""),
    ] {
        expected = replaced(&expected, from, to);
    }
    assert_eq!(part(&after, "content.xml"), expected);
}

/// A row that is added below those of `SAVED`.
fn new_row(reference: &str) -> String {
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    [
        "<table:table-row table:style-name=\"ro1\" table:number-rows-repeated=\"1\">",
        &cell(reference),
        &cell("say &lt;so&gt; &amp; &quot;so&quot;"),
        "<table:table-cell table:number-columns-repeated=\"2\"/>",
        &cell("SG17"),
        // In the style of the dates above, of which the last is a formula.
        "<table:table-cell table:style-name=\"ce6\" office:value-type=\"date\" office:date-value=\"2027-01-15\">\
         <text:p>2027-01-15</text:p></table:table-cell>",
        "<table:table-cell table:content-validation-name=\"val1\" office:value-type=\"string\"><text:p>open</text:p>\
         </table:table-cell>",
        "<table:table-cell table:number-columns-repeated=\"2\"/><table:table-cell table:style-name=\"ce6\"/>",
        "<table:table-cell table:number-columns-repeated=\"16374\"/></table:table-row>",
    ]
    .concat()
}

#[test]
fn the_same_edits_make_the_same_register_in_each_syntax() {
    let edits = [
        Edit {
            of: Target::Action(ActionId::new("17/06", "ITU-R")),
            cells: vec![
                ("Title", text("Nominate somebody, soon")),
                ("Deadline", Content::Day(date(2027, 2, 1))),
                ("Status", text("in progress")),
            ],
        },
        Edit {
            of: Target::New,
            cells: vec![
                ("Ref", text("18/01")),
                ("Title", text("say <so> & \"so\"")),
                ("Details", text(" two  lines\n\nand a third")),
                ("Asked of", text("ITU-R")),
                ("Closed", Content::Day(date(2027, 1, 15))),
                ("Status", text("done")),
            ],
        },
    ];
    let scratch = Scratch::new();
    csv_folder(&scratch.path("register"), SHEETS);
    let paths = [
        scratch.file("a.ods", ods(SHEETS)),
        scratch.file("a.xlsx", xlsx(SHEETS)),
        scratch.file("a.toml", toml(SHEETS)),
        scratch.path("register"),
    ];
    let registers = paths.map(|path| {
        let settings = settings(path);
        prepare(&settings, &edits).unwrap_or_else(|error| panic!("{error}")).commit("now").unwrap();
        unplaced(read(&settings).unwrap().register)
    });
    for register in &registers[1..] {
        assert_eq!(*register, registers[0]);
    }
    let last = registers[0].actions.last().unwrap();
    assert_eq!((last.reference.as_str(), last.status), ("18/01", Status::Done));
}

/// A workbook with these rows of actions below the header.
fn with_rows(rows: &str) -> Vec<u8> {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let header: String = ["Ref", "Title", "Asked of", "Status", "Outcome", "Deadline"].map(cell).concat();
    let content = ods_content(&format!(
        "<table:table table:name=\"Actions\"><table:table-row>{header}</table:table-row>{rows}</table:table>\
         <table:table table:name=\"Bodies\"><table:table-row>{}</table:table-row><table:table-row>{}</table:table-row>\
         </table:table>",
        ["Body", "Secretariat email"].map(cell).concat(),
        ["ITU-T", "itu-t@example.org"].map(cell).concat()
    ));
    ods_zip(&content)
}

/// The rows of actions below the header after an edit; or why there was none.
fn rows_after(
    rows: &str,
    cells: Vec<(&'static str, Content)>,
    of: Option<ActionId>,
) -> Result<String, String> {
    let scratch = Scratch::new();
    let settings = settings(scratch.file("a.ods", with_rows(rows)));
    let prepared = prepare(&settings, &[Edit { of: of.map_or(Target::New, Target::Action), cells }])
        .map_err(|error| error.to_string())?;
    prepared.commit("now").unwrap();
    let content = part(&settings.path, "content.xml");
    let from = content.find("<text:p>Deadline</text:p>").unwrap();
    let from = from + content[from..].find("</table:table-row>").unwrap() + "</table:table-row>".len();
    let to = content.find("</table:table>").unwrap();
    Ok(content[from..to].to_owned())
}

fn a1() -> ActionId {
    ActionId::new("A1", "ITU-T")
}

const A1: &str = "<table:table-cell><text:p>A1</text:p></table:table-cell><table:table-cell><text:p>one</text:p>\
                  </table:table-cell><table:table-cell><text:p>ITU-T</text:p></table:table-cell>";

#[test]
fn what_hangs_on_a_cell_stays_on_it_and_equal_neighbours_are_parted() {
    let comment = "<office:annotation><text:p>why?</text:p></office:annotation>";
    for (before, after) in [
        // A comment, a style, a cell that is locked; bold words are replaced with the others.
        (
            format!(
                "<table:table-cell table:style-name=\"x\" table:protected=\"true\">{comment}<text:p>o<text:span>p</text:span>en\
                 </text:p><text:p>still</text:p><draw:frame/></table:table-cell>"
            ),
            format!(
                "<table:table-cell table:style-name=\"x\" table:protected=\"true\" office:value-type=\"string\">{comment}\
                 <text:p>done</text:p><draw:frame/></table:table-cell>"
            ),
        ),
        (
            "<table:table-cell table:number-columns-repeated='9' table:style-name=\"y\"/>".to_owned(),
            "<table:table-cell table:style-name=\"y\" office:value-type=\"string\"><text:p>done</text:p></table:table-cell>\
             <table:table-cell table:number-columns-repeated='8' table:style-name=\"y\"/>"
                .to_owned(),
        ),
        // A row that ends before.
        (
            String::new(),
            "<table:table-cell office:value-type=\"string\"><text:p>done</text:p></table:table-cell>".to_owned(),
        ),
    ] {
        let row = |cells: &str| format!("<table:table-row>{A1}{cells}</table:table-row>");
        assert_eq!(rows_after(&row(&before), vec![("Status", text("done"))], Some(a1())), Ok(row(&after)));
    }
}

#[test]
fn what_cannot_be_changed_is_named_with_its_cell() {
    let row = |cell: &str| {
        format!(
            "<table:table-row>{A1}<table:table-cell table:number-columns-repeated=\"2\"/>{cell}</table:table-row>"
        )
    };
    for (cell, why) in [
        (
            "<table:table-cell table:formula=\"of:=TODAY()\" office:value-type=\"date\" office:date-value=\"2026-12-31\"/>",
            "Actions!F2 holds a formula. Change it by hand.",
        ),
        ("<table:covered-table-cell/>", "Actions!F2 lies under a merged cell. Change it by hand."),
    ] {
        let deadline = vec![("Deadline", Content::Day(date(2027, 2, 1)))];
        assert_eq!(rows_after(&row(cell), deadline, Some(a1())), Err(why.to_owned()));
    }
    let below = "<table:table-row><table:table-cell table:number-columns-repeated=\"7\"/><table:table-cell \
                 table:formula=\"of:=1\"/></table:table-row>";
    let new = vec![("Ref", text("A2")), ("Title", text("two")), ("Asked of", text("ITU-T"))];
    assert_eq!(
        rows_after(&format!("<table:table-row>{A1}</table:table-row>{below}"), new, None),
        Err("Actions!H3 stands where the new row would begin. Change it by hand.".to_owned())
    );
}

#[test]
fn rows_are_added_behind_the_last_one_also_where_the_file_has_none_left() {
    let new = vec![("Ref", text("A2")), ("Title", text("a  b")), ("Asked of", text("ITU-T"))];
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let added = format!(
        "<table:table-row table:style-name=\"ro7\">{}{}{}</table:table-row>",
        cell("A2"),
        cell("a <text:s/>b"),
        cell("ITU-T")
    );
    let last = format!(
        "<table:table-row table:style-name=\"ro7\" table:visibility=\"filter\">{A1}</table:table-row>"
    );
    // Rows may stand in groups: the new one is in the group of the last one.
    let group = format!("<table:table-row-group>{last}</table:table-row-group>");
    let expected = format!("<table:table-row-group>{last}{added}</table:table-row-group>");
    assert_eq!(rows_after(&group, new, None), Ok(expected));
}

#[test]
fn tables_that_are_no_sheets_are_left_out() {
    // Of a drawing that stands above the rows.
    let shapes = "<table:shapes><table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>\
                  </table:table-row></table:table></table:shapes>";
    let row = |cell: &str| format!("<table:table-row>{A1}{cell}</table:table-row>");
    let scratch = Scratch::new();
    let tables = format!(
        "<table:table table:name=\"Actions\">{shapes}<table:table-row><table:table-cell><text:p>Ref</text:p></table:table-cell>\
         <table:table-cell><text:p>Title</text:p></table:table-cell><table:table-cell><text:p>Asked of</text:p>\
         </table:table-cell></table:table-row>{}</table:table><table:table table:name=\"Bodies\"><table:table-row>\
         <table:table-cell><text:p>Body</text:p></table:table-cell><table:table-cell><text:p>Secretariat email</text:p>\
         </table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>ITU-T</text:p></table:table-cell>\
         <table:table-cell><text:p>itu-t@example.org</text:p></table:table-cell></table:table-row></table:table>",
        row("")
    );
    let settings = settings(scratch.file("a.ods", ods_zip(&ods_content(&tables))));
    let edit = Edit { of: Target::Action(a1()), cells: vec![("Title", text("two"))] };
    let prepared = prepare(&settings, &[edit]).unwrap_or_else(|error| panic!("{error}"));
    let written: Vec<_> = prepared.written().iter().map(|cell| cell.place.as_str()).collect();
    assert_eq!(written, ["Actions!B2"]);
}

#[test]
fn a_signed_workbook_is_left_alone() {
    let scratch = Scratch::new();
    let bytes = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", ods_content("").as_bytes()),
        ("META-INF/documentsignatures.xml", b"<x/>"),
    ]);
    let error = prepare(&settings(scratch.file("a.ods", bytes)), &edits()).unwrap_err();
    assert!(error.to_string().starts_with("The workbook is signed"), "{error}");
}

#[test]
fn libreoffice_opens_what_was_edited_and_computes_it_anew() {
    if !libreoffice() {
        return;
    }
    let scratch = Scratch::new();
    let file = edited(&scratch, "register.ods", fs::read(office(SAVED)).unwrap(), &edits()).path;
    let text = converted(&file, "44,34,76");
    assert!(text.contains("18/02,\"say <so> & \"\"so\"\"\",,,SG17,15/01/2027,open"), "{text}");
    assert!(text.contains("2027-02-01 0:00:00,in progress"), "{text}");
    let register = read(&settings(&file)).unwrap().register;
    let deadlines: Vec<_> = register.actions.iter().map(|action| action.deadline).collect();
    assert_eq!((deadlines.len(), deadlines[4]), (5, Some(Deadline::Day(date(2027, 1, 15)))));
}
