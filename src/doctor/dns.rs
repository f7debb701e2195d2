//! One question to the name server of this machine (RFC 1035): the texts of a name. The system's own resolver gives
//! addresses only.

use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

/// How long to wait for the answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// The largest answer that is read: what UDP carries without being asked for more (RFC 6891 has it announced).
const LARGEST: usize = 4096;

/// `TXT`, and the class `IN`.
const TXT: u16 = 16;
const IN: u16 = 1;
/// `OPT` (RFC 6891), which says how large an answer may be.
const OPT: u16 = 41;

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The name server is not known, or does not answer.
    Silent(String),
    /// It answers, but not this.
    Refused(u8),
    /// What came is no answer, or too long for one.
    Nonsense,
}

/// The name server that the system asks first; where none is named, one on this machine (resolv.conf(5)).
pub(super) fn server() -> SocketAddr {
    let text = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let named = text.lines().find_map(|line| line.trim().strip_prefix("nameserver")?.trim().parse().ok());
    SocketAddr::new(named.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)), 53)
}

/// The texts of a name, each put together from its pieces; none where the name has none or is not there.
pub(super) fn texts(server: SocketAddr, name: &str) -> Result<Vec<String>, Trouble> {
    let id = u16::from_be_bytes([name.len().to_le_bytes()[0], 0x5a]);
    let question = question(id, name).ok_or(Trouble::Nonsense)?;
    let answer = exchange(server, &question).map_err(|error| Trouble::Silent(error.to_string()))?;
    read(id, &answer)
}

fn exchange(server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let here: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((here, 0))?;
    // Connected: only that server can answer.
    socket.connect(server)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send(question)?;
    let mut answer = vec![0; LARGEST];
    let length = socket.recv(&mut answer).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => io::Error::other(format!("no answer within {} s", PATIENCE.as_secs())),
        _ => error,
    })?;
    answer.truncate(length);
    Ok(answer)
}

/// Recursion desired, one question, and the size of the answer that is taken.
fn question(id: u16, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(name.len() + 32);
    for word in [id, 0x0100, 1, 0, 0, 1] {
        bytes.extend(word.to_be_bytes());
    }
    for label in name.split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..=63).contains(length))?;
        bytes.push(length);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    bytes.extend([TXT.to_be_bytes(), IN.to_be_bytes()].concat());
    bytes.push(0);
    bytes.extend([OPT.to_be_bytes(), u16::try_from(LARGEST).ok()?.to_be_bytes()].concat());
    bytes.extend([0; 6]);
    (name.len() <= 253).then_some(bytes)
}

fn read(id: u16, answer: &[u8]) -> Result<Vec<String>, Trouble> {
    let mut at = Reader(answer);
    let header: Option<Vec<u16>> = (0..6).map(|_| at.word()).collect();
    let [found, flags, questions, answers, ..] = *header.ok_or(Trouble::Nonsense)? else {
        return Err(Trouble::Nonsense);
    };
    let is_whole = flags & 0x0200 == 0;
    if found != id || flags & 0x8000 == 0 || !is_whole {
        return Err(Trouble::Nonsense);
    }
    match flags & 0x000f {
        0 => {}
        // There is no such name.
        3 => return Ok(Vec::new()),
        code => return Err(Trouble::Refused(u8::try_from(code).unwrap_or(u8::MAX))),
    }
    records(&mut at, questions, answers).ok_or(Trouble::Nonsense)
}

fn records(at: &mut Reader<'_>, questions: u16, answers: u16) -> Option<Vec<String>> {
    for _ in 0..questions {
        at.skip_name()?;
        at.take(4)?;
    }
    let mut texts = Vec::new();
    for _ in 0..answers {
        at.skip_name()?;
        let kind = at.word()?;
        at.take(6)?;
        let length = at.word()?;
        let mut data = Reader(at.take(usize::from(length))?);
        if kind == TXT {
            let mut text = Vec::new();
            while !data.0.is_empty() {
                let length = data.take(1)?[0];
                text.extend(data.take(usize::from(length))?);
            }
            texts.push(String::from_utf8_lossy(&text).into_owned());
        }
    }
    Some(texts)
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn word(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// A name ends with an empty label, or with a pointer to where it goes on.
    fn skip_name(&mut self) -> Option<()> {
        loop {
            match self.take(1)?[0] {
                0 => return Some(()),
                length @ 1..=63 => self.take(usize::from(length)).map(drop)?,
                _ => return self.take(1).map(drop),
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::thread;

    use super::*;

    /// A name server that answers one question after the other with the texts of its list.
    pub(crate) fn name_server(known: &'static [(&str, &str)]) -> SocketAddr {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        thread::spawn(move || {
            let mut question = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut question) {
                let _ = socket.send_to(&answer(&question[..length], known), from);
            }
        });
        address
    }

    fn answer(question: &[u8], known: &[(&str, &str)]) -> Vec<u8> {
        let mut labels = Vec::new();
        let mut at = 12;
        while question[at] > 0 {
            let end = at + 1 + usize::from(question[at]);
            labels.push(String::from_utf8_lossy(&question[at + 1..end]).into_owned());
            at = end;
        }
        let name = labels.join(".");
        let texts: Vec<_> = known.iter().filter(|(of, _)| *of == name).map(|(_, text)| *text).collect();
        let code = if texts.is_empty() { 3 } else { 0 };
        let mut bytes = question[..2].to_vec();
        bytes.extend([0x81, 0x80 | code, 0, 1, 0, u8::try_from(texts.len()).unwrap(), 0, 0, 0, 0]);
        bytes.extend(&question[12..at + 5]);
        for text in texts {
            // Two pieces, as long texts have.
            let (first, second) = text.split_at(text.len() / 2);
            let length = u16::try_from(text.len() + 2).unwrap();
            bytes.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60]);
            bytes.extend(length.to_be_bytes());
            for piece in [first, second] {
                bytes.push(u8::try_from(piece.len()).unwrap());
                bytes.extend(piece.as_bytes());
            }
        }
        bytes
    }

    #[test]
    fn the_texts_of_a_name_are_put_together_and_a_name_that_is_not_there_has_none() {
        let server = name_server(&[("example.int", "v=spf1 mx -all"), ("example.int", "something else")]);
        assert_eq!(texts(server, "example.int").unwrap(), ["v=spf1 mx -all", "something else"]);
        assert_eq!(texts(server, "example.org").unwrap(), [""; 0]);
        assert!(matches!(texts(server, "a..b"), Err(Trouble::Nonsense)));
    }

    #[test]
    fn what_is_cut_short_or_is_no_answer_is_an_error_and_never_a_panic() {
        let question = question(7, "example.int").unwrap();
        let whole = answer(&question, &[("example.int", "v=spf1 -all")]);
        assert_eq!(read(7, &whole).unwrap(), ["v=spf1 -all"]);
        for end in 0..whole.len() {
            assert!(read(7, &whole[..end]).is_err(), "{end}");
        }
        assert!(matches!(read(8, &whole), Err(Trouble::Nonsense)));
        let mut refused = whole.clone();
        refused[3] = 0x85;
        assert!(matches!(read(7, &refused), Err(Trouble::Refused(5))));
    }
}
