//! What the test server does, and when.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;

use super::{Certificate, Gate};

/// A point of the conversation at which the script can speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum At {
    /// The connection was opened.
    Greeting,
    /// EHLO.
    Hello,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Login,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// The first line of a letter's text.
    Text,
    /// The final dot.
    Dot,
    /// RSET.
    Reset,
    /// QUIT.
    Quit,
}

/// What the server does there instead of the usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// Says this line. At the final dot a positive reply keeps the letter.
    Say(String),
    /// Says this line in addition to the usual answer, before it.
    SayFirst(String),
    /// Says this line, and closes the connection.
    SayAndDrop(String),
    /// Closes the connection. At the final dot the letter is kept.
    Drop,
    /// Resets the connection. At the final dot the letter is kept.
    Reset,
    /// Says nothing more, but keeps the connection. At the final dot the letter is kept.
    Silence,
    /// Says nothing more and reads nothing more, but keeps the connection.
    Deaf,
    /// Sends a line that does not end.
    EndlessLine,
    /// Sends a reply of 100 kB in long lines.
    BigReply,
    /// Sends bytes that are no reply.
    Garbage,
    /// Does this once the gate is open. At the final dot a letter that is kept is kept before.
    Pause(Gate, Box<Act>),
}

impl Act {
    pub(crate) fn say(line: &str) -> Self {
        Self::Say(line.to_owned())
    }

    /// Whether a letter is kept when this comes at its final dot.
    pub(super) fn keeps(&self) -> bool {
        match self {
            Self::Say(line) | Self::SayAndDrop(line) => line.starts_with('2'),
            Self::Pause(_, act) => act.keeps(),
            _ => true,
        }
    }
}

/// A rule of the script: at one point, for one address or any, the n-th time or always.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) at: At,
    pub(super) address: Option<String>,
    pub(super) nth: Option<usize>,
    pub(super) act: Act,
}

/// So many letters in an hour, by a clock; and what is done at RCPT when there are more.
#[derive(Clone)]
pub(super) struct Quota {
    pub(super) letters: usize,
    pub(super) hour: Arc<dyn Fn() -> i64 + Send + Sync>,
    pub(super) act: Act,
}

/// Says what is done at a point of the conversation with a recipient; none for the usual.
type Director = Arc<dyn Fn(At, &str) -> Option<Act> + Send + Sync>;

/// How a server behaves. The default is a plain, good server with PIPELINING.
#[derive(Clone)]
pub(crate) struct Script {
    pub(super) pipelining: bool,
    pub(super) eight_bit: bool,
    pub(super) utf8: bool,
    pub(super) implicit_tls: Option<Arc<ServerConfig>>,
    pub(super) start_tls: Option<Arc<ServerConfig>>,
    pub(super) login: Option<(String, String, String)>,
    pub(super) greylist: usize,
    pub(super) delay: Duration,
    pub(super) archive: Option<PathBuf>,
    pub(super) quota: Option<Quota>,
    pub(super) director: Option<Director>,
    pub(super) rules: Vec<Rule>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            pipelining: true,
            eight_bit: true,
            utf8: true,
            implicit_tls: None,
            start_tls: None,
            login: None,
            greylist: 0,
            delay: Duration::ZERO,
            archive: None,
            quota: None,
            director: None,
            rules: Vec::new(),
        }
    }
}

impl Script {
    /// Without PIPELINING.
    pub(crate) fn one_by_one(mut self) -> Self {
        self.pipelining = false;
        self
    }

    /// Without 8BITMIME and SMTPUTF8.
    pub(crate) fn seven_bit(mut self) -> Self {
        (self.eight_bit, self.utf8) = (false, false);
        self
    }

    /// TLS from the first byte.
    pub(crate) fn tls(mut self, certificate: &Certificate) -> Self {
        self.implicit_tls = Some(Arc::clone(&certificate.config));
        self
    }

    /// Offers STARTTLS.
    pub(crate) fn start_tls(mut self, certificate: &Certificate) -> Self {
        self.start_tls = Some(Arc::clone(&certificate.config));
        self
    }

    /// Offers AUTH with these mechanisms ("PLAIN LOGIN"), and takes mail only after it.
    pub(crate) fn login(mut self, mechanisms: &str, user: &str, password: &str) -> Self {
        self.login = Some((mechanisms.to_owned(), user.to_owned(), password.to_owned()));
        self
    }

    /// Answers the first `n` RCPTs with 451.
    pub(crate) fn greylist(mut self, n: usize) -> Self {
        self.greylist = n;
        self
    }

    /// Waits so long before each batch of answers.
    pub(crate) fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Adds a copy of each letter that it keeps to this Maildir, as by a bcc, before it answers.
    pub(crate) fn archive(mut self, maildir: &Path) -> Self {
        for folder in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(maildir.join(folder)).unwrap();
        }
        self.archive = Some(maildir.to_owned());
        self
    }

    /// Takes so many letters in an hour, which is as the clock says, and does this at RCPT when there are more.
    pub(crate) fn quota(
        mut self,
        letters: usize,
        hour: impl Fn() -> i64 + Send + Sync + 'static,
        act: Act,
    ) -> Self {
        self.quota = Some(Quota { letters, hour: Arc::new(hour), act });
        self
    }

    /// Always does this there.
    pub(crate) fn on(self, at: At, act: Act) -> Self {
        self.rule(at, None, None, act)
    }

    /// Does this there the n-th time (from 1, over all connections).
    pub(crate) fn on_nth(self, at: At, nth: usize, act: Act) -> Self {
        self.rule(at, None, Some(nth), act)
    }

    /// Does this at RCPT with that address.
    pub(crate) fn for_address(self, address: &str, act: Act) -> Self {
        self.rule(At::Rcpt, Some(address.to_owned()), None, act)
    }

    /// Asks this first, at each point, with the recipient where there is one: once for each answer.
    pub(crate) fn directed(
        mut self,
        director: impl Fn(At, &str) -> Option<Act> + Send + Sync + 'static,
    ) -> Self {
        self.director = Some(Arc::new(director));
        self
    }

    fn rule(mut self, at: At, address: Option<String>, nth: Option<usize>, act: Act) -> Self {
        self.rules.push(Rule { at, address, nth, act });
        self
    }
}
