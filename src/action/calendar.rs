//! Days on which nobody works.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};

use super::{alike, tidy};

/// The days of the week on which a calendar is closed, in every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekend([bool; 7]);

/// Saturday and Sunday.
impl Default for Weekend {
    fn default() -> Self {
        Self::of([Weekday::Saturday, Weekday::Sunday])
    }
}

impl Weekend {
    /// These days; none is a week without a weekend.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Self {
        let mut closed = [false; 7];
        for day in days {
            closed[place(day)] = true;
        }
        Self(closed)
    }

    /// Whether a day of the week belongs to it.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0[place(day)]
    }

    /// Whether no day is left to work on.
    #[must_use]
    pub fn is_whole_week(self) -> bool {
        self.0 == [true; 7]
    }
}

fn place(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs())
}

/// A holiday calendar: weekends, and single days with their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The name by which bodies and the settings refer to it: "Geneva".
    pub name: String,
    /// The days of the week that are never worked.
    pub weekend: Weekend,
    /// Each holiday with its name, which may be empty.
    pub holidays: BTreeMap<Date, String>,
}

/// All calendars that are known, by their names as these look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendars {
    by_name: BTreeMap<String, Calendar>,
    own: Option<String>,
}

impl Calendars {
    /// These calendars, `own` being the name of the secretariat's.
    pub fn new(calendars: impl IntoIterator<Item = Calendar>, own: Option<&str>) -> Self {
        let by_name = calendars.into_iter().map(|calendar| (alike(&calendar.name), calendar)).collect();
        Self { by_name, own: own.map(tidy) }
    }

    /// The calendar of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Calendar> {
        self.by_name.get(&alike(name))
    }

    /// The secretariat's calendar, if it has one.
    #[must_use]
    pub fn own(&self) -> Option<&Calendar> {
        self.get(self.own.as_ref()?)
    }

    /// The name of the secretariat's calendar, as the settings write it, whether there is such a calendar or not.
    #[must_use]
    pub fn own_name(&self) -> Option<&str> {
        self.own.as_deref()
    }

    /// All of them, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Calendar> {
        self.by_name.values()
    }

    /// Adds a holiday; a calendar that is not there yet has its weekend on Saturday and Sunday.
    pub fn add(&mut self, calendar: &str, day: Date, holiday: &str) {
        let entry = self
            .by_name
            .entry(alike(calendar))
            .or_insert_with(|| Calendar { name: calendar.to_owned(), ..Calendar::default() });
        entry.holidays.insert(day, holiday.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_calendar_is_found_by_its_name_in_any_case_and_spacing() {
        let mut calendars = Calendars::new([], Some(" geneva "));
        assert_eq!(calendars.own(), None, "named, but nobody says what it is");
        calendars.add("Geneva", date(2017, 6, 5), "Whit Monday");
        calendars.add("GENEVA", date(2017, 9, 7), "Jeûne genevois");
        let own = calendars.own().unwrap();
        assert_eq!((own.name.as_str(), own.holidays.len()), ("Geneva", 2));
        assert_eq!(calendars.get("geneva"), Some(own));
    }

    #[test]
    fn a_weekend_is_the_days_that_are_said() {
        let friday = Weekend::of([Weekday::Friday, Weekday::Saturday]);
        assert!(friday.contains(Weekday::Friday) && !friday.contains(Weekday::Sunday));
        assert!(Weekend::default().contains(Weekday::Sunday) && !Weekend::of([]).contains(Weekday::Sunday));
        assert!(!friday.is_whole_week());
    }
}
