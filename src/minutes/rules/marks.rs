//! Marks of paragraphs: "(for action)", "Action:", "AI 12/3:".

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::lexicon::{ALL, OfLexicon, is_one, pattern},
    addressees::can_be_asked,
    bodies::{named, plain},
    items::are_names,
    states, tasks,
    text::sentences,
};
use crate::action::{Purpose, Status};

/// A mark, and what the paragraph says beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) purpose: Purpose,
    /// "AI 12/3".
    pub(super) reference: Option<String>,
    /// "(for action by SG17)".
    pub(super) who: Option<String>,
    /// "(for action, taking into account that ...)".
    pub(super) note: Option<String>,
    /// How it stands, where the mark says it: "[CLOSED] ACTION-101".
    pub(super) status: Option<Status>,
    /// Whether it only says that something was decided, which asks nothing of anybody who is not named.
    pub(super) is_decision: bool,
    /// The paragraph without the mark.
    pub(super) text: String,
}

static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W{0,3}(?P<ref>(?:AI|A\.I\.|AP|Action\s+(?:item|point)|Action|Mesure|Medida|Acción|Действие|行动项?|الإجراء)\s*(?:n[o°º]\.?\s*|№\s*|#)?[-–]?\s*(?:[A-Z]{1,8}-?)*\d[\w/.\-]*|(?:Action\s+(?:item\s+|point\s+)?)?[A-Z]{1,8}\(\d{2,4}\)\d[\w/.\-]*)(?P<behind>\s*(?:[(\[]|[:：–—-]|on\s\p{Lu}).*)$",
    )
});
static BEHIND_ITEM: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*(?:[(\[](?P<in>[^)\]]{2,200})[)\]])?\s*[:：–—-]\s*(?P<text>.*)$"));
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W{0,3}(?P<lead>[^\s:：(\[][^:：(\[]{0,30}?)\s*(?:[(\[](?P<who>[^)\]]{2,60})[)\]])?\s*[:：]\s*(?P<text>.*)$",
    )
});
static LEAD_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:\W{0,3})(?P<lead>(?i:(?:for\s+)?(?:action|follow-?up|attention)\s+(?:by|of|from)|(?:action|response|reply|input|contribution)\s+(?:required|requested|needed|expected)\s+(?:from|of|by)|à\s+faire\s+par|action\s+(?:pour|par|de)|à\s+(?:la\s+)?charge\s+(?:de|du|des)|a\s+cargo\s+de|tarea\s+(?:de|para)|acción\s+(?:de|para)|задача\s+для|поручение\s+для)|ACTIONS?|Actions?|TO-?DO|TASK|AP|AI|(?i:action\s+(?:item|point)|tasks?|to-?\s?do|homework|follow-up|next\s+steps?)\s+(?:on|for|by)\b)\s*(?:on|for|by|by:|–|-)?\s*(?P<who>(?:\p{Lu}|@|the\s+\p{Lu}|(?:the\s+|all\s+)?(?:secretariat|chair|members|member|national|editor|rapporteur|convenor|delegat)|secrétariat|président|membres|all\b|every|tous\b|todos\b|(?:le|la|les|el|los|las)\s|l['’])[^:：]{1,50}?)\s*[:：]\s*(?P<text>.*)$",
    )
});

/// "Action on MH to raise the matter with W3C."
static ON_TO: LazyLock<Regex> = LazyLock::new(|| {
    super::super::lexicon::english(
        r"^\W{0,3}(?:ACTION|Action|AP|AI)\s+(?:on|for)\s+(?P<who>(?:the\s+)?\p{Lu}[^.;:()]{1,50}?)\s+to\s+(?P<text>(?:{deed})\b.*)$",
    )
});

/// The mark of a paragraph, if it has one.
pub(super) fn mark(text: &str) -> Option<Mark> {
    bracketed(text)
        .or_else(|| item(text))
        .or_else(|| lead(text))
        .or_else(|| told(text))
        .or_else(|| of_field(text))
        .or_else(|| {
            // "[CLOSED] ACTION-101: ..."
            let (word, rest) = text.strip_prefix('[')?.split_once(']')?;
            let (status, more) = states::of_cell(word);
            let rest = rest.trim_start();
            let mark = item(rest).or_else(|| lead(rest)).filter(|_| more.is_none() && !word.is_empty())?;
            Some(Mark { status: Some(status), ..mark })
        })
}

