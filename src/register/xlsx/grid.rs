//! One sheet of a workbook as plain text, for tables that are no register.

use std::collections::BTreeMap;

use super::{Book, Container, Fault, contents, links, shared, sheet, workbook_part};
use crate::{
    action::fold,
    register::{Limits, TextRow, sink::Grid},
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
    let none = BTreeMap::new();
    let book = Book { strings: &strings, styles: &styles, from_1904: contents.from_1904, links: &none };
    let wanted = contents.sheets.iter().find(|(name, _)| fold(name) == fold(title));
    let part = wanted.and_then(|(_, link)| links.get(link)).map(|link| link.target.clone());
    let Some(mut xml) = part.map(|part| container.xml(&part)).transpose()?.flatten() else { return Ok(None) };
    let mut grid = Grid::new(limits);
    sheet::read(&mut xml, &book, &mut grid)?;
    grid.into_rows(title).map(Some).map_err(Fault::Limit)
}
