//! Lines of plain text → headings, paragraphs and tables.
//!
//! Texts come in two forms: with one line for each paragraph, however long, and wrapped, with lines of some seventy
//! characters. Tables are drawn with bars, with tabs, or with spaces alone. PDF pages become such lines as well.

mod broken;
mod table;

use super::super::{
    dates::{When, spotted},
    document::{Builder, Paragraph},
    lexicon::{ALL, has_digit},
    rules,
};
use crate::register::DateOrder;

/// A line: its pieces, each with the column at which it starts, and where it stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// The text between wide gaps.
    pub(super) pieces: Vec<Piece>,
    /// The column behind the last character.
    pub(super) end: usize,
    /// The number of the line, from 1; 0 where lines are not counted.
    pub(super) number: u32,
    /// The page, in formats that have pages.
    pub(super) page: Option<u32>,
}

/// Text and the column at which it starts.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) text: String,
}

impl Line {
    /// The line of a text file.
    pub(super) fn of(text: &str, number: u32) -> Self {
        let mut line = Self { number, ..Self::default() };
        let (mut column, mut gap) = (0, 2);
        for c in text.trim_end().chars() {
            match c {
                '\t' => {
                    column = (column / 8 + 1) * 8;
                    gap = 2;
                }
                c if c.is_whitespace() => {
                    column += 1;
                    gap += 1;
                }
                c => {
                    line.take(c, column, gap);
                    column += width(c);
                    gap = 0;
                }
            }
        }
        line.end = column;
        line
    }

    fn take(&mut self, c: char, column: usize, gap: usize) {
        match self.pieces.last_mut() {
            Some(last) if gap < 2 => {
                if gap == 1 {
                    last.text.push(' ');
                }
                last.text.push(c);
            }
            _ => self.pieces.push(Piece { start: column, text: c.to_string() }),
        }
    }

    fn is_blank(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The whole text, with one space for each gap.
    fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// A line that only separates: "-----", "=====", "_____".
    fn is_rule(&self) -> bool {
        let mut all = self.pieces.iter().flat_map(|piece| piece.text.chars());
        let length: usize = self.pieces.iter().map(|piece| piece.text.len()).sum();
        length >= 3 && all.all(|c| "-=_*~+–—".contains(c))
    }
}

/// How wide a character stands: those of East Asia take two columns.
fn width(c: char) -> usize {
    unicode_width::UnicodeWidthChar::width(c).unwrap_or(0)
}

/// Lays out the lines.
pub(super) fn lay_out(lines: &[Line], builder: &mut Builder) {
    let mut layout = Layout { builder, wrapped: wrapped_at(lines), open: Vec::new() };
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if let Some((rows, taken)) = table::at(&lines[at..]) {
            layout.flush(false);
            layout.stand(line);
            layout.builder.table(rows);
            at += taken;
            continue;
        }
        layout.line(line, lines.get(at + 1));
        at += 1;
    }
    layout.flush(true);
}

/// The column at which lines are wrapped, if they are: no line of such a text is much longer than the others.
fn wrapped_at(lines: &[Line]) -> Option<usize> {
    let mut ends: Vec<_> = lines.iter().filter(|line| !line.is_blank()).map(|line| line.end).collect();
    ends.sort_unstable();
    let longest = *ends.last()?;
    if is_log(lines) {
        return None;
    }
    let most = ends[ends.len() * 9 / 10];
    (longest <= 140 && ends.len() > 3).then_some(most.max(longest * 2 / 3))
}

/// Whether each line is an entry by itself, as in the minutes of a scribe: most lines end like sentences, or begin with who
/// speaks. Lines of a wrapped text end anywhere.
fn is_log(lines: &[Line]) -> bool {
    let texts: Vec<String> = lines.iter().filter(|line| !line.is_blank()).map(Line::text).collect();
    let is_entry = |text: &&String| {
        // "[NEW] ACTION: ..."
        let text =
            text.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(&***text, |(_, rest)| rest);
        let begins = text.split_once([':', '：']).map(|(head, _)| head);
        let speaks = begins.is_some_and(|head| !head.is_empty() && !head.contains([' ', '.']));
        speaks || text.ends_with(['.', '?', '!', ';', ':', '。', '؟', '؛'])
    };
    // A paragraph that is wrapped into two lines makes one line in two an entry.
    texts.len() > 5 && texts.iter().filter(is_entry).count() * 10 >= texts.len() * 7
}

struct Layout<'b> {
    builder: &'b mut Builder,
    wrapped: Option<usize>,
    /// The lines of the paragraph that is not at its end yet.
    open: Vec<(String, usize)>,
}

