//! Titles: headings and short lines that say what those below them are about.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::{
        Paragraph,
        lexicon::{is_one, pattern},
    },
    asks, marks,
};
use crate::action::fold;

/// Whether a heading or a line leads in a list of actions: "To-do list", "Qui fait quoi :".
pub(super) fn leads_in_actions(text: &str) -> bool {
    const LISTS: [&str; 24] = [
        "to-do list",
        "todo list",
        "action list",
        "list of actions",
        "list of action items",
        "who does what",
        "summary of actions",
        "summary of action items",
        "actions from this meeting",
        "open matters",
        "open points",
        "open actions",
        "outstanding actions",
        "qui fait quoi",
        "liste des actions",
        "relevé des actions",
        "actions en suspens",
        "quién hace qué",
        "lista de tareas",
        "lista de acciones",
        "кто что делает",
        "перечень поручений",
        "行动清单",
        "قائمة الإجراءات",
    ];
    let name = fold(unnumbered(text).trim_end_matches([':', '：', ' ']));
    LISTS.contains(&name.as_str()) || is_one(&name, |lexicon| lexicon.action_lead)
}

/// Whether a heading begins with the number of its section: "8 Closing", "4.2 Liaison". One that has a date is none.
pub(super) fn is_numbered(text: &str) -> bool {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{1,2}(?:\.\d{1,2})*[.)]?\s+\p{Lu}"));
    NUMBER.is_match(text)
}

/// A heading without its number.
pub(super) fn unnumbered(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_ascii_digit() || ". )".contains(c))
}

/// Whether a paragraph is the topic of those below it: a short item of a list, with a bullet or a number, that is no sentence.
pub(super) fn is_topic(paragraph: &Paragraph, is_numbered: bool) -> bool {
    let text = &paragraph.text;
    let is_number =
        |c: char| if is_numbered { !c.is_ascii_digit() && c.is_alphanumeric() } else { c.is_alphanumeric() };
    let bullet = paragraph.label.as_deref().is_some_and(|label| !label.chars().any(is_number))
        && (!is_numbered || text.split(' ').count() <= 6);
    let ends = text.ends_with(['.', ';', ',', ':', '。', '；']);
    bullet
        && !ends
        && text.chars().count() <= 120
        && text.starts_with(char::is_uppercase)
        && asks::asks(text).is_empty()
        && marks::mark(text).is_none()
        && asks::lead_in(text).is_none()
}
