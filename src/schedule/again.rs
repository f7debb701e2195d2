//! What was planned and waits, as it would be told now.

use jiff::Timestamp;

use super::{
    Over, Reminder, Rules,
    apart::as_now,
    case::Case,
    escalation::{Asked, Patience, Silent},
    moment::Moment,
    plan::{Recipients, with_days},
};
use crate::{
    action::{Action, ActionId, After, Step, Told},
    directory::{Directory, Recipient},
};

/// What is told again of an escalation that was told and waits, as it would be told now.
///
/// # Errors
/// Says why it is no longer true.
pub fn escalated_again<'r>(
    directory: &'r Directory,
    rules: &'r Rules,
    told: &Told,
    at: Timestamp,
    about: (&ActionId, &'r Action),
    after: After,
) -> Result<Vec<Reminder<'r>>, Over> {
    step(directory, rules, (told, at), about, (after, IsTold(true)))
}

/// As [`escalated_again`], for one that was not told yet, as if nobody answered until then and somebody had approved it.
///
/// # Errors
/// Says why it would not be told.
pub fn escalation<'r>(
    directory: &'r Directory,
    rules: &'r Rules,
    told: &Told,
    at: Timestamp,
    about: (&ActionId, &'r Action),
    after: After,
) -> Result<Vec<Reminder<'r>>, Over> {
    step(directory, rules, (told, at), about, (after, IsTold(false)))
}

/// One step of the ladder. What was told is told again only where it is still true that it was approved, and is heard of.
fn step<'r>(
    directory: &'r Directory,
    rules: &'r Rules,
    (told, at): (&Told, Timestamp),
    about: (&ActionId, &'r Action),
    (after, is_told): (After, IsTold),
) -> Result<Vec<Reminder<'r>>, Over> {
    let moment = Moment::new(rules, at);
    let mut people = Recipients::new(directory, moment.today);
    let case = Case::of(directory, told, &moment, about);
    let asked = people.of(about.1);
    if is_told.0 {
        let silent = case.silent(asked);
        if silent.is_unapproved(&moment, after) {
            return Err(Over::Unapproved);
        }
        if silent.heard(&moment).is_none() {
            return Err(Over::Unheard);
        }
    }
    reminders(&case, asked, after, is_told)
}

/// Whether it was told, and waits.
struct IsTold(bool);

fn reminders<'r>(
    case: &Case<'_, 'r>,
    asked: &[Asked<'_>],
    after: After,
    IsTold(is_told): IsTold,
) -> Result<Vec<Reminder<'r>>, Over> {
    let turn = case.silent(asked).again(case.moment, after)?;
    let Some(escalated) = turn.escalated.as_ref() else { return Ok(Vec::new()) };
    let mut reminders: Vec<_> = case.letters(escalated).collect();
    if escalated.copied.is_empty() {
        return if reminders.is_empty() { Err(Over::Elsewhere) } else { Ok(reminders) };
    }
    let heard = |one: &Recipient| case.moment.heard(case.told, case.id, one.remembered_as(), case.deadline);
    let mut to: Vec<_> = turn.asked.iter().map(|(one, _)| one).filter(|one| heard(one).is_some()).collect();
    if to.is_empty() && !is_told {
        to.extend(turn.asked.iter().map(|(one, _)| one));
    }
    if is_told {
        // Whoever's letter was copied stays the one.
        let original = to.iter().position(|one| case.has_copy_of(one, escalated)).ok_or(Over::Elsewhere)?;
        let original = to.remove(original);
        to.insert(0, original);
    }
    let mut original = None;
    for one in to {
        // The letter itself is none of those before it, if it has left.
        let who = one.remembered_as();
        let itself = case.told.has_heard_of_escalation(case.id, who, case.deadline, after);
        let letters = |heard: Patience| heard.letters.saturating_sub(u32::from(itself));
        let before = heard(one).map(|heard| Patience { letters: letters(heard), ..heard });
        let unanswered = escalated.to_asked(before).unwrap_or_else(|| escalated.unanswered.clone());
        let step = Step::Escalated { after };
        let told = case.told(one, step, case.moment.today);
        let mut reminder = Reminder { unanswered: Some(Box::new(unanswered)), ..told };
        reminder.share_copies(escalated, &mut original);
        reminders.push(reminder);
    }
    Reminder::name_others(&mut reminders);
    Ok(reminders)
}

/// Who is reminded of an action at an instant by the steps of its policy: those who are asked, or those to whom it
/// was escalated in their place.
pub fn reminded(
    directory: &Directory,
    rules: &Rules,
    told: &Told,
    at: Timestamp,
    (id, action): (&ActionId, &Action),
) -> Vec<Recipient> {
    let moment = Moment::new(rules, at);
    let asked: Vec<_> = with_days(directory, directory.recipients(action, moment.today));
    let (policy, _) = rules.policy_of(action);
    if policy.escalate.is_empty() {
        return asked.into_iter().map(|(recipient, _)| recipient).collect();
    }
    let turn = Silent { directory, told, id, action, policy, asked: &asked }.reminded(&moment);
    turn.asked.iter().map(|(recipient, _)| recipient.clone()).collect()
}

/// Those who were told that nobody answers about an action and of whom nothing is asked, as they are now.
pub fn told_apart(
    directory: &Directory,
    rules: &Rules,
    told: &Told,
    at: Timestamp,
    (id, action): (&ActionId, &Action),
) -> Vec<Recipient> {
    let moment = Moment::new(rules, at);
    let asked = with_days(directory, directory.recipients(action, moment.today));
    let (policy, _) = rules.policy_of(action);
    let names = told.told_apart(id).into_iter();
    names.filter_map(|(name, _)| as_now(directory, &moment, action, policy, &asked, &name)).collect()
}
