//! From an addressee to recipients.

use jiff::civil::Date;

use super::{Because, Directory, EscalatedTo, Recipient};
use crate::action::{Action, Addressee, Body, Person, RecipientId, Role, Seat, Wishes, fold, maps::HashSet};

/// The roles whose holders are a body's secretariat, before the address of its row.
const SECRETARIAT_ROLES: [&str; 3] = ["secretary", "secretariat", "counsellor"];

/// How many are told of one vacant seat, the secretariat among them: more would each wait for the others.
const MOST_TOLD_OF_A_VACANCY: usize = 8;

impl Directory {
    /// The address that a person or a body's secretariat has, by the text of the [`RecipientId`].
    pub fn address(&self, recipient: &str) -> Option<&str> {
        match recipient.split_once(':') {
            Some(("person", name)) => self.person(name).map(|person| person.email.as_str()),
            Some(("secretariat", body)) => self.body(body)?.secretariat_email.as_deref(),
            _ => None,
        }
    }

    /// The second address of a person, by the text of the person's [`RecipientId`].
    pub fn second_address(&self, recipient: &str) -> Option<&str> {
        let name = recipient.strip_prefix("person:")?;
        self.person(name)?.second_email.as_deref()
    }

    /// Who is told about `action` on `day`: at least one recipient, no address twice but that of a deputy, who
    /// may stand in for several and be asked too.
    pub fn recipients(&self, action: &Action, day: Date) -> Vec<Recipient> {
        let handed = action.more.handed_to.as_deref().and_then(|name| self.person(name));
        let mut found = match handed {
            Some(person) => vec![recipient(person, Because::HandedOver)],
            None => self.addressed(&action.asked_of, day),
        };
        for addressee in &action.more.also_to {
            found.extend(self.addressed(addressee, day));
        }
        if found.len() > 1 {
            let mut seen = HashSet::default();
            found.retain(|recipient| seen.insert(recipient.email.to_lowercase()));
        }
        if self.has_absences {
            found = found.into_iter().map(|recipient| self.or_deputy(recipient, day)).collect();
        }
        found
    }

    /// Whoever the ledger remembers as `id`, to be told once more about `action` on `day`; none when no row has the
    /// address any more. Copies have no recipient of their own: they go with the letter to whoever stands in.
    pub fn remembered(&self, id: &RecipientId, action: &Action, day: Date) -> Option<Recipient> {
        let found = self.recipients(action, day).into_iter().find(|one| one.remembered_as() == id);
        if found.is_some() || id.is_copy() {
            return found;
        }
        let reader = id.reader();
        let told_as = Some(id.clone()).filter(|id| *id != reader);
        let escalated = |to| Because::Escalated { to, is_missing: false };
        let because = |asked, to| if id.is_for_escalation() { escalated(to) } else { asked };
        if reader == RecipientId::own_secretariat() {
            let one = self.nobody_else(&action.asked_of);
            let because = because(one.because.clone(), EscalatedTo::OwnSecretariat);
            return Some(Recipient { because, told_as, ..one });
        }
        let body = reader.as_str().strip_prefix("secretariat:").and_then(|name| self.body(name));
        if let Some(body) = body {
            let asked = Because::SecretariatOf { body: body.name.clone(), through: None };
            let because = because(asked, EscalatedTo::SecretariatOf(body.name.clone()));
            return address_of(body, &because).map(|one| Recipient { told_as, ..one });
        }
        let person = self.person_with(&reader)?;
        let because = because(Because::Named, EscalatedTo::Person(person.name.clone()));
        Some(self.or_deputy(Recipient { told_as, ..recipient(person, because) }, day))
    }

    /// Who is meant by `addressee` on `day`: at least one recipient.
    pub fn addressed(&self, addressee: &Addressee, day: Date) -> Vec<Recipient> {
        let found = match addressee {
            Addressee::Person(name) => {
                self.person(name).map(|person| recipient(person, Because::Named)).into_iter().collect()
            }
            Addressee::Seat(seat) => self.seat(seat, day),
            Addressee::Body(name) => self
                .secretariat(name, day, |through| Because::SecretariatOf { body: name.to_string(), through }),
        };
        if found.is_empty() { vec![self.nobody_else(addressee)] } else { found }
    }

    /// Who holds a seat, or who is told that nobody does.
    fn seat(&self, seat: &Seat, day: Date) -> Vec<Recipient> {
        let held: Vec<_> =
            self.holders(seat, day).map(|person| recipient(person, Because::Holds(seat.clone()))).collect();
        if !held.is_empty() {
            return held;
        }
        self.who_fills(seat, day)
    }

