//! Who can be asked for something: bodies, roles, people; and who cannot.

use super::bodies::{is_shaped, plain};

/// Who cannot be chased.
const NOBODY: [&str; 22] = [
    "participants",
    "delegates",
    "everyone",
    "the floor",
    "attendees",
    "meeting participants",
    "readers",
    "it",
    "this",
    "that",
    "they",
    "which",
    "who",
    "there",
    "he",
    "she",
    "we",
    "presenters",
    "all participants",
    "interested parties",
    "following",
    "participantes",
];

/// A text that begins with one of these is no name.
const PREPOSITIONS: [&str; 12] =
    ["from ", "by ", "of ", "in ", "on ", "for ", "at ", "with ", "as ", "about ", "concerning ", "not "];

/// Whether a text is, or begins with, what can be asked: a body, a role, a person's name.
pub(in crate::minutes) fn can_be_asked(name: &str) -> bool {
    let name = plain(name);
    if name.is_empty() || name.chars().count() > 120 {
        return false;
    }
    let lower = name.to_lowercase();
    if NOBODY.contains(&lower.as_str()) {
        return false;
    }
    if PREPOSITIONS.iter().any(|word| lower.starts_with(word)) {
        return false;
    }
    if is_shaped(&name) {
        return true;
    }
    is_role(&lower)
        || name.chars().next().is_some_and(|c| c.is_uppercase() || !(c.is_lowercase() || c.is_ascii()))
}

/// The nouns, but for those of Russian, which change their ends.
const ROLES: [&str; 76] = [
    "director",
    "secretariat",
    "secretary",
    "member",
    "members",
    "administration",
    "administrations",
    "chairman",
    "chair",
    "chairs",
    "chairmen",
    "rapporteur",
    "rapporteurs",
    "editor",
    "editors",
    "group",
    "groups",
    "committee",
    "committees",
    "organization",
    "organizations",
    "organisations",
    "organisation",
    "expert",
    "experts",
    "contributors",
    "liaison",
    "bureau",
    "convener",
    "convenor",
    "coordinator",
    "states",
    "team",
    "directeur",
    "secrétariat",
    "membres",
    "président",
    "rapporteurs",
    "administrations",
    "secretaría",
    "miembros",
    "presidente",
    "relatores",
    "директор",
    "секретариат",
    "член",
    "докладчик",
    "администрации",
    "officials",
    "leader",
    "leaders",
    "manager",
    "delegation",
    "delegations",
    "délégation",
    "délégations",
    "delegación",
    "delegaciones",
    "officer",
    "officers",
    "vice",
    "chairperson",
    "秘书处",
    "主任",
    "标准化局主任",
    "主席",
    "报告人",
    "编辑人",
    "工作组",
    "焦点组",
    "الأمانة",
    "المدير",
    "الرئيس",
    "المقرر",
    "المكتب",
    "مكتب",
];

/// Nouns of those who are asked without a name of their own.
pub(super) fn is_role(lower: &str) -> bool {
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| {
        ROLES.contains(&word)
            || ["директор", "секретариат", "член", "докладчик", "администраци", "председател", "редактор"]
                .iter()
                .any(|stem| word.starts_with(stem))
    })
}