impl Layout<'_> {
    fn stand(&mut self, line: &Line) {
        if line.number > 0 {
            self.builder.line(line.number);
        }
        if let Some(page) = line.page {
            self.builder.page(page);
        }
    }

    fn line(&mut self, line: &Line, next: Option<&Line>) {
        if line.is_blank() {
            return self.flush(true);
        }
        if line.is_rule() {
            if let [(text, _)] = &self.open[..]
                && text.chars().count() <= LONGEST_HEADING
            {
                let text = std::mem::take(&mut self.open).swap_remove(0).0;
                return self.builder.heading(2, &text);
            }
            return self.flush(true);
        }
        let text = line.text();
        let full = |end: usize| self.wrapped.is_some_and(|wrapped| end * 10 >= wrapped * 7);
        let goes_on = self.open.last().is_some_and(|(_, end)| full(*end))
            && !begins_anew(&text)
            && !begins_behind(&text, &self.open);
        if !goes_on {
            self.flush(next.is_none());
            self.stand(line);
        }
        self.open.push((text, line.end));
        if self.wrapped.is_none() {
            self.flush(true);
        }
    }

    /// Ends the paragraph; a short line that stands alone is a heading.
    fn flush(&mut self, alone: bool) {
        let lines = std::mem::take(&mut self.open);
        if let [(text, _)] = &lines[..]
            && alone
            && is_heading(text)
        {
            return self.builder.heading(heading_level(text), text);
        }
        let mut text = String::new();
        for (line, _) in lines {
            join(&mut text, &line);
        }
        let (label, rest) = label(&text);
        let paragraph = Paragraph { text: rest.to_owned(), label: label.map(str::to_owned), lead: 0 };
        self.builder.paragraph(paragraph);
    }
}

/// Puts a line behind another: East Asian text has no spaces between words.
fn join(text: &mut String, line: &str) {
    let wide = |c: Option<char>| c.is_some_and(|c| width(c) == 2);
    // "2022-" and "12-15"
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let parted = text.strip_suffix('-').is_some_and(|text| digit(text.chars().next_back()));
    let glued =
        wide(text.chars().next_back()) && wide(line.chars().next()) || parted && digit(line.chars().next());
    if !text.is_empty() && !glued {
        text.push(' ');
    }
    text.push_str(line);
}

const LONGEST_HEADING: usize = 90;

fn is_heading(text: &str) -> bool {
    // "TSAG is asked to note the report. (for information)"
    let before_bracket = text.ends_with(')').then(|| text.rsplit_once('(')).flatten();
    if before_bracket.is_some_and(|(before, _)| before.trim_end().ends_with(['.', ';', '。', '；'])) {
        return false;
    }
    let words = text.split(' ').count();
    let first = text.chars().next();
    let last = text.chars().next_back();
    let begins = first
        .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || (c.is_alphabetic() && !c.is_lowercase()));
    text.chars().count() <= LONGEST_HEADING
        && words <= 12
        && begins
        && !last.is_some_and(|c| ".;:,。；：，؛،!?？！".contains(c))
        && !text.contains(": ")
        && !text.contains('：')
}

/// By the number in front: "4.2 Liaison" is of the second level.
fn heading_level(text: &str) -> u8 {
    let number = text.split(' ').next().unwrap_or_default().trim_end_matches('.');
    let numbered = number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    if numbered { u8::try_from(number.split('.').count()).unwrap_or(6).min(6) } else { 3 }
}

