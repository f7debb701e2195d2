//! How letters leave: the parsed part of the configuration that this module acts on.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The one way by which all letters leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailSettings {
    /// Through a mail server.
    Smtp(SmtpSettings),
    /// Into a local Maildir.
    Maildir(MaildirSettings),
}

impl MailSettings {
    /// What takes the letters, as the beginning of a sentence.
    #[must_use]
    pub fn taker(&self) -> &'static str {
        match self {
            Self::Smtp(_) => "The mail server",
            Self::Maildir(_) => "The folder for letters",
        }
    }

    /// Whether letters need a password that is not known here.
    #[must_use]
    pub fn lacks_password(&self) -> bool {
        let login = match self {
            Self::Smtp(smtp) => smtp.login.as_ref(),
            Self::Maildir(_) => None,
        };
        login.is_some_and(|login| login.password.is_none())
    }
}

/// "SMTP, mail.example.org port 587 (starttls, as rappel@example.int)" or "Maildir, letters".
impl fmt::Display for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Maildir(maildir) => write!(f, "Maildir, {}", maildir.path.display()),
            Self::Smtp(smtp) => {
                let tls = match smtp.tls {
                    Tls::Required => "TLS",
                    Tls::StartTls => "STARTTLS",
                    Tls::None => "in the clear",
                };
                write!(f, "SMTP, {} port {} ({tls}", smtp.host, smtp.port)?;
                match &smtp.login {
                    Some(login) => write!(f, ", as {})", login.user),
                    None => f.write_str(")"),
                }
            }
        }
    }
}

/// A mail server that relays for us (RFC 5321, RFC 6409).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// Its name or address; with TLS also the name its certificate must carry.
    pub host: String,
    /// Its TCP port: usually 587 (`starttls`), 465 (`required`) or 25.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Whom to log in as, if the server asks for it.
    pub login: Option<Login>,
    /// Further CA certificates to trust, PEM, beside the system's.
    pub ca_file: Option<PathBuf>,
    /// The name given in EHLO; without one the connection's own address is given, as RFC 5321,
    /// 4.1.4 says.
    pub hello: Option<String>,
    /// How long each answer may take.
    pub timeouts: Timeouts,
    /// How many connections may be open at a time; 0 counts as 1.
    pub connections: u16,
}

/// How the connection is protected. The certificate and its name are always verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314, port 465).
    Required,
    /// Plain until STARTTLS (RFC 3207); a server that does not offer it gets no letter.
    StartTls,
    /// None. A password is then only sent to this very machine.
    None,
}

/// Whom to log in as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password. None where whoever runs this may not read it: everything but sending is possible then.
    pub password: Option<Secret>,
}

/// A text that no log, error or debug output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one place that must have it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How long each stage of a connection may take. The defaults are the least that RFC 5321,
/// 4.5.3.2 allows; shorter ones make duplicates of letters that a slow server did accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To look the name up, to connect to one address, and to agree on TLS: 30 s each.
    pub connect: Duration,
    /// The greeting: 5 min.
    pub greeting: Duration,
    /// EHLO, STARTTLS, AUTH, MAIL, RCPT and RSET: 5 min each.
    pub command: Duration,
    /// DATA: 2 min.
    pub data_start: Duration,
    /// Each block of the letter's text (64 KiB) to be taken: 3 min.
    pub data_block: Duration,
    /// The answer to the final dot: 10 min.
    pub final_dot: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_mins(5),
            command: Duration::from_mins(5),
            data_start: Duration::from_mins(2),
            data_block: Duration::from_mins(3),
            final_dot: Duration::from_mins(10),
        }
    }
}

/// A local Maildir.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaildirSettings {
    /// The folder that holds `cur`, `new` and `tmp`; created, with mode 0700, where it is missing.
    pub path: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown_in_debug_output() {
        let login = Login { user: "tsb".into(), password: Some(Secret::new("canary".into())) };
        assert_eq!(format!("{login:?}"), r#"Login { user: "tsb", password: Some(***) }"#);
    }

    #[test]
    fn the_default_timeouts_are_those_of_rfc_5321() {
        let seconds = |d: Duration| d.as_secs();
        let t = Timeouts::default();
        assert_eq!(
            [t.connect, t.greeting, t.command, t.data_start, t.data_block, t.final_dot].map(seconds),
            [30, 300, 300, 120, 180, 600]
        );
    }
}
