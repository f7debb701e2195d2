//! How the daemon is started and stopped here, and how a backup is put into its place: in commands.

use std::path::Path;

use super::shown;

/// How the daemon of an installation is handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handling {
    /// As the service of the package, by systemd.
    Service,
    /// By hand, with this much of a command line: "rappel --config FILE".
    ByHand(String),
}

impl Handling {
    /// The daemon of these settings by hand.
    #[must_use]
    pub fn by_hand(config: &Path) -> Self {
        Self::ByHand(format!("rappel --config {}", config.display()))
    }

    pub(super) fn start(&self) -> String {
        match self {
            Self::Service => "systemctl start rappel".to_owned(),
            Self::ByHand(rappel) => format!("{rappel} run"),
        }
    }

    pub(super) fn stop(&self) -> String {
        match self {
            Self::Service => "systemctl stop rappel".to_owned(),
            Self::ByHand(_) => {
                "kill PID, or Ctrl-C where it was started (`rappel status` names the process)".to_owned()
            }
        }
    }

    /// Puts a copy of the database into its place, for the user that the daemon runs as.
    pub(super) fn put(&self, from: &str, to: &Path) -> String {
        match self {
            Self::Service => format!("install -m 600 -o rappel -g rappel {from} {}", shown(to)),
            Self::ByHand(_) => format!("cp {from} {} (as the user that runs the daemon)", shown(to)),
        }
    }

    /// A command of rappel.
    pub(super) fn rappel(&self, command: &str) -> String {
        match self {
            Self::Service => format!("rappel {command}"),
            Self::ByHand(rappel) => format!("{rappel} {command}"),
        }
    }
}
