//! The example, rehearsed: the whole daemon on a virtual clock.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

use common::office::{Office, Ran, header, letters, rappel};
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
    store,
};

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

/// A daemon on a virtual clock that is stopped and started again after each edit of the register.
struct Play {
    office: Office,
    clock: Clock,
    runtime: tokio::runtime::Runtime,
}

impl Play {
    fn from(start: &str) -> Self {
        let office = Office::with_maildir();
        let clock = Clock::starting(start.parse().unwrap());
        store::init(&office.path("state"), clock.now()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        office.write("register/Bodies.csv", "Body,Secretariat email\nTSAG,tsag@example.org\n");
        Self { office, clock, runtime }
    }

    fn meeting(&self, starts: &str, ends: &str) {
        self.office.write(
            "register/Meetings.csv",
            &format!("Meeting,Body,Starts,Ends\nTSAG-2,TSAG,{starts},{ends}\n"),
        );
    }

    fn until(&self, end: &str) {
        self.runtime.block_on(async {
            let settings = self.office.path("rappel.toml");
            let mut daemon = Daemon::start(&settings, self.clock.clone()).await.unwrap();
            let mut events = Events::signals().unwrap();
            daemon.run(Until::Time(end.parse().unwrap()), &mut events).await;
        });
    }

    /// When, to whom and about what letters were written, in their order.
    fn said(&self) -> Vec<String> {
        let mut said: Vec<_> = self
            .office
            .letters()
            .iter()
            .map(|letter| {
                let message = mail_parser::MessageParser::default().parse(letter.as_bytes()).unwrap();
                let date = message.date().unwrap().to_rfc3339();
                format!("{}  {:18}{}", &date[..10], header(letter, "To"), header(letter, "Subject"))
            })
            .collect();
        said.sort();
        said
    }

    /// UID and SEQUENCE of the entries that came with letters about A1, in the order of the letters.
    fn entries(&self) -> Vec<(String, String)> {
        let mut entries: Vec<_> = self
            .office
            .letters()
            .iter()
            .filter(|letter| header(letter, "Subject").starts_with("A1: "))
            .map(|letter| {
                let calendar = rappel::compose::calendar_part(letter.as_bytes()).unwrap();
                let value =
                    |name| calendar.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
                (value("DTSTAMP:"), (value("UID:"), value("SEQUENCE:")))
            })
            .collect();
        entries.sort();
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    fn letter(&self, subject: &str) -> String {
        let found = self.office.letters().into_iter().find(|one| header(one, "Subject").contains(subject));
        let message = found.unwrap_or_default();
        mail_parser::MessageParser::default()
            .parse(message.as_bytes())
            .unwrap()
            .body_text(0)
            .unwrap()
            .into_owned()
    }
}

#[test]
fn a_meeting_that_moves_takes_its_deadlines_along_and_those_who_were_reminded_are_told_once() {
    let play = Play::from("2018-01-08T05:00:00Z");
    play.meeting("2018-02-26", "2018-03-02");
    play.office.actions(&[
        ["A1", "contribute", "Ann", "4 weeks before TSAG-2", "open"],
        ["B1", "review", "Bob", "at TSAG-2", "open"],
    ]);
    // Ann is reminded of 29 January; Bob is told four weeks before 26 February.
    play.until("2018-01-16T12:00:00Z");
    // The meeting moves by two weeks, while nobody has told Bob of anything.
    play.meeting("2018-03-12", "2018-03-16");
    play.until("2018-01-18T12:00:00Z");
    play.until("2018-02-10T12:00:00Z");
    play.meeting("2018-03-12", "2018-03-15");
    play.until("2018-02-15T12:00:00Z");
    let mut said = play.said().join("\n");
    said += "\n\n";
    said += &play.letter("deadline moved");
    insta::assert_snapshot!(said);
}

#[test]
fn a_deadline_that_moves_by_more_than_a_day_is_told_once_to_those_who_were_reminded() {
    let play = Play::from("2017-06-01T05:00:00Z");
    let ask = |one: &str, two: &str| {
        play.office.actions(&[["A1", "one", "Ann", one, "open"], ["B1", "two", "Bob", two, "open"]]);
    };
    ask("2017-06-15", "2017-06-15");
    play.until("2017-06-02T12:00:00Z");
    // By a day for Bob, by more for Ann; and back again.
    ask("2017-07-20", "2017-06-16");
    play.until("2017-06-05T12:00:00Z");
    play.until("2017-06-06T12:00:00Z");
    ask("2017-06-15", "2017-06-16");
    play.until("2017-06-06T13:00:00Z");
    ask("2017-06-30", "2017-06-16");
    play.until("2017-06-07T12:00:00Z");
    let moved: Vec<_> = play.said().into_iter().filter(|line| line.contains("moved")).collect();
    assert_eq!(
        moved,
        [
            "2017-06-05  ann@example.org   A1: one, deadline moved to 20 July 2017",
            "2017-06-07  ann@example.org   A1: one, deadline moved to 30 June 2017",
        ]
    );
    assert!(
        play.letter("30 June 2017").contains("moved from Thursday, 20 July 2017"),
        "what Ann was told last"
    );
    // Each round of the daemon reads anew what was told.
    let entries = play.entries();
    let sequences: Vec<_> = entries.iter().map(|(_, sequence)| sequence.as_str()).collect();
    assert_eq!(sequences, ["0", "1", "2"], "the entry in Ann's calendar moves along");
    assert!(entries.iter().all(|(uid, _)| *uid == entries[0].0), "{entries:?}");
}
