//! Patterns of sentences, each of a language.

use std::sync::OnceLock;

use regex::{Match, Regex};
use regex_syntax::ast::{Ast, GroupKind, Repetition, RepetitionKind, parse::Parser};

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

/// Who and what a pattern finds in a text.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Told<'t> {
    /// Where its words begin.
    pub(in super::super) start: usize,
    /// The one who is named.
    pub(in super::super) who: Match<'t>,
    /// What they do.
    pub(in super::super) task: &'t str,
    /// The verb, where it stands in front of the name.
    pub(in super::super) verb: Option<&'t str>,
}

/// A pattern of a language, compiled when it is first looked for: a report needs few of them.
#[derive(Debug)]
pub(in super::super) struct Pattern {
    lexicon: &'static Lexicon,
    source: &'static str,
    compiled: OnceLock<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    regex: Regex,
    /// Whether the task goes on to the end of the line.
    to_the_end: bool,
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
    pub(in super::super) fn find<'t>(&self, text: &'t str) -> Option<Told<'t>> {
        self.find_at(text, 0)
    }

    /// What it finds first from a byte of a text on.
    pub(in super::super) fn find_at<'t>(&self, text: &'t str, from: usize) -> Option<Told<'t>> {
        let Compiled { regex, to_the_end } = self.compiled.get_or_init(|| self.compile());
        // Groups cost more than the search.
        if !regex.is_match_at(text, from) {
            return None;
        }
        let found = regex.captures_at(text, from)?;
        let (whole, who, task) = (found.get(0)?, found.name("who")?, found.name("task")?);
        let rest = text.get(task.start()..)?;
        let task = if *to_the_end { rest.split('\n').next()? } else { task.as_str() };
        Some(Told { start: whole.start(), who, task, verb: found.name("verb").map(|verb| verb.as_str()) })
    }

    fn compile(&self) -> Compiled {
        let source = self.lexicon.in_words(self.source);
        let shorter = without_the_rest(&source);
        let to_the_end = shorter.is_some();
        let regex = super::pattern(&super::with_marks(&shorter.unwrap_or(source)));
        Compiled { regex, to_the_end }
    }
}

/// The pattern without the `.*` or more than the first character of the `.+` with which its task ends, if it ends so: what
/// remains finds the same at a cost that does not grow with the rest of the text.
fn without_the_rest(source: &str) -> Option<String> {
    let Ok(Ast::Concat(ref parts)) = Parser::new().parse(source) else { return None };
    let Some(Ast::Group(task)) = parts.asts.last() else { return None };
    let GroupKind::CaptureName { name, .. } = &task.kind else { return None };
    let Ast::Concat(inner) = &*task.ast else { return None };
    let Some(Ast::Repetition(rest)) = inner.asts.last().filter(|_| name.name == "task") else { return None };
    let Repetition { span, op, greedy: true, ast } = &**rest else { return None };
    let end = match (&**ast, &op.kind) {
        (Ast::Dot(_), RepetitionKind::ZeroOrMore) => span.start.offset,
        (Ast::Dot(_), RepetitionKind::OneOrMore) => op.span.start.offset,
        _ => return None,
    };
    Some(format!("{})", source.get(..end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_goes_to_the_end_of_the_line_is_not_looked_for() {
        assert_eq!(
            without_the_rest(r"(?P<who>a) to (?P<task>b.*)").as_deref(),
            Some("(?P<who>a) to (?P<task>b)")
        );
        assert_eq!(
            without_the_rest(r"(?P<who>a)(?P<task>\w.+)").as_deref(),
            Some(r"(?P<who>a)(?P<task>\w.)")
        );
        for source in [
            r"(?P<task>b.*?)",
            r"(?P<task>b.*)\.?$",
            r"(?P<task>b(?: by.*|$))",
            r"(?P<task>b)(?: by.*)",
            r"(?P<task>[^.]+)",
            r"(?P<task>a)|(?P<task>b.*)",
        ] {
            assert_eq!(without_the_rest(source), None, "{source}");
        }
    }

    #[test]
    fn what_is_found_is_what_the_whole_pattern_finds() {
        let text = "Noted.\nThe meeting invites SG17 to reply, and to invite SG13 to comment.\nSG17 will send a text.\n\
                    Le groupe invite la CE 17 à répondre.\nLa reunión invita a la CE 17 a responder.\n\
                    Собрание просит ИК 17 направить ответ.\n会议请第17研究组答复。\nيدعو الاجتماع لجنة الدراسات 17 إلى الرد.";
        let (mut shorter, mut languages) = (0, 0);
        for lexicon in ALL {
            let mut is_any = false;
            for source in lexicon.asks.iter().chain(lexicon.promises).chain(lexicon.directs) {
                let pattern = Pattern::new(lexicon, source);
                let whole = lexicon.pattern(source);
                shorter += usize::from(pattern.compile().to_the_end);
                for (from, _) in text.char_indices() {
                    let told =
                        pattern.find_at(text, from).map(|told| (told.start, told.who.as_str(), told.task));
                    let found = whole.captures_at(text, from);
                    let expected = found
                        .as_ref()
                        .map(|found| (found.get(0).unwrap().start(), &found["who"], &found["task"]));
                    is_any |= told.is_some();
                    assert_eq!(told, expected, "{source}");
                }
            }
            languages += usize::from(is_any);
        }
        assert!(shorter > 50, "{shorter}");
        assert_eq!(languages, ALL.len(), "in each language something is found");
    }
}
