//! The test server's side of one connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::script::{Act, At, Quota, Rule};
use super::{Kept, Shared, lock};

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

/// One connection of a client.
pub(super) struct Conversation<'a> {
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
    /// Begins, with TLS if the script says so.
    pub(super) fn begin(stream: TcpStream, number: usize, shared: &'a Shared) -> Self {
        let mut stream = Stream::Plain(stream);
        if let Some(config) = &shared.script.implicit_tls {
            stream = stream.secure(config);
        }
        Self {
            stream: Some(stream),
            shared,
            number,
            input: Vec::new(),
            output: Vec::new(),
            from: None,
            to: Vec::new(),
            logged_in: false,
        }
    }

    /// Talks until one side has enough.
    pub(super) fn run(&mut self) -> io::Result<()> {
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
            "NOOP" => {
                self.say("250 2.0.0 Ok");
                Ok(())
            }
            "QUIT" => {
                self.at(At::Quit, "", "221 2.0.0 Bye")?;
                self.flush()?;
                over()
            }
            _ => {
                self.say("500 5.5.2 What?");
                Ok(())
            }
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
            {
                self.say("502 5.5.1 Not here");
                return Ok(());
            }
        };
        if self.at(At::StartTls, "", "220 2.0.0 Ready")? {
            self.flush()?;
            self.stream = self.stream.take().map(|stream| stream.secure(&config));
        }
        Ok(())
    }

    fn login(&mut self, line: &str) -> io::Result<()> {
        let Some((_, user, password)) = self.shared.script.login.clone() else {
            {
                self.say("503 5.5.1 Not here");
                return Ok(());
            }
        };
        let mut words = line.split(' ').skip(1);
        let right = match (words.next(), words.next()) {
            (Some("PLAIN"), Some(given)) => given == base64(format!("\0{user}\0{password}").as_bytes()),
            (Some("LOGIN"), None) => {
                self.say("334 VXNlcm5hbWU6");
                let given_user = self.line()?;
                self.say("334 UGFzc3dvcmQ6");
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
            {
                self.say("530 5.7.0 Log in first");
                return Ok(());
            }
        }
        if self.from.is_some() {
            {
                self.say("503 5.5.1 Nested MAIL");
                return Ok(());
            }
        }
        if self.at(At::Mail, "", "250 2.1.0 Ok")? {
            self.from = Some(line.get(10..).unwrap_or("").to_owned());
        }
        Ok(())
    }

    fn rcpt(&mut self, line: &str) -> io::Result<()> {
        if self.from.is_none() {
            {
                self.say("503 5.5.1 MAIL first");
                return Ok(());
            }
        }
        let address = line.get(8..).unwrap_or("").trim_matches(['<', '>']).to_owned();
        let seen = lock(&self.shared.counts).get(&At::Rcpt).copied().unwrap_or(0);
        let usual = if seen < self.shared.script.greylist {
            "451 4.7.1 Greylisted, come back"
        } else {
            "250 2.1.5 Ok"
        };
        if let Some(Quota { letters, hour, act }) = &self.shared.script.quota {
            let mut hours = lock(&self.shared.hours);
            let taken = hours.entry(hour()).or_default();
            if *taken >= *letters {
                drop(hours);
                return self.perform(Some(act.clone()), "").map(drop);
            }
            *taken += 1;
        }
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
            let mut all = lock(&self.shared.kept);
            if let Some(archive) = &self.shared.script.archive {
                let text = String::from_utf8_lossy(&kept.bytes).replace("\r\n", "\n");
                let copy = format!("Received: by test.example.int\n{text}");
                std::fs::write(archive.join("new").join(all.len().to_string()), copy).unwrap();
            }
            all.push(kept);
            drop(all);
            self.shared.news.notify_all();
        };
        let usual = if kept.to.is_empty() { "554 5.5.1 No valid recipients" } else { "250 2.0.0 Kept" };
        let to = kept.to.first().cloned().unwrap_or_default();
        let act = self.rule(At::Dot, &to);
        if !kept.to.is_empty() && act.as_ref().is_none_or(Act::keeps) {
            keep(kept);
        }
        self.act(At::Dot, act, usual).map(drop)
    }

    /// Comes to a point of the conversation; whether the answer given was positive.
    fn at(&mut self, at: At, address: &str, usual: &str) -> io::Result<bool> {
        let act = self.rule(at, address);
        self.act(at, act, usual)
    }

    fn act(&mut self, at: At, act: Option<Act>, usual: &str) -> io::Result<bool> {
        *lock(&self.shared.counts).entry(at).or_default() += 1;
        self.perform(act, usual)
    }

    /// The act for this point, if its turn has come.
    fn rule(&self, at: At, address: &str) -> Option<Act> {
        if let Some(act) = self.shared.script.director.as_ref().and_then(|ask| ask(at, address)) {
            return Some(act);
        }
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
                self.say(usual);
                return Ok(positive(usual));
            }
            Some(Act::Say(line)) => {
                self.say(&line);
                return Ok(positive(&line));
            }
            Some(Act::SayFirst(line)) => {
                self.say(&line);
                self.say(usual);
                return Ok(positive(usual));
            }
            Some(Act::Pause(gate, act)) => {
                self.flush()?;
                gate.pass();
                return self.perform(Some(*act), usual);
            }
            Some(Act::SayAndDrop(line)) => {
                self.say(&line);
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

    fn say(&mut self, line: &str) {
        if !line.is_empty() {
            self.output.extend_from_slice(line.as_bytes());
            self.output.extend_from_slice(b"\r\n");
        }
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
            let mut buffer = [0; 16384];
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
