//! The people of a report: those who were there, and those who spoke.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use regex::Regex;

use super::{
    super::{Document, lexicon::pattern},
    bodies::plain,
    known::Known,
    report,
};
use crate::action::fold;

/// "Present: jane, kofi", "Participants: A. Sample (Example Corp); B. Exemple".
static PRESENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[.;]\s+)(?:present|in\s+attendance|attendance|attendees|attending|participants|participating|regrets|apologies|absent|scribe|minutes|minutes\s+taker|note\s*taker|notes|(?:co-)?chairs?|vice-?chairs?|convenors?|secretary|rapporteurs?|editors?|speakers?|président|secrétaire|excusés|presidente|secretario|secretaria|председатель\w*|председательствовал\w*|секретарь|présents|participantes|asistentes|присутствовали|участники|出席者|الحاضرون)\s*[:：]\s*(?P<names>.+)$",
    )
});
/// "jane: I reviewed it."
static SPEAKER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[.?!]\s)<?(?P<name>\p{L}[\w.-]{1,19}(?:\s\p{Lu}[\w.-]{1,19})?)>?:\s"));
/// "draft-example (Alice Sample)".
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\((?P<name>\p{Lu}\p{Ll}+\s\p{Lu}\p{Ll}+)\)"));

/// What begins sentences with a capital and is nobody: the words that a report may not have anywhere else.
const NOBODY: [&str; 38] = [
    "industry",
    "work",
    "management",
    "government",
    "everyone",
    "everybody",
    "nobody",
    "somebody",
    "progress",
    "people",
    "discussion",
    "support",
    "time",
    "technology",
    "society",
    "regulation",
    "research",
    "market",
    "business",
    "trade",
    "consensus",
    "input",
    "output",
    "security",
    "privacy",
    "blockchain",
    "internet",
    "cloud",
    "data",
    "training",
    "funding",
    "membership",
    "attendance",
    "participation",
    "registration",
    "translation",
    "interpretation",
    "coffee",
];

/// Names of people, folded; of each also the first one and the last one alone.
#[derive(Debug, Default)]
pub(super) struct People {
    names: HashSet<String>,
    /// "KE" → "K. Exemple".
    initials: HashMap<String, String>,
    /// The words that the report writes in small letters.
    small: HashSet<String>,
}

impl People {
    /// Those of a report, and those of the register.
    pub(super) fn of(document: &Document, known: Known<'_>) -> Self {
        let mut people = Self::default();
        for person in known.people {
            people.add(&person.name);
        }
        for block in &document.blocks {
            let text = report::said(&block.content);
            let words = text.split(|c: char| !c.is_alphabetic());
            people.small.extend(words.filter(|word| word.starts_with(char::is_lowercase)).map(str::to_owned));
            if let Some(found) = PRESENT.captures(&text) {
                for name in found["names"].split([',', ';', '，', '、', '،']) {
                    let name = name.split('(').next().unwrap_or_default();
                    people.add(name);
                    people.add_initials(name);
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
        self.names.extend([words.first(), words.last()].into_iter().flatten().map(|word| (*word).to_owned()));
        self.names.insert(name);
    }

    /// The letters by which minutes call somebody who was there.
    fn add_initials(&mut self, name: &str) {
        let name = plain(name);
        let letters: String = name.split([' ', '-', '.']).filter_map(|word| word.chars().next()).collect();
        let written = (2..=3).contains(&letters.chars().count()) && letters.chars().all(char::is_uppercase);
        // Of two with the same letters neither is meant.
        if written {
            let one = self.initials.entry(letters).or_insert_with(|| name.clone());
            if *one != name {
                one.clear();
            }
        }
    }

    /// Whether a name is one of them.
    pub(super) fn is_one(&self, name: &str) -> bool {
        self.names.contains(&fold(name)) || self.of_initials(name).is_some()
    }

    /// The name of which these are the first letters.
    pub(super) fn of_initials(&self, letters: &str) -> Option<&str> {
        self.initials.get(letters).map(String::as_str).filter(|name| !name.is_empty())
    }

    /// Whether a name may be that of somebody whom the report says no more of: "Kwame", "Huawei". A word in the plural,
    /// one that the report writes in small letters as well, and one that is known to be none, are nobody.
    pub(super) fn could_be_one(&self, name: &str) -> bool {
        // "Образцов Б. Б.": letters of first names say no more.
        let is_initial = |word: &&str| word.chars().count() <= 2 && word.starts_with(char::is_uppercase);
        let all = name.split(' ').map(|word| word.trim_end_matches('.'));
        let words: Vec<&str> = all.filter(|word| !is_initial(word) && !word.contains('.')).collect();
        let is_name = |word: &&str| {
            let mut letters = word.chars();
            letters.next().is_some_and(char::is_uppercase)
                && word.chars().count() >= 3
                && letters.all(|c| c.is_lowercase() || c == '-')
        };
        let first = fold(words.first().copied().unwrap_or_default());
        (1..=3).contains(&words.len())
            && words.iter().all(is_name)
            && !first.ends_with('s')
            && !self.small.contains(&first)
            && !NOBODY.contains(&first.as_str())
    }
}
