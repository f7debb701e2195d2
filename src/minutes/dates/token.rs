//! A text in pieces that dates are made of.

use super::super::lexicon::is_east_asian;

/// A number, a word or a sign, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number and how many digits it has.
    Number(u32, u8),
    /// A word; a sign of East Asian writing is one by itself.
    Word,
    /// Anything else but space.
    Sign(char),
}

/// The pieces of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut end = start + c.len_utf8();
        let kind = if let Some(digit) = digit(c) {
            let (mut value, mut length) = (digit, 1_u8);
            while let Some((at, next)) = chars
                .peek()
                .copied()
                .and_then(|(at, c)| Some((at, c, self::digit(c)?)))
                .map(|(at, c, d)| ((at, c), d))
            {
                value = value.saturating_mul(10).saturating_add(next);
                length = length.saturating_add(1);
                end = at.0 + at.1.len_utf8();
                chars.next();
            }
            Kind::Number(value, length)
        } else if c.is_alphabetic() {
            while let Some((at, next)) =
                chars.peek().copied().filter(|(_, next)| is_inner(*next) && !is_east_asian(c))
            {
                end = at + next.len_utf8();
                chars.next();
            }
            Kind::Word
        } else {
            Kind::Sign(c)
        };
        tokens.push(Token { start, end, kind });
    }
    tokens
}

/// A character inside a word; the marks of Arabic letters are no letters of their own.
fn is_inner(c: char) -> bool {
    (c.is_alphabetic() && !is_east_asian(c)) || matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}')
}

/// The digits of Europe and those of Arabic.
fn digit(c: char) -> Option<u32> {
    match c {
        '\u{660}'..='\u{669}' => Some(u32::from(c) - 0x660),
        '\u{6f0}'..='\u{6f9}' => Some(u32::from(c) - 0x6f0),
        _ => c.to_digit(10),
    }
}

/// The text in lower case, byte for byte in the same places.
pub(in crate::minutes) fn lowered(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let mut lower = c.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(one), None) if one.len_utf8() == c.len_utf8() => out.push(one),
            _ => out.push(c),
        }
    }
    out
}
