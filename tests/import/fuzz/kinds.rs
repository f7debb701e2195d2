//! Pieces that mean something to a reader of reports, and where a report of each kind is damaged.

use super::pdf;
use crate::damaged::{Dice, Pieces, damage, in_a_part};

/// Pieces that mean something to a reader of this kind, or to the rules.
pub(crate) fn pieces(kind: &str) -> Pieces {
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
        return in_a_part(pieces(kind), whole, dice);
    }
    if kind == "pdf"
        && dice.below(5) > 0
        && let Some(bytes) = pdf::damaged(whole, dice)
    {
        return bytes;
    }
    let mut bytes = whole.to_vec();
    damage(pieces(kind), &mut bytes, dice);
    bytes
}
