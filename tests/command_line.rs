//! Every command, as its user sees it: on the example and on bad input, for people and for programs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{fs, path::Path};

use common::office::{Office, Ran, rappel};
use serde_json::Value;

/// Every command that there is, with what it needs to run on the example, if it prints data.
const COMMANDS: &[&[&str]] = &[
    &["setup"],
    &["run"],
    &["check"],
    &["doctor"],
    &["status"],
    &["forecast"],
    &["preview"],
    &["why"],
    &["export"],
    &["history"],
    &["apply"],
    &["report"],
    &["verify"],
    &["close"],
    &["reopen"],
    &["snooze"],
    &["extend"],
    &["acknowledge"],
    &["approve"],
    &["assign"],
    &["correct"],
    &["send-test"],
    &["import"],
    &["rejected"],
    &["outbox"],
    &["outbox", "list"],
    &["outbox", "show"],
    &["outbox", "retry"],
    &["outbox", "drop"],
    &["outbox", "accept"],
    &["outbox", "hold"],
    &["outbox", "release"],
    &["new"],
    &["init"],
    &["backup"],
    &["adopt"],
    &["forget"],
    &["accept-register"],
    &["rehearse"],
];

/// Without a state, whatever somebody did with the example before.
fn example(args: &[&str]) -> Ran {
    let mut command = rappel();
    command.env("RAPPEL__STATE__DIR", "/nowhere/state");
    command.args(["--config", "config/example/rappel.toml"]).args(args);
    Ran::of(command)
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&example(args).well()).unwrap()
}

/// `status` of the example: no daemon runs, and that needs attention.
fn status(more: &[&str]) -> String {
    let ran = example(&[&["status", "--on", "2017-06-16"], more].concat());
    assert_eq!(ran.code, 5);
    ran.out
}

/// What a command said, with its code; paths of this machine are shortened.
fn shown(ran: &Ran, folder: &Path) -> String {
    let text = format!("{}{}exit code {}\n", ran.out, ran.err, ran.code);
    let here = std::env::current_dir().unwrap();
    text.replace(folder.to_str().unwrap().trim_end_matches('/'), "FOLDER")
        .replace(here.to_str().unwrap(), "HERE")
}

fn shown_here(ran: &Ran) -> String {
    shown(ran, Path::new("/nowhere"))
}

#[test]
fn check_says_what_was_understood() {
    let ran = example(&["check"]);
    // The next send times and letters are counted from now.
    let is_time = |line: &&str| {
        !(line.starts_with("           ")
            && (line.ends_with("(Europe/Zurich)") || line.ends_with("shows them"))
            || line.starts_with("Next "))
    };
    assert_eq!(ran.out.lines().filter(|line| !is_time(line)).count(), 7);
    let lines: Vec<_> = ran.out.lines().filter(is_time).collect();
    insta::assert_snapshot!(shown_here(&Ran { out: lines.join("\n") + "\n", ..ran }));
}

#[test]
fn check_says_how_many_people_get_the_next_letters_as_forecast_shows_them() {
    let next = &json(&["check", "--json"])["next_letters"];
    let day = next["at"].as_str().unwrap()[..10].to_owned();
    let forecast = json(&["forecast", "--until", &day, "--json"]);
    let letters: Vec<_> = forecast.as_array().unwrap().iter().filter(|one| one["at"] == next["at"]).collect();
    let to: std::collections::HashSet<_> = letters.iter().map(|one| one["address"].as_str()).collect();
    assert_eq!(*next, serde_json::json!({ "at": next["at"], "people": to.len() }));
    assert!(!letters.is_empty() && forecast[0]["at"] == next["at"], "{forecast}");
    let said = example(&["check"]).well();
    assert!(said.contains(&format!("\n           `rappel forecast --until {day}` shows them\n")), "{said}");
}

#[test]
fn status_shows_each_outstanding_action() {
    insta::assert_snapshot!(shown_here(&example(&["status", "--on", "2017-06-16"])));
}

#[test]
fn status_shows_closed_actions_and_those_for_information_when_asked() {
    let all = status(&["--all"]);
    let json: Value = serde_json::from_str(&status(&["--all", "--json"])).unwrap();
    assert_eq!(json["actions"].as_array().unwrap().len(), 8);
    assert!(all.contains("17/03-i3") && all.contains("done"), "{all}");
}

#[test]
fn forecast_shows_who_gets_what_when() {
    insta::assert_snapshot!(shown_here(&example(&[
        "forecast",
        "--from",
        "2017-05-02",
        "--until",
        "2017-06-30"
    ])));
}

#[test]
fn forecast_by_person_shows_the_letters_of_each() {
    let args = ["forecast", "--from", "2017-05-02", "--until", "2017-06-30", "--by", "person"];
    insta::assert_snapshot!(shown_here(&example(&args)));
}

#[test]
fn a_forecast_without_letters_says_so() {
    insta::assert_snapshot!(shown_here(&example(&[
        "forecast",
        "--from",
        "2017-05-06",
        "--until",
        "2017-05-07"
    ])));
}

