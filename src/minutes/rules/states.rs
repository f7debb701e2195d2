//! How things stand: the words of a status cell, and sentences such as "is still pending" or "has already replied".

use std::sync::LazyLock;

use regex::Regex;

use super::super::lexicon::{ALL, OfLexicon, Patterns, has_phrase, is_one, pattern};
use crate::action::{Status, fold};

static DONE: LazyLock<Patterns> = LazyLock::new(|| Patterns::of(|lexicon| lexicon.states.has_done));
static NOT: LazyLock<Patterns> = LazyLock::new(|| Patterns::of(|lexicon| lexicon.states.has_not));

/// What stands in the place of a name and says that there is none: "没有尚未完成的行动", no action is outstanding.
const NOBODY: [&str; 5] = ["没有", "目前没有", "尚没有", "暂无", "无"];

/// That somebody has done something, or has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) who: String,
    pub(super) task: String,
    pub(super) status: Status,
    /// Whether the words alone tell that somebody is meant.
    pub(super) is_sure: bool,
}

/// What a sentence says of how something stands with whom.
pub(super) fn said(sentence: &str) -> Option<Said> {
    let find = |patterns: &Patterns, status| {
        patterns.possible(sentence).find_map(|pattern| {
            let told = pattern.find(sentence)?;
            let (who, task) = (told.who.as_str().to_owned(), told.task.to_owned());
            let is_nobody = NOBODY.contains(&who.as_str());
            (!is_nobody).then(|| Said { is_sure: pattern.is_sure(), who, task, status })
        })
    };
    // "has not yet" holds "has" as well.
    find(&NOT, Status::Pending).or_else(|| find(&DONE, Status::Done))
}

/// The reference of which a sentence says how it stands: "AI 12/3 has been completed", "Decision 20-07 is still open".
pub(super) fn of_reference(sentence: &str) -> Option<(&str, Status)> {
    static STANDS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?:the\s+)?(?P<ref>(?:AI|A\.I\.|AP|Action(?:\s+(?:item|point))?|Item|Task|Resolution|Decision)\s*(?:n[o°º]\.?\s*|#)?[A-Z]{0,8}[-–]?\d[\w/-]*|\d{1,4}[/-]\d{1,4}|[A-Z]{1,8}\d{0,3}-\d{1,4})(?:\s*\([^()]*\)|,[^,]*,|\s+(?:of|from)\s+(?:the\s+)?(?:last|previous|\d+(?:st|nd|rd|th))\s+(?:meeting|session|call))?\s+(?:(?:has|have|had)\s+(?:already\s+|now\s+|since\s+|not\s+yet\s+|been\s+)*|(?:is|was|are|remains?|still)\s+(?:now\s+|still\s+|therefore\s+)*)(?P<state>.+?)\.?$",
        )
    });
    // "Пункт 1.4 (перевод терминов) выполнен"
    static STANDS_SO: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:Пункт|П\.|Поручение|Задание|Решение)\s+(?:№\s*)?(?P<ref>\d[\d.,/-]*\d|\d+)(?:\s*\([^()]*\))?\s+(?:[–—-]\s*)?(?P<state>(?:не\s+)?\p{Ll}+)(?:[,;].*)?\.?$",
        )
    });
    let found = STANDS.captures(sentence).or_else(|| STANDS_SO.captures(sentence))?;
    let said = found.get(0)?.as_str().to_lowercase();
    let (reference, state) = (found.name("ref")?.as_str(), found.name("state")?.as_str());
    let word = state.split([',', ';', '(']).next().unwrap_or(state);
    let word =
        [" on ", " in ", " by ", " at ", " with ", " and ", " during ", " since ", " before ", " after "]
            .iter()
            .fold(word, |word, small| word.split(small).next().unwrap_or(word));
    let (status, more) = of_cell(word);
    if let Some((status, _)) = state.strip_prefix("не ").and_then(alone) {
        return (status == Status::Done).then_some((reference, Status::Open));
    }
    let is_open = said.contains("not yet");
    (more.is_none() && !(status == Status::Open && fold(word).is_empty()))
        .then_some((reference, if is_open { Status::Pending } else { status }))
}

/// What a sentence behind a reference says that somebody has done: "17/03 ISO/TC 307 has established a liaison".
pub(super) fn done(sentence: &str) -> Option<Said> {
    static HAS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(?P<who>[^.;:,]+?)\s+(?:has|have)\s+(?P<task>(?:appointed|designated|nominated|replied|responded|submitted|provided|completed|sent|established|published|prepared|reviewed|circulated|updated|approved|finali[sz]ed|confirmed)\b[^.;]*)",
        )
    });
    let found = HAS.captures(sentence)?;
    Some(Said {
        who: found["who"].to_owned(),
        task: found["task"].to_owned(),
        status: Status::Done,
        is_sure: false,
    })
}

