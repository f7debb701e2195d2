//! What is printed. On a terminal a long line goes on below where its text began, and no word is broken; a table is
//! as wide as the terminal. Whatever else the output is, a file or a pipe, gets lines as they are.
//!
//! A reader that has seen enough (`rappel forecast | head`) is no mistake: what follows is not written. A disk that is
//! full is one, of which [`trouble`] knows.

use std::{
    borrow::Cow,
    fmt,
    io::{self, ErrorKind, IsTerminal, Write},
    os::fd::AsFd,
    sync::OnceLock,
};

use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Row, Table, TableComponent, Width, presets};
use unicode_width::UnicodeWidthStr;

/// Columns of a table where there is no terminal.
const NO_TERMINAL: u16 = 120;
/// Columns between two columns of a table.
const GAP: u16 = 2;
/// So wide a word may make its column; a longer one, such as a path, is broken.
const LONGEST_WORD: u16 = 24;
/// A hanging indent is not deeper than this part of a line, or there would be no room for the text.
const DEEPEST: usize = 3;

/// The first error of writing to the standard output.
static TROUBLE: OnceLock<io::Error> = OnceLock::new();

/// Prints a line, or several: what `format!` makes of the arguments.
macro_rules! say {
    () => { $crate::cli::screen::write(format_args!("\n")) };
    ($($words:tt)*) => { $crate::cli::screen::print(&format!($($words)*), "") };
}

/// The same to the standard error output, beside what a command is asked for.
macro_rules! remark {
    ($($words:tt)*) => { $crate::cli::screen::print_error(&format!($($words)*)) };
}

/// Prints the words as they are, without an end of line: a letter, a question, a document.
macro_rules! write_out {
    ($($words:tt)*) => { $crate::cli::screen::write(format_args!($($words)*)) };
}

/// Prints `text` behind `lead`; where it needs more than one line, the others stand below its beginning. Lines that
/// begin with spaces go on below their first word.
pub(super) fn print(text: &str, lead: &str) {
    let width = width_of(&io::stdout());
    write(format_args!("{}\n", fitted(text, lead, width)));
}

/// A line or several to the standard error output.
pub(super) fn print_error(text: &str) {
    let width = width_of(&io::stderr());
    // Where one line of a list ends and the next begins is to be seen.
    let hang = if text.contains('\n') { 2 } else { 0 };
    let text = match width {
        Some(width) if text.lines().any(|line| line.width() > width) => {
            Cow::Owned(wrapped(text, "", width, hang))
        }
        _ => Cow::Borrowed(text),
    };
    // Nobody is left who could be told that this failed.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Writes to the standard output what needs no fitting.
pub(super) fn write(words: fmt::Arguments<'_>) {
    let mut out = anstream::stdout();
    note(|| out.write_fmt(words).and_then(|()| out.flush()));
}

/// Writes a document to the standard output, byte for byte.
pub(super) fn write_bytes(bytes: &[u8]) {
    let mut out = io::stdout();
    note(|| out.write_all(bytes).and_then(|()| out.flush()));
}

/// Writes, unless that has failed before, and notes when it fails.
fn note(write: impl FnOnce() -> io::Result<()>) {
    if TROUBLE.get().is_some() {
        return;
    }
    if let Err(error) = write() {
        let _ = TROUBLE.set(error);
    }
}

/// Why not all of the output was written, unless its reader had enough.
pub(super) fn trouble() -> Option<&'static io::Error> {
    TROUBLE.get().filter(|error| error.kind() != ErrorKind::BrokenPipe)
}

