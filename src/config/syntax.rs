//! What is wrong with a file that is not TOML, in words for people who have never heard of it.

use std::sync::Arc;

use super::given::visible;
use crate::action::{Place, Problem, Problems};

/// After a missing quote everything that follows looks wrong; more than this helps nobody.
const MAX_SHOWN: usize = 10;
/// Longer lines are cut.
const LINE_CHARS: usize = 80;

/// What the parser's messages begin with, and what they mean.
const MEANINGS: &[(&str, &str)] = &[
    ("duplicate key", "this key or section stands twice. Keep one of the two."),
    ("string values must be quoted", "a text must stand in quotes. Write for example name = \"TSB\"."),
    (
        "unquoted keys cannot be empty",
        "there is no name where one belongs. Write for example name = \"TSB\", or [secretariat].",
    ),
    ("invalid boolean", "a text must stand in quotes. Write for example name = \"TSB\"."),
    ("missing assignment", "there is no = between key and value. Write for example name = \"TSB\"."),
    ("key with no value", "the key has no = and no value. Write for example name = \"TSB\"."),
    ("missing value for key", "there is no value after the =. Write one, or remove the line."),
    ("missing value", "there is no value after the =. Write one, or remove the line."),
    ("extra `=`", "there is more than one =. Write key = value."),
    ("unexpected `=` in array", "there is an = in a list. Write for example before = [\"28d\", \"7d\"]."),
    ("extra assignment", "there is more than one =. Write one key = value on each line."),
    ("unclosed table", "the section's name has no closing bracket. Write for example [secretariat]."),
    ("unclosed array table", "the section's name has no closing bracket. Write for example [secretariat]."),
    ("missing table open", "the section's name has no opening bracket. Write for example [secretariat]."),
    ("unclosed array", "the list has no closing bracket. Write for example before = [\"28d\", \"7d\"]."),
    (
        "missing array opening",
        "the list has no opening bracket. Write for example before = [\"28d\", \"7d\"].",
    ),
    ("missing comma", "a comma is missing. Write for example before = [\"28d\", \"7d\"]."),
    ("extra comma", "there is a comma too many. Remove it."),
    ("invalid basic string, expected non", "the text has a control character. Remove it."),
    ("invalid literal string, expected non", "the text has a control character. Remove it."),
    ("invalid basic string", "the text has no closing quote on its line. Write for example name = \"TSB\"."),
    (
        "invalid literal string",
        "the text has no closing quote on its line. Write for example name = \"TSB\".",
    ),
    ("invalid multi-line", "the text over several lines is never closed. Close it with three quotes."),
    (
        "missing escaped value",
        "a \\ in a text must be doubled. Write \\\\, or put the text in single quotes.",
    ),
    ("invalid escape", "a \\ in a text must be doubled. Write \\\\, or put the text in single quotes."),
    (
        "invalid unquoted key",
        "the key has a character that is not allowed. Keys are letters, digits, - and _.",
    ),
    ("invalid key", "this is not a key with a value. Write for example name = \"TSB\"."),
    ("unexpected key or value", "there is something after the value. Write one key = value on each line."),
    (
        "unexpected content",
        "there is something that does not belong here. Write one key = value on each line.",
    ),
    ("carriage return", "the line ends in a way that no editor writes. Save the file anew as plain text."),
    ("invalid comment character", "the comment has a control character. Remove it."),
    ("cannot recurse", "lists or sections are nested too deeply. No setting needs that."),
    ("recursion limit", "lists or sections are nested too deeply. No setting needs that."),
    ("invalid value", "a \\ in a text must be doubled. Write \\\\, or put the text in single quotes."),
    ("too few unicode", "a \\ in a text must be doubled. Write \\\\, or put the text in single quotes."),
    ("keys cannot be multi-line", "the key stands in three quotes. Keys are letters, digits, - and _."),
    ("cannot extend", "this section was given as a whole above. Write all of it in one place."),
    (
        "unclosed inline table",
        "the braces are not closed on their line. Write for example timeouts = { connect = \"30s\" }.",
    ),
    (
        "missing key for inline",
        "there is no key in the braces. Write for example timeouts = { connect = \"30s\" }.",
    ),
    (
        "invalid inline table",
        "what stands in the braces is not key = value. Write for example timeouts = { connect = \"30s\" }.",
    ),
    ("invalid date", "a text must stand in quotes. Write for example name = \"TSB\"."),
    ("invalid time", "a text must stand in quotes. Write for example name = \"TSB\"."),
    ("invalid float", "a text must stand in quotes. Write for example name = \"TSB\"."),
    ("invalid ", "this is not a number. Write digits alone, or put a text in quotes."),
    ("redundant", "this is not a number. Write digits alone, or put a text in quotes."),
    ("radix", "this is not a number. Write digits alone, or put a text in quotes."),
    ("integers with a radix", "this is not a number. Write digits alone, or put a text in quotes."),
    ("unexpected sign", "this is not a number. Write digits alone, or put a text in quotes."),
    ("`_` may only", "this is not a number. Write digits alone, or put a text in quotes."),
    ("unexpected leading zero", "a number may not begin with 0. Write 25, not 025."),
];

