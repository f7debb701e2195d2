//! Text in XML and HTML.

use std::{
    borrow::Cow,
    fmt::{Arguments, Write as _},
};

/// The text with what means something in XML escaped, and without what XML 1.0 does not allow at all.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !matches!(c, '&' | '<' | '>' | '"') && is_allowed(c);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars().filter(|c| is_allowed(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Adds to a text what is formatted.
pub(super) fn put(out: &mut String, what: Arguments<'_>) {
    // A String takes everything.
    let _ = out.write_fmt(what);
}

/// The characters of XML 1.0, 2.2.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup_and_what_xml_forbids_is_left_out() {
        assert_eq!(escaped("17/06 über <b>\"x\" & y\u{0}\u{b}"), "17/06 über &lt;b&gt;&quot;x&quot; &amp; y");
        assert!(matches!(escaped("plain"), Cow::Borrowed("plain")));
    }
}
