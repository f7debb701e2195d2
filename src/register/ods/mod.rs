//! Open Document spreadsheets (ODF 1.2 part 1, 9), streamed row by row.
//!
//! A few bytes of such a file can stand for millions of cells, because equal neighbours are
//! written once with a number of repetitions: only what holds something is ever repeated, and
//! only up to the limits.

mod cell;
mod table;

use std::sync::Arc;

use self::table::Table;
use super::{
    Limits, TextRow,
    intake::Intake,
    sink::{Grid, OfRegister},
    xlsx::announce,
};
use crate::{
    action::fold,
    office::{Container, Element, Fault, Node, Xml},
};

/// The part of the file that has the tables.
pub(super) const CONTENT: &str = "content.xml";

/// Reads all sheets; the error is a sentence about the whole file.
pub(super) fn read(bytes: &[u8], file: &Arc<str>, intake: &mut Intake<'_>) -> Result<(), String> {
    let limits = intake.settings.limits;
    tables(bytes, &limits, |title, xml, depth| match announce(title, file, intake) {
        Some(sheet) => Table::new(depth).read(xml, &mut OfRegister { sheet, intake }),
        None => Ok(()),
    })
    .map_err(|fault| fault.sentence("workbook"))
}

/// The rows of the sheet of this title; none if there is no such sheet. The error is a sentence about the whole file.
pub(super) fn grid(bytes: &[u8], title: &str, limits: &Limits) -> Result<Option<Vec<TextRow>>, String> {
    let mut grid = None;
    tables(bytes, limits, |name, xml, depth| {
        if grid.is_some() || fold(name) != fold(title) {
            return Ok(());
        }
        Table::new(depth).read(xml, grid.insert(Grid::new(limits)))
    })
    .map_err(|fault| fault.sentence("workbook"))?;
    grid.map(|grid| grid.into_rows(title)).transpose()
}

/// Hands in each table of the file by its title, at its beginning, with the number of elements that are open with it.
fn tables(
    bytes: &[u8],
    limits: &Limits,
    mut table: impl FnMut(&str, &mut Xml<'_>, u32) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut container = Container::open(bytes, limits.unpacked_bytes, "workbook")?;
    let mut xml =
        container.xml(CONTENT)?.ok_or_else(|| Fault::Damaged("its content is missing".to_owned()))?;
    let mut in_spreadsheet = None;
    loop {
        let depth = xml.depth();
        match xml.next()? {
            Node::Open(element) if element.name() == "spreadsheet" => in_spreadsheet = Some(depth + 1),
            // Only tables right below: change tracking and links hold tables as well.
            Node::Open(element) if element.name() == "table" && in_spreadsheet == Some(depth) => {
                let title = element.attribute("name")?.unwrap_or_default();
                table(&title, &mut xml, depth + 1)?;
                skip(&mut xml, depth)?;
            }
            Node::End => return Ok(()),
            _ => {}
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

fn repetitions(element: &Element<'_>, name: &str) -> Result<u32, Fault> {
    Ok(element
        .attribute(name)?
        .and_then(|number| number.parse().ok())
        .filter(|number| *number > 0)
        .unwrap_or(1))
}