fn item(text: &str) -> Option<Mark> {
    let found = ITEM.captures(text)?;
    let reference = found.name("ref")?.as_str().trim_end_matches(['.', '-']);
    behind_reference(&tidied(reference), found.name("behind")?.as_str())
}

/// The mark that a reference is, by what follows it: ": ...", " (for action): ...", " (SG17) – ...".
pub(super) fn behind_reference(reference: &str, behind: &str) -> Option<Mark> {
    if let Some(text) = behind.trim_start().strip_prefix("on ").filter(|text| text.contains(" to ")) {
        return Some(Mark { reference: Some(reference.to_owned()), text: text.to_owned(), ..bracket("") });
    }
    let found = BEHIND_ITEM.captures(behind)?;
    let inside = found.name("in").map_or("", |inside| inside.as_str());
    let text = found.name("text").map_or("", |text| text.as_str()).to_owned();
    Some(Mark { reference: Some(reference.to_owned()), text, ..bracket(inside) })
}

/// The mark that a reference of the register is by itself.
pub(super) fn of_register(reference: &str, text: &str) -> Mark {
    Mark { reference: Some(reference.to_owned()), text: text.to_owned(), ..bracket("") }
}

/// A text that is to be read as a marked one.
pub(super) fn unmarked(text: &str) -> Mark {
    Mark { text: text.to_owned(), ..bracket("") }
}

/// What stands in brackets behind a reference or a mark: the purpose, who is asked, or both.
fn bracket(inside: &str) -> Mark {
    let mut mark = Mark {
        purpose: Purpose::Action,
        reference: None,
        who: None,
        note: None,
        status: None,
        is_decision: false,
        text: String::new(),
    };
    if let Some((purpose, length)) = purpose(inside) {
        let (who, note) = by_whom(inside.get(length..).unwrap_or_default());
        return Mark { purpose, who, note, ..mark };
    }
    // "SG17, for action"
    let mut who = Vec::new();
    for part in inside.split([',', ';', '，', '،']).map(str::trim).filter(|part| !part.is_empty()) {
        match purpose(part) {
            Some((purpose, length)) if length == part.len() => mark.purpose = purpose,
            _ => who.push(part),
        }
    }
    mark.who = (!who.is_empty()).then(|| who.join(", "));
    mark
}

/// "Action item 12/3" is quoted as AI 12/3.
pub(super) fn tidied(reference: &str) -> String {
    let reference = crate::action::tidy(reference);
    let lower = reference.to_lowercase();
    for long in ["action item", "action point", "a.i."] {
        if let Some(rest) = lower.strip_prefix(long) {
            let rest = reference.get(reference.len() - rest.len()..).unwrap_or_default();
            // "Action point AP(19)52_01" is quoted without its words.
            if rest.contains('(') {
                return rest.trim_start().to_owned();
            }
            return format!("AI {}", rest.trim_start_matches([' ', '#', '-']));
        }
    }
    // "Action JCA-AHF-19/2" is quoted without its word.
    let composed = lower.strip_prefix("action ").filter(|rest| rest.starts_with(char::is_alphabetic));
    composed
        .and_then(|rest| reference.get(reference.len() - rest.len()..))
        .map_or(reference.clone(), str::to_owned)
}

fn lead(text: &str) -> Option<Mark> {
    if let Some(found) = ON_TO.captures(text) {
        return Some(Mark { text: found["text"].to_owned(), ..bracket(&found["who"]) });
    }
    let is_one_of = |word: &str, words: OfLexicon| is_one(&word.trim().to_lowercase(), words);
    let is_lead = |word: &str| is_one_of(word, |lexicon| lexicon.action_lead);
    let is_decision = |word: &str| is_one_of(word, |lexicon| lexicon.decided);
    let found = LEAD
        .captures(text)
        .filter(|found| is_lead(&found["lead"]) || is_decision(&found["lead"]))
        .or_else(|| LEAD_ON.captures(text))?;
    let is_decision = is_decision(&found["lead"]);
    let text = found.name("text").map_or("", |text| text.as_str()).to_owned();
    Some(Mark { is_decision, text, ..bracket(found.name("who").map_or("", |who| who.as_str())) })
}