/// How something stands by a text that begins with it: "Closed.", "Done: representative appointed", "Completed on 3 March";
/// and what it says beyond that.
pub(super) fn leading(text: &str) -> Option<(Status, Option<String>)> {
    let end = text.find(['.', ':', ';', ',', '–', '—', '(', '。', '；', '，', '：']).unwrap_or(text.len());
    let end = text.find(" - ").unwrap_or(end).min(end);
    let first = text.get(..end)?.trim();
    let (status, more) = of_cell(first);
    if !first.is_empty() && more.is_none() {
        let behind = text.get(end..)?.trim_matches(|c: char| !c.is_alphanumeric() && !"([“\"«".contains(c));
        return Some((
            status,
            Some(behind.trim_start_matches('(').to_owned()).filter(|rest| !rest.is_empty()),
        ));
    }
    let lower = first.to_lowercase();
    let small = [" on ", " in ", " by ", " since ", " at ", " le ", " en ", " par ", " el ", " por "];
    let goes_on = small.iter().find_map(|word| lower.find(word)).filter(|at| *at > 0)?;
    let (status, more) = of_cell(first.get(..goes_on)?);
    (more.is_none() && status != Status::Open).then(|| (status, Some(text.trim_end_matches('.').to_owned())))
}

/// What a text begins with that says how the rest stands: "Carried over: 41/02 ITU to supply the calendar".
pub(super) fn in_front(text: &str) -> Option<(Status, &str)> {
    let (word, rest) = text.split_once([':', '：'])?;
    let (status, _) = alone(word.trim())?;
    let rest = rest.trim();
    (word.chars().count() <= 30 && (rest.split(' ').count() >= 3 || !rest.is_ascii()))
        .then_some((status, rest))
}

/// "[x] Check the table", "[ ] Send it", "☐ Send it": whether the box is ticked, and the text behind it.
pub(super) fn ticked(text: &str) -> Option<(Status, &str)> {
    const OPEN: [&str; 4] = ["[ ]", "[]", "☐", "□"];
    const DONE: [&str; 7] = ["[x]", "[X]", "[✓]", "[✔]", "☑", "☒", "✓"];
    let behind = |boxes: &[&str]| boxes.iter().find_map(|one| text.strip_prefix(*one));
    let (status, rest) = match behind(&OPEN) {
        Some(rest) => (Status::Open, rest),
        None => (Status::Done, behind(&DONE)?),
    };
    rest.starts_with(' ').then(|| (status, rest.trim_start()))
}

/// "Status: closed".
pub(super) fn field(sentence: &str) -> Option<(Status, Option<String>)> {
    let (name, value) = sentence.split_once([':', '：'])?;
    let is_status = is_one(&fold(name), |lexicon| lexicon.headers.status);
    is_status.then(|| of_cell(value.trim().trim_end_matches('.')))
}

/// "Still open."
pub(super) fn alone(sentence: &str) -> Option<(Status, Option<String>)> {
    let text = sentence.trim_end_matches(['.', '。']).trim();
    let text = text.strip_prefix("Still ").unwrap_or(text);
    let (status, more) = of_cell(text);
    (more.is_none() && text.chars().count() > 2).then_some((status, None))
}

/// A text without the state that it ends with: "comment on the draft: closed".
pub(super) fn without_end(text: &str) -> (&str, Option<Status>) {
    let end = text.trim_end_matches(['.', ')', ']', ' ']);
    let parted = end.rsplit_once([':', ';', '–', '—', '(', '[']);
    let found = parted.and_then(|(before, last)| {
        // "(done 16 July)"
        let closed = || {
            let (status, _) = leading(last).or_else(|| of_first_word(last))?;
            (status != Status::Open).then_some((status, None))
        };
        let (status, _) = alone(last).or_else(closed)?;
        let before = without_header(before);
        let is_long = before.chars().filter(|c| c.is_alphabetic()).count() > 8;
        is_long.then_some((before.trim_end(), Some(status)))
    });
    found.unwrap_or((text, None))
}

/// "Provide the estimate. Status" without the name of the field.
fn without_header(text: &str) -> &str {
    let Some((before, last)) = text.trim_end().rsplit_once([' ', '.']) else { return text };
    let is_header = is_one(&fold(last), |lexicon| lexicon.headers.status);
    if is_header { before.trim_end() } else { text }
}

/// Whether a text begins with the word for a state that is not open: "Done", "On hold until May".
pub(super) fn begins(text: &str) -> bool {
    let words: Vec<_> = text.split(' ').collect();
    (1..=words.len().min(4)).any(|count| {
        let (status, more) = of_cell(&words[..count].join(" "));
        more.is_none() && status != Status::Open
    })
}

/// How something stands by a text that begins with the word and a day: "done 16 July".
fn of_first_word(text: &str) -> Option<(Status, Option<String>)> {
    let (first, rest) = text.trim().split_once(' ')?;
    let (status, more) = of_cell(first);
    (more.is_none() && rest.starts_with(|c: char| c.is_ascii_digit())).then_some((status, None))
}

