//! Who promises, and who is told what to do, in a sentence without a mark: bodies, roles, and people whom the report or
//! the register knows; not things, and not the meeting itself.

use super::{
    addressees::{OUTSIDE, can_be_asked, is_role},
    bodies::{is_shaped, plain},
};
use crate::minutes::lexicon::is_east_asian;

/// What promises nothing, whatever its name: "the ITU-T Recommendation will ...".
const THINGS: [&str; 76] = [
    "recommendation",
    "recommendations",
    "standard",
    "standards",
    "document",
    "documents",
    "draft",
    "report",
    "specification",
    "specifications",
    "text",
    "version",
    "supplement",
    "system",
    "systems",
    "network",
    "networks",
    "server",
    "client",
    "gateway",
    "workshop",
    "event",
    "webinar",
    "page",
    "website",
    "platform",
    "service",
    "services",
    "application",
    "device",
    "software",
    "tool",
    "protocol",
    "interface",
    "model",
    "framework",
    "clause",
    "annex",
    "appointment",
    "election",
    "nomination",
    "list",
    "terms",
    "invitation",
    "request",
    "requests",
    "proposal",
    "proposals",
    "contribution",
    "contributions",
    "presentation",
    "results",
    "comments",
    "reply",
    "decision",
    "position",
    "mandate",
    "meeting",
    "meetings",
    "questionnaire",
    "deadline",
    "agenda",
    "recommandation",
    "recomendación",
    "reunión",
    "réunion",
    "рекомендация",
    "документ",
    "предложение",
    "замечания",
    "предложения",
    "ответ",
    "ответы",
    "проект",
    "текст",
    "建议书",
];

/// Those who met: what they will do is for the report to tell, and no promise of anybody.
const MET: &[&str] = &[
    "операторы",
    "meeting",
    "group",
    "working group",
    "committee",
    "plenary",
    "assembly",
    "members",
    "parties",
    "experts",
    "working party",
    "réunion",
    "groupe",
    "groupe de travail",
    "comité",
    "reunión",
    "grupo",
    "grupo de trabajo",
    "собрание",
    "совещание",
    "заседание",
    "группа",
    "участники",
    "会议",
    "与会者",
    "الاجتماع",
];

/// "several administrations" cannot be chased.
const VAGUE: &[&str] = &[
    "her ",
    "his ",
    "our ",
    "my ",
    "your ",
    "several ",
    "some ",
    "many ",
    "various ",
    "other ",
    "certain ",
    "most ",
    "plusieurs ",
    "certains ",
    "varios ",
    "varias ",
    "algunos ",
    "несколько ",
    "некоторые ",
    "若干",
];

/// Whether somebody of this name can promise something. `is_person` says whether a name is one of the report's or the
/// register's people.
pub(super) fn can_promise(who: &str, is_person: impl Fn(&str) -> bool) -> bool {
    let name = plain(who);
    let lower = name.to_lowercase();
    if VAGUE.iter().any(|word| lower.starts_with(word))
        || MET.contains(&lower.as_str())
        || OUTSIDE.contains(&lower.as_str())
        || !can_be_asked(&name)
        // "le bureau se réunira"
        || lower.ends_with(" se") || lower.ends_with(" s'")
        || who.split(' ').count() > 12
    {
        return false;
    }
    let words = || lower.split(|c: char| !c.is_alphanumeric());
    let thing = words().position(|word| THINGS.contains(&word));
    let role = words().position(is_role);
    match (role, thing) {
        (role, Some(thing)) => role.is_some_and(|role| role < thing),
        (Some(_), None) => true,
        (None, None) => is_shaped(&name) || is_titled(who) || is_person(&name),
    }
}

