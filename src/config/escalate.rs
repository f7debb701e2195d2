//! Who is told when nobody answers: the ladder of a policy.

use super::{
    check::{Check, naming},
    given::{Given, quoted},
    raw::{self, Section},
};
use crate::{
    action::{After, Target},
    cadence::{self, Ahead},
    schedule::{Manner, Rung, StepTemplate},
};

/// The most steps of one ladder.
const MOST: usize = 12;
/// The most letters that may go unanswered.
const MOST_LETTERS: u32 = 100;
/// The longest name of a step's own templates.
const NAME_CHARS: usize = 64;

const AFTER: &str =
    "Write for example after = \"7d overdue\", \"2 working days overdue\" or \"3 letters unanswered\".";
const TO: &str = "Write a name of the register, a role such as \"chair of SG17\", \"deputy\", \"chair\" or \"secretariat\".";

/// The ladder under `key`, in its order.
pub(super) fn escalate(check: &mut Check<'_>, key: &str, raw: &[Section<raw::Escalate>]) -> Vec<Rung> {
    let mut ladder: Vec<(String, Rung)> = Vec::new();
    for (index, raw) in raw.iter().enumerate() {
        let key = format!("{key}[{index}]");
        if index == MOST {
            check.error(&key, format!("a ladder has {MOST} steps at most. Remove the others."));
            break;
        }
        let Some(rung) = rung(check, &key, raw) else { continue };
        let same = ladder.iter().filter(|(_, one)| one.after.beyond(rung.after).is_some());
        let latest = same.max_by_key(|(_, one)| (one.after == rung.after, one.after));
        if let Some((before, earlier)) = latest {
            in_order(check, (before, earlier.after), (&key, rung.after));
        }
        ladder.push((key, rung));
    }
    ladder.into_iter().map(|(_, rung)| rung).collect()
}

/// Steps that count the same come later one after the other.
fn in_order(check: &mut Check<'_>, (before, earlier): (&str, After), (key, after): (&str, After)) {
    let place = check.places.of(&format!("{before}.after"));
    let key = format!("{key}.after");
    match after.beyond(earlier) {
        Some(0) if after == earlier => check.error(
            &key,
            format!("a step after {after} is there already ({place}). Name both in one: to = [\"...\", \"...\"]."),
        ),
        Some(0) => check.error(
            &key,
            format!(
                "{after} comes before {earlier}, which stands above it ({place}). Put the steps in the order in which \
                 they happen."
            ),
        ),
        _ => {}
    }
}

fn rung(check: &mut Check<'_>, key: &str, raw: &raw::Escalate) -> Option<Rung> {
    let sub = |name: &str| format!("{key}.{name}");
    let given = check.parsed(&sub("after"), &raw.after, AFTER, after);
    let after = check.required(&sub("after"), given, AFTER);
    let to = targets(check, &sub("to"), &raw.to);
    let manners = [("cc", Manner::Copy), ("letter", Manner::Letter), ("instead", Manner::Instead)];
    let how = check.word(&sub("how"), &raw.how, "a way to escalate", &manners).unwrap_or_default();
    let approval = check.yes_no(&sub("approval"), &raw.approval).unwrap_or(false);
    let template = template(check, &sub("template"), &raw.template);
    if approval && !to.is_empty() && to.iter().all(|target| *target == Target::OwnSecretariat) {
        check.error(
            &sub("approval"),
            "the secretariat needs nobody's approval to be told itself. Remove approval, or name another in to.",
        );
    }
    let place = check.places.of(&sub("to"));
    Some(Rung { after: after?, to, how, approval, template, place }).filter(|rung| !rung.to.is_empty())
}

/// "7d overdue", "2 working days overdue", "3 letters unanswered".
fn after(text: &str) -> Result<After, String> {
    let wrong =
        |why: &str| format!("{} does not say how long nobody has answered: {why}. {AFTER}", quoted(text));
    let lower = crate::action::tidy(text).to_lowercase();
    if let Some(length) = lower.strip_suffix("overdue") {
        return match naming(length, cadence::ahead(length.trim()))? {
            Ahead::Days(days) => Ok(After::Overdue { days }),
            Ahead::WorkingDays(days) => Ok(After::OverdueWorking { days }),
        };
    }
    let Some(letters) = lower.strip_suffix("unanswered") else {
        return Err(wrong("it ends neither with overdue nor with unanswered"));
    };
    let number = letters.trim().split_once(' ').filter(|(_, what)| matches!(*what, "letter" | "letters"));
    match number.and_then(|(number, _)| number.parse().ok()) {
        Some(letters @ 1..=MOST_LETTERS) => Ok(After::Unanswered { letters }),
        Some(_) => Err(wrong(&format!("letters are 1 to {MOST_LETTERS}"))),
        None => Err(wrong("no number of letters stands before unanswered")),
    }
}

fn targets(check: &mut Check<'_>, key: &str, given: &Given) -> Vec<Target> {
    // A name may have a comma: only a list is several.
    let items = match given {
        Given::List(items) => items.clone(),
        Given::Nothing => Vec::new(),
        one => vec![one.clone()],
    };
    if items.is_empty() {
        check.required::<()>(key, None, TO);
    }
    let mut targets = Vec::new();
    for item in items {
        let Some(text) = check.text(key, &item, TO) else { continue };
        let target = match text.to_lowercase().as_str() {
            "deputy" => Target::Deputy,
            "chair" => Target::Chair,
            "secretariat" => Target::OwnSecretariat,
            _ => Target::Named(crate::action::tidy(&text)),
        };
        if targets.contains(&target) {
            check.warning(key, format!("{item} is there already. Remove one of the two."));
        } else {
            targets.push(target);
        }
    }
    targets
}

fn template(check: &mut Check<'_>, key: &str, given: &Given) -> Option<StepTemplate> {
    let right = "Write the name of templates of your own, for example template = \"second\".";
    let name = check.parsed(key, given, right, |text| {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        // escalation.subject.txt is there already.
        if !["", "subject"].contains(&text) && text.chars().all(is_name) && text.len() <= NAME_CHARS {
            Ok(text.to_owned())
        } else {
            Err(format!(
                "{} is not a name of templates. Write small letters a to z, digits, - and _, at most {NAME_CHARS}.",
                quoted(text)
            ))
        }
    });
    name.map(|name| StepTemplate { name, place: check.places.of(key) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_nobody_answered_is_said_in_days_working_days_or_letters() {
        for (text, read) in [
            ("7d overdue", After::Overdue { days: 7 }),
            ("2 Weeks  overdue", After::Overdue { days: 14 }),
            ("2 working days overdue", After::OverdueWorking { days: 2 }),
            ("10wd overdue", After::OverdueWorking { days: 10 }),
            ("3 letters unanswered", After::Unanswered { letters: 3 }),
            ("1 letter unanswered", After::Unanswered { letters: 1 }),
        ] {
            assert_eq!(after(text), Ok(read), "{text}");
        }
        for text in
            ["overdue", "7d", "0d overdue", "0 letters unanswered", "letters unanswered", "3 unanswered"]
        {
            let why = after(text).unwrap_err();
            assert!(why.contains("Write"), "{text}: {why}");
        }
    }
}
