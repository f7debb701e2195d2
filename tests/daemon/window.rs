//! Letters that wait for somebody to look at them.

use jiff::{Timestamp, civil::Date};
use rappel::{
    clock::Clock,
    daemon::{Daemon, Events, Until},
};

use crate::common::{
    office::{Office, Ran, header},
    smtp_server::{Act, Script, SmtpServer},
};

const WINDOW: &str = "[schedule]\nsend = \"0 8 * * *\"\n[letters]\nrelease_window = \"30m\"\n[mail.maildir]\npath = \"letters\"\n";

const ANN: [&str; 5] = ["A1", "one", "Ann", "2020-01-15", "open"];
const BOB: [&str; 5] = ["B1", "two", "Bob", "2020-01-15", "open"];

fn office() -> Office {
    let office = Office::new(WINDOW);
    office.run(&["init"]).well();
    office.actions(&[ANN, BOB]);
    office
}

/// Tomorrow, on a clock of its own from 07:00 in Geneva.
struct Day {
    daemon: Daemon,
    date: Date,
}

fn at(date: Date, time: &str) -> Timestamp {
    date.at(0, 0, 0, 0)
        .with()
        .time(time.parse().unwrap())
        .build()
        .unwrap()
        .in_tz("Europe/Zurich")
        .unwrap()
        .timestamp()
}

impl Day {
    /// Lives until a time of that day.
    async fn until(&mut self, time: &str) {
        self.daemon.go_on(Until::Time(at(self.date, time)), &mut Events::signals().unwrap()).await;
    }
}

/// What happens to an office on a morning.
fn morning(happens: impl AsyncFnOnce(Day), office: &Office) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let date = Clock::System.now().in_tz("Europe/Zurich").unwrap().date().tomorrow().unwrap();
        let clock = Clock::starting(at(date, "07:00"));
        let daemon = Daemon::start(&office.path("rappel.toml"), clock).await.unwrap();
        happens(Day { daemon, date }).await;
    });
}

fn with_preview(office: &Office, args: &[&str]) -> Ran {
    let mut command = office.command(args);
    command.env("RAPPEL__SECRETARIAT__PREVIEW_RUN", "true");
    Ran::of(command)
}

#[test]
fn letters_wait_and_can_be_held_while_the_secretariat_sees_at_once_who_would_get_what() {
    let office = office();
    let said = with_preview(&office, &["run", "--once"]);
    assert_eq!(said.code, 5, "{}", said.out);
    let sent = office.letters();
    assert_eq!(sent.iter().map(|letter| header(letter, "To")).collect::<Vec<_>>(), ["tsb@example.int"]);
    assert!(header(&sent[0], "Subject").starts_with("2 letters to leave from "));
    let preview = sent[0].replace("=\r\n", "").replace("=\n", "");
    assert!(preview.contains("Ann") && preview.contains("Bob") && preview.contains("B1: two, "), "{preview}");

    let table = office.run(&["outbox", "list"]).well();
    assert!(table.contains("leaves"), "{table}");
    let list = office.run(&["outbox", "list", "--state", "queued", "--json"]).well();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 2);
    for letter in list {
        let at = |name: &str| letter[name].as_str().unwrap().parse::<Timestamp>().unwrap();
        let waits = at("created").duration_until(at("planned_for"));
        assert_eq!(waits, jiff::SignedDuration::from_mins(30));
    }
    let number = list[0]["id"].to_string();
    office.run(&["outbox", "hold", &number]).well();
    assert!(office.run(&["outbox", "list", "--state", "held"]).well().contains("@example.org"));
    // Nothing is written again, and there is no second preview.
    assert_eq!(with_preview(&office, &["run", "--once"]).code, 5);
    assert_eq!(office.letters().len(), 1);
}

/// Letters of a send time that was not worked through to its end are in the state, and it is not.
#[test]
fn the_preview_of_a_mailing_that_was_interrupted_shows_all_of_it() {
    let office = office();
    office.run(&["run", "--once"]).failed(5);
    let state = rusqlite::Connection::open(office.path("state/rappel.db")).unwrap();
    assert_eq!(state.execute("DELETE FROM run", []).unwrap(), 1);
    drop(state);
    office.actions(&[ANN, BOB, ["C1", "three", "ISO", "2020-01-15", "open"]]);
    with_preview(&office, &["run", "--once"]);
    let preview = office.letters().remove(0).replace("=\r\n", "").replace("=\n", "");
    assert!(header(&preview, "Subject").starts_with("3 letters to leave from "), "{preview}");
    assert!(["Ann", "Bob", "C1: three, "].iter().all(|said| preview.contains(said)), "{preview}");
}

#[test]
fn they_leave_when_the_window_is_over() {
    let office = office();
    let args = ["rehearse", "--from", "2020-01-15", "--until", "2020-01-15", "--json"];
    let sent: serde_json::Value = serde_json::from_str(&office.run(&args).well()).unwrap();
    let at: Vec<_> = sent.as_array().unwrap().iter().map(|letter| letter["at"].as_str().unwrap()).collect();
    assert_eq!(at, ["2020-01-15T07:30:00Z"; 2], "half an hour after the send time");
}

