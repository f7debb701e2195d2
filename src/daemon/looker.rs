//! A look into the archive, on a thread of its own: a file server that hangs holds up neither the loop nor a stop.

use std::{fmt, thread, time::Duration};

use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

/// How much longer an answer is waited for than a look reads: a system call may hang.
const MARGIN: Duration = Duration::from_secs(5);

/// Begins looks, one at a time, and waits for what they come to.
pub(super) struct Looker<T> {
    /// The answer of the look under way, and when it is waited for no longer.
    answer: Option<(oneshot::Receiver<T>, Instant)>,
    /// The thread that looks.
    reader: Option<thread::JoinHandle<()>>,
    /// A thread whose answer did not come in time: as long as it hangs, no other is begun.
    hanging: Option<thread::JoinHandle<()>>,
}

impl<T> Default for Looker<T> {
    fn default() -> Self {
        Self { answer: None, reader: None, hanging: None }
    }
}

impl<T> fmt::Debug for Looker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Looker").field("is_looking", &self.is_looking()).finish_non_exhaustive()
    }
}

impl<T> Looker<T> {
    /// Whether a look is under way.
    pub(super) fn is_looking(&self) -> bool {
        self.answer.is_some()
    }

    /// Nobody waits for the look under way any more. Another is begun when its thread has ended.
    pub(super) fn abandon(&mut self) {
        self.answer = None;
        self.hanging = self.reader.take().or(self.hanging.take());
    }

    /// What the look under way came to; none if it was not told in time. Pending while there is none. Cancel safe.
    pub(super) async fn looked(&mut self) -> Option<T> {
        let Some((answer, end)) = &mut self.answer else { return std::future::pending().await };
        let looked = timeout_at(*end, answer).await;
        self.answer = None;
        let reader = self.reader.take();
        if looked.is_err() {
            self.hanging = reader;
        }
        looked.ok().and_then(Result::ok)
    }
}

impl<T: Send + 'static> Looker<T> {
    /// Begins a look that reads for `reading` at most. While the thread of an earlier one hangs, it comes to `silence`.
    pub(super) fn begin(
        &mut self,
        reading: Duration,
        silence: impl FnOnce() -> T,
        look: impl FnOnce() -> T + Send + 'static,
    ) {
        let (tell, answer) = oneshot::channel();
        self.answer = Some((answer, Instant::now() + reading + MARGIN));
        if self.hanging.as_ref().is_some_and(|reader| !reader.is_finished()) {
            let _ = tell.send(silence());
            return;
        }
        // The answer of a thread that cannot be started never comes.
        let look = move || drop(tell.send(look()));
        self.reader = thread::Builder::new().name("archive".to_owned()).spawn(look).ok();
    }
}
