//! Bad input while the daemon runs: the last good register, settings and templates stay in force.

use super::{EACH_SECOND, letters, office, said, smtp, subject, text};
use crate::common::{
    office::Office,
    running::Running,
    smtp_server::{Kept, Script, SmtpServer},
};

const NEVER: &str = "[policy.default]\nwithout_deadline = \"never\"\n";
const MONTHLY: &str = "[policy.default]\nwithout_deadline = \"0 8 1 * *\"\n";
const ANN: [&str; 5] = ["A1", "one", "Ann", "", "open"];
const BOB: [&str; 5] = ["B1", "two", "Bob", "", "open"];

fn notices(letters: &[Kept]) -> Vec<&Kept> {
    letters.iter().filter(|letter| letter.to == ["tsb@example.int"]).collect()
}

#[test]
fn a_bad_register_leaves_the_last_good_one_in_force_and_the_secretariat_is_told_once() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, &format!("{EACH_SECOND}{NEVER}"));
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);

    office.actions(&[ANN, ["B1", "two", "Bop", "31/02/2018", "opne"]]);
    let notice = text(&letters(&server, 1)[0]);
    for problem in ["Actions.csv, line 3", "Bop", "did you mean Bob", "31/02/2018", "opne"] {
        assert!(notice.contains(problem), "no {problem} in\n{notice}");
    }
    daemon.wait_for_status("the register has errors, the last good one is in force");
    let ran = office.run(&["status"]);
    assert!(ran.out.contains("The daemon runs"), "{}", ran.out);
    assert!(ran.out.contains("The register has errors; the last good one is in force."), "{}", ran.out);
    assert!(ran.out.contains("31/02/2018") && ran.out.contains("1 open action"), "{}", ran.out);
    ran.failed(5);
    let json: serde_json::Value = serde_json::from_str(&office.run(&["status", "--json"]).out).unwrap();
    assert!(json["register_trouble"].as_str().unwrap().contains("31/02/2018"), "{json}");

    // What is still open goes on being reminded: here it becomes due by the settings.
    office.settings(&smtp(server.port(), &format!("{EACH_SECOND}{MONTHLY}")));
    let sent = letters(&server, 2);
    assert_eq!(subject(&sent[1]), "A1: one, still outstanding");

    // The same problems once more, then others, then none.
    daemon.reload();
    office.actions(&[ANN, ["B1", "", "Bob", "", "open"]]);
    letters(&server, 3);
    office.actions(&[ANN, BOB]);
    let sent = letters(&server, 4);
    assert_eq!(notices(&sent).len(), 2);
    assert_eq!(said(&sent)[1], "bob@example.org: B1: two, still outstanding");
    let status = office.run(&["status"]).well();
    assert!(!status.contains("errors"), "{status}");
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn bad_settings_leave_the_old_ones_in_force_and_the_register_is_still_read() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);

    office.settings(&smtp(server.port(), "[schedule]\nsend = \"61 * * * *\"\nsned = 1\n"));
    let sent = letters(&server, 2);
    let notice = notices(&sent)[0];
    assert!(text(notice).contains("61") && text(notice).contains("sned"), "{}", text(notice));
    daemon.wait_for_status("the settings have errors, the old ones are in force");
    office.run(&["status"]).failed(3);

    office.actions(&[ANN, BOB]);
    letters(&server, 3);
    office.settings(&smtp(server.port(), EACH_SECOND));
    daemon.reload();
    let status = daemon.wait_for("STATUS=");
    assert!(!status.contains("errors"), "{status}");
    assert_eq!(daemon.stop().code, 0);
}

