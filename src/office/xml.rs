//! The XML of a part, event by event, with bounds on depth and on the size of each event.

use std::{
    borrow::Cow,
    error::Error,
    fmt,
    io::{self, BufRead, BufReader, Read},
};

use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};

use super::zipped;

/// Workbooks nest some ten deep, documents some thirty.
const DEEPEST: u32 = 100;
/// No tag and no text is longer than this, in bytes.
const LONGEST_EVENT: usize = 4 << 20;

/// Why a part could not be read.
#[derive(Debug)]
pub(crate) enum Fault {
    /// It goes beyond a limit: a whole sentence.
    Limit(String),
    /// It is not what it should be: a reason in few words.
    Damaged(String),
}

impl Fault {
    /// As a sentence about the whole file, which is a `what`: "workbook", "document".
    pub(crate) fn sentence(self, what: &str) -> String {
        match self {
            Self::Limit(sentence) => sentence,
            Self::Damaged(why) => zipped::damaged(what, &why),
        }
    }
}

/// A limit that was hit below the XML reader, carried through its errors.
#[derive(Debug)]
pub(crate) struct LimitHit(pub(crate) String);

impl fmt::Display for LimitHit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for LimitHit {}

impl From<quick_xml::Error> for Fault {
    fn from(error: quick_xml::Error) -> Self {
        if let quick_xml::Error::Io(io) = &error
            && let Some(LimitHit(sentence)) = io.get_ref().and_then(|inner| inner.downcast_ref())
        {
            return Self::Limit(sentence.clone());
        }
        Self::Damaged(error.to_string())
    }
}

/// What comes next in a part.
pub(crate) enum Node<'e> {
    /// An element begins.
    Open(Element<'e>),
    /// The element of this local name ends.
    Close(Name),
    /// Text between tags.
    Text(Cow<'e, str>),
    /// The part ends.
    End,
}

/// The local name of an element that ends: short enough to be copied cheaply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name([u8; 24], usize);

impl Name {
    fn of(name: &str) -> Self {
        let mut bytes = [0; 24];
        let length = name.len().min(bytes.len());
        bytes[..length].copy_from_slice(&name.as_bytes()[..length]);
        Self(bytes, length)
    }

    /// Whether it is this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.0.get(..self.1) == Some(name.as_bytes())
    }
}

/// The start of an element.
pub(crate) struct Element<'e>(BytesStart<'e>);

impl Element<'_> {
    /// The name without its namespace.
    pub(crate) fn name(&self) -> &str {
        let full = self.0.name().into_inner();
        full.rsplit_once(':').map_or(full, |(_, local)| local)
    }

    /// Calls `take` with each attribute: its name without the namespace, and its value.
    pub(crate) fn attributes(&self, mut take: impl FnMut(&str, Cow<'_, str>)) -> Result<(), Fault> {
        for attribute in self.0.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| Fault::Damaged(error.to_string()))?;
            let full = attribute.key.into_inner();
            let local = full.rsplit_once(':').map_or(full, |(_, local)| local);
            if attribute.value.contains(['&', '\t', '\n', '\r']) {
                let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)?;
                take(local, value);
            } else {
                take(local, attribute.value);
            }
        }
        Ok(())
    }

    /// The value of one attribute, by its name without the namespace.
    pub(crate) fn attribute(&self, name: &str) -> Result<Option<String>, Fault> {
        let mut found = None;
        self.attributes(|local, value| {
            if local == name {
                found.get_or_insert_with(|| value.into_owned());
            }
        })?;
        Ok(found)
    }
}

/// Reads one part.
pub(crate) struct Xml<'c> {
    reader: Reader<Metered<'c>>,
    buffer: Vec<u8>,
    depth: u32,
    what: &'static str,
}

impl<'c> Xml<'c> {
    /// The XML that `inner` gives, of a file that is a `what`.
    pub(crate) fn new(inner: BufReader<Box<dyn Read + 'c>>, what: &'static str) -> Self {
        let mut reader = Reader::from_reader(Metered { inner, since: 0, what });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        config.check_comments = false;
        Self { reader, buffer: Vec::with_capacity(1024), depth: 0, what }
    }

    /// How many elements are open.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// What comes next. Comments and the like come as empty text.
    pub(crate) fn next(&mut self) -> Result<Node<'_>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().since = 0;
        Ok(match self.reader.read_event_into(&mut self.buffer)? {
            Event::Start(start) | Event::Empty(start) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    let what = self.what;
                    return Err(Fault::Limit(format!(
                        "The {what}'s XML is nested too deeply. Save it again."
                    )));
                }
                Node::Open(Element(start))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close(Name::of(end.local_name().as_ref()))
            }
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(data) => Node::Text(data.xml10_content()),
            Event::GeneralRef(reference) => Node::Text(resolve(&reference)?),
            Event::DocType(_) => return Err(Fault::Damaged("it has a document type".to_owned())),
            Event::Eof if self.depth > 0 => return Err(Fault::Damaged("it ends too early".to_owned())),
            Event::Eof => Node::End,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Node::Text(Cow::Borrowed("")),
        })
    }
}

/// The character of `&#10;`, `&amp;` and the like; entities that a document defines are refused.
fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Result<Cow<'static, str>, Fault> {
    if let Some(character) = reference.resolve_char_ref()? {
        return Ok(Cow::Owned(character.to_string()));
    }
    let known = resolve_predefined_entity(reference);
    known.map(Cow::Borrowed).ok_or_else(|| Fault::Damaged("it uses an unknown entity".to_owned()))
}

/// Ends reading when one event becomes too long: the XML reader keeps all of it in memory.
struct Metered<'c> {
    inner: BufReader<Box<dyn Read + 'c>>,
    since: usize,
    what: &'static str,
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl BufRead for Metered<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since > LONGEST_EVENT {
            let sentence = format!("A text of the {} is longer than 4 MiB. Shorten it.", self.what);
            return Err(io::Error::other(LimitHit(sentence)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.since += amount;
        self.inner.consume(amount);
    }
}
