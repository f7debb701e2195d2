//! From what was decided about proposals to what is written into the register.

use jiff::civil::Date;

use super::{Decided, Decision, Due};
use crate::{
    action::{Action, ActionId, Kind, Purpose, Register},
    register::edit::{Content, Edit, Target},
};

/// What is to be written, and what is not although it was accepted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Entered {
    /// Rows to change and to add, in the order of the form.
    pub edits: Vec<Edit>,
    /// For each of them the row of the form, or the line of its file.
    pub rows: Vec<u32>,
    /// Sentences: which rows are left as they are, and why.
    pub skipped: Vec<String>,
}

/// What the accepted and changed rows of a form make of the register.
///
/// An accepted row that the register has changes what a report can say anew: deadline, status and outcome; and, when it
/// is closed by that, the day in the column Closed. A row of the form that somebody corrected (*change*) changes the
/// title and everything else as well. What identifies an action, its reference and of whom it is asked, is
/// never changed: it would be another action.
#[must_use]
pub fn enter(decided: &[Decided], register: &Register, today: Date) -> Entered {
    let mut entered = Entered::default();
    let goes_in = |row: &&Decided| row.decision.is_some_and(Decision::goes_in);
    for row in decided.iter().filter(goes_in) {
        let id = match &row.of {
            Some(of) => of.id(),
            None => ActionId::new(&row.reference, &row.asked_of),
        };
        let there = register.actions.iter().find(|action| action.id() == id);
        match (there, &row.of) {
            (Some(action), Some(_)) => entered.change(row, id, action, today),
            (None, Some(of)) => entered.skipped.push(format!(
                "Row {}: {} asked of {} is no longer in the register.",
                row.line, of.reference, of.asked_of
            )),
            (Some(_), None) => entered.skipped.push(format!(
                "Row {}: {} asked of {} is in the register already.",
                row.line, row.reference, row.asked_of
            )),
            (None, None) if entered.has_new(&id) => entered.skipped.push(format!(
                "Row {}: {} asked of {} is twice among the proposals.",
                row.line, row.reference, row.asked_of
            )),
            (None, None) => entered.push(row, Edit { of: Target::New, cells: new_row(row, today) }),
        }
    }
    entered
}

impl Entered {
    fn push(&mut self, row: &Decided, edit: Edit) {
        self.edits.push(edit);
        self.rows.push(row.line);
    }

    fn has_new(&self, id: &ActionId) -> bool {
        let text = |edit: &Edit, name| {
            edit.cells.iter().find(|(column, _)| *column == name).map(|(_, content)| content.text())
        };
        self.edits.iter().any(|edit| {
            let named = text(edit, "Ref").zip(text(edit, "Asked of"));
            edit.of == Target::New
                && named.is_some_and(|(reference, asked_of)| ActionId::new(&reference, &asked_of) == *id)
        })
    }

    fn change(&mut self, row: &Decided, id: ActionId, action: &Action, today: Date) {
        let mut cells = Vec::new();
        let mut set = |column, new: Option<Content>, old: Option<String>| {
            if let Some(new) = new.filter(|new| Some(new.text()) != old) {
                cells.push((column, new));
            }
        };
        let deadline = action.deadline.map(|deadline| deadline.to_string());
        // A deadline that follows a meeting is a day for the register, and words in its cell.
        if action.more.follows.is_none() || row.decision == Some(Decision::Change) {
            set("Deadline", row.deadline.as_ref().map(due), deadline);
        }
        set("Status", Some(Content::Text(row.status.to_string())), Some(action.status.to_string()));
        set("Outcome", text(row.outcome.as_ref()), action.more.outcome.as_deref().map(str::to_owned));
        if action.status.is_open() && !row.status.is_open() && action.more.closed.is_none() {
            set("Closed", Some(Content::Day(today)), None);
        }
        if row.decision == Some(Decision::Change) {
            set("Title", Some(Content::Text(row.title.clone())), Some(action.title.clone()));
            set("Details", text(row.details.as_ref()), action.details.as_deref().map(str::to_owned));
            set("Kind", Some(Content::Text(row.kind.to_string())), Some(action.kind.to_string()));
            set("Purpose", Some(Content::Text(row.purpose.to_string())), Some(action.purpose.to_string()));
            set("Also to", names(&row.also_to), names_of(action));
            set("Origin", text(row.origin.as_ref()), action.origin.as_deref().map(str::to_owned));
            set("Opened", row.opened.map(Content::Day), action.opened.map(|day| day.to_string()));
            set("Topic", text(row.topic.as_ref()), action.more.topic.as_deref().map(str::to_owned));
        }
        if cells.is_empty() {
            self.skipped.push(format!(
                "Row {}: the register has all of {} asked of {} already.",
                row.line, action.reference, action.asked_of
            ));
        } else {
            self.push(row, Edit { of: Target::Action(id), cells });
        }
    }
}

/// The cells of a new row. What an empty cell means anyway is left empty.
///
/// What is over by a report was over on the day of the report; without one, today.
fn new_row(row: &Decided, today: Date) -> Vec<(&'static str, Content)> {
    let is_over = !row.status.is_open() && row.purpose == Purpose::Action;
    let closed = is_over.then(|| row.opened.unwrap_or(today));
    let is_special = |text: String, usual: String| (text != usual).then_some(Content::Text(text));
    let cells = [
        ("Ref", Some(Content::Text(row.reference.clone()))),
        ("Title", Some(Content::Text(row.title.clone()))),
        ("Details", text(row.details.as_ref())),
        ("Kind", is_special(row.kind.to_string(), Kind::Other.to_string())),
        ("Purpose", is_special(row.purpose.to_string(), Purpose::Action.to_string())),
        ("Asked of", Some(Content::Text(row.asked_of.clone()))),
        ("Also to", names(&row.also_to)),
        ("Deadline", row.deadline.as_ref().map(due)),
        ("Status", Some(Content::Text(row.status.to_string()))),
        ("Outcome", text(row.outcome.as_ref())),
        ("Origin", text(row.origin.as_ref())),
        ("Opened", row.opened.map(Content::Day)),
        ("Closed", closed.map(Content::Day)),
        ("Topic", text(row.topic.as_ref())),
    ];
    cells.into_iter().filter_map(|(column, content)| Some((column, content?))).collect()
}

fn text(text: Option<&String>) -> Option<Content> {
    text.map(|text| Content::Text(text.clone()))
}

fn due(due: &Due) -> Content {
    match due {
        Due::Day(day) => Content::Day(*day),
        Due::Words(words) => Content::Text(words.clone()),
    }
}

fn names(names: &[String]) -> Option<Content> {
    (!names.is_empty()).then(|| Content::Text(names.join("; ")))
}

fn names_of(action: &Action) -> Option<String> {
    let names: Vec<_> = action.more.also_to.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| names.join("; "))
}
