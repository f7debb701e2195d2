//! Where the readers hand in their tables, row by row, and the register comes out.

use std::{collections::BTreeSet, ops::RangeInclusive, sync::Arc};

use super::{
    Reading, Settings,
    calendars::{self, Holiday},
    clean,
    columns::{ActionColumn, Column, Sheet},
    fields::Fields,
    header::Header,
    left::{self, Left},
    link,
    problems::{Collector, Form, Source, Spot, column_letters},
    rows,
    shared::Shared,
    value::{Row, Value, as_seen},
};
use crate::action::{Action, Problems, Register};

/// One sheet as far as it was read.
pub(super) struct Table {
    pub(super) source: Source,
    header: Option<Header>,
    /// Whether it could not be read: what refers to it cannot be judged then.
    broken: bool,
    /// Where each row of the register came from, in the same order.
    places: Vec<RowPlace>,
    /// The last line that held anything.
    last_line: u32,
    /// Cells beyond what is read.
    far: Option<Far>,
    /// Columns without a header whose cells were told of.
    headless: BTreeSet<u32>,
    /// Rows above the header, and what the first of them says.
    titles: u32,
    first_title: Option<(u32, Vec<Value<'static>>)>,
}

/// Cells of a sheet beyond what is read.
struct Far {
    /// Line and column of the first.
    first: (u32, u32),
    last: (u32, u32),
    count: u32,
}

/// Rows with a title, a date or a remark that may stand above the header.
pub(super) const MOST_TITLES: u32 = 10;

/// Said of the actions when there is nothing at all: a file that was saved half-way is no register without actions.
const NO_HEADERS: &str = "It is empty, and not even the headers are there (Ref, Title, Asked of). Save it again, or write the \
     headers into the first row.";

struct RowPlace {
    line: u32,
    /// The line of each cell, where cells have lines of their own.
    cells: Box<[u32]>,
}

impl Table {
    /// Where the cell of the `index`th row of the register stands.
    pub(super) fn spot(&self, index: usize, column: impl Column) -> Spot<'_> {
        let Some((header, place)) = self.header.as_ref().zip(self.places.get(index)) else {
            return self.source.whole();
        };
        let at = header.position(column);
        let line = place.cells.get(at as usize).copied().filter(|line| *line > 0).unwrap_or(place.line);
        self.source.cell(line, at, header.name(at))
    }
}

impl Table {
    /// Takes in a row while there is no header yet: it is the header, or a title above it.
    fn head(&mut self, sheet: Sheet, row: &Row<'_>, problems: &mut Collector) {
        if names_a_column(sheet, row.cells) {
            self.header = Header::read(sheet, row, &self.source, problems);
            self.broken = self.header.is_none();
            return;
        }
        self.titles += 1;
        self.first_title.get_or_insert_with(|| (row.line, row.cells.iter().map(Value::to_owned).collect()));
        if self.titles > MOST_TITLES {
            self.headless(sheet, problems);
        }
    }

    /// Tells that none of the first rows is a header, by what the first of them says.
    fn headless(&mut self, sheet: Sheet, problems: &mut Collector) {
        if let (None, Some((line, cells))) = (&self.header, self.first_title.take()) {
            let row = Row { line, cells: &cells, lines: &[] };
            self.broken = Header::read(sheet, &row, &self.source, problems).is_none();
        }
    }
}

/// Whether any of the cells is the header of a column of the sheet.
pub(super) fn names_a_column(sheet: Sheet, cells: &[Value<'_>]) -> bool {
    cells.iter().any(|cell| sheet.column_named(&cell.as_text()).is_some())
}

/// Takes in the sheets of one register.
pub(super) struct Intake<'s> {
    pub(super) settings: &'s Settings,
    pub(super) problems: Collector,
    file: Arc<str>,
    register: Register,
    holidays: Vec<Holiday>,
    /// Sheets that are not read.
    left: Vec<Left>,
    tables: [Option<Table>; Sheet::ALL.len()],
    shared: Shared,
    /// How much text the cells held that were read so far, in bytes.
    text_bytes: u64,
    /// Whether reading came to an end before that of the register.
    cut_short: bool,
}

