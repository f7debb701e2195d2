//! From the bytes of a file to a [`Document`]: one reader for each format.
//!
//! What a file is, is seen from its bytes; what its name says is only compared. No reader writes a file, starts a
//! program or asks a network, and none trusts the sizes that a file declares.

mod cells;
mod docx;
mod eml;
mod html;
mod lines;
mod odt;
mod pdf;
mod sniff;
mod text;

use super::document::{Builder, Document};
use sniff::Format;

/// How much is read at most, so that no report can exhaust the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the file, in bytes.
    pub file_bytes: u64,
    /// What it may unpack to, in bytes.
    pub unpacked_bytes: u64,
    /// How much text a document may hold, in bytes.
    pub text_bytes: usize,
}

/// 64 MiB, unpacking to 512 MiB, of which 32 MiB are text.
impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 64 << 20, unpacked_bytes: 512 << 20, text_bytes: 32 << 20 }
    }
}

/// Why a file was not read: whole sentences about it, with what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Refused {
    fn because(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

/// Reads the file of this name.
///
/// # Errors
/// When it is none of the formats, is protected, damaged, or beyond a limit.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Refused> {
    document(name, bytes, limits, true)
}

fn document(name: &str, bytes: &[u8], limits: &Limits, attachments: bool) -> Result<Document, Refused> {
    if bytes.len() as u64 > limits.file_bytes {
        let most = limits.file_bytes >> 20;
        return Err(Refused::because(format!(
            "The file is larger than {most} MiB, the most that is read. Save it without its pictures, or only the part that matters."
        )));
    }
    let format = sniff::format(name, bytes)?;
    let mut builder = Builder::default();
    if let Some(note) = format.differs_from(name) {
        builder.note(note);
    }
    match format {
        Format::Docx => docx::read(bytes, limits, &mut builder)?,
        Format::Odt => odt::read(bytes, limits, &mut builder)?,
        Format::Pdf => pdf::read(bytes, &mut builder)?,
        Format::Html => html::read(&text::decoded(bytes, &mut builder)?, &mut builder),
        Format::Message => eml::read(bytes, limits, attachments, &mut builder)?,
        Format::Text => text::read(bytes, &mut builder)?,
    }
    let document = builder.finish();
    if document.size() > limits.text_bytes {
        let most = limits.text_bytes >> 20;
        return Err(Refused::because(format!(
            "The document holds more than {most} MiB of text, the most that is read. Save the part that matters."
        )));
    }
    if document.blocks.is_empty() {
        return Err(Refused::because("There is no text in the file."));
    }
    Ok(document)
}