#[test]
fn a_bad_template_leaves_the_old_ones_in_force_and_the_notice_names_file_line_and_variable() {
    let server = SmtpServer::start(Script::default());
    let settings = format!("{EACH_SECOND}[templates]\ndir = \"words\"\n");
    let office = with_templates(&server, &settings);
    office.actions(&[ANN]);
    let daemon = Running::daemon(&office);
    letters(&server, 1);

    office.write("words/en/reminder.txt", "First line\n{{ no_such_thing }}\n");
    let sent = letters(&server, 2);
    let notice = text(notices(&sent)[0]);
    for part in ["reminder.txt", "line 2", "no_such_thing"] {
        assert!(notice.contains(part), "no {part} in\n{notice}");
    }
    office.actions(&[ANN, BOB]);
    let sent = letters(&server, 3);
    assert!(!text(&sent[2]).contains("First line"));
    assert_eq!(daemon.stop().code, 0);
    // A start has no old ones to keep: it ends with the list.
    let list = office.run(&["run"]).failed(3);
    assert!(list.contains("no_such_thing"), "{list}");
}

fn with_templates(server: &SmtpServer, settings: &str) -> Office {
    let office = Office::new(&smtp(server.port(), settings));
    std::fs::create_dir_all(office.path("words/en")).unwrap();
    office.run(&["init"]).well();
    office
}

#[test]
fn without_a_good_register_at_start_the_daemon_ends_with_3_and_the_list_and_sends_nothing() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN, ["B1", "two", "Bop", "", "open"], ["C1", "", "Bob", "", "opne"]]);
    for args in [&["run"][..], &["run", "--once"]] {
        let list = office.run(args).failed(3);
        for part in ["Actions.csv, line 3", "Bop", "Actions.csv, line 4", "opne"] {
            assert!(list.contains(part), "no {part} in\n{list}");
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_register_that_lost_more_than_half_its_open_actions_is_held_until_it_is_accepted() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    let others = ["C1", "D1"].map(|reference| [reference, "more", "Ann", "2099-01-01", "open"]);
    office.actions(&[["A1", "one", "Ann", "2099-01-01", "open"], others[0], others[1]]);
    let daemon = Running::daemon(&office);

    office.actions(&[others[0], BOB]);
    let sent = letters(&server, 1);
    assert_eq!(subject(&sent[0]), "The register register is held: 2 of its 3 open actions are gone");
    let notice = text(notices(&sent)[0]);
    assert!(notice.contains("put them back") && notice.contains("`rappel accept-register`"), "{notice}");
    daemon.wait_for_status("a register that lost many actions is held");
    let ran = office.run(&["status"]);
    assert!(ran.out.contains("rappel accept-register"), "{}", ran.out);
    ran.failed(5);
    let checked = office.run(&["check"]).well();
    assert!(checked.contains("Warning: The register is held, and not in force: 2 of the 3"), "{checked}");
    for args in [&["preview", "B1"][..], &["why", "B1"], &["status"]] {
        let ran = office.run(args);
        assert!(ran.err.contains("is held, and not in force"), "{args:?}: {}", ran.err);
    }
    // Held also through a restart.
    assert_eq!(daemon.stop().code, 0);
    let daemon = Running::daemon(&office);
    daemon.wait_for_status("held");
    letters(&server, 1);

    office.run(&["accept-register"]).well();
    let sent = letters(&server, 2);
    assert_eq!(subject(&sent[1]), "B1: two, still outstanding");
    office.run(&["status"]).well();
    assert_eq!(daemon.stop().code, 0);
}

/// Closing rows is not losing them.
#[test]
fn a_register_in_which_every_action_is_closed_comes_into_force() {
    let server = SmtpServer::start(Script::default());
    let office = office(&server, EACH_SECOND);
    let rows = |status| ["A1", "B1", "C1"].map(|reference| [reference, "one", "Ann", "2099-01-01", status]);
    office.actions(&rows("open"));
    let daemon = Running::daemon(&office);
    daemon.wait_for_status("3 outstanding");
    office.actions(&rows("done"));
    daemon.wait_for_status("0 outstanding, no letters planned");
    office.run(&["status"]).well();
    assert_eq!(daemon.stop().code, 0);
}
