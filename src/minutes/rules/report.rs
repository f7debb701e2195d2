//! What a report says of itself: its number, its date, the meeting, to whom it goes.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::{
    super::{
        Content, Document, Place,
        dates::{When, is_deadline, lowered, spotted},
        lexicon::{Lexicon, OfHeaders, find_phrase, is_one, pattern},
    },
    asks,
    bodies::{Known, canonical, named, split},
    key_dates, marks, tables,
    text::sentences,
};
use crate::{action::fold, register::DateOrder};

/// So much of a report is its head.
const HEAD: usize = 30;

/// What a field at the head of a report means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Action,
    Purpose,
    To,
    CommentTo,
    InformationTo,
    Deadline,
    Title,
    Source,
    Contact,
}

/// A field at the head of a report.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) key: Key,
    pub(super) value: String,
    pub(super) place: Place,
}

/// What a report says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Report {
    /// Its day, or the last one of the meeting.
    pub(super) date: Option<Date>,
    /// Its number: "TD68", "TSAG-LS23".
    pub(super) number: Option<String>,
    /// The body that met or wrote.
    pub(super) body: Option<String>,
    /// The meeting: "38th meeting".
    pub(super) meeting: Option<String>,
    /// Its title.
    pub(super) title: Option<String>,
    /// To whom it goes.
    pub(super) to: Vec<String>,
    /// The first day of the next meeting.
    pub(super) next: Option<Date>,
    /// The fields at its head.
    pub(super) fields: Vec<Field>,
    /// How many blocks, from the start, hold fields.
    pub(super) head: Vec<usize>,
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:[A-Z][A-Z0-9]*-)?(?:TD|LS|C)\s?-?\s?\d{1,4}(?:\s?\([A-Z0-9/]+\))?(?:-[A-Z])?\b|(?i:\b(?:TSB\s+)?(?:collective letter|circular)\s+\d+(?:/\d+)?)",
    )
});
static MEETING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?P<count>\d{1,3})(?:st|nd|rd|th)\s+(?:meeting|session)\s+of\s+(?:the\s+)?(?P<body>[^.;:]+)",
    )
});
static OF_BODY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:meeting|session|report|réunion|reunión|собрани\w+|заседани\w+|отч[её]т\w*|اجتماع)\s+(?:of|de la|de|du|del)?\s*(?:the\s+)?",
    )
});
static BEFORE_RESOLUTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?P<body>[A-Z][\w/-]*[A-Z][\w/-]*)\s+Resolution\s+\d"));
static GOES_TO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:highlights|submitted|presented|addressed|report|of relevance)\s+to\s+(?:the\s+)?(?P<to>[A-Z][\w/-]*)",
    )
});

impl Report {
    /// Reads the head of a document.
    pub(super) fn of(document: &Document, known: Known<'_>, order: DateOrder) -> Self {
        let mut report = Self::default();
        report.read_fields(document);
        report.keep_one_action(document);
        for (name, value) in &document.fields {
            match name.as_str() {
                "Subject" => report.title = Some(value.clone()),
                "Date" => report.date = value.parse().ok(),
                "Title" if report.title.is_none() => report.title = Some(value.clone()),
                _ => {}
            }
        }
        if let Some(title) = report.value(Key::Title) {
            report.title = Some(title.to_owned());
        }
        // What a table asks for is nothing that the report says of itself.
        let tells =
            |content: &Content| !matches!(content, Content::Table(rows) if tables::read(rows).is_some());
        let head = document.blocks.iter().take(HEAD).filter(|block| tells(&block.content));
        let head: Vec<String> = head.map(|block| said(&block.content)).collect();
        let heading = document.blocks.iter().find_map(|block| match &block.content {
            Content::Heading { text, .. } => Some(text.clone()),
            _ => None,
        });
        report.title = report.title.or(heading);
        report.number = report
            .title
            .iter()
            .chain(&head)
            .find_map(|text| NUMBER.find(text))
            .map(|found| number(found.as_str()));
        report.read_meeting(&head, known);
        report.date = report.date.or_else(|| own_day(document, order));
        report.read_body(document, &head, known);
        report.read_addressees(&head, known);
        report.next = next_meeting(document, order);
        report
    }

    /// The value of the first field of this meaning.
    pub(super) fn value(&self, key: Key) -> Option<&str> {
        self.fields.iter().find(|field| field.key == key).map(|field| field.value.as_str())
    }

    fn read_fields(&mut self, document: &Document) {
        for (at, block) in document.blocks.iter().enumerate().take(HEAD) {
            match &block.content {
                Content::Paragraph(paragraph) => {
                    if let Some((key, value)) = field(&paragraph.text) {
                        self.fields.push(Field { key, value, place: block.place.clone() });
                        self.head.push(at);
                    }
                }
                Content::Table(rows) => {
                    let before = self.fields.len();
                    for (row, cells) in (1..).zip(rows) {
                        self.fields.extend(row_fields(cells).map(|(key, value)| Field {
                            key,
                            value,
                            place: block.place.at_row(row),
                        }));
                    }
                    let narrow =
                        rows.iter().all(|cells| cells.iter().filter(|cell| !cell.is_empty()).count() <= 4);
                    if self.fields.len() - before >= 2 && narrow {
                        self.head.push(at);
                    } else {
                        self.fields.truncate(before);
                    }
                }
                Content::Heading { .. } => {}
            }
        }
    }

