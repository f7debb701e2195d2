//! What `--json` prints: the names are those of the administrator's page, for programs rely on them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    process::Stdio,
};

use common::office::{Office, Ran};
use serde_json::Value;

const PAGE: &str = include_str!("../docs/administrator.md");

/// What each command is given here besides `--json`.
const GIVEN: &[(&str, &[&str])] = &[
    ("adopt", &["--dry-run"]),
    ("check", &[]),
    ("doctor", &["--offline"]),
    ("forecast", &["--until", "2100-01-01"]),
    ("forget", &["Bob", "--dry-run"]),
    ("history", &["A1"]),
    ("import", &["report.txt"]),
    ("outbox list", &[]),
    ("outbox show", &["1"]),
    ("preview", &["A1"]),
    ("rehearse", &["--from", "2027-01-01", "--until", "2027-03-01"]),
    ("rejected", &[]),
    ("status", &[]),
    ("verify", &[]),
    ("why", &["A1"]),
];

/// Commands whose answer is empty in this office: what they list needs an escalation.
const EMPTY: &[&str] = &["approve"];

/// The names in the page's table, by command.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let (_, section) = PAGE.split_once("\n### For programs\n").unwrap();
    let rows = section.lines().skip_while(|line| !line.starts_with("| ---")).skip(1);
    let row = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        let command = names(cells.next().unwrap()).remove(0);
        (command, names(cells.next_back().unwrap()).into_iter().collect())
    };
    rows.take_while(|line| line.starts_with('|')).map(row).collect()
}

/// An office in which something was told, rejected and decided.
fn office() -> Office {
    let office = Office::with_maildir();
    office.actions(&[["A1", "one", "Ann", "", "open"], ["B1", "two", "Bob", "2099-01-01", "open"]]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    office.run(&["close", "B1"]).well();
    office.run(&["acknowledge", "A1"]).well();
    office.write("report.txt", "Action: Ann to send the text.\nAction: Bob to book the room.\n");
    let report = office.path("report.txt").to_str().unwrap().to_owned();
    let form = office.path("form.csv").to_str().unwrap().to_owned();
    let mut command = office.command(&["import", &report, "--out", &form, "--review"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"r\n").unwrap();
    Ran::from_output(&child.wait_with_output().unwrap()).well();
    office
}

/// The names in an answer; of a list those of all that is in it.
fn names(answer: &Value) -> BTreeSet<String> {
    let one = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    match answer {
        Value::Array(all) => all.iter().flat_map(one).collect(),
        object => one(object).into_iter().collect(),
    }
}

#[test]
fn every_answer_for_programs_has_the_names_that_the_page_lists() {
    let office = office();
    let documented = documented();
    for (command, more) in GIVEN {
        let more = more.iter().map(|word| match *word {
            "report.txt" => office.path(word).to_str().unwrap().to_owned(),
            other => other.to_owned(),
        });
        let args: Vec<String> = command.split(' ').map(str::to_owned).chain(more).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).chain(["--json"]).collect();
        let ran = office.run(&args);
        let answer: Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{command}: {error}: {}", ran.err));
        assert_eq!(documented.get(*command), Some(&names(&answer)), "{command}");
    }
}

#[test]
fn every_command_that_prints_json_is_on_the_page() {
    fn below(command: &clap::Command, path: &str, all: &mut BTreeSet<String>) {
        for inner in command.get_subcommands() {
            let name = format!("{path} {}", inner.get_name()).trim().to_owned();
            let is_one = !inner.has_subcommands();
            if is_one && inner.get_arguments().any(|argument| argument.get_long() == Some("json")) {
                all.insert(name.clone());
            }
            below(inner, &name, all);
        }
    }
    let mut all = BTreeSet::new();
    below(&rappel::cli::command(), "", &mut all);
    let documented: BTreeSet<_> = documented().into_keys().collect();
    assert_eq!(all, documented);
    let tried: BTreeSet<_> = GIVEN.iter().map(|(command, _)| *command).chain(EMPTY.iter().copied()).collect();
    assert_eq!(documented.iter().map(String::as_str).collect::<BTreeSet<_>>(), tried);
}