#[test]
fn a_forecast_of_a_time_that_is_over_has_to_say_where_it_begins() {
    let said = example(&["forecast", "--until", "2017-05-07"]).failed(1);
    assert_eq!(
        said.trim(),
        "Sun 7 May 2017 is over. To look at a time in the past, say where it begins: --from DATE."
    );
}

#[test]
fn preview_shows_the_letter_of_each_recipient() {
    insta::assert_snapshot!(shown_here(&example(&["preview", "17/06", "--on", "2017-06-16"])));
}

#[test]
fn preview_writes_the_html_part_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.html");
    let path = file.to_str().unwrap();
    example(&["preview", "17/06", "--on", "2017-06-16", "--to", "martin euchner", "--html", path]).well();
    let html = fs::read_to_string(&file).unwrap();
    assert!(html.contains("Martin Euchner") && html.trim_end().ends_with("</html>"), "{html}");
    let nowhere = folder.path().join("no/such/folder/letter.html");
    let error = example(&["preview", "17/06", "--html", nowhere.to_str().unwrap()]).failed(1);
    assert!(error.contains("letter.html could not be written"), "{error}");
}

#[test]
fn why_explains_rule_by_rule() {
    insta::assert_snapshot!(shown_here(&example(&["why", "17/06", "--on", "2017-06-16"])));
}

#[test]
fn why_explains_an_action_without_a_deadline_and_one_for_information() {
    let first = shown_here(&example(&["why", "17/03 iso", "--on", "2017-05-20"]));
    let second = shown_here(&example(&["why", "17/03-i1", "--on", "2017-05-20"]));
    insta::assert_snapshot!(first + &second);
}

#[test]
fn why_says_as_what_else_a_catch_up_letter_counts() {
    let office = Office::with_maildir();
    office.actions(&[["A1", "one", "Ann", "", "open"], ["A2", "two", "Ann", "2017-06-02", "open"]]);
    let why = |reference: &str, on: &str| office.run(&["why", reference, "--on", on]).well();
    let late = |step: &str| {
        format!("It comes late, and counts as {step} too, which would follow within a few days.")
    };
    for (reference, on, step) in [
        ("A1", "2017-06-28", "\"still outstanding\" (Sat 1 Jul 2017)"),
        ("A2", "2017-06-15", "\"14 days overdue\" (Fri 16 Jun 2017)"),
    ] {
        let said = why(reference, on);
        assert!(said.contains(&late(step)), "{said}");
    }
    for (reference, on) in [("A1", "2017-06-01"), ("A1", "2017-06-20"), ("A2", "2017-06-12")] {
        let said = why(reference, on);
        assert!(!said.contains("counts as"), "{said}");
    }
}

#[test]
fn rehearse_lists_the_letters_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("rehearsal");
    let ran = example(&[
        "rehearse",
        "--from",
        "2017-05-02",
        "--until",
        "2017-05-31",
        "--maildir",
        maildir.to_str().unwrap(),
    ]);
    insta::assert_snapshot!(shown(&ran, folder.path()));
}

