//! Tables in plain text: drawn with bars, or with columns of spaces or tabs.

use super::{Line, Piece, broken};
use crate::minutes::lexicon::ALL;

/// How far the start of a cell may be from that of its header.
const SLACK: usize = 2;
/// How many lines the header of a table takes, with its borders. What has no second row by then is none: the same lines are
/// looked at again from the next one on, and a file may be nothing but borders.
const TALLEST: usize = 400;
/// No table of spaces has more columns.
const WIDEST: usize = 64;
/// After so many rows, and each time after twice as many, it is seen whether columns of spaces are a table still: where they
/// are none, no more lines than these are looked at in vain.
const SEEN: usize = 64;

/// The table that begins with the first of these lines, if one does, and how many lines it takes.
pub(super) fn at(lines: &[Line]) -> Option<(Vec<Vec<String>>, usize)> {
    barred(lines).or_else(|| spaced(lines))
}

/// `| 17/06 | ITU-T | pending |`, with or without borders between the rows.
fn barred(lines: &[Line]) -> Option<(Vec<Vec<String>>, usize)> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let (mut taken, mut columns, mut fresh) = (0, 0, true);
    for line in lines {
        if rows.len() < 2 && taken == TALLEST {
            break;
        }
        let text = line.text();
        if is_border(&text) {
            fresh = true;
        } else if let Some(cells) = bars(&text) {
            if columns == 0 {
                columns = cells.len();
            }
            // "|a|" has no second column, and a file may be nothing but such lines.
            if columns < 2 || cells.len() != columns {
                break;
            }
            match rows.last_mut() {
                // Nothing in the first cell: the cells above go on.
                Some(row) if !fresh && cells[0].is_empty() => add(row, cells),
                _ => rows.push(cells),
            }
            fresh = false;
        } else {
            break;
        }
        taken += 1;
    }
    (rows.len() >= 2).then_some((rows, taken))
}

/// "+----+----+", "|----|----|", "----+----".
fn is_border(text: &str) -> bool {
    text.len() >= 3
        && text.contains(['+', '|', '┼', '├', '┌', '└'])
        && text.chars().all(|c| "+-=|: ─┼├┤┌┐└┘┬┴│".contains(c))
}

/// The cells between bars; a line needs two bars at least.
fn bars(text: &str) -> Option<Vec<String>> {
    let text = text.replace('│', "|");
    let text = text.trim();
    if text.matches('|').count() < 2 {
        return None;
    }
    let inner = text.strip_prefix('|').unwrap_or(text);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    Some(inner.split('|').map(|cell| cell.trim().to_owned()).collect())
}

fn add(row: &mut [String], cells: Vec<String>) {
    for (cell, more) in row.iter_mut().zip(cells) {
        join(cell, &more);
    }
}

/// A line of a cell goes on with the one above, unless it begins with another thing that is due.
fn join(cell: &mut String, more: &str) {
    if !cell.is_empty() && !more.is_empty() && !broken::goes_on(cell, more) {
        cell.push(if is_due_thing(more) { '\n' } else { ' ' });
    }
    cell.push_str(more);
}

fn is_due_thing(line: &str) -> bool {
    let lower = line.to_lowercase();
    let begins = |word: &&str| {
        lower
            .strip_prefix(*word)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
    };
    !line.starts_with(char::is_lowercase) && ALL.iter().flat_map(|lexicon| lexicon.due_things).any(begins)
}

/// Columns of spaces or tabs: a header, and rows whose cells stand below it. Of two columns it takes three rows to see
/// that they are some.
fn spaced(lines: &[Line]) -> Option<(Vec<Vec<String>>, usize)> {
    let is_item = |line: &Line| line.pieces.len() == 2 && super::label(&line.text()).0.is_some();
    let is_header =
        |line: &Line| (2..=WIDEST).contains(&line.pieces.len()) && !line.is_rule() && !is_item(line);
    let header = lines.first().filter(|line| is_header(line))?;
    let least = if header.pieces.len() == 2 { 4 } else { 2 };
    let starts: Vec<_> = header.pieces.iter().map(|piece| piece.start).collect();
    let mut rows = vec![header.pieces.iter().map(|piece| piece.text.clone()).collect::<Vec<_>>()];
    let (mut taken, mut seen) = (1, SEEN);
    // How many rows and lines were a table when that was seen.
    let mut sure = None;
    for (at, line) in lines.iter().enumerate().skip(1) {
        if line.is_blank() {
            // A blank line between rows: it goes on if the next line stands in the columns.
            let next = lines.get(at + 1);
            if next.is_some_and(|next| is_row(&starts, next) && fits(&starts, next) >= 2) {
                continue;
            }
            break;
        }
        if line.is_rule() {
            taken = at + 1;
            continue;
        }
        if !is_row(&starts, line) {
            break;
        }
        let cells = placed(&starts, &parted(&starts, &line.pieces));
        match rows.last_mut() {
            // Nothing in the first column: the cells above go on.
            Some(row) if cells[0].is_empty() => add(row, cells),
            _ => {
                if rows.len() == seen {
                    if !is_filled(&rows) {
                        break;
                    }
                    (sure, seen) = (Some((rows.len(), taken)), seen * 2);
                }
                rows.push(cells);
            }
        }
        taken = at + 1;
    }
    if rows.len() >= least && is_filled(&rows) {
        return Some((rows, taken));
    }
    let (many, taken) = sure?;
    rows.truncate(many);
    Some((rows, taken))
}

