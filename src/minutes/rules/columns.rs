//! Which column of a table is which: by its header, and by what stands in it.

use super::{
    super::lexicon::{Lexicon, OfHeaders, is_one},
    actors::is_name,
    several::{split, stands_alone},
};
use crate::action::fold;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Reference,
    Title,
    Details,
    AskedOf,
    AlsoTo,
    Due,
    Status,
    Remarks,
    Purpose,
    Origin,
    /// "Completed": a tick, a word or a day.
    Done,
    /// Minutes in columns: what was said, beside who has to do something.
    Discussion,
    Other,
}

/// The columns of a header, each by its own words.
pub(super) fn columns(header: &[String]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for cell in header {
        let column = column(cell);
        let doubled = columns.contains(&column);
        columns.push(match column {
            Column::Title if doubled => Column::Details,
            // In Arabic the word for a reference is that for where something comes from.
            Column::Reference if doubled => Column::Origin,
            Column::Title | Column::Other => column,
            _ if doubled => Column::Other,
            column => column,
        });
    }
    // "Action" beside "Description": what the action is called, and what it is. "Action" as a number otherwise.
    if !columns.contains(&Column::Reference)
        && columns.contains(&Column::Details)
        && let Some(first) = header.first()
        && fold(first) == "action"
        && columns.first() == Some(&Column::Title)
    {
        columns[0] = Column::Reference;
        if let Some(title) = columns.iter_mut().find(|column| **column == Column::Details) {
            *title = Column::Title;
        }
    }
    columns
}

/// The columns by what stands in them, where their headers do not tell enough.
pub(super) fn settled(mut columns: Vec<Column>, header: &[String], below: &[Vec<String>]) -> Vec<Column> {
    let named = |at: usize, words: OfHeaders| {
        let name = fold(header[at].trim_end_matches([':', '：', '*', ' ']));
        is_one(&name, |lexicon| words(&lexicon.headers))
    };
    let has = |columns: &[Column], column: Column| columns.contains(&column);
    if !has(&columns, Column::AskedOf)
        && let Some((who, what)) = minutes_in_columns(&columns, below)
    {
        (columns[who], columns[what]) = (Column::AskedOf, Column::Discussion);
    }
    // "Date" beside who is responsible is until when.
    let dated = |at: &usize| columns[*at] == Column::Other && named(*at, |headers| headers.date);
    if has(&columns, Column::AskedOf)
        && !has(&columns, Column::Due)
        && let Some(at) = (0..columns.len()).find(dated)
    {
        columns[at] = Column::Due;
    }
    // "Item" is a number where the number stands in it, and else what is to be done.
    let says = |at: usize| {
        let filled: Vec<_> =
            below.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty()).collect();
        !filled.is_empty() && filled.iter().all(|cell| cell.contains(' ') && cell.chars().count() > 8)
    };
    if has(&columns, Column::AskedOf)
        && !has(&columns, Column::Title)
        && let Some(at) =
            columns.iter().position(|column| *column == Column::Reference).filter(|at| says(*at))
    {
        columns[at] = Column::Title;
    }
    let done = |at: &usize| {
        let name = fold(&header[*at]);
        columns[*at] == Column::Other && is_one(&name, |lexicon| lexicon.states.done)
    };
    if !has(&columns, Column::Status)
        && let Some(at) = (0..columns.len()).find(done)
    {
        columns[at] = Column::Done;
    }
    columns
}

/// The columns of who has to do something, and of what was said: the cells of one are names and nothing else, and those
/// of the other are sentences.
fn minutes_in_columns(columns: &[Column], below: &[Vec<String>]) -> Option<(usize, usize)> {
    let cells = |at: usize| {
        let cells = below.iter().filter_map(move |row| row.get(at));
        cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    };
    let is_names = |cell: &str| {
        let names = split(cell);
        let none = ["-", "–", "—"].contains(&cell) || is_one(&fold(cell), |lexicon| lexicon.noted);
        none || cell.chars().count() <= 80
            && !names.is_empty()
            && names.iter().all(|name| is_name(name) && stands_alone(name, true))
    };
    let mut of_names = (0..columns.len()).filter(|at| matches!(columns[*at], Column::Title | Column::Other));
    let who = of_names.find(|at| cells(*at).next().is_some() && cells(*at).all(is_names))?;
    let length = |at: &usize| cells(*at).map(str::len).sum::<usize>();
    let texts = (0..columns.len()).filter(|at| {
        *at != who
            && matches!(columns[*at], Column::Title | Column::Details | Column::Other | Column::Remarks)
    });
    let what = texts.max_by_key(length)?;
    let sentences = cells(what).filter(|cell| cell.ends_with(['.', '。', ';'])).count();
    (sentences * 2 > cells(what).count()).then_some((who, what))
}

/// What a column holds, by the words of its header.
pub(super) fn column(cell: &str) -> Column {
    let name = fold(cell.trim_end_matches([':', '：', '*', ' ']));
    let name = name.trim_end_matches("(s)");
    let all: [(Column, OfHeaders); 9] = [
        (Column::AskedOf, |headers| headers.asked_of),
        (Column::Due, |headers| headers.due),
        (Column::Status, |headers| headers.status),
        (Column::Title, |headers| headers.title),
        (Column::Reference, |headers| headers.reference),
        (Column::AlsoTo, |headers| headers.also_to),
        (Column::Purpose, |headers| headers.purpose),
        (Column::Remarks, |headers| headers.remarks),
        (Column::Origin, |headers| headers.origin),
    ];
    let is = |words: OfHeaders| {
        let words = |lexicon: &Lexicon| words(&lexicon.headers);
        // "Responsible / Owner", "No. / Ref."
        is_one(name, words) || name.split(['/', '\n']).map(str::trim).any(|part| is_one(part, words))
    };
    if let Some((column, _)) = all.into_iter().find(|(_, words)| is(*words)) {
        return column;
    }
    // "Deadline (UTC)", "Responsible entity", "Status of the action": the first word tells.
    let first = name.split(|c: char| !c.is_alphabetic()).next().filter(|word| word.chars().count() >= 4);
    let begins = |words: OfHeaders| {
        first.is_some_and(|first| is_one(first, |lexicon: &Lexicon| words(&lexicon.headers)))
    };
    let telling = [Column::AskedOf, Column::Due, Column::Status];
    let found = all.into_iter().find(|(column, words)| telling.contains(column) && begins(*words));
    found.filter(|_| name.split(' ').count() <= 4).map_or(Column::Other, |(column, _)| column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_of_a_longer_header_tells() {
        for (header, of) in [
            ("Deadline (UTC)", Column::Due),
            ("Responsible entity or person", Column::AskedOf),
            ("Status of the action", Column::Status),
            ("Date of the meeting", Column::Other),
            ("Deadline that was agreed by the last meeting", Column::Other),
        ] {
            assert_eq!(column(header), of, "{header}");
        }
    }
}
