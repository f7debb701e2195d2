//! Which date of a sentence or cell is a deadline, and on what day it is.

use std::ops::Range;

use jiff::{ToSpan, civil::Date};

use super::{
    spot::{Spotted, When, spotted},
    token::lowered,
};
use crate::{
    action::{Meeting, fold},
    minutes::{
        Due,
        lexicon::{ALL, is_east_asian, is_one},
    },
    register::DateOrder,
};

/// What dates are counted from.
#[derive(Debug, Clone, Copy)]
pub(in crate::minutes) struct Agenda<'a> {
    /// The day of the report.
    pub(in crate::minutes) base: Option<Date>,
    /// The body that met, by its name in the register.
    pub(in crate::minutes) body: Option<&'a str>,
    /// The first day of the next meeting, if the report says it.
    pub(in crate::minutes) next: Option<Date>,
    /// The meetings of the register.
    pub(in crate::minutes) meetings: &'a [Meeting],
    /// How a date of three numbers is understood.
    pub(in crate::minutes) order: DateOrder,
}

/// A deadline and where it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::minutes) struct Until {
    /// Until when.
    pub(in crate::minutes) due: Due,
    /// The bytes of the text that say it, with the word in front: "by 15 March 2018".
    pub(in crate::minutes) at: Range<usize>,
    /// How much less sure it is than a day that is written out, in per cent.
    pub(in crate::minutes) doubt: u8,
}

/// The dates of a text, looked for once, and which of them is a deadline.
pub(in crate::minutes) struct Dates<'t> {
    text: &'t str,
    agenda: &'t Agenda<'t>,
    found: Vec<Spotted>,
}

/// The deadline that a sentence sets, if it sets one: a date with "by" or its like in front.
pub(in crate::minutes) fn deadline_in(text: &str, agenda: &Agenda<'_>) -> Option<Until> {
    Dates::of(text, agenda).set()
}

impl<'t> Dates<'t> {
    /// Those of a text.
    pub(in crate::minutes) fn of(text: &'t str, agenda: &'t Agenda<'t>) -> Self {
        Self { text, agenda, found: spotted(text, agenda.order) }
    }

    /// The deadline that the text sets, if it sets one.
    pub(in crate::minutes) fn set(&self) -> Option<Until> {
        if self.found.is_empty() {
            return None;
        }
        let lower = lowered(self.text);
        let until = |one: &Spotted, start: usize| {
            let end = behind(&lower, one.at.end);
            let (due, doubt) = self.agenda.day(self.text, one);
            Until { due, at: start..end, doubt }
        };
        // "Contributions to the next meeting have to come in by 27 April": what has the word in front is meant.
        let said = self.found.iter().find_map(|one| Some(until(one, said_to_be_one(&lower, one)?)));
        let only_words = said.as_ref().is_some_and(|said| said.due.day().is_none());
        let set = || {
            self.found.iter().find_map(|one| {
                let is_set = |one: &Spotted| match &one.when {
                    When::Meeting { days, .. } if *days != 0 => Some(one.at.start),
                    When::Meeting { .. } => to_a_meeting(&lower, one.at.start),
                    When::Within(_) | When::WorkingDays => Some(one.at.start),
                    _ => None,
                };
                Some(until(one, said_to_be_one(&lower, one).or_else(|| is_set(one))?))
            })
        };
        if only_words { set().or(said) } else { said.or_else(set) }
    }

    /// The day that the text ends with in brackets: "upload the text (15/09/2019)".
    pub(in crate::minutes) fn at_end(&self) -> Option<Until> {
        let end = self.text.trim_end_matches(['.', ' ', ';']);
        let one = self.found.last()?;
        let open = self.text.get(..one.at.start)?.strip_suffix('(')?.len();
        let is_all = end.get(one.at.end..)? == ")";
        let (due, doubt) = self.agenda.day(self.text, one);
        is_all.then_some(Until { due, at: open..end.len(), doubt })
    }

    /// The day that a promise ends with: "TSB will distribute it on 6 September 2019". It is when it will be done.
    pub(in crate::minutes) fn promised(&self) -> Option<Until> {
        let one = self.found.last().filter(|one| {
            matches!(one.when, When::Day(_) | When::OfSomeYear { exact: true, .. })
                && self.text.get(one.at.end..).is_some_and(|rest| rest.chars().all(|c| !c.is_alphanumeric()))
        })?;
        let before = self.text.get(..one.at.start)?.trim_end();
        let start = ["on", "le", "el", "на", "في", "于", "在"]
            .iter()
            .find_map(|word| before.strip_suffix(word))?
            .len();
        let (due, doubt) = self.agenda.day(self.text, one);
        Some(Until { due, at: start..one.at.end, doubt: doubt + 10 })
    }
}

/// Where "to", "for" or "at" stands in front of a meeting: what is to be there by then.
fn to_a_meeting(lower: &str, start: usize) -> Option<usize> {
    let before = lower.get(..start)?.trim_end();
    let words = [" to", " for", " at", " pour", " à", " para", " a", " en"];
    words.iter().find_map(|word| before.strip_suffix(word)).map(|before| before.len() + 1)
}

