//! The recipient's language and clock, through the whole program: from the cell to the letter.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::office::{Office, header, letters};

/// Three people who are asked the same, each somewhere else.
fn office(settings: &str) -> Office {
    let office = Office::new(&format!("[mail.maildir]\npath = \"letters\"\n{settings}"));
    office.write(
        "register/Representatives.csv",
        "Name,Email,Language,Time zone\nHaruto,haruto@example.org,,Asia/Tokyo\n\
         Ann,ann@example.org,\"es, en\",America/Los_Angeles\nBob,bob@example.org,fr,\n",
    );
    office.actions(&[
        ["17/06", "nominate a representative", "Haruto", "2017-06-23", "open"],
        ["17/06", "nominate a representative", "Ann", "2017-06-23", "open"],
        ["17/06", "nominate a representative", "Bob", "2017-06-23", "open"],
    ]);
    office
}

const MORNING: &str = "[schedule]\nrecipient_morning = \"08:00\"\nrecipient_rest_days = [\"Sat\", \"Sun\"]\n";

/// When each letter of the rehearsed days is dated, to whom, and its subject.
fn rehearsed(office: &Office, from: &str, until: &str) -> Vec<String> {
    let folder = office.path("rehearsal");
    office.run(&["rehearse", "--from", from, "--until", until, "--maildir", folder.to_str().unwrap()]).well();
    let mut lines: Vec<_> = letters(&folder.join("letters"))
        .iter()
        .map(|letter| {
            let message = mail_parser::MessageParser::default().parse(letter.as_bytes()).unwrap();
            let date = message.date().unwrap().to_rfc3339();
            format!("{date} {} {}", header(letter, "To"), header(letter, "Subject"))
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn a_letter_waits_for_the_recipients_morning_and_is_worded_for_then() {
    // Thursday and Friday; Friday's letter to Tokyo would leave on Saturday there, a day of rest.
    let lines = rehearsed(&office(MORNING), "2017-06-22", "2017-06-26");
    assert_eq!(
        lines,
        [
            "2017-06-22T06:00:00Z bob@example.org 17/06 : nominate a representative, échéance demain",
            "2017-06-22T15:00:00Z ann@example.org 17/06: nominate a representative, vence mañana",
            "2017-06-22T23:00:00Z haruto@example.org 17/06: nominate a representative, due today",
            "2017-06-23T06:00:00Z bob@example.org 17/06 : nominate a representative, échéance aujourd’hui",
            "2017-06-23T15:00:00Z ann@example.org 17/06: nominate a representative, vence hoy",
            "2017-06-25T23:00:00Z haruto@example.org 17/06: nominate a representative, 3 days overdue",
        ]
    );
}

#[test]
fn without_that_setting_all_letters_leave_at_the_send_time() {
    let lines = rehearsed(&office(""), "2017-06-22", "2017-06-22");
    assert!(
        lines.len() == 3 && lines.iter().all(|line| line.starts_with("2017-06-22T06:00:00Z ")),
        "{lines:?}"
    );
}

#[test]
fn forecast_and_why_say_when_a_letter_leaves() {
    let office = office(MORNING);
    let args = ["forecast", "--from", "2017-06-22", "--until", "2017-06-22", "--json"];
    let forecast: serde_json::Value = serde_json::from_str(&office.run(&args).well()).unwrap();
    let of =
        |name: &str| forecast.as_array().unwrap().iter().find(|line| line["to"] == name).unwrap().clone();
    assert_eq!(of("Haruto")["at"], "2017-06-22T06:00:00Z");
    assert_eq!(of("Haruto")["leaves"], "2017-06-22T23:00:00Z");
    assert_eq!(of("Bob")["leaves"], "2017-06-22T06:00:00Z");
    let why = office.run(&["why", "17/06 Ann", "--on", "2017-06-22"]).well();
    assert!(why.contains(", in the morning of America/Los_Angeles ("), "{why}");
    let status = office.run(&["status", "--on", "2017-06-21", "--json"]).out;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let next = |of: &str| {
        let actions = status["actions"].as_array().unwrap();
        actions.iter().find(|action| action["asked_of"] == of).unwrap()["next_reminder"].clone()
    };
    assert_eq!(next("Ann"), "2017-06-22T15:00:00Z");
    assert_eq!(next("Bob"), "2017-06-22T06:00:00Z");
}

#[test]
fn a_step_on_a_closed_day_is_told_before_it_and_in_the_recipients_morning() {
    let policy = "[policy.default]\nbefore = [\"6d\"]\non_the_day = false\noverdue = \"never\"\nclosed_day = \"earlier\"\n";
    let office = office(&format!("{MORNING}\n{policy}"));
    let why = office.run(&["why", "17/06 Haruto", "--on", "2017-06-16"]).well();
    assert!(why.contains("moved from Saturday 17 June to Friday 16 June: weekend"), "{why}");
    assert!(
        why.contains("leaves Mon 19 Jun 2017 01:00, in the morning of Asia/Tokyo (Mon 19 Jun 2017 08:00) rather than at"),
        "{why}"
    );
    let status = office.run(&["status", "--on", "2017-06-15", "--json"]).out;
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    let next: Vec<_> =
        status["actions"].as_array().unwrap().iter().map(|one| &one["next_reminder"]).collect();
    assert_eq!(next, ["2017-06-18T23:00:00Z", "2017-06-16T15:00:00Z", "2017-06-16T06:00:00Z"]);
    let lines = rehearsed(&office, "2017-06-15", "2017-06-20");
    let said: Vec<_> = lines.iter().filter_map(|line| line.rsplit_once(", ")).collect();
    let due = said.iter().map(|(_, due)| *due).collect::<Vec<_>>();
    assert_eq!(due, ["\u{e9}ch\u{e9}ance dans 7 jours", "vence dentro de 7 d\u{ed}as", "due in 4 days"]);
}

#[test]
fn preview_shows_a_letter_in_any_language_and_the_recipients_own_without_asking() {
    let office = office("");
    let preview = |args: &[&str]| {
        let on = [&["preview", "17/06 Ann", "--on", "2017-06-16"], args].concat();
        office.run(&on).well()
    };
    let in_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let own = preview(&[]);
    let (spanish, english) = own.split_once(&"=".repeat(72)).unwrap();
    assert!(spanish.contains("Nos permitimos recordarle") && english.contains("May we remind you"), "{own}");
    assert!(
        in_one_line(english)
            .contains("; in your zone: Friday, 23 June 2017, 14:59 (America/Los_Angeles, UTC-07:00)"),
        "{own}"
    );
    for (language, words) in [
        ("ar", "نود تذكيركم"),
        ("Chinese", "谨此提醒您"),
        ("en", "May we remind you"),
        ("FR", "Nous nous permettons de vous rappeler"),
        ("Russian", "Напоминаем Вам"),
        ("es", "Nos permitimos recordarle"),
    ] {
        let shown = preview(&["--language", language]);
        assert!(in_one_line(&shown).contains(words) && !shown.contains("========"), "{shown}");
    }
    let wrong = office.run(&["preview", "17/06", "--language", "frensh"]).failed(2);
    assert!(wrong.contains("did you mean French?"), "{wrong}");
}

#[test]
fn check_names_the_languages_whose_words_are_older_than_the_english_ones() {
    let office = office("[templates]\ndir = \"templates\"\n");
    office.write("templates/en/reminder.subject.txt", "{{ action.reference }}: please\n");
    let said = office.run(&["check"]).well();
    assert!(said.contains("is replaced, but not in Arabic, Chinese, French, Russian, Spanish"), "{said}");
    let preview = office.run(&["preview", "17/06 Bob", "--on", "2017-06-16"]).well();
    assert!(preview.contains("Subject:    17/06: please") && preview.contains("Dear Bob,"), "{preview}");
}

#[test]
fn letters_to_those_without_a_language_are_in_that_of_the_settings() {
    let office = office("[letters]\nlanguage = \"Russian\"\n");
    let preview = office.run(&["preview", "17/06 Haruto", "--on", "2017-06-16"]).well();
    assert!(preview.contains("Напоминаем Вам"), "{preview}");
}
