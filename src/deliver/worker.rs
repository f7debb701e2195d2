//! A worker takes letters from the queue and delivers them, until the queue is closed.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::dial::Dialer;
use super::maildir::Maildir;
use super::queue::{Queue, Ticket};
use super::session::{Carried, Session};

/// After so much time without a letter a connection is closed.
const IDLE: Duration = Duration::from_secs(30);
/// So many letters at most share one sync of a Maildir's folder.
const BATCH: usize = 64;

/// How a worker delivers.
#[derive(Clone)]
pub(super) enum Route {
    /// Through a mail server.
    Smtp(Arc<Dialer>),
    /// Into a Maildir.
    Maildir(Maildir),
    /// Panics with each letter whose id is odd.
    #[cfg(test)]
    Faulty,
}

impl Route {
    /// Delivers letters until the queue is closed.
    pub(super) async fn work(self, queue: Arc<Queue>) {
        match self {
            Self::Smtp(dialer) => smtp(&dialer, &queue).await,
            Self::Maildir(maildir) => {
                while let Some(ticket) = queue.take().await {
                    into_maildir(&maildir, ticket, &queue).await;
                }
            }
            #[cfg(test)]
            Self::Faulty => {
                while let Some(ticket) = queue.take().await {
                    assert!(ticket.job().id % 2 == 0, "an odd letter");
                    ticket.settle(crate::letter::Outcome::Accepted(crate::letter::Reply::default()));
                }
            }
        }
    }

    /// Delivers the letters that are in the queue now.
    pub(super) async fn work_once(self, queue: Arc<Queue>) {
        let Some(ticket) = queue.take_now() else { return };
        match self {
            Self::Smtp(dialer) => {
                if let Some(session) = carry(&dialer, None, ticket, &queue).await {
                    session.quit().await;
                }
            }
            Self::Maildir(maildir) => into_maildir(&maildir, ticket, &queue).await,
            #[cfg(test)]
            Self::Faulty => drop(ticket),
        }
    }
}

async fn smtp(dialer: &Dialer, queue: &Arc<Queue>) {
    let mut kept = None;
    loop {
        let next = match queue.take_now() {
            Some(ticket) => Some(ticket),
            None => wait(&mut kept, queue).await,
        };
        let Some(ticket) = next else { break };
        kept = carry(dialer, kept.take(), ticket, queue).await;
        if let Some(spent) = kept.take_if(|session| session.is_spent()) {
            spent.quit().await;
        }
    }
    if let Some(session) = kept {
        session.quit().await;
    }
}

/// Waits for a letter, and meanwhile gives up a connection that is not needed or has ended.
async fn wait(kept: &mut Option<Session>, queue: &Arc<Queue>) -> Option<Ticket> {
    let Some(session) = kept.as_ref() else { return queue.take().await };
    let ended = tokio::select! {
        biased;
        ticket = queue.take() => return ticket,
        () = session.disturbed() => true,
        () = sleep(IDLE) => false,
    };
    match kept.take() {
        Some(session) if !ended => session.quit().await,
        _ => {}
    }
    queue.take().await
}

/// Carries a letter, and those that can follow it at once, over the kept connection or a new one.
async fn carry(
    dialer: &Dialer,
    mut kept: Option<Session>,
    mut ticket: Ticket,
    queue: &Arc<Queue>,
) -> Option<Session> {
    loop {
        let mut session = match kept.take() {
            Some(session) => session,
            None => match dialer.dial().await {
                Ok(session) => session,
                Err(fault) => {
                    tracing::warn!("No connection to the mail server: {}.", fault.reply.in_short());
                    ticket.settle(fault.before_the_dot());
                    return None;
                }
            },
        };
        match session.carry(ticket, || queue.look_ahead()).await {
            Carried::Ready => return Some(session),
            Carried::Over => return None,
            Carried::Again(untouched) => ticket = untouched,
        }
    }
}

/// Delivers a letter and what else waits, away from the runtime's thread: a sync takes its time.
async fn into_maildir(maildir: &Maildir, first: Ticket, queue: &Arc<Queue>) {
    let mut tickets = vec![first];
    while tickets.len() < BATCH
        && let Some(ticket) = queue.take_now()
    {
        tickets.push(ticket);
    }
    let maildir = maildir.clone();
    let work = move || {
        tickets.iter_mut().for_each(Ticket::leaves);
        let outcomes = maildir.deliver(tickets.iter().map(Ticket::job));
        (tickets, outcomes)
    };
    // If it panics or is stopped, the tickets answer by themselves.
    if let Ok((tickets, outcomes)) = tokio::task::spawn_blocking(work).await {
        for (ticket, outcome) in tickets.into_iter().zip(outcomes) {
            ticket.settle(outcome);
        }
    }
}
