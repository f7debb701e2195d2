//! One row, cell by cell, as the domain wants it. Each reader of a cell tells what is wrong with
//! it and gives nothing then; a row with a problem never leaves the register, so the gaps do not
//! show.

use std::{collections::BTreeMap, str::FromStr};

use jiff::{civil::Date, tz::TimeZone};

use super::{
    Settings,
    clean::{self, quoted},
    columns::Column,
    dates::{self, When},
    header::{Header, Target},
    problems::{Collector, Source, Spot},
    relative,
    shared::Shared,
    time_of_day,
    value::{Row, Value},
};
use crate::{
    action::{Deadline, Follows, Languages, Place, did_you_mean, doubt_about_address, fold, tidy},
    cadence,
};

/// The most letters a week that can be a maximum.
const MOST_A_WEEK: u32 = 100;

/// Day 0 of a spreadsheet, which is no day.
const DAY_ZERO: Date = jiff::civil::date(1899, 12, 30);

/// Whether a value is a time of day without a day: as text, or as spreadsheets have it, a part of a day or their day 0.
fn is_time_alone(value: &Value<'_>) -> bool {
    match value {
        Value::Number(number) => *number > 0.0 && *number < 1.0,
        Value::Day(day) => *day == DAY_ZERO,
        Value::Text(text) => time_of_day::read(text).is_some(),
        _ => false,
    }
}

/// A row under its header.
pub(super) struct Fields<'x> {
    pub(super) row: &'x Row<'x>,
    pub(super) header: &'x Header,
    pub(super) source: &'x Source,
    pub(super) settings: &'x Settings,
    pub(super) problems: &'x mut Collector,
    pub(super) shared: &'x mut Shared,
}

impl<'x> Fields<'x> {
    /// Where the row stands.
    pub(super) fn place(&self) -> Place {
        self.source.row(self.row.line).place()
    }