/// The columns of a terminal; none where it is no terminal.
fn width_of(stream: &(impl AsFd + IsTerminal)) -> Option<usize> {
    let size = stream.is_terminal().then(|| rustix::termios::tcgetwinsize(stream).ok()).flatten()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

fn fitted<'t>(text: &'t str, lead: &'t str, width: Option<usize>) -> Cow<'t, str> {
    let longest = || text.lines().map(UnicodeWidthStr::width).max().unwrap_or_default();
    match width {
        Some(width) if lead.width() + longest() > width => Cow::Owned(wrapped(text, lead, width, 0)),
        _ if lead.is_empty() => Cow::Borrowed(text),
        _ => Cow::Owned(format!("{lead}{}", text.replace('\n', &format!("\n{:1$}", "", lead.width())))),
    }
}

/// Each line of `text` in lines of at most `width` columns, as far as words allow; those after the first begin `further` to the
/// right.
fn wrapped(text: &str, lead: &str, width: usize, further: usize) -> String {
    let deepest = width / DEEPEST;
    let mut out = lead.to_owned();
    for (number, line) in text.lines().enumerate() {
        let margin = lead.width().min(deepest);
        if number > 0 {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', margin));
        }
        let indent = &line[..line.len() - line.trim_start().len()];
        let hang = (margin + indent.len() + mark(line.trim_start()) + further).min(deepest);
        out.push_str(indent);
        let mut column = if number == 0 { lead.width() } else { margin } + indent.len();
        for (place, word) in line.trim_start().split(' ').enumerate() {
            let wide = word.width();
            if place > 0 && column + 1 + wide > width && column > hang {
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', hang));
                column = hang;
            } else if place > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += wide;
        }
    }
    out
}

/// The columns of what stands before the text of an item of a list: "1. ", "=> ", "- ".
fn mark(line: &str) -> usize {
    let Some((first, _)) = line.split_once(' ') else { return 0 };
    let is_number = first.strip_suffix('.').is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
    if is_number || ["=>", "→", "-"].contains(&first) { first.width() + 1 } else { 0 }
}

/// A table with these headers.
pub(super) fn table<const N: usize>(headers: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table
        .set_style(TableComponent::HeaderLines, '─')
        .set_style(TableComponent::MiddleHeaderIntersections, '─');
    table.set_header(headers);
    table
}

/// Prints a table, as wide as the terminal allows, without spaces at the ends of its lines. On a terminal that is too narrow
/// for its words side by side, its rows stand one below the other.
pub(super) fn print_table(mut table: Table) {
    let terminal = width_of(&io::stdout());
    if let Some(columns) = terminal.filter(|columns| !fits(&table, *columns)) {
        return write(format_args!("\n{}\n", stacked(&table, columns)));
    }
    let width = terminal.and_then(|columns| u16::try_from(columns).ok()).unwrap_or(NO_TERMINAL);
    arrange(&mut table, width);
    let lines: Vec<_> = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    write(format_args!("{}", lines.concat()));
}

/// Whether no word of the table has to be broken within so many columns.
fn fits(table: &Table, columns: usize) -> bool {
    let words = longest_words(table, table.column_max_content_widths().len());
    let gaps = usize::from(GAP) * words.len().saturating_sub(1);
    words.iter().map(|word| usize::from(*word)).sum::<usize>() + gaps <= columns
}

/// The rows of a table one below the other: each cell that says something behind its header.
fn stacked(table: &Table, columns: usize) -> String {
    let headers: Vec<_> =
        table.header().into_iter().flat_map(|row| row.cell_iter()).map(Cell::content).collect();
    let widest = headers.iter().map(|header| header.width()).max().unwrap_or_default();
    let row = |row: &Row| -> String {
        let cells = headers.iter().zip(row.cell_iter()).map(|(header, cell)| (header, cell.content()));
        let line = |(header, text): (&String, String)| {
            let lead = format!("{header}{:1$}", "", widest - header.width() + usize::from(GAP));
            format!("{}\n", fitted(&text, &lead, Some(columns)))
        };
        cells.filter(|(_, text)| !text.is_empty()).map(line).collect()
    };
    table.row_iter().map(row).collect::<Vec<_>>().join("\n")
}

/// Gives each column its width: what it needs if there is room for that, else less, the widest first, and where it is
/// possible no less than its longest word.
fn arrange(table: &mut Table, width: u16) {
    let natural = table.column_max_content_widths();
    let words = longest_words(table, natural.len());
    let gaps = GAP * u16::try_from(natural.len().saturating_sub(1)).unwrap_or_default();
    let widths = share(&natural, &words, width.saturating_sub(gaps));
    table.set_width(u16::MAX);
    let last = widths.len().saturating_sub(1);
    for (column, wide) in table.column_iter_mut().zip(widths) {
        // One column of the gap is the (invisible) line between two columns.
        let padding = if column.index == last { 0 } else { GAP - 1 };
        column.set_padding((0, padding));
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(wide + padding)));
    }
}

fn longest_words(table: &Table, columns: usize) -> Vec<u16> {
    let longest =
        |text: String| text.split_whitespace().map(UnicodeWidthStr::width).max().unwrap_or_default();
    let mut words = vec![1; columns];
    for row in table.header().into_iter().chain(table.row_iter()) {
        for (word, cell) in words.iter_mut().zip(row.cell_iter()) {
            *word = u16::try_from(longest(cell.content())).unwrap_or(u16::MAX).min(LONGEST_WORD).max(*word);
        }
    }
    words
}

/// The widths of columns that need `natural` at most and `least` at least, together at most `room`.
fn share(natural: &[u16], least: &[u16], room: u16) -> Vec<u16> {
    let sum = |widths: &[u16]| widths.iter().map(|width| u32::from(*width)).sum::<u32>();
    let at = |level: u16| {
        let columns = natural.iter().zip(least);
        columns.map(|(natural, least)| level.max(*least).min(*natural).max(1)).collect::<Vec<_>>()
    };
    let under = |level: u16| least.iter().map(|least| level.min(*least).max(1)).collect::<Vec<_>>();
    let fitting = |widths: &dyn Fn(u16) -> Vec<u16>| {
        (1..=room).rev().map(widths).find(|widths| sum(widths) <= u32::from(room))
    };
    fitting(&at).or_else(|| fitting(&under)).unwrap_or_else(|| under(1))
}
