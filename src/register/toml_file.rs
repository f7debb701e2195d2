//! A register as a TOML file: `[[actions]]`, `[[representatives]]`, `[[roles]]`, `[[bodies]]`,
//! `[[meetings]]`, `[[holidays]]`, each with the columns of its sheet as keys.
//!
//! The file is parsed one `[[...]]` at a time: a parsed document takes twelve times the memory of its
//! text, and a mistake in one entry must not hide those in the others.

use std::{borrow::Cow, sync::Arc};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use toml_parser::{Source as TomlSource, lexer::TokenKind};

use super::{
    clean::quoted,
    columns::{Named, Sheet, sheet_named, squash},
    intake::Intake,
    problems::{Form, Source},
    value::{Row, Value},
};

/// One entry is parsed whole: this bounds the memory for it, in bytes.
const LONGEST_ENTRY: usize = 1 << 20;

/// Reads the file; the error is a sentence about the whole of it.
pub(super) fn read(bytes: &[u8], file: &Arc<str>, intake: &mut Intake<'_>) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        format!("Line {line} holds bytes that are no UTF-8 text. Save the file again as UTF-8.")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        file: Source { order: 0, file: file.clone(), sheet: None, form: Form::Keys },
        intake,
        rows: 0,
    };
    let mut line = 1;
    for entry in entries(text) {
        reader.entry(entry, line);
        line += newlines(entry);
    }
    if !intake.has(Sheet::Actions) && !intake.problems.any_error() {
        return Err("There is no [[actions]] in the file. Each action is one.".to_owned());
    }
    Ok(())
}

fn newlines(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

/// The text cut before each line that begins with a bracket outside of any value.
pub(super) fn entries(text: &str) -> impl Iterator<Item = &str> {
    let mut tokens = TomlSource::new(text).lex();
    let (mut start, mut depth, mut at_line_start) = (0, 0_u32, true);
    let mut done = false;
    std::iter::from_fn(move || {
        for token in tokens.by_ref() {
            let begins = at_line_start && depth == 0;
            match token.kind() {
                TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
                TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                    depth = depth.saturating_sub(1);
                }
                TokenKind::Newline => at_line_start = true,
                TokenKind::Whitespace => {}
                _ => at_line_start = false,
            }
            if token.kind() == TokenKind::LeftSquareBracket {
                at_line_start = false;
                let cut = token.span().start();
                if begins && cut > start {
                    return Some(&text[std::mem::replace(&mut start, cut)..cut]);
                }
            }
        }
        (!std::mem::replace(&mut done, true)).then(|| &text[start..])
    })
}

struct Reader<'i, 's> {
    file: Source,
    intake: &'i mut Intake<'s>,
    rows: u32,
}

impl Reader<'_, '_> {
    /// Reads the text of one entry that begins at `first` line.
    fn entry(&mut self, text: &str, first: u32) {
        if text.len() > LONGEST_ENTRY {
            self.intake.problems.error(self.file.row(first), || {
                "The entry is longer than 1 MiB. Write [[...]] before each entry, and shorten this one."
                    .to_owned()
            });
            return;
        }
        let (table, errors) = DeTable::parse_recoverable(text);
        let line_of = |at: usize| first + newlines(text.get(..at).unwrap_or(text));
        for error in &errors {
            let line = error.span().map_or(first, |span| line_of(span.start));
            let message = error.message().lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
            self.intake.problems.error(self.file.row(line), || format!("This is not TOML: {message}."));
        }
        if !errors.is_empty() {
            return;
        }
        for (key, value) in table.get_ref() {
            let name = key.get_ref();
            let line = line_of(key.span().start);
            match sheet_named(name) {
                Named::Sheet(sheet) => self.rows_of(sheet, name, value, line, &line_of),
                Named::Other => {
                    let said = format!("{} is no sheet that rappel reads.", quoted(name));
                    self.intake.leave(name, self.file.clone(), line, said);
                }
            }
        }
    }

