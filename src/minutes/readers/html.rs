//! Web pages: the tokens of the page in one pass, without a tree, so that nothing depends on how deep it is nested.

use html5gum::{StartTag, Token, Tokenizer};

use super::cells;
use crate::minutes::document::{Builder, Paragraph};

/// A cell spans so many columns or rows at most.
const WIDEST: usize = 64;

/// Tables are nested so deep at most: what is in a deeper one stands in the cell around it. Each carries the text of those
/// inside.
const DEEPEST: usize = 32;

/// Reads a page.
pub(super) fn read(page: &str, builder: &mut Builder) {
    let mut reader = Reader {
        builder,
        text: String::new(),
        lead: 0,
        bold: 0,
        plain: false,
        skipped: None,
        heading: None,
        label: None,
        lists: Vec::new(),
        tables: Vec::new(),
        deeper: 0,
        title: false,
    };
    for Ok(token) in Tokenizer::new(page) {
        match token {
            Token::StartTag(tag) => reader.open(&tag),
            Token::EndTag(tag) => reader.close(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => reader.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    // What is open at the end is closed there, a style or script as well.
    (reader.skipped, reader.deeper) = (None, 0);
    reader.paragraph();
    while !reader.tables.is_empty() {
        reader.close("table");
    }
}

/// What is being read.
struct Reader<'b> {
    builder: &'b mut Builder,
    text: String,
    /// How much of the text, from its start, is bold.
    lead: usize,
    bold: u32,
    /// Whether something that is not bold was there.
    plain: bool,
    /// The element whose content nobody sees.
    skipped: Option<String>,
    heading: Option<u8>,
    label: Option<String>,
    /// The next number of each open list; none for bullets.
    lists: Vec<Option<u32>>,
    tables: Vec<Table>,
    /// How many tables are open that are nested too deep.
    deeper: usize,
    title: bool,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
    /// Cells of later rows that cells above them cover: column, rows left, text.
    covered: Vec<(usize, usize, String)>,
    cell: Option<(String, usize, usize)>,
}

impl Reader<'_> {
    fn text(&mut self, text: &str) {
        if self.skipped.is_some() {
            return;
        }
        if let Some((cell, ..)) = self.tables.last_mut().and_then(|table| table.cell.as_mut()) {
            // A line break of the source is a space.
            cell.push_str(&text.replace(['\n', '\r', '\t'], " "));
            return;
        }
        if !text.trim().is_empty() {
            self.plain |= self.bold == 0;
        }
        self.text.push_str(text);
        if self.bold > 0 && !self.plain {
            self.lead = self.text.len();
        }
    }

    fn open(&mut self, tag: &StartTag<()>) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        if self.skipped.is_some() {
            return;
        }
        match name.as_str() {
            "script" | "style" | "template" | "noscript" | "svg" | "math" | "del" | "s" | "strike"
            | "select"
                if !tag.self_closing =>
            {
                self.skipped = Some(name);
            }
            "title" => self.title = true,
            "b" | "strong" | "u" => self.bold += 1,
            "br" => self.line_break(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.paragraph();
                self.heading = name.get(1..).and_then(|level| level.parse().ok());
            }
            "ol" => {
                self.paragraph();
                self.lists.push(Some(1));
            }
            "ul" | "dl" => {
                self.paragraph();
                self.lists.push(None);
            }
            "li" => {
                self.paragraph();
                self.label = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}.", *number - 1)
                    }
                    _ => "•".to_owned(),
                });
                self.separate();
            }
            "table" => {
                // Outside a cell no table holds another: the one above was not closed.
                if self.deeper == 0 && self.tables.last().is_some_and(|table| table.cell.is_none()) {
                    self.end_table();
                }
                self.paragraph();
                if self.tables.len() < DEEPEST {
                    self.tables.push(Table::default());
                } else {
                    self.deeper += 1;
                }
            }
            "tr" | "td" | "th" if self.deeper > 0 => self.separate(),
            "tr" => self.row(),
            "td" | "th" => self.cell(span(tag, b"colspan"), span(tag, b"rowspan")),
            _ if is_block(&name) => self.paragraph(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if let Some(skipped) = &self.skipped {
            if skipped == name {
                self.skipped = None;
            }
            return;
        }
        match name {
            "title" => {
                let title = std::mem::take(&mut self.text);
                self.title = false;
                self.builder.field("Title", &title);
                (self.lead, self.plain) = (0, false);
            }
            "b" | "strong" | "u" => self.bold = self.bold.saturating_sub(1),
            "ol" | "ul" | "dl" => {
                self.paragraph();
                self.lists.pop();
            }
            "table" if self.deeper > 0 => {
                self.deeper -= 1;
                self.separate();
            }
            "td" | "th" if self.deeper > 0 => {}
            "td" | "th" => self.end_cell(),
            "table" => self.end_table(),
            _ if is_block(name) => self.paragraph(),
            _ => {}
        }
    }

    fn in_cell(&mut self) -> Option<&mut String> {
        self.tables.last_mut().and_then(|table| table.cell.as_mut()).map(|(text, ..)| text)
    }

    /// Inside a cell paragraphs are lines.
    fn separate(&mut self) {
        if let Some(cell) = self.in_cell() {
            cell.push('\n');
        }
    }

    fn line_break(&mut self) {
        if self.in_cell().is_some() {
            return self.separate();
        }
        // In running text a break often separates what are paragraphs to the eye.
        if self.heading.is_some() { self.text.push(' ') } else { self.paragraph() }
    }

    fn paragraph(&mut self) {
        if self.title {
            return;
        }
        self.separate();
        let text = std::mem::take(&mut self.text);
        let lead = std::mem::take(&mut self.lead);
        self.plain = false;
        match self.heading.take() {
            Some(level) => self.builder.heading(level, &text),
            None if text.trim().is_empty() => {}
            None => self.builder.paragraph(Paragraph { text, label: self.label.take(), lead }),
        }
    }

    fn row(&mut self) {
        self.end_cell();
        if let Some(table) = self.tables.last_mut() {
            table.rows.push(Vec::new());
            table.fill();
        }
    }

    fn cell(&mut self, columns: usize, rows: usize) {
        self.end_cell();
        if let Some(table) = self.tables.last_mut() {
            if table.rows.is_empty() {
                table.rows.push(Vec::new());
            }
            table.cell = Some((String::new(), columns, rows));
        }
    }

    fn end_cell(&mut self) {
        if let Some(table) = self.tables.last_mut()
            && let Some((text, columns, rows)) = table.cell.take()
        {
            table.put(&text, columns, rows);
        }
    }

    /// A table inside a cell becomes lines of the cell.
    fn end_table(&mut self) {
        self.end_cell();
        let Some(table) = self.tables.pop() else { return };
        match self.in_cell() {
            Some(cell) => {
                cells::add_table(cell, &table.rows);
                cell.push('\n');
            }
            None => self.builder.table(table.rows),
        }
    }
}

