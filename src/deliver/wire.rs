//! The stream under an SMTP connection, owned by us and lent to lettre.
//!
//! A [`Wire`] is a handle that can be cloned: lettre's connection holds one, by which it opens and ends the
//! conversation; the session holds another, by which it writes letters and reads the answers to them. It
//! hands out one line at a time, so lettre never holds bytes that were not asked for. That makes it
//! possible to see a server that answers out of turn ([`Wire::unread`]), to start TLS without
//! anything left over from before (RFC 3207, 6), and to bound what a server can make us keep.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// The longest line a server may send; RFC 5321, 4.5.3.1.5 says 512.
const LINE_LIMIT: usize = 1000;
/// The most a server may send between two writes of ours.
const REPLY_LIMIT: usize = 64 * 1024;
/// How much is asked of the system at a time.
const CHUNK: usize = 2048;

/// The stream of one connection; see the module.
#[derive(Debug, Clone)]
pub(super) struct Wire(Arc<Mutex<Line>>);

#[derive(Debug)]
struct Line {
    stream: Stream,
    /// Read from the server, not handed out.
    input: Vec<u8>,
    /// The line being handed out, made so that lettre's parser takes it.
    output: Vec<u8>,
    /// How much of `output` was handed out.
    given: usize,
    /// The first line that the server said.
    greeting: Vec<u8>,
    /// The lines of the current reply as the server sent them.
    heard: Vec<u8>,
    /// Bytes read since the last write.
    since_write: usize,
    /// Whether anything was ever written.
    spoke: bool,
    /// Whether lettre may say QUIT by itself. It does so after an answer to EHLO that it does not
    /// like, and waits for a reply that a bad server never gives.
    may_quit: bool,
    /// Why nothing more can be read or written.
    ended: Option<String>,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// Between the two, and after a handshake that failed.
    Gone,
}

impl Wire {
    /// Takes over a connected stream.
    pub(super) fn new(stream: TcpStream) -> Self {
        Self(Arc::new(Mutex::new(Line {
            stream: Stream::Plain(stream),
            input: Vec::with_capacity(CHUNK),
            output: Vec::new(),
            given: 0,
            greeting: Vec::new(),
            heard: Vec::new(),
            since_write: 0,
            spoke: false,
            may_quit: false,
            ended: None,
        })))
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Encrypts what follows; the certificate must be trusted and carry `name`.
    pub(super) async fn secure(&self, tls: &TlsConnector, name: ServerName<'static>) -> io::Result<()> {
        let plain = {
            let mut line = self.line();
            if !line.input.is_empty() {
                return Err(io::Error::other("the server went on talking before TLS began"));
            }
            std::mem::replace(&mut line.stream, Stream::Gone)
        };
        let Stream::Plain(stream) = plain else {
            return Err(io::Error::other("TLS was already in use"));
        };
        let stream = tls.connect(name, stream).await?;
        self.line().stream = Stream::Tls(Box::new(stream));
        Ok(())
    }

    /// Whether what is sent is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self.line().stream, Stream::Tls(_))
    }

    /// The server's own certificate in DER, once TLS has begun.
    pub(super) fn certificate(&self) -> Option<Vec<u8>> {
        let line = self.line();
        let Stream::Tls(stream) = &line.stream else { return None };
        let chain = stream.get_ref().1.peer_certificates()?;
        chain.first().map(|certificate| certificate.to_vec())
    }

    /// The address at the other end.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.line().peer().ok()
    }

    /// Whether the other end is this machine.
    pub(super) fn is_local(&self) -> bool {
        self.line().peer().is_ok_and(|peer| peer.ip().to_canonical().is_loopback())
    }

    /// Waits for the first line without taking it.
    pub(super) async fn first_line(&self) -> io::Result<()> {
        poll_fn(|cx| self.line().poll_line(cx)).await
    }

    /// Waits for a whole reply, however many lines it has, and takes it; [`Wire::heard`] has it then, too. Whether it
    /// is one that can be understood is for others to see.
    pub(super) async fn reply(&self) -> io::Result<Vec<u8>> {
        self.listen();
        poll_fn(|cx| self.line().poll_reply(cx)).await
    }

    /// Waits until the server says something that nobody asked for, or is gone.
    pub(super) async fn disturbed(&self) {
        poll_fn(|cx| {
            let mut line = self.line();
            if line.input.is_empty() { line.poll_fill(cx).map(drop) } else { Poll::Ready(()) }
        })
        .await;
    }

    /// Whether the server has said more than it was asked for.
    pub(super) fn unread(&self) -> bool {
        let line = self.line();
        !line.input.is_empty() || line.given < line.output.len()
    }

    /// Forgets the last reply, before the next one is read.
    pub(super) fn listen(&self) {
        self.line().heard.clear();
    }

    /// The lines of the current reply, as they came.
    pub(super) fn heard(&self) -> Vec<u8> {
        self.line().heard.clone()
    }

    /// The first line that the server said; empty before.
    pub(super) fn greeting(&self) -> Vec<u8> {
        self.line().greeting.clone()
    }

    /// Whether anything was written yet.
    pub(super) fn spoke(&self) -> bool {
        self.line().spoke
    }

    /// The connection is open: QUIT may be said.
    pub(super) fn opened(&self) {
        self.line().may_quit = true;
    }

    /// Why nothing more comes, if so.
    pub(super) fn ended(&self) -> Option<String> {
        self.line().ended.clone()
    }
}

