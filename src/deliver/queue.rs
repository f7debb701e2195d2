//! The letters that wait for a connection, and the promise that each gets an answer.
//!
//! Invariants:
//! - Each job that went in comes out once: as a [`Done`], or back to the owner untouched.
//! - A busy connection looks ahead only at letters that no idle connection is there to take.
//! - Once a letter has met trouble with the server, none leaves the queue until
//!   [`Queue::resume`], and the `Done` that tells so comes after the queue was held.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{Notify, Semaphore};

use super::reply::our_own;
use super::{Done, Job};
use crate::letter::{Outcome, Trouble};

/// The queue; see the module.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    stirred: Notify,
    room: Semaphore,
    dones: UnboundedSender<Done>,
}

#[derive(Debug, Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Workers waiting for a job.
    idle: usize,
    held: bool,
    closed: bool,
}

impl Queue {
    /// A queue that holds up to `capacity` jobs, and where the answers come out.
    pub(super) fn new(capacity: usize) -> (Arc<Self>, UnboundedReceiver<Done>) {
        let (dones, answers) = unbounded_channel();
        let queue =
            Self { state: Mutex::default(), stirred: Notify::new(), room: Semaphore::new(capacity), dones };
        (Arc::new(queue), answers)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job in, as soon as there is room.
    pub(super) async fn push(&self, job: Job) {
        if let Ok(room) = self.room.acquire().await {
            room.forget();
        }
        self.state().jobs.push_back(job);
        // The connection that was busy last is the one least likely to have been closed.
        self.stirred.notify_last();
    }

    /// Waits for a job; `None` once the queue is closed.
    pub(super) async fn take(self: &Arc<Self>) -> Option<Ticket> {
        let mut idle = None;
        loop {
            let mut stirred = pin!(self.stirred.notified());
            stirred.as_mut().enable();
            if let Some(ticket) = self.take_now() {
                return Some(ticket);
            }
            if self.state().closed {
                return None;
            }
            idle.get_or_insert_with(|| Idle::new(self));
            stirred.await;
        }
    }

    /// The next job, if there is one.
    pub(super) fn take_now(self: &Arc<Self>) -> Option<Ticket> {
        self.pop(|_| true)
    }

    /// The next job, if there are more than idle workers can take.
    pub(super) fn look_ahead(self: &Arc<Self>) -> Option<Ticket> {
        self.pop(|state| state.jobs.len() > state.idle)
    }

    fn pop(self: &Arc<Self>, allowed: impl FnOnce(&State) -> bool) -> Option<Ticket> {
        let job = {
            let mut state = self.state();
            if state.held || !allowed(&state) {
                return None;
            }
            state.jobs.pop_front()?
        };
        self.room.add_permits(1);
        Some(Ticket { job, queue: Arc::clone(self), server: None, in_doubt: false, settled: false })
    }

    /// Lets no further job out until [`Queue::resume`].
    pub(super) fn hold(&self) {
        self.state().held = true;
    }

    /// Whether jobs are held.
    pub(super) fn is_held(&self) -> bool {
        self.state().held
    }

    /// Lets jobs out again.
    pub(super) fn resume(&self) {
        self.state().held = false;
        self.stirred.notify_waiters();
    }

    /// Takes those of the waiting jobs back that are meant.
    pub(super) fn recall(&self, is_meant: impl Fn(&Job) -> bool) -> Vec<Job> {
        let recalled: Vec<Job> = {
            let mut state = self.state();
            let (recalled, others) = state.jobs.drain(..).partition(|job| is_meant(job));
            state.jobs = others;
            VecDeque::into(recalled)
        };
        self.room.add_permits(recalled.len());
        recalled
    }

    /// Ends all waiting, and gives back the jobs that nobody had taken.
    pub(super) fn close(&self) -> Vec<Job> {
        self.state().closed = true;
        self.stirred.notify_waiters();
        self.recall(|_| true)
    }
}

/// Counts a worker as idle for as long as it lives.
struct Idle<'a>(&'a Queue);

impl<'a> Idle<'a> {
    fn new(queue: &'a Queue) -> Self {
        queue.state().idle += 1;
        Self(queue)
    }
}

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        self.0.state().idle -= 1;
    }
}

/// A job in hand. It is answered exactly once, also when the worker is stopped or panics: the
/// letter is then *unknown* if it may have reached the server, and tried later if not.
#[derive(Debug)]
pub(super) struct Ticket {
    job: Job,
    queue: Arc<Queue>,
    /// The server that it is with.
    server: Option<Arc<str>>,
    in_doubt: bool,
    settled: bool,
}

impl Ticket {
    /// The job.
    pub(super) fn job(&self) -> &Job {
        &self.job
    }

    /// From here on what is said of it comes from this server, or from the connection to it.
    pub(super) fn is_with(&mut self, server: &Arc<str>) {
        self.server = Some(Arc::clone(server));
    }

    /// From here on the server may have the whole letter.
    pub(super) fn leaves(&mut self) {
        self.in_doubt = true;
    }

