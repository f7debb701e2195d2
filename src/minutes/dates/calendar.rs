//! Days, months, quarters and years as they are written with letters or numbers.

use jiff::civil::Date;

use super::{
    super::lexicon::{ALL, Lexicon},
    scan::{Found, Scan, day_of},
    spot::When,
};
use crate::register::DateOrder;

/// The year that is meant where none is said: "by the end of the year", "年底".
const YEAR: [&str; 16] = [
    "the year",
    "this year",
    "year",
    "l'année",
    "l’année",
    "cette année",
    "año",
    "el año",
    "este año",
    "года",
    "этого года",
    "текущего года",
    "العام",
    "السنة",
    "هذا العام",
    "العام الحالي",
];

/// The month of the report: "by the end of the month".
const MONTH: [&str; 14] = [
    "the month",
    "this month",
    "month",
    "ce mois",
    "mois",
    "mes",
    "este mes",
    "месяца",
    "этого месяца",
    "текущего месяца",
    "الشهر",
    "هذا الشهر",
    "الشهر الحالي",
    "الشهر الجاري",
];

impl Scan<'_> {
    /// 2018-03-15, 15.3.2018, 15/03/2018, 2018/03/15.
    pub(super) fn three_numbers(&self, at: usize) -> Found {
        let separator = self.sign(at + 1).filter(|sign| "-./".contains(*sign))?;
        let goes_on = self.sign(at + 5) == Some(separator)
            && self.touch(at + 5)
            && self.touch(at + 6)
            && self.number(at + 6).is_some();
        if self.sign(at + 3) != Some(separator) || goes_on {
            return None;
        }
        let apart = (at + 1..=at + 4).any(|token| !self.touch(token));
        if apart && separator != '.' {
            return None;
        }
        if let Some(year) = self.year(at) {
            let day = Date::new(year, self.small(at + 2, 12)?, self.small(at + 4, 31)?).ok()?;
            return Some((When::Day(day), at + 5));
        }
        let (first, second, year) = (self.small(at, 31)?, self.small(at + 2, 31)?, self.year(at + 4)?);
        let (by_day, by_month) = (Date::new(year, second, first).ok(), Date::new(year, first, second).ok());
        let when = match (by_day, by_month, self.order) {
            (Some(day), None, _) | (None, Some(day), _) | (Some(day), _, DateOrder::DayFirst) => {
                When::Day(day)
            }
            // With full stops the day comes first, everywhere.
            (Some(day), Some(other), _) if separator == '.' || day == other => When::Day(day),
            (_, Some(day), DateOrder::MonthFirst) => When::Day(day),
            (Some(_), Some(_), DateOrder::Refuse) => When::Ambiguous,
            (None, None, _) => return None,
        };
        Some((when, at + 5))
    }

    /// 2011/04, 2018-03.
    pub(super) fn year_and_month(&self, at: usize) -> Found {
        let year = self.year(at)?;
        let sign = self.sign(at + 1)?;
        let (month, length) = self.number(at + 2).filter(|(month, _)| (1..=12).contains(month))?;
        let ends = !self.touch(at + 3) || matches!(self.sign(at + 3), Some('.' | ','));
        let alone = !self.touch(at) && ends;
        if !"/-".contains(sign) || length != 2 || !alone || !self.touch(at + 1) || !self.touch(at + 2) {
            return None;
        }
        Some((day_of(Some(year), i8::try_from(month).ok()?, 31, false)?, at + 3))
    }

    /// "15 March 2018", "26-27 April 2017", "1er mars", "15 de marzo de 2018".
    pub(super) fn day_and_month(&self, at: usize) -> Found {
        let mut day = self.small(at, 31)?;
        let mut next = at + 1;
        let ranged = self.sign(next).is_some_and(|sign| "-–/".contains(sign));
        if let Some(last) = self.small(next + 1, 31).filter(|_| ranged) {
            (day, next) = (last, next + 2);
        }
        // "3rd", "1er", "15-е", "1º"
        next = self.skip(next, &["st", "nd", "rd", "th", "er", "ère", "-е", "-го", "º", "°", "."]);
        for lexicon in ALL {
            next = self.skip(next, lexicon.between);
        }
        // "3-Mar-2014"
        if self.sign(next) == Some('-') && self.touch(next) && self.touch(next + 1) {
            next += 1;
        }
        let (month, behind) = self.month(next)?;
        Some(match self.year_behind(behind) {
            Some((year, end)) => (day_of(Some(year), month, day, true)?, end),
            None => (day_of(None, month, day, true)?, behind),
        })
    }

    /// "March 15, 2018", "March 2018".
    pub(super) fn month_first(&self, at: usize) -> Found {
        let (month, next) = self.month(at)?;
        if let Some(day) = self.small(next, 31) {
            let behind = self.skip(next + 1, &["st", "nd", "rd", "th"]);
            // "March 15-16, 2018"
            let ranged = self.sign(behind).is_some_and(|sign| "-–".contains(sign));
            let last = self.small(behind + 1, 31).filter(|_| ranged);
            let (day, behind) = last.map_or((day, behind), |last| (last, behind + 2));
            return Some(match self.year_behind(behind) {
                Some((year, end)) => (day_of(Some(year), month, day, true)?, end),
                None => (day_of(None, month, day, true)?, behind),
            });
        }
        let (year, end) = self.year_behind(next)?;
        Some((day_of(Some(year), month, 31, false)?, end))
    }

    /// "mid-October", "end of March 2018", "end of Q2", "fin 2018".
    pub(super) fn part(&self, at: usize) -> Found {
        for (words, when) in [
            (
                &["今年年底", "本年底", "年底", "年末"][..],
                When::OfSomeYear { month: 12, day: 31, exact: false },
            ),
            (&["本月底", "月底", "本月末"][..], When::EndOfMonth),
        ] {
            if let Some(end) = self.one_of(at, words) {
                return Some((when, end));
            }
        }
        let part = |lexicon: &&Lexicon| {
            let parts = [(lexicon.early, 10), (lexicon.middle, 15), (lexicon.end, 31)];
            let found = parts.into_iter().filter_map(|(words, day)| Some((self.one_of(at, words)?, day)));
            found.max()
        };
        let (mut next, day) = ALL.iter().filter_map(part).max()?;
        if self.sign(next) == Some('-') {
            next += 1;
        }
        let whole = |at: usize| self.one_of(at, &YEAR).filter(|end| self.year_behind(*end).is_none());
        // "года" stands between the parts of a date as well.
        let of_year = whole(next);
        for lexicon in ALL {
            next = self.skip(next, lexicon.between);
        }
        if let Some((month, behind)) = self.month(next) {
            return Some(match self.year_behind(behind) {
                Some((year, end)) => (day_of(Some(year), month, day, false)?, end),
                None => (day_of(None, month, day, false)?, behind),
            });
        }
        if day != 31 {
            return None;
        }
        if let Some((when, end)) = self.quarter(next) {
            return Some((when, end));
        }
        if let Some(end) = of_year.or_else(|| whole(next)) {
            return Some((When::OfSomeYear { month: 12, day: 31, exact: false }, end));
        }
        if let Some(end) = self.one_of(next, &MONTH) {
            return Some((When::EndOfMonth, end));
        }
        // "конца 2018 года"
        let next = self.skip(next, &["года", "the year", "año", "l'année", "عام"]);
        let (year, end) = self.year_behind(next)?;
        Some((When::About(Date::new(year, 12, 31).ok()?), end))
    }

    /// "Q2 2018", "second quarter of 2018", "II квартала 2018 года".
    pub(super) fn quarter(&self, at: usize) -> Found {
        let (quarter, next) = self.quarter_number(at)?;
        Some(match self.year_behind(next) {
            Some((year, end)) => (day_of(Some(year), quarter * 3, 31, false)?, end),
            None => (day_of(None, quarter * 3, 31, false)?, next),
        })
    }

    fn quarter_number(&self, at: usize) -> Option<(i8, usize)> {
        if self.word(at) == Some("q") && self.touch(at + 1) && self.sign(at + 2) != Some('/') {
            return Some((self.small(at + 1, 4)?, at + 2));
        }
        // "T2 2020"; T2 alone may be a table.
        if self.word(at) == Some("t") && self.touch(at + 1) && self.year_behind(at + 2).is_some() {
            return Some((self.small(at + 1, 4)?, at + 2));
        }
        let named: [&[&str]; 4] = [
            &["first", "i", "premier", "1er", "primer", "первого", "الأول"],
            &["second", "ii", "deuxième", "segundo", "второго", "الثاني"],
            &["third", "iii", "troisième", "tercer", "третьего", "الثالث"],
            &["fourth", "last", "iv", "quatrième", "cuarto", "четвертого", "الرابع"],
        ];
        let words =
            |at: usize| (1..).zip(named).find_map(|(number, names)| Some((number, self.one_of(at, names)?)));
        let is_quarter = |at: usize| ALL.iter().find_map(|lexicon| self.one_of(at, lexicon.quarter));
        if let Some((number, next)) = words(at) {
            return Some((number, is_quarter(next)?));
        }
        // In Arabic the number comes behind.
        let next = is_quarter(at)?;
        words(next)
    }
}
