//! What does not leave as it was, and what is told of it: floods, what is no longer true, failures.

use std::net::TcpListener;

use super::{EACH_SECOND, letters, office, said, smtp, subject, text};
use crate::common::{
    office::{Office, header},
    running::Running,
    smtp_server::{Act, At, Script, SmtpServer},
};
use rappel::{
    action::RecipientId,
    clock::Clock,
    daemon::{Daemon, Events, Until},
    letter::{Envelope, Letter, LetterKind},
    outbox,
};

/// A register in which so many people are asked for something.
fn ask(office: &Office, people: usize) {
    let mut names = "Name,Email\n".to_owned();
    let mut actions = "Ref,Title,Asked of,Deadline,Status\n".to_owned();
    for number in 0..people {
        names.push_str(
            ["D", &number.to_string(), ",d", &number.to_string(), "@example.org\n"].concat().as_str(),
        );
        actions.push_str(
            ["A", &number.to_string(), ",do it,D", &number.to_string(), ",,open\n"].concat().as_str(),
        );
    }
    office.write("register/Representatives.csv", &names);
    office.write("register/Actions.csv", &actions);
}

#[test]
fn a_first_run_with_many_letters_is_held_until_somebody_releases_it() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "");
    ask(&office, 26);
    let ran = office.run(&["run", "--once"]);
    assert!(ran.out.contains("26 letters would leave at once (limits.first_run is 25)"), "{}", ran.out);
    ran.failed(5);
    assert_eq!(said(&letters(&server, 1)), ["tsb@example.int: letters are held, please look at them"]);
    let status = office.run(&["status"]);
    assert!(
        status.out.contains("(limits.first_run is 25). `rappel outbox release` lets it go."),
        "{}",
        status.out
    );
    status.failed(5);

    let out = office.run(&["outbox", "release"]).well();
    assert!(out.starts_with("Released. It was held: nothing was ever sent from here before"), "{out}");
    let out = office.run(&["run", "--once"]).well();
    assert!(out.starts_with("26 letters with 26 reminders queued; 26 accepted"), "{out}");
    letters(&server, 27);
    assert!(!office.run(&["status"]).out.contains("limits.first_run"), "nothing is held any more");
    let nothing = office.run(&["outbox", "release"]).failed(4);
    assert!(nothing.contains("Nothing is held"), "{nothing}");
}

/// Nothing was sent often enough for a usual number, but nothing was foreseen: an edit is what makes it many.
#[test]
fn many_letters_at_a_send_time_for_which_none_were_forecast_are_held() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "");
    ask(&office, 1);
    let out = office.run(&["run", "--once"]).well();
    assert!(out.contains("1 accepted"), "{out}");
    ask(&office, 27);
    let ran = office.run(&["run", "--once"]);
    let why = "26 letters would leave at once, and the number that was forecast is 0 (limits.times_usual)";
    assert!(ran.out.contains(why), "{}", ran.out);
    ran.failed(5);
    assert_eq!(letters(&server, 2)[1].to, ["tsb@example.int"]);
    office.run(&["outbox", "release"]).well();
    let out = office.run(&["run", "--once"]).well();
    assert!(out.starts_with("26 letters with 26 reminders queued; 26 accepted"), "{out}");
}

#[test]
fn a_daemon_that_holds_a_flood_goes_on_when_the_register_is_mended() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    ask(&office, 26);
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    daemon.wait_for_status("everything is held");
    ask(&office, 2);
    office.run(&["accept-register"]).well();
    daemon.reload();
    let sent = server.wait_for_letters(3);
    assert!(said(&sent).contains(&"d0@example.org: A0: do it, still outstanding".to_owned()));
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn a_letter_that_waits_is_withdrawn_when_its_action_is_closed_meanwhile() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let office = Office::new(&smtp(closed, ""));
    office.run(&["init"]).well();
    office.actions(&[
        ["A1", "one", "Ann", "", "open"],
        ["A2", "two", "Ann", "", "open"],
        ["B1", "three", "Bob", "", "open"],
    ]);
    office.run(&["run", "--once"]).failed(5);
    office.actions(&[
        ["A1", "one", "Ann", "", "done"],
        ["A2", "two", "Ann", "", "open"],
        ["B1", "three", "Bob", "", "withdrawn"],
    ]);
    let server = SmtpServer::start(Script::default());
    office.settings(&smtp(server.port(), ""));
    let daemon = Running::daemon(&office);
    let sent = server.wait_for_letters(1);
    assert_eq!(daemon.stop().code, 0);
    assert_eq!(said(&sent), ["ann@example.org: A2: two, still outstanding"]);
    assert_eq!(said(&letters(&server, 1)).len(), 1, "Bob gets nothing");
    let list = office.run(&["outbox", "list", "--state", "withdrawn"]).well();
    assert_eq!(list.lines().filter(|line| line.contains("withdrawn")).count(), 2, "{list}");
    let history = office.run(&["history", "A2"]).well();
    assert!(history.contains("accepted"), "the letter written anew tells it: {history}");
}

