//! The stages of an SMTP connection, and what a failure at each of them means. This is the only
//! place that turns SMTP codes into an [`Outcome`].

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::reply::{our_own, quoting};
use super::settings::Timeouts;
use crate::letter::{Outcome, Reply, Trouble};

/// A point of the conversation: what was just sent and is to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Connect,
    Handshake,
    Greeting,
    Hello,
    StartTls,
    Login,
    Reset,
    Mail,
    Rcpt,
    Data,
    Body,
    Dot,
}

impl Stage {
    /// How long this stage may take.
    pub(super) fn deadline(self, timeouts: &Timeouts) -> Duration {
        match self {
            Self::Connect | Self::Handshake => timeouts.connect,
            Self::Greeting => timeouts.greeting,
            Self::Hello | Self::StartTls | Self::Login | Self::Reset | Self::Mail | Self::Rcpt => {
                timeouts.command
            }
            Self::Data => timeouts.data_start,
            Self::Body => timeouts.data_block,
            Self::Dot => timeouts.final_dot,
        }
    }

    /// What a reply code means here.
    pub(super) fn answer(self, code: u16) -> Answer {
        let wanted = if self == Self::Data { 3 } else { 2 };
        match code / 100 {
            class if class == wanted => Answer::Yes,
            4 | 5 => Answer::No,
            _ => Answer::Unexpected,
        }
    }

    /// Whose trouble it is when no usable answer comes at this stage. Before the envelope nobody's
    /// letter can leave; from RCPT on it may well be this letter that the server stumbles over, and
    /// it must not hold up the others.
    fn trouble(self) -> Trouble {
        match self {
            Self::Rcpt => Trouble::Recipient,
            Self::Data | Self::Body | Self::Dot => Trouble::Sender,
            _ => Trouble::Server,
        }
    }

    /// The outcome of a letter to whose transaction the server said no at this stage.
    pub(super) fn refused(self, reply: Reply) -> Outcome {
        let code = reply.code.unwrap_or(0);
        let policy = reply.enhanced.as_deref().is_some_and(|e| e.starts_with("5.7."));
        match (self, code) {
            // The service is closing, whatever was asked (RFC 5321, 3.8), or has had enough for now.
            (_, 421) => Outcome::Later(Trouble::Server, reply),
            _ if is_busy(&reply) => Outcome::Later(Trouble::Server, reply),
            // A login, or encryption, is missing or not good enough (RFC 4954, 6; RFC 3207, 4): it is for all letters. Exchange
            // says so only when it hears MAIL.
            // And all letters have one sender: what the server says to MAIL it would say to the next one as well.
            (_, 530 | 534 | 535 | 538) | (Self::Mail, 400..500) => Outcome::Later(Trouble::Server, reply),
            (Self::Mail | Self::Data | Self::Dot, 500..600) => Outcome::Refused(Trouble::Sender, reply),
            (Self::Mail | Self::Data | Self::Dot, _) => Outcome::Later(Trouble::Sender, reply),
            // A full mailbox, or "too many recipients" of old servers: as 452 (RFC 5321, 4.5.3.1.10).
            (Self::Rcpt, 552) => Outcome::Later(Trouble::Recipient, reply),
            (Self::Rcpt, 500..600) if policy => Outcome::Refused(Trouble::Sender, reply),
            (Self::Rcpt, 500..600) => Outcome::Refused(Trouble::Recipient, reply),
            (Self::Rcpt, _) => Outcome::Later(Trouble::Recipient, reply),
            // Also a 535: the letter is not at fault when we cannot log in.
            _ => Outcome::Later(Trouble::Server, reply),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "the connection",
            Self::Handshake => "the TLS handshake",
            Self::Greeting => "the connection (no greeting)",
            Self::Hello => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Login => "AUTH",
            Self::Reset => "RSET",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Body => "the letter's text",
            Self::Dot => "the final dot",
        })
    }
}

/// Whether a server says that it takes no more for now, whoever it is for: a quota that is used up, a full disk, too many
/// letters at once. By RFC 3463 that is the system's status (3.4), congestion (3.5) or, with one recipient a letter, "too
/// many recipients" (3.6); without an enhanced code it is 452, unless the recipient's mailbox is said to be full.
fn is_busy(reply: &Reply) -> bool {
    let detail = reply.enhanced.as_deref().and_then(|code| code.split_once('.')).map(|(_, detail)| detail);
    match (reply.code, detail) {
        (Some(400..500), Some("3.1" | "3.2" | "4.5" | "5.3"))
        | (Some(500..600), Some("4.5"))
        | (Some(452), None) => true,
        (Some(452), Some(detail)) => !detail.starts_with("2."),
        _ => false,
    }
}

/// What a reply code means at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Go on.
    Yes,
    /// A 4xx or 5xx: this letter is not taken.
    No,
    /// Not an answer to what was asked: the two sides are out of step.
    Unexpected,
}

/// Why a connection cannot go on. It is dropped, never used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where it happened.
    pub(super) stage: Stage,
    /// Whether the server ended the connection, by closing it or with a 421.
    pub(super) ended: bool,
    /// What was said, or what went wrong.
    pub(super) reply: Reply,
}

impl Fault {
    /// Nothing came in time.
    pub(super) fn silent(stage: Stage, waited: Duration) -> Self {
        Self::other(stage, &format!("no answer to {stage} within {}", span(waited)))
    }

