//! Every date of a text.

use std::ops::Range;

use jiff::civil::Date;

use super::{
    scan::{Found, Scan},
    token::{Kind, lowered, tokens},
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
    /// The last day of the month of the report.
    EndOfMonth,
    /// So many days of work from the report on; which days these are is not known here.
    WorkingDays,
    /// A time that only its words say: "the 43rd meeting", "next week". It is a deadline only behind a word that makes it
    /// one.
    Named,
    /// A day of the week, from Monday on: the next one.
    Weekday(i8),
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

impl Scan<'_> {
    fn date(&self, at: usize) -> Found {
        match self.tokens[at].kind {
            Kind::Number(..) => self
                .east_asian(at)
                .or_else(|| self.three_numbers(at))
                .or_else(|| self.year_and_month(at))
                .or_else(|| self.day_and_month(at))
                .or_else(|| self.before_meeting(at))
                .or_else(|| self.working_days(at).map(|(_, end)| (When::Named, end)))
                .or_else(|| self.named(at)),
            Kind::Word => self
                .part(at)
                .or_else(|| self.month_first(at))
                .or_else(|| self.quarter(at))
                .or_else(|| self.within(at))
                .or_else(|| self.before_meeting(at))
                .or_else(|| self.meeting(at))
                .or_else(|| self.named(at)),
            Kind::Sign(_) => None,
        }
    }
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
            "2014年3月1-3日",
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
        for text in [
            "by the end of the year",
            "fin de l'année",
            "finales de año",
            "до конца года",
            "年底前",
            "نهاية العام",
        ] {
            assert_eq!(one(text), When::OfSomeYear { month: 12, day: 31, exact: false }, "{text}");
        }
        assert_eq!(one("by the end of the month"), When::EndOfMonth);
        assert_eq!(one("月底前"), When::EndOfMonth);
    }

    #[test]
    fn times_before_a_meeting_are_found() {
        let next = |days| When::Meeting { days, named: None };
        assert_eq!(one("two weeks before the next meeting"), next(-14));
        assert_eq!(one("two weeks before the next meeting of the study group"), next(-14));
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
