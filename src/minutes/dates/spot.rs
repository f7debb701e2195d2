//! Every date of a text.

use std::ops::Range;

use jiff::civil::Date;

use super::{
    super::lexicon::{ALL, Lexicon},
    token::{Kind, Token, lowered, tokens},
};
use crate::register::DateOrder;

/// A date and the bytes of the text in which it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::minutes) struct Spotted {
    pub(in crate::minutes) at: Range<usize>,
    pub(in crate::minutes) when: When,
}

/// What a date says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::minutes) enum When {
    /// A day.
    Day(Date),
    /// A time that is longer than a day, by the day that it ends on or is about.
    About(Date),
    /// A day of a year that is not said; `exact` unless it is only about that day.
    OfSomeYear { month: i8, day: i8, exact: bool },
    /// So many days before (below zero) or after a meeting, which is named or the next one.
    Meeting { days: i32, named: Option<Range<usize>> },
    /// So many days from the report on.
    Within(i32),
    /// A date that may be read in two ways.
    Ambiguous,
}

/// The dates of a text, in their order.
pub(in crate::minutes) fn spotted(text: &str, order: DateOrder) -> Vec<Spotted> {
    let lower = lowered(text);
    let scan = Scan { lower: &lower, tokens: tokens(text), order };
    let mut found = Vec::new();
    let mut at = 0;
    while at < scan.tokens.len() {
        match scan.date(at) {
            Some((when, next)) => {
                found.push(Spotted { at: scan.tokens[at].start..scan.tokens[next - 1].end, when });
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// A date and the token behind it.
type Found = Option<(When, usize)>;

struct Scan<'t> {
    lower: &'t str,
    tokens: Vec<Token>,
    order: DateOrder,
}

impl Scan<'_> {
    fn date(&self, at: usize) -> Found {
        match self.tokens[at].kind {
            Kind::Number(..) => self
                .east_asian(at)
                .or_else(|| self.three_numbers(at))
                .or_else(|| self.year_and_month(at))
                .or_else(|| self.day_and_month(at))
                .or_else(|| self.before_meeting(at)),
            Kind::Word => self
                .part(at)
                .or_else(|| self.month_first(at))
                .or_else(|| self.quarter(at))
                .or_else(|| self.within(at))
                .or_else(|| self.before_meeting(at))
                .or_else(|| self.meeting(at)),
            Kind::Sign(_) => None,
        }
    }

    fn number(&self, at: usize) -> Option<(u32, u8)> {
        match self.tokens.get(at)?.kind {
            Kind::Number(value, length) => Some((value, length)),
            _ => None,
        }
    }

    fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.kind {
            Kind::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    fn year(&self, at: usize) -> Option<i16> {
        let (value, length) = self.number(at)?;
        let year = i16::try_from(value).ok().filter(|year| length == 4 && (1990..=2100).contains(year))?;
        // "2018/15" or "2018.3" behind it would be a number of something.
        Some(year)
    }

    /// The number of a day or month, of one or two digits.
    fn small(&self, at: usize, most: u32) -> Option<i8> {
        let (value, length) = self.number(at)?;
        (length <= 2 && (1..=most).contains(&value)).then(|| i8::try_from(value).ok()).flatten()
    }

    fn word(&self, at: usize) -> Option<&str> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        self.lower.get(token.start..token.end)
    }

    /// The token behind a phrase that begins at one.
    fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let start = self.tokens.get(at)?.start;
        let end = start + phrase.len();
        if !self.lower.get(start..)?.starts_with(phrase) {
            return None;
        }
        let next = self
            .tokens
            .iter()
            .skip(at)
            .position(|token| token.start >= end)
            .map_or(self.tokens.len(), |skip| at + skip);
        let whole = self.tokens.get(next - 1).is_some_and(|last| last.end <= end);
        (next > at && whole).then_some(next)
    }

    /// The longest of some phrases that begins at a token, and the token behind it.
    fn one_of(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|phrase| self.phrase(at, phrase)).max()
    }

    fn skip(&self, at: usize, phrases: &[&str]) -> usize {
        self.one_of(at, phrases).unwrap_or(at)
    }

    fn month(&self, at: usize) -> Option<(i8, usize)> {
        let known = |lexicon: &&Lexicon| {
            (1..).zip(lexicon.months).find_map(|(number, names)| Some((number, self.one_of(at, names)?)))
        };
        let (month, next) = ALL.iter().find_map(known)?;
        // "Sept." and "janv."
        let next =
            if self.sign(next) == Some('.') && self.word(at).is_some_and(|word| word.chars().count() <= 4) {
                next + 1
            } else {
                next
            };
        Some((month, next))
    }

    /// The year behind a month, with what may stand between.
    fn year_behind(&self, at: usize) -> Option<(i16, usize)> {
        let mut next = at;
        let glued = self.sign(next) == Some('-') && self.touch(next) && self.touch(next + 1);
        if self.sign(next) == Some(',') || glued {
            next += 1;
        }
        for lexicon in ALL {
            next = self.skip(next, lexicon.between);
        }
        let year = self.year(next)?;
        // "г.", "года"
        let mut end = next + 1;
        if let Some(after) = self.one_of(end, &["года", "году", "г"]) {
            end = if self.sign(after) == Some('.') && self.phrase(end, "г").is_some() {
                after + 1
            } else {
                after
            };
        }
        Some((year, end))
    }

    /// 2018年3月15日, 3月15日, 2018年3月底.
    fn east_asian(&self, at: usize) -> Found {
        let year = self.year(at).filter(|_| self.word(at + 1) == Some("年"));
        let month_at = if year.is_some() { at + 2 } else { at };
        if year.is_some() && self.one_of(month_at, &["第"]).is_some() {
            return self.east_asian_quarter(year?, month_at + 1);
        }
        if let Some(year) = year.filter(|_| self.one_of(month_at, &["底", "年底", "末"]).is_some()) {
            return Some((When::About(Date::new(year, 12, 31).ok()?), month_at + 1));
        }
        let month = self.small(month_at, 12).filter(|_| self.word(month_at + 1) == Some("月"))?;
        let day_at = month_at + 2;
        if let Some(day) =
            self.small(day_at, 31).filter(|_| matches!(self.word(day_at + 1), Some("日" | "号")))
        {
            return Some((day_of(year, month, day, true)?, day_at + 2));
        }
        let parts = [(&["初", "上旬"][..], 10), (&["中旬", "中"][..], 15), (&["底", "末", "下旬"][..], 31)];
        let part = parts.iter().find_map(|(words, day)| Some((self.one_of(day_at, words)?, *day)));
        let (next, day) = part.or_else(|| year.map(|_| (day_at, 31)))?;
        Some((day_of(year, month, day, false)?, next))
    }

    fn east_asian_quarter(&self, year: i16, at: usize) -> Found {
        let number = match (self.small(at, 4), self.word(at)) {
            (Some(number), _) => number,
            (None, Some("一")) => 1,
            (None, Some("二")) => 2,
            (None, Some("三")) => 3,
            (None, Some("四")) => 4,
            _ => return None,
        };
        let next = self.phrase(at + 1, "季度")?;
        let next = self.skip(next, &["末", "底"]);
        Some((day_of(Some(year), number * 3, 31, false)?, next))
    }

    /// 2018-03-15, 15.3.2018, 15/03/2018, 2018/03/15.
    fn three_numbers(&self, at: usize) -> Found {
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

    /// Whether a token follows the one before it without space.
    fn touch(&self, at: usize) -> bool {
        let pair = at.checked_sub(1).and_then(|before| self.tokens.get(before)).zip(self.tokens.get(at));
        pair.is_some_and(|(before, token)| before.end == token.start)
    }

    /// 2011/04, 2018-03.
    fn year_and_month(&self, at: usize) -> Found {
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
    fn day_and_month(&self, at: usize) -> Found {
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
    fn month_first(&self, at: usize) -> Found {
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
    fn part(&self, at: usize) -> Found {
        let part = |lexicon: &&Lexicon| {
            let parts = [(lexicon.early, 10), (lexicon.middle, 15), (lexicon.end, 31)];
            let found = parts.into_iter().filter_map(|(words, day)| Some((self.one_of(at, words)?, day)));
            found.max()
        };
        let (mut next, day) = ALL.iter().filter_map(part).max()?;
        if self.sign(next) == Some('-') {
            next += 1;
        }
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
        // "конца 2018 года"
        let next = self.skip(next, &["года", "the year", "año", "l'année", "عام"]);
        let (year, end) = self.year_behind(next)?;
        Some((When::About(Date::new(year, 12, 31).ok()?), end))
    }

    /// "Q2 2018", "second quarter of 2018", "II квартала 2018 года".
    fn quarter(&self, at: usize) -> Found {
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

    /// A number in digits or words, and the token behind it.
    fn count(&self, at: usize) -> Option<(i32, usize)> {
        if let Some((value, length)) = self.number(at).filter(|(_, length)| *length <= 3) {
            let _ = length;
            return Some((i32::try_from(value).ok()?, at + 1));
        }
        let named = |lexicon: &&Lexicon| {
            (1..).zip(lexicon.numbers).find_map(|(number, word)| Some((number, self.phrase(at, word)?)))
        };
        let article = || self.one_of(at, &["a", "une", "una"]).map(|next| (1, next));
        ALL.iter().find_map(named).or_else(article)
    }

    /// "two weeks", and the token behind it.
    fn length(&self, at: usize) -> Option<(i32, usize)> {
        // Arabic has a form for two of something, without a number.
        for (dual, days) in [("أسبوعين", 14), ("شهرين", 60), ("يومين", 2)] {
            if let Some(next) = self.phrase(at, dual) {
                return Some((days, next));
            }
        }
        let (count, next) = self.count(at)?;
        let unit = |lexicon: &&Lexicon| {
            let found =
                lexicon.units.iter().filter_map(|(unit, days)| Some((self.phrase(next, unit)?, *days)));
            found.max()
        };
        let (behind, days) = ALL.iter().filter_map(unit).max()?;
        Some((count.checked_mul(days)?, behind))
    }

    /// "two weeks before the next meeting", "4 weeks before TSAG-2".
    fn before_meeting(&self, at: usize) -> Found {
        let (days, next) = self.length(at)?;
        let before = ALL.iter().filter_map(|lexicon| self.one_of(next, lexicon.before)).max();
        let after = ALL.iter().filter_map(|lexicon| self.one_of(next, lexicon.after)).max();
        let (days, next) = match (before, after) {
            (Some(next), _) => (-days, next),
            (None, Some(next)) => (days, next),
            (None, None) => return None,
        };
        let (named, end) = self.meeting_named(next)?;
        Some((When::Meeting { days, named }, end))
    }

    /// "the next meeting of SG17", "TSAG-2", "SG17 meeting".
    fn meeting_named(&self, at: usize) -> Option<(Option<Range<usize>>, usize)> {
        let next = ALL.iter().filter_map(|lexicon| self.one_of(at, lexicon.next_meeting)).max();
        if let Some(mut next) = next {
            let of = self.one_of(next, &["of", "de la", "de", "du", "del"]);
            // "the next SG17 meeting"
            let start = of.unwrap_or(next);
            if let Some(end) = self.name(start) {
                next = end;
                let named = self.tokens[start].start..self.tokens[end - 1].end;
                return Some((Some(named), self.skip(next, &["meeting", "meetings", "session"])));
            }
            return Some((None, self.skip(next, &["meeting", "session"])));
        }
        let start = self.skip(at, &["the next", "the", "next"]);
        let end = self.name(start)?;
        Some((
            Some(self.tokens[start].start..self.tokens[end - 1].end),
            self.skip(end, &["meeting", "session"]),
        ))
    }

    /// A name of capital letters and numbers: "TSAG-2", "SG17". Case is lost here, so a digit or a known shape is
    /// asked for.
    fn name(&self, at: usize) -> Option<usize> {
        self.word(at).filter(|word| {
            word.is_ascii() && word.len() <= 8 && !["each", "every", "this", "that"].contains(word)
        })?;
        let mut next = at + 1;
        while next < self.tokens.len()
            && self.touch(next)
            && !matches!(self.sign(next), Some('.' | ',' | ';' | ':' | ')'))
        {
            next += 1;
        }
        let number = (at..next).any(|token| self.number(token).is_some());
        let known = self.one_of(at, &["tsag", "itu", "rag", "tdag", "wtsa"]).is_some();
        (number || known).then_some(next)
    }

    /// "within two weeks", "in 30 days".
    fn within(&self, at: usize) -> Found {
        let next = ALL.iter().filter_map(|lexicon| self.one_of(at, lexicon.within)).max()?;
        let (days, end) = self.length(next)?;
        Some((When::Within(days), end))
    }

    /// "the next meeting", by itself.
    fn meeting(&self, at: usize) -> Found {
        ALL.iter().find_map(|lexicon| self.one_of(at, lexicon.next_meeting))?;
        let (named, end) = self.meeting_named(at)?;
        Some((When::Meeting { days: 0, named }, end))
    }
}

/// The day, not later than the last of its month.
fn day_of(year: Option<i16>, month: i8, day: i8, exact: bool) -> Option<When> {
    let Some(year) = year else {
        return Some(When::OfSomeYear { month, day, exact });
    };
    let first = Date::new(year, month, 1).ok()?;
    if exact {
        return Date::new(year, month, day).ok().map(When::Day);
    }
    first.with().day(day.min(first.days_in_month())).build().ok().map(When::About)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn one(text: &str) -> When {
        let found = spotted(text, DateOrder::Refuse);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        found.into_iter().next().unwrap().when
    }

    #[test]
    fn a_day_is_found_however_it_is_written_in_each_language() {
        for text in [
            "3 March 2014",
            "March 3, 2014",
            "3rd March 2014",
            "2014-03-03",
            "3.3.2014",
            "03/03/2014",
            "le 3 mars 2014",
            "3 de marzo de 2014",
            "3 марта 2014 года",
            "3 марта 2014 г.",
            "2014年3月3日",
            "3 مارس 2014",
            "٣ مارس ٢٠١٤",
            "1-3 March 2014",
            "due 3-Mar-2014",
        ] {
            assert_eq!(one(text), When::Day(date(2014, 3, 3)), "{text}");
        }
        assert_eq!(one("no later than 26.1.2018,"), When::Day(date(2018, 1, 26)));
        assert_eq!(one("05/06/2017"), When::Ambiguous);
        assert_eq!(one("1er mars 2018"), When::Day(date(2018, 3, 1)));
    }

    #[test]
    fn longer_times_end_on_their_last_day() {
        for (text, day) in [
            ("2011/04", date(2011, 4, 30)),
            ("end of March 2014", date(2014, 3, 31)),
            ("end of Q2 2014", date(2014, 6, 30)),
            ("Q3 2014", date(2014, 9, 30)),
            ("by the end of 2014", date(2014, 12, 31)),
            ("mid-October 2014", date(2014, 10, 15)),
            ("fin mars 2014", date(2014, 3, 31)),
            ("mediados de octubre de 2014", date(2014, 10, 15)),
            ("до конца марта 2014 года", date(2014, 3, 31)),
            ("2014年3月底", date(2014, 3, 31)),
            ("2014年第二季度", date(2014, 6, 30)),
            ("نهاية مارس 2014", date(2014, 3, 31)),
            ("October 2014", date(2014, 10, 31)),
            ("second quarter of 2014", date(2014, 6, 30)),
        ] {
            assert_eq!(one(text), When::About(day), "{text}");
        }
        assert_eq!(one("by mid-October"), When::OfSomeYear { month: 10, day: 15, exact: false });
        assert_eq!(one("by 15 March"), When::OfSomeYear { month: 3, day: 15, exact: true });
        assert_eq!(one("end of Q2"), When::OfSomeYear { month: 6, day: 31, exact: false });
    }

    #[test]
    fn times_before_a_meeting_are_found() {
        let next = |days| When::Meeting { days, named: None };
        assert_eq!(one("two weeks before the next meeting"), next(-14));
        assert_eq!(one("deux semaines avant la prochaine réunion"), next(-14));
        assert_eq!(one("за две недели до следующего собрания"), next(-14));
        assert_eq!(one("before the next meeting"), next(0));
        assert_eq!(one("4 weeks before TSAG-2"), When::Meeting { days: -28, named: Some(15..21) });
        assert_eq!(one("within two weeks"), When::Within(14));
    }

    #[test]
    fn numbers_that_are_no_dates_are_none() {
        for text in [
            "Resolution 17/06",
            "SG17 and ISO/TC 307",
            "Q4/17",
            "10:30",
            "ISO 2014",
            "clause 3.3.2",
            "in 2014",
            "May we ask",
            "TD 2018-15",
            "AI 12/3",
            "a 5-day meeting",
        ] {
            assert_eq!(spotted(text, DateOrder::Refuse), [], "{text}");
        }
    }
}