#[test]
fn a_corrected_address_counts_for_a_letter_that_waits() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let office = Office::new(&smtp(closed, ""));
    office.run(&["init"]).well();
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    office.run(&["run", "--once"]).failed(5);
    office
        .write("register/Representatives.csv", "Name,Email\nAnn,ann@new.example.org\nBob,bob@example.org\n");
    let server = SmtpServer::start(Script::default());
    office.settings(&smtp(server.port(), ""));
    let daemon = Running::daemon(&office);
    let sent = server.wait_for_letters(1);
    assert_eq!(daemon.stop().code, 0);
    assert_eq!(said(&sent), ["ann@new.example.org: A1: one, still outstanding"]);
    let to = header(&String::from_utf8(sent[0].bytes.clone()).unwrap(), "To");
    assert_eq!(to, "ann@new.example.org", "in the letter as well as on the envelope");
    letters(&server, 1);
}

#[test]
fn a_refused_address_is_followed_by_the_persons_second_one() {
    let refused = Act::say("550 5.1.1 No such user here");
    let server = SmtpServer::start(Script::default().for_address("ann@example.org", refused));
    let office = office(&server, "");
    office.write(
        "register/Representatives.csv",
        "Name,Email,Second email\nAnn,ann@example.org,ann@second.example.org\nBob,bob@example.org,\n",
    );
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    office.run(&["run", "--once"]);
    let sent = letters(&server, 1);
    assert!(sent[0].to[0].contains("ann@second.example.org"), "{:?}", sent[0].to);
    let list = office.run(&["outbox", "list"]).well();
    assert!(list.contains("accepted") && list.contains("ann@second.example.org"), "{list}");
}

#[test]
fn the_secretariat_is_told_once_a_day_what_could_not_be_delivered() {
    let refused = Act::say("550 5.1.1 No such user here");
    let server = SmtpServer::start(Script::default().for_address("ann@example.org", refused));
    let office = office(&server, "");
    office.actions(&[["A1", "one", "Ann", "", "open"], ["B1", "two", "Bob", "", "open"]]);
    office.run(&["run", "--once"]).failed(5);
    office.run(&["run", "--once"]);
    let sent = letters(&server, 2);
    assert_eq!(subject(&sent[1]), "1 letter could not be delivered");
    let said = text(&sent[1]).split_whitespace().collect::<Vec<_>>().join(" ");
    let whom_what_why =
        "- Ann, ann@example.org: Letter 1 about A1 (one) was refused: 550 5.1.1 No such user here";
    assert!(said.contains(whom_what_why) && said.contains("Correct the addresses"), "{said}");
    assert!(!said.contains("text or the sender"), "{said}");
    office.run(&["run", "--once"]);
    letters(&server, 2);
}

/// Nobody looks for a mistake in an address that has none.
#[test]
fn what_was_refused_for_its_text_or_its_sender_is_not_told_as_a_bad_address() {
    let server =
        SmtpServer::start(Script::default().on_nth(At::Dot, 1, Act::say("554 5.7.1 Looks like spam")));
    let office = office(&server, "");
    office.write(
        "register/Representatives.csv",
        "Name,Email,Second email\nAnn,ann@example.org,ann@second.example.org\n",
    );
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    office.run(&["run", "--once"]).failed(5);
    office.run(&["run", "--once"]);
    let sent = letters(&server, 1);
    assert_eq!(sent[0].to, ["tsb@example.int"], "the second address is not tried");
    let said = text(&sent[0]).split_whitespace().collect::<Vec<_>>().join(" ");
    let why = "was refused because of its text or its sender, not because of the address: 554 5.7.1 Looks like spam";
    assert!(said.contains(why) && said.contains("whoever runs the mail server"), "{said}");
    assert!(!said.contains("Correct the addresses"), "{said}");
    let history = office.run(&["history", "A1"]).well();
    assert!(history.contains("5.7.1"), "{history}");
}

