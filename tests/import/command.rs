//! `rappel import` as people use it.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use rappel::{
    minutes::{Decision, SHEET},
    register::{Limits, text_table},
};

use serde_json::Value;

use crate::support::{corpus, decided, json, rappel, refusal};

/// A register with what the action log of the corpus holds, and more.
const REGISTER: &str = r#"
[[bodies]]
body = "SG2"
[[bodies]]
body = "TSB"
[[bodies]]
body = "BR"
[[bodies]]
body = "CG"

[[actions]]
ref = "CG-1"
title = "Review the list of country codes"
asked_of = "SG2"
deadline = "2018-06-01"
status = "open"
origin = "CG, action list"

[[actions]]
ref = "CG-2"
title = "Publish the notice in the Operational Bulletin"
asked_of = "TSB"
deadline = "2018-06-29"
status = "in progress"
origin = "CG, action list"

[[actions]]
ref = "CG-3"
title = "Confirm the assignments"
asked_of = "BR"
deadline = "2018-05-01"
status = "open"
origin = "CG, action list"
"#;

fn register(folder: &Path, text: &str) {
    fs::write(folder.join("register.toml"), text).unwrap();
}

/// What a run says that gets these answers.
pub(crate) fn answered(folder: &Path, args: &[&str], answers: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rappel"))
        .current_dir(folder)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn standings(value: &Value) -> Vec<String> {
    let one = |proposal: &Value| {
        let changes: Vec<_> =
            proposal["changes"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        let text = format!("{} {}: {}", proposal["reference"], proposal["standing"], changes.join("; "));
        text.replace('"', "")
    };
    value["proposals"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn a_later_report_tells_what_is_changed_and_closed_and_the_same_one_again_nothing() {
    let folder = tempfile::tempdir().unwrap();
    register(folder.path(), REGISTER);
    let report = corpus().join("en-spaces.txt");
    let args = ["import", report.to_str().unwrap(), "--register", "register.toml", "--json"];
    let found = json(folder.path(), &args);
    assert_eq!(
        standings(&found),
        [
            "CG-1 changed: the deadline moves from 2018-06-01 to 2018-06-15",
            "CG-3 closed: the status goes from open to done"
        ]
    );
    assert_eq!(found["unchanged"][0]["reference"], "CG-2");
    let after = REGISTER.replace("2018-06-01", "2018-06-15");
    let (first, last) = after.split_at(after.rfind("status = \"open\"").unwrap());
    register(folder.path(), &format!("{first}{}", last.replacen("open", "done", 1)));
    assert_eq!(standings(&json(folder.path(), &args)), Vec::<String>::new());
    let said = rappel(folder.path(), &args[..4]);
    assert_eq!(
        String::from_utf8_lossy(&said.stdout),
        "Nothing new: the register has 3 actions of the report already.\n"
    );
}

#[test]
fn an_outstanding_action_that_the_report_should_mention_and_does_not_is_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let report = "Report of the 4th meeting of SG2, 23 May 2018\n\nAI 4/1: TSB to publish the notice by 29 June 2018.\n";
    fs::write(folder.path().join("report.txt"), report).unwrap();
    let more = "\n[[actions]]\nref = \"AI 4/1\"\ntitle = \"publish the notice\"\nasked_of = \"TSB\"\ndeadline = \"2018-06-29\"\n\
                [[actions]]\nref = \"AI 3/2\"\ntitle = \"review it\"\nasked_of = \"BR\"\norigin = \"3rd meeting of SG2\"\n";
    register(folder.path(), &format!("{REGISTER}{more}"));
    let found = json(folder.path(), &["import", "report.txt", "--register", "register.toml", "--json"]);
    assert_eq!(standings(&found), ["AI 3/2 vanished: "], "and nothing of other bodies");
}

#[test]
fn the_form_is_written_once_and_comes_back_with_the_decisions_of_a_review() {
    let folder = tempfile::tempdir().unwrap();
    let report = corpus().join("en-pipes.txt");
    let args = ["import", report.to_str().unwrap(), "--out", "form.xlsx", "--review"];
    // Accept the first, change the title of the second, leave the third.
    answered(folder.path(), &args, "a\nx\nc\n\nreport on the terms\n\n2018-04-15\n\ns\n");
    let rows = text_table(&folder.path().join("form.xlsx"), SHEET, &Limits::default()).unwrap();
    assert_eq!(rows.len(), 4);
    let before = decided(&rows);
    let shown: Vec<_> =
        before.iter().map(|one| (one.decision, one.reference.as_str(), one.title.as_str())).collect();
    assert_eq!(
        shown,
        [
            (Some(Decision::Accept), "JVT-101", "provide the test sequences"),
            (Some(Decision::Change), "JVT-102", "report on the terms")
        ]
    );
    assert_eq!(before[1].deadline.as_ref().unwrap().to_string(), "2018-04-15");
    let again = refusal(folder.path(), &args[..4]);
    assert!(again.starts_with("form.xlsx is there already. Choose another name, or go on"), "{again}");

    // Going on asks about the third alone; the end of the input ends the review, and loses nothing.
    let shown = answered(folder.path(), &args, "r\n");
    assert!(shown.contains("2 decisions of before kept") && !shown.contains("1 of 3"), "{shown}");
    answered(folder.path(), &args, "");
    let rows = text_table(&folder.path().join("form.xlsx"), SHEET, &Limits::default()).unwrap();
    let after = decided(&rows);
    assert_eq!(after[..2], before);
    assert_eq!((after.len(), after[2].decision), (3, Some(Decision::Reject)));

    // A decision about something else would be lost: the form stays as it is.
    let before = fs::read(folder.path().join("form.xlsx")).unwrap();
    let other = corpus().join("en-spaces.txt");
    let refused =
        refusal(folder.path(), &["import", other.to_str().unwrap(), "--out", "form.xlsx", "--review"]);
    assert!(refused.contains("holds 3 rows about what this report does not propose"), "{refused}");
    assert_eq!(fs::read(folder.path().join("form.xlsx")).unwrap(), before);
}

#[test]
fn a_deadline_is_never_taken_for_the_day_of_the_report() {
    let opened = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("report.txt"), text).unwrap();
        let found = json(folder.path(), &["import", "report.txt", "--json"]);
        let one = &found["proposals"][0];
        assert_eq!(one["deadline"], "2027-03-01", "{found}");
        let origins = found["proposals"].as_array().unwrap().iter().map(|one| one["origin"].to_string());
        let is_day = text.contains("Geneva, 1 March");
        assert!(origins.into_iter().all(|origin| origin.contains("2027-03-01") == is_day), "{found}");
        (one["opened"].clone(), one["origin"].clone())
    };
    let action = "Action: ITU-T to nominate a representative to ISO/TC 307 by 1 March 2027.\n";
    assert_eq!(opened(action), (Value::Null, Value::Null));
    assert_eq!(opened("The meeting invites ITU-T to report by 1 March 2027.\n").0, Value::Null);
    for list in [
        "The meeting invites ITU-T to:\n\n- nominate a representative by 1 March 2027\n- report on 5 April 2027\n",
        "SG17 is invited:\n\n- to review the text before 1 March 2027;\n",
        "instructs the Director of TSB\n\n1) to report until 1 March 2027;\n2) to publish it on 5 April 2027,\n",
        "Key dates\n\n1 March 2027: contributions to SG17\n5 April 2027: registration\n",
        "Contributions are expected no later than 1 March 2027.\n\nAction: SG17 to contribute by 1 March 2027.\n",
    ] {
        assert_eq!(opened(list).0, Value::Null, "{list}");
        assert_eq!(opened(&format!("Geneva, 12 February 2027\n\n{list}")).0, "2027-02-12", "{list}");
    }
    assert_eq!(opened(&format!("Geneva, 12 February 2027\n\n{action}")).0, "2027-02-12");
    assert_eq!(
        opened(&format!("Geneva, 1 March 2027\n\n{action}")).0,
        Value::Null,
        "not before the deadline"
    );
}

#[test]
fn each_proposal_shows_its_evidence_its_place_and_what_its_fields_were_taken_from() {
    let found = json(&corpus(), &["import", "en-minutes.docx", "--json"]);
    let one = &found["proposals"][1];
    assert_eq!(one["reference"], "AI 17/2");
    assert_eq!(
        one["evidence"]["text"],
        "Inform ISO/IEC JTC 1/SC 27 of the progress no later than 15 October 2017."
    );
    assert_eq!(one["evidence"]["place"], "section 2 Security of smart meters, paragraph 4");
    assert_eq!(one["evidence"]["fields"]["deadline"], "no later than 15 October 2017");
    assert_eq!(one["rule"], "marked for action");
    assert_eq!(one["confidence"], 0.75);
    for key in ["title", "details", "asked_of", "kind", "purpose", "deadline", "status", "origin"] {
        assert!(one.get(key).is_some(), "{key}");
    }
    let page = json(&corpus(), &["import", "en-report.pdf", "--json"]);
    let pages: Vec<_> = page["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["evidence"]["at"]["page"].as_u64().unwrap())
        .collect();
    assert_eq!(pages, [1, 1, 1, 2, 2]);
}

/// Proposals of a text beside [`QUOTED`]: reference in the register, of whom, standing, changes.
fn beside(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    register(folder.path(), QUOTED);
    fs::write(folder.path().join("report.txt"), text).unwrap();
    let found = json(folder.path(), &["import", "report.txt", "--register", "register.toml", "--json"]);
    let all = found["proposals"].as_array().unwrap().iter().chain(found["unchanged"].as_array().unwrap());
    let one = |proposal: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let changes: Vec<_> = proposal["changes"].as_array().unwrap().iter().map(text).collect();
        let of = &proposal["register"];
        let [reference, asked_of, standing] =
            [&of["reference"], &of["asked_of"], &proposal["standing"]].map(text);
        format!("{reference} of {asked_of} {standing}: {}", changes.join("; "))
    };
    all.map(one).collect()
}

const QUOTED: &str = r#"
bodies = [{ body = "ITU-T" }, { body = "ITU-R" }, { body = "SG17" }]

[[actions]]
ref = "17/06"
title = "nominate a representative to IEC/SEG 8"
asked_of = "ITU-T"

[[actions]]
ref = "17/06"
title = "nominate a representative to IEC/SEG 8"
asked_of = "ITU-R"

[[actions]]
ref = "17/03"
title = "establish an active liaison"
asked_of = "SG17"
"#;

#[test]
fn a_reference_of_the_register_is_known_however_the_report_quotes_it() {
    let moved = ["17/06 of ITU-T changed: it gets the deadline 2018-03-01"];
    for begin in
        ["Action 17/06:", "AI 17/06:", "17/06:", "17/06 –", "17/06", "Action item 17/06 (for action):"]
    {
        let text = format!("{begin} ITU-T to nominate a representative by 1 March 2018.\n");
        assert_eq!(beside(&text), moved, "{begin}");
    }
    assert_eq!(
        beside("17/03 (SG17): establish the liaison by 1 March 2018.\n"),
        ["17/03 of SG17 changed: it gets the deadline 2018-03-01"]
    );
    assert_eq!(beside("17/06 was noted.\n"), Vec::<String>::new());
}

#[test]
fn one_body_is_not_taken_for_another_because_their_reference_is_the_same() {
    assert_eq!(beside("AI 17/03: SG13 to establish an active liaison by 1 March 2018.\n"), ["- of - new: "]);
    assert_eq!(
        beside("AI 17/03: the security group to establish it by 1 March 2018.\n"),
        ["17/03 of SG17 changed: it gets the deadline 2018-03-01"]
    );
}

#[test]
fn an_action_is_closed_by_its_reference_for_all_who_are_asked() {
    let done = |body: &str| format!("17/06 of {body} closed: the status goes from open to done");
    assert_eq!(beside("AI 17/06: closed.\n"), [done("ITU-T"), done("ITU-R")]);
    assert_eq!(beside("17/06 (ITU-R): completed on 3 March 2018.\n")[0][..30], done("ITU-R")[..30]);
    assert_eq!(
        beside("17/03 – Done: liaison established\n"),
        ["17/03 of SG17 closed: the status goes from open to done; the outcome is liaison established"]
    );
}

#[test]
fn names_that_the_register_does_not_have_are_told_before_anybody_decides() {
    let folder = tempfile::tempdir().unwrap();
    register(folder.path(), QUOTED);
    let text =
        "AI 1: SG17 to reply.\n\nAI 2: ISO/TC 307 and SG17 to comment.\n\nAI 3: ISO/TC 307 to report.\n";
    fs::write(folder.path().join("report.txt"), text).unwrap();
    let args = ["import", "report.txt", "--register", "register.toml"];
    let said = String::from_utf8(rappel(folder.path(), &args).stdout).unwrap();
    assert!(said.contains("\nNot in the register yet: ISO/TC 307. Add them there"), "{said}");
    let found = json(folder.path(), &[&args[..], &["--json"]].concat());
    assert_eq!(found["unknown"], serde_json::json!(["ISO/TC 307"]));
}

#[test]
fn names_of_the_register_are_known_in_each_grammatical_case() {
    let folder = tempfile::tempdir().unwrap();
    register(
        folder.path(),
        "bodies = [{ body = \"Оперативная группа\" }, { body = \"ОГ-1\", full_name = \"Региональная группа\" }, \
         { body = \"الأمانة\" }]\nactions = []\n[[representatives]]\nname = \"Иван Петров\"\nemail = \"ip@example.org\"\n",
    );
    let text = "Собрание поручило Оперативной группе подготовить отчет.\n\nСобрание просит Региональную группу ответить.\n\n\
                Действие: Ивану Петрову разослать текст.\n\nСобрание поручило Рабочей группе закончить работу.\n";
    fs::write(folder.path().join("report.txt"), text).unwrap();
    let args = ["import", "report.txt", "--register", "register.toml", "--json"];
    let found = json(folder.path(), &args);
    let asked: Vec<_> = found["proposals"].as_array().unwrap().iter().map(|one| &one["asked_of"]).collect();
    assert_eq!(asked, ["Иван Петров", "Оперативная группа", "ОГ-1", "Рабочей группе"]);
    assert_eq!(found["unknown"], serde_json::json!(["Рабочей группе"]));
}

#[test]
fn what_stands_around_actions_is_not_taken_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let text = "Report of the first meeting of Study Group 33 (Geneva, 10 March 2028)\n\n\
                The agenda in SG17-TD1 was adopted with the addition of one more item.\n\n\
                Resolution 28/03: SG33 recommends ITU-R to review the frequency table. ITU-R has already done so.\n\n\
                7 Key dates\n\n14 July 2028\nContributions to be translated\n\n8 Closing\n\nMany thanks were said.\n";
    fs::write(folder.path().join("report.txt"), text).unwrap();
    let found = json(folder.path(), &["import", "report.txt", "--json"]);
    let shown: Vec<_> = found["proposals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| ["reference", "title", "asked_of", "status"].map(|key| one[key].as_str().unwrap()))
        .collect();
    // No number of a document that is only mentioned, no second action that is done, and no thanks by a key date.
    let expected = [
        ["28/03", "review the frequency table", "ITU-R", "done"],
        ["SG33-20280310-1", "Contributions to be translated", "SG33", "open"],
    ];
    assert_eq!(shown, expected);
    assert_eq!(found["proposals"][0]["outcome"], Value::Null);
}
