//! A folder with a settings file and what it refers to, described in the file's first comments.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use rappel::{
    action::{Problems, Severity},
    config::{self, Settings, Variables},
};

/// A valid file that sets as little as possible.
pub(crate) const MINIMAL: &str = r#"[secretariat]
name = "TSB, the ITU-T secretariat"
address = "tsb@example.int"

[register]
path = "register.xlsx"

[mail.maildir]
path = "letters"
"#;

/// The folder, and the environment.
pub(crate) struct Workplace {
    pub(crate) folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Workplace {
    /// Sets the folder up. Lines of `text` that begin with `#:` say what else there is:
    /// `#: env NAME=VALUE`, `#: file NAME MODE CONTENT`, `#: folder NAME`.
    pub(crate) fn new(text: &str) -> Self {
        let mut place = Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() };
        for line in text.lines().filter_map(|line| line.strip_prefix("#: ")) {
            place.directive(line);
        }
        // That it is not there is told beside other mistakes.
        fs::write(place.folder.path().join("register.xlsx"), "").unwrap();
        fs::write(place.file(), text).unwrap();
        place
    }

    fn directive(&mut self, line: &str) {
        let (what, rest) = line.split_once(' ').unwrap();
        match what {
            "env" => {
                let (name, value) = rest.split_once('=').unwrap();
                let value = value.replace("FOLDER", self.folder.path().to_str().unwrap());
                self.variables.push((name.to_owned(), value));
            }
            "folder" => fs::create_dir_all(self.folder.path().join(rest)).unwrap(),
            "file" => {
                let parts: Vec<&str> = rest.splitn(3, ' ').collect();
                let path = self.folder.path().join(parts[0]);
                fs::write(&path, parts[2].replace("\\n", "\n")).unwrap();
                let mode = u32::from_str_radix(parts[1], 8).unwrap();
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            }
            other => panic!("unknown directive {other}"),
        }
    }

    /// The settings file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("rappel.toml")
    }

    /// Reads it.
    pub(crate) fn load(&self) -> Result<(Settings, Problems), Problems> {
        config::load_from(&self.file(), &self.variables.iter().cloned().collect::<Variables>())
    }

    /// What is said about it, one line each, with the folder written as FOLDER.
    pub(crate) fn said(&self) -> String {
        let problems = match self.load() {
            Ok((_, problems)) | Err(problems) => problems,
        };
        let line = |problem: &rappel::action::Problem| match problem.severity {
            Severity::Error => format!("error: {problem}\n"),
            Severity::Warning => format!("warning: {problem}\n"),
            Severity::Note => format!("note: {problem}\n"),
        };
        let all: String = problems.0.iter().map(line).collect();
        all.replace(self.folder.path().to_str().unwrap(), "FOLDER")
    }
}

/// Settings of a file that must be good.
pub(crate) fn good(text: &str) -> Settings {
    Workplace::new(text).load().unwrap_or_else(|problems| panic!("{problems}\n{text}")).0
}

/// What is said about a file that must be bad.
pub(crate) fn bad(text: &str) -> String {
    Workplace::new(text).load().map(|_| ()).unwrap_err().to_string()
}
