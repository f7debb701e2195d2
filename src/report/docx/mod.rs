//! The report as a Word document, in the look of documents of the ITU: a table at its head, numberless headings,
//! tables whose header rows repeat on each page, and page numbers.
//!
//! The parts are written here, over a zip, instead of with a library for Word: the format is a handful of short XML
//! files, and what a report needs of it (header rows that repeat, rows that stay whole, the language of the text for
//! the spelling checker, lines from right to left with names from left to right in them) has to be right to the
//! attribute.
//!
//! ECMA-376 Part 1 (`WordprocessingML`) is the format; nothing newer is used.

mod body;
mod parts;

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{format::WriteError, model::Report};

pub(super) fn write(report: &Report) -> Result<Vec<u8>, WriteError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let parts = [
        // This one first: some programs look no further to know what the file is.
        ("[Content_Types].xml", parts::CONTENT_TYPES.to_owned()),
        ("_rels/.rels", parts::RELATIONS.to_owned()),
        ("docProps/core.xml", parts::core(report)),
        ("docProps/app.xml", parts::APP.to_owned()),
        ("word/document.xml", body::document(report)),
        ("word/styles.xml", parts::styles(report.language)),
        ("word/settings.xml", parts::settings(report.language)),
        ("word/footer1.xml", parts::footer(report)),
        ("word/_rels/document.xml.rels", parts::DOCUMENT_RELATIONS.to_owned()),
    ];
    for (name, text) in parts {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
