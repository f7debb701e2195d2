//! The names of the months, as people write them in the languages of a secretariat in Geneva.

/// For each month its names in full and in short: English, French, Spanish, German, Russian (of a day: "15 марта"), Arabic.
const NAMES: [&[&str]; 12] = [
    &[
        "january",
        "jan",
        "janvier",
        "janv",
        "enero",
        "ene",
        "januar",
        "jän",
        "января",
        "январь",
        "янв",
        "يناير",
    ],
    &[
        "february",
        "feb",
        "février",
        "fevrier",
        "févr",
        "fév",
        "febrero",
        "februar",
        "февраля",
        "февраль",
        "фев",
        "فبراير",
    ],
    &["march", "mar", "mars", "marzo", "märz", "mär", "mrz", "марта", "март", "мар", "مارس"],
    &["april", "apr", "avril", "avr", "abril", "abr", "апреля", "апрель", "апр", "أبريل", "ابريل"],
    &["may", "mai", "mayo", "мая", "май", "مايو"],
    &["june", "jun", "juin", "junio", "juni", "июня", "июнь", "июн", "يونيو"],
    &["july", "jul", "juillet", "juil", "julio", "juli", "июля", "июль", "июл", "يوليو"],
    &["august", "aug", "août", "aout", "agosto", "ago", "августа", "август", "авг", "أغسطس", "اغسطس"],
    &["september", "sept", "sep", "septembre", "septiembre", "сентября", "сентябрь", "сен", "سبتمبر"],
    &[
        "october",
        "oct",
        "octobre",
        "octubre",
        "oktober",
        "okt",
        "октября",
        "октябрь",
        "окт",
        "أكتوبر",
        "اكتوبر",
    ],
    &["november", "nov", "novembre", "noviembre", "ноября", "ноябрь", "ноя", "نوفمبر"],
    &[
        "december",
        "dec",
        "décembre",
        "decembre",
        "déc",
        "diciembre",
        "dic",
        "dezember",
        "dez",
        "декабря",
        "декабрь",
        "дек",
        "ديسمبر",
    ],
];

/// The number of the month that a word names, from 1.
pub(super) fn month(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    NAMES.iter().position(|names| names.contains(&word.as_str())).and_then(|at| i8::try_from(at + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_of_two_months() {
        for name in NAMES.iter().flat_map(|names| names.iter()) {
            assert_eq!(NAMES.iter().filter(|names| names.contains(name)).count(), 1, "{name}");
        }
    }
}