/// The status that a cell tells, and what it says beyond it. An empty one is open.
pub(super) fn of_cell(cell: &str) -> (Status, Option<String>) {
    let folded = fold(cell);
    if folded.is_empty() {
        return (Status::Open, None);
    }
    let all: [(Status, OfLexicon); 6] = [
        (Status::Pending, |lexicon| lexicon.states.pending),
        (Status::InProgress, |lexicon| lexicon.states.in_progress),
        (Status::Withdrawn, |lexicon| lexicon.states.withdrawn),
        (Status::Superseded, |lexicon| lexicon.states.superseded),
        (Status::Done, |lexicon| lexicon.states.done),
        (Status::Open, |lexicon| lexicon.states.open),
    ];
    let is = |words: OfLexicon| ALL.iter().any(|lexicon| words(lexicon).contains(&folded.as_str()));
    if let Some((status, _)) = all.iter().find(|(_, words)| is(*words)) {
        return (*status, None);
    }
    let negated = ["not ", "non ", "no ", "не ", "未", "لم "].iter().any(|word| folded.starts_with(word));
    let has = |words: OfLexicon| {
        ALL.iter().flat_map(|lexicon| words(lexicon)).any(|word| has_phrase(&folded, word))
    };
    let found = all.iter().find(|(status, words)| has(*words) && !(negated && *status == Status::Done));
    let status = found.map_or(Status::Open, |(status, _)| *status);
    (status, Some(beyond(cell, status)).filter(|rest| !rest.is_empty()))
}

/// What a cell says behind the word of its status: "Done: representative appointed".
fn beyond(cell: &str, status: Status) -> String {
    let text = cell.replace('\n', " ");
    let Some((first, rest)) = text.split_once([':', '–', '—', ';', ',', '(', '.']) else { return text };
    let (alone, more) = of_cell(first);
    if alone == status && more.is_none() && !first.trim().is_empty() {
        return rest.trim().trim_end_matches([')', '.']).trim().to_owned();
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_tells_its_status_in_each_language() {
        for (cell, status) in [
            ("Open", Status::Open),
            ("", Status::Open),
            ("Still pending", Status::Pending),
            ("on-going", Status::InProgress),
            ("CLOSED", Status::Done),
            ("en cours", Status::InProgress),
            ("concluida", Status::Done),
            ("выполнено", Status::Done),
            ("进行中", Status::InProgress),
            ("已完成", Status::Done),
            ("قيد التنفيذ", Status::InProgress),
            ("withdrawn", Status::Withdrawn),
        ] {
            assert_eq!(of_cell(cell), (status, None), "{cell}");
        }
        assert_eq!(of_cell("not done").0, Status::Open);
        assert_eq!(
            of_cell("Done: representative appointed."),
            (Status::Done, Some("representative appointed".to_owned()))
        );
    }

    #[test]
    fn a_box_says_whether_something_is_done() {
        assert_eq!(ticked("[x] Send it"), Some((Status::Done, "Send it")));
        assert_eq!(ticked("[ ] Send it"), Some((Status::Open, "Send it")));
        assert_eq!(ticked("[1] Send it"), None);
    }

    #[test]
    fn a_text_may_begin_with_how_something_stands() {
        let told = |text| leading(text).map(|(status, more)| (status, more.unwrap_or_default()));
        assert_eq!(told("Closed."), Some((Status::Done, String::new())));
        assert_eq!(
            told("Done: representative appointed."),
            Some((Status::Done, "representative appointed".to_owned()))
        );
        assert_eq!(told("Completed on 3 March 2017.").unwrap().0, Status::Done);
        assert_eq!(told("已完成。").unwrap().0, Status::Done);
        for text in
            ["Complete the draft.", "Open a liaison with SG17.", "Close the gap by 3 March", "SG17 to reply"]
        {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn sentences_say_with_whom_something_stands_how() {
        let one = said("ITU-R has already appointed a representative to IEC/SEG 8.").unwrap();
        assert_eq!(
            (one.who.as_str(), one.task.as_str(), one.status),
            ("ITU-R", "appointed a representative to IEC/SEG 8", Status::Done)
        );
        let one =
            said("IEC pointed out that the nomination of an ITU-T representative to SEG 8 is still pending.")
                .unwrap();
        assert_eq!(
            (one.who.as_str(), one.task.as_str(), one.status),
            ("an ITU-T", "nomination of an ITU-T representative to SEG 8", Status::Pending)
        );
        assert_eq!(said("SG17 has not yet replied.").unwrap().status, Status::Pending);
        assert_eq!(said("SG17 replied."), None);
        for (sentence, status) in [
            ("AI 12/3 has been completed.", Status::Done),
            ("Decision 20-05, asking the secretariat to publish it, had been implemented.", Status::Done),
            ("Action 5 is still in progress.", Status::InProgress),
            ("Action item 7 was closed on 3 May 2019.", Status::Done),
            ("AI 12/3 has not yet been completed.", Status::Pending),
            ("AI 4 remains open.", Status::Open),
            ("Action 3 of the last meeting was closed.", Status::Done),
        ] {
            assert_eq!(of_reference(sentence).map(|(_, status)| status), Some(status), "{sentence}");
        }
        for sentence in
            ["Decision 20-05 was taken by all.", "Action 5 is due in May.", "Resolution 50 has a list."]
        {
            assert_eq!(of_reference(sentence), None, "{sentence}");
        }
    }
}
