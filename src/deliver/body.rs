//! A letter's text as it goes over the wire (RFC 5321, 4.5.2).

/// Appends the letter, dot-stuffed and ended by the final dot, to `out`.
///
/// A line end that is not CRLF becomes one: a bare CR or LF around a dot is read as the end of the
/// letter by some servers and not by others, and what follows it as commands.
pub(super) fn stuff(letter: &[u8], out: &mut Vec<u8>) {
    out.reserve(letter.len() + letter.len() / 64 + 8);
    if has_whole_line_ends(letter) {
        stuff_dots(letter, out);
        return;
    }
    let mut rest = letter;
    while !rest.is_empty() {
        if rest.first() == Some(&b'.') {
            out.push(b'.');
        }
        let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = tail.strip_prefix(b"\r\n").or_else(|| tail.get(1..)).unwrap_or_default();
    }
    out.extend_from_slice(b".\r\n");
}

/// Whether every line ends with CRLF, the last one too, as in all letters of our own.
fn has_whole_line_ends(letter: &[u8]) -> bool {
    let Some((first, after)) = letter.split_first() else { return false };
    // All of them are looked at, which many at a time is faster than to stop at the first.
    let is_whole = |(&byte, &next): (&u8, &u8)| (byte == b'\r') == (next == b'\n');
    let all_whole = letter.iter().zip(after).fold(true, |all, pair| all & is_whole(pair));
    *first != b'\n' && letter.ends_with(b"\n") && all_whole
}

/// As [`stuff`], for a letter with such line ends: only dots are to be found.
fn stuff_dots(letter: &[u8], out: &mut Vec<u8>) {
    if letter.first() == Some(&b'.') {
        out.push(b'.');
    }
    let mut done = 0;
    for at in memchr::memmem::find_iter(letter, b"\n.") {
        out.extend_from_slice(&letter[done..=at]);
        out.push(b'.');
        done = at + 1;
    }
    out.extend_from_slice(&letter[done..]);
    out.extend_from_slice(b".\r\n");
}

/// The letter with the line ends of local files: LF.
pub(super) fn with_line_feeds(letter: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(letter.len());
    for line in letter.split_inclusive(|&b| b == b'\n') {
        match line.strip_suffix(b"\r\n") {
            Some(text) => {
                out.extend_from_slice(text);
                out.push(b'\n');
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stuffed(letter: &str) -> String {
        let mut out = Vec::new();
        stuff(letter.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn dots_at_line_starts_are_doubled_and_the_final_dot_is_added() {
        assert_eq!(stuffed("a\r\n.b\r\n..\r\nc.\r\n"), "a\r\n..b\r\n...\r\nc.\r\n.\r\n");
        assert_eq!(stuffed(".\r\n"), "..\r\n.\r\n");
        assert_eq!(stuffed("no line end"), "no line end\r\n.\r\n");
        assert_eq!(stuffed("a\r\n\r\n"), "a\r\n\r\n.\r\n");
        assert_eq!(stuffed(""), ".\r\n");
        assert_eq!(stuffed("\n.a\r\n"), "\r\n..a\r\n.\r\n");
        assert_eq!(stuffed("a\r\n\r"), "a\r\n\r\n.\r\n");
    }

    #[test]
    fn no_line_end_within_the_letter_can_be_taken_for_its_end() {
        for end in ["\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r\n.\r\n"] {
            let wire = stuffed(&format!("a{end}MAIL FROM:<x@example.org>\r\n"));
            assert_eq!(wire.matches("\r\n.\r\n").count(), 1, "{end:?}");
            assert!(wire.ends_with("\r\n.\r\n"));
            assert_eq!(wire.replace("\r\n", "").matches(['\r', '\n']).count(), 0, "{end:?}");
        }
    }

    #[test]
    fn files_have_plain_line_feeds() {
        assert_eq!(with_line_feeds(b"a\r\n\r\nb\r\n"), b"a\n\nb\n");
        assert_eq!(with_line_feeds(b"a\r\nb"), b"a\nb");
    }
}
