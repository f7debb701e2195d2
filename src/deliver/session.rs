//! One connection on which letters leave, one recipient per transaction (RFC 5321, 3.3).
//!
//! Where the server offers PIPELINING, an envelope is one write, and the text of a letter goes out
//! together with the envelope of the next (RFC 2920, 3.1 allows both): one round trip per letter.
//! Replies are read in the order of the commands, each for the letter that it answers:
//!
//! ```text
//! us:     MAIL¹ RCPT¹ DATA¹          text¹ . MAIL² RCPT² DATA²              text² .
//! server:              250 250 354                     250 250 250 354           250
//! ```
//!
//! What a broken connection means depends on the final dot: a letter whose dot may have arrived is
//! *unknown*, one whose dot has not left is tried later. After any doubt the connection is dropped.

use std::sync::Arc;

use super::body::stuff;
use super::hail::Hail;
use super::offers::Offers;
use super::queue::Ticket;
use super::reply::our_own;
use super::stage::{Answer, Fault, Stage};
use super::talk::Talk;
use super::wire::Wire;
use crate::letter::{Outcome, Trouble};

/// After so many letters a connection is replaced: Exim, for one, ends it then by default, and a
/// server behind a balancer gets a chance to be relieved.
const LETTERS_PER_CONNECTION: u32 = 1000;

/// A connection that is ready for letters; see the module.
pub(super) struct Session {
    talk: Talk,
    offers: Offers,
    /// Who is at the other end, for the record of each attempt.
    server: Arc<str>,
    /// Letters whose final dot was answered.
    letters: u32,
    /// Whether a transaction was left half-way, so that the next must begin with RSET.
    half_way: bool,
    /// Whether the connection must not be used again.
    broken: bool,
    /// What is written next; kept for its memory.
    out: Vec<u8>,
}

/// What is left after letters were carried.
pub(super) enum Carried {
    /// The connection, ready for more.
    Ready,
    /// Nothing: the connection is of no more use.
    Over,
    /// The letter, untouched: a connection that was kept turned out to have ended before the server
    /// said a word about this letter. It goes over a new one.
    Again(Ticket),
}

/// Whether a letter's text may follow.
enum Invited {
    Yes,
    No(Outcome),
}

/// A letter whose envelope is on its way.
struct InHand {
    ticket: Ticket,
    hail: Hail,
}

impl Session {
    /// A session over a conversation in which nothing remains to be said first.
    pub(super) fn new(talk: Talk, offers: Offers, server: Arc<str>) -> Self {
        Self { talk, offers, server, letters: 0, half_way: false, broken: false, out: Vec::new() }
    }

    /// What is known of the server: the stream to it, and what it offers.
    pub(super) fn server(&self) -> (&Wire, Offers) {
        (self.talk.wire(), self.offers)
    }

    /// Whether this connection has carried its share.
    pub(super) fn is_spent(&self) -> bool {
        self.letters >= LETTERS_PER_CONNECTION
    }

    /// Waits until the server speaks out of turn or ends an idle connection.
    pub(super) async fn disturbed(&self) {
        self.talk.wire().disturbed().await;
    }

    /// Takes leave, and closes the connection.
    pub(super) async fn quit(self) {
        self.talk.quit().await;
    }

    /// Carries a letter, and as many more as `look_ahead` gives while it can be done without
    /// waiting. Each is settled, but for one that is handed back.
    pub(super) async fn carry(
        &mut self,
        ticket: Ticket,
        mut look_ahead: impl FnMut() -> Option<Ticket>,
    ) -> Carried {
        if self.talk.wire().unread() {
            return self.left_alone(ticket, Fault::other(Stage::Mail, "the server speaks out of turn"));
        }
        let Some(mut current) = self.prepare(ticket) else { return Carried::Ready };
        if self.offers.pipelining {
            self.out.clear();
            self.write_group(&current.hail);
            if let Err(unsent) = self.flush(Stage::Mail).await {
                return self.left_alone(current.ticket, unsent.1);
            }
        }
        loop {
            match self.invited(&current.hail).await {
                Ok(Invited::Yes) => {}
                Ok(Invited::No(outcome)) => {
                    current.ticket.settle(outcome);
                    return self.state();
                }
                Err(fault) => return self.left_alone(current.ticket, fault),
            }
            let next = self.next(&mut look_ahead);
            let outcome = self.transfer(&mut current.ticket, next.as_ref().map(|next| &next.hail)).await;
            current.ticket.settle(outcome);
            current = match next {
                Some(next) if self.broken => {
                    next.ticket.settle(Outcome::Later(Trouble::Server, our_own(BEHIND)));
                    return Carried::Over;
                }
                Some(next) => next,
                None => return self.state(),
            };
        }
    }

    fn state(&self) -> Carried {
        if self.broken { Carried::Over } else { Carried::Ready }
    }

    /// The letter with its commands; one that cannot be sent here is settled.
    fn prepare(&self, mut ticket: Ticket) -> Option<InHand> {
        ticket.is_with(&self.server);
        match Hail::new(ticket.job(), self.offers) {
            Ok(hail) => Some(InHand { ticket, hail }),
            Err(outcome) => {
                ticket.settle(outcome);
                None
            }
        }
    }

    /// The letter whose envelope goes out behind the text of the one before.
    fn next(&self, look_ahead: &mut impl FnMut() -> Option<Ticket>) -> Option<InHand> {
        if !self.offers.pipelining || self.letters + 1 >= LETTERS_PER_CONNECTION {
            return None;
        }
        look_ahead().and_then(|ticket| self.prepare(ticket))
    }

