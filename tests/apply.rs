//! `rappel apply`: from a form with decisions to the register.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{fs, io::Write as _, path::Path, process::Stdio};

use common::office::{Office, Ran};
use rappel::{
    minutes,
    register::{
        Limits, TextRow, column_letters,
        edit::{Content, Edit, TableFile, Target},
        text_table,
    },
};

const HEADER: &str =
    "Decision,Standing,Ref,Title,Asked of,Deadline,Status,Outcome,Register ref,Register asked of\n";

fn office() -> Office {
    let office = Office::with_maildir();
    office.write(
        "register/Actions.csv",
        "Ref,Title,Asked of,Deadline,Status,Outcome,Closed\nA1,one,Ann,2026-12-15,open,,\nB1,two,Bob,,pending,,\n",
    );
    office
}

fn form(office: &Office, rows: &str) -> String {
    office.write("form.csv", &format!("{HEADER}{rows}"));
    office.path("form.csv").to_str().unwrap().to_owned()
}

fn actions(office: &Office) -> String {
    fs::read_to_string(office.path("register/Actions.csv")).unwrap()
}

#[test]
fn what_is_accepted_is_written_once_and_what_is_rejected_or_undecided_is_not() {
    let office = office();
    let form = form(
        &office,
        "accept,new,C1,\"three, then\",ISO,2027-01-15,open,,,\n\
         accept,new,C0,zero,ISO,,done,,,\n\
         reject,new,C2,four,ISO,,open,,,\n\
         ,new,C3,five,ISO,,open,,,\n\
         accept,changed,A1,other words,Ann,2027-02-01,in progress,,A1,Ann\n\
         accept,closed,B1,two,Bob,,done,sent,B1,Bob\n",
    );
    let before = actions(&office);
    let shown = office.run(&["apply", &form, "--dry-run"]).well();
    assert!(
        shown.contains("2026-12-15") && shown.contains("2027-02-01") && shown.contains("Nothing was written"),
        "{shown}"
    );
    assert_eq!(actions(&office), before);

    let shown = office.run(&["apply", &form]).well();
    assert!(
        shown.contains("2 new rows and 2 changed rows, 15 cells, written into") && shown.contains(".bak"),
        "{shown}"
    );
    let today =
        rappel::clock::Clock::System.now().to_zoned(jiff::tz::TimeZone::get("Europe/Zurich").unwrap()).date();
    let expected = "Ref,Title,Asked of,Deadline,Status,Outcome,Closed\nA1,one,Ann,2027-02-01,in progress,,\n\
                    B1,two,Bob,,done,sent,TODAY\nC1,\"three, then\",ISO,2027-01-15,open,,\nC0,zero,ISO,,done,,TODAY\n";
    let closed = actions(&office).replace(&today.to_string(), "TODAY");
    assert_eq!(closed, expected);
    office.run(&["check"]).well();

    let written = actions(&office);
    let shown = office.run(&["apply", &form]).well();
    assert!(
        shown.contains("C1 asked of ISO is in the register already")
            && shown.contains("Nothing is to be written"),
        "{shown}"
    );
    assert_eq!(actions(&office), written);
}

#[test]
fn a_body_that_the_register_does_not_have_is_named_and_nothing_is_written() {
    let office = office();
    let before = actions(&office);
    // Rows that are good stand between those that are not: each mistake is one of its own row.
    let form = form(
        &office,
        "accept,new,C1,three,ISO/TC 307,,open,,,\n,new,C2,four,Ann,,open,,,\naccept,new,C3,five,Ann,,open,,,\n\
         accept,new,C4,six,Ann,soon,open,,,\n",
    );
    let error = office.run(&["apply", &form]).failed(3);
    let lines: Vec<_> = error.lines().collect();
    assert!(lines[0].contains("Put right in the form, or first add to the register"), "{error}");
    assert!(
        lines[1].contains("form.csv, line 2, column Asked of: ") && lines[1].contains("ISO/TC 307"),
        "{error}"
    );
    assert!(lines[2].contains("form.csv, line 5, column Deadline: \"soon\" is not a date"), "{error}");
    assert_eq!((lines.len(), actions(&office)), (3, before));
}

#[test]
fn a_form_with_mistakes_is_refused_whole() {
    let office = office();
    let form = form(&office, "accept,new,C1,,ISO,,open,,,\nagreed,new,C2,four,ISO,,open,,,\n");
    let error = office.run(&["apply", &form]).failed(3);
    assert!(error.contains("\"agreed\" is not a decision") && error.contains("column Title"), "{error}");
    let error = office.run(&["apply", "nowhere.xlsx"]).failed(1);
    assert!(error.contains("nowhere.xlsx"), "{error}");
}

