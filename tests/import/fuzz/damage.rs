//! Damage that a file may come with, by the number of a seed.

use std::io::{Cursor, Read as _, Write as _};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A generator that gives the same numbers each time (xorshift64*).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap() % most.max(1)
    }
}

/// Pieces that mean something to a reader of this kind, or to the rules.
pub(crate) fn pieces(kind: &str) -> &'static [&'static str] {
    match kind {
        "docx" => &[
            "<w:p>",
            "</w:p>",
            "<w:tbl>",
            "<w:tr><w:tc>",
            "<w:gridSpan w:val=\"4294967296\"/>",
            "<w:vMerge/>",
            "<w:numPr><w:ilvl w:val=\"99\"/><w:numId w:val=\"1\"/></w:numPr>",
            "<w:outlineLvl w:val=\"-1\"/>",
            "<w:br w:type=\"page\"/>",
            "<w:del>",
            "<w:txbxContent>",
            "&#x110000;",
            "<!--",
        ],
        "odt" => &[
            "<text:p>",
            "<table:table>",
            "<table:table-cell table:number-columns-repeated=\"4294967295\" table:number-rows-spanned=\"4294967295\">",
            "<table:covered-table-cell/>",
            "<text:s text:c=\"4294967295\"/>",
            "<text:list>",
            "<text:list-item>",
            "<text:h text:outline-level=\"999\">",
            "<text:soft-page-break/>",
        ],
        "html" => &[
            "<table>",
            "<td colspan=\"4294967295\" rowspan=\"4294967295\">",
            "</td>",
            "<ol start=\"-2147483648\"><li>",
            "<!--",
            "<script>",
            "&#x110000;",
            "&nbsp",
            "<h1>",
            "<",
            "<pre>",
        ],
        "eml" => &[
            "Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "Content-Type: message/rfc822\r\n\r\n",
            "--x--\r\n",
            "Subject: =?utf-8?B?////?=\r\n",
            "\r\n\r\n",
        ],
        "pdf" => &[
            "<<",
            ">>",
            "[",
            " 4294967296 ",
            "/Length 4294967295",
            "/Kids [1 0 R 2 0 R 3 0 R]",
            "/Predictor 15 /Columns 2147483647 /Colors 255",
            "/Filter [/FlateDecode /FlateDecode /LZWDecode /ASCII85Decode]",
            "/Count -1",
            "/Parent 2 0 R",
            "/W [8 8 8]",
            "endobj",
            "endstream",
            "startxref\n0\n%%EOF",
        ],
        _ => &[
            "|",
            "\t",
            "\n\n",
            "\u{c}",
            "+----+----+\n",
            "99999999999999999999",
            "2018/13/45",
            "AI 1/1 (for action): ",
            "Resolution 17/06\n",
            "the meeting invites SG17 to invite SG13 to ",
            " by mid-",
            " weeks before the next meeting",
            "第2018年13月32日",
            "\u{202e}",
            "İ",
        ],
    }
}

/// The file with some damage; most of the time it is in a part of an archive, or in an object of a PDF.
pub(super) fn damaged(kind: &str, whole: &[u8], dice: &mut Dice) -> Vec<u8> {
    if matches!(kind, "docx" | "odt") && dice.below(4) > 0 {
        return in_a_part(kind, whole, dice);
    }
    if kind == "pdf"
        && dice.below(5) > 0
        && let Some(bytes) = super::pdf::damaged(whole, dice)
    {
        return bytes;
    }
    let mut bytes = whole.to_vec();
    damage(kind, &mut bytes, dice);
    bytes
}

/// Bytes changed, cut out, doubled, moved or cut off, and pieces put in.
fn damage(kind: &str, bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len());
        let end = (at + dice.below(64)).min(bytes.len());
        match dice.below(16) {
            0 => bytes.truncate(at.max(4)),
            1..=3 => drop(bytes.drain(at..end)),
            4..=6 => {
                let (piece, place) = (bytes[at..end].to_vec(), dice.below(bytes.len()));
                bytes.splice(place..place, piece);
            }
            7..=10 => {
                let piece = pieces(kind)[dice.below(pieces(kind).len())];
                let times = if dice.below(8) == 0 { 1 << dice.below(13) } else { 1 };
                bytes.splice(at..at, piece.repeat(times).into_bytes());
            }
            _ => {
                let byte = u8::try_from(dice.below(256)).unwrap();
                if let Some(one) = bytes.get_mut(at) {
                    *one = byte;
                }
            }
        }
    }
}

/// The archive with one part damaged, and whole otherwise.
fn in_a_part(kind: &str, whole: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(whole)).unwrap();
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        parts.push((part.name().unwrap().into_owned(), bytes));
    }
    // Most of what a report says is in one part: it is the one that is damaged, most of the time.
    let largest = (0..parts.len()).max_by_key(|at| parts[*at].1.len()).unwrap();
    let chosen = if dice.below(3) == 0 { dice.below(parts.len()) } else { largest };
    damage(kind, &mut parts[chosen].1, dice);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file(name, stored).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
