//! Who stands in for whom.

use jiff::civil::Date;

use super::{Absence, Directory, Reader, Recipient};
use crate::action::{Person, RecipientId, fold, maps::HashSet};

impl Directory {
    /// Whoever gets the letter to `recipient` on a day: the recipient, or during an absence the first in the chain
    /// of deputies who is there. When nobody is, the letter goes to the recipient, and says so.
    pub(super) fn or_deputy(&self, recipient: Recipient, day: Date) -> Recipient {
        let Some(person) = self.person_with(&recipient.id).filter(|person| person.is_absent(day)) else {
            return recipient;
        };
        let deputy = self.deputy_of(person, day);
        let absence = Some(Box::new(Absence {
            who: Reader { id: recipient.id.clone(), name: person.name.clone(), email: person.email.clone() },
            from: person.absent_from,
            until: person.absent_until,
            is_covered: deputy.is_some(),
        }));
        match deputy {
            Some(deputy) => Recipient {
                id: RecipientId::person(&deputy.name),
                name: deputy.name.clone(),
                email: deputy.email.clone(),
                second_email: deputy.second_email.clone(),
                language: deputy.language,
                zone: deputy.zone.clone(),
                told_as: Some(recipient.remembered_as().clone()),
                absence,
                wishes: deputy.wishes,
                because: recipient.because,
            },
            None => Recipient { absence, ..recipient },
        }
    }

    /// The first in the chain of deputies who is there on a day. A chain that leads back ends where it does.
    fn deputy_of(&self, person: &Person, day: Date) -> Option<&Person> {
        let mut asked = HashSet::from_iter([fold(&person.name)]);
        let mut next = person.deputy.as_deref();
        while let Some(deputy) = next.and_then(|name| self.person(name)) {
            if !asked.insert(fold(&deputy.name)) {
                return None;
            }
            if !deputy.is_absent(day) {
                return Some(deputy);
            }
            next = deputy.deputy.as_deref();
        }
        None
    }
}

#[cfg(test)]
mod tests;
