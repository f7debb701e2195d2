//! The sheet *Seats* of a form: who holds which seat, as the report says it. Nothing is decided there: the secretariat adds
//! the people, with their addresses, to its own sheets.

use super::{SETTLED, write::shortened};
use crate::{
    action::fold,
    minutes::Seated,
    register::{
        TextRow,
        edit::{Content, Edit, Heading, Shape, Target},
    },
};

/// The sheet of the seats.
pub const SEATS: &str = "Seats";

/// A column of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SeatColumn {
    Body,
    Role,
    At,
    Representative,
    Organization,
    Standing,
    Evidence,
    Place,
}

impl SeatColumn {
    /// All of them, in the order of the sheet.
    pub(super) const ALL: [Self; 8] = [
        Self::Body,
        Self::Role,
        Self::At,
        Self::Representative,
        Self::Organization,
        Self::Standing,
        Self::Evidence,
        Self::Place,
    ];

    /// Those that tell one row from the others.
    const NEEDED: [Self; 4] = [Self::Body, Self::Role, Self::At, Self::Representative];

    pub(super) fn header(self) -> &'static str {
        match self {
            Self::Body => "Body",
            Self::Role => "Role",
            Self::At => "At",
            Self::Representative => "Representative",
            Self::Organization => "Organization",
            Self::Standing => "Standing",
            Self::Evidence => "Evidence",
            Self::Place => "Place",
        }
    }

    /// Its width, in characters.
    pub(super) fn width(self) -> f64 {
        match self {
            Self::Body | Self::Role | Self::At => 16.0,
            Self::Representative | Self::Organization | Self::Place => 24.0,
            Self::Standing => 32.0,
            Self::Evidence => 60.0,
        }
    }

    /// What stands in it, as text.
    pub(super) fn cell(self, one: &Seated) -> String {
        match self {
            Self::Body => one.seat.body.clone(),
            Self::Role => one.seat.role.clone(),
            Self::At => one.seat.at.clone().unwrap_or_default(),
            Self::Representative => one.name.clone(),
            Self::Organization => one.organization.clone().unwrap_or_default(),
            Self::Standing => one.held.as_ref().map(ToString::to_string).unwrap_or_default(),
            Self::Evidence => one.evidence.text.clone(),
            Self::Place => one.evidence.place.to_string(),
        }
    }
}

/// The table of the sheet, as it is edited.
#[must_use]
pub fn seats_shape() -> Shape {
    let heading = |column: SeatColumn| Heading {
        name: column.header(),
        required: SeatColumn::NEEDED.contains(&column),
    };
    Shape { sheet: SEATS, columns: SeatColumn::ALL.into_iter().map(heading).collect() }
}

/// The edits after which the sheet says what the report says now: `seats` are those that the register does not have, `known`
/// those that it has by now. Rows about others stay as they are; so does a sheet without the columns that it needs.
#[must_use]
pub fn seat_changes(rows: &[TextRow], seats: &[Seated], known: &[Seated]) -> Vec<Edit> {
    let Some(table) = Table::find(rows) else { return Vec::new() };
    let mut edits = Vec::new();
    for one in known {
        if let Some(row) = table.row_of(one)
            && table.at(SeatColumn::Standing).is_some()
            && table.text(row, SeatColumn::Standing) != SETTLED
        {
            let settled = Content::Text(SETTLED.to_owned());
            edits.push(Edit {
                of: Target::Row(row.line),
                cells: vec![(SeatColumn::Standing.header(), settled)],
            });
        }
    }
    for one in seats {
        let cells = SeatColumn::ALL.into_iter().filter(|column| table.at(*column).is_some());
        let row = table.row_of(one);
        let changed = |column: &SeatColumn| {
            let now = column.cell(one);
            row.map_or(!now.is_empty(), |row| fold(table.text(row, *column)) != fold(&now))
        };
        let content = |column: SeatColumn| (column.header(), Content::Text(shortened(&column.cell(one))));
        let cells: Vec<_> = cells.filter(changed).map(content).collect();
        if !cells.is_empty() {
            edits.push(Edit { of: row.map_or(Target::New, |row| Target::Row(row.line)), cells });
        }
    }
    edits
}

/// The sheet as it is: its header, and the rows below.
struct Table<'r> {
    header: &'r TextRow,
    rows: &'r [TextRow],
}

impl<'r> Table<'r> {
    fn find(rows: &'r [TextRow]) -> Option<Self> {
        let at = rows
            .iter()
            .position(|row| SeatColumn::NEEDED.iter().all(|column| place(row, *column).is_some()))?;
        Some(Self { header: rows.get(at)?, rows: rows.get(at + 1..)? })
    }

    fn at(&self, column: SeatColumn) -> Option<usize> {
        place(self.header, column)
    }

    fn text(&self, row: &'r TextRow, column: SeatColumn) -> &'r str {
        self.at(column).and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim())
    }

    /// The row about the same person in the same seat.
    fn row_of(&self, one: &Seated) -> Option<&'r TextRow> {
        let is_it = |row: &&TextRow| {
            SeatColumn::NEEDED.iter().all(|column| fold(self.text(row, *column)) == fold(&column.cell(one)))
        };
        self.rows.iter().find(is_it)
    }
}

fn place(row: &TextRow, column: SeatColumn) -> Option<usize> {
    row.cells.iter().position(|cell| fold(cell) == fold(column.header()))
}