/// No send time comes until the next year.
#[test]
fn what_could_not_be_delivered_is_told_also_when_no_send_time_comes() {
    let refused = Act::say("550 5.1.1 No such user here");
    let server = SmtpServer::start(Script::default().for_address("ann@example.org", refused));
    let office = Office::new(&smtp(server.port(), "[schedule]\nsend = \"0 8 1 1 *\"\n"));
    let start = "2027-03-01T05:00:00Z".parse().unwrap();
    rappel::store::init(&office.path("state"), start).unwrap();
    office.actions(&[["A1", "one", "Ann", "2027-03-01", "open"]]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sent = runtime.block_on(Box::pin(async {
        let clock = Clock::starting(start);
        let mut events = Events::signals().unwrap();
        let mut daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
        daemon.run(Until::Idle, &mut events).await;
        drop(daemon);
        let mut daemon = Daemon::start(&office.path("rappel.toml"), clock.clone()).await.unwrap();
        for day in 1..=5 {
            let end = clock.now() + jiff::SignedDuration::from_hours(24);
            daemon.go_on(Until::Time(end), &mut events).await;
            let list = office.run(&["outbox", "list"]).out;
            assert_eq!(server.letters().len(), 1, "on day {day}: one letter for one failure\n{list}");
        }
        letters(&server, 1)
    }));
    assert_eq!(subject(&sent[0]), "1 letter could not be delivered");
}

/// The same people, another mistake: it is another flood, and told.
#[test]
fn a_second_flood_of_one_day_is_told_as_well() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "[limits]\nper_run = 30\n");
    ask(&office, 26);
    office.run(&["run", "--once"]).failed(5);
    office.run(&["run", "--once"]).failed(5);
    assert_eq!(letters(&server, 1).len(), 1, "the same one is told once, however often rappel starts");
    office.run(&["outbox", "release"]).well();
    office.run(&["run", "--once"]).well();
    ask(&office, 60);
    office.run(&["run", "--once"]).failed(5);
    let sent = letters(&server, 28);
    assert_eq!(said(&sent[27..]), ["tsb@example.int: letters are held, please look at them"]);
}

/// As a run leaves it that was cut off and is planned again: some of its letters are queued, and it is not served.
#[test]
fn what_was_queued_of_a_send_time_before_it_looked_like_a_flood_is_held_with_the_rest() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "[limits]\nper_run = 30\n");
    ask(&office, 60);
    let queued = Letter {
        key: "a".repeat(32),
        kind: LetterKind::Reminder,
        recipient: RecipientId::person("D0"),
        envelope: Envelope { from: "reminders@example.int".into(), to: "d0@example.org".into() },
        message_id: "a@example.int".into(),
        subject: "the first of them".into(),
        bytes: b"Message-ID: <a@example.int>\r\nSubject: the first of them\r\n\r\nDear D0\r\n".to_vec(),
    };
    let now = Clock::System.now();
    let store = rappel::store::open(&office.path("state")).unwrap();
    store.write_blocking(move |c| outbox::enqueue(c, &queued, now, now)).unwrap();
    drop(store);
    office.run(&["run", "--once"]).failed(5);
    assert_eq!(said(&letters(&server, 1)), ["tsb@example.int: letters are held, please look at them"]);
    let held = office.run(&["outbox", "list", "--state", "held"]).well();
    assert!(held.contains("the first of them"), "{held}");
    office.run(&["outbox", "release"]).well();
    office.run(&["run", "--once"]).well();
    assert!(said(&letters(&server, 62)).contains(&"d0@example.org: the first of them".to_owned()));
}

#[test]
fn a_summary_is_a_sign_of_life_also_when_nothing_is_due() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, "");
    office.write("register/Actions.csv", "Ref,Title,Asked of\n");
    let settings = std::fs::read_to_string(office.path("rappel.toml")).unwrap();
    let with_summary =
        settings.replace("[secretariat]\n", "[secretariat]\nweekly_summary = \"* * * * * *\"\n");
    office.write("rappel.toml", &with_summary);
    let daemon = Running::daemon(&office);
    let sent = server.wait_for_letters(1);
    assert_eq!(daemon.stop().code, 0);
    assert_eq!(subject(&sent[0]), "0 actions outstanding, 0 overdue");
}
