//! Patterns of sentences, each of a language.

use std::sync::OnceLock;

use regex::{Captures, Regex};

use super::{ALL, Lexicon, OfLexicon};

/// A pattern of a language, compiled when it is looked for in a text that may be of that language: a report in one language
/// needs no more than a third of them all.
#[derive(Debug)]
pub(in super::super) struct Pattern {
    lexicon: &'static Lexicon,
    source: &'static str,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// Those of every language, in the order of the languages.
    pub(in super::super) fn all(sources: OfLexicon) -> Vec<Self> {
        let of = |lexicon: &'static Lexicon| {
            let pattern = move |source: &&'static str| Self { lexicon, source, compiled: OnceLock::new() };
            sources(lexicon).iter().map(pattern)
        };
        ALL.into_iter().flat_map(of).collect()
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
        if !self.lexicon.may_be_of(text) {
            return None;
        }
        let compiled = self.compiled.get_or_init(|| self.lexicon.pattern(self.source));
        // Most texts hold none, and groups cost more than the search.
        if compiled.is_match_at(text, from) { compiled.captures_at(text, from) } else { None }
    }
}