    /// "Action:" is a field of the head where it stands once, above all headings but the title; elsewhere it marks a
    /// paragraph.
    fn keep_one_action(&mut self, document: &Document) {
        let is_action = |block: &super::super::Block| match &block.content {
            Content::Paragraph(paragraph) => {
                field(&paragraph.text).is_some_and(|(key, _)| key == Key::Action)
            }
            _ => false,
        };
        let all: Vec<usize> = document
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| is_action(block))
            .map(|(at, _)| at)
            .collect();
        let [first, ..] = all[..] else { return };
        let is_heading = |block: &&super::super::Block| matches!(block.content, Content::Heading { .. });
        let headings = document.blocks.iter().take(first).skip(1).filter(is_heading).count();
        if all.len() == 1 && first < 10 && headings == 0 {
            return;
        }
        let places: Vec<_> = all.iter().map(|at| &document.blocks[*at].place).collect();
        self.fields.retain(|field| field.key != Key::Action || !places.contains(&&field.place));
        self.head.retain(|at| !all.contains(at));
    }

    fn read_meeting(&mut self, head: &[String], known: Known<'_>) {
        let Some(found) = self.title.iter().chain(head).find_map(|text| MEETING.captures(text)) else {
            return;
        };
        let count = found.name("count").map_or("", |count| count.as_str());
        self.meeting = Some(format!("{count}{} meeting", ordinal(count)));
        let body = found.name("body").map_or("", |body| body.as_str());
        self.body =
            named(body).first().filter(|first| body.starts_with(**first)).map(|first| known.name(first));
    }

    fn read_body(&mut self, document: &Document, head: &[String], known: Known<'_>) {
        if self.body.is_some() {
            return;
        }
        let texts: Vec<String> = document.blocks.iter().map(|block| said(&block.content)).take(200).collect();
        let before = texts.iter().find_map(|text| {
            BEFORE_RESOLUTION.captures(text)?.name("body").map(|body| body.as_str().to_owned())
        });
        let of = || {
            self.title.iter().chain(head).find_map(|text| {
                let found = OF_BODY.find(text)?;
                let rest = text.get(found.end()..)?;
                named(rest).first().filter(|first| rest.starts_with(**first)).map(|first| (*first).to_owned())
            })
        };
        let source = || {
            self.value(Key::Source).and_then(|source| named(source).first().map(|first| (*first).to_owned()))
        };
        let any = || self.title.iter().find_map(|text| named(text).first().map(|first| (*first).to_owned()));
        self.body = before.or_else(of).or_else(source).or_else(any).map(|body| known.name(&body));
    }

    fn read_addressees(&mut self, head: &[String], known: Known<'_>) {
        let to = self.value(Key::To).map(split).unwrap_or_default();
        self.to = to.iter().map(|name| known.name(name)).filter(|name| !name.is_empty()).collect();
        if self.to.is_empty() {
            let goes = head
                .iter()
                .find_map(|text| GOES_TO.captures(text)?.name("to").map(|to| to.as_str().to_owned()));
            self.to.extend(
                goes.filter(|to| to.chars().filter(|c| c.is_uppercase()).count() >= 2)
                    .map(|to| known.name(&to)),
            );
        }
    }

    /// What references begin with where the report prints none.
    pub(super) fn prefix(&self) -> String {
        let count: String = self
            .meeting
            .iter()
            .flat_map(|meeting| meeting.chars())
            .take_while(char::is_ascii_digit)
            .collect();
        match (&self.number, &self.body, self.date) {
            (Some(number), _, _) => number.clone(),
            (None, Some(body), _) if !count.is_empty() => format!("{body}-{count}"),
            (None, Some(body), Some(date)) => format!("{body}-{}", date.strftime("%Y%m%d")),
            (None, Some(body), None) => body.clone(),
            (None, None, Some(date)) => date.strftime("%Y%m%d").to_string(),
            (None, None, None) => "report".to_owned(),
        }
    }

    /// Where an action of this reference was agreed.
    pub(super) fn origin(&self, resolution: Option<&str>) -> Option<String> {
        let body = self.body.as_deref().unwrap_or_default();
        let first = match resolution {
            Some(resolution) => Some(format!("{body} {resolution}").trim().to_owned()),
            None => self.number.clone(),
        };
        let meeting = match (&self.meeting, body) {
            (Some(meeting), "") => Some(meeting.clone()),
            (Some(meeting), body) => Some(format!("{meeting} of {body}")),
            (None, "") => None,
            (None, body) => resolution.is_none().then(|| body.to_owned()),
        };
        let date = self.date.map(|date| date.to_string());
        let parts: Vec<String> = [first, meeting, date].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// The text of a block, on one line.
pub(super) fn said(content: &Content) -> String {
    match content {
        Content::Heading { text, .. } => text.clone(),
        Content::Paragraph(paragraph) => paragraph.text.clone(),
        Content::Table(rows) => rows
            .iter()
            .take(30)
            .flatten()
            .filter(|cell| !cell.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('\n', " "),
    }
}

fn ordinal(count: &str) -> &'static str {
    match count.as_bytes() {
        [.., b'1', _] | [] => "th",
        [.., b'1'] => "st",
        [.., b'2'] => "nd",
        [.., b'3'] => "rd",
        _ => "th",
    }
}

/// "TD 68 (GEN/TSAG)" is TD68; "TSB Collective letter 3/17" is CL 3/17.
fn number(found: &str) -> String {
    let lower = found.to_lowercase();
    for (words, short) in [("collective letter", "CL "), ("circular", "Circular ")] {
        if let Some((_, rest)) = lower.split_once(words) {
            return format!("{short}{}", rest.trim());
        }
    }
    let end = found.find('(').unwrap_or(found.len());
    found[..end].chars().filter(|c| !c.is_whitespace()).collect()
}

fn key(name: &str) -> Option<Key> {
    let name = fold(name.trim_end_matches([':', '：', ' ', '\u{a0}']));
    let name = name.trim_end_matches("(s)");
    let is = |words: OfHeaders| is_one(name, |lexicon: &Lexicon| words(&lexicon.headers));
    let all: [(Key, OfHeaders); 8] = [
        (Key::CommentTo, |headers| headers.comment_to),
        (Key::InformationTo, |headers| headers.information_to),
        (Key::To, |headers| headers.to),
        (Key::Purpose, |headers| headers.purpose),
        (Key::Title, |headers| headers.subject),
        (Key::Source, |headers| headers.source),
        (Key::Contact, |headers| headers.contact),
        (Key::Deadline, |headers| headers.due),
    ];
    if is_one(name, |lexicon| lexicon.action_lead) {
        return Some(Key::Action);
    }
    all.into_iter().find(|(_, words)| is(*words)).map(|(key, _)| key)
}

/// "Deadline: 15 March 2018".
pub(super) fn field(text: &str) -> Option<(Key, String)> {
    let at = text.find([':', '：'])?;
    let (name, value) = text.split_at(at);
    let value = value.trim_start_matches([':', '：']).trim();
    (name.chars().count() <= 40 && !value.is_empty())
        .then(|| key(name).map(|key| (key, value.to_owned())))
        .flatten()
}

/// The fields of a row: names and values take turns.
fn row_fields(cells: &[String]) -> impl Iterator<Item = (Key, String)> {
    let filled: Vec<&String> = cells.iter().filter(|cell| !cell.is_empty()).collect();
    let mut found = Vec::new();
    if let [one] = filled[..] {
        found.extend(field(one));
    }
    for pair in filled.windows(2) {
        if let Some(key) = key(pair[0]).filter(|_| key(pair[1]).is_none()) {
            found.push((key, pair[1].replace('\n', "; ")));
        }
    }
    found.into_iter()
}

/// The day of the report: the first one at its head that is none by which something is asked. Below a line that leads in
/// a list of tasks or of key dates no day is its own, up to the next heading.
fn own_day(document: &Document, order: DateOrder) -> Option<Date> {
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
fn next_meeting(document: &Document, order: DateOrder) -> Option<Date> {
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
    document.blocks.iter().find_map(|block| {
        let text = said(&block.content);
        sentences(&text).into_iter().find_map(|sentence| {
            says(sentence)?;
            let one = spotted(sentence, order).into_iter().find(|one| matches!(one.when, When::Day(_)))?;
            let When::Day(last) = one.when else { return None };
            Some(first_day(sentence, &one.at, last))
        })
    })
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

/// The reference that a paragraph begins with, as "Resolution 17/06", and the words for its origin.
pub(super) fn reference(text: &str) -> Option<(String, String)> {
    static RESOLUTION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?:[\w/-]+\s+)?(?P<what>Resolution|Résolution|Resolución|Резолюция|Decision|Décision|Recommendation)\s+(?P<number>(?:[A-Z]{1,3}-?)?\d+(?:[/.-]\d+)*)\b|^(?P<zh>第\s?(?P<zn>[\d/]+)\s?号决议)|^(?P<ar>القرار\s+(?P<an>[\d/]+))",
        )
    });
    let found = RESOLUTION.captures(text)?;
    let number = ["number", "zn", "an"].iter().find_map(|name| found.name(name))?.as_str();
    let what = found
        .name("what")
        .or_else(|| found.name("zh"))
        .or_else(|| found.name("ar"))
        .map_or("", |what| what.as_str());
    let whole = if found.name("what").is_some() { format!("{what} {number}") } else { what.to_owned() };
    // "17/06" is quoted by itself, "50" is not.
    let reference = if number.contains('/') { number.to_owned() } else { whole.clone() };
    Some((canonical(&reference), whole))
}
