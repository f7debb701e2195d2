//! The sheet Holidays, and what refers to its calendars.

use super::{
    clean::quoted,
    columns::{BodyColumn, HolidayColumn as H},
    fields::Fields,
    intake::Table,
    problems::{Collector, Source},
    rows::NO_GOOD_DAY,
};
use crate::action::{Body, Calendars, did_you_mean};

/// A row of the sheet Holidays.
#[derive(Debug)]
pub(super) struct Holiday {
    calendar: String,
    day: jiff::civil::Date,
    name: String,
}

/// Reads a row.
pub(super) fn holiday(fields: &mut Fields<'_>) -> Option<Holiday> {
    let calendar = fields.name(H::Calendar, "write the name of the calendar, as in Geneva.");
    let day = fields.required_day(H::Date, "write the day of the holiday.");
    let name = fields.line(H::Name).unwrap_or_default();
    Some(Holiday { calendar: calendar?, day: day.unwrap_or(NO_GOOD_DAY), name })
}

/// The calendars of the settings with the holidays of the sheet.
pub(super) fn calendars(settings: &Calendars, holidays: &[Holiday]) -> Calendars {
    let mut all = settings.clone();
    for Holiday { calendar, day, name } in holidays {
        all.add(calendar, *day, name);
    }
    all
}

/// Bodies name calendars that there are, and so do the settings.
pub(super) fn link(
    bodies: &mut [Body],
    calendars: &Calendars,
    table: Option<&Table>,
    file: &Source,
    problems: &mut Collector,
) {
    let unknown = |name: &str| {
        let hint = did_you_mean(name, calendars.iter().map(|calendar| calendar.name.as_str()));
        format!("{} is not a calendar of the sheet Holidays or of the settings{hint}", quoted(name))
    };
    if let Some(wanted) = calendars.own_name().filter(|_| calendars.own().is_none()) {
        problems.error(file.whole(), || {
            format!(
                "{} Correct secretariat.calendar in the settings, or add the holidays to the sheet.",
                unknown(wanted)
            )
        });
    }
    let Some(table) = table else { return };
    for (at, body) in bodies.iter_mut().enumerate() {
        let Some(wanted) = &mut body.holidays else { continue };
        match calendars.get(wanted) {
            Some(calendar) => wanted.clone_from(&calendar.name),
            None => problems.error(table.spot(at, BodyColumn::Holidays), || {
                format!(
                    "{} Correct the name, add its holidays there, or leave the cell empty.",
                    unknown(wanted)
                )
            }),
        }
    }
}
