//! The rows of a table, repeated ones as often as they are repeated (ODF 1.2 part 1, 9.1).

use super::{cell::Cell, repetitions, skip};
use crate::{
    office::{Fault, Node, Xml},
    register::{
        sink::Sink,
        value::{Row, Value},
    },
};

/// Equal rows that hold something are repeated up to this: more is no register.
const MOST_EQUAL_ROWS: u32 = 1_000;

/// A table as far as it was read.
pub(super) struct Table {
    depth: u32,
    /// The row that is being read, from 1.
    line: u32,
    repeated: u32,
    cells: Vec<Value<'static>>,
    /// The column of the next cell; only cells that hold something are kept.
    column: u32,
    /// Merged cells, told when the rows are known: first and last row and column.
    merged: Vec<((u32, u32), (u32, u32))>,
    /// Where cells of the row lead, by their columns.
    links: Vec<(u32, String)>,
}

impl Table {
    /// A table around which `depth` elements are open, with its own.
    pub(super) fn new(depth: u32) -> Self {
        Self {
            depth,
            line: 1,
            repeated: 1,
            cells: Vec::new(),
            column: 0,
            merged: Vec::new(),
            links: Vec::new(),
        }
    }

    /// Reads to the end of the table.
    pub(super) fn read(mut self, xml: &mut Xml<'_>, sink: &mut impl Sink) -> Result<(), Fault> {
        while xml.depth() >= self.depth {
            let depth = xml.depth();
            match xml.next()? {
                Node::Open(element) => match element.name() {
                    "table-row" => {
                        self.repeated = repetitions(&element, "number-rows-repeated")?;
                        self.column = 0;
                    }
                    "table-cell" | "covered-table-cell" => {
                        let cell = Cell::open(&element)?;
                        self.cell(cell.read(xml, depth)?, sink);
                    }
                    // Drawings and forms may hold tables of their own.
                    "shapes" | "forms" => skip(xml, depth)?,
                    _ => {}
                },
                Node::Close(name) if name.is("table-row") => self.row(sink),
                Node::End => return Ok(()),
                _ => {}
            }
        }
        for (rows, columns) in self.merged {
            sink.merged(rows, columns);
        }
        Ok(())
    }

    fn cell(&mut self, mut cell: Cell, sink: &mut impl Sink) {
        let limits = sink.limits();
        let first = self.column;
        self.column = first.saturating_add(cell.repeated);
        if cell.spans != (1, 1) && self.merged.len() < 1_000 {
            let last = (self.line.saturating_add(cell.spans.0 - 1), first.saturating_add(cell.spans.1 - 1));
            self.merged.push(((self.line, last.0), (first, last.1)));
        }
        let leads_to = cell.leads_to.take();
        let value = cell.value();
        if value.is_empty() {
            return;
        }
        if self.line > limits.rows || self.column > limits.columns {
            let from = if self.line > limits.rows { first } else { first.max(limits.columns) };
            sink.far_cells(self.line, from..=self.column.saturating_sub(1).max(from));
            return;
        }
        self.cells.resize(first as usize, Value::Empty);
        self.cells.resize(self.column as usize, value);
        self.links.extend(leads_to.map(|target| (first, target)));
    }

    fn row(&mut self, sink: &mut impl Sink) {
        if !self.cells.is_empty() {
            let beyond = self.line.saturating_add(self.repeated - 1) > sink.limits().rows;
            if self.repeated > MOST_EQUAL_ROWS || beyond {
                sink.equal_rows(self.line, self.line.saturating_add(self.repeated - 1));
            } else {
                for line in self.line..self.line + self.repeated {
                    sink.row(&Row { line, cells: &self.cells, lines: &[] });
                    self.links.iter().for_each(|(column, target)| sink.hyperlink(line, *column, target));
                }
            }
            self.cells.clear();
            self.links.clear();
        }
        self.line = self.line.saturating_add(self.repeated);
    }
}