impl Table {
    fn put(&mut self, text: &str, columns: usize, rows: usize) {
        let Some(row) = self.rows.last_mut() else { return };
        for column in 0..columns {
            if rows > 1 && self.covered.len() < 1_000 {
                self.covered.push((row.len(), rows - 1, text.to_owned()));
            }
            // The text of a wide cell stands once.
            row.push(if column == 0 { text.to_owned() } else { String::new() });
        }
        self.fill();
    }

    /// Puts the cells that reach down from above where they stand in this row.
    fn fill(&mut self) {
        let Some(row) = self.rows.last_mut() else { return };
        while let Some(cover) =
            self.covered.iter_mut().find(|(column, left, _)| *column == row.len() && *left > 0)
        {
            cover.1 -= 1;
            row.push(cover.2.clone());
        }
        self.covered.retain(|(_, left, _)| *left > 0);
    }
}

fn span(tag: &StartTag<()>, name: &[u8]) -> usize {
    let value = tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).trim().to_owned());
    value.and_then(|value| value.parse().ok()).unwrap_or(1).clamp(1, WIDEST)
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "blockquote"
            | "pre"
            | "dt"
            | "dd"
            | "body"
            | "head"
            | "html"
            | "main"
            | "aside"
            | "address"
            | "caption"
            | "hr"
            | "center"
            | "form"
            | "fieldset"
            | "figure"
            | "figcaption"
            | "nav"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minutes::document::{Content, Document};

    fn document(page: &str) -> Document {
        let mut builder = Builder::default();
        read(page, &mut builder);
        builder.finish()
    }

    #[test]
    fn a_page_gives_headings_paragraphs_lists_and_tables_and_nothing_that_is_hidden() {
        let page = "<title>T</title><style>x</style><h2>Actions</h2><p><b>Action:</b> SG17 to\n reply<script>evil()</script> &amp; \
                    report <del>not this</del></p><ol><li>one<li>two</ol><table><tr><th>No</th><th colspan=2>Due</th></tr><tr><td \
                    rowspan=2>1<td>a<br>b<td>c</tr><tr><td>d<td>e</table>";
        let document = document(page);
        assert_eq!(document.fields, [("Title".to_owned(), "T".to_owned())]);
        let contents: Vec<_> = document.blocks.into_iter().map(|block| block.content).collect();
        assert_eq!(contents[0], Content::Heading { level: 2, text: "Actions".to_owned() });
        let Content::Paragraph(first) = &contents[1] else { panic!("a paragraph") };
        assert_eq!((first.text.as_str(), first.lead), ("Action: SG17 to reply & report", 7));
        let Content::Paragraph(second) = &contents[3] else { panic!("a paragraph") };
        assert_eq!((second.label.as_deref(), second.text.as_str()), (Some("2."), "two"));
        let Content::Table(rows) = &contents[4] else { panic!("a table") };
        assert_eq!(rows[0], ["No", "Due", ""]);
        assert_eq!(rows[1], ["1", "a\nb", "c"]);
        assert_eq!(rows[2], ["1", "d", "e"]);
    }

    #[test]
    fn a_style_that_is_never_closed_ends_with_the_page() {
        assert_eq!(document("<table><tr><td>a</td><td>b</td></tr><style>p{}").blocks.len(), 1);
    }

    #[test]
    fn tables_that_are_never_closed_stand_one_behind_the_other() {
        let page = |at: usize| format!("<table><tr><td>{at}</td><td>a</td></tr>");
        let tables: Vec<_> = document(&(0..40).map(page).collect::<String>())
            .blocks
            .into_iter()
            .filter_map(|block| match block.content {
                Content::Table(rows) => Some(rows),
                _ => None,
            })
            .collect();
        assert_eq!((tables.len(), &tables[39]), (40, &vec![vec!["39".to_owned(), "a".to_owned()]]));
    }

    #[test]
    fn tables_that_are_nested_without_end_are_no_trouble() {
        let page = "<table><tr><td>".repeat(20_000);
        assert!(document(&format!("{page}x")).blocks.len() <= 1);
    }
}
