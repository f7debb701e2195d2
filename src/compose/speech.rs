//! What is done to days, numbers and lists in each language: by the rules of the Unicode Common
//! Locale Data Repository (CLDR), of which the needed part is compiled in.

use std::{
    collections::HashMap,
    fmt::Display,
    sync::{Mutex, OnceLock, PoisonError},
};

use icu_calendar::{Date, Gregorian};
use icu_datetime::{
    FixedCalendarDateTimeFormatter,
    fieldsets::{YMD, YMDE},
};
use icu_list::{ListFormatter, options::ListFormatterOptions};
use icu_locale_core::{Locale, locale};
use icu_plurals::{PluralCategory, PluralRules};
use jiff::civil;

use super::context::DayView;
use crate::action::Language;

/// The rules of one language. None of them is ever missing, because all six languages are in the
/// data; should one be, a letter is plainer, and leaves nevertheless.
pub(crate) struct Speech {
    long: Option<FixedCalendarDateTimeFormatter<Gregorian, YMDE>>,
    short: Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>,
    plurals: Option<PluralRules>,
    lists: Option<ListFormatter>,
    /// What the first day of a month is called, where it is not just a number: "1er juin" (CLDR has "1 juin").
    first: Option<&'static str>,
    /// Days that were said before: the letters of one send time speak of few.
    days: Mutex<HashMap<civil::Date, DayView>>,
}

/// How many days are kept in words.
const DAYS: usize = 500;

impl Speech {
    /// The rules of `language`, made once.
    pub(crate) fn of(language: Language) -> &'static Self {
        static ALL: [OnceLock<Speech>; Language::ALL.len()] = [const { OnceLock::new() }; 6];
        ALL[language as usize].get_or_init(|| Self::new(language))
    }

    fn new(language: Language) -> Self {
        let locale = &locale(language);
        Self {
            long: FixedCalendarDateTimeFormatter::try_new(locale.into(), YMDE::long()).ok(),
            short: FixedCalendarDateTimeFormatter::try_new(locale.into(), YMD::long()).ok(),
            plurals: PluralRules::try_new_cardinal(locale.into()).ok(),
            lists: ListFormatter::try_new_and(locale.into(), ListFormatterOptions::default()).ok(),
            first: (language == Language::French).then_some("1er"),
            days: Mutex::default(),
        }
    }

    /// A day in words.
    pub(crate) fn day(&self, day: civil::Date) -> DayView {
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(said) = days.get(&day) {
            return said.clone();
        }
        if days.len() >= DAYS {
            days.clear();
        }
        let said = self.say(day);
        days.insert(day, said.clone());
        said
    }

    fn say(&self, day: civil::Date) -> DayView {
        let iso = day.to_string();
        let date = Date::try_new_gregorian(
            i32::from(day.year()),
            day.month().unsigned_abs(),
            day.day().unsigned_abs(),
        );
        let words = |formatted: Option<String>| formatted.unwrap_or_else(|| iso.clone());
        let (long, short) = match date {
            Ok(date) => (
                words(self.long.as_ref().map(|long| long.format(&date).to_string())),
                words(self.short.as_ref().map(|short| short.format(&date).to_string())),
            ),
            Err(_) => (iso.clone(), iso.clone()),
        };
        match self.first.filter(|_| day.day() == 1) {
            // No other number stands before that of the day.
            Some(first) => {
                let named = |text: String| text.replacen("1 ", &format!("{first} "), 1);
                DayView { iso, short: named(short), long: named(long) }
            }
            None => DayView { iso, short, long },
        }
    }

    /// The number of a day as it is said.
    fn number(&self, day: civil::Date) -> String {
        self.first.filter(|_| day.day() == 1).map_or_else(|| day.day().to_string(), str::to_owned)
    }

    /// Several days in their order, those of one month together: "3 and 17 March 2014".
    pub(crate) fn days(&self, days: &[civil::Date]) -> String {
        let months = days.chunk_by(|a, b| (a.year(), a.month()) == (b.year(), b.month()));
        let months: Vec<_> = months.map(|days| self.days_of_a_month(days)).collect();
        self.list(&months)
    }

    fn days_of_a_month(&self, days: &[civil::Date]) -> String {
        let said: Vec<_> = days.iter().map(|day| self.day(*day).short).collect();
        let ([first, .., _], [head, .., _]) = (said.as_slice(), days) else {
            return self.list(&said);
        };
        // The number of the day stands at one end in all six languages: "3 March 2014", "2014年3月3日".
        let number = self.number(*head);
        let numbers: Vec<_> = days.iter().map(|day| self.number(*day)).collect();
        if let Some(month) = first.strip_prefix(&number) {
            return format!("{}{month}", self.list(&numbers));
        }
        match first.strip_suffix(&format!("{number}日")) {
            Some(month) => {
                let numbers: Vec<_> = numbers.iter().map(|number| format!("{number}日")).collect();
                format!("{month}{}", self.list(&numbers))
            }
            None => self.list(&said),
        }
    }

    /// Which form of a noun follows this number: "zero", "one", "two", "few", "many" or "other".
    pub(crate) fn plural(&self, count: u64) -> &'static str {
        match self.plurals.as_ref().map(|rules| rules.category_for(count)) {
            Some(PluralCategory::Zero) => "zero",
            Some(PluralCategory::One) => "one",
            Some(PluralCategory::Two) => "two",
            Some(PluralCategory::Few) => "few",
            Some(PluralCategory::Many) => "many",
            Some(PluralCategory::Other) | None => "other",
        }
    }

    /// "28, 14 and 7".
    pub(crate) fn list(&self, items: &[impl Display]) -> String {
        let texts: Vec<_> = items.iter().map(ToString::to_string).collect();
        match &self.lists {
            Some(lists) => lists.format(texts.iter()).to_string(),
            None => texts.join(", "),
        }
    }
}

