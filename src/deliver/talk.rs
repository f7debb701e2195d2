//! One question, one answer: over our [`Wire`], through lettre's connection where a conversation begins and ends, with a
//! deadline on each stage.

use std::fmt::Display;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Ehlo, Quit};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::offers::Offers;
use super::reply::{from_lines, parse};
use super::settings::{Secret, Timeouts};
use super::stage::{Fault, Stage};
use super::wire::Wire;
use crate::letter::Reply;

/// What is written at a time, each with its own deadline.
const BLOCK: usize = 64 * 1024;
/// The most that is waited for the answer to QUIT: nothing depends on it.
const GOODBYE: Duration = Duration::from_secs(5);

/// A conversation with a server.
pub(super) struct Talk {
    conn: AsyncSmtpConnection,
    wire: Wire,
    timeouts: Timeouts,
    /// Texts that no reply may bring into the record of attempts or a log: the password, as it is and as it travels.
    secrets: Vec<Secret>,
}

/// What stands for a reply that has one of the secrets in it.
const NOT_SHOWN: &str = "the server quotes the password in its answer, which is not shown";

/// Bytes that were not all sent.
pub(super) struct Unsent {
    /// How many of them may have reached the server, at most.
    pub(super) reached: usize,
    /// Why the rest did not.
    pub(super) fault: Fault,
}

impl Talk {
    /// Hears the greeting, says EHLO, and learns what the server offers.
    pub(super) async fn begin(
        wire: Wire,
        hello: &ClientId,
        timeouts: Timeouts,
    ) -> Result<(Self, Offers), Fault> {
        let broken = |error: io::Error| Fault::broken(Stage::Greeting, &error.to_string());
        within(Stage::Greeting, &timeouts, wire.first_line()).await?.map_err(broken)?;
        let transport = Box::new(wire.clone());
        let opening = AsyncSmtpConnection::connect_with_transport(transport, hello);
        match within(Stage::Hello, &timeouts, opening).await? {
            Ok(conn) => {
                wire.opened();
                let offers = Offers::read(&wire.heard());
                Ok((Self { conn, wire, timeouts, secrets: Vec::new() }, offers))
            }
            Err(error) => {
                let stage = if wire.spoke() { Stage::Hello } else { Stage::Greeting };
                Err(fault(stage, &wire, &error))
            }
        }
    }

    /// Says EHLO again, as one must once TLS has begun.
    pub(super) async fn hello_again(&mut self, hello: &ClientId) -> Result<Offers, Fault> {
        self.ask(Stage::Hello, Ehlo::new(hello.clone())).await?;
        Ok(Offers::read(&self.wire.heard()))
    }

    /// From now on a reply that has this text in it is recorded without its words.
    pub(super) fn never_show(&mut self, secret: &str) {
        if !secret.is_empty() {
            self.secrets.push(Secret::new(secret.to_owned()));
        }
    }

    fn without_secrets(&self, mut reply: Reply) -> Reply {
        if self.secrets.iter().any(|secret| reply.text.contains(secret.expose())) {
            NOT_SHOWN.clone_into(&mut reply.text);
        }
        reply
    }

    /// The fault that lettre's error stands for.
    fn fault(&self, stage: Stage, error: &SmtpError) -> Fault {
        let fault = fault(stage, &self.wire, error);
        Fault { reply: self.without_secrets(fault.reply), ..fault }
    }

    /// Sends a command and reads its reply, which must be a positive one (2xx or 3xx).
    pub(super) async fn ask(&mut self, stage: Stage, command: impl Display) -> Result<Response, Fault> {
        self.wire.listen();
        within(stage, &self.timeouts, self.conn.command(command))
            .await?
            .map_err(|error| self.fault(stage, &error))
    }

    /// Reads the reply to what was sent. A 421 is a fault: the server closes the connection.
    pub(super) async fn hear(&mut self, stage: Stage) -> Result<Reply, Fault> {
        let heard = within(stage, &self.timeouts, self.wire.reply()).await?;
        let heard = heard
            .map_err(|error| Fault::broken(stage, &self.wire.ended().unwrap_or_else(|| error.to_string())))?;
        let reply = parse(&heard)
            .ok_or_else(|| Fault::other(stage, &format!("the answer to {stage} cannot be understood")))?;
        let reply = self.without_secrets(reply);
        if reply.code == Some(421) { Err(Fault::closing(stage, reply)) } else { Ok(reply) }
    }

    /// Writes all bytes, in blocks of which each must be taken in time.
    pub(super) async fn send(&mut self, stage: Stage, bytes: &[u8]) -> Result<(), Unsent> {
        let mut wire = self.wire.clone();
        let mut reached = 0;
        while let Some(rest) = bytes.get(reached..).filter(|rest| !rest.is_empty()) {
            let block = rest.get(..BLOCK).unwrap_or(rest);
            let problem = match within(stage, &self.timeouts, wire.write(block)).await {
                Ok(Ok(0)) => (0, Fault::broken(stage, "nothing more is taken")),
                Ok(Ok(taken)) => {
                    reached += taken;
                    continue;
                }
                // TLS may have sent a part of a block before it failed; TCP takes none of it then.
                Ok(Err(error)) => {
                    let doubt = if wire.is_encrypted() { block.len() } else { 0 };
                    (doubt, Fault::broken(stage, &error.to_string()))
                }
                Err(silence) => (0, silence),
            };
            return Err(Unsent { reached: reached + problem.0, fault: problem.1 });
        }
        match within(stage, &self.timeouts, wire.flush()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Unsent { reached, fault: Fault::broken(stage, &error.to_string()) }),
            Err(fault) => Err(Unsent { reached, fault }),
        }
    }

    /// The stream.
    pub(super) fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Takes leave, and closes the connection.
    pub(super) async fn quit(mut self) {
        // The letters are settled; whatever is wrong with the connection now is of no interest.
        let _ = timeout(GOODBYE, self.conn.command(Quit)).await;
    }
}

/// The result, if it comes before the stage's deadline.
pub(super) async fn within<T>(
    stage: Stage,
    timeouts: &Timeouts,
    work: impl Future<Output = T>,
) -> Result<T, Fault> {
    let deadline = stage.deadline(timeouts);
    timeout(deadline, work).await.map_err(|_| Fault::silent(stage, deadline))
}

/// What lettre's error means for the connection.
fn fault(stage: Stage, wire: &Wire, error: &SmtpError) -> Fault {
    if let Some(code) = error.status() {
        let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        let reply = from_lines(code.into(), &[text.as_str()]);
        return Fault { stage, ended: reply.code == Some(421), reply };
    }
    match wire.ended() {
        Some(why) => Fault::broken(stage, &why),
        None => Fault::quoting(stage, &format!("the answer to {stage} cannot be understood: {error}")),
    }
}
