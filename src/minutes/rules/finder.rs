//! The walk through a report, block by block.

use super::{
    super::{
        Block, Content, Document, Paragraph, Place, Rule, Seated,
        dates::Agenda,
        lexicon::{self, is_one},
        quoted::Quoted,
    },
    Background, Found,
    addressees::can_be_asked,
    asks, bodies,
    draft::{Asked, Context, Desk, Draft},
    header, items, key_dates,
    marks::{self, Mark},
    names::Names,
    people::People,
    reference::{self, Numbering},
    report::{self, Report},
    seats, states, tasks,
    text::sentences,
    titles::{is_numbered, is_topic, leads_in_actions, unnumbered},
};
use crate::action::{Status, fold};

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
        names: Names::of(document),
        people: People::of(document, known),
        numbering: Numbering::of(document),
        is_liaison: false,
        sender: writer(document, "From"),
        addressee: report.to.first().cloned().or_else(|| writer(document, "To")),
        state: State::default(),
        drafts: Vec::new(),
        seats: Vec::new(),
    };
    finder.walk(document);
    finder.finish()
}

/// Who wrote a message, or to whom, by its field.
fn writer(document: &Document, field: &str) -> Option<String> {
    let from = document.fields.iter().find(|(name, _)| name == field)?.1.as_str();
    let name = from.split(['<', ';']).next().unwrap_or_default().trim().trim_matches('"');
    (!name.is_empty() && !name.contains('@')).then(|| name.to_owned())
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
    /// The paragraph above, if it is an ordinary one.
    pub(super) above: Option<String>,
    /// A mark that stands alone counts for what follows.
    pub(super) mark: Option<Mark>,
    /// A heading or a line leads in a list of actions.
    pub(super) actions: bool,
    /// Who is asked by a line that leads in a list.
    pub(super) list_of: Option<String>,
    /// Items of a list go on with an item for information.
    pub(super) information: Option<usize>,
    pub(super) dates: Dates,
    /// The heading that says that all below it is for information.
    pub(super) told: Option<Told>,
    /// The first draft of the marked paragraph above: the next line may say how it stands.
    pub(super) marked: Option<usize>,
}

/// A heading that says that all below it is for information.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    level: u8,
    /// "For information" and not "Information", which may lead in anything.
    is_sure: bool,
}

pub(super) struct Finder<'d> {
    pub(super) desk: Desk<'d>,
    pub(super) names: Names,
    pub(super) people: People,
    pub(super) numbering: Numbering,
    pub(super) is_liaison: bool,
    /// Who wrote a message.
    pub(super) sender: Option<String>,
    /// To whom a letter goes: "you".
    pub(super) addressee: Option<String>,
    pub(super) state: State,
    pub(super) drafts: Vec<Draft>,
    pub(super) seats: Vec<Seated>,
}

