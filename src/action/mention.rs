//! A person as they stand in texts: a name or an address among other words.

use super::fold;

/// What is looked for in texts, and what only looks like it.
#[derive(Debug, Clone)]
pub struct Mention {
    wanted: Vec<Vec<char>>,
    /// Names of others that hold a wanted one: "Ann Lee" is not "Ann".
    others: Vec<Vec<char>>,
}

impl Mention {
    /// Looks for `wanted`, names or addresses, in any case and spacing, as words of their own and not as parts of
    /// one of the `others`.
    pub fn new<'a>(
        wanted: impl IntoIterator<Item = &'a str>,
        others: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let letters = |text: &str| fold(text).chars().collect::<Vec<char>>();
        let wanted: Vec<_> = wanted.into_iter().map(letters).filter(|name| !name.is_empty()).collect();
        let longer =
            |other: &Vec<char>| wanted.iter().any(|name| other.len() > name.len() && contains(other, name));
        let others = others.into_iter().map(letters).filter(longer).collect();
        Self { wanted, others }
    }

    /// Whether the whole text is one of them.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        let text: Vec<char> = fold(text).chars().collect();
        self.wanted.contains(&text)
    }

    /// Whether the text names one of them.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        !self.places(&Letters::of(text)).is_empty()
    }

    /// The text with `instead` for each of them; none if it names none.
    #[must_use]
    pub fn replaced(&self, text: &str, instead: &str) -> Option<String> {
        let letters = Letters::of(text);
        let places = self.places(&letters);
        if places.is_empty() {
            return None;
        }
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for (start, end) in places {
            out.push_str(text.get(from..start).unwrap_or_default());
            out.push_str(instead);
            from = end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        Some(out)
    }

    /// From which byte to which.
    fn places(&self, text: &Letters) -> Vec<(usize, usize)> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < text.letters.len() {
            if let Some(end) = text.first_of(&self.others, at) {
                at = end;
            } else if let Some(end) = text.first_of(&self.wanted, at) {
                found.push((text.start(at), text.start(end)));
                at = end;
            } else {
                at += 1;
            }
        }
        found
    }
}

fn contains(text: &[char], part: &[char]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// A text in lower case, with any white space as one space, and where each letter of it begins in the text.
struct Letters {
    letters: Vec<(char, usize)>,
    end: usize,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters: Vec<(char, usize)> = Vec::with_capacity(text.len());
        for (start, letter) in text.char_indices() {
            if !letter.is_whitespace() {
                letters.extend(letter.to_lowercase().map(|lower| (lower, start)));
            } else if letters.last().is_none_or(|(last, _)| *last != ' ') {
                letters.push((' ', start));
            }
        }
        Self { letters, end: text.len() }
    }

    /// The byte at which letter `at` begins.
    fn start(&self, at: usize) -> usize {
        self.letters.get(at).map_or(self.end, |(_, start)| *start)
    }

    /// The end of the first of these that stands at `at` as a word of its own.
    fn first_of(&self, names: &[Vec<char>], at: usize) -> Option<usize> {
        names.iter().find_map(|name| {
            let end = at + name.len();
            let here = self.letters.get(at..end)?.iter().map(|(letter, _)| letter);
            (here.eq(name) && self.is_edge_before(at) && self.is_edge_after(end)).then_some(end)
        })
    }

    fn letter(&self, at: usize) -> Option<char> {
        self.letters.get(at).map(|(letter, _)| *letter)
    }

    /// Whether no word goes on across it. Chinese words follow each other without spaces.
    fn is_edge_before(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|before| self.letter(before)) else { return true };
        let goes_on = is_of_a_word(before) || matches!(before, '.' | '_' | '-' | '+' | '%');
        !goes_on || self.letter(at).is_some_and(is_ideograph) || is_ideograph(before)
    }

    /// A full stop or a hyphen ends a word, unless a letter follows it.
    fn is_edge_after(&self, end: usize) -> bool {
        let Some(after) = self.letter(end) else { return true };
        let joins = matches!(after, '.' | '-' | '_' | '@') && self.letter(end + 1).is_some_and(is_of_a_word);
        let goes_on = is_of_a_word(after) || joins;
        !goes_on || is_ideograph(after) || self.letter(end - 1).is_some_and(is_ideograph)
    }
}

fn is_of_a_word(letter: char) -> bool {
    letter.is_alphanumeric()
}

fn is_ideograph(letter: char) -> bool {
    ('\u{2e80}'..='\u{9fff}').contains(&letter) || ('\u{f900}'..='\u{faff}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(text: &str) -> Option<String> {
        Mention::new(["Ann", "ann@example.org", "王伟"], ["Ann Lee", "Bob"]).replaced(text, "?")
    }

    #[test]
    fn a_name_is_found_in_any_case_and_spacing_as_a_word_of_its_own() {
        for (text, expected) in [
            ("ANN was told", "? was told"),
            ("17/06 asked of ann is done", "17/06 asked of ? is done"),
            ("person:ann", "person:?"),
            ("Ann's seat, <ann@example.org>.", "?'s seat, <?>."),
            ("write to Ann@Example.org.", "write to ?."),
            ("请王伟答复", "请?答复"),
        ] {
            assert_eq!(replaced(text).as_deref(), Some(expected), "{text}");
        }
        let long = Mention::new(["Ann  Kowalski"], []);
        assert!(long.is_in("Dear Ann\n Kowalski,") && long.is("ann kowalski") && !long.is("Ann Kowalskis"));
    }

    #[test]
    fn parts_of_words_of_addresses_and_of_others_names_are_left_alone() {
        for text in
            ["Annual report", "joann@example.org", "x.ann@example.org", "Ann-Marie", "Ann Lee", "ann lee's"]
        {
            assert_eq!(replaced(text), None, "{text}");
        }
        assert_eq!(replaced("Ann Lee and Ann").as_deref(), Some("Ann Lee and ?"));
        assert!(!Mention::new([" "], []).is_in("a  b"));
    }
}
