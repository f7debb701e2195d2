//! The examples of `rappel COMMAND --help` are run as they stand, against the example of the documentation.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use common::office::{Ran, rappel};

/// What an example cannot do in the example's office, or on another day than it was written for: its beginning, the exit code
/// and what is said.
const NOT_THERE: [(&str, u8, &str); 14] = [
    ("setup", 1, "is there already"),
    ("doctor --offline", 5, "backup"),
    ("verify --head", 5, "is NOT in the chain"),
    ("snooze 17/06 --until", 1, "is not after today"),
    ("snooze 17/06 --off", 1, "None of these is snoozed"),
    ("extend", 1, "is before today"),
    ("approve 17/03", 4, "waits for approval"),
    ("rejected --take-back 3", 4, "There is no rejected proposal 3"),
    ("outbox release 17", 4, "There is no letter 17"),
    ("outbox release", 4, "Nothing is held"),
    ("init", 1, "There is a database already"),
    ("forget \"Olivier Dubuisson\" --dry-run", 0, ""),
    ("forget", 1, "is still asked for something"),
    ("accept-register", 4, "Nothing is held"),
];

/// The names of the commands below `above`.
fn commands(above: &[&str]) -> Vec<String> {
    let mut command = rappel();
    command.args(above).arg("--help");
    let help = Ran::of(command).well();
    let listed =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// The examples of a command, without its settings and with files of this folder.
fn examples(command: &[&str]) -> Vec<String> {
    let mut program = rappel();
    program.args(command).arg("--help").env("COLUMNS", "1000");
    let help = Ran::of(program).well();
    let lines = help.lines().filter_map(|line| line.strip_prefix("  rappel "));
    let here = |line: &str| {
        let mut line = line.to_owned();
        for config in ["--config config/example/rappel.toml ", "--config /etc/rappel/rappel.toml "] {
            line = line.replace(config, "");
        }
        line.replace("/var/backups/", "").replace("/srv/www/", "")
    };
    // One that goes on in the next line is one of setup, which has tests of its own.
    lines.filter(|line| !line.ends_with('\\')).map(here).collect()
}

/// The office of the documentation, in which a day's letters have left.
fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = source.join("config/example");
    fs::copy(example.join("rappel.toml"), folder.path().join("rappel.toml")).unwrap();
    fs::create_dir(folder.path().join("register")).unwrap();
    for file in fs::read_dir(example.join("register")).unwrap().map(|file| file.unwrap()) {
        fs::copy(file.path(), folder.path().join("register").join(file.file_name())).unwrap();
    }
    let report = source.join("tests/import/corpus/en-action-plan.docx");
    fs::copy(report, folder.path().join("report.docx")).unwrap();
    fs::write(folder.path().join("correction.txt"), "The deadline is 30 June.\n").unwrap();
    for prepared in ["init", "run --once", "new yesterday.xlsx"] {
        assert_eq!(run(folder.path(), prepared).code, 0, "{prepared}");
    }
    folder
}

fn run(folder: &Path, example: &str) -> Ran {
    let mut shell = Command::new("sh");
    let line = format!("\"$RAPPEL\" --config rappel.toml {example}");
    shell.args(["-c", &line]).env("RAPPEL", env!("CARGO_BIN_EXE_rappel")).current_dir(folder);
    shell.stdin(Stdio::null());
    Ran::of(shell)
}

#[test]
fn what_help_shows_can_be_typed_as_it_stands() {
    let office = office();
    let mut count = 0;
    for name in commands(&[]) {
        let below = if name == "outbox" { commands(&["outbox"]) } else { Vec::new() };
        let mut all = examples(&[&name]);
        all.extend(below.iter().flat_map(|below| examples(&[&name, below])));
        for example in all {
            // The form that is applied is what a report proposes, and is written anew by an import.
            let form = office.path().join("proposals.xlsx");
            if example.starts_with("apply") && !form.exists() {
                assert_eq!(run(office.path(), "import report.docx --out proposals.xlsx").code, 0);
            } else if example.starts_with("import") {
                let _ = fs::remove_file(&form);
            }
            let ran = run(office.path(), &example);
            let numbered = example.starts_with("outbox ") && example.contains(" 17");
            let known = NOT_THERE.iter().find(|(start, ..)| example.starts_with(start));
            let (code, said) = match known {
                Some((_, code, said)) => (*code, *said),
                None if numbered => (4, "There is no letter 1"),
                None => (0, ""),
            };
            let said = (ran.out.clone() + &ran.err).contains(said);
            // 5: it was done, and something needs attention.
            let done = i32::from(code) == ran.code || code == 0 && ran.code == 5;
            assert!(said && done, "rappel {example}: {}\n{}{}", ran.code, ran.out, ran.err);
            count += 1;
        }
    }
    assert!(count > 50, "{count} examples");
}
