//! Marked paragraphs: what they ask, of whom, and until when.

use super::{
    super::{
        Due, Field, Place, Rule,
        dates::{deadline_in, due_alone},
        lexicon::{ALL, begins_with_deed, find_phrase},
    },
    actors::{is_name, is_titled},
    asks, bodies,
    draft::{Asked, Context},
    finder::Finder,
    items::{self, Item},
    marks::{self, Mark},
    several::{split, stands_alone},
    states,
    tasks::{self, Task},
    text::sentences,
};
use crate::action::{Purpose, Status, fold};

impl Finder<'_> {
    /// What a marked paragraph asks, tells, or says of how something stands.
    pub(super) fn marked(&mut self, mark: &Mark, place: &Place) {
        let mut context = self.context(place);
        context.note.clone_from(&mark.note);
        if let Some(reference) = &mark.reference {
            context.reference = Some((reference.clone(), String::new()));
        }
        if mark.purpose == Purpose::Information {
            let draft = self.desk.information(&mark.text, Rule::Information, &context);
            self.drafts.push(draft);
            self.state.information = Some(self.drafts.len() - 1);
            return;
        }
        if self.standing(&mark.text, place, Some(&context)) || self.told(mark, &context) {
            return;
        }
        if self.of_the_paragraph_above(mark, &context) {
            return;
        }
        let items = marks::numbered_items(&mark.text);
        if !items.is_empty() {
            for item in items {
                self.marked(&Mark { text: item.to_owned(), ..mark.clone() }, place);
            }
            return;
        }
        if self.in_parts(mark, &context) {
            return;
        }
        let before = self.drafts.len();
        let (text, ends_with) = states::without_end(&mark.text);
        let mut status = mark.status.or(ends_with).map(|status| (status, None));
        let (mut due, mut said) = (None, Vec::new());
        for sentence in sentences(text) {
            // "Status: open", "Still open." behind what is asked.
            let closed = || states::leading(sentence).filter(|_| !said.is_empty());
            let until = due_alone(without_state(sentence), &self.desk.agenda);
            if until.is_some() && !said.is_empty() {
                due = until.map(|until| (until, sentence));
                continue;
            }
            if let Some(told) = states::field(sentence).or_else(|| states::alone(sentence)).or_else(closed) {
                status = Some(told);
                continue;
            }
            said.push(sentence);
            // "(Don Sample) Find out whether IEEE will renew it": the whole is the task.
            let is_whole = mark.who.is_some() && begins_with_deed(sentence);
            let whole = || vec![Task { who: String::new(), task: sentence.to_owned() }];
            let confidence = if is_whole { 75 } else { 90 };
            for task in if is_whole { whole() } else { self.tasks(sentence) } {
                let who = self.called(mark.who.as_deref().unwrap_or(&task.who));
                let asked = Asked { who: &who, task: &task.task, sentence, rule: Rule::Mark, confidence };
                let drafts = self.desk.asked(&asked, &context);
                self.drafts.extend(drafts);
            }
        }
        if self.drafts.len() == before && (mark.is_decision || asks_nothing(text)) {
            return;
        }
        let text = said.join(" ");
        if self.drafts.len() == before && text.chars().filter(|c| c.is_alphabetic()).count() > 2 {
            let to = self.desk.report.to.first().cloned().unwrap_or_default();
            let who = self.called(&mark.who.clone().unwrap_or(to));
            let asked = Asked { who: &who, task: &text, sentence: &text, rule: Rule::Mark, confidence: 75 };
            let drafts = self.desk.asked(&asked, &context);
            self.drafts.extend(drafts);
        }
        // "(for action, reply by 3 June)"
        let noted = || {
            let note = mark.note.as_deref()?;
            deadline_in(note, &self.desk.agenda).map(|until| ((until.due, until.doubt), note))
        };
        if let Some((until, sentence)) = due.or_else(noted) {
            self.due_from(before, &until, sentence);
        }
        if let Some((status, outcome)) = status {
            for draft in self.drafts.iter_mut().skip(before) {
                (draft.proposal.status, draft.proposal.outcome) = (status, outcome.clone());
            }
        }
    }

    /// What a marked line tells in parts: "Mr Prova – contact CEN/TC 888 – in progress".
    fn in_parts(&mut self, mark: &Mark, context: &Context) -> bool {
        // Whoever the mark names is asked, and the line need not name anybody.
        let named = mark.who.as_ref().map(|who| format!("{who} – {}", mark.text));
        let told = self.in_parts_of(named.as_deref().unwrap_or(&mark.text));
        let is_told = |item: &Item| {
            let is_clear = item.due.is_some() || item.status.is_some();
            is_clear || mark.who.is_none() && self.tasks(&mark.text).is_empty()
        };
        let Some(mut item) = told.filter(is_told) else { return false };
        if let Some(who) = &mark.who {
            item.who.clone_from(who);
        }
        if mark.is_decision && !self.tasks(&item.what).is_empty() {
            return false;
        }
        self.listed(&item, mark.status, &mark.text, context);
        true
    }

    /// The parts of a line, if it names somebody.
    pub(super) fn in_parts_of(&self, text: &str) -> Option<Item> {
        let is_person = |name: &str| self.people.is_one(name) || self.people.could_be_one(name);
        items::item(text, &self.desk.agenda, is_person).filter(|item| !item.who.is_empty())
    }

    /// What an item in parts asks of each of those whom it names.
    pub(super) fn listed(&mut self, item: &Item, status: Option<Status>, text: &str, context: &Context) {
        let before = self.drafts.len();
        let who = self.called(&item.who);
        let task = self.tasks(&item.what).into_iter().next().filter(|task| fold(&task.who) == fold(&who));
        let task = task.map_or_else(|| item.what.clone(), |task| task.task);
        let asked = Asked { who: &who, task: &task, sentence: text, rule: Rule::Mark, confidence: 85 };
        let drafts = self.desk.asked(&asked, context);
        self.drafts.extend(drafts);
        for draft in self.drafts.iter_mut().skip(before) {
            let proposal = &mut draft.proposal;
            if let Some((due, doubt, words)) = &item.due {
                proposal.deadline = Some(due.clone());
                proposal.confidence = proposal.confidence.less(*doubt);
                proposal.evidence.fields.insert(Field::Deadline, words.clone());
            }
            proposal.status = item.status.or(status).unwrap_or(proposal.status);
        }
    }

    /// "Action: Mr Prova." says who has to do what stands in the paragraph above.
    fn of_the_paragraph_above(&mut self, mark: &Mark, context: &Context) -> bool {
        // "TASK: Bruno, by 6 June": the day is that of the task above.
        let is_person = |name: &str| self.people.is_one(name);
        let dated = items::names_and_day(&mark.text, &self.desk.agenda, is_person);
        let (said, due) = dated.map_or_else(|| (mark.text.clone(), None), |(names, due)| (names, Some(due)));
        let names = split(said.trim_end_matches('.'));
        let is_somebody =
            |name: &String| stands_alone(name, true) || is_titled(&said) || self.people.is_one(name);
        let only_names = !names.is_empty()
            && names.iter().all(|name| is_name(name) && is_somebody(name))
            && !mark.is_decision
            && self.tasks(&mark.text).is_empty();
        let Some(above) = self.state.above.take().filter(|_| only_names) else { return false };
        let Some(sentence) = sentences(&above).pop() else { return false };
        let task =
            self.tasks(sentence).into_iter().next().map_or_else(|| sentence.to_owned(), |task| task.task);
        let who = self.called(&names.join(", "));
        let asked = Asked { who: &who, task: &task, sentence, rule: Rule::Mark, confidence: 85 };
        let before = self.drafts.len();
        let drafts = self.desk.asked(&asked, context);
        // What the sentence itself asked or promised is the same, of the one whom the mark names.
        if let ([one], [said]) = (&drafts[..], &mut self.drafts[before.saturating_sub(1)..])
            && said.proposal.evidence.text == *sentence
        {
            said.proposal.asked_of.clone_from(&one.proposal.asked_of);
            return true;
        }
        self.drafts.extend(drafts);
        if let Some((due, doubt, _)) = due {
            self.due_from(before, &(due, doubt), &mark.text);
        }
        true
    }

    /// "CLOSED - Sent as N 797." below a marked paragraph says how what it asks stands, from the draft `from` on.
    pub(super) fn stands_below(&mut self, from: usize, text: &str) -> bool {
        let text = ["Action ", "Item ", "AI ", "Action item "]
            .iter()
            .find_map(|word| text.strip_prefix(word))
            .unwrap_or(text);
        let first = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        let is_shouted = first.chars().count() >= 4 && first.chars().all(char::is_uppercase);
        let is_state = is_shouted || states::alone(text).is_some();
        let begins = states::leading(text).filter(|_| is_state && self.asked_in_text(text).is_empty());
        let Some((status, outcome)) = begins else { return false };
        for draft in self.drafts.iter_mut().skip(from) {
            let proposal = &mut draft.proposal;
            proposal.status = status;
            proposal.outcome = outcome.clone().filter(|_| !status.is_open());
            proposal.evidence.fields.insert(Field::Status, text.to_owned());
        }
        true
    }

    /// "Responsible: the secretariat; deadline: 5 June" says who has to do what the paragraph above asks.
    pub(super) fn done_by(&mut self, who: &str, due: Option<&(Due, u8)>, said: &str, place: &Place) -> bool {
        let Some(above) = self.state.above.take() else { return false };
        let Some(sentence) = sentences(&above).pop() else { return false };
        let task =
            self.tasks(sentence).into_iter().next().map_or_else(|| sentence.to_owned(), |task| task.task);
        let who = self.called(who);
        let asked = Asked { who: &who, task: &task, sentence, rule: Rule::Mark, confidence: 85 };
        let before = self.drafts.len();
        let drafts = self.desk.asked(&asked, &self.context(place));
        self.drafts.extend(drafts);
        if let Some(due) = due {
            self.due_from(before, due, said);
        }
        true
    }

    /// What a sentence of a marked paragraph asks.
    fn tasks(&self, sentence: &str) -> Vec<Task> {
        let found = tasks::tasks(sentence, |name| self.people.is_one(name));
        if !found.is_empty() {
            return found;
        }
        let asked = self.asked_in_sentence(sentence, None);
        asked.into_iter().map(|(ask, ..)| Task { who: ask.who, task: ask.task }).collect()
    }

    /// The text with bodies by their full names: "SEG 8" is "IEC/SEG 8" where the report calls it so.
    pub(super) fn in_full(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for name in bodies::named(text).filter(|name| !name.starts_with(['W', 'A'])) {
            if let Some(full) = self.names.in_full(name)
                && let Some(at) = find_phrase(&out, name)
                && !out[..at].ends_with('/')
            {
                out.replace_range(at..at + name.len(), full);
            }
        }
        out
    }
}

/// "Overdue, new target date 30 November 2021": without how it stands.
fn without_state(sentence: &str) -> &str {
    let parted = sentence.split_once([',', ';', '–', '，']);
    parted.filter(|(state, _)| states::alone(state).is_some()).map_or(sentence, |(_, rest)| rest.trim_start())
}

/// Whether a marked text only takes note of something.
fn asks_nothing(text: &str) -> bool {
    let text = fold(asks::after_its_number(text));
    ALL.iter()
        .flat_map(|lexicon| lexicon.noted)
        .any(|word| text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}