/// Whether most rows below the header have something in two columns or more.
fn is_filled(rows: &[Vec<String>]) -> bool {
    let filled = |row: &&Vec<String>| row.iter().filter(|cell| !cell.is_empty()).count() >= 2;
    rows[1..].iter().filter(filled).count() * 2 > rows.len() - 1
}

/// How many pieces of the line start below a header.
fn fits(starts: &[usize], line: &Line) -> usize {
    let below = |piece: &&Piece| starts.iter().any(|start| start.abs_diff(piece.start) <= SLACK);
    line.pieces.iter().filter(below).count()
}

/// Whether all of the line stands in the columns.
fn is_row(starts: &[usize], line: &Line) -> bool {
    let fitting = fits(starts, line);
    fitting == line.pieces.len()
        && (fitting >= 2 || line.pieces.first().is_some_and(|piece| piece.start > starts[0] + SLACK))
}

/// The pieces of a row, and a cell that fills its column parted from the next, which stands behind one space.
fn parted(starts: &[usize], pieces: &[Piece]) -> Vec<Piece> {
    let is_taken = |start: usize| pieces.iter().any(|piece| piece.start.abs_diff(start) <= SLACK);
    let free: Vec<_> = starts.iter().copied().filter(|start| !is_taken(*start)).collect();
    pieces.iter().flat_map(|piece| cut(&free, piece)).collect()
}

/// A piece, cut where one of these columns begins behind a space.
fn cut(starts: &[usize], piece: &Piece) -> Vec<Piece> {
    let mut cells = vec![Piece { start: piece.start, text: String::new() }];
    let mut column = piece.start;
    for c in piece.text.chars() {
        let cell = cells.last_mut();
        let begins = starts.contains(&column) && cell.as_ref().is_some_and(|cell| cell.text.ends_with(' '));
        match cell {
            Some(cell) if !begins => cell.text.push(c),
            _ => cells.push(Piece { start: column, text: c.to_string() }),
        }
        column += super::width(c);
    }
    cells.into_iter().map(|cell| Piece { text: cell.text.trim_end().to_owned(), ..cell }).collect()
}

fn placed(starts: &[usize], pieces: &[Piece]) -> Vec<String> {
    let mut cells = vec![String::new(); starts.len()];
    for piece in pieces {
        let column =
            (0..starts.len()).min_by_key(|column| starts[*column].abs_diff(piece.start)).unwrap_or(0);
        join(&mut cells[column], &piece.text);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Option<(Vec<Vec<String>>, usize)> {
        let lines: Vec<_> = (1..).zip(text.lines()).map(|(number, line)| Line::of(line, number)).collect();
        at(&lines)
    }

    #[test]
    fn a_table_of_bars_is_read_with_and_without_borders() {
        let (rows, taken) =
            table("| No. | Due | What |\n|---|---|---|\n| 1 | May | a |\n| 2 | June | b |\n\nText").unwrap();
        assert_eq!((rows.len(), taken), (3, 4));
        let drawn = "+----+-----+\n| No | Due |\n+----+-----+\n| 1  | 3   |\n|    | May |\n+----+-----+\n";
        assert_eq!(table(drawn).unwrap().0, [["No", "Due"], ["1", "3 May"]]);
    }

    #[test]
    fn a_table_of_spaces_is_read_by_its_columns() {
        let text = "No.   Due date     Responsible   Action\n1     3 May 2018   SG17          review the\n                                 draft\n2     4 May 2018   SG13          reply\n\nOther text goes on here.";
        let (rows, taken) = table(text).unwrap();
        assert_eq!(rows[1], ["1", "3 May 2018", "SG17", "review the draft"]);
        assert_eq!((rows.len(), taken), (3, 4));
        // A cell that fills its column has one space behind it.
        let full = "No.     What            Who         When\nAI 14/1 Prepare a form  SG17        3 May\n";
        let (rows, _) = table(full).unwrap();
        assert_eq!(rows[1], ["AI 14/1", "Prepare a form", "SG17", "3 May"]);
        // Bullets and numbers with a tab behind them are a list.
        assert!(table("2.\tResults\n-\tOne thing.\n-\tAnother thing.\n-\tThe last.").is_none());
        assert!(table("One   two   three\nand then a line of text.").is_none());
        assert!(table("Just text.").is_none());
    }
}
