//! A value as it was given, right or wrong.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};

/// Longer texts are cut when they are shown.
const SHOWN_CHARS: usize = 60;

/// A value as it was given. Reading it never fails: what is wrong with it is said later,
/// together with everything else that is wrong.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Given {
    /// Not given at all.
    #[default]
    Nothing,
    /// A text, or a date.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Another number.
    Real(f64),
    /// True or false.
    YesNo(bool),
    /// Several.
    List(Vec<Given>),
    /// A section where a value belongs.
    Table,
}

/// As people read it in a message: cut when it is long, control characters made visible.
impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Whole(number) => number.fmt(f),
            Self::Real(number) => number.fmt(f),
            Self::YesNo(yes) => yes.fmt(f),
            Self::List(_) => f.write_str("a list in square brackets"),
            Self::Table => f.write_str("a section"),
        }
    }
}

/// The text in quotes, cut when it is long, control characters made visible.
pub(super) fn quoted(text: &str) -> String {
    let text = without_login(text);
    let mut shown: String = text.chars().take(SHOWN_CHARS).flat_map(visible).collect();
    if text.chars().nth(SHOWN_CHARS).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// A web address without the name and the password that it may carry.
fn without_login(text: &str) -> Cow<'_, str> {
    match (text.find("://"), text.rfind('@')) {
        (Some(start), Some(end)) if start < end => {
            Cow::Owned(format!("{}://***{}", &text[..start], &text[end..]))
        }
        _ => Cow::Borrowed(text),
    }
}

/// A character as it may be shown. A control character could act on the reader's terminal.
pub(super) fn visible(c: char) -> impl Iterator<Item = char> {
    let escaped = if c.is_control() { c.escape_debug().to_string() } else { c.to_string() };
    escaped.chars().collect::<Vec<_>>().into_iter()
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Given, E> {
        Ok(Given::Nothing)
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Given, E> {
        Ok(Given::YesNo(yes))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Given, E> {
        Ok(Given::Whole(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Given, E> {
        Ok(Given::Real(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Given, E> {
        Ok(Given::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Given, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Given::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
        // Taken as values, not as `IgnoredAny`: ignored ones would be reported as unknown keys
        // on top of the section that should not be there.
        while map.next_entry::<String, Self::Value>()?.is_some() {}
        Ok(Given::Table)
    }
}