/// The mistakes of `text`, one for each line that has any.
pub(super) fn problems(file: &Arc<str>, text: &str, errors: &[toml::de::Error]) -> Problems {
    let mut problems: Vec<Problem> = Vec::new();
    for error in errors {
        let problem = problem(file, text, error);
        if problems.iter().all(|earlier| earlier.place.line != problem.place.line) {
            problems.push(problem);
        }
    }
    problems.sort_by_key(|problem| problem.place.line);
    let more = problems.len().saturating_sub(MAX_SHOWN);
    problems.truncate(MAX_SHOWN);
    if more > 0 {
        let place = Place { file: file.clone(), ..Place::default() };
        problems.push(Problem::error(
            place,
            format!("{more} more lines cannot be read. Mend those above first."),
        ));
    }
    Problems(problems)
}

fn problem(file: &Arc<str>, text: &str, error: &toml::de::Error) -> Problem {
    let offset = text.floor_char_boundary(error.span().map_or(0, |span| span.start));
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let number = before.matches('\n').count() + 1;
    let place = Place {
        file: file.clone(),
        line: u32::try_from(number).ok(),
        spot: Some(format!("column {}", text[start..offset].chars().count() + 1).into()),
        sheet: None,
    };
    let meaning = meaning(error.message());
    let shown = shown(line);
    let message = if shown.is_empty() { meaning } else { format!("{meaning} The line is: {shown}") };
    Problem::error(place, message)
}

fn meaning(message: &str) -> String {
    match MEANINGS.iter().find(|(begin, _)| message.starts_with(begin)) {
        Some((_, meaning)) => (*meaning).to_owned(),
        None => format!("this cannot be read ({message}). Write key = value, texts in quotes."),
    }
}

/// The line as it may be shown: cut when it is long, and without what may be a password.
fn shown(line: &str) -> String {
    let lower = line.to_lowercase().replace("secretariat", "");
    if ["pass", "secret", "credential", "token"].iter().any(|word| lower.contains(word)) {
        let key: String =
            line.chars().take_while(|c| c.is_ascii_alphanumeric() || " _-.[".contains(*c)).collect();
        return format!("{} ***", key.trim());
    }
    let mut shown: String = line.trim().chars().take(LINE_CHARS).flat_map(visible).collect();
    if line.trim().chars().nth(LINE_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::*;

    fn said(text: &str) -> String {
        problems(&"rappel.toml".into(), text, &DeTable::parse_recoverable(text).1).to_string()
    }

    #[test]
    fn each_line_that_cannot_be_read_is_named_once() {
        let all = said("a = TSB\nb = = 1 2\nc = 4\nd = \"x\n");
        let lines: Vec<&str> = all.lines().map(|line| line.split(", column").next().unwrap()).collect();
        assert_eq!(lines, ["rappel.toml, line 1", "rappel.toml, line 2", "rappel.toml, line 4"], "{all}");
    }

    #[test]
    fn a_line_that_may_hold_a_password_is_not_shown() {
        let all = said("password = hunter2\nsmtp_secret \"hunter2\"\n");
        assert!(!all.contains("hunter2") && all.contains("password ***"), "{all}");
    }

    #[test]
    fn the_words_of_the_parser_are_never_all_that_is_said() {
        let broken = [
            "[]",
            "[a.]",
            "a = 1_",
            "a=0xZ",
            "a = 2017-13-45",
            "a=1e",
            "a=.5",
            "a=5.",
            "a = nan1",
            "a=\"\u{1}\"",
            "[a]]",
            "[a] b=1",
            "a={}\na.b=1",
            "\"\"\"a\"\"\"=1",
            "a=\"\\x4\"",
            "a=1979-05-27 25:00:00",
            "a={,}",
            "a={b}",
            "a=+0x1",
            "a=0X1",
            "a={=1}",
            "a=[=1]",
            "a",
            "a =",
            "= 1",
            "a = = 1",
            "a = 1 2",
            "[a",
            "a]",
            "[[a]",
            "a = [1",
            "a = [1 2]",
            "a = [1,,2]",
            "a = \"x",
            "a = 'x",
            "a = \"\"\"x",
            "a = \"\\q\"",
            "a b = 1",
            "a = 1\na = 2",
            "a = 01",
            "a = tru",
            "[a]\n[a]",
            "a = {b = 1",
            "a = {b = 1,, c = 2}",
            "a = 1 # \u{1}",
            "é = 1",
            "a = \"\\uD800\"",
            "\u{0}",
        ];
        for text in broken {
            let all = said(text);
            assert!(!all.is_empty(), "{text:?} was taken");
            assert!(!all.contains("cannot be read ("), "{text:?}: {all}");
        }
    }
}
