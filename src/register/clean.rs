//! What a text may contain before it becomes part of a letter.
//!
//! Names, references, titles and addresses end up in the headers of letters. A line break there
//! would add a header, and a bidirectional override would show another name than the one that is
//! written, so both are refused rather than repaired.

use std::str::FromStr;

use lettre::Address;

use crate::action::{carried_address, is_plain_line, tidy};

/// One line of text, tidied; the error says which character cannot stand there.
pub(super) fn line(text: &str) -> Result<String, String> {
    if is_plain_line(text.trim()) {
        return Ok(text.trim().to_owned());
    }
    match text.trim().char_indices().find(|(_, c)| is_forbidden(*c)) {
        None => Ok(tidy(text)),
        Some((at, c)) => Err(forbidden(text.trim(), at, c)),
    }
}

/// The line that remains without what makes [`line`] refuse a text; none if it is not refused.
pub(super) fn without_forbidden(text: &str) -> Option<String> {
    line(text).is_err().then(|| tidy(&text.replace(is_forbidden, " "))).filter(|name| !name.is_empty())
}

/// Text that may have several lines, with `\n` between them.
pub(super) fn lines(text: &str) -> Result<String, String> {
    if is_plain_line(text.trim()) {
        return Ok(text.trim().to_owned());
    }
    let text = text.trim().replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{85}'], "\n");
    match text.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\n' | '\t')) {
        None => Ok(text),
        Some((at, c)) => Err(forbidden(&text, at, c)),
    }
}

fn is_forbidden(c: char) -> bool {
    is_line_break(c) || c.is_control() || is_override(c)
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides and isolates: Unicode Standard Annex 9, 2.
fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn forbidden(text: &str, at: usize, c: char) -> String {
    let (what, remedy) = if is_line_break(c) {
        ("a line break", "Write it on one line.")
    } else if is_override(c) {
        ("a character that changes the direction of writing", "Type it again without it.")
    } else {
        ("a control character", "Type it again without it.")
    };
    let code = u32::from(c);
    match text.get(..at).filter(|before| !before.is_empty()) {
        Some(before) => format!("There is {what} (U+{code:04X}) after {}. {remedy}", quoted(before)),
        None => format!("It starts with {what} (U+{code:04X}). {remedy}"),
    }
}

/// The text in quotation marks, short and without anything that could disturb a terminal.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out = String::from("\"");
    for (index, c) in text.chars().enumerate() {
        if index == LONGEST {
            out.push('…');
            break;
        }
        out.push(if c.is_control() || is_override(c) || is_line_break(c) { '\u{fffd}' } else { c });
    }
    out.push('"');
    out
}

/// An e-mail address, nothing around it (RFC 5321, 4.1.2, without the quoted local part), as every mail server carries it.
pub(super) fn email(text: &str) -> Result<String, String> {
    if text.contains(['<', '>']) {
        return Err(format!("{} is more than an e-mail address. Write the address alone.", quoted(text)));
    }
    if text.matches('@').count() > 1 && text.contains([';', ',', ' ']) {
        return Err(format!(
            "{} holds several addresses. Write one, and another under Second email.",
            quoted(text)
        ));
    }
    let odd = |c: char| c.is_whitespace() || c.is_control() || "\"(),:;\\[]".contains(c);
    let not = || format!("{} is not an e-mail address. Write it as in name@example.org.", quoted(text));
    if text.contains(odd) || Address::from_str(text).is_err() {
        return Err(not());
    }
    let carried = carried_address(text)?;
    if Address::from_str(&carried).is_err() { Err(not()) } else { Ok(carried.into_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_or_an_override_in_a_line_is_refused_by_its_code_point() {
        assert_eq!(
            line("Nominate\nBcc: all@example.org"),
            Err("There is a line break (U+000A) after \"Nominate\". Write it on one line.".to_owned())
        );
        for code in (0x202a..=0x202e).chain(0x2066..=0x2069) {
            let text = format!("a{}b", char::from_u32(code).unwrap());
            assert!(line(&text).is_err_and(|why| why.contains(&format!("U+{code:04X}"))), "U+{code:04X}");
        }
        assert!(line("a\u{0}b").unwrap_err().contains("a control character (U+0000)"));
        assert_eq!(line(" Olivier\u{a0} Dubuisson\n").as_deref(), Ok("Olivier Dubuisson"));
    }

    #[test]
    fn details_may_have_lines_but_no_control_characters() {
        assert_eq!(lines("one\r\ntwo\r").as_deref(), Ok("one\ntwo"));
        assert!(lines("one\u{7}").unwrap_err().contains("U+0007"));
    }

    #[test]
    fn an_address_is_nothing_but_an_address() {
        assert_eq!(email("olivier@example.org").as_deref(), Ok("olivier@example.org"));
        for wrong in [
            "olivier",
            "olivier@",
            "@example.org",
            "a b@example.org",
            "o@example..org",
            "o@exam_ple@x",
            "\"o\"@example.org",
        ] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
        assert_eq!(email("tsb@m\u{fc}nchen.example").as_deref(), Ok("tsb@xn--mnchen-3ya.example"));
        assert!(email("j\u{fc}rgen@example.org").unwrap_err().contains("unaccented letters"));
        assert!(email("O. Dubuisson <o@example.org>").unwrap_err().contains("alone"));
        assert!(email("a@example.org; b@example.org").unwrap_err().contains("Second email"));
    }
}
