//! Whether the machine's clock is kept right by a time server.

use std::{path::Path, process::Command};

use super::Finding;

const ABOUT: &str = "clock";

/// What systemd's own time service leaves when it has set the clock.
const TIMESYNC: &str = "/run/systemd/timesync/synchronized";

/// What the system says about it.
pub(super) fn check() -> Finding {
    let said = Command::new("timedatectl")
        .args(["show", "--property=NTPSynchronized", "--property=NTP"])
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    judge(said.as_deref(), Path::new(TIMESYNC).exists())
}

/// `said` are the properties that timedatectl(1) shows.
fn judge(said: Option<&str>, timesync: bool) -> Finding {
    let has = |line: &str| said.is_some_and(|said| said.lines().any(|one| one.trim() == line));
    if has("NTPSynchronized=yes") || timesync {
        return Finding::good(ABOUT, "It is synchronised with a time server.");
    }
    if has("NTPSynchronized=no") {
        let running = if has("NTP=yes") {
            "a time service runs, but has not set it yet"
        } else {
            "no time service runs"
        };
        return Finding::warning(
            ABOUT,
            format!("It is not synchronised: {running}. Reminders leave by this clock."),
            "timedatectl set-ntp true, or install a time service such as chrony.",
        );
    }
    Finding::note(ABOUT, "Whether it is synchronised cannot be seen: timedatectl does not answer here.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn what_timedatectl_says_is_understood() {
        assert_eq!(judge(Some("NTP=yes\nNTPSynchronized=yes\n"), false).level, Level::Good);
        assert_eq!(judge(None, true).level, Level::Good);
        let no = judge(Some("NTP=no\nNTPSynchronized=no\n"), false);
        assert_eq!(no.level, Level::Warning);
        assert!(no.what.contains("no time service runs"), "{}", no.what);
        assert_eq!(judge(None, false).level, Level::Note);
        assert_eq!(judge(Some(""), false).level, Level::Note);
    }
}