impl Finder<'_> {
    fn walk(&mut self, document: &Document) {
        self.is_liaison = header::is_liaison(&self.desk);
        if self.is_liaison {
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
        let bare = fold(unnumbered(text).trim_end_matches([':', '：']));
        if is_one(&bare, |lexicon| lexicon.for_information) {
            let is_sure = bare.contains(' ') || !bare.is_ascii() || bare == "fyi";
            self.state.told = Some(Told { level, is_sure });
        } else if self.state.told.is_some_and(|above| level <= above.level) {
            self.state.told = None;
        }
        // "8 Closing" is the next section, and nothing that is due on the day above.
        if is_numbered(text) {
            self.ends_date();
        }
        if self.state.dates != Dates::None && self.date_line(text, place) {
            return;
        }
        self.state.dates = if key_dates::leads_in(text) { Dates::Open } else { Dates::None };
        self.state.list_of = None;
        self.state.information = None;
        self.state.actions = leads_in_actions(text);
        self.state.reference = reference::reference(text);
        if self.state.reference.is_none() {
            self.state.mark = None;
            self.topic(text);
        }
        if self.state.marked.take().is_some_and(|from| self.stands_below(from, text))
            || self.sent(text, place)
        {
            return;
        }
        // A short line may be a whole item with its mark, or a whole ask.
        match marks::mark(text) {
            Some(mark) => self.marked(&mark, place),
            None if self.asked(text, place) => return,
            None => {}
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
        if let Some(parts) = marks::parts(text) {
            for text in parts {
                self.paragraph(&Paragraph { text, ..paragraph.clone() }, place);
            }
            return;
        }
        let marked = self.state.marked.take();
        if marked.is_some_and(|from| self.stands_below(from, text)) {
            self.state.marked = marked;
            return;
        }
        if let Some((status, rest)) = states::ticked(text) {
            self.stood(status, rest, place);
            return;
        }
        if paragraph.label.is_none() && text.ends_with([':', '：']) {
            self.state.actions = leads_in_actions(text);
        }
        self.seats.extend(seats::seats(text, place, self.desk.known));
        if self.date_line(text, place) {
            return;
        }
        if self.sent(text, place) || paragraph.label.is_some() && self.list_item(text, place) {
            return;
        }
        if states::in_front(text).is_some_and(|(status, rest)| self.stood(status, rest, place)) {
            return;
        }
        if let Some(found) = reference::reference(text) {
            let is_alone = reference::is_alone(text);
            self.state.reference = Some(found);
            self.state.list_of = None;
            self.state.information = None;
            if is_alone {
                return;
            }
        } else if (is_topic(paragraph, false) || !self.state.actions && is_topic(paragraph, true))
            && self.asked_in_text(text).is_empty()
            && self.numbered(text).is_none()
            && self.in_parts_of(text).is_none()
        {
            self.state.reference = None;
            self.state.information = None;
            self.state.mark = None;
            self.topic(text);
            return;
        }
        if let Some(mark) = marks::mark(text)
            .or_else(|| self.quoted(text))
            .or_else(|| self.numbered(text))
            .or_else(|| self.named_in_front(text))
        {
            self.state.information = None;
            self.state.mark = None;
            let is_empty = mark.text.chars().filter(|c| c.is_alphabetic()).count() < 3;
            if is_empty && !self.people.is_one(&mark.text) {
                self.state.mark = Some(mark);
                return;
            }
            let before = self.drafts.len();
            self.marked(&mark, place);
            self.state.marked = (self.drafts.len() > before).then_some(before);
            // The next number is the next item, and not one of a list in this one.
            if paragraph.label.as_deref().is_some_and(|label| label.contains(|c: char| c.is_ascii_digit())) {
                self.state.information = None;
            }
            return;
        }
        if let Some((who, due)) = items::responsible_alone(text, &self.desk.agenda)
            && self.done_by(&who, due.as_ref(), text, place)
        {
            return;
        }
        if let Some((task, who)) = tasks::responsible_behind(text) {
            let sentence = sentences(task).pop().unwrap_or(task);
            let asked = self.asked_in_sentence(sentence, None).into_iter().next();
            let task = asked.map_or_else(|| sentence.to_owned(), |(ask, ..)| ask.task);
            let asked = Asked { who: &who, task: &task, sentence, rule: Rule::Mark, confidence: 85 };
            let drafts = self.desk.asked(&asked, &self.context(place));
            self.drafts.extend(drafts);
            return;
        }
        // "To ITU-T SG17:", above what is asked of it.
        if let Some(who) = text.strip_prefix("To ").and_then(|rest| rest.strip_suffix(':'))
            && can_be_asked(who)
        {
            self.state.list_of = Some(who.to_owned());
            return;
        }
        if paragraph.label.is_some() && self.state.mark.is_none() && self.in_a_list(text, place) {
            return;
        }
        if let Some(mark) = self.state.mark.take() {
            let mark = Mark { text: text.to_owned(), ..mark };
            self.marked(&mark, place);
            return;
        }
        self.plain(text, place);
    }

    /// "Carried over: 41/02 ITU to supply the calendar": what stands behind the state asks something.
    fn stood(&mut self, status: Status, rest: &str, place: &Place) -> bool {
        let before = self.drafts.len();
        self.paragraph(&Paragraph { text: rest.to_owned(), ..Paragraph::default() }, place);
        for draft in self.drafts.iter_mut().skip(before) {
            let proposal = &mut draft.proposal;
            let is_open = proposal.status == Status::Open && proposal.rule != Rule::Standing;
            proposal.status = if is_open { status } else { proposal.status };
        }
        self.drafts.len() > before
    }

    /// An item of a list without a mark that tells an action in parts: who, what it is that they have to do, and until
    /// when or how it stands.
    fn in_a_list(&mut self, text: &str, place: &Place) -> bool {
        let told = self.in_parts_of(text);
        let is_action = |item: &items::Item| {
            let is_known = self.people.is_one(&item.who) || bodies::is_shaped(&item.who);
            (item.due.is_some() || item.status.is_some())
                && (is_known || lexicon::begins_with_deed(&item.what))
        };
        let Some(item) = told.filter(|item| self.state.actions || is_action(item)) else { return false };
        self.listed(&item, None, text, &self.context(place));
        true
    }

    /// A paragraph without a mark.
    fn plain(&mut self, text: &str, place: &Place) {
        self.state.above = Some(text.to_owned());
        // "to submit contributions", below "invites Member States".
        let goes_on = ["to ", "à ", "de "].iter().any(|word| text.starts_with(word));
        if goes_on && self.state.list_of.is_some() && self.list_item(text, place) {
            return;
        }
        let found = self.asked(text, place);
        let stands = self.standing(text, place, None);
        // "For information" alone is clear; "Information" may lead in anything.
        if self.state.told.is_some_and(|told| told.is_sure) && !found && !stands {
            let draft = self.desk.information(text, Rule::Information, &self.context(place));
            self.drafts.push(draft);
            return;
        }
        if !found && let Some(who) = asks::lead_in(text) {
            self.state.list_of = Some(who);
            return;
        }
        if !(text.starts_with("to ") && self.state.list_of.is_some()) {
            self.state.information = None;
        }
    }
}

/// "No action is outstanding."
fn says_nothing(content: &Content) -> bool {
    let said = fold(&report::said(content)).replace('’', "'");
    is_one(said.trim_end_matches(['.', '。', ' ']), |lexicon| lexicon.nothing)
}