impl Line {
    fn peer(&self) -> io::Result<SocketAddr> {
        match &self.stream {
            Stream::Plain(stream) => stream.peer_addr(),
            Stream::Tls(stream) => stream.get_ref().0.peer_addr(),
            Stream::Gone => Err(gone()),
        }
    }

    /// Reads once from the server into `input`; 0 bytes are the end.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut chunk = [0; CHUNK];
        let mut buffer = ReadBuf::new(&mut chunk);
        let result = match &mut self.stream {
            Stream::Plain(stream) => ready!(Pin::new(stream).poll_read(cx, &mut buffer)),
            Stream::Tls(stream) => ready!(Pin::new(stream).poll_read(cx, &mut buffer)),
            Stream::Gone => Err(gone()),
        };
        if let Err(error) = result {
            self.ended = Some(error.to_string());
            return Poll::Ready(Err(error));
        }
        let filled = buffer.filled();
        if filled.is_empty() {
            self.ended = Some("the server closed it".to_owned());
        }
        self.since_write += filled.len();
        self.input.extend_from_slice(filled);
        Poll::Ready(Ok(filled.len()))
    }

    /// Waits until `input` holds a whole line, or the stream has ended.
    fn poll_line(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let end = self.input.iter().position(|&b| b == b'\n');
            if end.unwrap_or(self.input.len()) > LINE_LIMIT || self.since_write > REPLY_LIMIT {
                let why = "the server's answer is too long";
                self.ended = Some(why.to_owned());
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, why)));
            }
            if end.is_some() || ready!(self.poll_fill(cx))? == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Waits until `heard` has a line after which no other of the same reply comes (RFC 5321, 4.2.1).
    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Vec<u8>>> {
        loop {
            ready!(self.poll_line(cx))?;
            let begin = self.heard.len();
            if !self.take_line() {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            if self.heard.get(begin + 3) != Some(&b'-') {
                return Poll::Ready(Ok(self.heard.clone()));
            }
        }
    }

    /// Moves the next line from `input` to `heard`, if there is a whole one; whether there is.
    fn take_line(&mut self) -> bool {
        let Some(end) = self.input.iter().position(|&b| b == b'\n') else { return false };
        let raw = &self.input[..=end];
        if self.greeting.is_empty() {
            self.greeting.extend_from_slice(raw);
        }
        self.heard.extend_from_slice(raw);
        self.input.drain(..=end);
        true
    }

    /// Moves the next line from `input` to `output`, if there is a whole one.
    fn next_line(&mut self) {
        let begin = self.heard.len();
        if self.take_line() {
            self.output = regular(&self.heard[begin..]);
            self.given = 0;
        }
    }

    fn poll_send(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if !self.may_quit && bytes.starts_with(b"QUIT") {
            return Poll::Ready(Err(gone()));
        }
        let result = match &mut self.stream {
            Stream::Plain(stream) => ready!(Pin::new(stream).poll_write(cx, bytes)),
            Stream::Tls(stream) => ready!(Pin::new(stream).poll_write(cx, bytes)),
            Stream::Gone => Err(gone()),
        };
        self.spoke = true;
        self.since_write = 0;
        if let Err(error) = &result {
            self.ended = Some(error.to_string());
        }
        Poll::Ready(result)
    }
}

/// The line as lettre's parser takes it, which is stricter than servers are: UTF-8, CRLF, a space
/// after a lone code (RFC 5321, 4.2), and no second digit above 5 (unknown codes are as x00: 4.3.2).
fn regular(raw: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(raw);
    let mut line = text.trim_end_matches(['\r', '\n']).as_bytes().to_vec();
    if let [_, second @ b'6'..=b'9', ..] = line.as_mut_slice() {
        *second = b'0';
    }
    if line.len() == 3 {
        line.push(b' ');
    }
    line.extend_from_slice(b"\r\n");
    line
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "not connected")
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut line = self.line();
        if line.given == line.output.len() {
            ready!(line.poll_line(cx))?;
            line.next_line();
        }
        let rest = line.output.get(line.given..).unwrap_or_default();
        let take = rest.len().min(buffer.remaining());
        buffer.put_slice(rest.get(..take).unwrap_or_default());
        line.given += take;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.line().poll_send(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.line().stream {
            Stream::Plain(_) => Poll::Ready(Ok(())),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Gone => Poll::Ready(Err(gone())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.line().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Gone => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.line().peer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn irregular_lines_are_made_regular() {
        for (raw, expected) in [
            ("250 ok\r\n", "250 ok\r\n"),
            ("250\r\n", "250 \r\n"),
            ("250 ok\n", "250 ok\r\n"),
            ("571 no\r\n", "501 no\r\n"),
            ("250-PIPELINING\r\n", "250-PIPELINING\r\n"),
        ] {
            assert_eq!(String::from_utf8_lossy(&regular(raw.as_bytes())), expected);
        }
        assert_eq!(regular(b"550 \xee\r\n"), "550 \u{fffd}\r\n".as_bytes());
    }
}
