//! One round: `rappel run --once`.

use std::{
    collections::{HashMap, HashSet},
    net::TcpListener,
};

use super::{letters, office, said, smtp, text};
use crate::common::{
    office::{Office, header},
    running::Running,
    smtp_server::{Act, At, Kept, Script, SmtpServer},
};

const DUE: [[&str; 5]; 4] = [
    ["A1", "one", "Ann", "2020-01-15", "open"],
    ["A2", "two", "Ann", "", "open"],
    ["A3", "three", "Bob", "2020-01-15", "done"],
    ["A4", "four", "ISO", "", "pending"],
];

#[test]
fn one_round_sends_what_is_due_to_each_person_in_one_letter_and_the_next_sends_nothing() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "");
    office.actions(&DUE);
    let out = office.run(&["run", "--once"]).well();
    assert_eq!(out, "2 letters with 3 reminders queued; 2 accepted, 0 refused, 0 to be tried again.\n");
    let sent = letters(&server, 2);
    assert_eq!(
        said(&sent),
        [
            "ann@example.org: 2 actions outstanding: 1 overdue (A1, A2)",
            "iso@example.org: A4: four, still outstanding"
        ]
    );
    assert!(sent.iter().all(|letter| letter.from.starts_with("<reminders@example.int>")));
    assert_eq!(server.connections(), 1);
    let out = office.run(&["run", "--once"]).well();
    assert_eq!(out, "Nothing is due now: no letter was written, and none was sent.\n");
    letters(&server, 2);
}

#[test]
fn one_round_delivers_into_a_maildir_and_the_next_adds_nothing() {
    let office = Office::with_maildir();
    office.run(&["init"]).well();
    office.actions(&DUE);
    office.run(&["run", "--once"]).well();
    let first = office.letters();
    assert_eq!(first.len(), 2);
    office.run(&["run", "--once"]).well();
    assert_eq!(office.letters(), first);
}

#[test]
fn a_letter_that_the_server_refuses_is_kept_as_refused_and_the_round_ends_with_5() {
    let refused = Act::say("550 5.1.1 No such user here");
    let server = SmtpServer::start(Script::default().for_address("ann@example.org", refused));
    let office = office(&server, "");
    office.actions(&DUE);
    let ran = office.run(&["run", "--once"]);
    assert!(ran.out.contains("1 accepted, 1 refused, 0 to be tried again."), "{}", ran.out);
    ran.failed(5);
    let list = office.run(&["outbox", "list", "--state", "refused"]).well();
    assert!(list.contains("ann@example.org") && list.contains("550 5.1.1 No such user here"), "{list}");
    let history = office.run(&["history", "A1"]).well();
    assert!(history.contains("refused (550"), "{history}");
    let server = format!("test.example.int (127.0.0.1:{})", server.port());
    let shown = office.run(&["outbox", "show", "1"]).well();
    assert!(shown.contains(&format!("\n            at {server}\n")), "{shown}");
    for command in [&["outbox", "show", "1", "--json"][..], &["history", "A1", "--json"]] {
        let json = office.run(command).well();
        assert!(json.contains(&format!("\"server\": \"{server}\"")), "{json}");
    }
}

/// A server that cannot be reached is not the letters' fault: they wait, and leave when it is back.
#[test]
fn letters_wait_while_the_server_refuses_connections_and_leave_when_it_is_back() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let office = Office::new(&smtp(closed, ""));
    office.run(&["init"]).well();
    office.actions(&DUE);
    let ran = office.run(&["run", "--once"]);
    assert!(ran.out.starts_with("2 letters with 3 reminders queued; 0 accepted"), "{}", ran.out);
    ran.failed(5);
    let waiting = office.run(&["outbox", "list", "--state", "queued"]).well();
    assert_eq!(waiting.lines().filter(|line| line.contains("queued")).count(), 2, "{waiting}");

    let server = SmtpServer::start(Script::default());
    office.settings(&smtp(server.port(), ""));
    let daemon = Running::daemon(&office);
    assert_eq!(server.wait_for_letters(2).len(), 2);
    assert_eq!(daemon.stop().code, 0);
    letters(&server, 2);
}

/// The process is killed while the n-th letter is with the server, which has taken it and does not
/// say so. After the restart those behind it come once, and that one again: the same bytes. One
/// before it may have been answered without the answer being recorded; it is in doubt as well.
#[test]
fn after_a_kill_every_letter_arrives_once_except_those_in_doubt_which_are_the_same_again() {
    for nth in 1..=3 {
        let server = SmtpServer::start(Script::default().on_nth(At::Dot, nth, Act::Silence));
        let office = office(&server, "");
        office.actions(&[
            ["A1", "one", "Ann", "", "open"],
            ["B1", "two", "Bob", "", "open"],
            ["C1", "three", "ISO", "", "open"],
        ]);
        let round = Running::start(&office, office.command(&["run", "--once"]));
        let before = letters(&server, nth);
        round.kill();
        let daemon = Running::daemon(&office);
        let in_doubt = &before[nth - 1];
        let sent = wait_until_twice(&server, in_doubt);
        assert_eq!(daemon.stop().code, 0);

        let mut people = HashMap::<_, Vec<_>>::new();
        for letter in &sent {
            people.entry(&letter.to).or_default().push(letter);
        }
        assert_eq!(people.len(), 3, "nobody is left out");
        for (to, copies) in people {
            let was_out = before.iter().any(|letter| letter.to == *to);
            assert!(copies.len() == 1 || was_out && copies.len() == 2, "{to:?} got {}", copies.len());
            for copy in &copies {
                assert_eq!(copy.bytes, copies[0].bytes);
                assert_eq!(header(&text(copy), "Message-ID"), header(&text(copies[0]), "Message-ID"));
            }
        }
    }
}

/// Waits until this letter came again and every other came.
fn wait_until_twice(server: &SmtpServer, letter: &Kept) -> Vec<Kept> {
    let mut count = 4;
    loop {
        let sent = server.wait_for_letters(count);
        assert!(sent.len() >= count, "{:?} did not come again", letter.to);
        let people: HashSet<_> = sent.iter().map(|letter| &letter.to).collect();
        if people.len() == 3 && sent.iter().filter(|other| other.to == letter.to).count() == 2 {
            return sent;
        }
        count += 1;
    }
}

#[test]
fn one_round_without_a_mail_server_ends_however_many_letters_wait() {
    // More letters than are claimed at once, and a port at which nobody answers.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let office = Office::new(&format!(
        "[limits]\nfirst_run = 1000\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {free}\ntls = \"none\"\n"
    ));
    let (mut people, mut actions) = ("Name,Email\n".to_owned(), String::new());
    for n in 0..150 {
        people.push_str(&["P", &n.to_string(), ",p", &n.to_string(), "@example.org\n"].concat());
        actions
            .push_str(&["R", &n.to_string(), ",Nominate,P", &n.to_string(), ",2017-06-23,open\n"].concat());
    }
    office.write("register/Representatives.csv", &people);
    office.write("register/Actions.csv", &format!("Ref,Title,Asked of,Deadline,Status\n{actions}"));
    office.run(&["init"]).well();
    let ran = office.run(&["run", "--once"]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(ran.out.contains("150 letters with 150 reminders queued; 0 accepted"), "{}", ran.out);
}
