//! Working days: the days on which none of several calendars is closed.

use std::fmt;

use jiff::{ToSpan, civil::Date};

use crate::action::{Calendar, Weekend};

/// The first day that is known to be open or closed: a little before the first deadline there can be.
const FIRST: Date = Date::constant(1990, 1, 1);
/// The last one: long after the last deadline there can be.
const LAST: Date = Date::constant(2130, 12, 31);

/// The working days of one or more calendars together, from 1990 to 2130. Outside of these years there
/// are none, and nothing is closed.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkingDays {
    calendars: Vec<Calendar>,
    /// For each day, and the one after the last: how many open days come before it.
    before: Vec<u16>,
    /// The open days, as numbers of days after the first.
    open: Vec<u16>,
}

/// Why a day is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// It belongs to the weekend.
    Weekend {
        /// Of which calendar, where that is not Saturday and Sunday.
        calendar: Option<String>,
    },
    /// It is a holiday.
    Holiday {
        /// Its name; may be empty.
        name: String,
        /// Of which calendar.
        calendar: String,
    },
}

/// "weekend", "Whit Monday, calendar Geneva".
impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekend { calendar: None } => f.write_str("weekend"),
            Self::Weekend { calendar: Some(calendar) } => write!(f, "weekend, calendar {calendar}"),
            Self::Holiday { name, calendar } if name.is_empty() => write!(f, "holiday, calendar {calendar}"),
            Self::Holiday { name, calendar } => write!(f, "{name}, calendar {calendar}"),
        }
    }
}

impl WorkingDays {
    /// The days on which none of `calendars` is closed; without any calendar, Monday to Friday.
    pub fn of<'c>(calendars: impl IntoIterator<Item = &'c Calendar>) -> Self {
        let mut calendars: Vec<Calendar> = calendars.into_iter().cloned().collect();
        calendars.dedup();
        if calendars.is_empty() {
            calendars.push(Calendar::default());
        }
        let days = usize::try_from(days_after_first(LAST)).unwrap_or(0) + 1;
        let mut closed = vec![false; days];
        let mut weekday = FIRST.weekday();
        for day in &mut closed {
            *day = calendars.iter().any(|calendar| calendar.weekend.contains(weekday));
            weekday = weekday.next();
        }
        for holiday in calendars.iter().flat_map(|calendar| calendar.holidays.keys()) {
            let index = usize::try_from(days_after_first(*holiday)).ok();
            if let Some(day) = index.and_then(|index| closed.get_mut(index)) {
                *day = true;
            }
        }
        let (mut before, mut open) = (Vec::with_capacity(days + 1), Vec::with_capacity(days));
        for (index, closed) in (0_u16..).zip(&closed) {
            before.push(small(open.len()));
            open.extend((!closed).then_some(index));
        }
        before.push(small(open.len()));
        Self { calendars, before, open }
    }

    /// Why `day` is closed; none if it is open.
    #[must_use]
    pub fn closed(&self, day: Date) -> Option<Closed> {
        let holiday = |calendar: &Calendar| {
            let name = calendar.holidays.get(&day)?.clone();
            Some(Closed::Holiday { name, calendar: calendar.name.clone() })
        };
        let weekend = |calendar: &Calendar| {
            let usual = calendar.weekend == Weekend::default();
            let named = (!usual).then(|| calendar.name.clone());
            calendar.weekend.contains(day.weekday()).then_some(Closed::Weekend { calendar: named })
        };
        let known = (FIRST..=LAST).contains(&day);
        let calendars = || self.calendars.iter().filter(|_| known);
        calendars().find_map(weekend).or_else(|| calendars().find_map(holiday))
    }

    /// The day that is `count` working days before `day`, which itself does not count.
    #[must_use]
    pub fn back(&self, day: Date, count: u32) -> Option<Date> {
        self.nth_open(i64::from(self.open_before(day)?) - i64::from(count))
    }

    /// The day that is `count` working days after `day`, which itself does not count.
    #[must_use]
    pub fn forth(&self, day: Date, count: u32) -> Option<Date> {
        self.nth_open(i64::from(self.open_before(day.tomorrow().ok()?)?) + i64::from(count) - 1)
    }

    /// The last open day that is not after `day`.
    #[must_use]
    pub fn last_open(&self, day: Date) -> Option<Date> {
        self.nth_open(i64::from(self.open_before(day.tomorrow().ok()?)?) - 1)
    }

    /// The first open day that is not before `day`.
    #[must_use]
    pub fn first_open(&self, day: Date) -> Option<Date> {
        self.nth_open(i64::from(self.open_before(day)?))
    }

    /// How many open days come before `day`; none for a day outside of the years that are known.
    fn open_before(&self, day: Date) -> Option<u16> {
        self.before.get(usize::try_from(days_after_first(day)).ok()?).copied()
    }

    fn nth_open(&self, number: i64) -> Option<Date> {
        let days = self.open.get(usize::try_from(number).ok()?)?;
        FIRST.checked_add(i64::from(*days).days()).ok()
    }
}

