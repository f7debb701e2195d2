//! Excel workbooks (ECMA-376), streamed: no more than one row of a sheet is held at a time,
//! next to the texts that the sheets share.
//!
//! The parts are read here rather than by a spreadsheet library, because a hostile workbook
//! must not decide how much is allocated, and because merged cells, formula errors and formulas
//! without a result have to be told apart from data.

mod grid;
mod sheet;
mod strings;
mod styles;

use std::{collections::BTreeMap, sync::Arc};

pub(super) use grid::grid;

use self::{sheet::Book, strings::Strings, styles::Styles};
use super::{
    clean::quoted,
    columns::{Named, Sheet, sheet_named},
    intake::Intake,
    problems::Form,
    sink::OfRegister,
};
use crate::office::{Container, Fault, Node};

/// Reads all sheets of a workbook; the error is a sentence about the whole file.
pub(super) fn read(bytes: &[u8], file: &Arc<str>, intake: &mut Intake<'_>) -> Result<(), String> {
    parts(bytes, file, intake).map_err(|fault| fault.sentence("workbook"))
}

fn parts(bytes: &[u8], file: &Arc<str>, intake: &mut Intake<'_>) -> Result<(), Fault> {
    let mut container = Container::open(bytes, intake.settings.limits.unpacked_bytes, "workbook")?;
    let workbook = workbook_part(&mut container)?;
    let links = links(&mut container, &workbook)?;
    let contents = contents(&mut container, &workbook)?;
    let (strings, styles) = shared(&mut container, &links)?;
    let none = BTreeMap::new();
    let book = Book { strings: &strings, styles: &styles, from_1904: contents.from_1904, links: &none };
    for (title, link) in &contents.sheets {
        let Some(sheet) = announce(title, file, intake) else { continue };
        let missing = || Fault::Damaged(format!("the sheet {title} is missing"));
        let part = &links.get(link).ok_or_else(missing)?.target;
        let behind = self::links(&mut container, part)?;
        let mut xml = container.xml(part)?.ok_or_else(missing)?;
        sheet::read(&mut xml, &Book { links: &behind, ..book }, &mut OfRegister { sheet, intake })?;
    }
    Ok(())
}

/// What the sheets share: texts and number formats.
fn shared(container: &mut Container<'_>, links: &BTreeMap<String, Link>) -> Result<(Strings, Styles), Fault> {
    let part = |kind: &str| links.values().find(|link| link.kind == kind).map(|link| link.target.clone());
    let strings = match part("sharedStrings") {
        Some(part) => strings::read(container, &part)?,
        None => Strings::default(),
    };
    let styles = match part("styles") {
        Some(part) => styles::read(container, &part)?,
        None => Styles::default(),
    };
    Ok((strings, styles))
}

/// Begins the sheet that a title names, or notes that the sheet is not read.
pub(super) fn announce(title: &str, file: &Arc<str>, intake: &mut Intake<'_>) -> Option<Sheet> {
    match sheet_named(title) {
        Named::Sheet(sheet) => intake.begin(sheet, file, Some(title), Form::Grid).then_some(sheet),
        Named::Other => {
            let source = intake.file();
            intake.leave(title, source, 0, format!("The sheet {} is none that rappel reads.", quoted(title)));
            None
        }
    }
}

/// Where one part refers to another (ECMA-376 part 2, 9.3).
pub(super) struct Link {
    /// The last word of the relationship's type: "worksheet", "styles".
    pub(super) kind: String,
    /// The part, or an address elsewhere.
    pub(super) target: String,
}

/// The relationships of a part, by their ids.
pub(super) fn links(container: &mut Container<'_>, part: &str) -> Result<BTreeMap<String, Link>, Fault> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let mut links = BTreeMap::new();
    let Some(mut xml) = container.xml(&format!("{folder}/_rels/{name}.rels"))? else { return Ok(links) };
    loop {
        match xml.next()? {
            Node::Open(element) if element.name() == "Relationship" => {
                let (mut id, mut kind, mut target) = (String::new(), String::new(), String::new());
                let mut is_part = true;
                element.attributes(|name, value| match name {
                    "Id" => id = value.into_owned(),
                    "Type" => value.rsplit('/').next().unwrap_or_default().clone_into(&mut kind),
                    "Target" => target = value.into_owned(),
                    "TargetMode" => is_part = value != "External",
                    _ => {}
                })?;
                if is_part {
                    target = resolved(folder, &target);
                }
                links.insert(id, Link { kind, target });
            }
            Node::End => return Ok(links),
            _ => {}
        }
    }
}

/// The part that a target in `folder` means; one that begins with a slash is absolute.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

/// The main part of the package.
pub(super) fn workbook_part(container: &mut Container<'_>) -> Result<String, Fault> {
    let links = links(container, "")?;
    let main = links.into_values().find(|link| link.kind == "officeDocument");
    Ok(main.map_or_else(|| "xl/workbook.xml".to_owned(), |link| link.target))
}

/// What the main part says.
#[derive(Default)]
pub(super) struct Contents {
    /// Titles of the sheets and the ids of their relationships.
    pub(super) sheets: Vec<(String, String)>,
    /// Whether days are counted from 1 January 1904.
    pub(super) from_1904: bool,
}

pub(super) fn contents(container: &mut Container<'_>, part: &str) -> Result<Contents, Fault> {
    let mut contents = Contents::default();
    let Some(mut xml) = container.xml(part)? else {
        return Err(Fault::Damaged("the list of its sheets is missing".to_owned()));
    };
    loop {
        match xml.next()? {
            Node::Open(element) if element.name() == "sheet" => {
                let (mut title, mut id) = (String::new(), String::new());
                element.attributes(|name, value| match name {
                    "name" => title = value.into_owned(),
                    "id" => id = value.into_owned(),
                    _ => {}
                })?;
                contents.sheets.push((title, id));
            }
            // An extension repeats the element without the attribute.
            Node::Open(element) if element.name() == "workbookPr" => {
                if let Some(value) = element.attribute("date1904")? {
                    contents.from_1904 = value == "1" || value == "true";
                }
            }
            Node::End => return Ok(contents),
            _ => {}
        }
    }
}

/// Text with Excel's `_x000D_` for characters that XML cannot hold (ECMA-376 part 1, 22.9.2.19).
fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let code = code.filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        if let Some(c) = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            out.push(c);
            rest = &rest[at + 7..];
        } else {
            out.push_str("_x");
            rest = &rest[at + 2..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_to_the_folder_of_their_part() {
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolved("xl/a", "../b.xml"), "xl/b.xml");
    }

    #[test]
    fn escaped_characters_are_characters_again() {
        assert_eq!(unescaped("a_x000D_\nb_x005F_x".to_owned()), "a\r\nb_x");
        assert_eq!(unescaped("_x_xyz_x00".to_owned()), "_x_xyz_x00");
        assert_eq!(unescaped("_x00é0_".to_owned()), "_x00é0_");
    }
}
