//! Dates as people write them, and never a guess.
//!
//! Read are ISO 8601 ("2017-06-23", "2017-06-23 17:00", "2017-06-23T17:00Z"), words of seven languages
//! ("1 May 2017", "May 1, 2017", "1-May-2017", "1er mai 2017") and three numbers ("23/06/2017", "23.06.2017"), in the
//! digits of any of them. Of three numbers the year comes first or last, with four digits; when it comes last, day and
//! month are told apart by the settings, or by there being only one possible reading. The day of the week may stand
//! before each of them, and has to be the right one; a time of day may follow.

use std::borrow::Cow;

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
};

use super::{DateOrder, clean::quoted, months::month, time_of_day, weekdays};
use crate::{action::tidy, cadence::MONTHS};

/// No date has more characters, however it is written; a cell may have thousands.
const LONGEST: usize = 80;

/// What else can be done about a cell that may be empty.
const OR_EMPTY: &str = ", or leave the cell empty.";

/// The same mistake of a cell that has to hold a date.
pub(super) fn of_required(why: &str) -> String {
    why.strip_suffix(OR_EMPTY).map_or_else(|| why.to_owned(), |why| format!("{why}."))
}

/// A day to try times of day on.
const ANY_DAY: Date = jiff::civil::date(2017, 6, 23);

/// A date as precise as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// A day.
    Day(Date),
    /// A day and a time of day, in no zone yet.
    Civil(DateTime),
    /// An instant.
    Instant(Timestamp),
}

/// What a text means; the error is a whole sentence with what would be right.
pub(super) fn read(text: &str, order: DateOrder) -> Result<When, String> {
    let tidied = tidy(text);
    let when = understood(&tidied, order).map_err(|mistake| mistake.told(&tidied))?;
    in_range(when).map_err(|()| out_of_range(&tidied))
}

/// A day that is written somewhere else than in a cell, as people write it in one; the error likewise.
pub(super) fn day(text: &str) -> Result<Date, String> {
    let tidied = tidy(text);
    match understood(&tidied, DateOrder::Refuse) {
        Ok(When::Day(day)) => Ok(day),
        Ok(_) => {
            Err(format!("{} has a time of day. Write the day alone, as in 2017-06-23.", quoted(&tidied)))
        }
        Err(mistake) => Err(format!("{}.", mistake.plainly(&tidied))),
    }
}

fn understood(tidied: &str, order: DateOrder) -> Result<When, Mistake> {
    if tidied.chars().nth(LONGEST).is_some() {
        return Err(Mistake::Unreadable);
    }
    let plain = plain_digits(tidied);
    let (weekday, text) = match weekdays::before(&plain) {
        Some((weekday, text)) => (Some(weekday), text),
        None => (None, &*plain),
    };
    let in_words = || {
        let words = Words::of(text);
        words.month_in_words().or_else(|| words.three_numbers(order))
    };
    let found = iso(text).or_else(|| chinese(text)).or_else(in_words);
    on_its_weekday(found.unwrap_or(Err(Mistake::Unreadable))?, weekday)
}

/// The digits of Arabic, Persian and full-width typing as those of this program, without marks of direction.
fn plain_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let plain = |c: char| match c {
        '\u{200e}' | '\u{200f}' | '\u{61c}' => None,
        '\u{660}'..='\u{669}' => char::from_digit(u32::from(c) - 0x660, 10),
        '\u{6f0}'..='\u{6f9}' => char::from_digit(u32::from(c) - 0x6f0, 10),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
        other => Some(other),
    };
    Cow::Owned(text.chars().filter_map(plain).collect())
}

/// The same, unless another day of the week is written with it than it is.
fn on_its_weekday(when: When, written: Option<Weekday>) -> Result<When, Mistake> {
    let day = match when {
        When::Day(day) => day,
        When::Civil(time) => time.date(),
        When::Instant(_) => return Ok(when),
    };
    match written.filter(|weekday| *weekday != day.weekday()) {
        Some(_) => Err(Mistake::OtherWeekday { day }),
        None => Ok(when),
    }
}

/// The same value, if its year is one that an action can have: 2000 to 2100.
pub(super) fn in_range(when: When) -> Result<When, ()> {
    let year = match when {
        When::Day(day) => day.year(),
        When::Civil(time) => time.year(),
        When::Instant(instant) => instant.to_zoned(jiff::tz::TimeZone::UTC).year(),
    };
    if (2000..=2100).contains(&year) { Ok(when) } else { Err(()) }
}

/// Says that a year is not one that an action can have.
pub(super) fn out_of_range(shown: &str) -> String {
    format!("{} is not between 2000 and 2100. Write a date as in 2017-06-23{OR_EMPTY}", quoted(shown))
}

