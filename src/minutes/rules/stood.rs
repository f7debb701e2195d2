//! What a report says of how something stands: of the action of a reference, or of bodies that it names.

use std::collections::BTreeMap;

use super::{
    super::{Confidence, Evidence, Field, Place, Rule, dates::deadline_in},
    actors::is_acronym,
    addressees, bodies,
    draft::{self, Context},
    finder::Finder,
    marks::{self, Mark},
    reference,
    several::{split, stands_alone},
    states, tasks,
    text::{self, sentences},
};
use crate::action::{Purpose, Status};

impl Finder<'_> {
    /// How the action of a reference stands, said without naming anybody: "AI 12/3: closed." It is said of all who are
    /// asked under that reference.
    pub(super) fn told(&mut self, mark: &Mark, context: &Context) -> bool {
        let Some((reference, _)) = &context.reference else { return false };
        let Some((status, more)) = states::leading(&mark.text) else { return false };
        let named = mark.who.as_deref().map(|who| self.desk.known.list(who)).unwrap_or_default();
        self.told_of(reference, named, (status, more), &mark.text, context);
        true
    }

    /// "AI 12/3 has been completed", in running text.
    pub(super) fn stands(&mut self, sentence: &str, context: &Context) -> bool {
        let Some((reference, status)) = states::of_reference(sentence) else { return false };
        let (named, what) = self.in_brackets(sentence);
        let (reference, words) =
            reference::reference(reference).unwrap_or_else(|| (marks::tidied(reference), String::new()));
        let context = Context { reference: Some((reference.clone(), words)), ..context.clone() };
        let before = self.drafts.len();
        self.told_of(&reference, named, (status, None), sentence, &context);
        if let Some(what) = what {
            for draft in self.drafts.iter_mut().skip(before).filter(|draft| draft.proposal.title == sentence)
            {
                draft.proposal.title.clone_from(&what);
            }
        }
        true
    }

    /// Who and what "Action 7 (L. Sample, comments on clause 5)" says in its brackets.
    fn in_brackets(&self, sentence: &str) -> (Vec<String>, Option<String>) {
        let inside =
            sentence.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
        let Some(inside) = inside else { return (Vec::new(), None) };
        if let Some(task) = tasks::tasks(inside, |name| self.people.is_one(name)).into_iter().next() {
            return (self.desk.known.list(&self.called(&task.who)), Some(text::shortened(&task.task)));
        }
        let parted = inside.split_once(" – ").or_else(|| inside.split_once([',', ':']));
        let (who, what) = parted.unwrap_or((inside, ""));
        let is_somebody = self.people.is_one(who)
            || self.people.could_be_one(who)
            || stands_alone(&bodies::plain(who), true);
        let named = if is_somebody { self.desk.known.list(&self.called(who)) } else { Vec::new() };
        let what = if is_somebody { what } else { inside };
        (named, Some(text::shortened(what.trim())).filter(|what| !what.is_empty()))
    }

    /// That what was asked under a reference, of those who are named or of all, stands so.
    fn told_of(
        &mut self,
        reference: &str,
        named: Vec<String>,
        (status, more): (Status, Option<String>),
        said: &str,
        context: &Context,
    ) {
        let actions =
            self.desk.quoted.actions(reference).iter().filter(|action| action.purpose == Purpose::Action);
        let known: Vec<_> =
            actions.map(|action| (action.asked_of.to_string(), action.title.clone())).collect();
        let title = known.first().map_or_else(|| text::shortened(said), |(_, title)| title.clone());
        let about: Vec<_> = match (named.is_empty(), known.is_empty()) {
            (false, _) => named.into_iter().map(|name| (name, title.clone())).collect(),
            (true, false) => known,
            (true, true) => vec![(String::new(), title)],
        };
        for (name, title) in about {
            let fields = BTreeMap::from([(Field::Status, said.to_owned())]);
            let evidence = Evidence { text: said.to_owned(), place: context.place.clone(), fields };
            let mut draft = self.desk.draft(title, evidence, Rule::Standing, context);
            let proposal = &mut draft.proposal;
            proposal.confidence = Confidence::new(85).less(if name.is_empty() { 25 } else { 0 });
            proposal.asked_of = name;
            proposal.status = status;
            proposal.outcome = more.clone().filter(|_| !status.is_open());
            self.drafts.push(draft);
        }
    }

    /// How something stands with bodies that are named.
    pub(super) fn standing(&mut self, text: &str, place: &Place, context: Option<&Context>) -> bool {
        let is_marked = context.is_some_and(|context| context.reference.is_some());
        let context = context.cloned().unwrap_or_else(|| self.context(place));
        let before = self.drafts.len();
        for sentence in sentences(text) {
            // What is done says nothing where it is not known of what; what is missing is missing.
            let counts = |said: &states::Said| {
                let is_somebody = || {
                    bodies::named(&said.who).next().is_some()
                        || self.people.is_one(&said.who)
                        || self.people.could_be_one(&said.who)
                        || is_acronym(&bodies::plain(&said.who))
                };
                let is_of_action =
                    ["поручени", "задани"].iter().any(|stem| sentence.to_lowercase().contains(stem));
                let counts = context.reference.is_some() || is_of_action;
                counts || said.status.is_open() && (said.is_sure || is_somebody())
            };
            let done = || is_marked.then(|| states::done(sentence)).flatten();
            let Some(said) = states::said(sentence).or_else(done).filter(counts) else { continue };
            for name in split(&said.who) {
                if !(said.is_sure || addressees::can_be_asked(&name)) {
                    continue;
                }
                let name = self.desk.known.name(&name);
                let fields = BTreeMap::from([
                    (Field::AskedOf, said.who.clone()),
                    (Field::Status, sentence.to_owned()),
                ]);
                let evidence = Evidence { text: sentence.to_owned(), place: context.place.clone(), fields };
                let title = self.in_full(&infinitive(&said.task));
                let mut draft = self.desk.draft(text::shortened(&title), evidence, Rule::Standing, &context);
                draft.proposal.details = draft::details(sentence, &title, context.note.as_deref());
                draft.proposal.asked_of = name;
                draft.proposal.status = said.status;
                draft.proposal.outcome = (said.status == Status::Done).then(|| self.in_full(&said.task));
                draft.proposal.confidence = Confidence::new(85);
                // "Feedback from members is expected by 13 June."
                if let Some(until) =
                    deadline_in(sentence, &self.desk.agenda).filter(|_| said.status.is_open())
                {
                    let words = sentence.get(until.at.clone()).unwrap_or_default().to_owned();
                    draft.proposal.evidence.fields.insert(Field::Deadline, words);
                    draft.proposal.deadline = Some(until.due);
                }
                self.drafts.push(draft);
            }
        }
        self.drafts.len() > before
    }
}

