//! Actions that a line tells in parts, as lists of them do: "Mr Prova – contact CEN/TC 888 – in progress", "ISO/CS, by
//! 17 May 2019. Publish the list.", "Draft the rules (TSB, 14 May)".
//!
//! The parts stand in any order; each is known by what it is: names and nothing else, a date, a state. What is none of
//! these is what has to be done.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::{
        Due,
        dates::{Agenda, deadline_in, due_alone, due_of_cell, spotted},
        lexicon::{ALL, OfHeaders, is_one, pattern},
    },
    actors::{is_name, is_titled},
    bodies::plain,
    several::{split, stands_alone},
    states,
    text::sentences,
};
use crate::action::{Status, fold};

/// An action in parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Item {
    /// Who, as a list; empty if the line names nobody.
    pub(super) who: String,
    pub(super) what: String,
    /// Until when, how much less sure that is, and in what words.
    pub(super) due: Option<(Due, u8, String)>,
    pub(super) status: Option<Status>,
}

/// What a part of a line is.
enum Part {
    Names(String, Option<(Due, u8, String)>),
    Due((Due, u8, String)),
    State(Status),
    What,
}

/// A line has no more parts than this.
const MOST: usize = 6;

/// Reads a line in parts; none if it is one part, or if it tells nothing to do. `is_person` says whether a name is that
/// of somebody.
pub(super) fn item(text: &str, agenda: &Agenda<'_>, is_person: impl Fn(&str) -> bool) -> Option<Item> {
    if text.contains(['?', '？']) {
        return None;
    }
    let parts = parts(text, agenda, &is_person);
    if !(2..=MOST).contains(&parts.len()) {
        return None;
    }
    let mut item = Item::default();
    for part in parts {
        match read(part, agenda, &is_person) {
            Part::Names(names, due) if item.who.is_empty() => {
                item.who = names;
                item.due = item.due.or(due);
            }
            Part::Due(due) if item.due.is_none() => item.due = Some(due),
            Part::State(status) if item.status.is_none() => item.status = Some(status),
            _ if item.what.is_empty() => part.clone_into(&mut item.what),
            // Two texts are no list of parts.
            _ => return None,
        }
    }
    // "send it. Done."
    if let Some((what, status)) = state_behind(&item.what) {
        item.status = item.status.or(Some(status));
        item.what.truncate(what);
    }
    let words = item.what.split_whitespace().count();
    let letters = item.what.chars().filter(|c| c.is_alphabetic()).count();
    (letters >= 4 && (words >= 2 || !item.what.is_ascii())).then_some(item)
}

/// The state that a text ends with as a sentence of its own, and where what is in front of it ends.
fn state_behind(what: &str) -> Option<(usize, Status)> {
    let all = sentences(what);
    let (last, _) = all.split_last().filter(|(_, others)| !others.is_empty())?;
    let (status, _) = states::alone(last)?;
    Some((what.rfind(last)?, status))
}

