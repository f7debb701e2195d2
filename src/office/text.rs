//! The encodings in which office programs save text files.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A text file as text.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The text, without a byte order mark.
    pub(crate) text: String,
    /// The encoding, where it could only be guessed.
    pub(crate) guessed: Option<&'static str>,
}

/// Bytes that are no text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Undecodable {
    /// The line of the first that is none, from 1.
    pub(crate) line: u32,
    /// What the text should have been.
    pub(crate) encoding: &'static str,
}

/// The text of a file: what a byte order mark says; else UTF-8 if it is that; else what its
/// letters make likely (Windows-1252 for Western Europe).
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Decoded, Undecodable> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return strict(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = utf_16_without_mark(&bytes) {
        return strict(encoding, &bytes);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text, guessed: None }),
        Err(error) => error.into_bytes(),
    };
    if is_broken_utf_8(&bytes) {
        return strict(UTF_8, &bytes);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let decoded = strict(encoding, &bytes)?;
    Ok(Decoded { guessed: Some(encoding.name()), ..decoded })
}

/// A text in the encoding of a file that [`decode`] reads, with its byte order mark if it has one. The error says in a
/// sentence why that is not possible.
pub(crate) fn encode_like(original: &[u8], text: &str) -> Result<Vec<u8>, String> {
    let (encoding, mark) = encoding_of(original);
    let mut out = original.get(..mark).unwrap_or_default().to_vec();
    let units = text.encode_utf16();
    if encoding == UTF_16LE {
        out.extend(units.flat_map(u16::to_le_bytes));
    } else if encoding == UTF_16BE {
        out.extend(units.flat_map(u16::to_be_bytes));
    } else {
        let (bytes, _, is_lossy) = encoding.encode(text);
        if is_lossy {
            return Err(format!(
                "The file is in {}, which has no sign for some letters of what is to be written. Save it as CSV UTF-8.",
                encoding.name()
            ));
        }
        out.extend_from_slice(&bytes);
    }
    Ok(out)
}

/// The encoding of a file, and how long its byte order mark is.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    if let Some(known) = Encoding::for_bom(bytes) {
        return known;
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return (encoding, 0);
    }
    if std::str::from_utf8(bytes).is_ok() || is_broken_utf_8(bytes) {
        return (UTF_8, 0);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    (detector.guess(None, Utf8Detection::Deny), 0)
}

/// The text, if every byte of it is good.
fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Result<Decoded, Undecodable> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(Decoded { text: text.into_owned(), guessed: None });
    }
    let (lossy, _) = encoding.decode_without_bom_handling(bytes);
    let before = lossy.split('\u{fffd}').next().unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Err(Undecodable { line: u32::try_from(line).unwrap_or(u32::MAX), encoding: encoding.name() })
}

/// UTF-16 of mostly Latin text has a zero in every other byte.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..bytes.len().min(200))?;
    let zeros = |first: usize| start.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let most = start.len() / 3;
    match (zeros(0), zeros(1)) {
        (0, odd) if odd > most => Some(UTF_16LE),
        (even, 0) if even > most => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-8 with some bad bytes, rather than another encoding: most of what is not ASCII is good.
fn is_broken_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    // In another encoding hardly two bytes in a row happen to be UTF-8.
    good >= bad
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Ref;Title\n17/06;Désigner un représentant à la CEI\n";

    fn utf_16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_text_is_the_same_in_each_encoding() {
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(TEXT);
        let marked = format!("\u{feff}{TEXT}");
        let files = [
            TEXT.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf_16(&marked, u16::to_le_bytes),
            utf_16(&marked, u16::to_be_bytes),
            utf_16(TEXT, u16::to_le_bytes),
            utf_16(TEXT, u16::to_be_bytes),
            windows.into_owned(),
        ];
        for (number, file) in files.into_iter().enumerate() {
            let decoded = decode(file.clone()).unwrap();
            assert_eq!(decoded.text, TEXT, "file {number}");
            assert_eq!(encode_like(&file, TEXT).unwrap(), file, "file {number}");
            assert_eq!(decoded.guessed, (number == 6).then_some("windows-1252"));
        }
    }

    #[test]
    fn bad_bytes_are_told_with_their_line() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes.extend_from_slice(b"\xff");
        assert_eq!(decode(bytes).unwrap_err(), Undecodable { line: 3, encoding: "UTF-8" });
        let mut marked = "\u{feff}a\n".as_bytes().to_vec();
        marked.push(0xe9);
        assert_eq!(decode(marked).unwrap_err().line, 2);
        assert_eq!(decode(vec![0xff, 0xfe, b'a']).unwrap_err().encoding, "UTF-16LE");
    }
}
