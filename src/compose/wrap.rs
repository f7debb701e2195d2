//! The last touch to a text part: no line is longer than people read comfortably, and white
//! space is what a typist would leave. Templates need not care for either.
//!
//! Columns are those of a terminal (Unicode, UAX 11): a Chinese character takes two, a mark that
//! is put on another character or only sets a direction none. Chinese has no spaces; a line of it
//! may end after any character but an opening bracket, and does not begin with punctuation.

use unicode_width::UnicodeWidthChar;

/// Columns of a line of text.
const WIDTH: usize = 72;

/// A hanging indent is not deeper than this, or there would be no room for the text.
const DEEPEST: usize = 28;

/// Wraps lines at spaces and between wide characters (a long word, such as an address of the Web, is
/// never broken), drops space at line ends, keeps at most one empty line in a row, and ends with
/// one line end.
pub(crate) fn tidy_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut empty = 0;
    for line in text.lines() {
        let line = line.trim_end_matches(' ');
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
    if line.len() <= WIDTH || columns(line) <= WIDTH {
        out.push_str(line);
        out.push('\n');
        return;
    }
    let (lead, indent) = hanging(line);
    out.push_str(&line[..lead]);
    let mut rest = &line[lead..];
    let mut column = columns(&line[..lead]);
    // All of them are looked at, which many at a time is faster than to stop at the first.
    let is_plain = rest.bytes().fold(true, |all, byte| all & is_plain(byte));
    let find = if is_plain { place_to_break_plain } else { place_to_break };
    while let Some((end, next)) = find(rest, WIDTH.saturating_sub(column)) {
        out.push_str(&rest[..end]);
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
        rest = &rest[next..];
        column = indent;
    }
    out.push_str(rest);
    out.push('\n');
}

/// Where a text that is wider than `room` ends its line, and where the next one begins: the last
/// place that fits, or the first one if none does; none if the whole text fits or has none. What is
/// isolated is kept together where that is possible, because its two halves would each begin a
/// line in its own direction.
fn place_to_break(text: &str, room: usize) -> Option<(usize, usize)> {
    let (mut found, mut inside) = (None, None);
    let mut depth: usize = 0;
    let mut column = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let fits = column <= room;
        let place = if c == ' ' {
            Some((at, at + 1))
        } else {
            before.is_some_and(|before| breaks_between(before, c)).then_some((at, at))
        };
        if let Some(place) = place {
            match (fits, depth) {
                (true, 0) => found = Some(place),
                (true, _) => inside = Some(place),
                // A word that does not fit at all stands on a line of its own.
                (false, _) => return found.or(inside).or(Some(place)),
            }
        }
        match c {
            '\u{2068}' => depth += 1,
            '\u{2069}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        column += width(c);
        before = Some(c);
    }
    found.or(inside).filter(|_| column > room)
}

/// Whether a byte is a character that takes one column.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~')
}

/// As [`place_to_break`], for a text of nothing but plain characters, of which most are.
fn place_to_break_plain(text: &str, room: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let fitting = bytes.get(..=room)?;
    let place = fitting.iter().rposition(|byte| *byte == b' ');
    let place = place.or_else(|| bytes.iter().position(|byte| *byte == b' '))?;
    Some((place, place + 1))
}

/// Whether a line may end between these characters although there is no space.
fn breaks_between(before: char, after: char) -> bool {
    (width(before) == 2 || width(after) == 2)
        && before != ' '
        && !is_opening(before)
        && !is_closing(after)
        && width(after) > 0
}

/// What belongs to what follows it.
fn is_opening(c: char) -> bool {
    matches!(c, '（' | '《' | '〈' | '「' | '『' | '【' | '“' | '‘' | '(' | '[' | '\u{2068}')
}

/// What belongs to what stands before it.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '！'
            | '？'
            | '）'
            | '》'
            | '〉'
            | '」'
            | '』'
            | '】'
            | '”'
            | '’'
            | ')'
            | ']'
            | ','
            | '.'
            | ';'
            | ':'
            | '!'
            | '?'
            | '…'
            | '\u{2069}'
    )
}

fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(width).sum() }
}

fn width(c: char) -> usize {
    // Marks of direction have no width, whatever a terminal makes of them.
    match c {
        '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => 0,
        c => c.width().unwrap_or(0),
    }
}

/// How many bytes of the line stand before its text (spaces, a list mark, a label with at least
/// two spaces after it), and how far later lines are indented so that they stand below the text.
fn hanging(line: &str) -> (usize, usize) {
    let spaces = line.len() - line.trim_start().len();
    let rest = &line[spaces..];
    if let Some(at) = memchr::memmem::find(rest.as_bytes(), b"  ") {
        let label_end = spaces + at;
        let text = label_end + (line[label_end..].len() - line[label_end..].trim_start().len());
        let column = columns(&line[..text]);
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
                out = format!("{}\n{}", out.trim_end_matches(' '), " ".repeat(indent));
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

    proptest! {
        #[test]
        fn plain_text_breaks_where_every_text_does(text in "([!-~]{0,9} {0,2}){0,12}", room in 0usize..80) {
            prop_assert_eq!(place_to_break_plain(&text, room), place_to_break(&text, room));
        }
    }

    #[test]
    fn chinese_is_wrapped_by_its_width_and_no_line_begins_with_punctuation() {
        let text = tidy_text(&"谨此提醒您（ITU-T驻MoU/MG代表），有一项行动尚未完成。".repeat(6));
        assert!(text.lines().count() > 2);
        for line in text.lines() {
            assert!(columns(line) <= WIDTH, "{line}");
            assert!(!line.starts_with(is_closing) && !line.ends_with(is_opening), "{line}");
        }
        assert_eq!(text.replace('\n', ""), "谨此提醒您（ITU-T驻MoU/MG代表），有一项行动尚未完成。".repeat(6));
        assert!(text.lines().next().unwrap().chars().count() < WIDTH, "each takes two columns");
    }

    #[test]
    fn marks_of_direction_take_no_room() {
        let line = format!("{}end", "\u{2068}word\u{2069} ".repeat(13));
        assert_eq!(columns(&line), 68);
        assert_eq!(tidy_text(&line).lines().count(), 1);
    }

    #[test]
    fn what_is_isolated_is_not_broken_when_it_fits_on_a_line() {
        let line = format!("{}\u{2068}(Europe/Zurich, UTC+02:00)\u{2069} end", "word ".repeat(11));
        let text = tidy_text(&line);
        assert_eq!(text.lines().nth(1), Some("\u{2068}(Europe/Zurich, UTC+02:00)\u{2069} end"), "{text}");
        let long = tidy_text(&format!("\u{2068}{}\u{2069}", "word ".repeat(30).trim_end()));
        assert!(long.lines().all(|line| columns(line) <= WIDTH), "{long}");
    }

    #[test]
    fn runs_of_empty_lines_become_one() {
        assert_eq!(tidy_text("\n\na  \n\n\n\nb\n\n"), "a\n\nb\n");
    }
}
