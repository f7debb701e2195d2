//! Where something stands in a report.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where something stands, as people find it again: page, section, paragraph, row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The attachment of a message that it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<String>,
    /// The page, from 1, in formats that have pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// The heading above it, with its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The line of a text file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The paragraph of the document, from 1; headings and the paragraphs of tables are not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// The table of the document, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<u32>,
    /// The row of the table, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Header, footer or footnote, if it does not stand in the text itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aside: Option<String>,
}

impl Place {
    /// The same place without the row: the table.
    #[must_use]
    pub fn at_row(&self, row: u32) -> Self {
        Self { row: Some(row), ..self.clone() }
    }
}

/// "page 3, section 4.2 Liaison, paragraph 12", "table 2, row 5".
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |what: &str, number: Option<u32>| number.map(|number| format!("{what} {number}"));
        let parts = [
            self.attachment.as_ref().map(|name| format!("attachment {name}")),
            number("page", self.page),
            self.section.as_ref().map(|section| format!("section {section}")),
            self.aside.clone(),
            number("line", self.line),
            // The line finds it; in a file with lines nobody counts paragraphs.
            number("paragraph", self.paragraph.filter(|_| self.line.is_none() && self.table.is_none())),
            number("table", self.table),
            number("row", self.row),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_said_from_the_large_to_the_small() {
        let place = Place {
            page: Some(3),
            section: Some("4.2 Liaison".to_owned()),
            paragraph: Some(12),
            ..Place::default()
        };
        assert_eq!(place.to_string(), "page 3, section 4.2 Liaison, paragraph 12");
        let row = Place { table: Some(2), ..Place::default() }.at_row(5);
        assert_eq!(row.to_string(), "table 2, row 5");
    }
}
