//! Every reader, and the rules behind it, on damaged files: no panic, no crash, no memory beyond the limit, and an end.
//!
//! Each reader runs in a process of its own with the memory that the settings allow, in which file after file of the corpus
//! is damaged and read. `RAPPEL_FUZZ_SECONDS` says for how long (2 seconds in the ordinary suite, a minute in CI);
//! `RAPPEL_FUZZ_SEED` begins with another number, and a failure names the number that does it again.

mod damage;
mod pdf;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rappel::minutes::{self, Limits};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::support::{corpus, documents, find};
use damage::Dice;
pub(crate) use damage::pieces;

/// The memory that a reader may take, as the settings have it.
const MEMORY: u64 = 512 << 20;

/// What names the kind of file to the process that reads.
const KIND: &str = "RAPPEL_FUZZ_KIND";
/// And where it writes what it is at.
const AT: &str = "RAPPEL_FUZZ_AT";

fn number(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn seconds() -> u64 {
    number("RAPPEL_FUZZ_SECONDS", 2)
}

/// Damages files of this kind and reads them, in another process that is watched.
fn fuzz(kind: &str) {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("at");
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "fuzz::reads_damaged_files_until_the_time_is_over", "--ignored", "--nocapture"])
        .env(KIND, kind)
        .env(AT, &at)
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.path().join("said")).unwrap())
        .spawn()
        .unwrap();
    let status = watched(&mut child, &at);
    let said = String::from_utf8_lossy(&fs::read(folder.path().join("said")).unwrap()).into_owned();
    let at = fs::read_to_string(&at).unwrap_or_default();
    if !status {
        let kept = folder.keep().join("damaged");
        panic!(
            "{kind}: RAPPEL_FUZZ_SEED={at} brings the reader down; the file is {}\n{said}",
            kept.display()
        );
    }
    println!("{kind}: {}", said.lines().last().unwrap_or_default());
}

/// Whether the process ended well. One that has been at the same file for longer than a report may take is stopped.
fn watched(child: &mut Child, at: &Path) -> bool {
    let longest = Duration::from_secs(30);
    let (mut seen, mut since) = (String::new(), Instant::now());
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.success();
        }
        let now = fs::read_to_string(at).unwrap_or_default();
        if now != seen {
            (seen, since) = (now, Instant::now());
        } else if since.elapsed() > longest {
            child.kill().unwrap();
            child.wait().unwrap();
            return false;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
#[ignore = "the other process of the tests below, which start it"]
fn reads_damaged_files_until_the_time_is_over() {
    let Ok(kind) = env::var(KIND) else { return };
    let at = PathBuf::from(env::var_os(AT).unwrap());
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    setrlimit(Resource::As, limit).unwrap();
    let files: Vec<_> = documents(&corpus())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending.to_str() == Some(&kind)))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect();
    let limits = Limits { unpacked_bytes: MEMORY, ..Limits::default() };
    let end = Instant::now() + Duration::from_secs(seconds());
    let first = number("RAPPEL_FUZZ_SEED", 1);
    let (mut read, mut seed) = (0_u32, first);
    while Instant::now() < end {
        fs::write(&at, seed.to_string()).unwrap();
        let mut dice = Dice::new(seed);
        let (name, whole) = &files[dice.below(files.len())];
        let bytes = damage::damaged(&kind, whole, &mut dice);
        fs::write(at.with_file_name("damaged"), &bytes).unwrap();
        if let Ok(document) = minutes::read(name, &bytes, &limits) {
            find(&document);
            read += 1;
        }
        seed += 1;
    }
    eprintln!("{} damaged files, {read} of them read", seed - first);
}

macro_rules! readers {
    ($($name:ident $kind:literal),+ $(,)?) => {
        $(
            #[test]
            fn $name() {
                fuzz($kind);
            }
        )+

        #[test]
        fn every_kind_of_file_of_the_corpus_is_damaged() {
            let kinds = [$($kind),+];
            for path in documents(&corpus()) {
                let ending = path.extension().unwrap().to_str().unwrap();
                assert!(kinds.contains(&ending), "{}", path.display());
            }
        }
    };
}

readers! {
    no_damage_brings_the_reader_of_docx_down "docx",
    no_damage_brings_the_reader_of_odt_down "odt",
    no_damage_brings_the_reader_of_html_down "html",
    no_damage_brings_the_reader_of_text_down "txt",
    no_damage_brings_the_reader_of_messages_down "eml",
    no_damage_brings_the_reader_of_pdf_down "pdf",
}
