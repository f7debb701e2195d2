//! Workbooks taken apart, to see which of their bytes stayed.

use std::{
    collections::BTreeMap,
    fs,
    io::{Cursor, Read as _},
    path::Path,
};

/// The parts of a workbook as they are compressed.
pub(crate) fn raw_parts(file: &Path) -> BTreeMap<String, Vec<u8>> {
    let bytes = fs::read(file).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).unwrap();
        let start = usize::try_from(entry.data_start().unwrap()).unwrap();
        let end = start + usize::try_from(entry.compressed_size()).unwrap();
        parts.insert(entry.name().unwrap().into_owned(), bytes[start..end].to_vec());
    }
    parts
}

/// A part as text.
pub(crate) fn part(file: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The cells of a sheet as they are written there, by their places; and what is left without them.
pub(crate) fn cells(xml: &str) -> (BTreeMap<String, String>, String) {
    let (mut cells, mut rest, mut outside) = (BTreeMap::new(), xml, String::new());
    while let Some(at) = rest.find("<c r=\"") {
        outside.push_str(&rest[..at]);
        let cell = &rest[at..];
        let open = cell.find('>').unwrap() + 1;
        let end = if cell[..open].ends_with("/>") { open } else { cell.find("</c>").unwrap() + 4 };
        cells.insert(cell[6..6 + cell[6..].find('"').unwrap()].to_owned(), cell[..end].to_owned());
        rest = &cell[end..];
    }
    outside.push_str(rest);
    (cells, outside)
}