/// The rows of a form from its header on; people put titles above it.
fn table(rows: &[TextRow]) -> &[TextRow] {
    &rows[rows.iter().position(|row| row.cells[0] == "Decision").unwrap()..]
}

/// Writes mistakes of all sorts into the first three rows of a form.
fn spoil(form: &Path) {
    let file = TableFile::open(form, minutes::shape(), &Limits::default()).unwrap();
    let lines = table(file.rows()).iter().skip(1).map(|row| row.line);
    let mistakes: [&[_]; 3] = [
        &[("Decision", "acept"), ("Asked of", "Ann"), ("Deadline", "in May"), ("Status", "opn")],
        &[("Decision", "accept"), ("Title", ""), ("Asked of", "Ann"), ("Opened", "soon")],
        &[("Decision", "change"), ("Asked of", "SG99"), ("Also to", "Bob; Bbo")],
    ];
    let edits: Vec<_> = lines
        .zip(mistakes)
        .map(|(line, cells)| Edit {
            of: Target::Row(line),
            cells: cells.iter().map(|(column, text)| (*column, Content::Text((*text).to_owned()))).collect(),
        })
        .collect();
    file.prepare(&edits).unwrap().commit_with_last().unwrap();
}

/// Where a cell of a form is said to be, from its column and row of the sheet.
fn place(form: &Path, column: &str, row: usize) -> String {
    let all = text_table(form, minutes::SHEET, &Limits::default()).unwrap();
    let (rows, name) = (table(&all), form.display());
    let (at, line) = (rows[0].cells.iter().position(|cell| cell == column).unwrap(), rows[row].line);
    if form.extension().unwrap() == "csv" {
        return format!("{name}, line {line}, column {column}: ");
    }
    format!("{name}, sheet Proposals, cell {}{line}: ", column_letters(u32::try_from(at).unwrap()))
}

#[test]
fn every_mistake_of_a_form_is_told_in_one_list_when_it_is_applied_and_before_a_review() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import");
    let report = tests.join("corpus/en-pipes.txt").to_str().unwrap().to_owned();
    for name in ["form.xlsx", "form.csv", "by-libreoffice.ods"] {
        let office = office();
        office.write(
            "register/Actions.csv",
            "Ref,Title,Asked of,Also to,Deadline,Status\nA1,one,Ann,Bob,,open\n",
        );
        let form = office.path(name);
        if name == "by-libreoffice.ods" {
            fs::copy(tests.join("forms").join(name), &form).unwrap();
        } else {
            office.run(&["import", &report, "--out", form.to_str().unwrap()]).well();
        }
        spoil(&form);
        let before = [fs::read(&form).unwrap(), actions(&office).into_bytes()];
        let own = [
            ("Decision", 1, "\"acept\" is not a decision; did you mean accept?"),
            ("Deadline", 1, "\"in May\" is not a date"),
            ("Status", 1, "\"opn\" is not a status; did you mean open?"),
            ("Title", 2, "The cell is empty: an action needs its Title."),
            ("Opened", 2, "\"soon\" is not a date."),
        ];
        let of_register =
            [("Asked of", 3, "\"SG99\" is not a person"), ("Also to", 3, "\"Bbo\" is not a person")];
        let told = |said: &str, expected: &[(&str, usize, &str)]| {
            let lines: Vec<_> =
                said.lines().filter(|line| line.starts_with(form.to_str().unwrap())).collect();
            assert_eq!(lines.len(), expected.len(), "{name}: {said}");
            for (line, (column, row, why)) in lines.iter().zip(expected) {
                let expected = place(&form, column, *row) + why;
                assert!(line.starts_with(&expected), "{name}: {line}\n{expected}");
            }
        };
        let shown = form.to_str().unwrap();
        let all = [&own[..], &of_register].concat();
        told(&office.run(&["apply", shown]).failed(3), &all);
        told(&office.run(&["apply", shown, "--dry-run"]).failed(3), &all);
        // Names can still be added to the register before the form is applied.
        told(&office.run(&["import", &report, "--out", shown, "--review"]).failed(3), &own);
        assert_eq!([fs::read(&form).unwrap(), actions(&office).into_bytes()], before, "{name}");
    }
}