#[test]
fn an_unknown_action_or_person_is_code_4_with_the_nearest_name() {
    let asked: [&[&str]; 8] = [
        &["why", "17/60"],
        &["preview", "17/O6"],
        &["preview", "17/06", "--to", "Olivier Dubuison"],
        &["preview", "17/06", "--to", "Somebody Else"],
        &["preview", "17/03-i1"],
        &["preview", "17/06 ITU-R"],
        &["preview", "17/06 ITU-T", "--escalated"],
        &["preview", "17/06 ITU-T", "--closed"],
    ];
    let mut all = String::new();
    for args in asked {
        let ran = example(args);
        assert_eq!(ran.code, 4);
        all.extend(["$ rappel ", &args.join(" "), "\n", &shown_here(&ran)]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_command_line_that_is_not_understood_is_code_2_and_says_what_would_be_right() {
    let asked: [&[&str]; 8] = [
        &["statsu"],
        &["forecast"],
        &["forecast", "--until", "05/06/2017"],
        &["forecast", "--until", "the summer"],
        &["forecast", "--until", "2017-06-31"],
        &["send-test", "--to", "nobody"],
        &["outbox", "list", "--state", "lost"],
        &["outbox", "show", "first"],
    ];
    let mut all = String::new();
    for args in asked {
        let ran = example(args);
        assert_eq!(ran.code, 2);
        all.extend(["$ rappel ", &args.join(" "), "\n", &shown_here(&ran)]);
    }
    insta::assert_snapshot!(all);
}

#[test]
fn an_action_needs_no_quotation_marks_and_no_exact_spacing() {
    let office = Office::with_maildir();
    office.write(
        "register/Actions.csv",
        "Ref,Title,Asked of\nAI 12/3,send a report,Ann\n17/06,nominate somebody,Ann\n17/06,nominate somebody,Bob\n",
    );
    let asked: [(&[&str], &str); 7] = [
        (&["AI 12/3"], "AI 12/3, asked of Ann"),
        (&["AI", "12/3"], "AI 12/3, asked of Ann"),
        (&["ai12/3"], "AI 12/3, asked of Ann"),
        (&["ai  12/3 "], "AI 12/3, asked of Ann"),
        (&["ai", "12/3", "ann"], "AI 12/3, asked of Ann"),
        (&["17/06", "bob"], "17/06, asked of Bob"),
        (&["17/06, asked of Bob"], "17/06, asked of Bob"),
    ];
    for (words, meant) in asked {
        let why = office.run(&[&["why"], words].concat()).well();
        assert!(why.starts_with(meant) && why.matches(", asked of ").count() == 1, "{words:?}: {why}");
    }
    let other = office.run(&["why", "17/06", "ISO"]).failed(4);
    assert_eq!(other, "17/06 is not asked of \"ISO\"; it is asked of Ann, Bob.\n");
    office.run(&["init"]).well();
    let closed = office.run(&["close", "17/06", "--asked-of", "Bob"]).well();
    assert!(closed.contains("The register says open under Status: write done there as well."), "{closed}");
    let snoozed = office.run(&["snooze", "AI", "12/3", "--until", "1 June 2099"]).well();
    assert!(snoozed.contains("write 2099-06-01 there as well"), "{snoozed}");
    let history = office.run(&["history", "17/06", "Ann"]).well();
    assert_eq!(history, "Nothing was told about 17/06 Ann so far. `rappel why 17/06 Ann` says what comes.\n");
    assert!(office.run(&["history", "17/06", "Bob"]).well().contains("closed"));
}

#[test]
fn a_deadline_with_a_time_is_shown_in_the_secretariats_zone() {
    let office = Office::with_maildir();
    office.actions(&[
        ["A1", "one", "Ann", "2099-06-05 17:00", "open"],
        ["A2", "two", "Ann", "2017-06-05", "open"],
    ]);
    let status = office.run(&["status"]).out;
    assert!(
        status.contains("Fri 5 Jun 2099 17:00") && status.contains("Mon 5 Jun 2017 (overdue)"),
        "{status}"
    );
    assert!(status.contains("2 actions outstanding, 1 of them overdue, as of"), "{status}");
}

#[test]
fn an_action_of_which_nobody_is_ever_reminded_is_told() {
    let office = Office::new(
        "[mail.maildir]\npath = \"letters\"\n[policy.quiet]\nbefore = [\"7d\"]\n[policy.silent]\n",
    );
    office.write(
        "register/Actions.csv",
        "Ref,Title,Asked of,Deadline,Status,Policy\nA1,one,Ann,,open,quiet\nA2,two,Ann,2099-06-05,open,quiet\n\
         A3,three,Ann,,done,quiet\nA4,four,Ann,2099-06-05,open,silent\nA5,five,Ann,,open,\n",
    );
    let check = office.run(&["check"]).well();
    let said: Vec<_> = check.lines().filter(|line| line.contains("Nobody is ever reminded")).collect();
    assert_eq!(
        said,
        [
            "Warning: Nobody is ever reminded of A1 (Ann): there is no deadline, and the policy quiet does not remind of such \
             actions. Add a deadline, or without_deadline = \"0 8 1 * *\" to [policy.quiet] for a reminder each month.",
            "Warning: Nobody is ever reminded of A4 (Ann): the policy silent reminds of nothing. Name another under Policy, or \
             add to [policy.silent] when to remind."
        ]
    );
    let status = office.run(&["status"]).out;
    assert!(
        status.contains("Nobody is ever reminded of 2 actions: `rappel check` says of which, and why."),
        "{status}"
    );
    assert!(
        office
            .run(&["why", "A1"])
            .well()
            .contains("3. It has no deadline, and the policy does not remind of such actions.")
    );
}

#[test]
fn a_span_that_ends_before_it_begins_is_refused() {
    for command in ["forecast", "rehearse"] {
        let error = example(&[command, "--from", "2017-06-30", "--until", "2017-06-29"]).failed(1);
        assert_eq!(error, "--until 2017-06-29 is before --from 2017-06-30. Exchange the two.\n");
    }
}

#[test]
fn every_command_that_reads_the_register_lists_all_its_problems_with_code_3() {
    let office = bad_office();
    insta::assert_snapshot!(shown(&office.run(&["check"]), &office.path("")));
    let list = office.run(&["check"]).failed(3);
    let asked: [&[&str]; 6] = [
        &["status"],
        &["forecast", "--until", "2017-06-30"],
        &["preview", "A1"],
        &["why", "A1"],
        &["rehearse", "--from", "2017-05-02", "--until", "2017-05-03"],
        &["accept-register"],
    ];
    for args in asked {
        assert_eq!(office.run(args).failed(3), list, "{args:?}");
    }
}

fn bad_office() -> Office {
    let office = Office::with_maildir();
    office.actions(&[
        ["A1", "one", "Ann", "31/02/2018", "open"],
        ["A2", "", "Bop", "05/06/2018", "opne"],
        ["A1", "one", "Ann", "", "open"],
    ]);
    office
}

#[test]
fn every_command_lists_all_problems_of_the_settings_with_code_3() {
    let office = Office::with_maildir();
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    office.write(
        "rappel.toml",
        "[secretariat]\nname = \"TSB\"\naddress = \"tsb@\"\ntime_zone = \"Europe/Zürich\"\n\n[register]\n\
         path = \"registre\"\n\n[schedule]\nsend = \"0 25 * * *\"\n\n[policy.default]\nbefore = [\"7x\"]\n\n\
         [mail.maildir]\npath = \"letters\"\n\n[stat]\ndir = \"state\"\n",
    );
    insta::assert_snapshot!(shown(&office.run(&["check"]), &office.path("")));
    let list = office.run(&["check"]).failed(3);
    for args in [&["run"][..], &["init"], &["status"], &["history", "A1"], &["outbox", "list"]] {
        assert_eq!(office.run(args).failed(3), list, "{args:?}");
    }
    assert!(!office.path("state").exists());
}

#[test]
fn mistakes_of_the_register_are_listed_with_those_of_the_settings() {
    let office = bad_office();
    let settings = "[secretariat]\nname = \"TSB\"\naddress = \"tsb@\"\n\n[register]\npath = \"register\"\n\n[mail.maildir]\n\
         path = \"letters\"\n\n[mail.archive]\nwait = \"2 fortnights\"\n\n[state]\ndir = \"state\"\n";
    office.write("rappel.toml", settings);
    let list = office.run(&["check"]).failed(3);
    for mistake in
        ["rappel.toml, line 3, secretariat.address:", "is not a unit. Write a time up to 7d", "31/02/2018"]
    {
        assert!(list.contains(mistake), "{mistake}: {list}");
    }
    // What depends on a setting that is wrong is not judged.
    office.write(
        "rappel.toml",
        &settings.replace("[register]", "[policy.urgent]\nbefore = [\"7x\"]\n\n[register]"),
    );
    let list = office.run(&["check"]).failed(3);
    assert!(list.contains("\"7x\"") && !list.contains("31/02/2018"), "{list}");
    for nearly in ["[polcy.urgent]\nbefore = [\"7d\"]", "[calendar.geneva]\nweekend = []"] {
        office.write("rappel.toml", &settings.replace("[register]", &format!("{nearly}\n\n[register]")));
        let list = office.run(&["check"]).failed(3);
        assert!(list.contains("did you mean") && !list.contains("31/02/2018"), "{list}");
    }
}

#[test]
fn a_settings_file_that_is_missing_is_named() {
    let mut command = rappel();
    command.args(["--config", "no/such.toml", "check"]);
    insta::assert_snapshot!(shown_here(&Ran::of(command)));
}

#[test]
fn before_init_what_needs_a_state_says_so_and_what_does_not_works() {
    let office = Office::with_maildir();
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    for args in [&["history", "A1"][..], &["outbox", "list"], &["outbox", "show", "1"], &["backup", "b.db"]] {
        let error = office.run(args).failed(1);
        assert!(error.contains("rappel init"), "{args:?}: {error}");
    }
    let ran = office.run(&["status"]);
    assert!(ran.out.starts_with("There is no state yet; `rappel init` makes it."), "{}", ran.out);
    ran.failed(5);
    office.run(&["preview", "A1"]).well();
    assert!(!office.path("state").exists());
}

#[test]
fn history_and_outbox_show_what_was_told_and_how_it_fared() {
    let office = told_office();
    let history = office.run(&["history", "A1"]).well();
    assert!(history.contains("Ann") && history.contains("overdue, for "), "{history}");
    assert!(history.lines().count() < 8, "merged steps are counted, not listed:\n{history}");
    let entries: Value = serde_json::from_str(&office.run(&["history", "A1", "--json"]).well()).unwrap();
    assert!(entries.as_array().unwrap().iter().all(|entry| entry["recipient_name"] == "Ann"));
    let none = office.run(&["history", "A9"]).failed(4);
    assert_eq!(none, "There is no action \"A9\" in the register. `rappel status` lists them.\n");

    let list = office.run(&["outbox", "list"]).well();
    assert!(list.contains("ann@example.org") && list.contains("accepted"), "{list}");
    let fewer = office.run(&["outbox", "list", "--limit", "0"]);
    assert!(fewer.err.contains("There are older letters than these 0"), "{}", fewer.err);
    assert_eq!(office.run(&["outbox", "list"]).err, "", "all are there");
    let letters: Value = serde_json::from_str(&office.run(&["outbox", "list", "--json"]).well()).unwrap();
    assert_eq!(letters[0]["to"], "ann@example.org");
    let show = office.run(&["outbox", "show", "1"]).well();
    for part in
        ["Letter      1 (reminder)", "State       accepted", "Attempt 1", "A1  one", "With kind regards"]
    {
        assert!(show.contains(part), "no {part} in\n{show}");
    }
    let detail: Value = serde_json::from_str(&office.run(&["outbox", "show", "1", "--json"]).well()).unwrap();
    assert_eq!(detail["state"], "accepted");
    let raw = office.run(&["outbox", "show", "1", "--raw"]).well();
    assert_eq!(raw.replace("\r\n", "\n"), office.letters()[0]);
    assert!(office.run(&["outbox", "show", "99"]).failed(4).contains("There is no letter 99"));
    assert_eq!(office.run(&["outbox", "list", "--to", "bob"]).well(), "No letters.\n");
    assert_eq!(office.run(&["outbox", "list", "--state", "queued"]).well(), "No letters.\n");
    assert!(office.run(&["outbox", "retry", "99"]).failed(4).contains("There is no letter 99"));
    let held = office.run(&["outbox", "hold", "1"]).failed(1);
    assert!(held.contains("Letter 1 is accepted: nothing was changed. Only what waits"), "{held}");
    let both = office.run(&["outbox", "retry", "1", "99"]).failed(1);
    assert!(both.contains("Letter 1 is accepted") && both.contains("There is no letter 99"), "{both}");
    let nothing = office.run(&["accept-register"]).failed(4);
    assert!(nothing.starts_with("Nothing is held"), "{nothing}");
}

fn told_office() -> Office {
    let office = Office::with_maildir();
    office.actions(&[["A1", "one", "Ann", "2020-01-15", "open"]]);
    office.run(&["init"]).well();
    office.run(&["run", "--once"]).well();
    office
}

#[test]
fn a_backup_is_a_state_that_knows_what_was_told() {
    let office = told_office();
    let backup = office.path("backup.db");
    office.run(&["backup", backup.to_str().unwrap()]).well();
    assert!(office.run(&["backup", backup.to_str().unwrap()]).failed(1).contains("never overwrites"));
    fs::remove_dir_all(office.path("state")).unwrap();
    fs::create_dir(office.path("state")).unwrap();
    fs::rename(backup, office.path("state/rappel.db")).unwrap();
    let out = office.run(&["run", "--once"]).well();
    assert!(out.starts_with("Nothing is due now"), "{out}");
    assert_eq!(office.letters().len(), 1);
}

#[test]
fn send_test_says_what_the_server_answered() {
    let office = Office::with_maildir();
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    let ran = office.run(&["send-test", "--to", "A Secretary <secretary@example.int>"]);
    insta::assert_snapshot!(shown(&ran, &office.path("")));
    assert_eq!(office.letters().len(), 1);
    office.settings("[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\n");
    let ran = office.run(&["send-test", "--to", "secretary@example.int"]);
    insta::assert_snapshot!(shown(&ran, &office.path("")));
}

#[test]
fn new_writes_a_workbook_that_check_accepts_and_never_overwrites() {
    let office = Office::with_maildir();
    let file = office.path("actions.xlsx");
    office.run(&["new", file.to_str().unwrap()]).well();
    assert!(office.run(&["new", file.to_str().unwrap()]).failed(1).contains("is there already"));
    assert!(office.run(&["new", "actions.csv"]).failed(1).contains("does not end in .xlsx"));
    let settings = fs::read_to_string(office.path("rappel.toml")).unwrap();
    office.write("rappel.toml", &settings.replace("path = \"register\"", "path = \"actions.xlsx\""));
    let check = office.run(&["check"]).well();
    assert!(check.contains("3 actions"), "{check}");
}

#[test]
fn json_has_the_same_facts_as_the_tables() {
    let forecast = json(&["forecast", "--from", "2017-05-02", "--until", "2017-06-30", "--json"]);
    let forecast = forecast.as_array().unwrap();
    assert_eq!(forecast.len(), 27);
    assert_eq!(forecast[0]["at"], "2017-05-02T06:00:00Z");
    assert_eq!(forecast[0]["reminders"][0]["reference"], "17/03");

    // What is rehearsed is what was forecast.
    let rehearsed = json(&["rehearse", "--from", "2017-05-02", "--until", "2017-06-30", "--json"]);
    let letters = |all: &[Value], to: &str| {
        let mut letters: Vec<_> = all.iter().map(|one| format!("{} {}", one["at"], one[to])).collect();
        letters.sort();
        letters
    };
    assert_eq!(letters(rehearsed.as_array().unwrap(), "to"), letters(forecast, "address"));

    let preview = json(&["preview", "17/06", "--on", "2017-06-16", "--to", "Martin Euchner", "--json"]);
    let text = example(&["preview", "17/06", "--on", "2017-06-16", "--to", "Martin Euchner"]).well();
    for key in ["to", "address", "subject", "message_id", "text"] {
        let value = preview[0][key].as_str().unwrap();
        assert!(text.contains(value), "{key}: {value}");
    }

    let why = json(&["why", "17/06", "--on", "2017-06-16", "--json"]);
    let text = example(&["why", "17/06", "--on", "2017-06-16"]).well();
    let facts = why.as_array().unwrap().iter().flat_map(|one| [&one["because"], &one["conclusions"]]);
    for fact in facts.flat_map(|facts| facts.as_array().unwrap()) {
        assert!(text.contains(fact.as_str().unwrap()), "{fact}");
    }

    let check = json(&["check", "--json"]);
    assert_eq!((&check["actions"], &check["outstanding"]), (&8.into(), &4.into()));
    assert_eq!(check["next"].as_array().unwrap().len(), 5);
    assert_eq!(check["send"], "Monday to Friday at 08:00, Europe/Zurich");

    let status: Value = serde_json::from_str(&status(&["--json"])).unwrap();
    assert_eq!(status["actions"].as_array().unwrap().len(), 4);
    assert_eq!(status["actions"][0]["deadline"], "2017-06-23");
}

/// The register of the example as it was, with these changes of its files.
fn old_register(changes: &[(&str, &str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in fs::read_dir("config/example/register").unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        let mut text = fs::read_to_string(file.path()).unwrap();
        for (_, now, before) in changes.iter().filter(|(of, ..)| *of == name) {
            assert!(text.contains(now), "{now} is not in {name}");
            text = text.replace(now, before);
        }
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn forecast_diff_says_person_by_person_what_an_edit_changes_and_why() {
    let old = old_register(&[
        // 17/06 was due a week later, ISO had done its part, and FG DLT was not asked yet.
        (
            "Actions.csv",
            "ITU-T representative at MoU/MG,2017-06-23",
            "ITU-T representative at MoU/MG,2017-06-30",
        ),
        ("Actions.csv", ",other,for action,ISO,,,open", ",other,for action,ISO,,,done"),
        ("Actions.csv", ",other,for action,FG DLT,,,open", ",other,for information,FG DLT,,,open"),
        // The other representative was somebody else.
        ("Roles.csv", "Olivier Dubuisson", "Ann Other"),
        (
            "Representatives.csv",
            "\nOlivier Dubuisson,",
            "\nAnn Other,ann.other@example.org,,,,,,,\nOlivier Dubuisson,",
        ),
    ]);
    let args = ["forecast", "--from", "2017-05-02", "--until", "2017-06-30", "--diff"];
    let path = old.path().to_str().unwrap();
    insta::assert_snapshot!(shown_here(&example(&[&args[..], &[path]].concat())));

    let lines = json(&[&args[..], &[path, "--json"]].concat());
    let lines = lines.as_array().unwrap();
    let of = |name: &str| lines.iter().filter(|line| line["to"] == name).collect::<Vec<_>>();
    assert!(of("Olivier Dubuisson").iter().all(|line| line["change"] == "added" && line["old"].is_null()));
    let moved = of("Martin Euchner").into_iter().find(|line| line["step"] == "7 days before").unwrap();
    assert_eq!(
        (&moved["old"]["deadline"], &moved["new"]["deadline"]),
        (&"2017-06-30".into(), &"2017-06-23".into())
    );
}

/// Each reminder of a forecast, or of one side of a difference, as one text.
fn reminders(lines: &Value, side: Option<&str>) -> Vec<String> {
    let text = |to: &Value, one: &Value, leaves: &Value, deadline: &Value| {
        format!("{to} {} {} {} {leaves} {deadline}", one["reference"], one["asked_of"], one["step"])
    };
    let lines = lines.as_array().unwrap().iter();
    match side {
        Some(side) => lines
            .filter(|line| !line[side].is_null())
            .map(|line| text(&line["to"], line, &line[side]["leaves"], &line[side]["deadline"]))
            .collect(),
        None => lines
            .flat_map(|line| {
                let all = line["reminders"].as_array().unwrap().iter();
                all.map(|one| text(&line["to"], one, &line["leaves"], &one["deadline"])).collect::<Vec<_>>()
            })
            .collect(),
    }
}

#[test]
fn forecast_diff_is_exactly_what_leads_from_the_old_forecast_to_the_new() {
    let edits: [&[(&str, &str, &str)]; 5] = [
        &[("Actions.csv", "ITU-T representative at MoU/MG,2017-06-23", ",2017-06-12")],
        &[("Actions.csv", "ITU-T representative at MoU/MG,2017-06-23", "ITU-T representative at MoU/MG,")],
        &[("Actions.csv", "UN/CEFACT,,,open,,liaison", "UN/CEFACT,,2017-06-01,open,,")],
        &[("Roles.csv", "Martin Euchner", "")],
        &[("Actions.csv", "pending", "withdrawn"), ("Representatives.csv", "Europe/Paris", "Asia/Tokyo")],
    ];
    for edit in edits {
        let old = old_register(edit);
        let days = ["--from", "2017-05-02", "--until", "2017-07-30", "--json"];
        let was = {
            let mut command = rappel();
            command.env("RAPPEL__STATE__DIR", "/nowhere/state").env("RAPPEL__REGISTER__PATH", old.path());
            command.args(["--config", "config/example/rappel.toml", "forecast"]).args(days);
            serde_json::from_str(&Ran::of(command).well()).unwrap()
        };
        let is = json(&[&["forecast"], &days[..]].concat());
        let difference = json(&[&["forecast", "--diff", old.path().to_str().unwrap()], &days[..]].concat());
        let mut led_to = reminders(&was, None);
        let before = reminders(&difference, Some("old"));
        assert!(!difference.as_array().unwrap().is_empty(), "{edit:?}");
        for gone in before {
            let at = led_to.iter().position(|one| *one == gone);
            led_to.remove(at.unwrap_or_else(|| panic!("{gone} is not in the old forecast")));
        }
        led_to.extend(reminders(&difference, Some("new")));
        led_to.sort();
        let mut expected = reminders(&is, None);
        expected.sort();
        assert_eq!(led_to, expected, "{edit:?}");
    }
}

#[test]
fn forecast_diff_of_a_register_with_itself_is_nothing_and_one_that_cannot_be_read_is_code_3() {
    let same = old_register(&[]);
    let diff = |path: &str| example(&["forecast", "--from", "2017-05-02", "--diff", path]);
    assert_eq!(diff(same.path().to_str().unwrap()).well(), "Nothing changes until Mon 31 Jul 2017.\n");
    let nowhere = diff("/nowhere/register").failed(3);
    assert!(nowhere.contains("register: It is not there."), "{nowhere}");
    assert!(!nowhere.contains("is not a calendar"), "the sheet Holidays is not there to say so: {nowhere}");
    let broken = old_register(&[("Actions.csv", "2017-06-23", "2017-06-33")]);
    assert!(diff(broken.path().to_str().unwrap()).failed(3).contains("2017-06-33"));
    let without = example(&["forecast"]);
    assert_eq!(without.code, 2, "{}", without.err);
}

#[test]
fn export_writes_the_deadlines_of_what_is_outstanding_as_a_calendar() {
    let ran = example(&["export", "--ics"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "3 actions without a deadline are not in it.\n"));
    assert!(ran.out.starts_with("BEGIN:VCALENDAR\r\n") && ran.out.ends_with("END:VCALENDAR\r\n"));
    let summaries = |out: &str| -> Vec<String> {
        let whole = out.replace("\r\n ", "");
        whole.lines().filter_map(|line| line.strip_prefix("SUMMARY:")).map(str::to_owned).collect()
    };
    let nomination = "17/06 nominate an ITU-T representative to IEC/SEG 8 (ITU-T)";
    assert_eq!(summaries(&ran.out), [nomination]);
    let of = |option: &str, name: &str| summaries(&example(&["export", "--ics", "-", option, name]).well());
    assert_eq!(of("--body", "itu-t"), [nomination]);
    assert_eq!(of("--person", "olivier dubuisson"), [nomination]);
    assert_eq!(of("--body", "un/cefact"), [""; 0]);
    let unknown = example(&["export", "--ics", "--body", "ITU-X"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (4, ""));
    assert!(
        unknown.err.starts_with("There is no body \"ITU-X\" in the register; did you mean ITU-"),
        "{}",
        unknown.err
    );
}

#[test]
fn an_exported_file_is_replaced_whole_and_a_pipe_stays_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deadlines.ics");
    fs::write(&file, "the one before").unwrap();
    let export = |path: &Path| example(&["export", "--ics", path.to_str().unwrap()]);
    assert_eq!(export(&file).code, 0);
    assert!(fs::read_to_string(&file).unwrap().ends_with("END:VCALENDAR\r\n"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    assert_eq!(export(Path::new("/dev/null")).code, 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let nowhere = export(&folder.path().join("nowhere/deadlines.ics"));
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.err.contains("nowhere/deadlines.ics could not be written"), "{}", nowhere.err);
}

#[test]
fn the_help_of_every_command_has_an_example_that_is_understood() {
    let mut named: Vec<_> = COMMANDS.iter().map(|command| command[0]).collect();
    named.dedup();
    let help = Ran::of({
        let mut command = rappel();
        command.arg("--help");
        command
    });
    let help = help.well();
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let listed: Vec<_> = listed
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert_eq!(named, listed, "COMMANDS has them all");

    for command in COMMANDS {
        let help = Ran::of({
            let mut program = rappel();
            program.args(*command).arg("--help");
            program
        });
        let help = help.well();
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let whole = rappel::cli::command();
        let described = command.iter().try_fold(&whole, |above, name| above.find_subcommand(name)).unwrap();
        let about = squeezed(&described.get_about().unwrap().to_string());
        assert!(squeezed(&help).starts_with(&about), "{command:?} begins with what it does\n{help}");
        let examples: Vec<_> = help.lines().filter(|line| line.starts_with("  rappel ")).collect();
        assert!(help.contains("Example") && !examples.is_empty(), "{command:?}\n{help}");
        for example in examples {
            assert!(example.contains(&command.join(" ")), "{example}");
        }
    }
}

#[test]
fn without_a_terminal_there_are_no_colours_also_not_in_the_log() {
    let office = told_office();
    let mut all = Vec::new();
    for args in
        [&["--help"][..], &["nonsense"], &["check"], &["status"], &["history", "A1"], &["run", "--once"]]
    {
        let ran = office.run(args);
        all.extend([ran.out, ran.err]);
    }
    all.push(bad_office().run(&["check"]).err);
    for text in all {
        assert!(!text.contains('\x1b'), "{text}");
    }
}

#[test]
fn init_makes_a_state_that_only_its_owner_can_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let office = told_office();
    for (name, mode) in [("state", 0o700), ("state/rappel.db", 0o600)] {
        let found = fs::metadata(office.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{name}: {found:o}");
    }
}

/// A step on a Saturday, one on Whit Monday, and one of working days.
fn around_whit_monday() -> Office {
    let office = Office::new(
        "[mail.maildir]\npath = \"letters\"\n\n[policy.default]\nbefore = [\"9d\", \"7d\", \"2wd\"]\n\
         overdue = \"never\"\non_the_day = false\nclosed_day = \"earlier\"\n",
    );
    office.write("register/Bodies.csv", "Body,Secretariat email,Holidays\nISO,iso@example.org,Geneva\n");
    office.write("register/Holidays.csv", "Calendar,Date,Name\nGeneva,2017-06-05,Whit Monday\n");
    office.actions(&[["A1", "one", "ISO", "2017-06-12", "open"], ["A2", "two", "Ann", "2017-06-12", "open"]]);
    office
}

#[test]
fn forecast_and_why_say_what_moved_and_why() {
    let office = around_whit_monday();
    let span = ["forecast", "--from", "2017-06-01", "--until", "2017-06-30"];
    let mut said = office.run(&span).well();
    for args in [&["why", "A1", "--on", "2017-06-02"], &["why", "A2", "--on", "2017-06-02"]] {
        said += &office.run(args).well();
    }
    insta::assert_snapshot!(said);
    let json: Value = serde_json::from_str(&office.run(&[&span[..], &["--json"]].concat()).well()).unwrap();
    let moved = "moved from Monday 5 June to Friday 2 June: Whit Monday, calendar Geneva";
    assert_eq!(json[0]["reminders"][0]["moved"], moved);
    let settings = fs::read_to_string(office.path("rappel.toml")).unwrap();
    office.write("rappel.toml", &settings.replace("\"earlier\"", "\"skip\""));
    let skipped = office.run(&["why", "A1", "--on", "2017-06-02"]).well();
    assert!(skipped.contains("\"7 days before\" (Mon 5 Jun 2017) is left out: Whit Monday"), "{skipped}");
}

#[test]
fn check_warns_of_a_calendar_that_has_run_out() {
    let office = around_whit_monday();
    let out = office.run(&["check"]).well();
    let warning = "Warning: The calendar Geneva has no holidays in the coming year";
    assert!(out.contains(warning) && out.contains("Calendar   Geneva: 0 holidays"), "{out}");
    let tomorrow = jiff::Timestamp::from_second(
        i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() + 86_400).unwrap(),
    )
    .unwrap()
    .strftime("%F");
    office.write("register/Holidays.csv", &format!("Calendar,Date,Name\nGeneva,{tomorrow},Holiday\n"));
    let out = office.run(&["check"]).well();
    assert!(!out.contains("Warning") && out.contains("Geneva: 1 holiday in the coming year"), "{out}");
}

#[test]
fn check_warns_of_send_times_that_come_to_an_end() {
    let office =
        Office::new("[mail.maildir]\npath = \"letters\"\n[schedule]\nsend = \"0 0 8 * * Mon 2020\"\n");
    office.actions(&[["A1", "one", "Ann", "", "open"]]);
    let out = office.run(&["check"]).well();
    assert!(out.contains("Warning: There is no send time any more, so no letter leaves."), "{out}");
    office.settings("[mail.maildir]\npath = \"letters\"\n[schedule]\nsend = \"0 0 8 1-3 1 * 2099\"\n");
    let out = office.run(&["check"]).well();
    assert!(out.contains("Warning: The last send time is Sat 3 Jan 2099 08:00; after it"), "{out}");
}

#[test]
fn one_of_several_bodies_is_named_in_the_same_way_by_all_commands() {
    let asked = "ITU-T representative at MoU/MG";
    let of = |command: &str| example(&[command, "17/03", "--asked-of", "iso", "--json"]);
    for command in ["why", "preview"] {
        let all: Value = serde_json::from_str(&of(command).well()).unwrap();
        assert_eq!(all.as_array().unwrap().len(), 1, "{command}: {all}");
    }
    let none = example(&["why", "17/03", "--asked-of", asked]).failed(4);
    assert!(none.contains("17/03 is not asked of") && none.contains("UN/CEFACT"), "{none}");
}
