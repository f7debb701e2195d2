//! Sentences in which somebody promises something: "the secretariat will draft", "ISO offered to", "took an action to".
//!
//! What will be is mostly no promise ("the market will grow", "the Recommendation will specify"): only what people do for a
//! meeting counts, and only of those who can be asked: bodies, roles, and people whom the report or the register knows.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::lexicon::{ALL, pattern},
    addressees::{can_be_asked, is_role},
    asks::{Ask, after_its_number, asked},
    bodies::{is_shaped, plain},
};

static PATTERNS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| ALL.iter().flat_map(|lexicon| lexicon.promises).map(|source| pattern(source)).collect());

/// What promises nothing, whatever its name: "the ITU-T Recommendation will ...".
const THINGS: [&str; 43] = [
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
    "recommandation",
    "recomendación",
    "рекомендация",
    "документ",
    "建议书",
];

/// Those who met: what they will do is for the report to tell, and no promise of anybody.
const MET: [&str; 25] = [
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
const VAGUE: [&str; 15] = [
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

/// What somebody promises in a sentence. `is_person` says whether a name is one of the report's or the register's people.
pub(super) fn promise(sentence: &str, is_person: impl Fn(&str) -> bool) -> Option<Ask> {
    if sentence.ends_with(['?', '？', '؟']) {
        return None;
    }
    let sentence = after_its_number(sentence);
    PATTERNS.iter().find_map(|pattern| {
        let found = pattern.captures(sentence)?;
        let (who, task) = (found.name("who")?, found.name("task")?);
        let (_, who) = asked(who.start(), who.as_str());
        let task = task.as_str();
        (can_promise(&who, &is_person) && is_deed(task)).then(|| Ask {
            who,
            task: task.to_owned(),
            through: None,
        })
    })
}

/// Who speaks in a sentence: "The Rapporteur of X explained that ...".
pub(super) fn speaker(sentence: &str, is_person: impl Fn(&str) -> bool) -> Option<String> {
    const SAID: [&str; 13] = [
        " has ",
        " explained",
        " reported",
        " said",
        " presented",
        " noted",
        " informed",
        " indicated",
        " mentioned",
        " announced",
        " introduced",
        " outlined",
        " recalled",
    ];
    let at = SAID.iter().filter_map(|word| sentence.find(word)).min()?;
    let who = sentence.get(..at)?;
    can_promise(who, &is_person).then(|| who.to_owned())
}

/// What the speaker of the sentence before promises: "He will upload the text."
pub(super) fn of_speaker(speaker: &str, sentence: &str) -> Option<Ask> {
    let rest = ["He ", "She "].iter().find_map(|word| sentence.strip_prefix(word))?;
    let ask = promise(&format!("The editor {rest}"), |_| false)?;
    Some(Ask { who: speaker.to_owned(), ..ask })
}

fn can_promise(who: &str, is_person: &impl Fn(&str) -> bool) -> bool {
    let name = plain(who);
    let lower = name.to_lowercase();
    if VAGUE.iter().any(|word| lower.starts_with(word))
        || MET.contains(&lower.as_str())
        || !can_be_asked(&name)
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

/// "Mr Dupont (Orange)".
fn is_titled(who: &str) -> bool {
    const TITLES: [&str; 16] = [
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
        "г-н ",
        "г-жа ",
        "السيد",
    ];
    let who = who.to_lowercase();
    TITLES.iter().any(|title| who.starts_with(&title.to_lowercase()))
}

/// "offered to the user" is no deed.
fn is_deed(task: &str) -> bool {
    const NONE: [&str; 10] = ["the", "a", "an", "be", "its", "their", "this", "that", "his", "her"];
    let first = task.split(' ').next().unwrap_or_default().to_lowercase();
    !NONE.contains(&first.as_str()) && task.chars().filter(|c| c.is_alphabetic()).count() >= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sentence: &str) -> Option<String> {
        let is_person = |name: &str| name == "Alice";
        promise(sentence, is_person).map(|ask| format!("{} | {}", ask.who, ask.task))
    }

    #[test]
    fn who_promises_what_is_found_in_each_language() {
        for (sentence, promised) in [
            (
                "The secretariat will draft a reply by 3 May 2019.",
                "The secretariat | draft a reply by 3 May 2019.",
            ),
            ("ISO offered to organize a webinar.", "ISO | organize a webinar."),
            ("17/09 ISO offered to organize a webinar.", "ISO | organize a webinar."),
            ("The Chair took an action to write to CEN.", "The Chair | write to CEN."),
            ("Mr Dupont (Orange) volunteered to act as editor.", "Mr Dupont (Orange) | act as editor."),
            ("Alice agreed to review the text.", "Alice | review the text."),
            (
                "After some discussion, the editor of X.509 will circulate it.",
                "the editor of X.509 | circulate it.",
            ),
            ("Le secrétariat établira un projet de note.", "Le secrétariat | établira un projet de note"),
            ("L'ISO a proposé d'organiser un atelier.", "L'ISO | organiser un atelier"),
            ("La Secretaría preparará un proyecto.", "La Secretaría | preparará un proyecto"),
            ("Секретариат подготовит проект ответа.", "Секретариат | подготовит проект ответа"),
            ("ИСО предложила провести семинар.", "ИСО | провести семинар"),
            ("秘书处将起草一份联络声明。", "秘书处 | 起草一份联络声明"),
            ("ستعد الأمانة مشروع بيان اتصال.", "الأمانة | مشروع بيان اتصال"),
        ] {
            assert_eq!(
                said(sentence).as_deref().map(|said| said.trim_end_matches('.')),
                Some(promised.trim_end_matches('.')),
                "{sentence}"
            );
        }
    }

    #[test]
    fn what_will_be_is_no_promise() {
        for sentence in [
            "The new Recommendation will provide guidance.",
            "The ITU-T Recommendation will update the model.",
            "The network will inform the controller.",
            "The meeting will consider it.",
            "Banks will prepare for the change.",
            "The Chairman will retire at the end of the year.",
            "SG17 will meet in Geneva.",
            "The secretariat will be closed.",
            "The gateway offered to the user is optional.",
            "The group agreed to extend the lifetime.",
            "Will the secretariat prepare a reply?",
            "Рынок будет расти.",
            "La Recommandation contiendra des lignes directrices.",
        ] {
            assert_eq!(said(sentence), None, "{sentence}");
        }
    }
}
