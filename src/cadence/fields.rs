//! Cron text, field by field, as sets of numbers.

use std::collections::BTreeSet;

use super::error::{CadenceError, FieldError, shown};
use crate::action::nearest;

/// The numbers that a field stands for.
pub(super) type Set = BTreeSet<u16>;

/// What a cron text asks for, the same for both syntaxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields {
    /// 0 to 59; 0 alone in the five-field syntax.
    pub(super) seconds: Set,
    /// 0 to 59.
    pub(super) minutes: Set,
    /// 0 to 23.
    pub(super) hours: Set,
    /// Days of the month, 1 to 31.
    pub(super) days: Set,
    /// 1 to 12.
    pub(super) months: Set,
    /// Monday 1 to Sunday 7.
    pub(super) weekdays: Set,
    /// 1970 to 2100.
    pub(super) years: Set,
    /// Both day fields are restricted: a day has to fit one of them, not both.
    pub(super) either_day: bool,
}

/// One sort of field.
struct Kind {
    name: &'static str,
    min: u16,
    max: u16,
    /// Names and their numbers; the first three letters and the whole word count, in any case.
    names: &'static [(&'static str, u16)],
    /// Whether `?` may stand for `*`.
    question_mark: bool,
    allowed: &'static str,
    example: &'static str,
}

const SECOND: Kind = Kind {
    name: "second",
    min: 0,
    max: 59,
    names: &[],
    question_mark: false,
    allowed: "0 to 59, a range (0-30), a step (*/10), a list (0,30), or * for each",
    example: "0",
};

const MINUTE: Kind = Kind {
    name: "minute",
    min: 0,
    max: 59,
    names: &[],
    question_mark: false,
    allowed: "0 to 59, a range (0-30), a step (*/15), a list (0,30), or * for each",
    example: "*/15",
};

const HOUR: Kind = Kind {
    name: "hour",
    min: 0,
    max: 23,
    names: &[],
    question_mark: false,
    allowed: "0 to 23, a range (8-17), a step (*/2), a list (8,12,16), or * for each",
    example: "8-17",
};

const DAY: Kind = Kind {
    name: "day of month",
    min: 1,
    max: 31,
    names: &[],
    question_mark: true,
    allowed: "1 to 31, a range (1-7), a step (*/2), a list (1,15), or * for each",
    example: "1,15",
};

const MONTH: Kind = Kind {
    name: "month",
    min: 1,
    max: 12,
    names: &[
        ("January", 1),
        ("February", 2),
        ("March", 3),
        ("April", 4),
        ("May", 5),
        ("June", 6),
        ("July", 7),
        ("August", 8),
        ("September", 9),
        ("October", 10),
        ("November", 11),
        ("December", 12),
    ],
    question_mark: false,
    allowed: "Jan to Dec or 1 to 12, a range (Mar-May), a step (*/3), a list (Jan,Jul), or * for each",
    example: "Jan,Jul",
};

const WEEKDAY: Kind = Kind {
    name: "day of week",
    min: 0,
    max: 7,
    names: &[
        ("Sunday", 0),
        ("Monday", 1),
        ("Tuesday", 2),
        ("Wednesday", 3),
        ("Thursday", 4),
        ("Friday", 5),
        ("Saturday", 6),
    ],
    question_mark: true,
    allowed: "Mon to Sun or 0 to 7 (Sunday is 0 or 7, Monday is 1), a range (Mon-Fri), a list (Mon,Thu), or * \
              for each",
    example: "Mon-Fri",
};

const YEAR: Kind = Kind {
    name: "year",
    min: 1970,
    max: 2100,
    names: &[],
    question_mark: false,
    allowed: "1970 to 2100, a range (2027-2030), a list (2027,2029), or * for each",
    example: "2027-2030",
};

impl Fields {
    /// Reads a cron text of one space between fields.
    pub(super) fn parse(text: &str) -> Result<Self, CadenceError> {
        if text.is_empty() {
            return Err(CadenceError::Empty);
        }
        if text.starts_with('@') {
            return Self::parse(shorthand(text)?);
        }
        let words: Vec<&str> = text.split(' ').collect();
        match *words.as_slice() {
            [minute, hour, day, month, weekday] => {
                Self::from_texts(["0", minute, hour, day, month, weekday, "*"])
            }
            [second, minute, hour, day, month, weekday] => {
                Self::from_texts([second, minute, hour, day, month, weekday, "*"])
            }
            [second, minute, hour, day, month, weekday, year] => {
                Self::from_texts([second, minute, hour, day, month, weekday, year])
            }
            _ => Err(CadenceError::Count { text: shown(text), found: words.len() }),
        }
    }

    fn from_texts(texts: [&str; 7]) -> Result<Self, CadenceError> {
        let [second, minute, hour, day, month, weekday, year] = texts;
        let restricted = |field: &str| !field.starts_with(['*', '?']);
        Ok(Self {
            seconds: SECOND.read(second)?,
            minutes: MINUTE.read(minute)?,
            hours: HOUR.read(hour)?,
            days: DAY.read(day)?,
            months: MONTH.read(month)?,
            weekdays: WEEKDAY.read(weekday)?.into_iter().map(|day| if day == 0 { 7 } else { day }).collect(),
            years: YEAR.read(year)?,
            either_day: restricted(day) && restricted(weekday),
        })
    }

