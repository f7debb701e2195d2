//! The form as it comes back: what was decided about each proposal.

use std::str::FromStr;

use jiff::civil::Date;

use super::{Decision, columns::Column, faults::Faults};
use crate::{
    action::{Kind, Problems, Purpose, Status, fold, tidy},
    minutes::{Due, Identity, Matched},
    register::{DateOrder, TextRow},
};

/// A row of the form as it came back.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// What was decided about it; none while it waits.
    pub decision: Option<Decision>,
    /// The word of the column *Standing*: "new", "changed", "closed", "vanished".
    pub standing: String,
    /// The action of the register that is meant; none for a new one.
    pub of: Option<Matched>,
    /// Ref.
    pub reference: String,
    /// Title.
    pub title: String,
    /// Details.
    pub details: Option<String>,
    /// Kind.
    pub kind: Kind,
    /// Purpose.
    pub purpose: Purpose,
    /// Asked of.
    pub asked_of: String,
    /// Also to.
    pub also_to: Vec<String>,
    /// Deadline: a day, or words that the register may understand.
    pub deadline: Option<Due>,
    /// Status.
    pub status: Status,
    /// Outcome.
    pub outcome: Option<String>,
    /// Origin.
    pub origin: Option<String>,
    /// Opened.
    pub opened: Option<Date>,
    /// Topic.
    pub topic: Option<String>,
    /// Reference and addressee as they were proposed; none if the form has no such column.
    pub proposed: Option<String>,
    /// The words that it was taken from.
    pub evidence: Option<String>,
    /// What makes the proposal the same one when its report is read again; none if the form has no such column.
    pub identity: Option<Identity>,
    /// Row of the sheet or line of the file, from 1.
    pub line: u32,
}

/// A form as it was read.
#[derive(Debug)]
pub struct Form {
    rows: Vec<Decided>,
    faults: Faults,
}

impl Form {
    /// Reads the rows of a table. `file` is how it is shown in problems, `dates` how the register reads three numbers.
    #[must_use]
    pub fn read(rows: &[TextRow], file: &str, dates: DateOrder) -> Self {
        let mut reader = Reader { faults: Faults::new(file), dates };
        let decided = reader.table(rows);
        Self { rows: decided, faults: reader.faults }
    }

    /// All rows of it, also those that wait. In a row with a mistake the usual value stands for what is wrong; after a
    /// decision that is none it is taken for what was probably meant, so that all that is wrong with the row can be told.
    #[must_use]
    pub fn rows(&self) -> &[Decided] {
        &self.rows
    }

    /// Adds that something is wrong with a row, for the register that it is to go into: in the cell of this column, if
    /// the form has it. A cell with which something is wrong already is left at that.
    pub fn wrong(&mut self, line: u32, column: Option<&str>, why: String) {
        self.faults.add(line, column.and_then(Column::of), why);
    }

    /// Its rows, if it has no mistakes.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of its cells: a missing column, a word that is none of those that
    /// are possible, a row that is accepted without a reference, a title or a body, or with a deadline that is none. Nothing
    /// of it may be applied then. A row that waits or is rejected may be incomplete.
    pub fn good(self) -> Result<Vec<Decided>, Problems> {
        let Self { rows, faults } = self;
        if faults.is_empty() { Ok(rows) } else { Err(faults.told()) }
    }

    /// What is wrong with it, in the order of its cells.
    #[must_use]
    pub fn problems(&self) -> Problems {
        self.faults.told()
    }
}

/// The form while it is read.
struct Reader {
    faults: Faults,
    dates: DateOrder,
}

impl Reader {
    fn table(&mut self, rows: &[TextRow]) -> Vec<Decided> {
        let Some(header) = super::header(rows) else {
            self.wrong(1, None, "The form is empty. Write it again with `rappel import`.".to_owned());
            return Vec::new();
        };
        self.faults.header = header.cells.iter().map(|cell| Column::of(cell)).collect();
        if !self.is_complete(header.line) {
            return Vec::new();
        }
        let below = rows.iter().filter(|row| row.line > header.line);
        below.map(|row| self.row(row)).collect()
    }

    fn wrong(&mut self, line: u32, column: Option<Column>, why: String) {
        self.faults.add(line, column, why);
    }

