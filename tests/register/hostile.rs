//! Files that want to do harm, or have come to it.

use std::{fmt::Write as _, fs, os::unix::fs::symlink, process::Command};

use proptest::prelude::*;
use rappel::register::read;

use super::{
    same::SHEETS,
    support::{
        Scratch, errors, ods, ods_content, ods_zip, settings, toml, unplaced, with_actions, xlsx, zipped,
    },
    workbooks::edited,
};

const SMALL: &[&[&str]] = &[&["Ref", "Title", "Asked of"], &["1", "Do it", "ITU-T"]];

#[test]
fn what_is_no_regular_file_is_not_opened() {
    let scratch = Scratch::new();
    let pipe = scratch.path("pipe.xlsx");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let said = "It is not a regular file. Name the file that holds the register.";
    assert_eq!(errors(&settings(&pipe)), [format!("pipe.xlsx: {said}")]);
    let device = scratch.path("zero.toml");
    symlink("/dev/zero", &device).unwrap();
    assert_eq!(errors(&settings(&device)), [format!("zero.toml: {said}")]);
}

#[test]
fn what_is_not_there_is_told() {
    assert_eq!(
        errors(&settings("/nowhere/actions.xlsx")),
        ["actions.xlsx: It is not there. Correct the path, or put the register there."]
    );
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let scratch = Scratch::new();
    let path = scratch.file("actions.xlsx", xlsx(&with_actions(SMALL)));
    let mut settings = settings(&path);
    settings.limits.file_bytes = 1 << 20;
    fs::File::options().write(true).open(&path).unwrap().set_len((1 << 20) + 1).unwrap();
    assert_eq!(
        errors(&settings),
        [
            "actions.xlsx: The file is larger than 1 MiB (1048576 bytes), the most that is read. Remove what is not needed."
        ]
    );
}

