//! The archive with a static program, for machines without Debian packages.

use std::{
    path::Path,
    process::{Command, Output},
};

/// What an archive has to hold, whatever else is in it.
const CONTENTS: &[&str] = &[
    "rappel",
    "rappel.toml",
    "rappel.service",
    "rappel.sysusers",
    "README.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "man/rappel.1",
    "man/rappel.toml.5",
    "completions/rappel",
    "docs/administrator.md",
    "examples/share.conf",
    "examples/example/rappel.toml",
    "examples/templates/reminder.html",
];

/// What the example says in two months, told by a program.
fn rehearsed(program: &Path, example: &Path) -> Output {
    let mut command = Command::new(program);
    command.env_clear().arg("--config").arg(example);
    command.args(["rehearse", "--from", "2017-05-02", "--until", "2017-06-30", "--show"]).output().unwrap()
}

/// Made as it is released, but not optimised: the program of the archive says word for word what the one under test says.
#[test]
fn the_static_archive_is_whole_and_its_program_rehearses_the_example() {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("packaging/tarball").arg("--quick").arg(folder.path()).output().unwrap();
    let (said, why) = (String::from_utf8_lossy(&made.stdout), String::from_utf8_lossy(&made.stderr));
    if made.status.code() == Some(3) {
        return eprintln!("skipped: {}", why.trim());
    }
    assert!(made.status.success(), "{said}\n{why}");
    let unpacked = Command::new("tar").arg("-C").arg(folder.path()).arg("-xzf").arg(said.trim()).status();
    assert!(unpacked.unwrap().success());
    let name = Path::new(said.trim()).file_name().unwrap().to_str().unwrap().trim_end_matches(".tar.gz");
    let root = folder.path().join(name);
    for file in CONTENTS {
        assert!(root.join(file).is_file(), "{file} is not in the archive");
    }
    let example = root.join("examples/example/rappel.toml");
    let [theirs, ours] = [root.join("rappel"), env!("CARGO_BIN_EXE_rappel").into()]
        .map(|program| rehearsed(&program, &example));
    assert!(theirs.status.success(), "{}", String::from_utf8_lossy(&theirs.stderr));
    assert!(theirs.stdout.len() > 10_000, "{}", String::from_utf8_lossy(&theirs.stdout));
    assert_eq!(String::from_utf8_lossy(&theirs.stdout), String::from_utf8_lossy(&ours.stdout));
}
