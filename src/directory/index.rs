//! The register, indexed by the names that people use.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use jiff::civil::Date;

use super::{Because, Decided, EscalatedTo, OwnSecretariat, Recipient, calendars::DaysOfBodies};
use crate::{
    action::{
        Action, ActionId, Body, Occasion, Person, RecipientId, Register, Role, Seat, alike, fold,
        maps::HashMap, with_alike,
    },
    cadence::WorkingDays,
};

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
    /// The first row of each role by every way in which people say it, as it looks.
    pub(super) said: HashMap<String, usize>,
    /// The rows of roles by the folded name of the body.
    of_body: HashMap<String, Vec<usize>>,
    days: DaysOfBodies,
    /// Whether anybody is ever absent.
    pub(super) has_absences: bool,
    /// The days after which another meeting is the coming one.
    turns: Vec<Date>,
    /// The actions in the order of their references.
    by_reference: Vec<usize>,
    ids: Vec<ActionId>,
}

impl Directory {
    /// Indexes a register.
    pub fn new(register: Arc<Register>, own: OwnSecretariat) -> Self {
        let mut seats: HashMap<_, Vec<_>> = HashMap::default();
        let mut of_body: HashMap<_, Vec<_>> = HashMap::default();
        let mut said = HashMap::default();
        for (index, role) in register.roles.iter().enumerate() {
            for way in role.seat.ways() {
                said.entry(alike(&way)).or_insert(index);
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
            decided_about: HashMap::default(),
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
        if let Some(days) = self.days.of_all() {
            return days;
        }
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

    /// The person of that name.
    pub(super) fn person(&self, name: &str) -> Option<&Person> {
        with_alike(name, |name| self.people.get(name)).map(|index| &self.register.people[*index])
    }

    /// The body of that name.
    pub(super) fn body(&self, name: &str) -> Option<&Body> {
        with_alike(name, |name| self.bodies.get(name)).map(|index| &self.register.bodies[*index])
    }

    /// The rows of a seat.
    pub(super) fn rows(&self, seat: &Seat) -> impl Iterator<Item = &Role> {
        let rows = self.seats.get(&seat_key(seat)).map_or(&[][..], Vec::as_slice);
        rows.iter().map(|index| &self.register.roles[*index])
    }

    /// The rows of all seats of a body.
    pub(super) fn seats_of(&self, body: &str) -> impl Iterator<Item = &Role> {
        let rows = self.of_body.get(&fold(body)).map_or(&[][..], Vec::as_slice);
        rows.iter().map(|index| &self.register.roles[*index])
    }

    /// Who holds a seat on a day.
    pub(super) fn holders(&self, seat: &Seat, day: Date) -> impl Iterator<Item = &Person> {
        self.rows(seat)
            .filter(move |role| role.in_term(day))
            .filter_map(|role| self.person(role.holder.as_ref()?))
    }
}

/// The last days of all occasions of deadlines that come back, each once.
fn turns(register: &Register) -> Vec<Date> {
    let follows = register.actions.iter().filter_map(|action| action.more.follows.as_deref());
    let coming_back = follows.filter(|follows| follows.each);
    let mut turns: Vec<_> = coming_back.flat_map(|f| f.occasions.iter().map(Occasion::until)).collect();
    turns.sort_unstable();
    turns.dedup();
    turns
}

fn indexed<'a>(names: impl Iterator<Item = &'a String>) -> HashMap<String, usize> {
    names.enumerate().map(|(index, name)| (alike(name), index)).collect()
}

fn seat_key(seat: &Seat) -> [String; 3] {
    [fold(&seat.body), fold(&seat.role), seat.at.as_deref().map(fold).unwrap_or_default()]
}
