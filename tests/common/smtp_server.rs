//! An SMTP server for tests, on a port of its own in this process: it keeps the letters that it
//! accepts, and answers by a script as badly as servers do.
//!
//! It runs on plain threads, so that it serves asynchronous tests and child processes alike.

#![allow(dead_code, reason = "each test program uses its own part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

#[path = "smtp_certificate.rs"]
mod certificate;
#[path = "smtp_conversation.rs"]
mod conversation;
#[path = "smtp_gate.rs"]
mod gate;
#[path = "smtp_script.rs"]
mod script;

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

#[allow(unused_imports, reason = "as above")]
pub(crate) use certificate::Certificate;
use conversation::Conversation;
#[allow(unused_imports, reason = "as above")]
pub(crate) use gate::Gate;
#[allow(unused_imports, reason = "as above")]
pub(crate) use script::{Act, At, Script};

/// How long anything may take that has to happen: a minute, which only a test that fails waits for. It passes in steps: when
/// a machine stands still as a whole, one of them is over when it goes on.
pub(crate) const STEP: Duration = Duration::from_millis(100);
pub(crate) const STEPS: u32 = 600;

/// A letter that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The parameters of MAIL.
    pub(crate) from: String,
    /// The accepted recipients.
    pub(crate) to: Vec<String>,
    /// The text, dots unstuffed.
    pub(crate) bytes: Vec<u8>,
    /// The number of its connection, from 1.
    pub(crate) connection: usize,
}

struct Shared {
    script: Script,
    kept: Mutex<Vec<Kept>>,
    news: Condvar,
    commands: Mutex<Vec<(usize, String)>>,
    counts: Mutex<HashMap<At, usize>>,
    /// The recipients accepted in each hour.
    hours: Mutex<HashMap<i64, usize>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    round_trips: AtomicUsize,
    stopped: AtomicBool,
}

/// A running server; it stops when it is dropped.
pub(crate) struct SmtpServer {
    shared: Arc<Shared>,
    address: SocketAddr,
}

impl SmtpServer {
    /// Starts a server on a free port of 127.0.0.1.
    pub(crate) fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script,
            kept: Mutex::default(),
            news: Condvar::new(),
            commands: Mutex::default(),
            counts: Mutex::default(),
            hours: Mutex::default(),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            round_trips: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || accept(&listener, &accepting));
        Self { shared, address }
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The letters taken so far, in their order.
    pub(crate) fn letters(&self) -> Vec<Kept> {
        lock(&self.shared.kept).clone()
    }

    /// Waits until there are `n` letters, or for as long as anything may take.
    pub(crate) fn wait_for_letters(&self, n: usize) -> Vec<Kept> {
        let mut kept = lock(&self.shared.kept);
        for _ in 0..STEPS {
            let is_short = |kept: &mut Vec<Kept>| kept.len() < n;
            let (waited, is_over) = self.shared.news.wait_timeout_while(kept, STEP, is_short).unwrap();
            kept = waited;
            if !is_over.timed_out() {
                break;
            }
        }
        kept.clone()
    }

    /// All commands so far, with the number of their connection.
    pub(crate) fn commands(&self) -> Vec<(usize, String)> {
        lock(&self.shared.commands).clone()
    }

    /// How often a command with this beginning came.
    pub(crate) fn count(&self, command: &str) -> usize {
        self.commands().iter().filter(|(_, text)| text.starts_with(command)).count()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many connections are open now.
    pub(crate) fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// How often the server had answered all it knew and had to wait for the client.
    pub(crate) fn round_trips(&self) -> usize {
        self.shared.round_trips.load(Ordering::SeqCst)
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        {
            let _kept = lock(&self.shared.kept);
            self.shared.stopped.store(true, Ordering::SeqCst);
            self.shared.news.notify_all();
        }
        let _ = TcpStream::connect(self.address);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let _ = stream.set_nodelay(true);
        let number = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            shared.open.fetch_add(1, Ordering::SeqCst);
            let _ = Conversation::begin(stream, number, &shared).run();
            shared.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}
