//! Deadlines that follow meetings: "4 weeks before TSAG-2", "at each JCA-AHF meeting".

use std::{borrow::Cow, cell::OnceCell};

use jiff::{ToSpan, civil::Date};

use super::{
    clean::quoted,
    hints::{self, Hints},
    months,
};
use crate::{
    action::{Body, Follows, Meeting, Occasion, alike, fold, hint, maps::HashMap, tidy},
    cadence::{Ahead, WorkingDays, ahead},
};

/// What would be right.
const RIGHT: &str = "Write for example \"4 weeks before TSAG-2\", \"2 working days before SG17 meeting\", \
                     \"at TSAG-2\", \"end of TSAG-2\", \"at each JCA-AHF meeting\", or a date.";

/// A deadline as it was written, understood but for the meeting's name.
#[derive(Debug, PartialEq, Eq)]
struct Relative<'t> {
    shift: Shift,
    each: bool,
    meeting: &'t str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shift {
    Before(Ahead),
    After(Ahead),
    Start,
    End,
}

/// Whether a text is meant as such a deadline: then it is no date that went wrong.
pub(super) fn is_relative(text: &str) -> bool {
    let text = fold(text);
    let at = ["at ", "at the ", "on ", "start of ", "beginning of ", "end of "];
    at.iter().any(|word| text.starts_with(word)) || text.contains(" before ") || text.contains(" after ")
}

/// What is wrong with a text that names a meeting, and no time before, at or after it.
pub(super) fn no_time(text: &str) -> String {
    let text = quoted(text);
    format!("{text} is not a deadline: it does not say when, before, at or after the meeting. {RIGHT}")
}

/// What is wrong with the form of such a text, if anything is.
pub(super) fn mistake(text: &str) -> Option<String> {
    parse(&tidy(text)).err()
}

fn parse(text: &str) -> Result<Relative<'_>, String> {
    let wrong = |why: &str| format!("{} is not a deadline: {why}. {RIGHT}", quoted(text));
    let starts = |word: &str| {
        let head = text.get(..word.len())?;
        head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
    };
    let at = [("end of ", Shift::End), ("start of ", Shift::Start), ("beginning of ", Shift::Start)];
    let mut at = at.into_iter().chain([("at ", Shift::Start), ("on ", Shift::Start)]);
    let found = at.find_map(|(word, shift)| Some((shift, starts(word)?)));
    let (shift, rest) = if let Some(found) = found {
        found
    } else {
        let lower = text.to_ascii_lowercase();
        let cut = |word: &str| lower.find(word).map(|at| (&text[..at], &text[at + word.len()..]));
        let read = |length: &str| ahead(&in_figures(length)).map_err(|error| wrong(&error.why));
        match (cut(" before "), cut(" after ")) {
            (Some((length, rest)), _) => (Shift::Before(read(length)?), rest),
            (None, Some((length, rest))) => (Shift::After(read(length)?), rest),
            (None, None) => return Err(wrong("no meeting is named")),
        }
    };
    let without = |text: &str, word: &str| {
        let head = text.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word));
        head.map(str::len)
    };
    let rest = without(rest, "the ").map_or(rest, |at| &rest[at..]);
    let (each, meeting) = match without(rest, "each ").or_else(|| without(rest, "every ")) {
        Some(at) => (true, &rest[at..]),
        None => (false, without(rest, "next ").map_or(rest, |at| &rest[at..])),
    };
    let meeting = meeting.trim();
    if meeting.is_empty() {
        return Err(wrong("no meeting is named"));
    }
    if meeting.split([' ', ',']).next().is_some_and(is_part_of_a_year) {
        return Err(format!("{} names no day. Write the day, as in 2017-06-30.", quoted(text)));
    }
    Ok(Relative { shift, each, meeting })
}

/// "2 weeks" for "two weeks", "1 week" for "a week".
fn in_figures(length: &str) -> Cow<'_, str> {
    const WORDS: [&[&str]; 12] = [
        &["one", "a"],
        &["two"],
        &["three"],
        &["four"],
        &["five"],
        &["six"],
        &["seven"],
        &["eight"],
        &["nine"],
        &["ten"],
        &["eleven"],
        &["twelve"],
    ];
    let Some((first, rest)) = length.split_once(' ') else { return length.into() };
    let is_it = |words: &&[&str]| words.iter().any(|word| first.eq_ignore_ascii_case(word));
    WORDS.iter().position(is_it).map_or_else(|| length.into(), |at| format!("{} {rest}", at + 1).into())
}

