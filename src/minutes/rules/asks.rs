//! Sentences that ask somebody to do something: "invites X to", "X is requested to", and the like.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::lexicon::{ALL, Patterns, pattern},
    addressees::can_be_asked,
    bodies::plain,
    refused::{ends_with_not, ends_with_relative, is_condition, is_refused},
    several::stands_alone,
};

/// Every pattern of every language.
static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns::of(|lexicon| lexicon.asks));

/// A sentence has no more asks than this.
const MOST: usize = 8;

/// Somebody is asked something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ask {
    /// Who, as it is written: may be a list.
    pub(super) who: String,
    /// What, from its verb to the end.
    pub(super) task: String,
    /// Whom it was asked through: "recommends X to invite Y to ..." is asked of Y.
    pub(super) through: Option<String>,
}

/// What a sentence asks, and of whom, in its order.
pub(super) fn asks(sentence: &str) -> Vec<Ask> {
    let sentence = after_its_number(sentence);
    if is_recounted(sentence) {
        return Vec::new();
    }
    let main = if recalls(sentence) { main_clause(sentence) } else { Some(sentence) };
    let Some(sentence) = main else { return Vec::new() };
    let mut found = Vec::new();
    let mut rest = of_whom(sentence);
    while let Some((_, ask)) = first(&rest) {
        // The task of one may hold the next.
        let mut task = ask.task.clone();
        let mut next = None;
        if let Some((at, inner)) = first(&task) {
            if is_nested(&task, at, &inner) {
                found.push(Ask { through: Some(plain(&ask.who)), ..inner.clone() });
                rest.clone_from(&inner.task);
                if first(&rest).is_none() || found.len() >= MOST {
                    break;
                }
                continue;
            }
            next = Some(task.split_off(at));
        }
        found.push(Ask { task: cut(&task), ..ask });
        match next {
            Some(next) if found.len() < MOST => rest = next,
            _ => break,
        }
    }
    found
}

/// "nominates Dr. Muster as liaison officer and requests her to report": who is meant.
fn of_whom(sentence: &str) -> String {
    static NAMED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:nominat|appoint|designat|nam|elect|confirm)(?:es|s|ed)\s+(?P<who>(?:(?:Mr|Ms|Mrs|Dr|Prof)\.?\s+)?\p{Lu}[^.;,]{1,60}?)\s+(?:as|to\s+be)\s+.*?\b(?:requests?|asks?|invites?|instructs?|encourages?|requested|asked|invited|instructed)\s+(?P<pronoun>him|her|them)\s+to\s",
        )
    });
    let Some(found) = NAMED.captures(sentence) else { return sentence.to_owned() };
    let (Some(who), Some(pronoun)) = (found.name("who"), found.name("pronoun")) else {
        return sentence.to_owned();
    };
    let mut out = sentence.to_owned();
    out.replace_range(pronoun.range(), who.as_str());
    out
}

/// Without the number with which a paragraph or resolution begins: "17/06 ", "5.2 ", "3.1.4) ".
pub(super) fn after_its_number(sentence: &str) -> &str {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^\s*(?:(?:Point|Item|Agenda\s+item|Punto|Пункт)\s+\d{1,3}(?:\.\d{1,3})*\s*[.:)–-]\s*|\d{1,3}(?:[./-]\d{1,4})+[.)]?\s+|[一二三四五六七八九十]{1,3}、\s*|（[一二三四五六七八九十]{1,3}）\s*|\d{1,2}、\s*)",
        )
    });
    NUMBER.find(sentence).and_then(|number| sentence.get(number.end()..)).unwrap_or(sentence)
}

/// Whether a sentence only recalls what was asked elsewhere.
fn recalls(sentence: &str) -> bool {
    let lower = sentence.trim_start_matches(['a', 'b', 'c', 'd', ')', ' ']).to_lowercase();
    let whole = sentence.to_lowercase();
    let begins =
        |lower: &str| ALL.iter().flat_map(|lexicon| lexicon.recalls).any(|word| lower.starts_with(word));
    begins(&lower) || begins(&whole)
}

/// "Ms Modelo recalled that the group had been invited to comment": what was asked at some time before, unless it is said
/// that it still is.
fn is_recounted(sentence: &str) -> bool {
    static RECOUNTED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\brecall(?:ed|s|ing)\b.*\bhad\s+(?:(?:already|earlier|previously)\s+)?(?:been\s+)?(?:invited|asked|requested|instructed|tasked|encouraged|urged)\b|\b(?:a|ont)\s+rappelé\b.*\bavai(?:t|en)t?\s+(?:été\s+)?(?:invité|prié|chargé|demandé)|\brecord(?:ó|aron)\b.*\bhabían?\s+(?:sido\s+)?(?:invitad|pedid|solicitad|encargad)",
        )
    });
    static STILL: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)\b(?:not\s+yet|still|pending|outstanding|pas\s+encore|toujours|aún|todavía|pendiente)")
    });
    RECOUNTED.is_match(sentence) && !STILL.is_match(sentence)
}

