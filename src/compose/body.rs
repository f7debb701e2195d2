//! A body of a letter: lines, of which those that other letters have as well may stand ready in seven bits.

use std::{borrow::Cow, sync::Arc};

use lettre::message::{Body as LettreBody, header::ContentTransferEncoding};

use super::quoted::{self, Encoding, Survey};

/// Whole lines, each of which ends with `\n`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Body(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Lines(String),
    Ready(Arc<Ready>),
}

/// Lines that many letters have, as they go in a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ready {
    text: String,
    /// With the line ends of a message.
    as_it_stands: Vec<u8>,
    /// In quoted-printable.
    quoted: Vec<u8>,
    survey: Survey,
    may_hold_boundary: bool,
}

impl Ready {
    /// Makes lines ready, each of which ends with `\n`.
    pub(crate) fn new(text: String) -> Self {
        let (mut as_it_stands, mut quoted) = (Vec::new(), Vec::new());
        quoted::join_lines(&text, &mut as_it_stands, copied);
        quoted::encode(&text, &mut quoted);
        let (survey, may_hold_boundary) = (Survey::of(&text), may_hold_boundary(&text));
        Self { text, as_it_stands, quoted, survey, may_hold_boundary }
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self(vec![Part::Lines(text)])
    }
}

impl Body {
    /// Adds lines, each of which ends with `\n`.
    pub(crate) fn push(&mut self, lines: String) {
        if !lines.is_empty() {
            self.0.push(Part::Lines(lines));
        }
    }

    /// Adds lines that are ready.
    pub(crate) fn push_ready(&mut self, lines: &Arc<Ready>) {
        self.0.push(Part::Ready(Arc::clone(lines)));
    }

    /// All of it.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self.0.as_slice() {
            [only] => Cow::Borrowed(only.text()),
            several => Cow::Owned(several.iter().map(Part::text).collect()),
        }
    }

    /// Its bytes, not encoded.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|part| part.text().len()).sum()
    }

    /// Whether `boundary`, which begins with [`BOUNDARY`], stands in it.
    pub(crate) fn holds(&self, boundary: &str) -> bool {
        self.0.iter().any(|part| part.may_hold_boundary() && part.text().contains(boundary))
    }

    /// Appends it in seven bits, after the header that says how.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        match self.0.iter().map(Part::survey).sum::<Survey>().encoding() {
            Encoding::QuotedPrintable => {
                out.extend_from_slice(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n");
                for part in &self.0 {
                    match part {
                        Part::Lines(text) => quoted::encode(text, out),
                        Part::Ready(lines) => out.extend_from_slice(&lines.quoted),
                    }
                }
            }
            Encoding::SevenBit => {
                out.extend_from_slice(b"Content-Transfer-Encoding: 7bit\r\n\r\n");
                for part in &self.0 {
                    match part {
                        Part::Lines(text) => quoted::join_lines(text, out, copied),
                        Part::Ready(lines) => out.extend_from_slice(&lines.as_it_stands),
                    }
                }
            }
            Encoding::Base64 => {
                out.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
                let text = self.text().replace('\n', "\r\n");
                // It cannot fail: every text can be base64.
                let encoded = LettreBody::new_with_encoding(text, ContentTransferEncoding::Base64);
                out.extend(encoded.map_or_else(|text| text, LettreBody::into_vec));
            }
        }
    }
}

fn copied(line: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(line);
}

impl Part {
    fn text(&self) -> &str {
        match self {
            Self::Lines(text) => text,
            Self::Ready(lines) => &lines.text,
        }
    }

    fn survey(&self) -> Survey {
        match self {
            Self::Lines(text) => Survey::of(text),
            Self::Ready(lines) => lines.survey,
        }
    }

    fn may_hold_boundary(&self) -> bool {
        match self {
            Self::Lines(text) => may_hold_boundary(text),
            Self::Ready(lines) => lines.may_hold_boundary,
        }
    }
}

/// What every boundary begins with. It is rare.
pub(super) const BOUNDARY: &str = "=_";

fn may_hold_boundary(text: &str) -> bool {
    text.contains(BOUNDARY)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lines_that_stand_ready_change_nothing(
            parts in proptest::collection::vec(("([a-z= \u{e9}\u{8bf7}]{0,90}\n){1,3}", any::<bool>()), 0..6),
        ) {
            let mut body = Body::default();
            for (lines, is_ready) in &parts {
                if *is_ready {
                    body.push_ready(&Arc::new(Ready::new(lines.clone())));
                } else {
                    body.push(lines.clone());
                }
            }
            let plain = Body::from(parts.iter().map(|(lines, _)| lines.as_str()).collect::<String>());
            let encoded = |body: &Body| {
                let mut out = Vec::new();
                body.encode(&mut out);
                String::from_utf8(out).unwrap()
            };
            prop_assert_eq!(encoded(&body), encoded(&plain));
            prop_assert_eq!(body.text(), plain.text());
            prop_assert_eq!(body.len(), plain.len());
        }
    }
}
