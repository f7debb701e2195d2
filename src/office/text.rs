//! The encodings in which office programs save text files.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A text file as text.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The text, without a byte order mark.
    pub(crate) text: String,
    /// What it is encoded in.
    encoding: &'static Encoding,
    /// How long its byte order mark is.
    mark: usize,
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

/// An encoding of texts.
pub(crate) type TextEncoding = &'static Encoding;

/// So many letters beyond ASCII are evidence for a rarer encoding of Latin letters than Windows-1252. With fewer the
/// letters of French and German words look as likely in others: "Jeûne" would be "Jeūne". Letters that these do not have
/// are evidence at once: what would be "Wa³êsa" is "Wałęsa".
const ENOUGH: usize = 16;

/// What bytes that are no Unicode say about their encoding: those of a file, or of several that the same program saved.
pub(crate) struct Evidence {
    detector: EncodingDetector,
    letters: usize,
    /// Whether in Windows-1252 all of them are what French, German, Spanish and Italian are written with.
    are_western: bool,
}

/// The letters of French, German, Spanish and Italian that are not ASCII, and the signs in their texts.
const WESTERN: &str = "àâäáçèéêëìíîïñòóôöœùúûüßÀÂÄÁÇÈÉÊËÌÍÎÏÑÒÓÔÖŒÙÚÛÜ«»‹›“”„‘’‚–—…•·¿¡°€£§©®ªº\u{a0}\u{ad}";

impl Evidence {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self { detector: EncodingDetector::new(Iso2022JpDetection::Deny), letters: 0, are_western: true }
    }

    /// Takes in a file, unless it says itself what it is.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        if unicode(bytes).is_none() {
            self.detector.feed(bytes, false);
            self.letters += bytes.iter().filter(|byte| !byte.is_ascii()).count();
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            self.are_western &= text.chars().all(|c| c.is_ascii() || WESTERN.contains(c));
        }
    }

    /// The encoding that is most likely.
    pub(crate) fn encoding(mut self) -> TextEncoding {
        self.detector.feed(&[], true);
        let western = self.detector.guess(Some(b"ch"), Utf8Detection::Deny);
        if western == WINDOWS_1252 && self.letters < ENOUGH && self.are_western {
            return western;
        }
        self.detector.guess(None, Utf8Detection::Deny)
    }
}

/// The text of a file: what a byte order mark says; else UTF-8 if it is that; else what its
/// letters make likely (Windows-1252 for Western Europe).
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Decoded, Undecodable> {
    decode_as(bytes, || None)
}

/// The same of one of several files: what has to be guessed is what they together make likely, if it fits this one.
pub(crate) fn decode_as(
    bytes: Vec<u8>,
    together: impl FnOnce() -> Option<TextEncoding>,
) -> Result<Decoded, Undecodable> {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if !text.starts_with('\u{feff}') && utf_16_without_mark(text.as_bytes()).is_none() => {
            return Ok(Decoded { text, encoding: UTF_8, mark: 0, guessed: None });
        }
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    if let Some((encoding, mark)) = unicode(&bytes) {
        return strict(encoding, &bytes[mark..]).map(|decoded| Decoded { mark, ..decoded });
    }
    let guessed = |encoding: &'static Encoding| {
        strict(encoding, &bytes).map(|decoded| Decoded { guessed: Some(encoding.name()), ..decoded })
    };
    if let Some(Ok(decoded)) = together().map(guessed) {
        return Ok(decoded);
    }
    let mut evidence = Evidence::new();
    evidence.take(&bytes);
    guessed(evidence.encoding())
}

/// A text in the encoding of a file that was `decoded` from `original`, with its byte order mark if it has one. The error
/// says in a sentence why that is not possible.
pub(crate) fn encode_like(original: &[u8], decoded: &Decoded, text: &str) -> Result<Vec<u8>, String> {
    let encoding = decoded.encoding;
    let mut out = original.get(..decoded.mark).unwrap_or_default().to_vec();
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

/// The encoding of a file that is Unicode, and how long its byte order mark is; also if some of its bytes are damaged.
fn unicode(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(bytes)
        .or_else(|| utf_16_without_mark(bytes).map(|encoding| (encoding, 0)))
        .or_else(|| (std::str::from_utf8(bytes).is_ok() || is_broken_utf_8(bytes)).then_some((UTF_8, 0)))
}

/// The text, if every byte of it is good.
fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Result<Decoded, Undecodable> {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(Decoded { text: text.into_owned(), encoding, mark: 0, guessed: None });
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
        let (windows, _, _) = WINDOWS_1252.encode(TEXT);
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
            assert_eq!(encode_like(&file, &decoded, TEXT).unwrap(), file, "file {number}");
            assert_eq!(decoded.guessed, (number == 6).then_some("windows-1252"));
        }
    }

    #[test]
    fn a_few_french_words_are_windows_1252_and_many_words_of_others_are_not() {
        let guessed = |encoding: &'static Encoding, text: &str| {
            let (bytes, _, _) = encoding.encode(text);
            decode(bytes.into_owned()).unwrap().guessed
        };
        for text in ["Geneva;Jeûne genevois", "Fête nationale", "Noël;Pâques", "Málaga", "naïve", "être"]
        {
            assert_eq!(guessed(WINDOWS_1252, text), Some("windows-1252"), "{text}");
        }
        let polish = "Małgorzata Wałęsa;Łódź;Główny Urząd Miar;Święto Niepodległości;Żółć;Kraków;Poznań";
        assert_eq!(guessed(encoding_rs::WINDOWS_1250, polish), Some("windows-1250"));
        assert_eq!(guessed(encoding_rs::WINDOWS_1251, "Петров"), Some("windows-1251"));
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