/// "Noting that SC 7 has not replied, JTC 9 asks SC 7 for its position": what is asked behind what is recalled.
fn main_clause(sentence: &str) -> Option<&str> {
    static ASKS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r",\s+(?P<main>(?:(?:the\s+)?\p{Lu}[^,;]{0,60}?|the\s+\p{Ll}+)\s+(?:(?:once\s+(?:again|more)|therefore|hereby|also|further|strongly)\s+)*(?:asks|requests|invites|instructs|directs|encourages|urges|recommends|calls\s+(?:up)?on|agrees|decides|resolves)\b.*)$|,\s+(?P<fr>(?:le|la|l['’])\s*\p{L}[^,;]{0,60}?\s(?:demande|invite|charge|prie|recommande|décide)\b.*)$|,\s+(?P<es>(?:el|la)\s+\p{L}[^,;]{0,60}?\s(?:pide|invita|encarga|solicita|recomienda|decide|acuerda)\b.*)$",
        )
    });
    let found = ASKS.captures(sentence)?;
    let main = ["main", "fr", "es"].into_iter().find_map(|name| found.name(name))?;
    sentence.get(main.start()..)
}

/// The first ask of a text, and where it begins.
fn first(text: &str) -> Option<(usize, Ask)> {
    let found = PATTERNS.possible(text).filter_map(|pattern| {
        let mut from = 0;
        // A match that asks nobody may hide a later one.
        for _ in 0..6 {
            let told = pattern.find_at(text, from)?;
            let who = told.who.as_str();
            // What is told by looking at little comes first: a task may be long.
            let is_asked = is_task(told.task)
                && !is_relative(text, told.start)
                && !ends_with_not(who)
                && !ends_with_relative(who)
                && !text.get(..told.start).is_some_and(ends_with_not);
            if is_asked {
                let who = asked(who);
                if who_can(&who) && !is_refused(told.task) {
                    return Some((told.start, Ask { who, task: told.task.to_owned(), through: None }));
                }
            }
            let step = text.get(told.start..)?.char_indices().nth(1)?.0;
            from = told.start + step;
        }
        None
    });
    found.min_by_key(|(start, _)| *start)
}

fn who_can(asked: &str) -> bool {
    let words = asked.split(' ').count();
    // "is invited to nominate somebody to SEG 8" invites nobody of the name "to nominate somebody".
    words <= 40
        && !asked.starts_with("to ")
        && !is_recommendation(asked)
        && (can_be_asked(asked) || asked.eq_ignore_ascii_case("you"))
}

/// "P.800", "X.509": a Recommendation, which is written and asked nothing.
fn is_recommendation(name: &str) -> bool {
    name.split_once('.').is_some_and(|(series, number)| {
        series.len() == 1
            && series.starts_with(|c: char| c.is_ascii_uppercase())
            && number.starts_with(|c: char| c.is_ascii_digit())
            && !number.contains(' ')
    })
}

/// "which invites", "that requested": somebody else's words.
fn is_relative(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default().trim_end().to_lowercase();
    ["which", "that", "who", "qui", "que", "not", "которая", "который", "which also"].iter().any(|word| {
        before.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with([' ', ',']))
    })
}

