//! Tables of actions: which column is which, by its header, in any order and language.

use super::{
    super::lexicon::{Lexicon, OfHeaders, is_one},
    actors::is_name,
    marks,
    several::{split, stands_alone},
    states,
};
use crate::action::{Purpose, Status, fold, tidy};

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

/// A row of a table of actions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) reference: String,
    pub(super) title: String,
    pub(super) details: Option<String>,
    pub(super) asked_of: String,
    pub(super) also_to: String,
    pub(super) due: String,
    pub(super) status: String,
    pub(super) remarks: Option<String>,
    pub(super) purpose: String,
    pub(super) origin: Option<String>,
    /// All cells, as evidence.
    pub(super) text: String,
}

/// A table with a header that is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Table {
    /// Each row is an action.
    Actions(Vec<Row>),
    /// Minutes in columns: each row tells what was discussed, and who has to do something of it.
    Minutes(Vec<Row>),
    /// Each row has who has to do what in a cell: the number of the row, the cell.
    Tasks(Vec<(u32, String)>),
    /// Each row is a date and what is due on it: the number of the row, the date, the things.
    Dates(Vec<(u32, String, String)>),
}

/// Reads a table; none if its header is not that of a list of actions or dates.
pub(super) fn read(rows: &[Vec<String>]) -> Option<Table> {
    for (at, header) in rows.iter().enumerate().take(3) {
        let columns = settled(columns(header), header, rows.get(at + 1..).unwrap_or_default());
        let has = |column: Column| columns.contains(&column);
        let kinds = [Column::AskedOf, Column::Due, Column::Status, Column::Reference, Column::Purpose];
        let known = kinds.into_iter().filter(|column| has(*column)).count();
        if has(Column::Discussion) {
            let below = (1..).zip(rows).skip(at + 1);
            return Some(Table::Minutes(
                below.filter_map(|(number, cells)| row(number, cells, &columns)).collect(),
            ));
        }
        let is_actions =
            has(Column::Title) && known >= 1 && (has(Column::AskedOf) || has(Column::Status) || known >= 2);
        if is_actions {
            let below = (1..).zip(rows).skip(at + 1);
            return Some(Table::Actions(
                below.filter_map(|(number, cells)| row(number, cells, &columns)).collect(),
            ));
        }
        if let Some(at_column) = tasks(header, rows.get(at + 1..).unwrap_or_default()) {
            let below = (1..).zip(rows).skip(at + 1);
            let cells = below.filter_map(|(number, row)| Some((number, row.get(at_column)?.clone())));
            return Some(Table::Tasks(cells.filter(|(_, cell)| !cell.trim().is_empty()).collect()));
        }
        if let Some((date, thing)) = dates(header) {
            return Some(Table::Dates(date_rows(rows, at, date, thing)));
        }
    }
    None
}

