//! The XML of an Open Document sheet with the places of its rows and cells (ODF 1.2 part 1, 9.1).

use std::ops::Range;

use super::Shape;
use crate::office::{Tag, TagKind, tags, unescaped};

/// What stands before the colon of names, by what it stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prefixes<'t> {
    pub(super) office: &'t str,
    pub(super) table: &'t str,
    pub(super) text: &'t str,
}

impl<'t> Prefixes<'t> {
    /// Those that the first tag of a text declares.
    fn of(text: &'t str) -> Option<Self> {
        let root = tags(text).next()?;
        let declared = |kind: &str| {
            let wanted = format!("urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0");
            let mut names = root.attributes().filter(|(_, value)| text.get(value.clone()) == Some(&*wanted));
            names.find_map(|(name, _)| name.strip_prefix("xmlns:"))
        };
        Some(Self { office: declared("office")?, table: declared("table")?, text: declared("text")? })
    }
}

/// The table that is edited, taken apart without changing it.
pub(super) struct TableXml<'t> {
    pub(super) text: &'t str,
    pub(super) prefixes: Prefixes<'t>,
    /// Its name.
    pub(super) title: String,
    pub(super) rows: Vec<RowXml<'t>>,
    /// The values of attributes that say how far down something reaches: filters, areas to print, colours by condition.
    pub(super) reaches: Vec<Range<usize>>,
}

/// A row, or several equal ones.
pub(super) struct RowXml<'t> {
    /// From 1.
    pub(super) first: u32,
    pub(super) repeated: u32,
    pub(super) tag: Tag<'t>,
    /// From its start to behind its end.
    pub(super) span: Range<usize>,
    pub(super) cells: Vec<CellXml<'t>>,
}

/// A cell, or several equal ones beside each other.
pub(super) struct CellXml<'t> {
    /// From 0.
    pub(super) first: usize,
    pub(super) repeated: usize,
    pub(super) tag: Tag<'t>,
    pub(super) span: Range<usize>,
    /// What it shows, paragraph by paragraph; not what hangs on it, as comments do.
    pub(super) paragraphs: Vec<Range<usize>>,
}

impl<'t> RowXml<'t> {
    /// The cell at this column, from 0.
    pub(super) fn cell(&self, column: usize) -> Option<&CellXml<'t>> {
        self.cells.iter().find(|cell| (cell.first..cell.first + cell.repeated).contains(&column))
    }

    /// The first column behind its cells.
    pub(super) fn width(&self) -> usize {
        self.cells.last().map_or(0, |cell| cell.first + cell.repeated)
    }

    /// Behind its last cell, before its end.
    pub(super) fn end_of_cells(&self) -> usize {
        self.cells.last().map_or(self.tag.span.end, |cell| cell.span.end)
    }
}

impl CellXml<'_> {
    /// The value of an attribute, by its name without its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        local(&self.tag, name).map(|value| unescaped(self.tag.at(value)).into_owned())
    }

    /// Whether a formula gives what it holds.
    pub(super) fn has_formula(&self) -> bool {
        local(&self.tag, "formula").is_some()
    }

    /// Whether it holds nothing but a look.
    pub(super) fn is_empty(&self) -> bool {
        self.paragraphs.is_empty() && local(&self.tag, "value-type").is_none() && !self.has_formula()
    }

    /// Whether it holds a date.
    pub(super) fn is_date(&self) -> bool {
        local(&self.tag, "date-value").is_some()
    }

    /// Whether a merged cell lies over it.
    pub(super) fn is_covered(&self) -> bool {
        self.tag.name() == "covered-table-cell"
    }
}

/// Where the value of an attribute stands, by its name without its prefix.
pub(super) fn local(tag: &Tag<'_>, name: &str) -> Option<Range<usize>> {
    let is_it = |whole: &str| whole.rsplit(':').next() == Some(name);
    tag.attributes().find(|(whole, _)| is_it(whole)).map(|(_, value)| value)
}

impl<'t> TableXml<'t> {
    /// Takes the table of this shape apart; none if there is none, or if the names in the text are declared elsewhere than
    /// at its beginning.
    pub(super) fn read(text: &'t str, shape: &Shape) -> Option<Self> {
        let prefixes = Prefixes::of(text)?;
        let table = Self { text, prefixes, title: String::new(), rows: Vec::new(), reaches: Vec::new() };
        let mut reader = Reader {
            shape,
            table,
            depth: 0,
            sheets: None,
            ours: None,
            cell: None,
            paragraph: None,
            beside: None,
        };
        for tag in tags(text) {
            reader.tag(&tag);
        }
        (!reader.table.title.is_empty()).then_some(reader.table)
    }