/// The parts of a line: between dashes, semicolons and tabs; what stands in brackets at its end; names that a colon or a
/// full stop parts from the rest.
fn parts<'t>(text: &'t str, agenda: &Agenda<'_>, is_person: &impl Fn(&str) -> bool) -> Vec<&'t str> {
    static BETWEEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s+[–—-]+\s+|\s*[;；؛|]\s+|\t+"));
    static BRACKET: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(?P<text>.+?)\s*[(\[（](?P<in>[^()\[\]（）]{2,80})[)\]）]\s*[.。]?$"));
    let mut parts = Vec::new();
    for part in BETWEEN.split(text) {
        let is_telling = |inside: &str| !matches!(read(inside, agenda, is_person), Part::What);
        let found = BRACKET.captures(part).and_then(|found| Some((found.name("text")?, found.name("in")?)));
        match found {
            Some((before, inside)) if is_telling(inside.as_str()) && !ends_with_name(before.as_str()) => {
                parts.extend([before.as_str(), inside.as_str()]);
            }
            _ => parts.push(part),
        }
    }
    // "TSB: send it", "ISO/CS, by 17 May 2019. Publish the list."
    let first = parts.first().copied().unwrap_or_default();
    let colon = first.find([':', '：']);
    let stop = sentences(first).first().filter(|one| one.len() < first.len()).map(|one| one.len() - 1);
    let cut = colon.into_iter().chain(stop).find(|at| {
        let front = first.get(..*at).unwrap_or_default();
        front.chars().count() <= 80
            && matches!(read(front, agenda, is_person), Part::Names(..) | Part::Due(_))
    });
    if let Some(at) = cut
        && let (Some(front), Some(rest)) = (first.get(..at), first.get(at..))
    {
        parts.splice(..1, [front, rest.trim_start_matches([':', '：', '.', '。', ' '])]);
    }
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// "Mr Toure (Mali)": what stands in brackets belongs to the name in front of it.
pub(super) fn ends_with_name(before: &str) -> bool {
    let mut words = before.rsplit(' ');
    let last = words.next().unwrap_or_default();
    let is_capital = |word: &str| word.starts_with(char::is_uppercase);
    let titled = words.take(3).any(|word| is_titled(&format!("{word} x")));
    is_capital(last) && titled
}

fn read(part: &str, agenda: &Agenda<'_>, is_person: &impl Fn(&str) -> bool) -> Part {
    let part = part.trim().trim_end_matches(['.', ';', ',', '。']);
    if let Some((status, _)) = states::alone(part) {
        return Part::State(status);
    }
    // "in progress, report at the next meeting"
    if let Some((status, _)) = states::leading(part).filter(|(status, _)| *status != Status::Open) {
        return Part::State(status);
    }
    if let Some((due, doubt)) = due_alone(part, agenda) {
        return Part::Due((due, doubt, part.to_owned()));
    }
    let (names, due) = without_date(part, agenda);
    if names.is_empty() {
        return due.map_or(Part::What, Part::Due);
    }
    if are_names(&names, is_person) { Part::Names(names, due) } else { Part::What }
}

/// A part without its date, and the date.
fn without_date(part: &str, agenda: &Agenda<'_>) -> (String, Option<(Due, u8, String)>) {
    let found = deadline_in(part, agenda).map(|until| (until.at, until.due, until.doubt)).or_else(|| {
        let one = spotted(part, agenda.order).pop()?;
        let (due, doubt) = agenda.day(part, &one);
        Some((one.at, due, doubt))
    });
    let Some((at, due, doubt)) = found else { return (part.to_owned(), None) };
    let written = part.get(at.clone()).unwrap_or_default().to_owned();
    let sides = [part.get(..at.start), part.get(at.end..)].map(|side| {
        side.unwrap_or_default()
            .trim_matches(|c: char| !c.is_alphanumeric() && !"()[]".contains(c))
            .to_owned()
    });
    let [before, after] = sides;
    let rest = if after.is_empty() { before } else { format!("{before} {after}").trim().to_owned() };
    let is_word = |text: &str| {
        let folded = fold(text);
        ALL.iter().any(|lexicon| {
            lexicon.by.contains(&folded.as_str()) || lexicon.headers.due.contains(&folded.as_str())
        })
    };
    let rest = if is_word(&rest) { String::new() } else { rest };
    (rest, Some((due, doubt, written)))
}

/// Names and the day until when they have to do something, where a text tells nothing else: "Bruno, by 6 June 2021".
pub(super) fn names_and_day(
    text: &str,
    agenda: &Agenda<'_>,
    is_person: impl Fn(&str) -> bool,
) -> Option<(String, (Due, u8, String))> {
    match read(text, agenda, &is_person) {
        Part::Names(names, Some(due)) => Some((names, due)),
        _ => None,
    }
}

/// Who has to do something, and until when, where a text tells nothing else: "Responsible: TSB; deadline: 5 June 2021",
/// "Ответственный – Образцов И. И., срок – 5 июня".
pub(super) fn responsible_alone(text: &str, agenda: &Agenda<'_>) -> Option<(String, Option<(Due, u8)>)> {
    static PARTS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?P<field>\p{L}[\p{L} ]{2,30}?)\s*[:：–—-]\s*(?P<who>[^:：]{2,80}?)\s*(?:[,;.|，；–—-]\s*(?P<when>\p{L}[\p{L} ]{1,30}?)\s*[:：–—-]\s*(?P<due>[^:：]{3,60}?))?\s*[.。]?$",
        )
    });
    let found = PARTS.captures(text)?;
    let is = |name: &str, words: OfHeaders| is_one(&fold(name), |lexicon| words(&lexicon.headers));
    let who = found.name("who")?.as_str();
    let due = found.name("due").and_then(|due| due_of_cell(due.as_str(), agenda));
    let is_field = is(found.name("field")?.as_str(), |headers| headers.asked_of)
        && found.name("when").is_none_or(|when| is(when.as_str(), |headers| headers.due));
    (is_field && are_names(who, &|_: &str| false)).then(|| (who.to_owned(), due))
}

