//! One attempt at a time: a finished letter goes to the mail server or into a Maildir, and comes
//! back as an [`Outcome`].
//!
//! [`Carrier`] keeps connections open and hands them letters; it knows nothing of what was sent
//! before, of when to try again, or of why. The path of a letter by SMTP:
//!
//! ```text
//! Carrier ─▶ queue ─▶ worker ─▶ dial ─▶ session ─▶ talk ─▶ wire      (a stage of the conversation
//!    ▲         ▲                         (hail, body)                 and its deadline: stage)
//!    └── Done ─┴── ticket ◀── outcome ◀─────┘
//! ```

mod archive;
mod body;
mod carrier;
mod certificate;
mod dial;
mod domains;
mod hail;
mod maildir;
mod offers;
mod probe;
mod queue;
mod reply;
mod server;
mod session;
mod settings;
mod stage;
mod talk;
mod trust;
mod wire;
mod worker;

use std::path::PathBuf;

pub use archive::{ArchiveSettings, Copied, Found, Marked, Sought};
pub use carrier::{Carrier, Closed, deliver_once};
pub use domains::AllowedDomains;
pub use probe::{Hurdle, Probe, Unusable, probe};
pub use settings::{Login, MailSettings, MaildirSettings, Secret, SmtpSettings, Timeouts, Tls};

use crate::letter::{Envelope, Outcome};

/// A letter to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The owner's name for the letter; comes back in [`Done`].
    pub id: i64,
    /// The number of this attempt; comes back in [`Done`].
    pub attempt: u32,
    /// Where it goes.
    pub envelope: Envelope,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// The whole message, CRLF line ends, not dot-stuffed.
    pub bytes: Vec<u8>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Whose: [`Job::id`].
    pub id: i64,
    /// Which: [`Job::attempt`].
    pub attempt: u32,
    /// How.
    pub outcome: Outcome,
}

/// Why no letter can be delivered at all with these settings.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// The host is neither a name nor an address, so no certificate can carry it.
    #[error("mail server {host:?}: this is neither a host name nor an IP address, as TLS needs it")]
    Host {
        /// The host of the settings.
        host: String,
    },
    /// The name for EHLO cannot be sent.
    #[error("hello {hello:?}: this is not a host name; write the full name of this machine, or leave it out")]
    Hello {
        /// The name of the settings.
        hello: String,
    },
    /// The file with CA certificates cannot be used.
    #[error("CA file {}: {why}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// There is nothing to verify the server's certificate with.
    #[error("this system has no CA certificates; install them (Debian: ca-certificates), or set ca_file")]
    NoCa,
    /// TLS itself cannot be set up.
    #[error("TLS cannot be used: {source}")]
    Tls {
        /// Why.
        source: rustls::Error,
    },
    /// The Maildir cannot be created or written.
    #[error("Maildir {} cannot be used: {source}", path.display())]
    Maildir {
        /// Its folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
