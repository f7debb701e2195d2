//! The references that reports print: in front of what they ask, at its end, and above it.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;

use super::{
    super::{Content, Document, lexicon::pattern},
    bodies::{canonical, is_shaped},
};

static RESOLUTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:[\w/-]+\s+)?(?P<what>Resolution|Résolution|Resolución|Резолюция|Decision|Décision|Decisión|Решение|Постановление|Recommendation|Acuerdo)\s+(?:№\s*|n[o°º.]+\s*)?(?P<number>(?:[A-Z]{1,3}-?)?\d+(?:[/.-]\d+)*)\b|^(?P<zh>第\s?(?P<zn>[\d/]+)\s?号(?:决议|决定))|^(?P<ar>(?:القرار|المقرر)\s+(?P<an>[\d/]+))",
    )
});

/// The reference that a paragraph begins with, as "Resolution 17/06", and the words for its origin.
pub(super) fn reference(text: &str) -> Option<(String, String)> {
    let found = RESOLUTION.captures(text)?;
    let number = ["number", "zn", "an"].iter().find_map(|name| found.name(name))?.as_str();
    let what = found
        .name("what")
        .or_else(|| found.name("zh"))
        .or_else(|| found.name("ar"))
        .map_or("", |what| what.as_str());
    let whole =
        if found.name("what").is_some() { format!("{} {number}", as_a_word(what)) } else { what.to_owned() };
    // "17/06" is quoted by itself, "50" is not.
    let reference = if number.contains('/') { number.to_owned() } else { whole.clone() };
    Some((canonical(&reference), whole))
}

/// Whether a paragraph is a reference, with a title in brackets at most: what it says stands below.
pub(super) fn is_alone(text: &str) -> bool {
    let Some(found) = RESOLUTION.find(text) else { return false };
    let rest = text.get(found.end()..).unwrap_or_default().trim_matches([' ', ':', '.', '–', '—']);
    text.chars().count() <= 40 || rest.is_empty() || rest.starts_with('(') && rest.ends_with(')')
}

/// "RESOLUTION" as "Resolution".
fn as_a_word(what: &str) -> String {
    if what.chars().any(char::is_lowercase) {
        return what.to_owned();
    }
    let mut letters = what.chars();
    letters.next().map(|first| first.to_string() + &letters.as_str().to_lowercase()).unwrap_or_default()
}

/// A reference that the sentence ends with in brackets, and the sentence without it: "(Decision 21-04)", "[AI 5/2]",
/// "(JCA-16)".
pub(super) fn at_end(sentence: &str) -> Option<(String, &str)> {
    static END: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?P<text>.+?)\s*[(\[](?P<ref>(?i:AI|AP|Action(?:\s+(?:item|point))?|Resolution|Résolution|Resolución|Decision|Décision|Decisión|Решение|Резолюция|Mesure|Medida|Acción|行动项?)\s*(?:n[o°º]\.?\s*|№\s*|#)?[A-Z]{0,8}[-–]?\d[\w/.-]*|(?P<code>[A-Z]{2,8})-\d{1,4})[)\]]\s*[.。]?$",
        )
    });
    // Documents have such names as well.
    const DOCUMENTS: [&str; 8] = ["TD", "LS", "SG", "WP", "DOC", "RFC", "ISO", "IEC"];
    let found = END.captures(sentence)?;
    if found.name("code").is_some_and(|code| DOCUMENTS.contains(&code.as_str())) {
        return None;
    }
    let written = found.name("ref")?.as_str();
    let reference = reference(written).map_or_else(|| written.to_owned(), |(reference, _)| reference);
    Some((reference, found.name("text")?.as_str()))
}

/// A composed number in front of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Front<'t> {
    /// "17/06", "14-2", "D45/2019".
    pub(super) reference: &'t str,
    /// The text behind it.
    pub(super) rest: &'t str,
    /// Whether a colon parts them.
    pub(super) is_marked: bool,
}

/// The number that a paragraph begins with, if it may be a reference: "17/06 ITU-T is invited", "A.3 The secretariat
/// will". It is none by itself: what follows has to ask something, or to say how it stands.
///
/// Numbers of clauses ("3.2") and of paragraphs ("17.") are made of digits and full stops alone. Names of bodies ("SG17",
/// "Q4/17") and of Recommendations ("X.509") begin what they are asked. Years ("2017-2020") are no reference.
pub(super) fn in_front(text: &str) -> Option<Front<'_>> {
    static FRONT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?P<ref>\d{1,4}[/-]\d{1,4}(?:[/-]\d{1,4})?|[A-Z]{1,8}(?:-[A-Z]{1,8})*[-/]?\d{1,4}(?:[/-]\d{1,4})*|[A-Z]\.\d)(?P<sign>[.):：]?)\s+(?P<rest>\S.*)$",
        )
    });
    static YEARS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:19|20)\d\d[/-](?:19|20)\d\d$"));
    let found = FRONT.captures(text)?;
    let (reference, rest) = (found.name("ref")?.as_str(), found.name("rest")?.as_str());
    let is_name = is_shaped(text) || YEARS.is_match(reference);
    // "A.1 editor", "5-6 experts": what goes on in small letters belongs to the number.
    let begins_anew =
        !rest.starts_with(char::is_lowercase) && !rest.starts_with(|c: char| c.is_ascii_digit());
    let first = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    let is_date = super::super::lexicon::ALL
        .iter()
        .any(|lexicon| lexicon.months.iter().any(|names| names.contains(&first.as_str())));
    (!is_name && begins_anew && !is_date).then(|| Front {
        reference,
        rest,
        is_marked: found.name("sign").is_some_and(|sign| [":", "："].contains(&sign.as_str())),
    })
}

