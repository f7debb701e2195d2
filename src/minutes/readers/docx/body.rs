//! The text of a part, paragraph by paragraph and row by row.

use super::{
    super::cells,
    numbering::{Counters, Numbering},
    styles::{Styles, is_on, outline},
};
use crate::{
    minutes::document::Builder,
    office::{Element, Fault, Name, Node, Xml},
};

/// A cell spans so many columns at most (Word's own limit is 63).
const WIDEST: usize = 64;

/// What decides how paragraphs look.
#[derive(Clone, Copy)]
pub(super) struct Look<'l> {
    pub(super) styles: &'l Styles,
    pub(super) numbering: &'l Numbering,
}

/// The paragraph that is being read.
#[derive(Default)]
struct Open {
    text: String,
    lead: usize,
    plain: bool,
    style: Option<String>,
    outline: Option<u8>,
    list: Option<String>,
    level: usize,
    /// Bold or underlined, in the run that is being read.
    bold: bool,
    /// Whether the properties that are read are those of a run.
    in_run: bool,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
    cell: String,
    span: usize,
    /// Whether the cell goes on from the row above.
    merged: bool,
    /// Whether the row was deleted in a tracked change.
    deleted: bool,
}

/// Reads one part.
pub(super) struct Body<'b, 'l> {
    look: Look<'l>,
    builder: &'b mut Builder,
    counters: Counters,
    open: Vec<Open>,
    tables: Vec<Table>,
    in_text: bool,
    /// A page break of the author was just read: the one that Word then rendered is the same.
    broken: bool,
    /// Whether a program that laid the text out noted where pages end.
    laid_out: bool,
}

impl<'b, 'l> Body<'b, 'l> {
    pub(super) fn new(look: Look<'l>, builder: &'b mut Builder) -> Self {
        Self {
            look,
            builder,
            counters: Counters::default(),
            open: Vec::new(),
            tables: Vec::new(),
            in_text: false,
            broken: false,
            laid_out: false,
        }
    }

    /// Reads to the end of the part. Gives whether a program that laid it out noted where its pages end.
    pub(super) fn read(mut self, xml: &mut Xml<'_>) -> Result<bool, Fault> {
        loop {
            let depth = xml.depth();
            let skipped = match xml.next()? {
                Node::Open(element) => self.open(&element)?,
                Node::Text(text) => {
                    self.text(&text);
                    false
                }
                Node::Close(name) => {
                    self.close(name);
                    false
                }
                Node::End => break,
            };
            if skipped {
                skip(xml, depth)?;
            }
        }
        while !self.tables.is_empty() {
            self.end_table();
        }
        Ok(self.laid_out)
    }

    /// Takes in the start of an element; `true` if nothing in it counts.
    fn open(&mut self, element: &Element<'_>) -> Result<bool, Fault> {
        let value = || element.attribute("val");
        match element.name() {
            // Deleted or moved away, drawn for programs that know less, how to pronounce it, a code.
            "del" | "moveFrom" if !self.in_row_properties() => return Ok(true),
            "Fallback" | "rt" | "instrText" | "delText" | "object" | "sdtPr" | "footnotePr" => {
                return Ok(true);
            }
            "footnote" | "endnote" => {
                // The line above the notes is one of them.
                let kind = element.attribute("type")?;
                return Ok(kind.is_some_and(|kind| kind != "normal"));
            }
            "p" => self.open.push(Open::default()),
            "r" => self.run(|open| (open.bold, open.in_run) = (false, true)),
            "b" | "u" => {
                let on = is_on(value()?.as_deref());
                self.run(|open| open.bold |= on && open.in_run);
            }
            "pStyle" => {
                let style = value()?;
                self.run(|open| open.style = style);
            }
            "outlineLvl" => {
                let level = outline(value()?.as_deref());
                self.run(|open| open.outline = level);
            }
            "numId" => {
                let list = value()?;
                self.run(|open| open.list = list);
            }
            "ilvl" => {
                let level = value()?.and_then(|level| level.parse().ok()).unwrap_or(0);
                self.run(|open| open.level = level);
            }
            "t" => self.in_text = true,
            "tab" | "ptab" if self.open.last().is_some_and(|open| open.in_run) => self.push(" "),
            "cr" => self.push("\n"),
            "noBreakHyphen" => self.push("-"),
            "br" => self.line_break(element.attribute("type")?.as_deref()),
            "lastRenderedPageBreak" => self.rendered_break(),
            "tbl" => self.tables.push(Table::default()),
            "tr" => self.row(),
            "tc" => self.table(|table| {
                table.cell.clear();
                (table.span, table.merged) = (1, false);
            }),
            "gridSpan" => {
                let span = value()?.and_then(|span| span.parse().ok()).unwrap_or(1);
                self.table(|table| table.span = usize::clamp(span, 1, WIDEST));
            }
            "vMerge" => {
                let goes_on = value()?.is_none_or(|value| value != "restart");
                self.table(|table| table.merged = goes_on);
            }
            _ => {}
        }
        Ok(false)
    }

