//! Quoted-printable (RFC 2045, 6.7) in one pass: most of a letter's cost was here when it was
//! done character by character.

/// Characters of an encoded line, without its end (RFC 2045, 6.7, rule 5).
const WIDTH: usize = 76;

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

/// The encoding for a text of lines that end with `\n`.
pub(super) fn encoding(text: &str) -> Encoding {
    let other = text.bytes().filter(|byte| !byte.is_ascii()).count();
    if other * 6 > text.len() {
        return Encoding::Base64;
    }
    let short = text.split('\n').all(|line| line.len() <= WIDTH && !line.ends_with([' ', '\t']));
    if other == 0 && short { Encoding::SevenBit } else { Encoding::QuotedPrintable }
}

/// Encodes a text of lines that end with `\n`; the encoded ones end with CRLF.
pub(super) fn encode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.extend_from_slice(b"\r\n");
        }
        encode_line(line.as_bytes(), &mut out);
    }
    out
}

fn encode_line(line: &[u8], out: &mut Vec<u8>) {
    let mut start = out.len();
    for (index, byte) in line.iter().copied().enumerate() {
        let last = index + 1 == line.len();
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !last);
        // A line that goes on ends with one more character, the soft break.
        let room = if last { WIDTH } else { WIDTH - 1 };
        if out.len() - start + if plain { 1 } else { 3 } > room {
            out.extend_from_slice(b"=\r\n");
            start = out.len();
        }
        if plain {
            out.push(byte);
        } else {
            out.extend_from_slice(&[b'=', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
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

    #[test]
    fn what_is_plain_stays_readable_and_the_rest_is_escaped() {
        assert_eq!(encode("a=b \u{e9}\nx "), b"a=3Db =C3=A9\r\nx=20");
        assert_eq!(encode(&"a".repeat(76)).len(), 76, "a whole line needs no break");
        assert_eq!(encode(&"a".repeat(77)), [&[b'a'; 75][..], b"=\r\naa"].concat());
    }

    #[test]
    fn the_encoding_is_chosen_by_what_there_is_to_encode() {
        assert_eq!(encoding("short\nlines\n"), Encoding::SevenBit);
        assert_eq!(encoding(&"a".repeat(100)), Encoding::QuotedPrintable);
        assert_eq!(encoding("caf\u{e9} and more"), Encoding::QuotedPrintable);
        assert_eq!(encoding("\u{8bf7}\u{63d0}\u{540d}"), Encoding::Base64);
    }

    proptest! {
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
