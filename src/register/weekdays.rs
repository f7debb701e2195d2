//! The names of the days of the week, as people write them before a date.

use jiff::civil::Weekday;

/// For each day its names in full and in short: English, French, Spanish, German, Russian, Arabic, Chinese.
const NAMES: [(Weekday, &[&str]); 7] = [
    (
        Weekday::Monday,
        &[
            "monday",
            "mon",
            "lundi",
            "lun",
            "lunes",
            "montag",
            "mo",
            "понедельник",
            "пн",
            "الاثنين",
            "الإثنين",
            "星期一",
            "周一",
        ],
    ),
    (
        Weekday::Tuesday,
        &[
            "tuesday",
            "tue",
            "tues",
            "mardi",
            "martes",
            "dienstag",
            "di",
            "вторник",
            "вт",
            "الثلاثاء",
            "星期二",
            "周二",
        ],
    ),
    (
        Weekday::Wednesday,
        &[
            "wednesday",
            "wed",
            "mercredi",
            "mer",
            "miércoles",
            "miercoles",
            "mié",
            "mittwoch",
            "mi",
            "среда",
            "среду",
            "ср",
            "الأربعاء",
            "الاربعاء",
            "星期三",
            "周三",
        ],
    ),
    (
        Weekday::Thursday,
        &[
            "thursday",
            "thu",
            "thur",
            "thurs",
            "jeudi",
            "jeu",
            "jueves",
            "jue",
            "donnerstag",
            "do",
            "четверг",
            "чт",
            "الخميس",
            "星期四",
            "周四",
        ],
    ),
    (
        Weekday::Friday,
        &[
            "friday",
            "fri",
            "vendredi",
            "ven",
            "viernes",
            "vie",
            "freitag",
            "fr",
            "пятница",
            "пятницу",
            "пт",
            "الجمعة",
            "星期五",
            "周五",
        ],
    ),
    (
        Weekday::Saturday,
        &[
            "saturday",
            "sat",
            "samedi",
            "sam",
            "sábado",
            "sabado",
            "sáb",
            "samstag",
            "sonnabend",
            "sa",
            "суббота",
            "субботу",
            "сб",
            "السبت",
            "星期六",
            "周六",
        ],
    ),
    (
        Weekday::Sunday,
        &[
            "sunday",
            "sun",
            "dimanche",
            "dim",
            "domingo",
            "dom",
            "sonntag",
            "so",
            "воскресенье",
            "вс",
            "الأحد",
            "الاحد",
            "星期日",
            "星期天",
            "周日",
        ],
    ),
];

/// The day that a text begins with, and what follows its name.
pub(super) fn before(text: &str) -> Option<(Weekday, &str)> {
    // Most dates begin with their number.
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let end = text.find([' ', ',', '،', '.']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    Some((weekday(word)?, rest.trim_start_matches([' ', ',', '،', '.'])))
}

/// The day that a word names.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    let word = word.to_lowercase();
    NAMES.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(day, _)| *day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_of_two_days_and_each_is_found() {
        for (day, names) in NAMES {
            for name in names {
                assert_eq!(NAMES.iter().filter(|(_, names)| names.contains(name)).count(), 1, "{name}");
                assert_eq!(before(&format!("{name}, 1 May 2017")), Some((day, "1 May 2017")));
            }
        }
    }
}
