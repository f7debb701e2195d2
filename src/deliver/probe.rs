//! A look at the mail server without a letter: can it be used, and until when is its certificate
//! valid?

use std::{fmt, time::Duration};

use jiff::Timestamp;
use tokio::time::timeout;

use super::{
    DeliverError, SmtpSettings, Timeouts,
    certificate::valid_until,
    dial::Dialer,
    stage::{Fault, Stage},
};

/// The longest that each stage may take: somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// The longest that all of it may take.
const ALL_IN_ALL: Duration = Duration::from_secs(30);

/// A mail server that letters can be given to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The address that answered, with its port.
    pub address: String,
    /// The end of its certificate's validity; none without TLS.
    pub certificate: Option<Timestamp>,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// Whether rappel logged in.
    pub logged_in: bool,
    /// What it offers of what matters here: "PIPELINING, 8BITMIME".
    pub offers: String,
}

/// How far it went before it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hurdle {
    /// The settings cannot be used at all.
    Settings,
    /// No connection: the name, the network, the port.
    Connection,
    /// Connected, but the server does not talk as a mail server does.
    Greeting,
    /// No encryption: the certificate, or STARTTLS is not offered.
    Encryption,
    /// The login was refused.
    Login,
}

/// Why no letter can be given to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Where it stopped.
    pub at: Hurdle,
    /// What the server said, or what went wrong.
    pub why: String,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl From<DeliverError> for Unusable {
    fn from(error: DeliverError) -> Self {
        Self { at: Hurdle::Settings, why: error.to_string() }
    }
}

impl From<Fault> for Unusable {
    fn from(fault: Fault) -> Self {
        let code = fault.reply.code.map_or_else(String::new, |code| format!("{code} "));
        Self { at: hurdle(fault.stage), why: format!("{code}{}", fault.reply.text) }
    }
}

fn hurdle(stage: Stage) -> Hurdle {
    match stage {
        Stage::Connect => Hurdle::Connection,
        Stage::Handshake | Stage::StartTls => Hurdle::Encryption,
        Stage::Login => Hurdle::Login,
        _ => Hurdle::Greeting,
    }
}

/// Connects, encrypts, says EHLO, logs in, and takes leave: all that a letter needs before its
/// envelope, with short time-outs.
pub async fn probe(settings: &SmtpSettings) -> Result<Probe, Unusable> {
    let short = |time: Duration| time.min(PATIENCE);
    let Timeouts { connect, greeting, command, .. } = settings.timeouts;
    let timeouts = Timeouts {
        connect: short(connect),
        greeting: short(greeting),
        command: short(command),
        ..settings.timeouts
    };
    let dialer = Dialer::new(SmtpSettings { timeouts, ..settings.clone() })?;
    let slow = |_| Unusable {
        at: Hurdle::Connection,
        why: format!("the server answers too slowly: not ready within {} s", ALL_IN_ALL.as_secs()),
    };
    let session = timeout(ALL_IN_ALL, dialer.dial()).await.map_err(slow)??;
    let (wire, offers) = session.server();
    let found = Probe {
        address: wire.peer().map_or_else(|| settings.host.clone(), |peer| peer.to_string()),
        certificate: wire.certificate().as_deref().and_then(valid_until),
        encrypted: wire.is_encrypted(),
        logged_in: settings.login.is_some(),
        offers: offers.to_string(),
    };
    session.quit().await;
    Ok(found)
}
