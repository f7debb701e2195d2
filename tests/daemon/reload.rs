//! The register and the settings change under a daemon that runs.

use rappel::letter::Mark;

use super::{EACH_SECOND, letters, office, said, smtp, text};
use crate::common::{
    office::header,
    running::Running,
    smtp_server::{Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];

#[test]
fn what_becomes_due_by_an_edit_is_sent_when_the_file_is_saved() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    office.actions(&[ANN, ["B1", "two", "Bob", "", "open"]]);
    let sent = letters(&server, 2);
    assert_eq!(said(&sent)[1], "bob@example.org: B1: two, still outstanding");
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn sighup_makes_the_daemon_read_everything_again() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    office.settings(&smtp(
        server.port(),
        "[policy.default]\nbefore = [\"1d\"]\n[schedule]\nsend = \"0 8 * * Mon\"",
    ));
    daemon.signal("HUP");
    daemon.wait_for_status("08:00");
    assert_eq!(daemon.stop().code, 0);
}

/// By it an archive tells whether the state knows its own letters.
#[test]
fn letters_carry_the_mark_of_their_state_also_after_the_settings_were_read_anew() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    let never = smtp(server.port(), "[schedule]\nsend = \"0 8 1 1 *\"\n");
    office.settings(&never);
    daemon.signal("HUP");
    daemon.wait_for_status("08:00");
    office.actions(&[ANN, ["B1", "two", "Bob", "", "open"]]);
    office.settings(&smtp(server.port(), EACH_SECOND));
    daemon.signal("HUP");
    let sent = letters(&server, 2);
    let marks: Vec<_> =
        sent.iter().map(|one| Mark::of(header(&text(one), "Message-ID").as_str()).unwrap()).collect();
    assert_eq!(marks[0], marks[1]);
    assert_eq!(daemon.stop().code, 0);
}

/// What is written beside another database would be taken for what is true of that one.
#[test]
fn a_state_folder_named_while_the_daemon_runs_is_left_alone_until_a_restart() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    std::fs::create_dir(office.path("elsewhere")).unwrap();
    let file = office.path("rappel.toml");
    let changed = std::fs::read_to_string(&file).unwrap().replace("dir = \"state\"", "dir = \"elsewhere\"");
    std::fs::write(&file, changed).unwrap();
    daemon.reload();
    office.actions(&[ANN, ["B1", "two", "Bob", "", "open"]]);
    letters(&server, 2);
    daemon.wait_for_status("2 outstanding");
    let stopped = daemon.stop();
    assert_eq!(stopped.code, 0);
    assert_eq!(stopped.err.matches("state.dir changed").count(), 1, "{}", stopped.err);
    let left: Vec<_> = std::fs::read_dir(office.path("elsewhere")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The new action is the proof that the daemon has seen the edit, and planned.
#[test]
fn an_action_that_is_done_is_not_reminded() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[["A1", "one", "Ann", "2099-01-01", "open"]]);
    let daemon = Running::daemon(&office);
    office.actions(&[
        ["A1", "one", "Ann", "2020-01-15", "done"],
        ["B1", "two", "Bob", "2020-01-15", "withdrawn"],
        ["C1", "three", "ISO", "2020-01-15", "open"],
    ]);
    letters(&server, 1);
    assert_eq!(daemon.stop().code, 0);
    let sent = letters(&server, 1);
    assert!(said(&sent)[0].starts_with("iso@example.org: C1: three"), "{:?}", said(&sent));
}

#[test]
fn a_moved_deadline_reminds_again() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[["A1", "one", "Ann", "2020-01-15", "open"]]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    office.actions(&[["A1", "one", "Ann", "2020-01-16", "open"]]);
    letters(&server, 2);
    assert_eq!(daemon.stop().code, 0);
}

/// The settings themselves are good, so that only trying them shows that they cannot be used.
#[test]
fn mail_settings_that_cannot_be_used_leave_the_old_ones_in_force_and_are_told_once() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);
    let maildir = format!("{EACH_SECOND}[mail.maildir]\npath = \"here/letters\"\n");
    office.write("here", "a file, not a folder");
    office.settings(&maildir);
    daemon.reload();
    daemon.wait_for_status("the new mail settings cannot be used, the old ones are in force");
    let sent = letters(&server, 2);
    let notice = text(&sent[1]);
    assert!(sent[1].to == ["tsb@example.int"] && notice.contains("here/letters"), "{notice}");
    let status = office.run(&["status"]);
    assert!(status.out.contains("the old ones are in force: Maildir"), "{}", status.out);
    status.failed(5);

    // Letters go on leaving, and the same problem is no news.
    daemon.reload();
    office.actions(&[ANN, ["B1", "two", "Bob", "", "open"]]);
    assert_eq!(letters(&server, 3)[2].to, ["bob@example.org"]);

    // What was in the way is gone.
    std::fs::remove_file(office.path("here")).unwrap();
    daemon.reload();
    office.actions(&[ANN, ["B1", "two", "Bob", "", "open"], ["C1", "three", "ISO", "", "open"]]);
    let status = daemon.wait_for_status("3 outstanding");
    assert!(!status.contains("mail settings"), "{status}");
    assert_eq!(daemon.stop().code, 0);
    assert_eq!(office.run(&["status", "--json"]).out.matches("\"mail_trouble\": null").count(), 1);
    letters(&server, 3);
}

#[test]
fn new_mail_settings_take_effect_without_a_restart() {
    let (old, new) = (SmtpServer::start(Script::default()), SmtpServer::start(Script::default()));
    let office = office(&old, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&old, 1);
    office.settings(&smtp(new.port(), EACH_SECOND));
    daemon.reload();
    office.actions(&[ANN, ["B1", "two", "Bob", "", "open"]]);
    letters(&new, 1);
    assert_eq!(daemon.stop().code, 0);
    letters(&old, 1);
}
