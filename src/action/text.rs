//! How names are compared: as people read them, not as they happen to be typed.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// The form in which two names are compared: one space between words, no space at the ends,
/// lower case. A no-break space (U+00A0, which spreadsheets love) is a space.
#[must_use]
pub fn fold(text: &str) -> String {
    if is_plain_line(text) { text.to_ascii_lowercase() } else { tidy(text).to_lowercase() }
}

/// Does something with the form in which a name is compared, without memory of its own for a name as most are: for
/// looking names up, many thousands of times.
pub fn with_folded<T>(text: &str, then: impl FnOnce(&str) -> T) -> T {
    with_lowered(text, fold, then)
}

/// The same with the form in which a name is looked up.
pub fn with_alike<T>(text: &str, then: impl FnOnce(&str) -> T) -> T {
    with_lowered(text, alike, then)
}

fn with_lowered<T>(text: &str, otherwise: fn(&str) -> String, then: impl FnOnce(&str) -> T) -> T {
    const SHORT: usize = 64;
    let mut short = [0; SHORT];
    if let Some(place) = short.get_mut(..text.len()).filter(|_| is_plain_line(text)) {
        place.copy_from_slice(text.as_bytes());
        place.make_ascii_lowercase();
        if let Ok(lowered) = std::str::from_utf8(place) {
            return then(lowered);
        }
    }
    then(&otherwise(text))
}

/// The form in which a name is looked up that people typed, or pasted from Word, a web page or a PDF: folded, and whichever
/// of the signs that look alike they are written with. Names that are told apart only by these are the same.
#[must_use]
pub fn alike(text: &str) -> String {
    if is_plain_line(text) {
        return text.to_ascii_lowercase();
    }
    let plain = |c: char| match c {
        _ if is_unseen(c) || is_mark_of_direction(c) => None,
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' => Some('\''),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        // Full-width typing: "ＳＧ１７".
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        other => Some(other),
    };
    // "é" may be one character, or an "e" with an accent behind it, as it comes from a Mac or out of a PDF.
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize_iter(text.chars().filter_map(plain));
    fold(&composed.collect::<String>())
}

/// Whether a character is not seen where it stands: a soft hyphen, a space without width, a word joiner, a byte order mark.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Whether a character only says in which direction the ones beside it are written.
#[must_use]
pub fn is_mark_of_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// A text without the characters in it that nobody sees. Marks of direction are left where something is written from right
/// to left: they say there where what is beside it stands.
#[must_use]
pub fn seen(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(|c| is_unseen(c) || is_mark_of_direction(c)) {
        return Cow::Borrowed(text);
    }
    let is_both_ways = text.contains(is_right_to_left);
    let is_seen = |c: &char| !is_unseen(*c) && (is_both_ways || !is_mark_of_direction(*c));
    Cow::Owned(text.chars().filter(is_seen).collect())
}

/// Whether a letter is one of the scripts that are written from right to left (Hebrew, Arabic, Syriac, Thaana and their
/// forms for presentation).
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{5d0}'..='\u{5f4}' | '\u{620}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// The text as it is shown: one space between words and none at the ends.
#[must_use]
pub fn tidy(text: &str) -> String {
    if is_plain_line(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether a text is what most are: ASCII without control characters, single spaces between words, none at the
/// ends. There is nothing to tidy then. All is looked at without a branch, many bytes at a time.
#[must_use]
pub fn is_plain_line(text: &str) -> bool {
    let text = text.as_bytes();
    let is_odd = text.iter().fold(false, |odd, byte| odd | !matches!(byte, b' '..=b'~'));
    let following = text.get(1..).unwrap_or_default();
    let pairs = text.iter().zip(following);
    let is_wide = pairs.fold(false, |wide, pair| wide | matches!(pair, (b' ', b' ')));
    !is_odd && !is_wide && text.first() != Some(&b' ') && text.last() != Some(&b' ')
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

/// What is doubtful about an address that could be one: outside the own network there is no domain without a dot.
#[must_use]
pub fn doubt_about_address(address: &str) -> Option<String> {
    let domain = address.rsplit_once('@')?.1;
    (!domain.contains('.')).then(|| {
        format!(
            "\"{address}\" has no dot after the @: such an address can be reached only within the own network. Write it as \
             in name@example.org, if that is meant."
        )
    })
}

/// "1 letter", "2 letters".
#[must_use]
pub fn counted(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// How a sentence about an unknown name goes on: "; did you mean X?" with the name that was probably meant, or a full stop.
#[must_use]
pub fn did_you_mean<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    hint(nearest(wanted, names))
}

/// The same, with the name that was found to be meant.
#[must_use]
pub fn hint(meant: Option<&str>) -> String {
    meant.map_or_else(|| ".".to_owned(), |name| format!("; did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_spacing() {
        assert_eq!(fold("  ITU-T\u{a0} Representative "), "itu-t representative");
    }

    #[test]
    fn names_are_looked_up_as_they_look() {
        for (typed, name) in [
            ("S\u{e9}bastien L'H\u{f4}te", "S\u{e9}bastien L\u{2019}H\u{f4}te"),
            ("Rene\u{301}e Mu\u{308}ller", "Ren\u{e9}e M\u{fc}ller"),
            ("Olivier Du\u{ad}buisson\u{200b}", "Olivier Dubuisson"),
            ("\u{200f}\u{645}\u{62d}\u{645}\u{62f}", "\u{645}\u{62d}\u{645}\u{62f}"),
            ("MoU\u{2011}MG", "mou-mg"),
            ("\u{ff33}\u{ff27}\u{ff11}\u{ff17}", "SG17"),
        ] {
            assert_eq!(alike(typed), alike(name), "{typed}");
        }
        assert_ne!(alike("SG17"), alike("SG 17"));
    }

    #[test]
    fn what_nobody_sees_is_left_out_and_marks_stay_where_something_is_written_both_ways() {
        assert_eq!(seen("17\u{200b}/06\u{ad}\u{200e}\u{2060}\u{feff}"), "17/06");
        assert_eq!(seen("\u{627}\u{644}\u{627} (ITU)\u{200f}\u{ad}"), "\u{627}\u{644}\u{627} (ITU)\u{200f}");
        assert_eq!(seen("\u{200b}\u{200e} "), " ");
    }

    proptest::proptest! {
        #[test]
        fn a_plain_line_is_tidy(text in "[ -~]{0,4}[ a\\t\u{e9}\u{a0}\u{0}]{0,4}") {
            let tidied = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if is_plain_line(&text) {
                proptest::prop_assert_eq!(&tidied, &text);
                proptest::prop_assert!(!text.contains(char::is_control));
            }
            proptest::prop_assert_eq!(tidy(&text), tidied);
        }
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names = ["Olivier Dubuisson", "Martin Euchner"];
        assert_eq!(nearest("Olivier Dubuison", names), Some("Olivier Dubuisson"));
        assert_eq!(nearest("Zhang Wei", names), None);
    }
}