    /// The connection broke.
    pub(super) fn broken(stage: Stage, why: &str) -> Self {
        let reply = our_own(&format!("connection lost at {stage}: {why}"));
        Self { stage, ended: true, reply }
    }

    /// The server said that it ends the connection (421).
    pub(super) fn closing(stage: Stage, reply: Reply) -> Self {
        Self { stage, ended: true, reply }
    }

    /// Anything else.
    pub(super) fn other(stage: Stage, why: &str) -> Self {
        Self { stage, ended: false, reply: our_own(why) }
    }

    /// Anything else, told with words of the server.
    pub(super) fn quoting(stage: Stage, why: &str) -> Self {
        Self { stage, ended: false, reply: quoting(why) }
    }

    /// The same fault, with the server at whose end it happened.
    pub(super) fn at(mut self, server: Arc<str>) -> Self {
        self.reply.server = Some(server);
        self
    }

    /// The outcome of a letter whose final dot has not left.
    pub(super) fn before_the_dot(self) -> Outcome {
        match self.reply.code {
            Some(_) => self.stage.refused(self.reply),
            None => Outcome::Later(self.stage.trouble(), self.reply),
        }
    }

    /// The outcome of a letter whose final dot may have arrived: only a reply decides.
    pub(super) fn after_the_dot(self) -> Outcome {
        match self.reply.code {
            Some(code) if Stage::Dot.answer(code) == Answer::No => Stage::Dot.refused(self.reply),
            _ => Outcome::Unknown(self.reply),
        }
    }
}

/// A duration for people: "120 s", "50 ms".
fn span(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::reply::parse;

    fn refused(stage: Stage, line: &str) -> (&'static str, Trouble) {
        match stage.refused(parse(line.as_bytes()).unwrap()) {
            Outcome::Later(trouble, _) => ("later", trouble),
            Outcome::Refused(trouble, _) => ("refused", trouble),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_refusal_is_the_trouble_of_whom_it_concerns() {
        use Trouble::{Recipient, Sender, Server};
        for (stage, line, expected) in [
            (Stage::Greeting, "554 5.3.2 no service", ("later", Server)),
            (Stage::Hello, "502 what?", ("later", Server)),
            (Stage::Login, "535 5.7.8 wrong password", ("later", Server)),
            (Stage::Mail, "451 4.3.0 try again", ("later", Server)),
            (Stage::Mail, "450 4.7.1 too much mail from you", ("later", Server)),
            (Stage::Mail, "452 4.3.1 no room", ("later", Server)),
            (Stage::Mail, "550 5.1.8 bad sender", ("refused", Sender)),
            (Stage::Mail, "421 4.3.2 closing", ("later", Server)),
            (Stage::Mail, "530 5.7.57 client was not authenticated", ("later", Server)),
            (Stage::Mail, "530 5.7.0 must issue STARTTLS first", ("later", Server)),
            (Stage::Rcpt, "530 5.7.1 authentication required", ("later", Server)),
            (Stage::Dot, "535 5.7.8 no longer logged in", ("later", Server)),
            (Stage::Rcpt, "451 4.7.1 greylisted", ("later", Recipient)),
            (Stage::Rcpt, "452 4.2.2 full", ("later", Recipient)),
            (Stage::Rcpt, "452 4.5.3 too many recipients", ("later", Server)),
            (Stage::Rcpt, "452 too many for this hour", ("later", Server)),
            (Stage::Rcpt, "450 4.3.2 not now", ("later", Server)),
            (Stage::Rcpt, "550 5.4.5 daily quota exceeded", ("later", Server)),
            (Stage::Rcpt, "450 4.2.1 busy mailbox", ("later", Recipient)),
            (Stage::Rcpt, "552 5.2.2 full", ("later", Recipient)),
            (Stage::Rcpt, "550 5.1.1 unknown", ("refused", Recipient)),
            (Stage::Rcpt, "554 5.7.1 relay access denied", ("refused", Sender)),
            (Stage::Rcpt, "421 4.7.0 too fast", ("later", Server)),
            (Stage::Data, "451 4.3.0 later", ("later", Sender)),
            (Stage::Data, "554 5.5.1 no", ("refused", Sender)),
            (Stage::Dot, "452 4.3.1 no room", ("later", Server)),
            (Stage::Dot, "451 4.3.0 filter failed", ("later", Sender)),
            (Stage::Dot, "554 5.7.1 spam", ("refused", Sender)),
            (Stage::Dot, "421 4.3.0 closing", ("later", Server)),
        ] {
            assert_eq!(refused(stage, line), expected, "{stage:?} {line}");
        }
    }

    #[test]
    fn only_354_class_replies_let_the_text_follow_data() {
        assert_eq!(Stage::Data.answer(354), Answer::Yes);
        assert_eq!(Stage::Data.answer(250), Answer::Unexpected);
        assert_eq!(Stage::Mail.answer(354), Answer::Unexpected);
        assert_eq!(Stage::Dot.answer(250), Answer::Yes);
        assert_eq!(Stage::Dot.answer(550), Answer::No);
    }

    #[test]
    fn silence_says_what_was_not_answered_and_how_long_it_was_waited_for() {
        let fault = Fault::silent(Stage::Data, Duration::from_mins(2));
        assert_eq!(fault.reply.text, "no answer to DATA within 120 s");
    }
}