/// A title of what was said to be done or missing: "appointed a representative" is "appoint a representative".
fn infinitive(task: &str) -> String {
    const FORMS: [(&str, &str); 30] = [
        ("appointed ", "appoint "),
        ("nominated ", "nominate "),
        ("designated ", "designate "),
        ("replied ", "reply "),
        ("responded ", "respond "),
        ("submitted ", "submit "),
        ("provided ", "provide "),
        ("completed ", "complete "),
        ("sent ", "send "),
        ("established ", "establish "),
        ("prepared ", "prepare "),
        ("reviewed ", "review "),
        ("approved ", "approve "),
        ("nomination of ", "nominate "),
        ("appointment of ", "appoint "),
        ("designation of ", "designate "),
        ("désignation d'un", "désigner un"),
        ("désignation du ", "désigner le "),
        ("nomination d'un", "nommer un"),
        ("désigné ", "désigner "),
        ("nommé ", "nommer "),
        ("répondu ", "répondre "),
        ("designación de ", "designar "),
        ("nombramiento de ", "nombrar "),
        ("designado ", "designar "),
        ("nombrado ", "nombrar "),
        ("назначение ", "назначить "),
        ("назначения ", "назначить "),
        ("назначил ", "назначить "),
        ("назначила ", "назначить "),
    ];
    let lower = task.to_lowercase();
    for what in ["reply", "response", "report", "comments", "comment", "contribution", "input", "feedback"] {
        // "reply from SG17 on X": "reply on X"
        if let Some(rest) = lower
            .strip_prefix(what)
            .and_then(|rest| rest.strip_prefix(" from ").or_else(|| rest.strip_prefix(" by ")))
        {
            let about = [" on ", " to ", " about ", " concerning ", " regarding "]
                .iter()
                .find_map(|word| rest.find(word));
            let tail = about.and_then(|at| task.get(task.len() - rest.len() + at..)).unwrap_or_default();
            let verb = match what {
                "reply" | "response" => "reply",
                "report" => "report",
                "comment" | "comments" | "feedback" => "comment",
                _ => "contribute",
            };
            return format!("{verb}{tail}");
        }
    }
    let found = FORMS.iter().find(|(form, _)| lower.starts_with(form));
    found.map_or_else(
        || task.to_owned(),
        |(form, verb)| format!("{verb}{}", task.get(form.len()..).unwrap_or_default()),
    )
}