fn days_after_first(day: Date) -> i64 {
    FIRST.duration_until(day).as_hours() / 24
}

/// There are fewer days than that.
fn small(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::{Weekday, date};

    use super::*;

    /// The public holidays of Geneva in 2017 that fall on working days.
    fn geneva() -> Calendar {
        let days = [(4, 14, "Good Friday"), (4, 17, "Easter Monday"), (6, 5, "Whit Monday")];
        let holidays = days.into_iter().map(|(m, d, name)| (date(2017, m, d), name.to_owned())).collect();
        Calendar { name: "Geneva".to_owned(), weekend: Weekend::default(), holidays }
    }

    fn gulf() -> Calendar {
        let weekend = Weekend::of([Weekday::Friday, Weekday::Saturday]);
        Calendar { name: "Gulf".to_owned(), weekend, holidays: BTreeMap::new() }
    }

    #[test]
    fn working_days_are_counted_around_weekends_and_holidays() {
        let geneva = WorkingDays::of(&[geneva()]);
        assert_eq!(geneva.back(date(2017, 6, 7), 1), Some(date(2017, 6, 6)));
        assert_eq!(geneva.back(date(2017, 6, 7), 2), Some(date(2017, 6, 2)), "over Whit Monday");
        assert_eq!(geneva.back(date(2017, 6, 4), 1), Some(date(2017, 6, 2)), "from a Sunday");
        assert_eq!(geneva.forth(date(2017, 4, 13), 1), Some(date(2017, 4, 18)), "over Easter");
        assert_eq!(geneva.last_open(date(2017, 6, 5)), Some(date(2017, 6, 2)));
        assert_eq!(geneva.first_open(date(2017, 6, 3)), Some(date(2017, 6, 6)));
        assert_eq!(geneva.first_open(date(2017, 6, 6)), Some(date(2017, 6, 6)));
    }

    #[test]
    fn a_day_is_closed_when_one_calendar_is_and_it_is_said_which() {
        let both = WorkingDays::of(&[geneva(), gulf()]);
        let why = |day| both.closed(day).map(|closed| closed.to_string());
        assert_eq!(why(date(2017, 6, 5)).as_deref(), Some("Whit Monday, calendar Geneva"));
        assert_eq!(why(date(2017, 6, 3)).as_deref(), Some("weekend"));
        assert_eq!(why(date(2017, 6, 2)).as_deref(), Some("weekend, calendar Gulf"));
        assert_eq!(why(date(2017, 6, 1)), None);
        assert_eq!(both.back(date(2017, 6, 6), 1), Some(date(2017, 6, 1)));
    }

    /// Fifty years, a day at a time.
    #[test]
    fn every_answer_is_that_of_counting_day_by_day() {
        for calendars in [vec![], vec![geneva()], vec![geneva(), gulf()]] {
            let days = WorkingDays::of(&calendars);
            let calendars = if calendars.is_empty() { vec![Calendar::default()] } else { calendars };
            let is_open = |day: Date| {
                calendars.iter().all(|c| !c.weekend.contains(day.weekday()) && !c.holidays.contains_key(&day))
            };
            let mut day = date(2000, 1, 1);
            while day <= date(2050, 1, 1) {
                assert_eq!(days.closed(day).is_none(), is_open(day), "{day}");
                let (mut walked, mut left) = (day, 11);
                while left > 0 {
                    walked = walked.yesterday().unwrap();
                    left -= i32::from(is_open(walked));
                }
                assert_eq!(days.back(day, 11), Some(walked), "{day}");
                let mut first = day;
                while !is_open(first) {
                    first = first.tomorrow().unwrap();
                }
                assert_eq!(days.first_open(day), Some(first), "{day}");
                let mut last = day;
                while !is_open(last) {
                    last = last.yesterday().unwrap();
                }
                assert_eq!(days.last_open(day), Some(last), "{day}");
                assert_eq!(days.forth(walked, 11).map(|d| d >= day), Some(true), "{day}");
                day = day.tomorrow().unwrap();
            }
        }
    }

    #[test]
    fn there_are_none_outside_of_the_years_that_are_known() {
        let days = WorkingDays::of(&[geneva()]);
        assert_eq!(days.back(date(1989, 12, 31), 1), None);
        assert_eq!(days.back(date(1990, 1, 2), 5), None);
        assert_eq!(days.first_open(date(2131, 1, 1)), None);
        assert_eq!(days.forth(date(2130, 12, 30), 5), None);
        assert_eq!(days.last_open(Date::MAX), None);
        let never = Calendar { weekend: Weekend::of(Weekday::Monday.cycle_forward().take(7)), ..geneva() };
        assert_eq!(WorkingDays::of(&[never]).first_open(date(2017, 1, 1)), None);
    }
}
