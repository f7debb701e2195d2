//! Open Document texts (ODF 1.2 part 1, 5 and 9): what a reader of the document sees, without deleted text and notes
//! of reviewers.

use std::collections::HashMap;

use super::{Limits, Refused, cells};
use crate::{
    minutes::document::Builder,
    office::{Container, Element, Fault, Name, Node, Xml},
};

/// Equal cells and rows are written once with a number; more than so many are no table.
const MOST_EQUAL: usize = 64;

/// Reads a document.
pub(super) fn read(bytes: &[u8], limits: &Limits, builder: &mut Builder) -> Result<(), Refused> {
    parts(bytes, limits, builder).map_err(|fault| Refused(fault.sentence("document")))
}

fn parts(bytes: &[u8], limits: &Limits, builder: &mut Builder) -> Result<(), Fault> {
    let mut container = Container::open(bytes, limits.unpacked_bytes, "document")?;
    if container.has("Basic/script-lc.xml") {
        builder.note("The document has macros; they were left alone.");
    }
    let Some(mut xml) = container.xml("content.xml")? else {
        return Err(Fault::Damaged("its text is missing".to_owned()));
    };
    builder.page(1);
    Reader::new(builder).read(&mut xml)?;
    // A program that lays the text out notes where pages end.
    if builder.current_page() == Some(1) {
        builder.without_pages();
    }
    Ok(())
}

#[derive(Default)]
struct Open {
    text: String,
    lead: usize,
    plain: bool,
    heading: Option<u8>,
    bold: bool,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
    cell: String,
    repeated: usize,
    /// How many rows the cell that is being read reaches.
    tall: usize,
    /// Columns with a cell that reaches down, and how many rows it still covers.
    down: HashMap<usize, usize>,
    /// A cell that another one covers; if that one stands above, it says the same.
    covered: bool,
}

/// What an automatic style says: bold, and a list with numbers.
#[derive(Default)]
struct Styles {
    bold: HashMap<String, bool>,
    numbered: HashMap<String, bool>,
    open: String,
}

struct Reader<'b> {
    builder: &'b mut Builder,
    styles: Styles,
    in_body: bool,
    open: Vec<Open>,
    /// Bold of each open span.
    spans: Vec<bool>,
    tables: Vec<Table>,
    /// The next number of each open list; none for bullets.
    lists: Vec<Option<u32>>,
    label: Option<String>,
}

impl<'b> Reader<'b> {
    fn new(builder: &'b mut Builder) -> Self {
        let (open, spans, tables, lists) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { builder, styles: Styles::default(), in_body: false, open, spans, tables, lists, label: None }
    }

    fn read(mut self, xml: &mut Xml<'_>) -> Result<(), Fault> {
        loop {
            let depth = xml.depth();
            let skipped = match xml.next()? {
                Node::Open(element) if self.in_body => self.open(&element)?,
                Node::Open(element) => self.style(&element)?,
                Node::Text(text) => {
                    if self.in_body && !self.open.is_empty() {
                        // A line break in the XML is a space (6.1.2).
                        self.push(&text.replace(['\n', '\r', '\t'], " "));
                    }
                    false
                }
                Node::Close(name) => {
                    self.close(name);
                    false
                }
                Node::End => break,
            };
            while skipped && xml.depth() > depth {
                if let Node::End = xml.next()? {
                    return Ok(());
                }
            }
        }
        while !self.tables.is_empty() {
            self.end_table();
        }
        Ok(())
    }

    /// Takes in what stands before the text: the automatic styles.
    fn style(&mut self, element: &Element<'_>) -> Result<bool, Fault> {
        match element.name() {
            "body" => self.in_body = true,
            "style" | "list-style" => self.styles.open = element.attribute("name")?.unwrap_or_default(),
            "text-properties" => {
                let weight = element.attribute("font-weight")?;
                let line = element.attribute("text-underline-style")?;
                let bold =
                    weight.is_some_and(|weight| weight == "bold") || line.is_some_and(|line| line != "none");
                self.styles.bold.insert(self.styles.open.clone(), bold);
            }
            "list-level-style-number" => {
                self.styles.numbered.insert(self.styles.open.clone(), true);
            }
            _ => {}
        }
        Ok(false)
    }

    fn is_bold(&self, element: &Element<'_>) -> Result<bool, Fault> {
        let name = element.attribute("style-name")?.unwrap_or_default();
        Ok(self.styles.bold.get(&name).copied().unwrap_or(false))
    }

