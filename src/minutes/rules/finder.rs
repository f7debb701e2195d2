//! The walk through a report, block by block.

use std::collections::HashSet;

use super::{
    super::{
        Block, Content, Document, Field, Paragraph, Place, Rule, Seated,
        dates::{Agenda, deadline_in, due_alone},
        lexicon::is_one,
        quoted::Quoted,
    },
    Background, Found,
    actors::{can_promise, is_acronym, is_name},
    addressees::can_be_asked,
    asks::{self, Ask},
    bodies,
    draft::{Asked, Context, Desk, Draft},
    header, key_dates,
    marks::{self, Mark},
    people::People,
    promises,
    reference::{self, Numbering},
    report::{self, Report},
    seats,
    several::stands_alone,
    states,
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

/// The full names of bodies that the report uses: "IEC/SEG 8", by which "SEG 8" is meant as well.
fn names(document: &Document) -> HashSet<String> {
    let texts = document.blocks.iter().map(|block| report::said(&block.content));
    texts
        .flat_map(|text| bodies::named(&text).into_iter().map(str::to_owned).collect::<Vec<_>>())
        // "C/SG13" is the chair of SG13, and not what SG13 is called in full.
        .filter(|name| {
            name.split_once('/').is_some_and(|(first, rest)| first.len() > 1 && !rest.starts_with("SG"))
        })
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
    /// The paragraph above, if it is an ordinary one.
    pub(super) above: Option<String>,
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
    numbering: Numbering,
    is_liaison: bool,
    /// Who wrote a message.
    sender: Option<String>,
    /// To whom a letter goes: "you".
    addressee: Option<String>,
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
        self.seats.extend(seats::seats(text, place, self.desk.known));
        if self.date_line(text, place) {
            return;
        }
        if paragraph.label.is_some() && self.list_item(text, place) {
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
        } else if is_topic(paragraph) && self.asked_in_text(text).is_empty() {
            self.state.reference = None;
            self.state.information = None;
            self.state.mark = None;
            self.topic(text);
            return;
        }
        if let Some(mark) = marks::mark(text).or_else(|| self.quoted(text)).or_else(|| self.numbered(text)) {
            self.state.information = None;
            self.state.mark = None;
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
        if let Some((task, who)) = marks::responsible_behind(text) {
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

    /// The mark that a number in front of a paragraph is, where the paragraph asks something or says how it stands.
    fn numbered(&self, text: &str) -> Option<Mark> {
        let front = reference::in_front(text).filter(|front| self.numbering.admits(front.reference))?;
        let rest = front.rest;
        let says = !self.asked_in_text(rest).is_empty()
            || states::said(rest).or_else(|| states::done(rest)).is_some()
            || states::leading(rest).is_some()
            || marks::tasks(rest, |name| self.people.is_one(name)).iter().any(|task| {
                let is_somebody = || {
                    let is_one = can_promise(&task.who, |name| self.people.is_one(name));
                    (is_one || stands_alone(&bodies::plain(&task.who), true)) && is_name(&task.who)
                };
                front.is_marked || is_somebody()
            });
        says.then(|| marks::of_register(front.reference, rest))
    }

    /// What the first sentence of a text that asks something asks.
    fn asked_in_text(&self, text: &str) -> Vec<(Ask, Rule, u8)> {
        let found = sentences(text).into_iter().map(|sentence| self.asked_in_sentence(sentence, None));
        found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
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
            if self.due_behind(sentence, before) || self.stands(sentence, &context) {
                continue;
            }
            let (context, said) = with_its_reference(&context, sentence);
            let (said, status) = states::without_end(said);
            let found = self.asked_in_sentence(said, speaker.as_deref());
            if found.is_empty() && !self.is_liaison {
                self.drafts.extend(key_dates::of_addressees(said, &context, &self.desk));
            }
            for (ask, rule, confidence) in found {
                let who = self.called(&ask.who);
                let asked = Asked { who: &who, task: &ask.task, sentence, rule, confidence };
                let mut drafts = self.desk.asked(&asked, &context);
                for draft in &mut drafts {
                    draft.proposal.status = status.unwrap_or(draft.proposal.status);
                }
                self.drafts.extend(drafts);
            }
            speaker = promises::speaker(sentence, |name| self.people.is_one(name)).or(speaker);
        }
        self.drafts.len() > before
    }
}

impl Finder<'_> {
    /// "Deadline: 20 January 2020." behind what is asked, from the draft `from` on.
    pub(super) fn due_behind(&mut self, sentence: &str, from: usize) -> bool {
        let Some((due, doubt)) = due_alone(sentence, &self.desk.agenda) else { return false };
        let waiting = self.drafts.iter_mut().skip(from).filter(|draft| draft.proposal.deadline.is_none());
        for draft in waiting {
            draft.proposal.deadline = Some(due.clone());
            draft.proposal.confidence = draft.proposal.confidence.less(doubt);
            draft.proposal.evidence.fields.insert(Field::Deadline, sentence.to_owned());
        }
        true
    }

    /// What a sentence asks, promises or directs: by what rule, and how sure that is.
    pub(super) fn asked_in_sentence(&self, sentence: &str, speaker: Option<&str>) -> Vec<(Ask, Rule, u8)> {
        let asks = asks::asks(sentence).into_iter();
        // Only a letter says "you", and to whom; an invitation to a meeting asks nothing.
        let is_meant = |ask: &Ask| {
            let comes =
                ["attend", "participate", "join", "take part"].iter().any(|verb| ask.task.starts_with(verb));
            !ask.who.eq_ignore_ascii_case("you") || self.addressee.is_some() && !comes
        };
        let found: Vec<_> = asks.filter(is_meant).map(|ask| (ask, Rule::Asks, 80)).collect();
        if !found.is_empty() {
            return found;
        }
        let is_person = |name: &str| self.people.is_one(name);
        // An acronym may be that of a body where something is to be done by a day: "CCMC to publish it by May".
        let may_be = |name: &str| {
            self.people.could_be_one(name)
                || is_acronym(name) && deadline_in(sentence, &self.desk.agenda).is_some()
        };
        let of_sender = || promises::of_sender(self.sender.as_deref()?, sentence);
        let promise = promises::promise(sentence, is_person)
            .or_else(|| promises::of_speaker(speaker?, sentence))
            .or_else(of_sender);
        if let Some(promise) = promise {
            let counts = !self.is_own(&promise);
            return counts.then_some((promise, Rule::Promise, 60)).into_iter().collect();
        }
        let directive = || promises::directive(sentence, is_person).map(|ask| (ask, Rule::Asks, 75));
        let unsure = || {
            let promise = || promises::promise(sentence, may_be).map(|ask| (ask, Rule::Promise, 45));
            promise().or_else(|| promises::directive(sentence, may_be).map(|ask| (ask, Rule::Asks, 45)))
        };
        directive().or_else(unsure).into_iter().collect()
    }

    /// Those who are asked, by their full names: "SEG 8" is IEC/SEG 8, "KE" is K. Exemple.
    pub(super) fn called(&self, who: &str) -> String {
        if who.eq_ignore_ascii_case("you") {
            return self.addressee.clone().unwrap_or_default();
        }
        let of_initials = |word: &str| self.people.of_initials(word.trim()).map(str::to_owned);
        match of_initials(who) {
            Some(name) => name,
            None if who.contains(" and ") || who.contains(", ") => {
                let parts = who.split(", ").flat_map(|part| part.split(" and "));
                let parts: Vec<_> =
                    parts.map(|part| of_initials(part).unwrap_or_else(|| part.to_owned())).collect();
                if parts.iter().any(|part| !who.contains(part.as_str())) {
                    parts.join(", ")
                } else {
                    self.in_full(who)
                }
            }
            None => self.in_full(who),
        }
    }

    /// "TSAG agreed to send a liaison statement", in a report of TSAG: what those who met will do tells the rest of the
    /// report, unless it is to be done by a day.
    fn is_own(&self, promise: &Ask) -> bool {
        let who = self.desk.known.name(&promise.who);
        let met = self.desk.report.body.as_deref();
        met.is_some_and(|met| fold(met) == fold(&who))
            && deadline_in(&promise.task, &self.desk.agenda).is_none()
    }
}

/// What belongs to a sentence, and the sentence without the reference that it ends with.
fn with_its_reference<'s>(context: &Context, sentence: &'s str) -> (Context, &'s str) {
    let mut context = context.clone();
    let Some((reference, said)) = reference::at_end(sentence) else { return (context, sentence) };
    context.reference = Some((reference, String::new()));
    (context, said)
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
