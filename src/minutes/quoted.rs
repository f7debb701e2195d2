//! The references of the register, and how reports quote them: "Action 17/06" is 17/06.

use std::collections::HashMap;

use super::lexicon::has_digit;
use crate::action::{Action, Register, fold};

/// Words in front of a number that is quoted without them as well.
const WORDS: [&str; 22] = [
    "action item",
    "action point",
    "actions",
    "action",
    "ai",
    "a.i.",
    "ap",
    "item",
    "resolution",
    "recommendation",
    "decision",
    "mesure",
    "résolution",
    "décision",
    "medida",
    "acción",
    "resolución",
    "действие",
    "резолюция",
    "行动项",
    "行动",
    "الإجراء",
];

/// A reference as it is compared: "Action 17/06", "AI 17/06" and "17/06" are the same, "AI 4" and "4" are not: a number
/// that is not composed says nothing without its word.
pub(super) fn key(reference: &str) -> String {
    let whole = fold(reference);
    let bare = WORDS.iter().find_map(|word| whole.strip_prefix(word)).map(|rest| {
        let signs = [' ', '#', '-', '–', '№', '°', 'º', '.'];
        let rest = rest.trim_start_matches(signs);
        rest.strip_prefix('n').unwrap_or(rest).trim_start_matches('o').trim_start_matches(signs)
    });
    let is_composed = |rest: &&str| {
        rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains(['/', '-']) && rest.len() > 2
    };
    bare.filter(is_composed).map_or_else(|| whole.clone(), str::to_owned)
}

/// What a paragraph begins with, if that is a reference of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lead<'t> {
    /// As the report writes it.
    pub(super) reference: &'t str,
    /// The text behind it.
    pub(super) rest: &'t str,
}

/// The actions of a register by their references.
#[derive(Debug, Default)]
pub(super) struct Quoted<'r> {
    by: HashMap<String, Vec<&'r Action>>,
}

/// So far from its start a paragraph is searched for a reference, in bytes.
const LONGEST: usize = 60;

impl<'r> Quoted<'r> {
    /// Those of a register.
    pub(super) fn of(register: Option<&'r Register>) -> Self {
        let mut by: HashMap<String, Vec<&Action>> = HashMap::new();
        for action in register.into_iter().flat_map(|register| &register.actions) {
            by.entry(key(&action.reference)).or_default().push(action);
        }
        Self { by }
    }

    /// The actions that a report means by this reference.
    pub(super) fn actions(&self, reference: &str) -> &[&'r Action] {
        self.by.get(&key(reference)).map_or(&[], Vec::as_slice)
    }

    /// The reference that a text begins with, the longest if several do. A number by itself may be anything.
    pub(super) fn leads<'t>(&self, text: &'t str) -> Option<Lead<'t>> {
        if self.by.is_empty() {
            return None;
        }
        let ends = text.char_indices().take_while(|(at, _)| *at <= LONGEST);
        let ends = ends.filter(|(at, c)| *at > 0 && !c.is_alphanumeric()).map(|(at, _)| at);
        let parted = ends.filter_map(|at| text.split_at_checked(at));
        let known = parted.filter(|(reference, _)| {
            let names = reference.chars().any(|c| !c.is_ascii_digit() && c != '.');
            names && has_digit(reference) && !self.actions(reference).is_empty()
        });
        known.last().map(|(reference, rest)| Lead { reference, rest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composed_number_is_the_same_with_and_without_its_word() {
        for reference in
            ["17/06", "Action 17/06", "AI 17/06", "AI #17/06", "Resolution 17/06", "Action item No. 17/06"]
        {
            assert_eq!(key(reference), "17/06", "{reference}");
        }
        assert_eq!(
            (key("AI 4"), key("4"), key("TSAG-LS23")),
            ("ai 4".into(), "4".into(), "tsag-ls23".into())
        );
    }
}
