//! Lists of key dates: one date, and one or several things that are due on it.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

use super::{
    super::{
        Confidence, Evidence, Field, Rule,
        dates::{Spotted, When, deadline_in, due_of_cell, spotted},
        lexicon::{find_phrase, has_one, is_one, pattern},
    },
    asks::after_its_number,
    draft::{Context, Desk, Draft},
    text,
};
use crate::action::fold;

/// Whether a heading or a line leads in a list of dates.
pub(super) fn leads_in(text: &str) -> bool {
    let name = fold(text.trim_end_matches([':', '：', '.']));
    let bare = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
    is_one(bare, |lexicon| lexicon.key_dates)
        || (bare.chars().count() <= 70
            && has_one(bare, |lexicon| lexicon.key_dates)
            && find_phrase(bare, "calendar").is_none())
}

/// A line of such a list: its date, and what is due, which may be nothing if it follows in the next lines.
pub(super) fn entry(line: &str, desk: &Desk<'_>) -> Option<(String, String)> {
    let found = spotted(line, desk.agenda.order);
    let one = found.iter().find(|one| is_date(one))?;
    let before =
        line.get(..one.at.start)?.trim().trim_end_matches([':', '：', '-', '–', '—', '（', '(']).trim();
    let after = line
        .get(one.at.end..)?
        .trim()
        .trim_start_matches([':', '：', '-', '–', '—', ',', '.', ')', '）'])
        .trim();
    let small = [
        "by",
        "before",
        "until",
        "on",
        "no later than",
        "le",
        "avant le",
        "au plus tard le",
        "el",
        "до",
        "antes del",
        "a más tardar el",
    ];
    let front = before.is_empty() || small.contains(&fold(before).as_str());
    let date = line.get(one.at.clone())?.to_owned();
    if front {
        return Some((date, after.to_owned()));
    }
    // "Deadline for contributions: 3 May 2018"
    (after.chars().count() <= 12 && before.chars().count() <= 160).then(|| (date, before.to_owned()))
}

fn is_date(one: &Spotted) -> bool {
    matches!(one.when, When::Day(_) | When::About(_) | When::OfSomeYear { .. })
}

/// The proposals of one date.
pub(super) fn due(date: &str, things: &str, context: &Context, desk: &Desk<'_>) -> Vec<Draft> {
    let Some((deadline, doubt)) = due_of_cell(date, &desk.agenda) else { return Vec::new() };
    let mut drafts = Vec::new();
    for thing in things
        .split(['\n', ';', '；', '؛', '•'])
        .map(|thing| thing.trim().trim_start_matches(['-', '–', '*', '·', ' ']))
    {
        if thing.chars().filter(|c| c.is_alphabetic()).count() < 2 || only_happens(thing) {
            continue;
        }
        let fields = BTreeMap::from([(Field::Deadline, date.to_owned())]);
        let evidence = Evidence { text: format!("{date}: {thing}"), place: context.place.clone(), fields };
        let mut draft = desk.draft(text::title(thing, None), evidence, Rule::KeyDate, context);
        let mut to = desk.report.to.iter().cloned();
        let proposal = &mut draft.proposal;
        proposal.asked_of = to.next().or_else(|| desk.report.body.clone()).unwrap_or_default();
        proposal.also_to = to.collect();
        proposal.deadline = Some(deadline.clone());
        proposal.confidence = Confidence::new(80).less(doubt);
        drafts.push(draft);
    }
    drafts
}

/// What a letter says that its readers have to do by a day, without naming anybody: "Requests for fellowships must be
/// sent before 31 March", "Participants are requested to register by 5 May".
pub(super) fn of_addressees(sentence: &str, context: &Context, desk: &Desk<'_>) -> Option<Draft> {
    static HAVE_TO: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(?:must|should|shall|please|(?:is|are)\s+to|ha(?:s|ve)\s+to|(?:is|are)\s+(?:kindly\s+)?(?:requested|invited|asked|encouraged|reminded)|grateful|doivent|doit|sont\s+(?:priés|invités)|est\s+priée?|reconnaissant|prière|deben|debe|deberán?|se\s+ruega|agradecería|sírvanse|должны|следует|необходимо|просьба|просим)\b|应|请|يرجى|يجب|ينبغي",
        )
    });
    let (first, others) = match desk.report.to.split_first() {
        Some((first, others)) => (first.as_str(), others),
        // Without those to whom it goes only what is known to be due: "Contributions have to reach TSB by 27 April".
        None => begins_with_what_is_due(sentence).then_some(("", &[][..]))?,
    };
    let until = deadline_in(sentence, &desk.agenda).filter(|until| until.due.day().is_some())?;
    if !HAVE_TO.is_match(sentence) {
        return None;
    }
    let words = sentence.get(until.at.clone()).unwrap_or_default().to_owned();
    let fields = BTreeMap::from([(Field::Deadline, words)]);
    let evidence = Evidence { text: sentence.to_owned(), place: context.place.clone(), fields };
    let title = text::title(
        after_its_number(sentence),
        deadline_in(after_its_number(sentence), &desk.agenda).as_ref(),
    );
    let mut draft = desk.draft(title, evidence, Rule::KeyDate, context);
    let proposal = &mut draft.proposal;
    first.clone_into(&mut proposal.asked_of);
    proposal.also_to = others.to_vec();
    proposal.deadline = Some(until.due);
    proposal.confidence = Confidence::new(60).less(until.doubt);
    Some(draft)
}

fn begins_with_what_is_due(sentence: &str) -> bool {
    let lower = fold(after_its_number(sentence));
    let lower = ["the ", "all ", "any ", "les ", "las ", "los "]
        .iter()
        .fold(lower.as_str(), |lower, word| lower.strip_prefix(word).unwrap_or(lower));
    let things = super::super::lexicon::ALL.iter().flat_map(|lexicon| lexicon.due_things);
    things.into_iter().any(|thing| {
        lower
            .strip_prefix(thing)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) || !thing.is_ascii())
    })
}

/// What takes place on a day is nothing that is due: "Opening of the meeting".
fn only_happens(thing: &str) -> bool {
    let lower = thing.to_lowercase();
    let starts = [
        "opening",
        "start of",
        "first day",
        "last day",
        "closing",
        "meeting of",
        "end of the meeting",
        "ouverture",
        "clôture",
        "début de",
        "apertura",
        "clausura",
        "comienzo de",
        "открытие",
        "закрытие",
        "начало",
        "开幕",
        "闭幕",
        "会议开始",
        "افتتاح",
        "اختتام",
        "publication of",
    ];
    starts.iter().any(|start| lower.starts_with(start))
}
