//! What the document says: headings, paragraphs, tables.

use super::parts::{self, NAMESPACE};
use crate::{
    action::Language,
    report::{
        model::{Block, Report, Table},
        xml::{escaped, put},
    },
};

/// The width of the text on a page, in twentieths of a point: A4 with 2 cm at each side.
const TEXT_WIDTH: u32 = 11_906 - 2 * 1_134;

/// The share of the labels in the table at the head, in hundredths.
const LABELS: u32 = 18;

/// Characters of the longest name that is kept on one line.
const LONGEST_NAME: usize = 16;

/// Marks around what has a direction of its own; runs say that in a document.
const ISOLATES: [char; 4] = ['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];

pub(super) fn document(report: &Report) -> String {
    let pen = Pen { language: report.language };
    let mut out = format!("{}<w:document {NAMESPACE}><w:body>", parts::DECLARATION);
    pen.paragraph(&mut out, "Title", &report.title);
    pen.head(&mut out, report);
    for block in &report.blocks {
        match block {
            Block::Heading { level, text } => pen.paragraph(&mut out, &format!("Heading{level}"), text),
            Block::Text(text) => pen.paragraphs(&mut out, "Normal", text),
            Block::Table(table) => pen.table(&mut out, table),
        }
    }
    out.push_str("<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId3\"/>");
    out.push_str("<w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1134\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>");
    if report.language.is_right_to_left() {
        out.push_str("<w:bidi/>");
    }
    out.push_str("</w:sectPr></w:body></w:document>");
    out
}

/// Writes in one language.
pub(super) struct Pen {
    pub(super) language: Language,
}

impl Pen {
    /// A paragraph for each line.
    fn paragraphs(&self, out: &mut String, style: &str, text: &str) {
        for line in text.split('\n') {
            self.paragraph(out, style, line);
        }
    }

    fn paragraph(&self, out: &mut String, style: &str, text: &str) {
        let is_latin =
            self.language.is_right_to_left() && !text.is_empty() && !text.chars().any(is_right_to_left);
        if is_latin {
            // From left to right as it is, "17/03-i2" and not "i2-17/03", on the side on which every line begins.
            put(
                out,
                format_args!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/><w:jc w:val=\"right\"/></w:pPr>"),
            );
        } else {
            self.begin(out, style);
        }
        self.runs(out, text);
        out.push_str("</w:p>");
    }

    /// The beginning of a paragraph.
    pub(super) fn begin(&self, out: &mut String, style: &str) {
        out.push_str("<w:p><w:pPr><w:pStyle w:val=\"");
        out.push_str(style);
        out.push_str("\"/>");
        if self.language.is_right_to_left() {
            out.push_str("<w:bidi/>");
        }
        out.push_str("</w:pPr>");
    }

    /// The text in runs: in a language that is written from right to left, one for each direction.
    pub(super) fn runs(&self, out: &mut String, text: &str) {
        for part in text.split(ISOLATES).filter(|part| !part.is_empty()) {
            let is_backwards = self.language.is_right_to_left() && part.chars().any(is_right_to_left);
            out.push_str(if is_backwards { "<w:r><w:rPr><w:rtl/></w:rPr>" } else { "<w:r>" });
            let mut rest = part;
            while let Some(at) = hyphen_of_name(rest) {
                text_of_run(out, &rest[..at]);
                out.push_str("<w:noBreakHyphen/>");
                rest = &rest[at + 1..];
            }
            text_of_run(out, rest);
            out.push_str("</w:r>");
        }
    }

    /// The table at the head: labels and what stands beside them.
    fn head(&self, out: &mut String, report: &Report) {
        let widths = [TEXT_WIDTH * LABELS / 100, TEXT_WIDTH - TEXT_WIDTH * LABELS / 100];
        self.begin_table(out, "HeadTable", &widths);
        for line in &report.head {
            out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            self.cell(out, widths[0], "TableLabel", &line.label);
            self.cell(out, widths[1], "HeadText", &line.text);
            out.push_str("</w:tr>");
        }
        out.push_str("</w:tbl>");
        self.paragraph(out, "TableEnd", "");
    }

    fn table(&self, out: &mut String, table: &Table) {
        let widths: Vec<_> = table.columns.iter().map(|column| TEXT_WIDTH * column.share / 100).collect();
        self.begin_table(out, "ReportTable", &widths);
        out.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        for (column, width) in table.columns.iter().zip(&widths) {
            self.cell(out, *width, "TableHead", &column.header);
        }
        out.push_str("</w:tr>");
        for row in &table.rows {
            out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for (cell, width) in row.iter().zip(&widths) {
                self.cell(out, *width, "TableText", cell.said());
            }
            out.push_str("</w:tr>");
        }
        out.push_str("</w:tbl>");
        self.paragraph(out, "TableEnd", "");
    }

    fn begin_table(&self, out: &mut String, style: &str, widths: &[u32]) {
        put(out, format_args!("<w:tbl><w:tblPr><w:tblStyle w:val=\"{style}\"/>"));
        if self.language.is_right_to_left() {
            out.push_str("<w:bidiVisual/>");
        }
        let whole: u32 = widths.iter().sum();
        put(
            out,
            format_args!(
                "<w:tblW w:w=\"{whole}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>\
             <w:tblLook w:val=\"0020\" w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"0\" w:lastColumn=\"0\" \
             w:noHBand=\"1\" w:noVBand=\"1\"/></w:tblPr><w:tblGrid>"
            ),
        );
        for width in widths {
            put(out, format_args!("<w:gridCol w:w=\"{width}\"/>"));
        }
        out.push_str("</w:tblGrid>");
    }

    fn cell(&self, out: &mut String, width: u32, style: &str, text: &str) {
        put(out, format_args!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"));
        self.paragraphs(out, style, text);
        out.push_str("</w:tc>");
    }
}

fn text_of_run(out: &mut String, text: &str) {
    if !text.is_empty() {
        put(out, format_args!("<w:t xml:space=\"preserve\">{}</w:t>", escaped(text)));
    }
}

/// Where the first hyphen is at which a line must not end: one inside of a short name such as ITU-T or TSAG-LS23.
fn hyphen_of_name(text: &str) -> Option<usize> {
    let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    text.match_indices('-').map(|(at, _)| at).find(|at| {
        let (before, after) = (&text[..*at], &text[at + 1..]);
        let is_of_word = |c: char| c.is_alphanumeric() || c == '-' || c == '/';
        let begin = before.trim_end_matches(is_of_word).len();
        let end = at + 1 + after.len() - after.trim_start_matches(is_of_word).len();
        let word = &text[begin..end];
        word.len() <= LONGEST_NAME
            && word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.split(['-', '/']).all(|part| !part.is_empty() && part.chars().all(is_of_name))
    })
}

/// Letters of Hebrew, Arabic and their neighbours, and the presentation forms of Arabic.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_ends_at_the_hyphen_of_a_name() {
        for (text, at) in [("by ITU-T, soon", Some(6)), ("(TSAG-LS23)", Some(5)), ("ITU-T/JCA-AHF", Some(3))]
        {
            assert_eq!(hyphen_of_name(text), at, "{text}");
        }
        // Ordinary words, ranges, and what is too long for one line.
        for text in ["follow-up", "2017-06-23", "X-ray", "A - B", "ITU-T-AND-MANY-OTHERS", "-T", "é-T"] {
            assert_eq!(hyphen_of_name(text), None, "{text}");
        }
        let mut out = String::new();
        Pen { language: Language::English }.runs(&mut out, "to ITU-T & ITU-R");
        assert_eq!(
            out,
            "<w:r><w:t xml:space=\"preserve\">to ITU</w:t><w:noBreakHyphen/><w:t xml:space=\"preserve\">T &amp; ITU</w:t>\
             <w:noBreakHyphen/><w:t xml:space=\"preserve\">R</w:t></w:r>"
        );
    }
}