/// "should be asked" does not say who is to ask.
fn is_task(task: &str) -> bool {
    // "to invite the World Blind Union to the next meeting"
    const NO_VERBS: [&str; 9] = ["be", "the", "a", "an", "its", "their", "our", "this", "these"];
    let first = task.split(' ').next().unwrap_or_default();
    !NO_VERBS.contains(&first) && task.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// Those who are asked, without what the sentence says before them: "Following the discussion, SG17".
pub(super) fn asked(who: &str) -> String {
    let who = without_clause(without_other_verb(who));
    let lower = who.to_lowercase();
    let cut = [" that ", " agreed ", " que ", " what ", " where ", " when "]
        .iter()
        .filter_map(|word| lower.rfind(word).map(|at| at + word.len()))
        .max();
    let rest = cut.and_then(|at| who.get(at..)).unwrap_or(who);
    // In Arabic the one who asks stands between the verb and the one who is asked.
    let askers =
        ["الاجتماع ", "الجمعية ", "المجلس ", "الفريق ", "اللجنة ", "المؤتمر ", "المشاركون ", "الدورة "];
    let rest = askers.iter().find_map(|asker| rest.strip_prefix(asker)).unwrap_or(rest);
    let parts: Vec<&str> = rest.split(", ").collect();
    if parts.len() == 1 {
        return rest.trim().to_owned();
    }
    // From the end, as long as the parts are somebody. What a sentence begins with has a capital in any case.
    let many = parts
        .iter()
        .enumerate()
        .rev()
        .take_while(|(at, part)| {
            stands_alone(&plain(part), *at == 0) && !is_condition(part) && !is_sentence(part)
        })
        .count();
    let kept = parts.get(parts.len() - many..).filter(|kept| !kept.is_empty());
    kept.map_or_else(|| rest.to_owned(), |kept| kept.join(", ")).trim().to_owned()
}

/// Whether a part tells what somebody did: "The representative of WCO offered to host the forum".
fn is_sentence(part: &str) -> bool {
    static DID: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^\s*(?:[Tt]he\s+)?\p{Lu}?.{2,}?\s(?:offered|agreed|reported|noted|stated|explained|announced|will|would)\s",
        )
    });
    DID.is_match(part)
}

/// "BDT was thanked for its support and": the name in front of what else is said of it.
fn without_other_verb(who: &str) -> &str {
    static VERB: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\s+(?:(?:is|are|was|were|has|have|had)\s+(?:\p{L}+\s+)*?\p{L}+(?:ed|en|n)|(?:\p{Ll}+ly\s+)?\p{Ll}+ed)\b.*\b(?:and|but)(?:\s+(?:it|he|she|they))?$",
        )
    });
    let cut = VERB.find(who).filter(|verb| verb.start() > 1);
    cut.and_then(|verb| who.get(..verb.start())).unwrap_or(who)
}

/// "National bodies wishing to host the meeting", "Members who have not replied": without what tells which of them.
fn without_clause(who: &str) -> &str {
    static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i),?\s+(?:(?:not\s+)?(?:wishing|willing|interested|intending|planning|having|able)|who|which|whose|qui|souhaitant|désireu\w+|intéressée?s|n['’]ayant|ayant|que\s+(?:aún|todavía|no|ya|dese\w+)|interesad\w+|interesados|котор\w+|желающ\w+|заинтересованн\w+)\b.*$",
        )
    });
    let cut = CLAUSE.find(who).filter(|clause| clause.start() > 2);
    cut.and_then(|clause| who.get(..clause.start())).unwrap_or(who)
}

/// "to invite representatives of Y to Z": the task is nothing but asking somebody else.
fn is_nested(task: &str, at: usize, inner: &Ask) -> bool {
    at <= 3 && inner.task.len() < task.len()
}

/// The task without the beginning of a coordinated sentence at its end: "review it, and further".
fn cut(task: &str) -> String {
    let mut text = task.trim_end_matches([' ', ',', ';']);
    loop {
        let words = [
            " and",
            ", further",
            ", also",
            " further",
            " also",
            " et",
            " y",
            " и",
            ", and",
            " it",
            " the meeting",
            " tsag",
            " the group",
        ];
        let lower = text.to_lowercase();
        let Some(word) = words.iter().find(|word| lower.ends_with(**word)) else { break };
        text = text.get(..text.len() - word.len()).unwrap_or_default().trim_end_matches([' ', ',', ';']);
    }
    text.to_owned()
}

/// What a line that leads in a list lacks, in each language, so that the patterns know it.
const TASKS: [(&str, &str); 5] = [
    (" to do", "do"),
    (" à faire", "faire"),
    (" de faire", "faire"),
    (" a hacer", "hacer"),
    (" сделать", "сделать"),
];

