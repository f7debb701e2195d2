//! The way to the bytes of a register: only regular files, only up to the limit, and only
//! what the name says is in them.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use super::Limits;
use crate::office;

/// A register file in memory, as its content and its name agree on it.
pub(super) enum Opened {
    Xlsx(Vec<u8>),
    Ods(Vec<u8>),
    Toml(Vec<u8>),
    /// A folder, none of whose files was opened.
    Folder,
}

/// The name of a file as it is shown in problems: the last part of its path.
pub(super) fn shown_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Opens the register; the error is a sentence about the whole file.
pub(super) fn open(path: &Path, limits: &Limits) -> Result<Opened, String> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(&error))?;
    if metadata.is_dir() {
        return Ok(Opened::Folder);
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match extension.as_str() {
        "xlsx" | "xlsm" | "ods" | "toml" => {}
        "csv" => {
            return Err(
                "A register of CSV files is a folder with one file for each sheet (Actions.csv, ...). Name \
                        the folder instead of the file."
                    .to_owned(),
            );
        }
        "xls" | "xlsb" | "xlt" | "fods" | "numbers" => {
            return Err(format!(
                "A .{extension} file is not read. Open it in Excel or LibreOffice, and save it as .xlsx or .ods."
            ));
        }
        _ => {
            return Err("It is no register: that is an .xlsx, .ods or .toml file or a folder of .csv files. Save it as \
                        one of these."
                .to_owned());
        }
    }
    let bytes = bytes(path, limits)?;
    as_named(&extension, bytes)
}

/// The content of a regular file within the limit.
pub(super) fn bytes(path: &Path, limits: &Limits) -> Result<Vec<u8>, String> {
    let regular = "It is not a regular file. Name the file that holds the register.";
    // Opening a named pipe would wait for somebody to write into it: look before.
    let metadata = fs::metadata(path).map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(regular.to_owned());
    }
    let too_big = || {
        let most = limits.file_bytes;
        format!(
            "The file is larger than {} MiB ({most} bytes), the most that is read. Remove what is not needed.",
            most >> 20
        )
    };
    if metadata.len() > limits.file_bytes {
        return Err(too_big());
    }
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.take(limits.file_bytes + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    // It may have grown since.
    if bytes.len() as u64 > limits.file_bytes { Err(too_big()) } else { Ok(bytes) }
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "It is not there. Correct the path, or put the register there.".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "rappel may not read it. Give the user that rappel runs as the right to read it.".to_owned()
        }
        _ => format!("It cannot be read: {error}."),
    }
}

/// The bytes as what the extension says, if that is what they are.
fn as_named(extension: &str, bytes: Vec<u8>) -> Result<Opened, String> {
    let found = Content::of(&bytes);
    match (extension, found) {
        ("xlsx" | "xlsm", Content::Xlsx) => Ok(Opened::Xlsx(bytes)),
        ("ods", Content::Ods) => Ok(Opened::Ods(bytes)),
        ("toml", Content::Other) => Ok(Opened::Toml(bytes)),
        (_, Content::Encrypted) => {
            Err("The workbook is protected by a password. Save it without one.".to_owned())
        }
        (_, Content::OldExcel) => {
            Err("It is a workbook of the old Excel format. Save it as .xlsx.".to_owned())
        }
        (_, Content::Empty) => Err("The file is empty.".to_owned()),
        ("toml", _) => Err("It is named .toml, but is a workbook. Rename it.".to_owned()),
        ("ods", Content::Xlsx) => Err("It is named .ods, but is an .xlsx workbook. Rename it.".to_owned()),
        (_, Content::Ods) => Err("It is named .xlsx, but is an .ods workbook. Rename it.".to_owned()),
        (_, Content::OtherZip) => {
            Err("It is named like a workbook, but is something else. Save the workbook again.".to_owned())
        }
        (_, Content::Refused(why)) => Err(why),
        _ => Err("It is named like a workbook, but is none. Save the workbook again.".to_owned()),
    }
}

/// What a file is by its first bytes.
enum Content {
    Xlsx,
    Ods,
    OtherZip,
    /// A zip that cannot be read, and why in a sentence.
    Refused(String),
    OldExcel,
    Encrypted,
    Empty,
    Other,
}

impl Content {
    fn of(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        // The container of old Office files; encrypted new ones are wrapped in it (MS-OFFCRYPTO, 1.3.1).
        if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
            let stream: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let encrypted = bytes.windows(stream.len()).any(|window| window == stream);
            return if encrypted { Self::Encrypted } else { Self::OldExcel };
        }
        if !bytes.starts_with(b"PK") {
            return Self::Other;
        }
        match office::kind(bytes, "workbook") {
            Ok(office::Kind::Xlsx) => Self::Xlsx,
            Ok(office::Kind::Ods) => Self::Ods,
            Ok(office::Kind::Encrypted) => Self::Encrypted,
            Ok(office::Kind::Other | office::Kind::Docx | office::Kind::Odt) => Self::OtherZip,
            Err(fault) => Self::Refused(fault.sentence("workbook")),
        }
    }
}