/// Small words that stand in front of any day as well: "del 12 a 16 de marzo", "会议于2018年3月15日举行".
const WEAK: [&str; 7] = ["a", "para", "pour", "к", "по", "在", "于"];

/// Whether words beside a date can only mean a deadline. `lower` is the text, lowered.
pub(in crate::minutes) fn is_deadline(lower: &str, one: &Spotted) -> bool {
    let word = |start: usize| lower.get(start..one.at.start).unwrap_or_default().trim();
    said_to_be_one(lower, one).is_some_and(|start| !WEAK.contains(&word(start)))
}

/// Where the words that make a deadline of a date begin, or the date.
fn said_to_be_one(lower: &str, one: &Spotted) -> Option<usize> {
    word_before(lower, one.at.start).or_else(|| word_behind(lower, &one.at))
}

/// The deadline in a cell or field that holds one: its date, or its words; none for an empty one, a dash and the like.
pub(in crate::minutes) fn due_of_cell(cell: &str, agenda: &Agenda<'_>) -> Option<(Due, u8)> {
    let folded = fold(cell);
    let is_nothing = ["", "-", "–", "—", "/"].contains(&folded.as_str());
    if is_nothing || is_one(&folded, |lexicon| lexicon.no_date) {
        return None;
    }
    match spotted(cell, agenda.order).first() {
        Some(one) => Some(agenda.day(cell, one)),
        None => Some((Due::Words(cell.replace('\n', " ")), 30)),
    }
}

/// The deadline that a sentence is and nothing else: "Deadline: 20 January 2020.", "Срок – 20 января 2020 г."
pub(in crate::minutes) fn due_alone(sentence: &str, agenda: &Agenda<'_>) -> Option<(Due, u8)> {
    let lower = lowered(sentence);
    let words = ALL.iter().flat_map(|lexicon| lexicon.headers.due);
    let begins = words.filter(|word| lower.starts_with(**word)).map(|word| word.len()).max()?;
    let one = spotted(sentence, agenda.order).into_iter().next()?;
    let signs = lower.get(begins..one.at.start)?;
    let rest = sentence.get(one.at.end..)?;
    let nothing = |text: &str, but: &[&str]| {
        let text = text.trim_matches(|c: char| !c.is_alphanumeric());
        text.is_empty() || but.contains(&text)
    };
    (nothing(signs, &["is", "est", "es", "le", "el", "до", "by"]) && nothing(rest, &["г", "года"]))
        .then(|| agenda.day(sentence, &one))
}

/// What may stand between such a word and the date.
const SMALL: [&str; 10] = [
    " the",
    " on",
    " le",
    " el",
    " la",
    " close of business on",
    " close of business",
    " cob",
    " día",
    " 日期",
];

/// And the day of the week.
const WEEKDAYS: [&str; 25] = [
    " mon",
    " tue",
    " wed",
    " thu",
    " fri",
    " monday",
    " tuesday",
    " wednesday",
    " thursday",
    " friday",
    " lundi",
    " mardi",
    " mercredi",
    " jeudi",
    " vendredi",
    " lunes",
    " martes",
    " miércoles",
    " jueves",
    " viernes",
    " понедельника",
    " вторника",
    " среды",
    " четверга",
    " пятницы",
];

/// Where the word begins that makes a deadline of the date behind it.
fn word_before(lower: &str, date: usize) -> Option<usize> {
    let before = lower.get(..date)?.trim_end_matches([' ', ':', '：', '(', '，', '-', '–', '—']);
    let bare = before.trim_end_matches(',');
    let before = WEEKDAYS.iter().find_map(|day| bare.strip_suffix(day)).map_or(before, str::trim_end);
    let without = SMALL.iter().find_map(|word| before.strip_suffix(word)).map(str::trim_end);
    // "pour le 1er avril": the article is a part of some.
    [Some(before), without].into_iter().flatten().filter_map(word_at_the_end).min()
}

fn word_at_the_end(before: &str) -> Option<usize> {
    let found = ALL.iter().flat_map(|lexicon| lexicon.by).filter_map(|word| {
        let start = before.strip_suffix(word)?.len();
        let free = before
            .get(..start)?
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_alphanumeric() || word.starts_with(is_east_asian));
        free.then_some(start)
    });
    found.min()
}

/// In Chinese the word comes behind: 2018年3月15日之前.
fn word_behind(lower: &str, at: &Range<usize>) -> Option<usize> {
    let rest = lower.get(at.end..)?.trim_start();
    ["之前", "以前", "前", "完成"].iter().any(|word| rest.starts_with(word)).then_some(at.start)
}

fn behind(lower: &str, end: usize) -> usize {
    let rest = lower.get(end..).unwrap_or_default();
    let word = ["之前", "以前", "前", " at the latest", " au plus tard", " latest"]
        .iter()
        .find(|word| rest.starts_with(**word));
    end + word.map_or(0, |word| word.len())
}

