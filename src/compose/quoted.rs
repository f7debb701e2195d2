//! Quoted-printable (RFC 2045, 6.7) in one pass: most of a letter's cost was here when it was
//! done character by character.

/// Characters of an encoded line, without its end (RFC 2045, 6.7, rule 5).
const WIDTH: usize = 76;

/// Characters that a line of any message may have, without its end (RFC 5322, 2.1.1).
const LONGEST: usize = 998;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// How a body best becomes seven bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// It is, as it stands.
    SevenBit,
    /// Mostly ASCII.
    QuotedPrintable,
    /// Mostly not ASCII: Chinese, Arabic, Russian.
    Base64,
}

/// What there is to encode in a text of lines that end with `\n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Survey {
    bytes: usize,
    /// Bytes that are not ASCII.
    other: usize,
    /// Whether every line may stand as it is: none is too long, and each ends with something that can be seen.
    is_narrow: bool,
}

impl Survey {
    pub(super) fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self { bytes: text.len(), other: 0, is_narrow: is_narrow(text.as_bytes()) };
        }
        let other = text.bytes().filter(|byte| !byte.is_ascii()).count();
        Self { bytes: text.len(), other, is_narrow: false }
    }

    /// The encoding for such a text.
    pub(super) fn encoding(self) -> Encoding {
        match self {
            Self { other: 0, is_narrow: true, .. } => Encoding::SevenBit,
            Self { bytes, other, .. } if other * 6 > bytes => Encoding::Base64,
            _ => Encoding::QuotedPrintable,
        }
    }
}

/// Whether no line is too long, and each ends with something that can be seen.
fn is_narrow(text: &[u8]) -> bool {
    // All of it is looked at, which many bytes at a time is faster than line by line.
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t');
    let ends_blank = |(&byte, &next): (&u8, &u8)| next == b'\n' && is_blank(byte);
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    let blank_end = pairs.fold(false, |any, pair| any | ends_blank(pair));
    if blank_end || text.last().copied().is_some_and(is_blank) {
        return false;
    }
    text.len() <= LONGEST || lines(text).all(|line| line.len() <= LONGEST)
}

/// Of texts that follow each other.
impl std::iter::Sum for Survey {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        let none = Self { bytes: 0, other: 0, is_narrow: true };
        parts.fold(none, |sum, part| Self {
            bytes: sum.bytes + part.bytes,
            other: sum.other + part.other,
            is_narrow: sum.is_narrow && part.is_narrow,
        })
    }
}

/// Appends a text of lines that end with `\n`, encoded; the encoded ones end with CRLF.
pub(super) fn encode(text: &str, out: &mut Vec<u8>) {
    join_lines(text, out, encode_line);
}

/// Appends the lines of a text with CRLF between them, each as `write` writes it.
pub(super) fn join_lines(text: &str, out: &mut Vec<u8>, write: impl Fn(&[u8], &mut Vec<u8>)) {
    for (index, line) in lines(text.as_bytes()).enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\r\n");
        }
        write(line, out);
    }
}

/// As `split('\n')`, many bytes at a time.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = memchr::memchr(b'\n', text);
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

fn encode_line(line: &[u8], out: &mut Vec<u8>) {
    let mut rest = line;
    let mut room = WIDTH;
    while let Some(first) = rest.first() {
        // One byte more than there is room for says that all of it is too much.
        let plain = plain_start(&rest[..rest.len().min(room + 1)]);
        // White space at the end of a line would be lost on the way.
        let plain =
            if plain == rest.len() && matches!(rest.last(), Some(b' ' | b'\t')) { plain - 1 } else { plain };
        let taken = plain.max(1);
        let width = if plain == 0 { 3 } else { plain };
        // A line that goes on needs room for the soft break.
        let left = if taken == rest.len() { room } else { room - 1 };
        if width > left {
            // What is plain can be parted; what is escaped starts a line of its own.
            let fits = if plain == 0 { 0 } else { room - 1 };
            out.extend_from_slice(&rest[..fits]);
            out.extend_from_slice(b"=\r\n");
            rest = &rest[fits..];
            room = WIDTH;
            continue;
        }
        if plain == 0 {
            out.extend_from_slice(&[b'=', HEX[usize::from(first >> 4)], HEX[usize::from(first & 15)]]);
        } else {
            out.extend_from_slice(&rest[..plain]);
        }
        room -= width;
        rest = &rest[taken..];
    }
}