/// Mistakes of a form for an office with this register: an action of it, the good names of people, and in which lines of
/// the form the names stand that the register does not have.
fn blames(office: &Office, [reference, asked_of, who]: [&str; 3]) {
    // Rows of several lines: the lines of the register are not counted by rows.
    let rows = format!(
        "Decision,Standing,Ref,Title,Details,Asked of,Also to,Register ref,Register asked of\n\
         accept,new,C1,one,\"a\nb\",{who},,,\n\
         change,changed,{reference},two,,{asked_of},Nobody,{reference},{asked_of}\n\
         accept,new,C2,three,,SG98,,,\n\
         accept,new,C3,four,,{who},Noone,,\n\
         accept,new,C4,five,,{who},,,\n"
    );
    office.write("form.csv", &rows);
    let form = office.path("form.csv").to_str().unwrap().to_owned();
    let said = office.run(&["apply", &form]).failed(3);
    let lines: Vec<_> = said.lines().filter_map(|line| line.strip_prefix(&format!("{form}, "))).collect();
    let expected = [
        "line 4, column Also to: \"Nobody\" is not a person",
        "line 5, column Asked of: \"SG98\" is not a person",
        "line 6, column Also to: \"Noone\" is not a person",
    ];
    assert_eq!(lines.len(), expected.len(), "{said}");
    assert!(lines.iter().zip(expected).all(|(line, expected)| line.starts_with(expected)), "{said}");
}

#[test]
fn a_row_is_blamed_for_what_it_has_wrong_whatever_the_syntax_of_the_register() {
    let csv = office();
    csv.write("register/Actions.csv", "Ref,Title,Details,Asked of,Also to\nA1,one,\"x\n\ny\",Ann,\n");
    blames(&csv, ["A1", "Ann", "Bob"]);

    let with_file = |name: &str| {
        let office = office();
        let settings = fs::read_to_string(office.path("rappel.toml")).unwrap();
        office.write("rappel.toml", &settings.replace("\"register\"", &format!("\"{name}\"")));
        office
    };
    let toml = with_file("actions.toml");
    let person = |name| format!("[[representatives]]\nname = \"{name}\"\nemail = \"{name}@example.org\"\n\n");
    let action = "[[actions]]\nref = \"A1\"\ntitle = \"one\"\nasked_of = \"Ann\"\n";
    toml.write("actions.toml", &[&person("Ann"), &person("Bob"), action].concat());
    blames(&toml, ["A1", "Ann", "Bob"]);

    let workbook = with_file("actions.xlsx");
    workbook.run(&["new", workbook.path("actions.xlsx").to_str().unwrap()]).well();
    blames(&workbook, ["17/03", "chair of SG17", "Third Person"]);
}

