//! A report as a value: what it says and shows, whatever the file is that it ends in.

use jiff::civil::Date;

use crate::action::Language;

/// A whole report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The language of all its words.
    pub language: Language,
    /// What it is about.
    pub title: String,
    /// Who made it.
    pub source: String,
    /// The day on which it shows how things stand.
    pub day: Date,
    /// The table at its head: a label and what stands beside it.
    pub head: Vec<Label>,
    /// What it says, from top to bottom.
    pub blocks: Vec<Block>,
    /// For the foot of pages: "Page # of #", with the number of the page and how many there are for the signs.
    pub page: String,
    /// The header of a column that says in which section a row stands.
    pub section: String,
    /// The header of a column that says in which group of a section a row stands.
    pub group: String,
}

/// A label with what it labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// "Source:".
    pub label: String,
    /// What stands there.
    pub text: String,
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading: level 1 for a section, 2 for a group in it.
    Heading {
        /// 1 or 2.
        level: u8,
        /// What it says.
        text: String,
    },
    /// A paragraph.
    Text(String),
    /// A table.
    Table(Table),
}

/// A table with a header.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The columns, the first at the start of the line.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row: a cell for each column.
pub type Row = Vec<Cell>;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// Its share of the width of a page, in hundredths.
    pub share: u32,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text; a line break begins a paragraph of its own.
    Text(String),
    /// A day: as itself for workbooks, in words for readers.
    Day {
        /// The day.
        day: Date,
        /// In words, and what is to be said about it: "23 June 2017 (7 days overdue)".
        said: String,
    },
}

impl Cell {
    /// As people read it.
    #[must_use]
    pub fn said(&self) -> &str {
        match self {
            Self::Text(text) | Self::Day { said: text, .. } => text,
        }
    }

    /// As programs read it: a day as 2017-06-23.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Day { day, .. } => day.to_string(),
        }
    }
}

impl Report {
    /// Every table with the section and the group that it stands in.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &str, &Table)> {
        let (mut section, mut group) = ("", "");
        self.blocks.iter().filter_map(move |block| match block {
            Block::Heading { level: 1, text } => {
                (section, group) = (text, "");
                None
            }
            Block::Heading { text, .. } => {
                group = text;
                None
            }
            Block::Text(_) => None,
            Block::Table(table) => Some((section, group, table)),
        })
    }
}
