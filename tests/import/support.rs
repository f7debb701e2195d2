use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use rappel::{
    minutes::{self, Background, Decided, Document, Form, Found, Limits, Refused},
    register::{DateOrder, TextRow},
};
use serde_json::Value;

/// The folder of the corpus.
pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/corpus")
}

/// The documents of a folder, without what is expected of them.
pub(crate) fn documents(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> =
        files.filter(|file| file.extension().is_some_and(|ending| ending != "expected")).collect();
    files.sort();
    files
}

pub(crate) fn read(path: &Path) -> Result<Document, Refused> {
    let name = path.file_name().unwrap().to_str().unwrap();
    minutes::read(name, &fs::read(path).unwrap(), &Limits::default())
}

pub(crate) fn find(document: &Document) -> Found {
    minutes::find(document, &Background { register: None, dates: DateOrder::Refuse })
}

/// The rows of a form without mistakes that have a decision.
pub(crate) fn decided(rows: &[TextRow]) -> Vec<Decided> {
    let rows = Form::read(rows, "form", DateOrder::Refuse).good().unwrap();
    rows.into_iter().filter(|row| row.decision.is_some()).collect()
}

/// Runs the program in `folder`.
pub(crate) fn rappel(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rappel")).current_dir(folder).args(args).output().unwrap()
}

/// The JSON of a run that went well.
pub(crate) fn json(folder: &Path, args: &[&str]) -> Value {
    let output = rappel(folder, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What a run that failed said.
pub(crate) fn refusal(folder: &Path, args: &[&str]) -> String {
    let output = rappel(folder, args);
    assert_eq!(output.status.code(), Some(1), "{args:?} went well");
    String::from_utf8(output.stderr).unwrap().trim().to_owned()
}
