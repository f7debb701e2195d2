//! When to remind: the policies.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::{
    check::{Check, naming},
    escalate::escalate,
    given::Given,
    keys::join,
    raw,
};
use crate::{
    action::{Kind, Pace},
    cadence::{self, Ahead, Cadence},
    schedule::{ClosedDay, Policy},
};

/// The word for "no such reminder".
const NEVER: &str = "never";
/// The longest name of a policy.
const NAME_CHARS: usize = 64;

const BEFORE: &str = "Write days, weeks or working days, for example before = [\"4w\", \"10 working days\"].";
const KINDS: &str = "Write for example kinds = [\"nomination\", \"liaison reply\"].";

/// All policies by name.
pub(super) fn policies(
    check: &mut Check<'_>,
    raw: &raw::Named<raw::Policy>,
    zone: &TimeZone,
) -> BTreeMap<String, Policy> {
    let mut claims = BTreeMap::new();
    let mut policies = BTreeMap::new();
    for (name, raw) in &raw.0 {
        let key = join("policy", name);
        check_name(check, &key, name);
        let (before, working_before) = before(check, &join(&key, "before"), &raw.before);
        let policy = Policy {
            name: name.clone(),
            before,
            working_before,
            closed_day: closed_day(check, &join(&key, "closed_day"), &raw.closed_day),
            on_the_day: check.yes_no(&join(&key, "on_the_day"), &raw.on_the_day).unwrap_or(false),
            overdue: overdue(check, &join(&key, "overdue"), &raw.overdue),
            without_deadline: without_deadline(
                check,
                &join(&key, "without_deadline"),
                &raw.without_deadline,
                zone,
            ),
            announce_closure: check
                .yes_no(&join(&key, "announce_closure"), &raw.announce_closure)
                .unwrap_or(false),
            pace: pace(check, &join(&key, "letters"), &raw.letters),
            kinds: kinds(check, name, &join(&key, "kinds"), &raw.kinds, &mut claims),
            escalate: escalate(check, &join(&key, "escalate"), &raw.escalate.sections),
        };
        warn_of_silence(check, &key, &policy);
        if reminds_never(&policy) && !check.is_mentioned(&key) {
            let give = match policy.pace {
                Pace::OnlyOverdue => "overdue",
                Pace::EachSendTime | Pace::Weekly => "before, on_the_day, overdue or without_deadline",
            };
            check.warning(
                &key,
                format!(
                    "the policy {name} never reminds of anything. Give it {give}, if that is not what you want."
                ),
            );
        }
        policies.insert(name.clone(), policy);
    }
    policies
}

/// An escalation needs a letter that was not answered.
fn warn_of_silence(check: &mut Check<'_>, key: &str, policy: &Policy) {
    let first = format!("{key}.escalate[0]");
    if reminds_never(policy) && !policy.escalate.is_empty() && !check.is_mentioned(key) {
        check.error(
            &first,
            format!(
                "the policy {} never reminds of anything, so nobody is ever silent. Give it before, on_the_day, \
                 overdue or without_deadline, or remove the escalation.",
                policy.name
            ),
        );
    }
}

fn reminds_never(policy: &Policy) -> bool {
    if policy.pace == Pace::OnlyOverdue {
        return policy.overdue.is_none();
    }
    policy.before.is_empty()
        && policy.working_before.is_empty()
        && !policy.on_the_day
        && policy.overdue.is_none()
        && policy.without_deadline.is_none()
}

/// Names are compared as the register folds them, so that only folded ones are taken.
fn check_name(check: &mut Check<'_>, key: &str, name: &str) {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || " _-".contains(c);
    let tidy = crate::action::tidy(name) == name && !name.is_empty();
    if !tidy || !name.chars().all(allowed) || name.len() > NAME_CHARS {
        check.error(
            key,
            format!(
                "this is not a name for a policy. Write small letters a to z, digits, -, \
                _ and single spaces, at most {NAME_CHARS}."
            ),
        );
    }
}

/// Days and working days before the deadline, each largest first, each once.
fn before(check: &mut Check<'_>, key: &str, given: &Given) -> (Vec<u32>, Vec<u32>) {
    let (mut all, mut working): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
    for (key, item) in check.list(key, given, BEFORE) {
        let read = |text: &str| naming(text, cadence::ahead(text));
        let (days, unit, those) = match check.parsed(&key, &item, BEFORE, read) {
            Some(Ahead::Days(days)) => (days, "days", &mut all),
            Some(Ahead::WorkingDays(days)) => (days, "working days", &mut working),
            None => continue,
        };
        if those.contains(&days) {
            check.warning(
                &key,
                format!("{item} is there already: {days} {unit} before. Remove one of the two."),
            );
        } else {
            those.push(days);
        }
    }
    all.sort_unstable_by(|a, b| b.cmp(a));
    working.sort_unstable_by(|a, b| b.cmp(a));
    (all, working)
}

fn closed_day(check: &mut Check<'_>, key: &str, given: &Given) -> ClosedDay {
    let words = [
        ("earlier", ClosedDay::Earlier),
        ("later", ClosedDay::Later),
        ("skip", ClosedDay::Skip),
        ("keep", ClosedDay::Keep),
    ];
    check.word(key, given, "a way to treat a closed day", &words).unwrap_or_default()
}

fn pace(check: &mut Check<'_>, key: &str, given: &Given) -> Pace {
    let words = [
        ("each send time", Pace::EachSendTime),
        ("weekly", Pace::Weekly),
        ("only overdue", Pace::OnlyOverdue),
    ];
    check.word(key, given, "a choice of letters", &words).unwrap_or(Pace::EachSendTime)
}

fn is_never(given: &Given) -> bool {
    matches!(given, Given::Text(text) if text.trim().eq_ignore_ascii_case(NEVER))
        || *given == Given::YesNo(false)
}

fn overdue(check: &mut Check<'_>, key: &str, given: &Given) -> Option<u32> {
    let right = "Write days or weeks, for example \"7d\", or \"never\".";
    if is_never(given) {
        None
    } else {
        check.parsed(key, given, right, |text| naming(text, cadence::days(text)))
    }
}

fn without_deadline(check: &mut Check<'_>, key: &str, given: &Given, zone: &TimeZone) -> Option<Cadence> {
    let right = "Write a cron expression, for example \"0 8 1 * *\", or \"never\".";
    if is_never(given) {
        return None;
    }
    check.parsed(key, given, right, |text| naming(text, Cadence::parse(text, zone)))
}

/// The kinds that a policy claims; each may be claimed once.
fn kinds(
    check: &mut Check<'_>,
    policy: &str,
    key: &str,
    given: &Given,
    claims: &mut BTreeMap<Kind, (String, String)>,
) -> Vec<Kind> {
    let mut all = Vec::new();
    for (key, item) in check.list(key, given, KINDS) {
        let Some(kind) = check.parsed(&key, &item, KINDS, str::parse::<Kind>) else { continue };
        match claims.get(&kind) {
            None => {
                claims.insert(kind, (policy.to_owned(), key));
                all.push(kind);
            }
            Some((other, _)) if other == policy => {
                check.warning(&key, format!("{item} is there already. Remove one of the two."));
            }
            Some((other, other_key)) => {
                let place = check.places.of(other_key);
                check.error(
                    &key,
                    format!(
                        "{item} is already a kind of the policy {other} ({place}). A \
                        kind has one policy: remove it from one of the two."
                    ),
                );
            }
        }
    }
    all
}
