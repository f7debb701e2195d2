//! An SMTP server for tests, on a port of its own in this process: it keeps the letters that it
//! accepts, and answers by a script as badly as servers do.
//!
//! It runs on plain threads, so that it serves asynchronous tests and child processes alike.

#![allow(dead_code, reason = "each test program uses its own part of it")]

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A point of the conversation at which the script can speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum At {
    /// The connection was opened.
    Greeting,
    /// EHLO.
    Hello,
    /// STARTTLS.
    StartTls,
    /// AUTH.
    Login,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// The first line of a letter's text.
    Text,
    /// The final dot.
    Dot,
    /// RSET.
    Reset,
    /// QUIT.
    Quit,
}

/// What the server does there instead of the usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// Says this line. At the final dot a positive reply keeps the letter.
    Say(String),
    /// Says this line in addition to the usual answer, before it.
    SayFirst(String),
    /// Says this line, and closes the connection.
    SayAndDrop(String),
    /// Closes the connection. At the final dot the letter is kept.
    Drop,
    /// Resets the connection. At the final dot the letter is kept.
    Reset,
    /// Says nothing more, but keeps the connection. At the final dot the letter is kept.
    Silence,
    /// Says nothing more and reads nothing more, but keeps the connection.
    Deaf,
    /// Sends a line that does not end.
    EndlessLine,
    /// Sends a reply of 100 kB in long lines.
    BigReply,
    /// Sends bytes that are no reply.
    Garbage,
}

impl Act {
    pub(crate) fn say(line: &str) -> Self {
        Self::Say(line.to_owned())
    }
}

/// A rule of the script: at one point, for one address or any, the n-th time or always.
#[derive(Debug, Clone)]
struct Rule {
    at: At,
    address: Option<String>,
    nth: Option<usize>,
    act: Act,
}

/// A certificate with its key.
pub(crate) struct Certificate {
    config: Arc<ServerConfig>,
    /// The authority that signed it, PEM.
    pub(crate) authority: String,
}

impl Certificate {
    /// A certificate for `name`, signed by an authority of its own.
    pub(crate) fn for_name(name: &str) -> Self {
        let ca_key = rcgen::KeyPair::generate().unwrap();
        let mut ca = rcgen::CertificateParams::new(Vec::new()).unwrap();
        ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        ca.distinguished_name.push(rcgen::DnType::CommonName, "rappel tests");
        let authority = ca.self_signed(&ca_key).unwrap().pem();
        let issuer = rcgen::Issuer::new(ca, ca_key);
        let key = rcgen::KeyPair::generate().unwrap();
        let leaf =
            rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let chain = vec![CertificateDer::from(leaf.der().to_vec())];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Self { config: Arc::new(config), authority }
    }
}

/// How a server behaves. The default is a plain, good server with PIPELINING.
#[derive(Clone)]
pub(crate) struct Script {
    pipelining: bool,
    eight_bit: bool,
    utf8: bool,
    implicit_tls: Option<Arc<ServerConfig>>,
    start_tls: Option<Arc<ServerConfig>>,
    login: Option<(String, String, String)>,
    greylist: usize,
    delay: Duration,
    rules: Vec<Rule>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            pipelining: true,
            eight_bit: true,
            utf8: true,
            implicit_tls: None,
            start_tls: None,
            login: None,
            greylist: 0,
            delay: Duration::ZERO,
            rules: Vec::new(),
        }
    }
}

impl Script {
    /// Without PIPELINING.
    pub(crate) fn one_by_one(mut self) -> Self {
        self.pipelining = false;
        self
    }

    /// Without 8BITMIME and SMTPUTF8.
    pub(crate) fn seven_bit(mut self) -> Self {
        (self.eight_bit, self.utf8) = (false, false);
        self
    }

    /// TLS from the first byte.
    pub(crate) fn tls(mut self, certificate: &Certificate) -> Self {
        self.implicit_tls = Some(Arc::clone(&certificate.config));
        self
    }

    /// Offers STARTTLS.
    pub(crate) fn start_tls(mut self, certificate: &Certificate) -> Self {
        self.start_tls = Some(Arc::clone(&certificate.config));
        self
    }

    /// Offers AUTH with these mechanisms ("PLAIN LOGIN"), and takes mail only after it.
    pub(crate) fn login(mut self, mechanisms: &str, user: &str, password: &str) -> Self {
        self.login = Some((mechanisms.to_owned(), user.to_owned(), password.to_owned()));
        self
    }