/// All of a body, a role, a committee: "all", "everybody".
pub(super) fn is_everybody(name: &str) -> bool {
    const ALL_OF_THEM: [&str; 26] = [
        "delegates",
        "participants",
        "those participants",
        "all experts",
        "all delegations",
        "members",
        "all",
        "everyone",
        "everybody",
        "everyone present",
        "all members",
        "all participants",
        "all delegates",
        "all present",
        "tous",
        "toutes",
        "tous les membres",
        "tous les participants",
        "todos",
        "todas",
        "todos los miembros",
        "все",
        "все участники",
        "全体成员",
        "各方",
        "الجميع",
    ];
    ALL_OF_THEM.contains(&fold(name).as_str())
}

/// Whether a text is names of those who can be asked, and nothing else.
pub(super) fn are_names(text: &str, is_person: &impl Fn(&str) -> bool) -> bool {
    if is_everybody(text) {
        return true;
    }
    // "UN/CEFACT to present it" says what somebody has to do.
    let says = text.split_once(" to ").is_some_and(|(_, rest)| rest.starts_with(char::is_lowercase));
    if says {
        return false;
    }
    let names = split(text);
    let is_somebody = |name: &String| {
        let bare = plain(name);
        stands_alone(&bare, true) || is_person(&bare) || is_everybody(name)
    };
    let titled = || is_titled(text) && text.split(' ').count() <= 6;
    !names.is_empty() && is_name(&text.replace('+', ",")) && (names.iter().all(is_somebody) || titled())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::DateOrder;

    fn told(text: &str) -> Option<String> {
        let agenda = Agenda { base: None, body: None, next: None, meetings: &[], order: DateOrder::Refuse };
        let item = item(text, &agenda, |name| ["Omar", "Lee"].contains(&name))?;
        let due = item.due.map(|(due, ..)| due.to_string()).unwrap_or_default();
        let status = item.status.map(|status| status.to_string()).unwrap_or_default();
        Some(format!("{} | {} | {due} | {status}", item.who, item.what))
    }

    #[test]
    fn the_parts_of_a_line_are_known_by_what_they_are() {
        for (text, parts) in [
            ("Mr Prova – contact CEN/TC 888 – in progress", "Mr Prova | contact CEN/TC 888 |  | in progress"),
            (
                "Secretariat, by 17 May 2019. Publish the list.",
                "Secretariat | Publish the list. | 2019-05-17 | ",
            ),
            ("Draft the rules (TSB, 14 May 2019)", "TSB | Draft the rules | 2019-05-14 | "),
            (
                "Publish the report – Secretariat – 3 June 2019 – done",
                "Secretariat | Publish the report | 2019-06-03 | done",
            ),
            ("Omar + Lee: write the text; by 3 June 2019", "Omar + Lee | write the text | 2019-06-03 | "),
            ("by 3 June 2019 – all members – check the list", "all members | check the list | 2019-06-03 | "),
        ] {
            assert_eq!(told(text).as_deref(), Some(parts), "{text}");
        }
    }

    #[test]
    fn sentences_and_titles_are_no_parts() {
        for text in [
            "A group was set up under Mr Toure (Mali)",
            "The list was noted.",
            "Security – a new view – of the risks",
            "TSB – Geneva",
        ] {
            let found = told(text).filter(|told| !told.starts_with(" |"));
            assert_eq!(found, None, "{text}");
        }
    }
}