/// "Responsible: the Secretariat. Publish it.": who has to do what stands behind.
fn of_field(text: &str) -> Option<Mark> {
    let (name, rest) = text.split_once([':', '：'])?;
    let name = name.trim().to_lowercase();
    if name.chars().count() > 30 || !is_one(&name, |lexicon| lexicon.headers.asked_of) {
        return None;
    }
    let (who, rest) = rest.split_once(['.', ';', '。', '；', '–', '—', '|'])?;
    let is_task = rest.chars().filter(|c| c.is_alphabetic()).count() > 4;
    (is_task && are_names(who.trim(), &|_: &str| false)).then(|| Mark {
        who: Some(who.trim().to_owned()),
        text: rest.trim().to_owned(),
        ..bracket("")
    })
}

/// "For information: ...", "FYI, ...": one word alone may mean anything ("Information: see below").
fn told(text: &str) -> Option<Mark> {
    static TOLD: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^\W{0,3}(?P<lead>[^:：,，.]{2,40}?)\s*[:：,，–]\s*(?P<text>.*)$"));
    let found = TOLD.captures(text)?;
    let lead = found["lead"].to_lowercase();
    let is_sure = lead.contains(' ') || !lead.is_ascii() || lead == "fyi";
    (is_sure && is_one(&lead, |lexicon| lexicon.for_information)).then(|| Mark {
        purpose: Purpose::Information,
        text: found["text"].to_owned(),
        ..bracket("")
    })
}

/// "(for action) ...", "... (for information)", "[for action by SG17]".
fn bracketed(text: &str) -> Option<Mark> {
    static FRONT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^\W{0,2}[(\[（](?P<in>[^()\[\]（）]{2,200})[)\]）]\s*[:：]?\s*(?P<text>.*)$")
    });
    static BACK: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(?P<text>.*?)\s*[(\[（](?P<in>[^()\[\]（）]{2,120})[)\]）]\s*[.。]?$"));
    [&*FRONT, &*BACK].into_iter().find_map(|shape| {
        let found = shape.captures(text)?;
        let inner = found.name("in")?.as_str();
        let rest = found.name("text").map_or("", |text| text.as_str());
        purpose(inner)?;
        Some(Mark { text: rest.to_owned(), ..bracket(inner) })
    })
}

/// What the words of a bracket say that a text is for.
pub(super) fn purpose_in(inner: &str) -> Option<Purpose> {
    purpose(inner.trim()).map(|(purpose, _)| purpose)
}

/// The parts of a text in which later sentences have marks of their own: "The guide was discussed. Action on MH to ask
/// W3C." is two; nothing if none has.
pub(super) fn parts(text: &str) -> Option<Vec<String>> {
    let mut parts: Vec<String> = Vec::new();
    let mut any = false;
    for sentence in sentences(text) {
        // Only who is responsible may stand behind a task.
        let is_mark = |mark: Mark| {
            mark.who.is_some() || mark.reference.is_some() || !tasks::tasks(&mark.text, |_| false).is_empty()
        };
        let begins =
            item(sentence).or_else(|| lead(sentence)).filter(|mark| !mark.is_decision).is_some_and(is_mark);
        match parts.last_mut() {
            Some(last) if !begins => {
                last.push(' ');
                last.push_str(sentence);
            }
            last => {
                any |= last.is_some();
                parts.push(sentence.to_owned());
            }
        }
    }
    any.then_some(parts)
}

/// The items of a text that numbers them: "(i) Clive to send the figures; (ii) WG 3 to check them".
pub(super) fn numbered_items(text: &str) -> Vec<&str> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:^|[;,.；，]\s*(?:and\s+|et\s+|y\s+|и\s+)?)[(（]?(?:[ivx]{1,4}|[a-h]|[а-е]|\d{1,2})[)）]\s*",
        )
    });
    let ends: Vec<_> = NUMBER.find_iter(text).collect();
    if ends.len() < 2 || ends.first().is_none_or(|first| first.start() > 0) {
        return Vec::new();
    }
    let next = ends.iter().skip(1).map(regex::Match::start).chain([text.len()]);
    ends.iter().zip(next).filter_map(|(number, next)| text.get(number.end()..next)).collect()
}

