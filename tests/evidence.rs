//! The history is evidence: every path by which something comes into it is chained, a change past rappel is found
//! where it was made, and a head that was printed proves what was recorded up to then.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::office::Office;
use rappel::{ledger, store};
use rusqlite::Connection;
use serde_json::Value;

const ANN: [&str; 5] = ["A1", "one", "Ann", "2020-01-15", "open"];
const ANN_TOO: [&str; 5] = ["A2", "two", "Ann", "2020-02-15", "open"];
const BOB: [&str; 5] = ["B1", "three", "Bob", "", "open"];
const NOWHERE: &str = "[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\n";

fn verdict(office: &Office) -> Value {
    serde_json::from_str(&office.run(&["verify", "--json"]).out).unwrap()
}

fn whole(office: &Office) -> Value {
    let verdict = verdict(office);
    assert_eq!(verdict["whole"], true, "{verdict:#}");
    verdict
}

/// An office in which Ann and Bob were told.
fn told() -> Office {
    let office = Office::with_maildir();
    office.actions(&[ANN, BOB]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    assert_eq!(office.letters().len(), 2);
    office
}

/// Changes the database as somebody does who knows how.
fn tamper(office: &Office, sql: &str) {
    let c = Connection::open(office.path("state/rappel.db")).unwrap();
    let names = "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema WHERE type = 'trigger'";
    let drop: Option<String> = c.query_row(names, [], |row| row.get(0)).unwrap();
    c.execute_batch(&drop.unwrap_or_default()).unwrap();
    c.execute_batch(sql).unwrap();
}

#[test]
fn a_head_that_was_printed_stays_in_the_chain_whatever_is_told_later() {
    let office = told();
    let printed = whole(&office)["head"].as_str().unwrap().to_owned();
    office.actions(&[ANN, BOB, ["C1", "more", "ISO", "", "open"]]);
    office.run(&["run", "--once"]).well();
    assert_ne!(whole(&office)["head"], printed.as_str());
    let said = office.run(&["verify", "--head", &printed]).well();
    assert!(
        said.contains(&format!("{printed} is in the chain")) && said.contains("The history is whole"),
        "{said}"
    );
}

#[test]
fn every_change_past_rappel_is_found_and_said_in_words() {
    for (sql, said) in [
        ("DELETE FROM reminder WHERE label = 'A1' AND how = 'told'", "A1 to Ann"),
        ("DELETE FROM reminder", "was removed from the history"),
        ("UPDATE reminder SET title = 'another' WHERE label = 'B1'", "B1 to Bob"),
        (
            "UPDATE reminder SET recipient_name = 'Eve', recipient = 'person:eve' WHERE label = 'B1'",
            "B1 to Eve",
        ),
        (
            "UPDATE letter SET state = 'refused' WHERE id = 1",
            "Letter 1 is refused in the outbox, and accepted",
        ),
        ("UPDATE journal SET line = replace(line, 'a1', 'a7')", "The chain breaks at link"),
        ("UPDATE journal SET private = replace(private, 'Bob', 'Eve')", "The names or the reason in entry"),
        ("DELETE FROM link WHERE number > 1", "no link covers them"),
    ] {
        let office = told();
        tamper(&office, sql);
        let ran = office.run(&["verify"]);
        assert_eq!(ran.code, 5, "{sql}: {}", ran.out);
        assert!(
            ran.out.contains("The history is NOT what was recorded") && ran.out.contains(said),
            "{sql}: {}",
            ran.out
        );
    }
}

#[test]
fn a_history_that_was_rewritten_with_its_chain_does_not_have_the_head_that_was_printed() {
    let office = told();
    let printed = whole(&office)["head"].as_str().unwrap().to_owned();
    tamper(
        &office,
        "DELETE FROM link; DELETE FROM journal; DELETE FROM reminder WHERE label = 'A1'; DELETE FROM fact \
                     WHERE name = 'journal began'",
    );
    office.actions(&[BOB]);
    office.run(&["run", "--once"]).well();
    whole(&office);
    let ran = office.run(&["verify", "--head", &printed]);
    assert_eq!(ran.code, 5);
    assert!(ran.out.contains("is NOT in the chain"), "{}", ran.out);
}

#[test]
fn a_printed_head_proves_nothing_where_the_entries_below_it_were_changed() {
    let office = told();
    let printed = whole(&office)["head"].as_str().unwrap().to_owned();
    tamper(&office, "DELETE FROM journal WHERE number = (SELECT max(number) FROM journal)");
    let ran = office.run(&["verify", "--head", &printed]);
    assert_eq!(ran.code, 5);
    let last = ran.out.lines().last().unwrap();
    assert!(last.starts_with(&printed) && last.contains("It proves nothing now"), "{last}");
}

#[test]
fn a_head_that_cannot_be_one_is_refused_with_what_would_be_right() {
    let error = told().run(&["verify", "--head", "seven"]).failed(1);
    assert!(error.contains("\"seven\" is not a head of the chain"), "{error}");
}

#[test]
fn what_is_taken_back_carried_over_and_decided_is_chained_as_well() {
    let office = Office::new(NOWHERE);
    office.actions(&[ANN, ANN_TOO, BOB]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]);
    let entries = |office: &Office| whole(office)["entries"].as_u64().unwrap();
    let before = entries(&office);
    // Ann's digest is written anew without A1: taken back, withdrawn, carried over.
    office.actions(&[["A1", "one", "Ann", "2020-01-15", "done"], ANN_TOO, BOB]);
    office.run(&["run", "--once"]);
    let lines = || -> Vec<String> {
        let c = Connection::open(office.path("state/rappel.db")).unwrap();
        let mut lines = c.prepare("SELECT line FROM journal ORDER BY number").unwrap();
        lines.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for did in ["taken back", "carried over", "settled"] {
        assert!(
            lines().iter().any(|line| line.contains(&format!("\"did\":\"{did}\""))),
            "{did}: {:#?}",
            lines()
        );
    }
    assert!(entries(&office) > before);
    office.run(&["outbox", "hold", "2"]).well();
    office.run(&["outbox", "drop", "2"]).well();
    assert!(
        lines().iter().any(|line| line.contains("\"letter\":2") && line.contains("outbox drop")),
        "{:#?}",
        lines()
    );
    whole(&office);
    office.run(&["adopt", "--yes"]).well();
    whole(&office);
}

fn rejected(identity: &str, reference: &str) -> ledger::Rejected {
    let text = str::to_owned;
    ledger::Rejected {
        identity: text(identity),
        reference: text(reference),
        asked_of: text("ITU-T"),
        title: text("nominate"),
        words: text("ITU-T is invited to nominate."),
        form: text("form.xlsx"),
        who: text("ann"),
    }
}

#[test]
fn what_was_rejected_of_a_report_and_taken_back_is_chained_and_a_change_past_it_is_said() {
    let office = told();
    let now = jiff::Timestamp::from_second(1_800_000_000).unwrap();
    store::write_beside(&office.path("state"), |c| {
        for (identity, reference) in [("p1", "17/06"), ("p2", "17/07"), ("p3", "17/08")] {
            assert!(ledger::reject(c, &rejected(identity, reference), now)?);
        }
        ledger::take_back_rejection(c, "p3", now)
    })
    .unwrap();
    whole(&office);
    office.run(&["run", "--once"]).well();
    whole(&office);
    tamper(
        &office,
        "UPDATE rejected_proposal SET who = 'bob' WHERE identity = 'p1'; DELETE FROM rejected_proposal WHERE identity = 'p2';
         INSERT INTO rejected_proposal SELECT 9, 'p9', '17/09', asked_of, title, words, form, who, at FROM rejected_proposal",
    );
    let found = office.run(&["verify"]);
    assert_eq!(found.code, 5, "{}", found.out);
    for said in [
        "The rejection of 17/06 was changed past the journal.",
        "The rejection of 17/07 was removed past the journal.",
        "The rejection of 17/09 was added past the journal.",
    ] {
        assert!(found.out.contains(said), "{said}: {}", found.out);
    }
    // What must not be sent twice is not concerned: the program goes on.
    office.run(&["run", "--once"]).well();
}

#[test]
fn who_is_forgotten_leaves_a_history_that_is_whole_and_says_how_much_of_it_is_anonymised() {
    let office = told();
    let head = whole(&office)["head"].clone();
    let forgotten = store::write_beside(&office.path("state"), |c| {
        c.execute(
            "UPDATE reminder SET recipient = 'forgotten:1', recipient_name = '', asked_of = 'forgotten:1', \
                   asked_of_label = '' WHERE recipient = 'person:bob'",
            [],
        )?;
        ledger::forget(c, |text| text == "person:bob" || text == "Bob" || text == "bob")
    });
    let forgotten = forgotten.unwrap();
    assert!(forgotten > 0);
    let verdict = whole(&office);
    assert_eq!((&verdict["head"], &verdict["anonymised"]), (&head, &Value::from(forgotten)));
    let c = Connection::open(office.path("state/rappel.db")).unwrap();
    let named = "SELECT count(*) FROM journal WHERE lower(line || coalesce(private, '')) LIKE '%bob%'";
    assert_eq!(
        c.query_row(named, [], |row| row.get::<_, u32>(0)).unwrap(),
        0,
        "no word of him is left in the journal"
    );
    drop(c);
    assert!(office.run(&["verify"]).well().contains("anonymised"));
    // What the anonymised entries do not cover is still found.
    tamper(
        &office,
        "UPDATE reminder SET step_day = '2001-01-01' WHERE recipient = 'forgotten:1' AND how = 'told'",
    );
    assert_eq!(office.run(&["verify"]).code, 5);
}
