//! The file: who else has it open, what it was, and how the new one takes its place.

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
};

use super::{Edit, Edited, NotGood, Place, Settings, Shape, Written, csv_file, ods, toml_text, xlsx};
use crate::register::{Limits, Reading, folder::Together, gate, read};

/// Why the register was not changed. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file cannot be read.
    #[error("{}: {why}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// A sentence.
        why: String,
    },
    /// Somebody works on it.
    #[error("{} is open in another program ({} is there). Close it there, and try again.", file.display(), lock.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// The lock that says so.
        lock: PathBuf,
    },
    /// It was changed since it was read.
    #[error("{} was changed meanwhile. Look at the change, and try again.", file.display())]
    Changed {
        /// The file.
        file: PathBuf,
    },
    /// The table that is to be changed is not in it.
    #[error("There is no table with the columns that it should have.")]
    NoTable,
    /// There is no row of that action, or there are several.
    #[error("No row of the sheet Actions can be found for {action}. Change it by hand.")]
    NoRow {
        /// Which.
        action: String,
    },
    /// A cell that cannot be changed.
    #[error("{place} {why}. Change it by hand.")]
    Cell {
        /// Where.
        place: String,
        /// What is the matter with it.
        why: String,
    },
    /// What is to be written cannot stand in this file.
    #[error("{0}")]
    Impossible(String),
    /// The result would be no good register.
    #[error("The register would not be good afterwards, and stays as it is. First put right or add:\n{0}")]
    Problems(NotGood),
    /// The system does not let it be written.
    #[error("{what} {}: {source}", file.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// With which file.
        file: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl EditError {
    /// Whether other edits of the same file might be possible: it lies at what is to be written, not at the file.
    #[must_use]
    pub fn is_of_edits(&self) -> bool {
        matches!(self, Self::NoRow { .. } | Self::Cell { .. } | Self::Impossible(_) | Self::Problems(_))
    }
}

/// A changed file that is not in its place yet, and what it reads as.
#[derive(Debug)]
pub struct Prepared<T> {
    pub(super) file: Place,
    pub(super) before: Vec<u8>,
    pub(super) edited: Edited,
    pub(super) after: T,
}

impl<T> Prepared<T> {
    /// The file that is changed.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Every cell that is written.
    #[must_use]
    pub fn written(&self) -> &[Written] {
        &self.edited.written
    }

    /// Columns that the sheet does not have, so that what would stand in them is left out.
    #[must_use]
    pub fn without_column(&self) -> &[&'static str] {
        &self.edited.without_column
    }

    /// The file as it reads then.
    #[must_use]
    pub fn after(&self) -> &T {
        &self.after
    }

    /// Puts the file into its place, and the old one beside it under a name with `when` in it ("2026-11-25T21.30.00").
    /// Gives the path of that backup.
    pub fn commit(&self, when: &str) -> Result<PathBuf, EditError> {
        let backup = beside(&self.file, &format!(".{when}.bak"));
        self.replace(&backup)?;
        Ok(backup)
    }

    /// Puts the file into its place, and the old one beside it as `NAME.bak`; one of before is gone then. Gives the path of
    /// that backup.
    pub fn commit_with_last(&self) -> Result<PathBuf, EditError> {
        not_open_elsewhere(&self.file)?;
        self.is_unchanged()?;
        let backup = beside(&self.file, ".bak");
        match fs::remove_file(&backup) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io("replace", &backup)(error));
            }
            _ => {}
        }
        self.replace(&backup)?;
        Ok(backup)
    }

    fn replace(&self, backup: &Path) -> Result<(), EditError> {
        not_open_elsewhere(&self.file)?;
        self.is_unchanged()?;
        let metadata = fs::metadata(&self.file).map_err(io("look at", &self.file))?;
        write_new(backup, &self.before, &metadata)?;
        let new = beside(&self.file, ".new");
        let written = write_new(&new, &self.edited.bytes, &metadata)
            .and_then(|()| self.is_unchanged())
            .and_then(|()| fs::rename(&new, &self.file).map_err(io("replace", &self.file)));
        if let Err(error) = written {
            // What is left of a file that is not in its place helps nobody.
            let _ = fs::remove_file(&new);
            return Err(error);
        }
        if let Some(folder) = self.file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(io("flush the folder of", &self.file))?;
        }
        Ok(())
    }

    fn is_unchanged(&self) -> Result<(), EditError> {
        let now = fs::read(&self.file).map_err(io("read", &self.file))?;
        if now == self.before { Ok(()) } else { Err(EditError::Changed { file: self.file.clone() }) }
    }
}

