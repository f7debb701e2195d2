//! Every reader of registers on damaged files: those that the tests write, and those that office programs saved.

use std::{fs, path::Path};

use rappel::register::read;

use super::{
    damaged::{self, Dice, Pieces, damage, in_a_part},
    same::SHEETS,
    support::{Scratch, csv_folder, csv_text, ods, settings, toml, xlsx},
};

/// Pieces that mean something to a reader of this kind, or to what takes cells in.
fn pieces(kind: &str) -> Pieces {
    match kind {
        "xlsx" => &[
            "<row r=\"4294967295\">",
            "<row>",
            "<c r=\"XFD1048576\" t=\"s\"><v>0</v></c>",
            "<c t=\"s\"><v>4294967296</v></c>",
            "<c t=\"inlineStr\"><is><t>",
            "<c t=\"d\"><v>2017-13-45T99:00:00Z</v></c>",
            "<c t=\"e\"><v>#REF!</v></c>",
            "<f>HYPERLINK(\"",
            "<v>1e308</v>",
            "<mergeCell ref=\"A1:XFD1048576\"/>",
            "<si><t>",
            "&#x110000;",
            "<!--",
        ],
        "ods" => &[
            "<table:table-row table:number-rows-repeated=\"4294967295\">",
            "<table:table-cell table:number-columns-repeated=\"4294967295\" office:value-type=\"string\"><text:p>a</text:p></table:table-cell>",
            "<table:table-cell table:number-rows-spanned=\"4294967295\" table:number-columns-spanned=\"99\">",
            "<table:table-cell office:value-type=\"date\" office:date-value=\"2017-13-45\"/>",
            "<table:covered-table-cell/>",
            "<table:table table:name=\"Actions\">",
            "<text:s text:c=\"4294967295\"/>",
            "<text:p>",
            "<office:annotation>",
        ],
        "csv" => &[
            "\"",
            "\"\"",
            ";",
            ",",
            "\t",
            "\r",
            "\n\n",
            "\u{feff}",
            "\0",
            "at each SG17 meeting",
            "2 weeks before ",
            "99999999999999999999",
            "31/02/2018",
            "İ",
        ],
        _ => &[
            "[[actions]]\n",
            "[[roles]]\nbody = \"SG17\"\nrole = \"chair\"\n",
            "\"\"\"",
            "[[[[",
            "{a = {a = {",
            "= [",
            "\\u0000",
            "2017-02-30",
            "deadline = \"at each SG17 meeting\"\n",
            "asked_of = \"SG17; SG13; \"\n",
            "9e999",
            "a.a.a.a.",
            "# ",
        ],
    }
}

/// A register that was damaged, and its name.
struct Register {
    name: String,
    bytes: Vec<u8>,
}

impl AsRef<[u8]> for Register {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Good registers of this kind; of a folder of .csv files the file that is damaged.
fn whole(kind: &str) -> Vec<Register> {
    let bytes = match kind {
        "xlsx" => xlsx(SHEETS),
        "ods" => ods(SHEETS),
        "csv" => csv_text(SHEETS[0].1, ";").into_bytes(),
        _ => toml(SHEETS).into_bytes(),
    };
    let name = if kind == "csv" { format!("{}.csv", SHEETS[0].0) } else { format!("a.{kind}") };
    let mut all = vec![Register { name, bytes }];
    let saved = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/register/office");
    for file in fs::read_dir(saved).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending.to_str() == Some(kind)) && kind != "csv" {
            all.push(Register { name: format!("a.{kind}"), bytes: fs::read(file).unwrap() });
        }
    }
    all
}

#[test]
#[ignore = "the other process of the tests below, which start it"]
fn reads_damaged_files_until_the_time_is_over() {
    let scratch = Scratch::new();
    csv_folder(&scratch.path("folder"), SHEETS);
    let mut files = Vec::new();
    damaged::until_the_time_is_over(
        |kind, dice: &mut Dice| {
            if files.is_empty() {
                files = whole(kind);
            }
            let Register { name, bytes } = &files[dice.below(files.len())];
            let bytes = if matches!(kind, "xlsx" | "ods") && dice.below(8) > 0 {
                in_a_part(pieces(kind), bytes, dice)
            } else {
                let mut bytes = bytes.clone();
                damage(pieces(kind), &mut bytes, dice);
                bytes
            };
            Register { name: name.clone(), bytes }
        },
        |Register { name, bytes }| {
            let path = if Path::new(name).extension().is_some_and(|ending| ending == "csv") {
                scratch.file(&format!("folder/{name}"), bytes);
                scratch.path("folder")
            } else {
                scratch.file(name, bytes)
            };
            match read(&settings(path)) {
                Ok(_) => true,
                Err(problems) => {
                    assert!(problems.any_error() && problems.0.len() <= 201, "{problems}");
                    false
                }
            }
        },
    );
}

const TEST: &str = "fuzz::reads_damaged_files_until_the_time_is_over";

#[test]
fn no_damage_brings_the_reader_of_xlsx_down() {
    damaged::fuzz("xlsx", TEST);
}

#[test]
fn no_damage_brings_the_reader_of_ods_down() {
    damaged::fuzz("ods", TEST);
}

#[test]
fn no_damage_brings_the_reader_of_a_folder_down() {
    damaged::fuzz("csv", TEST);
}

#[test]
fn no_damage_brings_the_reader_of_toml_down() {
    damaged::fuzz("toml", TEST);
}
