//! Where copies of letters go that the mail server took.

use std::{fs, io, path::Path, sync::mpsc, thread, time::Duration};

use super::{check::Check, given::Given, raw};
use crate::deliver::{ArchiveSettings, MailSettings};

const KEY: &str = "mail.archive.maildir";
const RIGHT: &str =
    "Write the folder of a mailbox that receives a copy of each letter, for example maildir = \"archive\".";

/// How long the folder is waited for: the settings are read also where a file server hangs.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long letters wait for an archive that cannot be read.
pub(super) fn archive_wait(check: &mut Check<'_>, raw: &raw::Archive) -> Option<Duration> {
    let key = "mail.archive.wait";
    let right = "Write a time up to 7d, for example \"15m\", or \"0s\" to wait for nothing.";
    match &raw.wait {
        Given::Text(text) if text.trim() == "0s" => Some(Duration::ZERO),
        given => check.duration(key, given, &(Duration::ZERO..=Duration::from_hours(7 * 24)), right),
    }
}

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
    match what_answers(&path, PATIENCE, what_is_there) {
        There::Maildir => {}
        There::Nothing(why) => check.warning(
            KEY,
            format!(
                "{} {why}. Until it can be read, a letter in doubt is sent again without a look into it, and after a start \
                 nothing leaves for as long as mail.archive.wait says. {RIGHT}",
                path.display()
            ),
        ),
        There::Other(what) => check.error(KEY, format!("{} {what}. {RIGHT}", path.display())),
    }
    if let Some(MailSettings::Maildir(_)) = mail {
        check.warning(
            KEY,
            "letters that leave into a folder ([mail.maildir]) are never in doubt, and the archive is not looked \
            at. Remove the section [mail.archive].",
        );
        return None;
    }
    Some(ArchiveSettings::Maildir(path))
}

/// What is found at the path of the archive.
#[derive(Debug, PartialEq, Eq)]
enum There {
    Maildir,
    Nothing(String),
    Other(String),
}

/// Looks on a thread of its own, which is left alone when it hangs.
fn what_answers(path: &Path, patience: Duration, look: fn(&Path) -> There) -> There {
    let (tell, answer) = mpsc::channel();
    let place = path.to_owned();
    let begun = thread::Builder::new().name("archive".to_owned()).spawn(move || tell.send(look(&place)));
    match begun {
        Ok(_) => answer
            .recv_timeout(patience)
            .unwrap_or_else(|_| There::Nothing("cannot be read: it does not answer".to_owned())),
        Err(error) => There::Nothing(format!("cannot be read: {error}")),
    }
}

fn what_is_there(path: &Path) -> There {
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(error) => return There::Nothing(format!("cannot be read: {error}")),
    };
    if !about.is_dir() {
        return There::Other("is not a folder".to_owned());
    }
    if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none()) {
        return There::Nothing("is empty; nothing seems to be mounted there".to_owned());
    }
    for part in ["new", "cur"] {
        match fs::read_dir(path.join(part)) {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return There::Other(format!("is not a Maildir: it has no folder \"{part}\""));
            }
            Err(error) => return There::Nothing(format!("cannot be read ({part}: {error})")),
        }
    }
    There::Maildir
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_point_with_nothing_mounted_is_no_mistake_in_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(what_is_there(folder.path()), There::Nothing(why) if why.contains("mounted")));
        for part in ["new", "cur"] {
            assert!(matches!(what_is_there(&folder.path().join(part)), There::Nothing(_)));
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        assert_eq!(what_is_there(folder.path()), There::Maildir);
        fs::remove_dir(folder.path().join("new")).unwrap();
        assert!(matches!(what_is_there(folder.path()), There::Other(what) if what.contains("\"new\"")));
    }

    #[test]
    fn a_file_server_that_hangs_does_not_keep_the_settings_from_being_read() {
        let forever = |_: &Path| loop {
            thread::park();
        };
        let there = what_answers(Path::new("/archive"), Duration::from_millis(10), forever);
        assert!(matches!(there, There::Nothing(why) if why.contains("does not answer")));
    }
}
