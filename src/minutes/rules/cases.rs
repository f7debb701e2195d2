//! Names in their grammatical cases: what a report calls «Оперативной группе» or «للأمانة» is who the register calls
//! «Оперативная группа» or «الأمانة».
//!
//! Names that are known are compared, word by word, by what stays of a word in all cases. No other form is made of a name
//! that is not known.

use crate::action::fold;

/// Whether two names differ at most in the cases of their words.
pub(super) fn differ_in_case_alone(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    let words = |name: &str| name.split([' ', '-']).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (words(&one), words(&other));
    one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| one == other || is_same(one, other))
}

fn is_same(one: &str, other: &str) -> bool {
    let both = |of: fn(char) -> bool| one.chars().all(of) && other.chars().all(of);
    if both(is_cyrillic) {
        return is_same_in_russian(&one.replace('ё', "е"), &other.replace('ё', "е"));
    }
    both(is_arabic) && {
        let (one, other) = (bare(one), bare(other));
        one.iter().any(|form| other.contains(form))
    }
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{4ff}')
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6ff}')
}

/// The endings of Russian nouns and adjectives.
const ENDINGS: [&str; 49] = [
    "", "а", "я", "о", "е", "и", "ы", "у", "ю", "ь", "й", "ой", "ей", "ый", "ий", "ая", "яя", "ое", "ее",
    "ые", "ие", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ую", "юю", "ых", "их", "ами", "ями",
    "ам", "ям", "ах", "ях", "ов", "ев", "ью", "ою", "ею", "ия", "ии", "ию", "ием", "ыми",
];

/// So many letters of a Russian word stay at least.
const STEM: usize = 4;

fn is_same_in_russian(one: &str, other: &str) -> bool {
    let shared = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let ends =
        |word: &str, from: usize| ENDINGS.contains(&word.chars().skip(from).collect::<String>().as_str());
    // A letter of the ending may be the same in both: "комиссией", "комиссия".
    (0..3)
        .filter_map(|less| shared.checked_sub(less))
        .any(|from| from >= STEM && ends(one, from) && ends(other, from))
}

/// An Arabic word with and without the particles that are written together with it, in plain letters.
fn bare(word: &str) -> Vec<String> {
    let plain = |c: char| match c {
        '\u{64b}'..='\u{65f}' | '\u{640}' => None,
        'أ' | 'إ' | 'آ' => Some('ا'),
        'ى' => Some('ي'),
        'ة' => Some('ه'),
        c => Some(c),
    };
    let mut forms = vec![word.chars().filter_map(plain).collect::<String>()];
    for particles in [&["و", "ف"][..], &["ب", "ل", "ك"], &["ال", "ل"]] {
        let without = |form: &String| {
            let rest = particles.iter().find_map(|particle| form.strip_prefix(particle))?;
            (rest.chars().count() >= 3).then(|| rest.to_owned())
        };
        let more: Vec<_> = forms.iter().filter_map(without).collect();
        forms.extend(more);
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_each_case() {
        for (one, other) in [
            ("Оперативной группе", "Оперативная группа"),
            ("секретариату", "Секретариат"),
            ("Директору Бюро радиосвязи", "Директор Бюро радиосвязи"),
            ("председателем комиссии", "Председатель комиссии"),
            ("Ивану Петрову", "Иван Петров"),
            ("للأمانة", "الأمانة"),
            ("ومكتب تقييس الاتصالات", "مكتب تقييس الاتصالات"),
            ("بالفريق المتخصص", "الفريق المتخصص"),
            ("لمدير المكتب", "مدير المكتب"),
        ] {
            assert!(differ_in_case_alone(one, other), "{one}, {other}");
        }
    }

    #[test]
    fn another_name_is_another() {
        for (one, other) in [
            ("секретарю", "Секретариат"),
            ("Рабочая группа 1", "Рабочая группа 2"),
            ("ИК13", "ИК17"),
            ("Рабочей группе", "Рабочая группа по терминам"),
            ("ISO", "ISOs"),
            ("المدير", "الأمانة"),
            ("مكتب الاتصالات الراديوية", "مكتب تقييس الاتصالات"),
        ] {
            assert!(!differ_in_case_alone(one, other), "{one}, {other}");
        }
    }
}
