//! Files that office programs write, and that nobody has to trust: zips of XML parts, and text in the
//! encodings of this world.
//!
//! Sizes are checked before anything is unpacked and counted while it is; XML has bounds on depth and on the
//! size of each event, no document types and no entities of its own; no part is ever written to a disk.

mod rewrite;
mod spans;
mod text;
mod xml;
mod zipped;

pub(crate) use rewrite::with_parts;
pub(crate) use spans::{Tag, TagKind, escaped, tags, unescaped};
pub(crate) use text::{Evidence, TextEncoding, decode, decode_as, encode_like};
pub(crate) use xml::{Element, Fault, Name, Node, Xml};
pub(crate) use zipped::{Container, Kind, kind};
