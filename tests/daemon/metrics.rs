//! The file of figures, and the rules of the administrator's page that are made for it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{EACH_SECOND, letters, office};
use crate::common::{
    office::Office,
    running::Running,
    smtp_server::{Act, Script, SmtpServer},
};

const ANN: [&str; 5] = ["A1", "one", "Ann", "2017-06-01", "open"];
const BOB: [&str; 5] = ["B1", "two", "Bob", "", "open"];
const DONE: [&str; 5] = ["C1", "three", "Bob", "2017-06-01", "done"];

/// Sample, with its labels, to value. Anything that Prometheus would not read is a failure.
fn parsed(text: &str) -> BTreeMap<String, i64> {
    let mut samples = BTreeMap::new();
    let mut typed = "";
    assert!(text.ends_with('\n'), "the last line is not ended:\n{text}");
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert!(rest.ends_with(" gauge"), "{line}");
            typed = rest.trim_end_matches(" gauge");
        } else if let Some(rest) = line.strip_prefix("# HELP ") {
            assert!(rest.split_once(' ').is_some_and(|(_, help)| !help.is_empty()), "{line}");
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
            assert!(name == typed && name.bytes().all(plain), "{line}");
            let before = samples.insert(sample.to_owned(), value.parse().unwrap());
            assert_eq!(before, None, "{sample} twice");
        }
    }
    samples
}

fn figures(office: &Office) -> BTreeMap<String, i64> {
    parsed(&fs::read_to_string(office.path("rappel.prom")).unwrap())
}

/// What Prometheus' own tool says, where it is installed.
fn promtool(args: &[&str], input: Option<&Path>) {
    let mut command = Command::new("promtool");
    if let Some(input) = input {
        command.stdin(fs::File::open(input).unwrap());
    }
    match command.args(args).output() {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(_) => eprintln!("skipped: there is no promtool (Debian's package prometheus)"),
    }
}

#[test]
fn a_monitor_reads_what_is_outstanding_how_letters_stand_and_whether_the_daemon_runs() {
    let refused = Act::say("550 5.1.1 No such user here");
    let server = SmtpServer::start(Script::default().for_address("ann@example.org", refused));
    let office = office(&server, EACH_SECOND);
    office.actions(&[ANN, BOB, DONE]);
    let daemon = Running::daemon_with(&office, |command| {
        command.env("RAPPEL__MONITORING__METRICS_FILE", "rappel.prom");
    });
    letters(&server, 1);
    // A look at the files is followed by a word about how things stand.
    office.write("register/Actions.csv", "Ref,Title\n");
    daemon.wait_for_status("the register has errors");
    let running = figures(&office);
    for (sample, value) in [
        ("rappel_up", 1),
        ("rappel_actions_outstanding", 2),
        ("rappel_actions_overdue", 1),
        ("rappel_actions_due_today", 0),
        ("rappel_register_in_force", 0),
        ("rappel_settings_in_force", 1),
        ("rappel_held", 0),
        ("rappel_state_writable", 1),
        ("rappel_mail_server_usable", 1),
    ] {
        assert_eq!(running.get(sample), Some(&value), "{sample} in {running:#?}");
    }
    assert!(!running.contains_key("rappel_archive_read"), "{running:#?}");
    assert_eq!(daemon.stop().code, 0);
    let stopped = figures(&office);
    assert_eq!(stopped["rappel_up"], 0);
    assert_eq!(stopped["rappel_letters{state=\"refused\"}"], 1);
    assert!(stopped["rappel_letters{state=\"accepted\"}"] >= 1, "{stopped:#?}");
    assert!(stopped["rappel_last_accepted_letter_timestamp_seconds"] > 1_700_000_000, "{stopped:#?}");
    let text = fs::read_to_string(office.path("rappel.prom")).unwrap();
    for never in ["@", "Ann", "Bob", "A1"] {
        assert!(!text.contains(never), "{never} is in\n{text}");
    }
    promtool(&["check", "metrics"], Some(&office.path("rappel.prom")));
}

/// The rules on the administrator's page.
fn rules() -> String {
    let page = fs::read_to_string("docs/administrator.md").unwrap();
    let yaml = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    yaml.to_owned()
}

#[test]
fn the_alert_rules_of_the_administrators_page_ask_for_figures_that_there_are() {
    let rules = rules();
    let source = fs::read_to_string("src/daemon/metrics.rs").unwrap();
    let alerts = rules.matches("- alert: ").count();
    let mut words: Vec<_> = rules
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| word.starts_with("rappel_"))
        .collect();
    words.dedup();
    assert!(alerts >= 3 && words.len() >= alerts, "{alerts} alerts, {words:?}");
    for word in words {
        assert!(source.contains(word), "{word} is not among the figures");
    }
    let folder = tempfile::tempdir().unwrap();
    let file: PathBuf = folder.path().join("rules.yml");
    fs::write(&file, rules).unwrap();
    promtool(&["check", "rules", file.to_str().unwrap()], None);
}
