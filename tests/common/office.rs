//! A secretariat's folder for a test: settings, a register, a state, a Maildir; and the program.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use tempfile::TempDir;

/// The settings that every office shares; mail settings are added.
const SETTINGS: &str = r#"
[secretariat]
name = "TSB, the secretariat of ITU-T"
address = "reminders@example.int"
reply_to = "tsb@example.int"

[register]
path = "register"
settle = "0s"

[state]
dir = "state"

# Tests run on any day of the month: what was due long ago is due.
[catch_up]
max_age = "3650d"
"#;

/// A folder with everything in it, gone at the end of the test.
pub(crate) struct Office {
    folder: TempDir,
}

impl Office {
    /// An office whose letters go into a Maildir.
    pub(crate) fn with_maildir() -> Self {
        Self::new("[mail.maildir]\npath = \"letters\"\n")
    }

    /// An office with these further settings.
    pub(crate) fn new(settings: &str) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), settings)
    }

    /// An office in memory, where the system has a folder for that: for tests that make thousands of
    /// commits and cut no power.
    pub(crate) fn in_memory(settings: &str) -> Self {
        Self::in_folder(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap(), settings)
    }

    fn in_folder(folder: TempDir, settings: &str) -> Self {
        let office = Self { folder };
        office.settings(settings);
        office
            .write("register/Representatives.csv", "Name,Email\nAnn,ann@example.org\nBob,bob@example.org\n");
        office.write("register/Bodies.csv", "Body,Secretariat email\nISO,iso@example.org\n");
        office.write("register/Roles.csv", "Body,Role,At,Representative\n");
        office
    }

    /// Writes the settings anew: those that every office shares, and these.
    pub(crate) fn settings(&self, settings: &str) {
        self.write("rappel.toml", &format!("{SETTINGS}\n{settings}"));
    }

    /// A path in the office.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file whole, as office programs do: beside it, then in its place.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let beside = path.with_extension("part");
        fs::write(&beside, text).unwrap();
        fs::rename(&beside, path).unwrap();
    }

    /// Writes the Actions sheet: rows of reference, title, asked of, deadline, status.
    pub(crate) fn actions(&self, rows: &[[&str; 5]]) {
        let mut text = "Ref,Title,Asked of,Deadline,Status\n".to_owned();
        for row in rows {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        self.write("register/Actions.csv", &text);
    }

    /// Writes a register of so many people, P0 and on, of each of whom one action is asked: A0 and on, due on a day.
    pub(crate) fn one_action_each(&self, people: usize, deadline: &str) {
        let rows = |row: &dyn Fn(usize) -> String| (0..people).map(row).collect::<String>();
        let names = rows(&|n| format!("P{n},p{n}@example.org\n"));
        let actions = rows(&|n| format!("A{n},do it,P{n},{deadline},open\n"));
        self.write("register/Representatives.csv", &format!("Name,Email\n{names}"));
        self.write("register/Actions.csv", &format!("Ref,Title,Asked of,Deadline,Status\n{actions}"));
    }

    /// The program with this office's settings.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = rappel();
        command.arg("--config").arg(self.path("rappel.toml")).args(args);
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args))
    }

    /// Starts the program and lets it run.
    pub(crate) fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The letters in the Maildir, in the order of their dates and subjects.
    pub(crate) fn letters(&self) -> Vec<String> {
        letters(&self.path("letters"))
    }
}

/// The program without settings.
pub(crate) fn rappel() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rappel"));
    command.env_remove("JOURNAL_STREAM").env_remove("NOTIFY_SOCKET").env("COLUMNS", "120");
    command
}

/// The letters of a Maildir, whole, sorted by their file names.
pub(crate) fn letters(maildir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(maildir.join("new")) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// A header of a letter, decoded.
pub(crate) fn header(letter: &str, name: &str) -> String {
    let message = mail_parser::MessageParser::default().parse(letter.as_bytes()).unwrap();
    match message.header(name).unwrap_or_else(|| panic!("no {name} in\n{letter}")) {
        mail_parser::HeaderValue::Text(text) => text.to_string(),
        mail_parser::HeaderValue::Address(address) => address.first().unwrap().address().unwrap().to_owned(),
        other => panic!("{name}: {other:?}"),
    }
}

/// What a run of the program gave.
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Ran {
    /// Runs a command to its end.
    pub(crate) fn of(mut command: Command) -> Self {
        Self::from_output(&command.output().unwrap())
    }

    /// What a program that has ended gave.
    pub(crate) fn from_output(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    /// Its standard output; it must have gone well.
    pub(crate) fn well(self) -> String {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self.out
    }

    /// Its standard error; it must have ended with this code.
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self.err
    }
}
