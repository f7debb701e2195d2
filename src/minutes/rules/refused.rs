//! What nobody has to do although words of asking stand there: what was not asked, what was proposed and refused, what
//! would be done only if something happened.

use super::super::lexicon::find_phrase;

/// What stands in front of a verb that then says the opposite; East Asian text has no borders of words.
const NOT: [&str; 20] = [
    "not", "never", "nor", "nobody", "no one", "without", "ne", "pas", "non", "personne", "no", "nadie",
    "sin", "не", "ни", "لم", "لن", "لا", "ليس", "دون",
];
const NOT_OF_CHINESE: [&str; 6] = ["未", "没有", "并未", "不", "无需", "不再"];

/// What tells of a proposal that it was refused.
const REFUSED: [&str; 54] = [
    "was rejected",
    "were rejected",
    "was declined",
    "was refused",
    "was turned down",
    "was withdrawn",
    "was dropped",
    "was abandoned",
    "was defeated",
    "was not agreed",
    "was not accepted",
    "was not adopted",
    "was not approved",
    "was not supported",
    "was not retained",
    "was not pursued",
    "not agreed",
    "did not agree",
    "did not accept",
    "did not support",
    "could not agree",
    "no agreement",
    "no consensus",
    "found no support",
    "n'a pas été retenue",
    "n'a pas été retenu",
    "n'a pas été acceptée",
    "n'a pas été adoptée",
    "n'a pas été approuvée",
    "n'ont pas été retenues",
    "a été rejetée",
    "a été rejeté",
    "a été écartée",
    "a été retirée",
    "fue rechazada",
    "fue rechazado",
    "no fue aceptada",
    "no fue aprobada",
    "no se aceptó",
    "no se aprobó",
    "fue retirada",
    "no prosperó",
    "было отклонено",
    "отклонено",
    "отклонили",
    "не принято",
    "не поддержано",
    "не было поддержано",
    "снято с рассмотрения",
    "未获通过",
    "未被采纳",
    "未获采纳",
    "被否决",
    "未获支持",
];

/// What a clause begins with that tells only when something would be done, or whether.
const CONDITIONS: [&str; 26] = [
    "if",
    "when",
    "whenever",
    "whether",
    "unless",
    "provided",
    "should",
    "in case",
    "where",
    "once",
    "si",
    "s'il",
    "lorsque",
    "quand",
    "à condition",
    "cuando",
    "siempre que",
    "en caso",
    "если",
    "когда",
    "в случае",
    "如果",
    "若",
    "如",
    "إذا",
    "في حال",
];

/// Whether a task goes on with that it was refused: "comment on the draft, but the meeting did not agree".
pub(super) fn is_refused(task: &str) -> bool {
    // What follows in a sentence of its own may be about something else.
    let clause = task.split([';', '；', '؛']).next().unwrap_or_default();
    let lower = clause.to_lowercase().replace('’', "'");
    REFUSED.iter().any(|word| find_phrase(&lower, word).is_some())
}

/// Whether a text ends with a word that turns the verb behind it into its opposite: "The Secretariat was not", "no se
/// acordó".
pub(super) fn ends_with_not(text: &str) -> bool {
    const BETWEEN: [&str; 12] = [
        "se",
        "agreed",
        "decided",
        "acordó",
        "decidió",
        "aprobó",
        "décidé",
        "convenu",
        "été",
        "a",
        "решено",
        "to",
    ];
    let text = text.trim_end();
    NOT_OF_CHINESE.iter().any(|word| text.ends_with(word)) || {
        let words = text.rsplit([' ', '\'', '’']).map(str::to_lowercase);
        let mut words = words.skip_while(|word| BETWEEN.contains(&word.as_str()));
        words.next().is_some_and(|word| NOT.contains(&word.as_str()))
    }
}

/// Whether a text begins with a word that tells only when something would be done.
pub(super) fn is_condition(text: &str) -> bool {
    let lower = text.trim_start().to_lowercase().replace('’', "'");
    CONDITIONS.iter().any(|word| {
        lower
            .strip_prefix(word)
            .is_some_and(|rest| !word.is_ascii() || !rest.starts_with(char::is_alphanumeric))
    })
}

/// Whether a name ends with the beginning of another sentence about it: "The Chair thanked JISC, which had".
pub(super) fn ends_with_relative(who: &str) -> bool {
    const RELATIVE: [&str; 15] = [
        "which",
        "who",
        "that",
        "whom",
        "whose",
        "qui",
        "que",
        "lequel",
        "laquelle",
        "quien",
        "quienes",
        "который",
        "которая",
        "которое",
        "которые",
    ];
    const AUXILIARY: [&str; 9] = ["had", "has", "have", "also", "avait", "a", "ont", "había", "ha"];
    let words = who.trim_end().rsplit([' ', ',']).map(str::to_lowercase);
    let mut words = words.skip_while(|word| AUXILIARY.contains(&word.as_str()));
    words.next().is_some_and(|word| RELATIVE.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_or_not_asked_is_known_by_its_words() {
        for task in [
            "comment, but the meeting did not agree",
            "répondre n’a pas été retenue.",
            "подготовить ответ было отклонено",
            "答复的建议未获通过",
        ] {
            assert!(is_refused(task), "{task}");
        }
        assert!(!is_refused("draft a new text; the old one was rejected"));
        for text in ["The Secretariat was not", "La Secretaría no", "会议未", "секретариату не", "لم"]
        {
            assert!(ends_with_not(text), "{text}");
        }
        assert!(!ends_with_not("The note"));
        assert!(
            is_condition("If a member asks for it")
                && is_condition("如果成员国提出")
                && !is_condition("Siemens")
        );
        assert!(ends_with_relative("The Chair thanked JISC, which had") && !ends_with_relative("SG17"));
    }
}
