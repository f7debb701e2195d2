//! A correction goes to exactly those who got the wrong letter, once, in their thread.

use super::office;
use crate::common::{
    office::{Office, header},
    smtp_server::{Act, Script, SmtpServer},
};

const TEXT: &str = "The deadline is 30 June, not 23 June.";

/// Ann and Bob are told of A1, Bob of B1 as well; nobody of C1 yet.
fn told() -> (Office, Vec<String>) {
    let office = Office::with_maildir();
    office.run(&["init"]).well();
    office.write(
        "register/Actions.csv",
        "Ref,Title,Asked of,Also to,Deadline,Status\nA1,one,Ann,Bob,,open\nB1,two,Bob,,,open\nC1,three,Ann,,2099-01-01,open\n",
    );
    let sent = once(&office);
    assert_eq!(sent.len(), 2);
    (office, sent)
}

/// The letters that leave when the daemon runs once.
fn once(office: &Office) -> Vec<String> {
    let before = office.letters();
    office.run(&["run", "--once"]).well();
    let mut new: Vec<_> = office.letters().into_iter().filter(|letter| !before.contains(letter)).collect();
    new.sort_by_key(|letter| header(letter, "To"));
    new
}

fn message_id(letter: &str) -> String {
    header(letter, "Message-ID")
}

#[test]
fn those_who_got_the_letter_get_one_correction_below_it() {
    let (office, wrong) = told();
    let shown = office.run(&["correct", "A1", "--text", TEXT, "--dry-run"]).well();
    assert!(shown.contains("ann@example.org") && shown.contains("bob@example.org"), "{shown}");
    assert!(shown.contains("2 people would get the correction."), "{shown}");
    assert!(once(&office).is_empty(), "a dry run sends nothing");

    let said = office.run(&["correct", "A1", "--text", TEXT, "--by", "Martin"]).well();
    assert!(said.starts_with("2 corrections wait to be sent"), "{said}");
    let sent = once(&office);
    assert_eq!(sent.len(), 2);
    for (letter, wrong) in sent.iter().zip(&wrong) {
        assert_eq!(header(letter, "To"), header(wrong, "To"));
        assert_eq!(header(letter, "Subject"), "A1: one, correction");
        let unfolded = letter.replace('\r', "").replace("\n ", " ");
        let references = unfolded.lines().find(|line| line.starts_with("References:")).unwrap();
        assert!(references.ends_with(&format!("<{}>", message_id(wrong))), "{references}");
        assert!(letter.contains(TEXT));
    }
    let again = office.run(&["correct", "A1", "--text", TEXT]).well();
    assert!(
        again.contains("2 people have it already") && again.contains("No correction waits to be sent"),
        "{again}"
    );
    assert!(once(&office).is_empty());

    let history = office.run(&["history", "A1"]).well();
    assert!(history.contains(TEXT) && history.contains("Martin"), "{history}");
    let bob: serde_json::Value =
        serde_json::from_str(&office.run(&["history", "A1", "--to", "bob", "--json"]).well()).unwrap();
    let corrections: Vec<_> =
        bob.as_array().unwrap().iter().filter(|event| event["correction"].is_string()).collect();
    assert_eq!(corrections.len(), 1);
    assert_eq!(corrections[0]["letter"]["state"], "accepted");
    assert_eq!(office.run(&["verify"]).code, 0, "it is in the journal");
}

#[test]
fn nobody_else_gets_it() {
    let (office, _) = told();
    office.write("text.txt", "First line.\nSecond line.\n");
    office.run(&["correct", "B1", "--text-file", office.path("text.txt").to_str().unwrap()]).well();
    let sent = once(&office);
    assert_eq!(sent.iter().map(|letter| header(letter, "To")).collect::<Vec<_>>(), ["bob@example.org"]);
    assert!(sent[0].contains("First line.") && sent[0].contains("Second line."));
}

#[test]
fn a_letter_that_was_refused_is_not_corrected() {
    let refused = Act::say("550 5.1.1 No such user here");
    let server = SmtpServer::start(Script::default().for_address("bob@example.org", refused));
    let office = office(&server, "");
    let [ann, bob] = ["Ann", "Bob"].map(|name| ["A1", "one", name, "2020-01-15", "open"]);
    office.actions(&[ann, bob]);
    office.run(&["run", "--once"]).failed(5);
    let shown =
        office.run(&["correct", "A1 Ann", "--text", TEXT, "--since", "2020-01-01", "--dry-run"]).well();
    assert!(shown.contains("1 person would get the correction."), "{shown}");
    let nobody = office.run(&["correct", "A1", "--asked-of", "Bob", "--text", TEXT]).failed(4);
    assert!(nobody.contains("No letter about A1 arrived"), "{nobody}");
}

#[test]
fn a_correction_of_nothing_or_without_words_is_refused() {
    let (office, _) = told();
    for (code, args, said) in [
        (4, &["correct", "C1", "--text", TEXT][..], "No letter about C1 arrived that could be corrected."),
        (1, &["correct", "A1", "--text", " "], "The text is empty."),
        (1, &["correct", "A1", "--text", "a\u{7}b"], "There is a control character"),
        (1, &["correct", "A1", "--text-file", "/nowhere/text"], "/nowhere/text cannot be read"),
        (2, &["correct", "A1"], "<--text <TEXT>|--text-file <FILE>>"),
        (2, &["correct", "A1", "--text", "x", "--text-file", "y"], "cannot be used with"),
        (4, &["correct", "A1", "--text", TEXT, "--since", "2099-01-01"], "No letter about A1 arrived"),
    ] {
        let error = office.run(args).failed(code);
        assert!(error.contains(said), "{args:?}: {error}");
    }
    assert!(once(&office).is_empty());
}