/// What a mark begins with, and how long that is.
fn purpose(inner: &str) -> Option<(Purpose, usize)> {
    let lower = inner.to_lowercase();
    let longest = |words: fn(&super::super::lexicon::Lexicon) -> &'static [&'static str]| {
        let fits = |word: &&&str| {
            let rest = lower.strip_prefix(**word);
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with([' ', ',', ':', ';', '：', '，', '،'])
            })
        };
        ALL.iter().flat_map(|lexicon| words(lexicon)).filter(fits).map(|word| word.len()).max()
    };
    let information = longest(|lexicon| lexicon.for_information);
    let action = longest(|lexicon| lexicon.for_action);
    match (action, information) {
        (Some(action), information) if information.is_none_or(|information| information < action) => {
            Some((Purpose::Action, action))
        }
        (_, Some(information)) => Some((Purpose::Information, information)),
        _ => None,
    }
}

/// Behind the words of a mark: who is meant, or what has to be noted.
fn by_whom(behind: &str) -> (Option<String>, Option<String>) {
    let rest = behind.trim_start_matches([' ', ',', ':', ';', '：', '，', '-', '–']).trim();
    if rest.is_empty() {
        return (None, None);
    }
    let words = ["by ", "of ", "to ", "for ", "par ", "por ", "de ", "для "];
    let who = words.iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let is_body = named(who).next().is_some_and(|first| plain(who).starts_with(first))
        || who.split(' ').count() <= 5 && can_be_asked(who);
    if is_body { (Some(who.to_owned()), None) } else { (None, Some(rest.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_known_in_each_form() {
        let found = mark("AI 12/3: SG17 to reply by 15 March 2018.").unwrap();
        assert_eq!(
            (found.reference.as_deref(), found.text.as_str()),
            (Some("AI 12/3"), "SG17 to reply by 15 March 2018.")
        );
        assert_eq!(mark("Action item 4 (SG13): reply").unwrap().who.as_deref(), Some("SG13"));
        assert_eq!(mark("Action item 4: reply").unwrap().reference.as_deref(), Some("AI 4"));
        for (text, who, purpose) in [
            ("AI 17/03 (for action): establish it", None, Purpose::Action),
            ("AI 17/03 (for information): it was noted", None, Purpose::Information),
            ("AI 17/03 (SG17, for action) – establish it", Some("SG17"), Purpose::Action),
            ("AI 17/03 (for action by SG17): establish it", Some("SG17"), Purpose::Action),
            ("Action (for decision): approve it", None, Purpose::Action),
        ] {
            let found = mark(text).unwrap();
            assert_eq!((found.who.as_deref(), found.purpose), (who, purpose), "{text}");
        }
        assert_eq!(mark("Action JCA-AHF-19/2: reply").unwrap().reference.as_deref(), Some("JCA-AHF-19/2"));
        let noted = mark("(for action, taking into account that SG17 has already asked)").unwrap();
        assert_eq!(noted.note.as_deref(), Some("taking into account that SG17 has already asked"));
        assert_eq!(mark("(for action by SG17) Review it.").unwrap().who.as_deref(), Some("SG17"));
        for text in [
            "(for information) It was noted.",
            "It was noted (for information).",
            "(pour information) Noté.",
            "（供参考）已注意到。",
            "(للعلم) نص",
            "(для сведения) Текст.",
        ] {
            assert_eq!(mark(text).unwrap().purpose, Purpose::Information, "{text}");
        }
        for text in [
            "ACTION: reply",
            "Action required: reply",
            "[for action] reply",
            "Suite à donner : répondre",
            "(для принятия мер) ответить",
            "Action SG17: reply",
        ] {
            assert_eq!(mark(text).unwrap().purpose, Purpose::Action, "{text}");
        }
        for text in [
            "Action was taken: none",
            "The plan (see above) was noted",
            "Information: see below",
            "Interaction: none",
        ] {
            assert_eq!(mark(text), None, "{text}");
        }
    }

    #[test]
    fn a_mark_may_stand_in_the_middle_and_number_its_items() {
        let text = "The guide was discussed. Action on MH to ask W3C. Action: SG17 to reply.";
        let each = ["The guide was discussed.", "Action on MH to ask W3C.", "Action: SG17 to reply."];
        assert_eq!(parts(text).unwrap(), each);
        assert_eq!(parts("The text will be sent. Action: Secretariat."), None);
        assert_eq!(
            numbered_items("(i) Clive to send the figures; (ii) WG 3 to check them"),
            ["Clive to send the figures", "WG 3 to check them"]
        );
        assert_eq!(numbered_items("WG 3 to check (i) the text; (ii) the figures"), Vec::<&str>::new());
    }
}
