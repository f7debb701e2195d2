//! Manual pages, completions and the package's settings file: complete, and as their readers expect them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;
#[path = "../packaging/documentation/pages.rs"]
mod pages;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use common::office::{Ran, rappel};
use tempfile::TempDir;

fn written() -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let files = pages::write(folder.path()).unwrap();
    (folder, files)
}

/// The commands that there are, as "outbox list".
fn commands() -> Vec<String> {
    fn below(command: &clap::Command, path: &str, all: &mut Vec<String>) {
        for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
            let name = format!("{path} {}", inner.get_name()).trim().to_owned();
            below(inner, &name, all);
            all.push(name);
        }
    }
    let mut all = Vec::new();
    below(&rappel::cli::command(), "", &mut all);
    all
}

/// A page as a terminal shows it, without bold and underlining.
fn shown(page: &Path) -> Option<String> {
    let output = Command::new("man")
        .args(["--local-file", "--warnings=w", "--encoding=UTF-8", "--no-hyphenation"])
        .arg(page)
        .env("MANWIDTH", "500")
        .env("MAN_KEEP_FORMATTING", "")
        .env("LC_ALL", "C.UTF-8")
        .output();
    let Ok(output) = output else {
        eprintln!("skipped: there is no `man` to show the pages");
        return None;
    };
    assert!(output.stderr.is_empty(), "{}: {}", page.display(), String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_command_has_a_page() {
    let (_folder, files) = written();
    let pages: BTreeSet<String> = files
        .iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "1"))
        .map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let expected = commands().into_iter().map(|name| format!("rappel-{}", name.replace(' ', "-")));
    let expected: BTreeSet<String> = expected.chain(["rappel".to_owned()]).collect();
    assert!(expected.len() > 20 && pages == expected, "{pages:?}\n{expected:?}");
}

#[test]
fn a_page_says_what_help_says_with_its_examples() {
    let (folder, _) = written();
    for name in commands() {
        let page = folder.path().join(format!("man/rappel-{}.1", name.replace(' ', "-")));
        let Some(shown) = shown(&page) else { return };
        let shown = squeezed(&shown);
        let mut help = rappel();
        help.args(name.split(' ')).arg("--help").env("COLUMNS", "1000");
        for line in Ran::of(help).well().lines() {
            let is_example = line.starts_with("  rappel ");
            let option = line.trim_start().strip_prefix("--").and_then(|rest| rest.split([' ', '=']).next());
            if is_example {
                assert!(shown.contains(&squeezed(line)), "{name}: {line}\n{shown}");
            } else if let Some(option) = option {
                assert!(shown.contains(&format!("--{option}")), "{name}: --{option}\n{shown}");
            }
        }
        assert!(shown.contains("EXAMPLES") && shown.contains("SEE ALSO"), "{name}\n{shown}");
    }
}

#[test]
fn the_page_of_the_settings_has_every_key_with_its_meaning_and_its_default() {
    let (folder, _) = written();
    let Some(shown) = shown(&folder.path().join("man/rappel.toml.5")) else { return };
    let shown = squeezed(&shown);
    for one in rappel::config::reference() {
        let meaning = squeezed(&one.meaning.replace('`', ""));
        assert!(shown.contains(&meaning), "{meaning}\n{shown}");
        match one.key {
            None => assert!(shown.contains(&format!("[{}]", one.section)), "{}", one.section),
            Some((key, value)) => {
                let value = squeezed(value);
                assert!(shown.contains(&format!("{key} ")) && shown.contains(&value), "{key} {value}");
            }
        }
    }
}

#[test]
fn the_page_of_the_register_has_what_the_secretariats_page_has() {
    let (folder, _) = written();
    let Some(shown) = shown(&folder.path().join("man/rappel-register.7")) else { return };
    let (shown, mut seen) = (squeezed(&shown), 0);
    let bare = |text: &str| squeezed(&text.replace(['`', '*'], ""));
    for line in fs::read_to_string("docs/secretariat.md").unwrap().lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            assert!(shown.contains(&bare(heading).to_uppercase()), "{heading}\n{shown}");
        } else if line.starts_with('|') && !line.starts_with("| ---") && !line.contains("what to write") {
            seen += 1;
            for cell in line.trim_matches('|').splitn(2, '|') {
                assert!(shown.contains(&bare(cell)), "{cell}\n{shown}");
            }
        } else if !line.starts_with(['#', '`', '|', '-']) && !line.contains("](") {
            assert!(shown.contains(&bare(line)), "{line}\n{shown}");
        }
    }
    assert!(seen > 30, "{seen} rows");
}

#[test]
fn the_shells_understand_their_completions() {
    let (folder, _) = written();
    for (shell, args, name) in [
        ("bash", &["-n"][..], "rappel"),
        ("zsh", &["-n"], "_rappel"),
        ("fish", &["--no-execute"], "rappel.fish"),
    ] {
        let file = folder.path().join("completions").join(name);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("send-test") && text.contains("password-file"), "{name}");
        match Command::new(shell).args(args).arg(&file).output() {
            Ok(output) => assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}"),
            Err(_) => eprintln!("skipped: there is no {shell} to read its completions"),
        }
    }
}

/// The settings file of the package explains everything and sets nothing: until somebody fills it in
/// no letter can leave.
#[test]
fn the_settings_of_the_package_refuse_to_send_until_they_are_filled_in() {
    let (folder, _) = written();
    let file = folder.path().join("rappel.toml");
    for args in [&["check"][..], &["run", "--once"], &["send-test", "--to", "a@example.org"]] {
        let mut command = rappel();
        command.arg("--config").arg(&file).args(args);
        let said = Ran::of(command).failed(3);
        for key in ["secretariat.name", "secretariat.address", "register.path", "mail"] {
            assert!(said.contains(&format!(", {key}: ")), "{args:?}: {said}");
        }
    }
}
