//! The walk through a report, block by block.

use std::collections::HashSet;

use super::{
    super::{
        Block, Content, Document, Paragraph, Place, Rule, Seated, dates::Agenda, lexicon::is_one,
        quoted::Quoted,
    },
    Background, Found, asks, bodies,
    draft::{Asked, Context, Desk, Draft},
    header, key_dates,
    marks::{self, Mark},
    people::People,
    promises, reference,
    report::{self, Report},
    seats, states,
    text::sentences,
};
use crate::action::fold;

/// Applies all rules.
pub(super) fn find(document: &Document, background: &Background<'_>) -> Found {
    let known = background.known();
    let report = Report::of(document, known, background.dates);
    let agenda = Agenda {
        base: report.date,
        body: report.body.as_deref(),
        next: report.next,
        meetings: background.meetings(),
        order: background.dates,
    };
    let quoted = Quoted::of(background.register);
    let desk = Desk { report: &report, known, quoted: &quoted, agenda };
    let mut finder = Finder {
        desk,
        names: names(document),
        people: People::of(document, known),
        state: State::default(),
        drafts: Vec::new(),
        seats: Vec::new(),
    };
    finder.walk(document);
    finder.finish()
}

/// The full names of bodies that the report uses: "IEC/SEG 8", by which "SEG 8" is meant as well.
fn names(document: &Document) -> HashSet<String> {
    let texts = document.blocks.iter().map(|block| report::said(&block.content));
    texts
        .flat_map(|text| bodies::named(&text).into_iter().map(str::to_owned).collect::<Vec<_>>())
        .filter(|name| name.contains('/'))
        .collect()
}

/// Whether a list of key dates goes on.
#[derive(Default, Clone, PartialEq, Eq)]
pub(super) enum Dates {
    #[default]
    None,
    /// Lines with dates are expected.
    Open,
    /// A date stood alone: what is due stands below it.
    Below(String),
}

/// What was read above and still counts.
#[derive(Default)]
pub(super) struct State {
    /// The reference of the resolution and its words.
    pub(super) reference: Option<(String, String)>,
    pub(super) topic: Option<String>,
    /// A mark that stands alone counts for what follows.
    pub(super) mark: Option<Mark>,
    /// Who is asked by a line that leads in a list.
    pub(super) list_of: Option<String>,
    /// Items of a list go on with an item for information.
    pub(super) information: Option<usize>,
    pub(super) dates: Dates,
    /// The level of the heading that says that all below it is for information.
    pub(super) told: Option<u8>,
}

pub(super) struct Finder<'d> {
    pub(super) desk: Desk<'d>,
    pub(super) names: HashSet<String>,
    pub(super) people: People,
    pub(super) state: State,
    pub(super) drafts: Vec<Draft>,
    pub(super) seats: Vec<Seated>,
}

