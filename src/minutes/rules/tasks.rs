//! What a marked text asks, and of whom: "SG17 to review it", "Secretariat: send the text", "Send the text (SG17)".

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::lexicon::{english, pattern},
    actors::{is_name, is_thing},
    addressees::can_be_asked,
    asks,
    items::{are_names, ends_with_name, is_everybody},
    several::{split, stands_alone},
    states,
};

/// Who is to do what, as a marked paragraph says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) who: String,
    pub(super) task: String,
}

static TO_DO: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        // "SG17 to review", "SG17 shall review"
        r"^(?P<who>[^.;:]+?)\s+(?:(?:each|both|all|also|still|now)\s+)?(?:to|shall|will|should|must|is\s+to|are\s+(?:each\s+)?to|needs?\s+to|has\s+to|have\s+to|(?:is|are)\s+(?:expected|required|supposed|due|going)\s+to|(?:(?:has|have|had)\s+)?(?:kindly\s+|also\s+)?(?:agreed|offered|volunteered|undertook|undertaken|promised|committed|accepted|agrees|offers|volunteers|undertakes|promises|accepts)\s+to)\s+(?P<task>[a-z].*)$",
        // "CE 17: examiner", "le secrétariat doit examiner"
        r"^(?P<who>[^.;:]+?)\s+(?:doit|doivent|devra|devront|est tenu de|debe|deben|deberá|deberán|tiene que|должен|должна|должно|должны|обязан|следует)\s+(?P<task>\p{L}.*)$",
        r"^(?P<who>[^.;:：]{2,80}?)(?:\s*[:：–—]|\s-)\s+?(?P<task>\p{L}.*)$",
        r"^(?P<who>[^.;:：]{2,40}?)[：]\s*(?P<task>\p{L}.*)$",
        // "секретариату подготовить", "ИК17 рассмотреть"
        r"^(?P<who>[^.;:]+?)\s+(?P<task>\p{Cyrillic}+(?:ть|ти|чь|ться|тись)\s.*)$",
        r"^(?P<who>[^。；，]{1,24}?)(?:应|将|需|须|负责|应当)(?P<task>[^。]+)",
        r"^(?:على|يتعين على)\s+(?P<who>[^.؛]+?)\s+أن\s+(?P<task>[^.]+)",
    ]
    .iter()
    .map(|source| pattern(source))
    .collect()
});
static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?P<task>.+?)\s*(?:[(\[](?:(?:action|responsible|responsable|owner|lead|by|par|por|ответственный|负责方|المسؤول)\s*[:：]?\s*)?(?P<who>[^()\[\]]{2,60})[)\]]|[;,.–—-]\s*(?:responsible|responsable|action by|owner|ответственный|负责方|المسؤول)\s*[:：]\s*(?P<whom>[^.]{2,60}))\s*\.?$",
    )
});

/// The text in front of the one who has to do it: "CEN/TC 777 decides to ask for a tolerance. Action: Secretariat."
pub(super) fn responsible_behind(text: &str) -> Option<(&str, String)> {
    static LAST: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?P<task>.{12,}?[.;)])\s*[(\[]?(?:actions?|action\s+(?:by|on|for)|responsible|owner|responsables?|acción|mesure|ответственн\w+|исполнител\w+|负责方|责任人|责任单位|المسؤول|الجهة المسؤولة)\s*[:：–—]\s*(?P<who>[^.;:：]{2,80}?)[)\]]?\s*[.。]?$",
        )
    });
    let found = LAST.captures(text)?;
    let who = found.name("who")?.as_str();
    let names = split(who);
    let is_somebody = !names.is_empty() && names.iter().all(|name| stands_alone(name, true) && is_name(name));
    is_somebody.then(|| (found.name("task").map_or("", |task| task.as_str()), who.to_owned()))
}

