//! Where the settings and the password go, and how they get there: whole, and for the right eyes.

use std::{
    fs::{self, DirBuilder, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{Args, answers::Answers, dialogue::Dialogue};
use crate::{
    cli::{DEFAULT_CONFIG, exit::Failure},
    config,
    deliver::Secret,
};

/// The file with the password, beside the settings, and the credential of that name in the unit.
pub(super) const PASSWORD: &str = "smtp-password";

/// The settings may be read by their group, which is the service's; the password by root alone, for
/// systemd hands it to the service.
const CONFIG_MODE: u32 = 0o640;
const PASSWORD_MODE: u32 = 0o600;

/// Where everything goes.
#[derive(Debug)]
pub(super) struct Place {
    config: PathBuf,
    folder: PathBuf,
}

impl Place {
    pub(super) fn new(config: &Path) -> Result<Self, Failure> {
        let config = std::path::absolute(config)?;
        let folder = config.parent().unwrap_or(Path::new("/")).to_owned();
        DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(&folder)
            .map_err(|error| failed("made", &folder, &error))?;
        Ok(Self { config, folder })
    }

    /// The settings file, absolute.
    pub(super) fn config(&self) -> &Path {
        &self.config
    }

    /// Whether rappel finds the settings without being told.
    pub(super) fn is_default(&self) -> bool {
        self.config == Path::new(DEFAULT_CONFIG)
    }

    /// The option that names the settings, where one is needed.
    pub(super) fn option(&self) -> String {
        if self.is_default() { String::new() } else { format!(" --config {}", self.config.display()) }
    }

    pub(super) fn password_file(&self) -> PathBuf {
        self.folder.join(PASSWORD)
    }

    /// Whether there is a password already.
    pub(super) fn has_password(&self) -> bool {
        fs::metadata(self.password_file()).is_ok_and(|found| found.is_file() && found.len() > 0)
    }

    /// Settings in which something is set are somebody's work.
    pub(super) fn refuse_to_overwrite(&self, force: bool) -> Result<(), Failure> {
        match fs::read_to_string(&self.config) {
            _ if force => Ok(()),
            Ok(text) if config::sets_nothing(&text) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            _ => Err(there_already(&self.config)),
        }
    }

    /// So is a password that is not the one that was given.
    pub(super) fn refuse_to_overwrite_password(&self, answers: &Answers, force: bool) -> Result<(), Failure> {
        let file = self.password_file();
        match &answers.password {
            Some(password) if !force && file.exists() && !holds(&file, password) => Err(there_already(&file)),
            _ => Ok(()),
        }
    }

    /// The password that the command line points to.
    pub(super) fn password_of(args: &Args, dialogue: &mut Dialogue) -> Result<Option<Secret>, Failure> {
        let Some(file) = &args.password_file else { return Ok(None) };
        let line = if file == Path::new("-") {
            dialogue.line()?.unwrap_or_default()
        } else {
            let text = fs::read_to_string(file).map_err(|error| failed("read", file, &error))?;
            text.trim_end_matches(['\n', '\r']).to_owned()
        };
        if line.is_empty() || line.chars().any(char::is_control) {
            return Err(Failure::Failed(anyhow::anyhow!(
                "--password-file: {} does not hold a password alone on one line.",
                file.display()
            )));
        }
        Ok(Some(Secret::new(line)))
    }

    /// The password in a file beside the others that is gone when the value is.
    pub(super) fn stage_password(&self, password: &Secret) -> Result<NamedTempFile, Failure> {
        self.staged(&format!("{}\n", password.expose()), PASSWORD_MODE)
    }

    pub(super) fn write_password(&self, password: &Secret) -> Result<(), Failure> {
        self.persist(self.stage_password(password)?, &self.password_file())
    }

    /// Writes the settings. Their group is that of their folder: the service's, where there is one.
    pub(super) fn write_config(&self, text: &str) -> Result<(), Failure> {
        if self.config.exists() && self.refuse_to_overwrite(false).is_err() {
            let old = self.config.with_extension("toml.old");
            fs::rename(&self.config, &old).map_err(|error| failed("moved away", &self.config, &error))?;
            say!("The settings that were there are in {}.", old.display());
        }
        let staged = self.staged(text, CONFIG_MODE)?;
        if let Ok(folder) = fs::metadata(&self.folder) {
            let _ = chown(staged.path(), None, Some(folder.gid()));
        }
        self.persist(staged, &self.config)
    }

    fn staged(&self, text: &str, mode: u32) -> Result<NamedTempFile, Failure> {
        let write = || {
            let mut file = tempfile::Builder::new().prefix(".rappel-setup-").tempfile_in(&self.folder)?;
            file.as_file().set_permissions(Permissions::from_mode(mode))?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        write().map_err(|error: io::Error| failed("written to", &self.folder, &error))
    }

    fn persist(&self, file: NamedTempFile, to: &Path) -> Result<(), Failure> {
        file.persist(to).map_err(|error| failed("written", to, &error.error))?;
        fs::File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(Failure::from)
    }
}

/// What root makes in a folder of somebody else's belongs to that one, who is to use it.
pub(super) fn give_to_owner_of_parent(folder: &Path) {
    let owner = folder.parent().and_then(|parent| fs::metadata(parent).ok());
    let (Some(owner), Ok(here)) = (owner, fs::metadata(folder)) else { return };
    if here.uid() == owner.uid() {
        return;
    }
    let give = |path: &Path| drop(chown(path, Some(owner.uid()), Some(owner.gid())));
    give(folder);
    for name in ["new", "cur", "tmp"] {
        let inner = folder.join(name);
        give(&inner);
        for letter in fs::read_dir(&inner).into_iter().flatten().flatten() {
            give(&letter.path());
        }
    }
}

fn holds(file: &Path, password: &Secret) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.trim_end_matches(['\n', '\r']) == password.expose())
}

fn there_already(file: &Path) -> Failure {
    Failure::Failed(anyhow::anyhow!(
        "{} is there already, and nothing was changed. `rappel check` says whether it is good; --force has it \
         written anew.",
        file.display()
    ))
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::Failed(anyhow::anyhow!("{} could not be {what}: {error}", path.display()))
}
