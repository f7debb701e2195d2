//! Proposals before they are put in order: without made-up references, and with all that decides about doubles.

use std::collections::BTreeMap;

use super::{
    super::{
        Confidence, Due, Evidence, Field, Place, Proposal, Rule,
        dates::{Agenda, Dates, Until, deadline_in},
        quoted::Quoted,
    },
    bodies::plain,
    known::Known,
    report::Report,
    text,
};
use crate::action::{Purpose, Status};

/// A proposal whose reference may have to be made.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// The reference that the report prints.
    pub(super) reference: Option<String>,
    pub(super) proposal: Proposal,
    /// Whether nobody in particular is asked: "member organizations".
    pub(super) general: bool,
}

/// Where a text stands and what it belongs to.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    pub(super) place: Place,
    /// The reference and, as words for the origin, the resolution.
    pub(super) reference: Option<(String, String)>,
    pub(super) topic: Option<String>,
    /// "taking into account that ..."
    pub(super) note: Option<String>,
}

/// What makes drafts.
#[derive(Clone, Copy)]
pub(super) struct Desk<'d> {
    pub(super) report: &'d Report,
    pub(super) known: Known<'d>,
    /// The references of the register.
    pub(super) quoted: &'d Quoted<'d>,
    pub(super) agenda: Agenda<'d>,
}

/// What is asked, as a rule found it.
pub(super) struct Asked<'a> {
    pub(super) who: &'a str,
    pub(super) task: &'a str,
    pub(super) sentence: &'a str,
    pub(super) rule: Rule,
    pub(super) confidence: u8,
}

impl Desk<'_> {
    /// One draft for each of those who are asked.
    pub(super) fn asked(&self, asked: &Asked<'_>, context: &Context) -> Vec<Draft> {
        let dates = Dates::of(asked.task, &self.agenda);
        let until = dates
            .set()
            .or_else(|| dates.at_end().filter(|until| self.may_be_due(until, asked.rule)))
            .or_else(|| (asked.rule == Rule::Promise).then(|| dates.promised()).flatten());
        let mut title = text::title(asked.task, until.as_ref());
        let of_sentence = || deadline_in(asked.sentence, &self.agenda);
        if text::is_unclear(&title) {
            title = text::title(asked.sentence, of_sentence().as_ref());
        }
        let elsewhere = until.is_none().then(of_sentence).flatten();
        let deadline_words = until.as_ref().and_then(|until| asked.task.get(until.at.clone()));
        let deadline_words = deadline_words
            .or_else(|| elsewhere.as_ref().and_then(|until| asked.sentence.get(until.at.clone())));
        let mut fields = BTreeMap::new();
        if let Some(words) = deadline_words {
            fields.insert(Field::Deadline, words.to_owned());
        }
        fields.insert(Field::AskedOf, asked.who.trim().to_owned());
        let until = until.or(elsewhere);
        let doubt = until.as_ref().map_or(0, |until| until.doubt);
        let mut names = self.known.list(asked.who);
        if names.is_empty() {
            names.push(String::new());
        }
        let evidence = Evidence { text: asked.sentence.to_owned(), place: context.place.clone(), fields };
        let details = details(asked.sentence, &title, context.note.as_deref());
        let one = |name: String| {
            let nobody = if name.is_empty() { 25 } else { 0 };
            let general = is_general(&name);
            let mut draft = self.draft(title.clone(), evidence.clone(), asked.rule, context);
            draft.proposal.confidence =
                Confidence::new(asked.confidence).less(doubt).less(nobody).less(if general { 15 } else { 0 });
            draft.proposal.asked_of = name;
            draft.proposal.details.clone_from(&details);
            draft.proposal.deadline = until.as_ref().map(|until| until.due.clone());
            draft.general = general;
            draft
        };
        names.into_iter().map(one).collect()
    }

    /// Whether a day in brackets at the end is that of a deadline: behind a mark it is, elsewhere it may be that of a document
    /// if it is past.
    fn may_be_due(&self, until: &Until, rule: Rule) -> bool {
        let coming = self.report.date.zip(until.due.day()).is_some_and(|(date, day)| day > date);
        rule == Rule::Mark || coming
    }

    /// A draft for action, open, without deadline, asked of nobody yet.
    pub(super) fn draft(&self, title: String, evidence: Evidence, rule: Rule, context: &Context) -> Draft {
        let resolution = context.reference.as_ref().map(|(_, words)| words.as_str());
        let proposal = Proposal {
            reference: String::new(),
            kind: text::kind(&title),
            title,
            details: None,
            asked_of: String::new(),
            also_to: Vec::new(),
            purpose: Purpose::Action,
            deadline: None,
            status: Status::Open,
            outcome: None,
            origin: self.report.origin(resolution.filter(|words| !words.is_empty())),
            opened: self.report.date,
            topic: context.topic.clone(),
            evidence,
            rule,
            confidence: Confidence::new(80),
        };
        let reference = context.reference.as_ref().map(|(reference, _)| reference.clone());
        Draft { reference, proposal, general: false }
    }

    /// An item for information.
    pub(super) fn information(&self, said: &str, rule: Rule, context: &Context) -> Draft {
        let evidence =
            Evidence { text: said.to_owned(), place: context.place.clone(), fields: BTreeMap::new() };
        let mut draft = self.draft(text::shortened(news(said)), evidence, rule, context);
        draft.reference = None;
        let proposal = &mut draft.proposal;
        proposal.purpose = Purpose::Information;
        proposal.kind = crate::action::Kind::Report;
        proposal.asked_of = self.report.to.first().or(self.report.body.as_ref()).cloned().unwrap_or_default();
        proposal.details = details(said, &proposal.title, context.note.as_deref());
        proposal.confidence = Confidence::new(90);
        draft
    }
}

