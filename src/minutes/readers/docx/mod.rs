//! Word documents (ECMA-376 part 1, 17): what a reader of the document sees, with every tracked change accepted.
//!
//! Text that was deleted is not text. Macros, embedded objects, comments and field codes are not looked at.

mod body;
mod numbering;
mod styles;

use super::{Limits, Refused};
use crate::{
    minutes::document::Builder,
    office::{Container, Fault, Node},
};
use body::{Body, Look};

/// Reads a document.
pub(super) fn read(bytes: &[u8], limits: &Limits, builder: &mut Builder) -> Result<(), Refused> {
    parts(bytes, limits, builder).map_err(|fault| Refused(fault.sentence("document")))
}

fn parts(bytes: &[u8], limits: &Limits, builder: &mut Builder) -> Result<(), Fault> {
    let mut container = Container::open(bytes, limits.unpacked_bytes, "document")?;
    if container.has("word/vbaProject.bin") {
        builder.note("The document has macros; they were left alone.");
    }
    properties(&mut container, builder)?;
    let styles = styles::read(&mut container)?;
    let numbering = numbering::read(&mut container)?;
    let look = Look { styles: &styles, numbering: &numbering };
    for number in 1..=3 {
        aside(&mut container, &format!("word/header{number}.xml"), "header", look, builder)?;
    }
    let Some(mut xml) = container.xml("word/document.xml")? else {
        return Err(Fault::Damaged("its text is missing".to_owned()));
    };
    builder.page(1);
    if !Body::new(look, builder).read(&mut xml)? {
        builder.without_pages();
    }
    drop(xml);
    aside(&mut container, "word/footnotes.xml", "footnote", look, builder)?;
    aside(&mut container, "word/endnotes.xml", "endnote", look, builder)
}

/// A part beside the text, if there is one.
fn aside(
    container: &mut Container<'_>,
    part: &str,
    what: &str,
    look: Look<'_>,
    builder: &mut Builder,
) -> Result<(), Fault> {
    let Some(mut xml) = container.xml(part)? else { return Ok(()) };
    builder.aside(Some(what));
    let read = Body::new(look, builder).read(&mut xml);
    builder.aside(None);
    read.map(|_| ())
}

/// The title that the file's properties give.
fn properties(container: &mut Container<'_>, builder: &mut Builder) -> Result<(), Fault> {
    let Some(mut xml) = container.xml("docProps/core.xml")? else { return Ok(()) };
    let (mut in_title, mut title) = (false, String::new());
    loop {
        match xml.next()? {
            Node::Open(element) => in_title = element.name() == "title",
            Node::Text(text) if in_title => title.push_str(&text),
            Node::Close(_) => in_title = false,
            Node::End => break,
            Node::Text(_) => {}
        }
    }
    builder.field("Title", &title);
    Ok(())
}
