//! Where copies of letters go that the mail server took.

use std::{fs, path::Path};

use super::{check::Check, raw};
use crate::deliver::{ArchiveSettings, MailSettings};

const KEY: &str = "mail.archive.maildir";
const RIGHT: &str =
    "Write the folder of a mailbox that receives a copy of each letter, for example maildir = \"archive\".";

/// The archive, if there is one. One that is not there at this moment is no error: reminders have to leave while
/// a file server is away, too.
pub(super) fn archive(
    check: &mut Check<'_>,
    raw: &raw::Archive,
    mail: Option<&MailSettings>,
) -> Option<ArchiveSettings> {
    let path = check.path(KEY, &raw.maildir, RIGHT);
    let Some(path) = path else {
        if check.places.first_in("mail.archive").is_some() {
            check.required(KEY, None::<()>, RIGHT);
        }
        return None;
    };
    if let Some(MailSettings::Maildir(_)) = mail {
        check.warning(
            KEY,
            "letters that leave into a folder ([mail.maildir]) are never in doubt, and the archive is not looked \
            at. Remove the section [mail.archive].",
        );
    }
    match what_is_there(&path) {
        There::Maildir => {}
        There::Nothing(why) => check.warning(
            KEY,
            format!(
                "{} {why}. Until it can be read, a letter in doubt is sent again without a look into it. {RIGHT}",
                path.display()
            ),
        ),
        There::Other(what) => check.error(KEY, format!("{} {what}. {RIGHT}", path.display())),
    }
    Some(ArchiveSettings::Maildir(path))
}

/// What is found at the path of the archive.
enum There {
    Maildir,
    Nothing(String),
    Other(String),
}

fn what_is_there(path: &Path) -> There {
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(error) => return There::Nothing(format!("cannot be read: {error}")),
    };
    if !about.is_dir() {
        return There::Other("is not a folder".to_owned());
    }
    for part in ["new", "cur"] {
        match fs::read_dir(path.join(part)) {
            Ok(_) => {}
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) =>
            {
                return There::Other(format!("is not a Maildir: it has no folder \"{part}\""));
            }
            Err(error) => return There::Nothing(format!("cannot be read ({part}: {error})")),
        }
    }
    There::Maildir
}
