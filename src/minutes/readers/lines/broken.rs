//! Words that a narrow column breaks: "communicatio" and, on the next line, "ns team".

/// Ends of words that are none by themselves.
const ENDS: [&str; 56] = [
    "ing", "ings", "ion", "ions", "tion", "tions", "ation", "ations", "sion", "sions", "ment", "ments",
    "ness", "ity", "ities", "ed", "er", "ers", "ly", "ble", "ies", "ence", "ance", "ive", "ical", "ally",
    "ated", "ised", "ized", "té", "tés", "eur", "eurs", "ique", "iques", "elle", "ción", "ciones", "sión",
    "siones", "mente", "dad", "dades", "miento", "ния", "ние", "ний", "ции", "ция", "ций", "ство", "ства",
    "ости", "ость", "ного", "ными",
];

/// Whether a line goes on with the word that the line above it ends with.
pub(super) fn goes_on(above: &str, line: &str) -> bool {
    let last = above.rsplit(' ').next().unwrap_or_default();
    let first = line.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let is_word = last.chars().count() >= 4 && last.chars().all(char::is_alphabetic);
    let is_small = !first.is_empty() && first.chars().all(char::is_lowercase);
    is_word && is_small && (ENDS.contains(&first) || has_no_vowel(first))
}

/// "ns", "nts": no word of a language with Latin letters.
fn has_no_vowel(fragment: &str) -> bool {
    fragment.chars().count() >= 2
        && fragment.bytes().all(|byte| byte.is_ascii_lowercase() && !b"aeiouy".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_was_broken_is_told_from_the_next_one() {
        for (above, line) in [
            ("ISO/CS communicatio", "ns team"),
            ("harmoniz", "ation of terms"),
            ("Secretari", "ment"),
            ("стандартиза", "ции"),
        ] {
            assert!(goes_on(above, line), "{above} {line}");
        }
        for (above, line) in
            [("review the", "draft"), ("reply to", "ns"), ("Secretariat", "of TSB"), ("Chair", "NSB")]
        {
            assert!(!goes_on(above, line), "{above} {line}");
        }
    }
}
