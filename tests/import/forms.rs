//! A form that is gone on with: what people did to it stays.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rappel::{
    minutes::{Decision, Form, SEATS, SHEET},
    register::{DateOrder, Limits, TextRow, text_table},
};

use crate::{
    command::answered,
    support::{corpus, decided, rappel, refusal},
    workbook::{cells, part, raw_parts},
};

/// A form of `corpus/en-pipes.txt` as somebody left it; `forms.py` made it.
fn touched(folder: &Path, name: &str) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/forms").join(name);
    let form = folder.join(name);
    fs::copy(from, &form).unwrap();
    form
}

/// Goes on with a form: the next undecided proposal is rejected, the one after it corrected.
fn gone_on(folder: &Path, form: &Path) -> String {
    let report = corpus().join("en-pipes.txt");
    let args = ["import", report.to_str().unwrap(), "--out", form.to_str().unwrap(), "--review"];
    answered(folder, &args, "r\nc\n\ncorrect table 8\n\n2018-04-15\n\n")
}

/// The decisions in a form, in its order, with what was decided about.
fn decisions(form: &Path) -> Vec<(Option<Decision>, String, String)> {
    let table = text_table(form, SHEET, &Limits::default()).unwrap();
    decided(&table).into_iter().map(|one| (one.decision, one.reference, one.title)).collect()
}

const AFTER: [(Decision, &str, &str); 3] = [
    (Decision::Change, "JVT-098", "correct table 8"),
    (Decision::Reject, "JVT-102", "report on the licence of the sequences"),
    (Decision::Accept, "JVT-101", "provide the test sequences"),
];

fn after() -> Vec<(Option<Decision>, String, String)> {
    AFTER.map(|(decision, reference, title)| (Some(decision), reference.to_owned(), title.to_owned())).into()
}

