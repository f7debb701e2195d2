//! From settings to a session that is ready for letters: connect, TLS, EHLO, log in.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::commands::{Auth, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::net::{TcpStream, lookup_host};

use super::offers::Offers;
use super::server;
use super::session::Session;
use super::stage::{Fault, Stage};
use super::talk::{Talk, within};
use super::trust::Trust;
use super::wire::Wire;
use super::{DeliverError, Login, SmtpSettings, Tls};

/// A shorter last word of an AUTH command is the name of its mechanism.
const SHORTEST_SECRET: usize = 5;
/// The most challenges that a login may take: LOGIN has two.
const CHALLENGES: usize = 3;

/// Opens connections to the one server.
pub(super) struct Dialer {
    settings: SmtpSettings,
    trust: Option<Trust>,
}

impl Dialer {
    /// Checks the settings, and loads the certificates.
    pub(super) fn new(settings: SmtpSettings) -> Result<Self, DeliverError> {
        let wrong = |text: &str| text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic());
        if let Some(hello) = settings.hello.as_deref().filter(|hello| wrong(hello)) {
            return Err(DeliverError::Hello { hello: hello.to_owned() });
        }
        let trust = Trust::load(&settings)?;
        Ok(Self { settings, trust })
    }

    /// Opens a session. Whatever goes wrong is the server's trouble, not a letter's.
    pub(super) async fn dial(&self) -> Result<Session, Fault> {
        let (stream, address) = self.connect().await?;
        let hello = self.hello(&stream);
        let wire = Wire::new(stream);
        let opened = self.open(wire.clone(), &hello).await;
        let server = server::label(&wire.greeting(), &self.settings.host, address);
        let (talk, offers) = opened.map_err(|fault| fault.at(Arc::clone(&server)))?;
        tracing::debug!(
            host = self.settings.host,
            pipelining = offers.pipelining,
            "connected to the mail server"
        );
        Ok(Session::new(talk, offers, server))
    }

    /// From a connection to a conversation in which letters may follow.
    async fn open(&self, wire: Wire, hello: &ClientId) -> Result<(Talk, Offers), Fault> {
        if self.settings.tls == Tls::Required {
            self.secure(&wire).await?;
        }
        let (mut talk, mut offers) = Talk::begin(wire, hello, self.settings.timeouts).await?;
        if self.settings.tls == Tls::StartTls {
            offers = self.start_tls(&mut talk, offers, hello).await?;
        }
        if let Some(login) = &self.settings.login {
            log_in(&mut talk, offers, login).await?;
        }
        Ok((talk, offers))
    }

    /// Connects to the first of the server's addresses that answers.
    async fn connect(&self) -> Result<(TcpStream, SocketAddr), Fault> {
        let SmtpSettings { host, port, timeouts, .. } = &self.settings;
        let unknown = |why: &str| Fault::other(Stage::Connect, &format!("{host} has no address: {why}"));
        let addresses = within(Stage::Connect, timeouts, lookup_host((host.as_str(), *port)))
            .await
            .map_err(|_| unknown("the name server does not answer"))?
            .map_err(|error| unknown(&error.to_string()))?;
        let mut last = unknown("the name server knows none");
        for address in addresses {
            last = match within(Stage::Connect, timeouts, TcpStream::connect(address)).await {
                // Nagle's algorithm would hold each letter back for 40 ms.
                Ok(Ok(stream)) => match stream.set_nodelay(true) {
                    Ok(()) => return Ok((stream, address)),
                    Err(error) => unreachable(address, &error),
                },
                Ok(Err(error)) => unreachable(address, &error),
                Err(silence) => Fault::other(Stage::Connect, &format!("{}, {address}", silence.reply.text)),
            };
        }
        Err(last)
    }

    fn hello(&self, stream: &TcpStream) -> ClientId {
        match (&self.settings.hello, stream.local_addr().map(|address| address.ip().to_canonical())) {
            (Some(hello), _) => ClientId::Domain(hello.clone()),
            (None, Ok(IpAddr::V4(ip))) => ClientId::Ipv4(ip),
            (None, Ok(IpAddr::V6(ip))) => ClientId::Ipv6(ip),
            (None, Err(_)) => ClientId::default(),
        }
    }

    async fn secure(&self, wire: &Wire) -> Result<(), Fault> {
        let failed = |why: &str| {
            let host = &self.settings.host;
            Fault::other(Stage::Handshake, &format!("no TLS with {host}: {why}"))
        };
        let trust = self.trust.as_ref().ok_or_else(|| failed("no certificates were loaded"))?;
        within(Stage::Handshake, &self.settings.timeouts, wire.secure(&trust.connector, trust.name.clone()))
            .await?
            .map_err(|error| failed(&super::trust::in_words(&error)))
    }

    async fn start_tls(&self, talk: &mut Talk, offers: Offers, hello: &ClientId) -> Result<Offers, Fault> {
        if !offers.start_tls {
            let why = format!("{} does not offer STARTTLS: nothing is sent in the clear", self.settings.host);
            return Err(Fault::other(Stage::StartTls, &why));
        }
        talk.ask(Stage::StartTls, Starttls).await?;
        self.secure(talk.wire()).await?;
        talk.hello_again(hello).await
    }
}

fn unreachable(address: SocketAddr, error: &io::Error) -> Fault {
    let text = match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("connection refused by {address}"),
        _ => format!("no connection to {address}: {error}"),
    };
    Fault::other(Stage::Connect, &text)
}

async fn log_in(talk: &mut Talk, offers: Offers, login: &Login) -> Result<(), Fault> {
    let failed = |why: &str| Fault::other(Stage::Login, why);
    if !may_send_password(talk.wire().is_encrypted(), talk.wire().is_local()) {
        return Err(failed("the connection is not encrypted: the password is not sent over it"));
    }
    let mechanism =
        offers.login.ok_or_else(|| failed("the server offers neither AUTH PLAIN nor AUTH LOGIN"))?;
    let password = login.password.as_ref().ok_or_else(|| failed("the password may not be read here"))?;
    talk.never_show(password.expose());
    let credentials = Credentials::new(login.user.clone(), password.expose().to_owned());
    let not_made = |_| failed("the server's challenge to AUTH cannot be understood");
    let auth = Auth::new(mechanism, credentials.clone(), None).map_err(not_made)?;
    let mut answer = ask(talk, auth).await?;
    for _ in 0..CHALLENGES {
        if !answer.has_code(334) {
            break;
        }
        let auth = Auth::new_from_response(mechanism, credentials.clone(), &answer).map_err(not_made)?;
        answer = ask(talk, auth).await?;
    }
    if answer.has_code(235) { Ok(()) } else { Err(failed("the server does not finish AUTH")) }
}

/// Says a line of the login. Some servers quote a line that they refuse, or a later one.
async fn ask(talk: &mut Talk, auth: Auth) -> Result<Response, Fault> {
    let line = auth.to_string();
    let encoded = line.split_whitespace().last().filter(|word| word.len() > SHORTEST_SECRET);
    talk.never_show(encoded.unwrap_or_default());
    talk.ask(Stage::Login, auth).await
}

/// A password travels encrypted, or not beyond this machine.
fn may_send_password(encrypted: bool, local: bool) -> bool {
    encrypted || local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_sent_in_the_clear_beyond_this_machine() {
        assert!(!may_send_password(false, false));
        assert!(may_send_password(true, false));
        assert!(may_send_password(false, true));
    }
}
