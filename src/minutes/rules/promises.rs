//! Sentences in which somebody promises something, or is told what to do without being asked: "the secretariat will
//! draft", "ISO offered to", "took an action to"; "TSB to check", "a reply is to be drafted by Q16/13".
//!
//! What will be is mostly no promise ("the market will grow", "the Recommendation will specify"): only what people do for a
//! meeting counts, and only of those who can be asked: bodies, roles, and people whom the report or the register knows.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::lexicon::{Patterns, Told, pattern},
    actors::{can_promise, is_name},
    addressees::is_role,
    asks::{Ask, after_its_number, asked},
    bodies::plain,
    items::is_everybody,
    refused::{ends_with_not, ends_with_relative, is_condition, is_refused},
};

static PROMISES: LazyLock<Patterns> = LazyLock::new(|| Patterns::of(|lexicon| lexicon.promises));
static DIRECTS: LazyLock<Patterns> = LazyLock::new(|| Patterns::of(|lexicon| lexicon.directs));

/// What somebody promises in a sentence. `is_person` says whether a name is one of the report's or the register's people.
pub(super) fn promise(sentence: &str, is_person: impl Fn(&str) -> bool) -> Option<Ask> {
    if is_question(sentence) {
        return None;
    }
    let sentence = after_its_number(sentence);
    PROMISES.possible(sentence).find_map(|pattern| {
        let ask = ask(&pattern.find(sentence)?)?;
        let is_one = can_promise(&ask.who, &is_person) && begins_with_name(&ask.who);
        ((pattern.is_sure() || is_one) && is_deed(&ask.task)).then_some(ask)
    })
}

/// Whether what is said of a text's beginning is said of somebody: "The editor of X.509, supported by SG17", and not "the
/// work of the team depends on experts".
fn begins_with_name(who: &str) -> bool {
    let name = plain(who);
    let first = name.split(' ').take(3).collect::<Vec<_>>().join(" ");
    is_name(&name) || is_role(&first.to_lowercase())
}

/// What a sentence says that somebody has to do: "TSB to check", "Secretariat: send".
pub(super) fn directive(sentence: &str, is_person: impl Fn(&str) -> bool) -> Option<Ask> {
    if is_question(sentence) {
        return None;
    }
    let sentence = after_its_number(sentence);
    let told = DIRECTS.possible(sentence).find_map(|pattern| {
        let ask = ask(&pattern.find(sentence)?)?;
        let called = ask.who.strip_prefix('@').map(str::to_owned);
        let is_one = called.is_some()
            || can_promise(&ask.who, &is_person) && is_name(&ask.who)
            || is_everybody(&ask.who);
        let ask = Ask { who: called.unwrap_or(ask.who), ..ask };
        ((pattern.is_sure() || is_one) && is_deed(&ask.task)).then_some(ask)
    });
    told.or_else(|| passive(sentence, &is_person))
}

fn is_question(sentence: &str) -> bool {
    sentence.ends_with(['?', '？', '؟'])
}

fn ask(told: &Told<'_>) -> Option<Ask> {
    if ends_with_relative(told.who.as_str()) {
        return None;
    }
    let who = asked(told.who.as_str());
    // In Arabic the verb stands in front of the one who does it.
    let task = match told.verb {
        Some(verb) => format!("{verb} {}", told.task),
        None => told.task.to_owned(),
    };
    let is_meant = !ends_with_not(&who) && !is_condition(&who) && !is_refused(&task);
    is_meant.then_some(Ask { who, task, through: None })
}

/// "A reply is to be drafted by Q16/13 before 3 May": a reply to be drafted before 3 May.
fn passive(sentence: &str, is_person: impl Fn(&str) -> bool) -> Option<Ask> {
    static TO_BE: LazyLock<Regex> = LazyLock::new(|| {
        let done = r"\p{L}+(?:ed|sent|written|drawn\s+up|made)";
        pattern(&format!(
            r"(?:^|:\s+)(?P<what>[^.;:]{{4,160}}?)\s+(?:is\s+to|are\s+to|will|should|shall|must|has\s+to|have\s+to)\s+be\s+(?P<done>{done}(?:\s+and\s+{done})?)\s+by\s+(?P<who>[^.;,]+?)(?P<rest>(?:,?\s+(?:by|before|and|no\s+later|not\s+later|until|in|at|on|to|for|within|so|with)\b.*)?)\.?$",
        ))
    });
    // What happens at a meeting is nobody's task.
    const EVENTS: [&str; 9] =
        ["chaired", "opened", "attended", "closed", "led", "considered", "affected", "used", "represented"];
    let found = TO_BE.captures(sentence)?;
    let (what, done, who) = (&found["what"], &found["done"], found["who"].to_owned());
    let is_event = EVENTS.iter().any(|event| done.starts_with(event));
    let is_somebody = can_promise(&who, is_person) && is_name(&who);
    (!is_event && is_somebody).then(|| Ask {
        who,
        task: format!("{what} to be {done}{}", &found["rest"]),
        through: None,
    })
}

