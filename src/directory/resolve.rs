//! From an addressee to recipients.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use jiff::civil::Date;

use super::{Because, Decided, EscalatedTo, OwnSecretariat, Recipient, calendars::DaysOfBodies};
use crate::{
    action::{
        Action, ActionId, Addressee, Body, Occasion, Person, RecipientId, Register, Role, Seat, Wishes, fold,
    },
    cadence::WorkingDays,
};

/// The roles whose holders are a body's secretariat, before the address of its row.
const SECRETARIAT_ROLES: [&str; 3] = ["secretary", "secretariat", "counsellor"];

/// How many are told of one vacant seat, the secretariat among them: more would each wait for the others.
const MOST_TOLD_OF_A_VACANCY: usize = 8;

/// The register, indexed by the names that people use. Built once for each reading.
#[derive(Debug, Clone)]
pub struct Directory {
    /// As it counts: with what was decided beside it.
    pub(super) register: Arc<Register>,
    /// The rows as the register has them, by their places, of the actions about which something was decided.
    pub(super) written: BTreeMap<usize, Action>,
    pub(super) decided: Vec<Decided>,
    /// Where those about one action stand: thousands of actions are asked about at each planning.
    pub(super) decided_about: HashMap<ActionId, Range<usize>>,
    pub(super) own: OwnSecretariat,
    pub(super) people: HashMap<String, usize>,
    bodies: HashMap<String, usize>,
    seats: HashMap<[String; 3], Vec<usize>>,
    /// The first row of each role by every way in which people say it, folded.
    pub(super) said: HashMap<String, usize>,
    /// The rows of roles by the folded name of the body.
    of_body: HashMap<String, Vec<usize>>,
    days: DaysOfBodies,
    /// Whether anybody is ever absent.
    has_absences: bool,
    /// The days after which another meeting is the coming one.
    turns: Vec<Date>,
    /// The actions in the order of their references.
    by_reference: Vec<usize>,
    ids: Vec<ActionId>,
}

impl Directory {
    /// Indexes a register.
    pub fn new(register: Arc<Register>, own: OwnSecretariat) -> Self {
        let mut seats: HashMap<_, Vec<_>> = HashMap::new();
        let mut of_body: HashMap<_, Vec<_>> = HashMap::new();
        let mut said = HashMap::new();
        for (index, role) in register.roles.iter().enumerate() {
            for way in ways(&role.seat) {
                said.entry(way).or_insert(index);
            }
            seats.entry(seat_key(&role.seat)).or_default().push(index);
            of_body.entry(fold(&role.seat.body)).or_default().push(index);
        }
        let ids: Vec<_> = register.actions.iter().map(Action::id).collect();
        let mut by_reference: Vec<_> = (0..ids.len()).collect();
        by_reference.sort_by_key(|index| ids[*index].reference());
        Self {
            days: DaysOfBodies::new(&register),
            has_absences: register
                .people
                .iter()
                .any(|person| person.absent_from.is_some() || person.absent_until.is_some()),
            turns: turns(&register),
            people: indexed(register.people.iter().map(|person| &person.name)),
            bodies: indexed(register.bodies.iter().map(|body| &body.name)),
            register,
            written: BTreeMap::new(),
            decided: Vec::new(),
            decided_about: HashMap::new(),
            own,
            seats,
            said,
            of_body,
            by_reference,
            ids,
        }
    }

    /// The register behind it.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// Every action with its identity, in the register's order.
    pub fn actions(&self) -> impl Iterator<Item = (&ActionId, &Action)> {
        self.ids.iter().zip(&self.register.actions)
    }

    /// The actions with this reference, of whomever they are asked.
    pub fn with_reference(&self, reference: &str) -> impl Iterator<Item = &Action> {
        self.rows_with(&fold(reference)).iter().map(|index| &self.register.actions[*index])
    }

    /// The same thing asked of others: every other action with the same reference.
    pub fn also_asked(&self, id: &ActionId) -> impl Iterator<Item = &Action> {
        let others = self.rows_with(id.reference()).iter().filter(move |row| self.ids[**row] != *id);
        others.map(|row| &self.register.actions[*row])
    }

    /// The action with this identity.
    pub fn action(&self, id: &ActionId) -> Option<&Action> {
        self.row(id).map(|row| &self.register.actions[row])
    }

    /// The place of the action with this identity.
    pub(super) fn row(&self, id: &ActionId) -> Option<usize> {
        self.rows_with(id.reference()).iter().copied().find(|index| self.ids[*index] == *id)
    }

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
        let handed = action.handed_to.as_deref().and_then(|name| self.person(name));
        let mut found = match handed {
            Some(person) => vec![recipient(person, Because::HandedOver)],
            None => self.addressed(&action.asked_of, day),
        };
        for addressee in &action.also_to {
            found.extend(self.addressed(addressee, day));
        }
        let mut seen = HashSet::new();
        found.retain(|recipient| seen.insert(recipient.email.to_lowercase()));
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

