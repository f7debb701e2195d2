//! Names that no line of an HTML part ends in the middle of: a browser may break "ITU-T" at its hyphen, "MoU/MG" after its
//! slash and "IEC/SEG 8" before its number, and on the width of a telephone it does.
//!
//! A hyphen that does not break (U+2011) would be another character than the one that people look for and copy, so
//! the name is put into a `span` that says it. Of the text part, lines end at spaces only.

/// Characters of the longest name that is kept on one line; a longer reference has to break somewhere.
const LONGEST_NAME: usize = 16;

/// Characters of the longest name with its numbers: "ISO/IEC JTC 1/SC 35".
const LONGEST: usize = 24;

const BEGIN: &str = "<span style=\"white-space:nowrap\">";
const END: &str = "</span>";

/// Appends a line of HTML, its names kept whole. What looks like a style sheet or is the title of the page is left as it
/// is: a tag there would be shown, or be none.
pub(super) fn push(line: &str, out: &mut String) {
    if line.starts_with("<title") || memchr::memchr2(b'{', b'}', line.as_bytes()).is_some() {
        out.push_str(line);
        return;
    }
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        push_text(&rest[..at], out);
        let end = memchr::memchr(b'>', &rest.as_bytes()[at..]).map_or(rest.len(), |end| at + end + 1);
        out.push_str(&rest[at..end]);
        rest = &rest[end..];
    }
    push_text(rest, out);
}

/// Appends a text between two tags.
fn push_text(text: &str, out: &mut String) {
    if !may_hold_name(text) {
        return out.push_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte.is_ascii_uppercase()) {
        // A word begins where no character of one stands before it.
        let begin = at - rest.bytes().take(at).rev().take_while(|byte| is_of_word(*byte)).count();
        let end = begin + kept(&rest[begin..]).unwrap_or(0);
        out.push_str(&rest[..begin]);
        if end > begin {
            out.push_str(BEGIN);
            out.push_str(&rest[begin..end]);
            out.push_str(END);
            rest = &rest[end..];
        } else {
            let word = word_length(&rest[begin..]);
            out.push_str(&rest[begin..begin + word]);
            rest = &rest[begin + word..];
        }
    }
    out.push_str(rest);
}

/// Whether there is anything at which a name could break: most texts have nothing of the kind. All bytes are looked at,
/// which many at a time is faster than to stop at the first.
fn may_hold_name(text: &str) -> bool {
    text.bytes().fold(false, |any, byte| any | matches!(byte, b'-' | b'/' | b'0'..=b'9'))
}

/// How much of the text, which begins with a word, has to stay on one line; none if a line ends in it nowhere.
fn kept(text: &str) -> Option<usize> {
    let mut length = name_length(text);
    let has_break = text[..length].trim_matches(['-', '/']).contains(['-', '/']);
    let is_name = length <= LONGEST_NAME && !text[..length].contains(['@', ':']);
    if !is_name {
        return None;
    }
    let alone = length;
    while let Some(number) = number_after(text, length).filter(|number| length + number <= LONGEST) {
        length += number;
    }
    (has_break || length > alone).then_some(length)
}

/// The length of " 8" when an abbreviation that ends here is followed by it.
fn number_after(text: &str, end: usize) -> Option<usize> {
    let word = text[..end].rsplit(' ').next().unwrap_or_default();
    let is_short = word.len() > 1 && word.bytes().all(|byte| !byte.is_ascii_lowercase());
    let after = text[end..].strip_prefix(' ')?;
    let is_numbered = is_short && word.ends_with(|c: char| c.is_ascii_uppercase());
    (is_numbered && after.starts_with(|c: char| c.is_ascii_digit())).then(|| 1 + name_length(after))
}

/// The length of the word that a text begins with.
fn word_length(text: &str) -> usize {
    text.bytes().take_while(|byte| is_of_word(*byte)).count()
}

/// The same without the end of the sentence.
fn name_length(text: &str) -> usize {
    text[..word_length(text)].trim_end_matches(['.', ':']).len()
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/' | b'.' | b'+' | b':' | b'@' | b'_')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_that_is_passed_over_holds_no_name(text in "[A-Za-z .:@_+\u{e9}\u{8bf7}]{0,60}") {
            prop_assert!(!may_hold_name(&text));
            prop_assert!((0..text.len()).filter(|at| text.is_char_boundary(*at)).all(|at| super::kept(&text[at..]).is_none()));
        }
    }

    fn pushed(line: &str) -> String {
        let mut out = String::new();
        push(line, &mut out);
        out
    }

    /// As [`pushed`], what is kept in brackets.
    fn kept(line: &str) -> String {
        pushed(line).replace(BEGIN, "[").replace(END, "]")
    }

    #[test]
    fn a_name_is_not_broken_at_its_hyphen_its_slash_or_before_its_number() {
        for (line, expected) in [
            ("asked of ITU-T, which", "asked of [ITU-T], which"),
            ("<p>ITU-T</p><p>d’ITU-T.", "<p>[ITU-T]</p><p>d’[ITU-T]."),
            ("至ITU-T驻MoU/MG代表", "至[ITU-T]驻[MoU/MG]代表"),
            ("to IEC/SEG 8: ISO/TC 307 (JCA-AHF)", "to [IEC/SEG 8]: [ISO/TC 307] ([JCA-AHF])"),
            ("from ISO/IEC JTC 1/SC 35/WG 6", "from [ISO/IEC] [JTC 1/SC 35/WG 6]"),
            ("SG 17 and SG17 of TSAG", "[SG 17] and SG17 of TSAG"),
            ("(Europe/Zurich, UTC+02:00)", "([Europe/Zurich], UTC+02:00)"),
        ] {
            assert_eq!(kept(line), expected);
        }
    }

    #[test]
    fn what_is_no_name_breaks_where_it_can() {
        for line in [
            "https://www.example.int/ITU-T/A-B and tsb-A@example.int",
            "TSAG-R12-AI-2017-04/Rev.2",
            "17/06, 26-27 April 2017, in June 2017",
            "e-business and/or A 4",
            "<a href=\"https://example.int/ITU-T\" title=\"IEC/SEG 8\">here</a>",
            "<title>17/06: an ITU-T representative</title>",
            ".ITU-T { font-family: A-B; }",
            "<p unfinished ITU-T",
            "A- -B ITU-",
        ] {
            assert_eq!(pushed(line), line);
        }
    }
}
