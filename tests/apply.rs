//! `rappel apply`: from a form with decisions to the register.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{fs, io::Write as _, process::Stdio};

use common::office::{Office, Ran};

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
    assert!(shown.contains("15 cells written into") && shown.contains(".bak"), "{shown}");
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
    assert!(lines[0].contains("First add there, or put right in the form"), "{error}");
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
    let mut command = office.command(&["import", &report, "--out", &form, "--review"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a\ny\n").unwrap();
    let shown = Ran::from_output(&child.wait_with_output().unwrap()).well();
    assert!(
        shown.contains("Write 1 row into the register now?") && shown.contains("written into"),
        "{shown}"
    );
    assert!(actions(&office).contains(",send the text,ISO,2027-03-01,open"), "{}", actions(&office));
}
