//! Sentences, titles and kinds.

use std::ops::Range;

use super::super::{
    dates::Until,
    lexicon::{ALL, find_phrase},
};
use crate::action::Kind;

/// A title is one line of about this many characters.
const LONGEST_TITLE: usize = 140;

/// The sentences of a paragraph.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let ends = match c {
            '。' | '！' | '？' | '؟' => true,
            '.' | '!' | '?' => is_end(&text[start..at], &text[end..]),
            _ => false,
        };
        if ends {
            out.push(text[start..end].trim());
            start = end;
        }
    }
    out.push(text[start..].trim());
    out.retain(|sentence| !sentence.is_empty());
    out
}

/// What has a letter for a number.
const LETTERED: [&str; 12] = [
    "annex", "appendix", "part", "option", "category", "type", "class", "table", "figure", "group", "annexe",
    "anexo",
];

/// Whether a full stop between these texts ends a sentence.
fn is_end(before: &str, after: &str) -> bool {
    const SHORT: [&str; 24] = [
        "mr", "ms", "mrs", "dr", "prof", "no", "nos", "e.g", "i.e", "cf", "vs", "st", "rec", "fig", "sr",
        "sra", "mme", "mlle", "p", "г", "г-н", "réf", "ref", "doc",
    ];
    let next = after.trim_start().chars().next();
    // What can be told by the next character is told by it: the word before may be as long as the text.
    let begins = next.is_none_or(|c| !c.is_lowercase());
    if !begins || next.is_some() && !after.starts_with(char::is_whitespace) {
        return false;
    }
    if next.is_none() {
        return true;
    }
    let word =
        before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default().to_lowercase();
    // "A. Sample", "А.А. Примеров", and not "Annex B. Done"
    let above = before.trim_end_matches(|c: char| !c.is_whitespace()).trim_end();
    let noun = above.rsplit(' ').next().unwrap_or_default().to_lowercase();
    let initial =
        word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
            && !LETTERED.contains(&noun.as_str());
    !SHORT.contains(&word.as_str()) && !initial
}

/// The task as a title: without its deadline, on one line, not too long.
pub(super) fn title(task: &str, until: Option<&Until>) -> String {
    let mut text = match until {
        Some(Until { at, .. }) => without(task, at),
        None => task.to_owned(),
    };
    text = text
        .trim_end_matches(['.', ';', ',', ':', '。', '；', '，', ' ', '،', '؛'])
        .trim_start_matches([',', ' ', ':', '，', '、'])
        .to_owned();
    text = text.strip_prefix("que ").map_or(text.clone(), str::to_owned);
    for end in [" and", " et", " y", " и"] {
        if let Some(rest) = text.strip_suffix(end) {
            text = rest.to_owned();
        }
    }
    shortened(&text)
}

/// Whether a title says nothing by itself: "draft it".
pub(super) fn is_unclear(title: &str) -> bool {
    let words: Vec<_> = title.split(' ').collect();
    let pronoun = |word: &&str| {
        ["it", "them", "this", "that", "so", "these", "those", "hacerlo", "faire"].contains(word)
    };
    words.len() == 1 && ["check", "review", "reply", "confirm", "hacerlo", "hacerlo así"].contains(&title)
        || words.len() <= 3 && words.iter().skip(1).any(pronoun)
        || words.get(1).is_some_and(|word| ["it", "them"].contains(word))
}

fn without(text: &str, at: &Range<usize>) -> String {
    let before =
        text.get(..at.start).unwrap_or_default().trim_end_matches([' ', ',', '(', '，', '-', '–', '—']);
    let after = text.get(at.end..).unwrap_or_default().trim_start_matches([')', ' ', '，']);
    let glue =
        if before.is_empty() || after.is_empty() || after.starts_with([',', '.', ';']) { "" } else { " " };
    let glue = if before.ends_with(super::super::lexicon::is_east_asian) { "" } else { glue };
    format!("{before}{glue}{after}")
}

/// The text, cut at a comma or between words if it is too long for a title.
pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST_TITLE {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST_TITLE).collect();
    let at = [", ", "; ", "，", " "]
        .iter()
        .find_map(|between| cut.rfind(between).filter(|at| *at > cut.len() / 3));
    let kept = cut.get(..at.unwrap_or(cut.len())).unwrap_or(&cut);
    format!("{}…", kept.trim_end_matches([',', ';', ' ']))
}

/// What sort of thing is asked: by the word that comes first.
pub(super) fn kind(text: &str) -> Kind {
    let lower = text.to_lowercase();
    let mut found: Option<(usize, usize, Kind)> = None;
    for (kind, words) in ALL.iter().flat_map(|lexicon| lexicon.kinds) {
        for word in *words {
            if let Some(at) = find_phrase(&lower, word) {
                // Of two at the same place the longer one says more.
                let better =
                    found.is_none_or(|(other, length, _)| at < other || at == other && word.len() > length);
                if better {
                    found = Some((at, word.len(), *kind));
                }
            }
        }
    }
    let liaison = ALL.iter().flat_map(|lexicon| lexicon.kinds).any(|(kind, words)| {
        *kind == Kind::LiaisonReply && words.iter().any(|word| find_phrase(&lower, word).is_some())
    });
    match found {
        // "reply to the liaison statement", wherever the words stand.
        Some((_, _, kind)) if liaison && matches!(kind, Kind::Report | Kind::Other | Kind::LiaisonReply) => {
            Kind::LiaisonReply
        }
        Some((_, _, kind)) => kind,
        None => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_they_end() {
        assert_eq!(
            sentences("Mr. A. Example (No. 3) spoke at 26.1.2018. SG17, e.g. Q4/17, replied. Thanks!"),
            ["Mr. A. Example (No. 3) spoke at 26.1.2018.", "SG17, e.g. Q4/17, replied.", "Thanks!"]
        );
        assert_eq!(sentences("请答复。谢谢。"), ["请答复。", "谢谢。"]);
        assert_eq!(
            sentences("Поручить А.А. Примерову ответить. Нет."),
            ["Поручить А.А. Примерову ответить.", "Нет."]
        );
    }

    #[test]
    fn a_title_has_no_deadline_and_a_kind_is_its_first_word() {
        let until = Until { due: super::super::super::Due::Words(String::new()), at: 17..33, doubt: 0 };
        assert_eq!(
            title("review the draft by 15 March 2018, and comment.", Some(&until)),
            "review the draft, and comment"
        );
        assert_eq!(kind("review the report"), Kind::Review);
        assert_eq!(kind("nominate a representative"), Kind::Nomination);
        assert_eq!(kind("reply to the liaison statement on X"), Kind::LiaisonReply);
        assert_eq!(kind("relax"), Kind::Other);
    }
}