    /// Answers the job.
    pub(super) fn settle(mut self, outcome: Outcome) {
        self.answer(outcome);
    }

    fn answer(&mut self, outcome: Outcome) {
        self.settled = true;
        if matches!(outcome, Outcome::Later(Trouble::Server, _)) {
            self.queue.hold();
        }
        let outcome = outcome.at(self.server.as_ref());
        let done = Done { id: self.job.id, attempt: self.job.attempt, outcome };
        // Nobody listens any more: then nobody records it either, and the letter stays in doubt.
        let _ = self.queue.dones.send(done);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        let outcome = match (std::thread::panicking(), self.in_doubt) {
            (true, true) => Outcome::Unknown(our_own("rappel failed while it waited for the answer")),
            (true, false) => {
                Outcome::Later(Trouble::Sender, our_own("rappel failed before the letter was sent"))
            }
            (false, true) => Outcome::Unknown(our_own("rappel stopped before the answer came")),
            (false, false) => {
                Outcome::Later(Trouble::Server, our_own("rappel stopped before the letter was sent"))
            }
        };
        self.answer(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::Envelope;

    fn job(id: i64) -> Job {
        let envelope = Envelope { from: "tsb@example.int".into(), to: "olivier@example.org".into() };
        Job { id, attempt: 1, envelope, message_id: format!("{id}@example.int"), bytes: Vec::new() }
    }

    /// Accepts the letter, if there is one.
    fn accept(ticket: Option<Ticket>) -> Option<i64> {
        let ticket = ticket?;
        let id = ticket.job().id;
        ticket.settle(Outcome::Accepted(our_own("ok")));
        Some(id)
    }

    #[tokio::test]
    async fn a_busy_connection_leaves_letters_to_idle_ones() {
        let (queue, _dones) = Queue::new(8);
        let idle = Arc::clone(&queue);
        let waiting = tokio::spawn(async move { accept(idle.take().await) });
        tokio::task::yield_now().await;
        queue.push(job(1)).await;
        assert!(accept(queue.look_ahead()).is_none(), "the one letter is for the idle worker");
        queue.push(job(2)).await;
        assert!(accept(queue.look_ahead()).is_some(), "there is one more than the idle worker takes");
        assert_eq!(waiting.await.unwrap(), Some(2));
        queue.push(job(3)).await;
        assert!(accept(queue.look_ahead()).is_some(), "nobody is idle any more");
    }

    #[tokio::test]
    async fn trouble_with_the_server_holds_the_queue_until_it_is_resumed() {
        let (queue, mut dones) = Queue::new(8);
        queue.push(job(1)).await;
        queue.push(job(2)).await;
        queue.take_now().unwrap().settle(Outcome::Later(Trouble::Server, our_own("down")));
        assert!(queue.is_held());
        assert!(queue.take_now().is_none());
        assert_eq!(dones.recv().await.unwrap().id, 1);
        queue.resume();
        assert_eq!(queue.take_now().unwrap().job().id, 2);
    }

    #[tokio::test]
    async fn a_ticket_that_is_dropped_still_answers() {
        let (queue, mut dones) = Queue::new(8);
        queue.push(job(1)).await;
        queue.push(job(2)).await;
        drop(queue.take_now());
        assert!(matches!(dones.recv().await.unwrap().outcome, Outcome::Later(Trouble::Server, _)));
        queue.resume();
        let mut ticket = queue.take_now().unwrap();
        ticket.leaves();
        drop(ticket);
        assert!(matches!(dones.recv().await.unwrap().outcome, Outcome::Unknown(_)));
    }

    #[tokio::test]
    async fn a_closed_queue_gives_back_what_nobody_had_taken() {
        let (queue, _dones) = Queue::new(8);
        queue.push(job(1)).await;
        queue.push(job(2)).await;
        assert_eq!(queue.close().iter().map(|job| job.id).collect::<Vec<_>>(), [1, 2]);
        assert!(queue.take().await.is_none());
    }

    #[tokio::test]
    async fn what_is_meant_is_taken_back_and_the_others_keep_their_order() {
        let (queue, _dones) = Queue::new(4);
        for id in 1..=4 {
            queue.push(job(id)).await;
        }
        let begun = queue.take_now().unwrap();
        let recalled = queue.recall(|job| job.id == 1 || job.id == 3);
        assert_eq!(recalled.iter().map(|job| job.id).collect::<Vec<_>>(), [3], "the first is begun");
        queue.push(job(5)).await;
        queue.push(job(6)).await;
        let left: Vec<_> = std::iter::from_fn(|| accept(queue.take_now())).collect();
        assert_eq!(left, [2, 4, 5, 6]);
        accept(Some(begun));
    }

    #[tokio::test]
    async fn a_full_queue_makes_the_owner_wait() {
        let (queue, _dones) = Queue::new(1);
        queue.push(job(1)).await;
        let second = queue.push(job(2));
        let mut second = pin!(second);
        assert!(
            std::future::poll_fn(|cx| std::task::Poll::Ready(second.as_mut().poll(cx).is_pending())).await
        );
        drop(queue.take_now());
        second.await;
    }
}
