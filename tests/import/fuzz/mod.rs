//! Every reader of reports, and the rules behind it, on damaged files of the corpus.

mod kinds;
mod pdf;

use std::fs;

use rappel::minutes::{self, Limits};

use crate::{
    damaged::{self, Dice, MEMORY},
    support::{corpus, documents, find},
};
pub(crate) use kinds::pieces;

/// A report that was damaged, and its name.
struct Report {
    name: String,
    bytes: Vec<u8>,
}

impl AsRef<[u8]> for Report {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The files of the corpus of this kind.
fn whole(kind: &str) -> Vec<Report> {
    let of_kind = documents(&corpus())
        .into_iter()
        .filter(|path| path.extension().is_some_and(|ending| ending.to_str() == Some(kind)));
    let read = |path: std::path::PathBuf| Report {
        name: path.file_name().unwrap().to_str().unwrap().to_owned(),
        bytes: fs::read(&path).unwrap(),
    };
    of_kind.map(read).collect()
}

#[test]
#[ignore = "the other process of the tests below, which start it"]
fn reads_damaged_files_until_the_time_is_over() {
    let mut files = Vec::new();
    let limits = Limits { unpacked_bytes: MEMORY, ..Limits::default() };
    damaged::until_the_time_is_over(
        |kind, dice: &mut Dice| {
            if files.is_empty() {
                files = whole(kind);
            }
            let Report { name, bytes } = &files[dice.below(files.len())];
            Report { name: name.clone(), bytes: kinds::damaged(kind, bytes, dice) }
        },
        |report| {
            minutes::read(&report.name, &report.bytes, &limits).is_ok_and(|document| {
                find(&document);
                true
            })
        },
    );
}

macro_rules! readers {
    ($($name:ident $kind:literal),+ $(,)?) => {
        $(
            #[test]
            fn $name() {
                damaged::fuzz($kind, "fuzz::reads_damaged_files_until_the_time_is_over");
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
