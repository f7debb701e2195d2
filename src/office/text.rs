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
    good > bad
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
            let decoded = decode(file).unwrap();
            assert_eq!(decoded.text, TEXT, "file {number}");
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
