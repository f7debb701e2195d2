//! A report as every reader gives it, whatever it was written with.

use serde::{Deserialize, Serialize};

use super::Place;
use crate::action::{is_mark_of_direction, is_unseen};

/// A report: its text in order, in blocks with their places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Headings, paragraphs and tables.
    pub blocks: Vec<Block>,
    /// What stands around the text: the fields of a message ("From", "Subject", "Date"), the properties of a file
    /// ("Title").
    pub fields: Vec<(String, String)>,
    /// What is good to know about the reading, in sentences: that a file is not what its name says, that it has
    /// macros, which were left alone.
    pub notes: Vec<String>,
}

/// A piece of a report and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Where.
    pub place: Place,
    /// What.
    pub content: Content,
}

/// What a piece of a report is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// A heading.
    Heading {
        /// 1 for the largest.
        level: u8,
        /// With its number: "4.2 Liaison".
        text: String,
    },
    /// A paragraph.
    Paragraph(Paragraph),
    /// A table: its rows, each with its cells as text; lines of a cell stay lines.
    Table(Vec<Vec<String>>),
}

/// A paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// What it says, on one line.
    pub text: String,
    /// Its number or bullet in a list: "2", "a)", "•"; none outside of lists.
    pub label: Option<String>,
    /// How many bytes of the text, from its start, are bold or underlined: the words that lead in.
    pub lead: usize,
}

impl Document {
    /// How much text it holds, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        let size = |content: &Content| match content {
            Content::Heading { text, .. } => text.len(),
            Content::Paragraph(paragraph) => paragraph.text.len(),
            Content::Table(rows) => rows.iter().flatten().map(String::len).sum(),
        };
        self.blocks.iter().map(|block| size(&block.content)).sum()
    }
}

/// Puts a document together block by block, and counts what places need.
#[derive(Debug, Default)]
pub(super) struct Builder {
    document: Document,
    section: Option<String>,
    page: Option<u32>,
    line: Option<u32>,
    aside: Option<String>,
    paragraphs: u32,
    tables: u32,
}

/// Of a heading no more than this becomes part of places.
const SHOWN_HEADING: usize = 60;

impl Builder {
    /// From here on the text is on this page.
    pub(super) fn page(&mut self, page: u32) {
        self.page = Some(page);
    }

    /// The page that the text is on, if the format has pages.
    pub(super) fn current_page(&self) -> Option<u32> {
        self.page
    }

    /// Takes back what was said of pages: no program has laid the document out, and nobody knows where they end.
    pub(super) fn without_pages(&mut self) {
        self.page = None;
        for block in &mut self.document.blocks {
            block.place.page = None;
        }
    }

    /// From here on the text is on this line.
    pub(super) fn line(&mut self, line: u32) {
        self.line = Some(line);
    }

    /// From here on the text stands in a header, a footnote; with none, in the text itself.
    pub(super) fn aside(&mut self, aside: Option<&str>) {
        self.aside = aside.map(str::to_owned);
    }

    /// Adds a heading.
    pub(super) fn heading(&mut self, level: u8, text: &str) {
        let text = tidy_line(text);
        if text.is_empty() {
            return;
        }
        self.section = Some(shortened(&text));
        self.push(Content::Heading { level, text });
    }

    /// Adds a paragraph, unless it is empty. `paragraph.lead` counts bytes of the text as it is handed in.
    pub(super) fn paragraph(&mut self, paragraph: Paragraph) {
        let lead = tidy_line(paragraph.text.get(..paragraph.lead).unwrap_or_default()).len();
        let text = tidy_line(&paragraph.text);
        if text.is_empty() {
            return;
        }
        self.paragraphs += 1;
        self.push(Content::Paragraph(Paragraph { lead: lead.min(text.len()), text, label: paragraph.label }));
    }

    /// Adds a paragraph for each line of a text: a line break inside of a paragraph ends what it says. `lead` counts bytes of
    /// the text.
    pub(super) fn paragraphs(&mut self, text: &str, label: Option<&str>, lead: usize) {
        let mut left = lead;
        for line in text.split('\n') {
            let label = label.map(str::to_owned);
            self.paragraph(Paragraph { text: line.to_owned(), label, lead: left.min(line.len()) });
            left = left.saturating_sub(line.len() + 1);
        }
    }