/// The sentence as details, if the title does not say all of it, and what has to be noted.
pub(super) fn details(sentence: &str, title: &str, note: Option<&str>) -> Option<String> {
    let sentence = (sentence.chars().count() > title.chars().count() + 4).then(|| sentence.to_owned());
    let note = note.map(|note| {
        let mut chars = note.chars();
        let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
        format!("{first}{}.", chars.as_str().trim_end_matches('.'))
    });
    let parts: Vec<String> = [sentence, note].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// What stands between who said something and what.
const SAID: [&str; 14] = [
    " reported that ",
    " mentioned that ",
    " informed that ",
    " noted that ",
    " announced that ",
    " indicated that ",
    " a indiqué que ",
    " a signalé que ",
    " informó de que ",
    " indicó que ",
    " сообщил, что ",
    " сообщила, что ",
    "报告说，",
    "أفاد بأن ",
];

/// What is new, without who said it: "X reported that ...".
fn news(said: &str) -> &str {
    let first = text::sentences(said).first().copied().unwrap_or(said);
    let first = first.trim_end_matches(['.', ':', ';', '。', '：']);
    let cut = SAID.iter().find_map(|word| first.find(word).filter(|at| *at < 90).map(|at| at + word.len()));
    let news = cut.and_then(|at| first.get(at..)).unwrap_or(first);
    // "they have approved a project" does not say who has.
    let unclear = ["they ", "it ", "he ", "she ", "ils ", "elle ", "он ", "она "]
        .iter()
        .any(|word| news.starts_with(word));
    if unclear { first } else { news }
}

/// Whether nobody in particular is asked.
fn is_general(name: &str) -> bool {
    let lower = plain(name).to_lowercase();
    let words = [
        "member organi",
        "members",
        "organizations",
        "organisations",
        "member states",
        "all ",
        "administrations",
        "membres",
        "miembros",
        "член",
        "成员",
        "organismes",
        "participants",
    ];
    lower.is_empty() || words.iter().any(|word| lower.contains(word))
}

/// The day of a deadline, for comparing.
pub(super) fn day(due: Option<&Due>) -> Option<String> {
    due.map(ToString::to_string)
}
