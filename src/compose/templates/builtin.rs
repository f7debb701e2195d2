//! The templates that are compiled in. Another language is another folder and another list.

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// Name and source of each, partials first.
        pub(super) const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../templates/", $name)))),+];
    };
}

files![
    "en/phrases.txt",
    "en/digest.phrases.txt",
    "en/layout.html",
    "en/facts.html",
    "en/state.html",
    "en/reminder.subject.txt",
    "en/reminder.txt",
    "en/reminder.html",
    "en/moved.subject.txt",
    "en/moved.txt",
    "en/moved.html",
    "en/digest.subject.txt",
    "en/digest.txt",
    "en/digest.html",
    "en/problems.subject.txt",
    "en/problems.txt",
    "en/problems.html",
    "en/notice.subject.txt",
    "en/notice.txt",
    "en/notice.html",
    "en/test.subject.txt",
    "en/test.txt",
    "en/test.html",
];

/// Whether there is a template of this name.
pub(super) fn contains(name: &str) -> bool {
    FILES.iter().any(|(known, _)| *known == name)
}
