//! The first hour: `rappel setup` with options, with answers through a pipe, and on a terminal, against a
//! real mail server.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use common::{
    office::{Ran, letters, rappel},
    smtp_server::{Act, At, Certificate, Script, SmtpServer},
};
use tempfile::TempDir;

const PASSWORD: &str = "hunter2";

/// A machine on which rappel is to be set up, with a mail server that wants a login.
struct Machine {
    folder: TempDir,
    server: SmtpServer,
}

impl Machine {
    fn new() -> Self {
        Self::with(|script| script)
    }

    fn with(script: impl Fn(Script) -> Script) -> Self {
        let certificate = Certificate::for_name("localhost");
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("ca.pem"), &certificate.authority).unwrap();
        fs::write(folder.path().join("given-password"), format!("{PASSWORD}\n")).unwrap();
        fs::create_dir(folder.path().join("etc")).unwrap();
        fs::write(folder.path().join("etc/rappel.toml"), rappel::config::draft(&[])).unwrap();
        let plain = Script::default().start_tls(&certificate).login("PLAIN LOGIN", "tsb", PASSWORD);
        Self { folder, server: SmtpServer::start(script(plain)) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Options that are enough, without those named.
    fn options(&self, without: &[&str]) -> Vec<String> {
        let port = self.server.port().to_string();
        let all = [
            ("--name", "TSB, the \"registry\""),
            ("--address", "reminders@example.int"),
            ("--reply-to", "tsb@example.int"),
            ("--time-zone", "Europe/Zurich"),
            ("--register", "actions.xlsx"),
            ("--host", "localhost"),
            ("--port", &port),
            ("--ca-file", "ca.pem"),
            ("--user", "tsb"),
            ("--password-file", "given-password"),
            ("--state", "state"),
        ];
        let kept = all.iter().filter(|(option, _)| !without.contains(option));
        kept.flat_map(|(option, value)| [(*option).to_owned(), (*value).to_owned()]).collect()
    }

    fn command(&self, options: &[String], more: &[&str]) -> Command {
        let mut command = rappel();
        command.current_dir(self.folder.path()).args(["--config", "etc/rappel.toml", "setup"]);
        command.env("TZ", "Etc/UTC");
        command.args(options).args(more);
        command
    }

    fn run(&self, options: &[String], more: &[&str]) -> Ran {
        self.answered(options, more, "")
    }

    /// Runs it with these lines on standard input.
    fn answered(&self, options: &[String], more: &[&str], lines: &str) -> Ran {
        let mut command = self.command(options, more);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that ends without reading closes its end.
        let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
        Ran::from_output(&child.wait_with_output().unwrap())
    }

    fn check(&self) -> Ran {
        let mut command = rappel();
        command.arg("--config").arg(self.path("etc/rappel.toml")).arg("check");
        Ran::of(command)
    }

    fn wrote_nothing(&self) {
        assert!(rappel::config::sets_nothing(&self.text("etc/rappel.toml")));
        let names: Vec<_> =
            fs::read_dir(self.path("etc")).unwrap().map(|one| one.unwrap().file_name()).collect();
        assert_eq!(names, ["rappel.toml"]);
        assert!(!self.path("state").exists() && !self.path("actions.xlsx").exists());
    }

    /// What was said, without what differs from run to run.
    fn shown(&self, text: &str) -> String {
        let here = self.folder.path().to_str().unwrap();
        let shown = text.replace(here, "FOLDER").replace(&self.server.port().to_string(), "PORT");
        let dated = |line: &str| match line.split_once(" --until ") {
            Some((before, after)) => format!("{before} --until IN-A-MONTH{}", after.get(10..).unwrap()),
            None => line.trim_end().to_owned(),
        };
        shown.lines().map(dated).collect::<Vec<_>>().join("\n")
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn with_all_answers_as_options_it_tries_the_server_and_writes_what_works() {
    let machine = Machine::new();
    let ran = machine.run(&machine.options(&[]), &["--new-register"]);
    let out = ran.well();
    insta::assert_snapshot!(machine.shown(&out));
    let letters = machine.server.letters();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to, ["tsb@example.int"]);

    let settings = machine.text("etc/rappel.toml");
    let set: Vec<_> = settings.lines().filter(|line| !rappel::config::sets_nothing(line)).collect();
    insta::assert_snapshot!(machine.shown(&set.join("\n")));
    assert!(
        settings.contains("\n# The address from which letters are sent"),
        "it explains itself:\n{settings}"
    );
    assert_eq!(mode(&machine.path("etc/rappel.toml")), 0o640);
    assert_eq!(machine.text("etc/smtp-password"), format!("{PASSWORD}\n"));
    assert_eq!(mode(&machine.path("etc/smtp-password")), 0o600);
    for text in [settings, out] {
        assert!(!text.contains(PASSWORD), "{text}");
    }
    assert_eq!(fs::read_dir(machine.path("etc")).unwrap().count(), 2, "nothing is left lying about");
    assert!(machine.path("state/rappel.db").is_file());
    let check = machine.check().well();
    assert!(check.contains("3 actions") && check.contains("STARTTLS, as tsb"), "{check}");
}

#[test]
fn a_login_that_is_refused_or_a_letter_that_is_not_taken_writes_nothing_and_says_why() {
    let machine = Machine::new();
    fs::write(machine.path("given-password"), "wrong").unwrap();
    let error = machine.run(&machine.options(&[]), &["--new-register"]).failed(1);
    assert!(error.contains("535") && error.contains("Look whether user and password are right"), "{error}");
    machine.wrote_nothing();

    let machine = Machine::with(|script| script.on(At::Mail, Act::say("553 not your address")));
    let error = machine.run(&machine.options(&[]), &["--new-register"]).failed(1);
    assert!(error.contains("553 not your address") && error.contains("Nothing was written"), "{error}");
    machine.wrote_nothing();
}

#[test]
fn offline_nothing_is_dialled_and_the_settings_are_written() {
    let machine = Machine::new();
    fs::write(machine.path("given-password"), "wrong").unwrap();
    machine.run(&machine.options(&[]), &["--new-register", "--offline"]).well();
    assert_eq!(machine.server.connections(), 0);
    machine.check().well();
}

#[test]
fn bad_options_are_all_named_with_what_would_be_right() {
    let machine = Machine::new();
    let bad = [
        "--name",
        " ",
        "--address",
        "tsb@",
        "--time-zone",
        "Europe/Zürich",
        "--register",
        "none.xlsx",
        "--host",
        "mail server",
        "--tls",
        "ssl",
    ]
    .map(str::to_owned);
    let ran = machine.run(&bad, &[]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(machine.shown(&ran.err));
    machine.wrote_nothing();
    let clear = machine.options(&["--host", "--ca-file"]);
    let error =
        machine.run(&clear, &["--host", "mail.example.org", "--tls", "none", "--new-register"]).failed(3);
    assert!(error.contains("--tls: ") && error.contains("in the clear"), "{error}");
}

#[test]
fn settings_that_are_there_are_never_overwritten_without_force() {
    let machine = Machine::new();
    machine.run(&machine.options(&[]), &["--new-register"]).well();
    let before = machine.text("etc/rappel.toml");
    let again = [&machine.options(&["--name"])[..], &["--name".to_owned(), "Other".to_owned()]].concat();
    let error = machine.run(&again, &[]).failed(1);
    assert!(error.contains("rappel.toml is there already, and nothing was changed"), "{error}");
    assert_eq!(machine.text("etc/rappel.toml"), before);

    let out = machine.run(&again, &["--force"]).well();
    assert!(machine.text("etc/rappel.toml").contains("name = \"Other\""));
    assert_eq!(machine.text("etc/rappel.toml.old"), before);
    assert!(out.contains("rappel.toml.old") && out.contains("stays as it is"), "{out}");

    // A password that is there is as good as settings.
    fs::remove_file(machine.path("etc/rappel.toml")).unwrap();
    fs::write(machine.path("etc/smtp-password"), "older").unwrap();
    let error = machine.run(&machine.options(&[]), &["--offline"]).failed(1);
    assert!(error.contains("smtp-password is there already"), "{error}");
    assert_eq!(machine.text("etc/smtp-password"), "older");
}

#[test]
fn through_a_pipe_it_asks_and_a_bad_answer_is_asked_again_with_the_reason() {
    let machine = Machine::new();
    let port = machine.server.port();
    // Empty: where answers go, as suggested. The wrong password is told, and corrected.
    let lines = format!(
        "\nThe TSB\ntsb\ntsb@example.int\n\nEurope/Züri\nEurope/Zurich\nactions.csvv\nactions.xlsx\n\nmail \
         server\nlocalhost\nssl\nstarttls\nmany\n{port}\ntsb\nwrong\nc\n\n\n\n\n\n\n{PASSWORD}\nyou@\n\
         you@example.org\n"
    );
    let given = ["--ca-file", "ca.pem", "--state", "state"].map(str::to_owned);
    let ran = machine.answered(&given, &[], &lines);
    insta::assert_snapshot!(machine.shown(&format!("{}{}exit code {}", ran.out, ran.err, ran.code)));
    assert_eq!(machine.server.letters()[0].to, ["you@example.org"]);
    machine.check().well();
}

#[test]
fn a_certificate_of_an_authority_of_ones_own_is_asked_for_where_it_is_the_trouble() {
    let machine = Machine::new();
    let options = machine.options(&["--ca-file", "--password-file"]);
    let file = machine.path("ca.pem");
    let lines = format!("\n{PASSWORD}\nc\n\n\n\nnone.pem\n{}\n\n{PASSWORD}\n\n", file.display());
    let said = machine.answered(&options, &["--new-register"], &lines).well();
    assert!(said.contains("is not trusted here") && said.contains("none.pem does not exist"), "{said}");
    assert!(machine.text("etc/rappel.toml").contains("ca_file = \""), "{said}");
    machine.check().well();
}

#[test]
fn answers_that_end_too_early_write_nothing() {
    let machine = Machine::new();
    let error = machine.answered(&[], &[], "The TSB\ntsb@example.int\n").failed(1);
    assert!(error.contains("There was no answer to \"The address that answers go to\""), "{error}");
    machine.wrote_nothing();
}

#[test]
fn the_password_can_come_through_standard_input() {
    let machine = Machine::new();
    let options = machine.options(&["--password-file"]);
    machine.answered(&options, &["--password-file", "-", "--new-register"], "hunter2\n").well();
    assert_eq!(machine.server.letters().len(), 1);
    assert_eq!(machine.text("etc/smtp-password"), "hunter2\n");
}

#[test]
fn letters_into_a_folder_need_no_server() {
    let machine = Machine::new();
    let options = machine.options(&["--host", "--port", "--ca-file", "--user", "--password-file"]);
    machine.run(&options, &["--maildir", "letters", "--new-register", "--test-to", "a@example.org"]).well();
    assert_eq!(letters(&machine.path("letters")).len(), 1);
    assert!(!machine.path("etc/smtp-password").exists());
    machine.check().well();
}

#[test]
fn a_register_with_mistakes_is_told_and_needs_attention() {
    let machine = Machine::new();
    let register = machine.path("register");
    fs::create_dir(&register).unwrap();
    fs::write(register.join("Actions.csv"), "Ref,Title,Asked of\nA1,,Nobody\n").unwrap();
    let options = machine.options(&["--register"]);
    let ran = machine.run(&options, &["--register", "register"]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(ran.out.contains("Before letters can leave") && ran.out.contains("Next:"), "{}", ran.out);
}

#[test]
fn what_root_makes_in_a_folder_of_the_service_belongs_to_the_service() {
    let machine = Machine::new();
    let state = machine.path("state");
    fs::create_dir(&state).unwrap();
    if chown(&state, Some(4711), Some(4711)).is_err() || chown(machine.path("etc"), None, Some(4711)).is_err()
    {
        eprintln!("skipped: only root can give files away");
        return;
    }
    let options = machine.options(&["--host", "--port", "--ca-file", "--user", "--password-file"]);
    machine.run(&options, &["--maildir", "state/letters", "--new-register"]).well();
    let owner = |name: &str| fs::metadata(machine.path(name)).unwrap();
    for name in ["state/rappel.db", "state/letters", "state/letters/new"] {
        assert_eq!(owner(name).uid(), 4711, "{name}");
    }
    for entry in fs::read_dir(&state).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().uid(), 4711, "{:?}", entry.path());
    }
    let settings = owner("etc/rappel.toml");
    assert_eq!((settings.uid(), settings.gid()), (owner("ca.pem").uid(), 4711));
}

/// On a real terminal, which `script` of util-linux makes.
#[test]
fn on_a_terminal_the_password_is_not_shown_while_it_is_typed() {
    let machine = Machine::new();
    let mut line = format!("{} --config etc/rappel.toml setup --new-register", env!("CARGO_BIN_EXE_rappel"));
    for word in
        machine.options(&["--password-file"]).into_iter().chain(["--tls", "starttls"].map(str::to_owned))
    {
        line.push_str(" '");
        line.push_str(&word);
        line.push('\'');
    }
    let mut command = Command::new("script");
    command.current_dir(machine.folder.path()).args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        eprintln!("skipped: there is no `script` (util-linux) to make a terminal");
        return;
    };
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut seen = read_until(&mut output, "(not shown): ");
    input.write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
    seen += &read_until(&mut output, "Where to send a test letter");
    input.write_all(b"\n").unwrap();
    output.read_to_string(&mut seen).unwrap();
    assert!(child.wait().unwrap().success(), "{seen}");
    assert!(!seen.contains(PASSWORD), "{seen}");
    assert_eq!(machine.server.letters()[0].to, ["tsb@example.int"]);
}

fn read_until(output: &mut impl Read, end: &str) -> String {
    let (mut seen, mut byte) = (Vec::new(), [0]);
    while !String::from_utf8_lossy(&seen).contains(end) {
        assert_eq!(output.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&seen));
        seen.push(byte[0]);
    }
    String::from_utf8(seen).unwrap()
}
