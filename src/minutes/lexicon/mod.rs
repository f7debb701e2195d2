//! The words that reports use, language by language.
//!
//! Everything here is lower case, as it is compared. A report may mix languages, so all of them are tried.

mod arabic;
mod chinese;
mod deeds;
mod english;
mod french;
mod needles;
mod pattern;
mod russian;
mod spanish;

use std::sync::LazyLock;

pub(super) use pattern::{Patterns, Told};

/// The words of one language.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// The forms of each month's name.
    pub(super) months: [&'static [&'static str]; 12],
    /// What stands in front of a deadline: "by", "no later than".
    pub(super) by: &'static [&'static str],
    /// The first days of a month: "early", "beginning of".
    pub(super) early: &'static [&'static str],
    /// Its middle: "mid", "middle of".
    pub(super) middle: &'static [&'static str],
    /// Its last day: "end of".
    pub(super) end: &'static [&'static str],
    /// Small words that stand between the parts of a date: "of", "de".
    pub(super) between: &'static [&'static str],
    /// A quarter of a year, behind its number: "quarter".
    pub(super) quarter: &'static [&'static str],
    /// Numbers in words, from one on.
    pub(super) numbers: &'static [&'static str],
    /// Units of time and how many days they are.
    pub(super) units: &'static [(&'static str, i32)],
    /// "before", between a length and a meeting.
    pub(super) before: &'static [&'static str],
    /// "after".
    pub(super) after: &'static [&'static str],
    /// "within", in front of a length.
    pub(super) within: &'static [&'static str],
    /// What stands in a cell for a deadline that there is none of: "none", "n/a".
    pub(super) no_date: &'static [&'static str],
    /// "the next meeting", "the following meeting".
    pub(super) next_meeting: &'static [&'static str],
    /// What marks a paragraph for action, inside parentheses: "for action".
    pub(super) for_action: &'static [&'static str],
    /// What marks it for information.
    pub(super) for_information: &'static [&'static str],
    /// What leads in an action: "action", "action required".
    pub(super) action_lead: &'static [&'static str],
    /// Header cells and field names.
    pub(super) headers: Headers,
    /// What tells how something stands.
    pub(super) states: States,
    /// Patterns of sentences that ask somebody, with the groups `who` and `task`.
    pub(super) asks: &'static [&'static str],
    /// Patterns of sentences in which somebody promises something, with the same groups.
    pub(super) promises: &'static [&'static str],
    /// Patterns of sentences that say what somebody has to do without asking: "TSB to check", with the same groups.
    pub(super) directs: &'static [&'static str],
    /// What people do for a meeting, as `{deed}` in the patterns: "circulate", or the stem of it.
    pub(super) deeds: &'static str,
    /// The first and the last letter of its script, if other languages have other ones.
    pub(super) script: Option<(char, char)>,
    /// Who can be asked, as `{actor}` in the patterns of languages that have no capitals.
    pub(super) actor: &'static str,
    /// What leads in decisions, of which only those count that name somebody: "решили".
    pub(super) decided: &'static [&'static str],
    /// What a text begins with that asks nobody anything: "take note of".
    pub(super) noted: &'static [&'static str],
    /// Kinds by the words of a title, in the order in which they are looked for.
    pub(super) kinds: &'static [(crate::action::Kind, &'static [&'static str])],
    /// Headings of lists of dates: "key dates".
    pub(super) key_dates: &'static [&'static str],
    /// What an entry of such a list begins with: "submission", "registration".
    pub(super) due_things: &'static [&'static str],
    /// What stands in place of a list of actions that is empty.
    pub(super) nothing: &'static [&'static str],
    /// Words of a sentence that only recalls what was asked elsewhere: "recalling".
    pub(super) recalls: &'static [&'static str],
    /// Articles and the like in front of a body, with the space behind them.
    pub(super) articles: &'static [&'static str],
}

