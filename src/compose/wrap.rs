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
    let mut column = line[..lead].chars().count();
    // What is yet to be written starts here, and its last word ended there.
    let (mut start, mut end) = (0, lead);
    let mut word = lead;
    while word <= line.len() {
        let (next, width) = word_end(line.as_bytes(), word);
        if word > lead && column + 1 + width > WIDTH {
            out.push_str(&line[start..end]);
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            (start, column) = (word, indent);
        } else if word > lead {
            column += 1;
        }
        column += width;
        (end, word) = (next, next + 1);
    }
    out.push_str(&line[start..end]);
    out.push('\n');
}

/// Where the word that starts at `start` ends, and how many columns it has.
fn word_end(line: &[u8], start: usize) -> (usize, usize) {
    let mut columns = 0;
    for (at, byte) in line.iter().enumerate().skip(start) {
        if *byte == b' ' {
            return (at, columns);
        }
        // Bytes that continue a character are 10xxxxxx.
        columns += usize::from(byte & 0xc0 != 0x80);
    }
    (line.len(), columns)
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

    #[test]
    fn runs_of_empty_lines_become_one() {
        assert_eq!(tidy_text("\n\na  \n\n\n\nb\n\n"), "a\n\nb\n");
    }
}
