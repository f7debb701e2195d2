//! What the README and the pages under docs/ say can be done, can be done.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _};

use common::office::{Office, Ran, rappel};

const PAGES: [&str; 3] = ["README.md", "docs/administrator.md", "docs/secretariat.md"];

fn page(name: &str) -> String {
    fs::read_to_string(name).unwrap()
}

/// The code blocks of a page in a language, with the heading above each.
fn blocks(page: &str, language: &str) -> Vec<(String, String)> {
    let (mut heading, mut blocks, mut block) = (String::new(), Vec::new(), None::<String>);
    let mut other = false;
    for line in page.lines() {
        match &mut block {
            Some(text) if line == "```" => {
                blocks.push((heading.clone(), std::mem::take(text)));
                block = None;
            }
            Some(text) => text.extend([line, "\n"]),
            None if other => other = line != "```",
            None if line.strip_prefix("```") == Some(language) => block = Some(String::new()),
            None if line.starts_with("```") => other = true,
            None if line.starts_with('#') => line.trim_start_matches(['#', ' ']).clone_into(&mut heading),
            None => {}
        }
    }
    blocks
}

/// A command line in words; quotation marks hold words together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.extend((!word.is_empty()).then(|| std::mem::take(&mut word))),
            sign => word.push(sign),
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

#[test]
fn the_first_command_of_try_it_rehearses_the_example_and_prints_the_letters() {
    let readme = page("README.md");
    let (_, block) = blocks(&readme, "sh").into_iter().find(|(heading, _)| heading == "Try it").unwrap();
    let line = words(block.trim());
    let args = line.iter().position(|word| word == "--").unwrap();
    assert_eq!(line[..2], ["cargo", "run"]);
    let mut command = rappel();
    command.args(&line[args + 1..]);
    let out = Ran::of(command).well();
    assert!(out.contains("───── letter 1 of 27 ─────") && out.contains("───── letter 27 of 27 ─────"));
    for part in
        ["nominate an ITU-T representative to IEC/SEG 8, due in 28 days", "ISO/TC 307", "With kind regards,"]
    {
        assert!(out.contains(part), "{part}");
    }
    assert!(out.contains("27 letters from Tue 2 May 2017 to Fri 30 Jun 2017"));
}

#[test]
fn the_test_command_of_try_it_is_there_and_runs_all_tests() {
    use std::os::unix::fs::PermissionsExt as _;
    assert!(page("README.md").contains("\n./test.sh\n"));
    assert!(fs::metadata("test.sh").unwrap().permissions().mode() & 0o111 != 0);
    assert!(page("test.sh").lines().any(|line| line.starts_with("cargo test")));
}

/// `rappel ...` in a block of commands or between backquotes.
fn commands(page: &str) -> BTreeSet<Vec<String>> {
    let in_blocks = blocks(page, "sh").into_iter().flat_map(|(_, block)| {
        block
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim().to_owned())
            .collect::<Vec<_>>()
    });
    let in_text = page.split('`').skip(1).step_by(2).map(str::to_owned);
    let all = in_blocks.chain(in_text).filter(|text| text.starts_with("rappel ") && !text.contains('\n'));
    // What stands after a redirection is the shell's.
    all.map(|text| words(text.split(" > ").next().unwrap_or_default())).collect()
}

#[test]
fn every_command_that_the_pages_name_is_understood() {
    let mut seen = 0;
    for name in PAGES {
        for command in commands(&page(name)) {
            seen += 1;
            understood(name, &command);
        }
    }
    assert!(seen > 20, "only {seen} commands found");
}

/// With an option that there is not at its end a command line is refused for that option, and for
/// nothing before it; nothing is done.
fn understood(page: &str, words: &[String]) {
    let mut command = rappel();
    command.args(&words[1..]).arg("--no-such-option");
    let said = Ran::of(command).failed(2);
    assert!(said.contains("unexpected argument '--no-such-option'"), "{page}: {}\n{said}", words.join(" "));
}

/// The minimal settings of the administrator's page, with a register and a credential of a test.
#[test]
fn the_settings_of_the_administrators_page_are_good() {
    let page = page("docs/administrator.md");
    let toml: Vec<_> = blocks(&page, "toml");
    let (_, settings) = toml.iter().find(|(heading, _)| heading == "Settings").unwrap();
    let (_, policy) = toml.iter().find(|(heading, _)| heading == "Policies").unwrap();
    let office = Office::with_maildir();
    office.run(&["new", office.path("actions.xlsx").to_str().unwrap()]).well();
    office.write("credentials/smtp-password", "secret");
    let settings = settings.replace("/srv/secretariat/actions.xlsx", "actions.xlsx");
    office.write("rappel.toml", &format!("{settings}\n{policy}"));
    let mut command = office.command(&["check"]);
    command.env("CREDENTIALS_DIRECTORY", office.path("credentials"));
    command.env("RAPPEL__MAIL__SMTP__HOST", "mail.example.org");
    let out = Ran::of(command).well();
    assert!(page.contains("RAPPEL__MAIL__SMTP__HOST=mail.example.org"));
    assert!(out.contains("SMTP, mail.example.org port 587 (STARTTLS, as rappel)"), "{out}");
    assert!(out.contains("nomination"), "{out}");
}

/// The message that the secretariat's page quotes is the one that people get.
#[test]
fn the_problem_on_the_secretariats_page_reads_as_it_says() {
    let page = page("docs/secretariat.md");
    let (_, block) = blocks(&page, "text").into_iter().next().unwrap();
    let quoted = block.trim().split_once(": ").unwrap().1.to_owned();
    let office = Office::with_maildir();
    office.actions(&[["A1", "one", "Ann", "31/02/2018", "open"]]);
    let said = office.run(&["check"]).failed(3);
    assert!(said.contains(&quoted), "the page says\n{quoted}\nand rappel\n{said}");
}

#[test]
fn every_file_that_the_readme_links_to_is_there() {
    for name in PAGES {
        let page = page(name);
        let folder = std::path::Path::new(name).parent().unwrap();
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let local = !link.contains("://") && !link.starts_with('#');
            assert!(!local || folder.join(link).exists(), "{name} links to {link}");
        }
    }
}

/// The proofs that the table of guarantees names.
#[test]
fn every_test_file_that_the_readme_names_is_there() {
    let readme = page("README.md");
    let rows = readme.lines().filter(|line| line.starts_with('|') && line.contains("tests"));
    let mut seen = 0;
    for name in rows.flat_map(|row| row.split('`').skip(1).step_by(2)) {
        seen += 1;
        assert!(std::path::Path::new(name).exists(), "{name}");
    }
    assert!(seen >= 6);
}

/// The password file that some of them name is there, and the certificates are.
#[test]
fn each_mail_server_of_the_administrators_page_has_settings_that_check_accepts() {
    let certificate = common::smtp_server::Certificate::for_name("localhost");
    let settings: Vec<_> = blocks(&page("docs/administrator.md"), "toml")
        .into_iter()
        .filter(|(heading, _)| heading == "Mail servers")
        .map(|(_, block)| block)
        .collect();
    assert!(settings.len() >= 5, "{settings:#?}");
    for block in settings {
        let office = Office::new(&block);
        office.write("example-ca.pem", &certificate.authority);
        office.write("smtp-password", "secret\n");
        fs::set_permissions(office.path("smtp-password"), fs::Permissions::from_mode(0o600)).unwrap();
        office.actions(&[["A1", "one", "Ann", "", "open"]]);
        let said = office.run(&["check"]).well();
        assert!(!said.contains("Warning"), "{block}\n{said}");
    }
}
