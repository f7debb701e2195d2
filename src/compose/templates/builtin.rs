//! The templates that are compiled in: what looks the same in every language stands at the top,
//! the words stand in a folder for each language. Letters to the secretariat about rappel itself
//! are in English only, as what they list is.

use crate::action::Language;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../templates/", $name)))),+]
    };
}

/// Name and source of each that a file can replace.
pub(super) const FILES: &[(&str, &str)] = files![
    "en/phrases.txt",
    "en/words.txt",
    "en/digest.phrases.txt",
    "en/test.phrases.txt",
    "en/reminder.subject.txt",
    "en/moved.subject.txt",
    "en/welcome.subject.txt",
    "en/escalation.subject.txt",
    "en/digest.subject.txt",
    "en/closed.phrases.txt",
    "en/correction.phrases.txt",
    "en/problems.subject.txt",
    "en/problems.txt",
    "en/problems.html",
    "en/notice.subject.txt",
    "en/notice.txt",
    "en/notice.html",
    "ar/phrases.txt",
    "ar/words.txt",
    "ar/digest.phrases.txt",
    "ar/test.phrases.txt",
    "ar/reminder.subject.txt",
    "ar/moved.subject.txt",
    "ar/welcome.subject.txt",
    "ar/escalation.subject.txt",
    "ar/digest.subject.txt",
    "ar/closed.phrases.txt",
    "ar/correction.phrases.txt",
    "zh/phrases.txt",
    "zh/words.txt",
    "zh/digest.phrases.txt",
    "zh/test.phrases.txt",
    "zh/reminder.subject.txt",
    "zh/moved.subject.txt",
    "zh/welcome.subject.txt",
    "zh/escalation.subject.txt",
    "zh/digest.subject.txt",
    "zh/closed.phrases.txt",
    "zh/correction.phrases.txt",
    "fr/phrases.txt",
    "fr/words.txt",
    "fr/digest.phrases.txt",
    "fr/test.phrases.txt",
    "fr/reminder.subject.txt",
    "fr/moved.subject.txt",
    "fr/welcome.subject.txt",
    "fr/escalation.subject.txt",
    "fr/digest.subject.txt",
    "fr/closed.phrases.txt",
    "fr/correction.phrases.txt",
    "ru/phrases.txt",
    "ru/words.txt",
    "ru/digest.phrases.txt",
    "ru/test.phrases.txt",
    "ru/reminder.subject.txt",
    "ru/moved.subject.txt",
    "ru/welcome.subject.txt",
    "ru/escalation.subject.txt",
    "ru/digest.subject.txt",
    "ru/closed.phrases.txt",
    "ru/correction.phrases.txt",
    "es/phrases.txt",
    "es/words.txt",
    "es/digest.phrases.txt",
    "es/test.phrases.txt",
    "es/reminder.subject.txt",
    "es/moved.subject.txt",
    "es/welcome.subject.txt",
    "es/escalation.subject.txt",
    "es/digest.subject.txt",
    "es/closed.phrases.txt",
    "es/correction.phrases.txt",
    "layout.html",
    "facts.html",
    "facts.txt",
    "state.html",
    "reminder.txt",
    "reminder.html",
    "moved.txt",
    "moved.html",
    "welcome.txt",
    "welcome.html",
    "escalation.txt",
    "escalation.html",
    "digest.txt",
    "digest.html",
    "closed.subject.txt",
    "closed.txt",
    "closed.html",
    "correction.subject.txt",
    "correction.txt",
    "correction.html",
    "test.subject.txt",
    "test.txt",
    "test.html",
];

/// Those of status reports.
pub(super) const REPORT: &[(&str, &str)] = files![
    "ar/report.phrases.txt",
    "ar/report.words.txt",
    "en/report.phrases.txt",
    "en/report.words.txt",
    "es/report.phrases.txt",
    "es/report.words.txt",
    "fr/report.phrases.txt",
    "fr/report.words.txt",
    "ru/report.phrases.txt",
    "ru/report.words.txt",
    "zh/report.phrases.txt",
    "zh/report.words.txt",
];

/// Every name that a template can have: the built-in ones, and in each language's folder those
/// without a language, which count before them.
pub(super) fn names() -> impl Iterator<Item = String> {
    let shared = || FILES.iter().filter(|(name, _)| !name.contains('/'));
    let of_a_language = move |language: Language| shared().map(move |(name, _)| format!("{language}/{name}"));
    FILES.iter().map(|(name, _)| (*name).to_owned()).chain(Language::ALL.into_iter().flat_map(of_a_language))
}

/// Whether there can be a template of this name.
pub(super) fn contains(name: &str) -> bool {
    names().any(|known| known == name)
}

/// The language whose folder a template stands in, if it stands in one, and its name there.
pub(super) fn parted(name: &str) -> (Option<Language>, &str) {
    let folder = name.split_once('/');
    let found = folder.and_then(|(folder, short)| {
        Some((Language::ALL.into_iter().find(|language| language.code() == folder)?, short))
    });
    found.map_or((None, name), |(language, short)| (Some(language), short))
}