/// What a marked text asks, and of whom; nothing if it does not say of whom.
/// `is_person` says whether a name is one of the report's people, however it is written.
pub(super) fn tasks(text: &str, is_person: impl Fn(&str) -> bool) -> Vec<Task> {
    // The full stop of "Mr." is no end.
    let titles = ["Mr. ", "Ms. ", "Mrs. ", "Dr. ", "Prof. ", "M. ", "Sr. ", "Sra. ", "Mme. "];
    let text = titles.iter().find_map(|title| text.strip_prefix(title)).unwrap_or(text);
    // "AP 7 on SG17 to reply"
    let text = text.strip_prefix("on ").filter(|rest| rest.contains(" to ")).unwrap_or(text);
    let asked: Vec<_> =
        asks::asks(text).into_iter().map(|ask| Task { who: ask.who, task: ask.task }).collect();
    if !asked.is_empty() {
        return asked;
    }
    if let Some(found) = TO_DO.iter().find_map(|shape| {
        let found = shape.captures(text)?;
        let who = found.name("who")?.as_str();
        let is_somebody = can_be_asked(who) && !is_thing(who) || is_person(who) || is_everybody(who);
        // "agreed to the text" asks nothing.
        let is_thing_again =
            ["the ", "a ", "an ", "its ", "this "].iter().any(|word| found["task"].starts_with(word));
        (!is_thing_again && who.split(' ').count() <= 16 && !states::begins(who) && is_somebody)
            .then(|| Task { who: who.to_owned(), task: found["task"].to_owned() })
    }) {
        return vec![found];
    }
    if let Some(found) = bare(text, &is_person) {
        return vec![found];
    }
    let behind = BEHIND.captures(text).and_then(|found| {
        let who = found.name("who").or_else(|| found.name("whom"))?.as_str();
        let is_somebody = can_be_asked(who) && !ends_with_name(&found["task"]);
        is_somebody.then(|| Task { who: who.to_owned(), task: found["task"].to_owned() })
    });
    behind.into_iter().collect()
}

/// "chairs start the adoption call": minutes leave out the "to".
fn bare(text: &str, is_person: impl Fn(&str) -> bool) -> Option<Task> {
    static BARE: LazyLock<Regex> = LazyLock::new(|| {
        english(
            r"^(?P<who>\p{L}[^.;:,]{1,60}?)\s+(?P<task>(?:{deed})(?:\s+(?:the|an?|all|its|their|his|her|this|these|those|each|any|with|to|up|out|on|for|about|two|three|new)\b|\s+\p{Lu}).*)$",
        )
    });
    let found = BARE.captures(text)?;
    let who = &found["who"];
    are_names(who, &is_person).then(|| Task { who: who.to_owned(), task: found["task"].to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_text_says_who_is_to_do_what() {
        for (text, who, task) in [
            ("SG17 to reply.", "SG17", "reply."),
            ("The Secretariat shall send it.", "The Secretariat", "send it."),
            ("Mr. Exemple: send the text", "Exemple", "send the text"),
            ("секретариату подготовить отчет", "секретариату", "подготовить отчет"),
            ("秘书处应编写报告。", "秘书处", "编写报告"),
            ("Send the text (SG17)", "SG17", "Send the text"),
            ("Le secrétariat doit envoyer le texte", "Le secrétariat", "envoyer le texte"),
        ] {
            assert_eq!(
                tasks(text, |_| false),
                [Task { who: who.to_owned(), task: task.to_owned() }],
                "{text}"
            );
        }
        let behind = responsible_behind("The text will be sent to CCMC. Action: Secretariat, WG 1 convenor.");
        assert_eq!(behind, Some(("The text will be sent to CCMC.", "Secretariat, WG 1 convenor".to_owned())));
        assert_eq!(responsible_behind("The text was sent to CCMC. Action: none was needed."), None);
        assert_eq!(tasks("send the text", |_| false), []);
        assert_eq!(tasks("jane to send it", |name| name == "jane")[0].who, "jane");
    }
}