/// "June", "Q2", "2018": not the name of a meeting.
fn is_part_of_a_year(word: &str) -> bool {
    let quarter = word.strip_prefix(['Q', 'q']).is_some_and(|number| matches!(number, "1" | "2" | "3" | "4"));
    quarter
        || months::month(word).is_some()
        || (word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// So many deadlines may follow from meetings in all: ten thousand actions that come back with each of ten thousand
/// meetings would fill the memory of the machine.
pub(super) const MOST_OCCASIONS: usize = 200_000;

/// What meetings are called.
struct Called {
    names: Vec<String>,
    /// How long they are together.
    length: usize,
}

/// What such deadlines are resolved against.
pub(super) struct Agenda<'r> {
    meetings: &'r [Meeting],
    /// The first meeting of each name.
    by_name: HashMap<String, &'r Meeting>,
    /// The meetings of each body, in their order.
    by_body: HashMap<String, Vec<&'r Meeting>>,
    /// The name of each body.
    bodies: HashMap<String, &'r str>,
    /// What a meeting can be called, where somebody asked for one that there is not: put together once.
    called: OnceCell<Called>,
    /// The secretariat's working days.
    days: &'r WorkingDays,
    hints: &'r Hints,
}

impl<'r> Agenda<'r> {
    /// What these sheets say.
    pub(super) fn of(
        meetings: &'r [Meeting],
        bodies: &'r [Body],
        days: &'r WorkingDays,
        hints: &'r Hints,
    ) -> Self {
        let mut by_name = HashMap::default();
        let mut by_body: HashMap<String, Vec<&Meeting>> = HashMap::default();
        for meeting in meetings {
            by_name.entry(alike(&meeting.name)).or_insert(meeting);
            by_body.entry(alike(&meeting.body)).or_default().push(meeting);
        }
        for all in by_body.values_mut() {
            all.sort_by_key(|meeting| meeting.starts);
        }
        let mut names = HashMap::default();
        for body in bodies {
            names.entry(alike(&body.name)).or_insert(body.name.as_str());
        }
        Self { meetings, by_name, by_body, bodies: names, called: OnceCell::new(), days, hints }
    }

    /// The meetings that a deadline follows, with its days. `opened` tells which meeting is the next one of a
    /// body; `left` is how many days there may be.
    ///
    /// # Errors
    /// A sentence that says which meeting is not there, and which is the nearest, or that the days are too many.
    pub(super) fn resolve(&self, said: &str, opened: Option<Date>, left: usize) -> Result<Follows, String> {
        let said = tidy(said);
        let relative = parse(&said)?;
        let meetings = self.meant(&relative, opened, left)?;
        if meetings.len() > left {
            return Err(format!(
                "With this one, more than {MOST_OCCASIONS} deadlines follow from meetings. Name one meeting, or write when \
                 the action was opened: only later meetings count."
            ));
        }
        let mut occasions = Vec::with_capacity(meetings.len());
        for meeting in meetings {
            let deadline =
                self.day(relative.shift, meeting).filter(|day| (2000..=2100).contains(&day.year()));
            let deadline = deadline.ok_or_else(|| {
                format!(
                    "{} is not between 2000 and 2100. Correct the length, or write a date.",
                    quoted(&said)
                )
            })?;
            let Meeting { name, starts, ends, .. } = meeting;
            occasions.push(Occasion { meeting: name.clone(), starts: *starts, ends: *ends, deadline });
        }
        Ok(Follows { each: relative.each, occasions, said })
    }

    fn day(&self, shift: Shift, meeting: &Meeting) -> Option<Date> {
        match shift {
            Shift::Start => Some(meeting.starts),
            Shift::End => Some(meeting.ends),
            Shift::Before(Ahead::Days(days)) => meeting.starts.checked_sub(i64::from(days).days()).ok(),
            Shift::Before(Ahead::WorkingDays(days)) => self.days.back(meeting.starts, days),
            Shift::After(Ahead::Days(days)) => meeting.ends.checked_add(i64::from(days).days()).ok(),
            Shift::After(Ahead::WorkingDays(days)) => self.days.forth(meeting.ends, days),
        }
    }

    /// The meeting of that name, or those of the body (one more than `left` of these at most).
    fn meant(
        &self,
        relative: &Relative<'_>,
        opened: Option<Date>,
        left: usize,
    ) -> Result<Vec<&'r Meeting>, String> {
        let wanted = alike(relative.meeting);
        if let Some(found) = self.by_name.get(&wanted) {
            return Ok(vec![found]);
        }
        let of =
            wanted.strip_suffix(" meetings").or_else(|| wanted.strip_suffix(" meeting")).unwrap_or(&wanted);
        let Some(name) = self.bodies.get(of) else {
            return Err(self.unknown(relative.meeting));
        };
        let all = self.by_body.get(of).map(Vec::as_slice).unwrap_or_default();
        let shown = || hints::some(all.iter().map(|meeting| meeting.name.as_str()), ", ");
        let counts = |meeting: &&&Meeting| opened.is_none_or(|opened| meeting.ends >= opened);
        // Of those that are held again and again only the first may be asked for.
        let most = if relative.each { left.saturating_add(1) } else { 2 };
        let of_body: Vec<_> = all.iter().filter(counts).take(most).copied().collect();
        match (&of_body[..], relative.each) {
            ([], _) if all.is_empty() => {
                Err(format!("{name} has no meeting in the sheet Meetings. Add it there, or write a date."))
            }
            ([], _) => Err(format!(
                "{name} has no meeting after the action was opened; there are {}. Add it to the sheet Meetings, or write a date.",
                shown()
            )),
            (_, true) => Ok(of_body),
            ([first, _, ..], false) if opened.is_some() => Ok(vec![first]),
            ([_, _, ..], false) => Err(format!(
                "{name} has several meetings: {}. Write which one, or \"each {name} meeting\", or when the action was \
                 opened: then its first meeting since counts.",
                shown()
            )),
            ([only], false) => Ok(vec![only]),
        }
    }

    fn unknown(&self, wanted: &str) -> String {
        if fold(wanted) == "meeting" {
            return "It does not say of which body the meeting is. Write for example \"2 weeks before the next SG17 \
                    meeting\", or a date."
                .to_owned();
        }
        let Called { names, length } = self.called.get_or_init(|| {
            let of_bodies = self.by_body.values().filter_map(|meetings| meetings.first());
            let of_bodies = of_bodies.map(|meeting| format!("{} meeting", meeting.body));
            let mut names: Vec<_> = self.meetings.iter().map(|meeting| meeting.name.clone()).collect();
            names.extend(of_bodies);
            Called { length: names.iter().map(String::len).sum(), names }
        });
        let hint = hint(self.hints.nearest(wanted, *length, names.iter().map(String::as_str)));
        format!(
            "{} is not a meeting of the sheet Meetings{hint} Correct the name, or add a row there.",
            quoted(wanted)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_says_how_long_before_or_after_which_meeting() {
        let before = |days| Shift::Before(Ahead::Days(days));
        for (text, shift, each, meeting) in [
            ("4 weeks before TSAG-2", before(28), false, "TSAG-2"),
            (
                "2 Working Days before SG17 meeting",
                Shift::Before(Ahead::WorkingDays(2)),
                false,
                "SG17 meeting",
            ),
            ("at TSAG-2", Shift::Start, false, "TSAG-2"),
            ("at the next TSAG meeting", Shift::Start, false, "TSAG meeting"),
            ("End of TSAG-2", Shift::End, false, "TSAG-2"),
            ("3d after TSAG-2", Shift::After(Ahead::Days(3)), false, "TSAG-2"),
            ("at each JCA-AHF meeting", Shift::Start, true, "JCA-AHF meeting"),
            ("1 week before every TSAG meeting", before(7), true, "TSAG meeting"),
            ("Two weeks before TSAG-2", before(14), false, "TSAG-2"),
            ("a week before TSAG-2", before(7), false, "TSAG-2"),
        ] {
            assert!(is_relative(text), "{text}");
            assert_eq!(parse(text), Ok(Relative { shift, each, meeting }), "{text}");
        }
    }

    #[test]
    fn dates_are_no_such_deadlines_and_mistakes_are_told() {
        for text in ["2017-06-23", "23 June 2017", "soon", "31/02/2018", "before", ""] {
            assert!(!is_relative(text), "{text}");
        }
        for (text, why) in [
            ("a month before TSAG-2", "months and years differ in length"),
            ("some weeks before TSAG-2", "it does not begin with a whole number"),
            ("1 month before TSAG-2", "months and years differ in length"),
            ("at ", "no meeting is named"),
            ("at each ", "no meeting is named"),
            ("end of June", "names no day. Write the day, as in 2017-06-30."),
            ("2 weeks before Q3 2018", "names no day"),
            ("end of 2018", "names no day"),
        ] {
            assert!(parse(text).unwrap_err().contains(why), "{text}: {:?}", parse(text));
        }
    }
}
