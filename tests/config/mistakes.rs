//! One file per mistake under `mistakes/`, what is said about it beside it.

use std::{fs, path::Path};

use super::workplace::Workplace;

/// With `RAPPEL_ACCEPT=1` the files with what is said are written anew, to be looked at.
#[test]
fn each_mistake_is_told_as_it_is_written_beside_it() {
    #[expect(clippy::disallowed_methods, reason = "how a person accepts new words, not a setting of rappel")]
    let accept = std::env::var_os("RAPPEL_ACCEPT").is_some();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/config/mistakes");
    let mut differing = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        count += 1;
        let said = Workplace::new(&fs::read_to_string(&file).unwrap()).said();
        let beside = file.with_extension("txt");
        if accept {
            fs::write(&beside, &said).unwrap();
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        if said != expected || said.is_empty() {
            differing.push(format!("{}\nexpected:\n{expected}said:\n{said}", file.display()));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert!(count >= 50, "only {count} files were found");
}

#[test]
fn a_file_that_is_not_there_or_not_a_file_is_said_to_be_so() {
    let place = Workplace::new("");
    fs::remove_file(place.file()).unwrap();
    assert_eq!(
        place.said(),
        "error: FOLDER/rappel.toml: the settings file does not exist. `rappel setup` writes it; or name another with \
        --config FILE.\n"
    );
    fs::create_dir(place.file()).unwrap();
    assert!(place.said().contains("is not a file. Name the settings file itself"), "{}", place.said());
}

#[test]
fn a_file_that_is_too_large_or_not_text_is_refused() {
    let place = Workplace::new("");
    fs::write(place.file(), "#".repeat(1024 * 1024 + 1)).unwrap();
    assert!(place.said().contains("is larger than 1 MiB"), "{}", place.said());
    fs::write(place.file(), b"\xff\xfe[\0s\0").unwrap();
    assert!(place.said().contains("Save it as UTF-8"), "{}", place.said());
    fs::write(place.file(), b"[secretariat]\nname = \"Gen\xe8ve\"\n").unwrap();
    assert!(place.said().contains("line 2 has a character of another encoding"), "{}", place.said());
}

#[test]
fn a_pipe_in_the_place_of_the_file_does_not_hang() {
    let place = Workplace::new("");
    fs::remove_file(place.file()).unwrap();
    let made = std::process::Command::new("mkfifo").arg(place.file()).status().unwrap();
    assert!(made.success());
    assert!(place.said().contains("is not a file"), "{}", place.said());
}

#[test]
fn deep_nesting_is_refused_and_harms_nothing() {
    let dotted = vec!["a"; 79].join(".");
    let opened = format!("{{ {dotted} = ").repeat(79);
    let mixed = format!("[{dotted}]\n{dotted} = {opened}1{}", " }".repeat(79));
    for text in [
        mixed.as_str(),
        &"[".repeat(100_000),
        &format!("x = {}", "[".repeat(100_000)),
        &format!("[{}]", vec!["a"; 200_000].join(".")),
    ] {
        assert!(Workplace::new(text).load().is_err());
    }
}