impl Agenda<'_> {
    /// The day of a date, or its words; and how much less sure that is.
    pub(in crate::minutes) fn day(&self, text: &str, one: &Spotted) -> (Due, u8) {
        let words = || Due::Words(text.get(one.at.clone()).unwrap_or_default().to_owned());
        let or_words =
            |day: Option<Date>, doubt: u8| day.map_or_else(|| (words(), 30), |day| (Due::Day(day), doubt));
        match &one.when {
            When::Day(day) => (Due::Day(*day), 0),
            When::About(day) => (Due::Day(*day), 10),
            When::OfSomeYear { month, day, exact } => {
                or_words(self.coming(*month, *day), if *exact { 10 } else { 15 })
            }
            When::Meeting { days, named } => {
                let named = named.as_ref().and_then(|at| text.get(at.clone()));
                let shift = |start: Date| start.checked_add(i64::from(*days).days()).ok();
                or_words(self.meeting(named).and_then(shift), 10)
            }
            When::Within(days) => {
                or_words(self.base.and_then(|base| base.checked_add(i64::from(*days).days()).ok()), 15)
            }
            When::EndOfMonth => or_words(self.base.map(Date::last_of_month), 10),
            When::Weekday(day) => or_words(self.base.and_then(|base| coming_weekday(base, *day)), 15),
            When::Ambiguous | When::Named | When::WorkingDays => (words(), 30),
        }
    }

    /// The first such day on or after that of the report.
    fn coming(&self, month: i8, day: i8) -> Option<Date> {
        let base = self.base?;
        let of = |year: i16| {
            let first = Date::new(year, month, 1).ok()?;
            first.with().day(day.min(first.days_in_month())).build().ok()
        };
        of(base.year()).filter(|day| *day >= base).or_else(|| of(base.year().checked_add(1)?))
    }

    /// The first day of a meeting: by its name, or the next one of the body.
    fn meeting(&self, named: Option<&str>) -> Option<Date> {
        let wanted = named.map(fold);
        if let Some(found) =
            self.meetings.iter().find(|meeting| wanted.as_deref() == Some(&fold(&meeting.name)))
        {
            return Some(found.starts);
        }
        let own = self.body.map(fold);
        let body = wanted.as_deref().or(own.as_deref());
        if let Some(next) = self.next.filter(|_| wanted.is_none() || wanted == own) {
            return Some(next);
        }
        let base = self.base?;
        let coming = self
            .meetings
            .iter()
            .filter(|meeting| Some(fold(&meeting.body).as_str()) == body && meeting.starts > base);
        coming.map(|meeting| meeting.starts).min()
    }
}

/// The first such day of the week behind a day; Monday is 0.
fn coming_weekday(base: Date, day: i8) -> Option<Date> {
    let ahead = (i64::from(day) - i64::from(base.weekday().to_monday_zero_offset())).rem_euclid(7);
    base.checked_add((if ahead == 0 { 7 } else { ahead }).days()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn agenda() -> Agenda<'static> {
        Agenda {
            base: Some(date(2017, 11, 20)),
            body: Some("SG17"),
            next: None,
            meetings: &[],
            order: DateOrder::Refuse,
        }
    }

    fn due(text: &str) -> Option<String> {
        deadline_in(text, &agenda()).map(|until| format!("{} [{}]", until.due, &text[until.at]))
    }

    #[test]
    fn a_date_with_a_word_that_makes_it_one_is_a_deadline() {
        assert_eq!(due("reply by 15 March 2018, please").as_deref(), Some("2018-03-15 [by 15 March 2018]"));
        assert_eq!(due("by mid-October").as_deref(), Some("2018-10-15 [by mid-October]"));
        assert_eq!(due("before the end of Q1").as_deref(), Some("2018-03-31 [before the end of Q1]"));
        assert_eq!(due("in two weeks").as_deref(), Some("2017-12-04 [in two weeks]"));
        assert_eq!(due("avant le 15 mars 2018").as_deref(), Some("2018-03-15 [avant le 15 mars 2018]"));
        assert_eq!(
            due("a más tardar el 15 de marzo de 2018").as_deref(),
            Some("2018-03-15 [a más tardar el 15 de marzo de 2018]")
        );
        assert_eq!(
            due("представить отчет до 15 марта 2018 года").as_deref(),
            Some("2018-03-15 [до 15 марта 2018 года]")
        );
        assert_eq!(due("请于2018年3月15日之前提交").as_deref(), Some("2018-03-15 [于2018年3月15日之前]"));
        assert_eq!(due("بحلول 15 مارس 2018").as_deref(), Some("2018-03-15 [بحلول 15 مارس 2018]"));
        assert_eq!(
            due("two weeks before the next meeting").as_deref(),
            Some("two weeks before the next meeting [two weeks before the next meeting]")
        );
        assert_eq!(due("by Friday, 12 April 2019").as_deref(), Some("2019-04-12 [by Friday, 12 April 2019]"));
        assert_eq!(due("pour le 1er avril 2018").as_deref(), Some("2018-04-01 [pour le 1er avril 2018]"));
        assert_eq!(due("The meeting was held on 15 March 2018."), None);
    }
}
