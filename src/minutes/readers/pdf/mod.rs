//! PDF with text (ISO 32000): every character with its position, put together to lines and columns again.
//!
//! The library that takes the file apart may panic or overflow its stack on a hostile one. Panics are caught here; the
//! command line reads reports in a process of their own with bounds on time and memory, for what cannot be caught.

mod lines;

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, MediaBox, Object, OutputDev, OutputError, Transform, output_doc};

use super::{Refused, lines::lay_out};
use crate::minutes::document::Builder;
use lines::Glyph;

/// A page is longer than a book beyond this.
const MOST_GLYPHS: usize = 20_000_000;

/// Reads a PDF.
pub(super) fn read(bytes: &[u8], builder: &mut Builder) -> Result<(), Refused> {
    let damaged = || {
        Refused::because(
            "The PDF is damaged, or was cut off while it was saved. Save it again, or save the report as .docx.",
        )
    };
    let pages = catch_unwind(AssertUnwindSafe(|| pages(bytes))).map_err(|_| damaged())??;
    let count = pages.len();
    let lines = lines::lines(pages);
    if lines.iter().all(|line| line.pieces.is_empty()) {
        let pages = if count == 1 { "page".to_owned() } else { format!("{count} pages") };
        return Err(Refused::because(format!(
            "The PDF has no text on its {pages}: it is probably a scan. Run text recognition (OCR) on it, or ask for the document \
             that was scanned."
        )));
    }
    lay_out(&lines, builder);
    Ok(())
}

fn pages(bytes: &[u8]) -> Result<Vec<Vec<Glyph>>, Refused> {
    let unreadable =
        || Refused::because("The PDF cannot be read. Save it again, or save the report as .docx.");
    let mut document = Document::load_mem(bytes).map_err(|_| unreadable())?;
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(Refused::because("The PDF is protected by a password. Save it without one."));
    }
    if !pages_end(&document) {
        return Err(unreadable());
    }
    let mut output = Collector::default();
    output_doc(&document, &mut output).map_err(|_| unreadable())?;
    Ok(output.pages)
}

/// No page stands so deep in the tree of pages.
const DEEPEST: usize = 100;

/// Whether for each page there is an end to what is asked of those above it. The library asks whatever a page says is above
/// it for what the page does not say itself, and goes on for ever where that leads in a circle.
fn pages_end(document: &Document) -> bool {
    let ends = |page, key: &[u8]| {
        let above = |id: &_| {
            let page = document.get_dictionary(*id).ok().filter(|page| !page.has(key))?;
            page.get(b"Parent").and_then(Object::as_reference).ok()
        };
        std::iter::successors(Some(page), above).nth(DEEPEST).is_none()
    };
    document.get_pages().into_values().all(|page| ends(page, b"Resources") && ends(page, b"MediaBox"))
}

/// Collects the characters of each page.
#[derive(Default)]
struct Collector {
    pages: Vec<Vec<Glyph>>,
    count: usize,
}

impl OutputDev for Collector {
    fn begin_page(
        &mut self,
        _: u32,
        _: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.pages.push(Vec::new());
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        at: &Transform,
        width: f64,
        _: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        self.count += 1;
        if self.count > MOST_GLYPHS {
            return Err(OutputError::FormatError(std::fmt::Error));
        }
        let size = (at.m11.hypot(at.m12) * font_size).abs();
        if let Some(page) = self.pages.last_mut()
            && !text.trim().is_empty()
        {
            page.extend(Glyph::new(at.m31, at.m32, width * size, size, text));
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn read(tree: &str, page: &str) -> Result<(), Refused> {
        let objects = [
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            format!("<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]{tree}>>"),
            format!("<</Type/Page{page}/Resources<<>>/Contents 4 0 R>>"),
            "<</Length 0>>stream\n\nendstream".to_owned(),
        ];
        let (mut file, mut table) = ("%PDF-1.4\n".to_owned(), String::new());
        for (number, object) in (1..).zip(objects) {
            writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
            writeln!(file, "{number} 0 obj{object} endobj").unwrap();
        }
        let start = file.len();
        let trailer = format!("trailer<</Size 5/Root 1 0 R>>\nstartxref\n{start}\n%%EOF");
        write!(file, "xref\n0 5\n0000000000 65535 f \n{table}{trailer}").unwrap();
        super::read(file.as_bytes(), &mut Builder::default())
    }

    /// (Without the check the library ends this process.)
    #[test]
    fn a_page_that_stands_above_itself_is_refused_if_it_has_to_ask_there() {
        let is_read =
            |tree, page| read(tree, page).unwrap_err().0.starts_with("The PDF has no text on its page");
        assert!(is_read("", "/Parent 2 0 R"));
        assert!(is_read("/Parent 2 0 R", "/Parent 2 0 R/MediaBox[0 0 595 842]"));
        assert!(read("", "/Parent 3 0 R").unwrap_err().0.starts_with("The PDF cannot be read."));
    }
}