/// What header cells and field names mean.
#[derive(Debug)]
pub(super) struct Headers {
    /// Number, reference.
    pub(super) reference: &'static [&'static str],
    /// Due date.
    pub(super) due: &'static [&'static str],
    /// Responsible.
    pub(super) asked_of: &'static [&'static str],
    /// Description; "action" as well.
    pub(super) title: &'static [&'static str],
    /// Status.
    pub(super) status: &'static [&'static str],
    /// Remarks, outcome.
    pub(super) remarks: &'static [&'static str],
    /// Purpose.
    pub(super) purpose: &'static [&'static str],
    /// Who else helps.
    pub(super) also_to: &'static [&'static str],
    /// Agenda item, meeting, document: where it comes from.
    pub(super) origin: &'static [&'static str],
    /// Date, in a list of dates.
    pub(super) date: &'static [&'static str],
    /// Field: who wrote it.
    pub(super) source: &'static [&'static str],
    /// Field: to whom it goes, for action.
    pub(super) to: &'static [&'static str],
    /// Field: to whom it goes for comment.
    pub(super) comment_to: &'static [&'static str],
    /// Field: to whom it goes for information.
    pub(super) information_to: &'static [&'static str],
    /// Field: the title of the document.
    pub(super) subject: &'static [&'static str],
    /// Field: whom to ask.
    pub(super) contact: &'static [&'static str],
}

/// How something stands, as cells and sentences say it.
#[derive(Debug)]
pub(super) struct States {
    /// Not begun.
    pub(super) open: &'static [&'static str],
    /// Waiting for somebody.
    pub(super) pending: &'static [&'static str],
    /// Being done.
    pub(super) in_progress: &'static [&'static str],
    /// Done.
    pub(super) done: &'static [&'static str],
    /// No longer asked.
    pub(super) withdrawn: &'static [&'static str],
    /// Replaced.
    pub(super) superseded: &'static [&'static str],
    /// Patterns of sentences that say that a body has done something, with the groups `who` and `task`.
    pub(super) has_done: &'static [&'static str],
    /// Patterns of sentences that say that a body has not, with the same groups.
    pub(super) has_not: &'static [&'static str],
}

impl Lexicon {
    /// A pattern of this language, with what `{deed}` and `{actor}` stand for, its words, and `{name}`, what is no end of a
    /// sentence.
    pub(super) fn pattern(&self, source: &str) -> regex::Regex {
        pattern(&with_marks(&self.in_words(source)))
    }

    /// Whether a text may be of this language, by its letters: what is written in others need not be looked for.
    fn may_be_of(&self, text: &str) -> bool {
        let has = |(first, last)| !text.is_ascii() && text.chars().any(|c| (first..=last).contains(&c));
        self.script.is_none_or(has)
    }

    fn in_words(&self, source: &str) -> String {
        let name = r"(?:[^.;:]|\.\w|\b(?:Mr|Mrs|Ms|Dr|Prof|M|Mme|Sr|Sra|Dña|г-н|г-жа|\p{Lu})\.)+?";
        let source = source.replace("{deed}", self.deeds).replace("{actor}", self.actor);
        // The full stop of a number, as in "Y.4900" and "clause 3.2", ends no sentence.
        let source = ["[^.;:]", "[^.;:,]", "[^.;]", "[^.;,]"]
            .iter()
            .fold(source, |source, class| source.replace(class, &format!(r"(?:{class}|\.\d)")));
        // "M. Dubois": the capital with which a name begins may be that of its title.
        let begins = r"(?:(?:Mr|Mrs|Ms|Dr|Prof|M|Mme|Sr|Sra|Dña|г-н|г-жа|\p{Lu})\.\s?){0,3}\p{Lu}{name}";
        source.replace(r"\p{Lu}{name}", begins).replace("{name}", name)
    }
}

/// A pattern with the marks that Arabic may have on any letter: "كلف" is written "كُلّف" as well.
fn with_marks(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut inside = false;
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        inside = c == '[' || inside && c != ']';
        if inside || !matches!(c, '\u{621}'..='\u{64a}') {
            out.push(c);
        } else if matches!(chars.peek(), Some('?' | '*' | '+' | '{')) {
            out.extend(["(?:", &c.to_string(), "[\u{64b}-\u{652}]{0,2})"]);
        } else {
            out.extend([&c.to_string(), "[\u{64b}-\u{652}]{0,2}"]);
        }
    }
    out
}

/// Whether a text begins with what people do: "Draft the rules", "rédiger", "подготовить", "起草".
pub(super) fn begins_with_deed(text: &str) -> bool {
    static DEEDS: LazyLock<Vec<regex::Regex>> = LazyLock::new(|| {
        let chinese = format!("^(?:{})", deeds::CHINESE);
        let russian = r"^\p{Cyrillic}{2,}(?:ть|ти|чь|ться|тись)\b".to_owned();
        let romance = r"^(?i)(?:se\s+|s')?\p{L}{2,}(?:er|ir|re|oir|ar)\b".to_owned();
        let english = format!("^(?i:to\\s+)?(?i:{})\\b", deeds::ENGLISH);
        // In Arabic nearly everything that is to be done begins with a noun: "إعداد".
        let arabic = r"^\p{Arabic}{3,}\s+\p{Arabic}".to_owned();
        [english, romance, russian, chinese, arabic].iter().map(|source| pattern(source)).collect()
    });
    DEEDS.iter().any(|deed| deed.is_match(text))
}

