//! Patterns of sentences, each of a language.

use std::sync::OnceLock;

use regex::{Captures, Regex};

use super::{ALL, Lexicon, OfLexicon, needles::Gate};

/// Patterns of all languages, of which only those are looked for whose words a text has.
#[derive(Debug)]
pub(in super::super) struct Patterns {
    all: Vec<Pattern>,
    gate: Gate,
}

impl Patterns {
    /// Those of every language, in the order of the languages.
    pub(in super::super) fn of(sources: OfLexicon) -> Self {
        let of = |lexicon: &'static Lexicon| {
            let pattern = move |source: &&'static str| Pattern::new(lexicon, source);
            sources(lexicon).iter().map(pattern)
        };
        let all: Vec<_> = ALL.into_iter().flat_map(of).collect();
        let gate = Gate::of(all.iter().map(|pattern| pattern.lexicon.in_words(pattern.source)));
        Self { all, gate }
    }

    /// Those that a text may hold: it has the words without which they find nothing.
    pub(in super::super) fn possible(&self, text: &str) -> impl Iterator<Item = &Pattern> {
        self.gate
            .open(text)
            .filter_map(|at| self.all.get(at))
            .filter(|pattern| pattern.lexicon.may_be_of(text))
    }
}

/// A pattern of a language, compiled when it is first looked for: a report needs few of them.
#[derive(Debug)]
pub(in super::super) struct Pattern {
    lexicon: &'static Lexicon,
    source: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    fn new(lexicon: &'static Lexicon, source: &'static str) -> Self {
        Self { lexicon, source, compiled: OnceLock::new() }
    }

    /// Whether its words alone tell that somebody is meant: Arabic and Chinese have no capitals by which names are known.
    pub(in super::super) fn is_sure(&self) -> bool {
        !self.lexicon.actor.is_empty()
    }

    /// What it finds first in a text.
    pub(in super::super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.captures_at(text, 0)
    }

    /// What it finds first from a byte of a text on.
    pub(in super::super) fn captures_at<'t>(&self, text: &'t str, from: usize) -> Option<Captures<'t>> {
        let compiled = self.compiled.get_or_init(|| self.lexicon.pattern(self.source));
        // Groups cost more than the search.
        if compiled.is_match_at(text, from) { compiled.captures_at(text, from) } else { None }
    }
}
