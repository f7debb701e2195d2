//! A trial: letters go to a few domains only, whatever the register says.

use super::{letters, office, said, smtp, text};
use crate::common::smtp_server::{Script, SmtpServer};

const OWN: &str = "[mail]\nallow_domains = [\"example.int\", \"second.example.org\"]\n";

#[test]
fn a_letter_to_another_domain_is_never_sent_and_the_secretariat_is_told() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, OWN);
    office.write(
        "register/Representatives.csv",
        "Name,Email,Second email\nAnn,ann@example.org,ann@second.example.org\nBob,bob@example.int,\n",
    );
    office.actions(&[["A1", "one", "Ann", "", "open"], ["B1", "two", "Bob", "", "open"]]);

    let check = office.run(&["check"]).well();
    assert!(check.contains("to example.int, second.example.org only"), "{check}");
    assert!(check.contains("Ann <ann@example.org> gets no letter"), "{check}");
    assert!(!check.contains("Bob <"), "{check}");
    let forecast = office.run(&["forecast", "--until", "2099-01-01", "--by", "person"]).well();
    assert!(forecast.contains("Ann (not sent)") && !forecast.contains("Bob (not sent)"), "{forecast}");
    let why = office.run(&["why", "A1"]).well();
    assert!(why.contains("=> Ann: a letter is not sent: mail.allow_domains"), "{why}");

    let ran = office.run(&["run", "--once"]);
    assert!(ran.out.contains("1 accepted, 1 refused, 0 to be tried again"), "{}", ran.out);
    ran.failed(5);
    assert_eq!(said(&letters(&server, 1)), ["bob@example.int: B1: two, still outstanding"]);
    let list = office.run(&["outbox", "list", "--state", "refused", "--json"]).well();
    assert!(list.contains("mail.allow_domains does not allow example.org"), "{list}");

    // Told once, and nobody dialled for the other letter, not even for its second address.
    office.run(&["run", "--once"]).well();
    let sent = letters(&server, 2);
    let notice = text(&sent[1]);
    assert!(sent[1].to == ["tsb@example.int"] && notice.contains("ann@example.org"), "{notice}");
    assert_eq!(server.count("RCPT TO:<ann@"), 0);
    let refused = office.run(&["send-test", "--to", "ann@example.org"]).failed(1);
    assert!(refused.contains("not sent: mail.allow_domains"), "{refused}");
    assert_eq!(server.count("RCPT TO:<ann@"), 0);
    let status = office.run(&["status"]).out;
    assert!(status.contains("Letters leave to example.int, second.example.org only"), "{status}");
}

#[test]
fn a_letter_that_waits_is_not_sent_either_when_its_domain_is_taken_off_the_list() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let closed = crate::common::office::Office::new(&smtp(port, ""));
    closed.run(&["init"]).well();
    closed.actions(&[["A1", "one", "Ann", "", "open"]]);
    closed.run(&["run", "--once"]).failed(5);
    let server = SmtpServer::start(Script::default());
    closed.settings(&smtp(server.port(), OWN));
    closed.run(&["outbox", "retry", "1"]).well();
    closed.run(&["run", "--once"]).failed(5);
    assert_eq!(server.count("RCPT"), 0);

    // The trial is over: what somebody still wants to send is sent.
    closed.settings(&smtp(server.port(), ""));
    closed.run(&["outbox", "retry", "1"]).well();
    closed.run(&["run", "--once"]).well();
    assert!(said(&server.letters()).iter().any(|one| one.starts_with("ann@example.org")));
}