/// What is wrong with a text that should be a date.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mistake {
    Unreadable,
    ShortYear,
    NoSuchDay { why: String, write: Option<Date> },
    Ambiguous { day_first: Date, month_first: Date },
    OtherWeekday { day: Date },
    NoSuchTime { day: Date },
}

impl Mistake {
    /// For a cell, with what else can be done.
    fn told(&self, text: &str) -> String {
        let or = match self {
            Self::Ambiguous { .. } => {
                "or say in the settings under [register] which one you mean: dates = \"day-first\" or \"month-first\""
            }
            _ => return format!("{}{OR_EMPTY}", self.plainly(text)),
        };
        format!("{}, {or}.", self.plainly(text))
    }

    /// What is wrong and what would be right, without a full stop.
    fn plainly(&self, text: &str) -> String {
        let text = quoted(text);
        match self {
            Self::Unreadable => format!("{text} is not a date. Write it as in 2017-06-23"),
            Self::ShortYear => format!("{text} has no year of four digits. Write it as in 2017-06-23"),
            Self::OtherWeekday { day } => {
                let (said, weekday) = (in_words(*day), day.strftime("%A"));
                format!("{text} is not a date: {said} is a {weekday}. Correct one of the two, or write {day}")
            }
            Self::NoSuchTime { day } => {
                format!("The time of day in {text} is not understood. Write it as in {day} 17:00")
            }
            Self::NoSuchDay { why, write } => {
                let write = write.map_or_else(|| "it as in 2017-06-23".to_owned(), |day| day.to_string());
                format!("{text} is not a date ({why}). Write {write}")
            }
            Self::Ambiguous { day_first, month_first } => format!(
                "{text} may be {} or {}. Write {day_first} or {month_first}",
                in_words(*day_first),
                in_words(*month_first)
            ),
        }
    }
}

type Found = Option<Result<When, Mistake>>;

fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or("?")
}

fn in_words(day: Date) -> String {
    format!("{} {} {}", day.day(), month_name(day.month()), day.year())
}

/// "2017-06-23", alone or followed by a time of day and an offset.
fn iso(text: &str) -> Found {
    let end = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (day, time) = text.split_at(end);
    let mut parts = day.split('-');
    let (year, month, of_month) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() > 2 || of_month.len() > 2 {
        return None;
    }
    let numbers = (year.parse().ok()?, month.parse().ok()?, of_month.parse().ok()?);
    let time = time.trim_start_matches(['T', 't', ' ']);
    Some(date(numbers.0, numbers.1, numbers.2).and_then(|day| at_time(day, time)))
}

/// "2017年6月23日", with the day of the week and a time of day behind it if they are there.
fn chinese(text: &str) -> Found {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let (day, rest) = rest.split_once(['日', '号']).unwrap_or((rest, ""));
    let rest = rest.trim();
    let name = rest.split(' ').next().unwrap_or_default();
    let weekday = weekdays::weekday(name);
    let time = if weekday.is_some() { rest[name.len()..].trim() } else { rest };
    let when = iso(&format!("{}-{}-{} {time}", year.trim(), month.trim(), day.trim()))?;
    Some(when.and_then(|when| on_its_weekday(when, weekday)))
}

/// The day alone, or at the time of day that follows it.
fn at_time(day: Date, written: &str) -> Result<When, Mistake> {
    if written.is_empty() {
        return Ok(When::Day(day));
    }
    if let Some(time) = time_of_day::read(written) {
        return Ok(When::Civil(day.to_datetime(time)));
    }
    let mut time = written.to_ascii_uppercase();
    for utc in ["UTC", "GMT"] {
        if let Some(before) = time.strip_suffix(utc) {
            time = format!("{}Z", before.trim_end());
        }
    }
    time.retain(|c| c != ' ');
    let instant = time.contains(['Z', '+', '-']).then(|| format!("{day}T{time}").parse().ok()).flatten();
    instant.map(When::Instant).ok_or(Mistake::NoSuchTime { day })
}

/// The day, or why there is none and which one may be meant.
fn date(year: i16, month: i8, day: i8) -> Result<Date, Mistake> {
    Date::new(year, month, day).map_err(|_| {
        if !(1..=12).contains(&month) {
            return Mistake::NoSuchDay { why: format!("there is no month {month}"), write: None };
        }
        let last = Date::new(year, month, 1).ok().map(Date::last_of_month);
        let leap = if month == 2 && day == 29 { format!(" in {year}") } else { String::new() };
        let why = format!("there is no {day} {}{leap}", month_name(month));
        Mistake::NoSuchDay { why, write: last.filter(|last| day > last.day()) }
    })
}