    /// Where the cell of a column stands.
    fn spot(&self, at: u32) -> Spot<'x> {
        let line = self.row.lines.get(at as usize).copied().filter(|line| *line > 0).unwrap_or(self.row.line);
        self.source.cell(line, at, self.header.name(at))
    }

    /// Tells that the cell of a column is wrong.
    pub(super) fn wrong(&mut self, column: impl Column, message: impl FnOnce() -> String) {
        self.wrong_at(self.header.position(column), message);
    }

    /// Tells that the cell of a column is probably not as meant.
    pub(super) fn doubt(&mut self, column: impl Column, message: impl FnOnce() -> String) {
        let spot = self.spot(self.header.position(column));
        self.problems.warning(spot, message);
    }

    fn wrong_at(&mut self, at: u32, message: impl FnOnce() -> String) {
        let spot = self.spot(at);
        self.problems.error(spot, message);
    }

    /// The cell of a column, if it holds anything that can be used.
    fn value(&mut self, column: impl Column) -> Option<(u32, &'x Value<'x>)> {
        let (at, value) = self.header.cell(self.row, column)?;
        self.usable(at, value).then_some((at, value))
    }

    fn usable(&mut self, at: u32, value: &Value<'_>) -> bool {
        if let Some(code) = value.fault() {
            self.wrong_at(at, || {
                format!("The cell holds the formula error {code}. Mend the formula, or type the value.")
            });
            return false;
        }
        if *value == Value::NoResult {
            self.wrong_at(at, || {
                "The cell holds a formula without its result. Open the file in a spreadsheet program and save it, or type \
                 the value."
                    .to_owned()
            });
            return false;
        }
        let most = self.settings.limits.cell_chars as usize;
        if let Value::Text(text) = value
            && text.len() > most
            && text.chars().count() > most
        {
            self.wrong_at(at, || format!("The cell holds more than {most} characters. Shorten it."));
            return false;
        }
        !value.is_empty()
    }

    /// Text on one line.
    pub(super) fn line(&mut self, column: impl Column) -> Option<String> {
        let (at, value) = self.value(column)?;
        match clean::line(&value.as_text()) {
            Ok(text) => Some(text).filter(|text| !text.is_empty()),
            Err(why) => {
                self.wrong_at(at, || why);
                None
            }
        }
    }

    /// Text on one line that has to be there; `why` ends the sentence "The cell is empty: ...".
    pub(super) fn required(&mut self, column: impl Column, why: &str) -> Option<String> {
        if self.header.cell(self.row, column).is_none_or(|(_, value)| value.is_empty()) {
            self.wrong(column, || format!("The cell is empty: {why}"));
            return None;
        }
        self.line(column)
    }

    /// A name to which other rows refer, and which has to be there. One with a forbidden character is told, and known to
    /// them all the same: they are not to blame.
    pub(super) fn name(&mut self, column: impl Column, why: &str) -> Option<String> {
        if let Some((_, value)) = self.header.cell(self.row, column)
            && let Some(name) = clean::without_forbidden(&value.as_text())
        {
            self.required(column, why);
            return Some(name);
        }
        self.required(column, why)
    }

    /// A reference. A spreadsheet that took "17/06" for a date has destroyed it.
    pub(super) fn reference(&mut self, column: impl Column) -> Option<String> {
        if let Some((at, Value::Day(_) | Value::Civil(_) | Value::Instant(_))) =
            self.header.cell(self.row, column)
        {
            self.wrong_at(at, || {
                "The cell holds a date: the spreadsheet program took the reference for one. Set the format of the column to \
                 Text, and type the reference again."
                    .to_owned()
            });
            return None;
        }
        self.required(column, "each action needs the reference by which people quote it.")
    }

    /// Text that may have several lines.
    pub(super) fn lines(&mut self, column: impl Column) -> Option<String> {
        let (at, value) = self.value(column)?;
        self.lines_at(at, value)
    }

    fn lines_at(&mut self, at: u32, value: &Value<'_>) -> Option<String> {
        match clean::lines(&value.as_text()) {
            Ok(text) => Some(text).filter(|text| !text.is_empty()),
            Err(why) => {
                self.wrong_at(at, || why);
                None
            }
        }
    }

    /// The names of a list with semicolons or line breaks between them.
    pub(super) fn list(&mut self, column: impl Column) -> Vec<String> {
        let Some((at, value)) = self.value(column) else { return Vec::new() };
        let text = value.as_text();
        let mut names = Vec::new();
        for part in text.split([';', '\n', '\r']).filter(|part| !part.trim().is_empty()) {
            match clean::line(part) {
                Ok(name) => names.push(name),
                Err(why) => self.wrong_at(at, || why),
            }
        }
        names
    }

    /// A word of a closed set, if there is one.
    pub(super) fn optional_word<T: FromStr<Err = String>>(&mut self, column: impl Column) -> Option<T> {
        let text = self.line(column)?;
        text.parse().map_err(|why| self.wrong(column, || why)).ok()
    }

    /// How many letters in a week.
    pub(super) fn letters(&mut self, column: impl Column) -> Option<u32> {
        let text = self.line(column)?;
        let number = text.parse().ok().filter(|number| (1..=MOST_A_WEEK).contains(number));
        if number.is_none() {
            self.wrong(column, || {
                format!(
                    "{} is not a number of letters. Write a whole number from 1 to {MOST_A_WEEK}.",
                    quoted(&text)
                )
            });
        }
        number
    }

    /// A word of a closed set; `empty` if the cell is.
    pub(super) fn word<T: FromStr<Err = String>>(&mut self, column: impl Column, empty: T) -> T {
        let Some(text) = self.line(column) else { return empty };
        text.parse().unwrap_or_else(|why| {
            self.wrong(column, || why);
            empty
        })
    }

    /// A date, as precise as it is.
    fn when(&mut self, column: impl Column) -> Option<When> {
        let (at, value) = self.value(column)?;
        self.date_of(value).map_err(|why| self.wrong_at(at, || why)).ok()
    }

    /// The date that a cell holds, or what is wrong with it.
    fn date_of(&self, value: &Value<'_>) -> Result<When, String> {
        let when = match value {
            _ if is_time_alone(value) => {
                return Err(
                    "The cell holds a time of day without a day. Write both, as in 2017-06-23 17:00."
                        .to_owned(),
                );
            }
            Value::Day(day) => When::Day(*day),
            Value::Civil(time) => When::Civil(*time),
            Value::Instant(instant) => When::Instant(*instant),
            Value::Text(text) => dates::read(text, self.settings.dates)?,
            Value::Number(_) => {
                let shown = value.as_text();
                return Err(format!(
                    "{shown} is a number, not a date. Give the cell the format Date, or write it as in 2017-06-23."
                ));
            }
            other => {
                let shown = quoted(&other.as_text());
                return Err(format!(
                    "{shown} is not a date. Write it as in 2017-06-23, or leave the cell empty."
                ));
            }
        };
        // Midnight is how spreadsheets show a day in a format with a time.
        let when = match when {
            When::Civil(time) if time.time() == jiff::civil::Time::midnight() => When::Day(time.date()),
            when => when,
        };
        dates::in_range(when).map_err(|()| dates::out_of_range(&value.as_text()))
    }

    /// A day; a time of day is left out.
    pub(super) fn day(&mut self, column: impl Column) -> Option<Date> {
        self.when(column).map(|when| self.day_of(when))
    }

    fn day_of(&self, when: When) -> Date {
        match when {
            When::Day(day) => day,
            When::Civil(time) => time.date(),
            When::Instant(instant) => self.settings.zone.to_datetime(instant).date(),
        }
    }

    /// A day that has to be there; `why` ends the sentence "The cell is empty: ...".
    pub(super) fn required_day(&mut self, column: impl Column, why: &str) -> Option<Date> {
        if self.header.cell(self.row, column).is_none_or(|(_, value)| value.is_empty()) {
            self.wrong(column, || format!("The cell is empty: {why}"));
            return None;
        }
        let (at, value) = self.value(column)?;
        match self.date_of(value) {
            Ok(when) => Some(self.day_of(when)),
            Err(why) => {
                self.wrong_at(at, || dates::of_required(&why));
                None
            }
        }
    }

    /// First and last day of a time, the last not before the first.
    pub(super) fn days(&mut self, from: impl Column, until: impl Column) -> (Option<Date>, Option<Date>) {
        let days = (self.day(from), self.day(until));
        if let (Some(first), Some(last)) = days
            && last < first
        {
            self.wrong(until, || {
                format!("{last} is before {first}, the first day. Exchange them, or correct one.")
            });
        }
        days
    }

    /// The meetings that a deadline follows, not resolved yet; none for a date.
    pub(super) fn follows(&mut self, column: impl Column) -> Option<Box<Follows>> {
        let (at, Value::Text(text)) = self.header.cell(self.row, column)? else { return None };
        if !relative::is_relative(text) || !self.usable(at, &Value::Text(text.clone())) {
            return None;
        }
        if let Some(why) = relative::mistake(text) {
            self.wrong_at(at, || why);
        }
        Some(Box::new(Follows { said: tidy(text), each: false, occasions: Vec::new() }))
    }

    /// A deadline: a day, or with a time of day an instant, in the secretariat's zone.
    pub(super) fn deadline(&mut self, column: impl Column) -> Option<Deadline> {
        if let Some((_, Value::Text(text))) = self.header.cell(self.row, column)
            && relative::is_relative(text)
        {
            return None;
        }
        match self.when(column)? {
            When::Day(day) => Some(Deadline::Day(day)),
            When::Instant(instant) => Some(Deadline::Instant(instant)),
            When::Civil(time) => {
                let instant = self.settings.zone.to_ambiguous_timestamp(time).compatible();
                if instant.is_err() {
                    self.wrong(column, || format!("{time} is not a time in the secretariat's zone."));
                }
                instant.ok().map(Deadline::Instant)
            }
        }
    }

    /// An e-mail address.
    pub(super) fn email(&mut self, column: impl Column) -> Option<String> {
        let text = self.line(column)?;
        let address = clean::email(&text).map_err(|why| self.wrong(column, || why)).ok()?;
        if let Some(doubt) = doubt_about_address(&address) {
            self.doubt(column, || doubt);
        }
        Some(address)
    }

    /// One of the six languages by its code or its English name, or two of them.
    pub(super) fn language(&mut self, column: impl Column) -> Option<Languages> {
        let text = self.line(column)?;
        Languages::parse(&text).map_err(|why| self.wrong(column, || why.to_string())).ok()
    }

    /// A time zone by its IANA name.
    pub(super) fn zone(&mut self, column: impl Column) -> Option<TimeZone> {
        let text = self.line(column)?;
        let found = TimeZone::get(&text).or_else(|_| cadence::zone(&text));
        found.map_err(|why| self.wrong(column, || why.to_string())).ok()
    }

    /// A policy of the settings, as the settings write it.
    pub(super) fn policy(&mut self, column: impl Column) -> Option<String> {
        let text = self.line(column)?;
        let known = &self.settings.policies;
        let found = known.get(&text).or_else(|| known.iter().find(|name| fold(name) == fold(&text)));
        if found.is_none() {
            self.wrong(column, || {
                let hint = did_you_mean(&text, known.iter().map(String::as_str));
                let all: Vec<_> = known.iter().map(String::as_str).collect();
                format!("{} is not a policy{hint} The settings have: {}.", quoted(&text), all.join(", "))
            });
        }
        found.cloned()
    }

    /// The cells of columns that rappel does not know.
    pub(super) fn extra(&mut self) -> BTreeMap<String, String> {
        let mut extra = BTreeMap::new();
        for (at, value) in (0..).zip(self.row.cells) {
            if let Some(Target::Extra(key)) = self.header.target(at as usize)
                && self.usable(at, value)
                && let Some(text) = self.lines_at(at, value)
            {
                extra.insert(key.clone(), text);
            }
        }
        extra
    }
}