#[test]
fn a_zip_that_unpacks_past_the_limit_is_refused_by_what_it_declares_and_by_what_comes_out() {
    let scratch = Scratch::new();
    let spaces = " ".repeat(3 << 20);
    let bomb = edited(
        &xlsx(&with_actions(SMALL)),
        "xl/worksheets/sheet1.xml",
        "<sheetData>",
        &format!("{spaces}<sheetData>"),
    );
    let said = [
        "actions.xlsx: The workbook unpacks to more than 2 MiB, the most that is read. Remove what is not needed.",
    ];
    let mut settings = settings(scratch.file("actions.xlsx", &bomb));
    settings.limits.unpacked_bytes = 2 << 20;
    assert_eq!(errors(&settings), said);
    // The same with every declared size of that part made small.
    let size = u32::try_from(bomb_size(&bomb)).unwrap().to_le_bytes();
    let mut lying = bomb.clone();
    let places: Vec<_> = lying.windows(4).enumerate().filter(|(_, w)| *w == size).map(|(at, _)| at).collect();
    assert!(places.len() >= 2, "in the directory and before the part");
    for at in places {
        lying[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    settings.path = scratch.file("lying.xlsx", &lying);
    assert_eq!(errors(&settings).len(), 1);
}

fn bomb_size(bytes: &[u8]) -> u64 {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    zip.by_name("xl/worksheets/sheet1.xml").unwrap().size()
}

#[test]
fn an_endless_cell_and_endless_nesting_are_refused() {
    let scratch = Scratch::new();
    let cell = format!("<table:table table:name=\"Actions\">{}</table:table>", "x".repeat(5 << 20));
    let path = scratch.file("long.ods", ods_zip(&ods_content(&cell)));
    assert_eq!(
        errors(&settings(path)),
        ["long.ods: A text of the workbook is longer than 4 MiB. Shorten it."]
    );
    let nested = ods_zip(&ods_content(&"<a>".repeat(100_000)));
    let path = scratch.file("deep.ods", nested);
    assert_eq!(
        errors(&settings(path)),
        ["deep.ods: The workbook's XML is nested too deeply. Save it again."]
    );
}

#[test]
fn entities_of_the_document_itself_are_refused() {
    let scratch = Scratch::new();
    let content =
        ods_content("").replacen("?>", "?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>", 1);
    let path = scratch.file("actions.ods", ods_zip(&content));
    assert_eq!(
        errors(&settings(path)),
        [
            "actions.ods: The workbook is damaged, or was cut off while it was saved (it has a document type). Save it again."
        ]
    );
}

#[test]
fn a_zip_with_too_many_parts_is_refused() {
    let scratch = Scratch::new();
    let names: Vec<_> = (0..5_000).map(|number| number.to_string()).collect();
    let parts: Vec<_> = names.iter().map(|name| (name.as_str(), b"" as &[u8])).collect();
    let path = scratch.file("actions.xlsx", zipped(&parts));
    assert_eq!(
        errors(&settings(path)),
        ["actions.xlsx: The workbook has more than 4096 parts. Save it again."]
    );
}

#[test]
fn a_password_an_old_format_and_a_wrong_name_are_told() {
    let scratch = Scratch::new();
    let said = |name: &str, bytes: &[u8]| errors(&settings(scratch.file(name, bytes))).join("\n");
    let mut old = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    old.resize(1024, 0);
    assert_eq!(said("a.xlsx", &old), "a.xlsx: It is a workbook of the old Excel format. Save it as .xlsx.");
    old.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let password = "The workbook is protected by a password. Save it without one.";
    assert_eq!(said("a.xlsx", &old), format!("a.xlsx: {password}"));
    let manifest = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    let locked =
        zipped(&[("mimetype", kind), ("META-INF/manifest.xml", manifest), ("content.xml", b"\x01\x02")]);
    assert_eq!(said("a.ods", &locked), format!("a.ods: {password}"));
    let (excel, open) = (xlsx(&with_actions(SMALL)), ods(&with_actions(SMALL)));
    assert_eq!(said("a.xlsx", &open), "a.xlsx: It is named .xlsx, but is an .ods workbook. Rename it.");
    assert_eq!(said("a.ods", &excel), "a.ods: It is named .ods, but is an .xlsx workbook. Rename it.");
    assert_eq!(said("a.toml", &excel), "a.toml: It is named .toml, but is a workbook. Rename it.");
    assert_eq!(
        said("a.xlsx", b"Ref;Title"),
        "a.xlsx: It is named like a workbook, but is none. Save the workbook again."
    );
    assert_eq!(said("a.xlsx", b""), "a.xlsx: The file is empty.");
    assert!(said("a.docx", b"x").contains("It is no register"));
    let word = zipped(&[("[Content_Types].xml", b"wordprocessingml"), ("word/document.xml", b"<a/>")]);
    assert!(said("a.xlsx", &word).contains("but is something else"));
}

#[test]
fn a_truncated_workbook_is_told_wherever_it_was_cut() {
    let scratch = Scratch::new();
    for (name, bytes) in [("a.xlsx", xlsx(SHEETS)), ("a.ods", ods(SHEETS))] {
        for part in 1..20 {
            let path = scratch.file(name, &bytes[..bytes.len() * part / 20]);
            assert!(errors(&settings(path))[0].contains("is damaged, or was cut off"), "{name} {part}");
        }
    }
}

/// What stands behind the damage was not read, so nothing is missing because of it.
#[test]
fn a_damaged_sheet_is_told_and_nobody_is_unknown_because_of_it() {
    let scratch = Scratch::new();
    let whole = ods_text();
    let cut = &whole[..whole.find("table:name=\"Bodies\"").unwrap()];
    let told = errors(&settings(scratch.file("a.ods", ods_zip(cut))));
    assert!(told[0].contains("is damaged, or was cut off"), "{told:?}");
    assert!(told.iter().all(|one| !one.contains("Correct the name")), "{told:?}");
}

#[test]
fn two_hundred_problems_are_shown_and_the_rest_counted() {
    let scratch = Scratch::new();
    let mut text = String::new();
    for number in 0..500 {
        writeln!(text, "[[actions]]\nref = \"{number}\"\ntitle = \"x\"\nasked_of = \"nobody\"").unwrap();
    }
    let problems = errors(&settings(scratch.file("a.toml", text)));
    assert_eq!(problems.len(), 201);
    assert_eq!(problems[200], "a.toml: and 300 more.");
}

#[test]
fn a_toml_file_that_is_not_utf_8_or_not_toml_is_told_with_all_its_lines() {
    let scratch = Scratch::new();
    let said = |bytes: &[u8]| errors(&settings(scratch.file("a.toml", bytes)));
    assert_eq!(
        said(b"a\n\xff"),
        ["a.toml: Line 2 holds bytes that are no UTF-8 text. Save the file again as UTF-8."]
    );
    let broken = said(b"[[actions]]\nref = 1\ntitle = \n[[actions]]\nref 2\n");
    assert!(
        broken[0].starts_with("a.toml, line 3: This is not TOML") && broken[1].starts_with("a.toml, line 5:"),
        "{broken:?}"
    );
}

/// What a damaged file may be read as: nothing, or what the good one says.
fn refused_or_the_same(name: &str, good: &[u8], damaged: &[u8]) {
    let scratch = Scratch::new();
    let good = read(&settings(scratch.file(name, good))).unwrap();
    if let Ok(reading) = read(&settings(scratch.file(name, damaged))) {
        assert_eq!(unplaced(reading.register), unplaced(good.register));
    }
}

fn damage(bytes: &[u8], flips: &[(prop::sample::Index, u8)], cut: Option<prop::sample::Index>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, with) in flips {
        let at = at.index(bytes.len());
        bytes[at] ^= with;
    }
    bytes.truncate(cut.map_or(bytes.len(), |cut| cut.index(bytes.len())));
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_workbook_is_refused_or_read_as_the_good_one(
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        for (name, good) in [("a.xlsx", xlsx(SHEETS)), ("a.ods", ods(SHEETS))] {
            refused_or_the_same(name, &good, &damage(&good, &flips, cut));
        }
    }

    #[test]
    fn no_damage_inside_of_a_part_or_a_toml_file_makes_it_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), 0x20_u8..0x7f), 1..4),
    ) {
        let scratch = Scratch::new();
        let content = String::from_utf8(damage_text(&ods_text(), &flips)).unwrap();
        let _ = read(&settings(scratch.file("a.ods", ods_zip(&content))));
        let text = damage_text(&toml(SHEETS), &flips);
        let _ = read(&settings(scratch.file("a.toml", text)));
        for part in ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"] {
            let good = xlsx(SHEETS);
            let text = part_text(&good, part);
            let damaged = String::from_utf8(damage_text(&text, &flips)).unwrap();
            let _ = read(&settings(scratch.file("a.xlsx", edited(&good, part, &text, &damaged))));
        }
    }
}

/// The text with some of its ASCII characters replaced by others.
fn damage_text(text: &str, flips: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, with) in flips {
        let at = at.index(bytes.len());
        if bytes[at].is_ascii() {
            bytes[at] = *with;
        }
    }
    bytes
}

fn ods_text() -> String {
    part_text(&ods(SHEETS), "content.xml")
}

fn part_text(bytes: &[u8], part: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(zip.by_name(part).unwrap()).unwrap()
}