/// Whether a name is that of a thing: "contributions", "the draft text"; not "Editor of the draft".
pub(super) fn is_thing(who: &str) -> bool {
    let lower = plain(who).to_lowercase();
    let words = || lower.split(|c: char| !c.is_alphanumeric());
    let thing = words().position(|word| THINGS.contains(&word));
    let role = words().position(is_role);
    thing.is_some_and(|thing| role.is_none_or(|role| thing < role)) && !is_shaped(who)
}

/// "Mr Dupont (Orange)".
pub(super) fn is_titled(who: &str) -> bool {
    const TITLES: &[&str] = &[
        "Mr ",
        "Mr. ",
        "Ms ",
        "Ms. ",
        "Mrs ",
        "Mrs. ",
        "Dr ",
        "Dr. ",
        "Prof. ",
        "M. ",
        "Mme ",
        "Sr. ",
        "Sra. ",
        "D. ",
        "Dña. ",
        "г-н ",
        "г-жа ",
        "السيد",
    ];
    let who = who.to_lowercase();
    // "la Sra. Prueba"
    let who = ["la ", "el "].iter().find_map(|article| who.strip_prefix(article)).unwrap_or(&who);
    TITLES.iter().any(|title| who.starts_with(&title.to_lowercase()))
}

/// Words of a sentence that is more than a name.
const FINITE: [&str; 36] = [
    "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "can", "could", "may", "might",
    "did", "does", "do", "not", "able", "unable", "need", "needs", "wants", "wished", "wishes", "est",
    "sont", "a", "ont", "es", "son", "ha", "han", "был", "была", "были",
];

/// Behind these a name tells of what somebody is the chair, editor or representative.
const OF: [&str; 22] = [
    "of",
    "for",
    "on",
    "in",
    "from",
    "to",
    "with",
    "responsible",
    "de",
    "du",
    "des",
    "d'",
    "del",
    "para",
    "por",
    "pour",
    "sur",
    "по",
    "при",
    "от",
    "в",
    "на",
];

/// Between the words of a name.
const BETWEEN: &[&str] = &[
    "project",
    "working",
    "technical",
    "national",
    "all",
    "relevant",
    "local",
    "and",
    "the",
    "&",
    "le",
    "la",
    "les",
    "et",
    "el",
    "los",
    "las",
    "y",
    "e",
    "и",
    "а",
    "также",
    "связи",
    "/",
    "г-н",
    "г-жа",
    "mr",
    "ms",
    "mme",
];

/// Whether a text is a name and nothing else: "the SG17 chair", "Editor of X.509", and not "TSB was unable".
pub(super) fn is_name(who: &str) -> bool {
    let words =
        || who.split(|c: char| c.is_whitespace() || ",;()".contains(c)).filter(|word| !word.is_empty());
    if words().any(|word| FINITE.contains(&word.to_lowercase().as_str())) {
        return false;
    }
    let mut head = words().take_while(|word| !OF.contains(&word.to_lowercase().as_str()));
    head.all(|word| {
        let lower = word.to_lowercase();
        !word.starts_with(char::is_lowercase)
            || word.contains(char::is_numeric)
            || BETWEEN.contains(&lower.as_str())
            || lower.split(['-', '/']).any(is_role)
            || is_russian_adjective(&lower)
    })
}

fn is_russian_adjective(word: &str) -> bool {
    const ENDINGS: [&str; 13] =
        ["ой", "ей", "ого", "его", "ому", "ему", "ым", "им", "ых", "их", "ый", "ий", "ая"];
    word.chars().all(|c| matches!(c, '\u{400}'..='\u{4ff}'))
        && word.chars().count() > 4
        && ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Whether an acronym may be that of a body: "CCMC", "ISO/CS".
pub(super) fn is_acronym(name: &str) -> bool {
    let letters = || name.chars().filter(|c| c.is_alphabetic() && !is_east_asian(*c));
    (2..=12).contains(&name.chars().count())
        && letters().count() >= 2
        && letters().all(char::is_uppercase)
        && name.chars().all(|c| c.is_alphanumeric() || "/-&".contains(c))
}
