//! Which reminders make one letter: those to one address with the same readers of copies.
//!
//! A deputy gets what an absent person is reminded of in a letter of its own, with a copy to that person: a copy of
//! the deputy's own affairs would be nobody's business. Of an action of which the deputy is reminded anyway, that
//! reminder stands for both.
//!
//! That nobody answered is told in letters of their own too.

use super::{
    Reminder,
    reminder::{Alike, Copy},
};
use crate::{
    action::{
        ActionId, ReminderKey, Step,
        maps::{HashMap, HashSet},
    },
    directory::Recipient,
};

/// Who gets a copy of a reminder that `recipient` gets, and how the ledger knows it.
pub fn copies(recipient: &Recipient, key: &ReminderKey) -> Vec<Copy> {
    let copy = recipient.copy_to().map(|to| Copy {
        key: ReminderKey { recipient: to.id.copy_of_letter_to(&recipient.id), ..key.clone() },
        to: to.clone(),
    });
    copy.into_iter().collect()
}

/// The reminders of each letter, in the order of first mention: all that is due for one address and of which the
/// same people get copies.
pub fn to_letters(reminders: Vec<Reminder<'_>>) -> Vec<Vec<Reminder<'_>>> {
    let mut letters: Vec<Vec<Reminder<'_>>> = Vec::new();
    let mut by_address = HashMap::default();
    for reminder in united(reminders) {
        let index = *by_address.entry(envelope(&reminder)).or_insert(letters.len());
        match letters.get_mut(index) {
            Some(letter) => letter.push(reminder),
            None => letters.push(vec![reminder]),
        }
    }
    letters
}

/// The addresses to which a reminder goes, the recipient's first; and what is told in letters of its own: that an action
/// is closed, which asks for nothing, and that nobody answers.
fn envelope(reminder: &Reminder<'_>) -> (bool, bool, Vec<String>) {
    let mut copies: Vec<_> = reminder.copies.iter().map(|copy| copy.to.email.to_lowercase()).collect();
    copies.sort_unstable();
    copies.insert(0, reminder.recipient.email.to_lowercase());
    (matches!(reminder.key.step, Step::Closed { .. }), reminder.unanswered.is_some(), copies)
}

/// One reminder for each action of which a deputy is reminded both for an absent person and not.
fn united(reminders: Vec<Reminder<'_>>) -> Vec<Reminder<'_>> {
    let for_another = |reminder: &Reminder<'_>| reminder.recipient.stands_in().is_some();
    let address = |reminder: &Reminder<'_>| reminder.recipient.email.to_lowercase();
    let deputies: HashSet<_> = reminders.iter().filter(|one| for_another(one)).map(address).collect();
    if deputies.is_empty() {
        return reminders;
    }
    let own = |one: &Reminder<'_>| !for_another(one) && deputies.contains(&address(one));
    let mut places: HashMap<(String, ActionId), usize> = HashMap::default();
    for (place, one) in reminders.iter().enumerate().filter(|(_, one)| own(one)) {
        places.insert((address(one), one.key.action.clone()), place);
    }
    let mut kept: Vec<_> = reminders.into_iter().map(Some).collect();
    for place in 0..kept.len() {
        let is_for_another =
            |one: &Reminder<'_>| for_another(one).then(|| (address(one), one.key.action.clone()));
        let Some(into) = kept[place].as_ref().and_then(is_for_another).and_then(|key| places.get(&key))
        else {
            continue;
        };
        let absorbed = kept[place].take();
        if let (Some(into), Some(absorbed)) = (&mut kept[*into], absorbed) {
            into.absorb(absorbed);
        }
    }
    kept.into_iter().flatten().collect()
}

impl Reminder<'_> {
    /// Tells what another reminder of the same action tells.
    fn absorb(&mut self, other: Self) {
        let absent = other.recipient.stands_in().map(|absence| absence.who.name.clone());
        let name = absent.unwrap_or(other.recipient.name);
        match (&mut self.unanswered, other.unanswered) {
            // The copy is one of this letter.
            (Some(own), Some(others)) if others.copy_of.is_none() => {
                (own.copy_of, own.beside) = (None, others.beside);
            }
            (own @ None, others) => *own = others,
            _ => {}
        }
        if let Some(own) = &mut self.unanswered {
            own.beside.retain(|name| *name != self.recipient.name);
        }
        self.also.push(Alike { key: other.key, name, step_day: other.step_day, merged: other.merged });
        self.copies.extend(other.copies);
    }
}

#[cfg(test)]
mod tests;
