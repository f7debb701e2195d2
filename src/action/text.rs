//! How names are compared: as people read them, not as they happen to be typed.

/// The form in which two names are compared: one space between words, no space at the ends,
/// lower case. A no-break space (U+00A0, which spreadsheets love) is a space.
#[must_use]
pub fn fold(text: &str) -> String {
    tidy(text).to_lowercase()
}

/// The text as it is shown: one space between words and none at the ends.
#[must_use]
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The candidate that is most like `wanted`, if any is near enough to be what was meant
/// (Jaro-Winkler similarity of the folded texts above 0.8).
#[must_use]
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(wanted);
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&wanted, &fold(candidate)), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_spacing() {
        assert_eq!(fold("  ITU-T\u{a0} Representative "), "itu-t representative");
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names = ["Olivier Dubuisson", "Martin Euchner"];
        assert_eq!(nearest("Olivier Dubuison", names), Some("Olivier Dubuisson"));
        assert_eq!(nearest("Zhang Wei", names), None);
    }
}