    fn is_complete(&mut self, line: u32) -> bool {
        let header = &self.faults.header;
        if !header.contains(&Some(Column::Decision)) {
            let why = "There is no column Decision: this is no form of proposals, or the column was deleted. A form is \
                       written by `rappel import REPORT --out form.xlsx`.";
            self.wrong(line, None, why.to_owned());
            return false;
        }
        let missing: Vec<_> =
            Column::NEEDED.into_iter().filter(|column| !header.contains(&Some(*column))).collect();
        for column in &missing {
            let name = column.header();
            self.wrong(line, None, format!("There is no column {name} in the form. Add it again."));
        }
        missing.is_empty()
    }

    /// The text of a cell; none if it is empty.
    fn text(&self, row: &TextRow, column: Column) -> Option<String> {
        let at = self.faults.header.iter().position(|other| *other == Some(column))?;
        let cell = row.cells.get(at)?.trim();
        let text = unguarded(cell);
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn line(&self, row: &TextRow, column: Column) -> Option<String> {
        self.text(row, column).map(|text| tidy(&text))
    }

    /// One of a set of words; empty is `otherwise`.
    fn word<T: FromStr<Err = String>>(&mut self, row: &TextRow, column: Column, otherwise: T) -> T {
        let Some(text) = self.line(row, column) else { return otherwise };
        text.parse().unwrap_or_else(|why| {
            self.wrong(row.line, Some(column), why);
            otherwise
        })
    }

    /// A cell that a row which goes into the register cannot do without.
    fn needed(&mut self, row: &TextRow, column: Column, goes_in: bool) -> String {
        let text = self.line(row, column);
        if goes_in && text.is_none() {
            let name = column.header();
            let why =
                format!("The cell is empty: an action needs its {name}. Fill it in, or reject the row.");
            self.wrong(row.line, Some(column), why);
        }
        text.unwrap_or_default()
    }

    fn opened(&mut self, row: &TextRow) -> Option<Date> {
        let text = self.line(row, Column::Opened)?;
        let day = day(&text);
        if let Err(why) = &day {
            self.wrong(row.line, Some(Column::Opened), format!("{why} An empty cell will do as well."));
        }
        day.ok()
    }

    fn decision(&mut self, row: &TextRow) -> Option<Decision> {
        let word = self.line(row, Column::Decision)?;
        let decision = word.parse().unwrap_or_else(|why| {
            self.wrong(row.line, Some(Column::Decision), why);
            Decision::probably(&word)
        });
        Some(decision)
    }

    /// What the register could not read is a mistake where it goes in; until then a report may say what it likes.
    fn deadline(&mut self, row: &TextRow, goes_in: bool) -> Option<Due> {
        let due = due(&self.line(row, Column::Deadline)?);
        if let Due::Words(words) = &due
            && goes_in
            && let Some(why) = crate::register::deadline_mistake(words, self.dates)
        {
            self.wrong(row.line, Some(Column::Deadline), why);
        }
        Some(due)
    }

    fn row(&mut self, row: &TextRow) -> Decided {
        let decision = self.decision(row);
        let of = self.line(row, Column::RegisterReference).zip(self.line(row, Column::RegisterAskedOf));
        let also_to = self.line(row, Column::AlsoTo).unwrap_or_default();
        let goes_in = decision.is_some_and(Decision::goes_in);
        Decided {
            decision,
            standing: self.line(row, Column::Standing).map(|word| fold(&word)).unwrap_or_default(),
            of: of.map(|(reference, asked_of)| Matched { reference, asked_of }),
            reference: self.needed(row, Column::Reference, goes_in),
            title: self.needed(row, Column::Title, goes_in),
            details: self.text(row, Column::Details),
            kind: self.word(row, Column::Kind, Kind::Other),
            purpose: self.word(row, Column::Purpose, Purpose::Action),
            asked_of: self.needed(row, Column::AskedOf, goes_in),
            also_to: also_to.split(';').map(tidy).filter(|name| !name.is_empty()).collect(),
            deadline: self.deadline(row, goes_in),
            status: self.word(row, Column::Status, Status::Open),
            outcome: self.line(row, Column::Outcome),
            origin: self.line(row, Column::Origin),
            opened: self.opened(row),
            topic: self.line(row, Column::Topic),
            proposed: self.line(row, Column::Proposed),
            evidence: self.text(row, Column::Evidence),
            identity: self.line(row, Column::Identity).map(|text| Identity::stored(&text)),
            line: row.line,
        }
    }
}

/// A cell without the apostrophe that keeps a spreadsheet program from taking it for a formula.
pub(super) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

fn due(text: &str) -> Due {
    day(text).map_or_else(|_| Due::Words(text.to_owned()), Due::Day)
}

/// A day, as a cell of the register may say it. A spreadsheet program may have put it into a cell that shows midnight.
fn day(text: &str) -> Result<Date, String> {
    crate::register::day(text.strip_suffix("T00:00:00").unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        action::Purpose,
        minutes::{
            Confidence, Entry, Evidence, Findings, Place as Spot, Proposal, Rule, Standing,
            form::{SHEET, csv, workbook},
        },
        register::{Limits, column_letters, text_table},
    };

    fn entry(reference: &str, title: &str) -> Entry {
        let evidence = Evidence { text: "=1+1".to_owned(), place: Spot::default(), fields: [].into() };
        let proposal = Proposal {
            reference: reference.to_owned(),
            title: title.to_owned(),
            details: None,
            asked_of: "ITU-T".to_owned(),
            also_to: vec!["SG17".to_owned(), "SG13".to_owned()],
            kind: Kind::Nomination,
            purpose: Purpose::Action,
            deadline: Some(Due::Day(jiff::civil::date(2017, 6, 23))),
            status: Status::Pending,
            outcome: None,
            origin: None,
            opened: None,
            topic: None,
            evidence,
            rule: Rule::Standing,
            confidence: Confidence::new(90),
        };
        Entry::new(proposal, Standing::New, None, None)
    }

    fn good(rows: &[TextRow], file: &str) -> Result<Vec<Decided>, Problems> {
        Form::read(rows, file, DateOrder::Refuse).good()
    }

    fn back(rows: &mut [TextRow], decision: &str) -> Result<Vec<Decided>, Problems> {
        for row in rows.iter_mut().skip(1) {
            row.cells[0] = decision.to_owned();
        }
        good(rows, "proposals.xlsx")
    }

    #[test]
    fn what_is_written_comes_back_from_a_workbook_and_from_csv_and_is_no_formula() {
        let findings =
            Findings { entries: vec![entry("17/06", "-nominate"), entry("@x", "b")], ..Findings::default() };
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in
            [("a.xlsx", workbook(&findings).unwrap()), ("a.csv", csv(&findings).into_bytes())]
        {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let mut rows = text_table(&path, SHEET, &Limits::default()).unwrap();
            assert_eq!(
                good(&rows, name).unwrap().iter().filter(|row| row.decision.is_some()).count(),
                0,
                "nothing is decided yet"
            );
            let decided = back(&mut rows, "Accept").unwrap();
            assert_eq!(decided[0].decision, Some(Decision::Accept));
            assert_eq!((decided[0].title.as_str(), decided[1].reference.as_str()), ("-nominate", "@x"));
            assert_eq!(decided[0].deadline, Some(Due::Day(jiff::civil::date(2017, 6, 23))));
            assert_eq!(decided[0].also_to, ["SG17", "SG13"]);
            assert_eq!(decided[0].status, Status::Pending);
        }
    }

    #[test]
    fn mistakes_are_told_all_at_once_with_their_places() {
        let findings =
            Findings { entries: vec![entry("17/06", ""), entry("17/07", "b")], ..Findings::default() };
        let mut rows = csv_rows(&findings);
        let wrong = back(&mut rows, "accept").unwrap_err().to_string();
        let title = rows[0].cells.iter().position(|cell| Column::of(cell) == Some(Column::Title)).unwrap();
        let cell = format!(
            "proposals.xlsx, sheet Proposals, cell {}2: The cell is empty",
            column_letters(u32::try_from(title).unwrap())
        );
        assert!(wrong.contains(&cell), "{wrong}");
        let wrong = good(&rows, "proposals.csv").unwrap_err().to_string();
        assert!(wrong.contains("line 2, column Title: The cell is empty"), "{wrong}");
        let wrong = back(&mut rows, "acept").unwrap_err().to_string();
        assert!(wrong.contains("\"acept\" is not a decision; did you mean accept?"), "{wrong}");
        assert!(back(&mut rows, "reject").is_ok(), "what is rejected may be incomplete");
        rows[0].cells[3].clear();
        assert!(back(&mut rows, "reject").unwrap_err().to_string().contains("There is no column Ref"));
    }

    fn csv_rows(findings: &Findings) -> Vec<TextRow> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), csv(findings)).unwrap();
        text_table(file.path(), SHEET, &Limits::default()).unwrap()
    }
}
