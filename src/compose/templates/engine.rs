//! How templates are run: what they may do, what they may cost, how values are printed.

use std::fmt;

use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig,
};

use super::{builtin, filters, kept};
use crate::action::Language;

/// The most that one part may cost to render, in steps of the template engine: a digest of a
/// thousand actions needs less, a template that never ends is stopped within seconds.
const FUEL: u64 = 20_000_000;

/// What runs the templates of a language.
pub(super) fn environment(language: Language) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // It cannot fail: only delimiters can be wrong.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(escape_for);
    environment.set_formatter(format_value);
    // A template may name another one with the folder of a language: it means that of its own.
    environment.set_path_join_callback(|name, _| builtin::parted(name).1.to_owned().into());
    filters::add(&mut environment, language);
    environment
}

/// What ends with `.html` is escaped.
fn escape_for(name: &str) -> AutoEscape {
    let is_html = name.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("html"));
    if is_html { AutoEscape::Html } else { AutoEscape::None }
}

/// As minijinja's own, but a value that is not there prints as nothing, and a slash stays a
/// slash: references and links are full of them, and in HTML text and quoted attributes a slash
/// means nothing.
fn format_value(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() {
        return Ok(());
    }
    if value.is_safe() || *state.auto_escape() == AutoEscape::None {
        return match value.as_str() {
            Some(text) => out.write_str(text).map_err(Error::from),
            None => write!(out, "{value}").map_err(Error::from),
        };
    }
    match value.as_str() {
        Some(text) => escape(out, text).map_err(Error::from),
        None => escape(out, &value.to_string()).map_err(Error::from),
    }
}

/// Writes a text so that it is nothing but text in HTML and in quoted attributes.
pub(super) fn escape(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)
}

/// Without the indentation and the empty lines that statements of the template leave behind, and with names kept on one
/// line.
pub(super) fn tidy_html(html: &str) -> String {
    // Most lines have nothing around them, which their first and last byte say.
    let is_visible = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let mut out = String::with_capacity(html.len());
    let mut begin = 0;
    while begin < html.len() {
        let end = memchr::memchr(b'\n', &html.as_bytes()[begin..]).map_or(html.len(), |at| begin + at);
        let line = &html[begin..end];
        begin = end + 1;
        let bytes = line.as_bytes();
        let line = if is_visible(bytes.first()) && is_visible(bytes.last()) { line } else { line.trim() };
        if !line.is_empty() {
            kept::push(line, &mut out);
            out.push('\n');
        }
    }
    out
}