    fn close(&mut self, name: Name) {
        if name.is("t") {
            self.in_text = false;
        } else if name.is("r") {
            self.run(|open| open.in_run = false);
        } else if name.is("p") {
            self.end_paragraph();
        } else if name.is("tc") {
            self.end_cell();
        } else if name.is("tr") {
            self.end_row();
        } else if name.is("tbl") {
            self.end_table();
        }
    }

    fn run(&mut self, change: impl FnOnce(&mut Open)) {
        if let Some(open) = self.open.last_mut() {
            change(open);
        }
    }

    fn table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text {
            self.push(text);
        }
    }

    fn push(&mut self, text: &str) {
        self.broken &= text.trim().is_empty();
        self.run(|open| {
            open.text.push_str(text);
            open.plain |= !open.bold && !text.trim().is_empty();
            if open.bold && !open.plain {
                open.lead = open.text.len();
            }
        });
    }

    fn line_break(&mut self, kind: Option<&str>) {
        if kind == Some("page") {
            self.next_page();
            self.broken = true;
        } else {
            self.push("\n");
        }
    }

    fn rendered_break(&mut self) {
        self.laid_out = true;
        if !std::mem::take(&mut self.broken) {
            self.next_page();
        }
    }

    fn next_page(&mut self) {
        let page = self.builder.current_page();
        // Headers and notes are on every page.
        if let Some(page) = page {
            self.builder.page(page.saturating_add(1));
        }
    }

    fn end_paragraph(&mut self) {
        let Some(open) = self.open.pop() else { return };
        // A text box stands inside a paragraph; what it says is said by itself.
        if let Some(table) = self.tables.last_mut() {
            return cells::add_line(&mut table.cell, &open.text);
        }
        let style = open.style.as_deref().map(|id| self.look.styles.get(id)).unwrap_or_default();
        let list = open.list.map(|list| (list, open.level)).or(style.list);
        // List 0 takes a paragraph out of the list that its style puts it into.
        let list = list.filter(|(list, _)| list != "0");
        let look = self.look;
        let label = list.and_then(|(list, level)| look.numbering.next(&list, level, &mut self.counters));
        if let Some(level) = open.outline.or(style.heading) {
            let number =
                label.filter(|label| label != "•").map_or_else(String::new, |label| format!("{label} "));
            return self.builder.heading(level, &format!("{number}{}", open.text));
        }
        let lead = if style.bold { open.text.len() } else { open.lead };
        self.builder.paragraphs(&open.text, label.as_deref(), lead);
    }

    fn row(&mut self) {
        self.table(|table| {
            table.rows.push(Vec::new());
            table.deleted = false;
        });
    }

    /// Whether the properties of a row are being read: `del` there means the row.
    fn in_row_properties(&mut self) -> bool {
        let Some(table) = self.tables.last_mut() else { return false };
        let before_cells = self.open.is_empty() && table.rows.last().is_some_and(Vec::is_empty);
        if before_cells {
            table.deleted = true;
        }
        before_cells
    }

    fn end_cell(&mut self) {
        self.table(|table| {
            let text = std::mem::take(&mut table.cell);
            let text = if table.merged { cells::above(&table.rows).cloned().unwrap_or(text) } else { text };
            if let Some(row) = table.rows.last_mut() {
                row.push(text);
                row.extend(std::iter::repeat_n(String::new(), table.span.saturating_sub(1)));
            }
        });
    }

    fn end_row(&mut self) {
        self.table(|table| {
            if table.deleted {
                table.rows.pop();
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

/// Reads on until only `depth` elements are open.
fn skip(xml: &mut Xml<'_>, depth: u32) -> Result<(), Fault> {
    while xml.depth() > depth {
        if let Node::End = xml.next()? {
            return Ok(());
        }
    }
    Ok(())
}