/// The parts of a date that is not ISO: three words and perhaps a time of day.
struct Words<'t> {
    parts: Vec<&'t str>,
    time: &'t str,
}

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Self {
        let mut spaces = text.match_indices(' ').map(|(at, _)| at);
        let begins_a_time = |at: &usize| at_time(ANY_DAY, &text[at + 1..]).is_ok();
        let looks_like_one = |at: &usize| {
            let rest = &text[at + 1..];
            time_of_day::begins_one(rest) || rest.split(' ').next().is_some_and(|word| word.contains(':'))
        };
        let meant = || text.match_indices(' ').map(|(at, _)| at).find(looks_like_one);
        let (day, time) = match spaces.find(begins_a_time).or_else(meant) {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, ""),
        };
        // "15 de marzo de 2027", "15 марта 2027 г."
        let is_word = |part: &&str| !part.is_empty() && !["de", "of", "г", "года"].contains(part);
        let parts = day.split([' ', ',', '،', '/', '-', '.']).filter(is_word).take(4).collect();
        Self { parts, time }
    }

    /// "1 May 2017" and "May 1, 2017"; "1er mai 2017".
    fn month_in_words(&self) -> Found {
        let [first, second, year] = self.parts[..] else { return None };
        let (month, day) = match (month(first), month(second)) {
            (None, Some(month)) => (month, first),
            (Some(month), None) => (month, second),
            _ => return None,
        };
        let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let (day, year) = (number(day)?, four_digits(year)?);
        Some(year.and_then(|year| date(year, month, day)).and_then(|day| at_time(day, self.time)))
    }

    /// "23/06/2017" and "2017/06/23".
    fn three_numbers(&self, order: DateOrder) -> Found {
        let [first, second, third] = self.parts[..] else { return None };
        let day = if first.len() == 4 {
            four_digits(first)?
                .and_then(|year| date(year, number(second).unwrap_or(0), number(third).unwrap_or(0)))
        } else {
            let (first, second) = (number(first)?, number(second)?);
            four_digits(third)?.and_then(|year| year_last(first, second, year, order))
        };
        Some(day.and_then(|day| at_time(day, self.time)))
    }
}

fn year_last(first: i8, second: i8, year: i16, order: DateOrder) -> Result<Date, Mistake> {
    match order {
        DateOrder::DayFirst => return date(year, second, first),
        DateOrder::MonthFirst => return date(year, first, second),
        DateOrder::Refuse => {}
    }
    match (date(year, second, first), date(year, first, second)) {
        (Ok(day_first), Ok(month_first)) if day_first != month_first => {
            Err(Mistake::Ambiguous { day_first, month_first })
        }
        (Ok(day), _) | (Err(_), Ok(day)) => Ok(day),
        (Err(_), Err(as_month_first)) if second > 12 && first <= 12 => Err(as_month_first),
        (Err(as_day_first), Err(_)) => Err(as_day_first),
    }
}

/// One or two digits.
fn number(text: &str) -> Option<i8> {
    (text.len() <= 2).then(|| text.parse().ok()).flatten().filter(|number| *number >= 0)
}

