//! The texts that the sheets of a workbook share (ECMA-376 part 1, 18.4).

use super::{Fault, Node, unescaped};
use crate::office::Container;

/// The texts, one after the other in one allocation: a workbook of a hundred thousand rows has
/// nearly as many of them.
#[derive(Debug, Default)]
pub(super) struct Strings {
    all: String,
    ends: Vec<u32>,
}

impl Strings {
    fn push(&mut self, text: &str) -> Result<(), Fault> {
        self.all.push_str(text);
        let end = u32::try_from(self.all.len());
        self.ends.push(end.map_err(|_| Fault::Limit("The workbook holds too much text.".to_owned()))?);
        Ok(())
    }

    /// The text of a number.
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.all.get(start as usize..end as usize)
    }
}

/// Reads the part.
pub(super) fn read(container: &mut Container<'_>, part: &str) -> Result<Strings, Fault> {
    let mut strings = Strings::default();
    let Some(mut xml) = container.xml(part)? else { return Ok(strings) };
    let mut text = String::new();
    let (mut inside, mut spelling) = (false, false);
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name() {
                "t" => inside = true,
                // How to pronounce it, not what it says.
                "rPh" => spelling = true,
                _ => {}
            },
            Node::Text(piece) if inside && !spelling => text.push_str(&piece),
            Node::Close(name) if name.is("t") => inside = false,
            Node::Close(name) if name.is("rPh") => spelling = false,
            Node::Close(name) if name.is("si") => {
                text = unescaped(text);
                strings.push(&text)?;
                text.clear();
            }
            Node::End => return Ok(strings),
            _ => {}
        }
    }
}
