//! Tables of actions: which column is which, by its header, in any order and language.

use super::{
    super::lexicon::is_one,
    columns::{Column, column, columns, settled},
    states, tasks,
};
use crate::action::{Purpose, Status, fold, tidy};

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

/// The column that says who has to do what: "Follow-up" beside "Decision".
fn tasks(header: &[String], below: &[Vec<String>]) -> Option<usize> {
    let is_tasks = |cell: &String| {
        let name = fold(cell.trim_end_matches([':', '：']));
        is_one(&name, |lexicon| lexicon.action_lead)
            || ["follow-up", "follow up", "next steps", "suites à donner", "seguimiento", "后续行动"]
                .contains(&name.as_str())
    };
    let at = header.iter().position(is_tasks).filter(|_| header.len() >= 2)?;
    let says = |cell: &&String| !tasks::tasks(cell, |_| false).is_empty();
    below.iter().filter_map(|row| row.get(at)).any(|cell| says(&cell)).then_some(at)
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