/// How many bytes at the start are plain, looked at eight by eight: in each word, the highest bit
/// of the first byte that may not be plain is set, and of none before it.
fn plain_start(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGHEST: u64 = ONES << 7;
    let mut at = 0;
    while let Some(word) = bytes[at..].first_chunk::<8>() {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * u64::from(b' ')) & !word;
        let equals = word ^ (ONES * u64::from(b'='));
        let equals = equals.wrapping_sub(ONES) & !equals;
        let delete_or_not_ascii = word.wrapping_add(ONES) | word;
        match (control | equals | delete_or_not_ascii) & HIGHEST {
            0 => at += 8,
            found => {
                at += found.trailing_zeros() as usize / 8;
                if !is_plain(bytes[at]) {
                    return at;
                }
                at += 1;
            }
        }
    }
    let rest = &bytes[at..];
    at + rest.iter().position(|byte| !is_plain(*byte)).unwrap_or(rest.len())
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'<' | b'>'..=b'~')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(encoded: &[u8]) -> String {
        let mut message = b"Content-Transfer-Encoding: quoted-printable\r\n\
                            Content-Type: text/plain; charset=utf-8\r\n\r\n"
            .to_vec();
        message.extend_from_slice(encoded);
        let message = mail_parser::MessageParser::new().parse(&message).unwrap();
        message.body_text(0).unwrap().replace("\r\n", "\n")
    }

    fn encode(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        super::encode(text, &mut out);
        out
    }

    #[test]
    fn every_byte_that_is_not_plain_is_found_wherever_it_stands() {
        for before in 0..20 {
            for byte in 0..=u8::MAX {
                let bytes = [&vec![b'a'; before][..], &[byte], b"=======\xff\0aaaaaaaa"].concat();
                let plain = if is_plain(byte) { before + 1 } else { before };
                assert_eq!(plain_start(&bytes), plain, "{byte} after {before}");
            }
        }
    }

    #[test]
    fn what_is_plain_stays_readable_and_the_rest_is_escaped() {
        assert_eq!(encode("a=b \u{e9}\nx "), b"a=3Db =C3=A9\r\nx=20");
        assert_eq!(encode(&"a".repeat(76)).len(), 76, "a whole line needs no break");
        assert_eq!(encode(&"a".repeat(77)), [&[b'a'; 75][..], b"=\r\naa"].concat());
    }

    #[test]
    fn the_encoding_is_chosen_by_what_there_is_to_encode() {
        let encoding = |text: &str| Survey::of(text).encoding();
        assert_eq!(encoding("short\nlines\n"), Encoding::SevenBit);
        assert_eq!(encoding(&"a".repeat(998)), Encoding::SevenBit);
        assert_eq!(encoding(&"a".repeat(999)), Encoding::QuotedPrintable);
        assert_eq!(encoding("a \nb"), Encoding::QuotedPrintable);
        assert_eq!(encoding("caf\u{e9} and more"), Encoding::QuotedPrintable);
        assert_eq!(encoding("\u{8bf7}\u{63d0}\u{540d}"), Encoding::Base64);
    }

    /// As [`is_narrow`], line by line.
    fn is_narrow_slowly(text: &str) -> bool {
        text.split('\n').all(|line| line.len() <= LONGEST && !line.ends_with([' ', '\t']))
    }

    proptest! {
        #[test]
        fn what_may_stand_as_it_is_is_found_whatever_the_lines(
            lines in proptest::collection::vec(("[a-z]{0,3}", 0_usize..1001, "[ \t]{0,2}"), 0..4),
        ) {
            let lines: Vec<_> =
                lines.iter().map(|(text, more, end)| format!("{text}{}{end}", "x".repeat(*more))).collect();
            let text = lines.join("\n");
            prop_assert_eq!(is_narrow(text.as_bytes()), is_narrow_slowly(&text));
        }

        #[test]
        fn a_parser_reads_back_what_was_written(text in "(\\PC{0,120}\n){0,4}[!-~\u{e9}]") {
            let encoded = encode(&text);
            prop_assert_eq!(decoded(&encoded), text);
            for line in encoded.split(|byte| *byte == b'\n') {
                prop_assert!(line.is_ascii() && line.len() <= 77);
            }
        }
    }
}
