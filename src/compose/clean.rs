//! Text from a cell, made fit for a letter: what cannot be seen, or would be obeyed instead of
//! shown, is taken out before anything else looks at it.

use std::borrow::Cow;

use crate::action::is_plain_line;

/// What stands where a text was cut. Plain ASCII, so that a cut subject needs no encoding.
const CUT: &str = "[...]";

/// One line: every run of white space (line breaks too) is one space, none at the ends.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    if is_clean_line(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = out.len();
        if before > 0 {
            out.push(' ');
        }
        let start = out.len();
        out.extend(word.chars().filter(|c| !is_dropped(*c)));
        if out.len() == start {
            out.truncate(before);
        }
    }
    Cow::Owned(out)
}

/// One line for a header. A text that looks like an encoded word (RFC 2047) would be decoded by
/// the reader's program and show something else than the cell: it is broken up.
pub(crate) fn header(text: &str) -> Cow<'_, str> {
    let text = line(text);
    if text.contains("=?") { Cow::Owned(text.replace("=?", "= ?")) } else { text }
}

/// A subject that a template made from clean values: as [`header`], but the isolates that templates
/// put around names in Arabic stay.
pub(crate) fn subject(text: &str) -> String {
    if is_plain_line(text) && !text.contains("=?") {
        return text.to_owned();
    }
    let words: Vec<_> = text.split_whitespace().collect();
    let text: String =
        words.join(" ").chars().filter(|c| matches!(c, '\u{2068}' | '\u{2069}') || !is_dropped(*c)).collect();
    let text = if text.contains("=?") { text.replace("=?", "= ?") } else { text };
    closed(text)
}

/// A subject of at most `limit` characters, with every isolate in it ended.
pub(crate) fn shorten_subject(text: &str, limit: usize) -> String {
    closed(shorten(text, limit).into_owned())
}

/// Ends the isolates that are still open.
fn closed(mut text: String) -> String {
    let mut open: usize = 0;
    for c in text.chars() {
        match c {
            '\u{2068}' => open += 1,
            '\u{2069}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    text.extend(std::iter::repeat_n('\u{2069}', open));
    text
}

/// Several lines: line ends are `\n`, at most one empty line in a row, none at the ends; nothing
/// is left of control characters and of marks that reorder the text around them.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    if is_clean_line(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut empty = 0;
    for raw in text.replace("\r\n", "\n").split(is_line_end) {
        let one = line(raw);
        if one.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        out.push_str(&one);
    }
    Cow::Owned(out)
}

/// At most `limit` characters, cut at a word where there is one in the last part, with a mark.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    cut_with(text, limit, " [...]")
}

/// As [`cut`], with three dots: for subjects, where room is short.
pub(crate) fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    cut_with(text, limit, "...")
}

fn cut_with<'t>(text: &'t str, limit: usize, mark: &str) -> Cow<'t, str> {
    // A byte is at least a character's share: the common short text is not counted at all.
    if text.len() <= limit || text.chars().count() <= limit {
        return Cow::Borrowed(text);
    }
    let keep = limit.saturating_sub(mark.len());
    let end = text.char_indices().nth(keep).map_or(text.len(), |(at, _)| at);
    let head = &text[..end];
    let at_word = head.rfind(char::is_whitespace).filter(|at| *at > end / 2);
    let head = at_word.map_or(head, |at| &head[..at]);
    let head = head.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '('));
    if head.is_empty() { Cow::Owned(CUT.to_owned()) } else { Cow::Owned(format!("{head}{mark}")) }
}

fn is_clean_line(text: &str) -> bool {
    if is_plain_line(text) {
        return true;
    }
    let mut previous = ' ';
    for c in text.chars() {
        if is_dropped(c) || (c.is_whitespace() && (c != ' ' || previous == ' ')) {
            return false;
        }
        previous = c;
    }
    text.is_empty() || previous != ' '
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Control characters that are not white space; the embeddings, overrides and isolates with
/// which a text can make its surroundings read backwards (left-to-right and right-to-left marks
/// stay: Arabic needs them); byte order marks, annotations, tags and noncharacters.
fn is_dropped(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() && !matches!(c, '\t'..='\r');
    }
    matches!(
        c,
        '\u{80}'..='\u{84}'
            | '\u{86}'..='\u{9f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_breaks_no_controls_and_single_spaces() {
        assert_eq!(line(" a\r\nBcc: x\0y\u{85}z\u{2028}\u{7}end\u{a0} "), "a Bcc: xy z end");
        assert_eq!(line("\u{202e}gpj.exe\u{202c} \u{0}"), "gpj.exe");
        assert_eq!(line("\u{627}\u{200f} ok"), "\u{627}\u{200f} ok", "marks that Arabic needs stay");
    }

    #[test]
    fn a_clean_line_is_borrowed() {
        assert!(matches!(line("nominate an ITU-T representative"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_keep_their_breaks_but_at_most_one_empty_line() {
        assert_eq!(lines("\r\na \r\nb\r\n\n\n\nc\rd\n"), "a\nb\n\nc\nd");
    }

    #[test]
    fn a_text_that_looks_like_an_encoded_word_is_broken_up() {
        assert_eq!(header("=?utf-8?q?evil?="), "= ?utf-8?q?evil?=");
    }

    #[test]
    fn a_subject_keeps_its_isolates_and_ends_them_where_it_is_cut() {
        assert_eq!(subject(" \u{2068}17/06\u{2069}:\r\n \u{202e}=?x "), "\u{2068}17/06\u{2069}: = ?x");
        assert_eq!(shorten_subject("\u{2068}one two three\u{2069} four", 12), "\u{2068}one two...\u{2069}");
    }

    #[test]
    fn a_long_text_is_cut_at_a_word_and_says_so() {
        assert_eq!(cut("one two three four", 15), "one two [...]");
        assert_eq!(shorten("one two three four", 15), "one two...");
        assert_eq!(cut("short", 5), "short");
        assert_eq!(shorten(&"\u{4e2d}".repeat(50), 10), format!("{}...", "\u{4e2d}".repeat(7)));
    }
}
