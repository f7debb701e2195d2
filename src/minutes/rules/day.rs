//! Days that a report says of itself: its own, and that of the next meeting.

use jiff::civil::Date;

use super::{
    super::{
        Content, Document,
        dates::{Spotted, When, is_deadline, lowered, spotted},
        lexicon::{find_phrase, is_one},
    },
    asks,
    fields::{Key, field},
    key_dates, marks,
    report::{HEAD, said},
    tables,
    text::sentences,
};
use crate::{action::fold, register::DateOrder};

/// Names of fields that hold the day of a meeting.
const DAY_FIELDS: [&str; 14] = [
    "date",
    "date of meeting",
    "meeting date",
    "date of the meeting",
    "date de la réunion",
    "fecha",
    "fecha de la reunión",
    "дата",
    "дата проведения",
    "日期",
    "时间",
    "会议时间",
    "التاريخ",
    "تاريخ الاجتماع",
];

/// The day of the report: the first one at its head that is none by which something is asked. Below a line that leads in
/// a list of tasks or of key dates no day is its own, up to the next heading.
pub(super) fn own_day(document: &Document, order: DateOrder) -> Option<Date> {
    // "Fecha: 14 de mayo de 2019" is the day of the meeting, whatever stands above it.
    let dated = document.blocks.iter().take(HEAD).find_map(|block| {
        let text = said(&block.content);
        let (name, value) = text.split_once([':', '：'])?;
        DAY_FIELDS.contains(&fold(name).as_str()).then(|| a_day(value, order)).flatten()
    });
    if dated.is_some() {
        return dated;
    }
    let mut lists = false;
    for block in document.blocks.iter().take(HEAD) {
        let text = said(&block.content);
        match &block.content {
            Content::Heading { .. } => lists = leads_in_a_list(&text),
            Content::Paragraph(paragraph) if leads_in_a_list(&text) => lists |= paragraph.label.is_none(),
            _ => {}
        }
        if !lists
            && !asks_something(&block.content)
            && let Some(day) = a_day(&text, order)
        {
            return Some(day);
        }
    }
    None
}

fn leads_in_a_list(text: &str) -> bool {
    key_dates::leads_in(text) || asks::lead_in(text).is_some()
}

/// Whether a block asks something, or says until when.
fn asks_something(content: &Content) -> bool {
    if let Content::Table(rows) = content
        && tables::read(rows).is_some()
    {
        return true;
    }
    let text = said(content);
    let is_deadline = field(&text).is_some_and(|(key, _)| key == Key::Deadline);
    is_deadline
        || marks::mark(&text).is_some()
        || sentences(&text).into_iter().any(|sentence| !asks::asks(sentence).is_empty())
}

/// The first day in a text that is no deadline.
fn a_day(text: &str, order: DateOrder) -> Option<Date> {
    let lower = lowered(text);
    spotted(text, order).into_iter().find_map(|one| match one.when {
        When::Day(day) if !is_deadline(&lower, &one) => Some(day),
        _ => None,
    })
}

/// The first day of the next meeting: "The next meeting will be held on 12-16 March 2018".
pub(super) fn next_meeting(document: &Document, order: DateOrder) -> Option<Date> {
    let says = |text: &str| {
        let lower = text.to_lowercase();
        let at = super::super::lexicon::ALL
            .iter()
            .flat_map(|lexicon| lexicon.next_meeting)
            .filter_map(|phrase| find_phrase(&lower, phrase))
            .min()?;
        let held = [
            "held",
            "take place",
            "scheduled",
            "tendra lugar",
            "tendrá lugar",
            "se celebrará",
            "aura lieu",
            "se tiendra",
            "состоится",
            "будет проведено",
            "举行",
            "召开",
            "سيعقد",
            "will be",
        ];
        held.iter().any(|word| lower.contains(word)).then_some(at)
    };
    let told = document.blocks.iter().find_map(|block| {
        let text = said(&block.content);
        sentences(&text).into_iter().find_map(|sentence| {
            says(sentence)?;
            let one = spotted(sentence, order).into_iter().find(|one| matches!(one.when, When::Day(_)))?;
            let When::Day(last) = one.when else { return None };
            Some(first_day(sentence, &one.at, last))
        })
    });
    told.or_else(|| below_its_heading(document, order))
}

/// "Date of next meeting", and the day below it; "Next meeting: 3 May 2018".
fn below_its_heading(document: &Document, order: DateOrder) -> Option<Date> {
    const OF: [&str; 8] = [
        "date of ",
        "dates of ",
        "date and place of ",
        "date de ",
        "dates de ",
        "fecha de ",
        "fecha y lugar de ",
        "дата ",
    ];
    let mut blocks = document.blocks.iter().map(|block| said(&block.content)).peekable();
    while let Some(text) = blocks.next() {
        let (name, value) = text.split_once([':', '：']).unwrap_or((&text, ""));
        let name = fold(name.trim_start_matches(|c: char| c.is_ascii_digit() || ". ".contains(c)));
        let name = OF.iter().find_map(|word| name.strip_prefix(word)).unwrap_or(&name);
        if is_one(name.trim_end_matches('s'), |lexicon| lexicon.next_meeting) {
            let below =
                if value.trim().is_empty() { blocks.peek().map_or("", String::as_str) } else { value };
            let one = spotted(below, order).into_iter().find(|one| matches!(one.when, When::Day(_)));
            if let Some(Spotted { when: When::Day(last), at }) = one {
                return Some(first_day(below, &at, last));
            }
        }
    }
    None
}

/// Of "12-16 March 2018" and of "from 12 to 16 March 2018" the first day.
fn first_day(sentence: &str, at: &std::ops::Range<usize>, last: Date) -> Date {
    let written = sentence.get(at.clone()).unwrap_or_default();
    let inside: Option<i8> = written.split(['-', '–']).next().and_then(|day| day.trim().parse().ok());
    let before = sentence.get(..at.start).unwrap_or_default().trim_end();
    let before = ["to", "au", "al", "по", "–", "-", "إلى"].iter().find_map(|word| before.strip_suffix(word));
    let digits = before.map(|before| before.trim_end().rsplit(' ').next().unwrap_or_default());
    let first = inside.or_else(|| digits?.parse().ok());
    first
        .filter(|first| *first < last.day())
        .and_then(|first| last.with().day(first).build().ok())
        .unwrap_or(last)
}
