//! The words without which a pattern finds nothing. One pass over a text tells for hundreds of patterns which of them are
//! worth looking for.

use std::{borrow::Cow, collections::HashMap};

use regex::RegexSet;
use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange, parse::Parser};

/// Shorter words stand in nearly every text, in bytes: one Chinese character has three.
const SHORTEST: usize = 3;

/// Tells which of many patterns a text may hold.
#[derive(Debug)]
pub(super) struct Gate {
    /// Each finds one of the words of a choice.
    choices: RegexSet,
    /// For each pattern the choices of which a text has to have a word.
    needed: Vec<Vec<usize>>,
}

impl Gate {
    /// The gate for patterns, in their order.
    pub(super) fn of(sources: impl Iterator<Item = String>) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut needed = Vec::new();
        for source in sources {
            let all = choices(&source).into_iter().filter(|choice| shortest(choice) >= SHORTEST);
            let number = |choice: Vec<String>| {
                let words: Vec<_> = choice.iter().map(|word| regex::escape(word)).collect();
                let next = numbers.len();
                *numbers.entry(words.join("|")).or_insert(next)
            };
            needed.push(all.map(number).collect());
        }
        let mut choices: Vec<_> = numbers.into_iter().collect();
        choices.sort_by_key(|(_, number)| *number);
        Self { choices: super::set(choices.into_iter().map(|(words, _)| words)), needed }
    }

    /// The numbers of the patterns that a text may hold.
    pub(super) fn open(&self, text: &str) -> impl Iterator<Item = usize> {
        let found = self.choices.matches(&plain(text));
        let is_open = move |needed: &&Vec<usize>| needed.iter().all(|choice| found.matched(*choice));
        (0..).zip(&self.needed).filter(move |(_, needed)| is_open(needed)).map(|(at, _)| at)
    }
}

/// A text in small letters, without the marks that Arabic may have on any letter.
fn plain(text: &str) -> Cow<'_, str> {
    let lower = if text.chars().any(char::is_uppercase) {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    };
    let is_mark = |c: char| matches!(c, '\u{64b}'..='\u{652}');
    if lower.is_ascii() || !lower.contains(is_mark) { lower } else { lower.replace(is_mark, "").into() }
}

/// The choices of words of which every text that a pattern finds has one each. A pattern that cannot be read has none, and
/// is always looked for.
fn choices(source: &str) -> Vec<Vec<String>> {
    Parser::new().parse(source).map(|ast| of(&ast)).unwrap_or_default()
}

fn of(ast: &Ast) -> Vec<Vec<String>> {
    match ast {
        Ast::Literal(literal) => vec![vec![literal.c.to_lowercase().collect()]],
        Ast::Group(group) => of(&group.ast),
        Ast::Repetition(repeated) if repeats(&repeated.op.kind) => of(&repeated.ast),
        Ast::Concat(parts) => in_a_row(&parts.asts),
        Ast::Alternation(ways) => one_of(&ways.asts).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether what is repeated stands there at least once.
fn repeats(kind: &RepetitionKind) -> bool {
    match kind {
        RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => false,
        RepetitionKind::OneOrMore => true,
        RepetitionKind::Range(
            RepetitionRange::Exactly(least)
            | RepetitionRange::AtLeast(least)
            | RepetitionRange::Bounded(least, _),
        ) => *least > 0,
    }
}

/// Letters in a row are a word; all that stands beside them is needed as well.
fn in_a_row(parts: &[Ast]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    let mut word = String::new();
    for part in parts {
        if let Ast::Literal(literal) = part {
            word.extend(literal.c.to_lowercase());
            continue;
        }
        if !word.is_empty() {
            all.push(vec![std::mem::take(&mut word)]);
        }
        all.extend(of(part));
    }
    if !word.is_empty() {
        all.push(vec![word]);
    }
    all
}

/// Of each way the choice that tells most; none if there is a way without words.
fn one_of(ways: &[Ast]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for way in ways {
        all.extend(of(way).into_iter().max_by_key(|choice| shortest(choice))?);
    }
    Some(all)
}

fn shortest(choice: &[String]) -> usize {
    choice.iter().map(String::len).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(sources: &[&str], text: &str) -> Vec<usize> {
        Gate::of(sources.iter().map(|source| (*source).to_owned())).open(text).collect()
    }

    #[test]
    fn only_patterns_are_looked_for_whose_words_a_text_has() {
        let sources = [
            r"(?i)\b(?:invites?|calls\s+(?:up)?on)\s+(?P<who>[^.;:]+?)\s+to\s+(?P<task>[a-z].*)",
            r"^(?P<who>\p{Lu}\w+)\s+(?:will|shall)\s+(?:also\s+)*(?P<task>(?:send|write)\s.+)",
            r"^(?P<who>.+)\s+to\s+(?P<task>.+)",
            r"请(?P<who>.+)于(?P<task>.+)",
            r"كلف\s+(?P<who>.+)",
        ];
        assert_eq!(open(&sources, "The meeting INVITES SG17 to reply."), [0, 2]);
        assert_eq!(open(&sources, "It calls upon SG17 to reply."), [0, 2]);
        assert_eq!(open(&sources, "SG17 will send it."), [1, 2]);
        assert_eq!(open(&sources, "SG17 will do it."), [2]);
        assert_eq!(open(&sources, "请第17研究组于5月答复。"), [2, 3]);
        assert_eq!(open(&sources, "كُلّف المقرر"), [2, 4]);
    }
}
