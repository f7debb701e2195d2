//! `config/default.toml` taken apart: what each key means, and a file in which some are set.

use super::DEFAULTS;

/// What the first lines of a file say that [`draft`] makes.
const INTRODUCTION: &str = "\
# Settings of rappel. A key with a \"#\" before it shows its default, or an example where there is none;
# remove the \"# \" to set it. Paths that do not begin with \"/\" start from the folder of this file.
# `rappel check` says, line by line, what is wrong; rappel.toml(5) explains the rest.
";

/// A section or a key of the settings, as `config/default.toml` documents it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documented {
    /// The section: "mail.smtp".
    pub section: &'static str,
    /// Whether there may be several sections of that name, each under a line with two pairs of brackets.
    pub several: bool,
    /// The key in it, with its value as it would be written; none for the section itself.
    pub key: Option<(&'static str, &'static str)>,
    /// Whether the value is the default, not an example of one that has none.
    pub in_force: bool,
    /// What it means, in the words of the comment above it; one line of text a paragraph.
    pub meaning: String,
}

/// All sections and keys, in their order, each section before its keys.
#[must_use]
pub fn reference() -> Vec<Documented> {
    let (mut found, mut section, mut several, mut comment) = (Vec::new(), "", false, Vec::new());
    for line in DEFAULTS.lines() {
        let (what, in_force) = match Line::of(line) {
            Line::Comment(text) => {
                comment.push(text);
                continue;
            }
            Line::Blank => {
                comment.clear();
                continue;
            }
            Line::Section(name, in_force) => {
                (section, several) = (name, line.contains("[["));
                (None, in_force)
            }
            Line::Key(key, value, in_force) => (Some((key, value)), in_force),
        };
        let meaning = std::mem::take(&mut comment).join(" ");
        found.push(Documented { section, several, key: what, in_force, meaning });
    }
    found
}

/// A settings file in which nothing is set but `values`: keys such as "mail.smtp.host", each with its
/// value as it is written in TOML. Everything else stands in it as a comment.
#[must_use]
pub fn draft(values: &[(&str, String)]) -> String {
    let value_of = |section: &str, key: &str| {
        values.iter().find(|(path, _)| path.rsplit_once('.') == Some((section, key))).map(|(_, value)| value)
    };
    let is_used = |section: &str| {
        values.iter().any(|(path, _)| path.rsplit_once('.').is_some_and(|(s, _)| s == section))
    };
    let mut text = INTRODUCTION.to_owned();
    let mut section = "";
    // The introduction of the defaults is about the defaults.
    for line in DEFAULTS.lines().skip_while(|line| !line.is_empty()) {
        match Line::of(line) {
            Line::Blank => {}
            Line::Comment(comment) => text.extend([format!("# {comment}").trim_end()]),
            Line::Section(name, in_force) => {
                section = name;
                // A section of mail that stands there, even an empty one, is a way for letters to leave.
                let active = is_used(name) || (in_force && !name.starts_with("mail."));
                let (open, close) = if line.contains("[[") { ("[[", "]]") } else { ("[", "]") };
                text.extend([if active { "" } else { "# " }, open, name, close]);
            }
            Line::Key(key, default, _) => match value_of(section, key) {
                Some(value) => text.extend([key, " = ", value]),
                None => text.extend(["# ", key, " = ", default]),
            },
        }
        text.push('\n');
    }
    text
}

/// A text as it is written in a settings file.
#[must_use]
pub fn quoted_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Whether a settings file sets nothing: sections and comments at most.
#[must_use]
pub fn sets_nothing(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with(['#', '[']))
}

/// A line of the defaults.
enum Line<'a> {
    Blank,
    Comment(&'a str),
    /// Its name, and whether it stands there as such, not as a comment.
    Section(&'a str, bool),
    /// The key, its value, and whether it stands there as such.
    Key(&'a str, &'a str, bool),
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        let (bare, in_force) = match line.strip_prefix('#') {
            Some(comment) => (comment.strip_prefix(' ').unwrap_or(comment), false),
            None => (line, true),
        };
        if line.is_empty() {
            return Self::Blank;
        }
        let within = |text: &'a str| text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(name) = within(bare) {
            // One of several stands in two pairs of brackets.
            return Self::Section(within(name).unwrap_or(name), in_force);
        }
        let is_name = |key: &str| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        match bare.split_once(" = ") {
            Some((key, value)) if is_name(key) => Self::Key(key, value, in_force),
            _ => Self::Comment(bare),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;
    use crate::config::{Variables, documented_keys, load_text};

    fn problems(values: &[(&str, String)]) -> String {
        let file = Path::new("/etc/rappel/rappel.toml");
        match load_text(file, draft(values), &Variables::default()) {
            Ok(_) => String::new(),
            Err(problems) => problems.to_string(),
        }
    }

    fn necessary() -> Vec<(&'static str, String)> {
        [
            ("secretariat.name", "The \"registry\""),
            ("secretariat.address", "tsb@example.int"),
            ("register.path", "actions.xlsx"),
            ("mail.maildir.path", "letters"),
        ]
        .map(|(key, text)| (key, quoted_text(text)))
        .to_vec()
    }

    #[test]
    fn every_key_is_in_the_reference_with_its_meaning() {
        let keys: BTreeSet<String> = reference()
            .iter()
            .filter_map(|one| Some(format!("{}.{}", one.section, one.key?.0)))
            .map(|key| {
                key.replace("policy.default.", "policy.NAME.").replace("calendars.Geneva.", "calendars.NAME.")
            })
            .collect();
        assert_eq!(keys, documented_keys());
        assert!(reference().iter().filter(|one| one.key.is_some()).all(|one| !one.meaning.is_empty()));
    }

    #[test]
    fn a_draft_without_values_sets_nothing_and_lists_what_has_to_be_set() {
        assert!(sets_nothing(&draft(&[])));
        let said = problems(&[]);
        for key in ["secretariat.name", "secretariat.address", "register.path", "mail"] {
            assert!(said.contains(&format!(", {key}: ")), "{key} in {said}");
        }
        assert_eq!(said.lines().count(), 5, "{said}");
        assert!(said.contains("`rappel setup`"), "{said}");
    }

    #[test]
    fn a_draft_with_what_is_necessary_is_good_and_sets_only_that() {
        let text = draft(&necessary());
        assert!(!sets_nothing(&text));
        assert_eq!(problems(&necessary()), "");
        let set: Vec<_> = text.lines().filter(|line| !sets_nothing(line)).collect();
        assert_eq!(set.len(), 4, "{set:#?}");
        assert!(text.contains("\n# host = ") && text.contains("\n# [mail.smtp]\n"), "{text}");
        assert!(text.lines().all(|line| line.trim_end() == line), "no spaces at the ends of lines");
    }

    #[test]
    fn a_section_that_a_comment_holds_is_there_once_it_is_used() {
        assert!(draft(&necessary()).contains("\n[mail.maildir]\n"));
        let smtp = [("mail.smtp.host", quoted_text("mail.example.org"))];
        let text = draft(&smtp);
        assert!(text.contains("\n[mail.smtp]\n") && text.contains("\n# [mail.smtp.timeouts]\n"));
        assert!(text.contains("\nhost = \"mail.example.org\"\n"));
    }
}