impl Finder<'_> {
    fn walk(&mut self, document: &Document) {
        let liaison = header::is_liaison(&self.desk);
        if liaison {
            self.drafts.extend(header::liaison(&self.desk));
        } else {
            self.drafts.extend(header::action(&self.desk));
        }
        for (at, block) in document.blocks.iter().enumerate() {
            if !self.desk.report.head.contains(&at) {
                self.block(block);
            }
        }
        // A status report without actions tells nothing.
        if self.drafts.is_empty() && !document.blocks.iter().any(|block| says_nothing(&block.content)) {
            self.drafts.extend(header::for_information(&self.desk));
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.content {
            Content::Heading { level, text } => self.heading(*level, text, &block.place),
            Content::Paragraph(paragraph) => self.paragraph(paragraph, &block.place),
            Content::Table(rows) => self.table(rows, &block.place),
        }
    }

    /// Where a text stands, and what is still to be thought of there.
    pub(super) fn context(&self, place: &Place) -> Context {
        Context {
            place: place.clone(),
            reference: self.state.reference.clone(),
            topic: self.state.topic.clone(),
            note: None,
        }
    }

    fn heading(&mut self, level: u8, text: &str, place: &Place) {
        if is_one(&fold(unnumbered(text)), |lexicon| lexicon.for_information) {
            self.state.told = Some(level);
        } else if self.state.told.is_some_and(|above| level <= above) {
            self.state.told = None;
        }
        if self.state.dates != Dates::None && self.date_line(text, place) {
            return;
        }
        self.state.dates = if key_dates::leads_in(text) { Dates::Open } else { Dates::None };
        self.state.list_of = None;
        self.state.information = None;
        self.state.reference = reference::reference(text);
        if self.state.reference.is_none() {
            self.state.mark = None;
            self.topic(text);
        }
        // A short line may be a whole ask.
        let found = self.asked(text, place);
        if found {
            return;
        }
        if let Some(mark) = marks::mark(text) {
            self.marked(&mark, place);
        }
        if let Some(who) = asks::lead_in(text) {
            self.state.list_of = Some(who);
        }
    }

    fn topic(&mut self, text: &str) {
        let bare = unnumbered(text);
        self.state.topic = (bare.chars().count() <= 100 && !bare.is_empty()).then(|| bare.to_owned());
    }

    /// What a paragraph says, by the first rule that knows it.
    pub(super) fn paragraph(&mut self, paragraph: &Paragraph, place: &Place) {
        let text = paragraph.text.as_str();
        self.seats.extend(seats::seats(text, place, self.desk.known));
        if self.date_line(text, place) {
            return;
        }
        if paragraph.label.is_some() && self.list_item(text, place) {
            return;
        }
        if let Some(found) = reference::reference(text) {
            let is_alone = text.chars().count() <= 40 || text.trim_end_matches([':', '.']) == found.1;
            self.state.reference = Some(found);
            self.state.list_of = None;
            self.state.information = None;
            if is_alone {
                return;
            }
        } else if is_topic(paragraph) {
            self.state.reference = None;
            self.state.information = None;
            self.state.mark = None;
            self.topic(text);
            return;
        }
        if let Some(mark) = marks::mark(text).or_else(|| self.quoted(text)) {
            self.state.information = None;
            if mark.text.chars().filter(|c| c.is_alphabetic()).count() < 3 {
                self.state.mark = Some(mark);
                return;
            }
            self.marked(&mark, place);
            // The next number is the next item, and not one of a list in this one.
            if paragraph.label.as_deref().is_some_and(|label| label.contains(|c: char| c.is_ascii_digit())) {
                self.state.information = None;
            }
            return;
        }
        if let Some(mark) = self.state.mark.take() {
            let mark = Mark { text: text.to_owned(), ..mark };
            self.marked(&mark, place);
            return;
        }
        self.plain(text, place);
    }

    /// The mark that a reference of the register is, where a paragraph begins with one.
    fn quoted(&self, text: &str) -> Option<Mark> {
        let lead = self.desk.quoted.leads(text)?;
        if let Some(mark) = marks::behind_reference(lead.reference, lead.rest) {
            return Some(mark);
        }
        // Without a sign behind it the rest has to ask something, or to say how it stands.
        let rest = lead.rest.trim_start_matches([' ', '.', '\t', ')']);
        let says = !marks::tasks(rest, |name| self.people.is_one(name)).is_empty()
            || states::said(rest).is_some()
            || states::leading(rest).is_some();
        says.then(|| marks::of_register(lead.reference, rest))
    }

    /// A paragraph without a mark.
    fn plain(&mut self, text: &str, place: &Place) {
        let found = self.asked(text, place);
        self.standing(text, place, None);
        if !found && let Some(who) = asks::lead_in(text) {
            self.state.list_of = Some(who);
            return;
        }
        if !(text.starts_with("to ") && self.state.list_of.is_some()) {
            self.state.information = None;
        }
    }

    /// Asks of a text, sentence by sentence.
    pub(super) fn asked(&mut self, text: &str, place: &Place) -> bool {
        let context = self.context(place);
        let before = self.drafts.len();
        let mut speaker = None;
        for sentence in sentences(text) {
            let mut found: Vec<_> =
                asks::asks(sentence).into_iter().map(|ask| (ask, Rule::Asks, 80)).collect();
            if found.is_empty() {
                let promise = promises::promise(sentence, |name| self.people.is_one(name))
                    .or_else(|| promises::of_speaker(speaker.as_deref()?, sentence));
                found.extend(promise.map(|promise| (promise, Rule::Promise, 60)));
            }
            for (ask, rule, confidence) in found {
                let asked = Asked { who: &ask.who, task: &ask.task, sentence, rule, confidence };
                let drafts = self.desk.asked(&asked, &context);
                self.drafts.extend(drafts);
            }
            speaker = promises::speaker(sentence, |name| self.people.is_one(name)).or(speaker);
        }
        self.drafts.len() > before
    }
}

/// "No action is outstanding."
fn says_nothing(content: &Content) -> bool {
    let said = fold(&report::said(content)).replace('’', "'");
    is_one(said.trim_end_matches(['.', '。', ' ']), |lexicon| lexicon.nothing)
}

/// A heading without its number.
fn unnumbered(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_ascii_digit() || ". )".contains(c))
}

/// Whether a paragraph is the topic of those below it: a short item of a list that is no sentence.
fn is_topic(paragraph: &Paragraph) -> bool {
    let text = &paragraph.text;
    let bullet = paragraph.label.as_deref().is_some_and(|label| !label.chars().any(char::is_alphanumeric));
    let ends = text.ends_with(['.', ';', ',', ':', '。', '；']);
    bullet
        && !ends
        && text.chars().count() <= 120
        && text.starts_with(char::is_uppercase)
        && asks::asks(text).is_empty()
        && marks::mark(text).is_none()
        && asks::lead_in(text).is_none()
}