/// The text of a letter, as it would leave.
fn text(office: &Office, number: u32) -> String {
    office.run(&["outbox", "show", &number.to_string()]).well()
}

#[test]
fn what_is_corrected_while_letters_wait_is_in_their_words_also_after_a_restart() {
    let office = office();
    office.run(&["run", "--once"]).failed(5);
    assert!(text(&office, 1).contains("A1: one, "));
    let bob = text(&office, 2);
    office.actions(&[["A1", "first", "Ann", "2020-01-15", "open"], BOB]);
    office.run(&["run", "--once"]).failed(5);
    assert!(text(&office, 1).contains("Subject     A1: first, "), "{}", text(&office, 1));
    assert_eq!(text(&office, 2), bob, "nobody corrected it");
}

#[test]
fn a_daemon_that_runs_writes_them_anew_as_soon_as_the_register_is_saved() {
    let office = office();
    morning(
        async |mut day| {
            day.until("08:10").await;
            assert!(text(&office, 1).contains("A1: one, "));
            for (sheet, rows, said) in [
                (
                    "Actions",
                    "Ref,Title,Asked of,Deadline,Status\nA1,first,Ann,2020-01-15,open\nB1,two,Bob,2020-01-15,open\n",
                    "Subject     A1: first, ",
                ),
                (
                    "Actions",
                    "Ref,Title,Details,Asked of,Deadline,Status\nA1,first,Read it twice.,Ann,2020-01-15,open\nB1,two,,Bob,2020-01-15,open\n",
                    "Read it twice.",
                ),
                (
                    "Representatives",
                    "Name,Email,Language\nAnn,ann@example.org,fr\nBob,bob@example.org,\n",
                    "Subject     A1 : first, ",
                ),
            ] {
                office.write(&format!("register/{sheet}.csv"), rows);
                day.daemon.look_at_files().await;
                assert!(text(&office, 1).contains(said), "{sheet}: {}", text(&office, 1));
            }
            day.until("09:00").await;
        },
        &office,
    );
    let sent = office.letters();
    let sent: Vec<_> = sent.iter().filter(|letter| header(letter, "To") == "ann@example.org").collect();
    assert_eq!(sent.len(), 1, "the same letter in other words");
    assert!(sent[0].contains("Read it twice."), "{}", sent[0]);
}

#[test]
fn a_letter_that_was_held_is_looked_at_before_it_leaves() {
    let office = office();
    office.write("register/Actions.csv", "Ref,Title,Asked of,Deadline,Status\nA1,one,Ann,2020-01-15,open\nB1,two,Bob,2020-01-15,open\nC1,three,ISO,2020-01-15,open\n");
    morning(
        async |mut day| {
            day.until("08:10").await;
            office.run(&["outbox", "hold", "1", "2", "3"]).well();
            office.actions(&[
                ["A1", "one", "Ann", "2020-01-15", "done"],
                ["B1", "second", "Bob", "2020-01-15", "open"],
            ]);
            day.daemon.look_at_files().await;
            let said = office.run(&["outbox", "release", "1", "2", "3"]).well();
            assert!(said.contains("Letter 1 is released: it leaves when rappel has seen that"), "{said}");
            day.until("09:00").await;
        },
        &office,
    );
    let sent = office.letters();
    let subjects: Vec<_> = sent.iter().map(|letter| header(letter, "Subject")).collect();
    assert!(subjects.iter().any(|subject| subject.starts_with("B1: second, ")), "{subjects:?}");
    assert!(
        !subjects.iter().any(|subject| subject.starts_with("A1") || subject.starts_with("C1")),
        "{subjects:?}"
    );
    assert!(
        text(&office, 1).contains("withdrawn before it left: a1 asked of ann is done"),
        "{}",
        text(&office, 1)
    );
    assert!(
        text(&office, 3).contains("kept back: c1 asked of iso is missing from the register"),
        "{}",
        text(&office, 3)
    );
}

#[test]
fn what_was_refused_and_is_tried_again_is_looked_at_as_well() {
    let refused = Act::say("550 5.1.1 No such user");
    let server = SmtpServer::start(Script::default().for_address("ann@example.org", refused));
    let office = super::office(&server, "[schedule]\nsend = \"0 8 * * *\"");
    office.actions(&[ANN]);
    morning(
        async |mut day| {
            day.until("08:10").await;
            assert!(text(&office, 1).contains("State       refused"), "{}", text(&office, 1));
            office.actions(&[["A1", "one", "Ann", "2020-01-15", "done"]]);
            day.daemon.look_at_files().await;
            office.run(&["outbox", "retry", "1"]).well();
            day.until("09:00").await;
        },
        &office,
    );
    let letter = text(&office, 1);
    assert!(letter.contains("State       withdrawn") && !letter.contains("Attempt 2"), "{letter}");
}