fn io<'a>(what: &'static str, file: &'a Path) -> impl FnOnce(std::io::Error) -> EditError + 'a {
    move |source| EditError::Io { what, file: file.to_owned(), source }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A new file with the owner, if that can be, the group and the rights of the old one, flushed to the disk.
fn write_new(file: &Path, bytes: &[u8], like: &fs::Metadata) -> Result<(), EditError> {
    let mut new = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .map_err(io("cannot create", file))?;
    let made = new.metadata().map_err(io("look at", file))?;
    if (made.uid(), made.gid()) != (like.uid(), like.gid()) {
        // Nobody but root can give a file to another user; in a shared folder the group is what counts.
        chown(file, Some(like.uid()), Some(like.gid()))
            .or_else(|_| chown(file, None, Some(like.gid())))
            .map_err(io("give to its group", file))?;
    }
    fs::set_permissions(file, fs::Permissions::from_mode(like.mode() & 0o7777))
        .map_err(io("set the rights of", file))?;
    new.write_all(bytes).and_then(|()| new.sync_all()).map_err(io("cannot write", file))
}

/// The locks that Excel and `LibreOffice` put beside a file that they have open.
pub(super) fn not_open_elsewhere(file: &Path) -> Result<(), EditError> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // Excel leaves out the first two letters of a long name.
    let shortened: String = name.chars().skip(2).collect();
    let locks = [format!("~${name}"), format!("~${shortened}"), format!(".~lock.{name}#")];
    for lock in locks.map(|lock| file.with_file_name(lock)) {
        if lock.symlink_metadata().is_ok() {
            return Err(EditError::Open { file: file.to_owned(), lock });
        }
    }
    Ok(())
}

/// The edits of a file of some kind.
pub(super) type Editor = Box<dyn Fn(&[u8], &[Edit], &Shape, &Limits) -> Result<Edited, EditError>>;

pub(super) fn prepare(settings: &Settings, edits: &[Edit]) -> Result<Prepared<Reading>, EditError> {
    let (file, editor) = target(settings)?;
    not_open_elsewhere(&file)?;
    let unreadable = |why| EditError::Unreadable { file: file.clone(), why };
    let before = gate::bytes(&file, &settings.limits).map_err(unreadable)?;
    let edited = editor(&before, edits, &Shape::actions(), &settings.limits)?;
    let tried = tried(settings, &file, &edited.bytes)?;
    match read(&tried.settings) {
        Ok(after) => Ok(Prepared { file, before, edited, after }),
        Err(problems) => Err(EditError::Problems(NotGood { problems, written: edited.written })),
    }
}

/// The file with the actions, and how it is edited. A link is followed: what it points to is replaced, not the link.
fn target(settings: &Settings) -> Result<(PathBuf, Editor), EditError> {
    let path = &settings.path;
    let unreadable = |why: String| EditError::Unreadable { file: path.clone(), why };
    let whole = fs::canonicalize(path).map_err(|error| unreadable(format!("It cannot be read: {error}.")))?;
    if whole.is_dir() {
        let named = |file: &PathBuf| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            name == "actions.csv"
        };
        let files = fs::read_dir(&whole).map_err(io("read", &whole))?;
        let found = files.filter_map(|file| Some(file.ok()?.path())).find(named);
        let file = found.ok_or_else(|| unreadable("There is no file Actions.csv in it.".to_owned()))?;
        let encoding = Together::in_folder(&whole, settings.limits);
        let edit = move |bytes: &[u8], edits: &[Edit], shape: &Shape, _: &Limits| {
            csv_file::edit_as(bytes, edits, shape, || Some(encoding.encoding()))
        };
        return Ok((file, Box::new(edit)));
    }
    let ending = whole.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match ending.as_str() {
        "xlsx" | "xlsm" => Ok((whole, Box::new(xlsx::edit))),
        "toml" => Ok((whole, Box::new(toml_text::edit))),
        "ods" => Ok((whole, Box::new(ods::edit))),
        _ => Err(unreadable(
            "It is no register: that is an .xlsx, .ods or .toml file or a folder of .csv files.".to_owned(),
        )),
    }
}

/// A register as it would be, in a folder of its own under its own name.
struct Tried {
    settings: Settings,
    /// Is there as long as it is looked at.
    _folder: tempfile::TempDir,
}

/// Puts the register as it would be where it can be tried.
fn tried(settings: &Settings, file: &Path, bytes: &[u8]) -> Result<Tried, EditError> {
    let temporary = tempfile::tempdir().map_err(io("make a folder to try", file))?;
    let mut tried = settings.clone();
    let name = settings.path.file_name().unwrap_or_default();
    tried.path = temporary.path().join(name);
    if settings.path.is_dir() {
        fs::create_dir(&tried.path).map_err(io("copy", &settings.path))?;
        for other in fs::read_dir(&settings.path).map_err(io("read", &settings.path))? {
            let other = other.map_err(io("read", &settings.path))?.path();
            let is_csv = other.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
            if let Some(name) = other.file_name().filter(|_| is_csv && other.is_file()) {
                fs::copy(&other, tried.path.join(name)).map_err(io("copy", &other))?;
            }
        }
        let name = file.file_name().unwrap_or_default();
        fs::write(tried.path.join(name), bytes).map_err(io("try", file))?;
    } else {
        fs::write(&tried.path, bytes).map_err(io("try", file))?;
    }
    Ok(Tried { settings: tried, _folder: temporary })
}
