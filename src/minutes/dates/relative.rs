//! Times that are counted from the report or from a meeting: "within two weeks", "two weeks before the next meeting".

use std::ops::Range;

use super::{
    super::lexicon::{ALL, Lexicon},
    scan::{Found, Scan},
    spot::When,
};

/// What makes a deadline of a time that has only a name.
const BY: [&str; 28] = [
    "by",
    "before",
    "until",
    "till",
    "prior to",
    "ahead of",
    "in time for",
    "no later than",
    "not later than",
    "due",
    "due by",
    "avant",
    "d'ici",
    "d'ici à",
    "d’ici à",
    "d'ici la",
    "jusqu'à",
    "pour",
    "antes de",
    "antes del",
    "hasta",
    "para",
    "до",
    "не позднее",
    "к",
    "قبل",
    "حتى",
    "بحلول",
];

/// What has a day that is known, but not here.
const EVENTS: [&str; 42] = [
    "meeting",
    "meetings",
    "session",
    "plenary",
    "assembly",
    "conference",
    "call",
    "teleconference",
    "telecon",
    "workshop",
    "seminar",
    "webinar",
    "cutoff",
    "cut-off",
    "ballot",
    "forum",
    "summit",
    "interim",
    "consultation",
    "réunion",
    "assemblée",
    "plénière",
    "conférence",
    "atelier",
    "reunión",
    "sesión",
    "asamblea",
    "plenaria",
    "conferencia",
    "taller",
    "собрания",
    "заседания",
    "сессии",
    "ассамблеи",
    "конференции",
    "семинара",
    "собранию",
    "заседанию",
    "اجتماع",
    "الاجتماع",
    "الدورة",
    "المؤتمر",
];

/// Whose meeting it is, without a name.
const GROUPS: [&str; 22] = [
    "study group",
    "working party",
    "working group",
    "task group",
    "task force",
    "focus group",
    "ad hoc group",
    "group",
    "subgroup",
    "committee",
    "technical committee",
    "subcommittee",
    "joint committee",
    "council",
    "board",
    "plenary",
    "commission d'études",
    "groupe de travail",
    "groupe",
    "comité",
    "comisión de estudio",
    "grupo",
];

/// Times that are counted from a day which is not always known.
const SPANS: [&str; 16] = [
    "next week",
    "next month",
    "the end of next week",
    "end of next week",
    "the end of the week",
    "end of the week",
    "end of week",
    "tomorrow",
    "la semaine prochaine",
    "la fin de la semaine",
    "fin de semaine",
    "la próxima semana",
    "el fin de semana",
    "следующей недели",
    "конца недели",
    "نهاية الأسبوع",
];

/// The days of the week, from Monday on.
const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "lundi", "lunes", "понедельника", "next monday"],
    &["tuesday", "mardi", "martes", "вторника", "next tuesday"],
    &["wednesday", "mercredi", "miércoles", "среды", "next wednesday"],
    &["thursday", "jeudi", "jueves", "четверга", "next thursday"],
    &["friday", "vendredi", "viernes", "пятницы", "next friday"],
    &["saturday", "samedi", "sábado", "субботы", "next saturday"],
    &["sunday", "dimanche", "domingo", "воскресенья", "next sunday"],
];

impl Scan<'_> {
    /// A number in digits or words, and the token behind it.
    fn count(&self, at: usize) -> Option<(i32, usize)> {
        if let Some((value, _)) = self.number(at).filter(|(_, length)| *length <= 3) {
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
    pub(super) fn before_meeting(&self, at: usize) -> Found {
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
            // "the next meeting of the study group": of whoever reports.
            let group =
                of.and_then(|of| self.one_of(self.skip(of, &["the", "this", "our", "la", "el"]), &GROUPS));
            return Some((None, group.unwrap_or_else(|| self.skip(next, &["meeting", "session"]))));
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
    pub(super) fn within(&self, at: usize) -> Found {
        let next = ALL.iter().filter_map(|lexicon| self.one_of(at, lexicon.within)).max()?;
        if let Some(found) = self.working_days(next) {
            return Some(found);
        }
        let (days, end) = self.length(next)?;
        Some((When::Within(days), end))
    }

    /// Behind a word that makes a deadline of it: "the 43rd meeting", "the IETF 113 cutoff", "next week", "Friday".
    pub(super) fn named(&self, at: usize) -> Found {
        let start = self.tokens.get(at)?.start;
        let before = self.lower.get(..start)?.trim_end();
        let is_by = |word: &&str| {
            before.strip_suffix(*word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
        };
        if !BY.iter().any(is_by) {
            return None;
        }
        if let Some((day, end)) =
            (0..).zip(WEEKDAYS).find_map(|(day, names)| Some((day, self.one_of(at, names)?)))
        {
            // "Friday, 12 April": the date says more.
            let next =
                self.skip(if self.sign(end) == Some(',') { end + 1 } else { end }, &["the", "le", "el"]);
            let is_dated = self.number(next).is_some() || self.month(next).is_some();
            return (!is_dated).then_some((When::Weekday(day), end));
        }
        if let Some(end) = self.one_of(at, &SPANS) {
            return Some((When::Named, end));
        }
        (at + 1..self.tokens.len().min(at + 7))
            .take_while(|token| {
                !matches!(self.sign(*token), Some(',' | ';' | ':' | '.' | '(' | ')' | '，' | '。'))
            })
            .find_map(|token| self.one_of(token, &EVENTS))
            .map(|end| (When::Named, end))
    }

    /// "3 working days", "три рабочих дня".
    pub(super) fn working_days(&self, at: usize) -> Found {
        let (_, next) = self.count(at)?;
        let end = self.one_of(
            next,
            &[
                "working days",
                "business days",
                "jours ouvrables",
                "jours ouvrés",
                "días hábiles",
                "días laborables",
                "рабочих дня",
                "рабочих дней",
                "个工作日",
                "أيام عمل",
            ],
        )?;
        Some((When::WorkingDays, end))
    }

    /// "the next meeting", "the next TSAG meeting", by itself.
    pub(super) fn meeting(&self, at: usize) -> Found {
        if let Some(start) = self.one_of(at, &["the next", "its next", "next"])
            && let Some(end) = self.name(start)
            && let Some(behind) = self.one_of(end, &["meeting", "session", "plenary"])
        {
            let named = self.tokens[start].start..self.tokens[end - 1].end;
            return Some((When::Meeting { days: 0, named: Some(named) }, behind));
        }
        ALL.iter().find_map(|lexicon| self.one_of(at, lexicon.next_meeting))?;
        let (named, end) = self.meeting_named(at)?;
        Some((When::Meeting { days: 0, named }, end))
    }
}