/// A pattern of English, for rules that are only of that language.
pub(super) fn english(source: &str) -> regex::Regex {
    english::LEXICON.pattern(source)
}

/// Some words of a language.
pub(super) type Words = &'static [&'static str];
/// Which header words are meant.
pub(super) type OfHeaders = fn(&Headers) -> Words;
/// Which words of a language are meant.
pub(super) type OfLexicon = fn(&Lexicon) -> Words;

/// All languages; English first, because most reports are written in it.
pub(super) const ALL: [&Lexicon; 6] = [
    &english::LEXICON,
    &french::LEXICON,
    &spanish::LEXICON,
    &russian::LEXICON,
    &chinese::LEXICON,
    &arabic::LEXICON,
];

/// Whether the text is one of these words in any language.
pub(super) fn is_one(folded: &str, words: impl Fn(&Lexicon) -> &'static [&'static str]) -> bool {
    ALL.iter().any(|lexicon| words(lexicon).contains(&folded))
}

/// Whether the text contains one of these words or phrases in any language, at the borders of words.
pub(super) fn has_one(folded: &str, words: impl Fn(&Lexicon) -> &'static [&'static str]) -> bool {
    ALL.iter().any(|lexicon| words(lexicon).iter().any(|word| has_phrase(folded, word)))
}

/// Whether a phrase stands in a text, not inside of longer words. East Asian text has no borders.
pub(super) fn has_phrase(text: &str, phrase: &str) -> bool {
    find_phrase(text, phrase).is_some()
}

/// Where a phrase stands in a text, at the borders of words.
pub(super) fn find_phrase(text: &str, phrase: &str) -> Option<usize> {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_east_asian(c));
    let first = phrase.chars().next()?;
    let borders = !is_east_asian(first);
    // To look for one letter costs a tenth of what it costs to make ready to look for a phrase.
    text.match_indices(first).map(|(at, _)| at).find(|at| {
        let (before, rest) = text.split_at(*at);
        let Some(after) = rest.strip_prefix(phrase) else { return false };
        let begins = !borders || !is_letter(before.chars().next_back()) || !first.is_alphanumeric();
        let ends = !borders || !is_letter(after.chars().next()) || !phrase.ends_with(char::is_alphanumeric);
        begins && ends
    })
}

/// Whether a text holds a number.
pub(super) fn has_digit(text: &str) -> bool {
    text.contains(char::is_numeric)
}

/// Whether a character is one of East Asian writing.
pub(super) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// A regular expression that is a constant of this module.
#[expect(clippy::expect_used, reason = "a test compiles every constant")]
pub(super) fn pattern(source: &str) -> regex::Regex {
    regex::Regex::new(source).expect("a pattern of the lexicon")
}

/// Patterns of which it is asked which a text holds.
#[expect(clippy::expect_used, reason = "a test compiles every one")]
fn set(sources: impl Iterator<Item = String>) -> regex::RegexSet {
    regex::RegexSet::new(sources).expect("words of the lexicon")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles_and_every_word_is_lower_case() {
        for lexicon in ALL {
            for source in lexicon
                .asks
                .iter()
                .chain(lexicon.promises)
                .chain(lexicon.directs)
                .chain(lexicon.states.has_done)
                .chain(lexicon.states.has_not)
            {
                let compiled = lexicon.pattern(source);
                let names: Vec<_> = compiled.capture_names().flatten().collect();
                assert!(names.contains(&"who") && names.contains(&"task"), "{source}");
            }
            let words = lexicon.months.iter().copied().flatten().chain(lexicon.by).chain(lexicon.for_action);
            for word in words.chain(lexicon.headers.reference).chain(lexicon.states.done) {
                assert_eq!(*word, word.to_lowercase());
            }
        }
    }

    #[test]
    fn a_phrase_is_found_at_the_borders_of_words() {
        assert!(has_phrase("is still pending.", "pending"));
        assert!(!has_phrase("suspending", "pending"));
        assert!(has_phrase("请在截止日期前", "截止日期"));
    }
}