#[test]
fn in_a_workbook_a_review_changes_the_cells_that_it_decides_and_no_other_byte() {
    for (name, sheet) in [
        ("by-openpyxl.xlsx", "xl/worksheets/sheet2.xml"),
        ("by-libreoffice.xlsx", "xl/worksheets/sheet2.xml"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let form = touched(folder.path(), name);
        let before = folder.path().join("before.xlsx");
        fs::copy(&form, &before).unwrap();
        let shown = gone_on(folder.path(), &form);
        assert!(shown.contains("1 decision of before kept"), "{name}: {shown}");
        assert_eq!(decisions(&form), after(), "{name}");

        let (old, new) = (raw_parts(&before), raw_parts(&form));
        let changed: BTreeSet<_> =
            old.keys().filter(|part| new.get(*part) != old.get(*part)).map(String::as_str).collect();
        assert!(changed.is_subset(&["xl/workbook.xml", sheet].into()), "{name}: {changed:?}");
        assert_eq!(old.len(), new.len(), "{name}");
        let ((old, old_rest), (new, new_rest)) = (cells(&part(&before, sheet)), cells(&part(&form, sheet)));
        assert_eq!(old_rest, new_rest, "{name}: widths, filters, colours by condition");
        let changed: BTreeSet<_> =
            new.iter().filter(|(at, cell)| old.get(*at) != Some(*cell)).map(|(at, _)| at.as_str()).collect();
        // Decision of two rows; title and deadline of the one that was corrected.
        assert_eq!(changed, ["A4", "A5", "E4", "K4"].into(), "{name}");
        let backup = folder.path().join(format!("{name}.bak"));
        assert_eq!(fs::read(backup).unwrap(), fs::read(&before).unwrap(), "{name}");
    }
}

#[test]
fn an_open_document_form_is_gone_on_with_and_only_its_content_changes() {
    let folder = tempfile::tempdir().unwrap();
    let form = touched(folder.path(), "by-libreoffice.ods");
    let before = folder.path().join("before.ods");
    fs::copy(&form, &before).unwrap();
    gone_on(folder.path(), &form);
    assert_eq!(decisions(&form), after());
    let (old, new) = (raw_parts(&before), raw_parts(&form));
    let changed: Vec<_> = old.keys().filter(|part| new[*part] != old[*part]).collect();
    assert_eq!(changed, ["content.xml"]);
    let (old, new) = (part(&before, "content.xml"), part(&form, "content.xml"));
    for kept in [
        "<office:annotation",
        "table:formula=",
        "Video team, for",
        "table:style-name=",
        "table:conditional-format ",
    ] {
        assert_eq!(old.matches(kept).count(), new.matches(kept).count(), "{kept}");
    }
}

#[test]
fn a_csv_form_keeps_its_separator_the_order_of_its_rows_and_columns_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let report = corpus().join("en-pipes.txt");
    let form = folder.path().join("form.csv");
    rappel(folder.path(), &["import", report.to_str().unwrap(), "--out", "form.csv"]);
    // As a spreadsheet program with German settings saves it, sorted the other way round.
    let text = fs::read_to_string(&form).unwrap().replace("\",\"", "\";\"");
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines[1..].reverse();
    for (line, own) in lines.iter_mut().zip(["Talked to", "\"Ann; today\"", "", "=1+1"]) {
        line.extend([";", own]);
    }
    fs::write(&form, lines.join("\r\n") + "\r\n").unwrap();
    answered(
        folder.path(),
        &["import", report.to_str().unwrap(), "--out", "form.csv", "--review"],
        "a\nr\ns\n",
    );
    let text = fs::read_to_string(&form).unwrap();
    let expected = [
        lines[0].clone(),
        lines[1].clone(),
        lines[2].replacen("\"\";", "reject;", 1),
        lines[3].replacen("\"\";", "accept;", 1),
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    // What changes nothing writes nothing.
    let backup = fs::read(folder.path().join("form.csv.bak")).unwrap();
    answered(folder.path(), &["import", report.to_str().unwrap(), "--out", "form.csv", "--review"], "s\n");
    assert_eq!(fs::read(folder.path().join("form.csv.bak")).unwrap(), backup);
}

#[test]
fn what_is_decided_while_somebody_changes_the_form_goes_into_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let form = touched(folder.path(), "by-openpyxl.xlsx");
    let report = corpus().join("en-pipes.txt");
    let mut child = Command::new(env!("CARGO_BIN_EXE_rappel"))
        .current_dir(folder.path())
        .args(["import", report.to_str().unwrap(), "--out", "by-openpyxl.xlsx", "--review"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first question shows that the form was read.
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut shown = Vec::new();
    while !shown.ends_with(b"[s]: ") {
        let mut byte = [0];
        out.read_exact(&mut byte).unwrap();
        shown.push(byte[0]);
    }
    let other = touched(folder.path(), "by-libreoffice.xlsx");
    fs::rename(other, &form).unwrap();
    let changed = fs::read(&form).unwrap();
    child.stdin.take().unwrap().write_all(b"r\na\n").unwrap();
    std::io::copy(&mut out, &mut std::io::sink()).unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success(), "{said}");
    assert!(said.contains("was changed meanwhile"), "{said}");
    assert!(said.contains("Your decisions are in a new form: by-openpyxl-2.xlsx"), "{said}");
    assert_eq!(fs::read(&form).unwrap(), changed);
    let words: Vec<_> = decisions(&folder.path().join("by-openpyxl-2.xlsx"))
        .into_iter()
        .map(|(decision, ..)| decision)
        .collect();
    assert_eq!(words, [Some(Decision::Accept), Some(Decision::Reject), Some(Decision::Accept)]);
}

/// Rows of the sheet Seats: who, and how it stands.
fn seats(form: &Path) -> Vec<[String; 3]> {
    let rows = text_table(form, SEATS, &Limits::default()).unwrap();
    let at = |name: &str| rows[0].cells.iter().position(|cell| cell == name).unwrap();
    let columns = [at("At"), at("Representative"), at("Standing")];
    let cell = |row: &TextRow, at: usize| row.cells.get(at).cloned().unwrap_or_default();
    rows.iter().skip(1).map(|row| columns.map(|at| cell(row, at))).collect()
}

#[test]
fn a_review_brings_the_sheet_of_the_seats_up_to_date() {
    const BODIES: &str = "[[actions]]\nref = \"A1\"\ntitle = \"one\"\nasked_of = \"ITU-T\"\n[[bodies]]\nbody = \"ITU-T\"\n[[bodies]]\nbody = \"IEC/SEG 8\"\n[[bodies]]\nbody = \"ISO/TC 307\"\n\
                          [[bodies]]\nbody = \"MoU/MG\"\n";
    let person = |name: &str| format!("[[representatives]]\nname = \"{name}\"\nemail = \"a@example.org\"\n");
    let role = |at: &str, name: &str| {
        format!(
            "[[roles]]\nbody = \"ITU-T\"\nrole = \"representative\"\nat = \"{at}\"\nrepresentative = \"{name}\"\n"
        )
    };
    let first = "Report of TSAG, 3 March 2027\n\nMs Ada Example (Example Telecom, France) is the ITU-T representative at \
                 the MoU/MG.\n\nMr Karl Muster (Muster AG, Germany) was appointed as the ITU-T representative to IEC/SEG 8.\n\n\
                 Action: ITU-T to book the room.\n";
    for name in ["form.xlsx", "form.ods"] {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("report.txt", first);
        write("a.toml", &[BODIES, &person("Grace Sample"), &role("IEC/SEG 8", "Grace Sample")].concat());
        let form = folder.path().join(name);
        let args = ["import", "report.txt", "--register", "a.toml", "--out"];
        let shown = rappel(folder.path(), &[&args[..], &["form.xlsx"]].concat());
        assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
        let shown = String::from_utf8(shown.stdout).unwrap();
        assert!(
            shown.contains("Karl Muster (Muster AG, Germany), ") && shown.contains("has Grace Sample."),
            "{shown}"
        );
        if name.ends_with("ods") {
            let Some(()) = converted(folder.path(), "form.xlsx", "ods") else { return };
        }
        let changed = "changed: the register has Grace Sample. Is it somebody else now, or one more?";
        let new = "new: the register does not have this seat";
        let expected = [["MoU/MG", "Ada Example", new], ["IEC/SEG 8", "Karl Muster", changed]];
        assert_eq!(seats(&form), expected, "{name}");

        // The register has one of them by now, and the report, corrected, tells of one more.
        let now = [BODIES, &person("Ada Example"), &role("MoU/MG", "Ada Example"), &role("IEC/SEG 8", "")];
        write("a.toml", &now.concat());
        write("report.txt", &format!("{first}\nMr Ilya Primer is the ITU-T representative at ISO/TC 307.\n"));
        let reviewed = [&args[..], &[name, "--review"]].concat();
        answered(folder.path(), &reviewed, "");
        let expected = [
            ["MoU/MG", "Ada Example", "settled"],
            ["IEC/SEG 8", "Karl Muster", "filled: the seat is vacant in the register"],
            ["ISO/TC 307", "Ilya Primer", new],
        ];
        assert_eq!(seats(&form), expected, "{name}");
        let after = fs::read(&form).unwrap();
        answered(folder.path(), &reviewed, "");
        assert_eq!(fs::read(&form).unwrap(), after, "{name}: what changes nothing writes nothing");
    }
}

/// Saves a file of a folder in another format as `LibreOffice` does; none, and said, where there is no `LibreOffice`.
fn converted(folder: &Path, file: &str, ending: &str) -> Option<()> {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let args = [&profile, "--headless", "--convert-to", ending, file];
    let ran = Command::new("libreoffice").current_dir(folder).args(args).output();
    let Ok(ran) = ran else {
        eprintln!("skipped: there is no LibreOffice on this machine");
        return None;
    };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(())
}

#[test]
fn a_form_that_is_open_elsewhere_is_refused_before_anything_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    touched(folder.path(), "by-openpyxl.xlsx");
    fs::write(folder.path().join("~$by-openpyxl.xlsx"), "Ann").unwrap();
    let report = corpus().join("en-pipes.txt");
    let args = ["import", report.to_str().unwrap(), "--out", "by-openpyxl.xlsx", "--review"];
    let said = refusal(folder.path(), &args);
    assert!(said.contains("is open in another program") && said.contains("Close it there"), "{said}");
}