impl<'s> Intake<'s> {
    /// Nothing yet of the register that is shown as `file`.
    pub(super) fn new(settings: &'s Settings, file: Arc<str>) -> Self {
        Self {
            settings,
            problems: Collector::default(),
            file,
            register: Register::default(),
            holidays: Vec::new(),
            left: Vec::new(),
            tables: [const { None }; Sheet::ALL.len()],
            shared: Shared::default(),
            text_bytes: 0,
            cut_short: false,
        }
    }

    /// The whole file, as a source of problems that belong to no sheet.
    pub(super) fn file(&self) -> Source {
        Source { order: 0, file: self.file.clone(), sheet: None, form: Form::Grid }
    }

    /// Begins a sheet; `false` if it was there before, which is told.
    pub(super) fn begin(&mut self, sheet: Sheet, file: &Arc<str>, title: Option<&str>, form: Form) -> bool {
        let order = sheet as u32 + 1;
        let source = Source { order, file: file.clone(), sheet: title.map(Arc::from), form };
        if self.tables[sheet as usize].is_some() {
            self.problems.error(source.whole(), || {
                format!("There are two sheets named {}. Rename one.", sheet.name())
            });
            return false;
        }
        let header = (form == Form::Keys).then(|| Header::of_keys(sheet));
        self.tables[sheet as usize] = Some(Table {
            source,
            header,
            broken: false,
            places: Vec::new(),
            last_line: 0,
            far: None,
            headless: BTreeSet::new(),
            titles: 0,
            first_title: None,
        });
        true
    }

    /// Leaves a sheet alone that has none of the names: `said` tells so.
    pub(super) fn leave(&mut self, name: &str, source: Source, line: u32, said: String) {
        self.left.push(Left { name: name.to_owned(), source, line, said });
    }

    /// Whether a sheet was begun.
    pub(super) fn has(&self, sheet: Sheet) -> bool {
        self.tables[sheet as usize].is_some()
    }

    /// Tells that something about a sheet is probably not as meant.
    pub(super) fn doubt(&mut self, sheet: Sheet, message: impl FnOnce() -> String) {
        if let Some(table) = &self.tables[sheet as usize] {
            self.problems.warning(table.source.whole(), message);
        }
    }

    /// Nothing can be read any more, for this reason: what refers to other sheets is not judged.
    pub(super) fn cut_short(&mut self, why: String) {
        self.cut_short = true;
        let file = self.file();
        self.problems.error(file.whole(), || why);
    }

    /// The sheet cannot be read to its end: what refers to it is not judged.
    pub(super) fn spoil(&mut self, sheet: Sheet) {
        if let Some(table) = &mut self.tables[sheet as usize] {
            table.broken = true;
        }
    }

    /// The file of the sheet has no line break at its end.
    pub(super) fn is_open_ended(&mut self, sheet: Sheet) {
        self.register.open_ended.push(sheet.name());
    }

    /// Tells that something is wrong with a cell, or without a column with a row, of a sheet.
    pub(super) fn wrong(
        &mut self,
        sheet: Sheet,
        line: u32,
        column: Option<u32>,
        message: impl FnOnce() -> String,
    ) {
        let Self { tables, problems, .. } = self;
        if let Some(table) = &tables[sheet as usize] {
            let spot = match column {
                Some(column) => table.source.cell(
                    line,
                    column,
                    table.header.as_ref().map_or("", |header| header.name(column)),
                ),
                None => table.source.row(line),
            };
            problems.error(spot, message);
        }
    }

