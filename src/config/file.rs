//! The settings file on disk: found, of a sensible size, and text.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::action::{Place, Problem, Problems};

/// The largest settings file that is read: 1 MiB.
const MAX_BYTES: u64 = 1024 * 1024;

/// A settings file that was read.
#[derive(Debug)]
pub(super) struct Source {
    /// Absolute, so that it means the same wherever the process goes.
    pub(super) path: PathBuf,
    /// The name under which problems show it.
    pub(super) shown: Arc<str>,
    /// What it says.
    pub(super) text: String,
    /// Whether it is not there yet: what it names may not be there yet either.
    pub(super) is_draft: bool,
}

impl Source {
    /// Reads `path`.
    pub(super) fn read(path: &Path) -> Result<Self, Problems> {
        let refused = |message: String| refuse(path, message);
        let bytes = read_limited(path, MAX_BYTES).map_err(|why| refused(why.about_settings()))?;
        let text = decode(bytes).map_err(refused)?;
        let path =
            std::path::absolute(path).map_err(|error| refuse(path, Unread::Io(error).about_settings()))?;
        Ok(Self { is_draft: false, ..Self::of(&path, text) })
    }

    /// What `path`, which is absolute, would say.
    pub(super) fn of(path: &Path, text: String) -> Self {
        let shown = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into();
        Self { path: path.to_owned(), shown, text, is_draft: true }
    }

    /// The folder from which relative paths start.
    pub(super) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }
}

/// Why a file was not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// The system's answer.
    Io(io::Error),
    /// A folder, a device, a pipe.
    NotAFile,
    /// Larger than this many bytes.
    TooLarge(u64),
}

impl Unread {
    /// The end of a sentence that begins with what was to be read.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Io(error) if error.kind() == io::ErrorKind::NotFound => "does not exist".to_owned(),
            Self::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                "may not be read by the user that rappel runs as".to_owned()
            }
            Self::Io(error) => format!("cannot be read ({error})"),
            Self::NotAFile => "is not a file".to_owned(),
            Self::TooLarge(limit) => format!("is larger than {}", size(*limit)),
        }
    }

    fn about_settings(&self) -> String {
        let advice = match self {
            Self::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                "`rappel setup` writes it; or name another with --config FILE."
            }
            Self::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                "Let that user read it (chown, chmod), or start rappel as a user that may."
            }
            Self::Io(_) => "Check the disk and the path.",
            Self::NotAFile => "Name the settings file itself, for example /etc/rappel/rappel.toml.",
            Self::TooLarge(_) => "Settings take a few kilobytes: is it the right file?",
        };
        format!("the settings file {}. {advice}", self.words())
    }
}

fn size(bytes: u64) -> String {
    if bytes >= 1024 * 1024 {
        format!("{} MiB", bytes / 1024 / 1024)
    } else {
        format!("{} KiB", bytes / 1024)
    }
}

/// Reads a regular file of at most `limit` bytes. Asks what it is before opening it, because
/// opening a pipe waits for whoever writes into it.
pub(super) fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    if !fs::metadata(path).map_err(Unread::Io)?.is_file() {
        return Err(Unread::NotAFile);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Unread::Io)?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(Unread::Io)?;
    if bytes.len() as u64 > limit { Err(Unread::TooLarge(limit)) } else { Ok(bytes) }
}

fn decode(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0) {
        return Err(
            "the settings file is not plain text in UTF-8 (it looks like UTF-16 or like a binary file). \
            Save it as UTF-8."
                .to_owned(),
        );
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.split(|byte| *byte == b'\n').count();
        format!(
            "the settings file is not UTF-8: line {line} has a character of another encoding. Save it as \
            UTF-8."
        )
    })
}

fn refuse(path: &Path, message: String) -> Problems {
    let place = Place { file: path.to_string_lossy().into(), ..Place::default() };
    Problems(vec![Problem::error(place, message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_character_in_another_encoding_is_named() {
        let message = decode(b"a = 1\nname = \"Gen\xe8ve\"\n".to_vec()).unwrap_err();
        assert!(message.contains("line 2"), "{message}");
    }

    #[test]
    fn sizes_are_said_in_the_unit_that_fits() {
        assert_eq!(size(MAX_BYTES), "1 MiB");
        assert_eq!(size(256 * 1024), "256 KiB");
    }
}
