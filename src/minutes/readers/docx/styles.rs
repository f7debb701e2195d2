//! Which styles of paragraphs are headings (ECMA-376 part 1, 17.7).

use std::collections::HashMap;

use crate::office::{Container, Fault, Node};

/// What a style says of its paragraphs.
#[derive(Debug, Clone, Default)]
pub(super) struct Style {
    /// The level of a heading, from 1.
    pub(super) heading: Option<u8>,
    /// Whether its text is bold.
    pub(super) bold: bool,
    /// The list it puts paragraphs into, and the level there.
    pub(super) list: Option<(String, usize)>,
    based_on: Option<String>,
}

/// The styles, by their ids.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

impl Styles {
    /// What a style and those that it is based on say.
    pub(super) fn get(&self, id: &str) -> Style {
        let mut found = Style::default();
        let mut next = Some(id);
        // Styles may be based on each other in a circle.
        for _ in 0..10 {
            let Some(style) = next.and_then(|id| self.0.get(id)) else { break };
            found.heading = found.heading.or(style.heading);
            found.bold |= style.bold;
            if found.list.is_none() {
                found.list.clone_from(&style.list);
            }
            next = style.based_on.as_deref();
        }
        found
    }
}

/// Reads the styles of a document.
pub(super) fn read(container: &mut Container<'_>) -> Result<Styles, Fault> {
    let mut styles = HashMap::new();
    let Some(mut xml) = container.xml("word/styles.xml")? else { return Ok(Styles::default()) };
    let mut open: Option<(String, Style)> = None;
    loop {
        match xml.next()? {
            Node::Open(element) => {
                let value = element.attribute("val")?;
                match (element.name(), &mut open) {
                    ("style", _) => {
                        open = Some((element.attribute("styleId")?.unwrap_or_default(), Style::default()));
                    }
                    ("name", Some((_, style))) => {
                        style.heading = style.heading.or(heading(&value.unwrap_or_default()));
                    }
                    ("basedOn", Some((_, style))) => style.based_on = value,
                    ("outlineLvl", Some((_, style))) => {
                        style.heading = style.heading.or(outline(value.as_deref()));
                    }
                    ("b", Some((_, style))) => style.bold = is_on(value.as_deref()),
                    ("numId", Some((_, style))) => {
                        style.list = value.map(|id| (id, style.list.as_ref().map_or(0, |list| list.1)));
                    }
                    ("ilvl", Some((_, style))) => {
                        let level = value.and_then(|level| level.parse().ok()).unwrap_or(0);
                        style.list = Some((style.list.take().map_or_else(String::new, |list| list.0), level));
                    }
                    _ => {}
                }
            }
            Node::Close(name) if name.is("style") => styles.extend(open.take()),
            Node::End => return Ok(Styles(styles)),
            _ => {}
        }
    }
}

/// "heading 2" is the built-in name in every language of Word; "Title" stands above all.
fn heading(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if name == "title" {
        return Some(1);
    }
    let level = name.strip_prefix("heading ")?.trim().parse().ok()?;
    (1..=9).contains(&level).then_some(level)
}

/// The outline level, which is counted from 0; 9 is running text.
pub(super) fn outline(value: Option<&str>) -> Option<u8> {
    value?.parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 1)
}

/// A switch without a value is on.
pub(super) fn is_on(value: Option<&str>) -> bool {
    !matches!(value, Some("0" | "false" | "off" | "none"))
}
