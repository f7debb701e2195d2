//! The zip around a workbook or document: which parts it has, and how much may come out of them.
//!
//! The sizes that a zip declares are checked first, and what really comes out is counted,
//! because declared sizes can lie.

use std::{
    cell::Cell,
    collections::HashMap,
    io::{self, BufReader, Cursor, Read},
};

use zip::ZipArchive;

use super::xml::{Fault, LimitHit, Xml};

/// A file has some dozens of parts, with pictures some hundreds; a directory of more than this is an attack.
const MOST_PARTS: usize = 4_096;
/// The manifest and the like are small.
const SMALL_PART: u64 = 1 << 20;

/// What a zip holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Xlsx,
    Ods,
    Docx,
    Odt,
    Encrypted,
    Other,
}

/// The file could not be taken apart.
pub(super) fn damaged(what: &str, why: &str) -> String {
    let why = why.trim_end_matches('.');
    format!("The {what} is damaged, or was cut off while it was saved ({why}). Save it again.")
}

/// What the zip in `bytes` holds, which should be a `what`.
pub(crate) fn kind(bytes: &[u8], what: &'static str) -> Result<Kind, Fault> {
    let mut container = Container::open(bytes, u64::MAX, what)?;
    let mimetype = container.small("mimetype")?;
    if let Some(kind) = mimetype.strip_prefix("application/vnd.oasis.opendocument.") {
        let manifest = container.small("META-INF/manifest.xml")?;
        let encrypted = manifest.contains("encryption-data") || container.has("encrypted-package");
        return Ok(match kind {
            _ if encrypted => Kind::Encrypted,
            _ if kind.starts_with("spreadsheet") => Kind::Ods,
            _ if kind.starts_with("text") => Kind::Odt,
            _ => Kind::Other,
        });
    }
    let types = container.small("[Content_Types].xml")?;
    let workbook = types.contains("spreadsheetml.sheet.main") || types.contains("sheet.macroEnabled.main");
    let document = types.contains("wordprocessingml.document.main")
        || types.contains("wordprocessingml.template.main")
        || types.contains("document.macroEnabled.main");
    Ok(if workbook || container.has("xl/workbook.xml") {
        Kind::Xlsx
    } else if document || container.has("word/document.xml") {
        Kind::Docx
    } else {
        Kind::Other
    })
}

/// The parts of a file, by name.
pub(crate) struct Container<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    by_name: HashMap<String, usize>,
    /// Bytes that may still be unpacked.
    left: Cell<u64>,
    most: u64,
    /// What the file is, in messages: "workbook".
    what: &'static str,
}

impl<'b> Container<'b> {
    /// Opens the zip in `bytes`, a `what`, from which at most `most` bytes may be unpacked.
    pub(crate) fn open(bytes: &'b [u8], most: u64, what: &'static str) -> Result<Self, Fault> {
        if parts_declared(bytes).is_some_and(|parts| parts > MOST_PARTS) {
            return Err(Fault::Limit(format!("The {what} has more than {MOST_PARTS} parts. Save it again.")));
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| Fault::Damaged(error.to_string()))?;
        let mut by_name = HashMap::with_capacity(zip.len());
        let mut declared = 0_u64;
        for index in 0..zip.len() {
            if let Some(Ok(name)) = zip.name_for_index(index) {
                by_name.entry(part_name(&name)).or_insert(index);
            }
            let size = zip.by_index_data(index).map_or(0, |entry| entry.size());
            declared = declared.saturating_add(size);
        }
        if declared > most {
            return Err(Fault::Limit(too_much(what, most)));
        }
        Ok(Self { zip, by_name, left: Cell::new(most), most, what })
    }

    /// Whether there is such a part.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(&part_name(name))
    }

    /// The XML of a part, if there is such a part.
    pub(crate) fn xml(&mut self, name: &str) -> Result<Option<Xml<'_>>, Fault> {
        let Some(index) = self.by_name.get(&part_name(name)) else { return Ok(None) };
        let file = self.zip.by_index(*index).map_err(|error| Fault::Damaged(error.to_string()))?;
        let counted = Counted { inner: file, left: &self.left, most: self.most, what: self.what };
        Ok(Some(Xml::new(BufReader::with_capacity(64 << 10, Box::new(counted)), self.what)))
    }

    /// The text of a part, if there is such a part. Only UTF-8 is read.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let Some(index) = self.by_name.get(&part_name(name)) else { return Ok(None) };
        let file = self.zip.by_index(*index).map_err(|error| Fault::Damaged(error.to_string()))?;
        let mut counted = Counted { inner: file, left: &self.left, most: self.most, what: self.what };
        let mut text = String::new();
        match counted.read_to_string(&mut text) {
            Ok(_) => Ok(Some(text)),
            Err(error) => Err(match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(LimitHit(sentence)) => Fault::Limit(sentence.clone()),
                None => Fault::Damaged(error.to_string()),
            }),
        }
    }

    /// The text of a small part; nothing if there is none.
    fn small(&mut self, name: &str) -> Result<String, Fault> {
        let Some(index) = self.by_name.get(&part_name(name)) else { return Ok(String::new()) };
        let file = self.zip.by_index(*index).map_err(|error| Fault::Damaged(error.to_string()))?;
        let mut bytes = Vec::new();
        file.take(SMALL_PART).read_to_end(&mut bytes).map_err(|error| Fault::Damaged(error.to_string()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Names of parts are compared without case, and some programs write them with backslashes.
pub(super) fn part_name(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

fn too_much(what: &str, most: u64) -> String {
    format!(
        "The {what} unpacks to more than {} MiB, the most that is read. Remove what is not needed.",
        most >> 20
    )
}

/// The number of entries in the end-of-directory record (APPNOTE.TXT, 4.3.16), so that a huge
/// directory is refused before it is read.
fn parts_declared(bytes: &[u8]) -> Option<usize> {
    let tail = bytes.get(bytes.len().saturating_sub(65_557)..)?;
    let record = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = tail.get(record + 10..record + 12)?;
    Some(usize::from(u16::from_le_bytes([count[0], count[1]])))
}

/// Counts what is unpacked.
struct Counted<'c, R> {
    inner: R,
    left: &'c Cell<u64>,
    most: u64,
    what: &'static str,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.get().checked_sub(read as u64) {
            Some(left) => self.left.set(left),
            None => return Err(io::Error::other(LimitHit(too_much(self.what, self.most)))),
        }
        Ok(read)
    }
}
