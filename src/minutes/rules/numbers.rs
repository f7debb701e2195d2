//! Bodies that share their name: "Study Groups 2, 3 and 20" are SG2, SG3 and SG20.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::super::lexicon::pattern;

static SHARED: LazyLock<Regex> = LazyLock::new(|| {
    let numbers =
        |number: &str| format!(r"{number}(?:\s*,\s*{number})*\s*(?:,\s*)?(?:,|&|and|et|y|и|و)\s*{number}");
    let (plain, parted) = (numbers(r"\d{1,2}"), numbers(r"\d{1,2}/\d{1,2}"));
    pattern(&format!(
        r"(?i)\b(?P<sg>(?:itu-t\s+)?(?:study\s+groups|sgs)|commissions\s+d['’]études|comisiones\s+de\s+estudio|исследовательск(?:ие|им|их|ими)\s+комисси(?:и|й|ям|ями|ях)|لجان\s+الدراسات)\s*(?P<sgs>{plain})\b|\b(?P<q>questions?|qs?|cuestion(?:es)?|вопрос\w*)\s*(?P<qs>{parted})\b|\b(?P<wp>working\s+part(?:y|ies)|wps?|groupes?\s+de\s+travail|grupos?\s+de\s+trabajo)\s*(?P<wps>{parted})\b|第(?P<zh>\d{{1,2}}(?:、\d{{1,2}})*[和及与、]\d{{1,2}})研究组",
    ))
});

/// The text with each of them by its own name.
pub(super) fn spread(text: &str) -> String {
    SHARED.replace_all(text, |found: &Captures<'_>| spread_one(found)).into_owned()
}

fn spread_one(found: &Captures<'_>) -> String {
    let shared = [("sgs", "SG"), ("qs", "Q"), ("wps", "WP"), ("zh", "SG")];
    let (numbers, short) = shared
        .iter()
        .find_map(|(group, short)| Some((found.name(group)?.as_str(), *short)))
        .unwrap_or_default();
    let mut out = String::with_capacity(numbers.len() * 2);
    let mut inside = false;
    for c in numbers.chars() {
        if c.is_ascii_digit() && !inside {
            out.push_str(short);
        }
        inside = c.is_ascii_digit() || c == '/';
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_several_bodies_has_its_own_name() {
        for (text, spread_out) in [
            ("Study Groups 2, 3 and 20 to reply", "SG2, SG3 and SG20 to reply"),
            ("Questions 4/17 and 5/17", "Q4/17 and Q5/17"),
            ("les Commissions d'études 2, 3 et 12", "les SG2, SG3 et SG12"),
            ("las Comisiones de Estudio 2 y 3", "las SG2 y SG3"),
            ("исследовательским комиссиям 2 и 3", "SG2 и SG3"),
            ("第2、3和20研究组", "SG2、SG3和SG20"),
            ("SG17 and 3 experts", "SG17 and 3 experts"),
            ("Question 4/17 and 5 others", "Question 4/17 and 5 others"),
        ] {
            assert_eq!(spread(text), spread_out);
        }
    }
}
