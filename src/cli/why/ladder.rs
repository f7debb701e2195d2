//! What `rappel why` says about the ladder of an action of which nobody answers.

use jiff::{civil::Date, tz::TimeZone};

use crate::{
    action::After,
    cli::{
        output::{count, day, patience},
        put_off::PutOff,
    },
    decision::Decision,
    directory::{Because, Recipient},
    schedule::{Answer, Escalation, Escalations, Manner, Stands},
};

/// One sentence for each step, and one about the answer if there was one. `put_off` is about the step that is due.
pub(super) fn words(
    ladder: &Escalations<'_>,
    today: Date,
    put_off: Option<&PutOff>,
    zone: &TimeZone,
) -> Vec<String> {
    let answer = ladder.answer.iter().map(answered);
    let rungs = ladder.rungs.iter().map(|rung| match (rung.stands, put_off) {
        (Stands::Due { .. }, Some(put_off)) => later(rung, put_off, zone),
        _ => step(ladder, rung, today),
    });
    answer.chain(unheard(ladder)).chain(rungs).collect()
}

/// Why nobody else is told yet whatever the time: nobody has had a letter.
fn unheard(ladder: &Escalations<'_>) -> Option<String> {
    let is_ahead = ladder.rungs.iter().any(|rung| matches!(rung.stands, Stands::Ahead { .. }));
    if !is_ahead || !ladder.begun || ladder.since.is_some() {
        return None;
    }
    let why = match ladder.waiting {
        0 => "none has so far".to_owned(),
        1 => "it waits in the outbox".to_owned(),
        many => format!("{many} wait in the outbox"),
    };
    Some(format!("Nobody else is told before a letter about this deadline has left: {why}."))
}

fn answered(answer: &Answer) -> String {
    match answer {
        Answer::Acknowledged(decision) => {
            let Decision { who, why, day: on, .. } = &**decision;
            let why = why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
            format!("Escalation stopped: acknowledged on {} by {who}{why}.", day(*on))
        }
        Answer::Status(status) => {
            format!(
                "Escalation stopped: the status became {status} since the first letter, which is an answer."
            )
        }
    }
}

/// That a step is due, and told later than at the next send time.
fn later(rung: &Escalation<'_>, put_off: &PutOff, zone: &TimeZone) -> String {
    let (to, how, after) = (everybody(rung), how(rung), patience(rung.rung.after));
    let on = put_off
        .at
        .map_or_else(|| "later".to_owned(), |at| format!("on {}", day(zone.to_datetime(at).date())));
    format!("It escalates to {to} {on}, {how} ({after}), and not at the next send time: {}.", put_off.why)
}

/// "Cid (chair of SG17) and Bob".
fn everybody(rung: &Escalation<'_>) -> String {
    let mut to: Vec<_> = rung.to.iter().map(whom).collect();
    if to.is_empty() {
        // All whom it names are reminded anyway.
        to.extend(rung.rung.to.iter().map(ToString::to_string));
    }
    to.join(" and ")
}

fn step(ladder: &Escalations<'_>, rung: &Escalation<'_>, today: Date) -> String {
    let after = patience(rung.rung.after);
    let (to, how) = (everybody(rung), how(rung));
    match rung.stands {
        Stands::Told { on, waits } => {
            let waits = if waits { "; that letter waits in the outbox" } else { "" };
            format!("It was escalated to {to} on {}, {how} ({after}){waits}.", day(on))
        }
        Stands::Due { .. } => format!("It escalates to {to} at the next send time, {how} ({after})."),
        Stands::Full { until } => format!(
            "It would be escalated to {to}, {how} ({after}), and waits until {}: there were as many letters this week as are wanted.",
            day(until)
        ),
        Stands::Waits { since } => format!(
            "It would be escalated to {to}, {how} ({after}), and waits for approval since {}: `rappel approve`.",
            day(since)
        ),
        Stands::Ahead { on: Some(on) } => {
            let on = day(on.max(today));
            let approval = if rung.needs_approval { ", and after approval" } else { "" };
            format!("It escalates to {to} on {on} if there is no answer, {how} ({after}){approval}.")
        }
        Stands::Ahead { on: None } => match rung.rung.after {
            After::Unanswered { .. } => {
                let more = match ladder.waiting {
                    0 => String::new(),
                    1 => ", and 1 that waits in the outbox".to_owned(),
                    many => format!(", and {many} that wait in the outbox"),
                };
                let letters = count(ladder.letters as usize, "letter", "letters");
                format!(
                    "It escalates to {to} if there is no answer, {how} ({after}; {letters} so far{more})."
                )
            }
            After::Overdue { .. } | After::OverdueWorking { .. } => {
                format!("It does not escalate to {to} while it has no deadline ({after}).")
            }
        },
        Stands::Needless => {
            format!("It does not escalate to {to} ({after}): everybody who would be told is reminded anyway.")
        }
        Stands::Stopped => format!("It does not escalate to {to} any more ({after})."),
    }
}

/// "Cid (chair of SG17)".
fn whom(to: &Recipient) -> String {
    match &to.because {
        Because::Escalated { to: asked, is_missing: true } => {
            format!("{} (nobody is found as {asked})", to.name)
        }
        Because::Escalated { to: asked, .. } if asked.to_string() != to.name => {
            format!("{} ({asked})", to.name)
        }
        _ => to.name.clone(),
    }
}

fn how(rung: &Escalation<'_>) -> &'static str {
    match rung.rung.how {
        Manner::Copy => "in copy of the letter to whoever is asked",
        Manner::Instead if rung.is_in_place() => "in place of whoever is asked",
        Manner::Letter | Manner::Instead => "by a letter of its own",
    }
}
