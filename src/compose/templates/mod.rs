//! The texts of letters: templates that are compiled in, each of which a file can replace.
//!
//! Templates are written in the language of Jinja (minijinja). A name such as `en/reminder.html`
//! says the language of the letter, the kind of letter and the part; what ends with `.html`
//! escapes every value. `en/phrases.txt` and `en/digest.phrases.txt` make the sentences that several
//! parts have in common, `en/layout.html` is the frame of the HTML part, `en/facts.html` and
//! `en/state.html` are its pieces.

mod builtin;
mod check;
mod phrases;
#[cfg(test)]
mod tests;
mod variables;

use std::fmt;

use minijinja::{
    AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig,
    value::Serde,
};
use serde::Serialize;

pub(crate) use phrases::Phrases;
pub(crate) use variables::Variables;

use super::{clean, error::ComposeError, wrap};
use crate::action::Problems;

/// The most that one part may cost to render, in steps of the template engine: a digest of a
/// thousand actions needs less, a template that never ends is stopped within seconds.
const FUEL: u64 = 20_000_000;

/// Characters of a subject. Lists of mail programs show fewer; more would never be read.
pub(crate) const SUBJECT: usize = 110;

/// The languages that letters can be written in.
pub(crate) const LANGUAGES: &[&str] = &["en"];

/// A file that replaces one of the built-in templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFile {
    /// Which: its path below the folder of templates, with `/`: "en/reminder.txt".
    pub name: String,
    /// Where it is, as it is shown in messages.
    pub path: String,
    /// What it says.
    pub source: String,
}

/// What a letter is rendered from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    Reminder,
    Moved,
    Digest,
    Problems,
    Notice,
    Test,
}

impl Sort {
    pub(crate) const ALL: [Self; 6] =
        [Self::Reminder, Self::Moved, Self::Digest, Self::Problems, Self::Notice, Self::Test];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Moved => "moved",
            Self::Digest => "digest",
            Self::Problems => "problems",
            Self::Notice => "notice",
            Self::Test => "test",
        }
    }
}

/// The two bodies of a letter and its subject, as they were rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// All templates, compiled once.
#[derive(Clone)]
pub struct Templates {
    environment: Environment<'static>,
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates").finish_non_exhaustive()
    }
}

impl Templates {
    /// The templates that are compiled in.
    pub fn built_in() -> Self {
        let mut environment = environment();
        for (name, source) in builtin::FILES {
            // A template that does not compile is missing, and whoever needs it is told so; a
            // test shows that all of them do.
            let _ = environment.add_template(name, source);
        }
        Self { environment }
    }

    /// The built-in templates with some of them replaced.
    ///
    /// Every template is rendered with every sample before anything is accepted; all mistakes of
    /// all files are reported at once, each with file and line and, for a name that does not
    /// exist, the nearest that does.
    pub fn with(overrides: Vec<TemplateFile>) -> Result<Self, Problems> {
        check::check(&overrides)?;
        let mut templates = Self::built_in();
        for file in overrides {
            // It compiled a moment ago, or it would have been reported.
            let _ = templates.environment.add_template_owned(file.name, file.source);
        }
        Ok(templates)
    }

    /// Name and source of each built-in template, to start one's own from.
    pub fn files() -> &'static [(&'static str, &'static str)] {
        builtin::FILES
    }

    /// The three parts of a letter of this sort.
    pub(crate) fn render(
        &self,
        language: &str,
        sort: Sort,
        context: &impl Serialize,
    ) -> Result<Rendered, ComposeError> {
        let context = in_templates(context);
        self.phrases(language, sort, &context)?;
        Ok(Rendered {
            subject: self.subject(language, sort, &context)?,
            text: wrap::tidy_text(&self.part(&part_name(language, sort, "txt"), &context)?),
            html: tidy_html(&self.part(&part_name(language, sort, "html"), &context)?),
        })
    }

    /// The subject alone.
    pub(crate) fn subject(
        &self,
        language: &str,
        sort: Sort,
        context: &Value,
    ) -> Result<String, ComposeError> {
        let name = part_name(language, sort, "subject.txt");
        let rendered = self.part(&name, context)?;
        let subject = rendered.trim();
        match subject_mistake(subject) {
            Some(why) => Err(ComposeError::Template { template: name, line: None, why }),
            None => Ok(clean::header(subject).into_owned()),
        }
    }

    /// Makes the sentences that the parts have in common, and puts them into the context.
    fn phrases(&self, language: &str, sort: Sort, context: &Value) -> Result<(), ComposeError> {
        for wanted in phrases::wanted(language, sort, context) {
            let made = phrases::make(&self.environment, &wanted.template, &wanted.context);
            wanted.fill(made.map_err(|error| failed(&wanted.template, &error))?);
        }
        Ok(())
    }

    fn part(&self, name: &str, context: &Value) -> Result<String, ComposeError> {
        let rendered = self.environment.get_template(name).and_then(|template| template.render(context));
        rendered.map_err(|error| failed(name, &error))
    }
}

/// The template of this name failed on a letter.
fn failed(name: &str, error: &Error) -> ComposeError {
    let mistake = check::mistake(error, None);
    let template = mistake.template.unwrap_or_else(|| name.to_owned());
    ComposeError::Template { template, line: mistake.line, why: mistake.why }
}

/// A context as templates see it.
pub(crate) fn in_templates(context: &impl Serialize) -> Value {
    Value::from(Serde(context))
}

pub(crate) fn part_name(language: &str, sort: Sort, part: &str) -> String {
    format!("{language}/{}.{part}", sort.name())
}

/// What is wrong with a rendered subject, if anything is.
fn subject_mistake(subject: &str) -> Option<String> {
    if subject.is_empty() {
        return Some("The subject is empty. Write one line that says what and when.".to_owned());
    }
    let lines = subject.lines().count();
    (lines > 1).then(|| format!("The subject has {lines} lines. A subject is one line: join them."))
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // It cannot fail: only delimiters can be wrong.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(escape_for);
    environment.set_formatter(format_value);
    environment.add_filter("listed", listed);
    environment.add_filter("breaks", breaks);
    environment
}

/// The filter `listed`: "28, 14 and 7".
fn listed(items: Vec<Value>) -> String {
    let mut out = String::with_capacity(8 * items.len());
    for (left, item) in (0..items.len()).rev().zip(items) {
        out.push_str(&item.to_string());
        out.push_str(match left {
            0 => "",
            1 => " and ",
            _ => ", ",
        });
    }
    out
}

/// The filter `breaks`: a text with several lines as HTML, each line escaped.
fn breaks(text: &str) -> Result<Value, Error> {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push_str("<br>");
        }
        escape(&mut out, line)?;
    }
    Ok(Value::from_safe_string(out))
}

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

fn escape(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
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

/// Without the indentation and the empty lines that statements of the template leave behind.
fn tidy_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    for line in html.lines().map(str::trim).filter(|line| !line.is_empty()) {
        out.push_str(line);
        out.push('\n');
    }
    out
}
