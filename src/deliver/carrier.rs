//! The workers that deliver, side by side, and what their owner sees of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::dial::Dialer;
use super::maildir::Maildir;
use super::queue::Queue;
use super::reply::our_own;
use super::worker::Route;
use super::{DeliverError, Done, Job, MailSettings};
use crate::letter::{Outcome, Trouble};

/// How many jobs may wait inside. Enough that busy connections always find the next letter, few
/// enough to be taken back when something happens.
const WAITING: usize = 64;

/// Delivers letters over a set of kept connections.
///
/// Jobs go in with [`Carrier::send`], and each comes back once from [`Carrier::next_done`], in any
/// order. All methods take `&self`, so both can be waited for at the same time.
///
/// **Trouble with the server.** After a `Done` with [`Trouble::Server`] the carrier is *held*: the
/// letters in hand are finished, no other is touched, however many are sent. The owner takes back
/// what waits with [`Carrier::recall`], pauses as long as it sees fit, calls [`Carrier::resume`],
/// and sends one letter as a probe, or all.
///
/// Dropping a carrier stops its workers at once; [`Carrier::close`] lets them finish.
#[derive(Debug)]
pub struct Carrier {
    queue: Arc<Queue>,
    dones: Mutex<UnboundedReceiver<Done>>,
    workers: JoinSet<()>,
}

/// What a closed carrier leaves.
#[derive(Debug, Default)]
pub struct Closed {
    /// The answers that had not been fetched. What had to be stopped half-way is among them, as
    /// [`Outcome::Unknown`] if the server may have the letter, else as [`Outcome::Later`].
    pub done: Vec<Done>,
    /// The jobs that were never begun.
    pub untouched: Vec<Job>,
}

impl Carrier {
    /// Starts the workers on the current tokio runtime, of either flavour. No connection is opened
    /// before there is a letter for it.
    ///
    /// # Errors
    /// If the settings cannot work at all: no such CA file, no writable Maildir.
    pub fn start(settings: MailSettings) -> Result<Self, DeliverError> {
        let workers = match &settings {
            MailSettings::Smtp(smtp) => smtp.connections.max(1),
            // A second one would only wait for the same disk.
            MailSettings::Maildir(_) => 1,
        };
        Ok(Self::with_route(&route(settings)?, workers))
    }

    fn with_route(route: &Route, count: u16) -> Self {
        let (queue, dones) = Queue::new(WAITING);
        let mut workers = JoinSet::new();
        for _ in 0..count {
            workers.spawn(keep_working(route.clone(), Arc::clone(&queue)));
        }
        Self { queue, dones: Mutex::new(dones), workers }
    }

    /// Hands in a letter; waits while 64 others are waiting. Whoever stops waiting has not sent it.
    pub async fn send(&self, job: Job) {
        self.queue.push(job).await;
    }

    /// The next answer, as soon as there is one. Never `None` while the carrier lives; to be asked
    /// only when a job is out.
    pub async fn next_done(&self) -> Option<Done> {
        self.dones.lock().await.recv().await
    }

    /// An answer that is there already.
    pub fn done_now(&self) -> Option<Done> {
        self.dones.try_lock().ok()?.try_recv().ok()
    }

    /// Whether the carrier touches no further letter until [`Carrier::resume`].
    pub fn is_held(&self) -> bool {
        self.queue.is_held()
    }

    /// Touches no further letter until [`Carrier::resume`]; those in hand are finished.
    pub fn hold(&self) {
        self.queue.hold();
    }

    /// Goes on after it was held.
    pub fn resume(&self) {
        self.queue.resume();
    }

    /// Takes back the jobs that no worker has begun. There will be no `Done` for them.
    pub fn recall(&self) -> Vec<Job> {
        self.queue.recall(|_| true)
    }

    /// As [`Carrier::recall`], for those of these letters that no worker has begun.
    pub fn recall_of(&self, letters: &[i64]) -> Vec<Job> {
        self.queue.recall(|job| letters.contains(&job.id))
    }

    /// Begins no further letter, finishes those in hand, and takes leave of the server. What is not
    /// finished `within` this time is stopped. (A write into a Maildir cannot be stopped: a batch that a
    /// hanging disk holds up beyond that time stays without a `Done`, in doubt.)
    pub async fn close(mut self, within: Duration) -> Closed {
        self.shut(within).await
    }

    /// As [`Carrier::close`], for an owner that keeps what is left of it: a carrier that was shut
    /// delivers nothing more.
    pub async fn shut(&mut self, within: Duration) -> Closed {
        let untouched = self.queue.close();
        let finished = async { while self.workers.join_next().await.is_some() {} };
        if timeout(within, finished).await.is_err() {
            self.workers.shutdown().await;
        }
        let mut done = Vec::new();
        while let Some(one) = self.done_now() {
            done.push(one);
        }
        Closed { done, untouched }
    }
}

/// Makes one attempt at one letter, over a connection of its own.
pub async fn deliver_once(settings: &MailSettings, job: Job) -> Outcome {
    let route = match route(settings.clone()) {
        Ok(route) => route,
        Err(error) => return Outcome::Later(Trouble::Server, our_own(&error.to_string())),
    };
    let (queue, mut dones) = Queue::new(1);
    queue.push(job).await;
    Box::pin(route.work_once(queue)).await;
    let silent = || Outcome::Unknown(our_own("the attempt ended without an answer"));
    dones.recv().await.map_or_else(silent, |done| done.outcome)
}

fn route(settings: MailSettings) -> Result<Route, DeliverError> {
    Ok(match settings {
        MailSettings::Smtp(smtp) => Route::Smtp(Arc::new(Dialer::new(smtp)?)),
        MailSettings::Maildir(maildir) => Route::Maildir(Maildir::open(maildir)?),
    })
}

/// Works until the queue is closed. A worker that panics takes its connection and its letter's
/// answer with it (the ticket gives one), and is replaced.
async fn keep_working(route: Route, queue: Arc<Queue>) {
    while let Err(Panicked) = guarded(Box::pin(route.clone().work(Arc::clone(&queue)))).await {
        tracing::error!("a mail worker failed by a mistake in rappel; it is replaced");
    }
}

struct Panicked;

async fn guarded(work: impl Future<Output = ()>) -> Result<(), Panicked> {
    let mut work = pin!(work);
    std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::letter::Envelope;

    fn job(id: i64) -> Job {
        let envelope = Envelope { from: "tsb@example.int".into(), to: "olivier@example.org".into() };
        Job { id, attempt: 1, envelope, message_id: format!("{id}@example.int"), bytes: Vec::new() }
    }

    #[tokio::test]
    async fn a_worker_that_panics_costs_its_own_letter_an_attempt_and_no_other() {
        let carrier = Carrier::with_route(&Route::Faulty, 2);
        for id in 0..10 {
            carrier.send(job(id)).await;
        }
        let mut answers = BTreeMap::new();
        for _ in 0..10 {
            let done = carrier.next_done().await.unwrap();
            answers.insert(done.id, done.outcome);
        }
        for (id, outcome) in answers {
            match outcome {
                Outcome::Accepted(_) => assert!(id % 2 == 0),
                Outcome::Later(Trouble::Sender, _) => assert!(id % 2 == 1),
                other => panic!("{id}: {other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn one_attempt_into_a_maildir_needs_no_carrier() {
        let folder = tempfile::tempdir().unwrap();
        let settings =
            MailSettings::Maildir(super::super::MaildirSettings { path: folder.path().to_owned() });
        assert!(matches!(deliver_once(&settings, job(1)).await, Outcome::Accepted(_)));
        assert!(folder.path().join("new/1@example.int").exists());
    }
}