#[test]
fn a_day_in_a_form_is_read_as_a_cell_of_the_register_is() {
    let folder = tempfile::tempdir().unwrap();
    let form = folder.path().join("form.csv");
    let header = "Decision,Ref,Title,Asked of,Deadline,Opened\n";
    let read = |rows: &str, dates| {
        fs::write(&form, format!("{header}{rows}")).unwrap();
        let table = text_table(&form, SHEET, &Limits::default()).unwrap();
        Form::read(&table, "form.csv", dates).good()
    };
    let wrong = "accept,A1,one,SG2,15 March 2027,6 Feb 2027\naccept,A2,two,SG2,in May,soon\n";
    let problems = read(wrong, DateOrder::Refuse).unwrap_err().to_string();
    let lines: Vec<_> = problems.lines().collect();
    assert!(
        lines[0].starts_with("form.csv, line 3, column Deadline: \"in May\" is not a date"),
        "{problems}"
    );
    assert!(lines[1].starts_with("form.csv, line 3, column Opened: ") && lines.len() == 2, "{problems}");
    let one = read("accept,A1,one,SG2,15 March 2027,6 Feb 2027\n", DateOrder::Refuse).unwrap().remove(0);
    assert_eq!(one.deadline.unwrap().to_string(), "2027-03-15");
    assert_eq!(one.opened.unwrap().to_string(), "2027-02-06");
    let three = "accept,A1,one,SG2,03/04/2027,\n";
    assert!(read(three, DateOrder::Refuse).unwrap_err().to_string().contains("may be 3 April 2027 or"));
    assert!(read(three, DateOrder::DayFirst).is_ok(), "the register reads it so as well");
    // What waits, or is rejected, may say what the report says.
    assert!(read(",A1,one,SG2,in May,\nreject,A2,two,,as soon as possible,\n", DateOrder::Refuse).is_ok());
}