/// Those who are asked by a line that leads in a list of tasks: "instructs the Director of TSB", "SG17 is invited to:".
pub(super) fn lead_in(text: &str) -> Option<String> {
    let text = text.trim_end_matches([':', '：', ' ', '…']);
    if text.split(' ').count() > 25 || text.ends_with(['.', '。']) {
        return None;
    }
    let ends = [" to", " à", " de", " a", " que"];
    let bare = ends.iter().find_map(|end| text.strip_suffix(end)).unwrap_or(text);
    TASKS.iter().find_map(|(added, task)| {
        let (_, ask) = first(&format!("{bare}{added}"))?;
        (ask.task == *task).then_some(ask.who)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(sentence: &str) -> Vec<String> {
        asks(sentence).into_iter().map(|ask| format!("{} | {}", ask.who, ask.task)).collect()
    }

    #[test]
    fn who_is_asked_what_is_found_in_each_language() {
        for (sentence, asked) in [
            (
                "The meeting invites SG17 to review the draft by 15 March 2018.",
                "SG17 | review the draft by 15 March 2018.",
            ),
            ("Following the discussion, SG17 is invited to review the draft.", "SG17 | review the draft."),
            (
                "The editors of Y.4900 are asked to upload clause 3.2 by 1.3.2027.",
                "The editors of Y.4900 | upload clause 3.2 by 1.3.2027.",
            ),
            (
                "17/09 ITU-T is invited to nominate a liaison officer to JTC 1.",
                "ITU-T | nominate a liaison officer to JTC 1.",
            ),
            ("5.2 SG17 was requested to forward the text to TSAG.", "SG17 | forward the text to TSAG."),
            ("3.1.4) L'UIT-R est invitée à nommer un représentant.", "L'UIT-R | nommer un représentant."),
            ("It was agreed that the Secretariat is requested to send it.", "the Secretariat | send it."),
            ("SG13 and SG17 are kindly requested to comment.", "SG13 and SG17 | comment."),
            (
                "invite la Commission d'études 17 à examiner le projet.",
                "la Commission d'études 17 | examiner le projet.",
            ),
            (
                "charge le Directeur du Bureau de la normalisation des télécommunications de préparer un rapport.",
                "le Directeur du Bureau de la normalisation des télécommunications | préparer un rapport.",
            ),
            (
                "La reunión invita a la Comisión de Estudio 17 a examinar el proyecto.",
                "Comisión de Estudio 17 | examinar el proyecto.",
            ),
            ("The meeting seeks advice on clause 5 from SG17 by 3 May 2019.", "SG17 | advice on clause 5"),
            ("Noting that SG17 has not replied, TSAG asks SG17 for its position.", "SG17 | position."),
            ("A reply from SG17 is needed by 3 May 2019.", "SG17 | A reply from SG17"),
            ("SC 22 requests JTC 1 approve the trial.", "JTC 1 | approve the trial."),
            ("The Secretariat's task is to collect the replies.", "Secretariat | collect the replies."),
            ("Could the Secretariat please send the ballot?", "the Secretariat | send the ballot"),
            ("Le comité souhaite que le GT 3 examine le projet.", "le GT 3 | examine le projet."),
            ("Собрание предлагает МСЭ-Т назначить представителя.", "МСЭ-Т | назначить представителя."),
            ("会议请第17研究组审议该草案。", "第17研究组 | 审议该草案"),
            ("يدعو الاجتماع لجنة الدراسات 17 إلى استعراض المشروع.", "لجنة الدراسات 17 | استعراض المشروع"),
        ] {
            assert_eq!(said(sentence), [asked], "{sentence}");
        }
    }

    #[test]
    fn one_may_be_asked_to_ask_another_and_a_sentence_may_ask_two() {
        assert_eq!(
            said("recommends ISO/TC 307 to invite representatives of UN/CEFACT, ISO to establish liaisons"),
            ["representatives of UN/CEFACT, ISO | establish liaisons"]
        );
        assert_eq!(
            said("TSAG invites SG17 to review the text, and requests SG13 to comment on it."),
            ["SG17 | review the text", "SG13 | comment on it."]
        );
    }

    #[test]
    fn what_was_asked_elsewhere_and_courtesies_are_no_asks() {
        for sentence in [
            "recalling that Resolution 50 instructs the Director to report,",
            "Resolution 50, which invites Member States to report, was noted.",
            "The Chairman invited participants to introduce themselves.",
            "Ms Modelo recalled that SG13 had been invited to comment; the comments came in July.",
            "It was recalled that the Director of TSB had invited all groups to comment.",
            "La présidente a rappelé que le GT 4 avait été chargé de répondre.",
            "The requests from Study Groups to the Director were noted.",
            "It was proposed that SG2 be asked to comment, but the meeting did not agree.",
            "La proposition de demander au GT 4 de répondre n'a pas été retenue.",
            "La Secretaría no fue encargada de traducir el texto.",
            "No se acordó pedir al GT 4 que responda.",
            "Предложение поручить РГ 4 подготовить ответ было отклонено.",
            "会议未要求秘书处翻译该文本。",
            "لم يُطلب من الأمانة ترجمة النص.",
        ] {
            assert_eq!(said(sentence), Vec::<String>::new(), "{sentence}");
        }
    }

    #[test]
    fn a_line_may_lead_in_a_list() {
        assert_eq!(lead_in("instructs the Director of TSB").as_deref(), Some("the Director of TSB"));
        assert_eq!(lead_in("SG17 is invited to:").as_deref(), Some("SG17"));
        assert_eq!(lead_in("The draft was noted"), None);
    }
}
