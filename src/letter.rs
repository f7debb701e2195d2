//! A letter on its way: what is handed to the mail server, and what the server said.

mod mark;

use std::{fmt, sync::Arc};

pub use mark::Mark;

use crate::action::RecipientId;

/// The finished e-mail. Retries are these bytes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Identifies the letter for good, derived from what it says to whom: the same reminders
    /// to the same recipient are the same letter. Hexadecimal.
    pub key: String,
    /// What sort of letter it is.
    pub kind: LetterKind,
    /// Who it is for.
    pub recipient: RecipientId,
    /// Where it goes.
    pub envelope: Envelope,
    /// Its Message-ID, without angle brackets; derived from `key` and the [`Mark`] of the state (RFC 5322, 3.6.4).
    pub message_id: String,
    /// Its subject, decoded, for people to read in lists.
    pub subject: String,
    /// The whole message, CRLF line ends, not dot-stuffed.
    pub bytes: Vec<u8>,
}

/// What sort of letter it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LetterKind {
    /// One reminder.
    Reminder,
    /// Several reminders to one recipient.
    Digest,
    /// That actions are closed.
    Closure,
    /// What was wrong in letters, and what is right.
    Correction,
    /// To the secretariat, about rappel itself.
    Notice,
    /// Written by `send-test`.
    Test,
}

impl LetterKind {
    /// The text under which it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Digest => "digest",
            Self::Closure => "closure",
            Self::Correction => "correction",
            Self::Notice => "notice",
            Self::Test => "test",
        }
    }

    /// The kind that [`LetterKind::as_str`] names.
    #[must_use]
    pub fn stored(text: &str) -> Option<Self> {
        [Self::Reminder, Self::Digest, Self::Closure, Self::Correction, Self::Notice, Self::Test]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// The addresses of the transaction (RFC 5321, 2.3.1). One recipient: a refused address holds up
/// nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// MAIL FROM: where bounces go.
    pub from: String,
    /// RCPT TO.
    pub to: String,
}

/// How one attempt ended. Decided once, at the wire; nothing else looks at SMTP codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took responsibility for the letter.
    Accepted(Reply),
    /// Not now: try again.
    Later(Trouble, Reply),
    /// Never: trying again is useless.
    Refused(Trouble, Reply),
    /// The letter was on its way and no answer came: it may have been accepted.
    Unknown(Reply),
}

impl Outcome {
    /// The text under which it is stored and shown.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Later(..) => "later",
            Self::Refused(..) => "refused",
            Self::Unknown(_) => "unknown",
        }
    }

    /// What the server, or the connection, said.
    #[must_use]
    pub fn reply(&self) -> &Reply {
        match self {
            Self::Accepted(reply)
            | Self::Later(_, reply)
            | Self::Refused(_, reply)
            | Self::Unknown(reply) => reply,
        }
    }

    /// The same outcome, with the server that the letter was with.
    #[must_use]
    pub fn at(mut self, server: Option<&Arc<str>>) -> Self {
        if let Some(server) = server {
            let (Self::Accepted(reply)
            | Self::Later(_, reply)
            | Self::Refused(_, reply)
            | Self::Unknown(reply)) = &mut self;
            reply.server = Some(Arc::clone(server));
        }
        self
    }
}

/// Whose trouble a failure is. It decides what is tried next, and for which letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The way to the server: no connection, TLS, authentication. No letter can leave.
    Server,
    /// The sender or the message: MAIL or DATA refused, policy (5.7.x). It says nothing about
    /// the recipient's address.
    Sender,
    /// This recipient's address: RCPT refused.
    Recipient,
}

impl Trouble {
    /// The text under which it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
        }
    }
}

/// What was said at the end of an attempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The SMTP reply code, 200 to 599, if there was a reply.
    pub code: Option<u16>,
    /// The enhanced status code (RFC 3463), "5.1.1", if the reply carried one.
    pub enhanced: Option<String>,
    /// The reply's text, or what went wrong, on one line of at most 500 characters.
    pub text: String,
    /// The server that the letter was with, if there was a connection: the name by which it greets, and the address
    /// at which it was reached, "mx.example.org (192.0.2.1:587)". All letters of one connection share it.
    pub server: Option<Arc<str>>,
    /// Whether the text holds an address or words of the server although there is no code: it is not for a log.
    pub quotes: bool,
}

impl Reply {
    /// What a log and the status may say of it: the codes of the server, whose text may hold an address; or what
    /// rappel itself found, "connection refused by 192.0.2.1:587".
    #[must_use]
    pub fn in_short(&self) -> String {
        match (self.code, &self.enhanced) {
            (Some(code), enhanced) => {
                let enhanced = enhanced.as_ref().map_or_else(String::new, |enhanced| format!(" {enhanced}"));
                let meaning = match code {
                    530 => " (a login, or encryption, is missing)",
                    534 | 535 | 538 => " (the login is not accepted)",
                    _ => "",
                };
                format!("{code}{enhanced}{meaning}")
            }
            (None, _) if self.quotes => "not an answer that can be used".to_owned(),
            (None, _) => self.text.clone(),
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_answer(f, self.code, self.enhanced.as_deref(), &self.text)
    }
}

/// "550 5.1.1 No such user here", as far as there are codes.
pub(crate) fn write_answer(
    f: &mut fmt::Formatter<'_>,
    code: Option<u16>,
    enhanced: Option<&str>,
    text: &str,
) -> fmt::Result {
    if let Some(code) = code {
        write!(f, "{code} ")?;
    }
    if let Some(enhanced) = enhanced {
        write!(f, "{enhanced} ")?;
    }
    f.write_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_the_codes_of_a_server_or_what_rappel_found_and_never_words_of_the_server() {
        let said = |code, enhanced: &str| Reply {
            code,
            enhanced: (!enhanced.is_empty()).then(|| enhanced.to_owned()),
            text: "<ann@example.org> unknown".to_owned(),
            ..Reply::default()
        };
        assert_eq!(said(Some(550), "5.1.1").in_short(), "550 5.1.1");
        assert_eq!(said(Some(451), "").in_short(), "451");
        assert_eq!(said(Some(535), "5.7.8").in_short(), "535 5.7.8 (the login is not accepted)");
        assert_eq!(Reply { quotes: true, ..said(None, "") }.in_short(), "not an answer that can be used");
        let lost = Reply { text: "connection lost at DATA".to_owned(), ..Reply::default() };
        assert_eq!(lost.in_short(), "connection lost at DATA");
    }
}
