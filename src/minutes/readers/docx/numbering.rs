//! The numbers and bullets of lists (ECMA-376 part 1, 17.9), which stand nowhere in the text.

use std::collections::HashMap;

use crate::office::{Container, Fault, Node};

/// A list has nine levels.
const LEVELS: usize = 9;

/// One level of a list.
#[derive(Debug, Clone, Default)]
struct Level {
    /// "decimal", "lowerLetter", "bullet".
    format: String,
    /// "%1.%2)", or the bullet.
    text: String,
    start: u32,
}

/// The lists of a document.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// The levels of each abstract list.
    abstracts: HashMap<String, Vec<Level>>,
    /// The abstract list of each list.
    lists: HashMap<String, String>,
}

/// How far the lists were counted.
#[derive(Debug, Default)]
pub(super) struct Counters(HashMap<String, [u32; LEVELS]>);

impl Numbering {
    /// The number of the next paragraph at a level of a list.
    pub(super) fn next(&self, list: &str, level: usize, counters: &mut Counters) -> Option<String> {
        let of = self.lists.get(list)?;
        let levels = self.abstracts.get(of)?;
        let level = level.min(LEVELS - 1);
        let here = levels.get(level)?;
        // Lists that share their abstract list count on.
        let counts = counters.0.entry(of.clone()).or_insert_with(|| {
            let mut starts = [0; LEVELS];
            for (start, level) in starts.iter_mut().zip(levels) {
                *start = level.start.saturating_sub(1);
            }
            starts
        });
        counts[level] = counts[level].saturating_add(1);
        for (deeper, count) in counts.iter_mut().enumerate().skip(level + 1) {
            *count = levels.get(deeper).map_or(0, |level| level.start.saturating_sub(1));
        }
        if here.format == "bullet" || here.format == "none" {
            return (here.format == "bullet").then(|| "•".to_owned());
        }
        let mut text = here.text.clone();
        for (at, count) in counts.iter().enumerate() {
            let format = levels.get(at).map_or("decimal", |level| level.format.as_str());
            text = text.replace(&format!("%{}", at + 1), &number(*count, format));
        }
        Some(text).filter(|text| !text.trim().is_empty())
    }
}

fn number(count: u32, format: &str) -> String {
    match format {
        "lowerLetter" | "upperLetter" => {
            let index = count.saturating_sub(1) % 26;
            let letter = char::from_u32(u32::from('a') + index).unwrap_or('a');
            if format == "upperLetter" { letter.to_ascii_uppercase().to_string() } else { letter.to_string() }
        }
        "lowerRoman" => roman(count),
        "upperRoman" => roman(count).to_uppercase(),
        _ => count.to_string(),
    }
}

fn roman(mut count: u32) -> String {
    let digits = [(50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")];
    if count > 89 {
        return count.to_string();
    }
    let mut out = String::new();
    for (value, letters) in digits {
        while count >= value {
            out.push_str(letters);
            count -= value;
        }
    }
    out
}

/// Reads the lists of a document.
pub(super) fn read(container: &mut Container<'_>) -> Result<Numbering, Fault> {
    let mut numbering = Numbering::default();
    let Some(mut xml) = container.xml("word/numbering.xml")? else { return Ok(numbering) };
    let (mut of, mut list): (Option<String>, Option<String>) = (None, None);
    loop {
        match xml.next()? {
            Node::Open(element) => {
                let value = element.attribute("val")?.unwrap_or_default();
                match element.name() {
                    "abstractNum" => of = element.attribute("abstractNumId")?,
                    "num" => list = element.attribute("numId")?,
                    "abstractNumId" => {
                        if let Some(list) = &list {
                            numbering.lists.insert(list.clone(), value);
                        }
                    }
                    "lvl" => {
                        if let Some(of) = of.as_ref().filter(|_| list.is_none()) {
                            let levels = numbering.abstracts.entry(of.clone()).or_default();
                            levels.push(Level { start: 1, ..Level::default() });
                            levels.truncate(LEVELS);
                        }
                    }
                    name @ ("numFmt" | "lvlText" | "start") => {
                        let level = of
                            .as_ref()
                            .and_then(|of| numbering.abstracts.get_mut(of))
                            .and_then(|all| all.last_mut());
                        match (name, level.filter(|_| list.is_none())) {
                            ("numFmt", Some(level)) => level.format = value,
                            ("lvlText", Some(level)) => level.text = value,
                            (_, Some(level)) => level.start = value.parse().unwrap_or(1),
                            (_, None) => {}
                        }
                    }
                    _ => {}
                }
            }
            Node::Close(name) if name.is("abstractNum") => of = None,
            Node::Close(name) if name.is("num") => list = None,
            Node::End => return Ok(numbering),
            _ => {}
        }
    }
}