#[test]
fn very_many_names_that_the_register_does_not_have_are_told_in_short_and_their_rows_up_to_a_number() {
    let office = office();
    let ask = |n| format!("The rapporteur for Question {n}/20 is asked to upload text {n}.\n\n");
    let asks: String = (0..250).map(ask).collect();
    office.write("report.txt", &format!("Report of SG20, 12 February 2027\n\n{asks}"));
    let [report, form] =
        ["report.txt", "form.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let said = office.run(&["import", &report, "--out", &form]).well();
    assert!(said.contains("rapporteur for Question 11/20; and 238 more. Add them there"), "{said}");

    let accepted = fs::read_to_string(&form).unwrap().replace("\n\"\",\"new\"", "\n\"accept\",\"new\"");
    office.write("form.csv", &accepted);
    let said = office.run(&["apply", &form]).failed(3);
    assert_eq!(said.matches("column Asked of: \"rapporteur for Question").count(), 200, "{said}");
    assert!(said.contains(": and 50 more."), "{said}");
}

#[test]
fn a_review_asks_at_once_for_a_deadline_that_the_register_could_not_take() {
    let office = office();
    office.write(
        "report.txt",
        "Report of SG17, 12 February 2027\n\nAction: Ann to send the text two weeks before the next meeting.\n",
    );
    let [report, form] =
        ["report.txt", "form.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let shown = reviewed(&office, &report, &form, "a\nin May\n3 May 2027\ny\n");
    assert!(shown.contains("It does not say of which body the meeting is"), "{shown}");
    assert!(shown.contains("\"in May\" is not a date"), "{shown}");
    assert!(actions(&office).contains(",send the text,Ann,2027-05-03,open"), "{}", actions(&office));
}

#[test]
fn what_is_no_form_is_refused_for_what_it_is() {
    let office = office();
    office.write("a.pdf", "%PDF-1.7\n");
    office.write("a.txt", "Notes of the meeting\nwithout a table\n");
    for (file, code, why) in [
        ("a.pdf", 1, "a.pdf: It is neither a workbook (.xlsx, .ods) nor a CSV file. A form is written by"),
        ("a.txt", 3, "a.txt, line 1: There is no column Decision: this is no form of proposals"),
        ("register/Actions.csv", 3, "There is no column Decision: this is no form of proposals"),
        ("nowhere.csv", 1, "nowhere.csv: It is not there. Correct the path of the form."),
    ] {
        let error = office.run(&["apply", office.path(file).to_str().unwrap()]).failed(code);
        assert!(error.contains(why) && error.trim().lines().count() == 1, "{file}: {error}");
    }
}

#[test]
fn a_review_writes_what_was_accepted_into_the_register_when_it_is_told_to() {
    let office = office();
    office.write(
        "report.txt",
        "Report of SG17, 12 February 2027\n\nC1: note.\n\nAction: ISO to send the text by 1 March 2027.\n",
    );
    let [report, form] =
        ["report.txt", "form.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let shown = reviewed(&office, &report, &form, "a\ny\n");
    assert!(
        shown.contains("Write 1 row into the register now?") && shown.contains("written into"),
        "{shown}"
    );
    assert!(actions(&office).contains(",send the text,ISO,2027-03-01,open"), "{}", actions(&office));
}

/// What a review says that gets these answers.
fn reviewed(office: &Office, report: &str, form: &str, answers: &str) -> String {
    let mut command = office.command(&["import", report, "--out", form, "--review"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    Ran::from_output(&child.wait_with_output().unwrap()).well()
}

#[test]
fn a_review_asks_what_became_of_actions_that_the_report_does_not_mention() {
    let office = office();
    office.run(&["init"]).well();
    let row = |reference: &str| format!("{reference},one,Ann,,open,,,\"SG17, 2027-01-10\",2027-01-10\n");
    let header = "Ref,Title,Asked of,Deadline,Status,Outcome,Closed,Origin,Opened\n";
    office
        .write("register/Actions.csv", &[header, &row("AI 1"), &row("A1"), &row("A2"), &row("A3")].concat());
    office.write(
        "report.txt",
        "Report of SG17, 12 February 2027\n\nAI 1 is still open.\n\nAction: Bob to call.\n",
    );
    let [report, form] =
        ["report.txt", "form.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    // Nothing is proposed that could be accepted.
    let shown = reviewed(&office, &report, &form, "s\na\nd\nw\no\ny\n");
    assert!(shown.contains("[d]one, [w]ithdrawn, still [o]pen"), "{shown}");
    assert!(shown.contains("Type one of the letters in brackets"), "{shown}");
    let after = actions(&office);
    let status: Vec<_> = after.lines().skip(1).map(|line| line.split(',').nth(4).unwrap()).collect();
    assert_eq!(status, ["open", "done", "withdrawn", "open"], "{after}");
    let text = office.run(&["import", &report, "--json"]).well();
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    let left: Vec<_> = found["proposals"].as_array().unwrap().iter().map(|one| &one["standing"]).collect();
    assert_eq!(left, ["new"], "it is asked once");
    // In the form it says what can be written.
    let form = fs::read_to_string(&form).unwrap();
    assert!(form.contains("not in the report: write its Status and"), "{form}");
}

const TWO: &str = "Report of SG17, 12 February 2027\n\nAction: ISO to send the text by 1 March 2027.\n\n\
                   Action: Ann to book the room by 2 March 2027.\n";

/// What a report proposes, and what of it is left out because it was rejected.
fn proposed(office: &Office, report: &str) -> [Vec<String>; 2] {
    let text = office.run(&["import", report, "--json"]).well();
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    ["proposals", "rejected"].map(|key| {
        found[key].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    })
}

#[test]
fn what_was_rejected_in_a_review_is_not_proposed_again_until_it_is_taken_back() {
    let office = office();
    office.run(&["init"]).well();
    office.write("report.txt", TWO);
    let [report, form] =
        ["report.txt", "form.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    let shown = reviewed(&office, &report, &form, "r\ns\n");
    assert!(shown.contains("1 rejection remembered"), "{shown}");

    // Also without the form.
    let left = [vec!["book the room".to_owned()], vec!["send the text".to_owned()]];
    assert_eq!(proposed(&office, &report), left);
    let shown = office.run(&["import", &report]).well();
    assert!(shown.contains("1 proposal was rejected before and left out (rappel rejected lists"), "{shown}");
    // The same words in a report of another meeting are asked anew.
    office.write("later.txt", &TWO.replace("12 February", "13 February"));
    assert_eq!(proposed(&office, office.path("later.txt").to_str().unwrap())[1], Vec::<String>::new());

    let listed = office.run(&["rejected"]).well();
    assert!(listed.contains("send the text") && !listed.contains("book the room"), "{listed}");
    let unknown = office.run(&["rejected", "--take-back", "7"]).failed(4);
    assert_eq!(unknown.trim(), "There is no rejected proposal 7. `rappel rejected` shows the numbers.");
    office.run(&["rejected", "--take-back", "1"]).well();
    assert_eq!(proposed(&office, &report)[0], ["send the text", "book the room"]);
}

#[test]
fn a_form_that_is_applied_rejects_and_takes_back_and_a_trial_does_neither() {
    let office = office();
    office.run(&["init"]).well();
    office.write("report.txt", TWO);
    let [report, form] =
        ["report.txt", "form.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    office.run(&["import", &report, "--out", &form]).well();
    let decide = |word: &str| {
        let text = fs::read_to_string(&form).unwrap();
        let first = text.lines().nth(1).unwrap();
        let end = first.find(',').unwrap();
        office.write("form.csv", &text.replace(first, &format!("{word}{}", &first[end..])));
    };
    decide("reject");
    office.run(&["apply", &form, "--dry-run"]).well();
    assert_eq!(proposed(&office, &report)[1], Vec::<String>::new());
    let shown = office.run(&["apply", &form]).well();
    assert!(
        shown.contains("Nothing is to be written") && shown.contains("1 rejection remembered"),
        "{shown}"
    );
    assert_eq!(proposed(&office, &report)[1], ["send the text"]);
    decide("accept");
    office.run(&["apply", &form]).well();
    assert_eq!(office.run(&["rejected"]).well().trim(), "No proposal of a report was rejected.");
    assert_eq!(proposed(&office, &report), [vec!["book the room".to_owned()], Vec::new()]);
}

#[test]
fn without_a_state_a_rejection_stands_in_the_form_alone_and_that_is_said() {
    let office = office();
    office.write("report.txt", TWO);
    let [report, form] =
        ["report.txt", "form.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    reviewed(&office, &report, &form, "r\nr\n");
    let said = office.run(&["apply", &form]);
    assert!(
        said.err.contains("stands in the form, and is not remembered beside it: There is no state folder"),
        "{}",
        said.err
    );
    assert_eq!(proposed(&office, &report)[0].len(), 2);
}

#[test]
fn a_review_keeps_what_was_corrected_in_rows_that_wait() {
    let office = office();
    office.write("report.txt", TWO);
    let [report, form] =
        ["report.txt", "form.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    office.run(&["import", &report, "--out", &form]).well();
    let text = fs::read_to_string(&form).unwrap();
    office.write("form.csv", &text.replace("\"book the room\"", "\"book the large room\""));
    let shown = reviewed(&office, &report, &form, "s\ns\n");
    assert!(shown.contains("1 row that waits is as you corrected it"), "{shown}");
    assert!(shown.contains(": book the large room"), "{shown}");
    assert!(fs::read_to_string(&form).unwrap().contains("\"book the large room\""));
    // A form of another report would be lost.
    office.write("other.txt", "Action: Bob to call.\n");
    let other = office.path("other.txt").to_str().unwrap().to_owned();
    let error = office.run(&["import", &other, "--out", &form, "--review"]).failed(1);
    assert!(error.contains("holds 2 rows about what this report does not propose"), "{error}");
}

#[test]
fn a_form_that_is_gone_on_with_gets_what_is_new_and_says_what_is_settled() {
    let office = office();
    office.write("report.txt", TWO);
    let [report, form] =
        ["report.txt", "form.csv"].map(|name| office.path(name).to_str().unwrap().to_owned());
    office.run(&["import", &report, "--out", &form]).well();
    reviewed(&office, &report, &form, "a\ns\ny\n");
    office.write("report.txt", &format!("{TWO}Action: Bob to call the hotel.\n"));
    reviewed(&office, &report, &form, "");
    let text = fs::read_to_string(&form).unwrap();
    let rows: Vec<Vec<_>> = text.lines().skip(1).map(|line| line.splitn(3, ',').collect()).collect();
    let shown: Vec<_> = rows.iter().map(|row| [row[0], row[1]].map(|cell| cell.trim_matches('"'))).collect();
    assert_eq!(shown, [["", "settled"], ["", "new"], ["", "new"]]);
    assert!(rows[2][2].contains("call the hotel"), "{text}");
    // Once more changes nothing, and nothing of it is applied twice.
    reviewed(&office, &report, &form, "");
    assert_eq!(fs::read_to_string(&form).unwrap(), text);
    assert!(office.run(&["apply", &form]).well().starts_with("Nothing is to be written"));
}