    /// Takes in the start of an element; `true` if nothing in it counts.
    fn open(&mut self, element: &Element<'_>) -> Result<bool, Fault> {
        match element.name() {
            "tracked-changes" | "annotation" | "object" | "forms" | "sequence-decls" | "ruby-text"
            | "note-citation" => {
                return Ok(true);
            }
            "p" => {
                let bold = self.is_bold(element)?;
                self.open.push(Open { bold, ..Open::default() });
            }
            "h" => {
                let level =
                    element.attribute("outline-level")?.and_then(|level| level.parse().ok()).unwrap_or(1);
                self.open.push(Open { heading: Some(level), ..Open::default() });
            }
            "span" => {
                let bold = self.is_bold(element)?;
                self.spans.push(bold);
            }
            "s" => {
                let count = element.attribute("c")?.and_then(|count| count.parse().ok()).unwrap_or(1);
                self.push(&" ".repeat(usize::min(count, 1_000)));
            }
            "tab" => self.push(" "),
            "line-break" => self.push("\n"),
            "soft-page-break" => {
                let page = self.builder.current_page().unwrap_or(1);
                self.builder.page(page.saturating_add(1));
            }
            "list" => {
                let name = element.attribute("style-name")?;
                let numbered = name.map_or(self.lists.last().is_some_and(Option::is_some), |name| {
                    self.styles.numbered.get(&name).copied().unwrap_or(false)
                });
                self.lists.push(numbered.then_some(1));
            }
            "list-item" => {
                self.label = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}.", *number - 1)
                    }
                    _ => "•".to_owned(),
                });
            }
            "table" => self.tables.push(Table::default()),
            "table-row" => self.table(|table| table.rows.push(Vec::new())),
            name @ ("table-cell" | "covered-table-cell") => {
                let repeated = element.attribute("number-columns-repeated")?;
                let repeated = repeated.and_then(|count| count.parse().ok()).unwrap_or(1);
                let tall = element.attribute("number-rows-spanned")?;
                let tall = tall.and_then(|count| count.parse().ok()).unwrap_or(1);
                let covered = name == "covered-table-cell";
                self.table(|table| {
                    table.cell.clear();
                    table.repeated = usize::clamp(repeated, 1, MOST_EQUAL);
                    (table.tall, table.covered) = (usize::clamp(tall, 1, 10_000), covered);
                });
            }
            _ => {}
        }
        Ok(false)
    }

    fn close(&mut self, name: Name) {
        if name.is("p") || name.is("h") {
            self.end_paragraph();
        } else if name.is("span") {
            self.spans.pop();
        } else if name.is("list") {
            self.lists.pop();
        } else if name.is("table-cell") || name.is("covered-table-cell") {
            self.end_cell();
        } else if name.is("table") {
            self.end_table();
        }
    }

    fn table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }

    fn push(&mut self, text: &str) {
        let bold = self.spans.last().copied();
        if let Some(open) = self.open.last_mut() {
            let bold = bold.unwrap_or(open.bold);
            open.text.push_str(text);
            open.plain |= !bold && !text.trim().is_empty();
            if bold && !open.plain {
                open.lead = open.text.len();
            }
        }
    }

    fn end_paragraph(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if let Some(table) = self.tables.last_mut() {
            return cells::add_line(&mut table.cell, &open.text);
        }
        if let Some(level) = open.heading {
            return self.builder.heading(level, &open.text);
        }
        let label = self.label.take();
        self.builder.paragraphs(&open.text, label.as_deref(), open.lead);
    }

    fn end_cell(&mut self) {
        self.table(|table| {
            let text = std::mem::take(&mut table.cell);
            let at = table.rows.last().map_or(0, Vec::len);
            let above = cells::above(&table.rows).cloned();
            let left = table.down.get_mut(&at).filter(|_| table.covered && text.is_empty());
            let text = match left {
                Some(left) => {
                    *left -= 1;
                    if *left == 0 {
                        table.down.remove(&at);
                    }
                    above.unwrap_or_default()
                }
                None => text,
            };
            if table.tall > 1 && !table.covered {
                table.down.insert(at, table.tall - 1);
            }
            if let Some(row) = table.rows.last_mut() {
                row.extend(std::iter::repeat_n(text, table.repeated));
            }
        });
    }

    /// A table inside a cell becomes lines of the cell.
    fn end_table(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        match self.tables.last_mut() {
            Some(outer) => cells::add_table(&mut outer.cell, &table.rows),
            None => self.builder.table(table.rows),
        }
    }
}