    /// The first day after `day` on which a term or an absence begins or has ended, or another meeting is the
    /// coming one, so that recipients or deadlines may change although the register does not.
    pub fn next_change(&self, day: Date) -> Option<Date> {
        let begins = self.register.roles.iter().filter_map(|role| role.from);
        let ended = self.register.roles.iter().filter_map(|role| role.until?.tomorrow().ok());
        let turns = self.turns.iter().filter_map(|turn| turn.tomorrow().ok());
        let away = self.register.people.iter().filter_map(|person| person.absent_from);
        let back = self.register.people.iter().filter_map(|person| person.absent_until?.tomorrow().ok());
        begins.chain(ended).chain(turns).chain(away).chain(back).filter(|change| *change > day).min()
    }

    /// The days on which neither the secretariat nor the body for which `recipient` is asked is closed.
    pub fn working_days(&self, recipient: &Recipient) -> &WorkingDays {
        let body = match &recipient.because {
            Because::Holds(seat) | Because::Vacant { seat, .. } => Some(seat.body.as_str()),
            Because::SecretariatOf { body, through } => Some(through.as_deref().unwrap_or(body)),
            Because::Named | Because::HandedOver => {
                let named = self.person_with(recipient.remembered_as());
                named.and_then(|person| person.organization.as_deref())
            }
            Because::Escalated { to: EscalatedTo::Holder(seat), is_missing: false } => {
                Some(seat.body.as_str())
            }
            Because::Escalated { to: EscalatedTo::SecretariatOf(body), .. } => Some(body.as_str()),
            Because::Escalated { .. } | Because::NobodyElse { .. } => None,
        };
        self.days.of(body)
    }

    /// The secretariat's own working days.
    pub fn own_days(&self) -> &WorkingDays {
        self.days.of(None)
    }

    /// The actions with a folded reference, in the register's order.
    fn rows_with(&self, reference: &str) -> &[usize] {
        let compared = |index: &usize| self.ids[*index].reference();
        let start = self.by_reference.partition_point(|index| compared(index) < reference);
        let rows = &self.by_reference[start..];
        // Few actions share a reference: looking at them is less than searching all that follow.
        &rows[..rows.iter().take_while(|index| compared(index) == reference).count()]
    }

    /// The person with this identity.
    pub(super) fn person_with(&self, id: &RecipientId) -> Option<&Person> {
        self.person(id.as_str().strip_prefix("person:")?)
    }

    pub(super) fn person(&self, name: &str) -> Option<&Person> {
        self.people.get(&fold(name)).map(|index| &self.register.people[*index])
    }

    pub(super) fn body(&self, name: &str) -> Option<&Body> {
        self.bodies.get(&fold(name)).map(|index| &self.register.bodies[*index])
    }

    fn rows(&self, seat: &Seat) -> impl Iterator<Item = &Role> {
        let rows = self.seats.get(&seat_key(seat)).map_or(&[][..], Vec::as_slice);
        rows.iter().map(|index| &self.register.roles[*index])
    }

    pub(super) fn holders(&self, seat: &Seat, day: Date) -> impl Iterator<Item = &Person> {
        self.rows(seat)
            .filter(move |role| role.in_term(day))
            .filter_map(|role| self.person(role.holder.as_ref()?))
    }

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
        let rows = self.of_body.get(&fold(&seat.body)).map_or(&[][..], Vec::as_slice);
        let rows = rows.iter().map(|index| &self.register.roles[*index]);
        let mut held: Vec<_> = rows.filter(|role| role.in_term(day) && role.holder.is_some()).collect();
        let same_role = fold(&seat.role);
        held.sort_by_key(|role| fold(&role.seat.role) != same_role);
        held
    }

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
        let mut visited = HashSet::new();
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

/// The last days of all occasions of deadlines that come back, each once.
fn turns(register: &Register) -> Vec<Date> {
    let follows = register.actions.iter().filter_map(|action| action.follows.as_deref());
    let coming_back = follows.filter(|follows| follows.each);
    let mut turns: Vec<_> = coming_back.flat_map(|f| f.occasions.iter().map(Occasion::until)).collect();
    turns.sort_unstable();
    turns.dedup();
    turns
}

fn indexed<'a>(names: impl Iterator<Item = &'a String>) -> HashMap<String, usize> {
    names.enumerate().map(|(index, name)| (fold(name), index)).collect()
}

/// The ways of saying a seat, folded: "chair of SG17" and "SG17 chair".
fn ways(seat: &Seat) -> [String; 2] {
    let at = seat.at.as_ref().map_or_else(String::new, |at| format!(" at {at}"));
    [format!("{} {}{at}", seat.body, seat.role), format!("{} of {}{at}", seat.role, seat.body)]
        .map(|said| fold(&said))
}

fn seat_key(seat: &Seat) -> [String; 3] {
    [fold(&seat.body), fold(&seat.role), seat.at.as_deref().map(fold).unwrap_or_default()]
}

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
