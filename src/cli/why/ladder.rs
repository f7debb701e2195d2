//! What `rappel why` says about the ladder of an action of which nobody answers.

use jiff::civil::Date;

use crate::{
    action::After,
    cli::output::{count, day, patience},
    decision::Decision,
    directory::{Because, Recipient},
    schedule::{Answer, Escalation, Escalations, Manner, Stands},
};

/// One sentence for each step, and one about the answer if there was one.
pub(super) fn words(ladder: &Escalations<'_>, today: Date) -> Vec<String> {
    let answer = ladder.answer.iter().map(answered);
    answer.chain(ladder.rungs.iter().map(|rung| step(ladder, rung, today))).collect()
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

fn step(ladder: &Escalations<'_>, rung: &Escalation<'_>, today: Date) -> String {
    let after = patience(rung.rung.after);
    let mut to: Vec<_> = rung.to.iter().map(whom).collect();
    if to.is_empty() {
        // All whom it names are reminded anyway.
        to.extend(rung.rung.to.iter().map(ToString::to_string));
    }
    let (to, how) = (to.join(" and "), how(rung));
    match rung.stands {
        Stands::Told { on } => format!("It was escalated to {to} on {}, {how} ({after}).", day(on)),
        Stands::Due => format!("It escalates to {to} at the next send time, {how} ({after})."),
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
            After::Unanswered { .. } => format!(
                "It escalates to {to} if there is no answer, {how} ({after}; {} so far).",
                count(ladder.letters as usize, "letter", "letters")
            ),
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
