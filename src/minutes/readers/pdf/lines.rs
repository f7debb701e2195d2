//! Characters at positions → lines with columns.

use std::collections::HashMap;

use super::super::lines::{Line, Piece};

/// A column of a line, in points: about the width of a character.
const COLUMN: f64 = 5.0;

/// Characters at a position of a page, in points from its lower left corner.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    x: f64,
    y: f64,
    end: f64,
    size: f64,
    text: String,
}

impl Glyph {
    /// None if a number is not one that stands on a page.
    pub(super) fn new(x: f64, y: f64, width: f64, size: f64, text: &str) -> Option<Self> {
        let possible = |number: f64| number.is_finite() && number.abs() < 100_000.0;
        let good = [x, y, width, size].into_iter().all(possible);
        good.then(|| Self { x, y, end: x + width.max(0.0), size: size.max(1.0), text: text.to_owned() })
    }
}

/// The lines of all pages, without those that every page repeats at its top or foot.
pub(super) fn lines(pages: Vec<Vec<Glyph>>) -> Vec<Line> {
    let pages: Vec<Vec<Row>> = pages.into_iter().map(rows).collect();
    let repeated = repeated(&pages);
    let mut lines = Vec::new();
    for (number, rows) in (1..).zip(pages) {
        let pitch = pitch(&rows);
        let last = rows.len().saturating_sub(1);
        let mut above: Option<f64> = None;
        for (at, row) in rows.into_iter().enumerate() {
            let edge = at < 2 || at + 2 > last;
            if edge && (repeated.contains_key(&row.pattern()) || row.is_page_number()) {
                continue;
            }
            // Large letters stand farther apart.
            let size = row.glyphs.iter().map(|glyph| glyph.size).fold(0.0, f64::max);
            if above.is_some_and(|above| above - row.y > f64::max(pitch, size * 1.2) * 1.35) {
                lines.push(Line { page: Some(number), ..Line::default() });
            }
            above = Some(row.y);
            lines.push(row.line(number));
        }
    }
    lines
}

/// The characters that stand on one line, from left to right.
struct Row {
    y: f64,
    glyphs: Vec<Glyph>,
}

fn rows(mut glyphs: Vec<Glyph>) -> Vec<Row> {
    glyphs.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut rows: Vec<Row> = Vec::new();
    for glyph in glyphs {
        match rows.last_mut() {
            // What is raised or lowered a little belongs to the same line.
            Some(row) if row.y - glyph.y < glyph.size * 0.45 => row.glyphs.push(glyph),
            _ => rows.push(Row { y: glyph.y, glyphs: vec![glyph] }),
        }
    }
    for row in &mut rows {
        row.glyphs.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    rows
}

/// The usual distance between two lines of a page.
fn pitch(rows: &[Row]) -> f64 {
    let mut distances: Vec<f64> = rows.windows(2).map(|pair| pair[0].y - pair[1].y).collect();
    distances.sort_by(f64::total_cmp);
    // Of a page with few lines the smaller ones tell more.
    distances.get(distances.len() / 3).copied().unwrap_or(f64::MAX)
}

/// What stands at the top or foot of more than half of three pages or more.
fn repeated(pages: &[Vec<Row>]) -> HashMap<String, usize> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for rows in pages {
        let last = rows.len().saturating_sub(1);
        for (at, row) in rows.iter().enumerate() {
            if at < 2 || at + 2 > last {
                *seen.entry(row.pattern()).or_default() += 1;
            }
        }
    }
    let many = pages.len() / 2;
    seen.retain(|_, count| pages.len() >= 3 && *count > many);
    seen
}

impl Row {
    /// The text with every number alike: page numbers differ.
    fn pattern(&self) -> String {
        let text: String = self.glyphs.iter().map(|glyph| glyph.text.as_str()).collect();
        text.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect()
    }

    fn is_page_number(&self) -> bool {
        let pattern = self.pattern();
        let inner = pattern.trim_matches(|c: char| "-–—. ".contains(c));
        matches!(inner, "#" | "##" | "###" | "Page#" | "Page##")
    }

    fn line(self, page: u32) -> Line {
        let mut words = self.words();
        if is_right_to_left(&words) {
            words = turned(words);
        }
        let end = words.iter().map(|word| word.end).fold(0.0, f64::max);
        let mut line = Line { pieces: Vec::new(), end: column(end), number: 0, page: Some(page) };
        for word in words {
            match line.pieces.last_mut() {
                Some(piece) if !word.apart => {
                    piece.text.push(' ');
                    piece.text.push_str(&word.text);
                }
                _ => line.pieces.push(Piece { start: column(word.x), text: word.text }),
            }
        }
        line
    }

    fn words(self) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        for glyph in self.glyphs {
            let gap = words.last().map(|word| glyph.x - word.end);
            match (words.last_mut(), gap) {
                (Some(word), Some(gap)) if gap < glyph.size * 0.18 => {
                    word.text.push_str(&glyph.text);
                    word.end = word.end.max(glyph.end);
                }
                _ => {
                    let apart = gap.is_none_or(|gap| gap > glyph.size * 0.85);
                    words.push(Word { x: glyph.x, end: glyph.end, apart, text: glyph.text });
                }
            }
        }
        words
    }
}

struct Word {
    x: f64,
    end: f64,
    /// Whether a wide gap is in front of it.
    apart: bool,
    text: String,
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}

fn is_right_to_left(words: &[Word]) -> bool {
    let letters = words.iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphabetic());
    let (right, all) = letters.fold((0, 0), |(right, all), c| (right + usize::from(is_arabic(c)), all + 1));
    right * 2 > all
}

/// The words of a line that is written from right to left, in the order in which they are read. Words in Latin letters and
/// numbers that stand together keep their own order.
fn turned(words: Vec<Word>) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    let mut latin: Vec<Word> = Vec::new();
    for mut word in words.into_iter().rev() {
        word.apart = false;
        if word.text.chars().any(is_arabic) {
            out.extend(latin.drain(..).rev());
            word.text = word.text.chars().rev().map(mirrored).collect();
            out.push(word);
        } else {
            latin.push(word);
        }
    }
    out.extend(latin.drain(..).rev());
    out
}

fn mirrored(c: char) -> char {
    match c {
        '(' => ')',
        ')' => '(',
        other => other,
    }
}

fn column(x: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 20,000")]
    let column = (x.max(0.0) / COLUMN).round() as usize;
    column
}