    /// Takes in cells of a row that lie beyond what is read: all of a sheet are told together.
    pub(super) fn far_cells(&mut self, sheet: Sheet, line: u32, columns: RangeInclusive<u32>) {
        if let Some(table) = &mut self.tables[sheet as usize] {
            let (first, last) = ((line, *columns.start()), (line, *columns.end()));
            let far = table.far.get_or_insert(Far { first, last, count: 0 });
            (far.last, far.count) = (last, far.count.saturating_add(last.1 - first.1 + 1));
        }
    }

    /// Tells of the cells that lie beyond what is read.
    fn tell_far(&mut self) {
        let limits = self.settings.limits;
        for sheet in Sheet::ALL {
            let far = self.tables[sheet as usize].as_mut().and_then(|table| table.far.take());
            let Some(Far { first: (line, column), last, count }) = far else { continue };
            self.wrong(sheet, line, Some(column), || {
                let more = match count {
                    1 => String::new(),
                    _ => format!(", and {} more, the last at {}{}", count - 1, column_letters(last.1), last.0),
                };
                format!(
                    "The cell lies far outside the table: at most {} rows and {} columns are read. Empty it{more}.",
                    limits.rows, limits.columns
                )
            });
        }
    }

    /// In a syntax in which rows name their cells: the column of a key of a row that `has` these keys.
    pub(super) fn column_of_key(
        &mut self,
        sheet: Sheet,
        key: &str,
        line: u32,
        has: impl Fn(&str) -> bool,
    ) -> usize {
        let Self { tables, problems, .. } = self;
        match &mut tables[sheet as usize] {
            Some(Table { header: Some(header), source, .. }) => {
                header.column_of_key(sheet, (key, line), has, source, problems)
            }
            _ => 0,
        }
    }

    /// Tells of the keys that are no columns, in a syntax in which rows name their cells.
    fn tell_keys(&mut self) {
        for (sheet, table) in Sheet::ALL.into_iter().zip(&self.tables) {
            if let Some(Table { header: Some(header), source, .. }) = table {
                header.tell_keys(sheet, source, &mut self.problems);
            }
        }
    }

    /// Takes in one row. The first that names any known column is the header; a few rows above it are a title.
    pub(super) fn row(&mut self, sheet: Sheet, row: &Row<'_>) {
        if !self.has_room(row) {
            return;
        }
        let seen = as_seen(row.cells);
        let row = &Row { cells: seen.as_deref().unwrap_or(row.cells), ..*row };
        let Self { settings, problems, register, holidays, tables, shared, .. } = self;
        let Some(table) = &mut tables[sheet as usize] else { return };
        if table.broken || row.cells.iter().all(Value::is_empty) {
            return;
        }
        table.last_line = row.line;
        let Some(header) = &table.header else { return table.head(sheet, row, problems) };
        if !table.source.form.is_fitting(row, header, &table.source, &mut table.headless, problems) {
            return;
        }
        let mut fields = Fields { row, header, source: &table.source, settings, problems, shared };
        let taken = match sheet {
            Sheet::Actions => push(&mut register.actions, rows::action(&mut fields)),
            Sheet::Representatives => push(&mut register.people, rows::person(&mut fields)),
            Sheet::Roles => push(&mut register.roles, rows::role(&mut fields)),
            Sheet::Bodies => push(&mut register.bodies, rows::body(&mut fields)),
            Sheet::Meetings => push(&mut register.meetings, rows::meeting(&mut fields)),
            Sheet::Holidays => push(holidays, calendars::holiday(&mut fields)),
        };
        if taken {
            table.places.push(RowPlace { line: row.line, cells: row.lines.into() });
        }
    }

    /// Counts the text of a row: a small workbook may show one long text in a million cells.
    fn has_room(&mut self, row: &Row<'_>) -> bool {
        let most = self.settings.limits.text_bytes;
        let before = self.text_bytes;
        self.text_bytes += row.cells.iter().map(|cell| cell.text().map_or(0, str::len) as u64).sum::<u64>();
        if before <= most && self.text_bytes > most {
            let most = most >> 20;
            self.cut_short(format!(
                "The register holds more than {most} MiB of text, the most that is read. Remove what is not needed."
            ));
        }
        self.text_bytes <= most
    }

