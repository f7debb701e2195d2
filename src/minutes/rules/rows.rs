//! Tables: of actions, of key dates, and those that are only laid out as tables.

use std::collections::BTreeMap;

use super::{
    super::{Confidence, Evidence, Field, Paragraph, Place, Rule, dates::due_of_cell},
    draft::{Asked, Context},
    finder::Finder,
    key_dates,
    marks::{self, Mark},
    tables::{self, Row, Table},
    tasks, text,
};
use crate::action::{Purpose, fold};

impl Finder<'_> {
    /// What a table asks, row by row.
    pub(super) fn table(&mut self, rows: &[Vec<String>], place: &Place) {
        match tables::read(rows) {
            Some(Table::Actions(rows)) => rows.iter().for_each(|row| self.row(row, place)),
            Some(Table::Minutes(rows)) => {
                rows.iter().filter(|row| !row.asked_of.is_empty()).for_each(|row| self.minute(row, place));
            }
            Some(Table::Tasks(cells)) => {
                for (number, cell) in cells {
                    for piece in
                        cell.split(['\n', ';', '；', '؛']).map(str::trim).filter(|piece| piece.len() > 3)
                    {
                        let mark = Mark { is_decision: true, ..marks::of_register("", piece) };
                        self.marked(&Mark { reference: None, ..mark }, &place.at_row(number));
                    }
                }
            }
            Some(Table::Dates(rows)) => {
                for (number, date, things) in rows {
                    let context = Context { reference: None, ..self.context(&place.at_row(number)) };
                    let drafts = key_dates::due(&date, &things, &context, &self.desk);
                    self.drafts.extend(drafts);
                }
            }
            // Laid out as a table, but not one: its cells are paragraphs.
            None => {
                for (number, cells) in (1..).zip(rows) {
                    for line in cells.iter().flat_map(|cell| cell.split('\n')) {
                        let paragraph = Paragraph { text: line.to_owned(), ..Paragraph::default() };
                        if line.chars().count() > 3 {
                            self.paragraph(&paragraph, &place.at_row(number));
                        }
                    }
                }
                self.ends_date();
            }
        }
        self.state.mark = None;
    }

    /// A row of minutes in columns: what its sentences ask of those who stand beside them; where they ask nothing of
    /// somebody, the last sentence is what is to be done.
    fn minute(&mut self, row: &Row, place: &Place) {
        let context = Context { reference: None, ..self.context(&place.at_row(row.number)) };
        let sentences: Vec<_> = text::sentences(&row.title).into_iter().map(str::to_owned).collect();
        for name in self.desk.known.list(&row.asked_of) {
            let mut any = false;
            for sentence in &sentences {
                for (ask, ..) in self.asked_in_sentence(sentence, None) {
                    if self.desk.known.list(&ask.who).iter().any(|who| fold(who) == fold(&name)) {
                        self.minuted(&name, &ask.task, sentence, &context);
                        any = true;
                    }
                }
            }
            if !any && let Some(last) = sentences.last() {
                self.minuted(&name, last, last, &context);
            }
        }
    }

    fn minuted(&mut self, who: &str, task: &str, sentence: &str, context: &Context) {
        let asked = Asked { who, task, sentence, rule: Rule::TableRow, confidence: 80 };
        let drafts = self.desk.asked(&asked, context);
        self.drafts.extend(drafts);
    }

    fn row(&mut self, row: &Row, place: &Place) {
        let mut context = self.context(&place.at_row(row.number));
        context.reference =
            (!row.reference.is_empty()).then(|| (self.reference_of(&row.reference), String::new()));
        let due = due_of_cell(&row.due, &self.desk.agenda);
        let (status, outcome) = row.state();
        let purpose = if self.state.told.is_some() { Purpose::Information } else { row.purpose() };
        let mut fields = BTreeMap::new();
        for (field, cell) in
            [(Field::AskedOf, &row.asked_of), (Field::Deadline, &row.due), (Field::Status, &row.status)]
        {
            if !cell.is_empty() {
                fields.insert(field, cell.replace('\n', "; "));
            }
        }
        let evidence = Evidence { text: row.text.clone(), place: context.place.clone(), fields };
        let tasks = if row.asked_of.is_empty() { tasks::tasks(&row.title, |_| false) } else { Vec::new() };
        let (who, title) = match &tasks[..] {
            [task] => (task.who.clone(), text::title(&task.task, None)),
            _ => (row.asked_of.clone(), text::shortened(&row.title)),
        };
        let mut names = self.asked_in(row, &who);
        if names.is_empty() {
            names.push(String::new());
        }
        let also = self.desk.known.list(&row.also_to);
        for name in names {
            let mut draft = self.desk.draft(title.clone(), evidence.clone(), Rule::TableRow, &context);
            let proposal = &mut draft.proposal;
            let doubt = due.as_ref().map_or(0, |(_, doubt)| *doubt) + if name.is_empty() { 25 } else { 0 };
            proposal.confidence = Confidence::new(95).less(doubt);
            proposal.details =
                row.details.clone().or_else(|| (row.title != title).then(|| row.title.clone()));
            proposal.asked_of = name;
            proposal.also_to.clone_from(&also);
            proposal.deadline = due.as_ref().map(|(due, _)| due.clone());
            (proposal.status, proposal.outcome, proposal.purpose) = (status, outcome.clone(), purpose);
            if let Some(origin) = &row.origin {
                proposal.origin = Some(origin.clone());
            }
            self.drafts.push(draft);
        }
    }

    /// Of whom a row asks. What the register says of the action itself is one name, whatever it is.
    fn asked_in(&self, row: &Row, who: &str) -> Vec<String> {
        let wanted = fold(who);
        let names = self.desk.quoted.actions(&row.reference).iter().map(|action| action.asked_of.to_string());
        let known = names.into_iter().find(|name| fold(name) == wanted);
        known.map_or_else(|| self.desk.known.list(who), |name| vec![name])
    }

    /// A number by itself says nothing outside of its table, unless it is one of the register.
    fn reference_of(&self, cell: &str) -> String {
        let bare = cell.trim_end_matches(['.', ')']);
        let is_number = !bare.is_empty() && bare.len() <= 4 && bare.bytes().all(|byte| byte.is_ascii_digit());
        let is_known =
            || self.desk.quoted.actions(cell).iter().any(|action| fold(&action.reference) == fold(cell));
        if is_number && !is_known() {
            format!("{}-{bare}", self.desk.report.prefix())
        } else {
            cell.to_owned()
        }
    }
}
