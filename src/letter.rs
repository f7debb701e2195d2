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
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = self.code {
            write!(f, "{code} ")?;
        }
        if let Some(enhanced) = &self.enhanced {
            write!(f, "{enhanced} ")?;
        }
        f.write_str(&self.text)
    }
}
