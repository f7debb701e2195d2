//! What a report says of itself: its number, its date, the meeting, to whom it goes.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::{
    super::{Content, Document, lexicon::pattern},
    bodies::{in_front, named},
    day::{next_meeting, own_day},
    fields::{self, Field, Key},
    known::Known,
    several::split,
    tables,
};
use crate::register::DateOrder;

/// So much of a report is its head.
pub(super) const HEAD: usize = 30;

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
    /// What it is called besides its title: the subject of the message, its first line.
    pub(super) called: Vec<String>,
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

/// "To administrations of Member States", "- Aux administrations des États Membres", in a circular.
static ADDRESSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:to|aux?|à\s+l['’]|à\s+la|a\s+(?:los|las)|al)\s*:?\s+(?P<to>(?:the\s+|les\s+)?(?:administrations?|administraciones|members?|membres|miembros|sector\s+members|associates|chair(?:s|men|persons)?|experts)\b.{0,120})$",
    )
});

impl Report {
    /// Reads the head of a document.
    pub(super) fn of(document: &Document, known: Known<'_>, order: DateOrder) -> Self {
        let (fields, head) = fields::of(document);
        let mut report = Self { fields, head, ..Self::default() };
        for (name, value) in &document.fields {
            match name.as_str() {
                "Subject" => {
                    report.title = Some(value.clone());
                    report.called.push(value.clone());
                }
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
        report.called.extend(head.iter().take(2).filter(|text| text.chars().count() <= 60).cloned());
        report.title = report.title.or(heading);
        report.number = report
            .title
            .iter()
            .chain(head.iter().filter(|text| !is_running(text)))
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

    fn read_meeting(&mut self, head: &[String], known: Known<'_>) {
        let Some(found) = self.title.iter().chain(head).find_map(|text| MEETING.captures(text)) else {
            return;
        };
        let count = found.name("count").map_or("", |count| count.as_str());
        self.meeting = Some(format!("{count}{} meeting", ordinal(count)));
        let body = found.name("body").map_or("", |body| body.as_str());
        self.body = in_front(body).map(|first| known.name(first));
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
                // "Report of the first meeting of SG17"
                OF_BODY.find_iter(text).find_map(|found| {
                    let rest = text.get(found.end()..)?;
                    in_front(rest).map(str::to_owned)
                })
            })
        };
        let source = || self.value(Key::Source).and_then(|source| named(source).next().map(str::to_owned));
        let any = || self.title.iter().find_map(|text| named(text).next().map(str::to_owned));
        self.body = before.or_else(of).or_else(source).or_else(any).map(|body| known.name(&body));
    }

    fn read_addressees(&mut self, head: &[String], known: Known<'_>) {
        let to = self.value(Key::To).map(split).unwrap_or_default();
        self.to = to.iter().map(|name| known.name(name)).filter(|name| !name.is_empty()).collect();
        if self.to.is_empty() {
            let addressed = head.iter().filter_map(|text| Some(ADDRESSED.captures(text)?["to"].to_owned()));
            self.to = addressed.map(|to| known.name(&to)).collect();
        }
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

/// Whether a text is a sentence of the report: the number of a document in it is that of another one. "The agenda in
/// SG33-TD1 was adopted with one addition."
fn is_running(text: &str) -> bool {
    text.ends_with('.') && text.split(' ').count() > 6
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