fn columns(header: &[String]) -> Vec<Column> {
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
fn settled(mut columns: Vec<Column>, header: &[String], below: &[Vec<String>]) -> Vec<Column> {
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

/// The column that says who has to do what: "Follow-up" beside "Decision".
fn tasks(header: &[String], below: &[Vec<String>]) -> Option<usize> {
    let is_tasks = |cell: &String| {
        let name = fold(cell.trim_end_matches([':', '：']));
        is_one(&name, |lexicon| lexicon.action_lead)
            || ["follow-up", "follow up", "next steps", "suites à donner", "seguimiento", "后续行动"]
                .contains(&name.as_str())
    };
    let at = header.iter().position(is_tasks).filter(|_| header.len() >= 2)?;
    let says = |cell: &&String| !marks::tasks(cell, |_| false).is_empty();
    below.iter().filter_map(|row| row.get(at)).any(|cell| says(&cell)).then_some(at)
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

fn column(cell: &str) -> Column {
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

fn row(number: u32, cells: &[String], columns: &[Column]) -> Option<Row> {
    let cell = |wanted: Column| {
        let at = columns.iter().position(|column| *column == wanted)?;
        cells.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    };
    let filled = cells.iter().filter(|cell| !cell.trim().is_empty());
    let text = filled.map(|cell| tidy(cell)).collect::<Vec<_>>();
    let title = cell(Column::Discussion).or_else(|| cell(Column::Title))?;
    // A row with one text is a heading inside of the table.
    if text.len() < 2 || title.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        return None;
    }
    // A header that is repeated on a new page.
    if column(title) == Column::Title {
        return None;
    }
    let one = |wanted: Column| cell(wanted).map(tidy).unwrap_or_default();
    let not = |cell: &&str| !["no", "non", "нет", "否", "لا", "-", "–", "—"].contains(&fold(cell).as_str());
    // "Done" or "On hold until May" where the date stands.
    let stands = |cell: &&str| {
        let no_date = is_one(&fold(cell), |lexicon| lexicon.no_date);
        !no_date && states::begins(cell) && !columns.contains(&Column::Status)
    };
    let done = cell(Column::Due).filter(stands).map(str::to_owned);
    let due = if done.is_some() { String::new() } else { one(Column::Due) };
    let done = done.unwrap_or_default()
        + &cell(Column::Done).filter(not).map_or_else(String::new, |_| "done".to_owned());
    Some(Row {
        number,
        reference: one(Column::Reference),
        title: tidy(title),
        details: cell(Column::Details).map(str::to_owned),
        asked_of: cell(Column::AskedOf).map(str::to_owned).unwrap_or_default(),
        also_to: cell(Column::AlsoTo).map(str::to_owned).unwrap_or_default(),
        due,
        status: one(Column::Status) + &done,
        remarks: cell(Column::Remarks).map(tidy),
        purpose: one(Column::Purpose),
        origin: cell(Column::Origin).map(tidy),
        text: text.join(" | "),
    })
}

impl Row {
    /// How it stands and what came of it.
    pub(super) fn state(&self) -> (Status, Option<String>) {
        let (status, beyond) = states::of_cell(&self.status);
        // Where there is no column for it, remarks often say it.
        let (status, beyond) = match (self.status.is_empty(), &self.remarks) {
            (true, Some(remarks)) => (states::of_cell(remarks).0, None),
            _ => (status, beyond),
        };
        let outcome = if status.is_open() { None } else { beyond.or_else(|| self.remarks.clone()) };
        (status, outcome)
    }

    /// Whether it is for action.
    pub(super) fn purpose(&self) -> Purpose {
        let says = |text: &str| {
            let text = fold(text);
            is_one(&text, |lexicon| lexicon.for_information)
        };
        if says(&self.purpose) || says(&self.status) { Purpose::Information } else { Purpose::Action }
    }
}

/// The columns of the date and of what is due on it, if the table has just these.
fn dates(header: &[String]) -> Option<(usize, usize)> {
    let is_date = |cell: &String| {
        let name = fold(cell.trim_end_matches([':', '：']));
        is_one(&name, |lexicon| lexicon.headers.date) || is_one(&name, |lexicon| lexicon.headers.due)
    };
    let date = header.iter().position(is_date)?;
    let others: Vec<_> =
        (0..header.len()).filter(|at| *at != date && !header[*at].trim().is_empty()).collect();
    let &thing = others.first()?;
    let is_title = matches!(column(&header[thing]), Column::Title | Column::Reference);
    (is_title && others.len() <= 2).then_some((date, thing))
}

fn date_rows(rows: &[Vec<String>], header: usize, date: usize, thing: usize) -> Vec<(u32, String, String)> {
    let mut out: Vec<(u32, String, String)> = Vec::new();
    for (number, cells) in (1..).zip(rows).skip(header + 1) {
        let cell = |at: usize| cells.get(at).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        let (mut day, things) = (cell(date), cell(thing));
        // One date for several rows.
        if day.is_empty() {
            day = out.last().map(|(_, day, _)| day.clone()).unwrap_or_default();
        }
        if !things.is_empty() && !day.is_empty() {
            out.push((number, day, things));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> Option<Table> {
        read(&rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect::<Vec<_>>())
    }

    #[test]
    fn columns_are_known_by_their_headers_in_any_order_and_language() {
        for header in [
            ["Status", "Responsible", "Due date", "Description", "No."],
            ["Statut", "Responsable", "Échéance", "Mesure", "N°"],
            ["Estado", "Responsable", "Plazo", "Descripción", "Nº"],
            ["Статус", "Ответственный", "Срок", "Действие", "№"],
            ["状态", "负责方", "截止日期", "行动", "编号"],
            ["الحالة", "الجهة المسؤولة", "الموعد النهائي", "الإجراء", "الرقم"],
        ] {
            let Some(Table::Actions(rows)) =
                table(&[&header, &["", "SG17", "3 May 2018", "reply to it", "4"]])
            else {
                panic!("{header:?}")
            };
            let row = &rows[0];
            assert_eq!(
                (row.reference.as_str(), row.title.as_str(), row.asked_of.as_str(), row.due.as_str()),
                ("4", "reply to it", "SG17", "3 May 2018")
            );
        }
    }

    #[test]
    fn minutes_in_columns_tell_what_was_said_and_who_has_to_do_something() {
        let read = table(&[
            &["Item", "Discussion / decision", "Action"],
            &["1", "The Chair opened the meeting.", ""],
            &["2", "WG 1 will resolve the comments.", "WG 1"],
            &["3", "The consultant should be met soon.", "Chair, WG 2 convenor"],
        ]);
        let Some(Table::Minutes(rows)) = read else { panic!("{read:?}") };
        let shown: Vec<_> = rows.iter().map(|row| (row.asked_of.as_str(), row.title.as_str())).collect();
        assert_eq!(shown[1], ("WG 1", "WG 1 will resolve the comments."));
        assert_eq!(shown[2].0, "Chair, WG 2 convenor");
        // A list of actions whose responsible people stand in their own column is one still.
        let read = table(&[&["No", "Action", "Owner"], &["1", "Write the reply.", "SG17"]]);
        assert!(matches!(read, Some(Table::Actions(_))));
    }

    #[test]
    fn a_date_beside_who_is_responsible_is_the_deadline_and_a_tick_says_done() {
        let read = table(&[
            &["Action", "Responsible", "Date", "Completed"],
            &["Write it", "SG17", "3 May 2018", "√"],
            &["Send it", "TSB", "4 May 2018", ""],
        ]);
        let Some(Table::Actions(rows)) = read else { panic!("{read:?}") };
        assert_eq!((rows[0].due.as_str(), rows[0].state().0), ("3 May 2018", Status::Done));
        assert_eq!((rows[1].due.as_str(), rows[1].state().0), ("4 May 2018", Status::Open));
    }

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

    #[test]
    fn lists_of_dates_are_told_from_lists_of_actions_and_other_tables_are_neither() {
        let dates = table(&[&["Date", "Event"], &["3 May 2018", "Contributions"], &["", "Registration"]]);
        assert_eq!(
            dates,
            Some(Table::Dates(vec![
                (2, "3 May 2018".to_owned(), "Contributions".to_owned()),
                (3, "3 May 2018".to_owned(), "Registration".to_owned())
            ]))
        );
        assert_eq!(table(&[&["Country", "Members"], &["A", "3"]]), None);
    }
}
