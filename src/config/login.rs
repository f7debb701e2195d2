//! How rappel logs in: a user, and a password that stands in a file of its own.

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

use super::{
    Variables,
    check::Check,
    file::{Unread, read_limited},
    given::{Given, quoted},
    raw,
};
use crate::deliver::{Login, Secret};

/// The largest password file: 4 KiB.
const MAX_BYTES: u64 = 4096;

const USER: &str = "mail.smtp.user";
const FILE: &str = "mail.smtp.password_file";
const CREDENTIAL: &str = "mail.smtp.password_credential";

/// The login, if there is to be one.
pub(super) fn login(check: &mut Check<'_>, raw: &raw::Smtp, variables: &Variables) -> Option<Login> {
    let user =
        check.text(USER, &raw.user, "Write the name to log in with, for example \"rappel@example.int\".");
    let password = match (&raw.password_file, &raw.password_credential) {
        (Given::Nothing, Given::Nothing) => {
            if user.is_some() && !check.is_mentioned(FILE) {
                check.error(
                    USER,
                    "there is a user but no password. Write password_file or \
                    password_credential too, or remove user.",
                );
            }
            return None;
        }
        (file, Given::Nothing) => from_file(check, file),
        (Given::Nothing, credential) => from_credential(check, credential, variables),
        // The service gets the credential; a command that somebody runs by hand has only the file.
        (_, Given::Text(name)) if !is_handed_over(name, variables) => from_file(check, &raw.password_file),
        (_, credential) => from_credential(check, credential, variables),
    };
    if raw.user == Given::Nothing {
        let key = if raw.password_file == Given::Nothing { CREDENTIAL } else { FILE };
        check.error(key, "there is a password but no user. Write user too, or remove the password.");
    }
    let password = match password? {
        Password::Known(secret) => Some(secret),
        Password::Hidden => None,
    };
    Some(Login { user: user?, password })
}

/// A password that is there.
enum Password {
    /// What it is.
    Known(Secret),
    /// It is not for whoever runs this: a secretary's commands do not send.
    Hidden,
}

/// Whether systemd handed over a credential of this name that holds anything: an empty line stands for a
/// file that is not there (`SetCredential=` in the unit).
fn is_handed_over(name: &str, variables: &Variables) -> bool {
    let file = variables.credentials().map(|folder| folder.join(name));
    let bytes = file.and_then(|file| read_limited(&file, MAX_BYTES).ok());
    bytes.is_some_and(|bytes| !bytes.trim_ascii().is_empty())
}

fn from_file(check: &mut Check<'_>, given: &Given) -> Option<Password> {
    let right =
        "Write the path of a file that holds the password and nothing else, for example \"smtp-password\".";
    let path = check.path(FILE, given, right)?;
    if let Ok(found) = fs::metadata(&path)
        && found.is_file()
        && found.permissions().mode() & 0o077 != 0
    {
        check.warning(
            FILE,
            format!(
                "others on this machine may read or change the password file. Run: chmod 600 {}",
                path.display()
            ),
        );
    }
    match read_password(&path) {
        Ok(secret) => Some(Password::Known(secret)),
        Err(NoPassword::Hidden) => {
            let why = "may not be read by the user that this command runs as. Everything but sending letters is possible; \
                       for that, run it as a user that may read the file, or let the user read it (chown).";
            check.note(FILE, format!("the password file {} {why}", path.display()));
            Some(Password::Hidden)
        }
        Err(NoPassword::Bad(why)) => {
            check.error(FILE, format!("the password file{} {why}. {right}", named(given, &path)));
            None
        }
    }
}

/// The path for a message. What is not there and does not look like a path may be the password
/// itself, written in the wrong place.
fn named(given: &Given, path: &Path) -> String {
    match given {
        Given::Text(text) if !text.contains('/') && !path.exists() => {
            " that is named here (not shown, it might be the password itself)".to_owned()
        }
        _ => format!(" {}", path.display()),
    }
}

fn from_credential(check: &mut Check<'_>, given: &Given, variables: &Variables) -> Option<Password> {
    let right = "Write the name that LoadCredential= gives it, for example \"smtp-password\".";
    let name = check.text(CREDENTIAL, given, right)?;
    if name.contains('/') || name.starts_with('.') {
        check.error(CREDENTIAL, format!("{} is not the name of a credential. {right}", quoted(&name)));
        return None;
    }
    let Some(folder) = variables.credentials() else {
        check.error(
            CREDENTIAL,
            "systemd handed over no credentials. Add LoadCredential= to the unit, or \
            use password_file when rappel is not started by systemd.",
        );
        return None;
    };
    match read_password(&folder.join(&name)).map_err(NoPassword::words) {
        Ok(secret) => Some(Password::Known(secret)),
        Err(why) => {
            let there = credentials_in(folder);
            check.error(
                CREDENTIAL,
                format!("the credential that is named here {why}. Handed over: {there}. {right}"),
            );
            None
        }
    }
}

fn credentials_in(folder: &Path) -> String {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| quoted(&entry.file_name().to_string_lossy())).collect();
    names.sort();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Why there is no password.
enum NoPassword {
    /// It is there, and not for whoever runs this.
    Hidden,
    /// What is wrong, as the end of a sentence.
    Bad(String),
}

impl NoPassword {
    fn words(self) -> String {
        match self {
            Self::Hidden => "may not be read by the user that rappel runs as".to_owned(),
            Self::Bad(why) => why,
        }
    }
}

/// Reads the password. Never shows the content.
fn read_password(path: &Path) -> Result<Secret, NoPassword> {
    let bytes = read_limited(path, MAX_BYTES).map_err(|why| match why {
        Unread::Io(error) if error.kind() == io::ErrorKind::PermissionDenied && path.exists() => {
            NoPassword::Hidden
        }
        other => NoPassword::Bad(other.words()),
    })?;
    let text = String::from_utf8(bytes).map_err(|_| NoPassword::Bad("is not text in UTF-8".to_owned()))?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        return Err(NoPassword::Bad("is empty".to_owned()));
    }
    if password.chars().any(char::is_control) {
        let why = "has more than one line, or a control character; it may hold the password and nothing else";
        return Err(NoPassword::Bad(why.to_owned()));
    }
    Ok(Secret::new(password.to_owned()))
}
