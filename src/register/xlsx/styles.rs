//! Which cells are dates: in a workbook only their number format says so (ECMA-376 part 1, 18.8.30).

use std::collections::HashMap;

use super::{Fault, Node};
use crate::office::Container;

/// What a number format makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    /// A number.
    #[default]
    Number,
    /// A day.
    Day,
    /// A day with a time of day.
    DayAndTime,
    /// A time of day or a length of time.
    Time,
}

/// The cell styles, by number.
#[derive(Debug, Default)]
pub(super) struct Styles(Vec<Shown>);

impl Styles {
    /// How a cell of this style shows a number.
    pub(super) fn shown(&self, style: usize) -> Shown {
        self.0.get(style).copied().unwrap_or_default()
    }
}

/// Reads the part.
pub(super) fn read(container: &mut Container<'_>, part: &str) -> Result<Styles, Fault> {
    let mut styles = Styles::default();
    let Some(mut xml) = container.xml(part)? else { return Ok(styles) };
    let mut formats = HashMap::new();
    let mut in_cells = false;
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name() {
                "numFmt" => {
                    let (mut id, mut code) = (None, String::new());
                    element.attributes(|name, value| match name {
                        "numFmtId" => id = value.parse::<u32>().ok(),
                        "formatCode" => code = value.into_owned(),
                        _ => {}
                    })?;
                    formats.extend(id.map(|id| (id, of_code(&code))));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = element.attribute("numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                    styles.0.push(formats.get(&id).copied().unwrap_or_else(|| built_in(id)));
                }
                _ => {}
            },
            Node::Close(name) if name.is("cellXfs") => in_cells = false,
            Node::End => return Ok(styles),
            _ => {}
        }
    }
}

/// The formats that every program knows by number; 27 to 36 and 50 to 58 are East Asian dates.
fn built_in(id: u32) -> Shown {
    match id {
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Shown::Day,
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => Shown::Time,
        22 => Shown::DayAndTime,
        _ => Shown::Number,
    }
}

/// What the first section of a format code shows: `dd/mm/yyyy`, `[$-809]d mmmm yyyy hh:mm`, `[h]:mm`.
fn of_code(code: &str) -> Shown {
    let (mut day, mut month, mut time) = (false, false, false);
    let mut characters = code.chars();
    while let Some(c) = characters.next() {
        match c.to_ascii_lowercase() {
            ';' => break,
            // The next character is shown, skipped or repeated as it is.
            '\\' | '_' | '*' => drop(characters.next()),
            '"' => drop(characters.by_ref().find(|c| *c == '"')),
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                time |= !inside.is_empty() && inside.chars().all(|c| "hmsHMS".contains(c));
            }
            'd' | 'y' => day = true,
            'm' => month = true,
            'h' | 's' => time = true,
            _ => {}
        }
    }
    match (day, month, time) {
        (true, _, true) => Shown::DayAndTime,
        (false, _, true) => Shown::Time,
        (true, _, false) | (false, true, false) => Shown::Day,
        (false, false, false) => Shown::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_code_says_whether_it_shows_a_day_or_a_time() {
        let days = ["dd/mm/yyyy", "yyyy-mm-dd;@", "[$-809]d mmmm yyyy", "mmm\\-yy", "[Red]d.m.yy", "mmmm"];
        assert!(days.iter().all(|code| of_code(code) == Shown::Day));
        let both = ["yyyy-mm-dd hh:mm", "d/m/yy\" at \"h:mm AM/PM"];
        assert!(both.iter().all(|code| of_code(code) == Shown::DayAndTime));
        assert!(["[h]:mm:ss", "h:mm", "mm:ss.0"].iter().all(|code| of_code(code) == Shown::Time));
        let numbers = ["General", "0.00", "#,##0 \"days\"", "[Red]0", "0\\d", "@", "0;\"d\""];
        assert!(numbers.iter().all(|code| of_code(code) == Shown::Number));
    }
}