/// The variety of each language that letters are written in.
fn locale(language: Language) -> Locale {
    match language {
        Language::Arabic => locale!("ar"),
        Language::Chinese => locale!("zh"),
        Language::English => locale!("en-GB"),
        Language::French => locale!("fr"),
        Language::Russian => locale!("ru"),
        Language::Spanish => locale!("es"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_said_as_each_language_says_it() {
        let long = |language| Speech::of(language).day(date(2017, 6, 23)).long;
        assert_eq!(long(Language::Arabic), "الجمعة، 23 يونيو 2017");
        assert_eq!(long(Language::Chinese), "2017年6月23日星期五");
        assert_eq!(long(Language::English), "Friday, 23 June 2017");
        assert_eq!(long(Language::French), "vendredi 23 juin 2017");
        assert_eq!(long(Language::Russian), "пятница, 23 июня 2017\u{202f}г.");
        assert_eq!(long(Language::Spanish), "viernes, 23 de junio de 2017");
    }

    #[test]
    fn a_day_in_english_is_what_the_calendar_says() {
        let mut day = date(2016, 2, 25);
        for _ in 0..800 {
            let view = Speech::of(Language::English).day(day);
            assert_eq!(view.long, day.strftime("%A, %-d %B %Y").to_string());
            assert_eq!(view.short, day.strftime("%-d %B %Y").to_string());
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn the_form_of_a_noun_follows_the_number_in_each_language() {
        let forms = |language| [0, 1, 2, 3, 5, 11, 21, 22, 100].map(|n| Speech::of(language).plural(n));
        let (zero, one, two, few, many, other) = ("zero", "one", "two", "few", "many", "other");
        assert_eq!(forms(Language::Arabic), [zero, one, two, few, few, many, many, many, other]);
        assert_eq!(forms(Language::Chinese), [other; 9]);
        assert_eq!(forms(Language::English), [other, one, other, other, other, other, other, other, other]);
        assert_eq!(forms(Language::French), [one, one, other, other, other, other, other, other, other]);
        assert_eq!(forms(Language::Russian), [many, one, few, few, many, many, one, few, many]);
    }

    #[test]
    fn days_of_one_month_are_said_together() {
        let days = [date(2014, 3, 3), date(2014, 3, 17), date(2014, 4, 1)];
        let said = |language| Speech::of(language).days(&days);
        assert_eq!(said(Language::English), "3 and 17 March 2014 and 1 April 2014");
        assert_eq!(said(Language::French), "3 et 17 mars 2014 et 1er avril 2014");
        assert_eq!(said(Language::Spanish), "3 y 17 de marzo de 2014 y 1 de abril de 2014");
        assert_eq!(said(Language::Russian), "3 и 17 марта 2014\u{202f}г. и 1 апреля 2014\u{202f}г.");
        assert_eq!(said(Language::Chinese), "2014年3月3日和17日和2014年4月1日");
        assert_eq!(said(Language::Arabic), "3 و17 مارس 2014 و1 أبريل 2014");
        for language in Language::ALL {
            let speech = Speech::of(language);
            assert_eq!(speech.days(&days[..1]), speech.day(days[0]).short);
        }
    }

    #[test]
    fn the_first_of_a_month_is_an_ordinal_in_french() {
        let french = Speech::of(Language::French);
        let first = date(2017, 6, 1);
        let DayView { short, long, .. } = french.day(first);
        assert_eq!((short.as_str(), long.as_str()), ("1er juin 2017", "jeudi 1er juin 2017"));
        assert_eq!(french.days(&[first, date(2017, 6, 11)]), "1er et 11 juin 2017");
        assert_eq!(french.day(date(2017, 6, 21)).short, "21 juin 2017");
        assert_eq!(Speech::of(Language::Spanish).day(first).short, "1 de junio de 2017");
    }

    #[test]
    fn a_list_ends_as_each_language_ends_it() {
        let list = |language| Speech::of(language).list(&[28, 14, 7]);
        assert_eq!(list(Language::English), "28, 14 and 7");
        assert_eq!(list(Language::French), "28, 14 et 7");
        assert_eq!(list(Language::Spanish), "28, 14 y 7");
        assert_eq!(list(Language::Russian), "28, 14 и 7");
        assert_eq!(list(Language::Chinese), "28、14和7");
        assert_eq!(list(Language::Arabic), "28 و14 و7");
    }
}
