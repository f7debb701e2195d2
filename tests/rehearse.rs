//! The example, rehearsed: the whole daemon on a virtual clock.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

use common::office::{Ran, header, letters, rappel};

fn rehearse(maildir: &Path) -> String {
    let mut command = rappel();
    command.args(["--config", "config/example/rappel.toml", "rehearse", "--from", "2017-05-02"]);
    command.args(["--until", "2017-06-30", "--maildir"]).arg(maildir);
    Ran::of(command).well()
}

/// Every file of the Maildir with its name and content.
fn files(maildir: &Path) -> BTreeMap<String, Vec<u8>> {
    let new = fs::read_dir(maildir.join("letters/new")).unwrap();
    new.map(|entry| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
    })
    .collect()
}

#[test]
fn two_rehearsals_write_the_same_letters_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    rehearse(&first);
    rehearse(&second);
    let letters = files(&first);
    assert!(letters.len() > 10);
    assert_eq!(letters, files(&second));
}

#[test]
fn the_example_reminds_those_who_are_asked_when_the_policy_says() {
    let folder = tempfile::tempdir().unwrap();
    rehearse(folder.path());
    let mut lines = Vec::new();
    for letter in letters(&folder.path().join("letters")) {
        let message = mail_parser::MessageParser::default().parse(letter.as_bytes()).unwrap();
        let date = message.date().unwrap().to_rfc3339();
        lines.push(format!("{date}  {:38}{}", header(&letter, "To"), header(&letter, "Subject")));
    }
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn no_letter_of_the_example_is_about_what_is_done_or_for_information() {
    let folder = tempfile::tempdir().unwrap();
    rehearse(folder.path());
    for letter in letters(&folder.path().join("letters")) {
        let subject = header(&letter, "Subject");
        assert!(!subject.contains("ITU-R") && !subject.contains("17/03-i"), "{subject}");
    }
}

#[test]
fn every_letter_has_an_identity_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    rehearse(folder.path());
    let letters = letters(&folder.path().join("letters"));
    let identities: HashSet<_> = letters.iter().map(|letter| header(letter, "Message-ID")).collect();
    assert_eq!(identities.len(), letters.len());
}

#[test]
fn a_rehearsal_does_not_write_into_a_folder_in_which_something_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let mut command = rappel();
    command.args(["--config", "config/example/rappel.toml", "rehearse", "--from", "2017-05-02"]);
    command.args(["--until", "2017-05-03", "--maildir"]).arg(folder.path());
    let message = Ran::of(command).failed(1);
    assert!(message.contains("is not empty"), "{message}");
}