    /// Who is told that a seat is vacant: the secretariat of the body that fills it, then those who hold
    /// another seat of that body, first those of the same role.
    fn who_fills(&self, seat: &Seat, day: Date) -> Vec<Recipient> {
        let ended = self.last_holder(seat, day);
        let because = |speaker| Because::Vacant { seat: seat.clone(), ended: ended.clone(), speaker };
        let mut found = self.secretariat(&seat.body, day, |_| because(None));
        let mut told: HashSet<_> = found.iter().map(|recipient| recipient.id.clone()).collect();
        for role in self.held_seats(seat, day) {
            let Some(person) = role.holder.as_ref().and_then(|name| self.person(name)) else { continue };
            let of_person = recipient(person, because(Some(role.seat.clone())));
            if told.len() < MOST_TOLD_OF_A_VACANCY && told.insert(of_person.id.clone()) {
                let told_as = Some(of_person.id.for_vacant_seat());
                found.push(Recipient { told_as, ..of_person });
            }
        }
        found
    }

    /// The rows of the other seats of a seat's body that are held on `day`, those of the same role first.
    fn held_seats(&self, seat: &Seat, day: Date) -> Vec<&Role> {
        let mut held: Vec<_> =
            self.seats_of(&seat.body).filter(|role| role.in_term(day) && role.holder.is_some()).collect();
        let same_role = fold(&seat.role);
        held.sort_by_key(|role| fold(&role.seat.role) != same_role);
        held
    }

    /// Whose term in a seat ended last before a day, and when.
    fn last_holder(&self, seat: &Seat, day: Date) -> Option<(String, Date)> {
        self.rows(seat)
            .filter_map(|role| Some((role.holder.clone()?, role.until?)))
            .filter(|(_, until)| *until < day)
            .max_by_key(|(_, until)| *until)
    }

    /// The secretariat of `body`, or of the nearest body above it that has one.
    pub(super) fn secretariat(
        &self,
        body: &str,
        day: Date,
        because: impl Fn(Option<String>) -> Because,
    ) -> Vec<Recipient> {
        let mut visited = HashSet::default();
        let mut next = self.body(body);
        while let Some(here) = next {
            if !visited.insert(fold(&here.name)) {
                break;
            }
            let through = (fold(&here.name) != fold(body)).then(|| here.name.clone());
            let found = self.own_secretariat_of(here, day, &because(through));
            if !found.is_empty() {
                return found;
            }
            next = here.secretariat.iter().chain(&here.parent).find_map(|name| {
                let above = self.body(name)?;
                (!visited.contains(&fold(&above.name))).then_some(above)
            });
        }
        Vec::new()
    }

    /// The secretariat that `body` itself has: its secretaries, its address, the person it names.
    fn own_secretariat_of(&self, body: &Body, day: Date, because: &Because) -> Vec<Recipient> {
        let secretaries: Vec<_> = SECRETARIAT_ROLES
            .iter()
            .flat_map(|role| {
                let seat = Seat { body: body.name.clone(), role: (*role).to_owned(), at: None };
                self.holders(&seat, day).collect::<Vec<_>>()
            })
            .map(|person| recipient(person, because.clone()))
            .collect();
        if !secretaries.is_empty() {
            return secretaries;
        }
        if let Some(of_row) = address_of(body, because) {
            return vec![of_row];
        }
        let named = body.secretariat.as_ref().and_then(|name| self.person(name));
        named.map(|person| recipient(person, because.clone())).into_iter().collect()
    }

    /// The secretariat that runs rappel, in the place of somebody of whom there is no address.
    fn nobody_else(&self, addressee: &Addressee) -> Recipient {
        let because = match addressee {
            Addressee::Seat(seat) => Because::Vacant { seat: (**seat).clone(), ended: None, speaker: None },
            _ => Because::NobodyElse { asked_of: addressee.to_string() },
        };
        self.own_secretariat(because)
    }

    /// The secretariat that runs rappel.
    pub(super) fn own_secretariat(&self, because: Because) -> Recipient {
        Recipient {
            id: RecipientId::own_secretariat(),
            name: self.own.name.clone(),
            email: self.own.email.clone(),
            second_email: None,
            language: None,
            zone: None,
            because,
            told_as: None,
            absence: None,
            wishes: Wishes::default(),
        }
    }
}

/// The address in the row of a body.
fn address_of(body: &Body, because: &Because) -> Option<Recipient> {
    let name = body.secretariat.clone().unwrap_or_else(|| format!("{} secretariat", body.name));
    Some(Recipient {
        id: RecipientId::secretariat_of(&body.name),
        name,
        email: body.secretariat_email.clone()?,
        second_email: None,
        language: None,
        zone: None,
        because: because.clone(),
        told_as: None,
        absence: None,
        wishes: Wishes::default(),
    })
}

/// A person as a recipient.
pub(super) fn recipient(person: &Person, because: Because) -> Recipient {
    Recipient {
        id: RecipientId::person(&person.name),
        name: person.name.clone(),
        email: person.email.clone(),
        second_email: person.second_email.clone(),
        language: person.language,
        zone: person.zone.clone(),
        because,
        told_as: None,
        absence: None,
        wishes: person.wishes,
    }
}
