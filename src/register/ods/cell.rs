//! A cell of a table: what it says, whatever else hangs on it (ODF 1.2 part 1, 9.1.4).

use std::borrow::Cow;

use super::{repetitions, skip};
use crate::{
    office::{Element, Fault, Node, Xml},
    register::{
        formula::leads_to,
        value::{Value, is_fault},
    },
};

/// A cell as it stands in the file.
pub(super) struct Cell {
    pub(super) repeated: u32,
    /// Rows and columns that it covers.
    pub(super) spans: (u32, u32),
    kind: String,
    /// The value that an attribute gives.
    given: Option<String>,
    has_formula: bool,
    is_error: bool,
    /// What is shown.
    text: String,
    /// Whether anything is, and be it nothing: an empty paragraph is the result of a formula that gives an empty text.
    is_shown: bool,
    /// Where what is shown leads.
    pub(super) leads_to: Option<String>,
}

impl Cell {
    pub(super) fn open(element: &Element<'_>) -> Result<Self, Fault> {
        let mut cell = Self {
            repeated: 1,
            spans: (1, 1),
            kind: String::new(),
            given: None,
            has_formula: false,
            is_error: false,
            text: String::new(),
            is_shown: false,
            leads_to: None,
        };
        let number = |value: &str| value.parse().ok().filter(|number| *number > 0).unwrap_or(1);
        element.attributes(|name, value| match name {
            "number-columns-repeated" => cell.repeated = number(&value),
            "number-rows-spanned" => cell.spans.0 = number(&value),
            "number-columns-spanned" => cell.spans.1 = number(&value),
            "value-type" if *value == *"error" => cell.is_error = true,
            "value-type" if cell.kind.is_empty() => cell.kind = value.into_owned(),
            "value" | "date-value" | "boolean-value" | "string-value" | "time-value" => {
                cell.given = Some(value.into_owned());
            }
            "formula" => {
                cell.has_formula = true;
                cell.leads_to = leads_to(&value);
            }
            _ => {}
        })?;
        Ok(cell)
    }

    /// Reads what is shown, to the end of the cell; `depth` elements are open around it.
    pub(super) fn read(mut self, xml: &mut Xml<'_>, depth: u32) -> Result<Self, Fault> {
        let mut in_paragraph = false;
        while xml.depth() > depth {
            let inside = xml.depth();
            match xml.next()? {
                Node::Open(element) => match element.name() {
                    "p" if inside == depth + 1 => {
                        if self.is_shown {
                            self.text.push('\n');
                        }
                        (self.is_shown, in_paragraph) = (true, true);
                    }
                    "s" if in_paragraph => {
                        let spaces = repetitions(&element, "c")?.min(1_000);
                        self.text.extend(std::iter::repeat_n(' ', spaces as usize));
                    }
                    "tab" if in_paragraph => self.text.push('\t'),
                    "line-break" if in_paragraph => self.text.push('\n'),
                    "a" if in_paragraph && self.leads_to.is_none() => {
                        self.leads_to = element.attribute("href")?;
                    }
                    "span" | "a" | "ruby" | "ruby-base" if in_paragraph => {}
                    // Comments, drawings: not what the cell says.
                    _ => skip(xml, inside)?,
                },
                // A line break in the XML is a space; a real one is an element (ODF 1.2 part 1, 6.1.2).
                Node::Text(text) if in_paragraph => self.text.push_str(&text.replace(['\n', '\t'], " ")),
                Node::Close(name) if name.is("p") => in_paragraph = false,
                Node::End => break,
                _ => {}
            }
        }
        Ok(self)
    }

    pub(super) fn value(self) -> Value<'static> {
        let shown = self.text.trim();
        if self.is_error || (self.has_formula && is_fault(shown)) {
            return Value::Fault(Cow::Owned(if shown.is_empty() {
                "#VALUE!".to_owned()
            } else {
                shown.to_owned()
            }));
        }
        let text = |text: String| Value::Text(Cow::Owned(text));
        match (self.kind.as_str(), self.given) {
            ("", None) if self.has_formula && !self.is_shown => Value::NoResult,
            ("float" | "percentage" | "currency", Some(given)) => {
                given.parse().map_or_else(|_| text(given), Value::Number)
            }
            ("date", Some(given)) => date(&given).unwrap_or_else(|| text(given)),
            ("boolean", Some(given)) => Value::Truth(given == "true"),
            ("string", Some(given)) => text(given),
            ("time", Some(_)) | (_, None) => text(self.text),
            (_, Some(given)) => text(if self.text.is_empty() { given } else { self.text }),
        }
    }
}

/// The value of a date cell: ISO 8601, with a time of day if it has one.
fn date(given: &str) -> Option<Value<'static>> {
    // The parser of days would take a time of day behind the day, and lose it.
    if given.len() == "2017-06-23".len() {
        return given.parse().ok().map(Value::Day);
    }
    let time: jiff::civil::DateTime = given.parse().ok()?;
    time.round(jiff::Unit::Second).ok().map(Value::Civil)
}
