//! The tags of an XML text with where each stands, for those who change a few of them and leave every other
//! byte as it is. Whether the text is well formed is for [`Xml`](super::Xml) to say, before.

use std::{borrow::Cow, ops::Range};

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagKind {
    /// `<row>`
    Open,
    /// `</row>`
    Close,
    /// `<row/>`
    Empty,
}

/// A tag of a text.
#[derive(Debug, Clone)]
pub(crate) struct Tag<'t> {
    text: &'t str,
    /// Where it stands, from its `<` to behind its `>`.
    pub(crate) span: Range<usize>,
    /// What it does.
    pub(crate) kind: TagKind,
    /// Its name with its prefix.
    pub(crate) whole_name: &'t str,
}

impl<'t> Tag<'t> {
    /// Its name without a prefix.
    pub(crate) fn name(&self) -> &'t str {
        self.whole_name.rsplit(':').next().unwrap_or_default()
    }

    /// Its prefix with the colon: "x:", or nothing.
    pub(crate) fn prefix(&self) -> &'t str {
        self.whole_name.strip_suffix(self.name()).unwrap_or_default()
    }

    /// What stands there in the text.
    pub(crate) fn at(&self, place: Range<usize>) -> &'t str {
        self.text.get(place).unwrap_or_default()
    }

    /// Its attributes: each name with its prefix, and where the value stands in the text, between its quotation marks.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'t str, Range<usize>)> {
        let mut at = self.span.start + 1 + self.whole_name.len();
        let (text, end) = (self.text, self.span.end);
        std::iter::from_fn(move || {
            let equals = at + text.get(at..end)?.find('=')?;
            let name = text.get(at..equals)?.trim();
            let open = equals + text.get(equals..end)?.find(['"', '\''])?;
            let quote = text.get(open..=open)?;
            let close = open + 1 + text.get(open + 1..end)?.find(quote)?;
            at = close + 1;
            Some((name, open + 1..close))
        })
    }

    /// Where the value of an attribute of this name, with its prefix, stands in the text, between its quotation marks.
    pub(crate) fn value(&self, name: &str) -> Option<Range<usize>> {
        self.attributes().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// The value of an attribute of this name, with its prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'t, str>> {
        Some(unescaped(self.text.get(self.value(name)?)?))
    }
}

/// All tags of a text in their order. Comments, instructions and CDATA are none.
pub(crate) fn tags(text: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find('<')?;
            let rest = text.get(start..)?;
            let passed = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
            if let Some((_, end)) = passed.iter().find(|(begin, _)| rest.starts_with(begin)) {
                at = start + rest.find(end)? + end.len();
                continue;
            }
            let span = start..start + end_of_tag(rest)?;
            at = span.end;
            let inside = text.get(span.start + 1..span.end - 1)?;
            let kind = match (inside.starts_with('/'), inside.ends_with('/')) {
                (true, _) => TagKind::Close,
                (false, true) => TagKind::Empty,
                (false, false) => TagKind::Open,
            };
            let inside = inside.trim_start_matches('/');
            let name_ends = inside.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inside.len());
            return Some(Tag { text, span, kind, whole_name: inside.get(..name_ends)? });
        }
    })
}

/// The length of the tag at the beginning of a text.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// A text without the references of XML.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let known = rest[at..].find(';').and_then(|end| Some((end, referred(&rest[at + 1..at + end])?)));
        let (c, end) = known.map_or(('&', 0), |(end, c)| (c, end));
        out.push(c);
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn referred(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

/// A text as the content of an element or of an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_with_their_places_whatever_stands_between_them() {
        let text = "<?xml version='1.0'?><a><!-- <b> --><x:c r=\"A>1\" s = '3'/><![CDATA[<d>]]></a>";
        let found: Vec<_> =
            tags(text).map(|tag| (tag.whole_name, tag.kind, &text[tag.span.clone()])).collect();
        assert_eq!(
            found,
            [
                ("a", TagKind::Open, "<a>"),
                ("x:c", TagKind::Empty, "<x:c r=\"A>1\" s = '3'/>"),
                ("a", TagKind::Close, "</a>")
            ]
        );
        let cell = tags(text).nth(1).unwrap();
        assert_eq!((cell.name(), cell.prefix()), ("c", "x:"));
        assert_eq!(cell.attribute("r").as_deref(), Some("A>1"));
        assert_eq!(cell.attribute("s").as_deref(), Some("3"));
        assert_eq!(cell.attribute("t"), None);
    }

    #[test]
    fn what_is_escaped_comes_back() {
        for text in ["a & b <c> \"d\"", "&amp;lt;", "plain"] {
            assert_eq!(unescaped(&escaped(text)), text);
        }
        assert_eq!(unescaped("&#65;&#x42;&nothing;&"), "AB&nothing;&");
    }
}
