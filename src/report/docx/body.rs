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
            out.push_str("<w:t xml:space=\"preserve\">");
            out.push_str(&escaped(part));
            out.push_str("</w:t></w:r>");
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

/// Letters of Hebrew, Arabic and their neighbours, and the presentation forms of Arabic.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}
