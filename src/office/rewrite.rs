//! A zip with some of its parts replaced; every other one is the same, byte for byte.

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{xml::Fault, zipped::part_name};

/// The zip in `bytes` with the parts of these names replaced, in the order in which they were. What is not replaced is
/// copied as it is compressed.
pub(crate) fn with_parts(bytes: &[u8], parts: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Fault> {
    let damaged = |error: ZipError| Fault::Damaged(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + 4096)));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.into_owned();
        let replaced = parts.iter().find(|(part, _)| part_name(part) == part_name(&name));
        let Some((_, content)) = replaced else {
            out.raw_copy_file(entry).map_err(damaged)?;
            continue;
        };
        let mut options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        if let Some(time) = entry.last_modified() {
            options = options.last_modified_time(time);
        }
        drop(entry);
        out.start_file(name, options).map_err(damaged)?;
        out.write_all(content).map_err(|error| Fault::Damaged(error.to_string()))?;
    }
    Ok(out.finish().map_err(damaged)?.into_inner())
}