    fn rows_of(
        &mut self,
        sheet: Sheet,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        line: u32,
        line_of: &impl Fn(usize) -> u32,
    ) {
        let rows = value.get_ref().as_array().map(|array| array.iter().map(|row| row.get_ref().as_table()));
        let Some(rows) = rows.and_then(Iterator::collect::<Option<Vec<_>>>) else {
            self.intake.problems.error(self.file.row(line), || {
                format!("{name} must be a list of tables. Write [[{name}]] before each of them.")
            });
            return;
        };
        if !self.intake.has(sheet) {
            self.intake.begin(sheet, &self.file.file.clone(), None, Form::Keys);
        }
        for row in rows {
            self.rows += 1;
            if self.rows > self.intake.settings.limits.rows {
                self.intake.wrong(sheet, line, None, || "There are more entries than are read.".to_owned());
                return self.intake.spoil(sheet);
            }
            self.row(sheet, row, line, line_of);
        }
    }

    fn row(&mut self, sheet: Sheet, row: &DeTable<'_>, line: u32, line_of: &impl Fn(usize) -> u32) {
        let (mut cells, mut lines) = (Vec::new(), Vec::new());
        for (key, value) in row {
            let at = line_of(key.span().start);
            let column = self.intake.column_of_key(sheet, key.get_ref(), at, |name| {
                row.iter().any(|(key, _)| squash(key.get_ref()) == squash(name))
            });
            if column >= self.intake.settings.limits.columns as usize {
                self.intake
                    .wrong(sheet, at, None, || "There are more different keys than are read.".to_owned());
                return;
            }
            if cells.len() <= column {
                cells.resize(column + 1, Value::Empty);
                lines.resize(column + 1, 0);
            }
            let shown =
                || format!("The value of {} must be text, a date or a number.", quoted(key.get_ref()));
            match neutral(value.get_ref()) {
                _ if lines[column] > 0 => self.intake.wrong(sheet, at, None, || {
                    format!(
                        "The key {} is there twice, also in line {}.",
                        quoted(key.get_ref()),
                        lines[column]
                    )
                }),
                Some(value) => (cells[column], lines[column]) = (value, at),
                None => self.intake.wrong(sheet, at, None, shown),
            }
        }
        self.intake.row(sheet, &Row { line, cells: &cells, lines: &lines });
    }
}

/// The cell that a value is; a list of texts is a cell with several lines.
fn neutral<'v>(value: &'v DeValue<'_>) -> Option<Value<'v>> {
    Some(match value {
        DeValue::String(text) => Value::Text(Cow::Borrowed(text)),
        DeValue::Integer(number) => {
            let digits = i64::from_str_radix(&number.as_str().replace('_', ""), number.radix());
            Value::Text(Cow::Owned(digits.ok()?.to_string()))
        }
        DeValue::Float(number) => Value::Number(number.as_str().replace('_', "").parse().ok()?),
        DeValue::Boolean(truth) => Value::Truth(*truth),
        DeValue::Datetime(when) => match (when.date, when.time, when.offset) {
            (Some(_), None, _) => Value::Day(when.to_string().parse().ok()?),
            (Some(_), Some(_), None) => Value::Civil(when.to_string().parse().ok()?),
            (Some(_), Some(_), Some(_)) => Value::Instant(when.to_string().parse().ok()?),
            (None, ..) => Value::Text(Cow::Owned(when.to_string())),
        },
        DeValue::Array(parts) => {
            let parts: Option<Vec<&str>> = parts.iter().map(|part| part.get_ref().as_str()).collect();
            Value::Text(Cow::Owned(parts?.join("\n")))
        }
        DeValue::Table(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_cut_before_each_table_but_not_inside_of_values() {
        let text = "# a\n[[actions]]\ntitle = \"\"\"\n[[x]]\n\"\"\"\nalso_to = [\n[\"a\"],\n]\n  [[roles]]\n";
        let cut: Vec<_> = entries(text).collect();
        assert_eq!(cut.concat(), text);
        assert_eq!(cut.len(), 3);
        assert!(cut[1].starts_with("[[actions]]") && cut[2].starts_with("[[roles]]"));
    }
}
