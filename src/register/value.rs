//! The neutral form of a table: what every reader makes of its syntax.

use std::borrow::Cow;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};

use crate::action::seen;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    /// Nothing.
    Empty,
    /// Text as it was typed.
    Text(Cow<'a, str>),
    /// A number that is no date.
    Number(f64),
    /// A truth value.
    Truth(bool),
    /// A real date.
    Day(Date),
    /// A real date with a time of day.
    Civil(DateTime),
    /// A real date with a time of day and an offset.
    Instant(Timestamp),
    /// A formula that went wrong, by its error code: `#REF!`.
    Fault(Cow<'a, str>),
    /// A formula whose result was never saved.
    NoResult,
}

impl Value<'_> {
    /// Whether there is nothing in it but space.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The value without characters that nobody sees; none where there are none.
    fn seen(&self) -> Option<Value<'static>> {
        let Self::Text(text) = self else { return None };
        match seen(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(Value::Text(Cow::Owned(text))),
        }
    }

    /// Its text, if it is one.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The same value, for longer than the file is in memory.
    pub(super) fn to_owned(&self) -> Value<'static> {
        match self {
            Self::Empty => Value::Empty,
            Self::Text(text) => Value::Text(Cow::Owned(text.clone().into_owned())),
            Self::Number(number) => Value::Number(*number),
            Self::Truth(truth) => Value::Truth(*truth),
            Self::Day(day) => Value::Day(*day),
            Self::Civil(time) => Value::Civil(*time),
            Self::Instant(instant) => Value::Instant(*instant),
            Self::Fault(code) => Value::Fault(Cow::Owned(code.clone().into_owned())),
            Self::NoResult => Value::NoResult,
        }
    }

    /// The value as people would type it.
    pub(super) fn as_text(&self) -> Cow<'_, str> {
        match self {
            Self::Empty | Self::NoResult => Cow::Borrowed(""),
            Self::Text(text) | Self::Fault(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number_text(*number)),
            Self::Truth(truth) => Cow::Borrowed(if *truth { "TRUE" } else { "FALSE" }),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Civil(time) => Cow::Owned(time.to_string()),
            Self::Instant(instant) => Cow::Owned(instant.to_string()),
        }
    }

    /// The error code, if a formula went wrong; also where the code was saved as plain text.
    pub(super) fn fault(&self) -> Option<&str> {
        match self {
            Self::Fault(code) => Some(code),
            Self::Text(text) if is_fault(text.trim()) => Some(text.trim()),
            _ => None,
        }
    }
}

/// The number without a needless fraction: "12", not "12.0".
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

/// The cells without characters that nobody sees: a cell of nothing else is empty, and what is left is what people
/// compare, look up and read. None where there are none, as in most rows.
pub(super) fn as_seen(cells: &[Value<'_>]) -> Option<Vec<Value<'static>>> {
    let first = cells.iter().position(|cell| cell.seen().is_some())?;
    let seen = |(at, cell): (usize, &Value<'_>)| {
        Some(cell).filter(|_| at >= first).and_then(Value::seen).unwrap_or_else(|| cell.to_owned())
    };
    Some(cells.iter().enumerate().map(seen).collect())
}

/// Whether a text is the error code of a spreadsheet program.
pub(super) fn is_fault(text: &str) -> bool {
    const CODES: [&str; 10] = [
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ];
    let libre_office = text.strip_prefix("Err:").is_some_and(|code| code.parse::<u16>().is_ok());
    libre_office || CODES.contains(&text)
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    /// Row of a sheet or line of a file, from 1.
    pub(super) line: u32,
    /// The cells, from the first column on; missing ones are empty.
    pub(super) cells: &'a [Value<'a>],
    /// The line of each cell where that is not the line of the row; else nothing.
    pub(super) lines: &'a [u32],
}