    /// Whether every day of the month will do.
    pub(super) fn any_day(&self) -> bool {
        self.days.len() == 31
    }

    /// Whether every day of the week will do.
    pub(super) fn any_weekday(&self) -> bool {
        self.weekdays.len() == 7
    }

    /// Whether every month will do.
    pub(super) fn any_month(&self) -> bool {
        self.months.len() == 12
    }

    /// Whether every year will do.
    pub(super) fn any_year(&self) -> bool {
        self.years.len() == usize::from(YEAR.max - YEAR.min) + 1
    }
}

/// The five fields that an `@word` stands for (crontab(5)).
fn shorthand(word: &str) -> Result<&'static str, CadenceError> {
    Ok(match word.to_ascii_lowercase().as_str() {
        "@hourly" => "0 * * * *",
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" | "@annually" => "0 0 1 1 *",
        _ => return Err(CadenceError::Shorthand { word: shown(word) }),
    })
}

impl Kind {
    /// Reads a whole field.
    fn read(&self, field: &str) -> Result<Set, FieldError> {
        let mut set = Set::new();
        for part in field.split(',') {
            set.extend(self.part(part).map_err(|why| self.error(field, why))?);
        }
        Ok(set)
    }

    fn error(&self, field: &str, why: String) -> FieldError {
        FieldError {
            field: self.name,
            stands: shown(field),
            why,
            allowed: self.allowed,
            example: self.example,
        }
    }

    /// Reads one part of a list: `*`, `8`, `8-17`, each with or without `/step`.
    fn part(&self, part: &str) -> Result<impl Iterator<Item = u16> + use<>, String> {
        let (base, step) = match part.split_once('/') {
            Some((base, step)) => (base, Some(self.step(part, step)?)),
            None => (part, None),
        };
        let (first, last) = match base.split_once('-') {
            _ if base == "*" || (base == "?" && self.question_mark) => (self.min, self.last_of_all()),
            Some((first, last)) => self.range(base, first, last)?,
            None => {
                let first = self.number(base)?;
                (first, if step.is_some() { self.last_of_all().max(first) } else { first })
            }
        };
        Ok((first..=last).step_by(step.unwrap_or(1)))
    }

    /// The last value of `*`; Sunday is counted once, as 0.
    fn last_of_all(&self) -> u16 {
        if self.max == 7 { 6 } else { self.max }
    }

    fn step(&self, part: &str, step: &str) -> Result<usize, String> {
        let most = self.last_of_all() - self.min;
        match digits(step) {
            Some(0) => {
                Err(format!("the step of \"{}\" is 0, which never moves on; write 1 or more", shown(part)))
            }
            Some(number) if number <= most => Ok(usize::from(number)),
            Some(number) => {
                Err(format!("the step {number} is too wide for this field; the widest is {most}"))
            }
            None => {
                Err(format!("\"{}\" is not a step; write a number from 1 to {most} after the /", shown(step)))
            }
        }
    }

    fn range(&self, range: &str, first: &str, last: &str) -> Result<(u16, u16), String> {
        let (mut low, mut high) = (self.number(first)?, self.number(last)?);
        if self.max == 7 {
            // Sunday is at whichever end of the week makes the range run forwards.
            if low == 7 && high < 7 {
                low = 0;
            }
            if high == 0 && low > 0 {
                high = 7;
            }
        }
        if low <= high {
            return Ok((low, high));
        }
        // A week is written from Monday to Sunday.
        let min = if self.max == 7 { 1 } else { self.min };
        let (end, start) = (self.written(low, self.max), self.written(min, high));
        Err(format!("the range \"{}\" runs backwards; write \"{end},{start}\"", shown(range)))
    }

    /// A range as it should be written, by names where there are any.
    fn written(&self, first: u16, last: u16) -> String {
        let number = |number: u16| {
            let same = |known: u16| known == number || (self.max == 7 && known + 7 == number);
            let name = self.names.iter().find(|(_, known)| same(*known));
            name.map_or_else(|| number.to_string(), |(name, _)| name.chars().take(3).collect())
        };
        if first == last { number(first) } else { format!("{}-{}", number(first), number(last)) }
    }

    /// One number or name.
    fn number(&self, text: &str) -> Result<u16, String> {
        if text.is_empty() {
            return Err("a number is missing".to_owned());
        }
        match digits(text) {
            Some(number) if number < self.min => Err(format!("{number} is less than {}", self.min)),
            Some(number) if number <= self.max => Ok(number),
            Some(number) => Err(format!("{number} is more than {}", self.max)),
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(format!("{} is more than {}", shown(text), self.max))
            }
            None => self.named(text).ok_or_else(|| self.not_understood(text)),
        }
    }

    /// "Mon", "monday", "TUES" and "sept" alike: three letters or more of the name.
    fn named(&self, text: &str) -> Option<u16> {
        let fits = |name: &str| {
            text.len() >= 3 && name.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text))
        };
        self.names.iter().find(|(name, _)| fits(name)).map(|(_, number)| *number)
    }

    fn not_understood(&self, text: &str) -> String {
        match nearest(text, self.names.iter().map(|(name, _)| *name)) {
            Some(name) => {
                format!("\"{}\" is not understood (did you mean {})", shown(text), name)
            }
            None => format!("\"{}\" is not understood", shown(text)),
        }
    }
}

/// The number that plain ASCII digits stand for, if they are no more than four.
fn digits(text: &str) -> Option<u16> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}
