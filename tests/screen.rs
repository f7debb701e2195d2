//! What people see: on a terminal of any width, in a pipe that is closed early, on a disk that is full.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{
    collections::BTreeSet,
    fs::OpenOptions,
    process::{Command, Stdio},
};

use common::office::{Ran, rappel};
use unicode_width::UnicodeWidthStr;

const EXAMPLE: &[&str] = &["--config", "config/example/rappel.toml"];

/// Without a state, whatever somebody did with the example before.
fn example(args: &[&str]) -> Command {
    let mut command = rappel();
    command.env("RAPPEL__STATE__DIR", "/nowhere/state").args(EXAMPLE).args(args);
    command
}

/// The same on a real terminal of so many columns, which `script` of util-linux makes; none without it.
fn on_a_terminal(columns: usize, args: &[&str]) -> Option<String> {
    let words = [EXAMPLE, args].concat().join("' '");
    let line = format!("stty cols {columns}; '{}' '{words}'", env!("CARGO_BIN_EXE_rappel"));
    let mut command = Command::new("script");
    command.env("RAPPEL__STATE__DIR", "/nowhere/state").env("NO_COLOR", "1").stdin(Stdio::null());
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    let Ok(output) = command.output() else {
        eprintln!("skipped: there is no `script` (util-linux) to make a terminal");
        return None;
    };
    Some(String::from_utf8(output.stdout).unwrap().replace('\r', ""))
}

#[test]
fn on_a_terminal_no_line_is_wider_than_it_and_no_word_is_broken() {
    let asked: [&[&str]; 6] = [
        &["check"],
        &["status", "--on", "2017-07-16"],
        &["forecast", "--from", "2017-05-02", "--until", "2017-06-30"],
        &["forecast", "--from", "2017-05-02", "--until", "2017-06-30", "--by", "person"],
        &["why", "17/06", "--on", "2017-06-16"],
        &["why", "17/60"],
    ];
    for args in asked {
        let piped = Ran::of(example(args));
        let piped = piped.out + &piped.err;
        let words: BTreeSet<_> = piped.split_whitespace().collect();
        for columns in [60, 80, 90, 120, 200] {
            let Some(shown) = on_a_terminal(columns, args) else { return };
            for line in shown.lines() {
                assert!(line.width() <= columns, "{columns} columns, {args:?}:\n{line}\nin\n{shown}");
            }
            let broken: Vec<_> = shown
                .split_whitespace()
                .filter(|word| !words.contains(word) && !word.contains('─'))
                .collect();
            assert!(broken.is_empty(), "{columns} columns, {args:?}: {broken:?} in\n{shown}");
        }
    }
}

#[test]
fn on_a_narrow_terminal_the_rows_of_a_table_stand_one_below_the_other() {
    let Some(shown) = on_a_terminal(60, &["status", "--on", "2017-07-16"]) else { return };
    for line in ["Ref            17/06", "Asked of       ITU-T"] {
        assert!(shown.lines().any(|one| one.starts_with(line)), "{shown}");
    }
}

#[test]
fn what_goes_on_below_stands_below_the_text_and_not_below_its_number() {
    let Some(shown) = on_a_terminal(80, &["why", "17/06 ITU-T", "--on", "2017-06-16"]) else { return };
    let policy: Vec<_> = shown.lines().skip_while(|line| !line.starts_with("  2. Policy")).collect();
    assert!(policy[1].starts_with("     ") && !policy[1].starts_with("      "), "{shown}");
}

#[test]
fn in_a_pipe_sentences_are_whole_lines() {
    let piped = Ran::of(example(&["why", "17/06 ITU-T", "--on", "2017-06-16"])).well();
    assert!(piped.lines().any(|line| line.starts_with("  2. Policy") && line.ends_with("never.")), "{piped}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_mistake() {
    for args in
        [&["check"][..], &["check", "--json"], &["preview", "17/06"], &["export", "--ics"], &["report"]]
    {
        let mut child = example(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Before the program has written anything, or after: it makes no difference.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!error.contains("panicked") && !error.contains("written"), "{args:?}: {error}");
        assert!(output.status.success(), "{args:?}: {}", output.status);
    }
}

#[test]
fn a_full_disk_under_the_output_is_said() {
    for args in
        [&["check"][..], &["check", "--json"], &["preview", "17/06"], &["export", "--ics"], &["report"]]
    {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output =
            example(args).stdout(full).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {error}");
        assert!(
            error.contains("No space left on device") && !error.contains("panicked"),
            "{args:?}: {error}"
        );
    }
}