    /// Adds a table, unless nothing is in it.
    pub(super) fn table(&mut self, rows: Vec<Vec<String>>) {
        let tidied = |cells: Vec<String>| cells.iter().map(|cell| tidy_lines(cell)).collect::<Vec<_>>();
        let rows: Vec<Vec<String>> = rows.into_iter().map(tidied).collect();
        if rows.iter().flatten().all(String::is_empty) {
            return;
        }
        self.tables += 1;
        self.push(Content::Table(rows));
    }

    /// Adds a note about the reading, once.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.document.notes.contains(&note) {
            self.document.notes.push(note);
        }
    }

    /// Adds a field around the text.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        let value = tidy_line(value);
        if !value.is_empty() {
            self.document.fields.push((name.to_owned(), value));
        }
    }

    /// Adds the text of an attachment.
    pub(super) fn attach(&mut self, name: &str, document: Document) {
        let at = |block: Block| Block {
            place: Place { attachment: Some(name.to_owned()), ..block.place },
            content: block.content,
        };
        self.document.blocks.extend(document.blocks.into_iter().map(at));
        for note in document.notes {
            self.note(format!("Attachment {name}: {note}"));
        }
    }

    /// The document.
    pub(super) fn finish(self) -> Document {
        self.document
    }

    fn push(&mut self, content: Content) {
        let is_table = matches!(content, Content::Table(_));
        let is_paragraph = matches!(content, Content::Paragraph(_));
        let place = Place {
            attachment: None,
            page: self.page,
            section: self.section.clone(),
            line: self.line,
            paragraph: is_paragraph.then_some(self.paragraphs),
            table: is_table.then_some(self.tables),
            row: None,
            aside: self.aside.clone(),
        };
        self.document.blocks.push(Block { place, content });
    }
}

/// One line: no line breaks, no control characters, none that change the direction of writing, and one space
/// between words. Soft hyphens and the like, which nobody sees, are left out.
pub(super) fn tidy_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let start = out.len();
        if start > 0 {
            out.push(' ');
        }
        let before = out.len();
        out.extend(word.chars().filter(|c| !is_left_out(*c)).map(plain));
        if out.len() == before {
            out.truncate(start);
        }
    }
    out
}

/// The same for each line, without empty lines.
fn tidy_lines(text: &str) -> String {
    let lines = text.split(['\n', '\r', '\u{b}', '\u{2028}', '\u{2029}', '\u{85}']).map(tidy_line);
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Whether a character of a report is left out: also those that join, and those that make what is beside them read
/// backwards.
fn is_left_out(c: char) -> bool {
    c.is_control()
        || is_unseen(c)
        || is_mark_of_direction(c)
        || matches!(c, '\u{200c}' | '\u{200d}' | '\u{202a}'..='\u{202e}' | '\u{2061}'..='\u{2069}')
}

/// Hyphens that only differ in how they break are the plain one: names are compared.
fn plain(c: char) -> char {
    match c {
        '\u{2010}' | '\u{2011}' => '-',
        other => other,
    }
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHOWN_HEADING {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(SHOWN_HEADING).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_tidied_and_what_nobody_sees_is_left_out() {
        assert_eq!(
            tidy_line(" ITU\u{2011}T \u{200f} \tSG\u{a0}17\r\n nomi\u{ad}nates\u{202e} "),
            "ITU-T SG 17 nominates"
        );
        assert_eq!(tidy_lines("a \n\n b\u{b}c"), "a\nb\nc");
    }

    #[test]
    fn blocks_know_their_places() {
        let mut builder = Builder::default();
        let paragraph = |text: &str| Paragraph { text: text.to_owned(), lead: 5, ..Paragraph::default() };
        builder.paragraph(paragraph("One  two three"));
        builder.paragraph(paragraph(" \u{200b} "));
        builder.heading(2, "4.2  Liaison");
        builder.page(3);
        builder.paragraph(paragraph("Two"));
        builder.table(vec![vec![" a ".to_owned()]]);
        let blocks = builder.finish().blocks;
        let places: Vec<_> = blocks.iter().map(|block| block.place.to_string()).collect();
        assert_eq!(
            places,
            [
                "paragraph 1",
                "section 4.2 Liaison",
                "page 3, section 4.2 Liaison, paragraph 2",
                "page 3, section 4.2 Liaison, table 1"
            ]
        );
        let Content::Paragraph(first) = &blocks[0].content else { panic!("a paragraph") };
        assert_eq!((first.text.as_str(), first.lead), ("One two three", 3));
    }
}