/// Whether a line begins a paragraph of its own, whatever stands above it.
fn begins_anew(text: &str) -> bool {
    if label(text).0.is_some() || text.starts_with(['(', '[', '（']) {
        return true;
    }
    // "CLOSED - Sent as N 797.", "OPEN"
    let word = text.split([' ', '.', ':', ',']).next().unwrap_or_default();
    let is_shouted = word.chars().count() >= 4 && word.chars().all(char::is_uppercase);
    if is_shouted && is_state(word) {
        return true;
    }
    // "ACTION on the chair (Ms. A): ..."
    let first = text
        .trim_start_matches(['>', ' ', '*'])
        .split(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or_default();
    let marks = ALL.iter().any(|lexicon| lexicon.action_lead.contains(&first.to_lowercase().as_str()));
    if marks
        && text.starts_with(|c: char| !c.is_lowercase())
        && text.chars().take(80).any(|c| c == ':' || c == '：')
    {
        return true;
    }
    // "Deadline: ...", "AI 12/3: ..."
    let head = text.split_once([':', '：']).map(|(head, _)| head);
    head.is_some_and(|head| {
        head.chars().count() <= 30 && head.split(' ').count() <= 4 && !head.contains(['.', ','])
    }) && text.starts_with(|c: char| !c.is_lowercase())
}

/// "3.2 Training": the number of a clause in front of a sentence.
fn begins_with_clause(text: &str) -> bool {
    let Some((number, rest)) = text.split_once(' ') else { return false };
    let parts: Vec<&str> = number.trim_end_matches('.').split('.').collect();
    let is_part =
        |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() >= 2 && parts.iter().all(is_part) && rest.starts_with(char::is_uppercase)
}

/// Whether a word says how something stands.
fn is_state(word: &str) -> bool {
    let word = word.to_lowercase();
    ALL.iter().map(|lexicon| &lexicon.states).any(|states| {
        let all = [states.open, states.pending, states.in_progress, states.done, states.withdrawn];
        all.iter().any(|words| words.contains(&word.as_str()))
    })
}

/// No day at the beginning of a line is longer, in characters: "Wednesday, the 24th of September 2019".
const LONGEST_DAY: usize = 40;

/// Whether a line begins a paragraph of its own below these lines: a reference behind the end of a sentence, what stands
/// below a reference alone, a date below another one.
fn begins_behind(text: &str, open: &[(String, usize)]) -> bool {
    let (Some((first, _)), Some((last, _))) = (open.first(), open.last()) else { return false };
    let ended = last.ends_with(['.', ';', ':', ')', '。', '；', '：']);
    let is_day = |text: &str| {
        let begins = text.char_indices().nth(LONGEST_DAY).map_or(text, |(end, _)| &text[..end]);
        let day = has_digit(begins).then(|| spotted(begins, DateOrder::Refuse).into_iter().next()).flatten();
        day.filter(|day| day.at.start == 0 && matches!(day.when, When::Day(_)))
    };
    let behind = |text: &str, end: usize| {
        text.get(end..)
            .is_some_and(|rest| rest.trim_start_matches([' ', ':']).starts_with(char::is_uppercase))
    };
    let is_dated = |text: &str| is_day(text).is_some_and(|day| behind(text, day.at.end));
    ended
        && (rules::begins_with_reference(text) || begins_with_clause(text) || rules::is_reference_alone(last))
        || is_dated(text) && is_dated(first)
}

/// The bullet or number in front of a list item, and what follows it.
pub(super) fn label(text: &str) -> (Option<&str>, &str) {
    let Some((first, rest)) = text.split_once(' ') else { return (None, text) };
    let rest = rest.trim_start();
    let is_bullet = first.chars().count() == 1 && first.chars().all(|c| "-–—•·*◦▪●○‣o".contains(c));
    let inner = first.trim_start_matches('(').trim_end_matches([')', '.']);
    let closed = first.ends_with([')', '.']);
    let number = inner.chars().all(|c| c.is_ascii_digit()) && inner.len() <= 2;
    let letter = inner.chars().count() == 1 && inner.chars().all(|c| c.is_alphabetic() && c.is_lowercase());
    let roman = inner.len() <= 4 && inner.chars().all(|c| "ivx".contains(c)) && first.ends_with(')');
    let is_number = closed && !inner.is_empty() && (number || letter && first.ends_with(')') || roman);
    if (is_bullet || is_number) && !rest.is_empty() { (Some(first), rest) } else { (None, text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minutes::document::{Content, Document};

    fn read(text: &str) -> Document {
        let lines: Vec<_> = (1..).zip(text.lines()).map(|(number, line)| Line::of(line, number)).collect();
        let mut builder = Builder::default();
        lay_out(&lines, &mut builder);
        builder.finish()
    }

    fn shown(document: &Document) -> Vec<String> {
        let block = |content: &Content| match content {
            Content::Heading { level, text } => format!("H{level} {text}"),
            Content::Paragraph(paragraph) => match &paragraph.label {
                Some(label) => format!("[{label}] {}", paragraph.text),
                None => paragraph.text.clone(),
            },
            Content::Table(rows) => rows.iter().map(|row| row.join("|")).collect::<Vec<_>>().join("/"),
        };
        document.blocks.iter().map(|one| block(&one.content)).collect()
    }

    #[test]
    fn wrapped_lines_are_put_together_and_long_ones_stand_alone() {
        let text = "4.2 Liaison activities\n\nThe meeting invited Study Group 17 to review the text of the draft,\nand to comment on it by 15 March\n2018.\n\nAction: SG13 to reply.\nAction: SG17 to reply to the liaison statement on the matter of it.\n(for information) A short one.\n";
        assert_eq!(
            shown(&read(text)),
            [
                "H2 4.2 Liaison activities",
                "The meeting invited Study Group 17 to review the text of the draft, and to comment on it by 15 March",
                "2018.",
                "Action: SG13 to reply.",
                "Action: SG17 to reply to the liaison statement on the matter of it.",
                "(for information) A short one."
            ]
        );
        let long = format!("{}\nBackground\nSecond.", "A word and another one. ".repeat(8));
        assert_eq!(shown(&read(&long))[1..], ["H3 Background", "Second."]);
    }

    #[test]
    fn list_items_have_labels_and_dates_none() {
        assert_eq!(label("a) to reply"), (Some("a)"), "to reply"));
        assert_eq!(label("2. to reply"), (Some("2."), "to reply"));
        assert_eq!(label("• to reply"), (Some("•"), "to reply"));
        assert_eq!(label("15 March 2018"), (None, "15 March 2018"));
        assert_eq!(label("2018. The"), (None, "2018. The"));
    }

    #[test]
    fn underlined_lines_are_headings() {
        assert_eq!(
            shown(&read("Action items\n============\n\nnone today.\n")),
            ["H3 Action items", "none today."]
        );
    }
}
