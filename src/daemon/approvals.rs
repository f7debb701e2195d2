//! Escalations to other bodies that wait until somebody approves: the secretariat is told.

use jiff::{Timestamp, civil::Date};

use super::Setup;
use crate::{
    action::{Action, ActionId, Deadline, Told},
    compose::{Item, Notice},
    directory::Directory,
    schedule::{self, Moment, Stands, Verdict},
};

/// One that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    /// What identifies it for good.
    about: String,
    reference: String,
    asked_of: String,
    title: String,
    /// Whom it goes to.
    to: String,
    since: Date,
}

/// All that wait at an instant, in the register's order.
pub(super) fn waiting(setup: &Setup, directory: &Directory, told: &Told, at: Timestamp) -> Vec<Waiting> {
    let rules = &setup.rules;
    if !rules.policies().any(|policy| policy.escalate.iter().any(|rung| rung.approval)) {
        return Vec::new();
    }
    let moment = Moment::new(rules, at);
    let of_one = |(id, action)| {
        schedule::alone(|| of_action(&moment, directory, told, (id, action))).unwrap_or_default()
    };
    directory.actions().flat_map(of_one).collect()
}

fn of_action(
    moment: &Moment<'_>,
    directory: &Directory,
    told: &Told,
    (id, action): (&ActionId, &Action),
) -> Vec<Waiting> {
    let mut waiting = Vec::new();
    if !moment.rules.policy_of(action).0.escalate.iter().any(|rung| rung.approval) {
        return waiting;
    }
    let Verdict::Chased(chase) = schedule::decide(directory, told, moment, id, action) else {
        return waiting;
    };
    let deadline = Deadline::key(action.deadline_on(moment.today));
    for rung in chase.escalations.into_iter().flat_map(|ladder| ladder.rungs) {
        let Stands::Waits { since } = rung.stands else { continue };
        let to: Vec<_> = rung.to.iter().map(|one| one.name.as_str()).collect();
        waiting.push(Waiting {
            about: format!("{id} {} {deadline}", rung.rung.after),
            to: to.join(" and "),
            since,
            ..of(action)
        });
    }
    waiting
}

fn of(action: &Action) -> Waiting {
    Waiting {
        about: String::new(),
        reference: action.reference.clone(),
        asked_of: action.asked_of.to_string(),
        title: action.title.clone(),
        to: String::new(),
        since: Date::ZERO,
    }
}

/// One of the letter's items.
fn item(one: &Waiting) -> Item {
    let since = one.since.strftime("%-d %B %Y");
    Item {
        title: format!("{} {}", one.reference, one.title),
        text: format!("asked of {}, waits since {since} to be escalated to {}", one.asked_of, one.to),
    }
}

/// The letter that tells of what waits; the same letter until another one does.
pub(super) fn notice(waiting: &[Waiting]) -> Option<Notice> {
    let what = match waiting {
        [] => return None,
        [_] => "1 escalation waits".to_owned(),
        several => format!("{} escalations wait", several.len()),
    };
    // What was approved meanwhile makes no new letter of the others.
    let newest = waiting.iter().map(|one| one.since).max();
    let about: Vec<_> =
        waiting.iter().filter(|one| Some(one.since) == newest).map(|one| one.about.as_str()).collect();
    Some(Notice {
        sort: "approval".to_owned(),
        about: about.join("\n"),
        subject: format!("{what} for approval"),
        lead: "Nobody has answered about what follows, and the policy escalates it to another body once you approve."
            .to_owned(),
        items: waiting.iter().map(item).collect(),
        advice: vec![
            "`rappel approve REF` or `rappel approve --all` lets it go with the next letters; `rappel acknowledge REF` \
             says that somebody answered."
                .to_owned(),
            "You are told again when another one waits.".to_owned(),
        ],
    })
}
