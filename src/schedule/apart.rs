//! Those who were told that nobody answers, by letters of their own or by copies, and of whom nothing is asked: when the
//! deadline moves afterwards they are told as well, once, in letters of their own.

use super::{escalation::Asked, moment::Moment, moved::moved_from, policy::Policy};
use crate::{
    action::{Action, ActionId, Deadline, RecipientId, Told},
    directory::{Directory, Recipient},
};

/// Who of them has to be told that the deadline moved, and from where.
pub(super) fn moved_apart(
    directory: &Directory,
    told: &Told,
    moment: &Moment<'_>,
    (id, action): (&ActionId, &Action),
    policy: &Policy,
    asked: &[Asked<'_>],
) -> Vec<(Recipient, Deadline)> {
    if action.snoozed_on(moment.today).is_some() {
        return Vec::new();
    }
    let deadline = action.deadline_on(moment.today);
    let mut moved: Vec<(Recipient, Deadline)> = Vec::new();
    for (name, last) in told.told_apart(id) {
        let Some(from) = moved_from(moment, action, deadline, last) else { continue };
        let Some(one) = as_now(directory, moment, action, policy, asked, &name) else { continue };
        let is_same = |other: &Recipient| other.email.eq_ignore_ascii_case(&one.email);
        let is_told = asked.iter().any(|(other, _)| is_same(other));
        if !is_told && !moved.iter().any(|(other, _)| is_same(other)) {
            moved.push((one, from));
        }
    }
    moved
}

/// Whoever the ledger knows by a name, as the policy means them now; none when nobody has that name any more.
pub(super) fn as_now(
    directory: &Directory,
    moment: &Moment<'_>,
    action: &Action,
    policy: &Policy,
    asked: &[Asked<'_>],
    name: &RecipientId,
) -> Option<Recipient> {
    let asked: Vec<_> = asked.iter().map(|(one, _)| one.clone()).collect();
    let targets = policy.escalate.iter().flat_map(|rung| &rung.to);
    let mut meant = targets.flat_map(|target| directory.escalated(target, action, &asked, moment.today));
    meant.find(|one| one.remembered_as() == name).or_else(|| directory.remembered(name, action, moment.today))
}
