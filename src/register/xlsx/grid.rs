//! One sheet of a workbook as plain text, for tables that are no register.

use super::{
    Book, Container, Fault, contents, links, shared,
    sheet::{self, Sink},
    workbook_part,
};
use crate::{
    action::fold,
    register::{Limits, TextRow, value::Row},
};

/// The rows of the sheet of this title; none if there is no such sheet. The error is a sentence about the whole
/// file.
pub(in crate::register) fn grid(
    bytes: &[u8],
    title: &str,
    limits: &Limits,
) -> Result<Option<Vec<TextRow>>, String> {
    rows(bytes, title, limits).map_err(|fault| fault.sentence("workbook"))
}

fn rows(bytes: &[u8], title: &str, limits: &Limits) -> Result<Option<Vec<TextRow>>, Fault> {
    let mut container = Container::open(bytes, limits.unpacked_bytes, "workbook")?;
    let workbook = workbook_part(&mut container)?;
    let links = links(&mut container, &workbook)?;
    let contents = contents(&mut container, &workbook)?;
    let (strings, styles) = shared(&mut container, &links)?;
    let book = Book { strings: &strings, styles: &styles, from_1904: contents.from_1904 };
    let wanted = contents.sheets.iter().find(|(name, _)| fold(name) == fold(title));
    let part = wanted.and_then(|(_, link)| links.get(link)).map(|link| link.target.clone());
    let Some(mut xml) = part.map(|part| container.xml(&part)).transpose()?.flatten() else { return Ok(None) };
    let mut grid = Grid { limits: *limits, rows: Vec::new(), beyond: None };
    sheet::read(&mut xml, &book, &mut grid)?;
    match grid.beyond {
        Some(line) => Err(Fault::Limit(format!(
            "The sheet {title} has a cell in row {line} that lies far outside the table. Empty it."
        ))),
        None => Ok(Some(grid.rows)),
    }
}

struct Grid {
    limits: Limits,
    rows: Vec<TextRow>,
    /// The row of a cell that is not read.
    beyond: Option<u32>,
}

impl Sink for Grid {
    fn limits(&self) -> Limits {
        self.limits
    }

    fn row(&mut self, row: &Row<'_>) {
        let cells: Vec<_> = row.cells.iter().map(|cell| cell.as_text().into_owned()).collect();
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            self.rows.push(TextRow { line: row.line, cells });
        }
    }

    fn merged(&mut self, _: (u32, u32), _: (u32, u32)) {}

    fn far_cell(&mut self, line: u32, _: u32) {
        self.beyond.get_or_insert(line);
    }
}