    /// Answers the first `n` RCPTs with 451.
    pub(crate) fn greylist(mut self, n: usize) -> Self {
        self.greylist = n;
        self
    }

    /// Waits so long before each batch of answers.
    pub(crate) fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Always does this there.
    pub(crate) fn on(self, at: At, act: Act) -> Self {
        self.rule(at, None, None, act)
    }

    /// Does this there the n-th time (from 1, over all connections).
    pub(crate) fn on_nth(self, at: At, nth: usize, act: Act) -> Self {
        self.rule(at, None, Some(nth), act)
    }

    /// Does this at RCPT with that address.
    pub(crate) fn for_address(self, address: &str, act: Act) -> Self {
        self.rule(At::Rcpt, Some(address.to_owned()), None, act)
    }

    fn rule(mut self, at: At, address: Option<String>, nth: Option<usize>, act: Act) -> Self {
        self.rules.push(Rule { at, address, nth, act });
        self
    }
}

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

    /// Waits until there are `n` letters, for at most ten seconds.
    pub(crate) fn wait_for_letters(&self, n: usize) -> Vec<Kept> {
        let kept = lock(&self.shared.kept);
        let (kept, _) = self
            .shared
            .news
            .wait_timeout_while(kept, Duration::from_secs(10), |kept| kept.len() < n)
            .unwrap();
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
            let _ = Conversation::begin(stream, number, &shared).and_then(|mut talk| talk.run());
            shared.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Stream {
    fn secure(self, config: &Arc<ServerConfig>) -> Self {
        match self {
            Self::Plain(stream) => {
                let session = ServerConnection::new(Arc::clone(config)).unwrap();
                Self::Tls(Box::new(StreamOwned::new(session, stream)))
            }
            tls @ Self::Tls(_) => tls,
        }
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => stream.get_ref(),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

struct Conversation<'a> {
    stream: Option<Stream>,
    shared: &'a Shared,
    number: usize,
    input: Vec<u8>,
    output: Vec<u8>,
    from: Option<String>,
    to: Vec<String>,
    logged_in: bool,
}

/// The conversation is over, by our own doing or the client's.
fn over<T>() -> io::Result<T> {
    Err(io::Error::other("over"))
}

impl<'a> Conversation<'a> {
    fn begin(stream: TcpStream, number: usize, shared: &'a Shared) -> io::Result<Self> {
        let mut stream = Stream::Plain(stream);
        if let Some(config) = &shared.script.implicit_tls {
            stream = stream.secure(config);
        }
        Ok(Self {
            stream: Some(stream),
            shared,
            number,
            input: Vec::new(),
            output: Vec::new(),
            from: None,
            to: Vec::new(),
            logged_in: false,
        })
    }

    fn run(&mut self) -> io::Result<()> {
        self.at(At::Greeting, "", "220 test.example.int ESMTP")?;
        loop {
            let line = self.line()?;
            lock(&self.shared.commands).push((self.number, line.clone()));
            self.command(&line)?;
        }
    }

    fn command(&mut self, line: &str) -> io::Result<()> {
        let upper = line.to_ascii_uppercase();
        match upper.split([' ', ':']).next().unwrap_or("") {
            "EHLO" => {
                let offers = self.offers();
                self.at(At::Hello, "", &offers).map(drop)
            }
            "STARTTLS" => self.start_tls(),
            "AUTH" => self.login(line),
            "MAIL" => self.mail(line),
            "RCPT" => self.rcpt(line),
            "DATA" => self.data(),
            "RSET" => {
                (self.from, self.to) = (None, Vec::new());
                self.at(At::Reset, "", "250 2.0.0 Ok").map(drop)
            }
            "NOOP" => self.say("250 2.0.0 Ok"),
            "QUIT" => {
                self.at(At::Quit, "", "221 2.0.0 Bye")?;
                self.flush()?;
                over()
            }
            _ => self.say("500 5.5.2 What?"),
        }
    }

    fn offers(&self) -> String {
        let script = &self.shared.script;
        let mut lines = vec!["test.example.int".to_owned()];
        if script.pipelining {
            lines.push("PIPELINING".to_owned());
        }
        if script.eight_bit {
            lines.push("8BITMIME".to_owned());
        }
        if script.utf8 {
            lines.push("SMTPUTF8".to_owned());
        }
        if script.start_tls.is_some() && matches!(self.stream, Some(Stream::Plain(_))) {
            lines.push("STARTTLS".to_owned());
        }
        if let Some((mechanisms, ..)) = &script.login {
            lines.push(format!("AUTH {mechanisms}"));
        }
        lines.push("ENHANCEDSTATUSCODES".to_owned());
        let last = lines.len() - 1;
        let line = |(i, text): (usize, &String)| format!("250{}{text}", if i == last { ' ' } else { '-' });
        lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n")
    }

    fn start_tls(&mut self) -> io::Result<()> {
        let Some(config) = self.shared.script.start_tls.clone() else {
            return self.say("502 5.5.1 Not here");
        };
        if self.at(At::StartTls, "", "220 2.0.0 Ready")? {
            self.flush()?;
            self.stream = self.stream.take().map(|stream| stream.secure(&config));
        }
        Ok(())
    }

    fn login(&mut self, line: &str) -> io::Result<()> {
        let Some((_, user, password)) = self.shared.script.login.clone() else {
            return self.say("503 5.5.1 Not here");
        };
        let mut words = line.split(' ').skip(1);
        let right = match (words.next(), words.next()) {
            (Some("PLAIN"), Some(given)) => given == base64(format!("\0{user}\0{password}").as_bytes()),
            (Some("LOGIN"), None) => {
                self.say("334 VXNlcm5hbWU6")?;
                let given_user = self.line()?;
                self.say("334 UGFzc3dvcmQ6")?;
                given_user == base64(user.as_bytes()) && self.line()? == base64(password.as_bytes())
            }
            _ => false,
        };
        let usual = if right { "235 2.7.0 Welcome" } else { "535 5.7.8 Wrong user or password" };
        self.logged_in = self.at(At::Login, "", usual)? && right;
        Ok(())
    }

    fn mail(&mut self, line: &str) -> io::Result<()> {
        if self.shared.script.login.is_some() && !self.logged_in {
            return self.say("530 5.7.0 Log in first");
        }
        if self.from.is_some() {
            return self.say("503 5.5.1 Nested MAIL");
        }
        if self.at(At::Mail, "", "250 2.1.0 Ok")? {
            self.from = Some(line.get(10..).unwrap_or("").to_owned());
        }
        Ok(())
    }

    fn rcpt(&mut self, line: &str) -> io::Result<()> {
        if self.from.is_none() {
            return self.say("503 5.5.1 MAIL first");
        }
        let address = line.get(8..).unwrap_or("").trim_matches(['<', '>']).to_owned();
        let seen = lock(&self.shared.counts).get(&At::Rcpt).copied().unwrap_or(0);
        let usual = if seen < self.shared.script.greylist {
            "451 4.7.1 Greylisted, come back"
        } else {
            "250 2.1.5 Ok"
        };
        if self.at(At::Rcpt, &address, usual)? {
            self.to.push(address);
        }
        Ok(())
    }

    fn data(&mut self) -> io::Result<()> {
        let usual = if self.to.is_empty() { "554 5.5.1 No valid recipients" } else { "354 Go on" };
        if !self.at(At::Data, "", usual)? {
            return Ok(());
        }
        let mut bytes = Vec::new();
        let mut first = true;
        loop {
            let line = self.raw_line()?;
            if std::mem::take(&mut first) {
                self.at(At::Text, "", "")?;
            }
            if line == b".\r\n" {
                break;
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        lock(&self.shared.commands).push((self.number, ".".to_owned()));
        let kept = Kept {
            from: self.from.take().unwrap_or_default(),
            to: std::mem::take(&mut self.to),
            bytes,
            connection: self.number,
        };
        self.dot(kept)
    }

    fn dot(&mut self, kept: Kept) -> io::Result<()> {
        let keep = |kept: Kept| {
            lock(&self.shared.kept).push(kept);
            self.shared.news.notify_all();
        };
        let usual = if kept.to.is_empty() { "554 5.5.1 No valid recipients" } else { "250 2.0.0 Kept" };
        match self.rule(At::Dot, "") {
            Some(Act::Say(line) | Act::SayAndDrop(line)) if !line.starts_with('2') => {}
            _ if kept.to.is_empty() => {}
            _ => keep(kept),
        }
        self.at(At::Dot, "", usual).map(drop)
    }

    /// Comes to a point of the conversation; whether the answer given was positive.
    fn at(&mut self, at: At, address: &str, usual: &str) -> io::Result<bool> {
        let act = self.rule(at, address);
        *lock(&self.shared.counts).entry(at).or_default() += 1;
        self.perform(act, usual)
    }

    /// The act for this point, if its turn has come.
    fn rule(&self, at: At, address: &str) -> Option<Act> {
        let turn = lock(&self.shared.counts).get(&at).copied().unwrap_or(0) + 1;
        let fits = |rule: &&Rule| {
            rule.at == at
                && rule.nth.is_none_or(|nth| nth == turn)
                && rule.address.as_deref().is_none_or(|wanted| wanted == address)
        };
        self.shared.script.rules.iter().find(fits).map(|rule| rule.act.clone())
    }

    fn perform(&mut self, act: Option<Act>, usual: &str) -> io::Result<bool> {
        let positive = |line: &str| line.starts_with(['2', '3']);
        match act {
            None => {
                self.say(usual)?;
                return Ok(positive(usual));
            }
            Some(Act::Say(line)) => {
                self.say(&line)?;
                return Ok(positive(&line));
            }
            Some(Act::SayFirst(line)) => {
                self.say(&line)?;
                self.say(usual)?;
                return Ok(positive(usual));
            }
            Some(Act::SayAndDrop(line)) => {
                self.say(&line)?;
                self.flush()?;
            }
            Some(Act::Drop) => self.flush()?,
            Some(Act::Reset) => {
                self.flush()?;
                let socket = self.stream.as_ref().unwrap().socket();
                socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO))?;
            }
            Some(Act::Silence) => {
                self.flush()?;
                self.drain();
            }
            Some(Act::Deaf) => {
                self.flush()?;
                let kept = lock(&self.shared.kept);
                let running = |_: &mut Vec<Kept>| !self.shared.stopped.load(Ordering::SeqCst);
                drop(self.shared.news.wait_while(kept, running));
            }
            Some(Act::EndlessLine) => while self.raw(&[b'x'; 8192]).is_ok() {},
            Some(Act::BigReply) => {
                for _ in 0..200 {
                    self.raw(format!("220-{}\r\n", "x".repeat(500)).as_bytes())?;
                }
                self.raw(b"220 at last\r\n")?;
                self.drain();
            }
            Some(Act::Garbage) => {
                self.raw(b"\x00\xff\x01 this is not SMTP\r\n\r\n")?;
                self.drain();
            }
        }
        over()
    }

    fn say(&mut self, line: &str) -> io::Result<()> {
        if !line.is_empty() {
            self.output.extend_from_slice(line.as_bytes());
            self.output.extend_from_slice(b"\r\n");
        }
        Ok(())
    }

    fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.output.extend_from_slice(bytes);
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        if !self.shared.script.delay.is_zero() {
            std::thread::sleep(self.shared.script.delay);
        }
        let output = std::mem::take(&mut self.output);
        self.stream.as_mut().unwrap().write_all(&output)
    }

    /// Reads until the client gives up.
    fn drain(&mut self) {
        let mut buffer = [0; 4096];
        while self.stream.as_mut().unwrap().read(&mut buffer).is_ok_and(|n| n > 0) {}
    }

    fn line(&mut self) -> io::Result<String> {
        let line = self.raw_line()?;
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// The next line; before the client is waited for, it gets all answers so far.
    fn raw_line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.input.iter().position(|&b| b == b'\n') {
                return Ok(self.input.drain(..=end).collect());
            }
            if !self.output.is_empty() {
                self.shared.round_trips.fetch_add(1, Ordering::SeqCst);
            }
            self.flush()?;
            let mut buffer = [0; 65536];
            match self.stream.as_mut().unwrap().read(&mut buffer)? {
                0 => return over(),
                n => self.input.extend_from_slice(&buffer[..n]),
            }
        }
    }
}

/// Base64 (RFC 4648, 4), to know what a client must have sent.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let sign = SIGNS[(word >> (18 - 6 * i)) as usize & 63];
            text.push(if i <= chunk.len() { char::from(sign) } else { '=' });
        }
    }
    text
}
