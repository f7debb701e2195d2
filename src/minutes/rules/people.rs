//! The people of a report: those who were there, and those who spoke.

use std::{collections::HashSet, sync::LazyLock};

use regex::Regex;

use super::{
    super::{Document, lexicon::pattern},
    known::Known,
    report,
};
use crate::action::fold;

/// "Present: jane, kofi", "Participants: A. Sample (Example Corp); B. Exemple".
static PRESENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:present|attendees|attending|participants|regrets|scribe|minutes\s+taker|note\s*taker|présents|participantes|asistentes|присутствовали|участники|出席者|الحاضرون)\s*[:：]\s*(?P<names>.+)$",
    )
});
/// "jane: I reviewed it."
static SPEAKER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[.?!]\s)<?(?P<name>\p{L}[\w.-]{1,19}(?:\s\p{Lu}[\w.-]{1,19})?)>?:\s"));
/// "draft-example (Alice Sample)".
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\((?P<name>\p{Lu}\p{Ll}+\s\p{Lu}\p{Ll}+)\)"));

/// Names of people, folded; of each also the first one and the last one alone.
#[derive(Debug, Default)]
pub(super) struct People(HashSet<String>);

impl People {
    /// Those of a report, and those of the register.
    pub(super) fn of(document: &Document, known: Known<'_>) -> Self {
        let mut people = Self::default();
        for person in known.people {
            people.add(&person.name);
        }
        for block in &document.blocks {
            let text = report::said(&block.content);
            if let Some(found) = PRESENT.captures(&text) {
                for name in found["names"].split([',', ';', '，', '、', '،']) {
                    people.add(name.split('(').next().unwrap_or_default());
                }
            }
            for shape in [&*SPEAKER, &*BRACKETED] {
                for found in shape.captures_iter(&text) {
                    people.add(&found["name"]);
                }
            }
        }
        people
    }

    fn add(&mut self, name: &str) {
        let name = fold(name);
        let words: Vec<&str> = name.split(' ').collect();
        if words.len() > 4 || name.is_empty() {
            return;
        }
        self.0.extend([words.first(), words.last()].into_iter().flatten().map(|word| (*word).to_owned()));
        self.0.insert(name);
    }

    /// Whether a name is one of them.
    pub(super) fn is_one(&self, name: &str) -> bool {
        self.0.contains(&fold(name))
    }
}
