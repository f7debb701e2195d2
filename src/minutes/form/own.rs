//! What people add to a form that is theirs alone: columns of their own, and notes at cells. A review keeps them.

use std::collections::HashMap;

use super::columns::Column;
use crate::{
    action::tidy,
    minutes::Decided,
    office::{Container, Fault, Node},
    register::TextRow,
};

/// What somebody added to a row of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// The cells of columns that are not the form's, by their headers; empty ones as well, so that the column stays.
    pub cells: Vec<(String, String)>,
    /// The notes at cells, by the headers of their columns.
    pub notes: Vec<(String, String)>,
}

/// The cells of a row in columns that are not the form's.
pub(super) fn cells(header: &TextRow, row: &TextRow) -> Vec<(String, String)> {
    let named = header.cells.iter().enumerate().map(|(at, name)| (at, tidy(name)));
    let own = named.filter(|(_, name)| !name.is_empty() && Column::of(name).is_none());
    own.map(|(at, name)| (name, row.cells.get(at).cloned().unwrap_or_default())).collect()
}

/// Gives the rows of a workbook the notes at their cells. Notes that cannot be read are none.
pub fn take_notes(decided: &mut [Decided], header: &TextRow, workbook: &[u8]) {
    // A workbook with more text in its notes than this is no form.
    const MOST: u64 = 64 << 20;
    let notes = notes(workbook, MOST).unwrap_or_default();
    for row in decided {
        let at =
            |(column, name): (usize, &String)| Some((tidy(name), notes.get(&(row.line, column))?.clone()));
        row.own.notes = header.cells.iter().enumerate().filter_map(at).collect();
    }
}

/// The notes of the first sheet, by row from 1 and column from 0.
fn notes(workbook: &[u8], most: u64) -> Result<HashMap<(u32, usize), String>, Fault> {
    let mut container = Container::open(workbook, most, "workbook")?;
    let Some(part) = notes_part(&mut container)? else { return Ok(HashMap::new()) };
    let Some(mut xml) = container.xml(&part)? else { return Ok(HashMap::new()) };
    let mut notes = HashMap::new();
    let (mut at, mut in_text, mut text) = (None, false, String::new());
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name() {
                "comment" => {
                    at = element.attribute("ref")?.as_deref().and_then(cell);
                    text.clear();
                }
                name => in_text = name == "t",
            },
            Node::Text(piece) if in_text => text.push_str(&piece),
            Node::Text(_) => {}
            Node::Close(name) => {
                in_text = false;
                if let Some(at) = at.take_if(|_| name.is("comment")) {
                    notes.insert(at, std::mem::take(&mut text));
                }
            }
            Node::End => return Ok(notes),
        }
    }
}

/// The part with the notes of the first sheet.
fn notes_part(container: &mut Container<'_>) -> Result<Option<String>, Fault> {
    let Some(mut xml) = container.xml("xl/worksheets/_rels/sheet1.xml.rels")? else { return Ok(None) };
    loop {
        match xml.next()? {
            Node::Open(element) if element.name() == "Relationship" => {
                let is_notes = element.attribute("Type")?.is_some_and(|kind| kind.ends_with("/comments"));
                if let Some(target) = element.attribute("Target")?.filter(|_| is_notes) {
                    let target = target.trim_start_matches("/xl/").trim_start_matches("../");
                    return Ok(Some(format!("xl/{target}")));
                }
            }
            Node::End => return Ok(None),
            _ => {}
        }
    }
}

/// "C7" is row 7, column 2.
fn cell(reference: &str) -> Option<(u32, usize)> {
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = reference.split_at(digits);
    let column = letters.bytes().try_fold(0_usize, |column, letter| {
        let letter = letter.is_ascii_uppercase().then(|| usize::from(letter - b'A') + 1)?;
        column.checked_mul(26)?.checked_add(letter)
    })?;
    Some((row.parse().ok()?, column.checked_sub(1)?))
}
