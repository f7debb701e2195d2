//! Who runs a command.

use std::{fs, os::unix::fs::MetadataExt as _};

use crate::action::tidy;

/// Who runs the process: behind `sudo` the person, not root. As far as the environment does not say, by the user's
/// number, and the name that `/etc/passwd` has for it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "who runs a command is part of its environment")]
pub fn user() -> String {
    let variables = ["SUDO_USER", "LOGNAME", "USER"].into_iter();
    let values = variables.filter_map(|variable| std::env::var(variable).ok());
    values.map(|name| tidy(&name)).find(|name| is_name(name)).unwrap_or_else(by_number)
}

/// A name of the environment goes into tables and letters.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= 100 && !name.chars().any(char::is_control)
}

fn by_number() -> String {
    // A process owns its own folder there.
    let Ok(me) = fs::metadata("/proc/self") else { return "somebody".to_owned() };
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    name_of(me.uid(), &users).unwrap_or_else(|| format!("user {}", me.uid()))
}

/// The name of a user in the form of passwd(5).
fn name_of(uid: u32, users: &str) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_name_that_the_list_of_users_gives_it() {
        let users = "root:x:0:0:root:/root:/bin/sh\nnonsense\nann:x:1000:1000:Ann,,,:/home/ann:/bin/sh\n";
        assert_eq!(name_of(1000, users).as_deref(), Some("ann"));
        assert_eq!(name_of(1001, users), None);
    }
}
