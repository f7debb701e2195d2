//! What a file is, by its bytes.

use std::path::Path;

use super::Refused;
use crate::office::{self, Kind};

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Docx,
    Odt,
    Pdf,
    Html,
    Message,
    Text,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Docx => "a Word document (.docx)",
            Self::Odt => "an Open Document text (.odt)",
            Self::Pdf => "a PDF",
            Self::Html => "a web page (.html)",
            Self::Message => "an e-mail message (.eml)",
            Self::Text => "plain text",
        }
    }

    /// The formats that an ending may name; none for an ending that says nothing.
    fn of_ending(ending: &str) -> Option<&'static [Self]> {
        Some(match ending {
            "docx" | "docm" | "dotx" | "dotm" => &[Self::Docx],
            "odt" | "ott" => &[Self::Odt],
            "pdf" => &[Self::Pdf],
            "html" | "htm" | "xhtml" => &[Self::Html],
            "eml" | "mht" | "mhtml" => &[Self::Message],
            "txt" | "text" | "md" => &[Self::Text],
            "doc" => &[],
            _ => return None,
        })
    }

    /// That the name says something else than the bytes, if it does.
    pub(super) fn differs_from(self, name: &str) -> Option<String> {
        let ending = ending(name);
        let said = Self::of_ending(&ending)?;
        (!said.contains(&self))
            .then(|| format!("The file is named .{ending}, but is {}; it was read as that.", self.name()))
    }
}

fn ending(name: &str) -> String {
    Path::new(name).extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// What the file is, or why it is nothing that can be read.
pub(super) fn format(name: &str, bytes: &[u8]) -> Result<Format, Refused> {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    if bytes.is_empty() {
        return Err(Refused::because("The file is empty."));
    }
    if bytes.starts_with(b"PK") {
        return zipped(bytes);
    }
    if head.get(..1024.min(head.len())).is_some_and(|start| contains(start, b"%PDF-")) {
        return Ok(Format::Pdf);
    }
    if let Some(why) = other_kind(bytes) {
        return Err(Refused::because(why));
    }
    let is_wide = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) || zeros_alternate(head);
    if head.contains(&0) && !is_wide {
        return Err(Refused::because(
            "The file is no document that can be read. Read are .docx, .odt, .html, .txt, .eml and .pdf.",
        ));
    }
    let text = String::from_utf8_lossy(head).replace('\0', "");
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if is_message(text, &ending(name)) {
        return Ok(Format::Message);
    }
    Ok(if is_html(text) { Format::Html } else { Format::Text })
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

/// UTF-16 without a mark: every other byte of Latin text is zero.
fn zeros_alternate(head: &[u8]) -> bool {
    let zeros = |first: usize| head.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    even.min(odd) == 0 && even.max(odd) > head.len() / 3
}

fn zipped(bytes: &[u8]) -> Result<Format, Refused> {
    match office::kind(bytes, "document").map_err(|fault| Refused(fault.sentence("document")))? {
        Kind::Docx => Ok(Format::Docx),
        Kind::Odt => Ok(Format::Odt),
        Kind::Encrypted => {
            Err(Refused::because("The document is protected by a password. Save it without one."))
        }
        Kind::Xlsx | Kind::Ods => Err(Refused::because(
            "The file is a workbook, not a report. A register is named in the settings; a report is a .docx, .odt, .html, .txt, \
             .eml or .pdf file.",
        )),
        Kind::Other => Err(Refused::because(
            "The file is a zip archive, but no document. Unpack it, and name the document in it.",
        )),
    }
}

/// Kinds of files that are told by name, because people meet them.
fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    // The container of old Office files; encrypted new ones are wrapped in it (MS-OFFCRYPTO, 1.3.1).
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Some(if contains(bytes, &stream) {
            "The document is protected by a password. Save it without one."
        } else {
            "The file is a document of an old Office format, or a message saved by Outlook (.msg). Save it as .docx, or the \
             message as .eml."
        });
    }
    let pictures: [&[u8]; 5] = [b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"];
    if pictures.iter().any(|start| bytes.starts_with(start)) {
        return Some("The file is a picture. Run text recognition (OCR) on it, and save the text.");
    }
    bytes.starts_with(b"{\\rtf").then_some("The file is in Rich Text Format. Save it as .docx.")
}

/// A message begins with header fields; a text that begins with "From:" need not be one.
fn is_message(text: &str, ending: &str) -> bool {
    let head: Vec<_> = text.lines().take_while(|line| !line.trim().is_empty()).collect();
    let has = |name: &str| {
        head.iter().any(|line| line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
    };
    let field = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        line.contains(':') && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let first = head.first().is_some_and(|line| field(line) || line.starts_with("From "));
    let named = matches!(ending, "eml" | "mht" | "mhtml") && (has("From:") || has("Subject:"));
    first && (named || has("Message-ID:") || has("MIME-Version:") || has("Received:"))
}

fn is_html(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let starts = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<?xml",
        "<!--",
        "<meta",
        "<div",
        "<p>",
        "<p ",
        "<table",
        "<h1",
    ];
    starts.iter().any(|start| lower.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_are_and_a_name_that_says_otherwise_is_told() {
        assert_eq!(format("a.docx", b"%PDF-1.7\n"), Ok(Format::Pdf));
        assert_eq!(
            Format::Pdf.differs_from("a.DOCX").as_deref(),
            Some("The file is named .docx, but is a PDF; it was read as that.")
        );
        assert_eq!(Format::Text.differs_from("report"), None);
        assert_eq!(format("a.txt", b"From: A\nTo: B\n\nText"), Ok(Format::Text));
        assert_eq!(format("a.eml", b"From: a@example.org\nSubject: B\n\nText"), Ok(Format::Message));
        assert_eq!(format("a.txt", b"\xef\xbb\xbf<!DOCTYPE html><p>"), Ok(Format::Html));
        assert_eq!(format("a.txt", b"A\0c\0t\0i\0o\0n\0"), Ok(Format::Text));
        for bytes in [&b""[..], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf1", b"\x89PNG", b"ab\0\0\0\0c"] {
            assert!(format("a.docx", bytes).is_err());
        }
    }
}
