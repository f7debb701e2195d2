//! A point at which the test server waits until the test lets it go on.

use std::sync::{Arc, Condvar, Mutex};

use super::lock;

/// Closed until the test opens it. Whoever comes to an open gate passes.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    open: bool,
    /// Answers that wait at it.
    waiting: usize,
}

impl Gate {
    /// Whether an answer waits at it now.
    pub(crate) fn has_one(&self) -> bool {
        lock(&self.0.0).waiting > 0
    }

    /// Lets everybody pass, those who wait and those who come.
    pub(crate) fn open(&self) {
        let (state, changed) = &*self.0;
        lock(state).open = true;
        changed.notify_all();
    }

    /// The server's side: waits until it is open.
    pub(super) fn pass(&self) {
        let (state, changed) = &*self.0;
        let mut state = lock(state);
        state.waiting += 1;
        let mut state = changed.wait_while(state, |state| !state.open).unwrap();
        state.waiting -= 1;
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gate")
    }
}

impl PartialEq for Gate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Gate {}
