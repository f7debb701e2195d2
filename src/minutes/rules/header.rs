//! What a document asks at its head: the fields of a liaison statement, and the Action of an ITU document.

use std::collections::BTreeMap;

use super::{
    super::{Confidence, Evidence, Field as Column, Place, Rule, dates::due_of_cell, lexicon::is_one},
    draft::{Asked, Context, Desk, Draft},
    fields::{Field, Key},
    several::split,
    tasks, text,
};
use crate::action::{Kind, Purpose, fold};

/// Whether the document is a liaison statement: it has a number or title of one, or says to whom it goes for what.
pub(super) fn is_liaison(desk: &Desk<'_>) -> bool {
    let report = desk.report;
    let numbered = report.number.as_deref().is_some_and(|number| number.contains("LS"));
    let titled = report.title.iter().chain(&report.called).any(|title| {
        let lower = title.to_lowercase();
        [
            "ls on ",
            "ls/o",
            "ls/r",
            "ls/i",
            "liaison statement",
            "note de liaison",
            "declaración de coordinación",
            "заявление о взаимодействии",
            "联络声明",
            "联络函",
            "بيان اتصال",
        ]
        .iter()
        .any(|word| lower.contains(word))
    });
    (numbered || titled)
        && report
            .fields
            .iter()
            .any(|field| matches!(field.key, Key::To | Key::CommentTo | Key::InformationTo | Key::Purpose))
}

/// The proposals of a liaison statement: one for each body that it goes to.
pub(super) fn liaison(desk: &Desk<'_>) -> Vec<Draft> {
    let report = desk.report;
    let subject = report.title.as_deref().map(about).unwrap_or_default();
    let for_information = report
        .value(Key::Purpose)
        .is_some_and(|purpose| is_one(&fold(purpose), |lexicon| lexicon.for_information));
    let mut drafts = Vec::new();
    for field in &report.fields {
        let (kind, purpose, title) = match field.key {
            Key::To if for_information => {
                (Kind::Report, Purpose::Information, format!("liaison statement on {subject}"))
            }
            Key::To => {
                (Kind::LiaisonReply, Purpose::Action, format!("reply to the liaison statement on {subject}"))
            }
            Key::CommentTo => {
                (Kind::Comment, Purpose::Action, format!("comment on the liaison statement on {subject}"))
            }
            Key::InformationTo => {
                (Kind::Report, Purpose::Information, format!("liaison statement on {subject}"))
            }
            _ => continue,
        };
        let nobody = |name: &String| is_one(&fold(name), |lexicon| lexicon.no_date);
        for name in split(&field.value).into_iter().filter(|name| !nobody(name)) {
            if !name.contains(char::is_alphanumeric) {
                continue;
            }
            drafts.push(addressed(desk, field, desk.known.name(&name), (kind, purpose, &title)));
        }
    }
    drafts
}

fn addressed(desk: &Desk<'_>, field: &Field, name: String, what: (Kind, Purpose, &str)) -> Draft {
    let (kind, purpose, title) = what;
    let due = desk.report.fields.iter().find(|field| field.key == Key::Deadline);
    let deadline =
        due.and_then(|due| due_of_cell(&due.value, &desk.agenda)).filter(|_| purpose == Purpose::Action);
    let mut fields = BTreeMap::from([(Column::AskedOf, field.value.clone())]);
    if let Some(due) = due.filter(|_| deadline.is_some()) {
        fields.insert(Column::Deadline, due.value.clone());
    }
    let reference = desk.report.number.clone();
    let context = Context { place: field.place.clone(), ..Context::default() };
    let evidence = Evidence { text: format!("{}; {title}", field.value), place: field.place.clone(), fields };
    let mut draft = desk.draft(text::shortened(title), evidence, Rule::Header, &context);
    draft.reference = reference;
    let proposal = &mut draft.proposal;
    (proposal.kind, proposal.purpose, proposal.asked_of) = (kind, purpose, name);
    proposal.confidence = Confidence::new(90).less(deadline.as_ref().map_or(0, |(_, doubt)| *doubt));
    proposal.deadline = deadline.map(|(due, _)| due);
    draft
}

/// The subject of a title: "LS on security of X [to SG17]" is about security of X.
fn about(title: &str) -> String {
    let lower = title.to_lowercase();
    let starts = [
        "reply liaison statement on ",
        "liaison statement on ",
        "liaison statement: ",
        "ls/o on ",
        "ls/r on ",
        "ls/i on ",
        "reply ls on ",
        "ls on ",
        "note de liaison sur ",
        "note de liaison relative à ",
    ];
    let cut = starts.iter().find_map(|start| lower.find(start).map(|at| at + start.len()));
    let subject = cut.and_then(|at| title.get(at..)).unwrap_or(title);
    let end = subject.find(" [").unwrap_or(subject.len());
    subject[..end].trim().trim_matches(['"', '“', '”', '«', '»']).trim_end_matches('.').to_owned()
}

/// What the field Action of a document asks. Of what is said nobody in particular it asks those to whom the document
/// goes.
pub(super) fn action(desk: &Desk<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for field in desk.report.fields.iter().filter(|field| field.key == Key::Action) {
        for sentence in text::sentences(&field.value) {
            let context = Context { place: field.place.clone(), ..Context::default() };
            for task in tasks::tasks(sentence, |_| false) {
                let asked =
                    Asked { who: &task.who, task: &task.task, sentence, rule: Rule::Header, confidence: 85 };
                drafts.extend(desk.asked(&asked, &context));
            }
        }
    }
    drafts
}

/// That the whole document is for information, if its head says so.
pub(super) fn for_information(desk: &Desk<'_>) -> Option<Draft> {
    let field = desk.report.fields.iter().find(|field| field.key == Key::Purpose)?;
    if !is_one(&fold(&field.value), |lexicon| lexicon.for_information) {
        return None;
    }
    let title = desk.report.title.clone()?;
    let context = Context { place: Place { ..field.place.clone() }, ..Context::default() };
    let mut draft = desk.information(&title, Rule::Header, &context);
    draft.reference.clone_from(&desk.report.number);
    draft.proposal.evidence.fields.insert(Column::Purpose, field.value.clone());
    Some(draft)
}
