//! The form as it comes back: what was decided about each proposal.

use std::{fmt, path::Path, str::FromStr, sync::Arc};

use jiff::civil::Date;

use super::columns::Column;
use crate::{
    action::{Kind, Place, Problem, Problems, Purpose, Status, fold, nearest, tidy},
    minutes::{Due, Identity, Matched},
    register::{TextRow, column_letters},
};

/// What somebody decided about a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It goes into the register as it is proposed.
    Accept,
    /// It goes into the register as the row was corrected.
    Change,
    /// It does not go into the register.
    Reject,
}

impl Decision {
    /// The words of the column *Decision*.
    pub const WORDS: &[&str] = &["accept", "change", "reject"];
}

/// The word of the column *Decision*.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accept => "accept",
            Self::Change => "change",
            Self::Reject => "reject",
        })
    }
}

impl FromStr for Decision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match fold(text).as_str() {
            "accept" => Ok(Self::Accept),
            "change" => Ok(Self::Change),
            "reject" => Ok(Self::Reject),
            other => {
                let hint = nearest(other, Self::WORDS.iter().copied());
                let hint = hint.map_or_else(|| ".".to_owned(), |word| format!("; did you mean {word}?"));
                Err(format!(
                    "\"{text}\" is not a decision{hint} Write accept, change or reject, or leave the cell empty."
                ))
            }
        }
    }
}

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

/// The rows of the form that have a decision, in its order. `file` is how the file is shown in problems.
///
/// # Errors
/// Everything that is wrong with it: a missing column, a word that is none of those that are possible, a row that is
/// accepted without a reference, a title or a body. Nothing of it may be applied then.
pub fn decisions(rows: &[TextRow], file: &str) -> Result<Vec<Decided>, Problems> {
    read(rows, file, false)
}

/// All rows of the form, also those that wait: they may have been corrected.
///
/// # Errors
/// As [`decisions`]; also what is wrong with a row that waits, but that may be incomplete.
pub fn rows(rows: &[TextRow], file: &str) -> Result<Vec<Decided>, Problems> {
    read(rows, file, true)
}

fn read(rows: &[TextRow], file: &str, all: bool) -> Result<Vec<Decided>, Problems> {
    let mut form = Form { file: file.into(), header: Vec::new(), problems: Problems::default() };
    let mut decided = Vec::new();
    match super::header(rows) {
        None => form.wrong(1, None, "The form is empty. Write it again with `rappel import`.".to_owned()),
        Some(header) => {
            form.header = header.cells.iter().map(|cell| Column::of(cell)).collect();
            if form.is_complete(header.line) {
                let waits = |form: &Form, row: &TextRow| form.line(row, Column::Decision).is_none();
                let below = rows.iter().filter(|row| row.line > header.line);
                let rows = below.filter(|row| all || !waits(&form, row)).collect::<Vec<_>>();
                decided.extend(rows.into_iter().filter_map(|row| form.row(row)));
            }
        }
    }
    if form.problems.any_error() { Err(form.problems) } else { Ok(decided) }
}

/// The form while it is read.
struct Form {
    file: Arc<str>,
    header: Vec<Option<Column>>,
    problems: Problems,
}

impl Form {
    fn wrong(&mut self, line: u32, column: Option<Column>, message: String) {
        let place = if self.is_workbook() {
            let at = column.and_then(|column| self.header.iter().position(|other| *other == Some(column)));
            let letters = at.and_then(|at| u32::try_from(at).ok()).map(column_letters);
            let spot =
                letters.map_or_else(|| format!("row {line}"), |letters| format!("cell {letters}{line}"));
            Place { file: self.file.clone(), spot: Some(spot.into()), ..Place::default() }
        } else {
            let spot = column.map(|column| format!("column {}", column.header()).into());
            Place { file: self.file.clone(), line: Some(line), spot, ..Place::default() }
        };
        self.problems.push(Problem::error(place, message));
    }

    fn is_workbook(&self) -> bool {
        Path::new(&*self.file)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx") || ending.eq_ignore_ascii_case("ods"))
    }

    fn is_complete(&mut self, line: u32) -> bool {
        if !self.header.contains(&Some(Column::Decision)) {
            let why = "There is no column Decision: this is no form of proposals, or the column was deleted. A form is \
                       written by `rappel import REPORT --out form.xlsx`.";
            self.wrong(line, None, why.to_owned());
            return false;
        }
        let missing: Vec<_> =
            Column::NEEDED.into_iter().filter(|column| !self.header.contains(&Some(*column))).collect();
        for column in &missing {
            let name = column.header();
            self.wrong(line, None, format!("There is no column {name} in the form. Add it again."));
        }
        missing.is_empty()
    }

    /// The tidied text of a cell; none if it is empty.
    fn text(&self, row: &TextRow, column: Column) -> Option<String> {
        let at = self.header.iter().position(|other| *other == Some(column))?;
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

    fn row(&mut self, row: &TextRow) -> Option<Decided> {
        let decision = match self.line(row, Column::Decision).map(|word| word.parse()).transpose() {
            Ok(decision) => decision,
            Err(why) => {
                self.wrong(row.line, Some(Column::Decision), why);
                return None;
            }
        };
        let of = self.line(row, Column::RegisterReference).zip(self.line(row, Column::RegisterAskedOf));
        let also_to = self.line(row, Column::AlsoTo).unwrap_or_default();
        let goes_in = decision.is_some_and(|decision| decision != Decision::Reject);
        Some(Decided {
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
            deadline: self.line(row, Column::Deadline).map(|text| due(&text)),
            status: self.word(row, Column::Status, Status::Open),
            outcome: self.line(row, Column::Outcome),
            origin: self.line(row, Column::Origin),
            opened: self.opened(row),
            topic: self.line(row, Column::Topic),
            proposed: self.line(row, Column::Proposed),
            evidence: self.text(row, Column::Evidence),
            identity: self.line(row, Column::Identity).map(|text| Identity::stored(&text)),
            line: row.line,
        })
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
        register::{Limits, text_table},
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

    fn back(rows: &mut [TextRow], decision: &str) -> Result<Vec<Decided>, Problems> {
        for row in rows.iter_mut().skip(1) {
            row.cells[0] = decision.to_owned();
        }
        decisions(rows, "proposals.xlsx")
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
            assert_eq!(decisions(&rows, name).unwrap(), [], "nothing is decided yet");
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
            "proposals.xlsx, cell {}2: The cell is empty",
            column_letters(u32::try_from(title).unwrap())
        );
        assert!(wrong.contains(&cell), "{wrong}");
        let wrong = decisions(&rows, "proposals.csv").unwrap_err().to_string();
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