/// How a report numbers its paragraphs, by all of those numbers together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Numbering {
    /// "12/09 ...", "14/09 ...": they are days.
    are_days: bool,
    /// Headings have numbers as "A.3": they are of clauses.
    are_clauses: bool,
}

impl Numbering {
    pub(super) fn of(document: &Document) -> Self {
        let mut days: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut numbering = Self::default();
        for block in &document.blocks {
            match &block.content {
                Content::Heading { text, .. } => {
                    numbering.are_clauses |=
                        in_front(text).is_some_and(|front| front.reference.contains('.'));
                }
                Content::Paragraph(paragraph) => {
                    let front = in_front(&paragraph.text).and_then(|front| front.reference.split_once('/'));
                    if let Some((first, second)) = front.filter(|pair| is_a_day(*pair)) {
                        days.entry(second).or_default().push(first);
                    }
                }
                Content::Table(_) => {}
            }
        }
        // References go on in their second part ("17/05", "17/06"), days in their first.
        let mut firsts: Vec<_> = days.values().flatten().collect();
        let all = firsts.len();
        firsts.sort_unstable();
        firsts.dedup();
        numbering.are_days = all >= 2 && firsts.len() == all && days.values().any(|first| first.len() >= 2);
        numbering
    }

    /// Whether a number in front of a paragraph may be its reference in this report.
    pub(super) fn admits(self, reference: &str) -> bool {
        let is_day = self.are_days && reference.split_once('/').is_some_and(is_a_day);
        !(is_day || self.are_clauses && reference.contains('.'))
    }
}

/// Whether "17/09" may be a day and a month.
fn is_a_day((first, second): (&str, &str)) -> bool {
    let number = |text: &str, most: u8| text.parse::<u8>().is_ok_and(|number| (1..=most).contains(&number));
    number(first, 31) && number(second, 12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minutes::{Paragraph, document::Builder};

    fn document(lines: &[&str]) -> Document {
        let mut builder = Builder::default();
        for line in lines {
            match line.strip_prefix("# ") {
                Some(heading) => builder.heading(1, heading),
                None => builder.paragraph(Paragraph { text: (*line).to_owned(), ..Paragraph::default() }),
            }
        }
        builder.finish()
    }

    #[test]
    fn a_composed_number_in_front_may_be_a_reference() {
        for (text, reference) in [
            ("17/09 ITU-T is invited to nominate somebody.", "17/09"),
            ("14-2 SG17 to reply.", "14-2"),
            ("2016-07: The Chair to report.", "2016-07"),
            ("A.3 The secretariat will send it.", "A.3"),
            ("D45/2019 The Secretary to ask CCMC.", "D45/2019"),
            ("AI-4 SG17 to reply.", "AI-4"),
            ("18/02. ITU-T to reply", "18/02"),
        ] {
            assert_eq!(in_front(text).map(|front| front.reference), Some(reference), "{text}");
        }
    }

    #[test]
    fn numbers_of_clauses_and_paragraphs_dates_and_names_are_none() {
        for text in [
            "3.2 SG17 is invited to reply.",
            "5.2.1 SG17 to reply",
            "17. SG17 is invited to reply.",
            "17 SG17 is invited to reply.",
            "SG17 is invited to reply.",
            "Q4/17 is invited to reply.",
            "WP1/17 to reply.",
            "X.509 Editors to reply.",
            "A.1 editor to reply",
            "17-21 September SG17 will meet.",
            "5-6 experts are invited to reply.",
            "2017-2020 SG17 is invited to reply.",
            "10:30 SG17 to report",
        ] {
            assert_eq!(in_front(text), None, "{text}");
        }
    }

    #[test]
    fn days_in_front_of_paragraphs_go_on_in_their_first_part_and_references_in_their_second() {
        let days =
            Numbering::of(&document(&["12/09 SG17 to reply.", "14/09 SG13 to reply.", "17/09 All to go."]));
        assert!(!days.admits("12/09") && days.admits("12/19"));
        let references = Numbering::of(&document(&["17/05 SG17 to reply.", "17/06 SG13 to reply."]));
        assert!(references.admits("17/05"));
        assert!(Numbering::of(&document(&["17/09 SG17 to reply."])).admits("17/09"));
        let clauses = Numbering::of(&document(&["# A.2 Scope of work", "A.3 The secretariat will send it."]));
        assert!(!clauses.admits("A.3") && clauses.admits("17/06"));
    }

    #[test]
    fn a_reference_may_stand_in_brackets_at_the_end() {
        for (sentence, reference, text) in [
            ("It asked SG17 to reply (Decision 21-04).", "Decision 21-04", "It asked SG17 to reply"),
            ("SG17 to reply [AI 5/2]", "AI 5/2", "SG17 to reply"),
            ("SG17 to reply (JCA-16).", "JCA-16", "SG17 to reply"),
            ("SG17 to reply (Resolution 17/06).", "17/06", "SG17 to reply"),
        ] {
            assert_eq!(at_end(sentence), Some((reference.to_owned(), text)));
        }
        for sentence in ["SG17 to reply (TD-68).", "SG17 to reply (see Decision 21-04).", "SG17 (Security)"] {
            assert_eq!(at_end(sentence), None);
        }
    }

    #[test]
    fn a_reference_that_stands_alone_has_at_most_a_title_in_brackets() {
        assert!(is_alone("RESOLUTION 134/2022 (Liaison with ISO/TC 309, which was asked for)"));
        assert!(is_alone("Resolution 17/06:"));
        assert!(!is_alone("Resolution 17/06: the Secretariat is asked to write to ISO."));
        assert_eq!(reference("DECISIÓN 251: Encargar").unwrap().0, "Decisión 251");
    }
}
