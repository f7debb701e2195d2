//! Whether two titles say the same.

use crate::action::fold;

/// Titles that are alike by this (Jaro-Winkler), and name the same things, are the same.
const ALIKE: f64 = 0.93;

/// Whether two titles are the same but for a word or a letter. What differs in a number or a designation is something
/// else: "review Q4/17" is not "review Q5/17", and Annex A is not Annex B.
pub(super) fn alike(one: &str, other: &str) -> bool {
    let (a, b) = (without_articles(&fold(one)), without_articles(&fold(other)));
    a == b || strsim::jaro_winkler(&a, &b) > ALIKE && designations(one).eq(designations(other))
}

/// "update the web page" is what a list calls "update web page".
fn without_articles(folded: &str) -> String {
    let words = folded.trim_end_matches('.').split(' ').filter(|word| !["the", "a", "an"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}

/// The words that tell one thing from another of its sort: with a number, in capitals, or of one letter.
fn designations(title: &str) -> impl Iterator<Item = &str> {
    let words =
        title.split(|c: char| c.is_whitespace() || ",;:()[]\"“”".contains(c)).filter(|word| !word.is_empty());
    let is_one = |(at, word): &(usize, &str)| {
        let capitals = word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase);
        word.contains(char::is_numeric) || capitals && *at > 0
    };
    words.enumerate().filter(is_one).map(|(_, word)| word.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_name_other_things_are_not_alike() {
        assert!(alike(
            "establish an active liaison with ISO/TC 307",
            "Establish active liaisons with ISO/TC 307."
        ));
        for (one, other) in [
            ("review the draft of part 1", "review the draft of part 2"),
            ("publish Annex A to the Recommendation", "publish Annex B to the Recommendation"),
            ("reply to the liaison statement of SG17", "reply to the liaison statement of SG13"),
        ] {
            assert!(!alike(one, other), "{one}");
        }
    }
}