    /// Nothing of the letter was said no to, and its text has not left.
    fn left_alone(&mut self, ticket: Ticket, fault: Fault) -> Carried {
        self.broken = true;
        let unheard = matches!(fault.stage, Stage::Reset | Stage::Mail);
        if self.letters > 0 && unheard && (fault.ended || self.talk.wire().unread()) {
            return Carried::Again(ticket);
        }
        ticket.settle(fault.before_the_dot());
        Carried::Over
    }

    /// Appends the commands of an envelope to what is written next.
    fn write_group(&mut self, hail: &Hail) {
        if self.half_way {
            self.out.extend_from_slice(RESET);
        }
        for stage in Hail::STAGES {
            self.out.extend_from_slice(hail.command(stage).as_bytes());
        }
    }

    /// Writes what was gathered; the error has how much of it may have arrived.
    async fn flush(&mut self, stage: Stage) -> Result<(), (usize, Fault)> {
        let out = std::mem::take(&mut self.out);
        let sent = self.talk.send(stage, &out).await;
        self.out = out;
        sent.map_err(|unsent| (unsent.reached, unsent.fault))
    }

    /// Goes through the envelope: hears the answers to the group, or asks step by step.
    async fn invited(&mut self, hail: &Hail) -> Result<Invited, Fault> {
        if std::mem::take(&mut self.half_way) {
            self.step(Stage::Reset, "RSET\r\n").await?;
        }
        let mut refusal = None;
        for stage in Hail::STAGES {
            match (self.step(stage, hail.command(stage)).await, &refusal) {
                (Ok(Some(outcome)), None) => refusal = Some(outcome),
                // RFC 2920, 3.1: the text may be invited although no recipient was accepted.
                (Ok(None), Some(_)) if stage == Stage::Data => self.withhold().await,
                (Err(fault), None) => return Err(fault),
                (Err(_), Some(_)) => self.broken = true,
                (Ok(_), _) => {}
            }
            if refusal.is_some() && (self.broken || !self.offers.pipelining) {
                break;
            }
        }
        self.half_way = refusal.is_some();
        Ok(refusal.map_or(Invited::Yes, Invited::No))
    }

    /// One command of the envelope: its answer, as an outcome if it is no.
    async fn step(&mut self, stage: Stage, command: &str) -> Result<Option<Outcome>, Fault> {
        if !self.offers.pipelining {
            self.talk.send(stage, command.as_bytes()).await.map_err(|unsent| unsent.fault)?;
        }
        let reply = self.talk.hear(stage).await?;
        match stage.answer(reply.code.unwrap_or(0)) {
            Answer::Yes => Ok(None),
            Answer::No => Ok(Some(stage.refused(reply))),
            Answer::Unexpected => {
                Err(Fault::quoting(stage, &format!("unexpected answer to {stage}: {reply}")))
            }
        }
    }

    /// Ends a transaction without recipients by an empty letter, which must not be accepted.
    async fn withhold(&mut self) {
        let ended = self.talk.send(Stage::Body, b".\r\n").await.is_ok();
        let answer = if ended { self.talk.hear(Stage::Dot).await.ok() } else { None };
        let refused =
            answer.and_then(|reply| reply.code).is_some_and(|code| Stage::Dot.answer(code) == Answer::No);
        self.broken |= !refused;
    }

    /// Sends the text with its final dot, and behind it the next envelope; hears what became of it.
    async fn transfer(&mut self, ticket: &mut Ticket, behind: Option<&Hail>) -> Outcome {
        if self.talk.wire().unread() {
            self.broken = true;
            return Fault::other(Stage::Data, "the server speaks out of turn").before_the_dot();
        }
        self.out.clear();
        stuff(&ticket.job().bytes, &mut self.out);
        let dot = self.out.len();
        if let Some(hail) = behind {
            self.write_group(hail);
        }
        ticket.leaves();
        if let Err((reached, fault)) = self.flush(Stage::Body).await {
            self.broken = true;
            return cut_off(reached, dot, fault);
        }
        match self.talk.hear(Stage::Dot).await {
            Ok(reply) => {
                self.letters += 1;
                self.answered(reply)
            }
            Err(fault) => {
                self.broken = true;
                fault.after_the_dot()
            }
        }
    }

    /// The outcome of a letter whose final dot was answered.
    fn answered(&mut self, reply: crate::letter::Reply) -> Outcome {
        match Stage::Dot.answer(reply.code.unwrap_or(0)) {
            Answer::Yes => Outcome::Accepted(reply),
            Answer::No => Stage::Dot.refused(reply),
            Answer::Unexpected => {
                self.broken = true;
                Outcome::Unknown(reply)
            }
        }
    }
}

/// The outcome of a letter whose text, `dot` bytes with the final dot, could not be sent to its end: so much of it, and of
/// what followed, may have reached the server.
fn cut_off(reached: usize, dot: usize, fault: Fault) -> Outcome {
    if reached < dot { fault.before_the_dot() } else { fault.after_the_dot() }
}

const RESET: &[u8] = b"RSET\r\n";
const BEHIND: &str =
    "the connection ended while the letter before this one was not answered; this one was not sent";

#[cfg(test)]
mod tests {
    use super::*;

    /// The system may take a letter to its end and say that the connection is lost only when the next envelope is written.
    #[test]
    fn a_letter_is_in_doubt_from_its_last_byte_on() {
        let lost = |reached| cut_off(reached, 5, Fault::broken(Stage::Body, "reset"));
        assert!(matches!(lost(4), Outcome::Later(Trouble::Sender, _)), "without its dot no server takes it");
        for reached in [5, 6, 100] {
            assert!(matches!(lost(reached), Outcome::Unknown(_)), "{reached} bytes");
        }
    }
}