    /// Takes in the address behind a cell of an action, read before: what the column Link shows as words ("TD 12") leads
    /// there.
    pub(super) fn hyperlink(&mut self, line: u32, column: u32, target: &str) {
        let Some(Table { header: Some(header), places, .. }) = &self.tables[Sheet::Actions as usize] else {
            return;
        };
        if header.place(ActionColumn::Link) != Some(column) || !is_web(target) {
            return;
        }
        let row = places.binary_search_by_key(&line, |place| place.line);
        let action = row.ok().and_then(|row| self.register.actions.get_mut(row));
        let words = |action: &&mut Action| action.more.link.as_ref().is_some_and(|shown| !is_web(shown));
        let within = target.len() <= self.settings.limits.cell_chars as usize;
        if let (Some(action), Ok(target), true) = (action.filter(words), clean::line(target), within) {
            action.more.room().link = Some(target.into());
        }
    }

    /// Takes in merged cells, first and last row from 1, first and last column from 0. They are
    /// wrong where they touch the table.
    pub(super) fn merged(&mut self, sheet: Sheet, rows: (u32, u32), columns: (u32, u32)) {
        let Some(Table { header: Some(header), last_line, source, .. }) = &self.tables[sheet as usize] else {
            return;
        };
        let touches = rows.1 >= header.line && rows.0 <= *last_line && (columns.0 as usize) < header.width();
        if touches && (rows.0 != rows.1 || columns.0 != columns.1) {
            // That the cells under it are empty follows from it.
            self.problems.forget(source, rows, columns);
            self.wrong(sheet, rows.0, Some(columns.0), || {
                let last = format!("{}{}", column_letters(columns.1), rows.1);
                format!("The cells from here to {last} are merged. Separate them, and write into each what belongs there.")
            });
        }
    }

    /// The register with all names resolved, or everything that is wrong.
    pub(super) fn finish(mut self) -> Result<Reading, Problems> {
        let is_there = Sheet::ALL.map(|sheet| self.has(sheet));
        left::tell(std::mem::take(&mut self.left), |sheet| is_there[sheet as usize], &mut self.problems);
        self.tell_far();
        self.tell_keys();
        if self.tables[Sheet::Actions as usize].is_none() && !self.problems.any_error() {
            let file = self.file();
            self.problems.error(file.whole(), || {
                "There is no sheet named Actions. It holds the actions; rename the sheet that does."
                    .to_owned()
            });
        }
        for (sheet, table) in Sheet::ALL.into_iter().zip(&mut self.tables) {
            if let Some(table) = table {
                table.headless(sheet, &mut self.problems);
                if sheet == Sheet::Actions && table.header.is_none() && !table.broken && !self.cut_short {
                    self.problems.error(table.source.whole(), || NO_HEADERS.to_owned());
                }
            }
        }
        let is_whole = !self.cut_short && self.tables.iter().flatten().all(|table| !table.broken);
        if is_whole {
            self.register.calendars = calendars::calendars(&self.settings.calendars, &self.holidays);
            let file = self.file();
            link::link(&mut self.register, &self.tables, &file, &mut self.problems);
        }
        let failed = self.problems.any_error() || !is_whole;
        let problems = self.problems.finish(&self.file);
        if failed {
            return Err(problems);
        }
        let mut register = self.register;
        // It is kept for as long as it is in force: without the room that reading needed to grow.
        register.actions.shrink_to_fit();
        register.people.shrink_to_fit();
        Ok(Reading { register, notes: problems })
    }
}

/// Whether a text is an address of the web.
fn is_web(text: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

fn push<T>(all: &mut Vec<T>, one: Option<T>) -> bool {
    let taken = one.is_some();
    all.extend(one);
    taken
}
