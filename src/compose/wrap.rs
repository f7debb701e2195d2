//! The last touch to a text part: no line is longer than people read comfortably, and white
//! space is what a typist would leave. Templates need not care for either.

/// Columns of a line of text.
const WIDTH: usize = 72;

/// A hanging indent is not deeper than this, or there would be no room for the text.
const DEEPEST: usize = 28;

/// Wraps lines at spaces (a long word, such as an address of the Web, is never broken), drops
/// space at line ends, keeps at most one empty line in a row, and ends with one line end.
pub(crate) fn tidy_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if empty > 0 && !out.is_empty() {
            out.push('\n');
        }
        empty = 0;
        wrap(line, &mut out);
    }
    out
}

fn wrap(line: &str, out: &mut String) {
    // Bytes are at least columns here, so a short line needs no counting.
    if line.len() <= WIDTH || line.chars().count() <= WIDTH {
        out.push_str(line);
        out.push('\n');
        return;
    }
    let (lead, indent) = hanging(line);
    out.push_str(&line[..lead]);
    let is_ascii = line.is_ascii();
    let mut rest = &line[lead..];
    let mut column = line[..lead].chars().count();
    while let Some(limit) = byte_of_column(rest, WIDTH.saturating_sub(column), is_ascii) {
        let bytes = rest.as_bytes();
        let fits = bytes[..=limit].iter().rposition(|byte| *byte == b' ');
        // A word that does not fit at all stands on a line of its own.
        let end = fits.or_else(|| bytes.iter().position(|byte| *byte == b' '));
        let Some(end) = end else { break };
        out.push_str(&rest[..end]);
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
        rest = &rest[end + 1..];
        column = indent;
    }
    out.push_str(rest);
    out.push('\n');
}

/// Where the character after the first `columns` ones starts; none if there are not so many.
fn byte_of_column(text: &str, columns: usize, is_ascii: bool) -> Option<usize> {
    if is_ascii {
        return (text.len() > columns).then_some(columns);
    }
    text.char_indices().nth(columns).map(|(at, _)| at)
}

/// How many bytes of the line stand before its text (spaces, a list mark, a label with at least
/// two spaces after it), and how far later lines are indented so that they stand below the text.
fn hanging(line: &str) -> (usize, usize) {
    let spaces = line.len() - line.trim_start().len();
    let rest = &line[spaces..];
    if let Some(at) = rest.find("  ") {
        let label_end = spaces + at;
        let text = label_end + (line[label_end..].len() - line[label_end..].trim_start().len());
        let column = line[..text].chars().count();
        if column <= DEEPEST {
            return (text, column);
        }
    }
    let mark = rest.split(' ').next().unwrap_or_default();
    let is_mark = mark == "-" || (mark.ends_with('.') && mark[..mark.len() - 1].parse::<u32>().is_ok());
    let lead = if is_mark { spaces + mark.len() + 1 } else { spaces };
    (lead, lead)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_line_is_wrapped_below_its_own_text() {
        let words = "word ".repeat(20);
        for (lead, indent) in [("", 0), ("  ", 2), ("- ", 2), ("12. ", 4), ("Agreed in:  ", 12)] {
            let text = tidy_text(&format!("{lead}{words}"));
            let mut lines = text.lines();
            assert!(lines.next().unwrap().starts_with(&format!("{lead}word")));
            assert!(lines.next().unwrap().starts_with(&format!("{}word", " ".repeat(indent))), "{text}");
            assert!(text.lines().all(|line| line.len() <= WIDTH));
        }
    }

    #[test]
    fn an_address_of_the_web_is_never_broken() {
        let url = format!("https://example.int/{}", "a".repeat(100));
        assert!(tidy_text(&format!("see {url} please")).lines().any(|line| line == url));
    }

    /// As `wrap`, word by word.
    fn wrapped_slowly(line: &str) -> String {
        let (lead, indent) = hanging(line);
        let mut out = line[..lead].to_owned();
        let mut column = out.chars().count();
        for (number, word) in line[lead..].split(' ').enumerate() {
            let width = word.chars().count();
            if number > 0 && column + 1 + width > WIDTH {
                out = format!("{out}\n{}", " ".repeat(indent));
                column = indent;
            } else if number > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += width;
        }
        out + "\n"
    }

    proptest! {
        #[test]
        fn lines_are_filled_word_by_word(line in "( {0,90}|- |12\\. |Asked of:   )([a-z\u{e9}]{0,9} {1,3}|[a-z]{70,75} ){1,40}x") {
            let mut out = String::new();
            wrap(&line, &mut out);
            let slowly = if line.chars().count() > WIDTH { wrapped_slowly(&line) } else { format!("{line}\n") };
            prop_assert_eq!(out, slowly);
        }
    }

    #[test]
    fn runs_of_empty_lines_become_one() {
        assert_eq!(tidy_text("\n\na  \n\n\n\nb\n\n"), "a\n\nb\n");
    }
}