/// Who speaks in a sentence: "The Rapporteur of X explained that ...".
pub(super) fn speaker(sentence: &str, is_person: impl Fn(&str) -> bool) -> Option<String> {
    const SAID: &[&str] = &[
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
        " suggested",
        " proposed",
        " stated",
        " confirmed",
        " suggests",
        " reports",
    ];
    let at = SAID.iter().filter_map(|word| sentence.find(word)).min()?;
    let who = sentence.get(..at)?;
    can_promise(who, is_person).then(|| who.to_owned())
}

/// What the speaker of the sentence before promises: "He will upload the text."
pub(super) fn of_speaker(speaker: &str, sentence: &str) -> Option<Ask> {
    let agreed = ["It was agreed that ", "It was decided that "];
    let sentence = agreed.iter().find_map(|words| sentence.strip_prefix(words)).unwrap_or(sentence);
    let rest = ["He ", "She ", "he ", "she "].iter().find_map(|word| sentence.strip_prefix(word))?;
    let rest = rest.strip_prefix("should ").map_or_else(|| rest.to_owned(), |task| format!("will {task}"));
    let sentence = format!("The editor {rest}");
    let ask = promise(&sentence, |_| false).or_else(|| directive(&sentence, |_| false))?;
    Some(Ask { who: speaker.to_owned(), ..ask })
}

/// What the sender of a message promises: "The liaison needs an answer; I will draft one."
pub(super) fn of_sender(sender: &str, sentence: &str) -> Option<Ask> {
    static I: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[;:,.]\s+|\band\s+)I(?:\s+will|'ll|’ll)\s"));
    let found = I.find(sentence)?;
    let ask = promise(&format!("The editor will {}", sentence.get(found.end()..)?), |_| false)?;
    Some(Ask { who: sender.to_owned(), ..ask })
}

/// "offered to the user" is no deed.
fn is_deed(task: &str) -> bool {
    const NONE: [&str; 61] = [
        "sera",
        "seront",
        "aura",
        "auront",
        "pourra",
        "pourront",
        "devra",
        "devront",
        "faudra",
        "restera",
        "resteront",
        "commencera",
        "débutera",
        "entrera",
        "contiendra",
        "comprendra",
        "permettra",
        "durera",
        "será",
        "serán",
        "estará",
        "estarán",
        "habrá",
        "podrá",
        "podrán",
        "tendrá",
        "tendrán",
        "comenzará",
        "empezará",
        "permitirá",
        "incluirá",
        "quedará",
        "seguirá",
        "the",
        "a",
        "an",
        "be",
        "its",
        "their",
        "this",
        "that",
        "his",
        "her",
        "encore",
        "toujours",
        "سيكون",
        "ستكون",
        "سيعقد",
        "ستعقد",
        "سينعقد",
        "ستنعقد",
        "سيجتمع",
        "ستجتمع",
        "سيبدأ",
        "ستبدأ",
        "سيستمر",
        "ستستمر",
        "سيتم",
        "ستتم",
        "سيشمل",
        "ستشمل",
    ];
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
            ("The Chair would write to CEN/TC 8.", "The Chair | write to CEN/TC 8."),
            ("Mme Témoin relancera l'ISO.", "Mme Témoin | relancera l'ISO."),
            ("El GT 2 presentará su informe.", "El GT 2 | presentará su informe."),
            ("La Sra. Prueba queda en escribir a la ISO.", "La Sra. Prueba | escribir a la ISO."),
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
            ("ستعد الأمانة مشروع بيان اتصال.", "الأمانة | ستعد مشروع بيان اتصال"),
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
            "Le secrétariat déménagera en juin.",
            "L'ISO existera toujours.",
            "El Sr. Prueba dejará la empresa.",
            "El GT 2 terminará en 2022.",
            "The Chair thanked JISC, which had offered to host the meeting.",
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
