//! Paragraphs that begin with a reference: one of the register, or a number that may be one.

use super::{
    super::{Rule, lexicon::begins_with_deed},
    actors::{can_promise, is_acronym, is_name},
    asks::Ask,
    bodies,
    finder::Finder,
    items::are_names,
    marks::{self, Mark},
    reference,
    several::stands_alone,
    states, tasks,
    text::sentences,
};

impl Finder<'_> {
    /// The mark that a reference of the register is, where a paragraph begins with one.
    pub(super) fn quoted(&self, text: &str) -> Option<Mark> {
        let lead = self.desk.quoted.leads(text)?;
        if let Some(mark) = marks::behind_reference(lead.reference, lead.rest) {
            return Some(mark);
        }
        // Without a sign behind it the rest has to ask something, or to say how it stands.
        let rest = lead.rest.trim_start_matches([' ', '.', '\t', ')']);
        let says = !tasks::tasks(rest, |name| self.people.is_one(name)).is_empty()
            || states::said(rest).is_some()
            || states::leading(rest).is_some();
        says.then(|| marks::of_register(lead.reference, rest))
    }

    /// The mark that a number in front of a paragraph is, where the paragraph asks something or says how it stands.
    pub(super) fn numbered(&self, text: &str) -> Option<Mark> {
        // "41/03 (ITU to supply the calendar) was completed" is a sentence about it.
        if states::of_reference(text).is_some() {
            return None;
        }
        let front = reference::in_front(text).filter(|front| self.numbering.admits(front.reference))?;
        let rest = front.rest;
        if let Some(mark) = self.of_those_in_brackets(front.reference, rest) {
            return Some(mark);
        }
        let says = !self.asked_in_text(rest).is_empty()
            || states::said(rest).or_else(|| states::done(rest)).is_some()
            || states::leading(rest).is_some()
            || front.is_marked && self.in_parts_of(rest).is_some()
            || tasks::tasks(rest, |name| self.people.is_one(name)).iter().any(|task| {
                let is_somebody = || {
                    let is_one = can_promise(&task.who, |name| self.people.is_one(name));
                    (is_one || stands_alone(&bodies::plain(&task.who), true)) && is_name(&task.who)
                };
                front.is_marked || is_somebody()
            });
        says.then(|| marks::of_register(front.reference, rest))
    }

    /// "A-09 (Mr Sample) Survey of members": who is asked stands in brackets behind the number.
    fn of_those_in_brackets(&self, reference: &str, rest: &str) -> Option<Mark> {
        let (inside, text) = rest.strip_prefix('(')?.split_once(')')?;
        let is_item = text.chars().filter(|c| c.is_alphabetic()).count() >= 4
            && !states::begins(text.trim())
            && are_names(inside, &|name: &str| {
                self.people.is_one(name) || self.people.could_be_one(name) || is_acronym(name)
            });
        let text = text.trim_start_matches([' ', ':', '–', '—', '-', '.']);
        is_item.then(|| Mark { who: Some(inside.to_owned()), ..marks::of_register(reference, text) })
    }

    /// "(MH) Check the table": who is asked stands in brackets in front.
    pub(super) fn named_in_front(&self, text: &str) -> Option<Mark> {
        let (inside, text) = text.strip_prefix('(')?.split_once(')')?;
        let text = text.trim_start_matches([' ', ':', '–', '—', '-', '.']);
        let is_item = begins_with_deed(text) && are_names(inside, &|name: &str| self.people.is_one(name));
        is_item.then(|| Mark { who: Some(inside.to_owned()), ..marks::unmarked(text) })
    }

    /// What the first sentence of a text that asks something asks.
    pub(super) fn asked_in_text(&self, text: &str) -> Vec<(Ask, Rule, u8)> {
        let found = sentences(text).into_iter().map(|sentence| self.asked_in_sentence(sentence, None));
        found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }
}
