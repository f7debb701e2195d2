//! Reading along the pieces of a text: numbers, signs, words, months and years.

use jiff::civil::Date;

use super::{
    super::lexicon::{ALL, Lexicon},
    spot::When,
    token::{Kind, Token},
};
use crate::register::DateOrder;

/// A date and the token behind it.
pub(super) type Found = Option<(When, usize)>;

/// A text in its pieces. What a method finds comes with the number of the piece behind it.
pub(super) struct Scan<'t> {
    pub(super) lower: &'t str,
    pub(super) tokens: Vec<Token>,
    pub(super) order: DateOrder,
}

impl Scan<'_> {
    pub(super) fn number(&self, at: usize) -> Option<(u32, u8)> {
        match self.tokens.get(at)?.kind {
            Kind::Number(value, length) => Some((value, length)),
            _ => None,
        }
    }

    pub(super) fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.kind {
            Kind::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    pub(super) fn year(&self, at: usize) -> Option<i16> {
        let (value, length) = self.number(at)?;
        let year = i16::try_from(value).ok().filter(|year| length == 4 && (1990..=2100).contains(year))?;
        // "2018/15" or "2018.3" behind it would be a number of something.
        Some(year)
    }

    /// The number of a day or month, of one or two digits.
    pub(super) fn small(&self, at: usize, most: u32) -> Option<i8> {
        let (value, length) = self.number(at)?;
        (length <= 2 && (1..=most).contains(&value)).then(|| i8::try_from(value).ok()).flatten()
    }

    pub(super) fn word(&self, at: usize) -> Option<&str> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        self.lower.get(token.start..token.end)
    }

    /// Whether a token follows the one before it without space.
    pub(super) fn touch(&self, at: usize) -> bool {
        let pair = at.checked_sub(1).and_then(|before| self.tokens.get(before)).zip(self.tokens.get(at));
        pair.is_some_and(|(before, token)| before.end == token.start)
    }

    /// The token behind a phrase that begins at one.
    pub(super) fn phrase(&self, at: usize, phrase: &str) -> Option<usize> {
        let start = self.tokens.get(at)?.start;
        // Hundreds are tried at each word, and most begin with another letter.
        if self.lower.as_bytes().get(start) != phrase.as_bytes().first() {
            return None;
        }
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
    pub(super) fn one_of(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().filter_map(|phrase| self.phrase(at, phrase)).max()
    }

    pub(super) fn skip(&self, at: usize, phrases: &[&str]) -> usize {
        self.one_of(at, phrases).unwrap_or(at)
    }

    pub(super) fn month(&self, at: usize) -> Option<(i8, usize)> {
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
    pub(super) fn year_behind(&self, at: usize) -> Option<(i16, usize)> {
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
}

/// The day, not later than the last of its month.
pub(super) fn day_of(year: Option<i16>, month: i8, day: i8, exact: bool) -> Option<When> {
    let Some(year) = year else {
        return Some(When::OfSomeYear { month, day, exact });
    };
    let first = Date::new(year, month, 1).ok()?;
    if exact {
        return Date::new(year, month, day).ok().map(When::Day);
    }
    first.with().day(day.min(first.days_in_month())).build().ok().map(When::About)
}