/// A year of four digits; two are a mistake, anything else is no year.
fn four_digits(text: &str) -> Option<Result<i16, Mistake>> {
    let year: i16 = text.chars().all(|c| c.is_ascii_digit()).then(|| text.parse().ok()).flatten()?;
    match text.len() {
        4 => Some(Ok(year)),
        1..=2 => Some(Err(Mistake::ShortYear)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    fn said(text: &str) -> String {
        read(text, DateOrder::Refuse).unwrap_err()
    }

    #[test]
    fn a_day_is_read_in_each_way_of_writing_it() {
        let texts = [
            "2017-05-01",
            "1 May 2017",
            "01 may 2017",
            "1st May 2017",
            "May 1, 2017",
            "1-May-2017",
            "2017/05/01",
            "1. May 2017",
            " 2017-5-1 ",
        ];
        for text in texts {
            assert_eq!(read(text, DateOrder::Refuse), Ok(When::Day(day(2017, 5, 1))), "{text}");
        }
        assert_eq!(read("4 Sept 2017", DateOrder::Refuse), Ok(When::Day(day(2017, 9, 4))));
        for text in [
            "15 mars 2027",
            "15. März 2027",
            "15 de marzo de 2027",
            "15 марта 2027 г.",
            "2027年3月15日",
            "15 مارس 2027",
            "١٥ مارس ٢٠٢٧",
            "\u{200f}١٥/٠٣/٢٠٢٧",
            "２０２７年３月１５日",
            "Mon 15 Mar 2027",
            "lundi 15 mars 2027",
            "понедельник, 15 марта 2027 г.",
            "2027年3月15日星期一",
        ] {
            assert_eq!(read(text, DateOrder::Refuse), Ok(When::Day(day(2027, 3, 15))), "{text}");
        }
        assert_eq!(read("1er août 2027", DateOrder::Refuse), Ok(When::Day(day(2027, 8, 1))));
    }

    #[test]
    fn a_time_of_day_is_civil_and_an_offset_makes_it_an_instant() {
        let civil = When::Civil(day(2017, 6, 23).at(17, 0, 0, 0));
        for text in [
            "2017-06-23 17:00",
            "2017-06-23T17:00",
            "2017-06-23t17:00:00",
            "23 June 2017 17:00",
            "23 June 2017 at 5 pm",
            "Friday, 23 June 2017, 17:00",
            "vendredi 23 juin 2017 à 17h00",
            "23 de junio de 2017, a las 17:00",
            "23.06.2017 um 17 Uhr",
            "2017年6月23日 17:00",
        ] {
            assert_eq!(read(text, DateOrder::Refuse), Ok(civil), "{text}");
        }
        let instant = When::Instant("2017-06-23T17:00:00Z".parse().unwrap());
        for text in [
            "2017-06-23T17:00Z",
            "23 June 2017 17:00 UTC",
            "2017-06-23T19:00+02:00",
            "2017-06-23 17:00:00 GMT",
        ] {
            assert_eq!(read(text, DateOrder::Refuse), Ok(instant), "{text}");
        }
    }

    #[test]
    fn three_numbers_are_read_as_the_settings_say_or_when_only_one_reading_is_possible() {
        assert_eq!(read("05/06/2017", DateOrder::DayFirst), Ok(When::Day(day(2017, 6, 5))));
        assert_eq!(read("05/06/2017", DateOrder::MonthFirst), Ok(When::Day(day(2017, 5, 6))));
        for only in ["23/06/2017", "06/23/2017", "23.06.2017", "23-6-2017"] {
            assert_eq!(read(only, DateOrder::Refuse), Ok(When::Day(day(2017, 6, 23))), "{only}");
        }
        assert_eq!(read("05/05/2017", DateOrder::Refuse), Ok(When::Day(day(2017, 5, 5))));
    }

    #[test]
    fn an_ambiguous_date_is_refused_with_both_readings() {
        assert_eq!(
            said("05/06/2017"),
            "\"05/06/2017\" may be 5 June 2017 or 6 May 2017. Write 2017-06-05 or 2017-05-06, or say in the \
             settings under [register] which one you mean: dates = \"day-first\" or \"month-first\"."
        );
    }

    #[test]
    fn a_day_that_does_not_exist_names_the_nearest_that_does() {
        assert_eq!(
            said("31/02/2018"),
            "\"31/02/2018\" is not a date (there is no 31 February). Write 2018-02-28, or leave the cell empty."
        );
        assert!(said("2017-02-29").contains("(there is no 29 February in 2017). Write 2017-02-28"));
        assert!(said("2017-13-01").contains("(there is no month 13). Write it as in 2017-06-23"));
        assert!(read("05/23/2017", DateOrder::DayFirst).unwrap_err().contains("there is no month 23"));
    }

    #[test]
    fn another_day_of_the_week_or_a_time_that_is_none_is_said() {
        assert_eq!(
            said("Monday, 23 June 2017"),
            "\"Monday, 23 June 2017\" is not a date: 23 June 2017 is a Friday. Correct one of the two, or write 2017-06-23, \
             or leave the cell empty."
        );
        for text in [
            "2017-06-23 25:00",
            "23 June 2017 25:00",
            "23 June 2017 at 17.00",
            "23 June 2017 17:00 CET",
            "23.06.2017 um halb sechs",
        ] {
            assert!(
                said(text).contains("The time of day in") && said(text).contains("2017-06-23 17:00"),
                "{text}"
            );
        }
        for text in ["23 June 2017 at the latest", "23 juin 2017 à confirmer"] {
            assert!(said(text).contains("is not a date"), "{}", said(text));
        }
    }

    #[test]
    fn a_text_that_is_longer_than_any_date_is_none_and_is_not_looked_into() {
        let filled = |words| format!("{}1 May 2017", "de ".repeat(words));
        assert!(read(&filled(20), DateOrder::Refuse).is_ok());
        for words in [30, 10_000] {
            assert!(
                read(&filled(words), DateOrder::Refuse).unwrap_err().contains("is not a date"),
                "{words}"
            );
        }
    }

    #[test]
    fn a_text_that_is_no_date_is_refused() {
        for text in [
            "soon",
            "2017",
            "23/06/17",
            "1 May",
            "32",
            "2017-06-23 25:00",
            "May May 2017",
            "2017-06-23x",
            "--",
            "1/2/3/2017",
        ] {
            assert!(read(text, DateOrder::DayFirst).is_err(), "{text}");
        }
        assert!(said("23/06/17").contains("year of four digits"));
        assert!(said("1999-12-31").contains("not between 2000 and 2100"));
        assert!(read("2100-12-31", DateOrder::Refuse).is_ok());
    }
}