    /// The row of this number, from 1.
    pub(super) fn row(&self, number: u32) -> Option<&RowXml<'t>> {
        let after = self.rows.partition_point(|row| row.first <= number);
        let row = self.rows.get(after.checked_sub(1)?)?;
        (number - row.first < row.repeated).then_some(row)
    }
}

struct Reader<'t, 's> {
    shape: &'s Shape,
    table: TableXml<'t>,
    /// How many elements are open.
    depth: u32,
    /// How many are with the element around the tables.
    sheets: Option<u32>,
    /// How many are with the table that is edited, while it is.
    ours: Option<u32>,
    /// The same of a cell in it.
    cell: Option<u32>,
    /// Where a paragraph of the cell begins.
    paragraph: Option<usize>,
    /// The same of drawings and forms, which may hold tables of their own.
    beside: Option<u32>,
}

impl<'t> Reader<'t, '_> {
    fn tag(&mut self, tag: &Tag<'t>) {
        if tag.kind == TagKind::Close {
            self.close(tag);
            self.depth = self.depth.saturating_sub(1);
            return;
        }
        self.depth += 1;
        self.open(tag);
        if tag.kind == TagKind::Empty {
            self.close(tag);
            self.depth -= 1;
        }
    }

    fn open(&mut self, tag: &Tag<'t>) {
        match tag.name() {
            "spreadsheet" if self.sheets.is_none() => self.sheets = Some(self.depth),
            "table" if self.sheets.is_some_and(|sheets| self.depth == sheets + 1) => self.begin_table(tag),
            "database-range" => self.reaches(tag, "target-range-address"),
            _ if self.ours.is_none() || self.beside.is_some() => {}
            "p" if self.cell.is_some_and(|cell| self.depth == cell + 1) => {
                self.paragraph = Some(tag.span.start);
            }
            _ if self.cell.is_some() => {}
            "shapes" | "forms" => self.beside = Some(self.depth),
            "conditional-format" => self.reaches(tag, "target-range-address"),
            "table-row" => self.begin_row(tag),
            "table-cell" | "covered-table-cell" => self.begin_cell(tag),
            _ => {}
        }
    }

    fn close(&mut self, tag: &Tag<'t>) {
        let depth = Some(self.depth);
        if self.ours == depth {
            self.ours = None;
        } else if self.beside == depth {
            self.beside = None;
        } else if let Some(row) =
            self.table.rows.last_mut().filter(|_| self.ours.is_some() && self.beside.is_none())
        {
            match (tag.name(), row.cells.last_mut()) {
                ("p", Some(cell)) if self.cell.is_some_and(|cell| self.depth == cell + 1) => {
                    cell.paragraphs.extend(self.paragraph.take().map(|start| start..tag.span.end));
                }
                (_, Some(cell)) if self.cell == depth => {
                    cell.span.end = tag.span.end;
                    self.cell = None;
                }
                ("table-row", _) if self.cell.is_none() => row.span.end = tag.span.end,
                _ => {}
            }
        }
    }

    fn begin_table(&mut self, tag: &Tag<'t>) {
        let title = local(tag, "name").map(|value| unescaped(tag.at(value)).into_owned());
        let is_ours = |title: &String| self.shape.is_sheet(title);
        if let Some(title) = title.filter(is_ours).filter(|_| self.table.title.is_empty()) {
            self.table.title = title;
            self.ours = Some(self.depth);
            self.reaches(tag, "print-ranges");
        }
    }

    fn reaches(&mut self, tag: &Tag<'t>, attribute: &str) {
        self.table.reaches.extend(local(tag, attribute));
    }

    fn begin_row(&mut self, tag: &Tag<'t>) {
        let first = self.table.rows.last().map_or(1, |row| row.first.saturating_add(row.repeated));
        let repeated = repetitions(tag, "number-rows-repeated");
        let row = RowXml { first, repeated, tag: tag.clone(), span: tag.span.clone(), cells: Vec::new() };
        self.table.rows.push(row);
    }

    fn begin_cell(&mut self, tag: &Tag<'t>) {
        let Some(row) = self.table.rows.last_mut() else { return };
        self.cell = Some(self.depth);
        let repeated = usize::try_from(repetitions(tag, "number-columns-repeated")).unwrap_or(1);
        let (first, paragraphs) = (row.width(), Vec::new());
        row.cells.push(CellXml { first, repeated, tag: tag.clone(), span: tag.span.clone(), paragraphs });
    }
}

fn repetitions(tag: &Tag<'_>, name: &str) -> u32 {
    let number = local(tag, name).and_then(|value| tag.at(value).parse().ok());
    number.filter(|number| *number > 0).unwrap_or(1)
}
