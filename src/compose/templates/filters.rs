//! What templates can do to a value, beside what every Jinja can.

use std::fmt;

use minijinja::{Environment, Error, ErrorKind, Value, value::Kwargs};
use unicode_width::UnicodeWidthStr;

use super::forms;
use crate::{action::Language, compose::speech::Speech};

/// Begins a part of a text whose direction is its own (Unicode, UAX 9: FIRST STRONG ISOLATE).
const ISOLATE: char = '\u{2068}';
/// Ends it (POP DIRECTIONAL ISOLATE).
const END_OF_ISOLATE: char = '\u{2069}';

/// Gives the filters to an environment, for letters in `language`.
pub(super) fn add(environment: &mut Environment<'static>, language: Language) {
    environment.add_filter("listed", move |items: Vec<Value>| Speech::of(language).list(&items));
    environment.add_filter("plural", move |count: u64, forms: Kwargs| plural(language, count, &forms));
    environment.add_filter("isolated", move |text: String| isolated(language, text));
    environment.add_filter("column", column);
    environment.add_filter("breaks", breaks);
}

/// The filter `plural`: `{{ 5 | plural(one="# day", other="# days") }}` is "5 days". Which forms a
/// language has, CLDR says; one that is not given is "other".
fn plural(language: Language, count: u64, forms: &Kwargs) -> Result<String, Error> {
    const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
    // Not `Kwargs::get`, which writes a list of what was looked at: this is in every letter.
    if let Some(unknown) = forms.args().find(|name| !FORMS.contains(name)) {
        let why = format!("unknown keyword argument '{unknown}'");
        return Err(Error::new(ErrorKind::TooManyArguments, why));
    }
    let category = Speech::of(language).plural(count);
    let mut chosen = None;
    for name in FORMS {
        let form: Option<&str> = forms.peek(name)?;
        if name == category || (name == "other" && chosen.is_none()) {
            chosen = form;
        }
    }
    let form = chosen
        .ok_or_else(|| Error::new(ErrorKind::MissingArgument, "plural needs at least the form \"other\""))?;
    Ok(form.replace('#', &count.to_string()))
}

/// The filter `isolated`: a name, a reference or an address keeps its own direction in a text that
/// is written from right to left. In other texts nothing is added.
pub(crate) fn isolated(language: Language, text: String) -> String {
    if language.is_right_to_left() && !text.is_empty() {
        format!("{ISOLATE}{text}{END_OF_ISOLATE}")
    } else {
        text
    }
}

/// The filter `column`: a label filled up with spaces, at least two, to this column.
fn column(label: &str, at: usize) -> String {
    let spaces = at.saturating_sub(label.width()).max(2);
    format!("{label}{}", " ".repeat(spaces.min(80)))
}

/// The filter `breaks`: a text with several lines as HTML, each line escaped.
fn breaks(text: &str) -> Result<Value, Error> {
    if let Some(blank) = forms::with_breaks(text) {
        return Ok(Value::from_safe_string(blank));
    }
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    with_breaks(text, &mut out)?;
    Ok(Value::from_safe_string(out))
}

/// Writes what the filter `breaks` makes of a text.
pub(super) fn with_breaks(text: &str, out: &mut String) -> fmt::Result {
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push_str("<br>");
        }
        super::engine::escape(out, line)?;
    }
    Ok(())
}
